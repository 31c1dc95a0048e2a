use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::service::{Difference, Reconciliation};

use crate::Api;
use crate::web::{Auth, Json, Problem, ProblemBody};

/// What a comparison of projection and ledger found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Reconciliation)]
pub(crate) struct ReconciliationView {
    /// False where the voice runtime reads the database itself, so that nothing can differ.
    projection: bool,
    /// How many entries there should be.
    expected: u64,
    /// How many differ.
    differing: u64,
    /// The first 100 of them.
    differences: Vec<DifferenceView>,
    /// How many were brought in line.
    repaired: u64,
    /// Orphans were left alone because the database holds nothing: is it the right one?
    spared: bool,
}

/// One entry that differs.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ProjectionDifference)]
pub(crate) struct DifferenceView {
    /// `missing`, `stale` or `orphaned`.
    #[schema(example = "missing")]
    kind: &'static str,
    /// `did:` and a DID, or `cfg:` and a tenant.
    #[schema(example = "did:+14155550123")]
    entry: String,
}

impl ReconciliationView {
    fn of(report: Option<Reconciliation>) -> Self {
        let projection = report.is_some();
        let report = report.unwrap_or_default();
        Self {
            projection,
            expected: report.expected,
            differing: report.differing,
            differences: report.differences.into_iter().map(DifferenceView::from).collect(),
            repaired: report.repaired,
            spared: report.spared,
        }
    }
}

impl From<Difference> for DifferenceView {
    fn from(difference: Difference) -> Self {
        let (kind, entry) = match difference {
            Difference::Missing(entry) => ("missing", entry),
            Difference::Stale(entry) => ("stale", entry),
            Difference::Orphaned(entry) => ("orphaned", entry),
        };
        Self { kind, entry }
    }
}

/// Compares what the voice runtime reads with the database, and changes nothing.
#[utoipa::path(
    get, path = "/api/admin/runtime/reconcile", tag = "runtime", operation_id = "compare_projection",
    responses(
        (status = OK, body = ReconciliationView),
        (status = FORBIDDEN, body = ProblemBody),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn report(State(api): State<Api>, auth: Auth) -> Result<Json<ReconciliationView>, Problem> {
    auth.may_read_platform()?;
    Ok(Json(ReconciliationView::of(api.publisher().reconcile(false).await?)))
}

/// Compares what the voice runtime reads with the database, and brings it in line.
#[utoipa::path(
    post, path = "/api/admin/runtime/reconcile", tag = "runtime", operation_id = "repair_projection",
    responses(
        (status = OK, body = ReconciliationView),
        (status = FORBIDDEN, body = ProblemBody),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn repair(State(api): State<Api>, auth: Auth) -> Result<Json<ReconciliationView>, Problem> {
    auth.may_operate()?;
    Ok(Json(ReconciliationView::of(api.publisher().reconcile(true).await?)))
}
