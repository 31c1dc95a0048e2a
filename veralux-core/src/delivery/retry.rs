use std::time::Duration;

use crate::time::{HOUR, Instant, SECOND};

/// How often a message is tried again by itself.
pub const MAX_RETRIES: u32 = 3;

/// The longest first wait in microseconds, and how many times as long as the one before each wait may be: a provider that is away for
/// minutes leaves nothing behind that somebody would have to send again by hand.
const FIRST_WAIT: i64 = 5 * SECOND;
const GROWTH: i64 = 12;
/// No wait is longer, whatever a provider asks for.
const LONGEST_WAIT: i64 = HOUR;

/// Shortest wait before what may have been done is looked up: a request may still be on its way, and providers' lists lag.
const SETTLING: Duration = Duration::from_secs(15);

/// What a failure to send says of the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nothing was done, and it may be asked again.
    Passing {
        /// How long the provider wants to be left alone.
        wait: Option<Duration>,
    },
    /// It may have been done: it is looked up before it is asked again.
    Unsettled,
    /// Nothing was done, and asking again changes nothing.
    Final,
}

/// What is done about a message that was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Try again then.
    At(Instant),
    /// A person must look.
    DeadLetter,
}

/// When a message is tried again that was tried again `retries` times before.
///
/// Waits grow exponentially: up to 5 s, 1 and 12 minutes, each drawn evenly from its upper half, so that what failed together
/// does not come back together. A wait that the provider asks for comes first and the same jitter behind it, likewise the 15 s
/// that what may have been done takes to settle; no wait is longer than an hour.
///
/// ```
/// use veralux_core::delivery::{Failure, MAX_RETRIES, Plan, plan_retry};
/// use veralux_core::time::{Instant, SECOND};
///
/// let now = Instant::from_micros(0);
/// let Plan::At(first) = plan_retry(0, Failure::Unsettled, now, [0; 4]) else { panic!() };
/// assert_eq!(first, now.plus(15 * SECOND));
/// assert_eq!(plan_retry(MAX_RETRIES, Failure::Unsettled, now, [0; 4]), Plan::DeadLetter);
/// assert_eq!(plan_retry(0, Failure::Final, now, [0; 4]), Plan::DeadLetter);
/// ```
pub fn plan_retry(retries: u32, failure: Failure, now: Instant, random: [u8; 4]) -> Plan {
    let asked = match failure {
        Failure::Final => return Plan::DeadLetter,
        Failure::Passing { wait } => wait.unwrap_or_default(),
        Failure::Unsettled => SETTLING,
    };
    if retries >= MAX_RETRIES {
        return Plan::DeadLetter;
    }
    let half = FIRST_WAIT.saturating_mul(GROWTH.saturating_pow(retries)) / 2;
    // 32 bits of fraction: at most 6 minutes times 2^32 microseconds, which an i64 holds.
    let jitter = half.saturating_mul(i64::from(u32::from_be_bytes(random))) >> 32;
    let asked = i64::try_from(asked.as_micros()).unwrap_or(LONGEST_WAIT);
    Plan::At(now.plus(asked.max(half).saturating_add(jitter).min(LONGEST_WAIT)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Instant = Instant::from_micros(1_000_000);

    #[test]
    fn waits() {
        let passing = |seconds| Failure::Passing { wait: Some(Duration::from_secs(seconds)) };
        for (what, retries, failure, random, millis) in [
            ("the first, at the least", 0, passing(0), [0; 4], Some(2_500)),
            ("the first, at the most", 0, passing(0), [255; 4], Some(4_999)),
            ("the second", 1, Failure::Passing { wait: None }, [128, 0, 0, 0], Some(45_000)),
            ("what may have been done settles", 0, Failure::Unsettled, [128, 0, 0, 0], Some(16_250)),
            ("the third", 2, Failure::Unsettled, [0; 4], Some(360_000)),
            ("no fourth", 3, Failure::Unsettled, [0; 4], None),
            ("a long wait is kept to", 0, passing(60), [0; 4], Some(60_000)),
            ("with jitter behind it", 0, passing(60), [128, 0, 0, 0], Some(61_250)),
            ("a short wait is not shorter than ours", 2, passing(1), [0; 4], Some(360_000)),
            ("nobody waits a day", 0, passing(86_400), [255; 4], Some(3_600_000)),
            ("nor for ever", 0, passing(u64::MAX), [255; 4], Some(3_600_000)),
            ("a refusal", 0, Failure::Final, [0; 4], None),
        ] {
            let plan = match plan_retry(retries, failure, NOW, random) {
                Plan::At(at) => Some((at.micros() - NOW.micros()) / 1000),
                Plan::DeadLetter => None,
            };
            assert_eq!(plan, millis, "{what}");
        }
    }

    proptest! {
        #[test]
        fn a_retry_lies_ahead_and_within_an_hour(
            retries in 0..MAX_RETRIES, seconds in any::<u64>(), random in any::<[u8; 4]>(),
        ) {
            let failure = Failure::Passing { wait: Some(Duration::from_secs(seconds)) };
            let Plan::At(at) = plan_retry(retries, failure, NOW, random) else {
                return Err(TestCaseError::fail("a retry is due"));
            };
            prop_assert!(NOW.plus(2 * SECOND) < at && at <= NOW.plus(HOUR));
            prop_assert!(NOW.plus(HOUR.min(i64::try_from(seconds).unwrap_or(3600).saturating_mul(SECOND))) <= at);
        }
    }
}
