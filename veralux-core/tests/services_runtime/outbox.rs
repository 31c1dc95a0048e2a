use veralux_core::port::{Publication, RuntimeProjection as _, RuntimeReader as _};
use veralux_core::secret::Secret;
use veralux_core::service::{RuntimePublisher, Stores, TenantRequest, Tenants};

use crate::setup::{A, B, Bench, C, Counted, NEITHER, SYSTEM, both, did, document, publish, tenant};

#[tokio::test]
async fn what_waits_is_drained_once() {
    let bench = Bench::start().await;
    bench.projection.set_down(true);
    bench.publish("oak", &[A]).await;
    bench.publish("elm", &[B]).await;
    bench.publish("elm", &[C]).await;
    assert!(!bench.publisher.map_did(&SYSTEM, &tenant("oak"), &did(B)).await.unwrap(), "accepted");
    assert_eq!(bench.publisher.waiting().await.unwrap(), 2, "tenants, not publishes");
    assert!(bench.publisher.drain().await.is_err(), "it is still away");
    assert_eq!(bench.publisher.waiting().await.unwrap(), 2);
    bench.projection.set_down(false);
    assert_eq!(bench.publisher.drain().await.unwrap(), 2);
    assert_eq!(bench.publisher.drain().await.unwrap(), 0, "nothing waits");
    bench.assert_in_line().await;
}

#[tokio::test]
async fn every_did_that_left_while_the_projection_was_away_goes() {
    let bench = Bench::start().await;
    bench.publish("oak", &[A]).await;
    bench.projection.set_down(true);
    bench.publish("oak", &[B]).await;
    bench.publish("oak", &[C]).await;
    bench.projection.set_down(false);
    assert_eq!(bench.publisher.drain().await.unwrap(), 1);
    for (number, expected) in [(A, NEITHER), (B, NEITHER), (C, both("oak"))] {
        assert_eq!(bench.leads(number).await, expected, "{number}");
    }
}

#[tokio::test]
async fn one_broken_tenant_does_not_hold_up_the_others() {
    let bench = Bench::start().await;
    bench.projection.set_down(true);
    bench.publish("elm", &[A]).await;
    bench.publish("oak", &[B]).await;
    bench.projection.set_down(false);
    *bench.projection.broken.lock().unwrap() = Some(tenant("elm"));
    assert_eq!(bench.publisher.drain().await.unwrap_err().code(), Some("runtime_publish_failed"));
    assert_eq!(bench.leads(B).await, both("oak"));
    assert_eq!(bench.publisher.waiting().await.unwrap(), 1, "elm waits");
    *bench.projection.broken.lock().unwrap() = None;
    assert_eq!(bench.publisher.drain().await.unwrap(), 1);
    bench.assert_in_line().await;
}

/// Each tenant that is tried costs the ledger reads, on every node, every second.
#[tokio::test]
async fn a_projection_that_is_away_is_asked_for_one_tenant_only() {
    let bench = Bench::start().await;
    for index in 0..30 {
        let request =
            TenantRequest { id: tenant(&format!("t{index}")), name: "t".to_owned(), business_number: None };
        Tenants::new(bench.stores.clone()).put(&SYSTEM, request).await.unwrap();
    }
    bench.projection.set_down(true);
    for index in 0..30 {
        bench.publish(&format!("t{index}"), &[&format!("+1415556{index:04}")]).await;
    }
    let counted = Counted::new(bench.stores.outbox.clone());
    let stores = Stores { outbox: counted.clone(), ..bench.stores.clone() };
    let publisher = RuntimePublisher::new(stores, Some(bench.projection.clone()));
    assert!(publisher.drain().await.is_err(), "it is away");
    assert_eq!(counted.reads(), 2, "one list, one tenant");
    bench.projection.set_down(false);
    assert_eq!(publisher.drain().await.unwrap(), 30);
    bench.assert_in_line().await;
}

/// Its tenant waits longest, so it comes first in every round.
#[tokio::test]
async fn a_part_of_the_projection_that_is_away_does_not_hold_up_the_others() {
    let bench = Bench::start().await;
    bench.projection.set_down(true);
    bench.publish("elm", &[A]).await;
    bench.clock.advance(1);
    bench.publish("oak", &[B]).await;
    bench.projection.set_down(false);
    *bench.projection.away.lock().unwrap() = Some(tenant("elm"));
    assert!(bench.publisher.drain().await.is_err(), "elm's part is told of");
    assert_eq!(bench.leads(B).await, both("oak"));
    assert_eq!(bench.publisher.waiting().await.unwrap(), 1, "elm waits");
    *bench.projection.away.lock().unwrap() = None;
    assert_eq!(bench.publisher.drain().await.unwrap(), 1);
    bench.assert_in_line().await;
}

#[tokio::test]
async fn a_projection_that_is_added_later_finds_everything_waiting() {
    let bench = Bench::start().await;
    let alone = RuntimePublisher::new(bench.stores.clone(), None);
    publish(&alone, "oak", &[A]).await;
    assert_eq!(
        (alone.waiting().await.unwrap(), alone.drain().await.unwrap()),
        (0, 0),
        "nobody is waited for"
    );
    assert_eq!(bench.publisher.drain().await.unwrap(), 1);
    bench.assert_in_line().await;
}

/// A write that was given up may still arrive, long after a newer one.
#[tokio::test]
async fn a_write_that_arrives_late_is_refused() {
    let bench = Bench::start().await;
    bench.publish("oak", &[A]).await;
    let old = bench.stores.outbox.lookup(&tenant("oak")).await.unwrap().sequence;
    bench.publish("oak", &[B]).await;
    let late = Secret::new(document("oak", &[A], "s3cret"));
    let publication = Publication { document: &late, map: &[did(A)], unmap: &[], sequence: Some(old) };
    assert!(bench.projection.inner.publish(&tenant("oak"), publication).await.is_err());
    bench.assert_in_line().await;
}

/// A database that was restored from a backup counts from where it was then.
#[tokio::test]
async fn the_ledger_wins_over_a_later_sequence_that_it_does_not_know() {
    let bench = Bench::start().await;
    bench.publish("oak", &[A]).await;
    let foreign = Secret::new(document("oak", &[A], "of another ledger"));
    let publication = Publication { document: &foreign, map: &[did(A)], unmap: &[], sequence: Some(1_000) };
    bench.projection.inner.publish(&tenant("oak"), publication).await.unwrap();
    assert_eq!(bench.publish("oak", &[B]).await, 2);
    assert_eq!(bench.publisher.waiting().await.unwrap(), 0);
    let config = bench.projection.inner.find_config(&tenant("oak")).await.unwrap().unwrap();
    assert!(config.expose().contains(B));
    bench.publish("oak", &[C]).await;
    assert!(bench.publisher.reconcile(true).await.unwrap().is_some());
    bench.assert_in_line().await;
}

/// A DID is cleared for its owner by the ledger while its holder in the projection gets it back.
#[tokio::test]
async fn a_holder_that_was_cleared_is_looked_at_again() {
    let bench = Bench::start().await;
    bench.projection.inner.map_did(&tenant("elm"), &did(A)).await.unwrap();
    let faster = bench.publisher.clone();
    bench.projection.before("unmap_did", async move {
        publish(&faster, "oak", &[B]).await;
        publish(&faster, "elm", &[A]).await;
    });
    bench.publish("oak", &[A]).await;
    bench.publisher.drain().await.unwrap();
    assert_eq!((bench.leads(A).await, bench.leads(B).await), (both("elm"), both("oak")));
    bench.assert_in_line().await;
}
