//! One writing transaction that several jobs share.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::sqlite::{SqliteConnection, SqliteRow};
use veralux_core::audit::Head;
use veralux_core::digest::Digest;
use veralux_core::id::TenantId;

use crate::error::{Doing as _, Result};
use crate::row::Columns;
use crate::script::{Outcome, Script};

crate::statements::statements! {
    one {
        BEGIN = "BEGIN IMMEDIATE";
        SAVEPOINT = "SAVEPOINT job";
        RELEASE = "RELEASE job";
        ROLLBACK_JOB = "ROLLBACK TO job";
        COMMIT = "COMMIT";
        LOOKUP_HEADS = "SELECT tenant_id, sequence, hash FROM audit_head \
                        WHERE tenant_id IN (SELECT value FROM json_each(?))";
        PUT_HEADS = "INSERT INTO audit_head (tenant_id, sequence, hash) \
                     SELECT value ->> 0, value ->> 1, unhex(value ->> 2) FROM json_each(?) WHERE true \
                     ON CONFLICT (tenant_id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash";
    }
}

/// A transaction that has begun. It is lost unless it is committed.
pub(crate) struct Transaction<'c> {
    connection: &'c mut SqliteConnection,
    /// Where the chains stand behind the jobs that were written so far.
    heads: BTreeMap<TenantId, Head>,
    /// Those that this transaction has moved.
    moved: BTreeSet<TenantId>,
    /// The running job has no savepoint of its own yet.
    fresh: bool,
}

impl<'c> Transaction<'c> {
    /// Begins, and reads where the audit chains stand.
    pub(crate) async fn begin(
        connection: &'c mut SqliteConnection,
        chains: impl Iterator<Item = &TenantId>,
    ) -> Result<Self> {
        let wanted: BTreeSet<&str> = chains.map(TenantId::as_str).collect();
        let mut script = Script::new();
        script.statement(BEGIN).statement(LOOKUP_HEADS).bind(serde_json::json!(wanted).to_string());
        script.statement(SAVEPOINT);
        let done = script.run(connection).await.into_result().doing("beginning a transaction")?;
        let mut heads = BTreeMap::new();
        for row in done.iter().flat_map(|done| &done.rows) {
            let (tenant, head) = read_head(row)?;
            heads.insert(tenant, head);
        }
        Ok(Self { connection, heads, moved: BTreeSet::new(), fresh: false })
    }

    /// From here on statements belong to another job.
    pub(crate) fn start_job(&mut self) {
        self.fresh = true;
    }

    /// Runs a script as part of the job.
    pub(crate) async fn run(&mut self, script: Script) -> Outcome {
        if !std::mem::take(&mut self.fresh) {
            return script.run(self.connection).await;
        }
        let mut outcome = script.behind(&[RELEASE, SAVEPOINT]).run(self.connection).await;
        outcome.done.drain(..outcome.done.len().min(2));
        outcome
    }

    /// Takes back what the job has written.
    pub(crate) async fn undo_job(&mut self) -> Result<()> {
        if self.fresh {
            return Ok(());
        }
        let mut script = Script::new();
        script.statement(ROLLBACK_JOB);
        script.run(self.connection).await.into_result().map(drop).doing("taking a refused change back")
    }

    /// Where a chain stands. Only for tenants that were named at the beginning.
    pub(crate) fn head(&self, tenant: &TenantId) -> Head {
        self.heads.get(tenant).copied().unwrap_or(Head::GENESIS)
    }

    /// Notes where a chain stands now, once its events are written.
    pub(crate) fn move_head(&mut self, tenant: &TenantId, head: Head) {
        self.heads.insert(tenant.clone(), head);
        self.moved.insert(tenant.clone());
    }

    /// Makes everything durable.
    pub(crate) async fn commit(self) -> Result<()> {
        let moved: Vec<_> = self
            .moved
            .iter()
            .filter_map(|tenant| self.heads.get(tenant).map(|head| (tenant, head.sequence, hex(head.hash))))
            .collect();
        let mut script = Script::new();
        if !moved.is_empty() {
            script.statement(PUT_HEADS).bind(serde_json::json!(moved).to_string());
        }
        script.statement(COMMIT);
        script.run(self.connection).await.into_result().map(drop).doing("committing a transaction")
    }
}

fn hex(digest: Digest) -> String {
    let text = digest.to_string();
    text.strip_prefix(Digest::PREFIX).unwrap_or_default().to_owned()
}

fn read_head(row: &SqliteRow) -> Result<(TenantId, Head)> {
    const DOING: &str = "reading an audit head";
    let mut columns = Columns::new(row);
    Ok((columns.record().doing(DOING)?, columns.record().doing(DOING)?))
}
