use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::{Map, Value, json};
use veralux_core::port::Random;

use super::account::{Account, Kept, by_id, set, text, uuid};
use super::answer::{Fail, Field, Kind, checked, key, object, one, page, query, value};
use crate::Emulator;

const FIELDS: &[Field] = &[
    ("phone_numbers", Kind::List, true),
    ("connection_id", Kind::Text, false),
    ("messaging_profile_id", Kind::Text, false),
    ("billing_group_id", Kind::Text, false),
    ("customer_reference", Kind::Text, false),
];

const ITEM_FIELDS: &[Field] = &[
    ("phone_number", Kind::Text, true),
    ("requirement_group_id", Kind::Text, false),
    ("bundle_id", Kind::Text, false),
];

pub(super) async fn create(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fail> {
    let key = key(&emulator, &headers)?;
    let given = object(&body, FIELDS)?;
    let now = emulator.clock().now().to_string();
    let mut kept = emulator.telnyx_state().lock();
    let numbers = numbers(&given)?;
    for (place, number) in numbers.iter().enumerate() {
        let is_twice = numbers.iter().skip(place + 1).any(|other| other == number);
        let is_sold = is_twice || kept.holder(number).is_some() || is_ordered(&kept, number);
        let account = kept.accounts.get(&key).ok_or_else(Fail::unauthenticated)?;
        // Only what a search has shown can be ordered.
        if is_sold || !account.shown.contains(number) {
            return Err(Fail::field("phone_numbers/0/phone_number"));
        }
        check_associations(account, &given)?;
    }
    let record = record(&given, &numbers, &now, emulator.random());
    let id = text(&record, "id").to_owned();
    let reads = kept.plan.order_reads;
    let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
    account.orders.push(record);
    account.reads_left.insert(id.clone(), reads);
    if reads == 0 {
        finish(&mut kept, &key, &id, &now);
    }
    let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
    by_id(&mut account.orders, &id).map(|record| one(record)).ok_or_else(Fail::not_found)
}

pub(super) async fn list(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Fail> {
    const REFERENCE: &str = "filter[customer_reference]";
    let key = key(&emulator, &headers)?;
    let query = query(&uri, &["page[number]", "page[size]", REFERENCE, "filter[status]"])?;
    let now = emulator.clock().now().to_string();
    let mut kept = emulator.telnyx_state().lock();
    let meant = |record: &&Value| {
        value(&query, REFERENCE).is_none_or(|reference| record["customer_reference"] == reference)
            && value(&query, "filter[status]").is_none_or(|status| record["status"] == status)
    };
    let account = kept.accounts.get(&key).ok_or_else(Fail::unauthenticated)?;
    let ids: Vec<String> = account
        .orders
        .iter()
        .filter(meant)
        .filter_map(|record| Some(record["id"].as_str()?.to_owned()))
        .collect();
    for id in &ids {
        count_read(&mut kept, &key, id, &now);
    }
    let account = kept.accounts.get(&key).ok_or_else(Fail::unauthenticated)?;
    let found: Vec<Value> = account.orders.iter().rev().filter(meant).map(shortened).collect();
    page(&found.iter().collect::<Vec<_>>(), &query)
}

pub(super) async fn read(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let key = key(&emulator, &headers)?;
    let now = emulator.clock().now().to_string();
    let mut kept = emulator.telnyx_state().lock();
    count_read(&mut kept, &key, &id, &now);
    let account = kept.accounts.get_mut(&key).ok_or_else(Fail::unauthenticated)?;
    by_id(&mut account.orders, &id).map(|record| one(record)).ok_or_else(Fail::not_found)
}

fn numbers(given: &Map<String, Value>) -> Result<Vec<String>, Fail> {
    let mut numbers = Vec::new();
    for item in given.get("phone_numbers").and_then(Value::as_array).into_iter().flatten() {
        let Value::Object(item) = item else { return Err(Fail::field("phone_numbers/0")) };
        let item = checked(item.clone(), ITEM_FIELDS)?;
        numbers.push(item.get("phone_number").and_then(Value::as_str).unwrap_or_default().to_owned());
    }
    if numbers.is_empty() { Err(Fail::field("phone_numbers")) } else { Ok(numbers) }
}

/// Whether an order of anybody's that is not over has a number.
fn is_ordered(kept: &Kept, number: &str) -> bool {
    let orders = kept.accounts.values().flat_map(|account| &account.orders);
    let mut pending = orders.filter(|order| order["status"] == "pending").flat_map(items);
    pending.any(|item| item["phone_number"] == *number)
}

fn check_associations(account: &Account, given: &Map<String, Value>) -> Result<(), Fail> {
    for (name, list) in
        [("connection_id", &account.applications), ("messaging_profile_id", &account.profiles)]
    {
        let id = given.get(name);
        if id.is_some_and(|id| !list.iter().any(|record| record["id"] == *id)) {
            return Err(Fail::association(name));
        }
    }
    Ok(())
}

fn record(given: &Map<String, Value>, numbers: &[String], now: &str, random: &dyn Random) -> Value {
    let own = |name: &str| given.get(name).cloned().unwrap_or_default();
    let item = |number: &String| {
        json!({
            "id": uuid(random),
            "record_type": "number_order_phone_number",
            "phone_number": number,
            "status": "pending",
            "requirements_met": true,
        })
    };
    json!({
        "id": uuid(random),
        "record_type": "number_order",
        "phone_numbers_count": numbers.len(),
        "phone_numbers": numbers.iter().map(item).collect::<Vec<Value>>(),
        "connection_id": own("connection_id"),
        "messaging_profile_id": own("messaging_profile_id"),
        "billing_group_id": own("billing_group_id"),
        "customer_reference": own("customer_reference"),
        "status": "pending",
        "requirements_met": true,
        "created_at": now,
        "updated_at": now,
    })
}

/// In lists an order's numbers are less.
fn shortened(order: &Value) -> Value {
    let mut order = order.clone();
    let short = |item: &Value| json!({ "id": item["id"], "phone_number": item["phone_number"] });
    let numbers: Vec<Value> = items(&order).map(short).collect();
    set(&mut order, "phone_numbers", numbers);
    order
}

fn items(order: &Value) -> impl Iterator<Item = &Value> {
    order["phone_numbers"].as_array().into_iter().flatten()
}

/// A pending order is one read further.
fn count_read(kept: &mut Kept, key: &str, id: &str, now: &str) {
    let Some(account) = kept.accounts.get_mut(key) else { return };
    let Some(left) = account.reads_left.get_mut(id) else { return };
    *left = left.saturating_sub(1);
    if *left == 0 {
        finish(kept, key, id, now);
    }
}

/// An order comes to its end; the numbers of one that succeeds are in the account from then on.
fn finish(kept: &mut Kept, key: &str, id: &str, now: &str) {
    let status = kept.plan.order_status.clone();
    let Some(account) = kept.accounts.get_mut(key) else { return };
    account.reads_left.remove(id);
    let Some(order) = by_id(&mut account.orders, id) else { return };
    order["status"] = Value::String(status.clone());
    order["updated_at"] = Value::String(now.to_owned());
    for item in order["phone_numbers"].as_array_mut().into_iter().flatten() {
        item["status"] = Value::String(status.clone());
    }
    if status != "success" {
        return;
    }
    let order = order.clone();
    for item in items(&order) {
        let number = number(&kept.int64(), &item["phone_number"], &order, now);
        if let Some(account) = kept.accounts.get_mut(key) {
            account.numbers.push(number);
        }
    }
}

/// A number that was bought. Its id is another than the one in the order.
fn number(id: &str, number: &Value, order: &Value, now: &str) -> Value {
    json!({
        "id": id,
        "record_type": "phone_number",
        "phone_number": number,
        "status": "active",
        "tags": [],
        "external_pin": null,
        "connection_id": order["connection_id"],
        "messaging_profile_id": order["messaging_profile_id"],
        "billing_group_id": order["billing_group_id"],
        "customer_reference": order["customer_reference"],
        "phone_number_type": "local",
        "country_iso_alpha2": "US",
        "deletion_lock_enabled": false,
        "purchased_at": now,
        "created_at": now,
        "updated_at": now,
    })
}
