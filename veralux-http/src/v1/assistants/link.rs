use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::id::NumberId;
use veralux_core::port::SyncState;

use super::{LOOK_AGAIN, LinkView, PATIENCE};
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// Which assistant answers which number.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewLink {
    /// The platform's id of the assistant.
    assistant_id: String,
    /// Our id of the number, which is Twilio's.
    number_id: String,
}

/// Has an assistant answer the calls of a number; its messages stay here.
///
/// The link is stored at once. While the platform does not answer it stays `pending` and is tried again; made again, the
/// request brings the assistant in line once more.
#[utoipa::path(
    post, path = "/api/assistants/links", tag = "assistants", request_body = NewLink,
    responses(
        (status = CREATED, body = LinkView),
        (status = ACCEPTED, body = LinkView, description = "It goes on by itself, or somebody must change something: see `state`"),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "The assistant or the number is taken, or there is no voice platform"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn link(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Json(body): Json<NewLink>,
) -> Result<(StatusCode, Json<LinkView>), Problem> {
    let number = NumberId::parse(&body.number_id)
        .map_err(|error| Problem::field("invalid_number_id", "numberId", &error.to_string()))?;
    let mut link = api.assistants().link(&context, &tenant, &body.assistant_id, &number).await?;
    api.wake_workers();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while link.sync == SyncState::Pending && link.error.is_none() && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(LOOK_AGAIN).await;
        if let Some(now) = api.assistants().lookup_link(&tenant, &body.assistant_id).await? {
            link = now;
        }
    }
    let is_done = link.sync == SyncState::Synced;
    let status = if is_done { StatusCode::CREATED } else { StatusCode::ACCEPTED };
    Ok((status, Json(link.into())))
}
