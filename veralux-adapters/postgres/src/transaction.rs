//! A transaction of one tenant, and the only place that says which tenant that is.
//!
//! `SET LOCAL` holds until the transaction ends, so that a connection that goes back to the pool sees nobody's rows. One
//! that was left in the middle of a transaction does not go back: it is closed, and the server takes everything back.

use std::time::Duration;

use deadpool_postgres::Object;
use tokio::time::timeout;
use tokio_postgres::Row;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;

use crate::error::Cause;
use crate::query::{Outcome, Query, query, run};
use crate::script::Script;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        BEGIN = "BEGIN";
        BEGIN_READING = "BEGIN READ ONLY";
        COMMIT = "COMMIT";
        ROLLBACK = "ROLLBACK";
        /// The parameter form of `SET LOCAL`.
        SET_TENANT = "SELECT set_config('veralux.tenant_id', $1, true)";
        SET_TENANT_OF_DID = "SELECT set_config('veralux.tenant_id', \
                             coalesce((SELECT h.tenant_id FROM did_holder h WHERE h.did = $1), ''), true)";
        SET_OPERATOR = "SELECT set_config('veralux.operator', 'on', true)";
        /// Commits of a tenant take effect one after the other, over all nodes: what a statement behind this one reads stays
        /// as it is until the end of the transaction.
        SET_AND_LOCK_TENANT = "SELECT set_config('veralux.tenant_id', $1, true), \
                               pg_advisory_xact_lock(hashtextextended($1, 0))";
    }
}

