use veralux_core::port::{Page, RuntimeReader as _};
use veralux_core::runtime;
use veralux_core::service::{Kind, Unmapped};

use crate::setup::{A, B, Bench, C, NEITHER, SYSTEM, both, did, document, tenant};

#[tokio::test]
async fn the_same_document_twice_changes_nothing() {
    let bench = Bench::start().await;
    let oak = tenant("oak");
    let text = document("oak", &[A, B], "s3cret");
    let first = bench.publisher.publish(&SYSTEM, &oak, text.as_bytes(), None).await.unwrap();
    assert!(first.changed);
    let events = bench.stores.audit.list(&oak, &Page::first(200)).await.unwrap().items.len();
    bench.clock.advance(1_000_000);
    for (what, text) in [("the same", text.clone()), ("other white space", text.replace("\":", "\" : "))] {
        let again = bench.publisher.publish(&SYSTEM, &oak, text.as_bytes(), None).await.unwrap();
        assert_eq!((again.changed, again.version.version), (false, 1), "{what}");
        assert_eq!(again.version.published_at, first.version.published_at, "{what}");
    }
    let after = bench.stores.audit.list(&oak, &Page::first(200)).await.unwrap().items.len();
    assert_eq!(
        (after, bench.publisher.versions(&oak, &Page::first(9)).await.unwrap().items.len()),
        (events, 1)
    );
    let projected = bench.projection.inner.find_config(&oak).await.unwrap().unwrap();
    assert_eq!(projected.expose(), text, "byte for byte");
    bench.assert_in_line().await;
}

#[tokio::test]
async fn a_did_of_another_tenant_changes_nothing() {
    let bench = Bench::start().await;
    bench.publish("oak", &[A]).await;
    bench.publish("elm", &[B]).await;
    let text = document("elm", &[C, A], "s3cret");
    let error = bench.publisher.publish(&SYSTEM, &tenant("elm"), text.as_bytes(), None).await.unwrap_err();
    assert_eq!(error.code(), Some("did_conflict"));
    assert!(error.to_string().contains(A), "{error}");
    assert_eq!(bench.publisher.current(&tenant("elm")).await.unwrap().version, 1);
    for (number, expected) in [(A, both("oak")), (B, both("elm")), (C, NEITHER)] {
        assert_eq!(bench.leads(number).await, expected, "{number}");
    }
}

#[tokio::test]
async fn what_is_refused() {
    let bench = Bench::start().await;
    let good = document("oak", &[A], "s3cret");
    for (what, id, text, kind, code) in [
        ("not JSON", "oak", "{".to_owned(), Kind::Unprocessable, "invalid_runtime_config"),
        ("another tenant's", "elm", good.clone(), Kind::Invalid, "tenant_id_mismatch"),
        ("no such tenant", "ash", document("ash", &[A], "s"), Kind::NotFound, "tenant_not_found"),
    ] {
        let error = bench.publisher.publish(&SYSTEM, &tenant(id), text.as_bytes(), None).await.unwrap_err();
        assert_eq!(error.code(), Some(code), "{what}");
        let veralux_core::service::Error::Refused(refusal) = error else { unreachable!("{what}") };
        assert_eq!(refusal.kind, kind, "{what}");
    }
    assert_eq!(bench.leads(A).await, NEITHER);
}

#[tokio::test]
async fn what_the_ledger_has_reaches_the_projection_later() {
    let oak = tenant("oak");
    for repaired_by in ["the same again", "reconcile", "the drain"] {
        let bench = Bench::start().await;
        bench.publish("oak", &[A, B]).await;
        bench.projection.set_down(true);
        let text = document("oak", &[B, C], "s3cret");
        let publish = || bench.publisher.publish(&SYSTEM, &oak, text.as_bytes(), None);
        let accepted = publish().await.unwrap();
        assert_eq!((accepted.changed, accepted.projected, accepted.version.version), (true, false, 2));
        let again = publish().await.unwrap();
        assert_eq!((again.changed, again.projected, again.version.version), (false, false, 2));
        assert_eq!(bench.publisher.waiting().await.unwrap(), 1);
        let error = bench.publisher.drain().await.unwrap_err();
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "projecting failed for now");
        assert_eq!(bench.leads(A).await, (None, Some("oak".to_owned())));
        bench.projection.set_down(false);
        match repaired_by {
            "reconcile" => {
                let report = bench.publisher.reconcile(true).await.unwrap().unwrap();
                assert_eq!((report.differing, report.repaired), (3, 3), "config, A and C");
            }
            "the drain" => assert_eq!(bench.publisher.drain().await.unwrap(), 1),
            _ => {
                let again = publish().await.unwrap();
                assert_eq!((again.changed, again.projected, again.version.version), (false, true, 2));
            }
        }
        assert_eq!(bench.publisher.waiting().await.unwrap(), 0, "{repaired_by}");
        for (number, expected) in [(A, NEITHER), (B, both("oak")), (C, both("oak"))] {
            assert_eq!(bench.leads(number).await, expected, "{number}");
        }
        bench.assert_in_line().await;
    }
}

