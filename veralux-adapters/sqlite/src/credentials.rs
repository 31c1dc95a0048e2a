use async_trait::async_trait;
use sqlx::query;
use veralux_core::credential::Provider;
use veralux_core::id::TenantId;
use veralux_core::port::{Credential, CredentialExport, CredentialStore, Result, TenantKey, TenantSecret};
use veralux_sql::{credential_columns, export_columns, secret_columns, tenant_key_columns};

use crate::error::Doing as _;
use crate::row::Columns;
use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        FIND = concat!("SELECT ", credential_columns!(), " FROM credential c WHERE c.tenant_id = ? AND c.provider = ?");
        LIST = concat!("SELECT ", credential_columns!(), " FROM credential c WHERE c.tenant_id = ?");
        LOOKUP_KEY = concat!(
            "SELECT ", tenant_key_columns!(), " FROM tenant_key k WHERE k.tenant_id = ? AND k.version = ?"
        );
        NEWEST_KEY = concat!(
            "SELECT ", tenant_key_columns!(), " FROM tenant_key k WHERE k.tenant_id = ? ORDER BY k.version DESC LIMIT 1"
        );
        LAST_VERSION = "SELECT last FROM tenant_key_version WHERE tenant_id = ?";
        FIND_EXPORT = concat!(
            "SELECT ", export_columns!(),
            " FROM credential_export e WHERE e.tenant_id = ? AND e.provider = ? AND e.target = ?"
        );
        LOOKUP_SECRET = concat!("SELECT ", secret_columns!(), " FROM tenant_secret s WHERE s.tenant_id = ? AND s.key = ?");
        LIST_SECRETS = concat!("SELECT ", secret_columns!(), " FROM tenant_secret s WHERE s.tenant_id = ? ORDER BY s.key");
    }
}

#[async_trait]
impl CredentialStore for SqliteStore {
    async fn find_credential(&self, tenant: &TenantId, provider: Provider) -> Result<Option<Credential>> {
        let query = query(FIND).bind(tenant.as_str()).bind(provider.as_str());
        self.fetch("finding a credential", query).await
    }

    async fn list_credentials(&self, tenant: &TenantId) -> Result<Vec<Credential>> {
        let mut all: Vec<Credential> =
            self.fetch_all("listing credentials", query(LIST).bind(tenant.as_str())).await?;
        // The table is sorted by the providers' words.
        all.sort_by_key(|credential| credential.provider);
        Ok(all)
    }

    async fn lookup_tenant_key(&self, tenant: &TenantId, version: u32) -> Result<Option<TenantKey>> {
        self.fetch("reading a tenant's key", query(LOOKUP_KEY).bind(tenant.as_str()).bind(version)).await
    }

    async fn newest_tenant_key(&self, tenant: &TenantId) -> Result<Option<TenantKey>> {
        self.fetch("reading a tenant's newest key", query(NEWEST_KEY).bind(tenant.as_str())).await
    }

    async fn last_key_version(&self, tenant: &TenantId) -> Result<u32> {
        const DOING: &str = "reading the version of a tenant's last key";
        let row = self.fetch_row(DOING, query(LAST_VERSION).bind(tenant.as_str())).await?;
        Ok(row.map_or(Ok(0), |row| Columns::new(&row).small("last")).doing(DOING)?)
    }

    async fn find_export(
        &self,
        tenant: &TenantId,
        provider: Provider,
        target: Provider,
    ) -> Result<Option<CredentialExport>> {
        let query = query(FIND_EXPORT).bind(tenant.as_str()).bind(provider.as_str()).bind(target.as_str());
        self.fetch("finding an export", query).await
    }

    async fn lookup_secret(&self, tenant: &TenantId, key: &str) -> Result<Option<TenantSecret>> {
        let query = query(LOOKUP_SECRET).bind(tenant.as_str()).bind(key.to_owned());
        self.fetch("reading a tenant's secret", query).await
    }

    async fn list_secrets(&self, tenant: &TenantId) -> Result<Vec<TenantSecret>> {
        self.fetch_all("listing a tenant's secrets", query(LIST_SECRETS).bind(tenant.as_str())).await
    }
}
