//! The API in process over the memory stores, with the providers' real clients, and the emulator that they talk to.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use veralux_core::access::{KeyDigest, KeyRole, Pepper};
use veralux_core::credential::{TelnyxBody, TwilioBody};
use veralux_core::id::TenantId;
use veralux_core::memory::{MemoryStore, SeededRandom, StepClock};
use veralux_core::policy::Detector;
use veralux_core::port::{Page, Stores};
use veralux_core::routing::Ruleset;
use veralux_core::secret::Secret;
use veralux_core::service::{
    Context, CredentialVault, HeldKeys, KeyRequest, Keys, TenantRequest, Tenants, VaultLimits, WorkRunner,
};
use veralux_core::time::{Instant, SECOND};
use veralux_emulator::{Emulator, Served, Specs, TelnyxAccount, TwilioAccount};
use veralux_http::{Api, Parts, Providers, Settings, router};
use veralux_providers::telnyx::Telnyx;
use veralux_providers::{Accounts, Https, Outside, twilio};

pub(crate) const ROOT: &str = "vlx_root";
const ROOT_KEY: &str = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
pub(crate) const PROVIDERS: [&str; 2] = ["twilio", "telnyx"];

/// Longer than any honest answer takes, on a busy machine too.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(2_500);

/// Read once: a test may make many worlds.
static SPECS: LazyLock<Option<Arc<Specs>>> = LazyLock::new(specs);

pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) twilio: TwilioAccount,
    pub(crate) telnyx: TelnyxAccount,
    pub(crate) clock: Arc<StepClock>,
    pub(crate) stores: Stores,
    pub(crate) runner: WorkRunner,
    /// Key of an admin of `oak`.
    pub(crate) admin: String,
    /// Key of a viewer of `oak`.
    pub(crate) viewer: String,
    router: Router,
    _served: Served,
}

impl World {
    /// With the operator's accounts at both providers.
    pub(crate) async fn start() -> Self {
        Self::with(true).await
    }

