use std::fmt::Debug;

use async_trait::async_trait;

use super::{
    AllowList, AssistantLink, Attempt, Call, CallerId, Credential, CredentialExport, Customer,
    DecisionRecord, DeliveryRecord, Forwarding, Message, Operation, Override, ProviderMessage, Result,
    RootKey, RuntimeVersion, ScanMemory, Tenant, TenantKey, TenantSecret, Thread, Violation, Window,
    WorkKind,
};
use crate::access::ApiKey;
use crate::audit;
use crate::credential::Provider;
use crate::id::{ApiKeyId, CallerIdId, EventId, MessageId, NumberId, OverrideId, TenantId, ThreadId};
use crate::number::Number;
use crate::phone::E164;
use crate::time::Instant;

/// Names a webhook so that it acts once: the provider and its own id of the event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WebhookClaim {
    /// Provider slug, like `twilio`.
    pub provider: String,
    /// The provider's id of the event.
    pub event: String,
}

/// What must hold behind the changes in front of it; `Stale` when it does not.
///
/// For rules that span rows: a service saw them hold, the store makes sure that they still do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// The tenant has an active front desk number.
    FrontDesk,
    /// Exactly these threads on this number are active or blocked; sorted by id.
    OpenThreads(NumberId, Vec<ThreadId>),
    /// The tenant may take in another call, of those that were not refused.
    CallsBelow {
        /// Fewer than so many are open that started at or behind `since`.
        concurrent: u32,
        /// Calls that started earlier do not count as open: one whose end was never told must not block for ever.
        since: Instant,
        /// Fewer than so many started behind `started_after`, open or not.
        started: u32,
        /// Exclusive.
        started_after: Instant,
    },
}

