use axum::extract::{Path, State};

use super::ViolationView;
use crate::Api;
use crate::v1::messages::eye;
use crate::web::{Auth, Json, Problem, ProblemBody, Reader, path_id};

/// One violation.
#[utoipa::path(
    get, path = "/api/policy/violations/{id}", tag = "policy", params(("id" = String, Path)),
    responses((status = OK, body = ViolationView), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn violation(
    State(api): State<Api>,
    auth: Auth,
    Reader { tenant }: Reader,
    Path(id): Path<String>,
) -> Result<Json<ViolationView>, Problem> {
    let id = path_id(&id, "violation_not_found", "violation")?;
    let violation = api.policy().lookup(&tenant, &id).await?;
    Ok(Json(super::view(&eye(&api, &auth), violation)))
}
