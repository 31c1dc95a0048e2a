use zeroize::Zeroizing;

use super::body::body;
use super::error::BodyError;
use super::kind::{Body, Kind, LifeCycle, OfPlatform, Policy};
use super::older::{self, Names};
use super::provider::Provider;
use super::rule::{ensure, ensure_secret, hint, is_token};
use crate::fault::Fault;
use crate::secret::Secret;

/// AWS, for Secrets Manager.
#[derive(Debug)]
pub enum Aws {}

impl Kind for Aws {
    const PROVIDER: Provider = Provider::Aws;
    const NUMBER: u16 = 8;
    const NAME: &'static str = "AWS";
    const SCHEMA: u16 = 1;
    const LIFE: LifeCycle = LifeCycle::Static;
    type Scope = OfPlatform;
    type Body = AwsBody;

    fn upgrade(_: u16, json: &[u8]) -> Result<Zeroizing<Vec<u8>>, BodyError> {
        older::upgrade(OLDER, json)
    }
}

const OLDER: Names = &[
    ("accessKeyId", &["accessKeyId", "AWS_ACCESS_KEY_ID"]),
    ("secretAccessKey", &["secretAccessKey", "AWS_SECRET_ACCESS_KEY"]),
    ("sessionToken", &["sessionToken", "AWS_SESSION_TOKEN"]),
    ("region", &["region", "SECRET_AWS_REGION", "AWS_REGION"]),
];

body! {
    /// An access key.
    pub struct AwsBody {
        /// `AKIA…`, or `ASIA…` for one that ends. Public.
        pub access_key_id: String = "accessKeyId",
        /// Its secret.
        pub secret_access_key: Secret = "secretAccessKey",
        /// Goes with `ASIA…`.
        pub session_token: Option<Secret> = "sessionToken",
        /// Such as `eu-central-1`. Public.
        pub region: String = "region",
    }
}

/// 16 to 128 capitals and digits (AWS IAM API, `AccessKey`), four of them the prefix.
fn is_key_id(text: &str, prefix: &str) -> bool {
    (16..=128).contains(&text.len())
        && text.starts_with(prefix)
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Part of a host name, so nothing but letters, digits and hyphens.
fn is_region(text: &str) -> bool {
    (5..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && text.split('-').count() >= 3
        && text.split('-').all(|part| !part.is_empty())
}

impl Body for AwsBody {
    fn validate(&self, _: Policy, faults: &mut Vec<Fault>) {
        let (lasting, ending) =
            (is_key_id(&self.access_key_id, "AKIA"), is_key_id(&self.access_key_id, "ASIA"));
        ensure(lasting || ending, "accessKeyId", "must be `AKIA` or `ASIA` and what follows it", faults);
        let message = "must be the access key's secret";
        ensure_secret(
            Some(&self.secret_access_key),
            |text| is_token(text, 40),
            "secretAccessKey",
            message,
            faults,
        );
        let token = self.session_token.as_ref();
        ensure(
            token.is_some() || !ending,
            "sessionToken",
            "is missing: keys that begin with `ASIA` have one",
            faults,
        );
        ensure_secret(
            token,
            |text| is_token(text, 16),
            "sessionToken",
            "must be a token without blanks",
            faults,
        );
        ensure(is_region(&self.region), "region", "must be a region like `eu-central-1`", faults);
    }

    fn hint(&self) -> Option<String> {
        hint(&self.access_key_id)
    }
}
