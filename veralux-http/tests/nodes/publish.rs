//! Configurations that are published on one node and read on the other, and nodes that die in the middle of it.

use std::time::Instant;

use serde_json::{Value, json};
use veralux_core::phone::E164;
use veralux_core::port::RuntimeReader as _;
use veralux_core::secret::Secret;
use veralux_redis::{RedisRuntimeStore, RedisSettings};
use veralux_tests::redis::{PrivateRedis, RedisOptions};
use veralux_tests::server::{Answer, Server};

use super::setup::{Installation, NUMBER, assert_whole, json_of, kill, tell, until};

const CONFIG: &str = "/api/admin/runtime/tenants/oak/config";
/// A DID that is in every other document.
const OTHER: &str = "+14155550199";

/// The document of a round: each differs, and so do its DIDs.
fn document(round: usize) -> String {
    let dids = if round.is_multiple_of(2) { vec![NUMBER] } else { vec![NUMBER, OTHER] };
    json!({
        "contractVersion": "v1", "tenantId": "oak", "dids": dids, "webhookSecret": "hush-hush",
        "caps": {"maxConcurrentCallsTenant": 4, "maxCallsPerMinuteTenant": 30},
        "stt": {"mode": "disabled", "chunkMs": 400}, "audio": {},
        "tts": {"mode": "kokoro_http", "kokoroUrl": "http://tts", "voice": format!("voice{round}")},
    })
    .to_string()
}

fn publish(node: &Server, round: usize) -> Option<Answer> {
    let headers = [("x-admin-key", veralux_tests::server::ADMIN_KEY), ("content-type", "application/json")];
    node.try_call("POST", CONFIG, &headers, &document(round))
}

/// The round whose document is current on a node; `None` before the first.
fn current(node: &Server) -> Option<usize> {
    let answer = node.call("GET", CONFIG, "");
    if answer.status == 404 {
        return None;
    }
    let voice = json_of(&answer)["tts"]["voice"].as_str().unwrap().strip_prefix("voice").unwrap().to_owned();
    Some(voice.parse().unwrap())
}

fn is_mapped(node: &Server, did: &str) -> bool {
    let answer = node.call("GET", &format!("/api/admin/runtime/dids/{did}"), "");
    assert!(matches!(answer.status, 200 | 404), "{}", answer.body);
    answer.status == 200
}

#[test]
fn what_one_node_publishes_the_other_reads() {
    let installation = Installation::new();
    let (a, b) = installation.two_nodes(&[]);
    let mut times = Vec::new();
    for round in 0..100 {
        let (writer, reader) = if round % 3 == 0 { (&b, &a) } else { (&a, &b) };
        let answer = publish(writer, round).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        times.push(until("the other node reads it", || current(reader) == Some(round)));
        assert_eq!(is_mapped(reader, OTHER), round % 2 == 1);
    }
    tell("published on one node, read on the other", times);
    assert_whole(&b);
}

#[test]
fn a_node_killed_while_it_publishes_leaves_a_version_or_none_and_a_repeat_finishes_it() {
    let installation = Installation::new();
    let redis = PrivateRedis::start(RedisOptions::default());
    let (mut a, b) = installation.two_nodes(&[("REDIS_URL", &redis.url()), ("RECONCILE_SECONDS", "3600")]);
    let began = Instant::now();
    assert_eq!(publish(&a, 1).unwrap().status, 200);
    let usual = began.elapsed();
    let [mut acknowledged, mut stored, mut absent] = [0; 3];
    // From before it begins to behind its end, however slow the machine is.
    for round in 2..120 {
        if round > 30 && absent > 0 && acknowledged + stored > 0 {
            break;
        }
        let before = current(&b);
        let answer = std::thread::scope(|scope| {
            let publishing = scope.spawn(|| publish(&a, round));
            std::thread::sleep(usual * u32::try_from(round).unwrap() / 20);
            kill(&a);
            publishing.join().unwrap()
        });
        let now = current(&b);
        match answer {
            Some(answer) => {
                assert_eq!((answer.status, now), (200, Some(round)), "{}", answer.body);
                acknowledged += 1;
            }
            // Its session at the server may come to an end a moment later than it does.
            None if now == Some(round) => stored += 1,
            None => {
                assert_eq!(now, before);
                absent += 1;
            }
        }
        let again = publish(&b, round).unwrap();
        assert_eq!(again.status, 200, "{}", again.body);
        assert_eq!(current(&b), Some(round));
        assert_is_whole(&installation, &b, round);
        let found = installation.block_on(resolved(&redis));
        assert_eq!(found.as_deref(), Some(&*document(round)), "the voice runtime reads it");
        a.restart();
        assert_eq!(current(&a), Some(round));
    }
    println!(
        "killed while publishing: {acknowledged} acknowledged, {stored} stored unseen, {absent} not there"
    );
    assert!(absent > 0 && acknowledged + stored > 0, "{acknowledged} {stored} {absent}");
}

/// Whether versions, head, DIDs and events are those of the same publications.
fn assert_is_whole(installation: &Installation, node: &Server, round: usize) {
    let versions = installation.count("SELECT count(*) FROM runtime_version");
    for (what, sql) in [
        ("versions have no gap", "SELECT max(version) FROM runtime_version"),
        ("the head is the last of them", "SELECT version FROM runtime_head"),
        ("each has its event", "SELECT count(*) FROM audit_event WHERE draft LIKE '%runtime.published%'"),
    ] {
        assert_eq!(installation.count(sql), versions, "{what}");
    }
    assert_eq!(is_mapped(node, OTHER), round % 2 == 1, "its DIDs are those of the document");
    assert!(is_mapped(node, NUMBER));
    let listed = json_of(&node.call("GET", "/api/admin/runtime/tenants/oak/versions", ""));
    assert_eq!(listed["items"][0]["version"].as_i64(), Some(versions), "{listed}");
    assert_whole(node);
}

/// What a call would find, read as the voice runtime does.
async fn resolved(redis: &PrivateRedis) -> Option<String> {
    let store = RedisRuntimeStore::connect(&RedisSettings::new(Secret::new(redis.url()))).await.unwrap();
    let found = store.resolve(&E164::parse(NUMBER).unwrap()).await.unwrap()?;
    assert!(serde_json::from_str::<Value>(found.document.expose()).is_ok());
    Some(found.document.expose().to_owned())
}
