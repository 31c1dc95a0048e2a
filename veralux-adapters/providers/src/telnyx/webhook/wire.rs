//! Events as they stand on the wire, of several ages: API v2 in an envelope `{"data": ..., "meta": ...}`, or without it as
//! in the descriptions of 2020; API v1 without it, its names written with `_` and `created_at` in place of `occurred_at`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::Value;
use veralux_core::phone::{E164, SenderName};
use veralux_core::port::{Body, MAX_MEDIA, Media};
use veralux_core::time::Instant;

use super::event::{CallEvent, Direction, Event, EventKind, InboundMessage, MAX_PARTIES, MessageState};
use super::{MAX_BODY_BYTES, delivery, number};

/// Longest id of an event.
const MAX_ID_BYTES: usize = 256;

/// Why a body is no event. Holds nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Too long, no JSON, or without an id or a type.
    #[error("this is not an event of Telnyx")]
    Event,
    /// An event of a known type that lacks what it is about.
    #[error("the event's payload is not as Telnyx describes it")]
    Payload,
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    event_type: String,
    occurred_at: Option<String>,
    created_at: Option<String>,
    #[serde(default)]
    payload: Value,
}

#[derive(Deserialize)]
struct Message {
    id: String,
    from: Option<Party>,
    to: Option<Parties>,
    text: Option<String>,
    media: Option<Vec<Attachment>>,
    messaging_profile_id: Option<String>,
    errors: Option<Vec<Fault>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Parties {
    Several(Vec<Party>),
    One(Party),
}

/// An object today, a text in 2020.
#[derive(Deserialize)]
#[serde(untagged)]
enum Party {
    Object { phone_number: Option<String>, status: Option<String> },
    Text(String),
}

impl Party {
    fn address(&self) -> Option<&str> {
        match self {
            Self::Object { phone_number, .. } => phone_number.as_deref(),
            Self::Text(text) => Some(text),
        }
    }

    fn number(&self) -> Option<E164> {
        number(self.address()?)
    }

    fn status(&self) -> Option<&str> {
        match self {
            Self::Object { status, .. } => status.as_deref(),
            Self::Text(_) => None,
        }
    }
}

impl Parties {
    fn all(self) -> Vec<Party> {
        match self {
            Self::Several(all) => all,
            Self::One(party) => vec![party],
        }
    }
}

#[derive(Deserialize)]
struct Attachment {
    url: Option<String>,
    content_type: Option<String>,
}

#[derive(Deserialize)]
struct Fault {
    code: Option<Value>,
}

#[derive(Deserialize)]
struct Leg {
    call_control_id: String,
    call_session_id: Option<String>,
    call_leg_id: Option<String>,
    connection_id: Option<String>,
    from: Option<String>,
    to: Option<String>,
    direction: Option<String>,
    state: Option<String>,
    client_state: Option<String>,
    hangup_cause: Option<String>,
}

/// Reads an event. What is not known is left out of account.
///
/// # Errors
/// [`ParseError`].
pub fn parse(body: &[u8]) -> Result<Event, ParseError> {
    if body.len() > MAX_BODY_BYTES {
        return Err(ParseError::Event);
    }
    let mut value: Value = serde_json::from_slice(body).map_err(|_| ParseError::Event)?;
    let event = match value.get_mut("data") {
        Some(data) => data.take(),
        None => value,
    };
    let wire: Wire = serde_json::from_value(event).map_err(|_| ParseError::Event)?;
    if wire.id.is_empty() || wire.id.len() > MAX_ID_BYTES {
        return Err(ParseError::Event);
    }
    let occurred_at = moment(&wire);
    // `call_initiated` is what v1 calls `call.initiated`.
    let name = match wire.event_type.as_str() {
        "message_received" | "message_sent" | "message_finalized" | "call_initiated" | "call_answered"
        | "call_hangup" => wire.event_type.replacen('_', ".", 1),
        _ => wire.event_type,
    };
    let kind = match name.as_str() {
        "message.received" => EventKind::MessageReceived(inbound(wire.payload)?),
        "message.sent" | "message.finalized" => EventKind::MessageState(state(wire.payload)?),
        "call.initiated" => EventKind::CallInitiated(call(wire.payload)?),
        "call.answered" => EventKind::CallAnswered(call(wire.payload)?),
        "call.hangup" => EventKind::CallHangup(call(wire.payload)?),
        _ => EventKind::Other(name),
    };
    Ok(Event { id: wire.id, occurred_at, kind })
}

/// When it happened: as it says, as its payload says (v1), or when it was made (v1).
fn moment(wire: &Wire) -> Option<Instant> {
    let inner = wire.payload.get("occurred_at").and_then(Value::as_str);
    let told = [wire.occurred_at.as_deref(), inner, wire.created_at.as_deref()];
    told.into_iter().flatten().find_map(|text| Instant::parse(text).ok())
}

fn payload<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, ParseError> {
    serde_json::from_value(value).map_err(|_| ParseError::Payload)
}

fn inbound(value: Value) -> Result<InboundMessage, ParseError> {
    let wire: Message = payload(value)?;
    let to = wire.to.map(Parties::all).unwrap_or_default();
    let media = wire.media.iter().flatten().take(MAX_MEDIA);
    let from = wire.from.as_ref().and_then(Party::number);
    let address = wire.from.as_ref().and_then(Party::address).filter(|_| from.is_none());
    Ok(InboundMessage {
        id: wire.id,
        from,
        from_name: address.and_then(SenderName::told),
        to: to.iter().filter_map(Party::number).take(MAX_PARTIES).collect(),
        text: Body::new(wire.text.unwrap_or_default()),
        media: media.map(|one| Media::told(one.url.as_deref(), one.content_type.as_deref())).collect(),
        messaging_profile_id: wire.messaging_profile_id,
    })
}

fn state(value: Value) -> Result<MessageState, ParseError> {
    let wire: Message = payload(value)?;
    let to = wire.to.map(Parties::all).unwrap_or_default();
    let code = |fault: Fault| match fault.code? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    Ok(MessageState {
        id: wire.id,
        from: wire.from.as_ref().and_then(Party::number),
        state: to.iter().find_map(Party::status).and_then(delivery),
        code: wire.errors.into_iter().flatten().find_map(code),
    })
}

fn call(value: Value) -> Result<CallEvent, ParseError> {
    let wire: Leg = payload(value)?;
    let direction = match wire.direction.as_deref() {
        Some("incoming") => Some(Direction::Incoming),
        Some("outgoing") => Some(Direction::Outgoing),
        _ => None,
    };
    Ok(CallEvent {
        call_control_id: wire.call_control_id,
        call_session_id: wire.call_session_id,
        call_leg_id: wire.call_leg_id,
        connection_id: wire.connection_id,
        from: wire.from.as_deref().and_then(number),
        to: wire.to.as_deref().and_then(number),
        direction,
        state: wire.state,
        client_state: wire.client_state.and_then(|text| BASE64_STANDARD.decode(text).ok()),
        hangup_cause: wire.hangup_cause,
    })
}
