use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use veralux_core::credential::{Provider, TelnyxBody};
use veralux_core::id::{MessageId, TenantId};
use veralux_core::memory::{MemoryStore, SeededRandom, StepClock};
use veralux_core::phone::E164;
use veralux_core::port::{
    Body, Clock as _, HeldNumber, NumberFeatures, NumberKind, NumberProvider as _, NumberSearch, OutgoingSms,
    Stores, WebhookUrls,
};
use veralux_core::secret::Secret;
use veralux_core::service::{Context, CredentialVault, HeldKeys, VaultLimits};
use veralux_core::time::Instant;
use veralux_emulator::{Emulator, Parts, Served, Specs, TelnyxAccount};
use veralux_providers::telnyx::webhook::{self, Event, Key, Refused};
use veralux_providers::telnyx::{Api, Telnyx};
use veralux_providers::{Accounts, Https, Outside};

use crate::descriptions::specs;

/// Read once: a test may make many worlds.
static SPECS: LazyLock<Option<Arc<Specs>>> = LazyLock::new(|| specs().map(Arc::new));

/// Longer than any honest answer takes, on a busy machine too.
pub(super) const TIMEOUT: Duration = Duration::from_millis(1500);

/// An account at the emulator, our client of it, and our server for its webhooks.
pub(super) struct World {
    pub(super) emulator: Emulator,
    pub(super) served: Served,
    pub(super) account: TelnyxAccount,
    pub(super) clock: Arc<StepClock>,
    pub(super) outside: Outside,
    pub(super) telnyx: Telnyx,
    pub(super) vault: Arc<CredentialVault>,
    pub(super) inbox: Inbox,
    pub(super) urls: WebhookUrls,
    pub(super) tenant: TenantId,
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(true).await
    }

    /// Without the descriptions: for what must not be sent.
    pub(super) async fn undescribed() -> Self {
        Self::with(false).await
    }

    async fn with(described: bool) -> Self {
        let clock = Arc::new(StepClock::new(Instant::parse("2026-03-04T05:06:07Z").unwrap()));
        let random = Arc::new(SeededRandom::new(7));
        let specs = if described { SPECS.clone() } else { None };
        let parts = Parts { clock: clock.clone(), random: random.clone(), specs };
        let emulator = Emulator::new(parts).unwrap();
        let served = emulator.serve().await.unwrap();
        let account = emulator.telnyx().account();
        let transport = Arc::new(Https::with_timeout(TIMEOUT).unwrap());
        let outside = Outside { transport, clock: clock.clone(), random: random.clone() };
        let stores = Stores::from_one(&Arc::new(MemoryStore::new()), clock.clone(), random);
        let root = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
        let keys = HeldKeys::start(&stores, Secret::new(root)).await.unwrap();
        let vault = Arc::new(CredentialVault::new(stores, Arc::new(keys), VaultLimits::default()));
        let accounts = Accounts::new(vault.clone(), Some(body(&account)));
        let origin = format!("{}/telnyx", served.origin);
        let telnyx = Telnyx::at(&origin, accounts, "Elm", outside.clone());
        let inbox = Inbox::open().await;
        let urls = inbox.urls();
        let tenant = TenantId::parse("oak").unwrap();
        Self { emulator, served, account, clock, outside, telnyx, vault, inbox, urls, tenant }
    }

    pub(super) fn origin(&self) -> String {
        format!("{}/telnyx", self.served.origin)
    }

    pub(super) fn api(&self) -> Api {
        Api::at(&self.origin(), &body(&self.account), self.outside.clone())
    }

    /// What the account has.
    pub(super) fn count(&self, what: &str) -> usize {
        self.emulator.telnyx().list(&self.account.api_key, what).len()
    }

    /// A number for sale.
    pub(super) async fn offered(&self) -> E164 {
        self.telnyx.search(&self.tenant, &search()).await.unwrap()[0].number
    }

    /// A number that was bought and leads here.
    pub(super) async fn bought(&self) -> HeldNumber {
        let number = self.offered().await;
        let application = self.telnyx.prepare(&self.tenant, &self.urls).await.unwrap();
        self.telnyx.order(&self.tenant, &number, application.as_deref(), "ref-1").await.unwrap();
        self.telnyx_find(&number).await.unwrap()
    }

    pub(super) async fn telnyx_find(&self, number: &E164) -> Option<HeldNumber> {
        let numbers: &dyn veralux_core::port::NumberProvider = &self.telnyx;
        numbers.find(&self.tenant, number, &self.urls).await.unwrap()
    }

    pub(super) fn sms(&self, id: &str, from: &E164, text: &str) -> OutgoingSms {
        OutgoingSms {
            message: MessageId::parse(id).unwrap(),
            from: *from,
            to: E164::parse("+14155550100").unwrap(),
            body: Body::new(text),
            status_url: Some(self.inbox.url("status")),
        }
    }

    /// The tenant connects an account of its own.
    pub(super) async fn connect(&self, account: &TelnyxAccount) {
        let json = format!(r#"{{"apiKey":"{}"}}"#, account.api_key);
        let context = Context::of_webhook("test", None);
        let put = self.vault.put(&context, &self.tenant, Provider::Telnyx, json.as_bytes(), false);
        put.await.unwrap();
    }

    /// Nothing went to and fro that is not as Telnyx describes it.
    pub(super) fn check(&self) {
        assert_eq!(self.emulator.journal().violations(), [] as [String; 0]);
    }

    /// The one event that came.
    pub(super) fn event(&self) -> Event {
        let mut events = self.events();
        assert_eq!(events.len(), 1);
        events.remove(0).unwrap()
    }

    /// The events that came, each as it is taken now.
    pub(super) fn events(&self) -> Vec<Result<Event, Refused>> {
        let key = Key::parse(&self.account.public_key).unwrap();
        self.inbox.came().iter().map(|came| came.event(&key, self.clock.now())).collect()
    }
}

