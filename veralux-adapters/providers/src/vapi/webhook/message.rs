//! What a server message says.

use std::fmt;

use serde_json::Value;
use veralux_core::phone::E164;
use veralux_core::time::Instant;

use super::MAX_BODY_BYTES;
use crate::vapi::TENANT_KEY;
use crate::vapi::record::{Record, instant, object, own, text};

/// Most tool calls of a message.
const MAX_TOOL_CALLS: usize = 64;
/// Longest id of a tenant, assistant, ... that is believed.
const MAX_HINT: usize = 128;

/// Why a body is no server message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// More than [`MAX_BODY_BYTES`].
    #[error("a message has at most {MAX_BODY_BYTES} bytes")]
    TooLong,
    /// Not `{"message":{"type":...}}`.
    #[error("not a server message")]
    Form,
}

/// A server message. `Debug` shows its type only.
#[derive(Clone, PartialEq)]
pub struct Message {
    /// `tool-calls`, ...
    pub kind: String,
    /// What happened.
    pub event: Event,
    /// The call it is about.
    pub call: CallFacts,
    /// When it was sent.
    pub at: Option<Instant>,
    hints: Vec<TenantHint>,
}

/// What happened.
#[derive(Clone, PartialEq)]
pub enum Event {
    /// Somebody calls a number without an assistant: who answers?
    AssistantRequest,
    /// The assistant calls tools and waits.
    ToolCalls(Vec<ToolCall>),
    /// The call has come further.
    StatusUpdate {
        /// `ringing`, `in-progress`, `ended`, ...
        status: String,
        /// Why it ended, as Vapi writes it.
        ended_reason: Option<String>,
    },
    /// The call is over.
    EndOfCall(Box<EndOfCall>),
    /// Something else, or one of the above without what makes it one; a plain 200 is the answer.
    Other,
}

/// A tool call.
#[derive(Clone, PartialEq)]
pub struct ToolCall {
    /// To be given back.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// What it is called with; `None` when that is no JSON object. A model made it up from what a caller said.
    pub arguments: Option<serde_json::Map<String, Value>>,
}

/// What is known of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallFacts {
    /// Vapi's id of it.
    pub id: Option<String>,
    /// The assistant that speaks.
    pub assistant_id: Option<String>,
    /// Vapi's id of our number.
    pub phone_number_id: Option<String>,
    /// Our number.
    pub number: Option<E164>,
    /// The other side's number.
    pub customer: Option<E164>,
    /// The carrying provider's id of it: Twilio's call SID.
    pub carrier_id: Option<String>,
    /// Whether the assistant called, and was not called.
    pub outbound: bool,
}

/// The report of a call, as reports are today and as they were in 2024.
#[derive(Clone, Default, PartialEq)]
pub struct EndOfCall {
    /// One of hundreds of reasons, as Vapi writes it.
    pub ended_reason: Option<String>,
    /// All that was said, as one text.
    pub transcript: Option<String>,
    /// The same, turn by turn.
    pub turns: Vec<Spoken>,
    /// The model's summary.
    pub summary: Option<String>,
    /// What the model was asked to find out.
    pub structured_data: Option<Value>,
    /// Whether it went well, as Vapi writes it.
    pub success: Option<String>,
    /// Where the recording lies.
    pub recording_url: Option<String>,
    /// When somebody answered.
    pub started_at: Option<Instant>,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// US dollars.
    pub cost: Option<f64>,
}

/// What one side said.
#[derive(Clone, PartialEq, Eq)]
pub struct Spoken {
    /// `assistant` (which Vapi also calls `bot`), `user`.
    pub role: String,
    /// The words.
    pub text: String,
}

/// Whose a call may be. What it names has to be looked up; that a message names a tenant proves nothing beyond the
/// message's own authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenantHint {
    /// Vapi's id of the assistant that speaks.
    Assistant(String),
    /// A tenant's id in the metadata of the call or of its assistant.
    Metadata(String),
    /// A tenant's id among the values and static parameters that a call or tool was set up with.
    Parameter(String),
}

