//! Assistants: what speaks on the telephone.

use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};
use veralux_core::id::TenantId;
use veralux_core::port::ProviderResult;

use super::record::{Record, object, own, text};
use super::{Api, TENANT_KEY, Vapi, named, path, refused, shown};
use crate::Method;
use crate::call::{Repeat, not_understood};

/// What all models have, and so survives a change of the model's provider.
const COMMON_TO_MODELS: &[&str] = &[
    "messages",
    "tools",
    "toolIds",
    "toolRefs",
    "temperature",
    "maxTokens",
    "emotionRecognitionEnabled",
    "numFastTurns",
];

/// An assistant as Vapi has it.
#[derive(Clone)]
pub struct Assistant {
    /// Vapi's id of it.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    record: Record,
}

impl Assistant {
    /// The tenant whose it is; none when somebody else made it.
    pub fn tenant(&self) -> Option<&str> {
        text(object(&self.record, "metadata")?, TENANT_KEY)
    }

    /// The tools that its model may use.
    pub fn tool_ids(&self) -> Vec<&str> {
        let ids = object(&self.record, "model").and_then(|model| model.get("toolIds"));
        ids.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Everything that Vapi says of it, prompts included.
    pub fn document(&self) -> &serde_json::Map<String, Value> {
        &self.record
    }

    fn read(record: Record) -> Option<Self> {
        Some(Self { id: own(&record, "id")?, name: own(&record, "name"), record })
    }
}

impl fmt::Debug for Assistant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Assistant({})", self.id)
    }
}

/// Where Vapi sends its server messages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Server {
    /// Public `https` URL.
    pub url: String,
    /// The credential at Vapi with which it says who it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
    /// How long it waits for an answer, 1 to 300; 20 when unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u16>,
}

/// A turn of a prompt.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// `system`, `user`, `assistant`.
    pub role: String,
    /// What is said.
    pub content: String,
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Turn({}, {} bytes)", self.role, self.content.len())
    }
}

/// A voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// `11labs`, `vapi`, ...
    pub provider: String,
    /// Its id over there.
    pub voice_id: String,
}

/// What of a language model changes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelChange {
    /// `openai`, ...; with [`model`](Self::model), both or none.
    pub provider: Option<String>,
    /// `gpt-4o`, ...
    pub model: Option<String>,
    /// The prompt.
    pub messages: Option<Vec<Turn>>,
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 50 to 10,000.
    pub max_tokens: Option<u32>,
    /// The tools, all of them. To add or remove some: [`Vapi::link_tools`], [`Vapi::unlink_tools`].
    pub tool_ids: Option<Vec<String>>,
}

/// What of an assistant changes; what is `None` stays as it is. `Debug` shows which fields are set.
#[derive(Clone, Default, PartialEq)]
pub struct AssistantChange {
    /// 1 to 40 characters.
    pub name: Option<String>,
    /// What it says first.
    pub first_message: Option<String>,
    /// Merged into the model that is there.
    pub model: Option<ModelChange>,
    /// Merged into the voice that is there, unless its provider changes.
    pub voice: Option<Voice>,
    /// Replaced as a whole: headers that somebody put there are not sent to another URL.
    pub server: Option<Server>,
    /// Which messages are sent there: `end-of-call-report`, ...
    pub server_messages: Option<Vec<String>>,
    /// Whether calls are recorded.
    pub recording: Option<bool>,
    /// Whether a summary is made after each call.
    pub summary: Option<bool>,
}

impl AssistantChange {
    /// The fields to send, where `old` is what is there.
    pub(super) fn body(&self, old: &Record) -> ProviderResult<Record> {
        let mut body = Record::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                body.insert(name.to_owned(), value);
            }
        };
        if let Some(name) = &self.name {
            put("name", Some(named(name)?.into()));
        }
        put("firstMessage", self.first_message.clone().map(Value::from));
        if let Some(change) = &self.model {
            put("model", Some(Value::Object(change.merged(object(old, "model"))?)));
        }
        put("voice", self.voice.as_ref().map(|voice| voice.merged(object(old, "voice"))));
        put("server", self.server.as_ref().map(|server| json!(server)));
        put("serverMessages", self.server_messages.as_ref().map(|messages| json!(messages)));
        let recording =
            self.recording.map(|on| with(object(old, "artifactPlan"), "recordingEnabled", on.into()));
        put("artifactPlan", recording);
        put(
            "analysisPlan",
            self.summary.map(|on| {
                let plan = object(old, "analysisPlan");
                let summary = plan.and_then(|plan| object(plan, "summaryPlan"));
                with(plan, "summaryPlan", with(summary, "enabled", on.into()))
            }),
        );
        Ok(body)
    }
}

impl fmt::Debug for AssistantChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(f, "AssistantChange", &self.body(&Record::new()).unwrap_or_default())
    }
}

impl ModelChange {
    /// The whole model, which is what Vapi wants: what is there, with the change.
    fn merged(&self, old: Option<&Record>) -> ProviderResult<Record> {
        if self.provider.is_some() != self.model.is_some() {
            return Err(refused("A model has a provider and a name. Give both."));
        }
        let mut merged = old.cloned().unwrap_or_default();
        if self.provider.as_deref().is_some_and(|provider| text(&merged, "provider") != Some(provider)) {
            merged.retain(|name, _| COMMON_TO_MODELS.contains(&name.as_str()));
        }
        let fields = [
            ("provider", self.provider.clone().map(Value::from)),
            ("model", self.model.clone().map(Value::from)),
            ("messages", self.messages.as_ref().map(|turns| json!(turns))),
            ("temperature", self.temperature.map(Value::from)),
            ("maxTokens", self.max_tokens.map(Value::from)),
            ("toolIds", self.tool_ids.as_ref().map(|ids| json!(ids))),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                merged.insert(name.to_owned(), value);
            }
        }
        if text(&merged, "provider").is_none() || text(&merged, "model").is_none() {
            return Err(refused("The assistant has no model yet. Choose one first."));
        }
        Ok(merged)
    }
}

