use serde_json::json;

use crate::server::{CUSTOMER, Server};

const WINDOWS: &str = "/api/assignments/windows";

#[tokio::test]
async fn made_and_listed() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let body = json!({
        "threadId": thread, "staffId": "anna",
        "startsAt": "2026-01-19T16:00:00+01:00", "endsAt": "2026-01-19T18:00:00.5Z",
    });
    let made = server.post(&server.admin, WINDOWS, &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    let expected = json!({
        "id": made["id"], "threadId": thread, "staffId": "anna",
        "startsAt": "2026-01-19T15:00:00Z", "endsAt": "2026-01-19T18:00:00.500000Z",
        "createdAt": "2026-01-19T14:30:00Z",
    });
    assert_eq!(made, expected);
    server.clock.advance(1000);
    let again = server.post(&server.admin, WINDOWS, &body).await.json();
    assert_ne!(again["id"], made["id"], "without an idempotency key two requests make two windows");
    for (query, expected) in [
        (String::new(), json!([made, again])),
        (format!("?threadId={thread}"), json!([made, again])),
        ("?threadId=thr_none".to_owned(), json!([])),
    ] {
        let listed = server.get(&server.viewer, &format!("{WINDOWS}{query}")).await.json();
        assert_eq!(listed["items"], expected, "{query}");
    }
}

#[tokio::test]
async fn what_is_refused() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let (early, late) = ("2026-01-19T15:00:00Z", "2026-01-19T16:00:00Z");
    for (what, thread, staff, starts_at, ends_at, status, code) in [
        ("no thread", "thr_none", "anna", early, late, 404, "thread_not_found"),
        ("nobody", &thread, "", early, late, 400, "invalid_body"),
        ("backwards", &thread, "anna", late, early, 400, "invalid_span"),
        ("no time at all", &thread, "anna", early, early, 400, "invalid_span"),
        ("no zone", &thread, "anna", "2026-01-19T15:00:00", late, 400, "invalid_body"),
        ("a leap second", &thread, "anna", early, "2026-12-31T23:59:60Z", 400, "invalid_body"),
    ] {
        let body = json!({"threadId": thread, "staffId": staff, "startsAt": starts_at, "endsAt": ends_at});
        let answer = server.post(&server.admin, WINDOWS, &body).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}: {}", answer.text);
    }
}
