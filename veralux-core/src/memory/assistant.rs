use async_trait::async_trait;

use super::MemoryStore;
use super::change::check_revision;
use super::write::Outcome;
use super::write::Writer;
use crate::id::TenantId;
use crate::port::{
    AssistantLink, AssistantStore, Conflict, Error, MAX_ASSISTANTS, MAX_TOOLS, Result, ToolRegistration,
    ToolStore,
};

impl Writer<'_> {
    pub(super) fn put_assistant(&mut self, after: AssistantLink, before: Option<u64>) -> Result<()> {
        after.check().map_err(Error::Invalid)?;
        let key = (after.platform.clone(), after.assistant.clone());
        let holder = self.reach.shared.assistants.get(&key);
        if before.is_none() && holder.is_some_and(|holder| holder != self.tenant) {
            return Err(Conflict::AssistantTaken.into());
        }
        let links = &self.reach.own.assistants;
        check_revision(links.get(&key).map(|found| found.revision), before)?;
        if before.is_none() && links.len() >= MAX_ASSISTANTS {
            return Err(Conflict::Full.into());
        }
        let tenant = self.tenant.clone();
        self.put(|reach| &mut reach.shared.assistants, key.clone(), tenant);
        self.put(|reach| &mut reach.own.assistants, key, after);
        Ok(())
    }

    pub(super) fn remove_assistant(&mut self, platform: String, assistant: String, before: u64) -> Outcome {
        let key = (platform, assistant);
        let found = self.reach.own.assistants.get(&key);
        found.filter(|found| found.revision == before).ok_or(Conflict::Stale)?;
        self.remove(|reach| &mut reach.own.assistants, &key);
        self.remove(|reach| &mut reach.shared.assistants, &key);
        Ok(())
    }
}

#[async_trait]
impl AssistantStore for MemoryStore {
    async fn lookup(
        &self,
        tenant: &TenantId,
        platform: &str,
        assistant: &str,
    ) -> Result<Option<AssistantLink>> {
        let key = (platform.to_owned(), assistant.to_owned());
        Ok(self.with_rows(tenant, |rows| rows.assistants.get(&key).cloned()))
    }

    async fn list(&self, tenant: &TenantId) -> Result<Vec<AssistantLink>> {
        Ok(self.with_rows(tenant, |rows| rows.assistants.values().cloned().collect()))
    }
}

#[async_trait]
impl ToolStore for MemoryStore {
    async fn list(&self) -> Result<Vec<ToolRegistration>> {
        Ok(self.read().tools.values().cloned().collect())
    }

    async fn put(&self, after: &ToolRegistration, before: Option<u64>) -> Result<()> {
        after.check().map_err(Error::Invalid)?;
        let mut state = self.write();
        let key = (after.platform.clone(), after.name.clone());
        check_revision(state.tools.get(&key).map(|found| found.revision), before)?;
        if before.is_none() && state.tools.len() >= MAX_TOOLS {
            return Err(Conflict::Full.into());
        }
        state.tools.insert(key, after.clone());
        Ok(())
    }
}
