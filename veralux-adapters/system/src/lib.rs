//! The machine's clock and randomness behind VeraLux's ports: what every program needs that the core may not have.
//!
//! ```
//! use std::sync::Arc;
//! use veralux_core::memory::MemoryStore;
//! use veralux_core::service::Stores;
//! use veralux_system::{SystemClock, SystemRandom};
//!
//! let clock = Arc::new(SystemClock);
//! let store = Arc::new(MemoryStore::with_clock(clock.clone()));
//! let stores = Stores::from_one(&store, clock, Arc::new(SystemRandom));
//! assert!(stores.clock.steady() <= stores.clock.steady());
//! ```
//!
//! Of several nodes over one PostgreSQL each gives its own to a [`FollowedClock`](veralux_core::service::FollowedClock), so
//! that all go by the database's.

use std::sync::LazyLock;
use std::time::{Instant as Moment, SystemTime, UNIX_EPOCH};

use veralux_core::port::{Clock, Random};
use veralux_core::time::Instant;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    fn steady(&self) -> i64 {
        static START: LazyLock<Moment> = LazyLock::new(Moment::now);
        i64::try_from(START.elapsed().as_micros()).unwrap_or(i64::MAX)
    }
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    /// # Panics
    /// When the operating system has no randomness to give: going on with predictable keys would be worse.
    #[expect(clippy::expect_used, reason = "there is no safe way to go on without randomness")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_shows_microseconds_and_the_steady_one_goes_on() {
        let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
        let shown = u128::try_from(SystemClock.now().micros()).unwrap();
        let after = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
        assert!((before..=after).contains(&shown), "{before} {shown} {after}");

        let began = SystemClock.steady();
        let moment = Moment::now();
        while moment.elapsed().as_micros() < 2_000 {}
        assert!(SystemClock.steady() - began >= 2_000);
    }

    #[test]
    fn random_bytes_fill_the_buffer_and_differ() {
        let random: &dyn Random = &SystemRandom;
        let (one, two): ([u8; 32], [u8; 32]) = (random.bytes(), random.bytes());
        assert_ne!(one, two);
        assert!([one, two].iter().all(|bytes| bytes[16..] != [0; 16]));
    }
}
