//! A transport that keeps what is sent and answers in turn.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use veralux_core::credential::{Telnyx as Kind, TelnyxBody};
use veralux_core::id::{MessageId, TenantId};
use veralux_core::memory::{FixedClock, MemoryStore, SeededRandom};
use veralux_core::phone::E164;
use veralux_core::port::{Body, OutgoingSms, Stores, WebhookUrls};
use veralux_core::secret::Secret;
use veralux_core::service::{CredentialVault, HeldKeys, VaultLimits};
use veralux_core::time::Instant;

use crate::telnyx::Api;
use crate::{Accounts, Authorization, Outside, Request, Response, Transport, TransportError};

pub(super) type Step = Result<Response, TransportError>;

#[derive(Debug)]
pub(super) struct Double {
    steps: Mutex<VecDeque<Step>>,
    sent: Mutex<Vec<String>>,
}

impl Double {
    pub(super) fn new(steps: impl IntoIterator<Item = Step>) -> Arc<Self> {
        Arc::new(Self { steps: Mutex::new(steps.into_iter().collect()), sent: Mutex::default() })
    }

    pub(super) fn outside(self: &Arc<Self>) -> Outside {
        Outside {
            transport: self.clone(),
            clock: Arc::new(FixedClock::new(now())),
            random: Arc::new(SeededRandom::new(7)),
        }
    }

    pub(super) fn api(self: &Arc<Self>) -> Api {
        Api::new(&body(), self.outside())
    }

    /// The requests: method and URL, headers and body, a line each.
    pub(super) fn sent(&self) -> Vec<String> {
        self.sent.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Double {
    async fn send(&self, request: Request) -> Step {
        let mut lines = vec![format!("{} {}", request.method.as_str(), request.url)];
        match &request.authorization {
            Some(Authorization::Bearer(token)) => lines.push(format!("bearer {}", token.expose())),
            other => panic!("Telnyx takes bearer tokens: {other:?}"),
        }
        lines.extend(request.headers.iter().map(|(name, value)| format!("{name}: {}", value.expose())));
        if let Some(body) = &request.body {
            lines.push(body.content_type.to_owned());
            lines.push(String::from_utf8(body.bytes.to_vec()).unwrap());
        }
        self.sent.lock().unwrap().push(lines.join("\n"));
        self.steps.lock().unwrap().pop_front().expect("asked too often")
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a step of a script")]
pub(super) fn answer(status: u16, body: &str) -> Step {
    Ok(Response::new(status, body))
}

pub(super) fn now() -> Instant {
    Instant::parse("2026-03-04T05:06:07Z").unwrap()
}

pub(super) fn body() -> TelnyxBody {
    TelnyxBody { api_key: Secret::new("KEY0123456789abcdef0123"), public_key: None }
}

pub(super) fn number(text: &str) -> E164 {
    E164::parse(text).unwrap()
}

pub(super) fn tenant() -> TenantId {
    TenantId::parse("oak").unwrap()
}

pub(super) fn urls() -> WebhookUrls {
    WebhookUrls {
        message: "https://veralux.example/m".to_owned(),
        voice: "https://veralux.example/v".to_owned(),
        voice_status: "https://veralux.example/s".to_owned(),
    }
}

pub(super) fn sms() -> OutgoingSms {
    OutgoingSms {
        message: MessageId::parse("msg_1").unwrap(),
        from: number("+19705555098"),
        to: number("+14155550100"),
        body: Body::new("Hällo \"you\""),
        status_url: None,
    }
}

/// No tenant has an account; the operator has one.
pub(super) async fn accounts() -> Accounts<Kind> {
    let clock = Arc::new(FixedClock::new(now()));
    let stores = Stores::from_one(&Arc::new(MemoryStore::new()), clock, Arc::new(SeededRandom::new(7)));
    let root = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
    let keys = HeldKeys::start(&stores, Secret::new(root)).await.unwrap();
    let vault = CredentialVault::new(stores, Arc::new(keys), VaultLimits::default());
    Accounts::new(Arc::new(vault), Some(body()))
}
