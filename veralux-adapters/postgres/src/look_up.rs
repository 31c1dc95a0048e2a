//! What every webhook and call asks first: statements of microseconds, all over one connection, whoever asks.
//!
//! What is asked is sent behind what others have asked, without waiting for their answers, and the server answers in that
//! order. One backend that is always at it has its plans and catalogue at hand and wakes up once for several; a connection for
//! each that asks costs the database half as much again.

use std::sync::Arc;

use deadpool_postgres::ClientWrapper;
use tokio::sync::{Mutex, Semaphore};
use tokio::time::timeout;
use veralux_core::port;
use veralux_sql::Record;

use crate::connections::Connections;
use crate::error::{Cause, Doing as _};
use crate::query::{Outcome, Query, Step, run_within};
use crate::row;

/// Answers that may be waited for at the same time, some 10 ms of the server's work. The others wait as for a connection.
const MOST: usize = 256;

/// The connection, once somebody has asked. It is none of the pool's: a pool that is exhausted keeps no call waiting.
pub(crate) struct LookUps {
    connections: Connections,
    shared: Mutex<Option<Arc<ClientWrapper>>>,
    turns: Semaphore,
}

impl LookUps {
    pub(crate) fn new(connections: Connections) -> Self {
        Self { connections, shared: Mutex::new(None), turns: Semaphore::new(MOST) }
    }

    /// The record that a statement finds which is a transaction by itself, reads only what an index leads to, and waits for
    /// nobody: others wait behind it.
    pub(crate) async fn find<T: Record>(&self, doing: &'static str, query: Query) -> port::Result<Option<T>> {
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
        let settings = self.connections.settings();
        let first = async {
            let turn = self.turns.acquire().await.map_err(|_| Cause::Closed)?;
            Ok::<_, Cause>((turn, self.connection().await?))
        };
        let (_turn, client) = timeout(settings.patience, first).await.map_err(|_| Cause::Busy)??;
        let outcome = run_within(settings.longest_silence, &client, &[Step::Query(query)]).await;
        let is_lost = |cause: &Cause| cause.ends_connection() || matches!(cause, Cause::Silent);
        if outcome.error.as_ref().is_some_and(is_lost) {
            self.leave(&client).await;
        }
        Ok(outcome)
    }

    async fn connection(&self) -> Result<Arc<ClientWrapper>, Cause> {
        let mut shared = self.shared.lock().await;
        if self.connections.is_closed() {
            *shared = None;
            return Err(Cause::Closed);
        }
        if let Some(client) = shared.as_ref().filter(|client| !client.is_closed()) {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(self.connections.take_for_good().await?);
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

#[cfg(test)]
mod tests;
