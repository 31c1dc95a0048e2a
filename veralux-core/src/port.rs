//! What the core asks of the world: small object-safe traits, one error type, one way to write.
//!
//! * **Reads** are one trait an area ([`NumberStore`], [`ThreadStore`], ...). Each takes the tenant first and never
//!   answers with another tenant's data. `Ok(None)` means "not there" and is no error. The only reads that span tenants
//!   are those of [`Directory`], whose very question is "whose is this?", those of [`RootKeyStore`], which counts what lies
//!   under the operator's keys, and those of [`ProjectionOutbox`] and [`WorkQueue`], which hold ids of what is to be done.
//!   [`ToolStore`] is the operator's and names no tenant.
//! * **Writes** of a tenant's data go through [`Ledger::commit`] alone: a list of [`Change`]s and audit events that become durable
//!   together or not at all. Preconditions (a revision, a unique pair, a claim) are part of the change, so that a rule
//!   which must hold between rows holds in the store, not in a check before it.
//! * [`RuntimeProjection`] is the copy that the voice runtime reads; it is never the only copy of anything.

mod assistant;
mod bound;
mod call;
mod clock;
mod credential;
mod credential_provider;
mod custody;
mod delivery;
mod directory;
mod error;
mod idempotency;
mod ledger;
mod media;
mod notice;
mod operation;
mod outbox;
mod page;
mod policy;
mod provider;
mod rate;
mod read;
mod record;
mod root_key;
mod runtime;
mod secret_manager;
mod stores;
mod telephony;
mod unclaimed;
mod work;

pub use assistant::{
    AssistantLink, AssistantStore, MAX_ASSISTANTS, MAX_TOOLS, SyncState, ToolRegistration, ToolStore,
};
pub use call::{Call, CallState, CallStore};
pub use clock::{Clock, Random};
pub use credential::{
    Check, CheckOutcome, Credential, CredentialExport, CredentialState, CredentialStore, Envelope,
    ExportState, MAX_SECRETS, RefreshLease, TenantKey, TenantSecret,
};
pub use credential_provider::{CredentialVerifier, Grant, GrantError, Rejection, TokenEndpoint, Verdict};
pub use custody::{CustodyError, RootKeys};
pub use delivery::DeliveryRecord;
pub use directory::Directory;
pub use error::{Conflict, Error, Result};
pub use idempotency::{Answer, Attempt, IdempotencyClaim, IdempotencyStore, Scope};
pub use ledger::{Change, Commit, Ledger, Requirement, WebhookClaim};
pub use media::{MAX_MEDIA, MAX_MEDIA_URL_BYTES, Media};
pub use notice::{Heard, Notice, Notices};
pub use operation::{MAX_STEPS, Operation, OperationKind, OperationState, OperationStore, Step, StepState};
pub use outbox::{Due, PendingProjection, ProjectionOutbox};
pub use page::{Listed, MAX_PAGE, Page};
pub use policy::{
    AllowList, Allowed, PolicyStore, Ruling, ScanContext, ScanMemory, Violation, ViolationAction,
    ViolationFilter, ViolationStatus,
};
pub use provider::{
    AccountOwner, AssistantPlatform, ErrorRecord, HandedAccount, HandedSecret, HeldNumber, LanguageModel,
    MessageProvider, ModelAnswer, NumberFeatures, NumberKind, NumberOffer, NumberProvider, NumberSearch,
    Order, OrderState, OutgoingSms, ProviderError, ProviderFault, ProviderResult, RawAnswer, SentSms,
    ToolDefinition, WebhookUrls,
};
pub use rate::{Counted, RateCounter};
pub use read::{
    AuditStore, ConversationStore, DecisionStore, KeyStore, MessageFilter, MessageStore, NumberFilter,
    NumberStore, RuntimeVersionStore, ScheduleStore, ThreadFilter, ThreadStore,
};
pub use record::{
    Body, Conversation, Customer, DecisionRecord, Destination, FindingRecord, Message, Override,
    ProviderMessage, PublishKind, RuntimeHead, RuntimeVersion, Sender, Tenant, Thread, Window,
};
pub use root_key::{Census, RootKey, RootKeyStore};
pub use runtime::{Projected, Publication, Resolved, RuntimeProjection, RuntimeReader};
pub use secret_manager::{SecretError, SecretManager};
pub use stores::Stores;
pub use telephony::{
    CallerId, CallerIdProvider, CallerIdStore, CodeHash, CodeHasher, Forwarding, ForwardingStore,
};
pub use unclaimed::{Unclaimed, UnclaimedStore};
pub use work::{TURN, Work, WorkKind, WorkQueue};

pub use crate::delivery::Delivery;
