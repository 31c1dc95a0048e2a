//! What goes to Google Calendar and what comes back.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use veralux_core::port::{ProviderError, ProviderFault, ProviderResult};
use veralux_core::time::Instant;
use zeroize::Zeroizing;

use super::MAX_CALENDARS;
use super::event::{Busy, Event, EventChange, EventKey, NewEvent, Slot, When};
use crate::call::{Contract, Refusal};
use crate::{Body, Response};

/// The private property that holds our id.
const OWN_ID: &str = "veraluxId";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BusyQuestion<'a> {
    time_min: String,
    time_max: String,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
}

/// `POST /freeBusy`.
#[derive(Deserialize)]
pub(super) struct BusyAnswer {
    #[serde(default)]
    calendars: BTreeMap<String, BusyCalendar>,
}

#[derive(Deserialize)]
struct BusyCalendar {
    #[serde(default)]
    busy: Vec<Period>,
    #[serde(default)]
    errors: Vec<Reason>,
}

#[derive(Deserialize)]
struct Period {
    start: String,
    end: String,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    reason: String,
}

impl BusyAnswer {
    /// What is said of each calendar that was asked about.
    pub(super) fn of(mut self, calendars: &[&str]) -> BTreeMap<String, Busy> {
        let said = |id: &&str| {
            let busy = self.calendars.remove(*id).map_or_else(|| unknown("missing"), BusyCalendar::read);
            ((*id).to_owned(), busy)
        };
        // Asked twice, answered once.
        let mut once = calendars.to_vec();
        once.sort_unstable();
        once.dedup();
        once.iter().map(said).collect()
    }
}

impl BusyCalendar {
    fn read(self) -> Busy {
        if !self.errors.is_empty() {
            return Busy::Unknown(self.errors.into_iter().map(|error| error.reason).collect());
        }
        let slot = |period: &Period| {
            let (start, end) = (Instant::parse(&period.start).ok()?, Instant::parse(&period.end).ok()?);
            Some(Slot { start, end })
        };
        let slots: Option<Vec<Slot>> = self.busy.iter().map(slot).collect();
        slots.map_or_else(|| unknown("unreadable"), Busy::Known)
    }
}

fn unknown(reason: &str) -> Busy {
    Busy::Unknown(vec![reason.to_owned()])
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireWhen {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date_time: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_zone: Option<String>,
}

impl WireWhen {
    fn of(when: &When) -> ProviderResult<Self> {
        match when {
            When::At { instant, zone } => Ok(Self {
                date: None,
                date_time: Some(instant.stamp().as_str().to_owned()),
                time_zone: zone.clone(),
            }),
            When::Day(day) if Instant::parse(&format!("{day}T00:00:00Z")).is_ok() => {
                Ok(Self { date: Some(day.clone()), date_time: None, time_zone: None })
            }
            When::Day(_) => Err(refused("A day is written like 2026-03-04.")),
        }
    }

    fn read(self) -> Option<When> {
        match (self.date_time, self.date) {
            (Some(text), _) => {
                Instant::parse(&text).ok().map(|instant| When::At { instant, zone: self.time_zone })
            }
            (None, day) => day.map(When::Day),
        }
    }
}

#[derive(Serialize)]
struct Guest<'a> {
    email: &'a str,
}

#[derive(Serialize, Deserialize, Default)]
struct Extended {
    #[serde(default)]
    private: BTreeMap<String, String>,
}

/// What is written of an event.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<WireWhen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<WireWhen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attendees: Option<Vec<Guest<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extended_properties: Option<Extended>,
}

/// An event as Google tells it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireEvent {
    id: String,
    etag: Option<String>,
    #[serde(default)]
    status: String,
    summary: Option<String>,
    description: Option<String>,
    location: Option<String>,
    start: Option<WireWhen>,
    end: Option<WireWhen>,
    extended_properties: Option<Extended>,
    html_link: Option<String>,
}

impl WireEvent {
    /// Deleted; Google keeps its id.
    pub(super) fn is_cancelled(&self) -> bool {
        self.status == "cancelled"
    }

    /// Whether it was created under this key, and not by somebody who drew the same id.
    pub(super) fn is_ours(&self, key: &EventKey) -> bool {
        let own = self.extended_properties.as_ref().and_then(|extended| extended.private.get(OWN_ID));
        own.is_some_and(|own| own == key.own())
    }
}

impl From<WireEvent> for Event {
    fn from(event: WireEvent) -> Self {
        Self {
            id: event.id,
            etag: event.etag,
            status: event.status,
            summary: event.summary,
            description: event.description,
            location: event.location,
            start: event.start.and_then(WireWhen::read),
            end: event.end.and_then(WireWhen::read),
            private: event.extended_properties.unwrap_or_default().private,
            link: event.html_link,
        }
    }
}

pub(super) fn busy_body(
    from: Instant,
    until: Instant,
    calendars: &[&str],
) -> ProviderResult<Zeroizing<Vec<u8>>> {
    if !(1..=MAX_CALENDARS).contains(&calendars.len()) {
        return Err(refused("One question is about 1 to 50 calendars."));
    }
    let at = |instant: Instant| instant.stamp().as_str().to_owned();
    let items = calendars.iter().map(|id| Item { id }).collect();
    bytes(&BusyQuestion { time_min: at(from), time_max: at(until), items })
}

