use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::port::ViolationAction;

use super::ViolationView;
use crate::Api;
use crate::v1::messages::eye;
use crate::web::{Auth, Json, Problem, ProblemBody, Writer, path_id};

/// What shall be done about a violation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolve {
    action: Resolution,
    /// 1 to 500 characters.
    #[schema(example = "told Anna to keep it in the thread")]
    reason: String,
}

/// `redact_and_send` and `reject` for what is held, `acknowledge` for what was delivered.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Resolution {
    Acknowledge,
    RedactAndSend,
    Reject,
}

/// Deals with a violation.
#[utoipa::path(
    post, path = "/api/policy/violations/{id}/resolve", tag = "policy", params(("id" = String, Path)),
    request_body = Resolve,
    responses(
        (status = OK, body = ViolationView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "Decided before, or the action does not fit"),
    ),
)]
pub(crate) async fn resolve(
    State(api): State<Api>,
    auth: Auth,
    Writer { tenant, context }: Writer,
    Path(id): Path<String>,
    Json(Resolve { action, reason }): Json<Resolve>,
) -> Result<Json<ViolationView>, Problem> {
    let id = path_id(&id, "violation_not_found", "violation")?;
    let action = match action {
        Resolution::Acknowledge => ViolationAction::Acknowledge,
        Resolution::RedactAndSend => ViolationAction::RedactAndSend,
        Resolution::Reject => ViolationAction::Reject,
    };
    let violation = api.policy().decide(&context, &tenant, &id, action, &reason).await?;
    api.wake_workers();
    Ok(Json(super::view(&eye(&api, &auth), violation)))
}
