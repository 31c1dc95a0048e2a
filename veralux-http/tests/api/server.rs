//! A server with two tenants, and how to call it.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::Value;
use tokio::sync::Notify;
use tower::ServiceExt as _;
use veralux_core::access::{KeyDigest, KeyRole, Pepper};
use veralux_core::audit::Event;
use veralux_core::id::{NumberId, StaffId, TenantId};
use veralux_core::memory::{MemoryStore, SeededRandom, StepClock};
use veralux_core::number::Act;
use veralux_core::party::NumberClass;
use veralux_core::phone::E164;
use veralux_core::policy::Detector;
use veralux_core::port::{
    self, Attempt, Body, Commit, Error, IdempotencyClaim, IdempotencyStore, Ledger, Page, Result,
    WebhookClaim,
};
use veralux_core::routing::Ruleset;
use veralux_core::secret::Secret;
use veralux_core::service::{
    Context, CredentialVault, HeldKeys, ImportNumber, Inbound, KeyRequest, Keys, MessageGate, Numbers,
    Receipt, Stores, TenantRequest, Tenants, VaultLimits,
};
use veralux_core::time::Instant;
use veralux_http::{Api, MockProviders, Parts, Providers, Settings, router};

pub(crate) const ROOT: &str = "vlx_root";
pub(crate) const ROOT_KEY: &str = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
pub(crate) const FRONT_DESK: &str = "+14155550100";
pub(crate) const POOL: &str = "+14155550101";
pub(crate) const ANNAS: &str = "+14155550102";
pub(crate) const CUSTOMER: &str = "+14155550199";
pub(crate) const STRANGER: &str = "+442079460009";
/// What is said of every message: this server has no provider that sends.
pub(crate) const UNSENT: &str =
    "it stays queued: this server sends nothing over the number's provider, `twilio`";
pub(crate) const START: &str = "2026-01-19T14:30:00Z";

