//! Resend (`/resend`): e-mails that are kept instead of sent, idempotency keys for 24 hours, signed webhooks.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;
use veralux_core::time::Instant;

use crate::Emulator;

mod calls;
mod webhook;

/// The key that is there from the beginning.
pub const KEY: &str = "re_emulated_key";
/// The domain that is verified from the beginning.
pub const DOMAIN: &str = "example.com";

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyScope {
    /// Everything.
    Full,
    /// Send, and nothing else.
    Sending,
}

/// Resend, as a test sees it.
#[derive(Debug)]
pub struct Resend(Mutex<Inside>);

#[derive(Debug)]
struct Inside {
    keys: BTreeMap<String, KeyScope>,
    /// Name and id of each, in their order.
    domains: Vec<(String, String)>,
    emails: Vec<Value>,
    /// By path and key: when, what was said and what was answered.
    answered: BTreeMap<(String, String), (Instant, Vec<u8>, Value)>,
    /// E-mails that may still go out today.
    quota: Option<usize>,
    webhook: Option<webhook::Webhook>,
}

impl Default for Resend {
    fn default() -> Self {
        Self(Mutex::new(Inside {
            keys: [(KEY.to_owned(), KeyScope::Full)].into(),
            domains: vec![(DOMAIN.to_owned(), "d91cd9bd-1176-453e-8fc1-35364d380206".to_owned())],
            emails: Vec::new(),
            answered: BTreeMap::new(),
            quota: None,
            webhook: None,
        }))
    }
}

impl Resend {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another key.
    pub fn add_key(&self, key: &str, scope: KeyScope) {
        self.lock().keys.insert(key.to_owned(), scope);
    }

    /// Another verified domain.
    pub fn add_domain(&self, name: &str) {
        let mut inside = self.lock();
        let id = format!("d91cd9bd-1176-453e-8fc1-{:012}", inside.domains.len());
        inside.domains.push((name.to_owned(), id));
    }

    /// So many e-mails may still go out today; `None`: any number.
    pub fn set_quota(&self, left: Option<usize>) {
        self.lock().quota = left;
    }

    /// Tells of each e-mail at this URL, signed with a secret: `whsec_` and base64.
    pub fn set_webhook(&self, url: &str, secret: &str) {
        self.lock().webhook = Some(webhook::Webhook { url: url.to_owned(), secret: secret.to_owned() });
    }

    /// The e-mails that went out, as Resend would tell them, in their order.
    pub fn emails(&self) -> Vec<Value> {
        self.lock().emails.clone()
    }
}

pub(crate) fn router() -> Router<Emulator> {
    Router::new()
        .route("/resend/emails", post(calls::send).get(calls::emails))
        .route("/resend/emails/batch", post(calls::send_batch))
        .route("/resend/emails/{id}", get(calls::email))
        .route("/resend/domains", get(calls::domains))
}

/// Under `/emulator/resend`.
pub(crate) fn steering() -> Router<Emulator> {
    Router::new().route("/emulator/resend/emails", get(sent)).route("/emulator/resend/settings", put(set))
}

async fn sent(State(emulator): State<Emulator>) -> Json<Vec<Value>> {
    Json(emulator.resend().emails())
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    key: Option<(String, KeyScope)>,
    domain: Option<String>,
    quota: Option<usize>,
    webhook: Option<(String, String)>,
}

async fn set(State(emulator): State<Emulator>, Json(settings): Json<Settings>) -> StatusCode {
    let resend = emulator.resend();
    if let Some((key, scope)) = &settings.key {
        resend.add_key(key, *scope);
    }
    if let Some(domain) = &settings.domain {
        resend.add_domain(domain);
    }
    if settings.quota.is_some() {
        resend.set_quota(settings.quota);
    }
    if let Some((url, secret)) = &settings.webhook {
        resend.set_webhook(url, secret);
    }
    StatusCode::NO_CONTENT
}
