use axum::extract::{Path, State};
use serde_json::json;
use utoipa::ToSchema;
use veralux_core::port::DecisionRecord;

use crate::Api;
use crate::web::{JsonText, PageParams, PageView, Paging, Problem, ProblemBody, Reader, path_id};

/// A stored decision with the snapshot that it was made from.
#[derive(Debug, ToSchema)]
#[schema(as = DecisionRecord, rename_all = "camelCase")]
pub(crate) struct DecisionView {
    /// For a replay.
    id: String,
    thread_id: Option<String>,
    message_id: Option<String>,
    /// The instant that it was made for.
    #[schema(format = DateTime)]
    at: String,
    /// Version of the policy detector whose counts stand in the snapshot.
    detector_version: String,
    /// Canonical.
    #[schema(value_type = Object)]
    snapshot: String,
    /// With its trace, canonical.
    #[schema(value_type = Object)]
    decision: String,
}

/// A thread's decisions with their traces, newest first.
#[utoipa::path(
    get, path = "/api/routing/threads/{id}/history", tag = "routing", params(("id" = String, Path), PageParams),
    responses((status = OK, body = PageView<DecisionView>), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn history(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    Path(id): Path<String>,
    paging: Paging,
) -> Result<JsonText, Problem> {
    let id = path_id(&id, "thread_not_found", "thread")?;
    let listed = api.routing().history(&tenant, &id, &paging.page(true)).await?;
    Ok(JsonText(page_json(&paging.view(listed, DecisionView::from))))
}

fn page_json(page: &PageView<DecisionView>) -> String {
    let items: Vec<String> = page.items.iter().map(DecisionView::json).collect();
    format!("{{\"items\":[{}],\"nextCursor\":{}}}", items.join(","), json!(page.next_cursor))
}

impl From<DecisionRecord> for DecisionView {
    fn from(record: DecisionRecord) -> Self {
        Self {
            id: record.id.to_string(),
            thread_id: record.thread.map(|id| id.to_string()),
            message_id: record.message.map(|id| id.to_string()),
            at: record.at.to_string(),
            detector_version: record.detector_version,
            snapshot: record.snapshot,
            decision: record.decision,
        }
    }
}

impl DecisionView {
    /// Written here so that the stored bytes go out as they are.
    fn json(&self) -> String {
        format!(
            "{{\"id\":{},\"threadId\":{},\"messageId\":{},\"at\":{},\"detectorVersion\":{},\"snapshot\":{},\"decision\":{}}}",
            json!(self.id),
            json!(self.thread_id),
            json!(self.message_id),
            json!(self.at),
            json!(self.detector_version),
            self.snapshot,
            self.decision
        )
    }
}
