use async_trait::async_trait;

use super::MemoryStore;
use super::page::{page_of, walk};
use super::runtime::head_of;
use crate::access::{ApiKey, KeyDigest};
use crate::id::TenantId;
use crate::phone::E164;
use crate::port::{Directory, Listed, Page, Result, RuntimeHead, Tenant};
use crate::time::Instant;

#[async_trait]
impl Directory for MemoryStore {
    async fn lookup_tenant(&self, tenant: &TenantId) -> Result<Option<Tenant>> {
        Ok(self.read().rows(tenant).and_then(|rows| rows.tenant.clone()))
    }

    async fn list_tenants(&self, page: &Page) -> Result<Listed<Tenant>> {
        let state = self.read();
        let tenants = walk(&state.tenants, page).filter_map(|(_, rows)| rows.tenant.as_ref());
        Ok(page_of(tenants, page, |tenant| tenant.id.to_string()))
    }

    async fn find_tenant_by_number(&self, number: &E164) -> Result<Option<TenantId>> {
        Ok(self.read().shared.numbers.get(number).map(|(tenant, _)| tenant.clone()))
    }

    async fn find_tenant_by_assistant(&self, platform: &str, assistant: &str) -> Result<Option<TenantId>> {
        let key = (platform.to_owned(), assistant.to_owned());
        Ok(self.read().shared.assistants.get(&key).cloned())
    }

    async fn find_key(&self, digest: &KeyDigest) -> Result<Option<ApiKey>> {
        let state = self.read();
        let Some((tenant, id)) = state.shared.keys.get(digest) else { return Ok(None) };
        Ok(state.rows(tenant).and_then(|rows| rows.keys.get(id)).cloned())
    }

    async fn list_runtime_heads(&self, page: &Page) -> Result<Listed<RuntimeHead>> {
        let state = self.read();
        let heads = walk(&state.tenants, page).filter_map(|(tenant, rows)| head_of(tenant, rows));
        let items = heads.take(usize::from(page.limit) + 1).collect();
        Ok(Listed::from_excess(items, page, |head| head.tenant.to_string()))
    }

    async fn ping(&self) -> Result<Option<Instant>> {
        Ok(None)
    }

    async fn takes_writes(&self) -> Result<bool> {
        Ok(true)
    }
}
