//! What came of a plan's statements, and how a conflict gets its name.

use veralux_core::port::Conflict;
use veralux_sql::{Plan, Refusal};

use crate::error::{Cause, violated};
use crate::query::{Done, Outcome};
use crate::row::Postgres;
use crate::transaction::Transaction;

/// Whether each statement did what it must; takes what they did.
pub(super) fn holds(plan: &Plan, done: &mut impl Iterator<Item = Done>) -> bool {
    plan.judge(done.map(|done| what(&done))).is_none()
}

/// Whether every statement did what it must; else the first refusal counts.
pub(super) async fn judge(
    plan: &Plan,
    outcome: Outcome,
    transaction: &mut Transaction<'_>,
) -> Result<(), Cause> {
    if let Some(refusal) = plan.judge(outcome.done.iter().map(what)) {
        // Behind an error the transaction answers nothing more.
        let failed = outcome.error.is_some();
        return Err(name(refusal, transaction, failed).await?.into());
    }
    let Some(error) = outcome.error else { return Ok(()) };
    match violated(&error).and_then(|violated| plan.refusal(outcome.done.len(), violated)) {
        Some(refusal) => Err(name(refusal, transaction, true).await?.into()),
        None => Err(error),
    }
}

fn what(done: &Done) -> (u64, bool) {
    (done.written, !done.rows.is_empty())
}

/// Asks in the same transaction, or where that has failed in one that begins anew.
async fn name(refusal: &Refusal, transaction: &mut Transaction<'_>, failed: bool) -> Result<Conflict, Cause> {
    match refusal {
        Refusal::Is(conflict) => Ok(conflict.clone()),
        Refusal::Ask(query, finding, otherwise) => {
            let outcome =
                if failed { transaction.begin_again(query).await } else { transaction.run(query).await };
            let done = outcome.into_result()?;
            match done.first().and_then(|done| done.rows.first()) {
                Some(row) => Ok(finding.read::<Postgres>(row)?),
                None => Ok(otherwise.clone()),
            }
        }
    }
}
