//! The same webhook on several nodes at once, and nodes that die while webhooks come.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use veralux_tests::postgres::{PostgresOptions, PrivatePostgres};
use veralux_tests::server::Server;

use super::setup::{Installation, assert_unavailable, kill, message, open_thread, tell};

/// Different webhooks of a test.
const WEBHOOKS: usize = 200;

#[test]
fn the_same_webhook_on_two_nodes_at_once_acts_once() {
    let installation = Installation::new();
    let (a, b) = installation.two_nodes(&[]);
    open_thread(&a);
    let barrier = Barrier::new(8);
    let times: Vec<Duration> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..8)
            .map(|sender| {
                let (node, barrier) = (if sender % 2 == 0 { &a } else { &b }, &barrier);
                scope.spawn(move || {
                    let deliver = |number| {
                        barrier.wait();
                        let began = Instant::now();
                        let answer = message(number).deliver(node).unwrap();
                        assert_eq!(answer.status, 200, "{}", answer.body);
                        assert!(answer.body.ends_with("<Response></Response>"), "{}", answer.body);
                        began.elapsed()
                    };
                    (0..WEBHOOKS).map(deliver).collect::<Vec<_>>()
                })
            })
            .collect();
        senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
    });
    tell("the same webhook eight times at once, on two nodes", times);
    installation.assert_taken_in_once(&a, WEBHOOKS);
    installation.assert_taken_in_once(&b, WEBHOOKS);
}

/// Delivers a webhook until it is answered with 200, on the one node or the other, as a provider does. Says how often that
/// was not so; a refusal may only say that the store is away.
pub(crate) fn insist(number: usize, nodes: [&Server; 2]) -> usize {
    let began = Instant::now();
    for attempt in 0.. {
        match message(number).deliver(nodes[attempt % 2]) {
            Some(answer) if answer.status == 200 => return attempt,
            Some(answer) => assert_unavailable(&answer),
            None => {}
        }
        assert!(began.elapsed() < Duration::from_mins(1), "nobody takes it");
        std::thread::sleep(Duration::from_millis(10));
    }
    unreachable!()
}

#[test]
fn a_node_killed_amid_webhooks_loses_nothing_and_repeats_act_once() {
    let postgres = PrivatePostgres::start(PostgresOptions { durable: true, ..PostgresOptions::default() });
    let installation = Installation::on(&postgres);
    let (mut a, b) = installation.two_nodes(&[]);
    open_thread(&b);
    let mut repeated = 0;
    for round in 0..4 {
        let (next, refused) = (AtomicUsize::new(round * WEBHOOKS), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= (round + 1) * WEBHOOKS {
                            break;
                        }
                        refused.fetch_add(insist(number, [&a, &b]), Ordering::Relaxed);
                    }
                });
            }
            // In the middle, not before the first nor behind the last.
            while next.load(Ordering::Relaxed) < round * WEBHOOKS + 40 + 20 * round {
                std::thread::sleep(Duration::from_micros(300));
            }
            kill(&a);
        });
        assert!(refused.load(Ordering::Relaxed) > 0, "somebody was cut off");
        repeated += refused.load(Ordering::Relaxed);
        installation.assert_taken_in_once(&b, (round + 1) * WEBHOOKS);
        a.restart();
    }
    println!(
        "4 nodes killed amid {WEBHOOKS} webhooks each: {repeated} repeats on the other node, nothing lost or twice"
    );
    // What was answered before is answered again, by the node that was killed, and does nothing.
    for number in (0..4 * WEBHOOKS).step_by(40) {
        assert_eq!(message(number).deliver(&a).unwrap().status, 200);
    }
    installation.assert_taken_in_once(&a, 4 * WEBHOOKS);
}

#[test]
fn a_burst_of_one_sender_over_two_nodes_is_taken_in_whole() {
    let installation = Installation::new();
    let (a, b) = installation.two_nodes(&[]);
    open_thread(&a);
    let barrier = Barrier::new(8);
    std::thread::scope(|scope| {
        for sender in 0..8 {
            let (node, barrier) = (if sender % 2 == 0 { &a } else { &b }, &barrier);
            scope.spawn(move || {
                for burst in 0..WEBHOOKS / 8 {
                    barrier.wait();
                    // Each looks into what the one before left, the first ones into nothing.
                    let answer = message(8 * burst + sender).deliver(node).unwrap();
                    assert_eq!(answer.status, 200, "{}", answer.body);
                }
            });
        }
    });
    installation.assert_taken_in_once(&a, WEBHOOKS);
}
