use std::sync::Arc;

use super::{
    AssistantStore, AuditStore, CallStore, CallerIdStore, Clock, ConversationStore, CredentialStore,
    DecisionStore, Directory, ForwardingStore, KeyStore, Ledger, MessageStore, NumberStore, OperationStore,
    PolicyStore, ProjectionOutbox, Random, RootKeyStore, RuntimeReader, RuntimeVersionStore, ScheduleStore,
    ThreadStore, ToolStore, UnclaimedStore, WorkQueue,
};

/// The ports that the services run on. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Stores {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Unpredictable bytes.
    pub random: Arc<dyn Random>,
    /// Where everything is written.
    pub ledger: Arc<dyn Ledger>,
    /// Whose a number or key is.
    pub directory: Arc<dyn Directory>,
    /// Phone numbers.
    pub numbers: Arc<dyn NumberStore>,
    /// Threads and customers.
    pub threads: Arc<dyn ThreadStore>,
    /// What a decision needs.
    pub conversations: Arc<dyn ConversationStore>,
    /// Windows and overrides.
    pub schedule: Arc<dyn ScheduleStore>,
    /// Messages.
    pub messages: Arc<dyn MessageStore>,
    /// Violations, what is allowed, what the detector remembers.
    pub policy: Arc<dyn PolicyStore>,
    /// Decisions.
    pub decisions: Arc<dyn DecisionStore>,
    /// Audit chains.
    pub audit: Arc<dyn AuditStore>,
    /// API keys.
    pub keys: Arc<dyn KeyStore>,
    /// Runtime versions.
    pub versions: Arc<dyn RuntimeVersionStore>,
    /// The runtime contract, read from the ledger itself.
    pub runtime: Arc<dyn RuntimeReader>,
    /// Whose projection is to be written.
    pub outbox: Arc<dyn ProjectionOutbox>,
    /// Webhooks that belong to nobody.
    pub unclaimed: Arc<dyn UnclaimedStore>,
    /// Numbers that tenants prove to be their own.
    pub caller_ids: Arc<dyn CallerIdStore>,
    /// Forwarding configurations.
    pub forwardings: Arc<dyn ForwardingStore>,
    /// Sealed credentials and secrets, and the wrapped keys of tenants.
    pub credentials: Arc<dyn CredentialStore>,
    /// The operator's root keys.
    pub root_keys: Arc<dyn RootKeyStore>,
    /// What is to be done, and when.
    pub work: Arc<dyn WorkQueue>,
    /// Calls.
    pub calls: Arc<dyn CallStore>,
    /// Operations at providers.
    pub operations: Arc<dyn OperationStore>,
    /// Assistants at platforms.
    pub assistants: Arc<dyn AssistantStore>,
    /// The installation's tools.
    pub tools: Arc<dyn ToolStore>,
}

impl Stores {
    /// All ports from one adapter.
    pub fn from_one<S>(store: &Arc<S>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self
    where
        S: Ledger
            + Directory
            + NumberStore
            + ThreadStore
            + ConversationStore
            + ScheduleStore
            + MessageStore
            + PolicyStore
            + DecisionStore
            + AuditStore
            + KeyStore
            + RuntimeVersionStore
            + RuntimeReader
            + ProjectionOutbox
            + UnclaimedStore
            + CallerIdStore
            + ForwardingStore
            + CredentialStore
            + RootKeyStore
            + WorkQueue
            + CallStore
            + OperationStore
            + AssistantStore
            + ToolStore,
    {
        Self {
            clock,
            random,
            ledger: store.clone(),
            directory: store.clone(),
            numbers: store.clone(),
            threads: store.clone(),
            conversations: store.clone(),
            schedule: store.clone(),
            messages: store.clone(),
            policy: store.clone(),
            decisions: store.clone(),
            audit: store.clone(),
            keys: store.clone(),
            versions: store.clone(),
            runtime: store.clone(),
            outbox: store.clone(),
            unclaimed: store.clone(),
            caller_ids: store.clone(),
            forwardings: store.clone(),
            credentials: store.clone(),
            root_keys: store.clone(),
            work: store.clone(),
            calls: store.clone(),
            operations: store.clone(),
            assistants: store.clone(),
            tools: store.clone(),
        }
    }
}
