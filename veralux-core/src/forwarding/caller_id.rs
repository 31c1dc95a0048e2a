//! The life of a caller id that a tenant proves to be its own.
//!
//! A six-digit code reaches the phone, and whoever reads it there types it in. Codes, their hashes and the compare belong
//! to the service; here is only what may happen when. Values go in, values come out, and the service stores what came
//! out before it acts on it.

use serde::{Deserialize, Serialize};

use crate::time::{DAY, HOUR, Instant, MINUTE};
use crate::word::words;

/// How long a code lives, in microseconds.
pub const CODE_LIFE: i64 = 10 * MINUTE;
/// Wrong tries that a code stands.
pub const MAX_TRIES: u8 = 3;
/// How long nothing can be confirmed after the last wrong try, in microseconds.
pub const LOCK: i64 = HOUR;
/// Codes that may be issued for one number within [`RATE_WINDOW`].
pub const RATE: usize = 3;
/// The span over which codes are counted, in microseconds.
pub const RATE_WINDOW: i64 = HOUR;
/// How long a failed or expired verification is kept, in microseconds.
pub const KEPT: i64 = DAY;

words! {
    /// Where a verification stands.
    pub enum Status {
        /// A code is out.
        Pending = "pending",
        /// The number is the tenant's.
        Verified = "verified",
        /// Too many wrong tries.
        Failed = "failed",
        /// Nobody typed the code in time.
        Expired = "expired",
    }
}

/// One number's verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    status: Status,
    issued_at: Instant,
    tries: u8,
    locked_until: Option<Instant>,
    settled_at: Option<Instant>,
}

/// Why a code is not even looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Too many wrong tries (423).
    #[error("too many wrong codes; try again after {until}")]
    Locked {
        /// From when on a new code can be confirmed.
        until: Instant,
    },
    /// The code is too old, or was used up (410).
    #[error("the code is no longer valid; ask for a new one")]
    Expired,
    /// There is nothing to confirm (409).
    #[error("the number is verified already")]
    AlreadyVerified,
}

/// What a try came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The number is verified.
    Verified,
    /// The code was wrong (400).
    Wrong {
        /// How many tries this code has left; with none, the verification is locked.
        tries_left: u8,
    },
}

impl Verification {
    /// A first code goes out.
    pub fn issue(at: Instant) -> Self {
        Self { status: Status::Pending, issued_at: at, tries: 0, locked_until: None, settled_at: None }
    }

    /// Another code goes out in place of the last, with tries of its own. A lock stays; while it outlasts the code, none goes
    /// out: nobody could confirm it, and the phone would ring for nothing.
    ///
    /// # Errors
    /// [`Refusal::AlreadyVerified`], [`Refusal::Locked`].
    pub fn reissue(self, at: Instant) -> Result<Self, Refusal> {
        if self.is_verified() {
            return Err(Refusal::AlreadyVerified);
        }
        let fresh = Self { locked_until: self.locked_until(at), ..Self::issue(at) };
        match fresh.locked_until {
            Some(until) if fresh.expires_at() <= until => Err(Refusal::Locked { until }),
            _ => Ok(fresh),
        }
    }

    /// Where it stands at an instant: a code that nobody typed in time is expired, whether or not that was stored.
    pub fn status(&self, now: Instant) -> Status {
        match self.status {
            Status::Pending if now >= self.expires_at() => Status::Expired,
            status => status,
        }
    }

    /// Whether the number is the tenant's; final.
    pub fn is_verified(&self) -> bool {
        self.status == Status::Verified
    }

    /// Since when the number is the tenant's.
    pub fn verified_at(&self) -> Option<Instant> {
        self.settled_at.filter(|_| self.is_verified())
    }

    /// When the code stops being good.
    pub fn expires_at(&self) -> Instant {
        self.issued_at.plus(CODE_LIFE)
    }

    /// Until when nothing is confirmed.
    pub fn locked_until(&self, now: Instant) -> Option<Instant> {
        self.locked_until.filter(|until| now < *until)
    }

    /// How many tries the code has left.
    pub fn tries_left(&self) -> u8 {
        MAX_TRIES.saturating_sub(self.tries)
    }

