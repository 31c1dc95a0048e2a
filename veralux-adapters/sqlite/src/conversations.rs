//! What a routing decision needs, in one statement: so that all parts are from one moment, and because it is asked for
//! every message.

use async_trait::async_trait;
use sqlx::query;
use sqlx::sqlite::SqliteRow;
use veralux_core::id::{TenantId, ThreadId};
use veralux_core::phone::E164;
use veralux_core::port::{Conversation, ConversationStore, Override, Result, Thread, Window};
use veralux_core::time::Instant;

use crate::error::{Cause, Doing as _};
use crate::paging::Query;
use crate::policy::scan_context;
use crate::row::customer::customer_columns;
use crate::row::number::number_columns;
use crate::row::schedule::{override_from_json, window_from_json};
use crate::row::tenant::tenant_columns;
use crate::row::thread::thread_columns;
use crate::row::{Columns, Record as _};
use crate::store::SqliteStore;

/// Of the thread `h`, what has not ended at `?1`, as JSON. NULL, not an empty list, where there is nothing: it is the
/// usual case, and spares a parser.
macro_rules! schedule_columns {
    () => {
        "(SELECT json_group_array(json_array(w.id, w.staff, w.starts_at, w.ends_at, w.created_at)) \
          FROM assignment_window w INDEXED BY assignment_window_by_end \
          WHERE w.tenant = h.tenant AND w.thread = h.id AND w.ends_at > ?1 \
          HAVING count(*) > 0), \
         (SELECT json_group_array(json_array(o.id, o.target, o.target_id, o.starts_at, o.ends_at, o.created_at, \
                                             o.removed_at, o.reason)) \
          FROM routing_override o INDEXED BY routing_override_by_thread \
          WHERE o.tenant = h.tenant AND o.thread = h.id \
          AND (o.ends_at IS NULL OR o.ends_at > ?1) AND (o.removed_at IS NULL OR o.removed_at > ?1) \
          HAVING count(*) > 0)"
    };
}

/// What a scan of the customer's message needs.
macro_rules! scan_columns {
    () => {
        "a.entries, a.revision, m.state, m.revision"
    };
}

macro_rules! conversation_columns {
    () => {
        concat!(
            tenant_columns!(),
            ", ",
            number_columns!(),
            ", ",
            customer_columns!(),
            ", ",
            thread_columns!(),
            ", ",
            schedule_columns!(),
            ", ",
            scan_columns!()
        )
    };
}

crate::statements::statements! {
    one {
        // The thread is the pair's; on a pool number where the pair names none, that number's newest.
        FIND = concat!(
            "SELECT p.thread IS NOT NULL, ", conversation_columns!(),
            " FROM tenant t",
            " LEFT JOIN number n ON n.tenant = t.tenant AND n.e164 = ?3",
            " LEFT JOIN customer c ON c.tenant = t.tenant AND c.phone = ?4",
            " LEFT JOIN pair p ON p.tenant = t.tenant AND p.number = n.id AND p.customer = c.id",
            " AND (p.free_at IS NULL OR p.free_at > ?1)",
            " LEFT JOIN thread h ON h.tenant = t.tenant AND h.id = CASE",
            " WHEN p.thread IS NOT NULL THEN p.thread",
            " WHEN n.class = 'pool' THEN (SELECT x.id FROM thread x",
            " WHERE x.tenant = t.tenant AND x.number = n.id ORDER BY x.id DESC LIMIT 1) END",
            " LEFT JOIN policy_allow_list a ON a.tenant = t.tenant",
            " LEFT JOIN policy_scan_memory m ON m.tenant = t.tenant",
            " AND m.thread = p.thread AND m.sender = 'customer:' || c.id",
            " WHERE t.tenant = ?2"
        );
        LOOKUP = concat!(
            "SELECT true, ", conversation_columns!(),
            " FROM tenant t",
            " JOIN thread h ON h.tenant = t.tenant AND h.id = ?3",
            " LEFT JOIN number n ON n.tenant = t.tenant AND n.id = h.number",
            " LEFT JOIN customer c ON c.tenant = t.tenant AND c.id = h.customer",
            " LEFT JOIN policy_allow_list a ON a.tenant = t.tenant",
            " LEFT JOIN policy_scan_memory m ON m.tenant = t.tenant",
            " AND m.thread = h.id AND m.sender = 'customer:' || c.id",
            " WHERE t.tenant = ?2"
        );
    }
}

const DOING: &str = "reading a conversation";

#[async_trait]
impl ConversationStore for SqliteStore {
    async fn find(
        &self,
        tenant: &TenantId,
        number: &E164,
        party: Option<&E164>,
        at: Instant,
    ) -> Result<Option<Conversation>> {
        let query = query(FIND)
            .bind(at.micros())
            .bind(tenant.as_str())
            .bind(number.as_str())
            .bind(party.map(E164::as_str));
        fetch(self, query).await
    }

    async fn lookup(
        &self,
        tenant: &TenantId,
        thread: &ThreadId,
        at: Instant,
    ) -> Result<Option<Conversation>> {
        fetch(self, query(LOOKUP).bind(at.micros()).bind(tenant.as_str()).bind(thread.as_str())).await
    }
}

async fn fetch(store: &SqliteStore, query: Query<'_>) -> Result<Option<Conversation>> {
    let row = store.fetch_row(DOING, query).await?;
    Ok(row.as_ref().map(read).transpose().doing(DOING)?)
}

fn read(row: &SqliteRow) -> std::result::Result<Conversation, Cause> {
    let mut columns = Columns::new(row);
    let mapped = columns.take("mapped")?;
    let tenant = veralux_core::port::Tenant::read(&mut columns)?;
    let number = columns.record_if_any()?;
    let customer = columns.record_if_any()?;
    let thread: Option<Thread> = columns.record_if_any()?;
    let (mut windows, mut overrides): (Vec<Window>, Vec<Override>) = (Vec::new(), Vec::new());
    let (open, standing): (Option<&str>, Option<&str>) =
        (columns.take("windows")?, columns.take("overrides")?);
    if let Some(thread) = &thread {
        windows = open.map_or(Ok(windows), |json| window_from_json(&thread.id, json))?;
        overrides = standing.map_or(Ok(overrides), |json| override_from_json(&thread.id, json))?;
    }
    let scan = scan_context(&mut columns)?;
    windows.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    overrides.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    Ok(Conversation { tenant, number, thread, mapped, customer, windows, overrides, scan })
}
