//! Tools: what an assistant may ask of us during a call, each registered once per definition.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use veralux_core::digest::Digest;
use veralux_core::port::{ProviderError, ProviderFault, ProviderResult};

use super::canonical::canonical;
use super::record::{Record, object, own};
use super::{Api, Server, Vapi, path, refused};
use crate::Method;
use crate::call::{Repeat, not_understood};

/// What is waited after each attempt to register that failed for now.
const PAUSES: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];
/// Longest wait that Vapi asks for and that is waited for here.
const MAX_WAIT: Duration = Duration::from_mins(1);

/// What a tool is: a function that Vapi calls at our server.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolDefinition {
    /// Letters, digits, `_` and `-`, 1 to 64; one tool a name in an organisation.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// JSON Schema of its arguments: `type` (`object`), `properties`, `required`, nothing else.
    pub parameters: Value,
    /// Where it is called.
    pub server: Server,
}

impl ToolDefinition {
    /// Canonical JSON (RFC 8785) of everything in it.
    pub fn canonical(&self) -> String {
        canonical(&json!({
            "description": self.description,
            "name": self.name,
            "parameters": self.parameters,
            "server": self.server,
        }))
    }

    /// SHA-256 of [`canonical`](Self::canonical). Equal definitions have equal digests however they are written.
    pub fn digest(&self) -> Digest {
        Digest::from_bytes(Sha256::digest(self.canonical().as_bytes()).into())
    }

    /// Whether Vapi would take it.
    ///
    /// # Errors
    /// `Rejected`, with a sentence that says what to change.
    pub fn check(&self) -> ProviderResult<()> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if self.name.is_empty() || self.name.len() > 64 || !self.name.bytes().all(plain) {
            return Err(refused(
                "A tool's name has 1 to 64 letters, digits, `_` and `-`. Choose another one.",
            ));
        }
        let known = |(name, value): (&String, &Value)| match name.as_str() {
            "type" => value == "object",
            "properties" => value.is_object(),
            "required" => value.is_array(),
            _ => false,
        };
        let fits = self.parameters.as_object().is_some_and(|schema| {
            schema.contains_key("type") && schema.contains_key("properties") && schema.iter().all(known)
        });
        if fits { Ok(()) } else { Err(refused(PARAMETERS)) }
    }
}

const PARAMETERS: &str =
    "A tool's parameters are an object schema with `type`, `properties` and `required` only. Change them.";

/// A tool as Vapi has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// Vapi's id of it.
    pub id: String,
    /// `function`, `transferCall`, ...
    pub kind: String,
    /// What it is, when it is a function that is called at a server.
    pub definition: Option<ToolDefinition>,
}

impl Tool {
    fn read(record: &Record) -> Option<Self> {
        let kind = own(record, "type")?;
        Some(Self { id: own(record, "id")?, kind, definition: definition(record) })
    }
}

fn definition(record: &Record) -> Option<ToolDefinition> {
    let (function, server) = (object(record, "function")?, object(record, "server"));
    let timeout = server.and_then(|server| server.get("timeoutSeconds")?.as_u64());
    Some(ToolDefinition {
        name: own(function, "name")?,
        description: own(function, "description").unwrap_or_default(),
        parameters: function.get("parameters").cloned().unwrap_or_default(),
        server: Server {
            url: server.and_then(|server| own(server, "url")).unwrap_or_default(),
            credential_id: server.and_then(|server| own(server, "credentialId")),
            timeout_seconds: timeout.and_then(|seconds| seconds.try_into().ok()),
        },
    })
}

/// What goes out. Vapi tells kinds of tools apart by `type`, in changes as well.
#[derive(Serialize)]
struct ToolBody<'a> {
    r#type: &'static str,
    function: FunctionBody<'a>,
    server: &'a Server,
}

#[derive(Serialize)]
struct FunctionBody<'a> {
    name: &'a str,
    description: &'a str,
    parameters: &'a Value,
}

impl<'a> From<&'a ToolDefinition> for ToolBody<'a> {
    fn from(definition: &'a ToolDefinition) -> Self {
        let ToolDefinition { name, description, parameters, server } = definition;
        Self { r#type: "function", function: FunctionBody { name, description, parameters }, server }
    }
}

/// What registering did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Nothing: the definition was there.
    Kept,
    /// The tool that was there is now as defined.
    Patched,
    /// There is a new tool.
    Created,
}

/// A tool that Vapi has as it was defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Vapi's id of it.
    pub id: String,
    /// Of the definition; to be kept with the id for the next time.
    pub digest: Digest,
    /// What was done for it.
    pub registration: Registration,
}

