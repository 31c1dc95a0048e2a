//! What Resend takes and refuses (`https://resend.com/docs/api-reference/errors`).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use veralux_core::time::{HOUR, Instant};

use super::{Inside, KeyScope, webhook};
use crate::Emulator;
use crate::draw::uuid;

/// How long an idempotency key is known, in microseconds.
const KEPT: i64 = 24 * HOUR;
const MAX_BATCH: usize = 100;
const MAX_RECIPIENTS: usize = 50;

/// What an e-mail may say.
const FIELDS: &[&str] = &[
    "from",
    "to",
    "subject",
    "bcc",
    "cc",
    "reply_to",
    "html",
    "text",
    "template",
    "headers",
    "scheduled_at",
    "attachments",
    "tags",
    "topic_id",
];

/// Status, name, message.
type Refused = (u16, &'static str, &'static str);

const DIFFERS: Refused =
    (409, "invalid_idempotent_request", "Same idempotency key used with a different request payload.");

fn refuse((status, name, message): Refused) -> Response {
    let body = json!({"statusCode": status, "name": name, "message": message});
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(body)).into_response()
}

fn answer(result: Result<Value, Refused>) -> Response {
    result.map_or_else(refuse, |value| Json(value).into_response())
}

pub(super) async fn send(State(emulator): State<Emulator>, headers: HeaderMap, body: Bytes) -> Response {
    let sent = acted(&emulator, &headers, "/emails", &body, |inside, value| {
        let id = inside.take(&[value], &emulator)?.into_iter().next().unwrap_or_default();
        Ok(json!({"id": id}))
    });
    webhook::tell(&emulator, sent.as_ref().ok());
    answer(sent)
}

pub(super) async fn send_batch(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let sent = acted(&emulator, &headers, "/emails/batch", &body, |inside, value| {
        let emails = value.as_array().filter(|all| (1..=MAX_BATCH).contains(&all.len()));
        let emails = emails.ok_or((422, "validation_error", "A batch has 1 to 100 emails."))?;
        let ids = inside.take(&emails.iter().collect::<Vec<_>>(), &emulator)?;
        Ok(json!({"data": ids.into_iter().map(|id| json!({"id": id})).collect::<Vec<_>>()}))
    });
    webhook::tell(&emulator, sent.as_ref().ok());
    answer(sent)
}

/// Does something once for an idempotency key.
fn acted(
    emulator: &Emulator,
    headers: &HeaderMap,
    path: &str,
    body: &[u8],
    work: impl FnOnce(&mut Inside, &Value) -> Result<Value, Refused>,
) -> Result<Value, Refused> {
    let now = emulator.clock().now();
    let mut inside = emulator.resend().lock();
    inside.scope(headers)?;
    let key = match headers.get("idempotency-key").map(|value| value.to_str().unwrap_or_default()) {
        None => None,
        Some(key) if (1..=256).contains(&key.len()) => Some((path.to_owned(), key.to_owned())),
        Some(_) => return Err((400, "invalid_idempotency_key", "The key must be between 1-256 chars.")),
    };
    let known = key.as_ref().and_then(|key| inside.answered.get(key));
    if let Some((_, said, answer)) = known.filter(|(at, ..)| now.micros() - at.micros() < KEPT) {
        return if *said == body { Ok(answer.clone()) } else { Err(DIFFERS) };
    }
    let value =
        serde_json::from_slice(body).map_err(|_| (422, "validation_error", "The body is no JSON."))?;
    let answer = work(&mut inside, &value)?;
    if let Some(key) = key {
        inside.answered.insert(key, (now, body.to_vec(), answer.clone()));
    }
    Ok(answer)
}

impl Inside {
    fn scope(&self, headers: &HeaderMap) -> Result<KeyScope, Refused> {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = bearer.and_then(|value| value.strip_prefix("Bearer "));
        let key = key.ok_or((401, "missing_api_key", "Missing API key in the authorization header."))?;
        self.keys.get(key).copied().ok_or((403, "invalid_api_key", "API key is invalid."))
    }

    fn full(&self, headers: &HeaderMap) -> Result<(), Refused> {
        match self.scope(headers)? {
            KeyScope::Full => Ok(()),
            KeyScope::Sending => {
                Err((401, "restricted_api_key", "This API key is restricted to only send emails."))
            }
        }
    }

    /// All of them, or none.
    fn take(&mut self, emails: &[&Value], emulator: &Emulator) -> Result<Vec<String>, Refused> {
        let parsed: Vec<&Map<String, Value>> =
            emails.iter().map(|email| self.check(email)).collect::<Result<_, _>>()?;
        if self.quota.is_some_and(|left| left < parsed.len()) {
            return Err((429, "daily_quota_exceeded", "You have reached your daily email sending quota."));
        }
        self.quota = self.quota.map(|left| left - parsed.len());
        let now = emulator.clock().now();
        let stored: Vec<Value> =
            parsed.iter().map(|email| stored(email, &uuid(emulator.random()), now)).collect();
        let ids =
            stored.iter().filter_map(|email| email.get("id")?.as_str()).map(ToOwned::to_owned).collect();
        self.emails.extend(stored);
        Ok(ids)
    }

