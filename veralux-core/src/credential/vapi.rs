use zeroize::Zeroizing;

use super::body::body;
use super::error::BodyError;
use super::kind::{Body, Kind, LifeCycle, OfPlatform, OfTenant, Policy, Sealed};
use super::older::{self, Names};
use super::provider::Provider;
use super::rule::{ensure, ensure_secret, hint, is_jwt, is_token, is_uuid};
use crate::fault::Fault;
use crate::secret::Secret;

/// Vapi. The operator's; a tenant brings its own only as [`TenantVapi`].
#[derive(Debug)]
pub enum Vapi {}

impl Kind for Vapi {
    const PROVIDER: Provider = Provider::Vapi;
    const NUMBER: u16 = 3;
    const NAME: &'static str = "Vapi";
    const SCHEMA: u16 = 1;
    const LIFE: LifeCycle = LifeCycle::Static;
    type Scope = OfPlatform;
    type Body = VapiBody;

    fn upgrade(_: u16, json: &[u8]) -> Result<Zeroizing<Vec<u8>>, BodyError> {
        older::upgrade(OLDER, json)
    }
}

const OLDER: Names = &[
    ("apiKey", &["apiKey", "vapi_api_key", "vapi_secret_key"]),
    ("publicKey", &["publicKey", "vapi_public_key"]),
    ("webhookSecret", &["webhookSecret", "vapi_webhook_secret"]),
];

/// Vapi, where the operator lets tenants bring their own key ([`Policy::tenant_vapi`]).
#[derive(Debug)]
pub enum TenantVapi {}

impl Sealed for TenantVapi {}

impl Kind for TenantVapi {
    const PROVIDER: Provider = Vapi::PROVIDER;
    const NUMBER: u16 = Vapi::NUMBER;
    const NAME: &'static str = Vapi::NAME;
    const SCHEMA: u16 = Vapi::SCHEMA;
    const LIFE: LifeCycle = Vapi::LIFE;
    type Scope = OfTenant;
    type Body = VapiBody;

    fn upgrade(from: u16, json: &[u8]) -> Result<Zeroizing<Vec<u8>>, BodyError> {
        Vapi::upgrade(from, json)
    }
}

body! {
    /// A Vapi organisation.
    pub struct VapiBody {
        /// The private key: a UUID, or a JWT.
        pub api_key: Secret = "apiKey",
        /// The public key. Public.
        pub public_key: Option<String> = "publicKey",
        /// What Vapi sends us with each webhook.
        pub webhook_secret: Option<Secret> = "webhookSecret",
    }
}

impl Body for VapiBody {
    fn validate(&self, _: Policy, faults: &mut Vec<Fault>) {
        let key = |text: &str| is_uuid(text) || is_jwt(text);
        ensure_secret(Some(&self.api_key), key, "apiKey", "must be a UUID or a JWT", faults);
        let public = self.public_key.as_deref().is_none_or(key);
        ensure(public, "publicKey", "must be a UUID or a JWT", faults);
        let secret = self.webhook_secret.as_ref();
        ensure_secret(
            secret,
            |text| is_token(text, 8),
            "webhookSecret",
            "must have at least 8 characters",
            faults,
        );
    }

    fn hint(&self) -> Option<String> {
        hint(self.public_key.as_deref()?)
    }
}
