use async_trait::async_trait;
use veralux_core::id::{TenantId, ThreadId, ViolationId};
use veralux_core::port::{Listed, Page, PolicyStore, Result, ScanContext, Violation, ViolationFilter};
use veralux_sql::violation_columns;

use crate::query::query;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        SCAN_CONTEXT = "SELECT \
            (SELECT a.entries FROM policy_allow_list a WHERE a.tenant_id = $1), \
            (SELECT a.revision FROM policy_allow_list a WHERE a.tenant_id = $1), \
            (SELECT m.state FROM policy_scan_memory m WHERE m.tenant_id = $1 AND m.thread = $2 AND m.sender = $3), \
            (SELECT m.revision FROM policy_scan_memory m WHERE m.tenant_id = $1 AND m.thread = $2 AND m.sender = $3)";
        LOOKUP = concat!("SELECT ", violation_columns!(), " FROM policy_violation v WHERE v.tenant_id = $1 AND v.id = $2");
    }
    list {
        LIST = concat!("SELECT ", violation_columns!(), " FROM policy_violation v WHERE v.tenant_id = $3"), by "v.id";
        LIST_OF_STATUS = concat!(
            "SELECT ", violation_columns!(), " FROM policy_violation v WHERE v.tenant_id = $3 AND v.status = $4"
        ), by "v.id";
        LIST_OF_THREAD = concat!(
            "SELECT ", violation_columns!(),
            " FROM policy_violation v WHERE v.tenant_id = $3 AND v.thread = $4"
        ), by "v.id";
        LIST_OF_BOTH = concat!(
            "SELECT ", violation_columns!(), " FROM policy_violation v \
             WHERE v.tenant_id = $3 AND v.thread = $4 AND v.status = $5"
        ), by "v.id";
    }
}

const DOING: &str = "reading what a scan needs";

#[async_trait]
impl PolicyStore for PostgresStore {
    async fn scan_context(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        sender: &str,
    ) -> Result<ScanContext> {
        let query = query(SCAN_CONTEXT).bind(tenant.as_str()).bind(thread.map(ThreadId::as_str)).bind(sender);
        Ok(self.of(tenant).fetch(DOING, query).await?.unwrap_or_default())
    }

    async fn lookup(&self, tenant: &TenantId, id: &ViolationId) -> Result<Option<Violation>> {
        self.of(tenant)
            .fetch("reading a violation", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str()))
            .await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        filter: &ViolationFilter,
        page: &Page,
    ) -> Result<Listed<Violation>> {
        let query = match (&filter.thread, filter.status) {
            (None, None) => LIST.behind_text(page).bind(tenant),
            (None, Some(status)) => LIST_OF_STATUS.behind_text(page).bind(tenant).bind(status.as_str()),
            (Some(thread), None) => LIST_OF_THREAD.behind_text(page).bind(tenant).bind(thread.as_str()),
            (Some(thread), Some(status)) => {
                LIST_OF_BOTH.behind_text(page).bind(tenant).bind(thread.as_str()).bind(status.as_str())
            }
        };
        let key = |violation: &Violation| violation.id.to_string();
        self.of(tenant).fetch_page("listing violations", query, page, key).await
    }
}
