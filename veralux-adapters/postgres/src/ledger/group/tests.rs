//! Many commits at once, and what goes wrong in the middle of them.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Clock};

use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_postgres::Client;
use veralux_core::id::TenantId;
use veralux_core::port::{Conflict, Error, Ledger as _};
use veralux_tests::postgres::{Database, PrivatePostgres, connect};

use super::{Busy, MOMENT, Pace, State, locked};
use crate::transaction::tests::webhook;
use crate::{Options, PostgresStore};

const TENANTS: usize = 6;
const EACH: usize = 40;
/// As many as there are in the database once all are made.
const ALL: i64 = 240;

fn tenant(n: usize) -> TenantId {
    format!("t{}", n % TENANTS).parse().unwrap()
}

async fn start() -> (Database, PostgresStore, Client) {
    let migrate = async |url: String| {
        crate::migrate_up(&url).await.unwrap();
    };
    let database = PrivatePostgres::shared().database(crate::ROLES, "veralux", migrate).await;
    let store = open(&database).await;
    let superuser = connect(&database.superuser_url).await;
    (database, store, superuser)
}

async fn open(database: &Database) -> PostgresStore {
    PostgresStore::connect(&database.service_url, &Options { connections: 8, ..Options::default() })
        .await
        .unwrap()
}

async fn count(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap().get(0)
}

