use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse as _, Response};
use veralux_core::credential::TwilioBody;
use veralux_core::id::{MessageId, TenantId};
use veralux_core::memory::{MemoryStore, SeededRandom, StepClock};
use veralux_core::phone::E164;
use veralux_core::port::{Body, OutgoingSms, Stores};
use veralux_core::secret::Secret;
use veralux_core::service::{CredentialVault, HeldKeys, VaultLimits};
use veralux_core::time::Instant;
use veralux_emulator::{Emulator, Parts, Served, TwilioAccount};
use veralux_providers::twilio::webhook::{Form, Signed, verify};
use veralux_providers::twilio::{Client, Provider};
use veralux_providers::{Accounts, Https, Outside};

use crate::descriptions::specs;

pub(crate) const OUR: &str = "+14155550100";
pub(crate) const THEIRS: &str = "+14155550199";
const ROOT_KEY: &str = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";

/// An emulator with an account that has a number, and who asks it.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) account: TwilioAccount,
    pub(crate) clock: Arc<StepClock>,
    pub(crate) outside: Outside,
    pub(crate) origin: String,
    pub(crate) served: Served,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with_timeout(Duration::from_secs(10)).await
    }

    pub(crate) async fn with_timeout(timeout: Duration) -> Self {
        let clock = Arc::new(StepClock::new(Instant::parse("2026-01-01T10:00:00.5Z").unwrap()));
        let random = Arc::new(SeededRandom::new(7));
        let parts = Parts { clock: clock.clone(), random: random.clone(), specs: specs().map(Arc::new) };
        let emulator = Emulator::new(parts).unwrap();
        let served = emulator.serve().await.unwrap();
        let account = emulator.twilio().account();
        emulator.twilio().give(&account.sid, OUR).unwrap();
        let transport = Arc::new(Https::with_timeout(timeout).unwrap());
        let outside = Outside { transport, clock: clock.clone(), random };
        Self { emulator, account, clock, outside, origin: format!("{}/twilio", served.origin), served }
    }

    pub(crate) fn credential(&self) -> TwilioBody {
        TwilioBody {
            account_sid: self.account.sid.clone(),
            auth_token: Some(Secret::new(self.account.auth_token.as_str())),
            previous_auth_token: None,
            previous_until: None,
            api_key_sid: Some(self.account.standard_key_sid.clone()),
            api_key_secret: Some(Secret::new(self.account.standard_key_secret.as_str())),
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::at(&self.origin, self.outside.clone(), &self.credential()).unwrap()
    }

    /// The ports, with the account as the operator's.
    pub(crate) async fn provider(&self) -> Provider {
        let random = Arc::new(SeededRandom::new(1));
        let stores = Stores::from_one(&Arc::new(MemoryStore::new()), self.clock.clone(), random);
        let keys = HeldKeys::start(&stores, Secret::new(ROOT_KEY)).await.unwrap();
        let vault = Arc::new(CredentialVault::new(stores, Arc::new(keys), VaultLimits::default()));
        Provider::at(&*self.origin, Accounts::new(vault, Some(self.credential())), self.outside.clone())
    }

    /// That no request and no answer was other than Twilio's description says.
    pub(crate) fn check(&self) {
        assert_eq!(self.emulator.journal().violations(), [] as [String; 0]);
    }
}

pub(crate) fn tenant() -> TenantId {
    TenantId::parse("a").unwrap()
}

pub(crate) fn number(text: &str) -> E164 {
    E164::parse(text).unwrap()
}

pub(crate) fn sms(to: &str, body: &str) -> OutgoingSms {
    OutgoingSms {
        message: MessageId::generate(Instant::from_micros(0), [0; 10]),
        from: number(OUR),
        to: number(to),
        body: Body::new(body),
        status_url: None,
    }
}

/// A server that takes webhooks and answers with `TwiML`.
pub(crate) struct Hooked {
    pub(crate) origin: String,
    taken: Arc<Mutex<Vec<Taken>>>,
    pub(crate) answer: Arc<Mutex<String>>,
    task: tokio::task::JoinHandle<()>,
}

/// A webhook that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) path: String,
    pub(crate) signature: String,
    pub(crate) form: Form,
    body: Bytes,
    url: String,
}

impl Taken {
    pub(crate) fn is_signed_with(&self, token: &str) -> bool {
        let signed = Signed { url: &self.url, form: &self.form, body: &self.body };
        verify(&Secret::new(token), &self.signature, signed)
    }

    pub(crate) fn value(&self, name: &str) -> &str {
        self.form.value(name).unwrap_or_default()
    }
}

#[derive(Clone)]
struct Inside {
    origin: String,
    taken: Arc<Mutex<Vec<Taken>>>,
    answer: Arc<Mutex<String>>,
}

impl Hooked {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let inside = Inside { origin: origin.clone(), taken: Arc::default(), answer: Arc::default() };
        let router = Router::new().fallback(take).with_state(inside.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, taken: inside.taken, answer: inside.answer, task }
    }

    pub(crate) fn answer(&self, twiml: &str) {
        twiml.clone_into(&mut self.answer.lock().unwrap());
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// Waits until so many have come.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Taken> {
        for _ in 0..400 {
            if self.taken().len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(self.taken().len(), count);
        self.taken()
    }
}

impl Drop for Hooked {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(State(inside): State<Inside>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let signature = headers.get("x-twilio-signature").map(|value| value.to_str().unwrap().to_owned());
    inside.taken.lock().unwrap().push(Taken {
        path: uri.path().to_owned(),
        signature: signature.unwrap_or_default(),
        form: Form::parse(&body).unwrap(),
        body,
        url: format!("{}{uri}", inside.origin),
    });
    ([(header::CONTENT_TYPE, "text/xml")], inside.answer.lock().unwrap().clone()).into_response()
}
