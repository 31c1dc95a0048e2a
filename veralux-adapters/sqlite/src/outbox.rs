//! Whose projection is behind the ledger. The ledger writes it; see `ledger::runtime`.

use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::port::{self, Due, Listed, Page, PendingProjection, ProjectionOutbox};
use veralux_core::time::Instant;
use veralux_sql::ledger::PROJECT_ANEW;
use veralux_sql::stored;

use crate::error::{Doing as _, Result};
use crate::row::Columns;
use crate::script::Script;
use crate::store::SqliteStore;
use crate::transaction::Transaction;
use crate::writer::Write;

crate::statements::statements! {
    one {
        LOOKUP = "SELECT o.sequence, d.did FROM runtime_outbox o \
                  LEFT JOIN runtime_outbox_did d ON d.tenant_id = o.tenant_id WHERE o.tenant_id = ? ORDER BY d.did";
        LIST = "SELECT o.tenant_id, o.sequence, o.since FROM runtime_outbox o \
                WHERE o.projected < o.sequence AND (o.since, o.tenant_id) > (?, ?) ORDER BY o.since, o.tenant_id LIMIT ?";
        COUNT = "SELECT count(*) FROM runtime_outbox o WHERE o.projected < o.sequence";
        SETTLE = "UPDATE runtime_outbox SET projected = max(projected, min(?, sequence)) WHERE tenant_id = ?";
        FORGET_DIDS = "DELETE FROM runtime_outbox_did WHERE tenant_id = ? AND sequence <= ?";
        WAITS = "SELECT 1 FROM runtime_outbox o WHERE o.tenant_id = ? AND o.projected < o.sequence";
    }
}

const READING: &str = "reading how far a projection is";
const LISTING: &str = "listing whose projection waits";
const WRITING: &str = "noting how far a projection is";

#[async_trait]
impl ProjectionOutbox for SqliteStore {
    async fn lookup(&self, tenant: &TenantId) -> port::Result<Due> {
        let query = sqlx::query(LOOKUP).bind(tenant.as_str().to_owned());
        let rows: Vec<Due> = self.fetch_all(READING, query).await?;
        // One row a DID, each with the same sequence.
        Ok(rows.into_iter().fold(Due::default(), |mut due, row| {
            due.sequence = row.sequence;
            due.left.extend(row.left);
            due
        }))
    }

    async fn list(&self, page: &Page) -> port::Result<Listed<PendingProjection>> {
        let (since, tenant) = match page.after.as_deref() {
            None => (i64::MIN, String::new()),
            Some(key) => place(key).ok_or(port::Error::Invalid("the page's key is no tenant that waits"))?,
        };
        let query = sqlx::query(LIST).bind(since).bind(tenant).bind(i64::from(page.limit) + 1);
        self.fetch_page(LISTING, query, page, key).await
    }

    async fn count(&self) -> port::Result<u64> {
        let row = self.fetch_row(READING, sqlx::query(COUNT)).await?;
        Ok(row.map(|row| Columns::new(&row).count("count")).transpose().doing(READING)?.unwrap_or_default())
    }

    async fn add(&self, tenant: &TenantId, at: Instant) -> port::Result<()> {
        Ok(self.writer().submit(WRITING, Add(tenant.clone(), at)).await?)
    }

    async fn remove(&self, tenant: &TenantId, sequence: u64) -> port::Result<bool> {
        Ok(self.writer().submit(WRITING, Remove(tenant.clone(), sequence)).await?)
    }
}

fn key(pending: &PendingProjection) -> String {
    format!("{}.{}", pending.since.micros(), pending.tenant)
}

fn place(key: &str) -> Option<(i64, String)> {
    let (since, tenant) = key.split_once('.')?;
    Some((since.parse().ok()?, TenantId::parse(tenant).ok()?.to_string()))
}

struct Add(TenantId, Instant);

#[async_trait]
impl Write for Add {
    type Output = ();

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<()> {
        let mut script = Script::new();
        script.query(&veralux_sql::query(PROJECT_ANEW).bind(&self.0).bind(self.1.micros()));
        transaction.run(script).await.into_result().map(drop).doing(WRITING)
    }
}

struct Remove(TenantId, u64);

#[async_trait]
impl Write for Remove {
    type Output = bool;

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<bool> {
        let (tenant, sequence) = (self.0.as_str(), stored(self.1));
        let mut script = Script::new();
        script.statement(SETTLE).bind(sequence).bind(tenant);
        script.statement(FORGET_DIDS).bind(tenant).bind(sequence);
        script.statement(WAITS).bind(tenant);
        let done = transaction.run(script).await.into_result().doing(WRITING)?;
        Ok(done.last().is_none_or(|done| done.rows.is_empty()))
    }
}
