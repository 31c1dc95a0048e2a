//! A commit as it is sent: what its changes write, and what comes behind them.

use veralux_core::audit::Draft;
use veralux_core::id::{EventId, TenantId};
use veralux_core::port::{Commit, Notice};
use veralux_core::time::Instant;
use veralux_sql::{Plan, ledger};

use super::{event, plan};
use crate::connections::Connections;
use crate::error::Cause;
use crate::notices;
use crate::query::Done;
use crate::row::Postgres;
use crate::script::Script;
use crate::transaction::{Scope, Transaction};

/// How often a commit begins anew that stood in another one's way. Two commits of different tenants may name the same
/// numbers in another order; then the server ends one of them.
const ATTEMPTS: usize = 4;

/// A commit as it is sent.
pub(super) struct Prepared {
    pub(super) tenant: TenantId,
    pub(super) at: Instant,
    /// The changes.
    pub(super) plan: Plan,
    pub(super) events: Vec<(EventId, Draft)>,
    notices: Vec<Notice>,
}

impl Prepared {
    pub(super) fn new(commit: Commit) -> Result<Self, Cause> {
        let Commit { tenant, at, changes, events } = commit;
        let mut plan = Plan::new();
        let notices = changes.iter().filter_map(|change| notices::of(&tenant, change)).collect();
        for change in changes {
            ledger::add::<Postgres>(&mut plan, &tenant, at, change)?;
        }
        Ok(Self { tenant, at, plan, events, notices })
    }

    /// Makes it by itself.
    pub(super) async fn post(&self, connections: &Connections) -> Result<(), Cause> {
        let mut attempt = 1;
        loop {
            match self.try_to_post(connections).await {
                Err(cause) if cause.is_repeatable() && attempt < ATTEMPTS => attempt += 1,
                result => return result,
            }
        }
    }

    /// One attempt: the changes in one round trip, the audit events and the end of the transaction in another.
    async fn try_to_post(&self, connections: &Connections) -> Result<(), Cause> {
        let head = if self.events.is_empty() { Script::new() } else { event::head_of(&self.tenant) };
        let scope = Scope::Locked(&self.tenant);
        let first = head.queries().chain(self.plan.queries());
        let (mut transaction, mut outcome) = Transaction::begin(connections, scope, first).await?;
        let found = outcome.take_first(head.queries().count());
        let sealed = match plan::judge(&self.plan, outcome, &mut transaction).await {
            Ok(()) => self.seal(found.first()),
            Err(cause) => Err(cause),
        };
        match sealed {
            Ok(last) => transaction.finish(&last).await,
            Err(cause) => {
                transaction.cancel().await;
                Err(cause)
            }
        }
    }

    /// What comes last: events behind the head that was found, and notices.
    fn seal(&self, found: Option<&Done>) -> Result<Script, Cause> {
        let mut last = Script::new();
        if !self.events.is_empty() {
            let head = event::head_in(found)?;
            event::seal_into(&mut last, head, &self.tenant, self.at, &self.events, true)?;
        }
        for notice in &self.notices {
            notices::add(&mut last, notice);
        }
        Ok(last)
    }
}
