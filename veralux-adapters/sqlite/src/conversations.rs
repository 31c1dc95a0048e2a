//! What a routing decision needs, in one statement: so that all parts are from one moment, and because it is asked for
//! every message.

use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::{TenantId, ThreadId};
use veralux_core::phone::E164;
use veralux_core::port::{Conversation, ConversationStore, Result};
use veralux_core::time::Instant;
use veralux_sql::conversation_columns;

use crate::store::SqliteStore;

/// Of the thread `h`, what has not ended at `?1`, as JSON. NULL, not an empty list, where there is nothing: it is the
/// usual case, and spares a parser.
macro_rules! schedule_columns {
    () => {
        "nullif((SELECT json_group_array(json_array(w.id, w.staff, w.starts_at, w.ends_at, w.created_at)) \
                 FROM assignment_window w INDEXED BY assignment_window_by_end \
                 WHERE w.tenant_id = h.tenant_id AND w.thread = h.id AND w.ends_at > ?1), '[]'), \
         nullif((SELECT json_group_array(json_array(o.id, o.target, o.target_id, o.starts_at, o.ends_at, \
                                                    o.created_at, o.removed_at, o.reason)) \
                 FROM routing_override o INDEXED BY routing_override_by_end \
                 WHERE o.tenant_id = h.tenant_id AND o.thread = h.id \
                 AND min(ifnull(o.ends_at, 9223372036854775807), ifnull(o.removed_at, 9223372036854775807)) > ?1), \
                '[]')"
    };
}

/// What a statement selects of what stands between the party `?4` and the number `?3` of the tenant that is meant. The thread is the pair's; on a pool number
/// where the pair names none, that number's newest.
macro_rules! find {
    ($tenant:literal) => {
        concat!(
            "p.thread IS NOT NULL, ",
            conversation_columns!(schedule_columns!()),
            " FROM tenant t",
            " LEFT JOIN number n ON n.tenant_id = t.tenant_id AND n.e164 = ?3",
            " LEFT JOIN customer c ON c.tenant_id = t.tenant_id AND c.phone = ?4",
            " LEFT JOIN pair p ON p.tenant_id = t.tenant_id AND p.number = n.id AND p.customer = c.id",
            " AND (p.free_at IS NULL OR p.free_at > ?1)",
            " LEFT JOIN thread h ON h.tenant_id = t.tenant_id AND h.id = CASE",
            " WHEN p.thread IS NOT NULL THEN p.thread",
            " WHEN n.class = 'pool' THEN (SELECT x.id FROM thread x",
            " WHERE x.tenant_id = t.tenant_id AND x.number = n.id ORDER BY x.id DESC LIMIT 1) END",
            " LEFT JOIN policy_allow_list a ON a.tenant_id = t.tenant_id",
            " LEFT JOIN policy_scan_memory m ON m.tenant_id = t.tenant_id",
            " AND m.thread = p.thread AND m.sender = 'customer:' || c.id",
            " WHERE ",
            $tenant
        )
    };
}

crate::statements::statements! {
    one {
        FIND = concat!("SELECT ", find!("t.tenant_id = ?2"));
        FIND_CALLED = concat!(
            "SELECT ", find!("t.tenant_id = (SELECT f.tenant_id FROM number f WHERE f.e164 = ?3 AND f.given_back_at IS NULL)")
        );
        LOOKUP = concat!(
            "SELECT true, ", conversation_columns!(schedule_columns!()),
            " FROM tenant t",
            " JOIN thread h ON h.tenant_id = t.tenant_id AND h.id = ?3",
            " LEFT JOIN number n ON n.tenant_id = t.tenant_id AND n.id = h.number",
            " LEFT JOIN customer c ON c.tenant_id = t.tenant_id AND c.id = h.customer",
            " LEFT JOIN policy_allow_list a ON a.tenant_id = t.tenant_id",
            " LEFT JOIN policy_scan_memory m ON m.tenant_id = t.tenant_id",
            " AND m.thread = h.id AND m.sender = 'customer:' || c.id",
            " WHERE t.tenant_id = ?2"
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
        self.fetch(DOING, query).await
    }

    async fn find_called(
        &self,
        number: &E164,
        party: Option<&E164>,
        at: Instant,
    ) -> Result<Option<Conversation>> {
        let query = query(FIND_CALLED)
            .bind(at.micros())
            .bind(None::<&str>)
            .bind(number.as_str())
            .bind(party.map(E164::as_str));
        self.fetch(DOING, query).await
    }

    async fn lookup(
        &self,
        tenant: &TenantId,
        thread: &ThreadId,
        at: Instant,
    ) -> Result<Option<Conversation>> {
        self.fetch(DOING, query(LOOKUP).bind(at.micros()).bind(tenant.as_str()).bind(thread.as_str())).await
    }
}
