use std::collections::btree_map::Entry;

use async_trait::async_trait;

use super::page::{behind, page_of};
use super::{MemoryStore, lock};
use crate::port::{Error, Listed, Page, Result, Unclaimed, UnclaimedStore, WebhookClaim};

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
