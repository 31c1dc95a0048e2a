//! Redis paused, full, gone, restarted empty: calls go on, publishes wait, and everything is in line afterwards.

use std::time::Instant as Moment;

use veralux_core::port::{Error, RuntimeReader as _};
use veralux_core::service::{Context, ResolverLimits, RuntimePublisher, RuntimeResolver, Via};
use veralux_core::time::SECOND;
use veralux_tests::redis::{PrivateRedis, RedisOptions};

use crate::setup::{A, B, C, GRACE, LIMIT, Ledger, did, document, drained, found, publish, store, tenant};

/// A node over a private Redis, with its resolver, that has seen `oak` on A.
struct Bench {
    redis: PrivateRedis,
    ledger: Ledger,
    node: RuntimePublisher,
    resolver: RuntimeResolver,
}

impl Bench {
    async fn start() -> Self {
        let redis = PrivateRedis::start(RedisOptions::default());
        let ledger = Ledger::new().await;
        let store = store(&redis.url(), LIMIT);
        let node = ledger.node(store.clone());
        let resolver = RuntimeResolver::new(store, ledger.clock.clone(), ResolverLimits::default());
        publish(&node, "oak", &[A], "before").await;
        drained(&node).await;
        let bench = Self { redis, ledger, node, resolver };
        assert_eq!(bench.call(A).await, (Some(document("oak", &[A], "before")), Via::Store));
        bench
    }

    /// What a call gets, a little later, so that nothing is fresh any more.
    async fn call(&self, number: &str) -> (Option<String>, Via) {
        self.ledger.clock.advance(3 * SECOND);
        let (found, via) = self.resolver.resolve(&did(number)).await.unwrap();
        (found.map(|found| found.document.expose().to_owned()), via)
    }

    /// Publishes while Redis misbehaves: accepted, in time, and it waits.
    async fn publish_in_vain(&self, what: &str) {
        let began = Moment::now();
        let published = publish(&self.node, "oak", &[A, B], "meanwhile").await;
        assert!(published.changed && !published.projected, "{what}: accepted, and it waits");
        assert!(began.elapsed() < LIMIT + GRACE, "{what}: took {:?}", began.elapsed());
        assert_eq!(self.node.waiting().await.unwrap(), 1, "{what}");
        assert!(self.node.drain().await.is_err(), "{what}: it still misbehaves");
        assert_eq!(self.node.waiting().await.unwrap(), 1, "{what}: it goes on waiting");
    }

    async fn recovers(&self, what: &str) {
        drained(&self.node).await;
        let expected = document("oak", &[A, B], "meanwhile");
        for number in [A, B] {
            assert_eq!(found(&self.redis.url(), number).await.unwrap().1, expected, "{what}: {number}");
            assert_eq!(self.call(number).await, (Some(expected.clone()), Via::Store), "{what}: {number}");
        }
        self.ledger.assert_in_line(&self.node).await;
    }
}

#[tokio::test]
async fn paused() {
    let mut bench = Bench::start().await;
    bench.redis.pause();
    assert_eq!(bench.call(A).await.1, Via::Stale, "seen lately");
    assert!(matches!(bench.resolver.resolve(&did(C)).await, Err(Error::Transient { .. })), "never seen");
    bench.publish_in_vain("paused").await;
    // What was sent before it was given up is done now, and does no harm.
    bench.redis.resume();
    bench.recovers("paused").await;
}

#[tokio::test]
async fn full() {
    let bench = Bench::start().await;
    assert_eq!(bench.redis.ask("CONFIG SET maxmemory-policy noeviction"), "+OK");
    assert_eq!(bench.redis.ask("CONFIG SET maxmemory 1"), "+OK");
    assert_eq!(bench.call(A).await, (Some(document("oak", &[A], "before")), Via::Store), "reads go on");
    bench.publish_in_vain("full").await;
    let before = (("oak".to_owned()), document("oak", &[A], "before"));
    assert_eq!(found(&bench.redis.url(), A).await, Some(before), "nothing is half written");
    assert_eq!(bench.redis.ask("CONFIG SET maxmemory 0"), "+OK");
    bench.recovers("full").await;
}

#[tokio::test]
async fn gone_and_back_empty() {
    let mut bench = Bench::start().await;
    publish(&bench.node, "elm", &[C], "elm").await;
    bench.redis.kill();
    assert_eq!(bench.call(A).await.1, Via::Stale, "seen lately");
    bench.ledger.clock.advance(ResolverLimits::default().stale);
    assert!(bench.resolver.resolve(&did(A)).await.is_err(), "how stale an answer may be is bounded");
    bench.publish_in_vain("gone").await;
    bench.redis.restart();
    drained(&bench.node).await;
    assert_eq!(found(&bench.redis.url(), A).await.unwrap().1, document("oak", &[A, B], "meanwhile"));
    // What was in line before it was lost does not wait: that is for the comparison to find.
    assert_eq!(found(&bench.redis.url(), C).await, None);
    let report = bench.node.reconcile(true).await.unwrap().unwrap();
    assert_eq!((report.differing, report.repaired), (2, 2), "{:?}", report.differences);
    bench.recovers("gone").await;
}

#[tokio::test]
async fn restarted_empty_while_nobody_looked() {
    let mut bench = Bench::start().await;
    bench.redis.restart();
    assert_eq!(bench.node.waiting().await.unwrap(), 0, "nothing waits");
    let before = (Some(document("oak", &[A], "before")), Via::Stale);
    assert_eq!(bench.call(A).await, before, "a call that comes before anybody has compared");
    let report = bench.node.reconcile(true).await.unwrap().unwrap();
    assert_eq!((report.differing, report.repaired), (2, 2), "{:?}", report.differences);
    assert_eq!(bench.call(A).await, (Some(document("oak", &[A], "before")), Via::Store));
    bench.ledger.assert_in_line(&bench.node).await;
}

#[tokio::test]
async fn a_mapping_that_is_taken_away_meanwhile() {
    let mut bench = Bench::start().await;
    bench.redis.pause();
    let unmapped = bench.node.unmap_did(&Context::SYSTEM, &tenant("oak"), &did(A)).await.unwrap();
    assert!(unmapped.led && !unmapped.projected);
    assert!(!publish(&bench.node, "elm", &[A], "elm").await.projected, "it belongs to another tenant now");
    bench.redis.resume();
    drained(&bench.node).await;
    assert_eq!(found(&bench.redis.url(), A).await, Some(("elm".to_owned(), document("elm", &[A], "elm"))));
    assert!(store(&bench.redis.url(), LIMIT).find_config(&tenant("oak")).await.unwrap().is_some());
    bench.ledger.assert_in_line(&bench.node).await;
}