#[tokio::test]
async fn dids_no_longer_named_are_unmapped_and_others_may_have_them() {
    let bench = Bench::start().await;
    bench.publish("oak", &[A, B]).await;
    bench.publish("oak", &[B, C]).await;
    bench.publish("elm", &[A]).await;
    for (number, expected) in [(A, both("elm")), (B, both("oak")), (C, both("oak"))] {
        assert_eq!(bench.leads(number).await, expected, "{number}");
    }
}

#[tokio::test]
async fn mappings_by_hand_stay() {
    let bench = Bench::start().await;
    let oak = tenant("oak");
    bench.publisher.map_did(&SYSTEM, &oak, &did(A)).await.unwrap();
    assert_eq!(bench.leads(A).await, both("oak"), "before anything is published");
    bench.publish("oak", &[A, B]).await;
    bench.publisher.map_did(&SYSTEM, &oak, &did(B)).await.unwrap();
    bench.publish("oak", &[C]).await;
    for number in [A, B, C] {
        assert_eq!(bench.leads(number).await, both("oak"), "{number}");
    }
    let taken = bench.publisher.map_did(&SYSTEM, &tenant("elm"), &did(A)).await.unwrap_err();
    assert_eq!(taken.code(), Some("did_conflict"));
    assert!(!bench.publisher.unmap_did(&SYSTEM, &tenant("elm"), &did(A)).await.unwrap().led, "not elm's");
    for (led, what) in [(true, "once"), (false, "twice")] {
        let unmapped = bench.publisher.unmap_did(&SYSTEM, &oak, &did(A)).await.unwrap();
        assert_eq!(unmapped, Unmapped { led, projected: true }, "{what}");
        assert_eq!(bench.leads(A).await, NEITHER);
    }
    bench.assert_in_line().await;
}

#[tokio::test]
async fn mapping_twice_is_one_event() {
    let bench = Bench::start().await;
    let oak = tenant("oak");
    bench.publisher.map_did(&SYSTEM, &oak, &did(A)).await.unwrap();
    bench.publisher.map_did(&SYSTEM, &oak, &did(A)).await.unwrap();
    let events = bench.stores.audit.list(&oak, &Page::first(200)).await.unwrap().items;
    let mapped = events.iter().filter(|event| event.draft.event_type.as_str() == "runtime.did_mapped");
    assert_eq!(mapped.count(), 1);
}

#[tokio::test]
async fn an_unmap_that_failed_half_way_is_finished_by_the_next() {
    let bench = Bench::start().await;
    let oak = tenant("oak");
    bench.publisher.map_did(&SYSTEM, &oak, &did(A)).await.unwrap();
    bench.projection.set_down(true);
    let unmapped = bench.publisher.unmap_did(&SYSTEM, &oak, &did(A)).await.unwrap();
    assert_eq!(unmapped, Unmapped { led: true, projected: false }, "it waits");
    let again = bench.publisher.unmap_did(&SYSTEM, &oak, &did(A)).await.unwrap_err();
    assert_eq!(again.code(), Some("runtime_publish_failed"), "nothing is stored");
    let error = bench.publisher.find_leftover(&did(A)).await.unwrap_err();
    assert_eq!(error.code(), Some("runtime_publish_failed"), "nobody knows");
    bench.projection.set_down(false);
    assert_eq!(bench.publisher.find_did(&did(A)).await.unwrap(), None);
    assert_eq!(bench.publisher.find_leftover(&did(A)).await.unwrap(), Some(oak.clone()));
    assert!(!bench.publisher.unmap_did(&SYSTEM, &oak, &did(A)).await.unwrap().led);
    assert_eq!(bench.leads(A).await, NEITHER);
    assert_eq!(bench.publisher.waiting().await.unwrap(), 0);
    assert_eq!(bench.publisher.find_leftover(&did(A)).await.unwrap(), None);
    bench.publish("elm", &[B]).await;
    assert_eq!(bench.publisher.find_leftover(&did(B)).await.unwrap(), None, "the ledger leads it there too");
}

