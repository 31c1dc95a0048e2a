use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::{CallId, TenantId};
use veralux_core::port::{Call, CallStore, Listed, Page, Result};
use veralux_core::time::Instant;
use veralux_sql::call_columns;

use crate::error::Doing as _;
use crate::paging::behind_text;
use crate::row::Columns;
use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", call_columns!(), " FROM phone_call c WHERE c.tenant_id = ? AND c.id = ?");
        FIND = concat!(
            "SELECT ", call_columns!(),
            " FROM phone_call c WHERE c.tenant_id = ? AND c.provider = ? AND c.provider_call = ?"
        );
        COUNT_OPEN = "SELECT count(*) FROM phone_call c INDEXED BY phone_call_open_by_start \
                      WHERE c.tenant_id = ? AND c.state IN ('ringing', 'active') AND c.started_at >= ?";
    }
    list {
        LIST = concat!("SELECT ", call_columns!(), " FROM phone_call c WHERE c.tenant_id = ?"), by "c.id";
        LIST_OPEN = concat!(
            "SELECT ", call_columns!(),
            " FROM phone_call c INDEXED BY phone_call_open WHERE c.tenant_id = ? AND c.state IN ('ringing', 'active')"
        ), by "c.id";
    }
}

#[async_trait]
impl CallStore for SqliteStore {
    async fn lookup(&self, tenant: &TenantId, id: &CallId) -> Result<Option<Call>> {
        self.fetch("reading a call", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str())).await
    }

    async fn find(&self, tenant: &TenantId, provider: &str, provider_call: &str) -> Result<Option<Call>> {
        let query = query(FIND).bind(tenant.as_str()).bind(provider).bind(provider_call);
        self.fetch("finding a call", query).await
    }

    async fn list(&self, tenant: &TenantId, open_only: bool, page: &Page) -> Result<Listed<Call>> {
        let list = if open_only { LIST_OPEN } else { LIST };
        let query = behind_text(list.query(page).bind(tenant.as_str()), page);
        self.fetch_page("listing calls", query, page, |call: &Call| call.id.to_string()).await
    }

    async fn count_open(&self, tenant: &TenantId, since: Instant) -> Result<u64> {
        const DOING: &str = "counting calls";
        let query = query(COUNT_OPEN).bind(tenant.as_str()).bind(since.micros());
        let row = self.fetch_row(DOING, query).await?;
        Ok(row.map(|row| Columns::new(&row).count("count")).transpose().doing(DOING)?.unwrap_or_default())
    }
}
