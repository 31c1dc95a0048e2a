//! Root keys, and what lies under them: the one place that counts over all tenants.

use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::TenantId;
use veralux_core::port::{self, Census, RootKey, RootKeyStore};
use veralux_sql::root_key_columns;

use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        LIST = concat!("SELECT ", root_key_columns!(), " FROM root_key r ORDER BY r.id");
        // Steps from one root key to the next, so that as many look-ups are made as there are; 2^32 is behind them all.
        CENSUS = "WITH RECURSIVE i(id) AS (SELECT -1 UNION ALL SELECT min( \
                  ifnull((SELECT min(k.root_key) FROM tenant_key k WHERE k.root_key > i.id), 4294967296), \
                  ifnull((SELECT min(c.root_key) FROM credential c WHERE c.root_key > i.id), 4294967296), \
                  ifnull((SELECT min(s.root_key) FROM tenant_secret s WHERE s.root_key > i.id), 4294967296)) \
                  FROM i WHERE i.id < 4294967296) \
                  SELECT i.id, (SELECT count(*) FROM tenant_key k WHERE k.root_key = i.id), \
                  (SELECT count(*) FROM credential c WHERE c.root_key = i.id) \
                  + (SELECT count(*) FROM tenant_secret s WHERE s.root_key = i.id), \
                  (SELECT count(*) FROM credential c WHERE c.root_key = i.id AND c.state = 'quarantined') \
                  FROM i WHERE i.id BETWEEN 0 AND 4294967295 ORDER BY i.id";
        LIST_TENANTS = "SELECT k.tenant_id FROM tenant_key k WHERE k.root_key = ? AND k.tenant_id > ? \
                        UNION SELECT c.tenant_id FROM credential c WHERE c.root_key = ? AND c.tenant_id > ? \
                        UNION SELECT s.tenant_id FROM tenant_secret s WHERE s.root_key = ? AND s.tenant_id > ? \
                        ORDER BY 1 LIMIT ?";
    }
}

const LISTING: &str = "listing tenants under a root key";

#[async_trait]
impl RootKeyStore for SqliteStore {
    async fn list_root_keys(&self) -> port::Result<Vec<RootKey>> {
        self.fetch_all("listing root keys", query(LIST)).await
    }

    async fn census(&self) -> port::Result<Vec<Census>> {
        self.fetch_all("counting what lies under root keys", query(CENSUS)).await
    }

    async fn list_tenants_under(
        &self,
        root_key: u32,
        after: Option<&TenantId>,
        limit: usize,
    ) -> port::Result<Vec<TenantId>> {
        // No id is empty.
        let after = after.map_or("", TenantId::as_str);
        let mut query = query(LIST_TENANTS);
        for _ in 0..3 {
            query = query.bind(root_key).bind(after);
        }
        self.fetch_all(LISTING, query.bind(i64::try_from(limit).unwrap_or(i64::MAX))).await
    }
}
