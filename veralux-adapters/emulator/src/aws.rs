//! AWS Secrets Manager: it keeps versions, knows request tokens, checks each signature. It answers at `/`, where clients
//! that sign for a host alone ask, and at `/aws/`.
//!
//! All of its calls are one path, so [`Faults`](crate::Faults) cannot tell them apart: what goes wrong with a call by its
//! name is a [`Trouble`].

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::Emulator;

mod calls;
mod signature;

pub use signature::AwsKey;

/// Longest request in bytes.
const MAX_BODY_BYTES: usize = 1 << 20;

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Refused with this name of an error, before anything is done.
    Refused(&'static str),
    /// Answered by something on the way, with this status and a page.
    Page(u16),
    /// Done, and then the connection breaks in the middle of the answer.
    Cut,
    /// Done, and the answer is longer than any.
    Huge,
    /// Somebody else makes the secret just before.
    Meanwhile,
    /// Told about another secret.
    Mixed,
    /// A list of nothing, and more to come.
    EmptyPage,
    /// A list without its filter.
    Unfiltered,
}

/// A secret with its versions by their tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptSecret {
    /// Each version's value.
    pub versions: BTreeMap<String, String>,
    /// The token of the version that is given out.
    pub current: String,
    /// Scheduled for deletion.
    pub scheduled: bool,
    /// Its value is base64 of bytes.
    pub binary: bool,
}

impl KeptSecret {
    pub(super) fn new(token: &str, value: &str) -> Self {
        let versions = [(token.to_owned(), value.to_owned())].into();
        Self { versions, current: token.to_owned(), ..Self::default() }
    }
}

/// An account at AWS.
#[derive(Debug)]
pub struct AwsAccount {
    /// The one region in which requests are taken; any when absent.
    pub region: Option<String>,
    /// Whose requests are taken.
    pub keys: Vec<AwsKey>,
    /// By name.
    pub secrets: BTreeMap<String, KeptSecret>,
    /// What the next calls of these names (or `any`) meet, in this order.
    pub troubles: Vec<(&'static str, Trouble)>,
    /// Every call that was let in, with what it said.
    pub calls: Vec<(String, Value)>,
    /// Most secrets a page.
    pub page: usize,
}

impl Default for AwsAccount {
    /// With the key of AWS's own examples.
    fn default() -> Self {
        let key = AwsKey {
            id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            token: None,
        };
        let (secrets, troubles, calls) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { region: None, keys: vec![key], secrets, troubles, calls, page: 100 }
    }
}

/// AWS, as a test sees it.
#[derive(Debug, Default)]
pub struct Aws(Mutex<AwsAccount>);

impl Aws {
    /// The account, to look at and to change; nothing is answered while this is held.
    pub fn account(&self) -> MutexGuard<'_, AwsAccount> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As if somebody had made a secret at AWS's console.
    pub fn keep(&self, name: &str, value: &str) {
        self.account().secrets.insert(name.to_owned(), KeptSecret::new("console", value));
    }

    /// A secret's current value.
    pub fn value(&self, name: &str) -> Option<String> {
        let account = self.account();
        let kept = account.secrets.get(name)?;
        kept.versions.get(&kept.current).cloned()
    }

    /// How often a call was let in.
    pub fn calls(&self, target: &str) -> usize {
        self.account().calls.iter().filter(|(called, _)| called == target).count()
    }
}

pub(crate) fn router() -> Router<Emulator> {
    Router::new().route("/", any(called)).route("/aws", any(called)).route("/aws/", any(called))
}

/// Under `/emulator/aws`.
pub(crate) fn steering() -> Router<Emulator> {
    Router::new().route("/emulator/aws/secrets", get(secrets).put(keep))
}

async fn secrets(State(emulator): State<Emulator>) -> Json<Value> {
    let account = emulator.aws().account();
    let shown = |(name, kept): (&String, &KeptSecret)| json!({"name": name, "value": kept.versions.get(&kept.current), "versions": kept.versions.len()});
    Json(account.secrets.iter().map(shown).collect())
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Keep {
    name: String,
    value: String,
}

async fn keep(State(emulator): State<Emulator>, Json(secret): Json<Keep>) -> StatusCode {
    emulator.aws().keep(&secret.name, &secret.value);
    StatusCode::NO_CONTENT
}

/// Whether a request is one that AWS's description in `provider-specs` leaves out.
#[cfg(feature = "specs")]
pub(crate) fn is_undescribed(target: Option<&str>) -> bool {
    target.is_some_and(|target| target != "secretsmanager.GetSecretValue")
}

async fn called(State(emulator): State<Emulator>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut account = emulator.aws().account();
    let signed = signature::check(&parts, &body, &account, emulator.clock().now());
    if let Err((kind, message)) = signed {
        return refusal(kind, message);
    }
    let header =
        |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let target = header("x-amz-target").strip_prefix("secretsmanager.").unwrap_or_default().to_owned();
    let call = serde_json::from_slice::<Value>(&body).unwrap_or_default();
    if header("content-type") != "application/x-amz-json-1.1" || !call.is_object() {
        return refusal("SerializationException", "not JSON 1.1");
    }
    account.calls.push((target.clone(), call.clone()));
    let next = account.troubles.iter().position(|(of, _)| *of == target || *of == "any");
    let trouble = next.map(|at| account.troubles.remove(at).1);
    match trouble {
        Some(Trouble::Refused(kind)) => return refusal(kind, "as ordered"),
        Some(Trouble::Page(status)) => return page(status),
        Some(Trouble::EmptyPage) => return found(&json!({"SecretList": [], "NextToken": "0"})),
        Some(Trouble::Meanwhile) => {
            let name = call.get("Name").and_then(Value::as_str).unwrap_or_default();
            account.secrets.insert(name.to_owned(), KeptSecret::new("other", "theirs"));
        }
        _ => {}
    }
    match (trouble, account.answer(&target, &call, trouble)) {
        (Some(Trouble::Cut), _) => cut(),
        (Some(Trouble::Huge), _) => "x".repeat(1 << 20).into_response(),
        (_, Ok(answer)) => found(&answer),
        (_, Err((kind, message))) => refusal(kind, message),
    }
}

fn found(answer: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/x-amz-json-1.1")], answer.to_string()).into_response()
}

fn refusal(kind: &str, message: &str) -> Response {
    (StatusCode::BAD_REQUEST, found(&json!({"__type": kind, "Message": message}))).into_response()
}

fn page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, [(header::CONTENT_TYPE, "text/html")], "<html>a portal</html>").into_response()
}

fn cut() -> Response {
    let pieces = [Ok(Bytes::from_static(b"{\"Name\":")), Err(std::io::Error::other("cut"))];
    Body::from_stream(futures_util::stream::iter(pieces)).into_response()
}
