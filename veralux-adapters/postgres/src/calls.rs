use async_trait::async_trait;
use veralux_core::id::{CallId, TenantId};
use veralux_core::port::{Call, CallStore, Listed, Page, Result};
use veralux_core::time::Instant;
use veralux_sql::call_columns;

use crate::error::Doing as _;
use crate::query::query;
use crate::row::Columns;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", call_columns!(), " FROM phone_call c WHERE c.tenant_id = $1 AND c.id = $2");
        FIND = concat!(
            "SELECT ", call_columns!(),
            " FROM phone_call c WHERE c.tenant_id = $1 AND c.provider = $2 AND c.provider_call = $3"
        );
        COUNT_OPEN = "SELECT count(*) FROM phone_call c \
                      WHERE c.tenant_id = $1 AND c.state IN ('ringing', 'active') AND c.started_at >= $2";
    }
    list {
        LIST = concat!("SELECT ", call_columns!(), " FROM phone_call c WHERE c.tenant_id = $3"), by "c.id";
        LIST_OPEN = concat!(
            "SELECT ", call_columns!(),
            " FROM phone_call c WHERE c.tenant_id = $3 AND c.state IN ('ringing', 'active')"
        ), by "c.id";
    }
}

#[async_trait]
impl CallStore for PostgresStore {
    async fn lookup(&self, tenant: &TenantId, id: &CallId) -> Result<Option<Call>> {
        self.of(tenant).fetch("reading a call", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str())).await
    }

    async fn find(&self, tenant: &TenantId, provider: &str, provider_call: &str) -> Result<Option<Call>> {
        let query = query(FIND).bind(tenant.as_str()).bind(provider).bind(provider_call);
        self.of(tenant).fetch("finding a call", query).await
    }

    async fn list(&self, tenant: &TenantId, open_only: bool, page: &Page) -> Result<Listed<Call>> {
        let list = if open_only { LIST_OPEN } else { LIST };
        let query = list.behind_text(page).bind(tenant.as_str());
        self.of(tenant).fetch_page("listing calls", query, page, |call: &Call| call.id.to_string()).await
    }

    async fn count_open(&self, tenant: &TenantId, since: Instant) -> Result<u64> {
        const DOING: &str = "counting calls";
        let query = query(COUNT_OPEN).bind(tenant.as_str()).bind(since.micros());
        let row = self.of(tenant).fetch_row(DOING, query).await?;
        Ok(row.map(|row| Columns::new(&row).count("count")).transpose().doing(DOING)?.unwrap_or_default())
    }
}
