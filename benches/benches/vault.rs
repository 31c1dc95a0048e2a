//! Opening a credential, and moving all of them under another root key.
//!
//! A warm opening against a read of a plain map: at most 100 ns; what its audit event costs later is measured apart. One that
//! asks the store against the bare query. 100,000 credentials of 12,500 tenants under a new root key on SQLite: at most 10 s.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench that cannot be set up must stop, and its figures are printed"
)]

use std::collections::HashMap;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{self, Poll, Waker};
use std::time::{Duration, Instant as Stopwatch};

use async_trait::async_trait;
use criterion::{Criterion, criterion_group, criterion_main};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use veralux_core::credential::{Policy, Provider, Purpose, Twilio, TwilioBody, validate_json};
use veralux_core::id::{CredentialId, TenantId};
use veralux_core::memory::{FixedClock, MemoryStore, SeededRandom};
use veralux_core::port::{
    self, Change, Commit, Credential, CredentialState, Envelope, Ledger, RootKeys, Stores, TenantKey,
};
use veralux_core::seal::{self, Binding, Class, DataKey, Entropy, Header};
use veralux_core::secret::Secret;
use veralux_core::service::{Context, CredentialVault, HeldKeys, RootKeyDesk, VaultLimits};
use veralux_core::time::Instant;
use veralux_sqlite::{Options, SqliteStore};

const KEYS: [&str; 2] = [
    "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a",
    "2:0d1e8a94c3577fb2601f48ce5aa3b9d7e2446c1f9085be7312fd6ac03b917e58",
];
const BODY: &[u8] =
    br#"{"accountSid":"AC00000000000000000000000000000abc","authToken":"00000000000000000000000000000001"}"#;
const AT: Instant = Instant::from_micros(1_700_000_000_000_000);
/// Tenants of the small benches.
const TENANTS: usize = 1000;
/// Openings between two flushes of the trail: less than may wait.
const BATCH: u64 = 500;
/// The query that a miss cannot do without.
const BARE: &str = "SELECT id, generation, envelope, root_key, key_version, state FROM credential \
                    WHERE tenant_id = ? AND provider = ?";

/// A ledger that takes everything and keeps nothing: an opening without the price of its audit event.
#[derive(Debug)]
struct Nowhere;

#[async_trait]
impl Ledger for Nowhere {
    async fn commit(&self, _: Commit) -> port::Result<()> {
        Ok(())
    }
}

fn tenant(index: usize) -> TenantId {
    TenantId::parse(&format!("tenant-{index}")).unwrap()
}

/// Runs what does not wait.
fn run<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut task::Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("nothing waits in memory"),
    }
}

fn context() -> Context {
    Context {
        request_id: veralux_core::audit::Label::parse("req_0193a").ok(),
        ..Context::of_webhook("twilio", None)
    }
}

/// A tenant's key and its credentials with the first so many providers, all with the same body.
async fn fill(stores: &Stores, held: &HeldKeys, tenant: &TenantId, providers: usize) {
    let entropy = || Entropy::from_bytes(stores.random.bytes());
    let key = DataKey::from_bytes(stores.random.bytes());
    let (root_key, wrapped) = held.wrap(tenant, 1, &key, entropy()).await.unwrap();
    let header = Header { root_key, key_version: 1 };
    let new = TenantKey { version: 1, root_key, wrapped, created_at: AT };
    let mut commit = Commit::new(tenant.clone(), AT).change(Change::AddTenantKey(new));
    let body = validate_json(Provider::Twilio, BODY, Policy::default()).unwrap().body;
    for provider in Provider::ALL.iter().take(providers).copied() {
        let id = CredentialId::generate(AT, stores.random.bytes());
        let (row, slug) = (id.as_str(), provider.as_str());
        let binding = Binding { class: Class::Credential, tenant, row, generation: 1, slug };
        let envelope = Envelope::new(seal::seal(&key, header, &binding, entropy(), &body).unwrap());
        let after = Credential {
            id,
            provider,
            generation: 1,
            envelope,
            root_key,
            key_version: 1,
            state: CredentialState::Active,
            hint: None,
            account: None,
            expires_at: None,
            check: None,
            last_error: None,
            lease: None,
            created_at: AT,
            sealed_at: AT,
            revision: 1,
        };
        commit = commit.change(Change::Credential { after: Box::new(after), before: None });
    }
    stores.ledger.commit(commit).await.unwrap();
}

