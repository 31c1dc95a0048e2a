//! Redis stands still, or one node cannot reach it: nobody waits for it longer than stated, and nobody has to put anything
//! right afterwards.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use veralux_tests::server::{Answer, Server};
use veralux_tests::twilio::inbound_sms;

use super::proxy::Proxy;
use super::{CONFIG, Installation, NUMBER, json, publish, until, waiting};

/// How long a server waits for Redis.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long `/ready` waits for everything.
const READY: Duration = Duration::from_secs(2);
/// What a slow machine may add to a bound.
const SLOWNESS: Duration = Duration::from_secs(1);

fn timed<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let done = act();
    (done, began.elapsed())
}

/// Publishes where Redis does not answer: accepted, in time, and it waits.
fn publish_in_vain(node: &Server, mark: &str) {
    let (accepted, took) = timed(|| publish(node, mark));
    assert_eq!((accepted.status, &json(&accepted)["projected"]), (200, &Value::Bool(false)));
    assert!(took < PATIENCE + SLOWNESS, "{took:?}");
    assert_eq!(json(&node.call("GET", CONFIG, ""))["webhookSecretRef"], mark);
}

/// What a server says of itself, within a bound.
fn ready_within(node: &Server, bound: Duration) -> (u16, Value) {
    let (ready, took) = timed(|| node.call("GET", "/ready", ""));
    assert!(took < bound + SLOWNESS, "{took:?}: {}", ready.body);
    (ready.status, json(&ready))
}

fn is_ready(node: &Server) -> bool {
    node.call("GET", "/ready", "").status == 200
}

/// Webhooks and admin requests, most of which must not have waited for Redis.
fn goes_on(node: &Server, first: usize) {
    let mut times = Vec::new();
    let mut take = |what: &str, (answer, took): (Answer, Duration)| {
        assert_eq!(answer.status, 200, "{what}: {}", answer.body);
        times.push(took);
    };
    for number in first..first + 10 {
        let webhook = inbound_sms(&format!("SM{number:032x}"), "+15035550126", NUMBER, &number.to_string());
        take("a webhook", timed(|| webhook.deliver(node).unwrap()));
        take("an admin request", timed(|| node.call("GET", "/api/admin/tenants/oak", "")));
    }
    times.sort_unstable();
    assert!(times[times.len() * 3 / 4] < PATIENCE / 2, "{times:?}");
}

/// Both nodes write into Redis, and find nothing there that should not be.
fn assert_agreed(installation: &Installation, nodes: &[Server; 2]) {
    for (node, mark) in nodes.iter().zip(["then", "at last"]) {
        assert_eq!(json(&publish(node, mark))["projected"], true);
        assert_eq!(installation.mark().as_deref(), Some(mark));
    }
    for node in nodes {
        assert_eq!(json(&node.call("GET", CONFIG, ""))["webhookSecretRef"], "at last");
        let report = json(&node.call("GET", "/api/admin/runtime/reconcile", ""));
        assert_eq!(report["differing"], 0, "{report}");
        assert_eq!(ready_within(node, READY).0, 200);
    }
}

#[test]
fn a_redis_that_stands_still_holds_nobody_up() {
    let mut installation = Installation::new();
    let nodes = installation.two_nodes();
    assert_eq!(json(&publish(&nodes[0], "before"))["projected"], true);
    installation.redis.pause();
    for (node, mark) in nodes.iter().zip(["meanwhile", "newest"]) {
        publish_in_vain(node, mark);
    }
    for (node, first) in nodes.iter().zip([0, 100]) {
        goes_on(node, first);
        let (status, told) = ready_within(node, PATIENCE);
        assert_eq!(status, 503);
        assert_eq!((&told["database"], &told["runtimeStore"]), (&json!("up"), &json!("down")));
        assert_eq!(told["detail"], "redis: down, 1 publish waits");
    }
    installation.redis.resume();
    until("what waited is written", || installation.mark().as_deref() == Some("newest"));
    until("nothing waits", || nodes.iter().all(|node| is_ready(node) && waiting(node) == 0));
    assert_agreed(&installation, &nodes);
}

#[test]
fn a_node_that_cannot_reach_redis_leaves_it_to_the_other() {
    let installation = Installation::new();
    let proxy = Proxy::before(&installation.redis);
    let nodes = installation.nodes_by([&proxy.url, &installation.redis.url()]);
    let [cut_off, other] = &nodes;
    assert_eq!(json(&publish(cut_off, "before"))["projected"], true);
    proxy.silence(true);
    publish_in_vain(cut_off, "meanwhile");
    until("the other node has written it", || installation.mark().as_deref() == Some("meanwhile"));
    assert_eq!(json(&publish(other, "newest"))["projected"], true);
    assert_eq!(installation.mark().as_deref(), Some("newest"));
    for (node, first) in nodes.iter().zip([0, 100]) {
        goes_on(node, first);
    }
    let (status, told) = ready_within(cut_off, PATIENCE);
    assert_eq!((status, &told["detail"]), (503, &json!("redis: down")));
    until("nothing waits", || is_ready(other) && waiting(other) == 0);
    proxy.silence(false);
    until("it reaches it again", || is_ready(cut_off));
    assert_eq!(installation.mark().as_deref(), Some("newest"), "nothing older comes late");
    assert_agreed(&installation, &nodes);
}

#[test]
fn whatever_does_not_answer_readiness_is_told_soon() {
    let mut installation = Installation::new();
    let [node, _other] = installation.two_nodes();
    let lock = "LOCK TABLE runtime_outbox IN ACCESS EXCLUSIVE MODE";
    installation.redis.pause();
    let (status, told) = ready_within(&node, PATIENCE);
    assert_eq!((status, &told["detail"]), (503, &json!("redis: down")));
    installation.amid(lock, || {
        // It says that it takes writes, and not what waits.
        let (status, told) = ready_within(&node, READY);
        assert_eq!((status, &told["detail"]), (503, &json!("database: down; redis: down")));
    });
    installation.redis.resume();
    installation.amid(lock, || {
        let (status, told) = ready_within(&node, READY);
        assert_eq!((status, &told["detail"]), (503, &json!("database: down")));
        assert_eq!(told["runtimeStore"], "up");
    });
    until("it is ready again", || is_ready(&node));
}
