use async_trait::async_trait;
use veralux_core::id::{OverrideId, TenantId, ThreadId};
use veralux_core::port::{Listed, Override, Page, Result, ScheduleStore, Window};
use veralux_core::time::Instant;
use veralux_sql::{override_columns, window_columns};

use crate::error::Doing as _;
use crate::query::query;
use crate::row::Columns;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        COUNT_WINDOWS = "SELECT count(*) FROM assignment_window w \
                         WHERE w.tenant_id = $1 AND w.thread = $2 AND w.ends_at > $3";
        LOOKUP_OVERRIDE = concat!(
            "SELECT ", override_columns!(), " FROM routing_override o WHERE o.tenant_id = $1 AND o.id = $2"
        );
    }
    list {
        LIST_WINDOWS = concat!(
            "SELECT ", window_columns!(), " FROM assignment_window w WHERE w.tenant_id = $3"
        ), by "w.id";
        LIST_WINDOWS_OF_THREAD = concat!(
            "SELECT ", window_columns!(), " FROM assignment_window w WHERE w.tenant_id = $3 AND w.thread = $4"
        ), by "w.id";
        LIST_OVERRIDES = concat!(
            "SELECT ", override_columns!(), " FROM routing_override o WHERE o.tenant_id = $3"
        ), by "o.id";
        LIST_OVERRIDES_OF_THREAD = concat!(
            "SELECT ", override_columns!(), " FROM routing_override o WHERE o.tenant_id = $3 AND o.thread = $4"
        ), by "o.id";
    }
}

#[async_trait]
impl ScheduleStore for PostgresStore {
    async fn list_windows(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        page: &Page,
    ) -> Result<Listed<Window>> {
        let query = match thread {
            None => LIST_WINDOWS.behind_text(page).bind(tenant.as_str()),
            Some(thread) => {
                LIST_WINDOWS_OF_THREAD.behind_text(page).bind(tenant.as_str()).bind(thread.as_str())
            }
        };
        let key = |window: &Window| window.id.to_string();
        self.of(tenant).fetch_page("listing windows", query, page, key).await
    }

    async fn count_windows(
        &self,
        tenant: &TenantId,
        thread: &ThreadId,
        ending_after: Instant,
    ) -> Result<u64> {
        const DOING: &str = "counting windows";
        let query =
            query(COUNT_WINDOWS).bind(tenant.as_str()).bind(thread.as_str()).bind(ending_after.micros());
        let row = self.of(tenant).fetch_row(DOING, query).await?;
        Ok(row.map(|row| Columns::new(&row).count("count")).transpose().doing(DOING)?.unwrap_or(0))
    }

    async fn lookup_override(&self, tenant: &TenantId, id: &OverrideId) -> Result<Option<Override>> {
        let query = query(LOOKUP_OVERRIDE).bind(tenant.as_str()).bind(id.as_str());
        self.of(tenant).fetch("reading an override", query).await
    }

    async fn list_overrides(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        page: &Page,
    ) -> Result<Listed<Override>> {
        let query = match thread {
            None => LIST_OVERRIDES.behind_text(page).bind(tenant.as_str()),
            Some(thread) => {
                LIST_OVERRIDES_OF_THREAD.behind_text(page).bind(tenant.as_str()).bind(thread.as_str())
            }
        };
        let key = |entry: &Override| entry.id.to_string();
        self.of(tenant).fetch_page("listing overrides", query, page, key).await
    }
}
