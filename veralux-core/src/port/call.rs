use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::bound::{NAME, REMOTE_ID, at_most, at_most_if_any};
use super::{Listed, Page, Result};
use crate::id::{CallId, TenantId};
use crate::phone::E164;
use crate::time::Instant;
use crate::word::words;

words! {
    /// Where a call stands.
    pub enum CallState {
        /// It was taken in, and nobody speaks yet.
        Ringing = "ringing",
        /// It is connected.
        Active = "active",
        /// It is over.
        Ended = "ended",
        /// It was turned away; it never counted.
        Refused = "refused",
    }
}

impl CallState {
    /// Whether the call takes up one of the places that the tenant has.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Ringing | Self::Active)
    }
}

/// One inbound call. `Debug` does not show who calls.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// Provider slug, like `twilio`.
    pub provider: String,
    /// The provider's id of the call; once in a tenant.
    pub provider_call: String,
    /// The number dialled.
    pub called: E164,
    /// Who calls, as the provider writes it: not all callers have a number.
    pub caller: Option<String>,
    /// Where it stands.
    pub state: CallState,
    /// A code of why it ended or was refused: `completed`, `at_capacity`.
    pub outcome: Option<String>,
    /// When it was taken in.
    pub started_at: Instant,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// The provider's id of its audio stream.
    pub stream: Option<String>,
    /// Counts its changes from 1.
    pub revision: u64,
}

impl Call {
    /// Refuses texts that are too long to be what they stand for.
    ///
    /// # Errors
    /// What is too long, as stores say it in their `Invalid`.
    pub fn check(&self) -> std::result::Result<(), &'static str> {
        at_most(NAME, &self.provider, "a provider's name is too long")?;
        at_most(REMOTE_ID, &self.provider_call, "a provider's id of a call is too long")?;
        at_most_if_any(REMOTE_ID, self.caller.as_ref(), "a caller's name is too long")?;
        at_most_if_any(NAME, self.outcome.as_ref(), "a call's outcome is too long")?;
        at_most_if_any(REMOTE_ID, self.stream.as_ref(), "a stream's id is too long")
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("id", &self.id)
            .field("provider", &self.provider)
            .field("provider_call", &self.provider_call)
            .field("called", &self.called)
            .field("caller", &self.caller.as_ref().map(|_| "redacted"))
            .field("state", &self.state)
            .field("outcome", &self.outcome)
            .field("started_at", &self.started_at)
            .field("ended_at", &self.ended_at)
            .field("stream", &self.stream)
            .field("revision", &self.revision)
            .finish()
    }
}

/// A tenant's calls.
#[async_trait]
pub trait CallStore: fmt::Debug + Send + Sync + 'static {
    /// The call with this id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup(&self, tenant: &TenantId, id: &CallId) -> Result<Option<Call>>;

    /// The call that a provider calls so.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find(&self, tenant: &TenantId, provider: &str, provider_call: &str) -> Result<Option<Call>>;

    /// A page of calls, by id; those that are open, or all.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(&self, tenant: &TenantId, open_only: bool, page: &Page) -> Result<Listed<Call>>;

    /// How many calls are open that started at or behind an instant.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn count_open(&self, tenant: &TenantId, since: Instant) -> Result<u64>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_caller_and_texts_are_bounded() {
        let call = Call {
            id: CallId::parse("cal_1").unwrap(),
            provider: "twilio".to_owned(),
            provider_call: "CA1".to_owned(),
            called: E164::parse("+14155550100").unwrap(),
            caller: Some("+442079460001".to_owned()),
            state: CallState::Ringing,
            outcome: None,
            started_at: Instant::from_micros(0),
            ended_at: None,
            stream: None,
            revision: 1,
        };
        let shown = format!("{call:?}");
        assert!(!shown.contains("7946") && !shown.contains("5550100"), "{shown}");
        assert!(call.check().is_ok());
        for (what, long) in [
            ("provider", Call { provider: "x".repeat(65), ..call.clone() }),
            ("provider's id", Call { provider_call: "x".repeat(257), ..call.clone() }),
            ("caller", Call { caller: Some("x".repeat(257)), ..call.clone() }),
            ("outcome", Call { outcome: Some("x".repeat(65)), ..call.clone() }),
            ("stream", Call { stream: Some("x".repeat(257)), ..call.clone() }),
        ] {
            assert!(long.check().is_err(), "{what}");
        }
    }
}
