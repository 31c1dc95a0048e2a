use axum::extract::{Path, State};
use veralux_core::port::ViolationAction;

use super::{Because, ViolationView};
use crate::Api;
use crate::v1::messages::eye;
use crate::web::{Auth, Json, Problem, ProblemBody, Writer, path_id};

/// Sends what is held as it is; the routing rules decide anew.
#[utoipa::path(
    post, path = "/api/policy/violations/{id}/override", tag = "policy", params(("id" = String, Path)),
    request_body = Because,
    responses(
        (status = OK, body = ViolationView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "Decided before, nothing is held, or the rules forbid it now"),
    ),
)]
pub(crate) async fn override_violation(
    State(api): State<Api>,
    auth: Auth,
    Writer { tenant, context }: Writer,
    Path(id): Path<String>,
    Json(because): Json<Because>,
) -> Result<Json<ViolationView>, Problem> {
    let id = path_id(&id, "violation_not_found", "violation")?;
    let action = ViolationAction::SendAsIs;
    let violation = api.policy().decide(&context, &tenant, &id, action, &because.reason).await?;
    api.wake_workers();
    Ok(Json(super::view(&eye(&api, &auth), violation)))
}
