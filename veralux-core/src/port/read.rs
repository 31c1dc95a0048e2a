use std::fmt::Debug;

use async_trait::async_trait;

use super::{
    Conversation, Customer, DecisionRecord, Listed, Message, Override, Page, Result, RuntimeHead,
    RuntimeVersion, Thread, Window,
};
use crate::access::ApiKey;
use crate::audit;
use crate::id::{CustomerId, DecisionId, MessageId, NumberId, OverrideId, TenantId, ThreadId};
use crate::number::Number;
use crate::party::{NumberClass, NumberStatus, ThreadStatus};
use crate::phone::E164;
use crate::time::Instant;

/// Which numbers a list holds; `None` takes any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NumberFilter {
    /// Only this class.
    pub class: Option<NumberClass>,
    /// Only this status.
    pub status: Option<NumberStatus>,
}

/// A tenant's phone numbers.
#[async_trait]
pub trait NumberStore: Debug + Send + Sync + 'static {
    /// The number with this id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup(&self, tenant: &TenantId, id: &NumberId) -> Result<Option<Number>>;

    /// The tenant's number with these digits.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find(&self, tenant: &TenantId, e164: &E164) -> Result<Option<Number>>;

    /// A page of numbers, by id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(&self, tenant: &TenantId, filter: NumberFilter, page: &Page) -> Result<Listed<Number>>;

    /// The active pool numbers on which the pair with this party's number names no thread at `at`, with those whose
    /// last use is earliest first, then by E.164; at most `limit`.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list_free_pool(
        &self,
        tenant: &TenantId,
        party: &E164,
        at: Instant,
        limit: u16,
    ) -> Result<Vec<Number>>;
}

/// Which threads a list holds; `None` takes any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadFilter {
    /// Only on this number.
    pub number: Option<NumberId>,
    /// Only of this customer.
    pub customer: Option<CustomerId>,
    /// Only with this status.
    pub status: Option<ThreadStatus>,
}

/// A tenant's threads and the customers they are with.
#[async_trait]
pub trait ThreadStore: Debug + Send + Sync + 'static {
    /// The thread with this id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup(&self, tenant: &TenantId, id: &ThreadId) -> Result<Option<Thread>>;

    /// A page of threads, by id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(&self, tenant: &TenantId, filter: &ThreadFilter, page: &Page) -> Result<Listed<Thread>>;

    /// The customer with this id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup_customer(&self, tenant: &TenantId, id: &CustomerId) -> Result<Option<Customer>>;

    /// The customer who writes from this number.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find_customer(&self, tenant: &TenantId, phone: &E164) -> Result<Option<Customer>>;
}

/// Reads everything that a decision needs at once.
#[async_trait]
pub trait ConversationStore: Debug + Send + Sync + 'static {
    /// What stands between a party and one of the tenant's numbers at an instant; all parts from one moment of the
    /// store. `None` when the tenant does not exist.
    ///
    /// A thread whose tail is over at `at` is not found by its pair any more.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find(
        &self,
        tenant: &TenantId,
        number: &E164,
        party: Option<&E164>,
        at: Instant,
    ) -> Result<Option<Conversation>>;

    /// The same for the tenant that holds the number, in one look: asked for every message that comes in. `None` when nobody does.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find_called(
        &self,
        number: &E164,
        party: Option<&E164>,
        at: Instant,
    ) -> Result<Option<Conversation>>;

    /// The same for a thread; `mapped` is true. `None` when the tenant or the thread does not exist.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup(&self, tenant: &TenantId, thread: &ThreadId, at: Instant)
    -> Result<Option<Conversation>>;
}

/// A tenant's assignment windows and overrides.
#[async_trait]
pub trait ScheduleStore: Debug + Send + Sync + 'static {
    /// A page of windows, by id; of one thread or of all.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list_windows(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        page: &Page,
    ) -> Result<Listed<Window>>;

    /// How many windows of a thread end behind an instant.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn count_windows(&self, tenant: &TenantId, thread: &ThreadId, ending_after: Instant)
    -> Result<u64>;

    /// The override with this id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup_override(&self, tenant: &TenantId, id: &OverrideId) -> Result<Option<Override>>;

    /// A page of overrides, by id; of one thread or of all.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list_overrides(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        page: &Page,
    ) -> Result<Listed<Override>>;
}

/// Which messages a list holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageFilter {
    /// Those of a thread.
    Thread(ThreadId),
    /// Those that went to the owner inbox.
    OwnerInbox,
}

/// A tenant's messages.
#[async_trait]
pub trait MessageStore: Debug + Send + Sync + 'static {
    /// The message with this id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup(&self, tenant: &TenantId, id: &MessageId) -> Result<Option<Message>>;

    /// A page of messages, by id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(&self, tenant: &TenantId, filter: &MessageFilter, page: &Page) -> Result<Listed<Message>>;

    /// The message of those we send that a provider calls so.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find_by_provider(
        &self,
        tenant: &TenantId,
        provider: &str,
        provider_id: &str,
    ) -> Result<Option<Message>>;

    /// A page of the messages that wait in the dead letters, by id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list_dead_letters(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Message>>;

    /// When messages on a number failed, behind an instant; the last first, at most `limit`.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list_failures(
        &self,
        tenant: &TenantId,
        number: &NumberId,
        behind: Instant,
        limit: u16,
    ) -> Result<Vec<Instant>>;
}

/// A tenant's stored decisions.
#[async_trait]
pub trait DecisionStore: Debug + Send + Sync + 'static {
    /// The decision with this id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup(&self, tenant: &TenantId, id: &DecisionId) -> Result<Option<DecisionRecord>>;

    /// A page of a thread's decisions, by id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(&self, tenant: &TenantId, thread: &ThreadId, page: &Page)
    -> Result<Listed<DecisionRecord>>;
}

/// A tenant's audit chain.
#[async_trait]
pub trait AuditStore: Debug + Send + Sync + 'static {
    /// A page of events, by sequence; `page.after` is a sequence number in decimal.
    ///
    /// # Errors
    /// `Invalid` when `page.after` is no number. Else transient or permanent.
    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<audit::Event>>;

    /// Sequence and hash of the newest event, kept apart from the events; `None` when there is none.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn head(&self, tenant: &TenantId) -> Result<Option<audit::Head>>;
}

/// A tenant's API keys; those of the operator belong to [`TenantId::platform`].
#[async_trait]
pub trait KeyStore: Debug + Send + Sync + 'static {
    /// A page of keys, by id, revoked ones included.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<ApiKey>>;
}

/// What was published for a tenant.
#[async_trait]
pub trait RuntimeVersionStore: Debug + Send + Sync + 'static {
    /// The newest version.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn current(&self, tenant: &TenantId) -> Result<Option<RuntimeVersion>>;

    /// What is published and mapped now; `None` when neither is.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn head(&self, tenant: &TenantId) -> Result<Option<RuntimeHead>>;

    /// One version.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup(&self, tenant: &TenantId, version: u64) -> Result<Option<RuntimeVersion>>;

    /// A page of versions, newest first when `page.newest_first`; `page.after` is a version number in decimal.
    ///
    /// # Errors
    /// `Invalid` when `page.after` is no number. Else transient or permanent.
    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<RuntimeVersion>>;
}
