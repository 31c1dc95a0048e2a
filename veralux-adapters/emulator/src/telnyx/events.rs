//! Events as they go out: signed with Ed25519 over `{timestamp}|{body}`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use veralux_core::time::SECOND;

use super::account::uuid;
use crate::Emulator;
use crate::hooks::{Delivered, Hook};

/// What is told.
pub(super) struct Event {
    /// Where to.
    pub(super) url: String,
    /// `call.initiated`.
    pub(super) kind: &'static str,
    /// What it is about.
    pub(super) payload: Value,
    /// `webhook_api_version`: of version 1 the envelope is missing, and names are written otherwise.
    pub(super) version: &'static str,
}

/// Tells an event, and gives the last answer; `None` while events are held.
pub(super) async fn send(emulator: &Emulator, key: &str, event: Event) -> Option<Delivered> {
    let Event { url, kind, payload, version } = event;
    let (id, now) = (uuid(emulator.random()), emulator.clock().now());
    let body = if version == "1" {
        json!({
            "record_type": "event",
            "event_type": kind.replace('.', "_"),
            "id": id,
            "created_at": now,
            "payload": payload,
        })
    } else {
        json!({
            "data": { "record_type": "event", "event_type": kind, "id": id, "occurred_at": now, "payload": payload },
            "meta": { "attempt": 1, "delivered_to": url },
        })
    };
    let body = body.to_string().into_bytes();
    let timestamp = now.micros().div_euclid(SECOND).to_string();
    let signing = if emulator.hooks().are_forged() {
        SigningKey::from_bytes(&emulator.random().bytes())
    } else {
        emulator.telnyx_state().lock().accounts.get(key)?.signing.clone()
    };
    let signed = [timestamp.as_bytes(), b"|", body.as_slice()].concat();
    let signature = BASE64_STANDARD.encode(signing.sign(&signed).to_bytes());
    let headers = vec![("telnyx-signature-ed25519", signature), ("telnyx-timestamp", timestamp)];
    emulator.hooks().deliver(Hook { url, content_type: "application/json", headers, body }).await
}
