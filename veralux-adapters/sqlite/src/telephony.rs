use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::{CallerIdId, ForwardingId, TenantId};
use veralux_core::phone::E164;
use veralux_core::port::{CallerId, CallerIdStore, Forwarding, ForwardingStore, Listed, Page, Result};
use veralux_sql::{caller_id_columns, forwarding_columns};

use crate::paging::behind_text;
use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", caller_id_columns!(), " FROM caller_id c WHERE c.tenant_id = ? AND c.id = ?");
        FIND = concat!("SELECT ", caller_id_columns!(), " FROM caller_id c WHERE c.tenant_id = ? AND c.number = ?");
        LOOKUP_FORWARDING = concat!(
            "SELECT ", forwarding_columns!(), " FROM forwarding f WHERE f.tenant_id = ? AND f.id = ?"
        );
        FIND_FORWARDING = concat!(
            "SELECT ", forwarding_columns!(), " FROM forwarding f WHERE f.tenant_id = ? AND f.caller_id = ?"
        );
    }
    list {
        LIST = concat!("SELECT ", caller_id_columns!(), " FROM caller_id c WHERE c.tenant_id = ?"), by "c.id";
        LIST_VERIFIED = concat!(
            "SELECT ", caller_id_columns!(),
            " FROM caller_id c INDEXED BY caller_id_by_proof WHERE c.tenant_id = ? AND c.verified = 1"
        ), by "c.id";
        LIST_FORWARDINGS = concat!(
            "SELECT ", forwarding_columns!(), " FROM forwarding f WHERE f.tenant_id = ?"
        ), by "f.id";
    }
}

#[async_trait]
impl CallerIdStore for SqliteStore {
    async fn lookup(&self, tenant: &TenantId, id: &CallerIdId) -> Result<Option<CallerId>> {
        self.fetch("reading a caller id", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str())).await
    }

    async fn find(&self, tenant: &TenantId, number: &E164) -> Result<Option<CallerId>> {
        self.fetch("finding a caller id", query(FIND).bind(tenant.as_str()).bind(number.as_str())).await
    }

    async fn list(&self, tenant: &TenantId, verified_only: bool, page: &Page) -> Result<Listed<CallerId>> {
        let list = if verified_only { LIST_VERIFIED } else { LIST };
        let query = behind_text(list.query(page).bind(tenant.as_str()), page);
        self.fetch_page("listing caller ids", query, page, |found: &CallerId| found.id.to_string()).await
    }
}

#[async_trait]
impl ForwardingStore for SqliteStore {
    async fn lookup(&self, tenant: &TenantId, id: &ForwardingId) -> Result<Option<Forwarding>> {
        let query = query(LOOKUP_FORWARDING).bind(tenant.as_str()).bind(id.as_str());
        self.fetch("reading a forwarding configuration", query).await
    }

    async fn find(&self, tenant: &TenantId, caller_id: &CallerIdId) -> Result<Option<Forwarding>> {
        let query = query(FIND_FORWARDING).bind(tenant.as_str()).bind(caller_id.as_str());
        self.fetch("finding a forwarding configuration", query).await
    }

    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Forwarding>> {
        let query = behind_text(LIST_FORWARDINGS.query(page).bind(tenant.as_str()), page);
        let key = |found: &Forwarding| found.id.to_string();
        self.fetch_page("listing forwarding configurations", query, page, key).await
    }
}