/// Tenant `t1` with a front desk number, a pool number and Anna's; tenant `t2` with nothing.
pub(crate) struct Server {
    pub(crate) router: Router,
    pub(crate) api: Api,
    pub(crate) clock: Arc<StepClock>,
    pub(crate) ledger: Arc<Gatekeeper>,
    pub(crate) stores: Stores,
    pub(crate) vault: Arc<CredentialVault>,
    /// Key of an admin of `t1`.
    pub(crate) admin: String,
    /// Key of a viewer of `t1`.
    pub(crate) viewer: String,
    /// Key of an admin of `t2`.
    pub(crate) other: String,
    /// Key of a viewer who is bound to no tenant.
    pub(crate) auditor: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// Status and, of a refusal, its code.
    pub(crate) fn outcome(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["code"].as_str().unwrap_or_default().to_owned())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(Settings { admin_rate_max: 10_000, ..Settings::default() }).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        Self::dressed(settings, |vault, _| vault.with_verifier(Arc::new(MockProviders))).await
    }

    /// With a vault of its own make.
    pub(crate) async fn dressed(
        settings: Settings,
        dress: impl FnOnce(CredentialVault, Arc<StepClock>) -> CredentialVault,
    ) -> Self {
        Self::outfitted(settings, Providers::default(), dress).await
    }

    /// With these providers.
    pub(crate) async fn outfitted(
        settings: Settings,
        providers: Providers,
        dress: impl FnOnce(CredentialVault, Arc<StepClock>) -> CredentialVault,
    ) -> Self {
        let clock = Arc::new(StepClock::new(Instant::parse(START).unwrap()));
        let store = Arc::new(MemoryStore::with_clock(clock.clone()));
        let ledger = Arc::new(Gatekeeper::new(store.clone()));
        let stores = Stores::from_one(&store, clock.clone(), Arc::new(SeededRandom::new(7)));
        let stores = Stores { ledger: ledger.clone(), ..stores };
        furnish(&stores).await;
        let pepper = Pepper::new([7; 32]);
        let keys = Keys::new(stores.clone(), pepper.clone());
        let key = async |role, tenant: Option<&str>| {
            let tenant = tenant.map(|id| TenantId::parse(id).unwrap());
            let request = KeyRequest { name: "test".to_owned(), role, tenant, expires_at: None };
            keys.add(&Context::SYSTEM, request).await.unwrap().text.expose().to_owned()
        };
        let held = HeldKeys::start(&stores, Secret::new(ROOT_KEY)).await.unwrap();
        let vault = CredentialVault::new(stores.clone(), Arc::new(held), VaultLimits::default());
        let vault = Arc::new(dress(vault, clock.clone()));
        let parts = Parts {
            stores: stores.clone(),
            idempotency: ledger.clone(),
            projection: None,
            rate: None,
            detector: Arc::new(Detector::new()),
            ruleset: Arc::new(Ruleset::standard()),
            pepper: pepper.clone(),
            vault: vault.clone(),
            providers,
        };
        let settings = Settings { bootstrap_key: Some(KeyDigest::of(&pepper, ROOT)), ..settings };
        let api = Api::new(parts, settings);
        Self {
            router: router(api.clone()),
            api,
            clock,
            ledger,
            admin: key(KeyRole::Admin, Some("t1")).await,
            viewer: key(KeyRole::Viewer, Some("t1")).await,
            other: key(KeyRole::Admin, Some("t2")).await,
            auditor: key(KeyRole::Viewer, None).await,
            stores,
            vault,
        }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<HttpBody>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Calls with a key and further headers; a body goes out as JSON.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        key: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !key.is_empty() {
            request = request.header("x-admin-key", key);
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(HttpBody::from(body.to_owned())).unwrap()).await
    }

    pub(crate) async fn get(&self, key: &str, path: &str) -> Answer {
        self.call(Method::GET, path, key, &[], "").await
    }

    pub(crate) async fn post(&self, key: &str, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, key, &[], &body.to_string()).await
    }

    /// Opens a thread of `t1` and gives its id.
    pub(crate) async fn thread(&self, kind: &str, phone: &str) -> String {
        let body = serde_json::json!({"kind": kind, "customerPhone": phone, "staffId": "anna"});
        let answer = self.post(&self.admin, "/api/threads", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn number(&self, e164: &str) -> NumberId {
        let e164 = E164::parse(e164).unwrap();
        self.stores.numbers.find(&t1(), &e164).await.unwrap().unwrap().id
    }

    /// Takes a message in as a webhook would.
    pub(crate) async fn receive(&self, event: &str, from: &str, to: &str, text: &str) -> Receipt {
        let ruleset = Arc::new(Ruleset::standard());
        let gate = MessageGate::new(self.stores.clone(), Arc::new(Detector::new()), ruleset);
        let inbound = Inbound {
            claim: WebhookClaim { provider: "twilio".to_owned(), event: event.to_owned() },
            body: Body::new(text),
            media: Vec::new(),
            raw: Body::new(format!("Body={text}")),
            is_answered: true,
        };
        let called = gate.called(to, from).await.unwrap();
        gate.receive(&Context::of_webhook("twilio", None), called, inbound).await.unwrap()
    }

    /// The audit chain of `t1`.
    pub(crate) async fn events(&self) -> Vec<Event> {
        self.stores.audit.list(&t1(), &Page::first(200)).await.unwrap().items
    }
}

pub(crate) fn t1() -> TenantId {
    TenantId::parse("t1").unwrap()
}

async fn furnish(stores: &Stores) {
    let tenants = Tenants::new(stores.clone());
    for id in ["t1", "t2"] {
        let id = TenantId::parse(id).unwrap();
        let request = TenantRequest { id, name: "Oak Dental".to_owned(), business_number: None };
        tenants.put(&Context::SYSTEM, request).await.unwrap();
    }
    let numbers = Numbers::new(stores.clone());
    for (e164, class) in
        [(FRONT_DESK, NumberClass::FrontDesk), (POOL, NumberClass::Pool), (ANNAS, NumberClass::Staff)]
    {
        let request = ImportNumber { e164: E164::parse(e164).unwrap(), class, provider: "twilio".to_owned() };
        let number = numbers.import(&Context::SYSTEM, &t1(), request).await.unwrap();
        if class == NumberClass::Staff {
            let assign = Act::Assign { staff: StaffId::parse("anna").unwrap() };
            numbers.act(&Context::SYSTEM, &t1(), &number.id, &assign, None).await.unwrap();
        }
    }
}

/// A ledger, and a store of idempotency keys, that can be told to misbehave once.
#[derive(Debug)]
pub(crate) struct Gatekeeper {
    inner: Arc<MemoryStore>,
    next: Mutex<Next>,
    loses_claim: AtomicBool,
    spoils_answer: AtomicBool,
    kept: Mutex<Vec<port::Answer>>,
    waiting: AtomicU8,
    open: Notify,
}

/// What becomes of the next commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Passes,
    Fails,
    /// What is written stays, but nobody hears of it.
    FailsBehind,
    Panics,
    /// Until [`Gatekeeper::release`].
    Waits,
}

