//! Google: its authorization server (`/google/auth`, `/token`, `/revoke`, `/userinfo`) and Calendar v3
//! (`/google/calendar/v3`), with one person and her calendars.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use veralux_core::time::Instant;

use crate::Emulator;

mod calendar;
mod events;
mod oauth;

pub use oauth::{Consent, ConsentError};

/// The person's e-mail address and the id of her first calendar, which is also `primary`.
pub const PERSON: &str = "ann@example.com";

/// A client at the authorization server.
#[derive(Clone)]
pub struct GoogleClient {
    /// Public.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// Where people are sent back to; anywhere when absent.
    pub redirect_url: Option<String>,
}

impl std::fmt::Debug for GoogleClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GoogleClient({})", self.id)
    }
}

/// Google, as a test sees it.
#[derive(Debug)]
pub struct Google(Mutex<Inside>);

#[derive(Debug)]
struct Inside {
    client: GoogleClient,
    scope: String,
    rotates: bool,
    issued: u32,
    refreshes: u32,
    /// Codes that were not used, and the challenge of each.
    codes: BTreeMap<String, Option<String>>,
    refresh_tokens: BTreeSet<String>,
    /// Those that are good, oldest first.
    access_tokens: Vec<AccessToken>,
    calendars: BTreeMap<String, Calendar>,
}

#[derive(Debug)]
struct AccessToken {
    token: String,
    refresh_token: String,
    ends: Instant,
}

#[derive(Debug, Default)]
struct Calendar {
    events: BTreeMap<String, Value>,
    /// Why nobody can look into it.
    trouble: Option<String>,
    revisions: u64,
}

impl Default for Google {
    fn default() -> Self {
        let client = GoogleClient {
            id: "emulated.apps.googleusercontent.com".to_owned(),
            secret: "GOCSPX-emulated".to_owned(),
            redirect_url: None,
        };
        let scope = "https://www.googleapis.com/auth/calendar https://www.googleapis.com/auth/userinfo.email";
        Self(Mutex::new(Inside {
            client,
            scope: scope.to_owned(),
            rotates: false,
            issued: 0,
            refreshes: 0,
            codes: BTreeMap::new(),
            refresh_tokens: BTreeSet::new(),
            access_tokens: Vec::new(),
            calendars: [(PERSON.to_owned(), Calendar::default())].into(),
        }))
    }
}

impl Google {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes this client and no other.
    pub fn set_client(&self, client: GoogleClient) {
        self.lock().client = client;
    }

    /// The person grants this from now on.
    pub fn grant_only(&self, scope: &str) {
        scope.clone_into(&mut self.lock().scope);
    }

    /// Each refresh brings a new refresh token and ends the old one, as other servers do; Google does not.
    pub fn rotate(&self, rotates: bool) {
        self.lock().rotates = rotates;
    }

    /// The person takes all grants back.
    pub fn revoke_all(&self) {
        let mut inside = self.lock();
        inside.refresh_tokens.clear();
        inside.access_tokens.clear();
    }

    /// Access tokens are not taken any more, though their time is not over; refresh tokens are.
    pub fn forget_access_tokens(&self) {
        self.lock().access_tokens.clear();
    }

    /// Whether it is the access token that was given last, and good.
    pub fn takes(&self, token: &str) -> bool {
        self.lock().access_tokens.last().is_some_and(|last| last.token == token)
    }

    /// How often an access token was got with a refresh token.
    pub fn refreshes(&self) -> u32 {
        self.lock().refreshes
    }

    /// Another calendar of the person.
    pub fn add_calendar(&self, id: &str) {
        self.lock().calendars.entry(id.to_owned()).or_default();
    }

    /// Nobody can look into a calendar for now, for this reason; `None` ends that.
    pub fn set_calendar_trouble(&self, id: &str, reason: Option<&str>) {
        if let Some(calendar) = self.lock().calendars.get_mut(id) {
            calendar.trouble = reason.map(ToOwned::to_owned);
        }
    }

    /// A calendar's events as Google would tell them, deleted ones included.
    pub fn events(&self, calendar: &str) -> Vec<Value> {
        let inside = self.lock();
        inside.calendars.get(calendar).map(|own| own.events.values().cloned().collect()).unwrap_or_default()
    }
}

impl Inside {
    /// `primary` is the person's own.
    fn calendar(&mut self, id: &str) -> Option<&mut Calendar> {
        self.calendars.get_mut(if id == "primary" { PERSON } else { id })
    }
}

pub(crate) fn router() -> Router<Emulator> {
    const EVENTS: &str = "/google/calendar/v3/calendars/{calendar}/events";
    const EVENT: &str = "/google/calendar/v3/calendars/{calendar}/events/{event}";
    Router::new()
        .route("/google/auth", get(oauth::authorize))
        .route("/google/token", post(oauth::token))
        .route("/google/revoke", post(oauth::revoke))
        .route("/google/userinfo", get(oauth::userinfo))
        .route("/google/calendar/v3/freeBusy", post(calendar::free_busy))
        .route("/google/calendar/v3/users/me/calendarList", get(calendar::calendars))
        .route(EVENTS, post(events::insert).get(events::list))
        .route(EVENT, get(events::read).patch(events::patch).put(events::update).delete(events::delete))
}

/// Under `/emulator/google`.
pub(crate) fn steering() -> Router<Emulator> {
    Router::new()
        .route("/emulator/google/grants", post(grant).delete(revoke_all))
        .route("/emulator/google/calendars/{calendar}", put(set_calendar).get(events_of))
}

/// A grant without a person who clicks.
async fn grant(State(emulator): State<Emulator>) -> Json<Value> {
    let now = emulator.clock().now();
    Json(emulator.google().lock().issue(now, None))
}

async fn revoke_all(State(emulator): State<Emulator>) -> StatusCode {
    emulator.google().revoke_all();
    StatusCode::NO_CONTENT
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SetCalendar {
    trouble: Option<String>,
}

async fn set_calendar(
    State(emulator): State<Emulator>,
    Path(calendar): Path<String>,
    Json(set): Json<SetCalendar>,
) -> StatusCode {
    emulator.google().add_calendar(&calendar);
    emulator.google().set_calendar_trouble(&calendar, set.trouble.as_deref());
    StatusCode::NO_CONTENT
}

async fn events_of(State(emulator): State<Emulator>, Path(calendar): Path<String>) -> Json<Value> {
    Json(json!(emulator.google().events(&calendar)))
}
