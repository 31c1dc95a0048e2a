//! Idempotency keys.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Ports;
use super::make::{at, id, window};
use crate::port::{Answer, Attempt, Change, Conflict, IdempotencyClaim, Scope};
use crate::time::{DAY, HOUR};

const BODY: [u8; 32] = [7; 32];
const OTHER: [u8; 32] = [8; 32];

fn scope(owner: &str, key: &str) -> Scope {
    Scope { owner: owner.to_owned(), key: key.to_owned() }
}

/// An attempt that nobody made.
pub fn nobodys_attempt(key: &str) -> Attempt {
    Attempt { scope: scope("a", key), number: 0 }
}

/// The next attempt under a key.
pub fn next_attempt(scope: &Scope) -> Attempt {
    static LAST: AtomicU64 = AtomicU64::new(0);
    Attempt { scope: scope.clone(), number: 1 + LAST.fetch_add(1, Ordering::Relaxed) }
}

fn answer(status: u16) -> Answer {
    Answer { status, content_type: "application/json".to_owned(), body: b"{\"ok\":true}".to_vec() }
}

/// How old what is found may be at most: before it is forgotten, and before it counts as abandoned.
type Ages = (i64, i64);

/// Nothing is old.
const FRESH: Ages = (DAY, HOUR);
/// As if all that has no answer were abandoned.
const ABANDONED: Ages = (DAY, 0);
/// As if all that was ever claimed had had its time.
const EXPIRED: Ages = (0, HOUR);

async fn ask(ports: &Ports, attempt: &Attempt, body: &[u8; 32], (life, abandoned): Ages) -> IdempotencyClaim {
    ports.idempotency.claim(attempt, body, life, abandoned).await.unwrap()
}

/// What the next attempt finds.
async fn claim(ports: &Ports, scope: &Scope, body: &[u8; 32]) -> IdempotencyClaim {
    ask(ports, &next_attempt(scope), body, FRESH).await
}

async fn claim_abandoned(ports: &Ports, scope: &Scope, body: &[u8; 32]) -> IdempotencyClaim {
    ask(ports, &next_attempt(scope), body, ABANDONED).await
}

/// The next attempt, which has the key.
async fn take(ports: &Ports, scope: &Scope, body: &[u8; 32], ages: Ages, what: &str) -> Attempt {
    let attempt = next_attempt(scope);
    assert_eq!(ask(ports, &attempt, body, ages).await, IdempotencyClaim::Own, "{what}");
    attempt
}

async fn put(ports: &Ports, attempt: &Attempt, status: u16) {
    ports.idempotency.put(attempt, &answer(status)).await.unwrap();
}

/// Claims a key that is free.
pub async fn claim_first(ports: &Ports, key: &str) -> Attempt {
    let scope = scope("a", key);
    take(ports, &scope, &BODY, FRESH, key).await
}

pub async fn first_running_answered(ports: &Ports) {
    let first = claim_first(ports, "k").await;
    assert_eq!(claim(ports, &first.scope, &BODY).await, IdempotencyClaim::Running);
    put(ports, &first, 201).await;
    for _ in 0..2 {
        assert_eq!(claim(ports, &first.scope, &BODY).await, IdempotencyClaim::Answered(answer(201)));
    }
}

pub async fn another_body(ports: &Ports) {
    let first = claim_first(ports, "k").await;
    let scope = &first.scope;
    assert_eq!(claim(ports, scope, &OTHER).await, IdempotencyClaim::OtherBody, "while it runs");
    put(ports, &first, 200).await;
    assert_eq!(claim(ports, scope, &OTHER).await, IdempotencyClaim::OtherBody, "once it is answered");
    let kept = claim(ports, scope, &BODY).await;
    assert_eq!(kept, IdempotencyClaim::Answered(answer(200)), "nothing changed");
}

pub async fn scopes_are_apart(ports: &Ports) {
    let first = claim_first(ports, "k").await;
    put(ports, &first, 200).await;
    for other in [scope("b", "k"), scope("a", "K"), scope("a", "k "), scope("ak", ""), scope("", "ak")] {
        take(ports, &other, &OTHER, FRESH, "another scope").await;
    }
}

pub async fn a_claim_given_back(ports: &Ports) {
    let first = claim_first(ports, "k").await;
    assert!(ports.idempotency.remove(&first).await.unwrap());
    take(ports, &first.scope, &OTHER, FRESH, "free for any body").await;
    assert!(!ports.idempotency.remove(&first).await.unwrap(), "it is another's");
    assert!(!ports.idempotency.remove(&nobodys_attempt("none")).await.unwrap(), "no such key");
}

/// A claim of which nobody heard whether it succeeded.
pub async fn an_unknown_claim(ports: &Ports) {
    let (taken, lost) = (claim_first(ports, "k").await, nobodys_attempt("k"));
    assert!(!ports.idempotency.remove(&lost).await.unwrap(), "it was another's, then");
    assert_eq!(claim(ports, &taken.scope, &BODY).await, IdempotencyClaim::Running, "who has it still");
    let made = claim_first(ports, "made").await;
    assert!(ports.idempotency.remove(&made).await.unwrap());
}

