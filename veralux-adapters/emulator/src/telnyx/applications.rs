use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::account::by_id;
use super::answer::{Fail, Field, Kind, check_url, key, merge, object, one, page, query, value};
use crate::Emulator;

const FIELDS: &[Field] = &[
    ("application_name", Kind::Text, true),
    ("webhook_event_url", Kind::Text, true),
    ("active", Kind::Flag, false),
    ("anchorsite_override", Kind::Text, false),
    ("call_cost_in_webhooks", Kind::Flag, false),
    ("dtmf_type", Kind::Text, false),
    ("first_command_timeout", Kind::Flag, false),
    ("first_command_timeout_secs", Kind::Number, false),
    ("inbound", Kind::Object, false),
    ("outbound", Kind::Object, false),
    ("redact_dtmf_debug_logging", Kind::Flag, false),
    ("webhook_api_version", Kind::Text, false),
    ("webhook_event_failover_url", Kind::TextOrNull, false),
    ("webhook_timeout_secs", Kind::Number, false),
];

pub(super) async fn create(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fail> {
    let key = key(&emulator, &headers)?;
    let given = read_body(&body)?;
    let now = emulator.clock().now().to_string();
    let mut kept = emulator.telnyx_state().lock();
    let mut record = json!({
        "id": kept.int64(),
        "record_type": "call_control_application",
        "active": true,
        "anchorsite_override": "Latency",
        "dtmf_type": "RFC 2833",
        "first_command_timeout": false,
        "first_command_timeout_secs": 30,
        "inbound": {},
        "outbound": {},
        "webhook_api_version": "1",
        "webhook_event_failover_url": null,
        "webhook_timeout_secs": null,
        "created_at": now,
        "updated_at": now,
    });
    merge(&mut record, given);
    let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
    account.applications.push(record.clone());
    Ok(one(&record))
}

pub(super) async fn list(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Fail> {
    const CONTAINS: &str = "filter[application_name][contains]";
    let key = key(&emulator, &headers)?;
    let query = query(&uri, &["page[number]", "page[size]", CONTAINS, "sort"])?;
    let part = value(&query, CONTAINS);
    if part.is_some_and(|part| part.chars().count() < 3) {
        return Err(Fail::parameter(CONTAINS));
    }
    let kept = emulator.telnyx_state().lock();
    let account = kept.accounts.get(&key).ok_or_else(Fail::unauthenticated)?;
    let named = |record: &&Value| {
        let name = record["application_name"].as_str().unwrap_or_default().to_lowercase();
        part.is_none_or(|part| name.contains(&part.to_lowercase()))
    };
    // The newest first: whoever takes the first page for the whole list is found out.
    let found: Vec<&Value> = account.applications.iter().rev().filter(named).collect();
    page(&found, &query)
}

pub(super) async fn read(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let key = key(&emulator, &headers)?;
    let mut kept = emulator.telnyx_state().lock();
    let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
    by_id(&mut account.applications, &id).map(|record| one(record)).ok_or_else(Fail::not_found)
}

pub(super) async fn update(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Fail> {
    let key = key(&emulator, &headers)?;
    let given = read_body(&body)?;
    let now = emulator.clock().now().to_string();
    let mut kept = emulator.telnyx_state().lock();
    let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
    let record = by_id(&mut account.applications, &id).ok_or_else(Fail::not_found)?;
    merge(record, given);
    record["updated_at"] = Value::String(now);
    Ok(one(record))
}

pub(super) async fn remove(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let key = key(&emulator, &headers)?;
    let mut kept = emulator.telnyx_state().lock();
    let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
    let place = account.applications.iter().position(|record| record["id"] == id);
    let record = account.applications.remove(place.ok_or_else(Fail::not_found)?);
    Ok(one(&record))
}

fn read_body(body: &[u8]) -> Result<Map<String, Value>, Fail> {
    let given = object(body, FIELDS)?;
    check_url(&given, "webhook_event_url")?;
    check_url(&given, "webhook_event_failover_url")?;
    let version = given.get("webhook_api_version").and_then(Value::as_str).unwrap_or("2");
    if !matches!(version, "1" | "2") {
        return Err(Fail::field("webhook_api_version"));
    }
    Ok(given)
}
