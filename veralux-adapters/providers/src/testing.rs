//! What unit tests of clients ask with.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use veralux_core::credential::TenantScoped;
use veralux_core::id::TenantId;
use veralux_core::memory::{FixedClock, MemoryStore, SeededRandom};
use veralux_core::port::Stores;
use veralux_core::secret::Secret;
use veralux_core::service::{CredentialVault, HeldKeys, VaultLimits};
use veralux_core::time::Instant;

use crate::{Accounts, Authorization, Outside, Request, Response, Transport, TransportError};

/// What time it is in tests.
pub(crate) const NOW: Instant = Instant::from_micros(1_767_225_600_000_000);

/// What comes back.
pub(crate) type Step = Result<Response, TransportError>;

/// A request that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    /// `POST https://example.com/a?b=c`.
    pub(crate) line: String,
    /// `Bearer KEY` or `Basic USER:PASSWORD`.
    pub(crate) authorization: Option<String>,
    /// Other headers.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body's media type.
    pub(crate) content_type: Option<&'static str>,
    /// The body.
    pub(crate) body: String,
}

impl Sent {
    /// Method and URL, who asks, headers, content type, body: a line each.
    fn text(&self) -> String {
        let mut lines = vec![self.line.clone()];
        lines.extend(self.authorization.iter().map(|own| format!("authorization: {own}")));
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        lines.extend(self.content_type.map(|kind| format!("content-type: {kind}\n{}", self.body)));
        lines.join("\n")
    }
}

/// Keeps what is sent, and answers in turn; asked once too often it panics.
#[derive(Debug)]
pub(crate) struct Recorder {
    steps: Mutex<VecDeque<Step>>,
    sent: Mutex<Vec<Sent>>,
}

impl Recorder {
    /// With these answers.
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Arc<Self> {
        let steps = Mutex::new(steps.into_iter().collect());
        Arc::new(Self { steps, sent: Mutex::default() })
    }

    /// With answers of a status and a body.
    pub(crate) fn answering<'a>(answers: impl IntoIterator<Item = (u16, &'a str)>) -> Arc<Self> {
        Self::new(answers.into_iter().map(|(status, body)| answer(status, body)))
    }

    /// What a client asks with.
    pub(crate) fn outside(self: &Arc<Self>) -> Outside {
        Outside {
            transport: self.clone(),
            clock: Arc::new(FixedClock::new(NOW)),
            random: Arc::new(SeededRandom::new(7)),
        }
    }

    /// What was sent so far.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// What was sent so far: method and URL, who asks, headers, content type, body, a line each.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.sent().iter().map(Sent::text).collect()
    }
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: Request) -> Step {
        let authorization = request.authorization.as_ref().map(|own| match own {
            Authorization::Bearer(token) => format!("Bearer {}", token.expose()),
            Authorization::Basic(user, password) => format!("Basic {user}:{}", password.expose()),
        });
        let body = request.body.as_ref().map(|body| String::from_utf8(body.bytes.to_vec()).unwrap());
        self.sent.lock().unwrap().push(Sent {
            line: format!("{} {}", request.method.as_str(), request.url),
            authorization,
            headers: request.headers.iter().map(|(name, value)| (*name, value.expose().to_owned())).collect(),
            content_type: request.body.as_ref().map(|body| body.content_type),
            body: body.unwrap_or_default(),
        });
        self.steps.lock().unwrap().pop_front().expect("asked too often")
    }
}

/// An answer.
#[expect(clippy::unnecessary_wraps, reason = "it is one of several steps")]
pub(crate) fn answer(status: u16, body: &str) -> Step {
    Ok(Response::new(status, body))
}

/// A folder of `../shared/data`; none where it is absent, which CI does not accept.
pub(crate) fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("VERALUX_SHARED_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let folder = root.join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is absent", folder.display());
    println!("left out, for want of {}", folder.display());
    None
}

pub(crate) fn tenant() -> TenantId {
    TenantId::parse("oak").unwrap()
}

/// No tenant has an account; the operator has this one.
pub(crate) async fn accounts<P: TenantScoped>(operator: P::Body) -> Accounts<P> {
    let clock = Arc::new(FixedClock::new(NOW));
    let stores = Stores::from_one(&Arc::new(MemoryStore::new()), clock, Arc::new(SeededRandom::new(7)));
    let root = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
    let keys = HeldKeys::start(&stores, Secret::new(root)).await.unwrap();
    let vault = CredentialVault::new(stores, Arc::new(keys), VaultLimits::default());
    Accounts::new(Arc::new(vault), Some(operator))
}
