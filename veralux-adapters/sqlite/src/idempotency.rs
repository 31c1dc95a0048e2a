use std::sync::LazyLock;
use std::time::{Instant, SystemTime};

use async_trait::async_trait;
use veralux_core::port::{self, Answer, Attempt, IdempotencyClaim, IdempotencyStore};
use veralux_sql::{Corrupt, read_claim, stored};

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
                  (SELECT owner, key FROM idempotency_key WHERE claimed_at <= ? OR claimed_at >= ? LIMIT 100)";
        EXPIRE = "DELETE FROM idempotency_key WHERE owner = ? AND key = ? AND abs(claimed_at - ?) >= ?";
        // Adds it, or takes it over when whoever had it is gone and has done nothing.
        CLAIM = "INSERT INTO idempotency_key AS k (owner, key, body, claimed_at, attempt) \
                 VALUES (?, ?, ?, ?, ?) \
                 ON CONFLICT (owner, key) DO UPDATE SET claimed_at = excluded.claimed_at, attempt = excluded.attempt \
                 WHERE k.status IS NULL AND NOT k.acted AND abs(k.claimed_at - excluded.claimed_at) >= ? \
                 AND k.body = excluded.body RETURNING attempt";
        LOOKUP = "SELECT body, acted AND abs(claimed_at - ?) >= ?, status, content_type, answer FROM idempotency_key \
                  WHERE owner = ? AND key = ?";
        PUT = "UPDATE idempotency_key SET status = ?, content_type = ?, answer = ? \
               WHERE owner = ? AND key = ? AND attempt = ? AND status IS NULL";
        REMOVE = "DELETE FROM idempotency_key \
                  WHERE owner = ? AND key = ? AND attempt = ? AND status IS NULL AND NOT acted";
    }
}

const CLAIMING: &str = "claiming an idempotency key";
const ANSWERING: &str = "storing the answer of a request";
const REMOVING: &str = "giving an idempotency key back";

#[async_trait]
impl IdempotencyStore for SqliteStore {
    async fn claim(
        &self,
        attempt: &Attempt,
        body: &[u8; 32],
        life: i64,
        abandoned: i64,
    ) -> port::Result<IdempotencyClaim> {
        let claim = Claim { attempt: attempt.clone(), body: *body, life, abandoned };
        Ok(self.writer().submit(CLAIMING, claim).await?)
    }

    async fn put(&self, attempt: &Attempt, answer: &Answer) -> port::Result<()> {
        let mut script = Script::new();
        script
            .statement(PUT)
            .bind(answer.status)
            .bind(answer.content_type.as_str())
            .bind(answer.body.as_slice())
            .bind(attempt.scope.owner.as_str())
            .bind(attempt.scope.key.as_str())
            .bind(stored(attempt.number));
        self.writer().submit(ANSWERING, Change { doing: ANSWERING, script }).await?;
        Ok(())
    }

    async fn remove(&self, attempt: &Attempt) -> port::Result<bool> {
        let mut script = Script::new();
        let Attempt { scope, number } = attempt;
        script.statement(REMOVE).bind(scope.owner.as_str()).bind(scope.key.as_str()).bind(stored(*number));
        Ok(self.writer().submit(REMOVING, Change { doing: REMOVING, script }).await? == 1)
    }
}

struct Claim {
    attempt: Attempt,
    body: [u8; 32],
    life: i64,
    abandoned: i64,
}

/// The time of this process in microseconds: the machine's clock when it was first asked, and what has passed since. A clock that is
/// set meanwhile makes nothing older or younger; what another process left is as old as the clock then says.
fn now() -> i64 {
    static START: LazyLock<(SystemTime, Instant)> = LazyLock::new(|| (SystemTime::now(), Instant::now()));
    let (start, steady) = *START;
    let since = (start + steady.elapsed()).duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

#[async_trait]
impl Write for Claim {
    type Output = IdempotencyClaim;

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<IdempotencyClaim> {
        let (owner, key) = (self.attempt.scope.owner.as_str(), self.attempt.scope.key.as_str());
        let now = now();
        let mut script = Script::new();
        script.statement(FORGET).bind(now.saturating_sub(self.life)).bind(now.saturating_add(self.life));
        script.statement(EXPIRE).bind(owner).bind(key).bind(now).bind(self.life);
        script
            .statement(CLAIM)
            .bind(owner)
            .bind(key)
            .bind(self.body.as_slice())
            .bind(now)
            .bind(stored(self.attempt.number))
            .bind(self.abandoned);
        script.statement(LOOKUP).bind(now).bind(self.abandoned).bind(owner).bind(key);
        let done = transaction.run(script).await.into_result().doing(CLAIMING)?;
        let [_, _, claimed, found] = done.as_slice() else {
            return Err(Corrupt("status")).doing(CLAIMING);
        };
        if !claimed.rows.is_empty() {
            return Ok(IdempotencyClaim::Own);
        }
        let found = found.rows.first().ok_or(Corrupt("status")).doing(CLAIMING)?;
        read_claim(&mut Columns::new(found), &self.body).doing(CLAIMING)
    }
}

/// One statement; how many rows it wrote.
struct Change {
    doing: &'static str,
    script: Script,
}

#[async_trait]
impl Write for Change {
    type Output = u64;

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<u64> {
        let script = std::mem::replace(&mut self.script, Script::new());
        let done = transaction.run(script).await.into_result().doing(self.doing)?;
        Ok(done.first().map_or(0, |done| done.written))
    }
}
