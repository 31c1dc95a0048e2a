use async_trait::async_trait;
use veralux_core::id::{CallerIdId, ForwardingId, TenantId};
use veralux_core::phone::E164;
use veralux_core::port::{CallerId, CallerIdStore, Forwarding, ForwardingStore, Listed, Page, Result};
use veralux_sql::{caller_id_columns, forwarding_columns};

use crate::query::query;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", caller_id_columns!(), " FROM caller_id c WHERE c.tenant_id = $1 AND c.id = $2");
        FIND = concat!("SELECT ", caller_id_columns!(), " FROM caller_id c WHERE c.tenant_id = $1 AND c.number = $2");
        LOOKUP_FORWARDING = concat!(
            "SELECT ", forwarding_columns!(), " FROM forwarding f WHERE f.tenant_id = $1 AND f.id = $2"
        );
        FIND_FORWARDING = concat!(
            "SELECT ", forwarding_columns!(), " FROM forwarding f WHERE f.tenant_id = $1 AND f.caller_id = $2"
        );
    }
    list {
        LIST = concat!("SELECT ", caller_id_columns!(), " FROM caller_id c WHERE c.tenant_id = $3"), by "c.id";
        LIST_VERIFIED = concat!(
            "SELECT ", caller_id_columns!(),
            " FROM caller_id c WHERE c.tenant_id = $3 AND c.verified"
        ), by "c.id";
        LIST_FORWARDINGS = concat!(
            "SELECT ", forwarding_columns!(), " FROM forwarding f WHERE f.tenant_id = $3"
        ), by "f.id";
    }
}

#[async_trait]
impl CallerIdStore for PostgresStore {
    async fn lookup(&self, tenant: &TenantId, id: &CallerIdId) -> Result<Option<CallerId>> {
        self.of(tenant)
            .fetch("reading a caller id", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str()))
            .await
    }

    async fn find(&self, tenant: &TenantId, number: &E164) -> Result<Option<CallerId>> {
        self.of(tenant)
            .fetch("finding a caller id", query(FIND).bind(tenant.as_str()).bind(number.as_str()))
            .await
    }

    async fn list(&self, tenant: &TenantId, verified_only: bool, page: &Page) -> Result<Listed<CallerId>> {
        let list = if verified_only { LIST_VERIFIED } else { LIST };
        let query = list.behind_text(page).bind(tenant.as_str());
        self.of(tenant)
            .fetch_page("listing caller ids", query, page, |found: &CallerId| found.id.to_string())
            .await
    }
}

#[async_trait]
impl ForwardingStore for PostgresStore {
    async fn lookup(&self, tenant: &TenantId, id: &ForwardingId) -> Result<Option<Forwarding>> {
        let query = query(LOOKUP_FORWARDING).bind(tenant.as_str()).bind(id.as_str());
        self.of(tenant).fetch("reading a forwarding configuration", query).await
    }

    async fn find(&self, tenant: &TenantId, caller_id: &CallerIdId) -> Result<Option<Forwarding>> {
        let query = query(FIND_FORWARDING).bind(tenant.as_str()).bind(caller_id.as_str());
        self.of(tenant).fetch("finding a forwarding configuration", query).await
    }

    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Forwarding>> {
        let query = LIST_FORWARDINGS.behind_text(page).bind(tenant.as_str());
        let key = |found: &Forwarding| found.id.to_string();
        self.of(tenant).fetch_page("listing forwarding configurations", query, page, key).await
    }
}
