use async_trait::async_trait;
use veralux_core::id::{TenantId, ThreadId, ViolationId};
use veralux_core::port::{
    AllowList, Listed, Page, PolicyStore, Result, ScanContext, ScanMemory, Violation, ViolationFilter,
};

use crate::error::{Cause, Doing as _};
use crate::query::query;
use crate::row::Columns;
use crate::row::violation::violation_columns;
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
        let row = self.of(tenant).fetch_row(DOING, query).await?;
        Ok(row
            .as_ref()
            .map(|row| scan_context(&mut Columns::new(row)))
            .transpose()
            .doing(DOING)?
            .unwrap_or_default())
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

/// Reads the allow-list's entries and revision, the memory's state and revision.
pub(crate) fn scan_context(columns: &mut Columns<'_>) -> std::result::Result<ScanContext, Cause> {
    let entries: Option<&str> = columns.take("entries")?;
    let revision: Option<i64> = columns.take("revision")?;
    let allowed = match (entries, revision) {
        (Some(entries), Some(revision)) => AllowList {
            entries: serde_json::from_str(entries).map_err(|_| Cause::Corrupt("entries"))?,
            revision: u64::try_from(revision).map_err(|_| Cause::Corrupt("revision"))?,
        },
        _ => AllowList::default(),
    };
    let state: Option<String> = columns.take("state")?;
    let revision: Option<i64> = columns.take("revision")?;
    let memory = match (state, revision) {
        (Some(state), Some(revision)) => {
            let revision = u64::try_from(revision).map_err(|_| Cause::Corrupt("revision"))?;
            Some(ScanMemory { state, revision })
        }
        _ => None,
    };
    Ok(ScanContext { allowed, memory })
}
