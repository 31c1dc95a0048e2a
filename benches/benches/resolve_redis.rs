//! A DID to its tenant's configuration, in Redis.
//!
//! The baseline is what no reader can do without knowing the tenant beforehand: both `GET`s in one pipeline. `resolve`
//! may take at most 1.2 times as long. The third way, one `GET` after the other, is what it saves its caller.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use redis::aio::ConnectionManager;
use tokio::runtime::Runtime;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{Publication, RuntimeProjection, RuntimeReader};
use veralux_core::secret::Secret;
use veralux_redis::{RedisRuntimeStore, RedisSettings};
use veralux_tests::redis::{PrivateRedis, RedisOptions};

/// A configuration of the usual size.
const DOCUMENT_BYTES: usize = 3000;
const TENANTS: usize = 1000;
const CONFIG: &str = "tenantcfg:tenant-500";
const DID: &str = "+14155550500";

async fn filled(redis: &PrivateRedis) -> RedisRuntimeStore {
    let store = RedisRuntimeStore::connect(&RedisSettings::new(Secret::new(redis.url()))).await;
    let store = store.unwrap_or_else(|error| unreachable!("the private Redis answers: {error}"));
    let document = Secret::new("x".repeat(DOCUMENT_BYTES));
    for n in 0..TENANTS {
        let (tenant, did) =
            (TenantId::parse(&format!("tenant-{n}")), E164::parse(&format!("+1415555{n:04}")));
        let (Ok(tenant), Ok(did)) = (tenant, did) else { unreachable!("both are well formed") };
        let published = store
            .publish(&tenant, Publication { document: &document, map: &[did], unmap: &[], sequence: None })
            .await;
        published.unwrap_or_else(|error| unreachable!("the private Redis answers: {error}"));
    }
    store
}

async fn connected(redis: &PrivateRedis) -> redis::RedisResult<ConnectionManager> {
    ConnectionManager::new(redis::Client::open(redis.url())?).await
}

fn resolving(criterion: &mut Criterion) {
    let redis = PrivateRedis::start(RedisOptions::default());
    let (Ok(runtime), Ok(did)) = (Runtime::new(), E164::parse(DID)) else {
        unreachable!("a runtime and a number")
    };
    let store = runtime.block_on(filled(&redis));
    let Ok(manager) = runtime.block_on(connected(&redis)) else { unreachable!("the private Redis answers") };
    let map = format!("tenantmap:did:{DID}");

    let mut group = criterion.benchmark_group("resolve_redis");
    group.bench_function("two_gets_in_one_pipeline", |bencher| {
        bencher.iter(|| {
            let mut manager = manager.clone();
            let mut pipe = redis::pipe();
            pipe.get(black_box(&map)).get(black_box(CONFIG));
            runtime.block_on(async { pipe.query_async::<(String, String)>(&mut manager).await })
        });
    });
    group.bench_function("resolve", |bencher| {
        bencher.iter(|| runtime.block_on(store.resolve(black_box(&did))));
    });
    group.bench_function("one_get_after_the_other", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let tenant = store.find_tenant(black_box(&did)).await?;
                let Some(tenant) = tenant else { return Ok(None) };
                store.find_config(&tenant).await
            })
        });
    });
    group.finish();
}

criterion_group!(benches, resolving);
criterion_main!(benches);
