//! Events: their ids are the caller's where she gives one, and stay taken when an event is deleted.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use veralux_core::time::Instant;

use super::calendar::{Refused, authorized, instant, refuse};
use super::{Calendar, PERSON};
use crate::Emulator;
use crate::draw::hex;

/// Most events a page.
const MAX_PAGE: usize = 2500;

const NOT_FOUND: Refused = (404, "notFound", "Not Found");

/// Does something with a calendar that the request may see.
fn with<T>(
    emulator: &Emulator,
    headers: &HeaderMap,
    calendar: &str,
    work: impl FnOnce(&mut Calendar) -> Result<T, Refused>,
) -> Result<T, Refused> {
    authorized(emulator, headers)?;
    let mut inside = emulator.google().lock();
    work(inside.calendar(calendar).ok_or(NOT_FOUND)?)
}

fn answer(result: Result<Value, Refused>) -> Response {
    match result {
        Ok(event) => Json(event).into_response(),
        Err(refusal) => refuse(refusal),
    }
}

pub(super) async fn insert(
    State(emulator): State<Emulator>,
    Path(calendar): Path<String>,
    headers: HeaderMap,
    Json(event): Json<Map<String, Value>>,
) -> Response {
    let (now, drawn) = (emulator.clock().now(), hex(&emulator.random().bytes::<13>()));
    answer(with(&emulator, &headers, &calendar, |calendar| {
        timed(&event)?;
        let id = match event.get("id") {
            None => drawn,
            Some(id) => id
                .as_str()
                .filter(|id| is_id(id))
                .ok_or_else(|| invalid("Invalid resource id value."))?
                .to_owned(),
        };
        if calendar.events.contains_key(&id) {
            return Err((409, "duplicate", "The requested identifier already exists."));
        }
        Ok(calendar.write(id, event, &Map::new(), now))
    }))
}