impl Vapi {
    /// Sees to it that Vapi has a tool as defined. `known` is what came of it the last time: with the same digest nothing is
    /// asked at all. A known tool that differs is patched; without one, or when it is gone, the tool of this name is (that
    /// at our server before others), else a new one is created.
    ///
    /// What fails for now is tried again after 2, 4 and 8 seconds; a creation whose answer was lost is found by its name.
    ///
    /// # Errors
    /// [`ProviderError`]. May be made again.
    pub async fn register(
        &self,
        definition: &ToolDefinition,
        known: Option<(Digest, &str)>,
    ) -> ProviderResult<Registered> {
        definition.check()?;
        let digest = definition.digest();
        if let Some((_, id)) = known.filter(|(own, _)| *own == digest) {
            return Ok(Registered { id: id.to_owned(), digest, registration: Registration::Kept });
        }
        let mut pauses = PAUSES.iter();
        loop {
            let error = match self.registered(definition, digest, known.map(|(_, id)| id)).await {
                Ok(registered) => return Ok(registered),
                Err(error) => error,
            };
            let Some(pause) = pauses.next().and_then(|pause| wait(*pause, &error)) else { return Err(error) };
            tokio::time::sleep(pause).await;
        }
    }

    pub(super) async fn registered(
        &self,
        definition: &ToolDefinition,
        digest: Digest,
        known: Option<&str>,
    ) -> ProviderResult<Registered> {
        let there = match known {
            Some(id) => self.tool(id).await?,
            None => None,
        };
        let there = match there {
            None => self.find_tool(&definition.name, &definition.server.url).await?,
            there => there,
        };
        let (id, registration) = match there {
            Some(tool) if tool.definition.as_ref().is_some_and(|own| own.digest() == digest) => {
                (tool.id, Registration::Kept)
            }
            Some(tool) => (self.patch_tool(&tool.id, definition).await?.id, Registration::Patched),
            None => (self.post_tool(definition).await?.id, Registration::Created),
        };
        Ok(Registered { id, digest, registration })
    }

    /// A function of this name: the one that is there, unchanged, or a new one.
    ///
    /// # Errors
    /// [`ProviderError`]; after `Unsettled`, ask again.
    pub async fn create_tool(&self, definition: &ToolDefinition) -> ProviderResult<Tool> {
        definition.check()?;
        match self.find_tool(&definition.name, &definition.server.url).await? {
            Some(found) => Ok(found),
            None => self.post_tool(definition).await,
        }
    }

    /// The function of this name; of several the one at this URL.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn find_tool(&self, name: &str, url: &str) -> ProviderResult<Option<Tool>> {
        let mut found: Vec<_> = self.tools().await?;
        found.retain(|tool| tool.definition.as_ref().is_some_and(|own| own.name == name));
        let at_url = |tool: &Tool| tool.definition.as_ref().is_some_and(|own| own.server.url == url);
        let place = found.iter().position(at_url).unwrap_or_default();
        Ok(found.into_iter().nth(place))
    }

    /// All tools of the organisation.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn tools(&self) -> ProviderResult<Vec<Tool>> {
        Ok(self.list("tool", &[]).await?.iter().filter_map(Tool::read).collect())
    }

    /// One tool; `None` when it is not there.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn tool(&self, id: &str) -> ProviderResult<Option<Tool>> {
        let Some((record, response)) = self.one(&path("tool", id)?).await? else { return Ok(None) };
        Tool::read(&record).map(Some).ok_or_else(|| not_understood::<Api>(Repeat::Always, &response))
    }

    /// Makes a tool as defined.
    ///
    /// # Errors
    /// [`ProviderError`]; `Rejected` when it is not there. May be made again.
    pub async fn patch_tool(&self, id: &str, definition: &ToolDefinition) -> ProviderResult<Tool> {
        definition.check()?;
        let (record, response) =
            self.write(Method::Patch, &path("tool", id)?, &ToolBody::from(definition)).await?;
        Tool::read(&record).ok_or_else(|| not_understood::<Api>(Repeat::Never, &response))
    }

    /// Removes a tool. One that is gone already is no error.
    ///
    /// # Errors
    /// [`ProviderError`]; `Rejected` when something still uses it.
    pub async fn delete_tool(&self, id: &str) -> ProviderResult<()> {
        self.remove(&path("tool", id)?).await
    }

    async fn post_tool(&self, definition: &ToolDefinition) -> ProviderResult<Tool> {
        let (record, response) = self.write(Method::Post, "/tool", &ToolBody::from(definition)).await?;
        Tool::read(&record).ok_or_else(|| not_understood::<Api>(Repeat::Never, &response))
    }
}

/// How long to wait after a failure; `None` when trying again changes nothing, or not soon.
fn wait(pause: Duration, error: &ProviderError) -> Option<Duration> {
    match error.fault {
        ProviderFault::RateLimited { wait: Some(wait) } if wait > MAX_WAIT => None,
        ProviderFault::RateLimited { wait: Some(wait) } => Some(pause.max(wait)),
        // What was lost half way is looked for first.
        ProviderFault::RateLimited { wait: None } | ProviderFault::Transient | ProviderFault::Unsettled => {
            Some(pause)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
