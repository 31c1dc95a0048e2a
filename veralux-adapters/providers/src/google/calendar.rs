//! Google Calendar v3: what is free, and events under ids of our own. Contract: the discovery document `calendar:v3` and
//! `https://developers.google.com/workspace/calendar/api/guides/errors`.
//!
//! An event's id is derived from ours, so that creating it again after a lost answer is a duplicate and not a second event.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use veralux_core::id::TenantId;
use veralux_core::port::{ProviderFault, ProviderResult};
use veralux_core::secret::Secret;
use veralux_core::time::Instant;

use crate::call::{Repeat, json};
use crate::{Authorization, Method, Outside, Request, Response};

mod event;
mod tokens;
mod wire;

pub use event::{Busy, Event, EventChange, EventKey, NewEvent, Notify, Outcome, Slot, When};
pub use tokens::{AccessTokens, VaultTokens};
use wire::{Api, WireEvent, refused};

/// Where Google's APIs answer.
pub const ORIGIN: &str = "https://www.googleapis.com";

/// Most calendars of one question about what is free.
pub const MAX_CALENDARS: usize = 50;

/// Reads and writes calendars of a tenant's grant.
#[derive(Clone)]
pub struct Calendar {
    tokens: Arc<dyn AccessTokens>,
    outside: Outside,
    origin: String,
}

impl Calendar {
    /// Google itself.
    pub fn new(tokens: Arc<dyn AccessTokens>, outside: Outside) -> Self {
        Self::at(ORIGIN, tokens, outside)
    }

    /// Something that behaves like it: for the emulator and for tests.
    pub fn at(origin: &str, tokens: Arc<dyn AccessTokens>, outside: Outside) -> Self {
        Self { tokens, outside, origin: origin.to_owned() }
    }

