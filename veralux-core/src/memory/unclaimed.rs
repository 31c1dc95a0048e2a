use std::collections::btree_map::Entry;

use async_trait::async_trait;

use super::page::{behind, page_of};
use super::{MemoryStore, lock};
use crate::port::{Error, Listed, Page, Result, Unclaimed, UnclaimedStore, WebhookClaim};
use crate::time::Instant;

#[async_trait]
impl UnclaimedStore for MemoryStore {
    async fn add(&self, webhook: &Unclaimed) -> Result<bool> {
        match lock(&self.unclaimed).entry(webhook.claim.clone()) {
            Entry::Occupied(_) => Ok(false),
            Entry::Vacant(free) => {
                free.insert(webhook.clone());
                Ok(true)
            }
        }
    }

    async fn list(&self, page: &Page) -> Result<Listed<Unclaimed>> {
        let after = page.after.as_deref().map(parse).transpose()?;
        let webhooks = lock(&self.unclaimed);
        let rows = behind(&webhooks, after, page.newest_first).map(|(_, webhook)| webhook);
        Ok(page_of(rows, page, |webhook| key(&webhook.claim)))
    }

    async fn forget(&self, before: Instant) -> Result<u64> {
        let mut webhooks = lock(&self.unclaimed);
        let mut old: Vec<_> = webhooks.values().filter(|webhook| webhook.received_at < before).collect();
        old.sort_by_key(|webhook| webhook.received_at);
        let old = old.into_iter().map(|webhook| webhook.claim.clone()).take(100);
        let old: Vec<WebhookClaim> = old.collect();
        for claim in &old {
            webhooks.remove(claim);
        }
        Ok(old.len() as u64)
    }
}

/// A provider's slug has no line break, its event may hold anything.
fn key(claim: &WebhookClaim) -> String {
    format!("{}\n{}", claim.provider, claim.event)
}

fn parse(key: &str) -> Result<WebhookClaim> {
    let (provider, event) =
        key.split_once('\n').ok_or(Error::Invalid("this list goes on behind a webhook"))?;
    Ok(WebhookClaim { provider: provider.to_owned(), event: event.to_owned() })
}
