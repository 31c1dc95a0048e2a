//! What is free, which calendars there are, and how Calendar v3 refuses.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};
use veralux_core::time::Instant;

use super::{Calendar, PERSON, oauth};
use crate::Emulator;

/// Most calendars of a question.
const MAX_ITEMS: usize = 50;

/// Status, reason, message.
pub(super) type Refused = (u16, &'static str, &'static str);

/// `{"error": {...}}` with one reason.
pub(super) fn refuse((status, reason, message): Refused) -> Response {
    let domain = if reason.ends_with("Exceeded") { "usageLimits" } else { "global" };
    let errors = json!([{"domain": domain, "reason": reason, "message": message}]);
    let body = json!({"error": {"errors": errors, "code": status, "message": message}});
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(body)).into_response()
}

/// 401 unless the request comes with an access token that is good.
pub(super) fn authorized(emulator: &Emulator, headers: &HeaderMap) -> Result<(), Refused> {
    if oauth::is_authorized(emulator, headers) {
        Ok(())
    } else {
        Err((401, "authError", "Invalid Credentials"))
    }
}

pub(super) async fn free_busy(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    Json(question): Json<Value>,
) -> Response {
    if let Err(refusal) = authorized(&emulator, &headers) {
        return refuse(refusal);
    }
    let at =
        |name: &str| question.get(name).and_then(Value::as_str).and_then(|text| Instant::parse(text).ok());
    let (Some(from), Some(until)) = (at("timeMin"), at("timeMax")) else {
        return refuse((400, "badRequest", "Bad Request"));
    };
    if until <= from {
        return refuse((400, "timeRangeEmpty", "The specified time range is empty."));
    }
    let items = question.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    if items.len() > MAX_ITEMS {
        return refuse((400, "tooManyCalendarsRequested", "The number of calendars requested is too large."));
    }
    let mut inside = emulator.google().lock();
    let mut calendars = Map::new();
    for id in items.iter().filter_map(|item| item.get("id").and_then(Value::as_str)) {
        let said = match inside.calendar(id) {
            None => troubled("notFound"),
            Some(Calendar { trouble: Some(reason), .. }) => troubled(reason),
            Some(calendar) => json!({"busy": calendar.busy(from, until)}),
        };
        calendars.insert(id.to_owned(), said);
    }
    let stamp = |at: Instant| at.stamp().as_str().to_owned();
    Json(json!({
        "kind": "calendar#freeBusy", "timeMin": stamp(from), "timeMax": stamp(until), "calendars": calendars,
    }))
    .into_response()
}

fn troubled(reason: &str) -> Value {
    json!({"errors": [{"domain": "global", "reason": reason}], "busy": []})
}

pub(super) async fn calendars(State(emulator): State<Emulator>, headers: HeaderMap) -> Response {
    if let Err(refusal) = authorized(&emulator, &headers) {
        return refuse(refusal);
    }
    let entry = |id: &String| {
        json!({
            "kind": "calendar#calendarListEntry", "etag": "\"1\"", "id": id, "summary": id,
            "primary": id == PERSON, "accessRole": "owner", "timeZone": "UTC",
        })
    };
    let items: Vec<Value> = emulator.google().lock().calendars.keys().map(entry).collect();
    Json(json!({"kind": "calendar#calendarList", "etag": "\"1\"", "items": items})).into_response()
}

impl Calendar {
    /// What of a time is taken, in order; what overlaps or touches is one.
    fn busy(&self, from: Instant, until: Instant) -> Vec<Value> {
        let mut taken: Vec<(Instant, Instant)> = self.events.values().filter_map(taken).collect();
        taken.retain(|(start, end)| *start < until && from < *end);
        taken.sort();
        let mut merged: Vec<(Instant, Instant)> = Vec::new();
        for (start, end) in taken {
            match merged.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        let stamp = |at: Instant| at.stamp().as_str().to_owned();
        let cut = |(start, end): (Instant, Instant)| json!({"start": stamp(start.max(from)), "end": stamp(end.min(until))});
        merged.into_iter().map(cut).collect()
    }
}

/// From when until when an event takes time, unless it was deleted or takes none.
fn taken(event: &Value) -> Option<(Instant, Instant)> {
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    if text("status") == Some("cancelled") || text("transparency") == Some("transparent") {
        return None;
    }
    Some((instant(event.get("start")?)?, instant(event.get("end")?)?))
}

/// A `dateTime` with its offset, or a `date`, which begins at midnight UTC.
pub(super) fn instant(when: &Value) -> Option<Instant> {
    let text = |name: &str| when.get(name).and_then(Value::as_str);
    match text("dateTime") {
        Some(at) => Instant::parse(at).ok(),
        None => Instant::parse(&format!("{}T00:00:00Z", text("date")?)).ok(),
    }
}