pub(super) async fn read(
    State(emulator): State<Emulator>,
    Path((calendar, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    answer(with(&emulator, &headers, &calendar, |calendar| {
        calendar.events.get(&id).cloned().ok_or(NOT_FOUND)
    }))
}

pub(super) async fn patch(
    State(emulator): State<Emulator>,
    Path((calendar, id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(change): Json<Map<String, Value>>,
) -> Response {
    let now = emulator.clock().now();
    answer(with(&emulator, &headers, &calendar, |calendar| {
        let there = calendar.live(&id, &headers)?;
        let mut after = Value::Object(there.clone());
        merge(&mut after, Value::Object(change));
        let Value::Object(after) = after else { return Err(invalid("Bad Request")) };
        timed(&after)?;
        Ok(calendar.write(id.clone(), after, &there, now))
    }))
}

pub(super) async fn update(
    State(emulator): State<Emulator>,
    Path((calendar, id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(after): Json<Map<String, Value>>,
) -> Response {
    let now = emulator.clock().now();
    answer(with(&emulator, &headers, &calendar, |calendar| {
        let there = calendar.live(&id, &headers)?;
        timed(&after)?;
        Ok(calendar.write(id.clone(), after, &there, now))
    }))
}

pub(super) async fn delete(
    State(emulator): State<Emulator>,
    Path((calendar, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let now = emulator.clock().now();
    let deleted = with(&emulator, &headers, &calendar, |calendar| {
        let there = calendar.live(&id, &headers)?;
        let mut after = there.clone();
        after.insert("status".to_owned(), json!("cancelled"));
        Ok(calendar.write(id.clone(), after, &there, now))
    });
    match deleted {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(refusal) => refuse(refusal),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    max_results: Option<usize>,
    #[serde(rename = "pageToken")]
    token: Option<String>,
    show_deleted: Option<bool>,
}

pub(super) async fn list(
    State(emulator): State<Emulator>,
    Path(calendar): Path<String>,
    Query(page): Query<Page>,
    headers: HeaderMap,
) -> Response {
    answer(with(&emulator, &headers, &calendar, |calendar| {
        let shown = |event: &&Value| {
            page.show_deleted == Some(true) || event.get("status") != Some(&json!("cancelled"))
        };
        let all: Vec<&Value> = calendar.events.values().filter(shown).collect();
        let from: usize = match &page.token {
            None => 0,
            Some(token) => token.parse().map_err(|_| invalid("Invalid page token value."))?,
        };
        let most = page.max_results.unwrap_or(250).clamp(1, MAX_PAGE);
        let items: Vec<&Value> = all.iter().skip(from).take(most).copied().collect();
        let mut answer =
            json!({"kind": "calendar#events", "summary": PERSON, "timeZone": "UTC", "items": items});
        let to = from + most;
        if let (true, Some(object)) = (to < all.len(), answer.as_object_mut()) {
            object.insert("nextPageToken".to_owned(), json!(to.to_string()));
        }
        Ok(answer)
    }))
}

impl Calendar {
    /// An event that is not deleted and is as `If-Match` wants it.
    fn live(&self, id: &str, headers: &HeaderMap) -> Result<Map<String, Value>, Refused> {
        let event = self.events.get(id).and_then(Value::as_object).ok_or(NOT_FOUND)?;
        if event.get("status") == Some(&json!("cancelled")) {
            return Err((410, "deleted", "Resource has been deleted"));
        }
        let wanted = headers.get("if-match").and_then(|value| value.to_str().ok());
        let own = event.get("etag").and_then(Value::as_str);
        if wanted.is_some_and(|wanted| wanted != "*" && Some(wanted) != own) {
            return Err((412, "conditionNotMet", "Precondition Failed"));
        }
        Ok(event.clone())
    }

    /// Stores an event under a new etag, with what Google itself says of it.
    fn write(
        &mut self,
        id: String,
        mut event: Map<String, Value>,
        before: &Map<String, Value>,
        now: Instant,
    ) -> Value {
        self.revisions += 1;
        let stamp = json!(now.stamp().as_str());
        let sequence = before.get("sequence").and_then(Value::as_u64).map_or(0, |number| number + 1);
        let own = [
            ("kind", json!("calendar#event")),
            ("etag", json!(format!("\"{}\"", 3_181_161_784_712_000 + self.revisions))),
            ("id", json!(id)),
            ("htmlLink", json!(format!("https://www.google.com/calendar/event?eid={id}"))),
            ("created", before.get("created").cloned().unwrap_or_else(|| stamp.clone())),
            ("updated", stamp),
            ("creator", json!({"email": PERSON, "self": true})),
            ("organizer", json!({"email": PERSON, "self": true})),
            ("iCalUID", json!(format!("{id}@google.com"))),
            ("sequence", json!(sequence)),
        ];
        event.extend(own.map(|(name, value)| (name.to_owned(), value)));
        event.entry("status").or_insert_with(|| json!("confirmed"));
        event.entry("eventType").or_insert_with(|| json!("default"));
        event.entry("reminders").or_insert_with(|| json!({"useDefault": true}));
        let event = Value::Object(event);
        self.events.insert(id, event.clone());
        event
    }
}

/// Start and end are there, and in this order.
fn timed(event: &Map<String, Value>) -> Result<(), Refused> {
    let at = |name: &str| event.get(name).ok_or((400, "required", "Missing start or end time."));
    let (start, end) = (instant(at("start")?), instant(at("end")?));
    let (Some(start), Some(end)) = (start, end) else {
        return Err(invalid("Invalid value for start or end time."));
    };
    if end < start {
        return Err((400, "timeRangeEmpty", "The specified time range is empty."));
    }
    Ok(())
}

const fn invalid(message: &'static str) -> Refused {
    (400, "invalid", message)
}

/// `[a-v0-9]{5,1024}`.
fn is_id(id: &str) -> bool {
    (5..=1024).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'v').contains(&byte))
}

/// RFC 7396.
fn merge(target: &mut Value, change: Value) {
    match (target, change) {
        (Value::Object(target), Value::Object(change)) => {
            for (name, value) in change {
                if value.is_null() {
                    target.remove(&name);
                } else {
                    merge(target.entry(name).or_insert(Value::Null), value);
                }
            }
        }
        (target, change) => *target = change,
    }
}