/// Whose a call may be, in the order in which to look: assistant id, then metadata, then parameter. Never what a model made
/// up: the arguments of a tool call are not looked at.
pub fn tenant_hints(message: &Message) -> &[TenantHint] {
    &message.hints
}

/// Reads a server message.
///
/// # Errors
/// [`ParseError`].
pub fn parse(body: &[u8]) -> Result<Message, ParseError> {
    if body.len() > MAX_BODY_BYTES {
        return Err(ParseError::TooLong);
    }
    let mut body: Record = serde_json::from_slice(body).map_err(|_| ParseError::Form)?;
    let Some(Value::Object(message)) = body.remove("message") else { return Err(ParseError::Form) };
    let kind = own(&message, "type").ok_or(ParseError::Form)?;
    let event = match kind.as_str() {
        "assistant-request" => Event::AssistantRequest,
        "tool-calls" => Event::ToolCalls(tool_calls(&message)),
        "status-update" => status(&message),
        "end-of-call-report" => Event::EndOfCall(Box::new(report(&message))),
        _ => Event::Other,
    };
    let hints = hints(&body, &message);
    Ok(Message { kind, event, call: facts(&message), at: instant(&message, "timestamp"), hints })
}

fn status(message: &Record) -> Event {
    match own(message, "status") {
        Some(status) => Event::StatusUpdate { status, ended_reason: own(message, "endedReason") },
        None => Event::Other,
    }
}

/// The calls of all lists that there are, each once.
fn tool_calls(message: &Record) -> Vec<ToolCall> {
    let list = |name: &str| message.get(name).and_then(Value::as_array).into_iter().flatten();
    let plain = list("toolCallList").chain(list("toolCalls"));
    let nested = list("toolWithToolCallList").filter_map(|with| with.get("toolCall"));
    let mut calls: Vec<ToolCall> = Vec::new();
    for call in plain.chain(nested).filter_map(Value::as_object).filter_map(tool_call) {
        if calls.len() < MAX_TOOL_CALLS && !calls.iter().any(|known| known.id == call.id) {
            calls.push(call);
        }
    }
    calls
}

/// One of four shapes: under `function` or flat, `arguments` or `parameters`, an object or its JSON text.
fn tool_call(call: &Record) -> Option<ToolCall> {
    let inner = object(call, "function").unwrap_or(call);
    let given = inner.get("arguments").or_else(|| inner.get("parameters"));
    let arguments = match given {
        Some(Value::Object(arguments)) => Some(arguments.clone()),
        Some(Value::String(text)) => serde_json::from_str(text).ok(),
        None | Some(Value::Null) => Some(Record::new()),
        Some(_) => None,
    };
    Some(ToolCall { id: own(call, "id")?, name: own(inner, "name")?, arguments })
}

fn facts(message: &Record) -> CallFacts {
    let call = object(message, "call");
    let of_call = |name: &str| call.and_then(|call| own(call, name));
    let number = |name: &str| {
        let party = object(message, name).or_else(|| object(call?, name))?;
        E164::normalise(text(party, "number")?).ok()
    };
    let phone = object(message, "phoneNumber");
    CallFacts {
        id: of_call("id"),
        assistant_id: of_call("assistantId").or_else(|| own(object(message, "assistant")?, "id")),
        phone_number_id: of_call("phoneNumberId").or_else(|| own(phone?, "id")),
        number: number("phoneNumber"),
        customer: number("customer"),
        outbound: of_call("type").is_some_and(|kind| kind == "outboundPhoneCall"),
        carrier_id: of_call("phoneCallProviderId").or_else(|| own(object(call?, "transport")?, "callSid")),
    }
}

