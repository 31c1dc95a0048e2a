use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::{DecisionId, TenantId, ThreadId};
use veralux_core::port::{DecisionRecord, DecisionStore, Listed, Page, Result};
use veralux_sql::decision_columns;

use crate::paging::behind_text;
use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", decision_columns!(), " FROM decision d WHERE d.tenant_id = ? AND d.id = ?");
    }
    list {
        LIST = concat!(
            "SELECT ", decision_columns!(), " FROM decision d WHERE d.tenant_id = ? AND d.thread = ?"
        ), by "d.id";
    }
}

#[async_trait]
impl DecisionStore for SqliteStore {
    async fn lookup(&self, tenant: &TenantId, id: &DecisionId) -> Result<Option<DecisionRecord>> {
        self.fetch("reading a decision", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str())).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        thread: &ThreadId,
        page: &Page,
    ) -> Result<Listed<DecisionRecord>> {
        let query = behind_text(LIST.query(page).bind(tenant.as_str()).bind(thread.as_str()), page);
        let key = |decision: &DecisionRecord| decision.id.to_string();
        self.fetch_page("listing decisions", query, page, key).await
    }
}
