//! Work that is due: done on every node, each piece by one of them.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryFutureExt as _;
use tokio::sync::Semaphore;
use veralux_core::port::{Random, Work};
use veralux_core::service::{FollowedClock, WorkRunner};
use veralux_core::time::SECOND;
use veralux_http::Api;

use super::migrate::chain;
use super::system::SystemRandom;

/// Between two looks for work, in milliseconds; each takes up to a quarter more or less, so that nodes spread out.
const EVERY: u64 = 1_000;
/// How much work a node does at once: it waits for providers, not for processors.
const AT_ONCE: u16 = 16;

/// Does what is due, at once when a request has scheduled something and else every second. It may be aborted anywhere: what
/// it leaves comes back.
pub(crate) async fn keep_working(api: Api, clock: Arc<FollowedClock>) {
    let runner = api.work_runner();
    let room = Arc::new(Semaphore::new(usize::from(AT_ONCE)));
    let (mut failing, mut behind) = (false, 0);
    loop {
        // Only what can be begun now is claimed.
        let Ok(first) = room.clone().acquire_owned().await else { return };
        let free = u16::try_from(room.available_permits()).unwrap_or(u16::MAX).saturating_add(1);
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
        drop(first);
        for work in claimed {
            let Ok(permit) = room.clone().acquire_owned().await else { return };
            let runner = runner.clone();
            tokio::spawn(async move {
                perform(&runner, &work).await;
                drop(permit);
            });
        }
        if was_all {
            tokio::select! {
                () = tokio::time::sleep(pause()) => {}
                () = api.work_arrives() => {}
            }
        }
    }
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

fn pause() -> Duration {
    let [byte]: [u8; 1] = (&SystemRandom as &dyn Random).bytes();
    Duration::from_millis(EVERY * 3 / 4 + EVERY * u64::from(byte) / 510)
}

#[cfg(test)]
mod tests {
    use veralux_core::access::Pepper;
    use veralux_core::id::TenantId;
    use veralux_core::memory::{FixedClock, MemoryStore, SeededRandom};
    use veralux_core::port::{Change, Clock as _, Commit, Ledger as _, Stores, WorkKind, WorkQueue as _};
    use veralux_core::secret::Secret;
    use veralux_core::service::{CredentialVault, HeldKeys, VaultLimits};
    use veralux_http::{Parts, Settings};

    use super::super::system::SystemClock;
    use super::*;

    #[tokio::test]
    async fn what_is_due_is_done() {
        let now = SystemClock.now();
        let store = Arc::new(MemoryStore::new());
        let stores = Stores::from_one(&store, Arc::new(FixedClock::new(now)), Arc::new(SeededRandom::new(1)));
        let root_key = Secret::new("1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a");
        let keys = HeldKeys::start(&stores, root_key).await.unwrap();
        let parts = Parts {
            vault: Arc::new(CredentialVault::new(stores.clone(), Arc::new(keys), VaultLimits::default())),
            stores,
            idempotency: store.clone(),
            projection: None,
            rate: None,
            detector: Arc::default(),
            ruleset: Arc::new(veralux_core::routing::Ruleset::standard()),
            pepper: Pepper::new([7; 32]),
            providers: veralux_http::Providers::default(),
        };
        // More than is done at once; about messages that are not there.
        let mut commit = Commit::new(TenantId::parse("t1").unwrap(), now);
        for index in 0..3 * AT_ONCE {
            let id = format!("msg_{index}");
            commit = commit.change(Change::Work { kind: WorkKind::SendMessage, id, due: Some(now) });
        }
        store.commit(commit).await.unwrap();
        let clock = Arc::new(FollowedClock::new(Arc::new(FixedClock::new(now)), store.clone()));
        let working = tokio::spawn(keep_working(Api::new(parts, Settings::default()), clock));
        for _ in 0..500 {
            if store.count(WorkKind::SendMessage).await.unwrap() == 0 {
                working.abort();
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("work is left: {}", store.count(WorkKind::SendMessage).await.unwrap());
    }
}
