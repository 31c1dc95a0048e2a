use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::{TenantId, ThreadId, ViolationId};
use veralux_core::port::{Listed, Page, PolicyStore, Result, ScanContext, Violation, ViolationFilter};
use veralux_sql::violation_columns;

use crate::paging::behind_text;
use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        SCAN_CONTEXT = "SELECT \
            (SELECT a.entries FROM policy_allow_list a WHERE a.tenant_id = ?1), \
            (SELECT a.revision FROM policy_allow_list a WHERE a.tenant_id = ?1), \
            (SELECT m.state FROM policy_scan_memory m WHERE m.tenant_id = ?1 AND m.thread = ?2 AND m.sender = ?3), \
            (SELECT m.revision FROM policy_scan_memory m WHERE m.tenant_id = ?1 AND m.thread = ?2 AND m.sender = ?3)";
        LOOKUP = concat!("SELECT ", violation_columns!(), " FROM policy_violation v WHERE v.tenant_id = ? AND v.id = ?");
    }
    list {
        LIST = concat!("SELECT ", violation_columns!(), " FROM policy_violation v WHERE v.tenant_id = ?"), by "v.id";
        LIST_OF_STATUS = concat!(
            "SELECT ", violation_columns!(), " FROM policy_violation v WHERE v.tenant_id = ? AND v.status = ?"
        ), by "v.id";
        LIST_OF_THREAD = concat!(
            "SELECT ", violation_columns!(),
            " FROM policy_violation v INDEXED BY policy_violation_by_thread WHERE v.tenant_id = ? AND v.thread = ?"
        ), by "v.id";
        LIST_OF_BOTH = concat!(
            "SELECT ", violation_columns!(), " FROM policy_violation v INDEXED BY policy_violation_by_both \
             WHERE v.tenant_id = ? AND v.thread = ? AND v.status = ?"
        ), by "v.id";
    }
}

const DOING: &str = "reading what a scan needs";

#[async_trait]
impl PolicyStore for SqliteStore {
    async fn scan_context(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        sender: &str,
    ) -> Result<ScanContext> {
        let query = query(SCAN_CONTEXT).bind(tenant.as_str()).bind(thread.map(ThreadId::as_str)).bind(sender);
        Ok(self.fetch(DOING, query).await?.unwrap_or_default())
    }

    async fn lookup(&self, tenant: &TenantId, id: &ViolationId) -> Result<Option<Violation>> {
        self.fetch("reading a violation", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str())).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        filter: &ViolationFilter,
        page: &Page,
    ) -> Result<Listed<Violation>> {
        let tenant = tenant.as_str();
        let query = match (&filter.thread, filter.status) {
            (None, None) => LIST.query(page).bind(tenant),
            (None, Some(status)) => LIST_OF_STATUS.query(page).bind(tenant).bind(status.as_str()),
            (Some(thread), None) => LIST_OF_THREAD.query(page).bind(tenant).bind(thread.as_str()),
            (Some(thread), Some(status)) => {
                LIST_OF_BOTH.query(page).bind(tenant).bind(thread.as_str()).bind(status.as_str())
            }
        };
        let key = |violation: &Violation| violation.id.to_string();
        self.fetch_page("listing violations", behind_text(query, page), page, key).await
    }
}