pub async fn expiry(ports: &Ports) {
    super::make::settle(ports, "a", 1).await;
    let firsts = [claim_first(ports, "answered").await, claim_first(ports, "running").await];
    put(ports, &firsts[0], 200).await;
    for first in &firsts {
        let scope = &first.scope;
        let next = take(ports, scope, &OTHER, EXPIRED, "forgotten").await;
        ports.refuse("a", 1, [Change::Act(first.clone())], Conflict::Overtaken, "of a forgotten key").await;
        put(ports, first, 500).await;
        assert!(!ports.idempotency.remove(first).await.unwrap(), "it is another's: {scope:?}");
        assert_eq!(claim(ports, scope, &OTHER).await, IdempotencyClaim::Running, "claimed anew: {scope:?}");
        ports.apply("a", 1, [Change::Act(next)], "the key is this one's").await;
    }
}

pub async fn an_abandoned_claim(ports: &Ports) {
    let first = claim_first(ports, "k").await;
    let scope = &first.scope;
    assert_eq!(claim(ports, scope, &BODY).await, IdempotencyClaim::Running, "it is not old enough");
    let other = claim_abandoned(ports, scope, &OTHER).await;
    assert_eq!(other, IdempotencyClaim::OtherBody, "by the same request only");
    let second = take(ports, scope, &BODY, ABANDONED, "taken over").await;
    assert_eq!(claim(ports, scope, &BODY).await, IdempotencyClaim::Running, "by one alone");
    put(ports, &first, 200).await;
    assert!(!ports.idempotency.remove(&first).await.unwrap(), "it is another's");
    assert_eq!(claim(ports, scope, &BODY).await, IdempotencyClaim::Running, "the first is out of it");
    put(ports, &second, 201).await;
    let kept = claim_abandoned(ports, scope, &BODY).await;
    assert_eq!(kept, IdempotencyClaim::Answered(answer(201)), "an answer is not abandoned");
}

pub async fn what_an_abandoned_request_has_done(ports: &Ports) {
    super::make::settle(ports, "a", 1).await;
    let window = || Change::Window(window("win_9", "thr_1", 0, 9));
    let (done, refused, late) = (
        claim_first(ports, "done").await,
        claim_first(ports, "refused").await,
        claim_first(ports, "late").await,
    );
    ports.apply("a", 5, [Change::Act(done.clone()), window()], "it acts").await;
    ports.apply("a", 5, [Change::Act(done.clone())], "in as many commits as it needs").await;
    ports.refuse("a", 5, [Change::Act(refused.clone()), window()], Conflict::Exists, "it is refused").await;
    assert!(!ports.idempotency.remove(&done).await.unwrap(), "what has acted is not given back");
    assert_eq!(claim(ports, &done.scope, &BODY).await, IdempotencyClaim::Running, "it may be answered yet");
    for _ in 0..2 {
        assert_eq!(claim_abandoned(ports, &done.scope, &BODY).await, IdempotencyClaim::Lost);
    }
    put(ports, &done, 201).await;
    let kept = claim_abandoned(ports, &done.scope, &BODY).await;
    assert_eq!(kept, IdempotencyClaim::Answered(answer(201)), "the answer came after all");
    for idle in [&refused, &late] {
        take(ports, &idle.scope, &BODY, ABANDONED, "nothing was done").await;
    }
    let other = super::make::window("win_8", "thr_1", 0, 9);
    let overtaken = [Change::Window(other), Change::Act(late)];
    ports.refuse("a", 12, overtaken, Conflict::Overtaken, "it is too late").await;
    let windows = ports.schedule.count_windows(&id("a"), &id("thr_1"), at(0)).await.unwrap();
    assert_eq!(windows, 1, "and leaves nothing");
    let none = [Change::Act(nobodys_attempt("none"))];
    ports.refuse("a", 12, none, Conflict::Overtaken, "no such key").await;
    ports.refuse("a", 52, [Change::Act(done)], Conflict::Overtaken, "it was answered").await;
}

pub async fn answers_survive(ports: &Ports) {
    let odd = Answer {
        status: 599,
        content_type: "text/plain; charset=\"ü\"".to_owned(),
        body: (0..=255).collect(),
    };
    let empty = Answer { status: 204, content_type: String::new(), body: Vec::new() };
    let large = Answer { body: vec![b'x'; 300_000], ..answer(200) };
    for (key, expected) in [("odd 😀", odd), ("empty", empty), ("large", large)] {
        let scope = scope("owner/ä", key);
        let attempt = take(ports, &scope, &BODY, FRESH, key).await;
        ports.idempotency.put(&attempt, &expected).await.unwrap();
        assert_eq!(claim(ports, &scope, &BODY).await, IdempotencyClaim::Answered(expected), "{key}");
    }
}
