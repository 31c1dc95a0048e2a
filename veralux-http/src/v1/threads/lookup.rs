use axum::extract::{Path, State};

use super::ThreadView;
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Reader, path_id};

/// One thread.
#[utoipa::path(
    get, path = "/api/threads/{id}", tag = "threads", params(("id" = String, Path)),
    responses((status = OK, body = ThreadView), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn lookup(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    Path(id): Path<String>,
) -> Result<Json<ThreadView>, Problem> {
    let id = path_id(&id, "thread_not_found", "thread")?;
    let thread = api.threads().lookup(&tenant, &id).await?;
    Ok(Json(super::view(&api, &tenant, &thread).await?))
}
