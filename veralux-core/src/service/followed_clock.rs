use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::Result;
use crate::port::{Clock, Directory};
use crate::time::{Instant, SECOND};

/// Two clocks that differ by less are one clock: machines' clocks are kept in line, and an answer takes its time.
const TOLERANCE: i64 = SECOND;

/// This machine's clock, put right by the store's where the two differ, so that all nodes over one store go by one clock.
///
/// Claims, windows and ends of validity are compared by whichever node comes along; a node whose clock is an hour off would
/// take over what others have just begun. Whoever makes it calls [`follow`](Self::follow) every second or so, and before each
/// [`WorkRunner::claim`](super::WorkRunner::claim): a claim is a time by the clock.
#[derive(Debug)]
pub struct FollowedClock {
    own: Arc<dyn Clock>,
    store: Arc<dyn Directory>,
    /// What is added to the own clock, in microseconds.
    offset: AtomicI64,
}

impl FollowedClock {
    /// The machine's clock, as long as it has not been compared with the store's.
    pub fn new(own: Arc<dyn Clock>, store: Arc<dyn Directory>) -> Self {
        Self { own, store, offset: AtomicI64::new(0) }
    }

    /// Compares with the store's clock, if it has one; how far the machine's is behind it, in microseconds, 0 if less than a
    /// second.
    ///
    /// # Errors
    /// The store's; the clock goes on as it did.
    pub async fn follow(&self) -> Result<i64> {
        let asked = self.own.steady();
        let theirs = self.store.ping().await?;
        // By the clock as it is now: it may have been set while the answer was under way.
        let (now, took) = (self.own.now(), self.own.steady().saturating_sub(asked));
        let behind = match theirs {
            Some(theirs) => self.behind(theirs.micros().saturating_sub(now.micros() - took / 2), took),
            None => 0,
        };
        self.offset.store(behind, Ordering::Relaxed);
        Ok(behind)
    }

    /// How far the own clock is behind, by an answer that says `seen` and took so long.
    fn behind(&self, seen: i64, took: i64) -> i64 {
        let known = self.offset.load(Ordering::Relaxed);
        // What a slow answer says is as vague as it was slow: it tells of jumps, and else less than what is known.
        if took >= TOLERANCE && seen.saturating_sub(known).saturating_abs() <= took {
            known
        } else if seen.saturating_abs() < TOLERANCE {
            0
        } else {
            seen
        }
    }
}

impl Clock for FollowedClock {
    fn now(&self) -> Instant {
        self.own.now().plus(self.offset.load(Ordering::Relaxed))
    }

    fn steady(&self) -> i64 {
        self.own.steady()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::*;
    use crate::access::{ApiKey, KeyDigest};
    use crate::id::TenantId;
    use crate::memory::{MemoryStore, StepClock};
    use crate::phone::E164;
    use crate::port::{self, Listed, Page, RuntimeHead, Tenant};
    use crate::time::{DAY, HOUR};

    const NOW: Instant = Instant::from_micros(1_790_000_000_000_000);

    /// What happens to the machine's clock while an answer is under way: it passes, is set, and passes once more.
    #[derive(Debug, Clone, Copy, Default)]
    struct Answer {
        there: i64,
        jump: i64,
        back: i64,
    }

    /// A store whose clock says how long the test has run, and the machine that asks it.
    #[derive(Debug)]
    struct Store {
        machine: Arc<StepClock>,
        next: Mutex<Answer>,
    }

    #[async_trait]
    impl Directory for Store {
        async fn ping(&self) -> port::Result<Option<Instant>> {
            let Answer { there, jump, back } = *self.next.lock().unwrap();
            self.machine.advance(there);
            let theirs = NOW.plus(self.machine.steady());
            self.machine.set(self.machine.now().plus(jump));
            self.machine.advance(back);
            Ok(Some(theirs))
        }

        async fn lookup_tenant(&self, tenant: &TenantId) -> port::Result<Option<Tenant>> {
            MemoryStore::new().lookup_tenant(tenant).await
        }

        async fn list_tenants(&self, page: &Page) -> port::Result<Listed<Tenant>> {
            MemoryStore::new().list_tenants(page).await
        }

        async fn find_tenant_by_number(&self, number: &E164) -> port::Result<Option<TenantId>> {
            MemoryStore::new().find_tenant_by_number(number).await
        }

        async fn find_tenant_by_assistant(
            &self,
            platform: &str,
            assistant: &str,
        ) -> port::Result<Option<TenantId>> {
            MemoryStore::new().find_tenant_by_assistant(platform, assistant).await
        }

        async fn find_key(&self, digest: &KeyDigest) -> port::Result<Option<ApiKey>> {
            MemoryStore::new().find_key(digest).await
        }

        async fn list_runtime_heads(&self, page: &Page) -> port::Result<Listed<RuntimeHead>> {
            MemoryStore::new().list_runtime_heads(page).await
        }

        async fn takes_writes(&self) -> port::Result<bool> {
            Ok(true)
        }
    }

    #[tokio::test]
    async fn an_answer_is_believed_as_far_as_it_says_something() {
        let quick = Answer { there: 1000, jump: 0, back: 1000 };
        let slow = Answer { there: 100_000, jump: 0, back: 4 * SECOND };
        let jumped = Answer { jump: -DAY, ..quick };
        // What the machine's clock is off when it was compared before, and by how much it is set since; how far it is behind then.
        for (what, known, set, answer, behind) in [
            ("it agrees", 0, 0, quick, 0),
            ("a little off is not off", 0, SECOND / 2, quick, 0),
            ("it was set", 0, -HOUR, quick, HOUR),
            ("it was put right", HOUR, -HOUR, quick, 0),
            ("a slow answer that says nothing new", 0, 0, slow, 0),
            ("another one, off before", HOUR, 0, slow, -HOUR),
            ("a slow answer, and it was set before", 0, DAY, slow, -DAY),
            ("a slow answer, and it was put right before", HOUR, -HOUR, slow, 0),
            ("it was set while the answer was under way", 0, 0, jumped, DAY),
            ("it was set while a slow one was", 0, 0, Answer { jump: DAY, ..slow }, -DAY),
            ("it was put right while the answer was", DAY, 0, jumped, 0),
        ] {
            let machine = Arc::new(StepClock::new(NOW.plus(known)));
            let store = Arc::new(Store { machine: machine.clone(), next: Mutex::default() });
            let clock = FollowedClock::new(machine.clone(), store.clone());
            clock.follow().await.unwrap();
            machine.set(machine.now().plus(set));
            *store.next.lock().unwrap() = answer;
            let told = clock.follow().await.unwrap();
            assert!((told - behind).abs() <= answer.there + answer.back, "{what}: {told}");
            let off = clock.now().micros() - NOW.plus(machine.steady()).micros();
            assert!(off.abs() <= TOLERANCE.max(answer.there + answer.back), "{what}: {off} off");
            let is_known = behind == -known;
            assert!(!is_known || told == behind, "{what}: what is known is more exact: {told}");
        }
    }
}
