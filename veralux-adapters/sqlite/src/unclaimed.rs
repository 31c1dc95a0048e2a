use async_trait::async_trait;
use veralux_core::port::{self, Listed, Page, Unclaimed, UnclaimedStore};
use veralux_core::time::Instant;
use veralux_sql::unclaimed_columns;

use crate::error::{Doing as _, Result};
use crate::script::Script;
use crate::store::SqliteStore;
use crate::transaction::Transaction;
use crate::writer::Write;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO unclaimed_webhook (provider, event, received_at, reason, body) VALUES (?, ?, ?, ?, ?) \
               ON CONFLICT (provider, event) DO NOTHING";
        FORGET = "DELETE FROM unclaimed_webhook WHERE (provider, event) IN \
                  (SELECT provider, event FROM unclaimed_webhook WHERE received_at < ? ORDER BY received_at LIMIT 100)";
        LIST_OLDEST_FIRST = concat!(
            "SELECT ", unclaimed_columns!(),
            " FROM unclaimed_webhook u \
             WHERE (u.provider, u.event) > (?, ?) ORDER BY u.provider, u.event LIMIT ?"
        );
        LIST_NEWEST_FIRST = concat!(
            "SELECT ", unclaimed_columns!(),
            " FROM unclaimed_webhook u \
             WHERE (u.provider, u.event) < (?, ?) ORDER BY u.provider DESC, u.event DESC LIMIT ?"
        );
    }
}

const ADDING: &str = "keeping a webhook that belongs to nobody";
const FORGETTING: &str = "forgetting webhooks that belong to nobody";
const LISTING: &str = "listing webhooks that belong to nobody";

#[async_trait]
impl UnclaimedStore for SqliteStore {
    async fn add(&self, webhook: &Unclaimed) -> port::Result<bool> {
        Ok(self.writer().submit(ADDING, Add(webhook.clone())).await?)
    }

    async fn list(&self, page: &Page) -> port::Result<Listed<Unclaimed>> {
        let sql = if page.newest_first { LIST_NEWEST_FIRST } else { LIST_OLDEST_FIRST };
        let query = match page.after.as_deref().map(|key| key.split_once(SEPARATOR)) {
            Some(Some((provider, event))) => {
                sqlx::query(sql).bind(provider.to_owned()).bind(event.to_owned())
            }
            Some(None) => return Err(port::Error::Invalid("the page's key is no webhook")),
            // A blob stands behind every text.
            None if page.newest_first => sqlx::query(sql).bind(vec![0_u8]).bind(vec![0_u8]),
            None => sqlx::query(sql).bind(String::new()).bind(String::new()),
        };
        self.fetch_page(LISTING, query.bind(i64::from(page.limit) + 1), page, key).await
    }

    async fn forget(&self, before: Instant) -> port::Result<u64> {
        Ok(self.writer().submit(FORGETTING, Forget(before)).await?)
    }
}

/// Between provider and event in a page's key. A provider's slug has no line break, its event may hold anything.
const SEPARATOR: char = '\n';

fn key(webhook: &Unclaimed) -> String {
    format!("{}{SEPARATOR}{}", webhook.claim.provider, webhook.claim.event)
}

struct Add(Unclaimed);

#[async_trait]
impl Write for Add {
    type Output = bool;

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<bool> {
        let Self(webhook) = self;
        let mut script = Script::new();
        script
            .statement(ADD)
            .bind(webhook.claim.provider.as_str())
            .bind(webhook.claim.event.as_str())
            .bind(webhook.received_at.micros())
            .bind(webhook.reason.as_str())
            .bind(webhook.body.as_str());
        let done = transaction.run(script).await.into_result().doing(ADDING)?;
        Ok(done.first().is_some_and(|done| done.written == 1))
    }
}

struct Forget(Instant);

#[async_trait]
impl Write for Forget {
    type Output = u64;

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<u64> {
        let mut script = Script::new();
        script.statement(FORGET).bind(self.0.micros());
        let done = transaction.run(script).await.into_result().doing(FORGETTING)?;
        Ok(done.first().map_or(0, |done| done.written))
    }
}
