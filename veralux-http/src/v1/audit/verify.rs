use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::audit::{Break, Cause, Head};
use veralux_core::service::ChainReport;

use crate::Api;
use crate::web::{ChainReader, Json, Problem, ProblemBody};

/// What a walk over the whole chain showed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChainReport)]
pub(crate) struct ReportView {
    /// Nothing is missing, altered, swapped or added.
    whole: bool,
    /// How many events are whole, from the first on.
    events: u64,
    /// Where the store says that the chain stands; null before the first event. Keep it elsewhere to recognise a
    /// chain that was rewritten as a whole.
    head: Option<HeadView>,
    broken: Option<BreakView>,
}

/// Where a chain stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChainHead)]
pub(crate) struct HeadView {
    sequence: u64,
    hash: String,
}

/// Where a chain breaks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChainBreak)]
pub(crate) struct BreakView {
    sequence: u64,
    /// `other_tenant`, `sequence`, `previous`, `hash`, `truncated`, `other_head` or `beyond_head`.
    #[schema(example = "hash")]
    cause: &'static str,
    detail: String,
}

/// Walks the whole chain of a tenant and says whether it is whole.
#[utoipa::path(
    get, path = "/api/admin/audit/verify", tag = "audit",
    responses((status = OK, body = ReportView), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn verify(
    State(api): State<Api>,
    ChainReader { tenant }: ChainReader,
) -> Result<Json<ReportView>, Problem> {
    Ok(Json(api.audit().verify(&tenant).await?.into()))
}

impl From<ChainReport> for ReportView {
    fn from(report: ChainReport) -> Self {
        let head = |head: Head| HeadView { sequence: head.sequence, hash: head.hash.to_string() };
        let broken = |broken: Break| BreakView {
            sequence: broken.sequence,
            cause: word(broken.cause),
            detail: broken.cause.to_string(),
        };
        Self {
            whole: report.broken.is_none(),
            events: report.events,
            head: report.head.map(head),
            broken: report.broken.map(broken),
        }
    }
}

fn word(cause: Cause) -> &'static str {
    match cause {
        Cause::OtherTenant => "other_tenant",
        Cause::Sequence { .. } => "sequence",
        Cause::Previous => "previous",
        Cause::Hash => "hash",
        Cause::Truncated { .. } => "truncated",
        Cause::OtherHead => "other_head",
        Cause::BeyondHead { .. } => "beyond_head",
    }
}
