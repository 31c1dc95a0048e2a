//! When an operation goes on.

use std::time::Duration;

use crate::time::{HOUR, MINUTE, SECOND};

/// The longest first wait behind a failure that passes, in microseconds; each is twice as long as the one before.
const FIRST_RETRY: i64 = 5 * SECOND;
/// The longest first wait for what is on its way.
const FIRST_POLL: i64 = SECOND;
/// No wait of ours is longer.
const LONGEST: i64 = 15 * MINUTE;
/// Nor any that a provider asks for.
const LONGEST_ASKED: i64 = HOUR;

/// How long to wait after so many attempts, in microseconds: up to 5, 10, 20 s ... 15 min, drawn evenly from the upper half,
/// so that what failed together does not come back together; `asked` at least.
pub(super) fn back_off(attempts: u32, asked: Option<Duration>, random: [u8; 4]) -> i64 {
    let asked = i64::try_from(asked.unwrap_or_default().as_micros()).unwrap_or(LONGEST_ASKED);
    let (half, jitter) = drawn(FIRST_RETRY, attempts, random);
    asked.min(LONGEST_ASKED).max(half) + jitter
}

/// How long to wait after so many looks for what is on its way, in microseconds: up to 1, 2, 4 s ... 15 min.
pub(super) fn poll(looks: u32, random: [u8; 4]) -> i64 {
    let (half, jitter) = drawn(FIRST_POLL, looks, random);
    half + jitter
}

fn drawn(first: i64, attempts: u32, random: [u8; 4]) -> (i64, i64) {
    let doublings = attempts.saturating_sub(1).min(20);
    let half = first.saturating_mul(1 << doublings).min(LONGEST) / 2;
    // At most 450 s times 2^32 microseconds, which an i64 holds.
    (half, half.saturating_mul(i64::from(u32::from_be_bytes(random))) >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        for (what, attempts, asked, random, millis) in [
            ("the first, at the least", 1, None, [0; 4], 2_500),
            ("the first, at the most", 1, None, [255; 4], 4_999),
            ("none was counted", 0, None, [0; 4], 2_500),
            ("the second", 2, None, [128, 0, 0, 0], 7_500),
            ("the seventh", 7, None, [0; 4], 160_000),
            ("no longer than a quarter of an hour", 9, None, [255; 4], 899_999),
            ("for ever", u32::MAX, None, [255; 4], 899_999),
            ("what the provider asks for, and jitter behind it", 1, seconds(60), [128, 0, 0, 0], 61_250),
            ("not a day", 1, seconds(86_400), [0; 4], 3_600_000),
            ("nor for ever", 1, seconds(u64::MAX), [0; 4], 3_600_000),
        ] {
            assert_eq!(back_off(attempts, asked, random) / 1000, millis, "{what}");
        }
        for (looks, random, millis) in
            [(1, [0; 4], 500), (1, [255; 4], 999), (4, [0; 4], 4_000), (40, [0; 4], 450_000)]
        {
            assert_eq!(poll(looks, random) / 1000, millis, "{looks}");
        }
    }
}
