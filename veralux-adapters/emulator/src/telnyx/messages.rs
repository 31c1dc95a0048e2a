use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value, json};
use veralux_core::phone::E164;
use veralux_core::time::SECOND;

use super::Telnyx;
use super::account::{Account, by_id, set, text, uuid};
use super::answer::{Fail, Field, Kind, check_url, key, object, one};
use super::events::{Event, send};
use crate::Emulator;
use crate::hooks::Delivered;

/// How long an idempotency key is known.
const KEY_LIFE: i64 = 24 * 3600 * SECOND;

const FIELDS: &[Field] = &[
    ("to", Kind::Text, true),
    ("from", Kind::Text, false),
    ("messaging_profile_id", Kind::Text, false),
    ("text", Kind::Text, false),
    ("media_urls", Kind::List, false),
    ("subject", Kind::Text, false),
    ("type", Kind::Text, false),
    ("webhook_url", Kind::Text, false),
    ("webhook_failover_url", Kind::Text, false),
    ("use_profile_webhooks", Kind::Flag, false),
    ("send_at", Kind::TextOrNull, false),
    ("encoding", Kind::Text, false),
    ("auto_detect", Kind::Flag, false),
];

/// Words that stop messages, and that let them come again.
const STOP: &[&str] = &["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"];
const START: &[&str] = &["START", "UNSTOP"];

