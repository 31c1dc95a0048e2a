use crate::fault::Fault;
use crate::port;
use crate::time::Instant;

/// What every service answers.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a service did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is at fault, or the state of things forbids it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A store is.
    #[error(transparent)]
    Port(#[from] port::Error),
    /// The voice runtime's copy could not be read or written. The ledger is as it was.
    #[error("the runtime store could not be read or written; nothing is lost, try again when it answers")]
    NotProjected(#[source] port::Error),
    /// A provider refuses, or is not there.
    #[error(transparent)]
    Provider(#[from] port::ProviderError),
}

impl Error {
    /// Its code; none for what only the store can tell.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refusal) => Some(refusal.code),
            Self::Port(_) => None,
            Self::NotProjected(_) => Some("runtime_publish_failed"),
            Self::Provider(error) => Some(error.fault.code()),
        }
    }

    /// Whether a store said it of all that it holds, so that the next tenant's part would fare no better.
    pub(super) fn is_of_all(&self) -> bool {
        let (Self::Port(error) | Self::NotProjected(error)) = self else { return false };
        matches!(
            error,
            port::Error::Transient { .. } | port::Error::Conflict(port::Conflict::OtherInstallation)
        )
    }
}

/// What kind of refusal it is: decides the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request makes no sense as it is (400).
    Invalid,
    /// The document in the request breaks its contract (422).
    Unprocessable,
    /// There is no such thing, or the caller may not know of it (404).
    NotFound,
    /// It is not the caller's to do (403).
    Forbidden,
    /// The state of things forbids it now (409).
    Conflict,
    /// It was there and is over (410).
    Gone,
    /// It is shut for a while (423).
    Locked,
    /// It was asked for too often (429).
    TooMany,
    /// What is stored cannot be used; only a person can put it right (500).
    Broken,
    /// Something that is needed is away; the work is kept and will be finished (503).
    Unavailable,
}

/// A refusal: a code for programs, a sentence for people, and every faulty field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Refusal {
    /// What kind.
    pub kind: Kind,
    /// Stable, snake case.
    pub code: &'static str,
    /// One sentence.
    pub detail: String,
    /// The fields at fault, where it comes down to fields.
    pub faults: Vec<Fault>,
    /// How many further tries there are, where they are counted.
    pub tries_left: Option<u8>,
    /// From when on the same may be done, where that is known.
    pub retry_at: Option<Instant>,
}

impl Refusal {
    /// A refusal without fields.
    pub fn new(kind: Kind, code: &'static str, detail: impl Into<String>) -> Self {
        Self { kind, code, detail: detail.into(), faults: Vec::new(), tries_left: None, retry_at: None }
    }

    /// One field of the request is at fault.
    pub fn field(code: &'static str, path: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let detail = format!("`{path}` {message}");
        Self { faults: vec![Fault::new(path, message)], ..Self::new(Kind::Invalid, code, detail) }
    }

    /// There is no such thing.
    pub fn not_found(code: &'static str, what: &str) -> Self {
        Self::new(Kind::NotFound, code, format!("there is no such {what}"))
    }

    /// It is the operator's to do, and the caller is bound to a tenant.
    pub fn operators_only(detail: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, "operators_only", detail)
    }

    /// The record has changed since it was read.
    pub fn stale() -> Self {
        Self::new(Kind::Conflict, "stale", "this has changed in the meantime; read it again and repeat")
    }
}
