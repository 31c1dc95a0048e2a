//! Work that is due: done on every node, each piece by one of them.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryFutureExt as _;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;
use veralux_core::port::Work;
use veralux_core::service::{FollowedClock, WorkRunner};
use veralux_core::time::SECOND;
use veralux_http::Api;

use super::chain;
use super::system::spread;

/// Between two looks for work, about.
const EVERY: Duration = Duration::from_secs(1);
/// How much work a node does at once: it waits for providers, not for processors.
const AT_ONCE: u16 = 16;

/// Work that is being done. Dropped, it claims nothing more: what a provider was asked for as the process ends nobody would store.
pub(crate) struct Working {
    task: JoinHandle<()>,
    stop: Option<oneshot::Sender<()>>,
}

impl Drop for Working {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Working {
    /// Does what is due, at once when a request has scheduled something and else every second. It may be killed anywhere: what
    /// it leaves comes back.
    pub(crate) fn start(api: Api, clock: Arc<FollowedClock>) -> Self {
        let runner = api.work_runner();
        let arrives = move || {
            let api = api.clone();
            async move { api.work_arrives().await }
        };
        let (stop, stopped) = oneshot::channel();
        Self { task: tokio::spawn(keep_running(runner, arrives, clock, stopped)), stop: Some(stop) }
    }

