use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::{OverrideId, TenantId, ThreadId};
use veralux_core::port::{Listed, Override, Page, Result, ScheduleStore, Window};
use veralux_core::time::Instant;
use veralux_sql::{override_columns, window_columns};

use crate::error::Doing as _;
use crate::paging::behind_text;
use crate::row::Columns;
use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        COUNT_WINDOWS = "SELECT count(*) FROM assignment_window w \
                         WHERE w.tenant_id = ? AND w.thread = ? AND w.ends_at > ?";
        LOOKUP_OVERRIDE = concat!(
            "SELECT ", override_columns!(), " FROM routing_override o WHERE o.tenant_id = ? AND o.id = ?"
        );
    }
    list {
        LIST_WINDOWS = concat!(
            "SELECT ", window_columns!(), " FROM assignment_window w WHERE w.tenant_id = ?"
        ), by "w.id";
        LIST_WINDOWS_OF_THREAD = concat!(
            "SELECT ", window_columns!(), " FROM assignment_window w WHERE w.tenant_id = ? AND w.thread = ?"
        ), by "w.id";
        LIST_OVERRIDES = concat!(
            "SELECT ", override_columns!(), " FROM routing_override o WHERE o.tenant_id = ?"
        ), by "o.id";
        LIST_OVERRIDES_OF_THREAD = concat!(
            "SELECT ", override_columns!(), " FROM routing_override o WHERE o.tenant_id = ? AND o.thread = ?"
        ), by "o.id";
    }
}

#[async_trait]
impl ScheduleStore for SqliteStore {
    async fn list_windows(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        page: &Page,
    ) -> Result<Listed<Window>> {
        let query = match thread {
            None => LIST_WINDOWS.query(page).bind(tenant.as_str()),
            Some(thread) => LIST_WINDOWS_OF_THREAD.query(page).bind(tenant.as_str()).bind(thread.as_str()),
        };
        let key = |window: &Window| window.id.to_string();
        self.fetch_page("listing windows", behind_text(query, page), page, key).await
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
        let row = self.fetch_row(DOING, query).await?;
        Ok(row.map(|row| Columns::new(&row).count("count")).transpose().doing(DOING)?.unwrap_or(0))
    }

    async fn lookup_override(&self, tenant: &TenantId, id: &OverrideId) -> Result<Option<Override>> {
        let query = query(LOOKUP_OVERRIDE).bind(tenant.as_str()).bind(id.as_str());
        self.fetch("reading an override", query).await
    }

    async fn list_overrides(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        page: &Page,
    ) -> Result<Listed<Override>> {
        let query = match thread {
            None => LIST_OVERRIDES.query(page).bind(tenant.as_str()),
            Some(thread) => LIST_OVERRIDES_OF_THREAD.query(page).bind(tenant.as_str()).bind(thread.as_str()),
        };
        let key = |entry: &Override| entry.id.to_string();
        self.fetch_page("listing overrides", behind_text(query, page), page, key).await
    }
}
