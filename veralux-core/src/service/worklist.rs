use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Result, Stores};
use crate::port::{Work, WorkKind};
use crate::time::{Instant, SECOND};

/// How long work that somebody has claimed is left to them, in microseconds.
const CLAIM: i64 = 45 * SECOND;

/// Somebody who does one kind of work.
///
/// # Contract
/// What comes of a piece of work is stored in one commit with when it is due again, or that it is not. It may be dropped at
/// any moment and is then due again by itself.
#[async_trait]
pub trait Worker: Debug + Send + Sync + 'static {
    /// What it does.
    fn kind(&self) -> WorkKind;

    /// Does a piece of work, or nothing where it is done already.
    ///
    /// # Errors
    /// The stores'.
    async fn work(&self, work: &Work) -> Result<()>;
}

/// All work that is due, and who does it.
#[derive(Debug, Clone)]
pub struct Worklist {
    stores: Stores,
    workers: Vec<Arc<dyn Worker>>,
}

impl Worklist {
    /// Over these stores; one worker a kind. Work that nobody does waits.
    pub fn new(stores: Stores, workers: Vec<Arc<dyn Worker>>) -> Self {
        Self { stores, workers }
    }

    /// Claims work that is due, at most `limit`. Whoever claims it does it, or drops it, within 30 s.
    ///
    /// # Errors
    /// The store's.
    pub async fn claim(&self, limit: u16) -> Result<Vec<Work>> {
        let now = self.stores.now();
        Ok(self.stores.work.claim(now, now.plus(CLAIM), limit).await?)
    }

    /// Does a piece of work that was claimed.
    ///
    /// # Errors
    /// The worker's; it is due again when the claim ends.
    pub async fn work(&self, work: &Work) -> Result<()> {
        match self.workers.iter().find(|worker| worker.kind() == work.kind) {
            Some(worker) => worker.work(work).await,
            None => Ok(()),
        }
    }

    /// Does what is due, one piece after the other, at most `limit`, and says how much that was.
    ///
    /// # Errors
    /// The stores'; the rest is done all the same.
    pub async fn run_due(&self, limit: u16) -> Result<usize> {
        let claimed = self.claim(limit).await?;
        let mut failed = None;
        for work in &claimed {
            if let Err(error) = self.work(work).await {
                failed.get_or_insert(error);
            }
        }
        failed.map_or(Ok(claimed.len()), Err)
    }

    /// When the next work is due; it may lie in the past.
    ///
    /// # Errors
    /// The store's.
    pub async fn next_due(&self) -> Result<Option<Instant>> {
        Ok(self.stores.work.next_due().await?)
    }
}
