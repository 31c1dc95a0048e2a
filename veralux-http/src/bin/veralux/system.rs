//! The machine's clock and randomness, and pauses that nodes do not make in step.

use std::time::Duration;

use veralux_core::port::Random;
pub(crate) use veralux_system::{SystemClock, SystemRandom};

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
