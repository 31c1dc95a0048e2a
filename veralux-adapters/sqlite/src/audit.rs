use async_trait::async_trait;
use sqlx::query;
use veralux_core::audit::{Event, Head};
use veralux_core::id::TenantId;
use veralux_core::port::{AuditStore, Listed, Page, Result};
use veralux_sql::event_columns;

use crate::error::Doing as _;
use crate::paging::behind_number;
use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        HEAD = "SELECT a.sequence, a.hash FROM audit_head a WHERE a.tenant_id = ?";
    }
    list {
        LIST = concat!("SELECT ", event_columns!(), " FROM audit_event e WHERE e.tenant_id = ?"), by "e.sequence";
    }
}

#[async_trait]
impl AuditStore for SqliteStore {
    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Event>> {
        const DOING: &str = "listing audit events";
        let query = behind_number(LIST.query(page).bind(tenant.as_str()), page).doing(DOING)?;
        self.fetch_page(DOING, query, page, |event: &Event| event.sequence.to_string()).await
    }

    async fn head(&self, tenant: &TenantId) -> Result<Option<Head>> {
        self.fetch("reading an audit head", query(HEAD).bind(tenant.as_str())).await
    }
}
