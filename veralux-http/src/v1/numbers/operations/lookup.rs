use axum::extract::{Path, State};
use veralux_core::access::Caller;

use super::OperationView;
use crate::Api;
use crate::web::{Auth, Json, Problem, ProblemBody, Reader, path_id};

/// How far an operation is, and what went wrong.
#[utoipa::path(
    get, path = "/api/numbers/operations/{id}", tag = "numbers", params(("id" = String, Path)),
    responses((status = OK, body = OperationView), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn lookup_operation(
    State(api): State<Api>,
    auth: Auth,
    Reader { tenant }: Reader,
    Path(id): Path<String>,
) -> Result<Json<OperationView>, Problem> {
    let id = path_id(&id, "operation_not_found", "operation")?;
    let operation = api.provisioning().lookup(&tenant, &id).await?;
    Ok(Json(OperationView::of(operation, auth.caller == Caller::Superadmin)))
}