pub(super) fn insert_body(event: &NewEvent) -> ProviderResult<Zeroizing<Vec<u8>>> {
    let mut private = event.private.clone();
    private.insert(OWN_ID.to_owned(), event.key.own().to_owned());
    let guests: Vec<Guest<'_>> = event.attendees.iter().map(|email| Guest { email }).collect();
    bytes(&Written {
        id: Some(event.key.as_str()),
        summary: Some(&event.summary),
        description: event.description.as_deref(),
        location: event.location.as_deref(),
        start: Some(WireWhen::of(&event.start)?),
        end: Some(WireWhen::of(&event.end)?),
        attendees: Some(guests).filter(|guests| !guests.is_empty()),
        extended_properties: Some(Extended { private }),
    })
}

pub(super) fn patch_body(change: &EventChange) -> ProviderResult<Zeroizing<Vec<u8>>> {
    let private = Extended { private: change.private.clone() };
    bytes(&Written {
        id: None,
        summary: change.summary.as_deref(),
        description: change.description.as_deref(),
        location: change.location.as_deref(),
        start: change.start.as_ref().map(WireWhen::of).transpose()?,
        end: change.end.as_ref().map(WireWhen::of).transpose()?,
        attendees: change.attendees.as_ref().map(|all| all.iter().map(|email| Guest { email }).collect()),
        extended_properties: Some(private).filter(|extended| !extended.private.is_empty()),
    })
}

fn bytes(value: &impl Serialize) -> ProviderResult<Zeroizing<Vec<u8>>> {
    serde_json::to_vec(value).map(Zeroizing::new).map_err(|_| refused("The event cannot be written as JSON."))
}

pub(super) fn body(bytes: &[u8]) -> Body {
    Body { content_type: "application/json", bytes: Zeroizing::new(bytes.to_vec()) }
}

/// A part of a path, all but the unreserved characters as percent signs (RFC 3986, 2.3); `None` for what names nothing.
pub(super) fn segment(text: &str) -> Option<String> {
    if !(1..=1024).contains(&text.len()) || matches!(text, "." | "..") {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    Some(out)
}

/// Google Calendar's way to refuse.
pub(super) enum Api {}

#[derive(Deserialize)]
struct ErrorAnswer {
    error: ErrorBody,
}

#[derive(Deserialize)]
struct ErrorBody {
    #[serde(default)]
    errors: Vec<Reason>,
    status: Option<String>,
}

impl Contract for Api {
    const SLUG: &'static str = "google_calendar";
    const NAME: &'static str = "Google Calendar";

    fn refusal(response: &Response) -> Refusal {
        let answer = serde_json::from_slice::<ErrorAnswer>(&response.body).ok();
        let code = answer.and_then(|ErrorAnswer { error }| {
            let reason = error.errors.into_iter().next().map(|error| error.reason).or(error.status)?;
            let is_word = (1..=64).contains(&reason.len())
                && reason.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            is_word.then_some(reason)
        });
        let busy = matches!(
            code.as_deref(),
            Some("rateLimitExceeded" | "userRateLimitExceeded" | "quotaExceeded" | "dailyLimitExceeded")
        );
        let fault = (busy && response.status == 403).then_some(ProviderFault::RateLimited { wait: None });
        let sentence = match (response.status, code.as_deref()) {
            _ if busy => None,
            (401, _) => Some(
                "Google does not accept the grant any more. Connect Google Calendar again in Settings > Integrations.",
            ),
            (403, Some("accessNotConfigured")) => Some(
                "The Calendar API is switched off in the operator's Google project. Ask the operator to switch it on.",
            ),
            (403, _) => Some(
                "The connected Google account may not do this with the calendar. Share the calendar with it.",
            ),
            (404 | 410, _) => Some("Google does not know this calendar or event. Choose another."),
            (409, _) => Some("Another event has the same id in this calendar. Book it anew."),
            (412, _) => Some("Somebody changed the event meanwhile. Read it again."),
            _ => None,
        };
        Refusal { code, fault, sentence: sentence.map(Cow::Borrowed) }
    }
}

/// Refused before anything is asked.
pub(super) fn refused(sentence: &'static str) -> ProviderError {
    ProviderError::new(Api::SLUG, ProviderFault::Rejected, sentence)
}

/// The event was created once and somebody deleted it.
pub(super) fn deleted() -> ProviderError {
    let error = refused("The event was deleted in the calendar. Book it anew.");
    ProviderError { code: Some("deleted".to_owned()), ..error }
}

pub(super) fn reconnect() -> ProviderError {
    let sentence = "Connect Google Calendar again in Settings > Integrations.";
    ProviderError::new(Api::SLUG, ProviderFault::NotConnected, sentence)
}

/// The status of the answer that an error is about.
pub(super) fn status(error: &ProviderError) -> Option<u16> {
    error.raw.as_ref().map(|raw| raw.status)
}
