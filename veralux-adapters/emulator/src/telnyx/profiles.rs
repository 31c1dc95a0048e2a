use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::{Value, json};

use super::account::uuid;
use super::answer::{Fail, Field, Kind, check_url, key, merge, object, one, page, query, value};
use crate::Emulator;

const FIELDS: &[Field] = &[
    ("name", Kind::Text, true),
    ("whitelisted_destinations", Kind::List, true),
    ("ai_assistant_id", Kind::TextOrNull, false),
    ("alpha_sender", Kind::TextOrNull, false),
    ("daily_spend_limit", Kind::Text, false),
    ("daily_spend_limit_enabled", Kind::Flag, false),
    ("enabled", Kind::Flag, false),
    ("features", Kind::Object, false),
    ("health_webhook_url", Kind::TextOrNull, false),
    ("mms_fall_back_to_sms", Kind::Flag, false),
    ("mms_transcoding", Kind::Flag, false),
    ("mobile_only", Kind::Flag, false),
    ("number_pool_settings", Kind::Object, false),
    ("resource_group_id", Kind::TextOrNull, false),
    ("smart_encoding", Kind::Flag, false),
    ("url_shortener_settings", Kind::Object, false),
    ("webhook_api_version", Kind::Text, false),
    ("webhook_failover_url", Kind::TextOrNull, false),
    ("webhook_url", Kind::TextOrNull, false),
];

pub(super) async fn create(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fail> {
    let key = key(&emulator, &headers)?;
    let given = object(&body, FIELDS)?;
    check_url(&given, "webhook_url")?;
    check_url(&given, "webhook_failover_url")?;
    let now = emulator.clock().now().to_string();
    let mut record = json!({
        "id": uuid(emulator.random()),
        "record_type": "messaging_profile",
        "enabled": true,
        "webhook_url": null,
        "webhook_failover_url": null,
        "webhook_api_version": "2",
        "created_at": now,
        "updated_at": now,
    });
    merge(&mut record, given);
    let mut kept = emulator.telnyx_state().lock();
    let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
    account.profiles.push(record.clone());
    Ok(one(&record))
}

pub(super) async fn list(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Fail> {
    let key = key(&emulator, &headers)?;
    let query = query(&uri, &["page[number]", "page[size]", "filter[name]"])?;
    let name = value(&query, "filter[name]");
    let kept = emulator.telnyx_state().lock();
    let account = kept.accounts.get(&key).ok_or_else(Fail::unauthenticated)?;
    let named = |record: &&Value| {
        name.is_none_or(|part| record["name"].as_str().is_some_and(|own| own.contains(part)))
    };
    let found: Vec<&Value> = account.profiles.iter().rev().filter(named).collect();
    page(&found, &query)
}
