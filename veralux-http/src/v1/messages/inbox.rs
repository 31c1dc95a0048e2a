use axum::extract::State;
use veralux_core::port::MessageFilter;

use super::MessageView;
use crate::Api;
use crate::web::{Auth, Json, PageParams, PageView, Paging, Problem, ProblemBody, Reader};

/// The owner inbox, messages that belong to no thread included, newest first.
#[utoipa::path(
    get, path = "/api/messages/inbox", tag = "messages", params(PageParams),
    responses((status = OK, body = PageView<MessageView>), (status = BAD_REQUEST, body = ProblemBody)),
)]
pub(crate) async fn inbox(
    State(api): State<Api>,
    auth: Auth,
    Reader { tenant }: Reader,
    paging: Paging,
) -> Result<Json<PageView<MessageView>>, Problem> {
    let listed = api.threads().messages(&tenant, &MessageFilter::OwnerInbox, &paging.page(true)).await?;
    let eye = super::eye(&api, &auth);
    Ok(Json(paging.view(listed, |message| eye.view(message))))
}
