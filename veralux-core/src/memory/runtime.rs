use async_trait::async_trait;

use super::MemoryStore;
use super::page::{page_of, walk_counted};
use super::rows::Rows;
use crate::id::TenantId;
use crate::phone::E164;
use crate::port::{
    Listed, Page, Resolved, Result, RuntimeHead, RuntimeReader, RuntimeVersion, RuntimeVersionStore,
};
use crate::secret::Secret;

#[async_trait]
impl RuntimeVersionStore for MemoryStore {
    async fn current(&self, tenant: &TenantId) -> Result<Option<RuntimeVersion>> {
        let state = self.read();
        let newest = state.rows(tenant).and_then(|rows| rows.versions.last_key_value());
        Ok(newest.map(|(_, version)| version.clone()))
    }

    async fn head(&self, tenant: &TenantId) -> Result<Option<RuntimeHead>> {
        Ok(self.read().rows(tenant).and_then(|rows| head_of(tenant, rows)))
    }

    async fn lookup(&self, tenant: &TenantId, version: u64) -> Result<Option<RuntimeVersion>> {
        Ok(self.read().rows(tenant).and_then(|rows| rows.versions.get(&version)).cloned())
    }

    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<RuntimeVersion>> {
        let state = self.read();
        let none = Rows::default();
        let rows = state.rows(tenant).unwrap_or(&none);
        let versions = walk_counted(&rows.versions, page)?.map(|(_, version)| version);
        Ok(page_of(versions, page, |version| version.version.to_string()))
    }
}

#[async_trait]
impl RuntimeReader for MemoryStore {
    async fn find_tenant(&self, did: &E164) -> Result<Option<TenantId>> {
        Ok(self.read().shared.dids.get(did).map(|mapping| mapping.tenant.clone()))
    }

    async fn find_config(&self, tenant: &TenantId) -> Result<Option<Secret>> {
        let state = self.read();
        Ok(state.rows(tenant).and_then(|rows| rows.published.as_deref()).cloned())
    }

    async fn resolve(&self, did: &E164) -> Result<Option<Resolved>> {
        let state = self.read();
        let Some(mapping) = state.shared.dids.get(did) else { return Ok(None) };
        let document = mapping.document.clone();
        Ok(document.map(|document| Resolved { tenant: mapping.tenant.clone(), document }))
    }
}

/// What is published and mapped for a tenant; `None` when neither is.
pub(super) fn head_of(tenant: &TenantId, rows: &Rows) -> Option<RuntimeHead> {
    if rows.published.is_none() && rows.dids.is_empty() {
        return None;
    }
    Some(RuntimeHead {
        tenant: tenant.clone(),
        document: rows.published.as_deref().cloned(),
        version: rows.version(),
        dids: rows.dids.keys().copied().collect(),
    })
}
