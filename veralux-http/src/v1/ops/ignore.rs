use axum::extract::{Path, State};

use super::Reason;
use super::dead_letters::{DeadLetterView, view};
use crate::Api;
use crate::v1::messages::eye;
use crate::web::{Auth, Json, Problem, ProblemBody, Writer, path_id};

/// Takes a dead letter off the list: it is not sent.
#[utoipa::path(
    post, path = "/api/ops/dead-letters/{id}/ignore", tag = "ops", params(("id" = String, Path)),
    request_body = Reason,
    responses(
        (status = OK, body = DeadLetterView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "It does not wait any more"),
    ),
)]
pub(crate) async fn ignore(
    State(api): State<Api>,
    auth: Auth,
    Writer { tenant, context }: Writer,
    Path(id): Path<String>,
    Json(Reason { reason }): Json<Reason>,
) -> Result<Json<DeadLetterView>, Problem> {
    let id = path_id(&id, "message_not_found", "message that we send")?;
    let message = api.dispatcher().ignore(&context, &tenant, &id, &reason).await?;
    Ok(Json(view(&eye(&api, &auth), message)))
}
