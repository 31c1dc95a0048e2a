use async_trait::async_trait;
use veralux_core::id::{MessageId, TenantId};
use veralux_core::port::{Listed, Message, MessageFilter, MessageStore, Page, Result};

use crate::query::query;
use crate::row::message::message_columns;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", message_columns!(), " FROM message m WHERE m.tenant_id = $1 AND m.id = $2");
    }
    list {
        LIST_OF_THREAD = concat!(
            "SELECT ", message_columns!(), " FROM message m WHERE m.tenant_id = $3 AND m.thread = $4"
        ), by "m.id";
        LIST_OWNER_INBOX = concat!(
            "SELECT ", message_columns!(),
            " FROM message m WHERE m.tenant_id = $3 AND m.target = 'owner_inbox'"
        ), by "m.id";
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
}
