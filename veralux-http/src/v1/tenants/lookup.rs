use axum::extract::{Path, State};

use super::TenantView;
use crate::Api;
use crate::web::{Auth, Json, Problem, ProblemBody, path_id};

/// One tenant.
#[utoipa::path(
    get, path = "/api/admin/tenants/{id}", tag = "tenants", params(("id" = String, Path)),
    responses((status = OK, body = TenantView), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn lookup(
    State(api): State<Api>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<Json<TenantView>, Problem> {
    let id = path_id(&id, "tenant_not_found", "tenant")?;
    auth.may_read(&id)?;
    Ok(Json(api.tenants().lookup(&id).await?.into()))
}
