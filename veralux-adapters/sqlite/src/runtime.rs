//! The runtime contract over the ledger's own tables: nothing to keep in step.

use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{
    Listed, Page, Resolved, Result, RuntimeHead, RuntimeReader, RuntimeVersion, RuntimeVersionStore,
};
use veralux_core::secret::Secret;
use veralux_sql::{stored, version_columns};

use crate::error::Doing as _;
use crate::paging::behind_number;
use crate::row::Columns;
use crate::store::SqliteStore;

/// The columns of a `RuntimeHead`, over `r` (the head) and `v` (its version, if any).
macro_rules! head_columns {
    () => {
        "r.tenant_id, v.document, coalesce(r.version, 0), \
         (SELECT json_group_array(d.did) FROM runtime_did d WHERE d.tenant_id = r.tenant_id)"
    };
}
pub(crate) use head_columns;

crate::statements::statements! {
    one {
        CURRENT = concat!(
            "SELECT ", version_columns!(),
            " FROM runtime_head r JOIN runtime_version v ON v.tenant_id = r.tenant_id AND v.version = r.version",
            " WHERE r.tenant_id = ?"
        );
        HEAD = concat!(
            "SELECT ", head_columns!(),
            " FROM runtime_head r LEFT JOIN runtime_version v ON v.tenant_id = r.tenant_id AND v.version = r.version",
            " WHERE r.tenant_id = ? AND",
            " (r.version IS NOT NULL OR EXISTS (SELECT 1 FROM runtime_did d WHERE d.tenant_id = r.tenant_id))"
        );
        LOOKUP = concat!(
            "SELECT ", version_columns!(), " FROM runtime_version v WHERE v.tenant_id = ? AND v.version = ?"
        );
        FIND_TENANT = "SELECT d.tenant_id FROM runtime_did d WHERE d.did = ?";
        FIND_CONFIG = "SELECT v.document FROM runtime_head r \
                       JOIN runtime_version v ON v.tenant_id = r.tenant_id AND v.version = r.version \
                       WHERE r.tenant_id = ?";
        RESOLVE = "SELECT d.tenant_id, v.document FROM runtime_did d JOIN runtime_head r ON r.tenant_id = d.tenant_id \
                   JOIN runtime_version v ON v.tenant_id = r.tenant_id AND v.version = r.version WHERE d.did = ?";
    }
    list {
        LIST = concat!(
            "SELECT ", version_columns!(), " FROM runtime_version v WHERE v.tenant_id = ?"
        ), by "v.version";
    }
}

#[async_trait]
impl RuntimeVersionStore for SqliteStore {
    async fn current(&self, tenant: &TenantId) -> Result<Option<RuntimeVersion>> {
        self.fetch("reading the published version", query(CURRENT).bind(tenant.as_str())).await
    }

    async fn head(&self, tenant: &TenantId) -> Result<Option<RuntimeHead>> {
        self.fetch("reading what is published", query(HEAD).bind(tenant.as_str())).await
    }

    async fn lookup(&self, tenant: &TenantId, version: u64) -> Result<Option<RuntimeVersion>> {
        let query = query(LOOKUP).bind(tenant.as_str()).bind(stored(version));
        self.fetch("reading a published version", query).await
    }

    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<RuntimeVersion>> {
        const DOING: &str = "listing published versions";
        let query = behind_number(LIST.query(page).bind(tenant.as_str()), page).doing(DOING)?;
        self.fetch_page(DOING, query, page, |version: &RuntimeVersion| version.version.to_string()).await
    }
}

#[async_trait]
impl RuntimeReader for SqliteStore {
    async fn find_tenant(&self, did: &E164) -> Result<Option<TenantId>> {
        self.fetch("finding the tenant of a DID", query(FIND_TENANT).bind(did.as_str())).await
    }

    async fn find_config(&self, tenant: &TenantId) -> Result<Option<Secret>> {
        const DOING: &str = "reading a runtime configuration";
        let row = self.fetch_row(DOING, query(FIND_CONFIG).bind(tenant.as_str())).await?;
        let document = row.map(|row| Columns::new(&row).text("document")).transpose().doing(DOING)?;
        Ok(document.map(Secret::new))
    }

    async fn resolve(&self, did: &E164) -> Result<Option<Resolved>> {
        self.fetch("resolving a DID", query(RESOLVE).bind(did.as_str())).await
    }
}
