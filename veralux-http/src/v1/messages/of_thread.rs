use axum::extract::{Path, State};
use veralux_core::port::MessageFilter;

use super::MessageView;
use crate::Api;
use crate::web::{Auth, Json, PageParams, PageView, Paging, Problem, ProblemBody, Reader, path_id};

/// A thread's messages, newest first.
#[utoipa::path(
    get, path = "/api/messages/threads/{id}", tag = "messages", params(("id" = String, Path), PageParams),
    responses((status = OK, body = PageView<MessageView>), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn of_thread(
    State(api): State<Api>,
    auth: Auth,
    Reader { tenant }: Reader,
    Path(id): Path<String>,
    paging: Paging,
) -> Result<Json<PageView<MessageView>>, Problem> {
    let of = MessageFilter::Thread(path_id(&id, "thread_not_found", "thread")?);
    let listed = api.threads().messages(&tenant, &of, &paging.page(true)).await?;
    let eye = super::eye(&api, &auth);
    Ok(Json(paging.view(listed, |message| eye.view(message))))
}
