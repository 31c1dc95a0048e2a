//! A clock that follows the store's, whatever becomes of the machine's.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use veralux_core::access::{ApiKey, KeyDigest};
use veralux_core::id::TenantId;
use veralux_core::memory::StepClock;
use veralux_core::phone::E164;
use veralux_core::port::{self, Clock as _, Directory, Listed, Page, RuntimeHead, Tenant};
use veralux_core::service::FollowedClock;
use veralux_core::time::{DAY, HOUR, Instant, SECOND};

/// A store that answers after a while, or while the machine's clock jumps.
#[derive(Debug)]
struct Store {
    machine: Arc<StepClock>,
    /// What its clock is ahead of the steady time, if it has one.
    ahead: Mutex<Option<i64>>,
    /// What passes until it has looked at its clock, and from there on.
    takes: Mutex<(i64, i64)>,
    jump: AtomicI64,
}

#[async_trait]
impl Directory for Store {
    async fn ping(&self) -> port::Result<Option<Instant>> {
        let (before, behind) = *self.takes.lock().unwrap();
        self.machine.advance(before);
        let said =
            self.ahead.lock().unwrap().map(|ahead| Instant::from_micros(self.machine.steady() + ahead));
        set(&self.machine, self.jump.swap(0, Ordering::Relaxed));
        self.machine.advance(behind);
        Ok(said)
    }

    async fn lookup_tenant(&self, _: &TenantId) -> port::Result<Option<Tenant>> {
        unreachable!()
    }

    async fn list_tenants(&self, _: &Page) -> port::Result<Listed<Tenant>> {
        unreachable!()
    }

    async fn find_tenant_by_number(&self, _: &E164) -> port::Result<Option<TenantId>> {
        unreachable!()
    }

    async fn find_tenant_by_assistant(&self, _: &str, _: &str) -> port::Result<Option<TenantId>> {
        unreachable!()
    }

    async fn find_key(&self, _: &KeyDigest) -> port::Result<Option<ApiKey>> {
        unreachable!()
    }

    async fn list_runtime_heads(&self, _: &Page) -> port::Result<Listed<RuntimeHead>> {
        unreachable!()
    }

    async fn takes_writes(&self) -> port::Result<bool> {
        unreachable!()
    }
}

const START: i64 = 1_790_000_000_000_000;

/// Somebody sets a machine's clock by so much.
fn set(machine: &StepClock, by: i64) {
    machine.set(machine.now().plus(by));
}

/// A clock over a machine that is right, and a store that is so much ahead of it.
fn over(ahead: Option<i64>) -> (Arc<StepClock>, Arc<Store>, FollowedClock) {
    let machine = Arc::new(StepClock::new(Instant::from_micros(START)));
    let ahead = Mutex::new(ahead.map(|ahead| ahead + START));
    let store =
        Store { machine: machine.clone(), ahead, takes: Mutex::default(), jump: AtomicI64::default() };
    let store = Arc::new(store);
    let clock = FollowedClock::new(machine.clone(), store.clone());
    (machine, store, clock)
}

/// What it says beside the true time.
fn error(machine: &StepClock, clock: &FollowedClock) -> i64 {
    clock.now().micros() - (machine.steady() + START)
}

#[tokio::test]
async fn the_stores_clock_is_gone_by() {
    let (machine, _, clock) = over(Some(HOUR));
    assert_eq!(error(&machine, &clock), 0, "nothing is compared yet");
    assert_eq!(clock.follow().await.unwrap(), HOUR);
    assert_eq!(error(&machine, &clock), HOUR);
    machine.advance(DAY);
    assert_eq!(error(&machine, &clock), HOUR);
}

#[tokio::test]
async fn clocks_that_differ_by_less_than_a_second_are_one() {
    let (machine, _, clock) = over(Some(SECOND - 1));
    assert_eq!(clock.follow().await.unwrap(), 0);
    assert_eq!(error(&machine, &clock), 0);
}

#[tokio::test]
async fn a_machine_that_is_set_changes_nothing() {
    let (machine, _, clock) = over(Some(0));
    for jump in [DAY + HOUR, -2 * DAY, HOUR] {
        set(&machine, jump);
        assert_eq!(error(&machine, &clock), 0, "before it is noticed");
    }
    assert_eq!(clock.follow().await.unwrap(), DAY - 2 * HOUR, "how far the machine's is behind is told");
    assert_eq!(error(&machine, &clock), 0);
}

#[tokio::test]
async fn a_jump_while_the_store_answers_is_no_time_that_passed() {
    let (machine, store, clock) = over(Some(0));
    store.jump.store(-DAY, Ordering::Relaxed);
    assert_eq!(clock.follow().await.unwrap(), DAY);
    assert_eq!(error(&machine, &clock), 0);
}

#[tokio::test]
async fn a_late_answer_moves_the_clock_by_no_more_than_it_is_sure_of() {
    for takes in [(9 * SECOND, 0), (0, 9 * SECOND), (4 * SECOND, 5 * SECOND)] {
        let (machine, store, clock) = over(Some(0));
        *store.takes.lock().unwrap() = takes;
        assert_eq!(clock.follow().await.unwrap(), 0);
        assert_eq!(error(&machine, &clock), 0, "it says nothing new");
        *store.ahead.lock().unwrap() = Some(HOUR + START);
        clock.follow().await.unwrap();
        assert!(error(&machine, &clock).abs_diff(HOUR) <= 4_500_000, "{takes:?}: an hour is an hour");
    }
}

#[tokio::test]
async fn without_a_clock_of_the_stores_the_machines_is_gone_by() {
    let (machine, _, clock) = over(None);
    set(&machine, HOUR);
    assert_eq!(error(&machine, &clock), 0, "until it is looked at");
    assert_eq!(clock.follow().await.unwrap(), 0);
    assert_eq!(error(&machine, &clock), HOUR);
}
