//! What a routing decision needs, in one statement: so that all parts are from one moment, and because it is asked for
//! every message.

use async_trait::async_trait;
use veralux_core::id::{TenantId, ThreadId};
use veralux_core::phone::E164;
use veralux_core::port::{Conversation, ConversationStore, Result};
use veralux_core::time::Instant;
use veralux_sql::conversation_columns;

use crate::query::query;
use crate::store::PostgresStore;

/// Of the thread `h`, what has not ended at `$1`, as JSON. NULL, not an empty list, where there is nothing: it is the
/// usual case, and spares a parser.
macro_rules! schedule_columns {
    () => {
        "(SELECT json_agg(json_build_array(w.id, w.staff, w.starts_at, w.ends_at, w.created_at))::text \
          FROM assignment_window w \
          WHERE w.tenant_id = h.tenant_id AND w.thread = h.id AND w.ends_at > $1), \
         (SELECT json_agg(json_build_array(o.id, o.target, o.target_id, o.starts_at, o.ends_at, o.created_at, \
                                            o.removed_at, o.reason))::text \
          FROM routing_override o \
          WHERE o.tenant_id = h.tenant_id AND o.thread = h.id \
          AND (o.ends_at IS NULL OR o.ends_at > $1) AND (o.removed_at IS NULL OR o.removed_at > $1))"
    };
}

crate::statements::statements! {
    one {
        // The thread is the pair's; on a pool number where the pair names none, that number's newest. The limits let the
        // planner look pair and thread up by their whole keys only, and not read all of a number's or a tenant's beside.
        FIND = concat!(
            "SELECT p.thread IS NOT NULL, ", conversation_columns!(schedule_columns!()),
            " FROM tenant t",
            " LEFT JOIN number n ON n.tenant_id = t.tenant_id AND n.e164 = $3",
            " LEFT JOIN customer c ON c.tenant_id = t.tenant_id AND c.phone = $4",
            " LEFT JOIN LATERAL (SELECT q.thread FROM pair q",
            " WHERE q.tenant_id = t.tenant_id AND q.number = n.id AND q.customer = c.id",
            " AND (q.free_at IS NULL OR q.free_at > $1) LIMIT 1) p ON true",
            " LEFT JOIN LATERAL (SELECT * FROM thread f WHERE f.tenant_id = t.tenant_id AND f.id = CASE",
            " WHEN p.thread IS NOT NULL THEN p.thread",
            " WHEN n.class = 'pool' THEN (SELECT x.id FROM thread x",
            " WHERE x.tenant_id = t.tenant_id AND x.number = n.id ORDER BY x.id DESC LIMIT 1) END LIMIT 1) h ON true",
            " LEFT JOIN policy_allow_list a ON a.tenant_id = t.tenant_id",
            " LEFT JOIN LATERAL (SELECT * FROM policy_scan_memory f WHERE f.tenant_id = t.tenant_id",
            " AND f.thread = p.thread AND f.sender = 'customer:' || c.id LIMIT 1) m ON true",
            " WHERE t.tenant_id = $2"
        );
        LOOKUP = concat!(
            "SELECT true, ", conversation_columns!(schedule_columns!()),
            " FROM tenant t",
            " JOIN LATERAL (SELECT * FROM thread f WHERE f.tenant_id = t.tenant_id AND f.id = $3 LIMIT 1) h ON true",
            " LEFT JOIN LATERAL (SELECT * FROM number f",
            " WHERE f.tenant_id = t.tenant_id AND f.id = h.number LIMIT 1) n ON true",
            " LEFT JOIN LATERAL (SELECT * FROM customer f",
            " WHERE f.tenant_id = t.tenant_id AND f.id = h.customer LIMIT 1) c ON true",
            " LEFT JOIN policy_allow_list a ON a.tenant_id = t.tenant_id",
            " LEFT JOIN LATERAL (SELECT * FROM policy_scan_memory f WHERE f.tenant_id = t.tenant_id",
            " AND f.thread = h.id AND f.sender = 'customer:' || c.id LIMIT 1) m ON true",
            " WHERE t.tenant_id = $2"
        );
    }
}

const DOING: &str = "reading a conversation";

#[async_trait]
impl ConversationStore for PostgresStore {
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
        self.of(tenant).fetch(DOING, query).await
    }

    async fn lookup(
        &self,
        tenant: &TenantId,
        thread: &ThreadId,
        at: Instant,
    ) -> Result<Option<Conversation>> {
        let query = query(LOOKUP).bind(at.micros()).bind(tenant.as_str()).bind(thread.as_str());
        self.of(tenant).fetch(DOING, query).await
    }
}
