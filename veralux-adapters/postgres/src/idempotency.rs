use async_trait::async_trait;
use veralux_core::port::{self, Answer, IdempotencyClaim, IdempotencyStore, Scope};
use veralux_core::time::Instant;
use veralux_sql::{Corrupt, read_claim};

use crate::error::Doing as _;
use crate::query::{Outcome, query};
use crate::row::Columns;
use crate::store::PostgresStore;
use crate::transaction::{self, write};

crate::statements::statements! {
    one {
        // Bounded, so that one claim never pays for a night's worth of old ones.
        FORGET = "DELETE FROM idempotency_key WHERE (owner, key) IN \
                  (SELECT owner, key FROM idempotency_key WHERE claimed_at < $1 ORDER BY claimed_at LIMIT 100 \
                  FOR UPDATE SKIP LOCKED)";
        ABANDON = "DELETE FROM idempotency_key WHERE owner = $1 AND key = $2 \
                   AND (claimed_at < $3 OR (status IS NULL AND claimed_at < $4 AND body = $5))";
        ADD = "INSERT INTO idempotency_key (owner, key, body, claimed_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (owner, key) DO NOTHING";
        LOOKUP = "SELECT body, status, content_type, answer FROM idempotency_key WHERE owner = $1 AND key = $2";
        PUT = "UPDATE idempotency_key SET status = $1, content_type = $2, answer = $3 WHERE owner = $4 AND key = $5";
        REMOVE = "DELETE FROM idempotency_key WHERE owner = $1 AND key = $2 AND status IS NULL";
    }
}

const CLAIMING: &str = "claiming an idempotency key";
const ANSWERING: &str = "storing the answer of a request";
const REMOVING: &str = "giving an idempotency key back";

#[async_trait]
impl IdempotencyStore for PostgresStore {
    async fn claim(
        &self,
        scope: &Scope,
        body: &[u8; 32],
        now: Instant,
        expired: Instant,
        abandoned: Instant,
    ) -> port::Result<IdempotencyClaim> {
        let (owner, key) = (scope.owner.as_str(), scope.key.as_str());
        let statements = [
            query(FORGET).bind(expired.micros()),
            query(ABANDON)
                .bind(owner)
                .bind(key)
                .bind(expired.micros())
                .bind(abandoned.micros())
                .bind(body.as_slice()),
            query(ADD).bind(owner).bind(key).bind(body.as_slice()).bind(now.micros()),
            query(LOOKUP).bind(owner).bind(key),
        ];
        let outcome = write(self, transaction::Scope::Installation, &statements.each_ref()).await;
        let done = outcome.and_then(Outcome::into_result).doing(CLAIMING)?;
        let [_, _, added, found] = done.as_slice() else {
            return Err(Corrupt("status")).doing(CLAIMING)?;
        };
        Ok(match found.rows.first() {
            _ if added.written == 1 => IdempotencyClaim::First,
            Some(row) => read_claim(&mut Columns::new(row), body).doing(CLAIMING)?,
            None => return Err(Corrupt("status")).doing(CLAIMING)?,
        })
    }

    async fn put(&self, scope: &Scope, answer: &Answer) -> port::Result<()> {
        let query = query(PUT)
            .bind(answer.status)
            .bind(answer.content_type.as_str())
            .bind(answer.body.as_slice())
            .bind(scope.owner.as_str())
            .bind(scope.key.as_str());
        self.installation().written(ANSWERING, query).await?;
        Ok(())
    }

    async fn remove(&self, scope: &Scope) -> port::Result<()> {
        let query = query(REMOVE).bind(scope.owner.as_str()).bind(scope.key.as_str());
        self.installation().written(REMOVING, query).await?;
        Ok(())
    }
}