    /// Counts a try *before* its code is compared. The service stores the answer on the condition that nothing has
    /// changed since, and only then compares: guesses in parallel gain nothing, and neither does a crash. The last try
    /// locks at once; [`Self::finish`] unlocks when it was right.
    ///
    /// # Errors
    /// [`Refusal`]; nothing is to be stored then.
    pub fn begin_try(self, now: Instant) -> Result<Self, Refusal> {
        if self.status == Status::Verified {
            return Err(Refusal::AlreadyVerified);
        }
        if let Some(until) = self.locked_until(now) {
            return Err(Refusal::Locked { until });
        }
        if self.status(now) != Status::Pending {
            return Err(Refusal::Expired);
        }
        let counted = Self { tries: self.tries.saturating_add(1), ..self };
        Ok(match counted.tries_left() {
            0 => Self {
                status: Status::Failed,
                locked_until: Some(now.plus(LOCK)),
                settled_at: Some(now),
                ..counted
            },
            _ => counted,
        })
    }

    /// What became of a try that [`Self::begin_try`] counted, given whether the code was right.
    pub fn finish(self, right: bool, now: Instant) -> (Self, Outcome) {
        if right {
            let verified =
                Self { status: Status::Verified, locked_until: None, settled_at: Some(now), ..self };
            return (verified, Outcome::Verified);
        }
        (self, Outcome::Wrong { tries_left: self.tries_left() })
    }

    /// The same with its expiry written down, for the clean-up.
    #[must_use]
    pub fn expire(self, now: Instant) -> Self {
        match (self.status, self.status(now)) {
            (Status::Pending, Status::Expired) => {
                Self { status: Status::Expired, settled_at: Some(self.expires_at()), ..self }
            }
            _ => self,
        }
    }

    /// Whether the clean-up deletes it: failed or expired for a day, and no active forwarding configuration hangs on it.
    pub fn is_disposable(&self, now: Instant, has_active_configuration: bool) -> bool {
        let settled = self.expire(now);
        let over = matches!(settled.status, Status::Failed | Status::Expired);
        over && !has_active_configuration && settled.settled_at.is_some_and(|at| now >= at.plus(KEPT))
    }
}

