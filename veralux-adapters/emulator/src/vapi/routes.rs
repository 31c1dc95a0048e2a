//! The API.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use serde_json::{Value, json};

use super::shape::{ASSISTANT, CALL, CALL_CHANGE, Shape, TOOL, faults, of_provider};
use super::{Kind, Record, Vapi, shown, text, written};
use crate::Emulator;

pub(crate) fn routes() -> Router<Emulator> {
    Router::new().route("/vapi/{kind}", any(many)).route("/vapi/{kind}/{*id}", any(one))
}

/// `NestJS`'s way to refuse.
struct Refused(StatusCode, Value);

impl Refused {
    fn new(status: StatusCode, message: impl Into<Value>) -> Self {
        let message: Value = message.into();
        let error = status.canonical_reason().unwrap_or_default();
        Self(status, json!({ "message": message, "error": error, "statusCode": status.as_u16() }))
    }

    fn bad(message: impl Into<Value>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }
}

type Answer = Result<(StatusCode, Value), Refused>;

fn response(answer: Answer) -> Response {
    match answer {
        Ok((status, body)) | Err(Refused(status, body)) => (status, axum::Json(body)).into_response(),
    }
}

async fn many(
    State(emulator): State<Emulator>,
    method: Method,
    Path(kind): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let vapi = emulator.vapi();
    response(vapi.enter(&headers).and_then(|()| match (Kind::of(&kind), &method) {
        (Some(kind), &Method::GET) => vapi.list(kind, query.as_deref().unwrap_or_default()),
        (Some(kind), &Method::POST) => vapi.create(kind, &object(&body)?),
        _ => Err(nowhere(&method, &kind)),
    }))
}

async fn one(
    State(emulator): State<Emulator>,
    method: Method,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let vapi = emulator.vapi();
    let answer = vapi.enter(&headers).and_then(|()| {
        let Some(found) = Kind::of(&kind).filter(|_| !id.contains('/')) else {
            return Err(nowhere(&method, &format!("{kind}/{id}")));
        };
        match method {
            Method::GET => vapi.read(found, &id),
            Method::PATCH => vapi.patch(found, &id, object(&body)?),
            Method::DELETE => vapi.delete(found, &id),
            _ => Err(nowhere(&method, &format!("{kind}/{id}"))),
        }
    });
    response(answer)
}

fn nowhere(method: &Method, path: &str) -> Refused {
    Refused::new(StatusCode::NOT_FOUND, format!("Cannot {method} /{path}"))
}

fn unknown(name: &str) -> Refused {
    Refused::bad(json!([format!("property {name} should not exist")]))
}

fn missing(kind: Kind, id: &str) -> Refused {
    Refused::new(StatusCode::NOT_FOUND, format!("Couldn't find {} {id}", kind.path()))
}

fn object(body: &[u8]) -> Result<Record, Refused> {
    serde_json::from_slice(body).map_err(|_| Refused::bad("Unexpected token in JSON"))
}

