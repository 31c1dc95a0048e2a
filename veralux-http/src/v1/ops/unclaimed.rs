use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::port::Unclaimed;

use crate::Api;
use crate::web::{Auth, Json, PageParams, PageView, Paging, Problem, ProblemBody};

/// A valid webhook for a number that no tenant held when it came.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Unclaimed)]
pub(crate) struct UnclaimedView {
    #[schema(example = "twilio")]
    provider: String,
    /// The provider's id of the event.
    event: String,
    /// Why nobody got it.
    #[schema(example = "number_not_held")]
    reason: String,
    #[schema(format = DateTime)]
    received_at: String,
    /// The body as it was signed; null for a key that may not see whole texts.
    body: Option<String>,
}

impl UnclaimedView {
    fn new(webhook: Unclaimed, whole: bool) -> Self {
        Self {
            provider: webhook.claim.provider,
            event: webhook.claim.event,
            reason: webhook.reason,
            received_at: webhook.received_at.to_string(),
            body: whole.then(|| webhook.body.as_str().to_owned()),
        }
    }
}

/// Webhooks that no tenant's number matched, of the last 90 days. For operators.
#[utoipa::path(
    get, path = "/api/ops/unclaimed", tag = "ops", params(PageParams),
    responses((status = OK, body = PageView<UnclaimedView>), (status = FORBIDDEN, body = ProblemBody)),
)]
pub(crate) async fn unclaimed(
    State(api): State<Api>,
    auth: Auth,
    paging: Paging,
) -> Result<Json<PageView<UnclaimedView>>, Problem> {
    auth.may_read_platform()?;
    let listed = api.parts().stores.unclaimed.list(&paging.page(false)).await?;
    let whole = auth.caller.sees_whole_texts();
    Ok(Json(paging.view(listed, |webhook| UnclaimedView::new(webhook, whole))))
}
