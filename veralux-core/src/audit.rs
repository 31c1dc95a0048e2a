//! Audit: events that are chained by their hashes, so that removal and alteration show.
//!
//! A service states a [`Draft`]: who did what to which thing. [`seal`] gives it its place in the tenant's chain:
//! the next sequence number, the hash of the event before it and its own. [`Verifier`] walks a chain as it comes from
//! the store, one event at a time, and says at which sequence it breaks and why.
//!
//! A chain proves that nothing *inside* it was changed, removed, swapped or inserted. That its tail was not cut off, or
//! rewritten from some point on, shows only against a [`Head`] that was kept elsewhere; give it to [`Verifier::finish`].
//!
//! Secrets and message bodies never enter an event; [`Payload`] refuses the usual names for them.

mod draft;
mod name;
mod payload;
mod verify;

pub use draft::{Actor, ActorKind, Draft, Entity};
pub use name::{EventType, Label, Name, NameError};
pub use payload::{MAX_PAYLOAD_BYTES, MAX_PAYLOAD_DEPTH, Payload, PayloadError};
pub use verify::{Break, Cause, Verdict, Verifier, verify};

use serde::{Deserialize, Serialize};

use crate::digest::{Digest, Encoder};
use crate::id::{EventId, TenantId};
use crate::time::Instant;

/// Version of the hash's format; it is hashed too. A new one is a new chain format, never a silent change.
pub const FORMAT_VERSION: u64 = 1;

const DOMAIN: &str = "veralux audit event";

/// One event in a tenant's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its id, unique among all events.
    pub id: EventId,
    /// Whose chain it belongs to.
    pub tenant_id: TenantId,
    /// Its place in the chain, from 1 without gaps.
    pub sequence: u64,
    /// When it was sealed.
    pub at: Instant,
    /// What was stated.
    #[serde(flatten)]
    pub draft: Draft,
    /// The hash of the event before it; [`Digest::ZERO`] for the first.
    pub previous: Digest,
    /// The hash of everything above.
    pub hash: Digest,
}

impl Event {
    /// The hash that this event must have: SHA-256 over all its other fields, see [`crate::digest`].
    pub fn expected_hash(&self) -> Digest {
        let start = Encoder::new(DOMAIN, FORMAT_VERSION)
            .text(self.tenant_id.as_str())
            .unsigned(self.sequence)
            .bytes(self.previous.as_bytes())
            .text(self.id.as_str())
            .signed(self.at.micros());
        self.draft.encode(start).finish()
    }

    /// Where a chain stands behind this event.
    pub fn head(&self) -> Head {
        Head { sequence: self.sequence, hash: self.hash }
    }
}

/// Where a chain stands: how many events it has and the hash of the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// Sequence of the last event; 0 for an empty chain.
    pub sequence: u64,
    /// Its hash; [`Digest::ZERO`] for an empty chain.
    pub hash: Digest,
}

impl Head {
    /// An empty chain.
    pub const GENESIS: Self = Self { sequence: 0, hash: Digest::ZERO };
}

/// Gives a draft its place behind `head`.
///
/// The store that appends it must do so only while `head` is still the tenant's head; two events on one head are
/// two chains.
pub fn seal(head: Head, tenant_id: TenantId, at: Instant, id: EventId, draft: Draft) -> Event {
    // 2^64 events take longer than the years of `Instant`; a saturated sequence would break the chain visibly.
    let sequence = head.sequence.saturating_add(1);
    let mut event = Event { id, tenant_id, sequence, at, draft, previous: head.hash, hash: Digest::ZERO };
    event.hash = event.expected_hash();
    event
}

#[cfg(test)]
mod tests;
