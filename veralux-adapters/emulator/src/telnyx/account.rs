//! What is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use veralux_core::port::Random;
use veralux_core::time::Instant;

/// An account's keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TelnyxAccount {
    /// What requests carry.
    pub api_key: String,
    /// What its webhooks are verified with, in base64.
    pub public_key: String,
}

/// How orders and messages end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", default, deny_unknown_fields)]
pub struct TelnyxPlan {
    /// Reads after which an order is no longer pending; with none it ends as it is placed.
    pub order_reads: u32,
    /// `success` or `failure`.
    pub order_status: String,
    /// `delivered`, `delivery_failed`, `sending_failed`, `delivery_unconfirmed`, ...
    pub message_status: String,
    /// Telnyx's code of a message that was not delivered.
    pub message_code: Option<String>,
    /// Requests that are still taken before all are too many (10011); without it there is no limit.
    pub requests_left: Option<u32>,
}

impl Default for TelnyxPlan {
    fn default() -> Self {
        Self {
            order_reads: 0,
            order_status: "success".to_owned(),
            message_status: "delivered".to_owned(),
            message_code: None,
            requests_left: None,
        }
    }
}

/// All accounts.
#[derive(Debug, Default)]
pub(crate) struct State {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(super) accounts: BTreeMap<String, Account>,
    pub(super) plan: TelnyxPlan,
    /// Numbers that are sold, by whomever.
    pub(super) sold: BTreeSet<String>,
    ids: u64,
}

/// One account. Records are kept as the API shows them.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) signing: SigningKey,
    pub(super) applications: Vec<Value>,
    pub(super) profiles: Vec<Value>,
    pub(super) orders: Vec<Value>,
    /// Reads that each pending order still takes.
    pub(super) reads_left: BTreeMap<String, u32>,
    pub(super) numbers: Vec<Value>,
    pub(super) messages: Vec<Value>,
    pub(super) calls: Vec<Value>,
    /// What searches have shown.
    pub(super) shown: BTreeSet<String>,
    /// Idempotency key: body, when, and what was answered.
    pub(super) replays: BTreeMap<String, (Vec<u8>, Instant, Value)>,
    /// Our number and who does not want to hear from it.
    pub(super) stopped: BTreeSet<(String, String)>,
}

impl State {
    pub(super) fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn open(&self, api_key: &str, random: &dyn Random) -> TelnyxAccount {
        let mut kept = self.lock();
        let account =
            kept.accounts.entry(api_key.to_owned()).or_insert_with(|| Account::new(&random.bytes::<32>()));
        let public_key = BASE64_STANDARD.encode(account.signing.verifying_key().as_bytes());
        TelnyxAccount { api_key: api_key.to_owned(), public_key }
    }
}

impl Kept {
    /// An id of applications and phone numbers: an int64 in digits.
    pub(super) fn int64(&mut self) -> String {
        self.ids += 1;
        (1_293_384_261_075_731_000 + self.ids).to_string()
    }

    /// Whose number it is.
    pub(super) fn holder(&mut self, number: &str) -> Option<(&String, &mut Account)> {
        self.accounts.iter_mut().find(|(_, account)| account.number(number).is_some())
    }
}

impl Account {
    fn new(seed: &[u8; 32]) -> Self {
        Self {
            signing: SigningKey::from_bytes(seed),
            applications: Vec::new(),
            profiles: Vec::new(),
            orders: Vec::new(),
            reads_left: BTreeMap::new(),
            numbers: Vec::new(),
            messages: Vec::new(),
            calls: Vec::new(),
            shown: BTreeSet::new(),
            replays: BTreeMap::new(),
            stopped: BTreeSet::new(),
        }
    }

    pub(super) fn list(&self, what: &str) -> Option<&[Value]> {
        Some(match what {
            "applications" => &self.applications,
            "profiles" => &self.profiles,
            "orders" => &self.orders,
            "numbers" => &self.numbers,
            "messages" => &self.messages,
            "calls" => &self.calls,
            _ => return None,
        })
    }

    /// The record of a number that is held.
    pub(super) fn number(&self, number: &str) -> Option<&Value> {
        self.numbers.iter().find(|own| own["phone_number"] == number)
    }
}

/// The record with an id.
pub(super) fn by_id<'a>(list: &'a mut [Value], id: &str) -> Option<&'a mut Value> {
    list.iter_mut().find(|record| record["id"] == id)
}

/// A text of a record; empty where there is none.
pub(super) fn text<'a>(record: &'a Value, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Writes a field of a record.
pub(super) fn set(record: &mut Value, name: &str, value: impl Into<Value>) {
    if let Value::Object(record) = record {
        record.insert(name.to_owned(), value.into());
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        text.extend(format!("{byte:02x}").chars());
    }
    text
}

/// A UUID of version 4 (RFC 9562, 5.4).
pub(super) fn uuid(random: &dyn Random) -> String {
    let mut bytes = random.bytes::<16>();
    let [.., six, _, eight, _, _, _, _, _, _, _] = &mut bytes;
    *six = (*six & 0x0f) | 0x40;
    *eight = (*eight & 0x3f) | 0x80;
    let text = hex(&bytes);
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}
