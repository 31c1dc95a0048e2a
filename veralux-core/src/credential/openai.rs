use zeroize::Zeroizing;

use super::address::check_base_url;
use super::body::body;
use super::error::BodyError;
use super::kind::{Body, Kind, LifeCycle, OfTenant, Policy};
use super::older::{self, Names};
use super::provider::Provider;
use super::rule::{ensure, ensure_secret, hint, is_prefixed, is_token};
use crate::fault::Fault;
use crate::secret::Secret;

/// `OpenAI`, or a server that speaks its protocol.
#[derive(Debug)]
pub enum OpenAi {}

impl Kind for OpenAi {
    const PROVIDER: Provider = Provider::OpenAi;
    const NUMBER: u16 = 4;
    const NAME: &'static str = "OpenAI";
    const SCHEMA: u16 = 1;
    const LIFE: LifeCycle = LifeCycle::Static;
    type Scope = OfTenant;
    type Body = OpenAiBody;

    fn upgrade(_: u16, json: &[u8]) -> Result<Zeroizing<Vec<u8>>, BodyError> {
        older::upgrade(OLDER, json)
    }
}

const OLDER: Names = &[
    ("apiKey", &["apiKey", "openai_api_key", "OPENAI_API_KEY"]),
    ("baseUrl", &["baseUrl", "OPENAI_BASE_URL"]),
];

body! {
    /// A key, and the server that it is for: whoever changes the server must have the key.
    pub struct OpenAiBody {
        /// `sk-…` with `OpenAI`; with another server whatever it asks for.
        pub api_key: Secret = "apiKey",
        /// The server, if it is not that of `OpenAI`. Public.
        pub base_url: Option<String> = "baseUrl",
        /// `org-…`. Public.
        pub organization: Option<String> = "organization",
        /// `proj_…`. Public.
        pub project: Option<String> = "project",
    }
}

impl OpenAiBody {
    /// The server of `OpenAI`.
    pub const BASE_URL: &'static str = "https://api.openai.com/v1";

    /// The server that the key is for.
    pub fn base_url(&self) -> &str {
        self.base_url.as_deref().unwrap_or(Self::BASE_URL)
    }
}

impl Body for OpenAiBody {
    fn validate(&self, policy: Policy, faults: &mut Vec<Fault>) {
        let key = Some(&self.api_key);
        if let Some(url) = &self.base_url {
            ensure_secret(key, |text| is_token(text, 1), "apiKey", "must be a key without blanks", faults);
            if let Err(error) = check_base_url(url, policy.loopback) {
                faults.push(Fault::new("baseUrl", error.to_string()));
            }
        } else {
            let message = "must be `sk-` and what follows it";
            ensure_secret(key, |text| is_prefixed(text, "sk-", 16), "apiKey", message, faults);
        }
        let organization = self.organization.as_deref().is_none_or(|id| is_prefixed(id, "org-", 4));
        ensure(organization, "organization", "must be `org-` and what follows it", faults);
        let project = self.project.as_deref().is_none_or(|id| is_prefixed(id, "proj_", 4));
        ensure(project, "project", "must be `proj_` and what follows it", faults);
    }

    fn hint(&self) -> Option<String> {
        hint(self.project.as_deref().or(self.organization.as_deref())?)
    }
}
