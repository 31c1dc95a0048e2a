//! What the endpoints work with.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use veralux_core::access::{KeyDigest, Pepper};
use veralux_core::policy::Detector;
use veralux_core::port::{CallerIdProvider, Clock, IdempotencyStore, Random, RateCounter, RuntimeProjection};
use veralux_core::routing::Ruleset;
use veralux_core::secret::Secret;
use veralux_core::service::{
    Assistants, AuditTrail, CallerIds, Calls, CredentialVault, DEFAULT_TAIL, Dispatcher,
    ForwardingConfigurations, Keys, MessageGate, Numbers, PolicyDesk, Provisioning, RoutingDesk,
    RuntimePublisher, Schedule, Stores, Tenants, Threads, ToolRegistry, Tools, WorkRunner, Worker,
};
use veralux_providers::telnyx::webhook::Key as TelnyxKey;

use crate::providers::Providers;
use crate::provisioning::{Operations, sources};
use crate::telephony::{BcryptHasher, MockCallerIds, VerificationCalls};
use crate::web::{RateLimit, TrustedProxies};

/// What a deployment sets. Every limit names its unit.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Digest of the key that opens everything; none when only stored keys shall.
    pub bootstrap_key: Option<KeyDigest>,
    /// `https://host` under which providers reach this server: what their signatures are checked against.
    pub public_base_url: Option<String>,
    /// Signs Twilio's webhooks; without it they are refused.
    pub twilio_auth_token: Option<Secret>,
    /// Where calls are connected to: the voice runtime's web socket, `wss://host/path`. Without it nobody is.
    pub voice_stream_url: Option<String>,
    /// Signs Telnyx's webhooks of tenants that have no account of their own; without it they are refused.
    pub telnyx_public_key: Option<TelnyxKey>,
    /// What Vapi's messages bear; without it they are refused.
    pub vapi_webhook_secret: Option<Secret>,
    /// Longest body in bytes.
    pub max_body_bytes: usize,
    /// In which a body must have come.
    pub body_time: Duration,
    /// Admin requests of one caller in one rate window.
    pub admin_rate_max: u32,
    /// Length of the rate window.
    pub admin_rate_window: Duration,
    /// Whose word is taken for where a request comes from.
    pub trusted_proxies: TrustedProxies,
    /// Origins that a browser may call the admin API from.
    pub allowed_origins: Vec<String>,
    /// How long a closed thread keeps its pair of numbers, in microseconds.
    pub thread_tail: i64,
    /// Who brings verification codes to phones.
    pub verification_calls: VerificationCalls,
    /// bcrypt's cost for verification codes, 4 to 31.
    pub code_hash_cost: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bootstrap_key: None,
            public_base_url: None,
            twilio_auth_token: None,
            voice_stream_url: None,
            telnyx_public_key: None,
            vapi_webhook_secret: None,
            max_body_bytes: 1 << 20,
            body_time: Duration::from_secs(30),
            admin_rate_max: 100,
            admin_rate_window: Duration::from_mins(5),
            trusted_proxies: TrustedProxies::default(),
            allowed_origins: Vec::new(),
            thread_tail: DEFAULT_TAIL,
            verification_calls: VerificationCalls::None,
            code_hash_cost: 10,
        }
    }
}

/// The ports and engines that the API runs on.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Where everything is kept.
    pub stores: Stores,
    /// Answers to requests with an `Idempotency-Key`.
    pub idempotency: Arc<dyn IdempotencyStore>,
    /// The copy that the voice runtime reads, where it is not the ledger itself.
    pub projection: Option<Arc<dyn RuntimeProjection>>,
    /// Counts requests over all nodes; without one each node counts for itself.
    pub rate: Option<Arc<dyn RateCounter>>,
    /// Finds contact details.
    pub detector: Arc<Detector>,
    /// Decides.
    pub ruleset: Arc<Ruleset>,
    /// The installation's secret behind every key digest.
    pub pepper: Pepper,
    /// Tenants' credentials. Whoever runs the API flushes its audit trail; see [`CredentialVault::flush`].
    pub vault: Arc<CredentialVault>,
    /// Who is out there.
    pub providers: Providers,
}

/// Everything that an endpoint works with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Api(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parts: Parts,
    settings: Settings,
    tenants: Tenants,
    keys: Keys,
    numbers: Numbers,
    threads: Threads,
    schedule: Schedule,
    routing: RoutingDesk,
    gate: MessageGate,
    dispatcher: Dispatcher,
    /// Told when a request has scheduled work.
    work: Notify,
    policy: PolicyDesk,
    publisher: RuntimePublisher,
    provisioning: Provisioning,
    assistants: Assistants,
    audit: AuditTrail,
    caller_ids: CallerIds,
    forwardings: ForwardingConfigurations,
    calls: Calls,
    tools: Tools,
    mock_caller_ids: Option<Arc<MockCallerIds>>,
    rate: RateLimit,
}

macro_rules! services {
    ($($name:ident: $service:ty,)+) => {
        impl Api {
            $(pub(crate) fn $name(&self) -> &$service {
                &self.0.$name
            })+
        }
    };
}

services! {
    parts: Parts,
    settings: Settings,
    tenants: Tenants,
    keys: Keys,
    numbers: Numbers,
    threads: Threads,
    schedule: Schedule,
    routing: RoutingDesk,
    gate: MessageGate,
    dispatcher: Dispatcher,
    policy: PolicyDesk,
    publisher: RuntimePublisher,
    provisioning: Provisioning,
    assistants: Assistants,
    audit: AuditTrail,
    caller_ids: CallerIds,
    forwardings: ForwardingConfigurations,
    calls: Calls,
    tools: Tools,
    rate: RateLimit,
}