impl Gatekeeper {
    fn new(inner: Arc<MemoryStore>) -> Self {
        Self {
            inner,
            next: Mutex::new(Next::Passes),
            loses_claim: AtomicBool::new(false),
            spoils_answer: AtomicBool::new(false),
            kept: Mutex::default(),
            waiting: AtomicU8::new(0),
            open: Notify::new(),
        }
    }

    pub(crate) fn next(&self, next: Next) {
        *self.next.lock().unwrap() = next;
    }

    /// The next claim of a key stands, but nobody hears of it.
    pub(crate) fn lose_claim(&self) {
        self.loses_claim.store(true, Ordering::SeqCst);
    }

    /// The answers that were kept, as they came to the store.
    pub(crate) fn kept(&self) -> Vec<port::Answer> {
        self.kept.lock().unwrap().clone()
    }

    /// The next answer is not kept as it came.
    pub(crate) fn spoil_answer(&self) {
        self.spoils_answer.store(true, Ordering::SeqCst);
    }

    /// Answers when a commit waits.
    pub(crate) async fn arrival(&self) {
        while self.waiting.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn release(&self) {
        self.open.notify_one();
    }
}

#[async_trait]
impl Ledger for Gatekeeper {
    async fn commit(&self, commit: Commit) -> Result<()> {
        let next = std::mem::replace(&mut *self.next.lock().unwrap(), Next::Passes);
        match next {
            Next::Passes => {}
            Next::Fails => return Err(Error::Transient { doing: "writing", source: None }),
            Next::FailsBehind => {
                self.inner.commit(commit).await?;
                return Err(Error::Transient { doing: "writing", source: None });
            }
            Next::Panics => panic!("a bug with a secret in its text"),
            Next::Waits => {
                self.waiting.store(1, Ordering::SeqCst);
                self.open.notified().await;
            }
        }
        self.inner.commit(commit).await
    }
}

#[async_trait]
impl IdempotencyStore for Gatekeeper {
    async fn claim(
        &self,
        attempt: &Attempt,
        body: &[u8; 32],
        life: i64,
        abandoned: i64,
    ) -> Result<IdempotencyClaim> {
        let claimed = self.inner.claim(attempt, body, life, abandoned).await?;
        let is_lost = self.loses_claim.swap(false, Ordering::SeqCst);
        if is_lost { Err(Error::Transient { doing: "claiming", source: None }) } else { Ok(claimed) }
    }

    async fn put(&self, attempt: &Attempt, answer: &port::Answer) -> Result<()> {
        let mut answer = answer.clone();
        if self.spoils_answer.swap(false, Ordering::SeqCst) {
            answer.body.reverse();
        }
        self.kept.lock().unwrap().push(answer.clone());
        self.inner.put(attempt, &answer).await
    }

    async fn remove(&self, attempt: &Attempt) -> Result<bool> {
        self.inner.remove(attempt).await
    }
}
