use std::cmp::Ordering;

use super::{Result, Stores};
use crate::audit::{Break, Cause, Event, Head, Verifier};
use crate::id::TenantId;
use crate::port::{Listed, MAX_PAGE, Page};

/// Reads and verifies a tenant's audit chain.
#[derive(Debug, Clone)]
pub struct AuditTrail {
    stores: Stores,
}

/// What a walk over a chain showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// How many events were walked.
    pub events: u64,
    /// Where the store says that the chain stands.
    pub head: Option<Head>,
    /// Where it breaks, if it does.
    pub broken: Option<Break>,
}

impl AuditTrail {
    /// Over these stores.
    pub fn new(stores: Stores) -> Self {
        Self { stores }
    }

    /// A page of events.
    ///
    /// # Errors
    /// The store's.
    pub async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Event>> {
        Ok(self.stores.audit.list(tenant, page).await?)
    }

    /// Walks the whole chain, a page at a time, and holds it against the head that the store keeps apart: read before
    /// the walk, so that a cut tail shows, and again behind it, so that events beyond the head do. A chain that grows
    /// meanwhile is whole.
    ///
    /// # Errors
    /// The store's; a broken chain is an answer, not an error.
    pub async fn verify(&self, tenant: &TenantId) -> Result<ChainReport> {
        let expected = self.stores.audit.head(tenant).await?;
        let mut verifier = Verifier::new(tenant.clone(), expected);
        let mut events = 0;
        let mut page = Page::first(MAX_PAGE);
        loop {
            let listed = self.stores.audit.list(tenant, &page).await?;
            for event in &listed.items {
                if let Err(broken) = verifier.push(event) {
                    return Ok(ChainReport { events, head: expected, broken: Some(broken) });
                }
                events += 1;
            }
            if listed.next.is_none() {
                break;
            }
            page = page.after(listed.next);
        }
        let walked = match verifier.finish() {
            Ok(walked) => walked,
            Err(broken) => return Ok(ChainReport { events, head: expected, broken: Some(broken) }),
        };
        let head = self.stores.audit.head(tenant).await?;
        Ok(ChainReport { events, head, broken: beyond(walked, head.unwrap_or(Head::GENESIS)) })
    }
}

/// An event and its head become durable together, so a head that is read behind a walk is not in front of its end.
fn beyond(walked: Head, kept: Head) -> Option<Break> {
    let cause = match kept.sequence.cmp(&walked.sequence) {
        Ordering::Less => Cause::BeyondHead { head: kept.sequence },
        Ordering::Equal if kept.hash != walked.hash => Cause::OtherHead,
        Ordering::Equal | Ordering::Greater => return None,
    };
    Some(Break { sequence: walked.sequence.min(kept.sequence.saturating_add(1)), cause })
}