    /// What is taken in each of 1 to [`MAX_CALENDARS`] calendars from one instant until another. Every calendar that was
    /// asked about is in the answer; one that Google could not look into is [`Busy::Unknown`], never free.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn free_busy(
        &self,
        tenant: &TenantId,
        from: Instant,
        until: Instant,
        calendars: &[&str],
    ) -> ProviderResult<BTreeMap<String, Busy>> {
        let body = wire::busy_body(from, until, calendars)?;
        let url = format!("{}/calendar/v3/freeBusy", self.origin);
        let request =
            |token: &Secret| by(Request::new(Method::Post, url.as_str()).body(wire::body(&body)), token);
        let response = self.ask(tenant, Repeat::Always, request).await?;
        let answer = json::<Api, wire::BusyAnswer>(Repeat::Always, &response)?;
        Ok(answer.of(calendars))
    }

    /// Creates an event, once for a key. One that is there already under this key is read and given.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); `Rejected` with the code `deleted` when it was there and
    /// somebody deleted it: Google keeps its id, so another key is needed.
    pub async fn insert(&self, tenant: &TenantId, calendar: &str, event: &NewEvent) -> ProviderResult<Event> {
        let body = wire::insert_body(event)?;
        let url = format!("{}?sendUpdates={}", self.events(calendar)?, event.notify.as_str());
        let request =
            |token: &Secret| by(Request::new(Method::Post, url.as_str()).body(wire::body(&body)), token);
        // The id makes the repeat safe.
        let response = match self.ask(tenant, Repeat::Always, request).await {
            Err(error) if wire::status(&error) == Some(409) => {
                return match self.raw(tenant, calendar, event.key.as_str()).await? {
                    Some(found) if found.is_cancelled() => Err(wire::deleted()),
                    Some(found) if found.is_ours(&event.key) => Ok(found.into()),
                    _ => Err(error),
                };
            }
            other => other?,
        };
        json::<Api, WireEvent>(Repeat::IfRefused, &response).map(Event::from)
    }

    /// An event; `None` when it is not there or was deleted.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn read(&self, tenant: &TenantId, calendar: &str, id: &str) -> ProviderResult<Option<Event>> {
        let found = self.raw(tenant, calendar, id).await?;
        Ok(found.filter(|event| !event.is_cancelled()).map(Event::from))
    }

    /// Changes what is set and leaves the rest, if the event is as it was when it had this etag.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); with an etag `Unsettled` when it may be changed.
    pub async fn patch(
        &self,
        tenant: &TenantId,
        calendar: &str,
        id: &str,
        change: &EventChange,
        etag: Option<&str>,
    ) -> ProviderResult<Outcome<Event>> {
        let body = wire::patch_body(change)?;
        let url = format!("{}?sendUpdates={}", self.event(calendar, id)?, change.notify.as_str());
        let request = |token: &Secret| {
            let request = Request::new(Method::Patch, url.as_str()).body(wire::body(&body));
            if_match(by(request, token), etag)
        };
        // With an etag, a change that was made would look like one of somebody else.
        let repeat = if etag.is_some() { Repeat::IfRefused } else { Repeat::Always };
        match outcome(self.ask(tenant, repeat, request).await)? {
            Outcome::Done(response) => {
                json::<Api, WireEvent>(repeat, &response).map(|event| Outcome::Done(event.into()))
            }
            Outcome::Stale => Ok(Outcome::Stale),
            Outcome::Gone => Ok(Outcome::Gone),
        }
    }

    /// Deletes an event, if it is as it was when it had this etag. One that is not there is [`Outcome::Gone`].
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn delete(
        &self,
        tenant: &TenantId,
        calendar: &str,
        id: &str,
        notify: Notify,
        etag: Option<&str>,
    ) -> ProviderResult<Outcome<()>> {
        let url = format!("{}?sendUpdates={}", self.event(calendar, id)?, notify.as_str());
        let request = |token: &Secret| if_match(by(Request::new(Method::Delete, url.as_str()), token), etag);
        // Once it is deleted, it is gone.
        Ok(match outcome(self.ask(tenant, Repeat::Always, request).await)? {
            Outcome::Done(_) => Outcome::Done(()),
            Outcome::Stale => Outcome::Stale,
            Outcome::Gone => Outcome::Gone,
        })
    }

    /// An event, be it deleted.
    async fn raw(&self, tenant: &TenantId, calendar: &str, id: &str) -> ProviderResult<Option<WireEvent>> {
        let url = self.event(calendar, id)?;
        let request = |token: &Secret| by(Request::new(Method::Get, url.as_str()), token);
        match outcome(self.ask(tenant, Repeat::Always, request).await)? {
            Outcome::Done(response) => json::<Api, WireEvent>(Repeat::Always, &response).map(Some),
            Outcome::Stale | Outcome::Gone => Ok(None),
        }
    }

    fn events(&self, calendar: &str) -> ProviderResult<String> {
        let calendar = wire::segment(calendar).ok_or_else(|| refused("There is no such calendar."))?;
        Ok(format!("{}/calendar/v3/calendars/{calendar}/events", self.origin))
    }

    fn event(&self, calendar: &str, id: &str) -> ProviderResult<String> {
        let id = wire::segment(id).ok_or_else(|| refused("There is no such event."))?;
        Ok(format!("{}/{id}", self.events(calendar)?))
    }

    /// Asks, and once more with another access token when Google refuses this one.
    async fn ask(
        &self,
        tenant: &TenantId,
        repeat: Repeat,
        request: impl Fn(&Secret) -> Request + Send + Sync,
    ) -> ProviderResult<Response> {
        let token = self.tokens.token(tenant, None).await?;
        let error = match self.outside.ask::<Api>(repeat, || request(&token)).await {
            Err(error) if wire::status(&error) == Some(401) => error,
            other => return other,
        };
        let fresh = self.tokens.token(tenant, Some(&token)).await?;
        if fresh.matches(token.expose()) {
            return Err(error);
        }
        self.outside.ask::<Api>(repeat, || request(&fresh)).await
    }
}

impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calendar")
            .field("tokens", &self.tokens)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

fn by(request: Request, token: &Secret) -> Request {
    request.by(Authorization::Bearer(token.clone()))
}

fn if_match(request: Request, etag: Option<&str>) -> Request {
    match etag {
        Some(etag) => request.header("if-match", Secret::new(etag)),
        None => request,
    }
}

/// What is not there, and what is not as it was, are answers.
fn outcome(result: ProviderResult<Response>) -> ProviderResult<Outcome<Response>> {
    match result {
        Ok(response) => Ok(Outcome::Done(response)),
        Err(error) if error.fault == ProviderFault::Rejected => match wire::status(&error) {
            Some(404 | 410) => Ok(Outcome::Gone),
            Some(412) => Ok(Outcome::Stale),
            _ => Err(error),
        },
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
