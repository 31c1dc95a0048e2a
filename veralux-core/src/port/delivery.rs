use super::ErrorRecord;
use crate::delivery::Delivery;
use crate::time::Instant;

/// How far a message that we send has come, and what its provider said of it.
///
/// An attempt is noted here (`attempt_at`) *before* the provider is asked, and taken off when its outcome is known. Where it
/// stands, the message may have been sent: it is looked up before it is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// How far it is.
    pub state: Delivery,
    /// Counts the attempts to send it, from the first one ever on: what a provider reports names its attempt.
    pub attempts: u32,
    /// How often it was tried again by itself since it was queued, or since somebody sent it once more.
    pub retries: u32,
    /// When the first attempt began whose outcome is not known; `None` when none is open.
    pub attempt_at: Option<Instant>,
    /// What went wrong last.
    pub error: Option<ErrorRecord>,
    /// When it last became certain that it does not arrive.
    pub failed_at: Option<Instant>,
    /// Since when it waits for a person in the dead letters; `None` when it does not.
    pub dead_since: Option<Instant>,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Counts its changes from 1.
    pub revision: u64,
}

impl DeliveryRecord {
    /// A message that is to be sent.
    pub const fn queued(at: Instant) -> Self {
        Self {
            state: Delivery::Queued,
            attempts: 0,
            retries: 0,
            attempt_at: None,
            error: None,
            failed_at: None,
            dead_since: None,
            updated_at: at,
            revision: 1,
        }
    }
}
