//! Twilio, API 2010-04-01, as it answers (github.com/twilio/twilio-oai; twilio.com/docs/api/errors).
//!
//! Accounts with an auth token, a main API key and a standard one; numbers for sale, the same for the same search; messages
//! and calls that move on by themselves, or step by step when told so; caller ids that are checked by a code; opt-outs by
//! STOP. Its magic numbers (`+1500555000x`, twilio.com/docs/iam/test-credentials) refuse as Twilio's do.

mod account;
mod available;
mod call;
mod caller_id;
mod hook;
mod inbound;
mod incoming;
mod markup;
mod message;
mod page;
mod request;
mod state;
mod steer;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State as Extracted;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use request::{Ask, Refused};
pub(crate) use state::State;
pub use state::{TwilioAccount, TwilioCall, TwilioMessage, TwilioNumber};
pub(crate) use steer::routes as steering;

use crate::Emulator;

const PREFIX: &str = "/twilio/2010-04-01/Accounts/";

/// What a test looks at and does on Twilio's side.
#[derive(Debug, Clone)]
pub struct Twilio(Emulator);

impl Twilio {
    pub(crate) fn of(emulator: &Emulator) -> Self {
        Self(emulator.clone())
    }
}

pub(crate) fn routes() -> Router<Emulator> {
    Router::new().route(&format!("{PREFIX}{{*rest}}"), any(answer))
}

async fn answer(
    Extracted(emulator): Extracted<Emulator>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let ask = Ask::read(&emulator, &uri, &headers, &body);
    match ask.and_then(|(ask, parts)| dispatch(&ask, method.as_str(), &parts)) {
        Ok(answer) => answer,
        Err(refused) => refused.into_response(),
    }
}

fn dispatch(ask: &Ask<'_>, method: &str, parts: &[String]) -> Result<Response, Refused> {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match (method, parts.as_slice()) {
        ("GET", []) => account::read(ask),
        ("POST", ["Messages"]) => message::create(ask),
        ("GET", ["Messages"]) => message::list(ask),
        ("GET", ["Messages", sid]) => message::read(ask, sid),
        ("POST", ["Messages", sid]) => message::update(ask, sid),
        ("DELETE", ["Messages", sid]) => message::delete(ask, sid),
        ("GET", ["AvailablePhoneNumbers", country, kind]) => available::list(ask, country, kind),
        ("POST", ["IncomingPhoneNumbers"]) => incoming::create(ask),
        ("GET", ["IncomingPhoneNumbers"]) => incoming::list(ask),
        ("GET", ["IncomingPhoneNumbers", sid]) => incoming::read(ask, sid),
        ("POST", ["IncomingPhoneNumbers", sid]) => incoming::update(ask, sid),
        ("DELETE", ["IncomingPhoneNumbers", sid]) => incoming::delete(ask, sid),
        ("POST", ["Calls"]) => call::create(ask),
        ("GET", ["Calls", sid]) => call::read(ask, sid),
        ("POST", ["OutgoingCallerIds"]) => caller_id::create(ask),
        ("GET", ["OutgoingCallerIds"]) => caller_id::list(ask),
        ("GET", ["OutgoingCallerIds", sid]) => caller_id::read(ask, sid),
        ("DELETE", ["OutgoingCallerIds", sid]) => caller_id::delete(ask, sid),
        _ => Err(ask.not_found()),
    }
}
