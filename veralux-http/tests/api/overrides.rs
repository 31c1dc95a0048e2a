use axum::http::Method;
use serde_json::{Value, json};

use crate::server::{CUSTOMER, FRONT_DESK, Server};

const OVERRIDES: &str = "/api/routing/overrides";

fn to_ben(thread: &str) -> Value {
    json!({"threadId": thread, "target": "staff", "targetId": "ben", "durationHours": 1.5, "reason": "Anna is ill"})
}

#[tokio::test]
async fn made_listed_taken_back() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let made = server.post(&server.admin, OVERRIDES, &to_ben(&thread)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    let expected = json!({
        "id": made["id"], "threadId": thread, "target": "staff", "targetId": "ben",
        "startsAt": "2026-01-19T14:30:00Z", "endsAt": "2026-01-19T16:00:00Z",
        "createdAt": "2026-01-19T14:30:00Z", "removedAt": null, "reason": "Anna is ill",
    });
    assert_eq!(made, expected);
    let list = async |query: &str| server.get(&server.viewer, &format!("{OVERRIDES}{query}")).await.json();
    assert_eq!(list(&format!("?threadId={thread}")).await["items"], json!([made]));
    assert_eq!(list("?threadId=thr_none").await["items"], json!([]));

    server.receive("SM1", CUSTOMER, FRONT_DESK, "hello").await;
    let messages = server.get(&server.viewer, &format!("/api/messages/threads/{thread}")).await.json();
    assert_eq!(messages["items"][0]["target"], json!({"kind": "staff", "id": "ben"}));

    let path = format!("{OVERRIDES}/{}", made["id"].as_str().unwrap());
    server.clock.advance(1_000_000);
    let removed = server.call(Method::DELETE, &path, &server.admin, &[], "").await;
    assert_eq!((removed.status.as_u16(), removed.text.as_str()), (204, ""));
    let again = server.call(Method::DELETE, &path, &server.admin, &[], "").await;
    assert_eq!(again.outcome(), (404, "override_not_found".to_owned()));
    assert_eq!(list("").await["items"][0]["removedAt"], "2026-01-19T14:30:01Z", "it stays in the list");
    let types: Vec<_> =
        server.events().await.iter().map(|event| event.draft.event_type.to_string()).collect();
    assert!(types.ends_with(&["message.received".to_owned(), "override.removed".to_owned()]), "{types:?}");
}

#[tokio::test]
async fn another_tenants_override_stays() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let made = server.post(&server.admin, OVERRIDES, &to_ben(&thread)).await.json();
    let path = format!("{OVERRIDES}/{}", made["id"].as_str().unwrap());
    let answer = server.call(Method::DELETE, &path, &server.other, &[], "").await;
    assert_eq!(answer.outcome(), (404, "override_not_found".to_owned()));
    let listed = server.get(&server.viewer, OVERRIDES).await.json();
    assert_eq!(listed["items"][0]["removedAt"], Value::Null);
}

#[tokio::test]
async fn what_is_refused() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let events = server.events().await;
    for (what, field, value, status, code) in [
        ("no thread", "threadId", json!("thr_none"), 404, "thread_not_found"),
        ("an empty thread", "threadId", json!(""), 400, "invalid_body"),
        ("an unknown target", "target", json!("everybody"), 400, "invalid_body"),
        ("staff, nobody named", "targetId", Value::Null, 400, "invalid_target"),
        ("the owner, somebody named", "target", json!("owner_inbox"), 400, "invalid_target"),
        ("the customer, somebody named", "target", json!("customer"), 400, "invalid_target"),
        ("no time", "durationHours", json!(0), 400, "invalid_duration"),
        ("the past", "durationHours", json!(-1), 400, "invalid_duration"),
        ("less than a microsecond", "durationHours", json!(1e-12), 400, "invalid_duration"),
        ("more than a year", "durationHours", json!(8760.5), 400, "invalid_duration"),
        ("a text", "durationHours", json!("2"), 400, "invalid_body"),
        ("no reason", "reason", json!("  "), 400, "invalid_reason"),
        ("too much of it", "reason", json!("x".repeat(501)), 400, "invalid_reason"),
    ] {
        let mut body = to_ben(&thread);
        body[field] = value;
        let answer = server.post(&server.admin, OVERRIDES, &body).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}: {}", answer.text);
    }
    assert_eq!(server.events().await, events);
}
