//! Whose projection is behind the ledger. The ledger writes it; see `ledger::runtime`.

use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::port::{self, Due, Listed, Page, PendingProjection, ProjectionOutbox};
use veralux_core::time::Instant;
use veralux_sql::ledger::PROJECT_ANEW;
use veralux_sql::stored;

use crate::error::Doing as _;
use crate::paging::excess;
use crate::query::{Outcome, query};
use crate::row::Columns;
use crate::store::PostgresStore;
use crate::transaction::{Scope, write};

crate::statements::statements! {
    one {
        LOOKUP = "SELECT o.sequence, d.did FROM runtime_outbox o \
                  LEFT JOIN runtime_outbox_did d ON d.tenant_id = o.tenant_id \
                  WHERE o.tenant_id = $1 ORDER BY d.did";
        LIST = "SELECT o.tenant_id, o.sequence, o.since FROM runtime_outbox o \
                WHERE o.projected < o.sequence AND (o.since, o.tenant_id) > ($1, $2) \
                ORDER BY o.since, o.tenant_id LIMIT $3";
        COUNT = "SELECT count(*) FROM runtime_outbox o WHERE o.projected < o.sequence";
        SETTLE = "UPDATE runtime_outbox SET projected = greatest(projected, least($1, sequence)) \
                  WHERE tenant_id = $2";
        FORGET_DIDS = "DELETE FROM runtime_outbox_did WHERE tenant_id = $1 AND sequence <= $2";
        WAITS = "SELECT 1 FROM runtime_outbox o WHERE o.tenant_id = $1 AND o.projected < o.sequence";
    }
}

const READING: &str = "reading how far a projection is";
const LISTING: &str = "listing whose projection waits";
const WRITING: &str = "noting how far a projection is";

#[async_trait]
impl ProjectionOutbox for PostgresStore {
    async fn lookup(&self, tenant: &TenantId) -> port::Result<Due> {
        let query = query(LOOKUP).bind(tenant);
        let rows: Vec<Due> = self.installation().fetch_all(READING, query).await?;
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
        let query = query(LIST).bind(since).bind(tenant).bind(excess(page));
        self.installation().fetch_page(LISTING, query, page, key).await
    }

    async fn count(&self) -> port::Result<u64> {
        let row = self.installation().fetch_row(READING, query(COUNT)).await?;
        Ok(row.map(|row| Columns::new(&row).count("count")).transpose().doing(READING)?.unwrap_or_default())
    }

    async fn add(&self, tenant: &TenantId, at: Instant) -> port::Result<()> {
        let query = query(PROJECT_ANEW).bind(tenant).bind(at.micros());
        Ok(self.installation().written(WRITING, query).await.map(drop)?)
    }

    async fn remove(&self, tenant: &TenantId, sequence: u64) -> port::Result<bool> {
        let sequence = stored(sequence);
        let statements = [
            query(SETTLE).bind(sequence).bind(tenant),
            query(FORGET_DIDS).bind(tenant).bind(sequence),
            query(WAITS).bind(tenant),
        ];
        let outcome = write(self.connections(), Scope::Installation, &statements.each_ref()).await;
        let done = outcome.and_then(Outcome::into_result).doing(WRITING)?;
        Ok(done.last().is_none_or(|done| done.rows.is_empty()))
    }
}

fn key(pending: &PendingProjection) -> String {
    format!("{}.{}", pending.since.micros(), pending.tenant)
}

fn place(key: &str) -> Option<(i64, String)> {
    let (since, tenant) = key.split_once('.')?;
    Some((since.parse().ok()?, TenantId::parse(tenant).ok()?.to_string()))
}