async fn held(stores: &Stores, keys: &[&str]) -> Arc<HeldKeys> {
    Arc::new(HeldKeys::start(stores, Secret::new(keys.join(","))).await.unwrap())
}

fn warm(criterion: &mut Criterion) {
    let clock = Arc::new(FixedClock::new(AT));
    let stores = Stores::from_one(&Arc::new(MemoryStore::new()), clock, Arc::new(SeededRandom::new(1)));
    let keys = run(held(&stores, &KEYS[..1]));
    let tenants: Vec<TenantId> = (0..TENANTS).map(tenant).collect();
    for tenant in &tenants {
        run(fill(&stores, &keys, tenant, 1));
    }
    let vault = CredentialVault::new(stores, keys, VaultLimits::default());
    let context = context();
    let open = |tenant: &TenantId| {
        run(vault.open::<Twilio>(&context, black_box(tenant), Purpose::SendMessage)).unwrap()
    };
    let plain: HashMap<TenantId, Arc<TwilioBody>> =
        tenants.iter().map(|tenant| (tenant.clone(), Arc::new(TwilioBody::clone(&open(tenant))))).collect();
    run(vault.flush()).unwrap();
    for (name, many) in [("one_tenant", 1), ("1000_tenants", TENANTS)] {
        let mut next = tenants.iter().take(many).cycle();
        criterion.bench_function(&format!("vault_warm/{name}/plain_map"), |bencher| {
            bencher.iter(|| plain.get(black_box(next.next().unwrap())).cloned().unwrap());
        });
        let mut next = tenants.iter().take(many).cycle();
        criterion.bench_function(&format!("vault_warm/{name}/open"), |bencher| {
            bencher.iter_custom(|openings| {
                let mut took = Duration::ZERO;
                let mut left = openings;
                while left > 0 {
                    let batch = left.min(BATCH);
                    let watch = Stopwatch::now();
                    for _ in 0..batch {
                        drop(black_box(open(next.next().unwrap())));
                    }
                    took += watch.elapsed();
                    run(vault.flush()).unwrap();
                    left -= batch;
                }
                took
            });
        });
    }
    // What the same costs with its events written to a chain in memory.
    let one = tenant(0);
    criterion.bench_function("vault_warm/one_tenant/open_with_its_event_written", |bencher| {
        bencher.iter(|| drop(black_box(open(&one))));
    });
}

fn miss_in_memory(criterion: &mut Criterion) {
    let clock = Arc::new(FixedClock::new(AT));
    let store = Arc::new(MemoryStore::new());
    let stores = Stores::from_one(&store, clock, Arc::new(SeededRandom::new(1)));
    let keys = run(held(&stores, &KEYS[..1]));
    let tenants: Vec<TenantId> = (0..TENANTS).map(tenant).collect();
    for tenant in &tenants {
        run(fill(&stores, &keys, tenant, 1));
    }
    let mut next = tenants.iter().cycle();
    criterion.bench_function("vault_miss_memory/bare_query", |bencher| {
        bencher.iter(|| {
            run(stores.credentials.find_credential(next.next().unwrap(), Provider::Twilio)).unwrap()
        });
    });
    for (name, ledger) in [("open", Arc::new(Nowhere) as Arc<dyn Ledger>), ("open_and_event", store.clone())]
    {
        let vault =
            CredentialVault::new(Stores { ledger, ..stores.clone() }, keys.clone(), VaultLimits::default());
        let (context, mut next) = (context(), tenants.iter().cycle());
        criterion.bench_function(&format!("vault_miss_memory/{name}"), |bencher| {
            bencher.iter(|| {
                let tenant = next.next().unwrap();
                vault.forget(tenant, Provider::Twilio);
                run(vault.open::<Twilio>(&context, tenant, Purpose::SendMessage)).unwrap()
            });
        });
    }
}

async fn sqlite(directory: &tempfile::TempDir) -> (Arc<SqliteStore>, Stores) {
    let path = directory.path().join("bench.db");
    let store = Arc::new(SqliteStore::open(&path, &Options::default()).await.unwrap());
    let stores = Stores::from_one(&store, Arc::new(FixedClock::new(AT)), Arc::new(SeededRandom::new(1)));
    (store, stores)
}

