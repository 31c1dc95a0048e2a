//! The machine's clock and randomness behind the core's ports.

use std::sync::LazyLock;
use std::time::{Duration, Instant as Moment, SystemTime, UNIX_EPOCH};

use veralux_core::port::{Clock, Random};
use veralux_core::time::Instant;

/// The machine's clock.
#[derive(Debug)]
pub(crate) struct SystemClock;

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
#[derive(Debug)]
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    /// # Panics
    /// When the operating system has no randomness to give: going on with predictable keys would be worse.
    #[expect(clippy::expect_used, reason = "there is no safe way to go on without randomness")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}

/// A pause of about this length: up to a quarter more or less, so that nodes that were started together spread out.
pub(crate) fn spread(about: Duration) -> Duration {
    let [byte]: [u8; 1] = (&SystemRandom as &dyn Random).bytes();
    about * 3 / 4 + about * u32::from(byte) / 510
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_spread_around_their_length() {
        let pauses: Vec<_> = (0..200).map(|_| spread(Duration::from_secs(1))).collect();
        let bounds = Duration::from_millis(750)..=Duration::from_millis(1_250);
        assert!(pauses.iter().all(|pause| bounds.contains(pause)), "{pauses:?}");
        assert!(pauses.iter().any(|pause| *pause != pauses[0]));
    }
}
