//! Root keys, and what lies under them: the one place that counts over all tenants.

use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::port::{self, Census, RootKey, RootKeyStore};
use veralux_sql::root_key_columns;

use crate::query::query;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        LIST = concat!("SELECT ", root_key_columns!(), " FROM root_key r ORDER BY r.id");
        CENSUS = "SELECT s.root_key, sum(s.tenant_keys)::bigint, sum(s.envelopes)::bigint, sum(s.quarantined)::bigint \
                  FROM sealed_under s WHERE s.tenant_keys > 0 OR s.envelopes > 0 \
                  GROUP BY s.root_key ORDER BY s.root_key";
        LIST_TENANTS = "SELECT s.tenant_id FROM sealed_under s WHERE s.root_key = $1 AND s.tenant_id > $2 \
                        AND (s.tenant_keys > 0 OR s.envelopes > 0) ORDER BY s.tenant_id LIMIT $3";
    }
}

const LISTING: &str = "listing tenants under a root key";

#[async_trait]
impl RootKeyStore for PostgresStore {
    async fn list_root_keys(&self) -> port::Result<Vec<RootKey>> {
        self.installation().fetch_all("listing root keys", query(LIST)).await
    }

    async fn census(&self) -> port::Result<Vec<Census>> {
        self.installation().fetch_all("counting what lies under root keys", query(CENSUS)).await
    }

    async fn list_tenants_under(
        &self,
        root_key: u32,
        after: Option<&TenantId>,
        limit: usize,
    ) -> port::Result<Vec<TenantId>> {
        // No id is empty.
        let after = after.map_or("", TenantId::as_str);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = query(LIST_TENANTS).bind(root_key).bind(after).bind(limit);
        self.installation().fetch_all(LISTING, query).await
    }
}
