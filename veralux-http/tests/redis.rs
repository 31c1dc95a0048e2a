//! The real server beside a real Redis: published, away, back, and somebody else's data.

#![cfg(test)]

use std::time::{Duration, Instant};

use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{Publication, RuntimeProjection as _, RuntimeReader as _};
use veralux_core::secret::Secret;
use veralux_redis::{RedisRuntimeStore, RedisSettings};
use veralux_tests::redis::{PrivateRedis, RedisOptions};
use veralux_tests::server::{Answer, Server};

const DID: &str = "+14155550123";

fn config(rate: &str) -> String {
    format!(
        r#"{{"contractVersion":"v1","tenantId":"oak","dids":["{DID}"],"webhookSecret":"s3cret",
        "caps":{{"maxConcurrentCallsTenant":4,"maxCallsPerMinuteTenant":30}},
        "stt":{{"mode":"disabled","chunkMs":400}},"tts":{{"mode":"kokoro_http","kokoroUrl":"http://tts","rate":{rate}}},
        "audio":{{}}}}"#
    )
}

fn server(redis: &PrivateRedis) -> Server {
    let url = redis.url();
    let server =
        Server::start(env!("CARGO_BIN_EXE_veralux"), &[("REDIS_URL", &*url), ("RECONCILE_SECONDS", "1")]);
    assert_eq!(server.call("POST", "/api/admin/tenants", r#"{"id":"oak","name":"Oak"}"#).status, 201);
    server
}

fn publish(server: &Server, rate: &str) -> Answer {
    server.call("POST", "/api/admin/runtime/tenants/oak/config", &config(rate))
}

/// What a call would find, read as the voice runtime does.
async fn resolved(redis: &PrivateRedis) -> Option<String> {
    let store = RedisRuntimeStore::connect(&RedisSettings::new(Secret::new(redis.url()))).await.unwrap();
    let found = store.resolve(&E164::parse(DID).unwrap()).await.unwrap();
    found.map(|found| found.document.expose().to_owned())
}

/// Asks again until it is so; the wait is bounded only so that a failure ends.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < Duration::from_mins(1), "not so: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn what_is_published_is_what_a_call_finds_and_a_lost_redis_is_filled_again() {
    let mut redis = PrivateRedis::start(RedisOptions::default());
    let server = server(&redis);
    assert_eq!(publish(&server, "1.1").status, 200);
    assert_eq!(resolved(&redis).await, Some(config("1.1")), "byte for byte");

    redis.kill();
    let away = publish(&server, "1.2");
    assert!(away.status == 200 && away.body.contains(r#""projected":false"#), "{}", away.body);
    let ready = server.call("GET", "/ready", "");
    assert_eq!(ready.status, 503);
    assert!(
        ready.body.contains(r#""database":"up","runtimeStore":"down","publishesWaiting":1"#),
        "{}",
        ready.body
    );
    assert!(ready.body.contains(r#""detail":"redis: down, 1 publish waits""#), "{}", ready.body);
    let current = server.call("GET", "/api/admin/runtime/tenants/oak/config", "");
    assert!(current.body.contains(r#""rate":1.2"#), "it is stored: {}", current.body);
    assert!(!current.body.contains("s3cret"));

    // It comes back empty, and is brought in line without anybody's doing.
    redis.restart();
    until("Redis holds what was published while it was away", async || {
        resolved(&redis).await == Some(config("1.2"))
    })
    .await;
    assert_eq!(server.call("GET", "/ready", "").status, 200);
    let again = publish(&server, "1.2");
    assert!(again.status == 200 && again.body.contains(r#""changed":false"#), "{}", again.body);
    assert!(!server.log().contains("s3cret") && !server.log().contains("4155550123"));
}

#[tokio::test]
async fn a_full_redis_is_down_and_all_that_waits_is_counted() {
    let redis = PrivateRedis::start(RedisOptions::default());
    let server = server(&redis);
    assert_eq!(server.call("POST", "/api/admin/tenants", r#"{"id":"elm","name":"Elm"}"#).status, 201);
    redis.ask("CONFIG SET maxmemory-policy noeviction");
    redis.ask("CONFIG SET maxmemory 1");
    let elm = config("1.1").replace("oak", "elm").replace(DID, "+14155550124");
    for (tenant, config) in [("oak", config("1.1")), ("elm", elm)] {
        let away = server.call("POST", &format!("/api/admin/runtime/tenants/{tenant}/config"), &config);
        assert!(away.status == 200 && away.body.contains(r#""projected":false"#), "{}", away.body);
    }
    // For as long as it lasts.
    for _ in 0..25 {
        let ready = server.call("GET", "/ready", "");
        assert_eq!(ready.status, 503, "{}", ready.body);
        assert!(ready.body.contains(r#""detail":"redis: down, 2 publishes wait""#), "{}", ready.body);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    redis.ask("CONFIG SET maxmemory 0");
    until("it is ready again", async || server.call("GET", "/ready", "").status == 200).await;
    until("a call finds it", async || resolved(&redis).await == Some(config("1.1"))).await;
}

/// What a server says that does not start over a Redis.
fn refused(url: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_veralux"))
        .args(["serve", "--listen", "127.0.0.1:0", "--redis", url])
        .current_dir(directory.path())
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn a_redis_that_refuses_the_password_stops_the_start_and_names_the_setting() {
    let redis =
        PrivateRedis::start(RedisOptions { password: Some("right".into()), ..RedisOptions::default() });
    let text = refused(&redis.url_with_password("wrong"));
    assert!(
        text.contains("REDIS_URL (--redis)") && text.contains("a user of this name and password"),
        "{text}"
    );
}

#[tokio::test]
async fn it_starts_while_redis_is_away() {
    let mut redis = PrivateRedis::start(RedisOptions::default());
    redis.kill();
    let server = server(&redis);
    assert!(server.output().contains("does not answer"), "{}", server.output());
    let away = publish(&server, "1.1");
    assert!(away.status == 200 && away.body.contains(r#""projected":false"#), "{}", away.body);
    redis.restart();
    until("Redis holds what was published", async || resolved(&redis).await == Some(config("1.1"))).await;
}

#[tokio::test]
async fn a_new_database_does_not_empty_a_redis_in_use() {
    let redis = PrivateRedis::start(RedisOptions::default());
    let store = RedisRuntimeStore::connect(&RedisSettings::new(Secret::new(redis.url()))).await.unwrap();
    let (elm, did) = (TenantId::parse("elm").unwrap(), E164::parse(DID).unwrap());
    let document = Secret::new(r#"{"somebody":"else's"}"#);
    store
        .publish(&elm, Publication { document: &document, map: &[did], unmap: &[], sequence: None })
        .await
        .unwrap();
    let server = server(&redis);
    until("it says why nothing was removed", async || server.log().contains("is it the right database"))
        .await;
    assert_eq!(resolved(&redis).await.as_deref(), Some(document.expose()));
}

/// What `veralux runtime take-over` prints for a server's database.
fn take_over(server: &Server, redis: &PrivateRedis) -> String {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_veralux"))
        .args(["runtime", "take-over", "--redis", &redis.url()])
        .current_dir(server.directory())
        .env_clear()
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed} {}", String::from_utf8_lossy(&output.stderr));
    printed
}

#[tokio::test]
async fn another_installation_changes_nothing_until_it_takes_the_redis_over() {
    let redis = PrivateRedis::start(RedisOptions::default());
    let first = server(&redis);
    assert_eq!(publish(&first, "1.1").status, 200);

    // Another database, whose one tenant is published at another number.
    let second = server(&redis);
    let other = config("1.3").replace(DID, "+14155550124");
    let published = second.call("POST", "/api/admin/runtime/tenants/oak/config", &other);
    assert!(published.status == 200 && published.body.contains(r#""projected":false"#), "{}", published.body);
    let ready = second.call("GET", "/ready", "");
    assert_eq!(ready.status, 503);
    assert!(ready.body.contains(r#""runtimeStore":"foreign","publishesWaiting":1"#), "{}", ready.body);
    until("it warns", async || second.log().contains("another installation's: give this one")).await;
    let repair = second.call("POST", "/api/admin/runtime/reconcile", "");
    assert_eq!(repair.status, 503, "{}", repair.body);
    assert_eq!(resolved(&redis).await, Some(config("1.1")), "nothing was removed");
    assert_eq!(redis.ask("EXISTS tenantmap:did:+14155550124"), ":0", "nothing was written");
    assert_eq!(first.call("GET", "/ready", "").status, 200);
    assert_eq!(second.log().matches("another installation's: give").count(), 1, "{}", second.log());

    // Emptied, it is filled again by whose it was.
    redis.ask("FLUSHALL");
    until("the first fills it again", async || resolved(&redis).await == Some(config("1.1"))).await;
    assert_eq!(second.call("GET", "/ready", "").status, 503);

    assert!(take_over(&second, &redis).contains(r#""wasAnothers":true"#));
    until("the second writes", async || redis.ask("GET tenantmap:did:+14155550124") == "oak").await;
    until("the second is ready", async || second.call("GET", "/ready", "").status == 200).await;
    until("what the first wrote is removed", async || resolved(&redis).await.is_none()).await;
    assert!(first.call("GET", "/ready", "").body.contains(r#""runtimeStore":"foreign""#));
    assert!(take_over(&second, &redis).contains(r#""wasAnothers":false"#));
}

#[tokio::test]
async fn a_redis_of_an_earlier_build_is_adopted() {
    let redis = PrivateRedis::start(RedisOptions::default());
    let server = server(&redis);
    assert_eq!(publish(&server, "1.1").status, 200);
    for key in ["{tenantmap:did:}:installation", "{tenantcfg:}:installation"] {
        assert_eq!(redis.ask(&format!("DEL {key}")), ":1", "{key}");
    }
    assert_eq!(publish(&server, "1.2").status, 200);
    assert_eq!(resolved(&redis).await, Some(config("1.2")));
    assert_eq!(redis.ask("EXISTS {tenantmap:did:}:installation {tenantcfg:}:installation"), ":2");
}

#[test]
fn a_redis_that_can_never_do_stops_the_start() {
    let redis = PrivateRedis::start(RedisOptions { cluster: true, ..RedisOptions::default() });
    let text = refused(&redis.url());
    assert!(text.contains("cluster mode"), "{text}");
}

/// What DEPLOYMENT.md says that a user needs.
const DOCUMENTED: &str = "~tenantmap:* ~tenantcfg:* ~{tenantmap:* ~{tenantcfg:* ~veralux:* \
    +@connection +info +eval +evalsha +get +set +del +mget +scan +incr +pttl +pexpire";

/// The URL of a user with these rights.
fn user(redis: &PrivateRedis, rights: &str) -> String {
    assert_eq!(redis.ask(&format!("ACL SETUSER app reset on >pw {rights}")), "+OK", "{rights}");
    redis.url() + "?user=app&pass=pw"
}

#[test]
fn a_user_without_a_right_stops_the_start_and_the_right_is_named() {
    let redis = PrivateRedis::start(RedisOptions::default());
    for (lacks, named) in [
        ("-eval", "`EVAL`"),
        ("-evalsha", "`EVAL` and `EVALSHA`"),
        ("-eval -evalsha", "`EVAL` and `EVALSHA`"),
        ("-scan", "`SCAN`"),
        ("-info", "`INFO`"),
        ("-get", "`GET` of the contract"),
        ("-set", "`SET` of the contract"),
        ("-del", "`DEL` of the contract"),
        ("-mget", "`MGET` of the contract"),
        ("-incr", "`INCR` of the counters"),
        ("-pttl", "`PTTL` of the counters"),
        ("-pexpire", "`PEXPIRE` of the counters"),
    ] {
        let text = refused(&user(&redis, &format!("{DOCUMENTED} {lacks}")));
        assert!(text.contains(named) && text.contains("DEPLOYMENT.md"), "{lacks}: {text}");
    }
    for (pattern, named) in [
        ("~tenantmap:*", "`GET` of the contract"),
        ("~tenantcfg:*", "`GET` of the contract"),
        ("~{tenantcfg:*", "keys in braces"),
        ("~veralux:*", "`INCR` of the counters"),
    ] {
        let text = refused(&user(&redis, &DOCUMENTED.replace(pattern, "")));
        assert!(text.contains(named), "{pattern}: {text}");
    }
}

#[tokio::test]
async fn a_user_who_loses_a_right_or_his_password_is_told_of() {
    let redis = PrivateRedis::start(RedisOptions::default());
    let url = user(&redis, DOCUMENTED);
    let server = Server::start(
        env!("CARGO_BIN_EXE_veralux"),
        &[("REDIS_URL", url.as_str()), ("RECONCILE_SECONDS", "3600")],
    );
    let ready = || server.call("GET", "/ready", "");
    assert_eq!(ready().status, 200, "{}", ready().body);

    redis.ask("ACL SETUSER app -scan");
    assert!(
        ready().status == 503 && ready().body.contains(r#""runtimeStore":"refused""#),
        "{}",
        ready().body
    );
    assert!(ready().body.contains(r#""detail":"redis: refuses `SCAN`""#), "{}", ready().body);
    redis.ask("ACL SETUSER app +scan");
    assert_eq!(ready().status, 200, "{}", ready().body);

    redis.ask("ACL SETUSER app resetpass >another");
    redis.ask("CLIENT KILL USER app");
    until("the log says why", async || server.log().contains("Redis cannot be asked")).await;
    assert!(ready().body.contains(r#""runtimeStore":"refused""#), "{}", ready().body);
    // It looks each second.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    redis.ask("ACL SETUSER app >pw");
    until("the log says that it is over", async || server.log().contains("Redis answers again\"")).await;
    assert_eq!(server.log().matches("Redis cannot be asked").count(), 1, "{}", server.log());
    assert_eq!(ready().status, 200, "{}", ready().body);
}

/// `RateLimit-Remaining` of an answer.
fn remaining(answer: &Answer) -> u32 {
    let line = answer.head.lines().find_map(|line| line.strip_prefix("ratelimit-remaining: "));
    line.unwrap_or_else(|| panic!("{}", answer.head)).trim().parse().unwrap()
}

#[test]
fn requests_are_counted_in_redis_and_without_it() {
    let mut redis = PrivateRedis::start(RedisOptions::default());
    let server = server(&redis);
    let ask = || server.call("GET", "/api/admin/tenants/oak", "");
    let first = remaining(&ask());
    // What another node counts shows here: the key is the caller's on all of them.
    let count = r#"EVAL "return redis.call('INCR', redis.call('KEYS', 'veralux:rate:*')[1])" 0"#;
    assert_eq!(redis.ask(count), ":3", "one for the tenant, one for the look at it, one more");
    assert_eq!(remaining(&ask()), first - 2);

    redis.kill();
    let began = Instant::now();
    let alone: Vec<u32> = (0..5).map(|_| remaining(&ask())).collect();
    assert!(alone.windows(2).all(|pair| pair[1] == pair[0] - 1), "the node goes on alone: {alone:?}");
    assert!(began.elapsed() < Duration::from_secs(3), "nobody waits long: {:?}", began.elapsed());
}
