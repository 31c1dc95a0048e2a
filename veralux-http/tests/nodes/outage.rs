//! The database stops, crashes, hangs or is busy while webhooks come: nodes say so, wait for it, and go on by themselves.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use veralux_tests::postgres::{PostgresOptions, PrivatePostgres};
use veralux_tests::server::{Answer, Server};

use super::setup::{Installation, Node, assert_unavailable, message, signal, tell, until};
use super::webhooks::insist;

/// Longest wait of a request for a connection, and of a statement for a lock.
const PATIENCE: Duration = Duration::from_secs(5);
/// After so long a server that does not answer is taken for gone.
const SILENCE: Duration = Duration::from_secs(15);
/// How soon `/ready` has answered: its patience of two seconds, and one for a slow machine.
const READY: Duration = Duration::from_secs(3);
/// What a slow machine may add to a bound.
const SLOWNESS: Duration = Duration::from_secs(10);

fn installation(durable: bool) -> (PrivatePostgres, Installation, [Node; 2]) {
    let postgres = PrivatePostgres::start(PostgresOptions { durable, ..PostgresOptions::default() });
    let installation = Installation::on(&postgres);
    let (a, b) = installation.two_nodes(&[]);
    (postgres, installation, [a, b])
}

fn is_ready(node: &Server) -> bool {
    let answer = node.call("GET", "/ready", "");
    let told = if answer.status == 200 { r#""database":"up""# } else { r#""database":"down""# };
    assert!(matches!(answer.status, 200 | 503) && answer.body.contains(told), "{}", answer.body);
    answer.status == 200
}

/// What webhooks met with.
struct Traffic {
    /// How long each took until it was answered with 200.
    times: Vec<Duration>,
    /// How often they were refused before.
    refused: usize,
}

/// Webhooks come all the time while something is done.
fn amid_webhooks(nodes: &[Node; 2], act: impl FnOnce()) -> Traffic {
    let (next, refused, stop) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let times = std::thread::scope(|scope| {
        let send = || {
            let mut times = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let began = Instant::now();
                refused.fetch_add(insist(number, [&nodes[0], &nodes[1]]), Ordering::Relaxed);
                times.push(began.elapsed());
            }
            times
        };
        let senders = [(); 4].map(|()| scope.spawn(send));
        act();
        stop.store(true, Ordering::Relaxed);
        senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
    });
    Traffic { times, refused: refused.load(Ordering::Relaxed) }
}

#[test]
fn the_database_is_stopped_and_started_again() {
    goes_and_comes_again("stopped", PrivatePostgres::stop);
}

#[test]
fn the_database_crashes() {
    goes_and_comes_again("killed", PrivatePostgres::kill);
}

fn goes_and_comes_again(what: &str, end: fn(&mut PrivatePostgres)) {
    let (mut postgres, installation, nodes) = installation(true);
    let mut back = Vec::new();
    let traffic = amid_webhooks(&nodes, || {
        for _ in 0..2 {
            std::thread::sleep(Duration::from_millis(300));
            let before = nodes.each_ref().map(|node| heard(node));
            end(&mut postgres);
            for node in &nodes {
                assert!(!is_ready(node), "it says that it is away");
                assert_eq!(node.call("GET", "/health", "").status, 200, "but it lives");
            }
            std::thread::sleep(Duration::from_millis(500));
            postgres.restart();
            let began = Instant::now();
            for (node, heard_before) in nodes.iter().zip(before) {
                until("it is ready again", || is_ready(node));
                back.push(began.elapsed());
                until("it hears again", || heard(node) > heard_before);
            }
        }
    });
    assert!(traffic.refused > 0, "somebody came while it was away");
    println!("{what} twice: {} refusals with 503", traffic.refused);
    tell("ready again after the database was", back);
    let messages = traffic.times.len();
    tell("webhooks until they were taken in", traffic.times);
    installation.assert_taken_in_once(&nodes[0], messages);
}

fn heard(node: &Server) -> usize {
    node.log().matches("hearing what other servers write").count()
}

