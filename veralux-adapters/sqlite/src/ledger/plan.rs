//! What came of a plan's statements, and how a conflict gets its name.

use veralux_core::port::Conflict;
use veralux_sql::{Plan, Refusal};

use crate::error::{Doing as _, Result, violated};
use crate::row::Sqlite;
use crate::script::{Done, Script};
use crate::transaction::Transaction;

const DOING: &str = "committing";

/// Runs everything; the first refusal counts.
pub(super) async fn run(plan: &Plan, transaction: &mut Transaction<'_>) -> Result<()> {
    if plan.queries().is_empty() {
        return Ok(());
    }
    let mut script = Script::new();
    for query in plan.queries() {
        script.query(query);
    }
    let outcome = transaction.run(script).await;
    if let Some(refusal) = plan.judge(outcome.done.iter().map(what)) {
        return Err(name(refusal, transaction).await?).doing(DOING);
    }
    let error = match outcome.error {
        Some(error) => error,
        None if outcome.done.len() < plan.queries().len() => sqlx::Error::WorkerCrashed,
        None => return Ok(()),
    };
    match violated(&error).and_then(|violated| plan.refusal(outcome.done.len(), violated)) {
        Some(refusal) => Err(name(refusal, transaction).await?).doing(DOING),
        None => Err(error).doing(DOING),
    }
}

fn what(done: &Done) -> (u64, bool) {
    (done.written, !done.rows.is_empty())
}

async fn name(refusal: &Refusal, transaction: &mut Transaction<'_>) -> Result<Conflict> {
    match refusal {
        Refusal::Is(conflict) => Ok(conflict.clone()),
        Refusal::Ask(query, finding, otherwise) => {
            let mut script = Script::new();
            script.query(query);
            let done = transaction.run(script).await.into_result().doing(DOING)?;
            match done.first().and_then(|done| done.rows.first()) {
                Some(row) => finding.read::<Sqlite>(row).doing(DOING),
                None => Ok(otherwise.clone()),
            }
        }
    }
}
