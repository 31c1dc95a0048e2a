use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::readable;
use crate::Api;
use crate::web::{Auth, Json, Problem, ProblemBody};

/// The quick replies that are published.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = QuickReplies)]
pub(crate) struct QuickRepliesView {
    /// In the order in which they are tried; the first match wins.
    #[schema(value_type = Vec<Object>)]
    quick_replies: Box<RawValue>,
    /// The version that holds them.
    version: u64,
}

/// The quick replies of the published configuration; none when it has none.
#[utoipa::path(
    get, path = "/api/admin/runtime/tenants/{id}/quick-replies", tag = "runtime", operation_id = "lookup_quick_replies",
    params(("id" = String, Path)),
    responses(
        (status = OK, body = QuickRepliesView),
        (status = NOT_FOUND, body = ProblemBody, description = "`tenant_not_found`, `runtime_config_not_found`"),
    ),
)]
pub(crate) async fn quick_replies(
    State(api): State<Api>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<Json<QuickRepliesView>, Problem> {
    let tenant = readable(&api, &auth, &id).await?;
    let (text, version) = api.publisher().quick_replies(&tenant).await?;
    let quick_replies = RawValue::from_string(text).map_err(|error| {
        let error = veralux_core::port::Error::permanent("reading a published configuration", error);
        Problem::from(error)
    })?;
    Ok(Json(QuickRepliesView { quick_replies, version }))
}
