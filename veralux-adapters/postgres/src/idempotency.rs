use async_trait::async_trait;
use veralux_core::port::{self, Answer, Attempt, IdempotencyClaim, IdempotencyStore};
use veralux_sql::{Corrupt, read_claim, stored};

use crate::error::Doing as _;
use crate::query::{Outcome, query};
use crate::row::Columns;
use crate::store::PostgresStore;
use crate::transaction::{self, write};

/// The time that all nodes share, in microseconds: an index is searched by it, as by any value.
macro_rules! now {
    () => {
        "(extract(epoch FROM statement_timestamp()) * 1000000)::bigint"
    };
}

crate::statements::statements! {
    one {
        // Bounded, so that one claim never pays for a night's worth of old ones.
        FORGET = concat!(
            "DELETE FROM idempotency_key WHERE (owner, key) IN \
             (SELECT owner, key FROM idempotency_key WHERE claimed_at <= ", now!(), " - $1 \
             ORDER BY claimed_at LIMIT 100 FOR UPDATE SKIP LOCKED)"
        );
        // What was claimed before the clock was set back.
        FORGET_AHEAD = concat!(
            "DELETE FROM idempotency_key WHERE (owner, key) IN \
             (SELECT owner, key FROM idempotency_key WHERE claimed_at >= ", now!(), " + $1 \
             ORDER BY claimed_at DESC LIMIT 100 FOR UPDATE SKIP LOCKED)"
        );
        EXPIRE = concat!(
            "DELETE FROM idempotency_key WHERE owner = $1 AND key = $2 AND abs(claimed_at - ", now!(), ") >= $3"
        );
        // Adds it, or takes it over when whoever had it is gone and has done nothing.
        CLAIM = concat!(
            "INSERT INTO idempotency_key AS k (owner, key, body, claimed_at, attempt) \
             VALUES ($1, $2, $3, ", now!(), ", $4) \
             ON CONFLICT (owner, key) DO UPDATE SET claimed_at = excluded.claimed_at, attempt = excluded.attempt \
             WHERE k.status IS NULL AND NOT k.acted AND abs(k.claimed_at - excluded.claimed_at) >= $5 \
             AND k.body = excluded.body RETURNING k.attempt"
        );
        LOOKUP = concat!(
            "SELECT body, acted AND abs(claimed_at - ", now!(), ") >= $3, status, content_type, answer \
             FROM idempotency_key WHERE owner = $1 AND key = $2"
        );
        PUT = "UPDATE idempotency_key SET status = $1, content_type = $2, answer = $3 \
               WHERE owner = $4 AND key = $5 AND attempt = $6 AND status IS NULL";
        REMOVE = "DELETE FROM idempotency_key \
                  WHERE owner = $1 AND key = $2 AND attempt = $3 AND status IS NULL AND NOT acted";
    }
}

const CLAIMING: &str = "claiming an idempotency key";
const ANSWERING: &str = "storing the answer of a request";
const REMOVING: &str = "giving an idempotency key back";

#[async_trait]
impl IdempotencyStore for PostgresStore {
    async fn claim(
        &self,
        attempt: &Attempt,
        body: &[u8; 32],
        life: i64,
        abandoned: i64,
    ) -> port::Result<IdempotencyClaim> {
        let (owner, key) = (attempt.scope.owner.as_str(), attempt.scope.key.as_str());
        let statements = [
            query(FORGET).bind(life),
            query(FORGET_AHEAD).bind(life),
            query(EXPIRE).bind(owner).bind(key).bind(life),
            query(CLAIM)
                .bind(owner)
                .bind(key)
                .bind(body.as_slice())
                .bind(stored(attempt.number))
                .bind(abandoned),
            query(LOOKUP).bind(owner).bind(key).bind(abandoned),
        ];
        let outcome =
            write(self.connections(), transaction::Scope::Installation, &statements.each_ref()).await;
        let done = outcome.and_then(Outcome::into_result).doing(CLAIMING)?;
        let [_, _, _, claimed, found] = done.as_slice() else {
            return Err(Corrupt("status")).doing(CLAIMING)?;
        };
        if !claimed.rows.is_empty() {
            return Ok(IdempotencyClaim::Own);
        }
        let found = found.rows.first().ok_or(Corrupt("status")).doing(CLAIMING)?;
        Ok(read_claim(&mut Columns::new(found), body).doing(CLAIMING)?)
    }

    async fn put(&self, attempt: &Attempt, answer: &Answer) -> port::Result<()> {
        let query = query(PUT)
            .bind(answer.status)
            .bind(answer.content_type.as_str())
            .bind(answer.body.as_slice())
            .bind(attempt.scope.owner.as_str())
            .bind(attempt.scope.key.as_str())
            .bind(stored(attempt.number));
        self.installation().written(ANSWERING, query).await?;
        Ok(())
    }

    async fn remove(&self, attempt: &Attempt) -> port::Result<bool> {
        let Attempt { scope, number } = attempt;
        let query = query(REMOVE).bind(scope.owner.as_str()).bind(scope.key.as_str()).bind(stored(*number));
        Ok(self.installation().written(REMOVING, query).await? == 1)
    }
}