#[tokio::test]
async fn a_did_that_was_unmapped_comes_back_with_its_document() {
    let bench = Bench::start().await;
    bench.publish("oak", &[A, B]).await;
    bench.publisher.unmap_did(&SYSTEM, &tenant("oak"), &did(A)).await.unwrap();
    assert_eq!(bench.leads(A).await, NEITHER);
    assert_eq!(bench.publish("oak", &[A, B]).await, 2);
    assert_eq!(bench.leads(A).await, both("oak"));
}

#[tokio::test]
async fn only_the_expected_version_is_replaced() {
    let bench = Bench::start().await;
    let oak = tenant("oak");
    for (expected, dids, outcome) in [
        (Some(1), &[A][..], Err("version_moved")),
        (Some(0), &[A], Ok(1)),
        (Some(0), &[A], Ok(1)),
        (Some(0), &[B], Err("version_moved")),
        (Some(1), &[B], Ok(2)),
        (Some(1), &[B], Ok(2)),
        (Some(2), &[B], Ok(2)),
        (Some(0), &[B], Err("version_moved")),
        (Some(u64::MAX), &[C], Err("version_moved")),
    ] {
        let text = document("oak", dids, "s3cret");
        let got = bench.publisher.publish(&SYSTEM, &oak, text.as_bytes(), expected).await;
        let got = got.map(|published| published.version.version).map_err(|error| error.code().unwrap());
        assert_eq!(got, outcome, "{expected:?}");
    }
}

#[tokio::test]
async fn a_conditional_publish_that_failed_half_way_is_finished_by_the_same_again() {
    let bench = Bench::start().await;
    let oak = tenant("oak");
    let text = document("oak", &[A], "s3cret");
    let publish = || bench.publisher.publish(&SYSTEM, &oak, text.as_bytes(), Some(0));
    bench.projection.set_down(true);
    assert!(!publish().await.unwrap().projected);
    bench.projection.set_down(false);
    let again = publish().await.unwrap();
    assert_eq!((again.changed, again.version.version), (false, 1));
    bench.assert_in_line().await;
    bench.publisher.unmap_did(&SYSTEM, &oak, &did(A)).await.unwrap();
    let late = publish().await.unwrap_err();
    assert_eq!(late.code(), Some("version_moved"), "by now it would change something");
}

#[tokio::test]
async fn an_earlier_version_comes_back_as_a_new_one() {
    let bench = Bench::start().await;
    let oak = tenant("oak");
    bench.publish("oak", &[A]).await;
    bench.publish("oak", &[B]).await;
    let back = bench.publisher.rollback(&SYSTEM, &oak, 1, None).await.unwrap();
    assert_eq!((back.changed, back.version.version, back.version.kind.as_str()), (true, 3, "rollback"));
    assert_eq!(back.version.document.expose(), document("oak", &[A], "s3cret"));
    assert_eq!((bench.leads(A).await, bench.leads(B).await), (both("oak"), NEITHER));
    let same = bench.publisher.rollback(&SYSTEM, &oak, 3, None).await.unwrap();
    assert_eq!((same.changed, same.version.version), (false, 3), "it is current");
    bench.publish("elm", &[B]).await;
    for (id, version, code) in [
        ("oak", 2, "did_conflict"),
        ("oak", 9, "version_not_found"),
        ("oak", 0, "version_not_found"),
        ("ash", 1, "tenant_not_found"),
    ] {
        let error = bench.publisher.rollback(&SYSTEM, &tenant(id), version, None).await.unwrap_err();
        assert_eq!(error.code(), Some(code), "{id} {version}");
    }
}

#[tokio::test]
async fn the_audit_chain_does_not_confirm_a_guess_of_the_secret() {
    let bench = Bench::start().await;
    bench.publish("oak", &[A]).await;
    let version = bench.publisher.current(&tenant("oak")).await.unwrap();
    let events = bench.stores.audit.list(&tenant("oak"), &Page::first(200)).await.unwrap().items;
    let text: String = events.iter().map(|event| event.draft.payload.canonical()).collect();
    assert!(!text.contains(&version.digest.to_string()));
    assert!(text.contains(&runtime::redacted_digest(version.document.expose()).to_string()), "{text}");
}
