use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::port::Message;

use crate::Api;
use crate::v1::messages::{Eye, MessageView, eye};
use crate::v1::numbers::operations::RawAnswerView;
use crate::web::{Auth, Json, PageParams, PageView, Paging, Problem, ProblemBody, Reader};

/// A message that waits for a person: it was not sent, or nobody can tell.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DeadLetter)]
pub(crate) struct DeadLetterView {
    /// What went wrong is in its `deliveryDetail`.
    message: MessageView,
    /// What the provider answered; null where it did not, and for a key that may not see whole texts.
    raw: Option<RawAnswerView>,
}

pub(super) fn view(eye: &Eye<'_>, message: Message) -> DeadLetterView {
    let error = message.delivery.as_ref().and_then(|delivery| delivery.error.as_ref());
    let raw = error.and_then(|error| error.raw.as_ref()).filter(|_| eye.sees_all());
    DeadLetterView { raw: raw.map(RawAnswerView::from), message: eye.view(message) }
}

/// The tenant's messages that wait for a person, oldest first.
#[utoipa::path(
    get, path = "/api/ops/dead-letters", tag = "ops", params(PageParams),
    responses((status = OK, body = PageView<DeadLetterView>), (status = BAD_REQUEST, body = ProblemBody)),
)]
pub(crate) async fn dead_letters(
    State(api): State<Api>,
    auth: Auth,
    Reader { tenant }: Reader,
    paging: Paging,
) -> Result<Json<PageView<DeadLetterView>>, Problem> {
    let listed = api.dispatcher().list_dead_letters(&tenant, &paging.page(false)).await?;
    let eye = eye(&api, &auth);
    Ok(Json(paging.view(listed, |message| view(&eye, message))))
}
