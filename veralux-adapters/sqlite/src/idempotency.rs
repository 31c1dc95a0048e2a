use async_trait::async_trait;
use veralux_core::port::{self, Answer, IdempotencyClaim, IdempotencyStore, Scope};
use veralux_core::time::Instant;
use veralux_sql::{Corrupt, read_claim};

use crate::error::{Doing as _, Result};
use crate::row::Columns;
use crate::script::Script;
use crate::store::SqliteStore;
use crate::transaction::Transaction;
use crate::writer::Write;

crate::statements::statements! {
    one {
        // Bounded, so that one claim never pays for a night's worth of old ones.
        FORGET = "DELETE FROM idempotency_key WHERE (owner, key) IN \
                  (SELECT owner, key FROM idempotency_key WHERE claimed_at < ? LIMIT 100)";
        ABANDON = "DELETE FROM idempotency_key WHERE owner = ? AND key = ? \
                   AND (claimed_at < ? OR (status IS NULL AND claimed_at < ? AND body = ?))";
        ADD = "INSERT INTO idempotency_key (owner, key, body, claimed_at) VALUES (?, ?, ?, ?) \
               ON CONFLICT (owner, key) DO NOTHING";
        LOOKUP = "SELECT body, status, content_type, answer FROM idempotency_key WHERE owner = ? AND key = ?";
        PUT = "UPDATE idempotency_key SET status = ?, content_type = ?, answer = ? WHERE owner = ? AND key = ?";
        REMOVE = "DELETE FROM idempotency_key WHERE owner = ? AND key = ? AND status IS NULL";
    }
}

const CLAIMING: &str = "claiming an idempotency key";
const ANSWERING: &str = "storing the answer of a request";
const REMOVING: &str = "giving an idempotency key back";

#[async_trait]
impl IdempotencyStore for SqliteStore {
    async fn claim(
        &self,
        scope: &Scope,
        body: &[u8; 32],
        now: Instant,
        expired: Instant,
        abandoned: Instant,
    ) -> port::Result<IdempotencyClaim> {
        let claim = Claim { scope: scope.clone(), body: *body, now, expired, abandoned };
        Ok(self.writer().submit(CLAIMING, claim).await?)
    }

    async fn put(&self, scope: &Scope, answer: &Answer) -> port::Result<()> {
        let mut script = Script::new();
        script
            .statement(PUT)
            .bind(answer.status)
            .bind(answer.content_type.as_str())
            .bind(answer.body.as_slice())
            .bind(scope.owner.as_str())
            .bind(scope.key.as_str());
        Ok(self.writer().submit(ANSWERING, Change { doing: ANSWERING, script }).await?)
    }

    async fn remove(&self, scope: &Scope) -> port::Result<()> {
        let mut script = Script::new();
        script.statement(REMOVE).bind(scope.owner.as_str()).bind(scope.key.as_str());
        Ok(self.writer().submit(REMOVING, Change { doing: REMOVING, script }).await?)
    }
}

struct Claim {
    scope: Scope,
    body: [u8; 32],
    now: Instant,
    expired: Instant,
    abandoned: Instant,
}

#[async_trait]
impl Write for Claim {
    type Output = IdempotencyClaim;

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<IdempotencyClaim> {
        let (owner, key) = (self.scope.owner.as_str(), self.scope.key.as_str());
        let mut script = Script::new();
        script.statement(FORGET).bind(self.expired.micros());
        script
            .statement(ABANDON)
            .bind(owner)
            .bind(key)
            .bind(self.expired.micros())
            .bind(self.abandoned.micros())
            .bind(self.body.as_slice());
        script.statement(ADD).bind(owner).bind(key).bind(self.body.as_slice()).bind(self.now.micros());
        script.statement(LOOKUP).bind(owner).bind(key);
        let done = transaction.run(script).await.into_result().doing(CLAIMING)?;
        let [_, _, added, found] = done.as_slice() else {
            return Err(Corrupt("status")).doing(CLAIMING);
        };
        match found.rows.first() {
            _ if added.written == 1 => Ok(IdempotencyClaim::First),
            Some(row) => read_claim(&mut Columns::new(row), &self.body).doing(CLAIMING),
            None => Err(Corrupt("status")).doing(CLAIMING),
        }
    }
}

/// One script without an answer.
struct Change {
    doing: &'static str,
    script: Script,
}

#[async_trait]
impl Write for Change {
    type Output = ();

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<()> {
        let script = std::mem::replace(&mut self.script, Script::new());
        transaction.run(script).await.into_result().map(drop).doing(self.doing)
    }
}
