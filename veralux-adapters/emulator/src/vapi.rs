//! Vapi as it answers, at `/vapi`.
//!
//! It refuses fields that it does not know as `NestJS` does, replaces a field as a whole when it is patched, gives no
//! secrets back, and calls nobody: a test or a person rings ([`Vapi::ring`]), lets the assistant call tools and ends calls,
//! of which server messages go out, authenticated in each of Vapi's ways.

mod message;
mod routes;
mod shape;
mod sign;
mod steer;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use veralux_core::time::Instant;

pub use message::{Age, Ending, Rung, ToolShape};
pub(crate) use routes::routes;
pub(crate) use steer::steering;

use crate::Emulator;

type Record = Map<String, Value>;

/// What an organisation holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Assistant,
    Tool,
    PhoneNumber,
    Call,
    Credential,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Assistant, Self::Tool, Self::PhoneNumber, Self::Call, Self::Credential];

    fn of(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.path() == path)
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Assistant => "assistant",
            Self::Tool => "tool",
            Self::PhoneNumber => "phone-number",
            Self::Call => "call",
            Self::Credential => "credential",
        }
    }
}

/// An organisation.
#[derive(Default)]
pub(crate) struct State {
    keys: BTreeSet<String>,
    /// In the order in which they were made, secrets included.
    records: BTreeMap<Kind, Vec<Record>>,
    pinned: BTreeSet<String>,
    /// The organisation's own server.
    server: Option<Record>,
    /// What older organisations send in `x-vapi-secret`.
    secret: Option<String>,
    /// Numbers whose messaging URL at Twilio was overwritten.
    taken_over: Vec<String>,
    last: i64,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("vapi::State").finish_non_exhaustive()
    }
}

impl State {
    fn of(&self, kind: Kind) -> &[Record] {
        self.records.get(&kind).map_or(&[], Vec::as_slice)
    }

    fn find(&self, kind: Kind, id: &str) -> Option<&Record> {
        self.of(kind).iter().find(|record| id_of(record) == id)
    }

    fn find_mut(&mut self, kind: Kind, id: &str) -> Option<&mut Record> {
        self.records.get_mut(&kind)?.iter_mut().find(|record| id_of(record) == id)
    }

    /// A moment that no record has yet.
    fn moment(&mut self, now: Instant) -> Instant {
        // Milliseconds, as Vapi writes them.
        let now = now.micros() - now.micros().rem_euclid(1000);
        self.last = now.max(self.last + 1000);
        Instant::from_micros(self.last)
    }
}

fn id_of(record: &Record) -> &str {
    text(record, "id").unwrap_or_default()
}

fn text<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record.get(name)?.as_str()
}

/// `2026-01-01T00:00:00.000Z`.
fn written(at: Instant) -> String {
    let stamp = at.to_string();
    let plain = stamp.trim_end_matches('Z');
    let (seconds, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
    format!("{seconds}.{millis}Z")
}

/// A record without what Vapi does not give back.
fn shown(kind: Kind, record: &Record) -> Record {
    let secret: &[&str] = match kind {
        Kind::PhoneNumber => &["twilioAuthToken", "twilioApiKey", "twilioApiSecret"],
        Kind::Credential => &["authToken", "apiKey", "apiSecret", "authenticationPlan"],
        _ => &[],
    };
    record
        .iter()
        .filter(|(name, _)| !secret.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// What a test sees and does.
#[derive(Debug, Clone, Copy)]
pub struct Vapi<'a> {
    emulator: &'a Emulator,
    state: &'a Mutex<State>,
}

impl<'a> Vapi<'a> {
    pub(crate) fn new(emulator: &'a Emulator, state: &'a Mutex<State>) -> Self {
        Self { emulator, state }
    }

    /// Takes a private key from now on. Until there is one, nobody gets in.
    pub fn add_key(&self, key: &str) {
        self.lock().keys.insert(key.to_owned());
    }

    /// Takes no key any more.
    pub fn revoke_keys(&self) {
        self.lock().keys.clear();
    }

    /// The organisation's own server, for what has none closer by, and what it sends there in `x-vapi-secret`.
    pub fn set_server(&self, url: &str, secret: Option<&str>) {
        let mut state = self.lock();
        state.server = Some(Record::from_iter([("url".to_owned(), url.into())]));
        state.secret = secret.map(ToOwned::to_owned);
    }

    /// Something that cannot be removed, since something else uses it.
    pub fn pin(&self, id: &str) {
        self.lock().pinned.insert(id.to_owned());
    }

    /// All assistants, in the order in which they were made.
    pub fn assistants(&self) -> Vec<Map<String, Value>> {
        self.lock().of(Kind::Assistant).to_vec()
    }

    /// All tools.
    pub fn tools(&self) -> Vec<Map<String, Value>> {
        self.lock().of(Kind::Tool).to_vec()
    }

    /// All numbers, with their secrets.
    pub fn numbers(&self) -> Vec<Map<String, Value>> {
        self.lock().of(Kind::PhoneNumber).to_vec()
    }

    /// All calls.
    pub fn calls(&self) -> Vec<Map<String, Value>> {
        self.lock().of(Kind::Call).to_vec()
    }

    /// All credentials, with their secrets.
    pub fn credentials(&self) -> Vec<Map<String, Value>> {
        self.lock().of(Kind::Credential).to_vec()
    }

    /// Numbers of which Vapi has overwritten the messaging URL at Twilio, since nobody said `smsEnabled: false`.
    pub fn taken_over(&self) -> Vec<String> {
        self.lock().taken_over.clone()
    }

    /// Changes a field of an assistant as somebody does in Vapi's dashboard.
    pub fn edit_assistant(&self, id: &str, name: &str, value: Value) {
        if let Some(assistant) = self.lock().find_mut(Kind::Assistant, id) {
            assistant.insert(name.to_owned(), value);
        }
    }

    fn lock(&self) -> MutexGuard<'a, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A UUID of version 4 (RFC 9562, 5.4).
    fn fresh_id(&self) -> String {
        let mut bytes: [u8; 16] = self.emulator.random().bytes();
        let [.., six, _, eight, _, _, _, _, _, _, _] = &mut bytes;
        *six = *six & 0x0f | 0x40;
        *eight = *eight & 0x3f | 0x80;
        let mut id = String::new();
        for (index, byte) in bytes.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                id.push('-');
            }
            let _ = write!(id, "{byte:02x}");
        }
        id
    }

    /// Adds a record.
    fn make(&self, kind: Kind, fields: Record) -> Record {
        let id = self.fresh_id();
        let mut state = self.lock();
        let at = written(state.moment(self.emulator.clock().now()));
        let mut record = fields;
        for (name, value) in
            [("id", id), ("orgId", ORG.to_owned()), ("createdAt", at.clone()), ("updatedAt", at)]
        {
            record.insert(name.to_owned(), value.into());
        }
        state.records.entry(kind).or_default().push(record.clone());
        record
    }
}

/// The organisation's id.
const ORG: &str = "0f0f0f0f-0000-4000-8000-000000000001";
