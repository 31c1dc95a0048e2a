//! A transaction of several tenants, whose statements follow one another: each sees and writes the rows of its own only.

use std::iter;

use veralux_core::id::TenantId;

use super::{COMMIT, LOCK_TENANTS, ROLLBACK, set_tenant};
use crate::connections::{Connection, Connections};
use crate::error::Cause;
use crate::query::{Done, Outcome, Query, Step, Value, query};

/// So long it waits for another node that holds one of its tenants: for then all of them wait.
const BEGIN_SHARED: &str = "BEGIN;SET LOCAL lock_timeout = '100ms'";

/// What is run for one tenant.
pub(crate) struct Share<'a> {
    pub(crate) tenant: &'a TenantId,
    pub(crate) queries: Vec<&'a Query>,
}

/// A transaction that has begun, whose tenants' other commits wait. It is lost unless it is finished.
pub(crate) struct SharedTransaction {
    connection: Connection,
    /// Whose statements ran last.
    named: Option<TenantId>,
}

/// Why a transaction did not end as it should.
pub(crate) enum Unfinished {
    /// The server took everything back.
    TakenBack,
    /// It may have been done or not.
    Unknown(Cause),
}

impl SharedTransaction {
    /// Begins, locks the tenants in the order of the shares, which is the same for all nodes, and runs the first statements
    /// of each, in one round trip.
    pub(crate) async fn begin(
        connections: &Connections,
        shares: &[Share<'_>],
    ) -> Result<(Self, Vec<Done>), Cause> {
        let tenants: Vec<String> = shares.iter().map(|share| share.tenant.to_string()).collect();
        let lock = query(LOCK_TENANTS).bind(Value::Texts(tenants));
        let first = [Step::Text(BEGIN_SHARED.to_owned()), Step::Query(&lock)];
        let steps: Vec<Step<'_>> = first.into_iter().chain(steps_of(shares, None)).collect();
        let named = shares.last().map(|share| share.tenant.clone());
        let mut transaction = Self { connection: connections.take().await?, named };
        let outcome = transaction.connection.run(&steps).await;
        match outcome.into_result() {
            Ok(done) => Ok((transaction, of_queries(&steps, done).skip(1).collect())),
            Err(cause) => {
                transaction.cancel().await;
                Err(cause)
            }
        }
    }

    /// Runs the last statements of each, those of whose ran last first, and makes everything durable, in one round trip.
    pub(crate) async fn finish(mut self, shares: &[Share<'_>]) -> Result<(), Unfinished> {
        let end = iter::once(Step::Text(COMMIT.to_owned()));
        let steps: Vec<Step<'_>> = steps_of(shares.iter().rev(), self.named.as_ref()).chain(end).collect();
        let outcome = self.connection.run(&steps).await;
        if outcome.all_sent {
            // Of a transaction that failed, COMMIT has made an end as well.
            self.connection.give_back();
        }
        ended(outcome, steps.len())
    }

    /// Takes everything back.
    pub(crate) async fn cancel(mut self) {
        // If this fails the connection is closed, which does the same.
        if self.connection.run(&[Step::Text(ROLLBACK.to_owned())]).await.error.is_none() {
            self.connection.give_back();
        }
    }
}

/// What became of a transaction of so many statements, COMMIT behind all others.
fn ended(outcome: Outcome, statements: usize) -> Result<(), Unfinished> {
    let before_the_end = outcome.done.len() + 1 < statements;
    match outcome.error {
        None => Ok(()),
        Some(Cause::Database(error)) if error.as_db_error().is_some() && before_the_end => {
            Err(Unfinished::TakenBack)
        }
        // A COMMIT whose sending failed may have reached the server before the connection was lost.
        Some(Cause::Database(_)) if !outcome.last_tried => Err(Unfinished::TakenBack),
        Some(cause) => Err(Unfinished::Unknown(cause)),
    }
}

/// The statements of each behind its tenant's name, which is not said again of the one that is named already.
fn steps_of<'a>(
    shares: impl IntoIterator<Item = &'a Share<'a>>,
    mut named: Option<&'a TenantId>,
) -> impl Iterator<Item = Step<'a>> {
    shares.into_iter().flat_map(move |share| {
        let before = named.replace(share.tenant);
        let name = (before != Some(share.tenant)).then(|| Step::Text(set_tenant(share.tenant)));
        name.into_iter().chain(share.queries.iter().map(|query| Step::Query(query)))
    })
}

fn of_queries(steps: &[Step<'_>], done: Vec<Done>) -> impl Iterator<Item = Done> {
    steps.iter().zip(done).filter(|(step, _)| matches!(step, Step::Query(_))).map(|(_, done)| done)
}

#[cfg(test)]
mod tests {
    use tokio_postgres::NoTls;

    use super::*;

    /// An error that is not the server's.
    async fn lost() -> Cause {
        match tokio_postgres::connect("host=/nowhere user=nobody", NoTls).await {
            Ok(_) => panic!("nobody listens there"),
            Err(error) => error.into(),
        }
    }

    #[tokio::test]
    async fn what_a_lost_connection_says_of_a_transaction() {
        for (what, done, last_tried, all_sent, taken_back) in [
            ("lost before COMMIT was handed over", 1, false, false, true),
            ("lost while COMMIT was handed over", 2, true, false, false),
            ("the same, and nothing was heard of what stands before it", 0, true, false, false),
            ("lost behind it", 2, true, true, false),
        ] {
            let done = std::iter::repeat_with(Done::default).take(done).collect();
            let outcome = Outcome { done, error: Some(lost().await), all_sent, last_tried };
            let found = matches!(ended(outcome, 3), Err(Unfinished::TakenBack));
            assert_eq!(found, taken_back, "{what}");
        }
    }
}
