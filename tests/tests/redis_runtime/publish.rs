use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use veralux_core::port::{Conflict, Error, Projected, Publication, RuntimeProjection, RuntimeReader};
use veralux_core::secret::Secret;
use veralux_redis::{RedisRuntimeStore, RedisSettings};
use veralux_tests::redis::{PrivateRedis, RedisOptions};

use crate::setup::{Bench, did, dids, id, kind, shown};

const A: &str = "+14155550101";
const B: &str = "+14155550102";
const C: &str = "+14155550103";
const D: &str = "+14155550104";

#[tokio::test]
async fn the_keys_are_those_of_the_contract() {
    let redis = PrivateRedis::start(RedisOptions::default());
    let store = RedisRuntimeStore::connect(&RedisSettings::new(Secret::new(redis.url()))).await.unwrap();
    let document = Secret::new(r#"{"contractVersion":"v1"}"#);
    store
        .publish(
            &id("oak"),
            Publication { document: &document, map: &dids(&[A]), unmap: &[], sequence: None },
        )
        .await
        .unwrap();

    let mut raw = crate::setup::raw(&redis).await;
    let mut keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut raw).await.unwrap();
    keys.sort();
    assert_eq!(keys, ["tenantcfg:oak", "tenantmap:did:+14155550101"]);
    let tenant: String = redis::cmd("GET").arg(&keys[1]).query_async(&mut raw).await.unwrap();
    assert_eq!(tenant, "oak");
}

#[tokio::test]
async fn what_is_published_is_found() {
    let bench = Bench::shared().await;
    bench.publish("oak", "{\"n\":1}", &[A, B], &[]).await.unwrap();

    for number in [A, B] {
        assert_eq!(bench.store.find_tenant(&did(number)).await.unwrap(), Some(id("oak")));
        let found = bench.store.resolve(&did(number)).await.unwrap().unwrap();
        assert_eq!((found.tenant, found.document.expose()), (id("oak"), "{\"n\":1}"));
    }
    assert_eq!(bench.store.find_config(&id("oak")).await.unwrap().unwrap().expose(), "{\"n\":1}");
    assert!(bench.store.find_tenant(&did(C)).await.unwrap().is_none());
    assert!(bench.store.find_config(&id("elm")).await.unwrap().is_none());
    assert!(bench.store.resolve(&did(C)).await.unwrap().is_none());

    let before = bench.dump().await;
    bench.publish("oak", "{\"n\":1}", &[A, B], &[]).await.unwrap();
    assert_eq!(bench.dump().await, before, "publishing the same again");
}

