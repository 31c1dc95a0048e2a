use axum::extract::{Path, State};
use axum::http::HeaderMap;

use super::{Expected, PublishedView, writable};
use crate::Api;
use crate::web::{Auth, Json, JsonBytes, Params, Problem, ProblemBody};

/// Publishes a configuration exactly as it is sent. The same twice changes nothing.
#[utoipa::path(
    post, path = "/api/admin/runtime/tenants/{id}/config", tag = "runtime", operation_id = "publish_runtime_config",
    params(
        ("id" = String, Path), Expected,
        ("If-Match" = Option<String>, Header, description = "The same condition as the `ETag` that was read: `\"3\"`"),
    ),
    request_body(content = Object, content_type = "application/json", description = "A `RuntimeTenantConfig`, version 1"),
    responses(
        (status = OK, body = PublishedView),
        (status = BAD_REQUEST, body = ProblemBody, description = "`tenant_id_mismatch`, `invalid_if_match`"),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "`version_moved`, `did_conflict`"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "`invalid_runtime_config`, with every fault"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn publish(
    State(api): State<Api>,
    auth: Auth,
    Path(id): Path<String>,
    Params(expected): Params<Expected>,
    headers: HeaderMap,
    JsonBytes(document): JsonBytes,
) -> Result<Json<PublishedView>, Problem> {
    let tenant = writable(&auth, &id)?;
    let expected = expected.version(&headers)?;
    let published = api.publisher().publish(&auth.context(), &tenant, &document, expected).await?;
    Ok(Json(PublishedView::of(&tenant, &published)))
}
