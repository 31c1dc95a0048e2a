use zeroize::Zeroizing;

use super::body::body;
use super::error::BodyError;
use super::kind::{Body, Kind, LifeCycle, OfTenant, Policy};
use super::older::{self, Names};
use super::provider::Provider;
use super::rule::{ensure_secret, is_prefixed};
use crate::fault::Fault;
use crate::secret::Secret;

/// Resend.
#[derive(Debug)]
pub enum Resend {}

impl Kind for Resend {
    const PROVIDER: Provider = Provider::Resend;
    const NUMBER: u16 = 6;
    const NAME: &'static str = "Resend";
    const SCHEMA: u16 = 1;
    const LIFE: LifeCycle = LifeCycle::Static;
    type Scope = OfTenant;
    type Body = ResendBody;

    fn upgrade(_: u16, json: &[u8]) -> Result<Zeroizing<Vec<u8>>, BodyError> {
        older::upgrade(OLDER, json)
    }
}

const OLDER: Names = &[
    ("apiKey", &["apiKey", "resend_api_key"]),
    ("webhookSecret", &["webhookSecret", "resend_webhook_secret"]),
];

body! {
    /// A Resend account.
    pub struct ResendBody {
        /// `re_…`.
        pub api_key: Secret = "apiKey",
        /// `whsec_…`, with which its webhooks are signed.
        pub webhook_secret: Option<Secret> = "webhookSecret",
    }
}

impl Body for ResendBody {
    fn validate(&self, _: Policy, faults: &mut Vec<Fault>) {
        let key = Some(&self.api_key);
        ensure_secret(
            key,
            |text| is_prefixed(text, "re_", 8),
            "apiKey",
            "must be `re_` and what follows it",
            faults,
        );
        let (secret, message) = (self.webhook_secret.as_ref(), "must be `whsec_` and what follows it");
        ensure_secret(secret, |text| is_prefixed(text, "whsec_", 8), "webhookSecret", message, faults);
    }

    fn hint(&self) -> Option<String> {
        None
    }
}
