use std::any::Any;
use std::fmt;
use std::future::poll_fn;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use super::make;
use crate::memory::{FixedClock, SeededRandom};
use crate::port::{
    self, AssistantStore, AuditStore, CallStore, CallerIdStore, Change, Commit, Conflict, ConversationStore,
    CredentialStore, DecisionStore, Directory, ForwardingStore, IdempotencyStore, KeyStore, Ledger,
    MessageStore, NumberStore, OperationStore, PolicyStore, ProjectionOutbox, RootKeyStore,
    RuntimeProjection, RuntimeReader, RuntimeVersionStore, ScheduleStore, Stores, ThreadStore, ToolStore,
    UnclaimedStore, WorkQueue,
};
use crate::time::Instant;

/// A future on the heap.
pub type Future<'a> = Pin<Box<dyn std::future::Future<Output = ()> + Send + 'a>>;

/// Starts a future beside others; what it returns ends with it.
pub type Spawn = fn(Future<'static>) -> Future<'static>;

/// A named case for stores.
#[derive(Clone, Copy)]
pub struct Case {
    /// `area::what_it_shows`.
    pub name: &'static str,
    /// Runs it over fresh stores.
    pub run: for<'a> fn(&'a Ports) -> Future<'a>,
}

/// A named case for projections.
#[derive(Clone, Copy)]
pub struct ProjectionCase {
    /// `projection::what_it_shows`.
    pub name: &'static str,
    /// Runs it over an empty projection.
    pub run: for<'a> fn(&'a dyn RuntimeProjection) -> Future<'a>,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for ProjectionCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The stores under test, fresh for each case; each port by its name in [`Stores`].
#[derive(Debug, Clone)]
pub struct Ports {
    // Clock and randomness are not looked at: a case brings its own instants and ids.
    stores: Stores,
    /// Idempotency keys.
    pub idempotency: Arc<dyn IdempotencyStore>,
    spawn: Spawn,
    _guard: Option<Arc<dyn Guard>>,
}

impl Deref for Ports {
    type Target = Stores;

    fn deref(&self) -> &Stores {
        &self.stores
    }
}

/// Anything that must live as long as the stores.
trait Guard: Any + Send + Sync {}
impl<T: Any + Send + Sync> Guard for T {}

impl fmt::Debug for dyn Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

impl Ports {
    /// From one adapter that has every port.
    pub fn from_one<S>(store: &Arc<S>) -> Self
    where
        S: Ledger
            + Directory
            + NumberStore
            + ThreadStore
            + ConversationStore
            + ScheduleStore
            + MessageStore
            + DecisionStore
            + PolicyStore
            + AuditStore
            + KeyStore
            + RuntimeVersionStore
            + RuntimeReader
            + ProjectionOutbox
            + UnclaimedStore
            + CallerIdStore
            + ForwardingStore
            + CredentialStore
            + RootKeyStore
            + WorkQueue
            + CallStore
            + OperationStore
            + AssistantStore
            + ToolStore
            + IdempotencyStore,
    {
        Self {
            stores: Stores::from_one(
                store,
                Arc::new(FixedClock::new(Instant::from_micros(0))),
                Arc::new(SeededRandom::new(0)),
            ),
            idempotency: store.clone(),
            spawn: |future| future,
            _guard: None,
        }
    }

    /// With something that must live as long as they do: a directory, a server.
    #[must_use]
    pub fn keeping(self, guard: impl Any + Send + Sync) -> Self {
        Self { _guard: Some(Arc::new(guard)), ..self }
    }

    /// With a way to run futures in parallel; without one, races take turns at their awaits.
    #[must_use]
    pub fn spawning(self, spawn: Spawn) -> Self {
        Self { spawn, ..self }
    }

    pub(super) async fn commit(
        &self,
        tenant: &str,
        seconds: i64,
        changes: impl IntoIterator<Item = Change>,
    ) -> port::Result<()> {
        let mut commit = Commit::new(make::id(tenant), make::at(seconds));
        commit.changes.extend(changes);
        self.ledger.commit(commit).await
    }

    /// A commit that must succeed.
    pub(super) async fn apply(
        &self,
        tenant: &str,
        seconds: i64,
        changes: impl IntoIterator<Item = Change>,
        what: &str,
    ) {
        if let Err(error) = self.commit(tenant, seconds, changes).await {
            panic!("{what}: should be done, but: {error:?}");
        }
    }

    /// A commit that must be refused like this.
    pub(super) async fn refuse(
        &self,
        tenant: &str,
        seconds: i64,
        changes: impl IntoIterator<Item = Change>,
        expected: Conflict,
        what: &str,
    ) {
        match self.commit(tenant, seconds, changes).await {
            Err(port::Error::Conflict(conflict)) => assert_eq!(conflict, expected, "{what}"),
            other => panic!("{what}: should be refused with {expected:?}, but: {other:?}"),
        }
    }

    /// Runs many at once and gives what each of them answered.
    pub(super) async fn race<T, F>(&self, runners: impl IntoIterator<Item = F>) -> Vec<T>
    where
        T: Send + 'static,
        F: std::future::Future<Output = T> + Send + 'static,
    {
        let answers = Arc::new(Mutex::new(Vec::new()));
        let start = |runner: F| {
            let answers = answers.clone();
            (self.spawn)(Box::pin(async move {
                let answer = runner.await;
                answers.lock().unwrap().push(answer);
            }))
        };
        let mut running: Vec<_> = runners.into_iter().map(start).collect();
        poll_fn(|context| {
            running.retain_mut(|future| future.as_mut().poll(context).is_pending());
            if running.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        std::mem::take(&mut *answers.lock().unwrap())
    }
}
