use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::{LOOK_AGAIN, LinkView, PATIENCE};
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// Takes an assistant's number away from the platform. The assistant itself stays there.
#[utoipa::path(
    delete, path = "/api/assistants/links/{id}", tag = "assistants",
    params(("id" = String, Path, description = "The platform's id of the assistant")),
    responses(
        (status = NO_CONTENT),
        (status = ACCEPTED, body = LinkView, description = "It goes on by itself"),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn unlink(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let mut link = api.assistants().unlink(&context, &tenant, &id).await?;
    api.wake_workers();
    let (deadline, begun) = (tokio::time::Instant::now() + PATIENCE, link.revision);
    while link.revision == begun && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(LOOK_AGAIN).await;
        match api.assistants().lookup_link(&tenant, &id).await? {
            Some(now) => link = now,
            None => return Ok(StatusCode::NO_CONTENT.into_response()),
        }
    }
    Ok((StatusCode::ACCEPTED, Json(LinkView::from(link))).into_response())
}
