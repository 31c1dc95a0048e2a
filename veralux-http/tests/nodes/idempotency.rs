//! The same `Idempotency-Key` on several nodes: it acts once, and its answer is found on each.

use std::sync::Barrier;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::json;
use veralux_tests::server::{ADMIN_KEY, Answer, Server};

use super::setup::{Installation, assert_whole, json_of, open_thread, until};

const QUEUED: &str = "SELECT count(*) FROM message WHERE direction = 'outbound'";

/// Sends a message of the owner's.
fn send(node: &Server, thread: &str, key: &str) -> Answer {
    let headers =
        [("x-admin-key", ADMIN_KEY), ("content-type", "application/json"), ("idempotency-key", key)];
    let body = json!({"threadId": thread, "sender": {"role": "owner"}, "body": format!("hush-hush {key}")});
    node.send("POST", "/api/messages?tenantId=oak", &headers, &body.to_string())
}

#[test]
fn the_same_key_on_two_nodes_at_once_acts_once() {
    let installation = Installation::new();
    let (a, b) = installation.two_nodes(&[]);
    let thread = open_thread(&a);
    let barrier = Barrier::new(4);
    std::thread::scope(|scope| {
        for sender in 0..4 {
            let (node, barrier, thread) = (if sender % 2 == 0 { &a } else { &b }, &barrier, &thread);
            scope.spawn(move || {
                for round in 0..50 {
                    barrier.wait();
                    let answer = send(node, thread, &format!("key-{round}"));
                    // One is the first; who comes while it is at work is told so.
                    let is_told =
                        answer.status == 409 && json_of(&answer)["code"] == "idempotency_key_in_use";
                    assert!(answer.status == 201 || is_told, "{} {}", answer.status, answer.body);
                }
            });
        }
    });
    assert_eq!(installation.count(QUEUED), 50);
    for round in 0..50 {
        let answers = [&a, &b].map(|node| send(node, &thread, &format!("key-{round}")));
        assert!(
            answers.iter().all(|answer| answer.status == 201 && answer.head.contains("idempotency-replayed"))
        );
        assert_eq!(answers[0].body, answers[1].body);
    }
    assert_eq!(installation.count(QUEUED), 50);
    assert_whole(&b);
}

#[test]
fn an_answer_that_the_store_did_not_take_is_kept_later() {
    let installation = Installation::new();
    let (a, b) = installation.two_nodes(&[]);
    let thread = open_thread(&a);
    // Locks a table until the sender says something or is gone.
    let lock = |table: &'static str, release: mpsc::Receiver<()>| {
        installation.amid(&format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"), || {
            let _ = release.recv();
        });
    };
    let waits = |table: &str| {
        let sql = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation =";
        installation.count(&format!("{sql} '{table}'::regclass")) > 0
    };
    let is_locked = |table: &str| {
        let sql =
            "SELECT count(*) FROM pg_locks WHERE granted AND mode = 'AccessExclusiveLock' AND relation =";
        installation.count(&format!("{sql} '{table}'::regclass")) > 0
    };
    let answer = std::thread::scope(|scope| {
        let (release_messages, messages) = mpsc::channel();
        let (release_keys, keys) = mpsc::channel();
        scope.spawn(move || lock("message", messages));
        until("messages are locked", || is_locked("message"));
        let sending = scope.spawn(|| send(&a, &thread, "key"));
        until("the key is claimed and the message waits", || waits("message"));
        scope.spawn(move || lock("idempotency_key", keys));
        until("keys are locked", || is_locked("idempotency_key"));
        drop(release_messages);
        let answer = sending.join().unwrap();
        drop(release_keys);
        answer
    });
    assert_eq!(answer.status, 201, "it was done: {}", answer.body);
    assert!(a.log().contains("an idempotent answer was not kept; trying again"), "{}", a.log());
    let mut replayed = None;
    let took = until("the answer is there", || {
        let answer = send(&b, &thread, "key");
        std::thread::sleep(Duration::from_millis(20));
        replayed = (answer.status == 201).then_some(answer.body);
        replayed.is_some()
    });
    println!("an answer that was not kept is there {took:.1?} later");
    assert_eq!(replayed, Some(answer.body));
    assert_eq!(installation.count(QUEUED), 1);
}