/// Whose rows a transaction sees.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// Those of one tenant.
    Tenant(&'a TenantId),
    /// Those of one tenant, whose other commits wait.
    Locked(&'a TenantId),
    /// Those of the tenant that a DID leads to; nobody's when it leads nowhere.
    OfDid(&'a E164),
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
    fn set(self) -> Option<Query> {
        match self {
            Self::Tenant(tenant) => Some(query(SET_TENANT).bind(tenant.as_str())),
            Self::Locked(tenant) => Some(query(SET_AND_LOCK_TENANT).bind(tenant.as_str())),
            Self::OfDid(did) => Some(query(SET_TENANT_OF_DID).bind(did.as_str())),
            Self::Operator => Some(query(SET_OPERATOR)),
            Self::Installation => None,
        }
    }
}

impl<'a> Transaction<'a> {
    /// Begins, and runs the first statements in the same round trip.
    pub(crate) async fn begin(
        store: &PostgresStore,
        scope: Scope<'a>,
        first: &Script,
    ) -> Result<(Self, Outcome), Cause> {
        let connection = Connection::take(store).await?;
        let mut transaction = Self { connection, scope };
        let outcome = transaction.start(first).await;
        Ok((transaction, outcome))
    }

    /// Takes everything back that was written so far, and goes on with these statements.
    pub(crate) async fn begin_again(&mut self, first: &Script) -> Outcome {
        let outcome = self.connection.run(&[&query(ROLLBACK)]).await;
        if outcome.error.is_some() {
            return outcome;
        }
        self.start(first).await
    }

    async fn start(&mut self, first: &Script) -> Outcome {
        let begin = query(BEGIN);
        let set = self.scope.set();
        let mut all = vec![&begin];
        all.extend(&set);
        let own = all.len();
        all.extend(first.queries());
        let mut outcome = self.connection.run(&all).await;
        outcome.done.drain(..outcome.done.len().min(own));
        outcome
    }

    /// Runs more statements.
    pub(crate) async fn run(&mut self, script: &Script) -> Outcome {
        let all: Vec<&Query> = script.queries().collect();
        self.connection.run(&all).await
    }

    /// Runs the last statements and makes everything durable.
    pub(crate) async fn finish(mut self, last: &Script) -> Result<(), Cause> {
        let commit = query(COMMIT);
        let all: Vec<&Query> = last.queries().chain([&commit]).collect();
        self.connection.run(&all).await.into_result()?;
        self.connection.give_back();
        Ok(())
    }

    /// Takes everything back.
    pub(crate) async fn cancel(mut self) {
        // If this fails the connection is closed, which does the same.
        if self.connection.run(&[&query(ROLLBACK)]).await.error.is_none() {
            self.connection.give_back();
        }
    }
}

/// Runs statements that write in one transaction and one round trip: for those that need no look at the answers before it
/// ends.
pub(crate) async fn write(
    store: &PostgresStore,
    scope: Scope<'_>,
    queries: &[&Query],
) -> Result<Outcome, Cause> {
    at_once(store, BEGIN, scope, queries).await
}

/// Runs a query that reads, in one round trip. Where there is no tenant to set it needs no transaction of its own.
pub(crate) async fn read(
    store: &PostgresStore,
    scope: Scope<'_>,
    queries: &[&Query],
) -> Result<Outcome, Cause> {
    match at_once(store, BEGIN_READING, scope, queries).await {
        // The server was started anew since the connection was last used: nothing was done yet, another one may do.
        Ok(Outcome { error: Some(Cause::Database(error)), .. }) if error.is_closed() => {
            at_once(store, BEGIN_READING, scope, queries).await
        }
        outcome => outcome,
    }
}

/// Runs one query for each of several tenants, in one transaction and one round trip.
pub(crate) async fn read_each(
    store: &PostgresStore,
    queries: &[(&TenantId, Query)],
) -> Result<Vec<Vec<Row>>, Cause> {
    let sets: Vec<Query> =
        queries.iter().map(|(tenant, _)| query(SET_TENANT).bind(tenant.as_str())).collect();
    let both: Vec<&Query> = sets.iter().zip(queries).flat_map(|(set, (_, query))| [set, query]).collect();
    let outcome = at_once(store, BEGIN_READING, Scope::Installation, &both).await?;
    let done = outcome.into_result()?;
    Ok(done.into_iter().skip(1).step_by(2).map(|done| done.rows).collect())
}

async fn at_once(
    store: &PostgresStore,
    begin: &'static str,
    scope: Scope<'_>,
    queries: &[&Query],
) -> Result<Outcome, Cause> {
    let mut connection = Connection::take(store).await?;
    let set = scope.set();
    if set.is_none() && queries.len() == 1 {
        let outcome = connection.run(queries).await;
        connection.give_back();
        return Ok(outcome);
    }
    let (begin, commit) = (query(begin), query(COMMIT));
    let mut all = vec![&begin];
    all.extend(&set);
    let own = all.len();
    all.extend(queries);
    all.push(&commit);
    let mut outcome = connection.run(&all).await;
    if outcome.error.is_none() {
        outcome.done.pop();
    }
    // Of a transaction that failed, COMMIT has made an end as well.
    connection.give_back();
    outcome.done.drain(..outcome.done.len().min(own));
    Ok(outcome)
}

/// A connection out of the pool.
struct Connection {
    object: Option<Object>,
    longest_silence: Option<Duration>,
}

impl Connection {
    async fn take(store: &PostgresStore) -> Result<Self, Cause> {
        let longest_silence = store.settings().longest_silence;
        Ok(Self { object: Some(store.pool().get().await?), longest_silence })
    }

    async fn run(&mut self, queries: &[&Query]) -> Outcome {
        let Some(client) = &self.object else { return Outcome::failed(Cause::Closed) };
        let Some(longest) = self.longest_silence else { return run(client, queries).await };
        if let Ok(outcome) = timeout(longest, run(client, queries)).await {
            return outcome;
        }
        // Cut off without a word. What was under way may have been done or not, as with any connection that breaks.
        self.close();
        Outcome::failed(Cause::Silent)
    }

    /// No transaction is open: whoever comes next may have it.
    fn give_back(&mut self) {
        self.object = None;
    }

    fn close(&mut self) {
        if let Some(object) = self.object.take() {
            drop(Object::take(object));
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Still here: somebody stopped waiting in the middle of a transaction.
        self.close();
    }
}