    pub(crate) async fn with(has_accounts: bool) -> Self {
        let clock = Arc::new(StepClock::new(Instant::parse("2026-01-19T14:30:00Z").unwrap()));
        let random = Arc::new(SeededRandom::new(7));
        let parts =
            veralux_emulator::Parts { clock: clock.clone(), random: random.clone(), specs: SPECS.clone() };
        let emulator = Emulator::new(parts).unwrap();
        let served = emulator.serve().await.unwrap();
        let (twilio, telnyx) = (emulator.twilio().account(), emulator.telnyx().account());
        let store = Arc::new(MemoryStore::new());
        let stores = Stores::from_one(&store, clock.clone(), random.clone());
        for id in ["oak", "elm"] {
            let id = TenantId::parse(id).unwrap();
            let request = TenantRequest { id, name: "Oak Dental".to_owned(), business_number: None };
            Tenants::new(stores.clone()).put(&Context::SYSTEM, request).await.unwrap();
        }
        let pepper = Pepper::new([7; 32]);
        let keys = Keys::new(stores.clone(), pepper.clone());
        let key = async |role| {
            let request = KeyRequest { name: "test".to_owned(), role, tenant: Some(oak()), expires_at: None };
            keys.add(&Context::SYSTEM, request).await.unwrap().text.expose().to_owned()
        };
        let (admin, viewer) = (key(KeyRole::Admin).await, key(KeyRole::Viewer).await);
        let held = HeldKeys::start(&stores, Secret::new(ROOT_KEY)).await.unwrap();
        let vault = Arc::new(CredentialVault::new(stores.clone(), Arc::new(held), VaultLimits::default()));
        let transport = Arc::new(Https::with_timeout(TIMEOUT).unwrap());
        let outside = Outside { transport, clock: clock.clone(), random };
        let accounts = Accounts::new(vault.clone(), has_accounts.then(|| twilio_body(&twilio)));
        let one = twilio::Provider::at(format!("{}/twilio", served.origin), accounts, outside.clone());
        let accounts = Accounts::new(vault.clone(), has_accounts.then(|| telnyx_body(&telnyx)));
        let other = Telnyx::at(&format!("{}/telnyx", served.origin), accounts, "tests", outside);
        let parts = Parts {
            stores: stores.clone(),
            idempotency: store,
            projection: None,
            rate: None,
            detector: Arc::new(Detector::new()),
            ruleset: Arc::new(Ruleset::standard()),
            pepper: pepper.clone(),
            vault,
            providers: Providers { numbers: vec![Arc::new(one), Arc::new(other)], ..Providers::default() },
        };
        let settings = Settings {
            bootstrap_key: Some(KeyDigest::of(&pepper, ROOT)),
            public_base_url: Some("https://us.example".to_owned()),
            admin_rate_max: 10_000,
            ..Settings::default()
        };
        let api = Api::new(parts, settings);
        let runner = api.work_runner();
        let router = router(api);
        Self { emulator, twilio, telnyx, clock, stores, runner, admin, viewer, router, _served: served }
    }

    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        key: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path).header("x-admin-key", key);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call("GET", path, &self.viewer, &[], "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call("POST", path, &self.admin, &[], &body.to_string()).await
    }

    /// As the operator, for `oak`.
    pub(crate) async fn operate(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call("POST", path, ROOT, &[("x-tenant-id", "oak")], &body.to_string()).await
    }

    /// The first number that a provider offers.
    pub(crate) async fn offered(&self, provider: &str) -> String {
        let path = format!("/api/numbers/search?provider={provider}&country=US&areaCode=970&limit=3");
        let (status, found) = self.get(&path).await;
        assert_eq!(status, 200, "{found}");
        found["items"][0]["e164"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn purchase(&self, provider: &str, e164: &str) -> (u16, Value) {
        let body = json!({"e164": e164, "class": "pool", "provider": provider});
        self.post("/api/numbers/purchase", &body).await
    }

    pub(crate) async fn operator_buys(&self, provider: &str, e164: &str) -> (u16, Value) {
        let body = json!({"e164": e164, "class": "pool", "provider": provider});
        self.operate("/api/numbers/purchase", &body).await
    }

    /// `oak` connects an account of its own; what it is called and what it is connected with.
    pub(crate) async fn connect(&self, provider: &str) -> (String, Value) {
        let (name, credential) = if provider == "twilio" {
            let own = self.emulator.twilio().account();
            (own.sid.clone(), json!({"accountSid": own.sid, "authToken": own.auth_token}))
        } else {
            let own = self.emulator.telnyx().account();
            (own.api_key.clone(), json!({"apiKey": own.api_key, "publicKey": own.public_key}))
        };
        self.connect_with(provider, &credential).await;
        (name, credential)
    }

    pub(crate) async fn connect_with(&self, provider: &str, credential: &Value) {
        let path = format!("/api/integrations/{provider}?verify=false");
        let (status, connected) = self.post(&path, credential).await;
        assert_eq!(status, 201, "{connected}");
    }

    pub(crate) async fn disconnect(&self, provider: &str) {
        let path = format!("/api/integrations/{provider}");
        let (status, answer) = self.call("DELETE", &path, &self.admin, &[], "").await;
        assert!((200..300).contains(&status), "{status} {answer}");
    }

    /// The one operation that there is.
    pub(crate) async fn operation(&self) -> Value {
        let (_, listed) = self.get("/api/numbers/operations").await;
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
        listed["items"][0].clone()
    }

    /// How many numbers were bought and are in the operator's account: as numbers, and as orders where there are any.
    pub(crate) fn bought(&self, provider: &str) -> (usize, usize) {
        let operators = if provider == "twilio" { &self.twilio.sid } else { &self.telnyx.api_key };
        self.bought_in(provider, operators)
    }

    /// The same of another account.
    pub(crate) fn bought_in(&self, provider: &str, account: &str) -> (usize, usize) {
        if provider == "twilio" {
            let numbers = self.emulator.twilio().numbers(account).len();
            return (numbers, numbers);
        }
        let count = |what| self.emulator.telnyx().list(account, what).len();
        (count("numbers"), count("orders"))
    }

    /// Time passes and what is due is done, for so many seconds.
    pub(crate) async fn pass(&self, seconds: i64) {
        for _ in 0..seconds {
            self.clock.advance(SECOND);
            let run = self.runner.run_due(16).await.unwrap();
            assert!(run.errors.is_empty(), "{:?}", run.errors);
        }
    }

    /// Types of the audit's events about numbers, the oldest first.
    pub(crate) async fn told(&self) -> Vec<String> {
        let events = self.stores.audit.list(&oak(), &Page::first(200)).await.unwrap().items;
        let types = events.iter().map(|event| event.draft.event_type.to_string());
        types.filter(|name| name.starts_with("number.") || name.starts_with("runtime.")).collect()
    }

    /// Nothing went to and fro that is not as the providers describe it.
    pub(crate) fn check(&self) {
        assert_eq!(self.emulator.journal().violations(), [] as [String; 0]);
    }
}

pub(crate) fn oak() -> TenantId {
    TenantId::parse("oak").unwrap()
}

/// Name and state of each step.
pub(crate) fn steps(operation: &Value) -> Vec<(&str, &str)> {
    let steps = operation["steps"].as_array().unwrap().iter();
    steps.map(|step| (step["name"].as_str().unwrap(), step["state"].as_str().unwrap())).collect()
}

fn twilio_body(account: &TwilioAccount) -> TwilioBody {
    TwilioBody {
        account_sid: account.sid.clone(),
        auth_token: Some(Secret::new(account.auth_token.as_str())),
        previous_auth_token: None,
        previous_until: None,
        api_key_sid: None,
        api_key_secret: None,
    }
}

fn telnyx_body(account: &TelnyxAccount) -> TelnyxBody {
    TelnyxBody { api_key: Secret::new(account.api_key.as_str()), public_key: None }
}

/// The providers' descriptions; none where their folder is absent, which CI does not accept.
fn specs() -> Option<Arc<Specs>> {
    let folder = std::env::var_os("VERALUX_SHARED_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")),
        PathBuf::from,
    );
    let folder = folder.join("provider-specs");
    if folder.is_dir() {
        return Some(Arc::new(Specs::load(&folder).unwrap()));
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is absent", folder.display());
    println!("left out: checks against the providers' descriptions, for want of {}", folder.display());
    None
}