#[test]
fn a_database_that_takes_no_writes_is_not_ready() {
    let (_postgres, installation, nodes) = installation(false);
    // As after a switch to a replica.
    let switch = |to: &str| {
        installation.execute(&format!("ALTER SYSTEM SET default_transaction_read_only = {to}"));
        installation.execute("SELECT pg_reload_conf()");
    };
    let ready = |node: &Server| node.call("GET", "/ready", "");
    switch("on");
    for node in &nodes {
        until("it says so", || ready(node).status == 503);
        let told = ready(node).body;
        assert!(told.contains(r#""database":"read_only""#), "{told}");
        assert!(told.contains(r#""detail":"database: answers, but takes no writes""#), "{told}");
        assert_unavailable(&message(0).deliver(node).unwrap());
    }
    switch("off");
    until("it is ready again", || nodes.iter().all(|node| ready(node).status == 200));
    insist(0, [&nodes[0], &nodes[1]]);
    installation.assert_taken_in_once(&nodes[0], 1);
}

#[test]
fn a_database_without_room_refuses_and_is_not_ready() {
    let (_postgres, installation, nodes) = installation(false);
    // What it says when a file cannot grow; a disk that is truly full needs rights that tests have not.
    installation.execute(
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$; \
         CREATE TRIGGER no_room BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION no_room()",
    );
    for node in &nodes {
        assert!(is_ready(node), "nobody has written");
        assert_unavailable(&message(0).deliver(node).unwrap());
        let told = node.call("GET", "/ready", "");
        assert_eq!(told.status, 503);
        assert!(told.body.contains(r#""detail":"database: answers, but takes no writes""#), "{}", told.body);
        assert_eq!(node.call("GET", "/api/admin/tenants/oak", "").status, 200, "it answers");
    }
    installation.execute("DROP TRIGGER no_room ON message; DROP FUNCTION no_room()");
    insist(0, [&nodes[0], &nodes[1]]);
    until("it is ready again", || nodes.iter().all(|node| node.call("GET", "/ready", "").status == 200));
    installation.assert_taken_in_once(&nodes[0], 1);
}

#[test]
fn a_database_that_hangs_is_given_up_and_found_again() {
    let (mut postgres, installation, nodes) = installation(false);
    assert_eq!(message(0).deliver(&nodes[0]).unwrap().status, 200);
    postgres.pause();
    // More than there are connections.
    let answers = at_once(&nodes[0], 1..41);
    for (answer, took) in &answers {
        assert_unavailable(answer);
        assert!(*took < SILENCE + SLOWNESS, "{took:?}");
    }
    for node in &nodes {
        let began = Instant::now();
        assert!(!is_ready(node));
        assert!(began.elapsed() < READY, "and says so soon: {:?}", began.elapsed());
    }
    postgres.resume();
    let back = until("it is ready again", || is_ready(&nodes[0]) && is_ready(&nodes[1]));
    tell("503 from a database that hangs", answers.into_iter().map(|(_, took)| took).collect());
    println!("ready again after {back:.1?}");
    for number in 1..41 {
        insist(number, [&nodes[0], &nodes[1]]);
    }
    installation.assert_taken_in_once(&nodes[0], 41);
}

#[test]
fn requests_wait_for_a_lock_and_no_longer_than_stated() {
    let (_postgres, installation, nodes) = installation(false);
    let lock = |seconds: u32| {
        installation.execute(&format!(
            "BEGIN; LOCK TABLE message IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep({seconds}); COMMIT"
        ));
    };
    for (round, seconds) in [(0, 3), (1, 8)] {
        let first = 100 * round;
        let (answers, ready) = std::thread::scope(|scope| {
            scope.spawn(|| lock(seconds));
            until("the table is locked", || {
                installation.count(
                    "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted \
                                    AND relation = 'message'::regclass",
                ) == 1
            });
            let ready = scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(500));
                is_ready(&nodes[0])
            });
            (at_once(&nodes[0], first..first + 60), ready.join().unwrap())
        });
        let (taken, refused): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|(answer, _)| answer.status == 200);
        println!(
            "locked for {seconds} s: {} taken in, {} refused; ready: {ready}",
            taken.len(),
            refused.len()
        );
        for (answer, took) in &refused {
            assert_unavailable(answer);
            assert!(*took < 2 * PATIENCE + SLOWNESS, "{took:?}");
        }
        if seconds < 5 {
            assert!(!taken.is_empty(), "they waited");
        } else {
            assert!(!refused.is_empty(), "patience is five seconds");
            tell("503 while the table is locked", refused.into_iter().map(|(_, took)| took).collect());
        }
        until("it is ready again", || is_ready(&nodes[0]));
        for number in first..first + 60 {
            assert_eq!(message(number).deliver(&nodes[1]).unwrap().status, 200, "it works again");
        }
        installation.assert_taken_in_once(&nodes[0], 60 * (round + 1));
    }
}

#[test]
fn a_node_that_freezes_in_the_middle_of_a_commit_holds_nobody_up() {
    let (_postgres, installation, nodes) = installation(false);
    let (mut times, mut amid) = (Vec::new(), 0);
    for round in 0..3 {
        let (frozen, other) = (&nodes[0], &nodes[1]);
        std::thread::scope(|scope| {
            let mut begun = None;
            // Its commit comes to a claim that somebody else may be making. In a group it does not wait for that long.
            let claim =
                format!("INSERT INTO webhook_claim VALUES ('oak', 'twilio', 'SM{:032x}', 0)", 2 * round);
            installation.amid(&claim, || {
                begun = Some(scope.spawn(move || message(2 * round).deliver(frozen).unwrap()));
                let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'transactionid' \
                             AND clock_timestamp() - query_start > interval '300 ms'";
                until("its commit is under way", || installation.count(waits) > 0);
                signal(frozen, "STOP");
            });
            // It has its tenant's lock and does not go on.
            let began = Instant::now();
            let answer = message(2 * round + 1).deliver(other).unwrap();
            assert_eq!(answer.status, 200, "{}", answer.body);
            times.push(began.elapsed());
            signal(frozen, "CONT");
            // On a busy machine it may have been stopped before it had the lock, and then goes on with its commit.
            let answer = begun.unwrap().join().unwrap();
            if answer.status != 200 {
                assert_unavailable(&answer);
                amid += 1;
            }
        });
        insist(2 * round, [frozen, other]);
        installation.assert_taken_in_once(other, 2 * (round + 1));
    }
    assert!(amid > 0, "no commit was cut in its middle");
    tell("another node's webhook for the same tenant, a node frozen amid a commit", times);
}

/// Delivers webhooks all at the same time; their answers, and how long each took.
fn at_once(node: &Server, numbers: std::ops::Range<usize>) -> Vec<(Answer, Duration)> {
    std::thread::scope(|scope| {
        let deliver = |number| {
            let began = Instant::now();
            let answer = message(number).deliver(node).unwrap();
            (answer, began.elapsed())
        };
        let senders: Vec<_> = numbers.map(|number| scope.spawn(move || deliver(number))).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    })
}