#[tokio::test]
async fn a_did_without_a_configuration_does_not_resolve() {
    let bench = Bench::shared().await;
    bench.store.map_did(&id("oak"), &did(A)).await.unwrap();
    assert!(bench.store.resolve(&did(A)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_conflict_names_the_did_and_changes_nothing() {
    let bench = Bench::shared().await;
    bench.publish("elm", "elm 1", &[C], &[]).await.unwrap();
    bench.publish("oak", "oak 1", &[A], &[]).await.unwrap();
    let before = bench.dump().await;

    let error = bench.publish("oak", "oak 2", &[B, C, D], &[A]).await.unwrap_err();
    assert_eq!(error.conflict(), Some(&Conflict::DidTaken(did(C))));
    assert_eq!(bench.dump().await, before);
}

#[tokio::test]
async fn unmapping_takes_only_what_is_the_tenants_own() {
    let bench = Bench::shared().await;
    bench.publish("oak", "oak 1", &[A, B], &[]).await.unwrap();
    bench.publish("elm", "elm 1", &[C], &[]).await.unwrap();

    bench.publish("oak", "oak 2", &[B], &[A, C, D]).await.unwrap();
    let expected = ["cfg:elm=elm 1", "cfg:oak=oak 2", "map:did:+14155550102=oak", "map:did:+14155550103=elm"];
    assert_eq!(bench.dump().await, expected);

    bench.publish("oak", "oak 3", &[A, B], &[A]).await.unwrap();
    assert_eq!(
        bench.store.find_tenant(&did(A)).await.unwrap(),
        Some(id("oak")),
        "in both lists stays mapped"
    );
}

#[tokio::test]
async fn single_dids() {
    let bench = Bench::shared().await;
    let (oak, elm) = (id("oak"), id("elm"));
    bench.store.map_did(&oak, &did(A)).await.unwrap();
    bench.store.map_did(&oak, &did(A)).await.unwrap();
    let error = bench.store.map_did(&elm, &did(A)).await.unwrap_err();
    assert_eq!(error.conflict(), Some(&Conflict::DidTaken(did(A))));

    bench.store.unmap_did(&elm, &did(A)).await.unwrap();
    assert_eq!(bench.store.find_tenant(&did(A)).await.unwrap(), Some(oak.clone()), "another's is left alone");
    bench.store.unmap_did(&oak, &did(A)).await.unwrap();
    bench.store.unmap_did(&oak, &did(A)).await.unwrap();
    assert!(bench.store.find_tenant(&did(A)).await.unwrap().is_none());
}

#[tokio::test]
async fn an_entry_is_removed_only_with_the_value_it_was_seen_with() {
    let bench = Bench::shared().await;
    bench.publish("oak", "oak 2", &[A], &[]).await.unwrap();
    let config = |text: &str| Projected::Config { tenant: "oak".into(), document: Secret::new(text) };
    let mapping = |tenant: &str| Projected::Did { did: A.into(), tenant: tenant.into() };
    for (entry, removed, what) in [
        (config("oak 1"), false, "an older document"),
        (mapping("elm"), false, "another owner"),
        (config("oak 2"), true, "the document"),
        (mapping("oak"), true, "the owner"),
        (config("oak 2"), false, "gone already"),
    ] {
        assert_eq!(bench.store.remove(&entry).await.unwrap(), removed, "{what}");
    }
    assert!(bench.dump().await.is_empty());
}

/// Documents name the DIDs that they are published with, so that a reader can tell a mix.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_reader_sees_half_a_publish() {
    let bench = Arc::new(Bench::shared().await);
    let (stop, seen) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    bench.publish("oak", A, &[A], &[B]).await.unwrap();

    let readers: Vec<_> = (0..6)
        .map(|reader| {
            let (bench, stop, seen) = (bench.clone(), stop.clone(), seen.clone());
            let number = if reader % 2 == 0 { A } else { B };
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    if let Some(found) = bench.store.resolve(&did(number)).await.unwrap() {
                        assert_eq!(found.document.expose(), number, "a document without its DIDs");
                        seen.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();

    let (started, mut rounds) = (Instant::now(), 0);
    let enough = |rounds: usize| rounds >= 500 && seen.load(Ordering::Relaxed) >= 500;
    while !enough(rounds) && started.elapsed() < Duration::from_secs(20) {
        bench.publish("oak", B, &[B], &[A]).await.unwrap();
        bench.publish("oak", A, &[A], &[B]).await.unwrap();
        rounds += 1;
        if readers.iter().any(JoinHandle::is_finished) {
            break;
        }
    }
    stop.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
    assert!(enough(rounds), "the readers saw too little to tell");
}

#[tokio::test]
async fn keys_of_another_type_leave_nothing_half_written() {
    for (garbage, what) in
        [("%map:did:+14155550102", "a DID to map"), ("%map:did:+14155550104", "a DID to unmap")]
    {
        let bench = Bench::shared().await;
        let _: i64 = bench.raw(&["HSET", garbage, "field", "value"]).await;
        let result = bench.publish("oak", "oak 1", &[A, B], &[C, D]).await;
        assert_eq!(kind(&result), "permanent", "{what}");
        let keys: Vec<String> = bench.raw(&["KEYS", "%*"]).await;
        assert_eq!(keys, [garbage.replace('%', &bench.prefix)], "{what}");
    }
}

#[tokio::test]
async fn a_publish_heals_a_configuration_of_another_type() {
    let bench = Bench::shared().await;
    let _: i64 = bench.raw(&["HSET", "%cfg:oak", "field", "value"]).await;
    assert_eq!(kind(&bench.store.find_config(&id("oak")).await), "permanent");
    bench.publish("oak", "oak 1", &[A], &[]).await.unwrap();
    assert_eq!(bench.store.resolve(&did(A)).await.unwrap().unwrap().document.expose(), "oak 1");
}

#[tokio::test]
async fn what_cannot_be_read_is_permanent_and_not_quoted() {
    let bench = Bench::shared().await;
    let _: () = bench.raw(&["SET", "%map:did:+14155550101", "secret tenant"]).await;
    let _: () = bench.raw(&["SET", "%map:did:+14155550102", "oak"]).await;
    let _: i64 = bench.raw(&["LPUSH", "%map:did:+14155550103", "secret"]).await;
    let key = format!("{}cfg:oak", bench.prefix);
    let _: () = bench.ask(redis::cmd("SET").arg(key).arg(b"secret\xff")).await;

    let permanent = |result: Option<Error>, what: &str| {
        let error = result.unwrap_or_else(|| panic!("{what} could be read"));
        assert!(matches!(error, Error::Permanent { .. }), "{what}: {error:?}");
        let text = shown(&error);
        assert!(!text.contains("secret") && !text.contains("5550"), "{what}: {text}");
    };
    permanent(bench.store.find_tenant(&did(A)).await.err(), "a tenant that is none");
    permanent(bench.store.resolve(&did(A)).await.err(), "a tenant that is none, resolved");
    permanent(bench.store.resolve(&did(B)).await.err(), "a document that is no text");
    permanent(bench.store.find_config(&id("oak")).await.err(), "a document that is no text, by tenant");
    permanent(bench.store.find_tenant(&did(C)).await.err(), "a list");
    permanent(bench.store.resolve(&did(C)).await.err(), "a list, resolved");
}
