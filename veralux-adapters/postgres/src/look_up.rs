//! What every webhook and call asks first: statements of microseconds, all over one connection, whoever asks.
//!
//! What is asked is sent behind what others have asked, without waiting for their answers, and the server answers in that
//! order. One backend that is always at it has its plans and catalogue at hand and wakes up once for several; a connection for
//! each that asks costs the database half as much again.

use std::sync::Arc;

use deadpool_postgres::{ClientWrapper, Object};
use tokio::sync::{Mutex, Semaphore};
use tokio::time::timeout;
use veralux_core::port;
use veralux_sql::Record;

use crate::error::{Cause, Doing as _};
use crate::query::{Outcome, Query, Step, run_within};
use crate::row;
use crate::store::PostgresStore;

/// Answers that may be waited for at the same time, some 10 ms of the server's work. The others wait as for a connection.
const MOST: usize = 256;

/// The connection, once somebody has asked. It is none of the pool's: a pool that is exhausted keeps no call waiting.
pub(crate) struct LookUps {
    shared: Mutex<Option<Arc<ClientWrapper>>>,
    turns: Semaphore,
}

impl Default for LookUps {
    fn default() -> Self {
        Self { shared: Mutex::new(None), turns: Semaphore::new(MOST) }
    }
}

impl LookUps {
    async fn connection(&self, store: &PostgresStore) -> Result<Arc<ClientWrapper>, Cause> {
        let mut shared = self.shared.lock().await;
        if store.pool().is_closed() {
            *shared = None;
            return Err(Cause::Closed);
        }
        if let Some(client) = shared.as_ref().filter(|client| !client.is_closed()) {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(Object::take(store.pool().get().await?));
        *shared = Some(Arc::clone(&client));
        Ok(client)
    }

    /// Closes it as soon as nobody waits for an answer.
    pub(crate) fn close(&self) {
        // Whoever is about to open it, or to ask, finds the pool closed.
        if let Ok(mut shared) = self.shared.try_lock() {
            *shared = None;
        }
    }

    /// Nobody else is to ask over it. Who has asked already waits for as long as it wants.
    async fn leave(&self, client: &Arc<ClientWrapper>) {
        self.shared.lock().await.take_if(|shared| Arc::ptr_eq(shared, client));
    }
}

impl std::fmt::Debug for LookUps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LookUps")
    }
}

impl PostgresStore {
    /// The record that a statement finds which is a transaction by itself, reads only what an index leads to, and waits for
    /// nobody: others wait behind it.
    pub(crate) async fn look_up<T: Record>(
        &self,
        doing: &'static str,
        query: Query,
    ) -> port::Result<Option<T>> {
        let done = self.ask(&query).await.and_then(Outcome::into_result).doing(doing)?;
        let row = done.first().and_then(|done| done.rows.first());
        Ok(row.map(row::read).transpose().doing(doing)?)
    }

    async fn ask(&self, query: &Query) -> Result<Outcome, Cause> {
        match self.ask_once(query).await {
            // Since somebody asked.
            Ok(Outcome { error: Some(cause), .. }) if cause.ends_connection() => self.ask_once(query).await,
            outcome => outcome,
        }
    }

    async fn ask_once(&self, query: &Query) -> Result<Outcome, Cause> {
        let look_ups = self.look_ups();
        let first = async {
            let turn = look_ups.turns.acquire().await.map_err(|_| Cause::Closed)?;
            Ok::<_, Cause>((turn, look_ups.connection(self).await?))
        };
        let (_turn, client) = timeout(self.settings().patience, first).await.map_err(|_| Cause::Busy)??;
        let steps = [Step::Query(query)];
        let outcome = run_within(self.settings().longest_silence, &client, &steps).await;
        let is_lost = |cause: &Cause| cause.ends_connection() || matches!(cause, Cause::Silent);
        if outcome.error.as_ref().is_some_and(is_lost) {
            look_ups.leave(&client).await;
        }
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests;
