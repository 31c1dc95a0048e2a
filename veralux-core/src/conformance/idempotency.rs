//! Idempotency keys.

use super::Ports;
use super::make::at;
use crate::port::{Answer, IdempotencyClaim, Scope};

const BODY: [u8; 32] = [7; 32];
const OTHER: [u8; 32] = [8; 32];

fn scope(owner: &str, key: &str) -> Scope {
    Scope { owner: owner.to_owned(), key: key.to_owned() }
}

fn answer(status: u16) -> Answer {
    Answer { status, content_type: "application/json".to_owned(), body: b"{\"ok\":true}".to_vec() }
}

/// Claims at `now`; entries live for a hundred seconds and are abandoned after ten.
async fn claim(ports: &Ports, scope: &Scope, body: &[u8; 32], now: i64) -> IdempotencyClaim {
    ports.idempotency.claim(scope, body, at(now), at(now - 100), at(now - 10)).await.unwrap()
}

pub async fn first_running_answered(ports: &Ports) {
    let scope = scope("a", "k");
    assert_eq!(claim(ports, &scope, &BODY, 0).await, IdempotencyClaim::First);
    assert_eq!(claim(ports, &scope, &BODY, 1).await, IdempotencyClaim::Running);
    ports.idempotency.put(&scope, &answer(201)).await.unwrap();
    for now in [2, 50] {
        assert_eq!(
            claim(ports, &scope, &BODY, now).await,
            IdempotencyClaim::Answered(answer(201)),
            "at {now}"
        );
    }
}

pub async fn another_body(ports: &Ports) {
    let scope = scope("a", "k");
    claim(ports, &scope, &BODY, 0).await;
    assert_eq!(claim(ports, &scope, &OTHER, 1).await, IdempotencyClaim::OtherBody, "while it runs");
    ports.idempotency.put(&scope, &answer(200)).await.unwrap();
    assert_eq!(claim(ports, &scope, &OTHER, 2).await, IdempotencyClaim::OtherBody, "once it is answered");
    assert_eq!(
        claim(ports, &scope, &BODY, 3).await,
        IdempotencyClaim::Answered(answer(200)),
        "nothing changed"
    );
}

pub async fn scopes_are_apart(ports: &Ports) {
    claim(ports, &scope("a", "k"), &BODY, 0).await;
    ports.idempotency.put(&scope("a", "k"), &answer(200)).await.unwrap();
    for other in [scope("b", "k"), scope("a", "K"), scope("a", "k "), scope("ak", ""), scope("", "ak")] {
        assert_eq!(claim(ports, &other, &OTHER, 1).await, IdempotencyClaim::First, "{other:?}");
    }
}

pub async fn a_claim_given_back(ports: &Ports) {
    let scope = scope("a", "k");
    claim(ports, &scope, &BODY, 0).await;
    ports.idempotency.remove(&scope).await.unwrap();
    assert_eq!(claim(ports, &scope, &OTHER, 1).await, IdempotencyClaim::First, "free for any body");
    ports.idempotency.remove(&self::scope("a", "none")).await.unwrap();
}

pub async fn expiry(ports: &Ports) {
    let (answered, running) = (scope("a", "answered"), scope("a", "running"));
    for scope in [&answered, &running] {
        assert_eq!(claim(ports, scope, &BODY, 0).await, IdempotencyClaim::First);
    }
    ports.idempotency.put(&answered, &answer(200)).await.unwrap();
    let kept = claim(ports, &answered, &BODY, 100).await;
    assert_eq!(kept, IdempotencyClaim::Answered(answer(200)), "exactly at its age");
    for scope in [&answered, &running] {
        assert_eq!(claim(ports, scope, &OTHER, 101).await, IdempotencyClaim::First, "forgotten: {scope:?}");
        assert_eq!(
            claim(ports, scope, &OTHER, 102).await,
            IdempotencyClaim::Running,
            "claimed anew: {scope:?}"
        );
    }
}

pub async fn an_abandoned_claim(ports: &Ports) {
    let scope = scope("a", "k");
    claim(ports, &scope, &BODY, 0).await;
    assert_eq!(claim(ports, &scope, &BODY, 10).await, IdempotencyClaim::Running, "exactly at the limit");
    assert_eq!(claim(ports, &scope, &BODY, 11).await, IdempotencyClaim::First, "taken over");
    assert_eq!(claim(ports, &scope, &BODY, 12).await, IdempotencyClaim::Running, "by one alone");
    assert_eq!(claim(ports, &scope, &BODY, 21).await, IdempotencyClaim::Running, "whose time begins anew");
    ports.idempotency.put(&scope, &answer(200)).await.unwrap();
    let kept = claim(ports, &scope, &BODY, 60).await;
    assert_eq!(kept, IdempotencyClaim::Answered(answer(200)), "an answer is not abandoned");
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
        ports.idempotency.put(&scope, &expected).await.unwrap();
        assert_eq!(claim(ports, &scope, &BODY, 1).await, IdempotencyClaim::Answered(expected), "{key}");
    }
}
