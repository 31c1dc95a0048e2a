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

/// What the function `conversation` answers with, each part under the name that its columns are read by.
macro_rules! of_conversation {
    ($arguments:literal) => {
        concat!(
            "x.mapped, ",
            conversation_columns!("x.windows, x.overrides"),
            " FROM conversation(",
            $arguments,
            ") x",
            " CROSS JOIN LATERAL (SELECT (x.t).*) t CROSS JOIN LATERAL (SELECT (x.n).*) n",
            " CROSS JOIN LATERAL (SELECT (x.c).*) c CROSS JOIN LATERAL (SELECT (x.h).*) h",
            " CROSS JOIN LATERAL (SELECT (x.a).*) a CROSS JOIN LATERAL (SELECT (x.m).*) m"
        )
    };
}

crate::statements::statements! {
    one {
        FIND = concat!("SELECT ", of_conversation!("$1, $2, $3, $4, NULL"));
        FIND_CALLED = concat!("SELECT ", of_conversation!("$1, enter_holder_of($2), $2, $3, NULL"));
        LOOKUP = concat!("SELECT ", of_conversation!("$1, $2, NULL, NULL, $3"));
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

    async fn find_called(
        &self,
        number: &E164,
        party: Option<&E164>,
        at: Instant,
    ) -> Result<Option<Conversation>> {
        let query = query(FIND_CALLED).bind(at.micros()).bind(number.as_str()).bind(party.map(E164::as_str));
        self.look_ups().find(DOING, query).await
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