/// That the commits which are there are there as a whole, and are so many.
async fn assert_whole(superuser: &Client, expected: i64) {
    for table in ["message", "decision", "webhook_claim", "audit_event"] {
        assert_eq!(count(superuser, &format!("SELECT count(*) FROM {table}")).await, expected, "{table}");
    }
    let chains = "SELECT count(*) FROM audit_head h WHERE h.sequence <> \
                  (SELECT count(*) FROM audit_event e WHERE e.tenant_id = h.tenant_id)";
    assert_eq!(count(superuser, chains).await, 0, "a chain without gaps");
    let foreign = "SELECT count(*) FROM message WHERE convert_from(body, 'UTF8') <> tenant_id";
    assert_eq!(count(superuser, foreign).await, 0, "another's message");
    let broken = "SELECT count(*) FROM audit_event e JOIN audit_event p \
                  ON p.tenant_id = e.tenant_id AND p.sequence = e.sequence - 1 WHERE e.previous <> p.hash";
    assert_eq!(count(superuser, broken).await, 0, "each event names the one before it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_each_is_made_once() {
    let (database, one, superuser) = start().await;
    let other = open(&database).await;
    let mut all = JoinSet::new();
    for n in 0..TENANTS * EACH {
        // Each of them at both nodes.
        for store in [&one, &other] {
            let store = store.clone();
            all.spawn(async move { store.commit(webhook(&tenant(n), n)).await });
        }
    }
    let results = all.join_all().await;
    let made = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(made, TENANTS * EACH, "each by one of the two");
    for error in results.into_iter().filter_map(Result::err) {
        assert_eq!(error.conflict(), Some(&Conflict::Claimed), "{error:?}");
    }
    assert_whole(&superuser, ALL).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_share_a_transaction() {
    let (_database, store, superuser) = start().await;
    let mut all = JoinSet::new();
    for n in 0..TENANTS * EACH {
        let store = store.clone();
        all.spawn(async move { store.commit(webhook(&tenant(n), n)).await });
    }
    assert!(all.join_all().await.iter().all(Result::is_ok));
    assert_whole(&superuser, ALL).await;
    let transactions = count(&superuser, "SELECT count(DISTINCT xmin::text) FROM message").await;
    assert!(transactions < ALL / 3, "{transactions} transactions");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_cut_off_is_whole_or_not_there() {
    let (database, store, superuser) = start().await;
    let ended = Arc::new(AtomicBool::new(false));
    let (axe, done) = (connect(&database.superuser_url).await, ended.clone());
    let cutter = tokio::spawn(async move {
        let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE datname = current_database() AND usename = 'veralux_service'";
        let mut cuts = 0;
        while !done.load(Ordering::Relaxed) {
            cuts += count(&axe, cut).await;
            sleep(Duration::from_millis(7)).await;
        }
        cuts
    });
    let mut all = JoinSet::new();
    for n in 0..TENANTS * EACH {
        let store = store.clone();
        all.spawn(async move {
            sleep(Duration::from_millis((n as u64 * 7919) % 300)).await;
            loop {
                // As a provider that delivers again; what was done is not done twice.
                match store.commit(webhook(&tenant(n), n)).await {
                    Ok(()) => return,
                    Err(error) if error.conflict() == Some(&Conflict::Claimed) => return,
                    Err(Error::Transient { .. }) => sleep(Duration::from_millis(5)).await,
                    Err(error) => panic!("{error:?}"),
                }
            }
        });
    }
    all.join_all().await;
    ended.store(true, Ordering::Relaxed);
    assert!(cutter.await.unwrap() > 0, "nothing was cut");
    assert_whole(&superuser, ALL).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_stops_waiting_leaves_nothing_half_done() {
    let (_database, store, superuser) = start().await;
    let mut all = JoinSet::new();
    for n in 0..TENANTS * EACH {
        let store = store.clone();
        all.spawn(async move {
            let patience = Duration::from_micros((n as u64 * 7919) % 20_000);
            timeout(patience, store.commit(webhook(&tenant(n), n))).await.is_ok_and(|done| done.is_ok())
        });
    }
    let waited: i64 = all.join_all().await.into_iter().map(i64::from).sum();
    let began = Clock::now();
    // What had begun goes on to its end.
    while !store.groups().state().busy.is_empty() {
        assert!(began.elapsed() < Duration::from_secs(10), "a group that does not end");
        sleep(Duration::from_millis(5)).await;
    }
    let there = count(&superuser, "SELECT count(*) FROM message").await;
    assert!(waited <= there, "{waited} were done, {there} are there");
    assert_whole(&superuser, there).await;
    store.commit(webhook(&tenant(0), usize::MAX)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_tenant_that_another_node_holds_keeps_nobody_else() {
    let (database, store, superuser) = start().await;
    let node = connect(&database.superuser_url).await;
    node.batch_execute("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('t0', 0))").await.unwrap();
    let mut held = JoinSet::new();
    let mut free = JoinSet::new();
    for n in 0..TENANTS * 2 {
        let store = store.clone();
        let tasks = if n % TENANTS == 0 { &mut held } else { &mut free };
        tasks.spawn(async move { store.commit(webhook(&tenant(n), n)).await });
    }
    let all = timeout(Duration::from_secs(3), free.join_all()).await.expect("they wait for the tenant");
    assert!(all.iter().all(Result::is_ok));
    node.batch_execute("COMMIT").await.unwrap();
    assert!(held.join_all().await.iter().all(Result::is_ok), "and it goes on when it may");
    assert_whole(&superuser, 12).await;
}

#[test]
fn only_who_comes_close_behind_another_is_waited_for() {
    let mut pace = Pace::default();
    let mut now = Clock::now();
    for (later, is_close) in [
        (Duration::ZERO, false),
        (MOMENT / 2, true),
        (MOMENT / 2, true),
        (MOMENT, false),
        (Duration::from_mins(1), false),
        (Duration::ZERO, true),
    ] {
        now += later;
        pace.note(now);
        assert_eq!(pace.is_close, is_close, "{later:?} behind the last");
    }
}

#[test]
fn a_group_that_panics_leaves_its_place_to_another() {
    let state = Mutex::new(State { workers: 1, busy: BTreeSet::from([tenant(1)]), ..State::default() });
    let panics = AssertUnwindSafe(|| {
        let _busy = Busy { state: &state, tenants: vec![tenant(1)] };
        panic!("amid a group");
    });
    assert!(catch_unwind(panics).is_err());
    let state = locked(&state);
    assert_eq!((state.workers, state.busy.len()), (0, 0));
}
