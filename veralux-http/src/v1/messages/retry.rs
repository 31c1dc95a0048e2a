use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{MessageView, eye};
use crate::Api;
use crate::web::{Auth, Json, OptionalJson, Problem, ProblemBody, Writer, path_id};

/// Why a message is sent once more.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Retry {
    /// 1 to 500 characters.
    #[schema(example = "their phone is on again")]
    reason: Option<String>,
}

/// Sends a message once more that failed.
#[utoipa::path(
    post, path = "/api/messages/{id}/retry", tag = "messages", params(("id" = String, Path)),
    request_body = Option<Retry>,
    responses(
        (status = OK, body = MessageView, description = "It is queued again"),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "It has not failed, nobody sends over its provider, or the routing rules forbid it now (`not_sent`)"),
    ),
)]
pub(crate) async fn retry(
    State(api): State<Api>,
    auth: Auth,
    Writer { tenant, context }: Writer,
    Path(id): Path<String>,
    OptionalJson(Retry { reason }): OptionalJson<Retry>,
) -> Result<Json<MessageView>, Problem> {
    let id = path_id(&id, "message_not_found", "message that we send")?;
    let reason = reason.as_deref().unwrap_or("retried by hand");
    let message = api.dispatcher().retry(&context, &tenant, &id, reason).await?;
    api.wake_workers();
    Ok(Json(eye(&api, &auth).view(message)))
}
