use super::RuntimePublisher;
use crate::port::{MAX_PAGE, Page};
use crate::service::Result;

/// What waits in the outbox.
impl RuntimePublisher {
    /// Writes the projection of every tenant that waits in the outbox, those that wait longest first, and says how many
    /// that were. Any number of nodes may do this at once.
    ///
    /// # Errors
    /// `runtime_publish_failed`, or the stores'. Where one tenant's part cannot be written the others are all the same: of a
    /// projection that is spread over machines one may be away, and its tenants wait longest. Only when all of it is away,
    /// or is another installation's, is nobody else tried, since each of them costs the ledger reads. What could not be written goes on waiting.
    pub async fn drain(&self) -> Result<u64> {
        if self.projection.is_none() {
            return Ok(0);
        }
        let (mut written, mut failed) = (0, None);
        let mut page = Page::first(MAX_PAGE);
        loop {
            let listed = self.stores.outbox.list(&page).await?;
            for pending in listed.items {
                match self.project(&pending.tenant, &[]).await {
                    Ok(()) => written += 1,
                    Err(error) if error.is_of_all() => return Err(error),
                    Err(error) => {
                        failed.get_or_insert(error);
                    }
                }
            }
            if listed.next.is_none() {
                return failed.map_or(Ok(written), Err);
            }
            page = page.after(listed.next);
        }
    }

    /// How many tenants wait for their projection; 0 where there is none.
    ///
    /// # Errors
    /// The store's.
    pub async fn waiting(&self) -> Result<u64> {
        match &self.projection {
            None => Ok(0),
            Some(_) => Ok(self.stores.outbox.count().await?),
        }
    }
}
