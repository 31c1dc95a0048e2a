//! Work of all tenants that is due some time. The ledger writes it; see `ledger::work`.

use async_trait::async_trait;
use sqlx::query;
use veralux_core::port::{self, Work, WorkKind, WorkQueue};
use veralux_core::time::Instant;
use veralux_sql::Claimed;

use crate::error::{Doing as _, Result};
use crate::row::{self, Columns};
use crate::script::Script;
use crate::store::SqliteStore;
use crate::transaction::Transaction;
use crate::writer::Write;

crate::statements::statements! {
    one {
        // What is only due is not looked for as long as enough has its turn.
        CLAIM = "UPDATE due_work AS w SET was_due = due, due = $1 FROM ( \
                 SELECT * FROM (SELECT w.tenant_id, w.kind, w.id FROM due_work w INDEXED BY due_work_in_turn \
                 WHERE w.due + w.behind <= $2 AND w.kind IN (SELECT value FROM json_each($3)) \
                 ORDER BY w.due + w.behind, w.tenant_id, w.kind, w.id LIMIT $4) UNION ALL \
                 SELECT * FROM (SELECT w.tenant_id, w.kind, w.id FROM due_work w INDEXED BY due_work_in_order \
                 WHERE w.due <= $2 AND w.due + w.behind > $2 AND w.kind IN (SELECT value FROM json_each($3)) \
                 ORDER BY w.due, w.tenant_id, w.kind, w.id LIMIT $4) LIMIT $4) AS turn \
                 WHERE w.tenant_id = turn.tenant_id AND w.kind = turn.kind AND w.id = turn.id \
                 RETURNING was_due, behind, tenant_id, kind, id, due";
        NEXT_DUE = "SELECT w.due FROM due_work w INDEXED BY due_work_in_order \
                    WHERE w.kind IN (SELECT value FROM json_each(?)) ORDER BY w.due LIMIT 1";
        COUNT = "SELECT count(*) FROM due_work w INDEXED BY due_work_by_kind WHERE w.kind = ?";
    }
}

const CLAIMING: &str = "claiming work";
const LOOKING: &str = "looking for work";

/// The kinds that are claimed, in JSON: a newer program may have scheduled others in this file.
fn known() -> String {
    format!(r#"["{}"]"#, WorkKind::WORDS.join(r#"",""#))
}

#[async_trait]
impl WorkQueue for SqliteStore {
    async fn claim(&self, now: Instant, until: Instant, limit: u16) -> port::Result<Vec<Work>> {
        if until <= now {
            return Err(port::Error::Invalid("a claim ends behind the instant at which it is made"));
        }
        // Whoever asks every second does not write every second.
        let next = self.next_due().await?;
        if limit == 0 || next.is_none_or(|next| now < next) {
            return Ok(Vec::new());
        }
        Ok(self.writer().submit(CLAIMING, Claim { now, until, limit }).await?)
    }

    async fn next_due(&self) -> port::Result<Option<Instant>> {
        let row = self.fetch_row(LOOKING, query(NEXT_DUE).bind(known())).await?;
        Ok(row.map(|row| Columns::new(&row).instant("due")).transpose().doing(LOOKING)?)
    }

    async fn count(&self, kind: WorkKind) -> port::Result<u64> {
        let row = self.fetch_row(LOOKING, query(COUNT).bind(kind.as_str())).await?;
        Ok(row.map(|row| Columns::new(&row).count("count")).transpose().doing(LOOKING)?.unwrap_or_default())
    }
}

struct Claim {
    now: Instant,
    until: Instant,
    limit: u16,
}

#[async_trait]
impl Write for Claim {
    type Output = Vec<Work>;

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<Vec<Work>> {
        let claim = veralux_sql::query(CLAIM).bind(self.until.micros()).bind(self.now.micros());
        let mut script = Script::new();
        script.query(&claim.bind(known()).bind(self.limit));
        let done = transaction.run(script).await.into_result().doing(CLAIMING)?;
        let rows = done.iter().flat_map(|done| &done.rows);
        let claimed: std::result::Result<Vec<Claimed>, _> = rows.map(row::read).collect();
        Ok(Claimed::in_turn(claimed.doing(CLAIMING)?, self.now))
    }
}
