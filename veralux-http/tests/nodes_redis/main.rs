//! Two real servers over one PostgreSQL and one Redis: who publishes at once, who takes over, who counts, who goes on without.

#![cfg(test)]

mod faults;
mod proxy;

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::runtime::Runtime;
use veralux_core::phone::E164;
use veralux_core::port::RuntimeReader as _;
use veralux_core::secret::Secret;
use veralux_postgres::{ROLES, migrate_up};
use veralux_redis::{RedisRuntimeStore, RedisSettings};
use veralux_tests::postgres::{Database, PrivatePostgres, connect};
use veralux_tests::redis::{PrivateRedis, RedisOptions};
use veralux_tests::server::{Answer, Server};

const DID: &str = "+14155550123";
const NUMBER: &str = "+14155550124";
const CONFIG: &str = "/api/admin/runtime/tenants/oak/config";
const ROOT_KEY: &str = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";

struct Installation {
    runtime: Runtime,
    database: Database,
    redis: PrivateRedis,
}

impl Installation {
    fn new() -> Self {
        let migrate = async |url: String| {
            migrate_up(&url).await.unwrap();
        };
        let runtime = Runtime::new().unwrap();
        let database = runtime.block_on(PrivatePostgres::shared().database(ROLES, "veralux", migrate));
        Self { runtime, database, redis: PrivateRedis::start(RedisOptions::default()) }
    }

    /// Two servers, and the tenant `oak`.
    fn two_nodes(&self) -> [Server; 2] {
        let redis = self.redis.url();
        self.nodes_by([&redis, &redis])
    }

    /// The same, each by a way of its own to Redis. No comparison repairs what the outbox should.
    fn nodes_by(&self, ways: [&str; 2]) -> [Server; 2] {
        let nodes = ways.map(|redis| {
            let variables = [
                ("DATABASE_URL", &*self.database.service_url),
                ("VERALUX_ROOT_KEYS", ROOT_KEY),
                ("REDIS_URL", redis),
                ("RECONCILE_SECONDS", "86400"),
            ];
            Server::start(env!("CARGO_BIN_EXE_veralux"), &variables)
        });
        let oak = format!(r#"{{"id":"oak","name":"Oak","numbers":["{NUMBER}"]}}"#);
        let oak = nodes[0].call("POST", "/api/admin/tenants", &oak);
        assert_eq!(oak.status, 201, "{}", oak.body);
        nodes
    }

    /// Does something in the middle of a transaction that is taken back.
    fn amid(&self, sql: &str, act: impl FnOnce()) {
        let client = self.runtime.block_on(connect(&self.database.superuser_url));
        self.runtime.block_on(client.batch_execute(&format!("BEGIN; {sql}"))).unwrap();
        act();
        self.runtime.block_on(client.batch_execute("ROLLBACK")).unwrap();
    }

    /// The mark of the document that a call finds.
    fn mark(&self) -> Option<String> {
        let settings = RedisSettings::new(Secret::new(self.redis.url()));
        let found = self.runtime.block_on(async {
            let store = RedisRuntimeStore::connect(&settings).await.unwrap();
            store.resolve(&E164::parse(DID).unwrap()).await.unwrap()
        })?;
        let document: Value = serde_json::from_str(found.document.expose()).unwrap();
        Some(document["webhookSecretRef"].as_str().unwrap().to_owned())
    }
}

fn publish(node: &Server, mark: &str) -> Answer {
    let document = format!(
        r#"{{"contractVersion":"v1","tenantId":"oak","dids":["{DID}"],"webhookSecretRef":"{mark}",
        "caps":{{"maxConcurrentCallsTenant":4,"maxCallsPerMinuteTenant":30}},
        "stt":{{"mode":"disabled","chunkMs":400}},"tts":{{"mode":"kokoro_http","kokoroUrl":"http://tts"}},"audio":{{}}}}"#
    );
    node.call("POST", CONFIG, &document)
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

fn remaining(answer: &Answer) -> i64 {
    let line = answer.head.lines().find_map(|line| line.strip_prefix("ratelimit-remaining: "));
    line.unwrap_or_else(|| panic!("{}", answer.head)).trim().parse().unwrap()
}

fn waiting(node: &Server) -> Value {
    json(&node.call("GET", "/ready", ""))["publishesWaiting"].clone()
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_mins(1), "not so: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn two_nodes_publish_at_once_and_the_newest_stays() {
    let installation = Installation::new();
    let nodes = installation.two_nodes();
    std::thread::scope(|scope| {
        for (node, name) in nodes.iter().zip(["a", "b"]) {
            scope.spawn(move || {
                for round in 0..25 {
                    let answer = publish(node, &format!("{name}{round}"));
                    assert_eq!(answer.status, 200, "{}", answer.body);
                }
            });
        }
    });
    until("nothing waits", || nodes.iter().all(|node| waiting(node) == 0));
    let current = json(&nodes[0].call("GET", CONFIG, ""));
    assert_eq!(installation.mark().as_deref(), current["webhookSecretRef"].as_str(), "the newest version");
    let report = json(&nodes[1].call("GET", "/api/admin/runtime/reconcile", ""));
    assert_eq!(report["differing"], 0, "{report}");
}

#[test]
fn what_a_dead_node_published_another_brings_to_redis() {
    let mut installation = Installation::new();
    let [mut dying, other] = installation.two_nodes();
    assert_eq!(json(&publish(&dying, "before"))["projected"], true);
    assert_eq!(installation.mark().as_deref(), Some("before"));

    installation.redis.kill();
    let accepted = publish(&dying, "meanwhile");
    assert_eq!((accepted.status, &json(&accepted)["projected"]), (200, &Value::Bool(false)));
    dying.kill();
    let ready = other.call("GET", "/ready", "");
    assert_eq!((ready.status, &json(&ready)["detail"]), (503, &"redis: down, 1 publish waits".into()));

    installation.redis.restart();
    until("the other node has written it", || installation.mark().as_deref() == Some("meanwhile"));
    until("nothing waits", || waiting(&other) == 0);
    assert_eq!(other.call("GET", "/ready", "").status, 200);
}

#[test]
fn a_redis_that_comes_back_empty_is_filled_without_waiting_for_the_next_comparison() {
    let mut installation = Installation::new();
    let nodes = installation.two_nodes();
    assert_eq!(json(&publish(&nodes[0], "it"))["projected"], true);
    installation.redis.kill();
    installation.redis.restart();
    until("it is there again", || installation.mark().as_deref() == Some("it"));
    for emptied in ["FLUSHALL", "FLUSHDB"] {
        assert_eq!(installation.redis.ask(emptied), "+OK");
        until("it is there again", || installation.mark().as_deref() == Some("it"));
    }
}

#[test]
fn requests_count_whichever_node_they_come_to() {
    let installation = Installation::new();
    let nodes = installation.two_nodes();
    let ask = |node: &Server| remaining(&node.call("GET", "/api/admin/tenants/oak", ""));
    let first = ask(&nodes[0]);
    for asked in 1..10 {
        assert_eq!(ask(&nodes[asked % 2]), first - i64::try_from(asked).unwrap());
    }
}
