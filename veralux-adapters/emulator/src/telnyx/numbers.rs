use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::{Value, json};

use super::account::{by_id, set};
use super::answer::{Fail, Field, Kind, key, merge, object, one, page, query, value};
use crate::Emulator;

const FIELDS: &[Field] = &[
    ("connection_id", Kind::Text, false),
    ("tags", Kind::List, false),
    ("customer_reference", Kind::Text, false),
    ("billing_group_id", Kind::Text, false),
    ("external_pin", Kind::Text, false),
    ("hd_voice_enabled", Kind::Flag, false),
    ("address_id", Kind::Text, false),
];

const MESSAGING_FIELDS: &[Field] = &[
    ("messaging_profile_id", Kind::Text, false),
    ("messaging_product", Kind::Text, false),
    ("tags", Kind::List, false),
];

pub(super) async fn list(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Fail> {
    const NUMBER: &str = "filter[phone_number]";
    const SAME: &[(&str, &str)] = &[
        ("filter[status]", "status"),
        ("filter[connection_id]", "connection_id"),
        ("filter[customer_reference]", "customer_reference"),
        ("filter[country_iso_alpha2]", "country_iso_alpha2"),
    ];
    let key = key(&emulator, &headers)?;
    let mut known = vec!["page[number]", "page[size]", NUMBER];
    known.extend(SAME.iter().map(|(filter, _)| *filter));
    let query = query(&uri, &known)?;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let part = value(&query, NUMBER).map(digits);
    if part.as_ref().is_some_and(|part| part.len() < 3) {
        return Err(Fail::parameter(NUMBER));
    }
    let kept = emulator.telnyx_state().lock();
    let account = kept.accounts.get(&key).ok_or_else(Fail::unauthenticated)?;
    let meant = |record: &&Value| {
        let number = digits(record["phone_number"].as_str().unwrap_or_default());
        part.as_ref().is_none_or(|part| number.contains(part))
            && SAME
                .iter()
                .all(|(filter, name)| value(&query, filter).is_none_or(|wanted| record[*name] == wanted))
    };
    let found: Vec<&Value> = account.numbers.iter().rev().filter(meant).collect();
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
    by_id(&mut account.numbers, &id).map(|record| one(record)).ok_or_else(Fail::not_found)
}

pub(super) async fn update(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Fail> {
    let key = key(&emulator, &headers)?;
    let given = object(&body, FIELDS)?;
    let now = emulator.clock().now().to_string();
    let mut kept = emulator.telnyx_state().lock();
    let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
    let connection = given.get("connection_id");
    let is_there = |id: &Value| account.applications.iter().any(|record| record["id"] == *id);
    if connection.is_some_and(|id| !is_there(id)) {
        return Err(Fail::association("connection_id"));
    }
    let record = by_id(&mut account.numbers, &id).ok_or_else(Fail::not_found)?;
    merge(record, given);
    record["updated_at"] = Value::String(now);
    Ok(one(record))
}

pub(super) async fn update_messaging(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Fail> {
    let key = key(&emulator, &headers)?;
    let given = object(&body, MESSAGING_FIELDS)?;
    let now = emulator.clock().now().to_string();
    let mut kept = emulator.telnyx_state().lock();
    let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
    let profile = given.get("messaging_profile_id");
    let is_there = |id: &Value| account.profiles.iter().any(|record| record["id"] == *id);
    if profile.is_some_and(|id| !is_there(id)) {
        return Err(Fail::association("messaging_profile_id"));
    }
    let record = by_id(&mut account.numbers, &id).ok_or_else(Fail::not_found)?;
    if let Some(profile) = profile {
        record["messaging_profile_id"] = profile.clone();
    }
    record["updated_at"] = Value::String(now);
    Ok(one(&json!({
        "record_type": "messaging_settings",
        "id": id,
        "phone_number": record["phone_number"],
        "messaging_profile_id": record["messaging_profile_id"],
        "country_code": record["country_iso_alpha2"],
        "type": "long-code",
        "created_at": record["created_at"],
        "updated_at": record["updated_at"],
    })))
}

pub(super) async fn remove(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let key = key(&emulator, &headers)?;
    let mut kept = emulator.telnyx_state().lock();
    let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
    let place = account.numbers.iter().position(|record| record["id"] == id);
    let mut record = account.numbers.remove(place.ok_or_else(Fail::not_found)?);
    set(&mut record, "status", "deleted");
    Ok(one(&record))
}