impl Vapi<'_> {
    fn enter(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = value.and_then(|value| value.strip_prefix("Bearer "));
        match key {
            Some(key) if self.lock().keys.contains(key) => Ok(()),
            Some(_) => Err(Refused::new(StatusCode::UNAUTHORIZED, "Invalid Key.")),
            None => Err(Refused::new(StatusCode::UNAUTHORIZED, "Missing Authorization Header")),
        }
    }

    fn list(&self, kind: Kind, query: &str) -> Answer {
        // The list of credentials is not known to have pages.
        let mut limit = if kind == Kind::Credential { usize::MAX } else { 100 };
        let mut filters = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
            let of_call = matches!(name.as_str(), "id" | "assistantId" | "phoneNumberId");
            match name.as_str() {
                _ if kind == Kind::Credential => return Err(unknown(&name)),
                "limit" => {
                    let count = value.parse().ok().filter(|count| *count <= 1000);
                    limit =
                        count.ok_or_else(|| Refused::bad(json!(["limit must not be greater than 1000"])))?;
                }
                _ if moment_fits(&name, "", "").is_some() => filters.push((name, value)),
                _ if of_call && kind == Kind::Call => filters.push((name, value)),
                _ => return Err(unknown(&name)),
            }
        }
        let fits = |record: &&Record| {
            filters.iter().all(|(name, wanted)| {
                let own = |field| text(record, field).unwrap_or_default();
                let field = if name.starts_with("created") { "createdAt" } else { "updatedAt" };
                moment_fits(name, own(field), wanted).unwrap_or_else(|| own(name) == wanted)
            })
        };
        let state = self.lock();
        let newest_first = state.of(kind).iter().rev().filter(fits).take(limit);
        Ok((StatusCode::OK, newest_first.map(|record| Value::Object(shown(kind, record))).collect()))
    }

    fn read(&self, kind: Kind, id: &str) -> Answer {
        let state = self.lock();
        let found = state.find(kind, id).ok_or_else(|| missing(kind, id))?;
        Ok((StatusCode::OK, Value::Object(shown(kind, found))))
    }

    fn create(&self, kind: Kind, fields: &Record) -> Answer {
        let shape = shape(kind, text(fields, "provider"))?;
        refuse(faults(shape, fields, false))?;
        self.check_links(kind, fields)?;
        let mut fields = fields.clone();
        match kind {
            Kind::PhoneNumber => self.check_number(&mut fields)?,
            Kind::Credential => check_credential(&fields)?,
            Kind::Call => check_call(&mut fields)?,
            Kind::Assistant | Kind::Tool => {}
        }
        let made = self.make(kind, fields);
        Ok((StatusCode::CREATED, Value::Object(shown(kind, &made))))
    }

    fn patch(&self, kind: Kind, id: &str, fields: Record) -> Answer {
        let provider =
            self.lock().find(kind, id).map(|record| text(record, "provider").map(ToOwned::to_owned));
        let provider = provider.ok_or_else(|| missing(kind, id))?;
        let shape = if kind == Kind::Call { &CALL_CHANGE } else { shape(kind, provider.as_deref())? };
        refuse(faults(shape, &fields, true))?;
        self.check_links(kind, &fields)?;
        let mut state = self.lock();
        let at = state.moment(self.emulator.clock().now());
        // What a change does not name stays as it is, the messages with it.
        let taken = kind == Kind::PhoneNumber && fields.get("smsEnabled") == Some(&Value::Bool(true));
        let record = state.find_mut(kind, id).ok_or_else(|| missing(kind, id))?;
        record.extend(fields);
        record.insert("updatedAt".to_owned(), written(at).into());
        let answer = shown(kind, record);
        if let Some(number) = text(&answer, "number").filter(|_| taken) {
            state.taken_over.push(number.to_owned());
        }
        Ok((StatusCode::OK, Value::Object(answer)))
    }

    fn delete(&self, kind: Kind, id: &str) -> Answer {
        let mut state = self.lock();
        if state.pinned.contains(id) {
            let body = json!({ "error": "PinnedConflict", "message": "It is pinned by something else." });
            return Err(Refused(StatusCode::CONFLICT, body));
        }
        let records = state.records.entry(kind).or_default();
        let place = records.iter().position(|record| super::id_of(record) == id);
        let gone = records.remove(place.ok_or_else(|| missing(kind, id))?);
        Ok((StatusCode::OK, Value::Object(shown(kind, &gone))))
    }

    /// What a record names must be there.
    fn check_links(&self, kind: Kind, fields: &Record) -> Result<(), Refused> {
        let state = self.lock();
        let mut named = Vec::new();
        for (name, other) in [("assistantId", Kind::Assistant), ("phoneNumberId", Kind::PhoneNumber)] {
            named.extend(text(fields, name).map(|id| (other, id)));
        }
        let model = fields.get("model").filter(|_| kind == Kind::Assistant);
        let tools = model.and_then(|model| model.get("toolIds")).and_then(Value::as_array);
        let tools = tools.into_iter().flatten().filter_map(Value::as_str);
        named.extend(tools.map(|id| (Kind::Tool, id)));
        let server = fields.get("server").and_then(|server| server.get("credentialId"));
        named.extend(server.and_then(Value::as_str).map(|id| (Kind::Credential, id)));
        match named.into_iter().find(|(other, id)| state.find(*other, id).is_none()) {
            Some((other, id)) => Err(Refused::bad(format!("Couldn't find {} {id}", other.path()))),
            None => Ok(()),
        }
    }

    /// A number of Twilio's: once only, and with what its account is opened with.
    fn check_number(&self, fields: &mut Record) -> Result<(), Refused> {
        check_secrets(fields, "twilio")?;
        let number = text(fields, "number").unwrap_or_default().to_owned();
        if veralux_core::phone::E164::parse(&number).is_err() {
            return Err(Refused::bad(json!(["number must be a valid phone number in the E.164 format"])));
        }
        let mut state = self.lock();
        let same = |record: &&Record| text(record, "number") == Some(number.as_str());
        if let Some(there) = state.of(Kind::PhoneNumber).iter().find(same) {
            let message = format!("Existing phone number {} has identical `number`.", super::id_of(there));
            return Err(Refused::bad(message));
        }
        if fields.get("smsEnabled") != Some(&Value::Bool(false)) {
            state.taken_over.push(number);
        }
        drop(state);
        self.take_calls(fields);
        fields.insert("status".to_owned(), "active".into());
        Ok(())
    }

    /// Vapi leads an imported number's calls to itself at Twilio, and leaves them there when it forgets the number.
    fn take_calls(&self, fields: &Record) {
        let word = |name| text(fields, name).unwrap_or_default();
        let url = format!("{}/emulator/vapi/inbound-call", self.emulator.origin().unwrap_or_default());
        self.emulator.twilio().lead_calls(word("twilioAccountSid"), word("number"), &url);
    }
}

