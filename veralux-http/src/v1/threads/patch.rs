use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::party::ThreadStatus;

use super::ThreadView;
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer, path_id};

/// What shall be different; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PatchThread {
    /// `active`, `closed`, `blocked` or `archived`.
    #[schema(value_type = Option<String>, example = "closed")]
    status: Option<ThreadStatus>,
    /// The customer wants no more messages.
    opted_out: Option<bool>,
}

/// Blocks, closes, archives or reopens a thread, and notes whether the customer wants messages.
#[utoipa::path(
    patch, path = "/api/threads/{id}", tag = "threads", params(("id" = String, Path)), request_body = PatchThread,
    responses(
        (status = OK, body = ThreadView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "Its pair of numbers has another thread by now"),
    ),
)]
pub(crate) async fn patch(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Path(id): Path<String>,
    Json(body): Json<PatchThread>,
) -> Result<Json<ThreadView>, Problem> {
    let id = path_id(&id, "thread_not_found", "thread")?;
    let thread = api.threads().patch(&context, &tenant, &id, body.status, body.opted_out).await?;
    Ok(Json(super::view(&api, &tenant, &thread).await?))
}