pub(super) async fn create(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fail> {
    let key = key(&emulator, &headers)?;
    let replay = idempotency_key(&headers)?;
    let now = emulator.clock().now();
    let record = {
        let mut kept = emulator.telnyx_state().lock();
        let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
        account.replays.retain(|_, (_, at, _)| now.micros() - at.micros() < KEY_LIFE);
        if let Some((first, _, answer)) = replay.as_ref().and_then(|replay| account.replays.get(replay)) {
            return if *first == body { Ok(one(answer)) } else { Err(Fail::replayed_differently()) };
        }
        let given = object(&body, FIELDS)?;
        let record = accepted(account, &given, &uuid(emulator.random()), &now.to_string())?;
        account.messages.push(record.clone());
        if let Some(replay) = replay {
            account.replays.insert(replay, (body.to_vec(), now, record.clone()));
        }
        record
    };
    tokio::spawn(go_on(emulator, key, text(&record, "id").to_owned()));
    Ok(one(&record))
}

pub(super) async fn read(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let key = key(&emulator, &headers)?;
    let mut kept = emulator.telnyx_state().lock();
    let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
    by_id(&mut account.messages, &id).map(|record| one(record)).ok_or_else(Fail::not_found)
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Fail> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-');
    let is_key = (1..=255).contains(&text.len()) && text.bytes().all(fits);
    if is_key { Ok(Some(text.to_owned())) } else { Err(Fail::field("Idempotency-Key")) }
}

/// The record of a message that is taken.
fn accepted(account: &Account, given: &Map<String, Value>, id: &str, now: &str) -> Result<Value, Fail> {
    check_url(given, "webhook_url")?;
    let given_text = |name: &str| given.get(name).and_then(Value::as_str);
    let to = given_text("to").unwrap_or_default();
    if E164::parse(to).is_err() {
        return Err(Fail::message("40310", "Invalid 'to' address"));
    }
    if given_text("text").is_none_or(str::is_empty) && !given.contains_key("media_urls") {
        return Err(Fail::message("40304", "Invalid combination of message content arguments"));
    }
    // Pools of numbers are not emulated: a number of the account sends, and is in a profile.
    let number = given_text("from").and_then(|from| account.number(from));
    let profile = number.map(|number| number["messaging_profile_id"].clone()).unwrap_or_default();
    let (Some(from), Some(profile_id)) = (given_text("from"), profile.as_str()) else {
        return Err(Fail::message("40305", "Invalid 'from' address"));
    };
    if account.stopped.contains(&(from.to_owned(), to.to_owned())) {
        return Err(Fail::message("40300", "Blocked due to STOP message"));
    }
    Ok(json!({
        "record_type": "message",
        "direction": "outbound",
        "id": id,
        "type": "SMS",
        "messaging_profile_id": profile_id,
        "from": { "phone_number": from, "carrier": "Telnyx", "line_type": "Wireless" },
        "to": [{ "phone_number": to, "status": "queued", "carrier": "", "line_type": "" }],
        "text": given_text("text"),
        "media": [],
        "webhook_url": given_text("webhook_url"),
        "webhook_failover_url": given_text("webhook_failover_url"),
        "encoding": "GSM-7",
        "parts": 1,
        "tags": [],
        "cost": { "amount": "0.0040", "currency": "USD" },
        "received_at": now,
        "sent_at": null,
        "completed_at": null,
        "valid_until": null,
        "errors": [],
    }))
}

/// A message goes out and comes to its end, each told where the message or its profile says.
async fn go_on(emulator: Emulator, key: String, id: String) {
    for (kind, is_last) in [("message.sent", false), ("message.finalized", true)] {
        let told = {
            let mut kept = emulator.telnyx_state().lock();
            let plan = kept.plan.clone();
            let Some(account) = kept.accounts.get_mut(&key) else { return };
            let Some(record) = by_id(&mut account.messages, &id) else { return };
            let now = emulator.clock().now().to_string();
            let status = if is_last { plan.message_status } else { "sent".to_owned() };
            for recipient in record.get_mut("to").and_then(Value::as_array_mut).into_iter().flatten() {
                set(recipient, "status", status.as_str());
            }
            set(record, if is_last { "completed_at" } else { "sent_at" }, now);
            if let Some(code) = plan.message_code.filter(|_| is_last) {
                set(record, "errors", json!([{ "code": code, "title": "Not delivered" }]));
            }
            let record = record.clone();
            let own = record.get("webhook_url").and_then(Value::as_str).map(ToOwned::to_owned);
            let url = own.or_else(|| profile_url(account, record.get("messaging_profile_id")?));
            url.map(|url| (url, record))
        };
        if let Some((url, payload)) = told {
            send(&emulator, &key, Event { url, kind, payload, version: "2" }).await;
        }
    }
}

/// Where a profile reports; `None` where it does not.
fn profile_url(account: &Account, id: &Value) -> Option<String> {
    let profile = account.profiles.iter().find(|profile| profile["id"] == *id)?;
    Some(profile["webhook_url"].as_str()?.to_owned())
}

impl Telnyx {
    /// Somebody outside sends a message to a number that an account holds. `None` when nobody holds it, when it is in no
    /// profile that reports, or when no answer came.
    pub async fn receive(&self, from: &str, to: &str, text: &str) -> Option<Delivered> {
        let (key, url, payload) = {
            let random = self.0.random();
            let now = self.0.clock().now().to_string();
            let mut kept = self.0.telnyx_state().lock();
            let (key, account) = kept.holder(to)?;
            let word = text.trim().to_uppercase();
            let pair = (to.to_owned(), from.to_owned());
            if STOP.contains(&word.as_str()) {
                account.stopped.insert(pair);
            } else if START.contains(&word.as_str()) {
                account.stopped.remove(&pair);
            }
            let profile = account.number(to)?["messaging_profile_id"].clone();
            let url = profile_url(account, &profile)?;
            let payload = json!({
                "record_type": "message",
                "direction": "inbound",
                "id": uuid(random),
                "type": "SMS",
                "messaging_profile_id": profile,
                "from": { "phone_number": from, "carrier": "", "line_type": "Wireless" },
                "to": [{ "phone_number": to, "status": "webhook_delivered", "carrier": "Telnyx", "line_type": "Wireless" }],
                "text": text,
                "media": [],
                "encoding": "GSM-7",
                "parts": 1,
                "tags": [],
                "cost": null,
                "received_at": now,
                "sent_at": null,
                "completed_at": null,
                "valid_until": null,
                "errors": [],
            });
            account.messages.push(payload.clone());
            (key.to_owned(), url, payload)
        };
        send(&self.0, &key, Event { url, kind: "message.received", payload, version: "2" }).await
    }
}