impl Voice {
    fn merged(&self, old: Option<&Record>) -> Value {
        let same = |old: &&Record| text(old, "provider") == Some(self.provider.as_str());
        let mut merged = old.filter(same).cloned().unwrap_or_default();
        merged.insert("provider".to_owned(), self.provider.as_str().into());
        merged.insert("voiceId".to_owned(), self.voice_id.as_str().into());
        Value::Object(merged)
    }
}

/// An object with one more field.
fn with(old: Option<&Record>, name: &str, value: Value) -> Value {
    let mut merged = old.cloned().unwrap_or_default();
    merged.insert(name.to_owned(), value);
    Value::Object(merged)
}

impl Vapi {
    /// A tenant's assistant of this name, which the change must have: the one that is there, unchanged, or a new one.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); after `Unsettled`, ask again.
    pub async fn create_assistant(
        &self,
        tenant: &TenantId,
        assistant: &AssistantChange,
    ) -> ProviderResult<Assistant> {
        let name =
            assistant.name.as_deref().ok_or_else(|| refused("An assistant needs a name. Choose one."))?;
        let mut body = assistant.body(&Record::new())?;
        if let Some(found) = self.find_assistant(tenant, name).await? {
            return Ok(found);
        }
        body.insert("metadata".to_owned(), json!({ TENANT_KEY: tenant.as_str() }));
        let (record, response) = self.write(Method::Post, "/assistant", &body).await?;
        Assistant::read(record).ok_or_else(|| not_understood::<Api>(Repeat::Never, &response))
    }

    /// A tenant's assistant of this name.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn find_assistant(&self, tenant: &TenantId, name: &str) -> ProviderResult<Option<Assistant>> {
        let own =
            |one: &Assistant| one.tenant() == Some(tenant.as_str()) && one.name.as_deref() == Some(name);
        Ok(self.assistants().await?.into_iter().find(own))
    }

    /// All assistants of the organisation.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn assistants(&self) -> ProviderResult<Vec<Assistant>> {
        Ok(self.list("assistant", &[]).await?.into_iter().filter_map(Assistant::read).collect())
    }

    /// One assistant; `None` when it is not there.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn assistant(&self, id: &str) -> ProviderResult<Option<Assistant>> {
        let Some((record, response)) = self.one(&path("assistant", id)?).await? else { return Ok(None) };
        let broken = || not_understood::<Api>(Repeat::Always, &response);
        Assistant::read(record).map(Some).ok_or_else(broken)
    }

    /// Reads an assistant, merges a change into it and sends back what the change touches. Vapi has no revisions: what
    /// another changes in the same field between the two is lost.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); `Rejected` when it is not there. May be made again.
    pub async fn patch_assistant(&self, id: &str, change: &AssistantChange) -> ProviderResult<Assistant> {
        let old = self.known_assistant(id).await?;
        let body = change.body(&old.record)?;
        self.send_patch(old, &body).await
    }

    /// Lets an assistant use tools beside those that it has.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError). May be made again.
    pub async fn link_tools(&self, id: &str, tools: &[&str]) -> ProviderResult<Assistant> {
        self.change_tools(id, tools, &[]).await
    }

    /// Takes tools from an assistant and leaves the others.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError). May be made again.
    pub async fn unlink_tools(&self, id: &str, tools: &[&str]) -> ProviderResult<Assistant> {
        self.change_tools(id, &[], tools).await
    }

    /// Removes an assistant. One that is gone already is no error.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); `Rejected` when something still uses it.
    pub async fn delete_assistant(&self, id: &str) -> ProviderResult<()> {
        self.remove(&path("assistant", id)?).await
    }

    async fn change_tools(&self, id: &str, add: &[&str], remove: &[&str]) -> ProviderResult<Assistant> {
        let old = self.known_assistant(id).await?;
        let had = old.tool_ids();
        let mut ids = had.clone();
        ids.retain(|own| !remove.contains(own));
        for tool in add {
            if !ids.contains(tool) {
                ids.push(tool);
            }
        }
        if ids == had {
            return Ok(old);
        }
        let tool_ids = Some(ids.into_iter().map(ToOwned::to_owned).collect());
        let model = Some(ModelChange { tool_ids, ..ModelChange::default() });
        let body = AssistantChange { model, ..AssistantChange::default() }.body(&old.record)?;
        self.send_patch(old, &body).await
    }

    async fn known_assistant(&self, id: &str) -> ProviderResult<Assistant> {
        let missing = || refused("The assistant is not at Vapi any more. Create it again.");
        self.assistant(id).await?.ok_or_else(missing)
    }

    async fn send_patch(&self, old: Assistant, body: &Record) -> ProviderResult<Assistant> {
        if body.is_empty() {
            return Ok(old);
        }
        let (record, response) = self.write(Method::Patch, &path("assistant", &old.id)?, body).await?;
        Assistant::read(record).ok_or_else(|| not_understood::<Api>(Repeat::Never, &response))
    }
}