/// Whether another code may be issued for a number, given when the earlier ones were, in any order.
///
/// # Errors
/// The instant from which on one may be.
pub fn admit(issued: &[Instant], now: Instant) -> Result<(), Instant> {
    let mut recent: Vec<Instant> = issued.iter().copied().filter(|at| now < at.plus(RATE_WINDOW)).collect();
    recent.sort_unstable_by(|a, b| b.cmp(a));
    // With the oldest of the newest three out of the window, there is room again.
    recent.get(RATE - 1).map_or(Ok(()), |oldest| Err(oldest.plus(RATE_WINDOW)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn minute(minute: i64) -> Instant {
        Instant::from_micros(minute * MINUTE)
    }

    fn guess(
        verification: Verification,
        right: bool,
        now: Instant,
    ) -> Result<(Verification, Outcome), Refusal> {
        verification.begin_try(now).map(|begun| begun.finish(right, now))
    }

    #[test]
    fn a_right_code_verifies_even_on_the_last_try() {
        let mut verification = Verification::issue(minute(0));
        for left in [2, 1] {
            let (next, outcome) = guess(verification, false, minute(1)).unwrap();
            assert_eq!(outcome, Outcome::Wrong { tries_left: left });
            verification = next;
        }
        let (verified, outcome) = guess(verification, true, minute(2)).unwrap();
        assert_eq!((outcome, verified.status(minute(99))), (Outcome::Verified, Status::Verified));
        assert_eq!(guess(verified, true, minute(3)), Err(Refusal::AlreadyVerified));
        assert_eq!(verified.reissue(minute(3)), Err(Refusal::AlreadyVerified));
        assert!(!verified.is_disposable(minute(1_000_000), false));
    }

    #[test]
    fn three_wrong_codes_lock_for_an_hour_and_a_new_code_does_not_unlock() {
        let mut verification = Verification::issue(minute(0));
        for _ in 0..3 {
            verification = guess(verification, false, minute(1)).unwrap().0;
        }
        assert_eq!(verification.status(minute(1)), Status::Failed);
        let locked = Err(Refusal::Locked { until: minute(61) });
        assert_eq!(guess(verification, true, minute(1)), locked);
        for early in [minute(1), minute(51)] {
            assert_eq!(
                verification.reissue(early).map(drop),
                locked.map(drop),
                "it would end within the lock"
            );
        }
        let again = verification.reissue(minute(55)).unwrap();
        assert_eq!((again.status(minute(55)), again.tries_left()), (Status::Pending, 3));
        assert_eq!(guess(again, true, minute(60)), locked);
        assert_eq!(guess(again, true, minute(61)).unwrap().1, Outcome::Verified);
        assert_eq!(guess(verification, true, minute(61)), Err(Refusal::Expired), "the old code stays dead");
    }

    #[test]
    fn tries_in_parallel_are_counted_before_they_are_compared() {
        let mut stored = Verification::issue(minute(0));
        let mut begun = 0;
        while let Ok(next) = stored.begin_try(minute(1)) {
            (stored, begun) = (next, begun + 1);
        }
        assert_eq!((begun, stored.tries_left()), (3, 0), "none of them has been compared yet");
    }

    #[test]
    fn a_code_lives_ten_minutes_and_is_cleaned_up_a_day_later() {
        let verification = Verification::issue(minute(0));
        assert!(guess(verification, true, minute(10).plus(-1)).is_ok());
        assert_eq!(guess(verification, true, minute(10)), Err(Refusal::Expired));
        let expired = verification.expire(minute(30));
        assert_eq!(expired.status(minute(0)), Status::Expired);
        for (what, now, active, expected) in [
            ("before a day", minute(10 + 1440).plus(-1), false, false),
            ("after a day", minute(10 + 1440), false, true),
            ("with an active configuration", minute(10 + 1440), true, false),
        ] {
            assert_eq!(expired.is_disposable(now, active), expected, "{what}");
            assert_eq!(verification.is_disposable(now, active), expected, "{what}, not written down");
        }
    }

    #[test]
    fn three_codes_an_hour() {
        for (what, issued, now, expected) in [
            ("none yet", vec![], 0, Ok(())),
            ("two", vec![0, 1], 2, Ok(())),
            ("three", vec![0, 1, 2], 3, Err(minute(60))),
            ("in another order", vec![2, 0, 1], 3, Err(minute(60))),
            ("the first is an hour old", vec![0, 1, 2], 60, Ok(())),
            ("more than were allowed", vec![0, 1, 2, 3], 60, Err(minute(61))),
        ] {
            let issued: Vec<_> = issued.into_iter().map(minute).collect();
            assert_eq!(admit(&issued, minute(now)), expected, "{what}");
        }
    }

    proptest! {
        /// Whatever happens in whatever order: no code is compared more than three times, none after its life, none
        /// while a lock holds; verified is final; and at most three codes leave in any hour.
        #[test]
        fn nobody_gets_more_tries(events in proptest::collection::vec((0_u8..4, 0_i64..25), 1..120)) {
            let (mut now, mut verification) = (minute(0), Verification::issue(minute(0)));
            let (mut issued, mut compared, mut lock) = (vec![now], 0, None::<Instant>);
            for (event, wait) in events {
                now = now.plus(wait * MINUTE);
                if event == 0 && admit(&issued, now).is_ok() {
                    let Ok(next) = verification.reissue(now) else { return Ok(()) };
                    verification = next;
                    issued.push(now);
                    compared = 0;
                } else if event != 0 {
                    let right = event == 3 && wait == 7;
                    let Ok((next, outcome)) = guess(verification, right, now) else { continue };
                    compared += 1;
                    prop_assert!(compared <= MAX_TRIES);
                    prop_assert!(now < issued[issued.len() - 1].plus(CODE_LIFE));
                    prop_assert!(lock.is_none_or(|until| now >= until));
                    prop_assert_eq!(right, outcome == Outcome::Verified);
                    if outcome == (Outcome::Wrong { tries_left: 0 }) {
                        lock = Some(now.plus(LOCK));
                    }
                    verification = next;
                    if right {
                        prop_assert_eq!(verification.status(now.plus(DAY)), Status::Verified);
                    }
                }
                for window in issued.windows(RATE + 1) {
                    prop_assert!(window[RATE] >= window[0].plus(RATE_WINDOW));
                }
            }
        }
    }
}
