use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::{OperationId, TenantId};
use veralux_core::phone::E164;
use veralux_core::port::{Listed, Operation, OperationStore, Page, Result};
use veralux_sql::operation_columns;

use crate::paging::behind_text;
use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!(
            "SELECT ", operation_columns!(), " FROM provider_operation o WHERE o.tenant_id = ? AND o.id = ?"
        );
        FIND_RUNNING = concat!(
            "SELECT ", operation_columns!(),
            " FROM provider_operation o INDEXED BY provider_operation_running WHERE o.tenant_id = ? AND o.number = ? AND o.state = 'running'"
        );
    }
    list {
        LIST = concat!(
            "SELECT ", operation_columns!(), " FROM provider_operation o WHERE o.tenant_id = ?"
        ), by "o.id";
    }
}

#[async_trait]
impl OperationStore for SqliteStore {
    async fn lookup(&self, tenant: &TenantId, id: &OperationId) -> Result<Option<Operation>> {
        let query = query(LOOKUP).bind(tenant.as_str()).bind(id.as_str());
        self.fetch("reading an operation", query).await
    }

    async fn find_running(&self, tenant: &TenantId, number: &E164) -> Result<Option<Operation>> {
        let query = query(FIND_RUNNING).bind(tenant.as_str()).bind(number.as_str());
        self.fetch("finding an operation", query).await
    }

    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Operation>> {
        let query = behind_text(LIST.query(page).bind(tenant.as_str()), page);
        let key = |operation: &Operation| operation.id.to_string();
        self.fetch_page("listing operations", query, page, key).await
    }
}
