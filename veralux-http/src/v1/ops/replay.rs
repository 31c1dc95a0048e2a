use axum::extract::{Path, State};

use super::Reason;
use super::dead_letters::{DeadLetterView, view};
use crate::Api;
use crate::v1::messages::eye;
use crate::web::{Auth, Json, Problem, ProblemBody, Writer, path_id};

/// Sends a dead letter once more; where it may have been sent, the provider is asked for it first.
#[utoipa::path(
    post, path = "/api/ops/dead-letters/{id}/replay", tag = "ops", params(("id" = String, Path)),
    request_body = Reason,
    responses(
        (status = OK, body = DeadLetterView, description = "It is queued again"),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "It does not wait any more, nobody sends over its provider, or the routing rules forbid it now (`not_sent`)"),
    ),
)]
pub(crate) async fn replay(
    State(api): State<Api>,
    auth: Auth,
    Writer { tenant, context }: Writer,
    Path(id): Path<String>,
    Json(Reason { reason }): Json<Reason>,
) -> Result<Json<DeadLetterView>, Problem> {
    let id = path_id(&id, "message_not_found", "message that we send")?;
    let message = api.dispatcher().replay(&context, &tenant, &id, &reason).await?;
    api.wake_workers();
    Ok(Json(view(&eye(&api, &auth), message)))
}
