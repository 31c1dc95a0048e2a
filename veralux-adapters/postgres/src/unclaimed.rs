use async_trait::async_trait;
use veralux_core::port::{self, Listed, Page, Unclaimed, UnclaimedStore};
use veralux_core::time::Instant;
use veralux_sql::unclaimed_columns;

use crate::paging::{BEHIND_ALL, excess};
use crate::query::query;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO unclaimed_webhook (provider, event, received_at, reason, body) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (provider, event) DO NOTHING";
        FORGET = "DELETE FROM unclaimed_webhook WHERE (provider, event) IN \
                  (SELECT provider, event FROM unclaimed_webhook WHERE received_at < $1 ORDER BY received_at LIMIT 100)";
        LIST_OLDEST_FIRST = concat!(
            "SELECT ", unclaimed_columns!(),
            " FROM unclaimed_webhook u \
             WHERE (u.provider, u.event) > ($1, $2) ORDER BY u.provider, u.event LIMIT $3"
        );
        LIST_NEWEST_FIRST = concat!(
            "SELECT ", unclaimed_columns!(),
            " FROM unclaimed_webhook u \
             WHERE (u.provider, u.event) < ($1, $2) ORDER BY u.provider DESC, u.event DESC LIMIT $3"
        );
    }
}

const ADDING: &str = "keeping a webhook that belongs to nobody";
const FORGETTING: &str = "forgetting webhooks that belong to nobody";
const LISTING: &str = "listing webhooks that belong to nobody";

#[async_trait]
impl UnclaimedStore for PostgresStore {
    async fn add(&self, webhook: &Unclaimed) -> port::Result<bool> {
        let query = query(ADD)
            .bind(webhook.claim.provider.as_str())
            .bind(webhook.claim.event.as_str())
            .bind(webhook.received_at.micros())
            .bind(webhook.reason.as_str())
            .bind(webhook.body.as_str().as_bytes());
        Ok(self.installation().written(ADDING, query).await? == 1)
    }

    async fn list(&self, page: &Page) -> port::Result<Listed<Unclaimed>> {
        let sql = if page.newest_first { LIST_NEWEST_FIRST } else { LIST_OLDEST_FIRST };
        let query = match page.after.as_deref().map(|key| key.split_once(SEPARATOR)) {
            Some(Some((provider, event))) => query(sql).bind(provider).bind(event),
            Some(None) => return Err(port::Error::Invalid("the page's key is no webhook")),
            None if page.newest_first => query(sql).bind(BEHIND_ALL).bind(BEHIND_ALL),
            None => query(sql).bind("").bind(""),
        };
        self.installation().fetch_page(LISTING, query.bind(excess(page)), page, key).await
    }

    async fn forget(&self, before: Instant) -> port::Result<u64> {
        let query = query(FORGET).bind(before.micros());
        Ok(self.installation().written(FORGETTING, query).await?)
    }
}

/// Between provider and event in a page's key. A provider's slug has no line break, its event may hold anything.
const SEPARATOR: char = '\n';

fn key(webhook: &Unclaimed) -> String {
    format!("{}{SEPARATOR}{}", webhook.claim.provider, webhook.claim.event)
}
