//! Secrets Manager in this process: it keeps versions, knows request tokens, checks each signature, and fails when told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use veralux_core::memory::{SeededRandom, StepClock};
use veralux_core::port::Clock as _;
use veralux_core::secret::Secret;
use veralux_core::time::Instant;
use veralux_providers::Https;
use veralux_providers::aws::{AwsSecrets, Credentials, Endpoint, MAX_ANSWER_BYTES};

use crate::signature::{self, Key, REGION};

pub(crate) const CANARY: &str = "canary-7f3e-wJalrXUtnFEMI";

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
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
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) versions: BTreeMap<String, String>,
    pub(crate) current: String,
    pub(crate) scheduled: bool,
    pub(crate) binary: bool,
}

#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) secrets: BTreeMap<String, Kept>,
    pub(crate) keys: Vec<Key>,
    /// What the next calls of these names meet, in this order.
    pub(crate) faults: Vec<(&'static str, Fault)>,
    /// Every call that was let in, with what it said.
    pub(crate) calls: Vec<(String, Value)>,
    /// Most secrets a page.
    pub(crate) page: usize,
}

#[derive(Debug)]
pub(crate) struct Emulator {
    pub(crate) url: String,
    /// AWS's own.
    pub(crate) clock: Arc<StepClock>,
    account: Arc<Mutex<Account>>,
    task: JoinHandle<()>,
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Emulator {
    pub(crate) async fn start() -> Self {
        let key = Key { id: "AKIDEXAMPLE".to_owned(), secret: CANARY.to_owned(), token: None };
        let account = Account {
            secrets: BTreeMap::new(),
            keys: vec![key],
            faults: Vec::new(),
            calls: Vec::new(),
            page: 100,
        };
        let account = Arc::new(Mutex::new(account));
        let clock = Arc::new(StepClock::new(now()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(called).with_state((account.clone(), clock.clone()));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, clock, account, task }
    }

    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap()
    }

    /// A client with the account's first key.
    pub(crate) fn client(&self) -> AwsSecrets {
        client(&self.url, REGION, credentials(&self.account().keys[0]))
    }

    /// As if somebody had made it at AWS's console.
    pub(crate) fn keep(&self, name: &str, value: &str) {
        self.account().secrets.insert(name.to_owned(), kept("console", value));
    }

    /// Its current value.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let account = self.account();
        let kept = account.secrets.get(name)?;
        kept.versions.get(&kept.current).cloned()
    }

    /// How often a call was let in.
    pub(crate) fn calls(&self, target: &str) -> usize {
        self.account().calls.iter().filter(|(called, _)| called == target).count()
    }
}

pub(crate) fn now() -> Instant {
    Instant::parse("2026-03-04T05:06:07.890Z").unwrap()
}

pub(crate) fn credentials(key: &Key) -> Credentials {
    Credentials {
        access_key_id: key.id.clone(),
        secret_access_key: Secret::new(&*key.secret),
        session_token: key.token.as_deref().map(Secret::new),
    }
}

pub(crate) fn client(url: &str, region: &str, credentials: Credentials) -> AwsSecrets {
    let https = Https::new().unwrap().with_max_answer_bytes(MAX_ANSWER_BYTES);
    let clock = Arc::new(StepClock::new(now()));
    let random = Arc::new(SeededRandom::new(7));
    AwsSecrets::new(Endpoint::at(region, url).unwrap(), credentials, Arc::new(https), clock, random)
}

fn kept(token: &str, value: &str) -> Kept {
    let versions = [(token.to_owned(), value.to_owned())].into();
    Kept { versions, current: token.to_owned(), ..Kept::default() }
}

type Shared = (Arc<Mutex<Account>>, Arc<StepClock>);

async fn called(State((account, clock)): State<Shared>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let mut account = account.lock().unwrap();
    if let Err(kind) = signature::check(&parts, &body, &account.keys, clock.now()) {
        return refusal(kind, "not signed");
    }
    let header =
        |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(header("content-type"), "application/x-amz-json-1.1");
    let target = header("x-amz-target").strip_prefix("secretsmanager.").unwrap().to_owned();
    let call: Value = serde_json::from_slice(&body).unwrap();
    account.calls.push((target.clone(), call.clone()));
    let next = account.faults.iter().position(|(of, _)| *of == target || *of == "any");
    let fault = next.map(|at| account.faults.remove(at).1);
    match fault {
        Some(Fault::Refused(kind)) => return refusal(kind, CANARY),
        Some(Fault::Page(status)) => return page(status),
        Some(Fault::EmptyPage) => return found(&json!({"SecretList": [], "NextToken": "0"})),
        Some(Fault::Meanwhile) => {
            account.secrets.insert(call["Name"].as_str().unwrap().to_owned(), kept("other", "theirs"));
        }
        _ => {}
    }
    let answer = match target.as_str() {
        "GetSecretValue" => account.read(&call, fault == Some(Fault::Mixed)),
        "CreateSecret" => account.create(&call),
        "PutSecretValue" => account.replace(&call),
        "DescribeSecret" => account.describe(&call),
        "DeleteSecret" => account.delete(&call),
        "ListSecrets" => account.list(&call, fault == Some(Fault::Unfiltered)),
        _ => Err(("UnknownOperationException", "")),
    };
    match (fault, answer) {
        (Some(Fault::Cut), _) => cut(),
        (Some(Fault::Huge), _) => "x".repeat(MAX_ANSWER_BYTES + 1).into_response(),
        (_, Ok(answer)) => found(&answer),
        (_, Err((kind, message))) => refusal(kind, message),
    }
}

