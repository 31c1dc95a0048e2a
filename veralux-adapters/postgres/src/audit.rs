use async_trait::async_trait;
use veralux_core::audit::{Event, Head};
use veralux_core::id::TenantId;
use veralux_core::port::{AuditStore, Listed, Page, Result};
use veralux_sql::event_columns;

use crate::error::Doing as _;
use crate::query::query;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        HEAD = "SELECT a.sequence, a.hash FROM audit_head a WHERE a.tenant_id = $1";
    }
    list {
        LIST = concat!("SELECT ", event_columns!(), " FROM audit_event e WHERE e.tenant_id = $3"), by "e.sequence";
    }
}

#[async_trait]
impl AuditStore for PostgresStore {
    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Event>> {
        const DOING: &str = "listing audit events";
        let query = LIST.behind_number(page).doing(DOING)?.bind(tenant.as_str());
        self.of(tenant).fetch_page(DOING, query, page, |event: &Event| event.sequence.to_string()).await
    }

    async fn head(&self, tenant: &TenantId) -> Result<Option<Head>> {
        self.of(tenant).fetch("reading an audit head", query(HEAD).bind(tenant.as_str())).await
    }
}
