//! Tools that assistants may call, registered once for the whole installation.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::digest::{Digest, Encoder};
use crate::port::{
    self, AssistantPlatform, Conflict, ErrorRecord, ProviderFault, Stores, SyncState, ToolDefinition,
    ToolRegistration,
};
use crate::service::{Result, Tools};
use crate::time::{Instant, MINUTE};

/// How long a registration is left to who began it, in microseconds.
const LEASE: i64 = 2 * MINUTE;

/// Registers tools at the platform, each once per definition, whichever node does it.
#[derive(Debug, Clone)]
pub struct ToolRegistry {
    stores: Stores,
    platform: Option<Arc<dyn AssistantPlatform>>,
    definitions: Arc<[ToolDefinition]>,
}

/// What became of the registration of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registering {
    /// The platform has it as it is defined; nothing was asked.
    Kept,
    /// It was registered now.
    Registered,
    /// Another node is at it.
    Taken,
    /// It could not be registered; `again` when the same may succeed later.
    Failed {
        /// Whether it is worth trying again.
        again: bool,
    },
}

impl ToolRegistry {
    /// The product's tools, called under a public URL. Without platform or URL there are none.
    pub fn new(stores: Stores, platform: Option<Arc<dyn AssistantPlatform>>, base_url: Option<&str>) -> Self {
        let tools = Tools::new(stores.clone());
        let definitions = base_url.map(|base| tools.definitions(base)).unwrap_or_default();
        Self::of(stores, platform, definitions)
    }

    /// These tools.
    pub fn of(
        stores: Stores,
        platform: Option<Arc<dyn AssistantPlatform>>,
        definitions: Vec<ToolDefinition>,
    ) -> Self {
        Self { stores, platform, definitions: definitions.into() }
    }

    /// Of all definitions together: what an assistant's link is in line with.
    pub fn digest(&self) -> Digest {
        let digests = self.definitions.iter().map(|one| digest(one, None));
        digests.fold(Encoder::new("veralux.tools", 1), |encoder, one| encoder.text(&one.to_string())).finish()
    }

    /// The platform's ids of the tools that it has as they are defined.
    ///
    /// # Errors
    /// The stores'.
    pub async fn ids(&self) -> Result<Vec<String>> {
        let Some(platform) = &self.platform else { return Ok(Vec::new()) };
        let own = |tool: &ToolRegistration| {
            tool.platform == platform.slug() && self.definitions.iter().any(|one| one.name == tool.name)
        };
        let all = self.stores.tools.list().await?;
        Ok(all.into_iter().filter(own).filter_map(|tool| tool.remote_id).collect())
    }

    /// Registers what the platform does not have as it is defined. A definition that it has costs nothing; of several nodes
    /// that do this at once one asks the platform.
    ///
    /// # Errors
    /// The stores'. What the platform refuses is in the outcome and in the registration.
    pub async fn sync(&self) -> Result<Vec<(String, Registering)>> {
        let Some(platform) = &self.platform else { return Ok(Vec::new()) };
        let mut outcomes = Vec::with_capacity(self.definitions.len());
        for definition in self.definitions.iter() {
            let outcome = self.register(platform.as_ref(), definition).await?;
            outcomes.push((definition.name.clone(), outcome));
        }
        Ok(outcomes)
    }

    async fn register(
        &self,
        platform: &dyn AssistantPlatform,
        definition: &ToolDefinition,
    ) -> Result<Registering> {
        let digest = digest(definition, platform.tool_mark().as_deref());
        let all = self.stores.tools.list().await?;
        let found =
            all.into_iter().find(|one| one.platform == platform.slug() && one.name == definition.name);
        let now = self.stores.clock.now();
        match &found {
            Some(one) if one.state == SyncState::Synced && one.digest == digest => {
                return Ok(Registering::Kept);
            }
            Some(one) if one.state == SyncState::Pending && now < one.updated_at.plus(LEASE) => {
                return Ok(Registering::Taken);
            }
            _ => {}
        }
        let before = found.as_ref().map(|one| one.revision);
        let pending = ToolRegistration {
            platform: platform.slug().to_owned(),
            name: definition.name.clone(),
            digest,
            remote_id: found.as_ref().and_then(|one| one.remote_id.clone()),
            state: SyncState::Pending,
            error: None,
            registered_at: found.and_then(|one| one.registered_at),
            updated_at: now,
            revision: before.unwrap_or(0) + 1,
        };
        if !self.put(&pending, before).await? {
            return Ok(Registering::Taken);
        }
        let put = platform.put_tool(definition, pending.remote_id.as_deref()).await;
        let before = Some(pending.revision);
        let now = self.stores.clock.now();
        let (after, outcome) = match put {
            Ok(id) => (done(pending, id, now), Registering::Registered),
            Err(error) => {
                let again = matches!(
                    error.fault,
                    ProviderFault::RateLimited { .. } | ProviderFault::Transient | ProviderFault::Unsettled
                );
                let revision = pending.revision + 1;
                let error = Some(ErrorRecord::from(&error));
                let state = SyncState::Failed;
                let failed = ToolRegistration { state, error, updated_at: now, revision, ..pending };
                (failed, Registering::Failed { again })
            }
        };
        // Somebody who took it over meanwhile has done the same.
        if self.put(&after, before).await? { Ok(outcome) } else { Ok(Registering::Taken) }
    }

    /// False when somebody else was faster.
    async fn put(&self, after: &ToolRegistration, before: Option<u64>) -> port::Result<bool> {
        match self.stores.tools.put(after, before).await {
            Ok(()) => Ok(true),
            Err(error) if matches!(error.conflict(), Some(Conflict::Exists | Conflict::Stale)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn done(pending: ToolRegistration, id: String, now: Instant) -> ToolRegistration {
    ToolRegistration {
        remote_id: Some(id),
        state: SyncState::Synced,
        registered_at: Some(now),
        updated_at: now,
        revision: pending.revision + 1,
        ..pending
    }
}

/// SHA-256 of everything in a definition and of what else it is registered with; the order in which an object's members are
/// written does not count.
fn digest(definition: &ToolDefinition, mark: Option<&str>) -> Digest {
    let ToolDefinition { name, description, parameters, url } = definition;
    let encoder = Encoder::new("veralux.tool", 1).text(name).text(description).text(url);
    let encoder = encoder.text(&canonical(parameters));
    match mark {
        Some(mark) => encoder.text(mark).finish(),
        None => encoder.finish(),
    }
}

fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let one = |(name, value): (&String, &Value)| format!("{}:{}", json!(name), canonical(value));
            format!("{{{}}}", members.into_iter().map(one).collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}
