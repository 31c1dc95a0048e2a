use async_trait::async_trait;
use veralux_core::id::{MessageId, NumberId, TenantId};
use veralux_core::port::{Listed, Message, MessageFilter, MessageStore, Page, Result};
use veralux_core::time::Instant;
use veralux_sql::{Failure, message_columns, messages};

use crate::query::query;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", message_columns!(), messages!(), " WHERE m.tenant_id = $1 AND m.id = $2");
        FIND_BY_PROVIDER = concat!(
            "SELECT ", message_columns!(),
            " FROM message_delivery d JOIN message m ON m.tenant_id = d.tenant_id AND m.id = d.message",
            " WHERE d.tenant_id = $1 AND d.provider = $2 AND d.provider_id = $3"
        );
        LIST_FAILURES = "SELECT d.failed_at FROM message_delivery d \
                         WHERE d.tenant_id = $1 AND d.number = $2 AND d.failed_at > $3 \
                         ORDER BY d.failed_at DESC LIMIT $4";
    }
    list {
        LIST_OF_THREAD = concat!(
            "SELECT ", message_columns!(), messages!(), " WHERE m.tenant_id = $3 AND m.thread = $4"
        ), by "m.id";
        LIST_OWNER_INBOX = concat!(
            "SELECT ", message_columns!(), messages!(), " WHERE m.tenant_id = $3 AND m.target = 'owner_inbox'"
        ), by "m.id";
        LIST_DEAD_LETTERS = concat!(
            "SELECT ", message_columns!(),
            " FROM message_delivery d JOIN message m ON m.tenant_id = d.tenant_id AND m.id = d.message",
            " WHERE d.tenant_id = $3 AND d.dead_since IS NOT NULL"
        ), by "d.message";
    }
}

#[async_trait]
impl MessageStore for PostgresStore {
    async fn lookup(&self, tenant: &TenantId, id: &MessageId) -> Result<Option<Message>> {
        self.of(tenant)
            .fetch("reading a message", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str()))
            .await
    }

    async fn list(&self, tenant: &TenantId, filter: &MessageFilter, page: &Page) -> Result<Listed<Message>> {
        let query = match filter {
            MessageFilter::Thread(thread) => {
                LIST_OF_THREAD.behind_text(page).bind(tenant.as_str()).bind(thread.as_str())
            }
            MessageFilter::OwnerInbox => LIST_OWNER_INBOX.behind_text(page).bind(tenant.as_str()),
        };
        let key = |message: &Message| message.id.to_string();
        self.of(tenant).fetch_page("listing messages", query, page, key).await
    }

    async fn find_by_provider(
        &self,
        tenant: &TenantId,
        provider: &str,
        provider_id: &str,
    ) -> Result<Option<Message>> {
        let query = query(FIND_BY_PROVIDER).bind(tenant.as_str()).bind(provider).bind(provider_id);
        self.of(tenant).fetch("finding a message", query).await
    }

    async fn list_dead_letters(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Message>> {
        let query = LIST_DEAD_LETTERS.behind_text(page).bind(tenant.as_str());
        let key = |message: &Message| message.id.to_string();
        self.of(tenant).fetch_page("listing dead letters", query, page, key).await
    }

    async fn list_failures(
        &self,
        tenant: &TenantId,
        number: &NumberId,
        behind: Instant,
        limit: u16,
    ) -> Result<Vec<Instant>> {
        let query = query(LIST_FAILURES)
            .bind(tenant.as_str())
            .bind(number.as_str())
            .bind(behind.micros())
            .bind(limit);
        let failures: Vec<Failure> = self.of(tenant).fetch_all("listing failures", query).await?;
        Ok(failures.into_iter().map(|Failure(at)| at).collect())
    }
}
