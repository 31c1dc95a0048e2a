//! Redis slow, dead, restarted, full, or turned into a replica.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use veralux_core::port::{Page, RuntimeProjection, RuntimeReader};
use veralux_core::secret::Secret;
use veralux_redis::{RedisRuntimeStore, RedisSettings};
use veralux_tests::redis::{PrivateRedis, RedisOptions};

use crate::setup::{Bench, did, id, kind, settings};

const A: &str = "+14155550101";
const LIMIT: Duration = Duration::from_millis(300);
/// What a busy machine may add to the limit.
const GRACE: Duration = Duration::from_secs(2);

fn hasty(redis: &PrivateRedis) -> RedisSettings {
    let mut settings = settings(&redis.url(), "x-");
    (settings.response_timeout, settings.connect_timeout) = (LIMIT, LIMIT);
    settings
}

/// Asks each kind of question; each must fail for now, in time.
async fn everything_fails_in_time(store: &RedisRuntimeStore, what: &str) {
    let started = Instant::now();
    assert_eq!(kind(&store.resolve(&did(A)).await), "transient", "{what}: resolve");
    assert_eq!(kind(&store.find_tenant(&did(A)).await), "transient", "{what}: find_tenant");
    assert_eq!(kind(&store.map_did(&id("oak"), &did(A)).await), "transient", "{what}: map_did");
    assert_eq!(kind(&store.list(&Page::first(9)).await), "transient", "{what}: list");
    assert_eq!(kind(&store.ping().await), "transient", "{what}: ping");
    assert!(started.elapsed() < LIMIT * 5 + GRACE, "{what}: took {:?}", started.elapsed());
}

