//! Tools that assistants may call, registered once for the whole installation.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{LINK, work};
use crate::digest::{Digest, Encoder};
use crate::id::TenantId;
use crate::port::{
    self, AssistantLink, AssistantPlatform, Change, Conflict, ErrorRecord, MAX_PAGE, Page, ProviderFault,
    Stores, SyncState, ToolDefinition, ToolRegistration,
};
use crate::service::context::Note;
use crate::service::{Context, Result, Tools};
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

    /// Of tools' ids: what an assistant's link is in line with.
    pub(super) fn digest(ids: &[String]) -> Digest {
        ids.iter().fold(Encoder::new("veralux.tools", 2), |encoder, id| encoder.text(id)).finish()
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

    /// Has assistants that were linked when there were other tools brought in line with those that there are; how many. What
    /// is not in line for another reason gets them anyway.
    ///
    /// # Errors
    /// The stores'. May be made again.
    pub async fn refresh_links(&self) -> Result<usize> {
        let (Some(platform), ids) = (&self.platform, self.ids().await?) else { return Ok(0) };
        if ids.is_empty() {
            return Ok(0);
        }
        let wanted = Self::digest(&ids);
        let is_behind = |link: &AssistantLink| {
            link.platform == platform.slug() && link.sync == SyncState::Synced && link.definition != wanted
        };
        let (mut count, mut page) = (0, Page::first(MAX_PAGE));
        loop {
            let listed = self.stores.directory.list_tenants(&page).await?;
            for tenant in &listed.items {
                let links = self.stores.assistants.list(&tenant.id).await?;
                for link in links.into_iter().filter(is_behind) {
                    count += usize::from(self.refresh(&tenant.id, link, wanted).await?);
                }
            }
            let Some(next) = listed.next else { return Ok(count) };
            page = page.after(Some(next));
        }
    }

    /// False when somebody has changed the link meanwhile.
    async fn refresh(&self, tenant: &TenantId, link: AssistantLink, definition: Digest) -> Result<bool> {
        let (now, before) = (self.stores.now(), Some(link.revision));
        let id = format!("{LINK}{}", link.assistant);
        let payload = json!({"platform": link.platform, "generation": link.generation + 1});
        let note = Note::new("assistant.refreshing", ("assistant", &link.assistant), payload);
        let commit = self.stores.start(tenant, now, &Context::SYSTEM, note)?.change(work(&id, Some(now)));
        let after = AssistantLink {
            definition,
            sync: SyncState::Pending,
            generation: link.generation + 1,
            updated_at: now,
            revision: link.revision + 1,
            ..link
        };
        let commit = commit.change(Change::AssistantLink { after: Box::new(after), before });
        match self.stores.ledger.commit(commit).await {
            Ok(()) => Ok(true),
            Err(error) if error.conflict() == Some(&Conflict::Stale) => Ok(false),
            Err(error) => Err(error.into()),
        }
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
