use axum::extract::{Path, State};
use veralux_core::port::ViolationAction;

use super::{Because, ViolationView};
use crate::Api;
use crate::v1::messages::eye;
use crate::web::{Auth, Json, Problem, ProblemBody, Writer, path_id};

/// A false alarm: nothing is done about it. What is held is overridden instead.
#[utoipa::path(
    post, path = "/api/policy/violations/{id}/dismiss", tag = "policy", params(("id" = String, Path)),
    request_body = Because,
    responses(
        (status = OK, body = ViolationView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "Decided before, or a draft is held"),
    ),
)]
pub(crate) async fn dismiss(
    State(api): State<Api>,
    auth: Auth,
    Writer { tenant, context }: Writer,
    Path(id): Path<String>,
    Json(because): Json<Because>,
) -> Result<Json<ViolationView>, Problem> {
    let id = path_id(&id, "violation_not_found", "violation")?;
    let action = ViolationAction::Dismiss;
    let violation = api.policy().decide(&context, &tenant, &id, action, &because.reason).await?;
    Ok(Json(super::view(&eye(&api, &auth), violation)))
}
