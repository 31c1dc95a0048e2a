use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Expected, PublishedView, writable};
use crate::Api;
use crate::web::{Auth, Json, Params, Problem, ProblemBody};

/// Where to go back to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Rollback {
    /// An earlier version.
    #[schema(example = 2)]
    version: u64,
}

/// Publishes an earlier version's document again, as a new version.
#[utoipa::path(
    post, path = "/api/admin/runtime/tenants/{id}/rollback", tag = "runtime", operation_id = "rollback_runtime_config",
    params(
        ("id" = String, Path), Expected,
        ("If-Match" = Option<String>, Header, description = "The same condition as the `ETag` that was read: `\"3\"`"),
    ),
    request_body = Rollback,
    responses(
        (status = OK, body = PublishedView),
        (status = BAD_REQUEST, body = ProblemBody, description = "`invalid_if_match`"),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody, description = "`tenant_not_found`, `version_not_found`"),
        (status = CONFLICT, body = ProblemBody, description = "`version_moved`, `did_conflict`"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn rollback(
    State(api): State<Api>,
    auth: Auth,
    Path(id): Path<String>,
    Params(expected): Params<Expected>,
    headers: HeaderMap,
    Json(body): Json<Rollback>,
) -> Result<Json<PublishedView>, Problem> {
    let tenant = writable(&auth, &id)?;
    let expected = expected.version(&headers)?;
    let published = api.publisher().rollback(&auth.context(), &tenant, body.version, expected).await?;
    Ok(Json(PublishedView::of(&tenant, &published)))
}
