use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::party::TenantStatus;
use veralux_core::service::TenantPatch;

use super::{TenantView, business_number};
use crate::Api;
use crate::web::{Auth, Json, Problem, ProblemBody, path_id};

/// What shall be different; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PatchTenant {
    name: Option<String>,
    /// `suspended` stops every delivery, `active` resumes: what waited to be sent goes out at once.
    #[schema(value_type = Option<String>, example = "suspended")]
    status: Option<TenantStatus>,
    business_number: Option<String>,
}

/// Changes, suspends or resumes a tenant.
#[utoipa::path(
    patch, path = "/api/admin/tenants/{id}", tag = "tenants", params(("id" = String, Path)), request_body = PatchTenant,
    responses(
        (status = OK, body = TenantView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "It has changed in the meantime"),
    ),
)]
pub(crate) async fn patch(
    State(api): State<Api>,
    auth: Auth,
    Path(id): Path<String>,
    Json(body): Json<PatchTenant>,
) -> Result<Json<TenantView>, Problem> {
    auth.may_operate()?;
    let id = path_id(&id, "tenant_not_found", "tenant")?;
    let business_number = business_number(body.business_number.as_deref())?;
    let patch = TenantPatch { name: body.name, status: body.status, business_number };
    let tenant = api.tenants().patch(&auth.context(), &id, patch).await?;
    // Who is resumed may have messages that wait.
    api.wake_workers();
    Ok(Json(tenant.into()))
}
