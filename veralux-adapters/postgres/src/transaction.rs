//! A transaction of one tenant, and the only place that says which tenant that is.
//!
//! `SET LOCAL` holds until the transaction ends, so that a connection that goes back to the pool sees nobody's rows. One
//! that was left in the middle of a transaction does not go back: it is closed, and the server takes everything back.

mod shared;

use std::iter;

use tokio_postgres::Row;
use veralux_core::id::TenantId;

use crate::connections::{Connection, Connections};
use crate::error::Cause;
use crate::query::{Outcome, Query, Step, query};
use crate::script::Script;

pub(crate) use self::shared::{Share, SharedTransaction, Unfinished};

crate::statements::statements! {
    one {
        /// Commits of a tenant take effect one after the other, over all nodes: what a statement behind this one reads stays
        /// as it is until the end of the transaction.
        LOCK_TENANT = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
        /// The same for several, one after the other in their order.
        LOCK_TENANTS = "SELECT pg_advisory_xact_lock(hashtextextended(t, 0)) FROM unnest($1::text[]) t";
    }
}

const BEGIN: &str = "BEGIN";
const BEGIN_READING: &str = "BEGIN READ ONLY";
const COMMIT: &str = "COMMIT";
const ROLLBACK: &str = "ROLLBACK";

/// Whose rows a transaction sees.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// Those of one tenant.
    Tenant(&'a TenantId),
    /// Those of one tenant, whose other commits wait.
    Locked(&'a TenantId),
    /// The list of tenants.
    Operator,
    /// What belongs to no tenant.
    Installation,
}

/// A transaction that has begun. It is lost unless it is committed.
pub(crate) struct Transaction<'a> {
    connection: Connection,
    scope: Scope<'a>,
}

impl Scope<'_> {
    /// Begins a transaction of this scope.
    fn begin(self, begin: &str) -> Step<'static> {
        Step::Text(match self {
            Self::Tenant(tenant) | Self::Locked(tenant) => format!("{begin};{}", set_tenant(tenant)),
            Self::Operator => format!("{begin};SET LOCAL veralux.operator = 'on'"),
            Self::Installation => begin.to_owned(),
        })
    }

    fn lock(self) -> Option<Query> {
        match self {
            Self::Locked(tenant) => Some(query(LOCK_TENANT).bind(tenant.as_str())),
            _ => None,
        }
    }
}

/// Says which tenant the rest of the transaction is of. An id holds letters, digits, `_` and `-` ([`TenantId::parse`]), so
/// that it needs no escape.
fn set_tenant(tenant: &TenantId) -> String {
    format!("SET LOCAL veralux.tenant_id = '{tenant}'")
}

impl<'a> Transaction<'a> {
    /// Begins, and runs the first statements in the same round trip.
    pub(crate) async fn begin(
        connections: &Connections,
        scope: Scope<'a>,
        first: impl Iterator<Item = &Query>,
    ) -> Result<(Self, Outcome), Cause> {
        let connection = connections.take().await?;
        let mut transaction = Self { connection, scope };
        let outcome = transaction.start(first).await;
        Ok((transaction, outcome))
    }

    /// Takes everything back that was written so far, and goes on with this statement.
    pub(crate) async fn begin_again(&mut self, first: &Query) -> Outcome {
        let outcome = self.connection.run(&[Step::Text(ROLLBACK.to_owned())]).await;
        if outcome.error.is_some() {
            return outcome;
        }
        self.start(iter::once(first)).await
    }

    async fn start(&mut self, first: impl Iterator<Item = &Query>) -> Outcome {
        let lock = self.scope.lock();
        let mut steps = vec![self.scope.begin(BEGIN)];
        steps.extend(lock.iter().map(Step::Query));
        for query in first {
            steps.push(Step::Query(query));
        }
        let mut outcome = self.connection.run(&steps).await;
        outcome.skip(1 + usize::from(lock.is_some()));
        outcome
    }

    /// Runs one more statement.
    pub(crate) async fn run(&mut self, query: &Query) -> Outcome {
        self.connection.run(&[Step::Query(query)]).await
    }

    /// Runs the last statements and makes everything durable.
    pub(crate) async fn finish(mut self, last: &Script) -> Result<(), Cause> {
        let commit = Step::Text(COMMIT.to_owned());
        let steps: Vec<Step<'_>> = last.queries().map(Step::Query).chain([commit]).collect();
        self.connection.run(&steps).await.into_result()?;
        self.connection.give_back();
        Ok(())
    }

    /// Takes everything back.
    pub(crate) async fn cancel(mut self) {
        // If this fails the connection is closed, which does the same.
        if self.connection.run(&[Step::Text(ROLLBACK.to_owned())]).await.error.is_none() {
            self.connection.give_back();
        }
    }
}

/// Runs statements that write in one transaction and one round trip: for those that need no look at the answers before it
/// ends.
pub(crate) async fn write(
    connections: &Connections,
    scope: Scope<'_>,
    queries: &[&Query],
) -> Result<Outcome, Cause> {
    let own = queries.iter().map(|query| Step::Query(query));
    let queries = queries.len();
    let commit = Step::Text(COMMIT.to_owned());
    let steps: Vec<Step<'_>> = iter::once(scope.begin(BEGIN)).chain(own).chain([commit]).collect();
    let mut outcome = at_once(connections, &steps).await?;
    outcome.skip(1);
    outcome.done.truncate(queries);
    Ok(outcome)
}

/// Runs a query that reads, in one round trip. Where there is no scope to set it needs no transaction of its own.
pub(crate) async fn read(
    connections: &Connections,
    scope: Scope<'_>,
    query: &Query,
) -> Result<Outcome, Cause> {
    if matches!(scope, Scope::Installation) {
        return retried(connections, &[Step::Query(query)]).await;
    }
    let steps = [scope.begin(BEGIN_READING), Step::Query(query), Step::Unawaited(COMMIT)];
    let mut outcome = retried(connections, &steps).await?;
    outcome.skip(1);
    Ok(outcome)
}

/// Runs one query for each of several tenants, in one transaction and one round trip.
pub(crate) async fn read_each(
    connections: &Connections,
    queries: &[(&TenantId, Query)],
) -> Result<Vec<Vec<Row>>, Cause> {
    let both =
        queries.iter().flat_map(|(tenant, query)| [Step::Text(set_tenant(tenant)), Step::Query(query)]);
    let begin = Scope::Installation.begin(BEGIN_READING);
    let steps: Vec<Step<'_>> = iter::once(begin).chain(both).chain([Step::Unawaited(COMMIT)]).collect();
    let done = retried(connections, &steps).await?.into_result()?;
    Ok(done.into_iter().skip(2).step_by(2).map(|done| done.rows).collect())
}

/// For statements that only read.
async fn retried(connections: &Connections, steps: &[Step<'_>]) -> Result<Outcome, Cause> {
    match at_once(connections, steps).await {
        // Since it was last used.
        Ok(Outcome { error: Some(cause), .. }) if cause.ends_connection() => {
            at_once(connections, steps).await
        }
        outcome => outcome,
    }
}

async fn at_once(connections: &Connections, steps: &[Step<'_>]) -> Result<Outcome, Cause> {
    let mut connection = connections.take().await?;
    let outcome = connection.run(steps).await;
    let is_over = outcome.error.as_ref().is_some_and(Cause::ends_connection);
    if outcome.all_sent && !is_over {
        // Of a transaction that failed, COMMIT has made an end as well.
        connection.give_back();
    }
    Ok(outcome)
}

#[cfg(test)]
pub(crate) mod tests;
