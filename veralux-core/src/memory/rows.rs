use std::collections::BTreeMap;
use std::sync::Arc;

use super::queue::Queue;
use super::requests::Requests;
use crate::access::{ApiKey, KeyDigest};
use crate::audit::{Event, Head};
use crate::credential::Provider;
use crate::id::{
    ApiKeyId, CallId, CallerIdId, CustomerId, DecisionId, ForwardingId, MessageId, NumberId, OperationId,
    OverrideId, TenantId, ThreadId, ViolationId, WindowId,
};
use crate::number::Number;
use crate::phone::E164;
use crate::port::{
    AllowList, AssistantLink, Call, CallerId, Credential, CredentialExport, Customer, DecisionRecord,
    Forwarding, Message, Operation, Override, RootKey, RuntimeVersion, ScanMemory, Tenant, TenantKey,
    TenantSecret, Thread, ToolRegistration, Violation, WebhookClaim, Window,
};
use crate::secret::Secret;
use crate::time::Instant;

/// Everything that the ledger holds, and the root keys that its rows name.
#[derive(Default)]
pub(super) struct State {
    pub(super) tenants: BTreeMap<TenantId, Rows>,
    pub(super) shared: Shared,
    pub(super) root_keys: BTreeMap<u32, RootKey>,
    pub(super) tools: BTreeMap<(String, String), ToolRegistration>,
}

impl State {
    pub(super) fn rows(&self, tenant: &TenantId) -> Option<&Rows> {
        self.tenants.get(tenant)
    }

    /// The tenant's number with these digits, one that it has given back too.
    pub(super) fn number_of(&self, tenant: &TenantId, e164: &E164) -> Option<&Number> {
        let rows = self.rows(tenant)?;
        match self.shared.numbers.get(e164) {
            Some((holder, id)) if holder == tenant => rows.numbers.get(id),
            _ => rows.numbers.values().find(|number| number.e164 == *e164),
        }
    }
}

/// Which items belong to what; sorted, so that pages can be cut out of them.
pub(super) type Index<K, I> = BTreeMap<K, BTreeMap<I, ()>>;

/// What is unique among all tenants.
#[derive(Default)]
pub(super) struct Shared {
    /// Whose a number is that was not given back.
    pub(super) numbers: BTreeMap<E164, (TenantId, NumberId)>,
    pub(super) dids: BTreeMap<E164, Mapping>,
    pub(super) keys: BTreeMap<KeyDigest, (TenantId, ApiKeyId)>,
    /// Whose a verified caller id is.
    pub(super) verified: BTreeMap<E164, TenantId>,
    /// When codes went to a number, as far as that still counts.
    pub(super) codes: BTreeMap<E164, Vec<Instant>>,
    /// How far each tenant's projection is behind.
    pub(super) outbox: BTreeMap<TenantId, Behind>,
    /// Whose a platform's assistant is.
    pub(super) assistants: BTreeMap<(String, String), TenantId>,
    /// Requests under idempotency keys.
    pub(super) requests: Requests,
    /// Work that is due some time.
    pub(super) work: Queue,
}

/// Where a DID leads, and why.
#[derive(Clone)]
pub(super) struct Mapping {
    pub(super) tenant: TenantId,
    /// The tenant's published document, so that a call is answered by one look. INVARIANT: [`Rows::published`].
    pub(super) document: Option<Arc<Secret>>,
    /// The published document names it.
    pub(super) by_document: bool,
    /// Somebody mapped it; then it outlives documents.
    pub(super) by_hand: bool,
}

/// How far a tenant's projection is behind the ledger.
#[derive(Clone)]
pub(super) struct Behind {
    pub(super) sequence: u64,
    /// The sequence up to which the projection is in line.
    pub(super) projected: u64,
    pub(super) since: Instant,
    /// DIDs that left, each with the sequence at which it did.
    pub(super) left: BTreeMap<E164, u64>,
}

