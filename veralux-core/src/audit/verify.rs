//! Walking a chain.

use serde::Serialize;

use super::{Event, Head};
use crate::id::TenantId;

/// Why a chain is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "cause")]
pub enum Cause {
    /// The event belongs to another tenant.
    #[error("it belongs to another tenant")]
    OtherTenant,
    /// Events are missing in front of it, or it stands twice or out of order.
    #[error("sequence {expected} should stand here")]
    Sequence {
        /// The sequence that should have come.
        expected: u64,
    },
    /// It does not name the event that stands in front of it.
    #[error("it does not name the hash of the event before it")]
    Previous,
    /// Its content is not what was hashed.
    #[error("its content does not give its hash")]
    Hash,
    /// The chain ends before the head that was kept elsewhere.
    #[error("the chain ends here, before its expected head at {expected}")]
    Truncated {
        /// Sequence of the expected head.
        expected: u64,
    },
    /// The chain has the expected head's place, but another event stands there: it was rewritten.
    #[error("it is not the expected head")]
    OtherHead,
    /// The store says that the chain ends in front of it: it was added past the store, or the head was set back.
    #[error("the chain should end in front of it, at {head}")]
    BeyondHead {
        /// Sequence of the head that the store keeps; 0 when it keeps none.
        head: u64,
    },
}

/// Where a chain breaks and why. Everything before `sequence` is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("the audit chain breaks at sequence {sequence}: {cause}")]
pub struct Break {
    /// The sequence that the faulty event claims; for a chain that is cut off, that of its last event.
    pub sequence: u64,
    /// What is wrong.
    #[serde(flatten)]
    pub cause: Cause,
}

/// What walking a whole chain gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The last place up to which the chain is whole.
    pub head: Head,
    /// Where it breaks, if it does.
    #[serde(rename = "break")]
    pub broken: Option<Break>,
}

/// Walks a tenant's chain in ascending sequence, in constant memory. It stays at its first break.
#[derive(Debug, Clone)]
pub struct Verifier {
    tenant: TenantId,
    head: Head,
    expected: Option<Head>,
    broken: Option<Break>,
}

impl Verifier {
    /// Begins at the first event. `expected` is a head that was kept elsewhere; without one a cut tail does not show.
    pub fn new(tenant: TenantId, expected: Option<Head>) -> Self {
        Self::resume(tenant, Head::GENESIS, expected)
    }

    /// Goes on behind a head up to which the chain was verified before.
    pub fn resume(tenant: TenantId, verified: Head, expected: Option<Head>) -> Self {
        Self { tenant, head: verified, expected, broken: None }
    }

    /// Takes the next event.
    ///
    /// # Errors
    /// The first [`Break`], for this event and every later one.
    pub fn push(&mut self, event: &Event) -> Result<(), Break> {
        if let Some(broken) = self.broken {
            return Err(broken);
        }
        if let Some(cause) = self.fault(event) {
            let broken = Break { sequence: event.sequence, cause };
            self.broken = Some(broken);
            return Err(broken);
        }
        self.head = event.head();
        Ok(())
    }

    /// Ends the walk. A chain may have grown beyond the expected head since that was read.
    ///
    /// # Errors
    /// The first [`Break`]; [`Cause::Truncated`] when the chain ends before the expected head.
    pub fn finish(self) -> Result<Head, Break> {
        let verdict = self.verdict();
        verdict.broken.map_or(Ok(verdict.head), Err)
    }

    fn verdict(self) -> Verdict {
        let cut = self.expected.filter(|expected| expected.sequence > self.head.sequence);
        let broken = self.broken.or(cut.map(|expected| Break {
            sequence: self.head.sequence,
            cause: Cause::Truncated { expected: expected.sequence },
        }));
        Verdict { head: self.head, broken }
    }

    fn fault(&self, event: &Event) -> Option<Cause> {
        let next = self.head.sequence.saturating_add(1);
        let other_head = |head: Head| head.sequence == event.sequence && head.hash != event.hash;
        if event.tenant_id != self.tenant {
            Some(Cause::OtherTenant)
        } else if event.sequence != next {
            Some(Cause::Sequence { expected: next })
        } else if event.previous != self.head.hash {
            Some(Cause::Previous)
        } else if event.hash != event.expected_hash() {
            Some(Cause::Hash)
        } else if self.expected.is_some_and(other_head) {
            Some(Cause::OtherHead)
        } else {
            None
        }
    }
}

/// Walks a whole chain, from its first event, to its end or its first break.
pub fn verify<'a>(
    tenant: TenantId,
    events: impl IntoIterator<Item = &'a Event>,
    expected: Option<Head>,
) -> Verdict {
    let mut verifier = Verifier::new(tenant, expected);
    for event in events {
        if verifier.push(event).is_err() {
            break;
        }
    }
    verifier.verdict()
}
