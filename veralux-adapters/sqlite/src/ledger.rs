//! The one place where anything is written: changes and events of a commit as one script in the writer's transaction.

mod dialect;
mod event;
mod plan;

use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::port::{self, Commit, Ledger};
use veralux_sql::{Plan, ledger};

use crate::error::{Cause, Doing as _, Result};
use crate::row::Sqlite;
use crate::store::SqliteStore;
use crate::transaction::Transaction;
use crate::writer::Write;

#[cfg(test)]
pub(crate) const STATEMENTS: &[&[(&str, &str)]] = &[dialect::STATEMENTS, event::STATEMENTS];

const DOING: &str = "committing";

#[async_trait]
impl Ledger for SqliteStore {
    async fn commit(&self, commit: Commit) -> port::Result<()> {
        Ok(self.writer().submit(DOING, Posting(Some(commit))).await?)
    }
}

/// A commit on its way. It is taken out when it is written.
struct Posting(Option<Commit>);

#[async_trait]
impl Write for Posting {
    type Output = ();

    fn chain(&self) -> Option<&TenantId> {
        self.0.as_ref().filter(|commit| !commit.events.is_empty()).map(|commit| &commit.tenant)
    }

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<()> {
        let Some(Commit { tenant, at, changes, events }) = self.0.take() else {
            return Err(Cause::Invalid("a commit is written once")).doing(DOING);
        };
        let mut plan = Plan::new();
        for change in changes {
            ledger::add::<Sqlite>(&mut plan, &tenant, at, change).map_err(Cause::from).doing(DOING)?;
        }
        if events.is_empty() {
            return plan::run(&plan, transaction).await;
        }
        let mut head = transaction.head(&tenant);
        for (id, draft) in events {
            head = event::append(&mut plan, &tenant, at, head, id, draft).doing(DOING)?;
        }
        plan::run(&plan, transaction).await?;
        transaction.move_head(&tenant, head);
        Ok(())
    }
}
