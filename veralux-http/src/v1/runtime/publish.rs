use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{PublishedView, writable};
use crate::Api;
use crate::web::{Auth, Json, JsonBytes, Params, Problem, ProblemBody};

/// On which condition.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Expected {
    /// Publish only while this version is current; 0 while none is.
    expected_version: Option<u64>,
}

/// Publishes a configuration exactly as it is sent. The same twice changes nothing.
#[utoipa::path(
    post, path = "/api/admin/runtime/tenants/{id}/config", tag = "runtime", operation_id = "publish_runtime_config",
    params(("id" = String, Path), Expected),
    request_body(content = Object, content_type = "application/json", description = "A `RuntimeTenantConfig`, version 1"),
    responses(
        (status = OK, body = PublishedView),
        (status = BAD_REQUEST, body = ProblemBody, description = "`tenant_id_mismatch`"),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "`version_moved`, `did_conflict`"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "`invalid_runtime_config`, with every fault"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, description = "`runtime_publish_failed`"),
    ),
)]
pub(crate) async fn publish(
    State(api): State<Api>,
    auth: Auth,
    Path(id): Path<String>,
    Params(expected): Params<Expected>,
    JsonBytes(document): JsonBytes,
) -> Result<Json<PublishedView>, Problem> {
    let tenant = writable(&auth, &id)?;
    let published =
        api.publisher().publish(&auth.context(), &tenant, &document, expected.expected_version).await?;
    Ok(Json(PublishedView::of(&tenant, &published)))
}
