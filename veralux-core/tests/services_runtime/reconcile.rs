use std::sync::atomic::Ordering;

use veralux_core::port::{Conflict, Projected, Publication, RuntimeProjection as _};
use veralux_core::secret::Secret;
use veralux_core::service::{Difference, Error, RuntimePublisher};

use crate::setup::{A, B, Bench, C, both, did, document, publish, tenant};

const D: &str = "+14155550104";

/// Both tenants are published, and everything that can differ does.
async fn disturbed() -> Bench {
    let bench = Bench::start().await;
    bench.publish("oak", &[A, B]).await;
    bench.publish("elm", &[C]).await;
    let projection = &bench.projection.inner;
    projection.unmap_did(&tenant("oak"), &did(A)).await.unwrap();
    projection.unmap_did(&tenant("oak"), &did(B)).await.unwrap();
    projection.map_did(&tenant("elm"), &did(B)).await.unwrap();
    let old = Secret::new(document("elm", &[C], "old"));
    let publication = Publication { document: &old, map: &[], unmap: &[], sequence: None };
    projection.publish(&tenant("elm"), publication.clone()).await.unwrap();
    projection.publish(&tenant("ash"), Publication { map: &[did(D)], ..publication }).await.unwrap();
    bench
}

fn expected() -> Vec<Difference> {
    vec![
        Difference::Missing(format!("did:{A}")),
        Difference::Stale("cfg:elm".to_owned()),
        Difference::Stale(format!("did:{B}")),
        Difference::Orphaned("cfg:ash".to_owned()),
        Difference::Orphaned(format!("did:{D}")),
    ]
}

#[tokio::test]
async fn what_differs_is_reported_and_repaired() {
    for twice in [false, true] {
        let bench = disturbed().await;
        bench.projection.twice.store(twice, Ordering::SeqCst);
        for _ in 0..2 {
            let report = bench.publisher.reconcile(false).await.unwrap().unwrap();
            assert_eq!((report.expected, report.differing, report.repaired), (5, 5, 0), "reports only");
            assert_eq!(report.differences, expected());
        }
        let report = bench.publisher.reconcile(true).await.unwrap().unwrap();
        assert_eq!((report.differing, report.repaired, report.spared), (5, 5, false));
        bench.assert_in_line().await;
        assert_eq!(bench.leads(B).await, both("oak"));
    }
}

#[tokio::test]
async fn a_projection_beside_an_empty_ledger_is_spared() {
    let bench = disturbed().await;
    let empty = Bench::start().await;
    let publisher = RuntimePublisher::new(empty.stores.clone(), Some(bench.projection.clone()));
    let report = publisher.reconcile(true).await.unwrap().unwrap();
    assert_eq!((report.expected, report.differing, report.repaired, report.spared), (0, 6, 0, true));
    assert!(!publisher.reconcile(false).await.unwrap().unwrap().spared, "nothing was asked for");
    let nothing = empty.publisher.reconcile(true).await.unwrap().unwrap();
    assert!(!nothing.spared, "nothing was there to spare");
}

#[tokio::test]
async fn what_is_another_installations_is_left_alone() {
    let bench = disturbed().await;
    bench.projection.foreign.store(true, Ordering::SeqCst);
    let refused = bench.publisher.reconcile(true).await.unwrap_err();
    assert!(
        matches!(&refused, Error::NotProjected(error) if error.conflict() == Some(&Conflict::OtherInstallation)),
        "{refused:?}"
    );
    let report = bench.publisher.reconcile(false).await.unwrap().unwrap();
    assert_eq!((report.differing, report.differences), (5, expected()), "it may be looked at");
}

#[tokio::test]
async fn without_a_projection_there_is_nothing_to_compare() {
    let bench = Bench::start().await;
    let publisher = RuntimePublisher::new(bench.stores.clone(), None);
    assert_eq!(publish(&publisher, "oak", &[A]).await, 1);
    assert_eq!(publisher.reconcile(true).await.unwrap(), None);
}

#[tokio::test]
async fn a_publish_at_the_same_time_is_not_undone() {
    // Between the listing of the ledger and that of the projection; then between the last look and the removal.
    for moment in ["list", "remove"] {
        let bench = Bench::start().await;
        bench.publish("elm", &[C]).await;
        bench.projection.inner.map_did(&tenant("oak"), &did(A)).await.unwrap();
        let publisher = bench.publisher.clone();
        bench.projection.before(moment, async move {
            publish(&publisher, "oak", &[A]).await;
        });
        bench.publisher.reconcile(true).await.unwrap();
        assert_eq!(bench.leads(A).await, both("oak"), "{moment}");
        bench.assert_in_line().await;
    }
}

#[tokio::test]
async fn an_entry_that_changed_since_it_was_listed_stays() {
    let bench = Bench::start().await;
    bench.publish("oak", &[A]).await;
    bench.projection.inner.map_did(&tenant("ash"), &did(D)).await.unwrap();
    let publisher = bench.publisher.clone();
    bench.projection.before("remove", async move {
        publish(&publisher, "elm", &[D]).await;
    });
    bench.publisher.reconcile(true).await.unwrap();
    assert_eq!(bench.leads(D).await, both("elm"));
}

#[tokio::test]
async fn one_broken_tenant_does_not_keep_the_others_from_repair() {
    let bench = disturbed().await;
    *bench.projection.broken.lock().unwrap() = Some(tenant("elm"));
    let error = bench.publisher.reconcile(true).await.unwrap_err();
    assert_eq!(error.code(), Some("runtime_publish_failed"));
    let left = bench.publisher.reconcile(false).await.unwrap().unwrap().differences;
    assert_eq!(left, [Difference::Stale("cfg:elm".to_owned())]);
}

#[tokio::test]
async fn a_projection_that_is_away_is_an_error() {
    let bench = disturbed().await;
    bench.projection.set_down(true);
    assert!(bench.publisher.reconcile(true).await.is_err());
    bench.projection.set_down(false);
    assert_eq!(bench.publisher.reconcile(false).await.unwrap().unwrap().differing, 5);
}

#[tokio::test]
async fn many_entries_are_compared_page_by_page() {
    let bench = Bench::start().await;
    let dids: Vec<String> = (0..450).map(|number| format!("+1415556{number:04}")).collect();
    let dids: Vec<&str> = dids.iter().map(String::as_str).collect();
    bench.publish("oak", &dids).await;
    bench.publish("elm", &[C]).await;
    bench.assert_in_line().await;
    let copy = Bench::start().await;
    let publisher = RuntimePublisher::new(bench.stores.clone(), Some(copy.projection.clone()));
    let report = publisher.reconcile(true).await.unwrap().unwrap();
    assert_eq!((report.expected, report.differing, report.repaired), (453, 453, 453));
    assert_eq!(report.differences.len(), 100, "not all are named");
    assert!(matches!(publisher.reconcile(false).await.unwrap(), Some(report) if report.differing == 0));
}

#[tokio::test]
async fn keys_that_are_none_of_ours_are_orphans() {
    let bench = Bench::start().await;
    bench.publish("oak", &[A]).await;
    let odd = Projected::Did { did: A.to_owned(), tenant: "not an id".to_owned() };
    assert!(!bench.projection.inner.remove(&odd).await.unwrap());
    bench.assert_in_line().await;
}