/// One change of state. `before` is the revision that was read; `None` means that the record must not exist yet.
#[derive(Debug, Clone)]
pub enum Change {
    /// Makes or changes the tenant.
    Tenant {
        /// As it shall be.
        after: Tenant,
        /// The revision that was read.
        before: Option<u64>,
    },
    /// Makes or changes a number. Refused with `NumberTaken` when anybody holds the same E.164 number, or when it becomes one
    /// that leads to another tenant as a DID. Of its last use the later instant is kept, since noting a use leaves the
    /// revision.
    Number {
        /// As it shall be.
        after: Number,
        /// The revision that was read.
        before: Option<u64>,
    },
    /// Changes nothing; refuses the commit when it does not hold.
    Require(Requirement),
    /// Notes that a number was used; later instants win, the revision stays. `Stale` when the tenant has no such number, or
    /// it is another phone number by now: what was read of whoever it belonged to counts no more.
    NumberUsed {
        /// Which number.
        id: NumberId,
        /// The phone number that it was when it was read.
        e164: E164,
        /// When.
        at: Instant,
    },
    /// Makes a customer. `Exists` when the tenant has one with this id or phone number.
    Customer(Customer),
    /// Makes or changes a thread. `PairTaken` when another thread has the pair (customer's number, our number) and its
    /// tail is not over at the commit's instant; `Dangling` when the customer does not exist, or when a new thread's
    /// number does not exist or is not active.
    Thread {
        /// As it shall be.
        after: Thread,
        /// The revision that was read.
        before: Option<u64>,
    },
    /// Makes an assignment window. `Dangling` when the thread does not exist.
    Window(Window),
    /// Makes an override. `Dangling` when the thread does not exist.
    Override(Override),
    /// Takes an override back. `Stale` when there is none or it was taken back before.
    RemoveOverride {
        /// Which one.
        id: OverrideId,
        /// When.
        at: Instant,
    },
    /// Takes a webhook in, once. `Claimed` when this tenant took it in before.
    Claim(WebhookClaim),
    /// Notes that the request under an idempotency key acts. `Overtaken` unless this attempt still has the key. The ledger must
    /// be of the same database as the [`IdempotencyStore`](super::IdempotencyStore).
    Act(Attempt),
    /// Stores a message.
    Message(Box<Message>),
    /// Notes how far a message that we send has come. `Stale` unless its delivery has this revision, also when there is no
    /// such message or it is none that we send; `ProviderIdTaken` when the provider calls another one of the tenant's so.
    Delivery {
        /// Which message.
        message: MessageId,
        /// What the provider calls it from now on.
        provider: Option<ProviderMessage>,
        /// As it shall be.
        after: Box<DeliveryRecord>,
        /// The revision that was read.
        before: u64,
    },
    /// Schedules, moves or removes work. Its id is as long as an id may be, else invalid.
    Work {
        /// What is to be done.
        kind: WorkKind,
        /// To what.
        id: String,
        /// From when on; `None` when nothing is to be done any more.
        due: Option<Instant>,
    },
    /// Removes work that somebody has claimed and found done. Nothing happens when it was scheduled, moved or claimed anew
    /// since: somebody wants it done again.
    WorkDone {
        /// What was to be done.
        kind: WorkKind,
        /// To what.
        id: String,
        /// Until when it was claimed.
        until: Instant,
    },
    /// Holds work back that somebody has claimed and that cannot be done for now: it comes back when it is due, or as soon as it is
    /// woken. Nothing happens when it was scheduled, moved, woken or claimed anew since.
    WorkHeld {
        /// What is to be done.
        kind: WorkKind,
        /// To what.
        id: String,
        /// Until when it was claimed.
        until: Instant,
        /// When it comes back by itself.
        due: Instant,
    },
    /// Makes all of the tenant's work of a kind that is held back, or claimed and not scheduled since, due at the commit's instant. What
    /// somebody has scheduled for later stays as it is.
    WorkWoken(WorkKind),
    /// Makes or changes a call. `Exists` when the tenant has another one which the provider calls the same. Invalid as
    /// [`Call::check`] says.
    Call {
        /// As it shall be.
        after: Box<Call>,
        /// The revision that was read.
        before: Option<u64>,
    },
    /// Makes or changes an operation at a provider. `Exists` when it is to run and another one with its number does.
    /// Invalid as [`Operation::check`] says.
    Operation {
        /// As it shall be.
        after: Box<Operation>,
        /// The revision that was read.
        before: Option<u64>,
    },
    /// Makes or changes the link to an assistant; its platform and id name it. `AssistantTaken` when it is another tenant's,
    /// `Full` when a new one would be more than [`MAX_ASSISTANTS`](super::MAX_ASSISTANTS). Invalid as
    /// [`AssistantLink::check`] says.
    AssistantLink {
        /// As it shall be.
        after: Box<AssistantLink>,
        /// The revision that was read.
        before: Option<u64>,
    },
    /// Removes the link to an assistant, which another tenant may have from then on. `Stale` unless it has this revision.
    RemoveAssistantLink {
        /// Platform slug.
        platform: String,
        /// The platform's id of it.
        assistant: String,
        /// The revision that was read.
        before: u64,
    },
    /// Makes or changes a violation.
    Violation {
        /// As it shall be.
        after: Box<Violation>,
        /// The revision that was read.
        before: Option<u64>,
    },
    /// Remembers what the detector must know of a sender's last messages in a thread. `Stale` when somebody else has
    /// written it since it was read, `Exists` when it was there and `before` says that it was not.
    ScanMemory {
        /// The thread.
        thread: ThreadId,
        /// The sender, as role and id.
        sender: String,
        /// As it shall be.
        after: ScanMemory,
        /// The revision that was read.
        before: Option<u64>,
    },
    /// Replaces what the tenant allows; `before` is 0 where nothing was ever allowed. `Stale` when it has another
    /// revision.
    AllowList {
        /// As it shall be.
        after: AllowList,
        /// The revision that was read.
        before: u64,
    },
    /// Stores a decision; append-only.
    Decision(DecisionRecord),
    /// Publishes a runtime version: it becomes the head, its DIDs lead to the tenant, those that only its predecessor
    /// named no longer do. `VersionMoved` unless the head is `version - 1`; `DidTaken` for a DID that leads to another tenant
    /// or is the number of one, whatever its status.
    PublishRuntime(Box<RuntimeVersion>),
    /// Leads a DID to the tenant, which need not hold it. `DidTaken` when it leads to another tenant or is the number of one.
    MapDid(E164),
    /// Removes a DID of the tenant; nothing happens when it leads elsewhere or nowhere.
    UnmapDid(E164),
    /// Makes an API key.
    ApiKey(ApiKey),
    /// Revokes an API key. `Stale` when there is none or it was revoked before.
    RevokeApiKey {
        /// Which one.
        id: ApiKeyId,
        /// When.
        at: Instant,
    },
    /// Notes that a code goes to a phone number at the commit's instant. `CodesExhausted` when
    /// [`caller_id::admit`](crate::forwarding::caller_id::admit) refuses: the codes of all tenants count.
    IssueCode(E164),
    /// Makes or changes a caller id. `Exists` when the tenant has another one with this number; `CallerIdTaken` when it
    /// is verified and so is another tenant's with this number.
    CallerId {
        /// As it shall be.
        after: Box<CallerId>,
        /// The revision that was read.
        before: Option<u64>,
    },
    /// Removes a caller id and the forwarding configuration that hangs on it. `Stale` unless it has this revision.
    RemoveCallerId {
        /// Which one.
        id: CallerIdId,
        /// The revision that was read.
        before: u64,
    },
    /// Makes or changes a forwarding configuration. `Exists` when its caller id has another one; `Dangling` when there
    /// is no such caller id or it is not verified.
    Forwarding {
        /// As it shall be.
        after: Box<Forwarding>,
        /// The revision that was read.
        before: Option<u64>,
    },
    /// Makes or changes a credential; its id and provider stay. `Exists` when a new one's provider or id is another's of
    /// the tenant; `Stale`; `Dangling` when the tenant has no key of the version that it names, so that nothing is
    /// stored under a key that was destroyed in the meantime.
    Credential {
        /// As it shall be.
        after: Box<Credential>,
        /// The revision that was read.
        before: Option<u64>,
    },
    /// Removes a credential; what is known of its exports stays. `Stale` unless it has this revision.
    RemoveCredential {
        /// With whom.
        provider: Provider,
        /// The revision that was read.
        before: u64,
    },
    /// Adds a version of the tenant's key. `Exists` unless it is one more than
    /// [`last_key_version`](super::CredentialStore::last_key_version): 1 for the first, and none twice, even when it is
    /// gone by now. `Stale` when the root key that wraps it is known to [`RootKeyStore`](super::RootKeyStore) and not primary: it
    /// was changed meanwhile. Root keys that are kept elsewhere are not known there.
    AddTenantKey(TenantKey),
    /// Removes a version of the tenant's key. `InUse` while a credential or another secret of the tenant names it,
    /// `Stale` when there is none.
    RemoveTenantKey(u32),
    /// Destroys all versions of the tenant's key, whatever lies under them: none of it opens again, though the rows stay.
    DestroyTenantKeys,
    /// Makes or changes what is known of an export. `Exists`, `Stale`. The credential itself may be gone: its copy must
    /// be taken back all the same.
    CredentialExport {
        /// As it shall be.
        after: Box<CredentialExport>,
        /// The revision that was read.
        before: Option<u64>,
    },
    /// Makes or changes one of the tenant's other secrets. `Exists`, `Stale`; `Dangling` as for a credential; `Full` when
    /// a new one would be more than [`MAX_SECRETS`](super::MAX_SECRETS).
    TenantSecret {
        /// As it shall be.
        after: Box<TenantSecret>,
        /// The generation that was read.
        before: Option<u64>,
    },
    /// Removes one of the tenant's other secrets. `Stale` unless it has this generation.
    RemoveTenantSecret {
        /// Its key.
        key: String,
        /// The generation that was read.
        before: u64,
    },
    /// Makes or changes the operator's root keys in their order; each with the revision that was read, `None` for a new one.
    /// `Exists` for a new one that exists. `Stale` when one has another revision or is not there, and when more than one would
    /// be primary behind all of them: somebody else has made one so in the meantime. Invalid but for the platform.
    RootKeys(Vec<(RootKey, Option<u64>)>),
}

