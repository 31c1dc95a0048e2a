use std::fmt;

use serde::{Deserialize, Serialize};

use super::{DeliveryRecord, Media, ScanContext};
use crate::digest::Digest;
use crate::id::{
    CustomerId, DecisionId, MessageId, NumberId, OverrideId, StaffId, TenantId, ThreadId, WindowId,
};
use crate::number::{Number, ThreadKind};
use crate::party::{Direction, Role, TenantStatus, ThreadStatus};
use crate::phone::{E164, SenderName};
use crate::policy::{Kind, Severity};
use crate::routing::{Action, OverrideTarget, Target};
use crate::secret::Secret;
use crate::time::{Instant, Span};
use crate::word::words;

/// A business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// What people call it.
    pub name: String,
    /// Whether it may use the product.
    pub status: TenantStatus,
    /// The number that customers know it by.
    pub business_number: Option<E164>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Counts its changes from 1.
    pub revision: u64,
}

/// Somebody who writes to a business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Id within the tenant.
    pub id: CustomerId,
    /// The number they write from; unique within the tenant.
    pub phone: E164,
    /// When they were made.
    pub created_at: Instant,
}

/// One customer's conversation with the tenant on one of its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// Why it exists.
    pub kind: ThreadKind,
    /// Its life.
    pub status: ThreadStatus,
    /// Whose it is.
    pub customer: CustomerId,
    /// On which of our numbers.
    pub number: NumberId,
    /// The customer wants no more messages.
    pub opted_out: bool,
    /// When it was made.
    pub created_at: Instant,
    /// Until when the pair (customer's number, our number) names this thread; `None` while the thread is open.
    ///
    /// Set when it is closed or archived: the end of the cooldown tail.
    pub pair_free_at: Option<Instant>,
    /// Counts its changes from 1.
    pub revision: u64,
}

/// A span of time in which a staff member serves a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Its id.
    pub id: WindowId,
    /// Which thread.
    pub thread: ThreadId,
    /// Who serves.
    pub staff: StaffId,
    /// When; always has an end.
    pub span: Span,
    /// When it was made.
    pub created_at: Instant,
}

/// An owner's temporary instruction for one thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Its id.
    pub id: OverrideId,
    /// Which thread.
    pub thread: ThreadId,
    /// Where its messages go meanwhile.
    pub target: OverrideTarget,
    /// When.
    pub span: Span,
    /// When it was made.
    pub created_at: Instant,
    /// When it was taken back.
    pub removed_at: Option<Instant>,
    /// Why, in the owner's words.
    pub reason: String,
}

/// The text of a message. Its `Debug` shows the length only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Body(String);

impl Body {
    /// Takes a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// In which role.
    pub role: Role,
    /// Customer or staff id, where the role has one.
    pub id: Option<String>,
    /// The number it came from, where it came from outside and is E.164 (short codes are not).
    pub phone: Option<E164>,
    /// What it came from where that is no such number.
    pub name: Option<SenderName>,
}

/// What the provider calls a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderMessage {
    /// Provider slug, like `twilio`.
    pub provider: String,
    /// The provider's id of the message.
    pub id: String,
}

/// A finding as it is kept with its message: everything but the value, which stands in the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FindingRecord {
    /// What it is.
    pub kind: Kind,
    /// Its first byte in the text.
    pub start: usize,
    /// The first byte behind it.
    pub end: usize,
    /// The rule that found it.
    pub rule: String,
    /// How sure the rule is, 1 to 100.
    pub score: u8,
    /// What it is good for.
    pub severity: Severity,
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// To one staff member.
    Staff(StaffId),
    /// To the owner inbox.
    OwnerInbox,
    /// To the thread's customer.
    Customer(CustomerId),
    /// To whoever wrote this message, which is in no thread.
    Sender(MessageId),
}

impl Destination {
    /// Its kind on the wire and in the stores.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Staff(_) => "staff",
            Self::OwnerInbox => "owner_inbox",
            Self::Customer(_) => "customer",
            Self::Sender(_) => "sender",
        }
    }

    /// Its id, where the kind has one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Staff(id) => Some(id.as_str()),
            Self::OwnerInbox => None,
            Self::Customer(id) => Some(id.as_str()),
            Self::Sender(id) => Some(id.as_str()),
        }
    }

    /// Puts kind and id together again; `None` when they do not fit.
    pub fn from_parts(kind: &str, id: Option<&str>) -> Option<Self> {
        match (kind, id) {
            ("staff", Some(id)) => StaffId::parse(id).ok().map(Self::Staff),
            ("owner_inbox", None) => Some(Self::OwnerInbox),
            ("customer", Some(id)) => CustomerId::parse(id).ok().map(Self::Customer),
            ("sender", Some(id)) => MessageId::parse(id).ok().map(Self::Sender),
            _ => None,
        }
    }
}

