//! Measurements, not tests: `cargo test --release -p veralux-sqlite --test suite speed -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use veralux_core::digest::Digest;
use veralux_core::id::TenantId;
use veralux_core::port::{
    Change, Commit, ConversationStore, Ledger as _, PublishKind, RuntimeReader as _, RuntimeVersion,
};
use veralux_core::secret::Secret;
use veralux_sqlite::SqliteStore;

use crate::fixture::{Place, at, id, settle, webhook};

const TENANTS: u32 = 50;

async fn settled(place: &Place) -> (SqliteStore, Vec<TenantId>) {
    let store = place.open().await;
    let tenants: Vec<TenantId> = (0..TENANTS).map(|n| id(format!("tenant_{n}"))).collect();
    for (index, tenant) in (0..).zip(&tenants) {
        settle(&store, tenant, index).await;
    }
    (store, tenants)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn commits_a_second() {
    for (committers, reads) in [(1, false), (8, false), (64, false), (256, false), (64, true)] {
        let place = Place::new();
        let (store, tenants) = settled(&place).await;
        let until = Instant::now() + Duration::from_secs(5);
        let work = (0..committers).map(|worker: usize| {
            let (store, tenants) = (store.clone(), tenants.clone());
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                for n in 0_usize.. {
                    let start = Instant::now();
                    if start > until {
                        break;
                    }
                    let index = (worker * 7 + n) % tenants.len();
                    if reads {
                        let number = id(format!("+1415{index:07}"));
                        let party = id("+12125550101");
                        let found =
                            ConversationStore::find(&store, &tenants[index], &number, Some(&party), at(2));
                        assert!(found.await.unwrap().unwrap().mapped);
                    }
                    store.commit(webhook(&tenants[index], &format!("{n:08}_{worker:04}"))).await.unwrap();
                    latencies.push(start.elapsed());
                }
                latencies
            })
        });
        let mut latencies = Vec::new();
        for task in work.collect::<Vec<_>>() {
            latencies.extend(task.await.unwrap());
        }
        latencies.sort_unstable();
        println!(
            "{committers} committers{}: {}/s, median {:?}, 99th {:?}, {} KiB",
            if reads { " that read first" } else { "" },
            latencies.len() / 5,
            latencies[latencies.len() / 2],
            latencies[latencies.len() * 99 / 100],
            std::fs::metadata(place.path()).unwrap().len() / 1024,
        );
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn resolve_beside_its_bare_query() {
    const BARE: &str = "SELECT d.tenant, v.document FROM runtime_did d JOIN runtime_head r ON r.tenant = d.tenant \
                        JOIN runtime_version v ON v.tenant = r.tenant AND v.version = r.version WHERE d.did = ?";
    let place = Place::new();
    let (store, tenants) = settled(&place).await;
    for (index, tenant) in tenants.iter().enumerate() {
        let version = RuntimeVersion {
            version: 1,
            digest: Digest::ZERO,
            document: Secret::new("x".repeat(3000)),
            dids: vec![id(format!("+1415{index:07}"))],
            kind: PublishKind::Publish,
            actor: "system".to_owned(),
            published_at: at(0),
        };
        let change = Change::PublishRuntime(Box::new(version));
        store.commit(Commit::new(tenant.clone(), at(0)).change(change)).await.unwrap();
    }
    let options = SqliteConnectOptions::new().filename(place.path()).read_only(true);
    let pool = SqlitePoolOptions::new().test_before_acquire(false).connect_with(options).await.unwrap();
    let rounds = 5000;
    for round in 0..4 {
        let start = Instant::now();
        for n in 0..rounds {
            let did = format!("+1415{:07}", n % TENANTS);
            let row: (String, String) = sqlx::query_as(BARE).bind(did).fetch_one(&pool).await.unwrap();
            assert_eq!(row.1.len(), 3000);
        }
        let bare = start.elapsed() / rounds;
        let start = Instant::now();
        for n in 0..rounds {
            let found = store.resolve(&id(format!("+1415{:07}", n % TENANTS))).await.unwrap().unwrap();
            assert_eq!(found.document.expose().len(), 3000);
        }
        println!("round {round}: bare query {bare:?}, resolve {:?}", start.elapsed() / rounds);
    }
}
