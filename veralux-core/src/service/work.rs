use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Result, Stores};
use crate::port::{Work, WorkKind};
use crate::time::{Instant, MINUTE};

/// How long a claim holds, in microseconds. Whatever a worker asks a provider for must be answered or given up well before
/// that: clients give up after seconds.
const LEASE: i64 = 2 * MINUTE;

/// Does one kind of work.
#[async_trait]
pub trait Worker: Debug + Send + Sync + 'static {
    /// Which.
    fn kind(&self) -> WorkKind;

    /// Does it. The commit that stores what came of it removes the work, or moves it to when it is to be tried again; work
    /// that is left as it was comes back by itself, two minutes later. It may be interrupted anywhere, and the same work
    /// may be done by two at once when one of them is slow: what must not happen twice is guarded by a revision.
    ///
    /// # Errors
    /// The stores'; the work then comes back.
    async fn perform(&self, work: &Work) -> Result<()>;
}

/// Hands work that is due to those who do it.
///
/// There is one queue for all kinds, so there is one runner with a worker for each kind: whoever claims work claims all
/// kinds of it.
#[derive(Debug, Clone)]
pub struct WorkRunner {
    stores: Stores,
    workers: Arc<[Arc<dyn Worker>]>,
}

/// What a run did.
#[derive(Debug, Default)]
pub struct Run {
    /// How much work was done, or moved to a later instant.
    pub done: usize,
    /// What stood in the way of the rest; it comes back.
    pub errors: Vec<super::Error>,
}

impl WorkRunner {
    /// Over these stores, with these workers; of several for one kind the first.
    pub fn new(stores: Stores, workers: Vec<Arc<dyn Worker>>) -> Self {
        Self { stores, workers: workers.into() }
    }

    /// Claims what is due, at most `limit`: nobody else gets it for two minutes. For those who [`perform`](Self::perform)
    /// each on a task of its own.
    ///
    /// # Errors
    /// The stores'.
    pub async fn claim(&self, limit: u16) -> Result<Vec<Work>> {
        let now = self.stores.now();
        Ok(self.stores.work.claim(now, now.plus(LEASE), limit).await?)
    }

    /// Does claimed work. Without a worker for its kind it is left, and comes back when the claim ends.
    ///
    /// # Errors
    /// The worker's.
    pub async fn perform(&self, work: &Work) -> Result<()> {
        match self.workers.iter().find(|worker| worker.kind() == work.kind) {
            Some(worker) => worker.perform(work).await,
            None => Ok(()),
        }
    }

    /// Claims what is due, at most `limit`, and does it, one after the other. What is not begun within half of the claim's
    /// time is left, and comes back.
    ///
    /// # Errors
    /// The stores', of claiming; those of single work are in the answer.
    pub async fn run_due(&self, limit: u16) -> Result<Run> {
        let begun = self.stores.now();
        let mut run = Run::default();
        for work in self.claim(limit).await? {
            if begun.plus(LEASE / 2) < self.stores.now() {
                break;
            }
            match self.perform(&work).await {
                Ok(()) => run.done += 1,
                Err(error) => run.errors.push(error),
            }
        }
        Ok(run)
    }

    /// When the next work is due.
    ///
    /// # Errors
    /// The stores'.
    pub async fn next_due(&self) -> Result<Option<Instant>> {
        Ok(self.stores.work.next_due().await?)
    }
}
