//! Vapi, over which the operator's assistants speak on the telephone.
//!
//! Source: the provider's OpenAPI description (VapiAI/docs `fern/apis/api/openapi.json`) and documentation.
//!
//! # Contract
//! * Vapi refuses every field that it does not know, so requests are built from known fields only and what is not set is
//!   left out.
//! * It has no idempotency keys and promises nothing of refused requests: only reads are repeated by themselves. What
//!   creates something looks first (by name, number or `metadata.veraluxTenant`), so that a caller whose answer was lost
//!   asks again and gets what is there.
//! * `PATCH` replaces an assistant's `model` (and every other field) as a whole: it is read, merged and sent back.
//! * There is one organisation for all tenants. What belongs to one carries its id in `metadata.veraluxTenant`.
//!
//! Lists of assistants hold their prompts: the transport should take answers of [`Vapi::MAX_ANSWER_BYTES`].

mod assistant;
mod call;
mod canonical;
mod credential;
mod number;
mod port;
mod record;
pub mod tool;
pub mod webhook;

use std::collections::BTreeSet;
use std::fmt;

use veralux_core::port::{ProviderError, ProviderFault, ProviderResult, Verdict};
use veralux_core::secret::Secret;
use zeroize::Zeroizing;

pub use assistant::{Assistant, AssistantChange, ModelChange, Server, Turn, Voice};
pub use call::{Call, NewCall};
pub use credential::Credential;
pub use number::{NumberChange, PhoneNumber, TwilioImport};
pub use tool::{Registered, Registration, Tool, ToolDefinition};

use crate::call::{Contract, Refusal, Repeat, json, not_understood};
use crate::{Authorization, Body, Method, Outside, Request, Response};
use record::{Record, records, text};

/// Under which a tenant's id stands in the metadata of what is its own.
pub const TENANT_KEY: &str = "veraluxTenant";
/// Longest name of anything at Vapi.
const MAX_NAME: usize = 40;
/// Records a page; Vapi gives up to 1,000.
const PAGE: usize = 100;
/// Most pages of a list.
const MAX_PAGES: usize = 100;

/// An organisation at Vapi.
#[derive(Debug, Clone)]
pub struct Vapi {
    origin: String,
    key: Secret,
    outside: Outside,
    /// What Vapi bears when it calls our tools.
    webhook_secret: Option<Secret>,
}

impl Vapi {
    /// Where Vapi answers.
    pub const ORIGIN: &'static str = "https://api.vapi.ai";
    /// What the transport should take: a hundred assistants with long prompts.
    pub const MAX_ANSWER_BYTES: usize = 8 << 20;

    /// With an organisation's private key.
    pub fn new(api_key: Secret, outside: Outside) -> Self {
        Self::at(Self::ORIGIN, api_key, outside)
    }

    /// For the emulator and for tests.
    pub fn at(origin: impl Into<String>, api_key: Secret, outside: Outside) -> Self {
        Self { origin: origin.into(), key: api_key, outside, webhook_secret: None }
    }

    /// Has tools that are registered from now on called with this secret, as a bearer token: a credential at Vapi that the
    /// tools name.
    #[must_use]
    pub fn with_webhook_secret(self, secret: Option<Secret>) -> Self {
        Self { webhook_secret: secret, ..self }
    }

    /// Whether the key works, by one harmless request.
    pub async fn check(&self) -> Verdict {
        let asked = match self.read("/assistant?limit=1").await {
            Ok(response) => records(&response),
            Err(error) => Err(error),
        };
        crate::verdict::of(&asked)
    }

    async fn read(&self, path: &str) -> ProviderResult<Response> {
        self.outside.ask::<Api>(Repeat::Always, || self.request(Method::Get, path)).await
    }

    /// Does something, once.
    async fn act(&self, method: Method, path: &str, body: Option<Body>) -> ProviderResult<Response> {
        let request = || {
            let request = self.request(method, path);
            match &body {
                Some(Body { content_type, bytes }) => {
                    request.body(Body { content_type, bytes: bytes.clone() })
                }
                None => request,
            }
        };
        self.outside.ask::<Api>(Repeat::Never, request).await
    }

    /// Does something that answers with what it made or changed.
    async fn write(
        &self,
        method: Method,
        path: &str,
        body: &impl serde::Serialize,
    ) -> ProviderResult<(Record, Response)> {
        let response = self.act(method, path, Some(encoded(body)?)).await?;
        let record: Record = json::<Api, _>(Repeat::Never, &response)?;
        Ok((record, response))
    }

    /// Removes something; what is gone already is no error.
    async fn remove(&self, path: &str) -> ProviderResult<()> {
        let asked = self.act(Method::Delete, path, None).await;
        crate::call::unless_status(404, asked).map(|_| ())
    }

    /// One record; `None` when it is not there.
    async fn one(&self, path: &str) -> ProviderResult<Option<(Record, Response)>> {
        let Some(response) = crate::call::unless_status(404, self.read(path).await)? else { return Ok(None) };
        let record: Record = json::<Api, _>(Repeat::Always, &response)?;
        Ok(Some((record, response)))
    }

