use serde_json::{Value, json};

use crate::server::{CUSTOMER, FRONT_DESK, ROOT, STRANGER, Server};

const TEXT: &str = "call me on (415) 555-0123";

async fn items(server: &Server, key: &str, path: &str) -> Vec<Value> {
    let answer = server.get(key, path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn owners_see_texts_whole_and_viewers_redacted() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    server.receive("SM1", CUSTOMER, FRONT_DESK, TEXT).await;
    let path = format!("/api/messages/threads/{thread}");
    let of_root = format!("{path}?tenantId=t1");
    for (key, path, whole) in [
        (server.admin.as_str(), &path, true),
        (ROOT, &of_root, true),
        (&server.viewer, &path, false),
        (&server.auditor, &of_root, false),
    ] {
        let answer = server.get(key, path).await;
        let message = &answer.json()["items"][0];
        assert_eq!(message["body"] == TEXT, whole, "{}", answer.text);
        assert_eq!(answer.text.contains("555-0123"), whole);
        assert_eq!(answer.text.contains(CUSTOMER), whole);
        assert_eq!(message["redacted"], !whole);
        assert_eq!(message["findings"][0]["kind"], "phone");
        assert_eq!(message["findings"][0]["start"], if whole { json!(11) } else { Value::Null });
    }
    let viewed = &items(&server, &server.viewer, &path).await[0];
    assert_eq!(viewed["body"], "call me on [phone: ..23]");
}

#[tokio::test]
async fn a_message_in_full() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let customer =
        server.get(&server.admin, &format!("/api/threads/{thread}")).await.json()["customerId"].clone();
    server.receive("SM1", CUSTOMER, FRONT_DESK, "hello").await;
    let found = items(&server, &server.admin, &format!("/api/messages/threads/{thread}")).await;
    let decision = server.get(&server.admin, &format!("/api/routing/threads/{thread}/history")).await.json();
    let expected = json!([{
        "id": found[0]["id"], "threadId": thread, "numberId": server.number(FRONT_DESK).await, "direction": "inbound",
        "sender": {"role": "customer", "id": customer, "phone": CUSTOMER, "name": null},
        "body": "hello", "media": [], "redacted": false, "findings": [], "action": "deliver",
        "target": {"kind": "owner_inbox", "id": null},
        "decisionId": decision["items"][0]["id"], "delivery": null, "deliveryDetail": null, "receivedAt": "2026-01-19T14:30:00Z",
    }]);
    assert_eq!(json!(found), expected);
    assert_eq!(decision["items"][0]["messageId"], found[0]["id"]);
}

#[tokio::test]
async fn the_inbox_holds_what_has_no_thread() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    assert!(items(&server, &server.viewer, "/api/messages/inbox").await.is_empty());
    for (event, from) in [("SM1", CUSTOMER), ("SM2", STRANGER), ("SM3", "72345")] {
        server.receive(event, from, FRONT_DESK, "hello").await;
        server.clock.advance(1_000_000);
    }
    let inbox = items(&server, &server.admin, "/api/messages/inbox").await;
    let threads: Vec<_> = inbox.iter().map(|message| message["threadId"].as_str()).collect();
    assert_eq!(threads, [None, None, Some(thread.as_str())], "newest first");
    let senders: Vec<_> = inbox.iter().map(|message| message["sender"]["phone"].as_str()).collect();
    assert_eq!(senders, [None, Some(STRANGER), Some(CUSTOMER)]);
    assert_eq!(items(&server, &server.admin, &format!("/api/messages/threads/{thread}")).await.len(), 1);

    let suspend = json!({"status": "suspended"}).to_string();
    let headers = [("x-tenant-id", "t1")];
    let answer =
        server.call(axum::http::Method::PATCH, "/api/admin/tenants/t1", ROOT, &headers, &suspend).await;
    assert_eq!(answer.status, 200);
    server.receive("SM4", STRANGER, FRONT_DESK, "hello").await;
    let inbox = items(&server, &server.admin, "/api/messages/inbox").await;
    assert_eq!((inbox.len(), &inbox[0]["action"]), (4, &json!("block")), "blocked, and not lost");
}

#[tokio::test]
async fn a_thread_that_is_none() {
    let server = Server::start().await;
    let answer = server.get(&server.admin, "/api/messages/threads/thr_none").await;
    assert_eq!(answer.outcome(), (404, "thread_not_found".to_owned()));
}