fn found(answer: &Value) -> Response {
    ([("content-type", "application/x-amz-json-1.1")], answer.to_string()).into_response()
}

fn refusal(kind: &str, message: &str) -> Response {
    (StatusCode::BAD_REQUEST, found(&json!({"__type": kind, "Message": message}))).into_response()
}

fn page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [("content-type", "text/html")], format!("<html>{CANARY}</html>")).into_response()
}

fn cut() -> Response {
    let pieces = [Ok(Bytes::from_static(b"{\"Name\":")), Err(std::io::Error::other("cut"))];
    Body::from_stream(futures_util::stream::iter(pieces)).into_response()
}

type Answer = Result<Value, (&'static str, &'static str)>;

const NOT_FOUND: (&str, &str) = ("ResourceNotFoundException", "can't find the specified secret");
const MARKED: (&str, &str) = ("InvalidRequestException", "it was marked for deletion");
const EXISTS: (&str, &str) = ("ResourceExistsException", "a resource with this id exists");
const INVALID: (&str, &str) = ("InvalidParameterException", "not a valid parameter");

fn text<'a>(call: &'a Value, field: &str) -> &'a str {
    call[field].as_str().unwrap_or_default()
}

/// The version's token and value.
fn version(call: &Value) -> Result<(String, String), (&'static str, &'static str)> {
    let (token, value) = (text(call, "ClientRequestToken"), text(call, "SecretString"));
    let fits = (32..=64).contains(&token.len()) && (1..=65_536).contains(&value.len());
    if fits { Ok((token.to_owned(), value.to_owned())) } else { Err(INVALID) }
}

impl Account {
    fn there(&mut self, call: &Value) -> Result<&mut Kept, (&'static str, &'static str)> {
        self.secrets.get_mut(text(call, "SecretId")).ok_or(NOT_FOUND)
    }

    fn read(&mut self, call: &Value, mixed: bool) -> Answer {
        let name = if mixed { "veralux/elm/HOOK" } else { text(call, "SecretId") };
        let kept = self.there(call)?;
        if kept.scheduled {
            return Err(MARKED);
        }
        let field = if kept.binary { "SecretBinary" } else { "SecretString" };
        Ok(
            json!({"ARN": "arn:aws:x", "Name": name, field: kept.versions[&kept.current], "CreatedDate": 1.5e9}),
        )
    }

    fn create(&mut self, call: &Value) -> Answer {
        let (token, value) = version(call)?;
        let name = text(call, "Name");
        if name.is_empty()
            || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+=.@-".contains(&byte))
        {
            return Err(INVALID);
        }
        match self.secrets.get(name) {
            Some(kept) if kept.scheduled => {
                Err(("InvalidRequestException", "already scheduled for deletion"))
            }
            Some(kept) if kept.versions.get(&token) == Some(&value) => Ok(json!({"Name": name})),
            Some(_) => Err(EXISTS),
            None => {
                self.secrets.insert(name.to_owned(), kept(&token, &value));
                Ok(json!({"Name": name, "VersionId": token}))
            }
        }
    }

    fn replace(&mut self, call: &Value) -> Answer {
        let (token, value) = version(call)?;
        let kept = self.there(call)?;
        if kept.scheduled {
            return Err(MARKED);
        }
        match kept.versions.get(&token) {
            Some(there) if *there != value => return Err(EXISTS),
            Some(_) => {}
            None => {
                kept.versions.insert(token.clone(), value);
                kept.current.clone_from(&token);
            }
        }
        Ok(json!({"VersionId": token, "VersionStages": ["AWSCURRENT"]}))
    }

    fn describe(&mut self, call: &Value) -> Answer {
        let kept = self.there(call)?;
        let deleted = if kept.scheduled { json!(1.5e9) } else { Value::Null };
        Ok(json!({"Name": text(call, "SecretId"), "DeletedDate": deleted}))
    }

    /// By force, a secret that is not there is deleted as well.
    fn delete(&mut self, call: &Value) -> Answer {
        if call["ForceDeleteWithoutRecovery"] == true {
            self.secrets.remove(text(call, "SecretId"));
        } else {
            self.there(call)?.scheduled = true;
        }
        Ok(json!({"Name": text(call, "SecretId"), "DeletionDate": 1.5e9}))
    }

    /// Newest names first, so that nobody relies on an order.
    fn list(&mut self, call: &Value, unfiltered: bool) -> Answer {
        let filter = &call["Filters"][0];
        if text(filter, "Key") != "name" || filter["Values"].as_array().is_none_or(Vec::is_empty) {
            return Err(INVALID);
        }
        let prefix = filter["Values"][0].as_str().unwrap();
        let shown =
            |(name, kept): &(&String, &Kept)| !kept.scheduled && (unfiltered || name.starts_with(prefix));
        let all: Vec<_> =
            self.secrets.iter().rev().filter(shown).map(|(name, _)| json!({"Name": name})).collect();
        let from = match text(call, "NextToken") {
            "" => 0,
            token => token.parse().map_err(|_| ("InvalidNextTokenException", "not a token"))?,
        };
        let most = call["MaxResults"].as_u64().unwrap_or(100).min(self.page as u64);
        let page: Vec<_> = all.iter().skip(from).take(usize::try_from(most).unwrap()).cloned().collect();
        let to = from + page.len();
        let next = if to < all.len() { json!(to.to_string()) } else { Value::Null };
        Ok(json!({"SecretList": page, "NextToken": next}))
    }
}
