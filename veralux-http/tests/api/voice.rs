//! Calls and the webhooks of those who tell of them.

mod calls;
mod emulated;
mod media;
mod telnyx;
mod twilio;
mod vapi;

use std::path::PathBuf;

use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha1::Sha1;
use veralux_core::digest::Encoder;
use veralux_core::id::TenantId;
use veralux_core::party::TenantStatus;
use veralux_core::phone::E164;
use veralux_core::port::{AssistantLink, Call, Change, Commit, Page, SyncState};
use veralux_core::secret::Secret;
use veralux_core::service::{Context, RuntimePublisher, TenantPatch, Tenants};
use veralux_core::time::Instant;
use veralux_http::{Settings, TelnyxKey};

use crate::server::{Answer, FRONT_DESK, Server, t1};

const BASE: &str = "https://veralux.example.com";
const STREAM: &str = "wss://voice.example.com/streams";
const OPERATORS_TOKEN: &str = "0f0f0f0f1e1e1e1e2d2d2d2d3c3c3c3c";
const VAPI_SECRET: &str = "vapi-secret-of-the-operator";
const CALLER: &str = "+442079460001";
/// A number that leads to nobody.
const NOBODYS: &str = "+19995550100";
/// The seconds of the clock's start.
const NOW: i64 = 1_768_833_000;

/// The operator's key at Telnyx.
fn operators_key() -> SigningKey {
    SigningKey::from_bytes(&[3; 32])
}

fn public(key: &SigningKey) -> String {
    BASE64_STANDARD.encode(key.verifying_key().as_bytes())
}

fn settings() -> Settings {
    Settings {
        public_base_url: Some(BASE.to_owned()),
        twilio_auth_token: Some(Secret::new(OPERATORS_TOKEN)),
        voice_stream_url: Some(STREAM.to_owned()),
        telnyx_public_key: Some(TelnyxKey::parse(&public(&operators_key())).unwrap()),
        vapi_webhook_secret: Some(Secret::new(VAPI_SECRET)),
        admin_rate_max: 10_000,
        ..Settings::default()
    }
}

/// A server at whose front desk `t1` takes two calls at once and three in a minute.
async fn server() -> Server {
    let server = Server::with(settings()).await;
    publish(&server, &[FRONT_DESK], (2, 3)).await;
    server
}

async fn publish(server: &Server, dids: &[&str], (concurrent, started): (u32, u32)) {
    let document = json!({
        "contractVersion": "v1", "tenantId": "t1", "dids": dids, "webhookSecret": "s3cret",
        "caps": {"maxConcurrentCallsTenant": concurrent, "maxCallsPerMinuteTenant": started},
        "stt": {"mode": "disabled", "chunkMs": 20}, "tts": {"mode": "kokoro_http", "kokoroUrl": "http://kokoro"},
        "audio": {}, "assistantContext": {"Opening hours": "Nine to five."},
    });
    let publisher = RuntimePublisher::new(server.stores.clone(), None);
    publisher.publish(&Context::SYSTEM, &t1(), document.to_string().as_bytes(), None).await.unwrap();
}

async fn suspend(server: &Server) {
    let patch = TenantPatch { status: Some(TenantStatus::Suspended), ..TenantPatch::default() };
    Tenants::new(server.stores.clone()).patch(&Context::SYSTEM, &t1(), patch).await.unwrap();
}

/// The calls of `t1`, by their providers' ids.
async fn calls(server: &Server) -> Vec<Call> {
    let mut calls = server.stores.calls.list(&t1(), false, &Page::first(200)).await.unwrap().items;
    calls.sort_by(|one, other| one.provider_call.cmp(&other.provider_call));
    calls
}

/// State and outcome of each.
async fn states(server: &Server) -> Vec<(String, String)> {
    let calls = calls(server).await;
    calls.into_iter().map(|call| (call.state.as_str().to_owned(), call.outcome.unwrap_or_default())).collect()
}

fn state(state: &str, outcome: &str) -> (String, String) {
    (state.to_owned(), outcome.to_owned())
}

/// A form as Twilio signs it.
async fn form(server: &Server, token: &str, target: &str, fields: &[(&str, &str)]) -> Answer {
    let mut fields = fields.to_vec();
    fields.sort_unstable();
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).unwrap();
    mac.update(format!("{BASE}{target}").as_bytes());
    for (name, value) in &fields {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let request = Request::post(target)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-twilio-signature", BASE64_STANDARD.encode(mac.finalize().into_bytes()));
    server.send(request.body(Body::from(body)).unwrap()).await
}

/// A body as Telnyx signs it.
async fn signed(server: &Server, key: &SigningKey, at: i64, target: &str, body: &str) -> Answer {
    let signature = key.sign(format!("{at}|{body}").as_bytes());
    let request = Request::post(target)
        .header("content-type", "application/json")
        .header("telnyx-signature-ed25519", BASE64_STANDARD.encode(signature.to_bytes()))
        .header("telnyx-timestamp", at.to_string());
    server.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// A body with these headers.
async fn plain(server: &Server, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::post(target).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// Gives a tenant an assistant at Vapi.
async fn link(server: &Server, tenant: &str, assistant: &str, number: Option<&str>) {
    let link = AssistantLink {
        platform: "vapi".to_owned(),
        assistant: assistant.to_owned(),
        phone_number: None,
        number: number.map(|number| E164::parse(number).unwrap()),
        definition: Encoder::new("test", 1).finish(),
        sync: SyncState::Synced,
        generation: 1,
        error: None,
        updated_at: Instant::from_micros(0),
        revision: 1,
    };
    let change = Change::AssistantLink { after: Box::new(link), before: None };
    let commit = Commit::new(TenantId::parse(tenant).unwrap(), Instant::from_micros(0)).change(change);
    server.stores.ledger.commit(commit).await.unwrap();
}

/// A file of the vectors beside the repository. Without it the test says so by name; in CI that is a failure.
fn vectors(file: &str) -> Option<Value> {
    let shared = std::env::var_os("VERALUX_SHARED_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")),
        PathBuf::from,
    );
    let path = shared.join("provider-vectors").join(file);
    if let Ok(bytes) = std::fs::read(&path) {
        return Some(serde_json::from_slice(&bytes).unwrap());
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "CI needs {}", path.display());
    eprintln!("left out: {file}, there is no {}", path.display());
    None
}

/// The audit events of `t1` of a type: their payloads.
async fn told(server: &Server, event_type: &str) -> Vec<Value> {
    let events = server.events().await;
    let own = events.iter().filter(|event| event.draft.event_type.as_str() == event_type);
    own.map(|event| serde_json::to_value(&event.draft.payload).unwrap()).collect()
}