/// What becomes durable together: changes of one tenant and the audit events that tell of them.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Whose data it is.
    pub tenant: TenantId,
    /// When, by the service's clock.
    pub at: Instant,
    /// Applied in their order.
    pub changes: Vec<Change>,
    /// Appended to the tenant's chain in their order.
    pub events: Vec<(EventId, audit::Draft)>,
}

impl Commit {
    /// An empty commit.
    pub fn new(tenant: TenantId, at: Instant) -> Self {
        Self { tenant, at, changes: Vec::new(), events: Vec::new() }
    }

    /// Adds a change.
    #[must_use]
    pub fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Adds an audit event.
    #[must_use]
    pub fn event(mut self, id: EventId, draft: audit::Draft) -> Self {
        self.events.push((id, draft));
        self
    }
}

/// The one place where anything is written.
#[async_trait]
pub trait Ledger: Debug + Send + Sync + 'static {
    /// Makes all changes and events of a commit durable, or none.
    ///
    /// When it answers `Ok`, a crash at any later moment loses nothing of it. Commits of one tenant take effect one
    /// after the other. The events are sealed into the tenant's audit chain here, behind the head at that moment.
    ///
    /// # Errors
    /// `Conflict` as each [`Change`] says: the first one found, and nothing is written. Transient errors leave open
    /// whether the commit took effect; changes carry their own preconditions, so repeating one is safe.
    async fn commit(&self, commit: Commit) -> Result<()>;
}