    /// All records of a kind, to the end.
    async fn list(&self, kind: &str, filter: &[(&str, &str)]) -> ProviderResult<Vec<Record>> {
        let (mut all, mut known, mut edge) = (Vec::new(), BTreeSet::new(), None);
        for _ in 0..MAX_PAGES {
            let response = self.read(&page_path(kind, filter, edge.as_ref())).await?;
            let page = records(&response)?;
            let (full, before) = (page.len() >= PAGE, known.len());
            edge = next_edge(&page);
            for record in page {
                let id =
                    text(&record, "id").ok_or_else(|| not_understood::<Api>(Repeat::Always, &response))?;
                if known.insert(id.to_owned()) {
                    all.push(record);
                }
            }
            if !full {
                return Ok(all);
            }
            if edge.is_none() || known.len() == before {
                break;
            }
        }
        Err(ProviderError::new(
            Api::SLUG,
            ProviderFault::Permanent,
            "Vapi holds more than can be looked through. Ask the operator to look.",
        ))
    }

    fn request(&self, method: Method, path: &str) -> Request {
        Request::new(method, format!("{}{path}", self.origin)).by(Authorization::Bearer(self.key.clone()))
    }
}

/// The path of a page: the newest come first, so the next one begins where this one ends. Both ends are inclusive, since
/// two records may have one moment.
fn page_path(kind: &str, filter: &[(&str, &str)], edge: Option<&(&'static str, String)>) -> String {
    let mut query = form_urlencoded::Serializer::new(format!("/{kind}?limit={PAGE}"));
    let moved = edge.map(|(name, _)| *name);
    query.extend_pairs(filter.iter().filter(|(name, _)| Some(*name) != moved));
    if let Some((name, at)) = edge {
        query.append_pair(name, at);
    }
    query.finish()
}

/// Vapi does not say in which order it lists; the page itself does.
fn next_edge(page: &[Record]) -> Option<(&'static str, String)> {
    let first = text(page.first()?, "createdAt")?;
    let last = text(page.last()?, "createdAt")?;
    let name = if first < last { "createdAtGe" } else { "createdAtLe" };
    Some((name, last.to_owned()))
}

/// The path of one record. An id that is none goes nowhere.
fn path(kind: &str, id: &str) -> ProviderResult<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if id.is_empty() || id.len() > 64 || !id.bytes().all(fits) {
        return Err(refused("What was given is no id of Vapi's. Check what was entered."));
    }
    Ok(format!("/{kind}/{id}"))
}

/// A name as Vapi takes it.
fn named(name: &str) -> ProviderResult<&str> {
    if name.is_empty() || name.chars().count() > MAX_NAME {
        return Err(refused("A name at Vapi has 1 to 40 characters. Choose another one."));
    }
    Ok(name)
}

/// What is refused before it is asked.
fn refused(sentence: &'static str) -> ProviderError {
    ProviderError::new(Api::SLUG, ProviderFault::Rejected, sentence)
}

fn encoded(body: &impl serde::Serialize) -> ProviderResult<Body> {
    // Large enough for what holds a secret, so that no copy of it is left behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(2048));
    serde_json::to_writer(&mut *bytes, body)
        .map_err(|_| refused("What was given cannot be written as JSON. Check what was entered."))?;
    Ok(Body { content_type: "application/json", bytes })
}

/// Vapi's way to refuse, which is `NestJS`'s: `{message: string | string[], error, statusCode}`.
pub(crate) enum Api {}

impl Contract for Api {
    const SLUG: &'static str = "vapi";
    const NAME: &'static str = "Vapi";

    fn refusal(response: &Response) -> Refusal {
        let body: Record = serde_json::from_slice(&response.body).unwrap_or_default();
        let code = text(&body, "error").filter(|code| code.len() <= 64).map(ToOwned::to_owned);
        let sentence = match response.status {
            402 => Some("The account at Vapi has no credit. Add credit there and try again.".into()),
            403 => Some("Vapi does not let this key do that. Connect the organisation's private key.".into()),
            404 => Some("Vapi does not know it; it may have been deleted there. Set it up again.".into()),
            409 => Some("Something else at Vapi still uses it. Detach it there first.".into()),
            400 => unknown_property(&body).map(|name| {
                format!("Vapi does not take the field `{name}`. Ask the operator for a newer version.").into()
            }),
            _ => None,
        };
        Refusal { code, fault: None, sentence }
    }
}

/// The field of `property X should not exist`.
fn unknown_property(body: &Record) -> Option<&str> {
    let messages = body.get("message")?;
    let messages = messages.as_array().map_or(std::slice::from_ref(messages), Vec::as_slice);
    let named = messages
        .iter()
        .filter_map(serde_json::Value::as_str)
        .find_map(|message| message.split_once("property ")?.1.strip_suffix(" should not exist"))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    (named.len() <= 64 && named.chars().all(plain)).then_some(named)
}

/// Shows the names of the fields that are set, and nothing of what is in them.
fn shown(f: &mut fmt::Formatter<'_>, name: &str, fields: &Record) -> fmt::Result {
    f.write_str(name)?;
    f.debug_set().entries(fields.keys()).finish()
}

#[cfg(test)]
mod tests;