/// What stood in the message itself in 2024 stands under `artifact` and `analysis` today.
fn report(message: &Record) -> EndOfCall {
    let (artifact, analysis) = (object(message, "artifact"), object(message, "analysis"));
    let call = object(message, "call");
    let recording = artifact.and_then(|artifact| object(artifact, "recording"));
    let mono = recording.and_then(|recording| own(object(recording, "mono")?, "combinedUrl"));
    let either = |place: Option<&Record>, name: &str| {
        place.and_then(|place| own(place, name)).or_else(|| own(message, name))
    };
    let moment = |name: &str| instant(message, name).or_else(|| instant(call?, name));
    EndOfCall {
        ended_reason: own(message, "endedReason"),
        transcript: either(artifact, "transcript"),
        turns: turns(artifact, message),
        summary: either(analysis, "summary"),
        structured_data: analysis.and_then(|analysis| analysis.get("structuredData").cloned()),
        success: analysis.and_then(success),
        recording_url: mono.or_else(|| either(artifact, "recordingUrl")),
        started_at: moment("startedAt"),
        ended_at: moment("endedAt"),
        cost: message.get("cost").or_else(|| call?.get("cost")).and_then(Value::as_f64),
    }
}

/// A text, but for a while a truth value.
fn success(analysis: &Record) -> Option<String> {
    match analysis.get("successEvaluation")? {
        Value::String(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn turns(artifact: Option<&Record>, message: &Record) -> Vec<Spoken> {
    let list = |place: &Record| -> Vec<Spoken> {
        let messages = place.get("messages").and_then(Value::as_array).into_iter().flatten();
        messages.filter_map(Value::as_object).filter_map(spoken).collect()
    };
    match artifact.map(list) {
        Some(turns) if !turns.is_empty() => turns,
        _ => list(message),
    }
}

fn spoken(message: &Record) -> Option<Spoken> {
    let role = match text(message, "role")? {
        "bot" | "assistant" => "assistant",
        "user" => "user",
        _ => return None,
    };
    let words = text(message, "message").or_else(|| text(message, "content"))?;
    Some(Spoken { role: role.to_owned(), text: words.to_owned() })
}

fn hints(body: &Record, message: &Record) -> Vec<TenantHint> {
    let call = object(message, "call");
    let overrides = call.and_then(|call| object(call, "assistantOverrides"));
    let assistants = [object(message, "assistant"), call.and_then(|call| object(call, "assistant"))];
    let mut hints = Vec::new();
    let mut add = |hint: TenantHint| {
        let (TenantHint::Assistant(id) | TenantHint::Metadata(id) | TenantHint::Parameter(id)) = &hint;
        if id.len() <= MAX_HINT && !hints.contains(&hint) {
            hints.push(hint);
        }
    };
    let ids = [call.and_then(|call| own(call, "assistantId"))]
        .into_iter()
        .chain(assistants.map(|assistant| own(assistant?, "id")));
    ids.flatten().for_each(|id| add(TenantHint::Assistant(id)));
    let metadata = [call, overrides].into_iter().chain(assistants);
    metadata
        .filter_map(|place| tenant(object(place?, "metadata")?))
        .for_each(|id| add(TenantHint::Metadata(id)));
    let values = overrides.and_then(|overrides| object(overrides, "variableValues"));
    // A tool's static parameters are merged into the body.
    [values, Some(message), Some(body)]
        .into_iter()
        .filter_map(|place| tenant(place?))
        .for_each(|id| add(TenantHint::Parameter(id)));
    hints
}

fn tenant(place: &Record) -> Option<String> {
    [TENANT_KEY, "tenantId", "tenant_id"].into_iter().find_map(|name| own(place, name))
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({})", self.kind)
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AssistantRequest => f.write_str("AssistantRequest"),
            Self::ToolCalls(calls) => write!(f, "ToolCalls({calls:?})"),
            Self::StatusUpdate { status, .. } => write!(f, "StatusUpdate({status})"),
            Self::EndOfCall(report) => write!(f, "{report:?}"),
            Self::Other => f.write_str("Other"),
        }
    }
}

impl fmt::Debug for ToolCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ToolCall({}, {})", self.id, self.name)
    }
}

impl fmt::Debug for EndOfCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EndOfCall({}, {} turns)", self.ended_reason.as_deref().unwrap_or("?"), self.turns.len())
    }
}

impl fmt::Debug for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spoken({}, {} bytes)", self.role, self.text.len())
    }
}