/// Until a read succeeds; the connection is made anew behind the scenes.
async fn recovered(store: &RedisRuntimeStore) {
    let started = Instant::now();
    while store.ping().await.is_err() {
        assert!(started.elapsed() < Duration::from_secs(10), "no recovery");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_slow_redis_fails_in_time_and_recovers() {
    let mut redis = PrivateRedis::start(RedisOptions::default());
    let bench = Bench::on(&redis, "x-").await;
    bench.publish("oak", "oak 1", &[A], &[]).await.unwrap();
    let store = RedisRuntimeStore::connect(&hasty(&redis)).await.unwrap();

    redis.pause();
    everything_fails_in_time(&store, "paused").await;
    let late = RedisRuntimeStore::connect(&hasty(&redis)).await;
    assert_eq!(kind(&late), "transient", "connecting to a paused server");
    redis.resume();
    recovered(&store).await;
    assert_eq!(store.resolve(&did(A)).await.unwrap().unwrap().tenant, id("oak"));
}

#[tokio::test]
async fn a_dead_redis_fails_in_time_and_a_new_one_learns_the_scripts() {
    let mut redis = PrivateRedis::start(RedisOptions::default());
    let bench = Bench::on(&redis, "x-").await;
    bench.publish("oak", "oak 1", &[A], &[]).await.unwrap();
    let store = RedisRuntimeStore::connect(&hasty(&redis)).await.unwrap();
    assert!(store.resolve(&did(A)).await.unwrap().is_some());

    redis.kill();
    everything_fails_in_time(&store, "dead").await;
    redis.restart();
    // No wait: the first call must find the new server, be it a read or a write.
    store.map_did(&id("elm"), &did(A)).await.unwrap();
    assert!(store.resolve(&did(A)).await.unwrap().is_none(), "the new server is empty");
    let bench = Bench::on(&redis, "x-").await;
    bench.publish("elm", "elm 1", &[A], &[]).await.unwrap();
    assert_eq!(store.resolve(&did(A)).await.unwrap().unwrap().tenant, id("elm"));
}

/// A server that answers and lets its caller not in, while the connection is made anew.
#[tokio::test]
async fn whoever_was_not_let_in_for_a_while_is_let_in_again() {
    let redis = PrivateRedis::start(RedisOptions::default());
    let bench = Bench::on(&redis, "x-").await;
    bench.publish("oak", "oak 1", &[A], &[]).await.unwrap();
    redis.ask("ACL SETUSER app on >pw ~* +@all");
    let mut settings = hasty(&redis);
    settings.url = Secret::new(redis.url() + "?user=app&pass=pw");
    for (shut, open, expected) in [
        ("ACL SETUSER app resetpass >another", "ACL SETUSER app >pw", "not permitted"),
        ("ACL SETUSER app off", "ACL SETUSER app on", "not permitted"),
        ("CONFIG SET maxclients 1", "CONFIG SET maxclients 1000", "transient"),
    ] {
        let store = RedisRuntimeStore::connect(&settings).await.unwrap();
        redis.ask(shut);
        let _: u32 = bench.raw(&["CLIENT", "KILL", "USER", "app"]).await;
        for _ in 0..3 {
            assert_eq!(kind(&store.resolve(&did(A)).await), expected, "{shut}");
        }
        let _: () = bench.raw(&open.split(' ').collect::<Vec<_>>()).await;
        recovered(&store).await;
        assert!(store.resolve(&did(A)).await.unwrap().is_some(), "{shut}");
    }
}

#[tokio::test]
async fn it_is_another_one_once_it_may_have_lost_what_it_held() {
    let mut redis = PrivateRedis::start(RedisOptions::default());
    let bench = Bench::on(&redis, "x-").await;
    let store = RedisRuntimeStore::connect(&hasty(&redis)).await.unwrap();
    let mut seen = vec![store.incarnation().await.unwrap()];
    bench.publish("oak", "oak 1", &[A], &[]).await.unwrap();
    store.unmap_did(&id("oak"), &did(A)).await.unwrap();
    assert_eq!(store.incarnation().await.unwrap(), seen[0], "what is written here changes nothing");

    for emptied in ["FLUSHALL", "FLUSHDB", "FLUSHALL"] {
        redis.ask(emptied);
        seen.push(store.incarnation().await.unwrap());
    }
    redis.kill();
    assert_eq!(kind(&store.incarnation().await), "transient");
    redis.restart();
    recovered(&store).await;
    seen.push(store.incarnation().await.unwrap());
    let different: BTreeSet<_> = seen.iter().collect();
    assert_eq!(different.len(), seen.len(), "{seen:?}");
}

#[tokio::test]
async fn a_read_outlives_a_lost_connection() {
    let bench = Bench::shared().await;
    bench.publish("oak", "oak 1", &[A], &[]).await.unwrap();
    for _ in 0..20 {
        let _: i64 = bench.raw(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]).await;
        assert!(bench.store.resolve(&did(A)).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn forgotten_scripts_are_taught_again() {
    let bench = Bench::shared().await;
    for _ in 0..2 {
        let _: () = bench.raw(&["SCRIPT", "FLUSH"]).await;
        bench.publish("oak", "oak 1", &[A], &[]).await.unwrap();
        assert!(bench.store.resolve(&did(A)).await.unwrap().is_some());
        bench.store.unmap_did(&id("oak"), &did(A)).await.unwrap();
        bench.store.map_did(&id("oak"), &did(A)).await.unwrap();
    }
}

#[tokio::test]
async fn a_store_may_be_made_before_its_redis() {
    let mut redis = PrivateRedis::start(RedisOptions::default());
    redis.kill();
    let store = RedisRuntimeStore::new(&hasty(&redis)).unwrap();
    everything_fails_in_time(&store, "not there yet").await;
    redis.restart();
    store.map_did(&id("oak"), &did(A)).await.unwrap();
}

#[tokio::test]
async fn a_full_redis_is_transient_and_writes_nothing() {
    let redis = PrivateRedis::start(RedisOptions::default());
    let bench = Bench::on(&redis, "x-").await;
    bench.publish("oak", "oak 1", &[A], &[]).await.unwrap();
    let before = bench.dump().await;
    let _: () = bench.raw(&["CONFIG", "SET", "maxmemory", "1"]).await;
    let result = bench.publish("oak", "oak 2", &["+14155550102"], &[A]).await;
    assert_eq!(kind(&result), "transient");
    assert_eq!(bench.dump().await, before);
    assert!(bench.store.resolve(&did(A)).await.unwrap().is_some(), "reads go on");
    let _: () = bench.raw(&["CONFIG", "SET", "maxmemory", "0"]).await;
    bench.publish("oak", "oak 2", &["+14155550102"], &[A]).await.unwrap();
}

#[tokio::test]
async fn a_replica_reads_and_does_not_write() {
    let redis = PrivateRedis::start(RedisOptions::default());
    let bench = Bench::on(&redis, "x-").await;
    bench.publish("oak", "oak 1", &[A], &[]).await.unwrap();
    let before = bench.dump().await;
    let _: () = bench.raw(&["REPLICAOF", "127.0.0.1", "1"]).await;
    assert_eq!(kind(&bench.publish("oak", "oak 2", &[], &[A]).await), "transient");
    assert!(bench.store.resolve(&did(A)).await.unwrap().is_some());
    assert_eq!(bench.dump().await, before);
    let _: () = bench.raw(&["CONFIG", "SET", "replica-serve-stale-data", "no"]).await;
    assert_eq!(kind(&bench.store.resolve(&did(A)).await), "transient", "cut off from its master");
}

#[tokio::test]
async fn anothers_endless_script_is_transient() {
    let settings = vec![("busy-reply-threshold".to_owned(), "20".to_owned())];
    let redis = PrivateRedis::start(RedisOptions { settings, ..RedisOptions::default() });
    let bench = Bench::on(&redis, "x-").await;
    let mut endless = crate::setup::raw(&redis).await;
    let running = tokio::spawn(async move {
        let script = "while true do end";
        redis::cmd("EVAL").arg(script).arg(0).query_async::<()>(&mut endless).await
    });
    let result = loop {
        let result = bench.store.resolve(&did(A)).await;
        if result.is_err() {
            break result;
        }
    };
    assert_eq!(kind(&result), "transient");
    let _: () = bench.raw(&["SCRIPT", "KILL"]).await;
    running.await.unwrap().unwrap_err();
    assert!(bench.store.resolve(&did(A)).await.unwrap().is_none());
}