/// Whether a moment lies where a parameter such as `createdAtLe` wants it; `None` for other parameters.
fn moment_fits(parameter: &str, own: &str, wanted: &str) -> Option<bool> {
    let of = parameter.strip_prefix("createdAt").or_else(|| parameter.strip_prefix("updatedAt"))?;
    let instant = |text: &str| veralux_core::time::Instant::parse(text).ok();
    let order = instant(own).cmp(&instant(wanted));
    Some(match of {
        "Gt" => order.is_gt(),
        "Lt" => order.is_lt(),
        "Ge" => order.is_ge(),
        "Le" => order.is_le(),
        _ => return None,
    })
}

fn shape(kind: Kind, provider: Option<&str>) -> Result<&'static Shape, Refused> {
    match kind {
        Kind::Assistant => Ok(&ASSISTANT),
        Kind::Tool => Ok(&TOOL),
        Kind::Call => Ok(&CALL),
        Kind::PhoneNumber | Kind::Credential => {
            let unknown = || Refused::bad(json!(["provider must be one that is emulated: twilio, webhook"]));
            of_provider(kind, provider).ok_or_else(unknown)
        }
    }
}

fn refuse(faults: Vec<String>) -> Result<(), Refused> {
    if faults.is_empty() { Ok(()) } else { Err(Refused::bad(faults)) }
}

fn check_credential(fields: &Record) -> Result<(), Refused> {
    let plan = fields.get("authenticationPlan").and_then(Value::as_object);
    if plan.is_some_and(|plan| !super::sign::can_send(plan)) {
        return Err(Refused::bad("The emulator sends other headers only."));
    }
    check_secrets(fields, "")
}

/// A Twilio account in a body: with an auth token, or an API key and its secret.
fn check_secrets(fields: &Record, prefix: &str) -> Result<(), Refused> {
    let field = |name: &str| {
        let mut capital = name.to_owned();
        if let (false, Some(first)) = (prefix.is_empty(), capital.get_mut(..1)) {
            first.make_ascii_uppercase();
        }
        text(fields, &format!("{prefix}{capital}"))
    };
    let Some(sid) = field("accountSid") else { return Ok(()) };
    let hex = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !sid.strip_prefix("AC").is_some_and(hex) {
        return Err(Refused::bad("Twilio does not know the account."));
    }
    match (field("authToken"), field("apiKey"), field("apiSecret")) {
        (Some(_), None, None) | (None, Some(_), Some(_)) => Ok(()),
        _ => Err(Refused::bad("Give either an auth token or an API key with its secret.")),
    }
}

/// A call of a known number of ours to somebody.
fn check_call(fields: &mut Record) -> Result<(), Refused> {
    if !["assistantId", "assistant", "squadId"].iter().any(|name| fields.contains_key(*name)) {
        return Err(Refused::bad("Give an assistantId, an assistant or a squadId."));
    }
    let customer = fields.get("customer").and_then(|customer| customer.get("number")).and_then(Value::as_str);
    let reachable = customer.is_some_and(|number| veralux_core::phone::E164::parse(number).is_ok());
    if !fields.contains_key("phoneNumberId") || !reachable {
        return Err(Refused::bad(json!([
            "customer.number must be a valid phone number in the E.164 format"
        ])));
    }
    let status = if fields.contains_key("schedulePlan") { "scheduled" } else { "queued" };
    fields.insert("status".to_owned(), status.into());
    fields.insert("type".to_owned(), "outboundPhoneCall".into());
    Ok(())
}
