//! `Idempotency-Key`: the same POST twice acts once, and says what is known of the first.

use std::time::Duration;

use axum::http::Method;

use crate::common::{THREADS, thread};
use crate::server::{CUSTOMER, Next, Server};

#[tokio::test]
async fn the_same_post_twice_acts_once() {
    let server = Server::start().await;
    let send = async |key: &str, body: &str| {
        let headers = [("idempotency-key", key)];
        server.call(Method::POST, THREADS, &server.admin, &headers, body).await
    };
    let first = send("k1", &thread(CUSTOMER)).await;
    assert_eq!(first.status, 201);
    let again = send("k1", &thread(CUSTOMER)).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!(again.header("content-type"), first.header("content-type"));
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));

    let other = send("k1", &thread("+14155550198")).await;
    assert_eq!(other.outcome(), (422, "idempotency_key_reused".to_owned()));
    assert_eq!(
        send("k2", &thread(CUSTOMER)).await.outcome(),
        (409, "thread_exists".to_owned()),
        "another key acts"
    );
    let refused = send("k2", &thread(CUSTOMER)).await;
    assert_eq!(refused.outcome(), (409, "thread_exists".to_owned()), "a refusal is kept too");
    assert_eq!(refused.header("idempotency-replayed"), "true");
    assert_ne!(refused.json()["requestId"], "");

    let far = server
        .call(Method::POST, THREADS, &server.other, &[("idempotency-key", "k1")], &thread(CUSTOMER))
        .await;
    assert_eq!(far.outcome(), (409, "number_missing".to_owned()), "keys of different callers never meet");
    for bad in ["", "a b", &"x".repeat(256)] {
        assert_eq!(send(bad, &thread(CUSTOMER)).await.outcome(), (400, "invalid_idempotency_key".to_owned()));
    }
    server.clock.advance(24 * 3_600_000_000 + 1);
    assert_eq!(
        send("k1", &thread(CUSTOMER)).await.outcome(),
        (409, "thread_exists".to_owned()),
        "forgotten after a day"
    );
}

#[tokio::test]
async fn a_kept_answer_shows_nothing_to_whoever_reads_the_store() {
    let server = Server::start().await;
    let send = async || {
        let key = [("idempotency-key", "k1")];
        server.call(Method::POST, THREADS, &server.admin, &key, &thread(CUSTOMER)).await
    };
    let first = send().await;
    assert_eq!(first.status, 201);
    assert_eq!(send().await.text, first.text);
    let kept = server.ledger.kept();
    let [answer] = kept.as_slice() else { panic!("{} answers", kept.len()) };
    let id = first.json()["id"].as_str().unwrap().to_owned();
    for part in [id.as_str(), CUSTOMER.trim_start_matches('+'), "tenantId", server.admin.as_str()] {
        let shown = answer.body.windows(part.len()).any(|bytes| bytes == part.as_bytes());
        assert!(!shown, "{part}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_open_is_lost() {
    let server = Server::start().await;
    let send = async |key: &str| {
        let headers = [("idempotency-key", key)];
        server.call(Method::POST, THREADS, &server.admin, &headers, &thread(CUSTOMER)).await
    };
    server.ledger.spoil_answer();
    assert_eq!(send("k1").await.status, 201);
    for _ in 0..2 {
        assert_eq!(send("k1").await.outcome(), (409, "answer_lost".to_owned()));
    }
    assert_eq!(send("k2").await.outcome(), (409, "thread_exists".to_owned()), "it has acted");
}

#[tokio::test]
async fn a_post_at_work_is_told_and_finishes() {
    let server = std::sync::Arc::new(Server::start().await);
    server.ledger.next(Next::Waits);
    let send = |server: std::sync::Arc<Server>| async move {
        server
            .call(Method::POST, THREADS, &server.admin, &[("idempotency-key", "k1")], &thread(CUSTOMER))
            .await
    };
    let first = tokio::spawn(send(server.clone()));
    server.ledger.arrival().await;
    let second = send(server.clone()).await;
    assert_eq!(second.outcome(), (409, "idempotency_key_in_use".to_owned()));
    assert_eq!(second.header("retry-after"), "1");
    server.ledger.release();
    let first = first.await.unwrap();
    assert_eq!(first.status, 201);
    assert_eq!(send(server.clone()).await.text, first.text);
}

#[tokio::test]
async fn what_has_acted_without_an_answer_is_never_asked_to_be_repeated() {
    let server = Server::start().await;
    server.ledger.next(Next::FailsBehind);
    for _ in 0..3 {
        let key = [("idempotency-key", "k1")];
        let lost = server.call(Method::POST, THREADS, &server.admin, &key, &thread(CUSTOMER)).await;
        assert_eq!(lost.outcome(), (409, "answer_lost".to_owned()));
    }
    let key = [("idempotency-key", "k2")];
    let again = server.call(Method::POST, THREADS, &server.admin, &key, &thread(CUSTOMER)).await;
    assert_eq!(again.outcome(), (409, "thread_exists".to_owned()), "it has acted");
}

#[tokio::test]
async fn a_key_whose_claim_was_not_heard_of_is_free_soon() {
    let server = Server::start().await;
    let send = async || {
        let key = [("idempotency-key", "k1")];
        server.call(Method::POST, THREADS, &server.admin, &key, &thread(CUSTOMER)).await
    };
    server.ledger.lose_claim();
    assert_eq!(send().await.outcome(), (503, "store_unavailable".to_owned()));
    let mut answer = send().await;
    for _ in 0..100 {
        if answer.status == 201 {
            return;
        }
        assert_eq!(answer.outcome(), (409, "idempotency_key_in_use".to_owned()), "nobody gave it back yet");
        tokio::time::sleep(Duration::from_millis(100)).await;
        answer = send().await;
    }
    panic!("it stays in use: {}", answer.text);
}

#[tokio::test]
async fn what_failed_on_our_side_may_be_tried_again() {
    for (next, status, code) in [(Next::Fails, 503, "store_unavailable"), (Next::Panics, 500, "internal")] {
        let server = Server::start().await;
        let send = async || {
            server
                .call(Method::POST, THREADS, &server.admin, &[("idempotency-key", "k1")], &thread(CUSTOMER))
                .await
        };
        server.ledger.next(next);
        let failed = send().await;
        assert_eq!(failed.outcome(), (status, code.to_owned()));
        assert!(!failed.text.contains("secret"), "{}", failed.text);
        assert_eq!(send().await.status, 201, "{next:?}");
    }
}
