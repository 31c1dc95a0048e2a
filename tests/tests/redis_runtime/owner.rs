//! One installation's, and nobody else's.

use veralux_core::port::{Conflict, Error, Projected, Publication, Result, RuntimeProjection};
use veralux_core::runtime::KeyNames;
use veralux_core::secret::Secret;
use veralux_redis::RedisRuntimeStore;
use veralux_tests::redis::{PrivateRedis, RedisOptions};

use crate::setup::{did, id, settings};

const A: &str = "+14155550101";

/// A store of this installation, whose keys begin so.
fn store(redis: &PrivateRedis, installation: &str, map: &str, config: &str) -> RedisRuntimeStore {
    let mut settings = settings(&redis.url(), "x");
    settings.keys = KeyNames::new(map, config, "cap").unwrap();
    settings.installation = Some(installation.to_owned());
    RedisRuntimeStore::new(&settings).unwrap()
}

async fn publish(store: &RedisRuntimeStore, document: &str) -> Result<()> {
    let document = Secret::new(document);
    let publication = Publication { document: &document, map: &[did(A)], unmap: &[], sequence: None };
    store.publish(&id("oak"), publication).await
}

fn assert_anothers<T: std::fmt::Debug>(outcome: &Result<T>, what: &str) {
    assert!(matches!(outcome, Err(Error::Conflict(Conflict::OtherInstallation))), "{what}: {outcome:?}");
}

#[tokio::test]
async fn what_is_half_anothers_is_not_half_ours() {
    let redis = PrivateRedis::start(RedisOptions::default());
    publish(&store(&redis, "one", "map", "cfg"), "1").await.unwrap();
    for (map, config, free) in [("map2", "cfg", "{map2:did:}"), ("map", "cfg2", "{cfg2:}")] {
        let other = store(&redis, "two", map, config);
        assert_anothers(&publish(&other, "2").await, "publishing");
        assert_anothers(&other.claim().await, "claiming");
        assert_eq!(redis.ask(&format!("EXISTS {free}:installation")), ":0", "{map} {config}");
    }
    publish(&store(&redis, "three", "map2", "cfg2"), "3").await.unwrap();
}

#[tokio::test]
async fn whose_redis_was_taken_over_writes_nothing_more() {
    let redis = PrivateRedis::start(RedisOptions::default());
    let (one, two) = (store(&redis, "one", "map", "cfg"), store(&redis, "two", "map", "cfg"));
    publish(&one, "1").await.unwrap();
    assert!(two.take_over().await.unwrap());
    publish(&two, "2").await.unwrap();
    assert_anothers(&publish(&one, "1").await, "publishing");
    assert_anothers(&one.map_did(&id("elm"), &did("+14155550102")).await, "mapping");
    assert_anothers(&one.unmap_did(&id("oak"), &did(A)).await, "unmapping");
    let entry = Projected::Config { tenant: "oak".to_owned(), document: Secret::new("2") };
    assert_anothers(&one.remove(&entry).await, "removing");
    for (key, value) in [("map:did:+14155550101", "oak"), ("cfg:oak", "2"), ("map:did:+14155550102", "")] {
        assert_eq!(redis.ask(&format!("GET {key}")), value, "{key}");
    }
    // Emptied, it is left to whose it was.
    redis.ask("FLUSHALL");
    assert_anothers(&publish(&one, "1").await, "before its owner is back");
    publish(&two, "2").await.unwrap();
    assert_eq!(redis.ask("EXISTS {map:did:}:installation {cfg:}:installation"), ":2");
}