    /// Claims nothing more, and waits until what was claimed is done: what a provider was asked for and is not stored would be
    /// looked up minutes later, or by a person.
    pub(crate) async fn finish(mut self) {
        // A task that is over has nothing under way.
        self.stop.take().map(|stop| stop.send(()));
        if let Err(error) = (&mut self.task).await {
            tracing::error!(%error, "work has ended by itself");
        }
    }
}

/// Until it is told to stop; then what is under way ends first.
async fn keep_running<F>(
    runner: WorkRunner,
    arrives: impl Fn() -> F,
    clock: Arc<FollowedClock>,
    mut stopped: oneshot::Receiver<()>,
) where
    F: Future<Output = ()>,
{
    let room = Arc::new(Semaphore::new(usize::from(AT_ONCE)));
    let (mut failing, mut behind) = (false, 0);
    loop {
        // Only what can be begun now is claimed.
        let free = u16::try_from(room.available_permits()).unwrap_or(u16::MAX);
        let claimed = match follow(&clock, &mut behind).and_then(|()| runner.claim(free)).await {
            Ok(claimed) => {
                failing = false;
                claimed
            }
            Err(error) => {
                // Told when it begins, not every second.
                if !failing {
                    tracing::warn!(error.cause = %chain(&error), "due work cannot be claimed");
                }
                failing = true;
                Vec::new()
            }
        };
        let was_all = claimed.len() < usize::from(free);
        for work in claimed {
            let Ok(permit) = room.clone().acquire_owned().await else { return };
            let runner = runner.clone();
            tokio::spawn(async move {
                perform(&runner, &work).await;
                drop(permit);
            });
        }
        // Never longer than this, however long work takes: the clock is followed all the same.
        tokio::select! {
            biased;
            _ = &mut stopped => break,
            () = tokio::time::sleep(spread(EVERY)) => {}
            () = arrives(), if was_all => {}
            _ = room.acquire(), if !was_all => {}
        }
    }
    let _all = room.acquire_many(u32::from(AT_ONCE)).await;
}

/// Goes by the database's clock from here on, where this machine's is another one. Says so when that begins, changes much or ends.
async fn follow(clock: &FollowedClock, told: &mut i64) -> veralux_core::service::Result<()> {
    let behind = clock.follow().await?;
    if behind.abs_diff(*told) > SECOND.unsigned_abs() {
        let seconds = behind / SECOND;
        if behind == 0 {
            tracing::info!("this machine's clock and the database's agree again");
        } else {
            tracing::warn!(
                behind.s = seconds,
                "this machine's clock is not the database's, which is gone by"
            );
        }
        *told = behind;
    }
    Ok(())
}

async fn perform(runner: &WorkRunner, work: &Work) {
    if let Err(error) = runner.perform(work).await {
        tracing::warn!(
            tenant.id = %work.tenant, work.kind = %work.kind, error.cause = %chain(&error), "work failed and comes back"
        );
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use veralux_core::id::TenantId;
    use veralux_core::memory::{FixedClock, MemoryStore, SeededRandom};
    use veralux_core::port::{Change, Clock, Commit, Ledger as _, Stores, WorkKind, WorkQueue as _};
    use veralux_core::service::{self, Worker};
    use veralux_core::time::Instant;

    use super::*;

    const NOW: Instant = Instant::from_micros(1_790_000_000_000_000);

    /// Finishes what it is given as soon as it may.
    #[derive(Debug)]
    struct Hands {
        store: Arc<MemoryStore>,
        may_end: Semaphore,
        begun: AtomicUsize,
    }

    #[async_trait]
    impl Worker for Hands {
        fn kind(&self) -> WorkKind {
            WorkKind::SendMessage
        }

        async fn perform(&self, work: &Work) -> service::Result<()> {
            self.begun.fetch_add(1, Ordering::Relaxed);
            self.may_end.acquire().await.unwrap().forget();
            Ok(self.store.commit(sending(&work.tenant, &work.id, None)).await?)
        }
    }

    /// The machine's clock, which is read whenever it is compared.
    #[derive(Debug, Default)]
    struct CountedClock(AtomicUsize);

    impl Clock for CountedClock {
        fn now(&self) -> Instant {
            self.0.fetch_add(1, Ordering::Relaxed);
            NOW
        }
    }

    fn sending(tenant: &TenantId, id: &str, due: Option<Instant>) -> Commit {
        Commit::new(tenant.clone(), NOW).change(Change::Work {
            kind: WorkKind::SendMessage,
            id: id.to_owned(),
            due,
        })
    }

    /// More work than is done at once, those who do it, and the machine's clock.
    async fn at_work(may_end: u16) -> (Arc<Hands>, Arc<CountedClock>, Working) {
        let store = Arc::new(MemoryStore::new());
        let tenant = TenantId::parse("t1").unwrap();
        for index in 0..3 * AT_ONCE {
            store.commit(sending(&tenant, &format!("msg_{index}"), Some(NOW))).await.unwrap();
        }
        let stores = Stores::from_one(&store, Arc::new(FixedClock::new(NOW)), Arc::new(SeededRandom::new(1)));
        let may_end = Semaphore::new(usize::from(may_end));
        let hands = Arc::new(Hands { store: store.clone(), may_end, begun: AtomicUsize::new(0) });
        let own = Arc::new(CountedClock::default());
        let clock = Arc::new(FollowedClock::new(own.clone(), store));
        let runner = WorkRunner::new(stores, vec![hands.clone()]);
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(keep_running(runner, std::future::pending, clock, stopped));
        (hands, own, Working { task, stop: Some(stop) })
    }

    async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
        for _ in 0..1_000 {
            if is_so().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it never came to this: {what}");
    }

    #[tokio::test]
    async fn what_is_due_is_done() {
        let (hands, _, _working) = at_work(3 * AT_ONCE).await;
        until("nothing is left", async || hands.store.count(WorkKind::SendMessage).await.unwrap() == 0).await;
        assert_eq!(hands.begun.load(Ordering::Relaxed), usize::from(3 * AT_ONCE), "each once");
    }

    #[tokio::test]
    async fn the_clock_is_followed_while_everybody_is_busy() {
        let (hands, own, _working) = at_work(0).await;
        let begun = || hands.begun.load(Ordering::Relaxed);
        until("all hands are busy", async || begun() == usize::from(AT_ONCE)).await;
        let before = own.0.load(Ordering::Relaxed);
        until("it was compared again", async || own.0.load(Ordering::Relaxed) >= before + 4).await;
        assert_eq!(begun(), usize::from(AT_ONCE), "and nothing more was begun");
    }

    #[tokio::test]
    async fn what_is_under_way_ends_before_it_stops() {
        let (hands, _, working) = at_work(0).await;
        let begun = || hands.begun.load(Ordering::Relaxed);
        until("all hands are busy", async || begun() == usize::from(AT_ONCE)).await;
        let stopping = tokio::spawn(working.finish());
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!stopping.is_finished(), "it waits for them");
        hands.may_end.add_permits(usize::from(3 * AT_ONCE));
        stopping.await.unwrap();
        let left = hands.store.count(WorkKind::SendMessage).await.unwrap();
        assert_eq!(
            (begun(), left),
            (usize::from(AT_ONCE), u64::from(2 * AT_ONCE)),
            "and begins nothing more"
        );
    }

    #[tokio::test]
    async fn what_is_not_waited_for_any_more_begins_nothing() {
        let (hands, own, working) = at_work(0).await;
        let begun = || hands.begun.load(Ordering::Relaxed);
        until("all hands are busy", async || begun() == usize::from(AT_ONCE)).await;
        assert!(tokio::time::timeout(Duration::from_millis(50), working.finish()).await.is_err());
        let compared = own.0.load(Ordering::Relaxed);
        hands.may_end.add_permits(usize::from(3 * AT_ONCE));
        tokio::time::sleep(2 * EVERY).await;
        assert_eq!(
            (begun(), own.0.load(Ordering::Relaxed)),
            (usize::from(AT_ONCE), compared),
            "neither claims nor begins anything"
        );
    }
}
