use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

use super::body::body;
use super::error::BodyError;
use super::kind::{Body, Kind, LifeCycle, OfTenant, Policy};
use super::older::{self, Names};
use super::provider::Provider;
use super::rule::{ensure, ensure_secret, is_prefixed};
use crate::fault::Fault;
use crate::secret::Secret;

/// Telnyx.
#[derive(Debug)]
pub enum Telnyx {}

impl Kind for Telnyx {
    const PROVIDER: Provider = Provider::Telnyx;
    const NUMBER: u16 = 2;
    const NAME: &'static str = "Telnyx";
    const SCHEMA: u16 = 1;
    const LIFE: LifeCycle = LifeCycle::Static;
    type Scope = OfTenant;
    type Body = TelnyxBody;

    fn upgrade(_: u16, json: &[u8]) -> Result<Zeroizing<Vec<u8>>, BodyError> {
        older::upgrade(OLDER, json)
    }
}

const OLDER: Names = &[
    ("apiKey", &["apiKey", "telnyx_api_key", "TELNYX_API_KEY"]),
    ("publicKey", &["publicKey", "telnyx_public_key", "TELNYX_PUBLIC_KEY"]),
];

body! {
    /// A Telnyx account.
    pub struct TelnyxBody {
        /// `KEY…`.
        pub api_key: Secret = "apiKey",
        /// The Ed25519 key of its webhooks: 32 bytes in base64. Public.
        pub public_key: Option<String> = "publicKey",
    }
}

impl TelnyxBody {
    /// The key that its webhooks are verified with.
    pub fn webhook_key(&self) -> Option<[u8; 32]> {
        BASE64_STANDARD.decode(self.public_key.as_ref()?).ok()?.try_into().ok()
    }
}

impl Body for TelnyxBody {
    fn validate(&self, _: Policy, faults: &mut Vec<Fault>) {
        let key = Some(&self.api_key);
        ensure_secret(
            key,
            |text| is_prefixed(text, "KEY", 16),
            "apiKey",
            "must be `KEY` and what follows it",
            faults,
        );
        let valid = self.public_key.is_none() || self.webhook_key().is_some();
        ensure(valid, "publicKey", "must be 32 bytes in base64", faults);
    }

    fn hint(&self) -> Option<String> {
        None
    }
}
