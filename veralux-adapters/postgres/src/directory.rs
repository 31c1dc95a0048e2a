use async_trait::async_trait;
use veralux_core::access::{ApiKey, KeyDigest};
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{Directory, Listed, Page, Result, RuntimeHead, Tenant};
use veralux_core::time::Instant;
use veralux_sql::{key_columns, tenant_columns};

use crate::error::Doing as _;
use crate::query::query;
use crate::row::{self, Columns};
use crate::runtime::{head_columns, runtime_head};
use crate::store::PostgresStore;
use crate::transaction::{Scope, read_each};

crate::statements::statements! {
    one {
        LOOKUP_TENANT = concat!("SELECT ", tenant_columns!(), " FROM tenant t WHERE t.tenant_id = $1");
        FIND_TENANT_BY_NUMBER = "SELECT h.tenant_id FROM number_holder h WHERE h.e164 = $1";
        FIND_TENANT_BY_ASSISTANT =
            "SELECT h.tenant_id FROM assistant_holder h WHERE h.platform = $1 AND h.assistant = $2";
        FIND_KEY = concat!("SELECT ", key_columns!(), " FROM find_key($1) k");
        HEAD = concat!("SELECT ", head_columns!(), runtime_head!());
        PING = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
        // On in a replica, and wherever somebody has set `default_transaction_read_only`.
        TAKES_WRITES = "SELECT current_setting('transaction_read_only') = 'off'";
    }
    list {
        LIST_TENANTS = concat!("SELECT ", tenant_columns!(), " FROM tenant t WHERE true"), by "t.tenant_id";
LIST_HEAD_HOLDERS = "SELECT h.tenant_id FROM head_holder h WHERE true", by "h.tenant_id";
    }
}

#[async_trait]
impl Directory for PostgresStore {
    async fn lookup_tenant(&self, tenant: &TenantId) -> Result<Option<Tenant>> {
        self.of(tenant).fetch("reading a tenant", query(LOOKUP_TENANT).bind(tenant.as_str())).await
    }

    async fn list_tenants(&self, page: &Page) -> Result<Listed<Tenant>> {
        let query = LIST_TENANTS.behind_text(page);
        self.reader(Scope::Operator)
            .fetch_page("listing tenants", query, page, |tenant: &Tenant| tenant.id.to_string())
            .await
    }

    async fn find_tenant_by_number(&self, number: &E164) -> Result<Option<TenantId>> {
        let query = query(FIND_TENANT_BY_NUMBER).bind(number.as_str());
        self.look_ups().find("finding the tenant of a number", query).await
    }

    async fn find_tenant_by_assistant(&self, platform: &str, assistant: &str) -> Result<Option<TenantId>> {
        let query = query(FIND_TENANT_BY_ASSISTANT).bind(platform).bind(assistant);
        self.look_ups().find("finding the tenant of an assistant", query).await
    }

    async fn find_key(&self, digest: &KeyDigest) -> Result<Option<ApiKey>> {
        self.look_ups().find("finding an API key", query(FIND_KEY).bind(digest.as_bytes().as_slice())).await
    }

    async fn list_runtime_heads(&self, page: &Page) -> Result<Listed<RuntimeHead>> {
        const DOING: &str = "listing what is published";
        let limit = usize::from(page.limit) + 1;
        let (mut page, mut heads) = (page.clone(), Vec::new());
        // A tenant whose DIDs are gone and that has nothing published is no entry: then the page goes on behind it.
        loop {
            let holders: Vec<TenantId> =
                self.installation().fetch_all(DOING, LIST_HEAD_HOLDERS.behind_text(&page)).await?;
            let all: Vec<_> =
                holders.iter().map(|tenant| (tenant, query(HEAD).bind(tenant.as_str()))).collect();
            for rows in read_each(self.connections(), &all).await.doing(DOING)? {
                let found: Vec<RuntimeHead> =
                    rows.iter().map(row::read).collect::<std::result::Result<_, _>>().doing(DOING)?;
                heads.extend(found);
            }
            match holders.last() {
                Some(last) if holders.len() == limit && heads.len() < limit => {
                    page.after = Some(last.to_string());
                }
                _ => break,
            }
        }
        heads.truncate(limit);
        Ok(Listed::from_excess(heads, &page, |head: &RuntimeHead| head.tenant.to_string()))
    }

    async fn ping(&self) -> Result<Option<Instant>> {
        const DOING: &str = "asking whether the database answers";
        let row = self.installation().fetch_row(DOING, query(PING)).await?;
        Ok(row.map(|row| Columns::new(&row).instant("clock")).transpose().doing(DOING)?)
    }

    async fn takes_writes(&self) -> Result<bool> {
        const DOING: &str = "asking whether the database takes writes";
        let row = self.installation().fetch_row(DOING, query(TAKES_WRITES)).await?;
        let told = row.map(|row| Columns::new(&row).truth("writable")).transpose().doing(DOING)?;
        Ok(told.unwrap_or_default() && !self.connections().was_full())
    }
}
