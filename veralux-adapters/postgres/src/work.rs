//! Work of all tenants that is due some time. The ledger writes it; see `ledger::work`.

use async_trait::async_trait;
use veralux_core::port::{self, Work, WorkKind, WorkQueue};
use veralux_core::time::Instant;
use veralux_sql::Claimed;

use crate::error::Doing as _;
use crate::query::{Outcome, query};
use crate::row::{self, Columns};
use crate::store::PostgresStore;
use crate::transaction::{Scope, write};

crate::statements::statements! {
    one {
        // Nobody waits for a row that somebody else claims or moves: it is not due any more.
        // What is only due is not looked for as long as enough has its turn.
        CLAIM = "WITH turn AS (SELECT w.ctid AS place FROM due_work w WHERE w.due + w.behind <= $2 AND w.kind = ANY($3) \
                 ORDER BY w.due + w.behind, w.tenant_id, w.kind, w.id LIMIT $4 FOR UPDATE SKIP LOCKED), \
                 rest AS (SELECT w.ctid AS place FROM due_work w WHERE w.due <= $2 AND w.due + w.behind > $2 AND w.kind = ANY($3) \
                 ORDER BY w.due, w.tenant_id, w.kind, w.id LIMIT $4 FOR UPDATE SKIP LOCKED) \
                 UPDATE due_work SET was_due = due, due = $1 WHERE ctid = ANY (ARRAY( \
                 SELECT place FROM turn UNION ALL SELECT place FROM rest LIMIT $4)) \
                 RETURNING was_due, behind, tenant_id, kind, id, due";
        NEXT_DUE = "SELECT w.due FROM due_work w WHERE w.kind = ANY($1) ORDER BY w.due, w.tenant_id, w.kind, w.id LIMIT 1";
        COUNT = "SELECT count(*) FROM due_work w WHERE w.kind = $1";
    }
}

const CLAIMING: &str = "claiming work";
const LOOKING: &str = "looking for work";

/// The kinds that are claimed: a newer server may have scheduled others, while servers are replaced one by one.
fn known() -> Vec<String> {
    WorkKind::WORDS.iter().map(ToString::to_string).collect()
}

#[async_trait]
impl WorkQueue for PostgresStore {
    async fn claim(&self, now: Instant, until: Instant, limit: u16) -> port::Result<Vec<Work>> {
        if until <= now {
            return Err(port::Error::Invalid("a claim ends behind the instant at which it is made"));
        }
        let claim = query(CLAIM).bind(until.micros()).bind(now.micros()).bind(known()).bind(limit);
        let outcome = write(self.connections(), Scope::Installation, &[&claim]).await;
        let done = outcome.and_then(Outcome::into_result).doing(CLAIMING)?;
        let rows = done.into_iter().next().unwrap_or_default().rows;
        let claimed: std::result::Result<Vec<Claimed>, _> = rows.iter().map(row::read).collect();
        Ok(Claimed::in_turn(claimed.doing(CLAIMING)?, now))
    }

    async fn next_due(&self) -> port::Result<Option<Instant>> {
        let row = self.installation().fetch_row(LOOKING, query(NEXT_DUE).bind(known())).await?;
        Ok(row.map(|row| Columns::new(&row).instant("due")).transpose().doing(LOOKING)?)
    }

    async fn count(&self, kind: WorkKind) -> port::Result<u64> {
        let row = self.installation().fetch_row(LOOKING, query(COUNT).bind(kind.as_str())).await?;
        Ok(row.map(|row| Columns::new(&row).count("count")).transpose().doing(LOOKING)?.unwrap_or_default())
    }
}
