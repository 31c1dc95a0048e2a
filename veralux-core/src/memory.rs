//! Every port in memory: for services that need no database, for examples and for tests.
//!
//! [`MemoryStore`] keeps to the same contract as the database adapters and passes the same suite; only durability is
//! missing: what it holds ends with the process. [`MemoryProjection`] is the counterpart for the voice runtime's copy.
//! [`FixedClock`], [`StepClock`] and [`SeededRandom`] make time and randomness repeatable.
//!
//! A commit works on the rows it touches and notes how to undo each step, so its cost does not grow with what a tenant
//! has stored. One lock guards everything; it is held for map operations only, never while anything waits.

#![expect(clippy::zero_sized_map_values, reason = "one walk cuts pages out of tables and indexes alike")]

mod assistant;
mod call;
mod change;
mod conversation;
mod credential;
mod delivery;
mod directory;
mod idempotency;
mod operation;
mod outbox;
mod page;
mod policy;
mod projection;
mod queue;
mod rate;
mod read;
mod requests;
mod root_key;
mod rows;
mod runtime;
mod source;
mod telephony;
mod unclaimed;
mod work;
mod write;

pub use projection::MemoryProjection;
pub use rate::MemoryRateCounter;
pub use source::{FixedClock, SeededRandom, StepClock};

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use self::rows::State;
use crate::port::{Clock, Unclaimed, WebhookClaim};
use crate::time::Instant;

/// All stores of the product in memory.
///
/// Put it into an `Arc` and hand it to [`Stores::from_one`](crate::service::Stores::from_one).
///
/// ```
/// use std::sync::Arc;
/// use veralux_core::memory::{FixedClock, MemoryStore, SeededRandom};
/// use veralux_core::service::Stores;
/// use veralux_core::time::Instant;
///
/// let clock = FixedClock::new(Instant::parse("2026-11-21T09:00:00Z").unwrap());
/// let stores = Stores::from_one(&Arc::new(MemoryStore::new()), Arc::new(clock), Arc::new(SeededRandom::new(1)));
/// assert_eq!(format!("{:?}", stores.ledger), "MemoryStore");
/// ```
pub struct MemoryStore {
    state: RwLock<State>,
    unclaimed: Mutex<BTreeMap<WebhookClaim, Unclaimed>>,
    /// By which idempotency keys grow old.
    clock: Arc<dyn Clock>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryStore {
    /// An empty store in which no idempotency key grows old.
    pub fn new() -> Self {
        Self::with_clock(Arc::new(FixedClock::new(Instant::from_micros(0))))
    }

    /// An empty store in which idempotency keys grow old by this clock.
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self { state: RwLock::default(), unclaimed: Mutex::default(), clock }
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a lock whether or not a thread has panicked while holding it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryStore")
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn a_panic_does_not_lock_the_store_for_ever() {
        let store = MemoryStore::new();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _held = (store.write(), lock(&store.unclaimed));
            panic!("while the locks are held");
        }));
        assert!(panicked.is_err() && store.state.is_poisoned() && store.unclaimed.is_poisoned());
        assert!(store.read().tenants.is_empty());
        drop(store.write());
        assert!(lock(&store.unclaimed).is_empty());
    }
}
