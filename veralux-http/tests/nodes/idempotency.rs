//! The same `Idempotency-Key` on several nodes: it acts once, and its answer is found on each.

use std::sync::Barrier;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::json;
use veralux_tests::postgres::{PostgresOptions, PrivatePostgres};
use veralux_tests::server::{ADMIN_KEY, Answer, Server};

use super::proxy::Proxy;
use super::setup::{Installation, add_oak, assert_whole, json_of, kill, open_thread, until};

const QUEUED: &str = "SELECT count(*) FROM message WHERE direction = 'outbound'";

/// Sends a message of the owner's; `None` when no answer comes.
fn try_send(node: &Server, thread: &str, key: &str) -> Option<Answer> {
    let headers =
        [("x-admin-key", ADMIN_KEY), ("content-type", "application/json"), ("idempotency-key", key)];
    let body = json!({"threadId": thread, "sender": {"role": "owner"}, "body": format!("hush-hush {key}")});
    node.try_call("POST", "/api/messages?tenantId=oak", &headers, &body.to_string())
}

fn send(node: &Server, thread: &str, key: &str) -> Answer {
    try_send(node, thread, key).expect("an answer")
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

/// From here on no answer can be kept.
fn refuse_answers(installation: &Installation) {
    installation.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$; \
         CREATE TRIGGER refuse BEFORE UPDATE OF answer ON idempotency_key EXECUTE FUNCTION refuse()",
    );
}

/// As if all that has been claimed so far had been claimed an hour ago.
fn let_an_hour_pass(installation: &Installation) {
    installation.execute("UPDATE idempotency_key SET claimed_at = claimed_at - 3600000000");
}

#[test]
fn an_answer_that_the_store_did_not_take_is_kept_later() {
    let installation = Installation::new();
    let (a, b) = installation.two_nodes(&[]);
    let thread = open_thread(&a);
    refuse_answers(&installation);
    let answer = send(&a, &thread, "key");
    assert_eq!(answer.status, 201, "it was done: {}", answer.body);
    until("it says so", || a.log().contains("an idempotent answer was not kept; trying again"));
    installation.execute("DROP TRIGGER refuse ON idempotency_key");
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

#[test]
fn a_commit_of_which_nobody_heard_is_not_made_again() {
    let postgres = PrivatePostgres::start(PostgresOptions { tcp: true, ..PostgresOptions::default() });
    let installation = Installation::on(&postgres);
    let proxy = Proxy::before(&installation.database.service_url);
    let (a, b) = (installation.node(&[("DATABASE_URL", &*proxy.url)]), installation.node(&[]));
    add_oak(&a);
    let thread = open_thread(&a);
    proxy.cut_a_commit();
    // Nobody is told to ask again what is done.
    for node in [&a, &a, &b, &a] {
        let answer = send(node, &thread, "key");
        assert_eq!((answer.status, &json_of(&answer)["code"]), (409, &json!("answer_lost")));
        assert_eq!(installation.count(QUEUED), 1, "it was made all the same");
    }
    assert_eq!(installation.count(QUEUED), 1);
    assert_eq!(send(&b, &thread, "another").status, 201);
    assert_whole(&b);
}

#[test]
fn a_node_that_dies_before_its_answer_is_kept_has_acted_once() {
    let installation = Installation::new();
    let (mut a, b) = installation.two_nodes(&[]);
    let thread = open_thread(&a);
    refuse_answers(&installation);
    assert_eq!(send(&a, &thread, "key").status, 201);
    a.kill();
    installation.execute("DROP TRIGGER refuse ON idempotency_key");
    let answer = send(&b, &thread, "key");
    assert_eq!((answer.status, &json_of(&answer)["code"]), (409, &json!("idempotency_key_in_use")));
    let_an_hour_pass(&installation);
    for _ in 0..2 {
        let answer = send(&b, &thread, "key");
        assert_eq!((answer.status, &json_of(&answer)["code"]), (409, &json!("answer_lost")));
    }
    assert_eq!(installation.count(QUEUED), 1);
    assert_whole(&b);
}

#[test]
fn a_node_that_dies_before_it_acts_leaves_the_key_to_another() {
    let installation = Installation::new();
    let (mut a, b) = installation.two_nodes(&[]);
    let thread = open_thread(&a);
    std::thread::scope(|scope| {
        let (installation, thread, a) = (&installation, &thread, &a);
        let (release, locked) = mpsc::channel::<()>();
        scope.spawn(move || {
            installation.amid("LOCK TABLE message IN ACCESS EXCLUSIVE MODE", || {
                let _ = locked.recv();
            });
        });
        let waits = |mode: &str| {
            let sql = "SELECT count(*) FROM pg_locks WHERE relation = 'message'::regclass AND";
            installation.count(&format!("{sql} {mode}")) > 0
        };
        until("messages are locked", || waits("granted AND mode = 'AccessExclusiveLock'"));
        scope.spawn(|| assert!(try_send(a, thread, "key").is_none(), "it dies before it answers"));
        until("the message waits", || waits("NOT granted"));
        kill(a);
        until("the server has noticed", || !waits("NOT granted"));
        drop(release);
    });
    a.kill();
    let_an_hour_pass(&installation);
    let answer = send(&b, &thread, "key");
    assert_eq!(answer.status, 201, "nothing was done: {}", answer.body);
    assert_eq!(installation.count(QUEUED), 1);
    assert_whole(&b);
}
