use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::{Provisioned, settle};
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer, path_id};

/// Goes on with an operation that has failed, at the step that failed.
///
/// With a number in the operator's account that it has not bought, the operator does (`operators_only`).
#[utoipa::path(
    post, path = "/api/numbers/operations/{id}/retry", tag = "numbers", params(("id" = String, Path)),
    responses(
        (status = OK, body = Provisioned, description = "It is done"),
        (status = ACCEPTED, body = Provisioned, description = "It goes on by itself"),
        (status = FORBIDDEN, body = ProblemBody, description = "`read_only_key`, `operators_only`"),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "It has not failed, or another one with the number runs"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "It has failed again"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn retry_operation(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Provisioned>), Problem> {
    let id = path_id(&id, "operation_not_found", "operation")?;
    let operation = api.provisioning().retry(&context, &tenant, &id).await?;
    let (status, provisioned) = settle(&api, &tenant, operation, StatusCode::OK).await?;
    Ok((status, Json(provisioned)))
}