pub(super) fn body(account: &TelnyxAccount) -> TelnyxBody {
    TelnyxBody {
        api_key: Secret::new(account.api_key.as_str()),
        public_key: Some(account.public_key.clone()),
    }
}

pub(super) fn search() -> NumberSearch {
    NumberSearch {
        country: "US".to_owned(),
        kind: NumberKind::Local,
        area_code: Some("970".to_owned()),
        contains: None,
        features: NumberFeatures { voice: true, sms: true, mms: false },
        limit: 3,
    }
}

/// A webhook that came.
#[derive(Debug, Clone)]
pub(super) struct Came {
    pub(super) path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Came {
    pub(super) fn event(&self, key: &Key, now: Instant) -> Result<Event, Refused> {
        let header = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        let (signature, timestamp) = (header(webhook::SIGNATURE), header(webhook::TIMESTAMP));
        webhook::verify(key, signature, timestamp, &self.body, now)?;
        Ok(webhook::parse(&self.body).unwrap())
    }
}

/// Takes webhooks.
#[derive(Debug, Clone)]
pub(super) struct Inbox {
    origin: String,
    came: Arc<Mutex<Vec<Came>>>,
}

impl Inbox {
    async fn open() -> Self {
        let came: Arc<Mutex<Vec<Came>>> = Arc::default();
        let kept = came.clone();
        let take = move |uri: Uri, headers: HeaderMap, body: Bytes| {
            kept.lock().unwrap().push(Came { path: uri.path().to_owned(), headers, body });
            std::future::ready(StatusCode::OK)
        };
        let router = Router::new().fallback(take);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { origin, came }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.origin)
    }

    fn urls(&self) -> WebhookUrls {
        WebhookUrls {
            message: self.url("message"),
            voice: self.url("voice"),
            voice_status: self.url("voice-status"),
        }
    }

    pub(super) fn came(&self) -> Vec<Came> {
        self.came.lock().unwrap().clone()
    }

    /// Waits until so many have come.
    pub(super) async fn wait(&self, number: usize) {
        for _ in 0..1000 {
            if self.came().len() >= number {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} of {number} webhooks came", self.came().len());
    }
}