impl From<Target<'_>> for Destination {
    fn from(target: Target<'_>) -> Self {
        match target {
            Target::Staff(id) => Self::Staff(id.clone()),
            Target::OwnerInbox => Self::OwnerInbox,
            Target::Customer(id) => Self::Customer(id.clone()),
        }
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Its thread; `None` when it could not be given to one and lies in the owner inbox, or answers such a one.
    pub thread: Option<ThreadId>,
    /// Our number; `None` when it is not known any more.
    pub number: Option<NumberId>,
    /// Which way.
    pub direction: Direction,
    /// Who wrote it.
    pub sender: Sender,
    /// Its text; empty where only media came.
    pub body: Body,
    /// What hangs on it, at most [`MAX_MEDIA`](super::MAX_MEDIA).
    pub media: Vec<Media>,
    /// What the detector found in its text.
    pub findings: Vec<FindingRecord>,
    /// What was decided.
    pub action: Action,
    /// Where it goes; `None` when blocked. What is blocked and has no thread lies in the owner inbox all the same.
    pub target: Option<Destination>,
    /// The decision in full.
    pub decision: DecisionId,
    /// When we received it.
    pub received_at: Instant,
    /// What the provider calls it.
    pub provider: Option<ProviderMessage>,
    /// How far it has come, for messages that we send.
    pub delivery: Option<DeliveryRecord>,
}

/// One stored routing decision with the snapshot it was made from: enough to replay it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRecord {
    /// Its id.
    pub id: DecisionId,
    /// The thread it is about.
    pub thread: Option<ThreadId>,
    /// The message it is about.
    pub message: Option<MessageId>,
    /// The instant it was made for.
    pub at: Instant,
    /// The snapshot, canonical JSON.
    pub snapshot: String,
    /// The decision, canonical JSON.
    pub decision: String,
    /// Version of the policy detector whose counts stand in the snapshot.
    pub detector_version: String,
}

words! {
    /// How a runtime version came to be.
    pub enum PublishKind {
        /// A document was published.
        Publish = "publish",
        /// An earlier version was published again.
        Rollback = "rollback",
    }
}

/// One published version of a tenant's runtime configuration.
#[derive(Debug, Clone)]
pub struct RuntimeVersion {
    /// Counts from 1 within the tenant.
    pub version: u64,
    /// Digest of the document.
    pub digest: Digest,
    /// The document as the runtime reads it.
    pub document: Secret,
    /// The DIDs that the document names.
    pub dids: Vec<E164>,
    /// How it came to be.
    pub kind: PublishKind,
    /// Who published it.
    pub actor: String,
    /// When.
    pub published_at: Instant,
}

/// What is published for a tenant now.
#[derive(Debug, Clone)]
pub struct RuntimeHead {
    /// Whose it is.
    pub tenant: TenantId,
    /// The published document; `None` when only DIDs are mapped.
    pub document: Option<Secret>,
    /// Version of the document, 0 when there is none.
    pub version: u64,
    /// Every DID that leads to the tenant: the document's and those mapped by hand.
    pub dids: Vec<E164>,
}

/// Everything a routing snapshot of one message needs, read at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// The tenant.
    pub tenant: Tenant,
    /// Our number, if the tenant holds it or held it before it was given back.
    pub number: Option<Number>,
    /// The thread that the pair of numbers names; on a pool number where the pair names none, the newest thread of that
    /// number.
    pub thread: Option<Thread>,
    /// The other party is that thread's customer.
    pub mapped: bool,
    /// The customer with the other party's number, thread or not.
    pub customer: Option<Customer>,
    /// The thread's windows that have not ended.
    pub windows: Vec<Window>,
    /// The thread's overrides that have neither ended nor been removed.
    pub overrides: Vec<Override>,
    /// What a scan of the customer's message needs: what the tenant allows, and where the customer is mapped what is
    /// remembered under [`ScanMemory::sender`](super::ScanMemory::sender) in the thread.
    pub scan: ScanContext,
}
