//! Nodes that publish for the same tenants at the same moment.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::task::JoinSet;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{
    Listed, Page, Projected, Publication, Resolved, Result, RuntimeProjection, RuntimeReader,
};
use veralux_core::secret::Secret;
use veralux_core::service::Context;
use veralux_redis::RedisRuntimeStore;
use veralux_tests::redis::{PrivateCluster, PrivateRedis, RedisOptions};

use crate::setup::{A, B, Ledger, document, drained, found, patient, publish, tenant};

/// The real store behind a line with delays, so that writes overtake each other.
struct Delayed {
    inner: Arc<RedisRuntimeStore>,
    state: AtomicU64,
}

impl Delayed {
    fn new(inner: Arc<RedisRuntimeStore>, seed: u64) -> Arc<Self> {
        Arc::new(Self { inner, state: AtomicU64::new(seed) })
    }

    /// Up to so many milliseconds, by a linear congruential generator (Knuth, MMIX).
    async fn lag(&self, most: u64) {
        let next = |state: u64| {
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407)
        };
        let state =
            self.state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |state| Some(next(state))).unwrap();
        tokio::time::sleep(Duration::from_millis((next(state) >> 33) % most)).await;
    }
}

impl fmt::Debug for Delayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Delayed")
    }
}

#[async_trait]
impl RuntimeReader for Delayed {
    async fn find_tenant(&self, did: &E164) -> Result<Option<TenantId>> {
        self.lag(4).await;
        self.inner.find_tenant(did).await
    }

    async fn find_config(&self, tenant: &TenantId) -> Result<Option<Secret>> {
        self.inner.find_config(tenant).await
    }

    async fn resolve(&self, did: &E164) -> Result<Option<Resolved>> {
        self.inner.resolve(did).await
    }
}

#[async_trait]
impl RuntimeProjection for Delayed {
    async fn publish(&self, tenant: &TenantId, publication: Publication<'_>) -> Result<()> {
        self.lag(25).await;
        let done = self.inner.publish(tenant, publication).await;
        self.lag(10).await;
        done
    }

    async fn map_did(&self, tenant: &TenantId, did: &E164) -> Result<()> {
        self.inner.map_did(tenant, did).await
    }

    async fn unmap_did(&self, tenant: &TenantId, did: &E164) -> Result<()> {
        self.lag(4).await;
        self.inner.unmap_did(tenant, did).await
    }

    async fn claim(&self) -> Result<()> {
        self.inner.claim().await
    }

    async fn list(&self, page: &Page) -> Result<Listed<Projected>> {
        self.inner.list(page).await
    }

    async fn remove(&self, entry: &Projected) -> Result<bool> {
        self.inner.remove(entry).await
    }

    async fn ping(&self) -> Result<()> {
        self.inner.ping().await
    }

    async fn incarnation(&self) -> Result<String> {
        self.inner.incarnation().await
    }
}

/// Two nodes publish at once, with delays; a third of the publishes is given up half way, as by a node that dies. What is
/// left in Redis is the newest version once the outbox is drained, by both nodes at once.
async fn many_publishes_at_once(url: &str) {
    let ledger = Ledger::new().await;
    let nodes = [1, 2].map(|seed| ledger.node(Delayed::new(patient(url), seed)));
    let mut running = JoinSet::new();
    for round in 0..40_u64 {
        let node = nodes[usize::from(round % 2 == 1)].clone();
        running.spawn(async move {
            tokio::time::sleep(Duration::from_millis(round * 3)).await;
            let id = if round % 4 < 2 { "oak" } else { "elm" };
            let own = format!("+1415555{:04}", 2_000 + round);
            // A DID that all versions of a tenant share, and one that comes and goes.
            let shared = if id == "oak" { A } else { B };
            let text = document(id, &[shared, &own], &format!("round-{round}"));
            let id = tenant(id);
            let whole = node.publish(&Context::SYSTEM, &id, text.as_bytes(), None);
            let patience = if round % 3 == 0 { 12 } else { 60_000 };
            if let Ok(published) = tokio::time::timeout(Duration::from_millis(patience), whole).await {
                published.unwrap();
            }
        });
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
    tokio::join!(drained(&nodes[0]), drained(&nodes[1]));
    for (id, shared) in [("oak", A), ("elm", B)] {
        let newest = nodes[0].current(&tenant(id)).await.unwrap();
        let (owner, text) = found(url, shared).await.unwrap();
        assert_eq!(
            (owner.as_str(), text.as_str()),
            (id, newest.document.expose()),
            "version {}",
            newest.version
        );
    }
    ledger.assert_in_line(&nodes[0]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_newest_version_is_what_stays() {
    let redis = PrivateRedis::start(RedisOptions::default());
    many_publishes_at_once(&redis.url()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_newest_version_is_what_stays_in_a_cluster() {
    let cluster = PrivateCluster::start(3);
    many_publishes_at_once(&cluster.url()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_one_node_left_behind_another_writes() {
    let mut redis = PrivateRedis::start(RedisOptions::default());
    let ledger = Ledger::new().await;
    let [dying, other] = [(); 2].map(|()| ledger.node(patient(&redis.url())));
    redis.kill();
    assert!(!publish(&dying, "oak", &[A], "one").await.projected);
    drop(dying);
    redis.restart();
    drained(&other).await;
    assert_eq!(found(&redis.url(), A).await, Some(("oak".to_owned(), document("oak", &[A], "one"))));
    ledger.assert_in_line(&other).await;
}
