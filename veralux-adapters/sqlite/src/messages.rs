use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::{MessageId, NumberId, TenantId};
use veralux_core::port::{Listed, Message, MessageFilter, MessageStore, Page, Result};
use veralux_core::time::Instant;
use veralux_sql::{Failure, message_columns, messages};

use crate::paging::behind_text;
use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", message_columns!(), messages!(), " WHERE m.tenant_id = ? AND m.id = ?");
        FIND_BY_PROVIDER = concat!(
            "SELECT ", message_columns!(),
            " FROM message_delivery d INDEXED BY message_delivery_by_provider",
            " CROSS JOIN message m ON m.tenant_id = d.tenant_id AND m.id = d.message",
            " WHERE d.tenant_id = ? AND d.provider = ? AND d.provider_id = ?"
        );
        LIST_FAILURES = "SELECT d.failed_at FROM message_delivery d INDEXED BY message_delivery_failed \
                         WHERE d.tenant_id = ? AND d.number = ? AND d.failed_at > ? \
                         ORDER BY d.failed_at DESC LIMIT ?";
    }
    list {
        LIST_OF_THREAD = concat!(
            "SELECT ", message_columns!(), messages!(), " WHERE m.tenant_id = ? AND m.thread = ?"
        ), by "m.id";
        LIST_OWNER_INBOX = concat!(
            "SELECT ", message_columns!(),
            " FROM message m INDEXED BY message_in_owner_inbox",
            " LEFT JOIN message_delivery d ON d.tenant_id = m.tenant_id AND d.message = m.id",
            " WHERE m.tenant_id = ? AND m.target = 'owner_inbox'"
        ), by "m.id";
        LIST_DEAD_LETTERS = concat!(
            "SELECT ", message_columns!(),
            " FROM message_delivery d INDEXED BY message_delivery_dead",
            " CROSS JOIN message m ON m.tenant_id = d.tenant_id AND m.id = d.message",
            " WHERE d.tenant_id = ? AND d.dead_since IS NOT NULL"
        ), by "d.message";
    }
}

#[async_trait]
impl MessageStore for SqliteStore {
    async fn lookup(&self, tenant: &TenantId, id: &MessageId) -> Result<Option<Message>> {
        self.fetch("reading a message", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str())).await
    }

    async fn list(&self, tenant: &TenantId, filter: &MessageFilter, page: &Page) -> Result<Listed<Message>> {
        let query = match filter {
            MessageFilter::Thread(thread) => {
                LIST_OF_THREAD.query(page).bind(tenant.as_str()).bind(thread.as_str())
            }
            MessageFilter::OwnerInbox => LIST_OWNER_INBOX.query(page).bind(tenant.as_str()),
        };
        let key = |message: &Message| message.id.to_string();
        self.fetch_page("listing messages", behind_text(query, page), page, key).await
    }

    async fn find_by_provider(
        &self,
        tenant: &TenantId,
        provider: &str,
        provider_id: &str,
    ) -> Result<Option<Message>> {
        let query = query(FIND_BY_PROVIDER).bind(tenant.as_str()).bind(provider).bind(provider_id);
        self.fetch("finding a message", query).await
    }

    async fn list_dead_letters(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Message>> {
        let query = behind_text(LIST_DEAD_LETTERS.query(page).bind(tenant.as_str()), page);
        let key = |message: &Message| message.id.to_string();
        self.fetch_page("listing dead letters", query, page, key).await
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
        let failures: Vec<Failure> = self.fetch_all("listing failures", query).await?;
        Ok(failures.into_iter().map(|Failure(at)| at).collect())
    }
}
