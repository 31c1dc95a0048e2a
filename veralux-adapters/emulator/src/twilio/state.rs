//! What Twilio knows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use veralux_core::time::{Instant, SECOND};

use crate::Emulator;

/// All accounts.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) accounts: BTreeMap<String, AccountState>,
    /// Messages and calls wait to be told that they go on.
    pub(super) by_hand: bool,
}

/// An account, as a test uses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TwilioAccount {
    /// `AC…`.
    pub sid: String,
    /// Signs webhooks.
    pub auth_token: String,
    /// `SK…`, of a main API key, which may do everything.
    pub api_key_sid: String,
    /// Its secret.
    pub api_key_secret: String,
    /// `SK…`, of a standard API key, which may not read the account.
    pub standard_key_sid: String,
    /// Its secret.
    pub standard_key_secret: String,
}

/// A number in an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TwilioNumber {
    /// `PN…`.
    pub sid: String,
    /// E.164.
    pub number: String,
    /// Where inbound messages go; empty for nowhere.
    pub sms_url: String,
    /// Where inbound calls go.
    pub voice_url: String,
    /// Where ends of calls are told.
    pub status_callback: String,
    #[serde(skip)]
    pub(super) other: BTreeMap<String, String>,
    #[serde(skip)]
    pub(super) voice: bool,
    #[serde(skip)]
    pub(super) created_at: i64,
}

/// A message that came or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TwilioMessage {
    /// `SM…`.
    pub sid: String,
    /// Who sent it.
    pub from: String,
    /// Whom to.
    pub to: String,
    /// Its text.
    pub body: String,
    /// As Twilio writes it: `delivered`.
    pub status: String,
    /// `inbound`, `outbound-api` or `outbound-reply`.
    pub direction: &'static str,
    /// Why it was not delivered.
    pub error_code: Option<u32>,
    #[serde(skip)]
    pub(super) callback: Option<String>,
    #[serde(skip)]
    pub(super) created_at: Instant,
    #[serde(skip)]
    pub(super) sent_at: Option<Instant>,
}

/// A call that came or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TwilioCall {
    /// `CA…`.
    pub sid: String,
    /// Who calls.
    pub from: String,
    /// Who is called.
    pub to: String,
    /// As Twilio writes it: `in-progress`.
    pub status: String,
    /// It comes in.
    pub inbound: bool,
    /// What happens in it.
    pub twiml: String,
    /// The texts that are said, in turn.
    pub says: Vec<String>,
    /// The digits of the first text that has four or more: a spoken code.
    pub code: Option<String>,
    #[serde(skip)]
    pub(super) callback: Option<String>,
    #[serde(skip)]
    pub(super) created_at: Instant,
}

/// A caller id: being checked while it has a code, verified after.
#[derive(Debug, Clone)]
pub(super) struct CallerId {
    pub(super) sid: String,
    pub(super) number: String,
    pub(super) name: String,
    pub(super) call_sid: String,
    pub(super) code: Option<String>,
    pub(super) callback: Option<String>,
    pub(super) created_at: Instant,
}

#[derive(Debug)]
pub(super) struct AccountState {
    pub(super) sid: String,
    pub(super) auth_token: String,
    pub(super) main_key: (String, String),
    pub(super) standard_key: (String, String),
    pub(super) status: String,
    pub(super) created_at: Instant,
    pub(super) numbers: Vec<TwilioNumber>,
    pub(super) messages: Vec<TwilioMessage>,
    pub(super) calls: Vec<TwilioCall>,
    pub(super) caller_ids: Vec<CallerId>,
    /// Our number, theirs.
    pub(super) opted_out: BTreeSet<(String, String)>,
    /// Numbers that no message reaches, and why.
    pub(super) undeliverable: BTreeMap<String, u32>,
}

impl AccountState {
    pub(super) fn number(&self, number: &str) -> Option<&TwilioNumber> {
        self.numbers.iter().find(|own| own.number == number)
    }

    pub(super) fn message(&mut self, sid: &str) -> Option<&mut TwilioMessage> {
        self.messages.iter_mut().find(|own| own.sid == sid)
    }

    pub(super) fn call(&mut self, sid: &str) -> Option<&mut TwilioCall> {
        self.calls.iter_mut().find(|own| own.sid == sid)
    }
}

impl State {
    /// Whose a number is.
    pub(super) fn owner(&self, number: &str) -> Option<&AccountState> {
        self.accounts.values().find(|account| account.number(number).is_some())
    }

    /// Puts a number into an account, unless somebody has it: of two who buy it at once one gets it.
    pub(super) fn sell(&mut self, account: &str, own: TwilioNumber) -> bool {
        if self.owner(&own.number).is_some() {
            return false;
        }
        let Some(account) = self.accounts.get_mut(account) else { return false };
        account.numbers.push(own);
        true
    }
}

/// An id of Twilio's.
pub(super) fn sid(emulator: &Emulator, kind: &str) -> String {
    hex(kind, &emulator.random().bytes::<16>())
}

pub(super) fn hex(start: &str, bytes: &[u8]) -> String {
    bytes.iter().fold(start.to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// RFC 2822, as Twilio writes it: `Fri, 24 May 2019 17:44:46 +0000`.
pub(super) fn date(at: Instant) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let stamp = at.stamp();
    let text = stamp.as_str();
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let weekday = at.micros().div_euclid(86_400 * SECOND).rem_euclid(7);
    let name = usize::try_from(weekday).ok().and_then(|day| DAYS.get(day)).copied().unwrap_or_default();
    let month = part(5, 7).parse::<usize>().ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    let month = month.copied().unwrap_or_default();
    format!("{name}, {} {month} {} {} +0000", part(8, 10), part(0, 4), part(11, 19))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_twilio_writes_them() {
        for (at, expected) in [
            ("2019-05-24T17:44:46Z", "Fri, 24 May 2019 17:44:46 +0000"),
            ("1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 +0000"),
            ("2026-12-31T23:59:59.9Z", "Thu, 31 Dec 2026 23:59:59 +0000"),
        ] {
            assert_eq!(date(Instant::parse(at).unwrap()), expected);
        }
    }
}
