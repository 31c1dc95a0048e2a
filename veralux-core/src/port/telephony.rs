use std::fmt;

use async_trait::async_trait;

use super::{Listed, Page, Result};
use crate::forwarding::caller_id::Verification;
use crate::forwarding::configuration::Status;
use crate::forwarding::{Carrier, Mode, RingTime};
use crate::id::{CallerIdId, ForwardingId, TenantId};
use crate::phone::E164;
use crate::secret::Secret;
use crate::time::Instant;

/// A slow, salted hash of a code: what is stored in its place. `Debug` shows nothing of it, since a code has six digits
/// only and a leaked hash is tried out in minutes.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeHash(String);

impl CodeHash {
    /// From its text, for hashers and stores.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Its text, for hashers and stores.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeHash(redacted)")
    }
}

/// A phone number that a tenant proves, or has proved, to be its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerId {
    /// Its id.
    pub id: CallerIdId,
    /// The number; once in a tenant, and verified by one tenant at most.
    pub number: E164,
    /// What people call it.
    pub name: Option<String>,
    /// Where its proof stands.
    pub verification: Verification,
    /// The code that is out; none once it is used up.
    pub code: Option<CodeHash>,
    /// When it was made.
    pub created_at: Instant,
    /// Counts its changes from 1.
    pub revision: u64,
}

/// How a tenant's own line is forwarded to its receptionist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarding {
    /// Its id.
    pub id: ForwardingId,
    /// The line, as proved.
    pub caller_id: CallerIdId,
    /// The line's number.
    pub number: E164,
    /// Where its calls go.
    pub destination: E164,
    /// Who carries the line.
    pub carrier: Carrier,
    /// In which country, ISO 3166-1 alpha-2.
    pub country: String,
    /// Which calls.
    pub mode: Mode,
    /// After how many seconds a call counts as missed, where that was asked for.
    pub ring_time: Option<RingTime>,
    /// What was shown to be dialled. Kept as it was, since what undoes it is tied to it.
    pub activation_code: String,
    /// What undoes it.
    pub deactivation_code: String,
    /// Where it stands.
    pub status: Status,
    /// When the owner said that the code was dialled.
    pub confirmed_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Counts its changes from 1.
    pub revision: u64,
}

/// A tenant's caller ids.
#[async_trait]
pub trait CallerIdStore: fmt::Debug + Send + Sync + 'static {
    /// The caller id with this id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup(&self, tenant: &TenantId, id: &CallerIdId) -> Result<Option<CallerId>>;

    /// The tenant's caller id with this number, verified or not.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find(&self, tenant: &TenantId, number: &E164) -> Result<Option<CallerId>>;

    /// A page of caller ids, by id; those that are verified, or all.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(&self, tenant: &TenantId, verified_only: bool, page: &Page) -> Result<Listed<CallerId>>;
}

/// A tenant's forwarding configurations.
#[async_trait]
pub trait ForwardingStore: fmt::Debug + Send + Sync + 'static {
    /// The configuration with this id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup(&self, tenant: &TenantId, id: &ForwardingId) -> Result<Option<Forwarding>>;

    /// The configuration of a caller id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find(&self, tenant: &TenantId, caller_id: &CallerIdId) -> Result<Option<Forwarding>>;

    /// A page of configurations, by id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Forwarding>>;
}

/// Hashes codes slowly, so that a stolen table does not give them away at once. Never on a thread that serves others.
#[async_trait]
pub trait CodeHasher: fmt::Debug + Send + Sync + 'static {
    /// The hash of a code with this salt.
    ///
    /// # Errors
    /// Permanent.
    async fn hash(&self, code: &Secret, salt: [u8; 16]) -> Result<CodeHash>;

    /// Whether the hash is that of this code; compares in constant time.
    ///
    /// # Errors
    /// Permanent when the hash is none of this hasher's.
    async fn matches(&self, code: &Secret, hash: &CodeHash) -> Result<bool>;
}

/// Brings a code to a phone, by a call or a message.
#[async_trait]
pub trait CallerIdProvider: fmt::Debug + Send + Sync + 'static {
    /// Starts to bring a code to the phone with this number; gives the provider's name for that.
    ///
    /// # Errors
    /// Transient when the same may succeed later, invalid when the provider never reaches this number, else permanent.
    async fn deliver(&self, tenant: &TenantId, number: &E164, code: &Secret) -> Result<String>;
}
