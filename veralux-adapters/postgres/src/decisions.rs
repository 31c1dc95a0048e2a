use async_trait::async_trait;
use veralux_core::id::{DecisionId, TenantId, ThreadId};
use veralux_core::port::{DecisionRecord, DecisionStore, Listed, Page, Result};
use veralux_sql::decision_columns;

use crate::query::query;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", decision_columns!(), " FROM decision d WHERE d.tenant_id = $1 AND d.id = $2");
    }
    list {
        LIST = concat!(
            "SELECT ", decision_columns!(), " FROM decision d WHERE d.tenant_id = $3 AND d.thread = $4"
        ), by "d.id";
    }
}

#[async_trait]
impl DecisionStore for PostgresStore {
    async fn lookup(&self, tenant: &TenantId, id: &DecisionId) -> Result<Option<DecisionRecord>> {
        self.of(tenant)
            .fetch("reading a decision", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str()))
            .await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        thread: &ThreadId,
        page: &Page,
    ) -> Result<Listed<DecisionRecord>> {
        let query = LIST.behind_text(page).bind(tenant.as_str()).bind(thread.as_str());
        let key = |decision: &DecisionRecord| decision.id.to_string();
        self.of(tenant).fetch_page("listing decisions", query, page, key).await
    }
}