    fn check<'a>(&self, email: &'a Value) -> Result<&'a Map<String, Value>, Refused> {
        const MISSING: Refused =
            (422, "missing_required_field", "The request body is missing one or more required fields.");
        let email = email.as_object().ok_or((422, "validation_error", "Expected object."))?;
        if email.keys().any(|name| !FIELDS.contains(&name.as_str())) {
            return Err((422, "validation_error", "Unrecognized key in object."));
        }
        let text = |name: &str| email.get(name).and_then(Value::as_str).ok_or(MISSING);
        let from = text("from")?;
        text("subject")?;
        if !["html", "text", "template"].iter().any(|name| email.contains_key(*name)) {
            return Err((422, "missing_required_field", "Missing `html` or `text` field."));
        }
        let to = list(email.get("to").ok_or(MISSING)?);
        if !(1..=MAX_RECIPIENTS).contains(&to.len()) || !to.iter().all(|address| is_address(address)) {
            return Err((422, "validation_error", "Invalid `to` field."));
        }
        if !is_address(from) {
            return Err((422, "invalid_from_address", "Invalid `from` field."));
        }
        let host = from.trim_end_matches('>').rsplit('@').next().unwrap_or_default();
        if !self.domains.iter().any(|(name, _)| name == host) {
            return Err((403, "validation_error", "The domain is not verified."));
        }
        Ok(email)
    }
}

/// `a@b.c` or `Name <a@b.c>`.
fn is_address(text: &str) -> bool {
    let bare = text.split_once('<').map_or(text, |(_, rest)| rest.trim_end_matches('>'));
    bare.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains(['@', ' ']))
}

fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect(),
        Value::String(one) => vec![one.clone()],
        _ => Vec::new(),
    }
}

fn stored(email: &Map<String, Value>, id: &str, now: Instant) -> Value {
    let lists = |name: &str| list(email.get(name).unwrap_or(&Value::Null));
    let mut out = json!({
        "object": "email", "id": id, "from": email.get("from"), "to": lists("to"), "cc": lists("cc"),
        "bcc": lists("bcc"), "reply_to": lists("reply_to"), "subject": email.get("subject"),
        "created_at": now.stamp().as_str(),
        "last_event": if email.contains_key("scheduled_at") { "scheduled" } else { "delivered" },
    });
    for name in ["html", "text"] {
        if let (Some(value), Some(object)) = (email.get(name), out.as_object_mut()) {
            object.insert(name.to_owned(), value.clone());
        }
    }
    out
}

pub(super) async fn email(
    State(emulator): State<Emulator>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let inside = emulator.resend().lock();
    answer(inside.full(&headers).and_then(|()| {
        let found = inside.emails.iter().find(|email| email.get("id").and_then(Value::as_str) == Some(&id));
        found.cloned().ok_or((404, "not_found", "Email not found"))
    }))
}

#[derive(Deserialize)]
pub(super) struct Page {
    limit: Option<usize>,
    after: Option<String>,
}

impl Page {
    /// The entries behind `after`, which is an id.
    fn of(&self, all: &[Value]) -> Result<Value, Refused> {
        let limit = self.limit.unwrap_or(20);
        if !(1..=100).contains(&limit) {
            return Err((422, "validation_error", "The limit must be between 1 and 100."));
        }
        let is_after = |entry: &Value| entry.get("id").and_then(Value::as_str) == self.after.as_deref();
        let from = match &self.after {
            None => 0,
            Some(_) => all.iter().position(is_after).ok_or((422, "validation_error", "Invalid cursor."))? + 1,
        };
        let data: Vec<&Value> = all.iter().skip(from).take(limit).collect();
        Ok(json!({"object": "list", "has_more": from + data.len() < all.len(), "data": data}))
    }
}

pub(super) async fn emails(
    State(emulator): State<Emulator>,
    Query(page): Query<Page>,
    headers: HeaderMap,
) -> Response {
    let inside = emulator.resend().lock();
    answer(inside.full(&headers).and_then(|()| page.of(&inside.emails)))
}

pub(super) async fn domains(
    State(emulator): State<Emulator>,
    Query(page): Query<Page>,
    headers: HeaderMap,
) -> Response {
    let inside = emulator.resend().lock();
    let entry = |(name, id): &(String, String)| {
        json!({
            "id": id, "name": name, "status": "verified", "created_at": "2023-04-26T20:21:26.347412+00:00",
            "region": "us-east-1",
        })
    };
    let all: Vec<Value> = inside.domains.iter().map(entry).collect();
    answer(inside.full(&headers).and_then(|()| page.of(&all)))
}
