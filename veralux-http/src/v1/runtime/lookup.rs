use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use veralux_core::runtime;

use super::readable;
use crate::Api;
use crate::web::{Auth, Problem, ProblemBody};

/// The published configuration without its webhook secret; the version is in `ETag`.
#[utoipa::path(
    get, path = "/api/admin/runtime/tenants/{id}/config", tag = "runtime", operation_id = "lookup_runtime_config",
    params(("id" = String, Path)),
    responses(
        (status = OK, body = Object, content_type = "application/json",
            headers(("ETag" = String, description = "The version in quotes"))),
        (status = NOT_FOUND, body = ProblemBody, description = "`tenant_not_found`, `runtime_config_not_found`"),
    ),
)]
pub(crate) async fn lookup(
    State(api): State<Api>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let tenant = readable(&api, &auth, &id).await?;
    let current = api.publisher().current(&tenant).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::ETAG, format!("\"{}\"", current.version)),
    ];
    Ok((headers, runtime::redacted(current.document.expose())).into_response())
}
