//! The runtime contract over the ledger's own tables: nothing to keep in step.

use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{
    Listed, Page, Resolved, Result, RuntimeHead, RuntimeReader, RuntimeVersion, RuntimeVersionStore,
};
use veralux_core::secret::Secret;
use veralux_sql::{stored, version_columns};

use crate::error::Doing as _;
use crate::query::query;
use crate::row::Columns;
use crate::store::PostgresStore;

/// The columns of a `RuntimeHead`, over `r` (the head) and `v` (its version, if any).
macro_rules! head_columns {
    () => {
        "r.tenant_id, v.document, coalesce(r.version, 0), \
         coalesce((SELECT json_agg(d.did) FROM runtime_did d WHERE d.tenant_id = r.tenant_id), '[]')::text"
    };
}
pub(crate) use head_columns;

/// Where they are read from: the head of the tenant `$1`, unless it is neither published nor reached by a DID.
macro_rules! runtime_head {
    () => {
        " FROM runtime_head r LEFT JOIN runtime_version v ON v.tenant_id = r.tenant_id AND v.version = r.version \
          WHERE r.tenant_id = $1 AND \
          (r.version IS NOT NULL OR EXISTS (SELECT 1 FROM runtime_did d WHERE d.tenant_id = r.tenant_id))"
    };
}
pub(crate) use runtime_head;

crate::statements::statements! {
    one {
        CURRENT = concat!(
            "SELECT ", version_columns!(),
            " FROM runtime_head r JOIN runtime_version v ON v.tenant_id = r.tenant_id AND v.version = r.version",
            " WHERE r.tenant_id = $1"
        );
        HEAD = concat!("SELECT ", head_columns!(), runtime_head!());
        LOOKUP = concat!(
            "SELECT ", version_columns!(), " FROM runtime_version v WHERE v.tenant_id = $1 AND v.version = $2"
        );
        FIND_TENANT = "SELECT h.tenant_id FROM did_holder h WHERE h.did = $1";
        FIND_CONFIG = "SELECT v.document FROM runtime_head r \
                       JOIN runtime_version v ON v.tenant_id = r.tenant_id AND v.version = r.version \
                       WHERE r.tenant_id = $1";
        RESOLVE = "SELECT r.tenant_id, r.document FROM resolve_did($1) r";
    }
    list {
        LIST = concat!(
            "SELECT ", version_columns!(), " FROM runtime_version v WHERE v.tenant_id = $3"
        ), by "v.version";
    }
}

#[async_trait]
impl RuntimeVersionStore for PostgresStore {
    async fn current(&self, tenant: &TenantId) -> Result<Option<RuntimeVersion>> {
        self.of(tenant).fetch("reading the published version", query(CURRENT).bind(tenant.as_str())).await
    }

    async fn head(&self, tenant: &TenantId) -> Result<Option<RuntimeHead>> {
        self.of(tenant).fetch("reading what is published", query(HEAD).bind(tenant.as_str())).await
    }

    async fn lookup(&self, tenant: &TenantId, version: u64) -> Result<Option<RuntimeVersion>> {
        let query = query(LOOKUP).bind(tenant.as_str()).bind(stored(version));
        self.of(tenant).fetch("reading a published version", query).await
    }

    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<RuntimeVersion>> {
        const DOING: &str = "listing published versions";
        let query = LIST.behind_number(page).doing(DOING)?.bind(tenant.as_str());
        self.of(tenant)
            .fetch_page(DOING, query, page, |version: &RuntimeVersion| version.version.to_string())
            .await
    }
}

#[async_trait]
impl RuntimeReader for PostgresStore {
    async fn find_tenant(&self, did: &E164) -> Result<Option<TenantId>> {
        self.look_ups().find("finding the tenant of a DID", query(FIND_TENANT).bind(did.as_str())).await
    }

    async fn find_config(&self, tenant: &TenantId) -> Result<Option<Secret>> {
        const DOING: &str = "reading a runtime configuration";
        let row = self.of(tenant).fetch_row(DOING, query(FIND_CONFIG).bind(tenant.as_str())).await?;
        let document = row.map(|row| Columns::new(&row).text("document")).transpose().doing(DOING)?;
        Ok(document.map(Secret::new))
    }

    async fn resolve(&self, did: &E164) -> Result<Option<Resolved>> {
        self.look_ups().find("resolving a DID", query(RESOLVE).bind(did.as_str())).await
    }
}
