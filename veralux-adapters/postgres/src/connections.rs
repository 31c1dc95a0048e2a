//! Connections to the database, and how long anybody waits for one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, QueueMode, RecyclingMethod,
    Runtime, Timeouts,
};

use tokio::time::timeout;

use crate::error::{Cause, Doing as _, Result};
use crate::query::{Outcome, Step, run_within};
use crate::settings::Settings;

pub(crate) const OPENING: &str = "opening the database";

/// So long a write for which there was no room says that none is taken. One that only tried might find room where others find none,
/// and would leave its own behind; so those tell that come anyway.
const MOMENT: Duration = Duration::from_secs(10);

/// When there was last no room for a write.
type Full = Arc<Mutex<Option<Instant>>>;

/// A pool of connections. Cheap to clone; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    pool: Pool,
    settings: Arc<Settings>,
    full: Full,
}

impl Connections {
    /// A pool that opens a connection when one is asked for, `most` at the same time.
    pub(crate) fn new(settings: Settings, most: usize) -> Result<Self> {
        Ok(Self { pool: pool(&settings, most)?, settings: Arc::new(settings), full: Full::default() })
    }

    pub(crate) async fn take(&self) -> std::result::Result<Connection, Cause> {
        let longest_silence = self.settings.longest_silence;
        Ok(Connection { object: Some(self.get().await?), longest_silence, full: Arc::clone(&self.full) })
    }

    /// Whether there was no room for a write a moment ago.
    pub(crate) fn was_full(&self) -> bool {
        let full = *self.full.lock().unwrap_or_else(PoisonError::into_inner);
        full.is_some_and(|at| at.elapsed() < MOMENT)
    }

    /// A connection that does not come back, in whose place the pool opens another one.
    pub(crate) async fn take_for_good(&self) -> std::result::Result<ClientWrapper, Cause> {
        Ok(Object::take(self.get().await?))
    }

    /// The pool's patience is that for each of its steps: a place, a look at the connection there, a new one. Ours is that for all.
    async fn get(&self) -> std::result::Result<Object, Cause> {
        timeout(self.settings.patience, self.pool.get()).await.map_err(|_| Cause::Busy)?.map_err(Cause::from)
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.pool.is_closed()
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }

    #[cfg(test)]
    pub(crate) const fn pool(&self) -> &Pool {
        &self.pool
    }
}

fn pool(settings: &Settings, most: usize) -> Result<Pool> {
    let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(settings.config.clone(), settings.tls.clone(), config);
    let patience = Some(settings.patience);
    let session = settings.session.clone();
    let begin = Hook::async_fn(move |client: &mut ClientWrapper, _| {
        let session = session.clone();
        Box::pin(async move { session.begin(client).await.map_err(HookError::Backend) })
    });
    Pool::builder(manager)
        .max_size(most.max(1))
        .post_create(begin)
        // A few connections that are always in use, with what they have planned and looked up at hand, rather than all in turn.
        .queue_mode(QueueMode::Lifo)
        .timeouts(Timeouts { wait: patience, create: patience, recycle: patience })
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|_| Cause::Invalid("the pool of connections cannot be made"))
        .doing(OPENING)
}

/// A connection out of the pool.
pub(crate) struct Connection {
    object: Option<Object>,
    longest_silence: Option<Duration>,
    full: Full,
}

impl Connection {
    pub(crate) async fn run(&mut self, steps: &[Step<'_>]) -> Outcome {
        let Some(client) = &self.object else { return Outcome::failed(Cause::Closed) };
        let outcome = run_within(self.longest_silence, client, steps).await;
        if matches!(outcome.error, Some(Cause::Silent)) {
            self.close();
        }
        if outcome.error.as_ref().is_some_and(Cause::is_full) {
            *self.full.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        outcome
    }

    /// No transaction is open: whoever comes next may have it.
    pub(crate) fn give_back(&mut self) {
        self.object = None;
    }

    fn close(&mut self) {
        if let Some(object) = self.object.take() {
            drop(Object::take(object));
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Still here: somebody stopped waiting in the middle of a transaction.
        self.close();
    }
}
