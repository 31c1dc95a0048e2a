//! A DID to its tenant's configuration: what every call asks.
//!
//! In memory against a lookup in a plain map; in SQLite against the bare prepared query over the same tables; in
//! PostgreSQL likewise, there under row level security against a superuser's query; through the resolver's cache, which is
//! what a service in front of any uses. At most 300 ns in memory, at most 1.5 times the bare query in SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up must stop")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tokio::runtime::Runtime;
use veralux_core::digest::Digest;
use veralux_core::id::TenantId;
use veralux_core::memory::{FixedClock, MemoryProjection, MemoryStore};
use veralux_core::party::TenantStatus;
use veralux_core::phone::E164;
use veralux_core::port::{
    Change, Commit, Directory as _, Ledger, Publication, PublishKind, RuntimeProjection as _, RuntimeReader,
    RuntimeVersion, Tenant,
};
use veralux_core::secret::Secret;
use veralux_core::service::{ResolverLimits, RuntimeResolver};
use veralux_core::time::Instant;
use veralux_postgres::{PostgresStore, ROLES, migrate_up};
use veralux_sqlite::{Options, SqliteStore};
use veralux_tests::postgres::{PostgresOptions, PrivatePostgres, connect};

/// A configuration of the usual size, in bytes.
const DOCUMENT_BYTES: usize = 3000;
const TENANTS: usize = 1000;
const AT: Instant = Instant::from_micros(0);

/// The query that the adapter cannot do without.
const BARE: &str = "SELECT d.tenant_id, v.document FROM runtime_did d JOIN runtime_head r ON r.tenant_id = d.tenant_id \
                    JOIN runtime_version v ON v.tenant_id = r.tenant_id AND v.version = r.version WHERE d.did = ?";

fn did(index: usize) -> E164 {
    E164::parse(&format!("+1415555{:04}", index % TENANTS)).unwrap()
}

fn tenant(index: usize) -> TenantId {
    TenantId::parse(&format!("tenant-{index}")).unwrap()
}

/// A thousand tenants, each with one number.
async fn fill(ledger: &dyn Ledger) {
    for index in 0..TENANTS {
        let record = Tenant {
            id: tenant(index),
            name: "a tenant".to_owned(),
            status: TenantStatus::Active,
            business_number: None,
            created_at: AT,
            updated_at: AT,
            revision: 1,
        };
        let version = RuntimeVersion {
            version: 1,
            digest: Digest::ZERO,
            document: Secret::new("x".repeat(DOCUMENT_BYTES)),
            dids: vec![did(index)],
            kind: PublishKind::Publish,
            actor: "bench".to_owned(),
            published_at: AT,
        };
        let commit = Commit::new(tenant(index), AT)
            .change(Change::Tenant { after: record, before: None })
            .change(Change::PublishRuntime(Box::new(version)));
        ledger.commit(commit).await.unwrap();
    }
}

fn bench_reader(criterion: &mut Criterion, name: &str, runtime: &Runtime, reader: &dyn RuntimeReader) {
    let dids: Vec<E164> = (0..TENANTS).map(did).collect();
    let mut next = dids.iter().cycle();
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| {
            let did = next.next().unwrap();
            runtime.block_on(async { reader.resolve(black_box(did)).await.unwrap().unwrap() })
        });
    });
}

fn in_memory(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let plain: BTreeMap<E164, (TenantId, Arc<str>)> =
        (0..TENANTS).map(|index| (did(index), (tenant(index), "x".repeat(DOCUMENT_BYTES).into()))).collect();
    let dids: Vec<E164> = (0..TENANTS).map(did).collect();
    let mut next = dids.iter().cycle();
    criterion.bench_function("resolve_memory/plain_map", |bencher| {
        bencher.iter(|| {
            let did = next.next().unwrap();
            runtime.block_on(async { plain.get(black_box(did)).cloned().unwrap() })
        });
    });
    let store = Arc::new(MemoryStore::new());
    runtime.block_on(fill(store.as_ref()));
    bench_reader(criterion, "resolve_memory/store", &runtime, store.as_ref());
    let projection = MemoryProjection::new();
    let document = Secret::new("x".repeat(DOCUMENT_BYTES));
    for index in 0..TENANTS {
        let publication = Publication { document: &document, map: &[did(index)], unmap: &[], sequence: None };
        runtime.block_on(projection.publish(&tenant(index), publication)).unwrap();
    }
    bench_reader(criterion, "resolve_memory/projection", &runtime, &projection);
    let resolver = RuntimeResolver::new(store, Arc::new(FixedClock::new(AT)), ResolverLimits::default());
    let mut next = dids.iter().cycle();
    criterion.bench_function("resolve_memory/resolver_cache", |bencher| {
        bencher.iter(|| {
            let did = next.next().unwrap();
            runtime.block_on(async { resolver.resolve(black_box(did)).await.unwrap() })
        });
    });
}

