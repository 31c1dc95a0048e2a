//! How far a message that we send has come, and when it is tried again.
//!
//! Providers report in any order, late and twice. States have ranks, and a state only ever gives way to a higher one
//! ([`Delivery::then`]), so all orders of the same reports end in the same state:
//!
//! | rank | state | it means |
//! |---|---|---|
//! | 0 | queued | it waits for the provider |
//! | 1 | sent | the provider has it |
//! | 2 | failed | the provider refused it |
//! | 3 | undelivered | the phone does not get it |
//! | 4 | delivered | the phone has it |
//!
//! A person who sends a message once more begins anew: that is no report, and the only way back.

mod retry;

pub use retry::{Failure, MAX_RETRIES, Plan, plan_retry};

use serde::{Deserialize, Serialize};

use crate::word::words;

words! {
    /// How far a message that we send has come.
    pub enum Delivery {
        /// It waits for the provider.
        Queued = "queued",
        /// The provider has it.
        Sent = "sent",
        /// The phone has it.
        Delivered = "delivered",
        /// The phone does not get it.
        Undelivered = "undelivered",
        /// The provider refused it.
        Failed = "failed",
    }
}

impl Delivery {
    /// Its place among the states: a report of a lower one comes late.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Sent => 1,
            Self::Failed => 2,
            Self::Undelivered => 3,
            Self::Delivered => 4,
        }
    }

    /// The state behind a report: the higher of both.
    #[must_use]
    pub const fn then(self, reported: Self) -> Self {
        if reported.rank() > self.rank() { reported } else { self }
    }

    /// Whether it certainly did not arrive.
    pub const fn is_error(self) -> bool {
        matches!(self, Self::Undelivered | Self::Failed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_late_report_changes_nothing() {
        use Delivery::{Delivered, Failed, Queued, Sent, Undelivered};
        for (what, before, reported, after) in [
            ("the first", Queued, Sent, Sent),
            ("the usual last", Sent, Delivered, Delivered),
            ("sent, told late", Delivered, Sent, Delivered),
            ("twice", Undelivered, Undelivered, Undelivered),
            ("refused behind sent", Sent, Failed, Failed),
            ("one phone that answers after all", Undelivered, Delivered, Delivered),
            ("a refusal behind a delivery", Delivered, Failed, Delivered),
            ("queued, told late", Sent, Queued, Sent),
        ] {
            assert_eq!(before.then(reported), after, "{what}");
        }
    }

    #[test]
    fn ranks_are_apart() {
        for (index, state) in Delivery::ALL.iter().enumerate() {
            let same = Delivery::ALL.iter().position(|other| other.rank() == state.rank());
            assert_eq!(same, Some(index), "{state}");
        }
    }

    proptest! {
        #[test]
        fn the_order_of_reports_does_not_matter(
            mut reports in prop::collection::vec(prop::sample::select(Delivery::ALL), 0..12),
            seed in any::<u64>(),
        ) {
            let last = |reports: &[Delivery]| reports.iter().fold(Delivery::Queued, |state, next| state.then(*next));
            let expected = last(&reports);
            let turn = usize::try_from(seed % 13).unwrap();
            let length = reports.len().max(1);
            if !reports.is_empty() {
                reports.rotate_left(turn % length);
            }
            if seed % 2 == 0 {
                reports.reverse();
            }
            prop_assert_eq!(last(&reports), expected);
        }
    }
}
