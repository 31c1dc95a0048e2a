use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use veralux_core::secret::Secret;
use veralux_providers::{Body, Https, HttpsError, Method, Request, Response, Transport, TransportError};
use zeroize::Zeroizing;

/// How webhooks are delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", default, deny_unknown_fields)]
pub struct HookPlan {
    /// Milliseconds that each waits before it goes out.
    pub delay_millis: u64,
    /// How often each is sent again although it was taken.
    pub repeats: u32,
    /// Each is signed with something else than the secret.
    pub forged: bool,
    /// They are kept and sent, the last one first, when [`Hooks::release`] says so.
    pub held: bool,
}

/// What became of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Where it went.
    pub url: String,
    /// What it said.
    pub body: Vec<u8>,
    /// What was answered; `None` when no answer came.
    pub status: Option<u16>,
    /// The answer.
    pub answer: Vec<u8>,
}

/// A webhook as a provider signs it.
#[derive(Debug, Clone)]
pub(crate) struct Hook {
    /// Where to.
    pub(crate) url: String,
    /// Its media type.
    pub(crate) content_type: &'static str,
    /// Signature and whatever else there is.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// What it says.
    pub(crate) body: Vec<u8>,
}

/// Brings webhooks to those who asked for them.
#[derive(Debug)]
pub struct Hooks {
    transport: Arc<dyn Transport>,
    plan: Mutex<HookPlan>,
    held: Mutex<Vec<Hook>>,
    delivered: Mutex<Vec<Delivered>>,
}

impl Hooks {
    pub(crate) fn new() -> Result<Self, HttpsError> {
        Ok(Self {
            transport: Arc::new(Https::new()?),
            plan: Mutex::default(),
            held: Mutex::default(),
            delivered: Mutex::default(),
        })
    }

    /// From now on.
    pub fn set(&self, plan: HookPlan) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    /// Whether signatures are false for now.
    pub(crate) fn are_forged(&self) -> bool {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner).forged
    }

    /// What was delivered, in the order of the answers.
    pub fn delivered(&self) -> Vec<Delivered> {
        self.delivered.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends what was held, the last one first, and waits for the answers.
    pub async fn release(&self) {
        let held = std::mem::take(&mut *self.held.lock().unwrap_or_else(PoisonError::into_inner));
        for hook in held.into_iter().rev() {
            self.send(&hook).await;
        }
    }

    /// Delivers as planned, and gives the last answer; `None` while it is held or when no answer came.
    pub(crate) async fn deliver(&self, hook: Hook) -> Option<Delivered> {
        let plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if plan.held {
            self.held.lock().unwrap_or_else(PoisonError::into_inner).push(hook);
            return None;
        }
        tokio::time::sleep(Duration::from_millis(plan.delay_millis)).await;
        let mut last = None;
        for _ in 0..=plan.repeats {
            last = Some(self.send(&hook).await);
        }
        last
    }

    async fn send(&self, hook: &Hook) -> Delivered {
        let mut request = Request::new(Method::Post, &hook.url)
            .body(Body { content_type: hook.content_type, bytes: Zeroizing::new(hook.body.clone()) });
        for (name, value) in &hook.headers {
            request = request.header(name, Secret::new(value.as_str()));
        }
        let answer: Result<Response, TransportError> = self.transport.send(request).await;
        let delivered = Delivered {
            url: hook.url.clone(),
            body: hook.body.clone(),
            status: answer.as_ref().ok().map(|response| response.status),
            answer: answer.map(|response| response.body.to_vec()).unwrap_or_default(),
        };
        self.delivered.lock().unwrap_or_else(PoisonError::into_inner).push(delivered.clone());
        delivered
    }
}
