//! Time and randomness that can be repeated.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::port::{Clock, Random};
use crate::time::Instant;

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(Instant);

impl FixedClock {
    /// A clock that always shows this instant.
    pub const fn new(at: Instant) -> Self {
        Self(at)
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        self.0
    }
}

/// A clock that moves when it is told to.
///
/// ```
/// use veralux_core::memory::StepClock;
/// use veralux_core::port::Clock;
/// use veralux_core::time::{Instant, SECOND};
/// let clock = StepClock::new(Instant::from_micros(0));
/// clock.advance(5 * SECOND);
/// assert_eq!(clock.now(), Instant::from_micros(5 * SECOND));
/// ```
#[derive(Debug)]
pub struct StepClock {
    now: AtomicI64,
    steady: AtomicI64,
}

impl StepClock {
    /// A clock that shows this instant until it is moved.
    pub fn new(at: Instant) -> Self {
        Self { now: AtomicI64::new(at.micros()), steady: AtomicI64::new(0) }
    }

    /// Sets it, forwards or backwards; no time passes.
    pub fn set(&self, at: Instant) {
        self.now.store(at.micros(), Ordering::SeqCst);
    }

    /// So many microseconds pass; when negative it is set back by so many.
    pub fn advance(&self, micros: i64) {
        self.now.fetch_add(micros, Ordering::SeqCst);
        self.steady.fetch_add(micros.max(0), Ordering::SeqCst);
    }
}

impl Clock for StepClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.now.load(Ordering::SeqCst))
    }

    fn steady(&self) -> i64 {
        self.steady.load(Ordering::SeqCst)
    }
}

/// Bytes that look random and are the same for the same seed, in each run.
///
/// For tests and examples only: whoever knows the seed knows every byte. Never make a key, a token or a nonce with it.
#[derive(Debug)]
pub struct SeededRandom(AtomicU64);

impl SeededRandom {
    /// Starts a sequence.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// `SplitMix64` (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut word = self.0.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            for (byte, random) in chunk.iter_mut().zip(self.next().to_le_bytes()) {
                *byte = random;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_splitmix64() {
        let random: &dyn Random = &SeededRandom::new(1_234_567);
        // Reference values of the public-domain implementation (Vigna, prng.di.unimi.it/splitmix64.c).
        for expected in [6_457_827_717_110_365_317_u64, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        {
            assert_eq!(u64::from_le_bytes(random.bytes()), expected);
        }
    }

    #[test]
    fn a_clock_may_be_set_back() {
        let clock = StepClock::new(Instant::from_micros(5));
        clock.set(Instant::from_micros(2));
        clock.advance(-1);
        assert_eq!(clock.now(), Instant::from_micros(1));
    }
}
