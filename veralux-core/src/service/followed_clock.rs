use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::Result;
use crate::port::{Clock, Directory};
use crate::time::{Instant, SECOND};

/// Two clocks that differ by less are one clock: machines' clocks are kept in line, and an answer takes its time.
const TOLERANCE: i64 = SECOND;

/// This machine's clock, put right by the store's where the two differ, so that all nodes over one store go by one clock.
///
/// Claims, windows and ends of validity are compared by whichever node comes along; a node whose clock is an hour off would
/// take over what others have just begun. Whoever makes it calls [`follow`](Self::follow) every second or so, and before each
/// [`WorkRunner::claim`](super::WorkRunner::claim): a claim is a time by the clock.
#[derive(Debug)]
pub struct FollowedClock {
    own: Arc<dyn Clock>,
    store: Arc<dyn Directory>,
    /// What is added to the own clock, in microseconds.
    offset: AtomicI64,
}

impl FollowedClock {
    /// The machine's clock, as long as it has not been compared with the store's.
    pub fn new(own: Arc<dyn Clock>, store: Arc<dyn Directory>) -> Self {
        Self { own, store, offset: AtomicI64::new(0) }
    }

    /// Compares with the store's clock, if it has one; how far the machine's is behind it, in microseconds, 0 if less than a
    /// second.
    ///
    /// # Errors
    /// The store's; the clock goes on as it did.
    pub async fn follow(&self) -> Result<i64> {
        let before = self.own.now();
        let theirs = self.store.ping().await?;
        let took = self.own.now().micros().saturating_sub(before.micros());
        let behind = match theirs {
            // An answer that took long, or a clock that jumped meanwhile, says too little.
            Some(_) if !(0..TOLERANCE).contains(&took) => return Ok(self.offset.load(Ordering::Relaxed)),
            Some(theirs) => theirs.micros().saturating_sub(before.micros().saturating_add(took / 2)),
            None => 0,
        };
        let behind = if behind.saturating_abs() < TOLERANCE { 0 } else { behind };
        self.offset.store(behind, Ordering::Relaxed);
        Ok(behind)
    }
}

impl Clock for FollowedClock {
    fn now(&self) -> Instant {
        self.own.now().plus(self.offset.load(Ordering::Relaxed))
    }

    fn steady(&self) -> i64 {
        self.own.steady()
    }
}
