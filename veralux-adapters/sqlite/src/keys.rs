use async_trait::async_trait;
use veralux_core::access::ApiKey;
use veralux_core::id::TenantId;
use veralux_core::port::{KeyStore, Listed, Page, Result};
use veralux_sql::key_columns;

use crate::paging::behind_text;
use crate::store::SqliteStore;

crate::statements::statements! {
    list {
        LIST = concat!("SELECT ", key_columns!(), " FROM api_key k WHERE k.tenant_id = ?"), by "k.id";
    }
}

#[async_trait]
impl KeyStore for SqliteStore {
    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<ApiKey>> {
        let query = behind_text(LIST.query(page).bind(tenant.as_str()), page);
        self.fetch_page("listing API keys", query, page, |key: &ApiKey| key.id.to_string()).await
    }
}