impl Api {
    /// Puts the services together.
    pub fn new(parts: Parts, settings: Settings) -> Self {
        let stores = &parts.stores;
        let (detector, ruleset) = (&parts.detector, &parts.ruleset);
        let providers = parts.providers.messages.clone();
        let dispatcher =
            Dispatcher::new(stores.clone(), ruleset.clone(), providers, settings.public_base_url.clone());
        let gate = MessageGate::new(stores.clone(), detector.clone(), ruleset.clone());
        let gate = gate.sending_over(dispatcher.slugs());
        let (provider, mock) = provider(&settings.verification_calls);
        let hasher = Arc::new(BcryptHasher::new(settings.code_hash_cost));
        Self(Arc::new(Inner {
            caller_ids: CallerIds::new(stores.clone(), hasher, provider),
            forwardings: ForwardingConfigurations::new(stores.clone()),
            calls: Calls::new(stores.clone()),
            tools: Tools::new(stores.clone()),
            mock_caller_ids: mock,
            tenants: Tenants::new(stores.clone()),
            keys: Keys::new(stores.clone(), parts.pepper.clone()),
            numbers: Numbers::new(stores.clone()),
            threads: Threads::new(stores.clone(), settings.thread_tail),
            schedule: Schedule::new(stores.clone()),
            routing: RoutingDesk::new(stores.clone(), detector.clone(), ruleset.clone()),
            policy: PolicyDesk::new(stores.clone(), detector.clone(), gate.clone()),
            gate,
            dispatcher,
            work: Notify::new(),
            assistants: assistants(&parts, settings.public_base_url.as_deref()),
            provisioning: Provisioning::new(
                stores.clone(),
                RuntimePublisher::new(stores.clone(), parts.projection.clone()),
                sources(&parts.providers.numbers, settings.public_base_url.as_deref()),
            ),
            publisher: RuntimePublisher::new(stores.clone(), parts.projection.clone()),
            audit: AuditTrail::new(stores.clone()),
            rate: RateLimit::new(
                settings.admin_rate_max,
                settings.admin_rate_window,
                parts.pepper.clone(),
                parts.rate.clone(),
            ),
            parts,
            settings,
        }))
    }

    /// Does what is due, such as sending messages and going on with purchases. Whoever runs the API has it do so at once when
    /// [`work_arrives`](Self::work_arrives), and every second for what other nodes scheduled or left.
    pub fn work_runner(&self) -> WorkRunner {
        let operations = Operations(self.0.provisioning.clone());
        let workers: Vec<Arc<dyn Worker>> = vec![
            Arc::new(self.0.gate.clone()),
            Arc::new(self.0.dispatcher.clone()),
            Arc::new(operations),
            Arc::new(self.0.assistants.clone()),
        ];
        WorkRunner::new(self.0.parts.stores.clone(), workers)
    }

    /// What the voice platform's assistants may call. Whoever runs the API registers it in the background; see
    /// [`ToolRegistry::sync`].
    pub fn tool_registry(&self) -> &ToolRegistry {
        self.0.assistants.tools()
    }

    /// Waits until a request to this node has scheduled work.
    pub async fn work_arrives(&self) {
        self.0.work.notified().await;
    }

    pub(crate) fn wake_workers(&self) {
        self.0.work.notify_one();
    }

    pub(crate) fn mock_caller_ids(&self) -> Option<&MockCallerIds> {
        self.0.mock_caller_ids.as_deref()
    }

    pub(crate) fn vault(&self) -> &CredentialVault {
        &self.0.parts.vault
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.0.parts.stores.clock.as_ref()
    }

    pub(crate) fn random(&self) -> &dyn Random {
        self.0.parts.stores.random.as_ref()
    }

    /// A request id for a caller who sent none: 16 random bytes in hexadecimal.
    pub(crate) fn new_request_id(&self) -> String {
        let bytes: [u8; 16] = self.random().bytes();
        format!("{:032x}", u128::from_be_bytes(bytes))
    }

    pub(crate) fn is_bootstrap_key(&self, key: &Secret) -> bool {
        let own = self.0.settings.bootstrap_key.as_ref();
        own.is_some_and(|own| own.matches(&KeyDigest::of(&self.0.parts.pepper, key.expose())))
    }
}

fn assistants(parts: &Parts, base_url: Option<&str>) -> Assistants {
    let (stores, platform) = (parts.stores.clone(), parts.providers.assistants.clone());
    let tools = ToolRegistry::new(stores.clone(), platform.clone(), base_url);
    let account = parts.providers.twilio_account.clone();
    let sources = sources(&parts.providers.numbers, base_url);
    Assistants::new(stores, parts.vault.clone(), platform, account, tools).with_numbers(sources)
}

type Provider = Option<Arc<dyn CallerIdProvider>>;

fn provider(calls: &VerificationCalls) -> (Provider, Option<Arc<MockCallerIds>>) {
    match calls {
        VerificationCalls::None => (None, None),
        VerificationCalls::Mock => {
            let mock = Arc::new(MockCallerIds::default());
            (Some(mock.clone()), Some(mock))
        }
        VerificationCalls::MockOver(provider) => {
            let mock = Arc::new(MockCallerIds::over(provider.clone()));
            (Some(mock.clone()), Some(mock))
        }
        VerificationCalls::Provider(provider) => (Some(provider.clone()), None),
    }
}
