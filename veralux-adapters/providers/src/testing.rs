//! What unit tests of clients ask with.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use veralux_core::credential::TenantScoped;
use veralux_core::id::TenantId;
use veralux_core::memory::{FixedClock, MemoryStore, SeededRandom};
use veralux_core::port::Stores;
use veralux_core::secret::Secret;
use veralux_core::service::{CredentialVault, HeldKeys, VaultLimits};
use veralux_core::time::Instant;

use crate::{Accounts, Authorization, Outside, Request, Response, Transport, TransportError};

/// What comes back.
pub(crate) type Step = Result<Response, TransportError>;

/// Keeps what is sent, and answers in turn.
#[derive(Debug)]
pub(crate) struct Recorder {
    steps: Mutex<VecDeque<Step>>,
    sent: Mutex<Vec<String>>,
}

impl Recorder {
    /// With these answers.
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Arc<Self> {
        let steps = Mutex::new(steps.into_iter().collect());
        Arc::new(Self { steps, sent: Mutex::default() })
    }

    /// What a client asks with.
    pub(crate) fn outside(self: &Arc<Self>) -> Outside {
        Outside {
            transport: self.clone(),
            clock: Arc::new(FixedClock::new(now())),
            random: Arc::new(SeededRandom::new(7)),
        }
    }

    /// The requests: a line of method and URL, one for each header, an empty one and the body.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.sent.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: Request) -> Step {
        let mut text = format!("{} {}\n", request.method.as_str(), request.url);
        match &request.authorization {
            Some(Authorization::Bearer(token)) => {
                writeln!(text, "authorization: Bearer {}", token.expose()).unwrap();
            }
            Some(Authorization::Basic(user, password)) => {
                let pair = BASE64_STANDARD.encode(format!("{user}:{}", password.expose()));
                writeln!(text, "authorization: Basic {pair}").unwrap();
            }
            None => {}
        }
        for (name, value) in &request.headers {
            writeln!(text, "{name}: {}", value.expose()).unwrap();
        }
        if let Some(body) = &request.body {
            let content = std::str::from_utf8(&body.bytes).unwrap();
            write!(text, "content-type: {}\n\n{content}", body.content_type).unwrap();
        }
        self.sent.lock().unwrap().push(text);
        self.steps.lock().unwrap().pop_front().expect("asked too often")
    }
}

/// An answer of JSON.
#[expect(clippy::unnecessary_wraps, reason = "it is one of several steps")]
pub(crate) fn answer(status: u16, body: &str) -> Step {
    Ok(Response::new(status, body))
}

pub(crate) fn now() -> Instant {
    Instant::parse("2026-03-04T05:06:07Z").unwrap()
}

pub(crate) fn tenant() -> TenantId {
    TenantId::parse("oak").unwrap()
}

/// No tenant has an account; the operator has this one.
pub(crate) async fn accounts<P: TenantScoped>(operator: P::Body) -> Accounts<P> {
    let clock = Arc::new(FixedClock::new(now()));
    let stores = Stores::from_one(&Arc::new(MemoryStore::new()), clock, Arc::new(SeededRandom::new(7)));
    let root = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
    let keys = HeldKeys::start(&stores, Secret::new(root)).await.unwrap();
    let vault = CredentialVault::new(stores, Arc::new(keys), VaultLimits::default());
    Accounts::new(Arc::new(vault), Some(operator))
}
