//! Idempotency keys.

use super::Ports;
use super::make::{at, id, window};
use crate::port::{Answer, Attempt, Change, Conflict, IdempotencyClaim, Scope};

const BODY: [u8; 32] = [7; 32];
const OTHER: [u8; 32] = [8; 32];

fn scope(owner: &str, key: &str) -> Scope {
    Scope { owner: owner.to_owned(), key: key.to_owned() }
}

/// The `number`th attempt under a key.
pub fn attempt(key: &str, number: u64) -> Attempt {
    Attempt { scope: scope("a", key), number }
}

fn own(scope: &Scope, number: u64) -> IdempotencyClaim {
    IdempotencyClaim::Own(Attempt { scope: scope.clone(), number })
}

fn answer(status: u16) -> Answer {
    Answer { status, content_type: "application/json".to_owned(), body: b"{\"ok\":true}".to_vec() }
}

/// Claims at `now`; entries live for a hundred seconds and are abandoned after ten.
async fn claim(ports: &Ports, scope: &Scope, body: &[u8; 32], now: i64) -> IdempotencyClaim {
    ports.idempotency.claim(scope, body, at(now), at(now - 100), at(now - 10)).await.unwrap()
}

async fn put(ports: &Ports, attempt: &Attempt, status: u16) {
    ports.idempotency.put(attempt, &answer(status)).await.unwrap();
}

/// Claims a key that is free, as the first.
pub async fn claim_first(ports: &Ports, key: &str) -> Attempt {
    let attempt = attempt(key, 1);
    let claimed = claim(ports, &attempt.scope, &BODY, 0).await;
    assert_eq!(claimed, IdempotencyClaim::Own(attempt.clone()), "{key}");
    attempt
}

pub async fn first_running_answered(ports: &Ports) {
    let first = claim_first(ports, "k").await;
    let scope = scope("a", "k");
    assert_eq!(claim(ports, &scope, &BODY, 1).await, IdempotencyClaim::Running);
    put(ports, &first, 201).await;
    for now in [2, 50] {
        assert_eq!(
            claim(ports, &scope, &BODY, now).await,
            IdempotencyClaim::Answered(answer(201)),
            "at {now}"
        );
    }
}

pub async fn another_body(ports: &Ports) {
    let first = claim_first(ports, "k").await;
    let scope = scope("a", "k");
    assert_eq!(claim(ports, &scope, &OTHER, 1).await, IdempotencyClaim::OtherBody, "while it runs");
    put(ports, &first, 200).await;
    assert_eq!(claim(ports, &scope, &OTHER, 2).await, IdempotencyClaim::OtherBody, "once it is answered");
    assert_eq!(
        claim(ports, &scope, &BODY, 3).await,
        IdempotencyClaim::Answered(answer(200)),
        "nothing changed"
    );
}

pub async fn scopes_are_apart(ports: &Ports) {
    let first = claim_first(ports, "k").await;
    put(ports, &first, 200).await;
    for other in [scope("b", "k"), scope("a", "K"), scope("a", "k "), scope("ak", ""), scope("", "ak")] {
        assert_eq!(claim(ports, &other, &OTHER, 1).await, own(&other, 1), "{other:?}");
    }
}

pub async fn a_claim_given_back(ports: &Ports) {
    let first = claim_first(ports, "k").await;
    let scope = scope("a", "k");
    assert!(ports.idempotency.remove(&first).await.unwrap());
    assert_eq!(claim(ports, &scope, &OTHER, 1).await, own(&scope, 1), "free for any body");
    assert!(!ports.idempotency.remove(&attempt("none", 1)).await.unwrap(), "no such key");
}

pub async fn expiry(ports: &Ports) {
    let (answered, running) = (claim_first(ports, "answered").await, claim_first(ports, "running").await);
    put(ports, &answered, 200).await;
    let kept = claim(ports, &answered.scope, &BODY, 100).await;
    assert_eq!(kept, IdempotencyClaim::Answered(answer(200)), "exactly at its age");
    for Attempt { scope, .. } in [&answered, &running] {
        assert_eq!(claim(ports, scope, &OTHER, 101).await, own(scope, 1), "forgotten: {scope:?}");
        assert_eq!(
            claim(ports, scope, &OTHER, 102).await,
            IdempotencyClaim::Running,
            "claimed anew: {scope:?}"
        );
    }
}

pub async fn an_abandoned_claim(ports: &Ports) {
    let first = claim_first(ports, "k").await;
    let scope = &first.scope;
    assert_eq!(claim(ports, scope, &BODY, 10).await, IdempotencyClaim::Running, "exactly at the limit");
    assert_eq!(
        claim(ports, scope, &OTHER, 11).await,
        IdempotencyClaim::OtherBody,
        "by the same request only"
    );
    assert_eq!(claim(ports, scope, &BODY, 11).await, own(scope, 2), "taken over");
    assert_eq!(claim(ports, scope, &BODY, 12).await, IdempotencyClaim::Running, "by one alone");
    assert_eq!(claim(ports, scope, &BODY, 21).await, IdempotencyClaim::Running, "whose time begins anew");
    put(ports, &first, 200).await;
    assert!(!ports.idempotency.remove(&first).await.unwrap(), "it is another's");
    assert_eq!(claim(ports, scope, &BODY, 21).await, IdempotencyClaim::Running, "the first is out of it");
    put(ports, &attempt("k", 2), 201).await;
    let kept = claim(ports, scope, &BODY, 60).await;
    assert_eq!(kept, IdempotencyClaim::Answered(answer(201)), "an answer is not abandoned");
    assert_eq!(claim(ports, scope, &BODY, 112).await, own(scope, 1), "a forgotten key counts from 1");
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
    for now in [11, 50] {
        assert_eq!(claim(ports, &done.scope, &BODY, now).await, IdempotencyClaim::Lost, "at {now}");
    }
    put(ports, &done, 201).await;
    let kept = claim(ports, &done.scope, &BODY, 51).await;
    assert_eq!(kept, IdempotencyClaim::Answered(answer(201)), "the answer came after all");
    assert_eq!(claim(ports, &refused.scope, &BODY, 11).await, own(&refused.scope, 2), "nothing was done");
    assert_eq!(claim(ports, &late.scope, &BODY, 11).await, own(&late.scope, 2), "nothing was done yet");
    let other = super::make::window("win_8", "thr_1", 0, 9);
    let overtaken = [Change::Window(other), Change::Act(late)];
    ports.refuse("a", 12, overtaken, Conflict::Overtaken, "it is too late").await;
    let windows = ports.schedule.count_windows(&id("a"), &id("thr_1"), at(0)).await.unwrap();
    assert_eq!(windows, 1, "and leaves nothing");
    ports.refuse("a", 12, [Change::Act(attempt("none", 1))], Conflict::Overtaken, "no such key").await;
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
        claim(ports, &scope, &BODY, 0).await;
        let attempt = Attempt { scope: scope.clone(), number: 1 };
        ports.idempotency.put(&attempt, &expected).await.unwrap();
        assert_eq!(claim(ports, &scope, &BODY, 1).await, IdempotencyClaim::Answered(expected), "{key}");
    }
}
