use async_trait::async_trait;
use sqlx::query;
use veralux_core::access::{ApiKey, KeyDigest};
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{Directory, Listed, Page, Result, RuntimeHead, Tenant};
use veralux_core::time::Instant;
use veralux_sql::{key_columns, tenant_columns};

use crate::paging::behind_text;
use crate::runtime::head_columns;
use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        LOOKUP_TENANT = concat!("SELECT ", tenant_columns!(), " FROM tenant t WHERE t.tenant_id = ?");
        FIND_TENANT_BY_NUMBER = "SELECT n.tenant_id FROM number n WHERE n.e164 = ? AND n.given_back_at IS NULL";
        FIND_TENANT_BY_ASSISTANT =
            "SELECT k.tenant_id FROM assistant_link k WHERE k.platform = ? AND k.assistant = ?";
        FIND_KEY = concat!("SELECT ", key_columns!(), " FROM api_key k WHERE k.digest = ?");
        PING = "SELECT count(*) FROM sqlite_schema";
    }
    list {
        LIST_TENANTS = concat!("SELECT ", tenant_columns!(), " FROM tenant t WHERE true"), by "t.tenant_id";
        LIST_HEADS = concat!(
            "SELECT ", head_columns!(),
            " FROM runtime_head r LEFT JOIN runtime_version v ON v.tenant_id = r.tenant_id AND v.version = r.version",
            " WHERE (r.version IS NOT NULL OR EXISTS (SELECT 1 FROM runtime_did d WHERE d.tenant_id = r.tenant_id))"
        ), by "r.tenant_id";
    }
}

#[async_trait]
impl Directory for SqliteStore {
    async fn lookup_tenant(&self, tenant: &TenantId) -> Result<Option<Tenant>> {
        self.fetch("reading a tenant", query(LOOKUP_TENANT).bind(tenant.as_str())).await
    }

    async fn list_tenants(&self, page: &Page) -> Result<Listed<Tenant>> {
        let query = behind_text(LIST_TENANTS.query(page), page);
        self.fetch_page("listing tenants", query, page, |tenant: &Tenant| tenant.id.to_string()).await
    }

    async fn find_tenant_by_number(&self, number: &E164) -> Result<Option<TenantId>> {
        self.fetch("finding the tenant of a number", query(FIND_TENANT_BY_NUMBER).bind(number.as_str())).await
    }

    async fn find_tenant_by_assistant(&self, platform: &str, assistant: &str) -> Result<Option<TenantId>> {
        let query = query(FIND_TENANT_BY_ASSISTANT).bind(platform).bind(assistant);
        self.fetch("finding the tenant of an assistant", query).await
    }

    async fn find_key(&self, digest: &KeyDigest) -> Result<Option<ApiKey>> {
        self.fetch("finding an API key", query(FIND_KEY).bind(digest.as_bytes().as_slice())).await
    }

    async fn list_runtime_heads(&self, page: &Page) -> Result<Listed<RuntimeHead>> {
        let query = behind_text(LIST_HEADS.query(page), page);
        self.fetch_page("listing what is published", query, page, |head: &RuntimeHead| {
            head.tenant.to_string()
        })
        .await
    }

    async fn ping(&self) -> Result<Option<Instant>> {
        self.fetch_row("asking whether the database answers", query(PING)).await?;
        Ok(None)
    }

    async fn takes_writes(&self) -> Result<bool> {
        self.ping().await?;
        Ok(self.try_write().await)
    }
}
