use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{Expected, PublishedView, writable};
use crate::Api;
use crate::web::{Auth, Json, Params, Problem, ProblemBody};

/// Quick replies in place of those that are published.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PutQuickReplies {
    /// At most 200, in the order in which they are tried.
    #[schema(value_type = Vec<Object>)]
    quick_replies: Box<RawValue>,
}

/// Publishes the current configuration with other quick replies; everything else in it stays as it is.
#[utoipa::path(
    put, path = "/api/admin/runtime/tenants/{id}/quick-replies", tag = "runtime", operation_id = "put_quick_replies",
    params(
        ("id" = String, Path), Expected,
        ("If-Match" = Option<String>, Header, description = "The same condition as the `ETag` that was read: `\"3\"`"),
    ),
    request_body = PutQuickReplies,
    responses(
        (status = OK, body = PublishedView),
        (status = BAD_REQUEST, body = ProblemBody, description = "`invalid_if_match`"),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody, description = "`tenant_not_found`, `runtime_config_not_found`"),
        (status = CONFLICT, body = ProblemBody, description = "`version_moved`, `did_conflict`"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "`invalid_runtime_config`, with every fault"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn put_quick_replies(
    State(api): State<Api>,
    auth: Auth,
    Path(id): Path<String>,
    Params(expected): Params<Expected>,
    headers: HeaderMap,
    Json(body): Json<PutQuickReplies>,
) -> Result<Json<PublishedView>, Problem> {
    let tenant = writable(&auth, &id)?;
    let expected = expected.version(&headers)?;
    let replies = body.quick_replies.get();
    let published = api.publisher().put_quick_replies(&auth.context(), &tenant, replies, expected).await?;
    Ok(Json(PublishedView::of(&tenant, &published)))
}
