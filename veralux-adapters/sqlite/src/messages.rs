use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::{MessageId, TenantId};
use veralux_core::port::{Listed, Message, MessageFilter, MessageStore, Page, Result};

use crate::paging::behind_text;
use crate::row::message::message_columns;
use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", message_columns!(), " FROM message m WHERE m.tenant = ? AND m.id = ?");
    }
    list {
        LIST_OF_THREAD = concat!(
            "SELECT ", message_columns!(), " FROM message m WHERE m.tenant = ? AND m.thread = ?"
        ), by "m.id";
        LIST_OWNER_INBOX = concat!(
            "SELECT ", message_columns!(),
            " FROM message m INDEXED BY message_in_owner_inbox WHERE m.tenant = ? AND m.target = 'owner_inbox'"
        ), by "m.id";
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
}
