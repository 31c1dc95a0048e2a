use zeroize::Zeroizing;

use super::body::body;
use super::error::BodyError;
use super::kind::{Body, Kind, LifeCycle, OfTenant, Policy};
use super::older::{self, Names};
use super::provider::Provider;
use super::rule::{ensure, ensure_secret, is_email, is_token};
use crate::fault::Fault;
use crate::secret::Secret;
use crate::time::Instant;

/// Google Calendar.
#[derive(Debug)]
pub enum GoogleCalendar {}

impl Kind for GoogleCalendar {
    const PROVIDER: Provider = Provider::GoogleCalendar;
    const NUMBER: u16 = 5;
    const NAME: &'static str = "Google Calendar";
    const SCHEMA: u16 = 1;
    const LIFE: LifeCycle = LifeCycle::OAuth2;
    type Scope = OfTenant;
    type Body = GoogleCalendarBody;

    fn upgrade(_: u16, json: &[u8]) -> Result<Zeroizing<Vec<u8>>, BodyError> {
        older::upgrade(OLDER, json)
    }
}

const OLDER: Names = &[
    ("accessToken", &["accessToken", "access_token"]),
    ("refreshToken", &["refreshToken", "refresh_token"]),
    ("expiresAt", &["expiresAt", "expires_at", "expiry_date"]),
    ("email", &["email", "google_email"]),
];

/// What a scope that allows anything of a calendar begins with.
const CALENDAR: &str = "https://www.googleapis.com/auth/calendar";

body! {
    /// A person's grant.
    pub struct GoogleCalendarBody {
        /// The token of requests; made from the refresh token when it has ended.
        pub access_token: Option<Secret> = "accessToken",
        /// When the access token ends.
        pub expires_at: Option<Instant> = "expiresAt",
        /// What access tokens are got with.
        pub refresh_token: Secret = "refreshToken",
        /// What the person granted; people may grant less than was asked for.
        pub scopes: Option<Vec<String>> = "scopes",
        /// Whose calendar it is. Personal.
        pub email: Option<String> = "email",
    }
}

impl GoogleCalendarBody {
    /// The access token, unless it ends within `margin` microseconds.
    pub fn access_token_at(&self, now: Instant, margin: i64) -> Option<&Secret> {
        let live = self.expires_at.is_some_and(|end| now.plus(margin) < end);
        self.access_token.as_ref().filter(|_| live)
    }

    /// With what a refresh brought. Where it brought no new refresh token, the old one stays.
    #[must_use]
    pub fn refreshed(self, access_token: Secret, expires_at: Instant, refresh_token: Option<Secret>) -> Self {
        let refresh_token = refresh_token.unwrap_or(self.refresh_token);
        Self { access_token: Some(access_token), expires_at: Some(expires_at), refresh_token, ..self }
    }
}

impl Body for GoogleCalendarBody {
    fn validate(&self, _: Policy, faults: &mut Vec<Fault>) {
        let token = "must be a token without blanks";
        ensure_secret(self.access_token.as_ref(), |text| is_token(text, 16), "accessToken", token, faults);
        ensure_secret(Some(&self.refresh_token), |text| is_token(text, 16), "refreshToken", token, faults);
        let granted = |scopes: &Vec<String>| scopes.iter().any(|scope| scope.starts_with(CALENDAR));
        let scopes = self.scopes.as_ref().is_none_or(granted);
        ensure(scopes, "scopes", "must hold one of the calendar", faults);
        let email = self.email.as_deref().is_none_or(is_email);
        ensure(email, "email", "must be an e-mail address", faults);
    }

    fn hint(&self) -> Option<String> {
        None
    }

    fn account(&self) -> Option<&str> {
        self.email.as_deref()
    }

    fn expires_at(&self) -> Option<Instant> {
        self.expires_at
    }
}
