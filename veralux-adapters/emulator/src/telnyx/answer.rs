//! How Telnyx reads requests, answers and refuses.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::Emulator;

/// What a field of a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    TextOrNull,
    Number,
    Flag,
    List,
    Object,
}

/// Name, what it is, and whether it must be there.
pub(super) type Field = (&'static str, Kind, bool);

/// A refusal: `{"errors": [...]}`.
#[derive(Debug)]
pub(super) struct Fail {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    source: Value,
}

impl Fail {
    fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self { status, code, title, source: Value::Null }
    }

    pub(super) fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "10009", "Authentication failed")
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "10005", "Resource not found")
    }

    /// A field that is missing, not known, or not as it must be.
    pub(super) fn field(name: &str) -> Self {
        let source = json!({ "pointer": format!("/{name}") });
        Self { source, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "10015", "Invalid parameters") }
    }

    pub(super) fn parameter(name: &str) -> Self {
        let source = json!({ "parameter": name });
        Self { source, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "10015", "Invalid parameters") }
    }

    /// A field that names something that is not there.
    pub(super) fn association(name: &str) -> Self {
        Self { code: "10017", title: "Associated resource does not exist", ..Self::field(name) }
    }

    pub(super) fn replayed_differently() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "10015", "Idempotency key was used with another request")
    }

    /// A refusal of a message.
    pub(super) fn message(code: &'static str, title: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, title)
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        let mut error = json!({
            "code": self.code,
            "title": self.title,
            "detail": self.title,
            "meta": { "url": format!("https://developers.telnyx.com/docs/overview/errors/{}", self.code) },
        });
        if let (Value::Object(error), Value::Object(source)) = (&mut error, self.source) {
            error.insert("source".to_owned(), Value::Object(source));
        }
        (self.status, Json(json!({ "errors": [error] }))).into_response()
    }
}

/// One record.
pub(super) fn one(record: &Value) -> Response {
    Json(json!({ "data": record })).into_response()
}

/// A page of a list, as `page[number]` and `page[size]` say.
pub(super) fn page(records: &[&Value], query: &[(String, String)]) -> Result<Response, Fail> {
    let asked = |name: &'static str, without: usize, most: usize| {
        let Some((_, text)) = query.iter().find(|(own, _)| own == name) else { return Ok(without) };
        text.parse().ok().filter(|number| (1..=most).contains(number)).ok_or(Fail::parameter(name))
    };
    let number = asked("page[number]", 1, usize::MAX)?;
    let size = asked("page[size]", 20, 250)?;
    let data: Vec<&Value> =
        records.iter().skip((number - 1).saturating_mul(size)).take(size).copied().collect();
    let meta = json!({
        "total_pages": records.len().div_ceil(size),
        "total_results": records.len(),
        "page_number": number,
        "page_size": size,
    });
    Ok(Json(json!({ "data": data, "meta": meta })).into_response())
}

/// The API key of a request, if there is such an account and it may still ask.
pub(super) fn key(emulator: &Emulator, headers: &HeaderMap) -> Result<String, Fail> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let key = value.and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(Fail::unauthenticated)?;
    let mut kept = emulator.telnyx_state().lock();
    if !kept.accounts.contains_key(key) {
        return Err(Fail::unauthenticated());
    }
    match &mut kept.plan.requests_left {
        Some(0) => Err(Fail::new(StatusCode::TOO_MANY_REQUESTS, "10011", "Too many requests")),
        Some(left) => {
            *left -= 1;
            Ok(key.to_owned())
        }
        None => Ok(key.to_owned()),
    }
}

/// A query of these names.
pub(super) fn query(uri: &Uri, known: &[&str]) -> Result<Vec<(String, String)>, Fail> {
    let text = uri.query().unwrap_or_default();
    let pairs: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    match pairs.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        Some((name, _)) => Err(Fail::parameter(name)),
        None => Ok(pairs),
    }
}

/// The value of a name in a query.
pub(super) fn value<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    query.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str())
}

/// A body that is an object of these fields.
pub(super) fn object(body: &[u8], fields: &[Field]) -> Result<Map<String, Value>, Fail> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => checked(object, fields),
        _ => Err(Fail::field("")),
    }
}

/// An object of these fields.
pub(super) fn checked(object: Map<String, Value>, fields: &[Field]) -> Result<Map<String, Value>, Fail> {
    for (name, value) in &object {
        let Some((_, kind, _)) = fields.iter().find(|(own, ..)| own == name) else {
            return Err(Fail::field(name));
        };
        let fits = match kind {
            Kind::Text => value.is_string(),
            Kind::TextOrNull => value.is_string() || value.is_null(),
            Kind::Number => value.is_i64(),
            Kind::Flag => value.is_boolean(),
            Kind::List => value.is_array(),
            Kind::Object => value.is_object(),
        };
        if !fits {
            return Err(Fail::field(name));
        }
    }
    match fields.iter().find(|(name, _, required)| *required && !object.contains_key(*name)) {
        Some((name, ..)) => Err(Fail::field(name)),
        None => Ok(object),
    }
}

/// Telnyx takes only URLs with a scheme.
pub(super) fn check_url(object: &Map<String, Value>, name: &'static str) -> Result<(), Fail> {
    let is_url = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    match object.get(name) {
        Some(Value::String(text)) if !is_url(text) => {
            Err(Fail { code: "10003", title: "Invalid URL", ..Fail::field(name) })
        }
        _ => Ok(()),
    }
}

/// Writes what a change brings over a record.
pub(super) fn merge(record: &mut Value, changes: Map<String, Value>) {
    if let Value::Object(record) = record {
        record.extend(changes);
    }
}