fn in_sqlite(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("bench.db");
    let store = runtime.block_on(SqliteStore::open(&path, &Options::default())).unwrap();
    runtime.block_on(fill(&store));
    let options = SqliteConnectOptions::new().filename(&path).read_only(true);
    let pool = SqlitePoolOptions::new().test_before_acquire(false);
    let pool = runtime.block_on(pool.connect_with(options)).unwrap();
    let dids: Vec<E164> = (0..TENANTS).map(did).collect();
    let mut next = dids.iter().cycle();
    criterion.bench_function("resolve_sqlite/bare_query", |bencher| {
        bencher.iter(|| {
            let did = next.next().unwrap().as_str();
            runtime.block_on(async {
                sqlx::query_as::<_, (String, String)>(BARE)
                    .bind(black_box(did))
                    .fetch_one(&pool)
                    .await
                    .unwrap()
            })
        });
    });
    bench_reader(criterion, "resolve_sqlite/store", &runtime, &store);
    runtime.block_on(store.close());
}

/// The same rows as a superuser, whom no row level security holds: a prepared statement, one round trip.
const BARE_POSTGRES: &str = "SELECT d.tenant_id, v.document FROM did_holder d \
                             JOIN runtime_head r ON r.tenant_id = d.tenant_id \
                             JOIN runtime_version v ON v.tenant_id = r.tenant_id AND v.version = r.version \
                             WHERE d.did = $1";

/// What a read of one row comes to without a transaction that names the tenant.
const BARE_TENANT: &str = "SELECT t.tenant_id, t.name, t.status, t.business_number, t.created_at, t.updated_at, t.revision \
                           FROM tenant t WHERE t.tenant_id = $1";

fn in_postgres(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let postgres = PrivatePostgres::start(PostgresOptions::default());
    let database = runtime.block_on(postgres.database(ROLES, "veralux", async |url: String| {
        migrate_up(&url).await.unwrap();
    }));
    let options = veralux_postgres::Options::default();
    let store = runtime.block_on(PostgresStore::connect(&database.service_url, &options)).unwrap();
    runtime.block_on(fill(&store));
    let client = runtime.block_on(connect(&database.superuser_url));
    runtime.block_on(client.batch_execute("ANALYZE")).unwrap();
    let bare = runtime.block_on(client.prepare(BARE_POSTGRES)).unwrap();
    let dids: Vec<E164> = (0..TENANTS).map(did).collect();
    let mut next = dids.iter().cycle();
    criterion.bench_function("resolve_postgres/bare_query", |bencher| {
        bencher.iter(|| {
            let did = next.next().unwrap().as_str();
            runtime.block_on(async {
                let row = client.query_one(&bare, &[black_box(&did)]).await.unwrap();
                (row.get::<_, String>(0), row.get::<_, String>(1))
            })
        });
    });
    bench_reader(criterion, "resolve_postgres/store", &runtime, &store);
    let bare = runtime.block_on(client.prepare(BARE_TENANT)).unwrap();
    let tenants: Vec<TenantId> = (0..TENANTS).map(tenant).collect();
    let mut next = tenants.iter().cycle();
    criterion.bench_function("read_postgres/bare_query", |bencher| {
        bencher.iter(|| {
            let tenant = next.next().unwrap().as_str();
            runtime.block_on(async { client.query_one(&bare, &[black_box(&tenant)]).await.unwrap() })
        });
    });
    let mut next = tenants.iter().cycle();
    criterion.bench_function("read_postgres/store", |bencher| {
        bencher.iter(|| {
            let tenant = next.next().unwrap();
            runtime.block_on(async { store.lookup_tenant(black_box(tenant)).await.unwrap().unwrap() })
        });
    });
}

criterion_group!(benches, in_memory, in_sqlite, in_postgres);
criterion_main!(benches);
