use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::Result;
use crate::port::{Clock, Directory};
use crate::time::{Instant, SECOND};

/// Two clocks that differ by less are one clock: machines' clocks are kept in line, and an answer takes its time.
const TOLERANCE: i64 = SECOND;

/// The store's clock as this process keeps it, so that all nodes over one store go by one clock; where the store has none, the
/// machine's.
///
/// Claims, windows and ends of validity are compared by whichever node comes along; a node whose clock is an hour off would
/// take over what others have just begun, and put off by an hour what it promises to do. Between two comparisons time is what
/// has passed ([`Clock::steady`]), whatever somebody sets the machine's clock to. Whoever makes it calls
/// [`follow`](Self::follow) first of all, then every second or so, and before each [`WorkRunner::claim`](super::WorkRunner::claim):
/// a claim is a time by the clock.
#[derive(Debug)]
pub struct FollowedClock {
    own: Arc<dyn Clock>,
    store: Arc<dyn Directory>,
    /// What is added to the steady time, in microseconds.
    offset: AtomicI64,
}

impl FollowedClock {
    /// The machine's clock as it is now, as long as it has not been compared with the store's.
    pub fn new(own: Arc<dyn Clock>, store: Arc<dyn Directory>) -> Self {
        let offset = own.now().micros().saturating_sub(own.steady());
        Self { own, store, offset: AtomicI64::new(offset) }
    }

    /// Compares with the store's clock, or with the machine's if the store has none; how far the machine's is behind the one gone by,
    /// in microseconds, 0 if less than a second.
    ///
    /// # Errors
    /// The store's; the clock goes on as it did.
    pub async fn follow(&self) -> Result<i64> {
        let asked = self.own.steady();
        let theirs = self.store.ping().await?;
        let (own, answered) = (self.own.now().micros(), self.own.steady());
        let took = answered.saturating_sub(asked);
        // It was said somewhere between, nobody knows where.
        let (found, unsure) = match theirs {
            Some(theirs) => (theirs.micros().saturating_sub(answered.saturating_sub(took / 2)), took),
            None => (own.saturating_sub(answered), 0),
        };
        let known = self.offset.load(Ordering::Relaxed);
        if found.saturating_sub(known).saturating_abs() >= TOLERANCE.max(unsure) {
            self.offset.store(found, Ordering::Relaxed);
        }
        let behind = self.now().micros().saturating_sub(own);
        Ok(if behind.saturating_abs() < TOLERANCE { 0 } else { behind })
    }
}

impl Clock for FollowedClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.own.steady()).plus(self.offset.load(Ordering::Relaxed))
    }

    fn steady(&self) -> i64 {
        self.own.steady()
    }
}
