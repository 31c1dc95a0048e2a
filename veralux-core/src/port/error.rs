use std::error::Error as StdError;

use crate::id::ThreadId;
use crate::phone::E164;
use crate::time::Instant;

/// What every port answers.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a port did not do what it was asked, sorted by what the caller can do about it.
///
/// An adapter's own error is the `source`; its text is not part of the message, since the logger walks the chain.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store refuses this caller. Nothing the caller does will help; an operator must look.
    #[error("the store does not permit {0}")]
    NotPermitted(&'static str),
    /// Something else is in the way. Nothing was written.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// The request can never succeed as it is. Nothing was written.
    #[error("{0}")]
    Invalid(&'static str),
    /// The store is away, slow or busy. The same call may succeed later; whether a write took effect is unknown.
    #[error("{doing} failed for now")]
    Transient {
        /// What was being done, a constant.
        doing: &'static str,
        /// The adapter's own error.
        #[source]
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
    /// As [`Transient`](Self::Transient), but only where this was to be read or written: what lies elsewhere in the same store
    /// may go well meanwhile. A store that cannot tell says `Transient`, and nobody asks it for the rest.
    #[error("{doing} failed for now")]
    TransientHere {
        /// What was being done, a constant.
        doing: &'static str,
        /// The adapter's own error.
        #[source]
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
    /// The store holds something that cannot be read, or is broken.
    #[error("{doing} failed")]
    Permanent {
        /// What was being done, a constant.
        doing: &'static str,
        /// The adapter's own error.
        #[source]
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
}

impl Error {
    /// A transient error with its cause.
    pub fn transient(doing: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Transient { doing, source: Some(source.into()) }
    }

    /// A transient error of one part of the store with its cause.
    pub fn transient_here(doing: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::TransientHere { doing, source: Some(source.into()) }
    }

    /// A permanent error with its cause.
    pub fn permanent(doing: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Permanent { doing, source: Some(source.into()) }
    }

    /// The conflict, if it is one.
    pub fn conflict(&self) -> Option<&Conflict> {
        match self {
            Self::Conflict(conflict) => Some(conflict),
            _ => None,
        }
    }
}

/// What was in the way of a write. Exhaustive: callers decide by it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The row has changed since it was read, or is gone. Read again.
    #[error("the record has changed in the meantime")]
    Stale,
    /// A row with this id is there already.
    #[error("a record with this id exists already")]
    Exists,
    /// Another row that this one names is not there.
    #[error("the record refers to one that does not exist")]
    Dangling,
    /// Other rows name this one; it cannot go before them.
    #[error("the record is in use")]
    InUse,
    /// The tenant has as many records of this kind as it may.
    #[error("there are as many of these records as there may be")]
    Full,
    /// This webhook has been taken in before.
    #[error("this webhook has been taken in before")]
    Claimed,
    /// The request has lost its idempotency key to another attempt.
    #[error("another attempt at this request has its idempotency key")]
    Overtaken,
    /// The DID belongs to another tenant.
    #[error("the DID `{0}` belongs to another tenant")]
    DidTaken(E164),
    /// The phone number is held already, by this tenant or another.
    #[error("the phone number is held already")]
    NumberTaken,
    /// The phone number is another tenant's verified caller id.
    #[error("the phone number is verified by another tenant")]
    CallerIdTaken,
    /// The provider's id names another message that the tenant sends.
    #[error("another message has this id at its provider")]
    ProviderIdTaken,
    /// The platform's assistant is another tenant's.
    #[error("the assistant belongs to another tenant")]
    AssistantTaken,
    /// So many codes went to the phone number that no other may yet.
    #[error("no further code may go to this phone number before {until}")]
    CodesExhausted {
        /// From when on one may.
        until: Instant,
    },
    /// The pair (other party's number, our number) names another thread, or did until lately.
    #[error("the pair of numbers belongs to another thread")]
    PairTaken(ThreadId),
    /// What the store holds is another installation's.
    #[error("what is published there is another installation's")]
    OtherInstallation,
    /// The published version is another one than expected.
    #[error("the published version is {current}, not the expected one")]
    VersionMoved {
        /// The current version; 0 when nothing is published.
        current: u64,
    },
}
