//! The life of a forwarding configuration: `pending_setup -> active -> disabled`.

use serde::{Deserialize, Serialize};

use crate::word::words;

words! {
    /// Where a configuration stands.
    pub enum Status {
        /// Codes were shown; nobody has said that they were dialled.
        PendingSetup = "pending_setup",
        /// The owner says that the code was dialled.
        Active = "active",
        /// Given up; the line itself forwards until the off code is dialled.
        Disabled = "disabled",
    }
}

words! {
    /// What happens to a configuration.
    pub enum Event {
        /// New codes are asked for.
        Configure = "configure",
        /// The owner confirms the set-up.
        Confirm = "confirm",
        /// It is given up.
        Disable = "disable",
    }
}

/// A set-up is confirmed that was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("forwarding is disabled; set it up again first")]
pub struct Disabled;

impl Status {
    /// Where it stands after an event. To confirm or to disable twice changes nothing; new codes start again.
    ///
    /// # Errors
    /// [`Disabled`] when a configuration is confirmed that was given up.
    pub const fn after(self, event: Event) -> Result<Self, Disabled> {
        match (event, self) {
            (Event::Configure, _) => Ok(Self::PendingSetup),
            (Event::Confirm, Self::PendingSetup | Self::Active) => Ok(Self::Active),
            (Event::Confirm, Self::Disabled) => Err(Disabled),
            (Event::Disable, _) => Ok(Self::Disabled),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_in_every_state() {
        use Event::{Configure, Confirm, Disable};
        use Status::{Active, Disabled as Off, PendingSetup};
        for (from, event, expected) in [
            (PendingSetup, Configure, Ok(PendingSetup)),
            (PendingSetup, Confirm, Ok(Active)),
            (PendingSetup, Disable, Ok(Off)),
            (Active, Configure, Ok(PendingSetup)),
            (Active, Confirm, Ok(Active)),
            (Active, Disable, Ok(Off)),
            (Off, Configure, Ok(PendingSetup)),
            (Off, Confirm, Err(Disabled)),
            (Off, Disable, Ok(Off)),
        ] {
            assert_eq!(from.after(event), expected, "{from} {event}");
        }
    }

    proptest::proptest! {
        /// Nothing is active unless the last thing that was set up was confirmed and not given up.
        #[test]
        fn active_means_confirmed(events in proptest::collection::vec(0_usize..3, 0..30)) {
            let (mut status, mut confirmed) = (Status::PendingSetup, false);
            for event in events.into_iter().map(|index| Event::ALL[index]) {
                let Ok(next) = status.after(event) else {
                    proptest::prop_assert_eq!((status, event), (Status::Disabled, Event::Confirm));
                    continue;
                };
                confirmed = event == Event::Confirm;
                proptest::prop_assert_eq!(next == Status::Active, confirmed);
                status = next;
            }
            proptest::prop_assert_eq!(status == Status::Active, confirmed);
        }
    }
}
