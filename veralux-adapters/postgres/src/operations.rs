use async_trait::async_trait;
use veralux_core::id::{OperationId, TenantId};
use veralux_core::phone::E164;
use veralux_core::port::{Listed, Operation, OperationStore, Page, Result};
use veralux_sql::operation_columns;

use crate::query::query;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!(
            "SELECT ", operation_columns!(), " FROM provider_operation o WHERE o.tenant_id = $1 AND o.id = $2"
        );
        FIND_RUNNING = concat!(
            "SELECT ", operation_columns!(),
            " FROM provider_operation o WHERE o.tenant_id = $1 AND o.number = $2 AND o.state = 'running'"
        );
    }
    list {
        LIST = concat!(
            "SELECT ", operation_columns!(), " FROM provider_operation o WHERE o.tenant_id = $3"
        ), by "o.id";
    }
}

#[async_trait]
impl OperationStore for PostgresStore {
    async fn lookup(&self, tenant: &TenantId, id: &OperationId) -> Result<Option<Operation>> {
        let query = query(LOOKUP).bind(tenant.as_str()).bind(id.as_str());
        self.of(tenant).fetch("reading an operation", query).await
    }

    async fn find_running(&self, tenant: &TenantId, number: &E164) -> Result<Option<Operation>> {
        let query = query(FIND_RUNNING).bind(tenant.as_str()).bind(number.as_str());
        self.of(tenant).fetch("finding an operation", query).await
    }

    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Operation>> {
        let query = LIST.behind_text(page).bind(tenant.as_str());
        let key = |operation: &Operation| operation.id.to_string();
        self.of(tenant).fetch_page("listing operations", query, page, key).await
    }
}