/// Fills many tenants at once, so that they share transactions.
async fn fill_all(stores: &Stores, keys: &Arc<HeldKeys>, tenants: usize, providers: usize) {
    let (mut tasks, permits) = (JoinSet::new(), Arc::new(Semaphore::new(64)));
    for index in 0..tenants {
        let permit = permits.clone().acquire_owned().await.unwrap();
        let (stores, keys) = (stores.clone(), keys.clone());
        tasks.spawn(async move {
            fill(&stores, &keys, &tenant(index), providers).await;
            drop(permit);
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

fn miss_in_sqlite(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let (store, stores) = runtime.block_on(sqlite(&directory));
    let keys = runtime.block_on(held(&stores, &KEYS[..1]));
    runtime.block_on(fill_all(&stores, &keys, TENANTS, 1));
    let tenants: Vec<TenantId> = (0..TENANTS).map(tenant).collect();
    let options = SqliteConnectOptions::new().filename(directory.path().join("bench.db")).read_only(true);
    let pool = SqlitePoolOptions::new().test_before_acquire(false);
    let pool = runtime.block_on(pool.connect_with(options)).unwrap();
    let mut next = tenants.iter().cycle();
    criterion.bench_function("vault_miss_sqlite/bare_query", |bencher| {
        bencher.iter(|| {
            let tenant = next.next().unwrap().as_str();
            runtime.block_on(async {
                sqlx::query_as::<_, (String, i64, Vec<u8>, i64, i64, String)>(BARE)
                    .bind(black_box(tenant))
                    .bind("twilio")
                    .fetch_one(&pool)
                    .await
                    .unwrap()
            })
        });
    });
    for (name, ledger) in [("open", Arc::new(Nowhere) as Arc<dyn Ledger>), ("open_and_event", store.clone())]
    {
        let vault =
            CredentialVault::new(Stores { ledger, ..stores.clone() }, keys.clone(), VaultLimits::default());
        let (context, mut next) = (context(), tenants.iter().cycle());
        criterion.bench_function(&format!("vault_miss_sqlite/{name}"), |bencher| {
            bencher.iter(|| {
                let tenant = next.next().unwrap();
                vault.forget(tenant, Provider::Twilio);
                runtime.block_on(vault.open::<Twilio>(&context, tenant, Purpose::SendMessage)).unwrap()
            });
        });
    }
    runtime.block_on(store.close());
}

fn rewrap(_: &mut Criterion) {
    /// Tenants that are moved at once.
    const AT_ONCE: usize = 64;
    const MANY: usize = 12_500;
    let runtime = Runtime::new().unwrap();
    let directory = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        let (store, stores) = sqlite(&directory).await;
        let keys = held(&stores, &KEYS[..1]).await;
        fill_all(&stores, &keys, MANY, Provider::ALL.len()).await;
        let keys = held(&stores, &KEYS).await;
        let vault = CredentialVault::new(stores.clone(), keys.clone(), VaultLimits::default());
        let desk = RootKeyDesk::new(stores, keys, Arc::new(vault));
        desk.rotate(&Context::SYSTEM, 2).await.unwrap();
        let watch = Stopwatch::now();
        let mut moved = 0;
        let mut after: Option<TenantId> = None;
        loop {
            let tenants = desk.list_outdated(after.as_ref(), 1000).await.unwrap();
            let Some(last) = tenants.last() else { break };
            after = Some(last.clone());
            let (mut tasks, permits) = (JoinSet::new(), Arc::new(Semaphore::new(AT_ONCE)));
            for tenant in tenants {
                let permit = permits.clone().acquire_owned().await.unwrap();
                let desk = desk.clone();
                tasks.spawn(async move {
                    let done = desk.rewrap(&Context::SYSTEM, &tenant, false).await.unwrap();
                    drop(permit);
                    done.moved
                });
            }
            while let Some(done) = tasks.join_next().await {
                moved += done.unwrap();
            }
        }
        let took = watch.elapsed();
        assert!(desk.left().await.unwrap().is_empty());
        desk.destroy(&Context::SYSTEM, 1, false).await.unwrap();
        let rate = moved as f64 / took.as_secs_f64();
        println!("vault_rewrap_sqlite: {moved} rows in {:.2} s, {rate:.0} a second", took.as_secs_f64());
        store.close().await;
    });
}

criterion_group!(benches, warm, miss_in_memory, miss_in_sqlite, rewrap);
criterion_main!(benches);
