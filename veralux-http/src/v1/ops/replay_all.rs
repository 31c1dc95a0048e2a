use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use veralux_core::service::DeadLetterFilter;
use veralux_core::time::Instant;

use crate::Api;
use crate::web::{Json, PageParams, Paging, Problem, ProblemBody, Writer};

/// Which dead letters are sent once more, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplayAll {
    /// 1 to 500 characters; kept in the audit trail with each of them.
    #[schema(example = "the provider is back")]
    reason: String,
    /// Those with this `errorCode`; all when absent.
    #[schema(example = "30008")]
    code: Option<String>,
    /// Those that have waited since then or later; all when absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Instant>,
}

/// What became of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReplayedAll {
    /// Ids of the messages that are queued again, the oldest first.
    replayed: Vec<String>,
    /// Those that go on waiting.
    refused: Vec<NotReplayed>,
    /// How many more wait of those asked for, at least: at most 1,000 dead letters are looked at, and where the store goes away
    /// amid them, one.
    left: usize,
    /// Send it as `cursor` for the rest; null when there is none.
    next_cursor: Option<String>,
}

/// A dead letter that cannot be sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotReplayed {
    message_id: String,
    /// As a replay of it alone is refused: `not_sent`, `not_sendable`, `stale`.
    #[schema(example = "not_sent")]
    code: &'static str,
    detail: String,
}

/// Sends dead letters once more, the oldest first, `limit` at a time. Each is as if replayed alone: what may have been sent is asked for
/// first, what cannot be sent goes on waiting. Repeated, it replays only what waits by then.
#[utoipa::path(
    post, path = "/api/ops/dead-letters/replay", tag = "ops", params(PageParams), request_body = ReplayAll,
    responses(
        (status = OK, body = ReplayedAll, description = "Each that could be is queued again"),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
    ),
)]
pub(crate) async fn replay_all(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    paging: Paging,
    Json(ReplayAll { reason, code, since }): Json<ReplayAll>,
) -> Result<Json<ReplayedAll>, Problem> {
    let (filter, page) = (DeadLetterFilter { code, since }, paging.page(false));
    let all = api.dispatcher().replay_all(&context, &tenant, &reason, &filter, &page).await;
    // Also where it was broken off: some may be queued.
    api.wake_workers();
    let all = all?;
    let refused = all.refused.into_iter().map(|(message, refusal)| NotReplayed {
        message_id: message.to_string(),
        code: refusal.code,
        detail: refusal.detail,
    });
    Ok(Json(ReplayedAll {
        replayed: all.replayed.iter().map(ToString::to_string).collect(),
        refused: refused.collect(),
        left: all.left,
        next_cursor: paging.mark(all.next),
    }))
}
