use zeroize::Zeroizing;

use super::body::body;
use super::error::BodyError;
use super::kind::{Body, Kind, LifeCycle, OfTenant, Policy};
use super::older::{self, Names};
use super::provider::Provider;
use super::rule::{ensure, ensure_secret, hint, is_hex, is_sid, is_token};
use crate::fault::Fault;
use crate::secret::Secret;
use crate::time::Instant;

/// Twilio.
#[derive(Debug)]
pub enum Twilio {}

impl Kind for Twilio {
    const PROVIDER: Provider = Provider::Twilio;
    const NUMBER: u16 = 1;
    const NAME: &'static str = "Twilio";
    const SCHEMA: u16 = 1;
    const LIFE: LifeCycle = LifeCycle::Dual;
    type Scope = OfTenant;
    type Body = TwilioBody;

    fn upgrade(_: u16, json: &[u8]) -> Result<Zeroizing<Vec<u8>>, BodyError> {
        older::upgrade(OLDER, json)
    }
}

const OLDER: Names = &[
    ("accountSid", &["accountSid", "twilio_account_sid", "account_sid"]),
    ("authToken", &["authToken", "twilio_auth_token", "auth_token"]),
];

body! {
    /// A Twilio account: its auth token, an API key, or both. Only the auth token signs webhooks.
    pub struct TwilioBody {
        /// `AC` and 32 hexadecimal digits. Public.
        pub account_sid: String = "accountSid",
        /// The primary auth token.
        pub auth_token: Option<Secret> = "authToken",
        /// The auth token before this one; webhooks signed with it are taken until `previous_until`.
        pub previous_auth_token: Option<Secret> = "previousAuthToken",
        /// When the previous auth token ends.
        pub previous_until: Option<Instant> = "previousUntil",
        /// `SK` and 32 hexadecimal digits. Public.
        pub api_key_sid: Option<String> = "apiKeySid",
        /// Its secret.
        pub api_key_secret: Option<Secret> = "apiKeySecret",
    }
}

impl TwilioBody {
    /// The auth tokens with which a webhook may be signed, the current one first.
    pub fn secrets_at(&self, now: Instant) -> impl Iterator<Item = &Secret> {
        let live = self.previous_until.is_some_and(|until| now < until);
        self.auth_token.iter().chain(self.previous_auth_token.iter().filter(move |_| live))
    }

    /// What to authenticate requests with: the API key, which can be revoked alone, before the auth token. User name and password.
    pub fn basic_auth(&self) -> Option<(&str, &Secret)> {
        match (&self.api_key_sid, &self.api_key_secret, &self.auth_token) {
            (Some(sid), Some(secret), _) => Some((sid, secret)),
            (_, _, Some(token)) => Some((&self.account_sid, token)),
            _ => None,
        }
    }

    /// With a new auth token; the one it had stays valid until `until`.
    #[must_use]
    pub fn rotated(self, auth_token: Secret, until: Instant) -> Self {
        let previous_until = self.auth_token.is_some().then_some(until);
        Self { previous_auth_token: self.auth_token, previous_until, auth_token: Some(auth_token), ..self }
    }
}

impl Body for TwilioBody {
    fn validate(&self, _: Policy, faults: &mut Vec<Fault>) {
        let sid = "must be `AC` and 32 hexadecimal digits";
        ensure(is_sid(&self.account_sid, "AC"), "accountSid", sid, faults);
        let token = "must be 32 hexadecimal digits";
        ensure_secret(self.auth_token.as_ref(), |text| is_hex(text, 32), "authToken", token, faults);
        let previous = self.previous_auth_token.as_ref();
        ensure_secret(previous, |text| is_hex(text, 32), "previousAuthToken", token, faults);
        let paired = self.previous_until.is_some() == previous.is_some();
        ensure(paired, "previousUntil", "goes with `previousAuthToken`", faults);
        ensure(
            self.api_key_sid.as_deref().is_none_or(|sid| is_sid(sid, "SK")),
            "apiKeySid",
            "must be `SK` and 32 hexadecimal digits",
            faults,
        );
        let secret = self.api_key_secret.as_ref();
        ensure_secret(
            secret,
            |text| is_token(text, 16),
            "apiKeySecret",
            "must be the API key's secret",
            faults,
        );
        let paired = self.api_key_sid.is_some() == secret.is_some();
        ensure(paired, "apiKeySecret", "goes with `apiKeySid`", faults);
        let any = self.auth_token.is_some() || self.api_key_sid.is_some();
        ensure(any, "authToken", "is missing, and there is no API key instead", faults);
    }

    fn hint(&self) -> Option<String> {
        hint(&self.account_sid)
    }
}