/// One tenant's rows.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) tenant: Option<Tenant>,
    pub(super) numbers: BTreeMap<NumberId, Number>,
    pub(super) customers: BTreeMap<CustomerId, Customer>,
    pub(super) customer_by_phone: BTreeMap<E164, CustomerId>,
    pub(super) threads: BTreeMap<ThreadId, Thread>,
    pub(super) threads_on: Index<NumberId, ThreadId>,
    pub(super) threads_of: Index<CustomerId, ThreadId>,
    /// The thread that a customer and a number name, or named last. INVARIANT: that thread is on this pair.
    pub(super) pairs: BTreeMap<(NumberId, CustomerId), ThreadId>,
    pub(super) windows: BTreeMap<WindowId, Window>,
    pub(super) windows_of: Index<ThreadId, WindowId>,
    pub(super) window_ends: Index<ThreadId, (Instant, WindowId)>,
    pub(super) overrides: BTreeMap<OverrideId, Override>,
    pub(super) overrides_of: Index<ThreadId, OverrideId>,
    pub(super) claims: BTreeMap<WebhookClaim, ()>,
    pub(super) messages: BTreeMap<MessageId, Message>,
    pub(super) messages_of: Index<ThreadId, MessageId>,
    pub(super) owner_inbox: BTreeMap<MessageId, ()>,
    pub(super) messages_by_provider: BTreeMap<(String, String), MessageId>,
    pub(super) dead_letters: BTreeMap<MessageId, ()>,
    pub(super) failures_on: Index<NumberId, (Instant, MessageId)>,
    pub(super) violations: BTreeMap<ViolationId, Violation>,
    pub(super) scan_memories: BTreeMap<(ThreadId, String), ScanMemory>,
    pub(super) allowed: AllowList,
    pub(super) decisions: BTreeMap<DecisionId, DecisionRecord>,
    pub(super) decisions_of: Index<ThreadId, DecisionId>,
    pub(super) versions: BTreeMap<u64, RuntimeVersion>,
    /// The newest version's document once more, so that calls share it instead of copying it.
    pub(super) published: Option<Arc<Secret>>,
    pub(super) dids: BTreeMap<E164, ()>,
    pub(super) keys: BTreeMap<ApiKeyId, ApiKey>,
    pub(super) caller_ids: BTreeMap<CallerIdId, CallerId>,
    pub(super) caller_id_by_number: BTreeMap<E164, CallerIdId>,
    pub(super) forwardings: BTreeMap<ForwardingId, Forwarding>,
    pub(super) forwarding_of: BTreeMap<CallerIdId, ForwardingId>,
    pub(super) credentials: BTreeMap<Provider, Credential>,
    pub(super) exports: BTreeMap<(Provider, Provider), CredentialExport>,
    pub(super) secrets: BTreeMap<String, TenantSecret>,
    pub(super) tenant_keys: BTreeMap<u32, TenantKey>,
    /// The highest version that a key of the tenant ever had.
    pub(super) last_key_version: u32,
    pub(super) calls: BTreeMap<CallId, Call>,
    pub(super) call_by_provider: BTreeMap<(String, String), CallId>,
    pub(super) calls_open: BTreeMap<(Instant, CallId), ()>,
    /// Those that were not refused.
    pub(super) calls_started: BTreeMap<(Instant, CallId), ()>,
    pub(super) operations: BTreeMap<OperationId, Operation>,
    /// The running operation with a number.
    pub(super) operation_on: BTreeMap<E164, OperationId>,
    pub(super) assistants: BTreeMap<(String, String), AssistantLink>,
    pub(super) events: BTreeMap<u64, Event>,
    pub(super) head: Option<Head>,
}

impl Rows {
    /// The thread that a pair names at an instant.
    pub(super) fn thread_of_pair(
        &self,
        number: &NumberId,
        customer: &CustomerId,
        at: Instant,
    ) -> Option<&Thread> {
        let id = self.pairs.get(&(number.clone(), customer.clone()))?;
        self.threads.get(id).filter(|thread| holds_pair(thread, at))
    }

    pub(super) fn customer_with(&self, phone: &E164) -> Option<&Customer> {
        self.customers.get(self.customer_by_phone.get(phone)?)
    }

    /// The published version, 0 when there is none.
    pub(super) fn version(&self) -> u64 {
        self.versions.last_key_value().map_or(0, |(version, _)| *version)
    }
}

/// Whether a thread has its pair of numbers at an instant.
pub(super) fn holds_pair(thread: &Thread, at: Instant) -> bool {
    thread.pair_free_at.is_none_or(|free_at| at < free_at)
}
