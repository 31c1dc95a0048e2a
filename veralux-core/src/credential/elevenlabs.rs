use zeroize::Zeroizing;

use super::body::body;
use super::error::BodyError;
use super::kind::{Body, Kind, LifeCycle, OfTenant, Policy};
use super::older::{self, Names};
use super::provider::Provider;
use super::rule::{ensure_secret, is_hex, is_prefixed};
use crate::fault::Fault;
use crate::secret::Secret;

/// `ElevenLabs`.
#[derive(Debug)]
pub enum ElevenLabs {}

impl Kind for ElevenLabs {
    const PROVIDER: Provider = Provider::ElevenLabs;
    const NUMBER: u16 = 7;
    const NAME: &'static str = "ElevenLabs";
    const SCHEMA: u16 = 1;
    const LIFE: LifeCycle = LifeCycle::Static;
    type Scope = OfTenant;
    type Body = ElevenLabsBody;

    fn upgrade(_: u16, json: &[u8]) -> Result<Zeroizing<Vec<u8>>, BodyError> {
        older::upgrade(OLDER, json)
    }
}

const OLDER: Names = &[("apiKey", &["apiKey", "elevenlabs_api_key"])];

body! {
    /// An `ElevenLabs` workspace.
    pub struct ElevenLabsBody {
        /// `sk_…`; older keys are 32 hexadecimal digits.
        pub api_key: Secret = "apiKey",
    }
}

impl Body for ElevenLabsBody {
    fn validate(&self, _: Policy, faults: &mut Vec<Fault>) {
        let key = |text: &str| is_prefixed(text, "sk_", 16) || is_hex(text, 32);
        let message = "must be `sk_` and what follows it, or 32 hexadecimal digits";
        ensure_secret(Some(&self.api_key), key, "apiKey", message, faults);
    }

    fn hint(&self) -> Option<String> {
        None
    }
}
