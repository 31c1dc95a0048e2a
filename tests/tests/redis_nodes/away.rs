//! Many publishes wait: of a whole Redis that is away one is asked for, of a cluster's node that is away the others' are written.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::port::{Due, Listed, Page, PendingProjection, ProjectionOutbox, Result};
use veralux_core::service::{Context, RuntimePublisher, Stores, TenantRequest, Tenants};
use veralux_core::time::Instant;
use veralux_redis::RedisRuntimeStore;
use veralux_tests::redis::{PrivateCluster, PrivateRedis, RedisOptions};

use crate::setup::{LIMIT, Ledger, drained, publish, store, tenant};

/// Enough that every master of three has some.
const MANY: usize = 24;

/// An outbox whose reads are counted: what a drain asks of the ledger.
#[derive(Debug)]
struct Counted {
    inner: Arc<dyn ProjectionOutbox>,
    reads: AtomicUsize,
}

impl Counted {
    fn new(inner: Arc<dyn ProjectionOutbox>) -> Arc<Self> {
        Arc::new(Self { inner, reads: AtomicUsize::new(0) })
    }

    fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl ProjectionOutbox for Counted {
    async fn lookup(&self, tenant: &TenantId) -> Result<Due> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.inner.lookup(tenant).await
    }

    async fn list(&self, page: &Page) -> Result<Listed<PendingProjection>> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.inner.list(page).await
    }

    async fn count(&self) -> Result<u64> {
        self.inner.count().await
    }

    async fn add(&self, tenant: &TenantId, at: Instant) -> Result<()> {
        self.inner.add(tenant, at).await
    }

    async fn remove(&self, tenant: &TenantId, sequence: u64) -> Result<bool> {
        self.inner.remove(tenant, sequence).await
    }
}

/// A ledger in which many tenants' publishes wait, and a node over this Redis whose reads are counted.
async fn waiting(redis: Arc<RedisRuntimeStore>) -> (Ledger, RuntimePublisher, Arc<Counted>) {
    let ledger = Ledger::new().await;
    let alone = RuntimePublisher::new(ledger.stores.clone(), None);
    for index in 0..MANY {
        let (id, number) = (format!("t{index}"), format!("+1415558{index:04}"));
        let request = TenantRequest { id: tenant(&id), name: id.clone(), business_number: None };
        Tenants::new(ledger.stores.clone()).put(&Context::SYSTEM, request).await.unwrap();
        publish(&alone, &id, &[&number], "waits").await;
    }
    let counted = Counted::new(ledger.stores.outbox.clone());
    let stores = Stores { outbox: counted.clone(), ..ledger.stores.clone() };
    (ledger, RuntimePublisher::new(stores, Some(redis)), counted)
}

#[tokio::test]
async fn a_lone_redis() {
    let mut redis = PrivateRedis::start(RedisOptions::default());
    let (ledger, node, counted) = waiting(store(&redis.url(), LIMIT)).await;
    redis.kill();
    assert!(node.drain().await.is_err());
    assert_eq!(counted.reads(), 2, "one list, one tenant");
    redis.restart();
    drained(&node).await;
    ledger.assert_in_line(&node).await;
}

#[tokio::test]
async fn a_whole_cluster() {
    let mut cluster = PrivateCluster::start(3);
    let redis = store(&cluster.url(), LIMIT);
    let (ledger, node, counted) = waiting(redis).await;
    node.ping_projection().await.unwrap();
    for master in &mut cluster.nodes {
        master.kill();
    }
    assert!(node.drain().await.is_err());
    assert_eq!(counted.reads(), 2, "one list, one tenant");
    for master in &mut cluster.nodes {
        master.restart();
    }
    cluster.wait_until_it_agrees();
    drained(&node).await;
    ledger.assert_in_line(&node).await;
}

#[tokio::test]
async fn one_node_of_a_cluster() {
    let mut cluster = PrivateCluster::start(3);
    for master in &cluster.nodes {
        assert_eq!(master.ask("CONFIG SET cluster-require-full-coverage no"), "+OK");
    }
    let redis = store(&cluster.url(), LIMIT);
    let (ledger, node, counted) = waiting(redis).await;
    node.ping_projection().await.unwrap();
    cluster.nodes[1].kill();
    assert!(node.drain().await.is_err(), "a third of them waits");
    let waiting = node.waiting().await.unwrap();
    assert!((1..MANY as u64).contains(&waiting), "the others are written: {waiting}");
    assert!(counted.reads() > MANY, "every tenant is tried: {}", counted.reads());
    cluster.nodes[1].restart();
    cluster.wait_until_it_agrees();
    drained(&node).await;
    ledger.assert_in_line(&node).await;
}
