use axum::http::Method;
use serde_json::{Value, json};
use veralux_core::service::Receipt;

use crate::server::{CUSTOMER, FRONT_DESK, ROOT, Server, UNSENT, t1};

const VIOLATIONS: &str = "/api/policy/violations";

async fn violations(server: &Server, key: &str, query: &str) -> Vec<Value> {
    let answer = server.get(key, &format!("{VIOLATIONS}{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

async fn bodies(server: &Server, key: &str, thread: &str) -> Vec<Value> {
    let answer = server.get(key, &format!("/api/messages/threads/{thread}")).await;
    answer.json()["items"].as_array().unwrap().clone()
}

/// Anna with a window on a thread of her own.
async fn annas_thread(server: &Server) -> String {
    let body = json!({"kind": "recurring", "customerPhone": CUSTOMER, "staffId": "anna"});
    let thread =
        server.post(&server.admin, "/api/threads", &body).await.json()["id"].as_str().unwrap().to_owned();
    let window = json!({
        "threadId": thread, "staffId": "anna", "startsAt": "2026-01-19T00:00:00Z", "endsAt": "2026-01-20T00:00:00Z",
    });
    let answer = server.post(&server.admin, "/api/assignments/windows", &window).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    thread
}

fn by_anna(thread: &str, body: &str) -> Value {
    json!({"threadId": thread, "body": body, "sender": {"role": "staff", "id": "anna"}})
}

async fn held(server: &Server, thread: &str, body: &str) -> String {
    let answer = server.post(&server.admin, "/api/messages", &by_anna(thread, body)).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let body = answer.json();
    assert_eq!((&body["status"], &body["message"]), (&json!("held"), &json!(null)));
    body["violationId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_clean_message_of_staff_is_queued() {
    let server = Server::start().await;
    let thread = annas_thread(&server).await;
    let answer = server.post(&server.admin, "/api/messages", &by_anna(&thread, "Rex had a good walk")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let body = answer.json();
    assert_eq!((&body["status"], &body["warnings"]), (&json!("queued"), &json!([UNSENT])));
    let message = &body["message"];
    assert_eq!((&message["direction"], &message["delivery"]), (&json!("outbound"), &json!("queued")));
    assert_eq!(message["sender"], json!({"role": "staff", "id": "anna", "phone": null, "name": null}));
    assert_eq!(bodies(&server, &server.admin, &thread).await, std::slice::from_ref(message));
    assert!(violations(&server, &server.admin, "").await.is_empty());
}

#[tokio::test]
async fn contact_details_of_staff_wait_for_the_owner() {
    let server = Server::start().await;
    let thread = annas_thread(&server).await;
    let text = "text me, four one five five five five oh one three two";
    let id = held(&server, &thread, text).await;
    assert!(bodies(&server, &server.admin, &thread).await.is_empty(), "nothing is sent");
    let found = violations(&server, &server.admin, "?status=open").await;
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["id"], &found[0]["draft"]), (&json!(id), &json!(text)), "the draft is kept");
    assert_eq!(found[0]["findings"][0]["rule"], "phone.words");
    let shown = violations(&server, &server.viewer, "").await;
    let draft = shown[0]["draft"].as_str().unwrap();
    assert!(!draft.contains("four one") && shown[0]["redacted"] == true, "{draft}");
    assert_eq!(shown[0]["findings"][0]["start"], json!(null));

    let path = format!("{VIOLATIONS}/{id}/override");
    for (what, key, body, outcome) in [
        ("a viewer", &server.viewer, json!({"reason": "ok"}), (403, "read_only_key")),
        ("another tenant", &server.other, json!({"reason": "ok"}), (404, "violation_not_found")),
        ("no reason", &server.admin, json!({"reason": " "}), (400, "invalid_reason")),
    ] {
        let answer = server.post(key, &path, &body).await;
        assert_eq!(answer.outcome(), (outcome.0, outcome.1.to_owned()), "{what}");
    }
    let dismiss =
        server.post(&server.admin, &format!("{VIOLATIONS}/{id}/dismiss"), &json!({"reason": "x"})).await;
    assert_eq!(dismiss.outcome(), (409, "held".to_owned()));
    let answer = server.post(&server.admin, &path, &json!({"reason": "it is the vet's"})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let decided = answer.json();
    assert_eq!(
        (&decided["status"], &decided["ruling"]["action"]),
        (&json!("overridden"), &json!("send_as_is"))
    );
    let sent = bodies(&server, &server.admin, &thread).await;
    assert_eq!((sent.len(), &sent[0]["body"], &sent[0]["id"]), (1, &json!(text), &decided["messageId"]));
    let again = server.post(&server.admin, &path, &json!({"reason": "again"})).await;
    assert_eq!(again.outcome(), (409, "already_decided".to_owned()));
    assert_eq!(bodies(&server, &server.admin, &thread).await.len(), 1, "sent once");

    let events = server.events().await;
    let types: Vec<_> = events.iter().map(|event| event.draft.event_type.as_str()).collect();
    assert!(types.contains(&"message.held") && types.contains(&"violation.overridden"), "{types:?}");
    assert!(!format!("{events:?}").contains("four one"), "no text in the audit trail");
}

#[tokio::test]
async fn a_held_draft_is_redacted_or_rejected() {
    let server = Server::start().await;
    let thread = annas_thread(&server).await;
    let first = held(&server, &thread, "my insta is ann_walks92, see you").await;
    let second = held(&server, &thread, "mail ann.lee@example.org").await;
    let resolve = async |id: &str, action: &str| {
        let body = json!({"action": action, "reason": "as agreed"});
        server.post(&server.admin, &format!("{VIOLATIONS}/{id}/resolve"), &body).await
    };
    assert_eq!(resolve(&first, "acknowledge").await.outcome(), (409, "held".to_owned()));
    assert_eq!(resolve(&first, "redact_and_send").await.status, 200);
    let sent = bodies(&server, &server.admin, &thread).await;
    let body = sent[0]["body"].as_str().unwrap();
    assert!(sent.len() == 1 && !body.contains("ann_walks92") && body.ends_with("see you"), "{body}");
    assert_eq!(resolve(&second, "reject").await.json()["messageId"], json!(null));
    assert_eq!(bodies(&server, &server.admin, &thread).await.len(), 1, "the other is not sent");
    assert!(violations(&server, &server.admin, "?status=open").await.is_empty());
    assert_eq!(violations(&server, &server.admin, "?status=resolved").await.len(), 2);
}

#[tokio::test]
async fn the_owner_is_warned_and_the_customer_flagged() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let body = json!({"threadId": thread, "body": "or look at happypaws dot com"});
    let answer = server.post(&server.admin, "/api/messages", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.json()["warnings"], json!(["holds a contact detail: url (rule url.words)", UNSENT]));
    server.clock.advance(1_000_000);
    server.receive("SM1", CUSTOMER, FRONT_DESK, "mine is 415-555-0132").await;
    let found = violations(&server, &server.admin, &format!("?threadId={thread}")).await;
    let directions: Vec<_> = found.iter().map(|found| found["direction"].as_str().unwrap()).collect();
    assert_eq!(directions, ["inbound", "outbound"], "newest first");
    let path = |at: usize, verb: &str| format!("{VIOLATIONS}/{}/{verb}", found[at]["id"].as_str().unwrap());
    let reject = json!({"action": "reject", "reason": "x"});
    let answer = server.post(&server.admin, &path(0, "resolve"), &reject).await;
    assert_eq!(answer.outcome(), (409, "not_held".to_owned()));
    let dismissed = server.post(&server.admin, &path(0, "dismiss"), &json!({"reason": "the vet's"})).await;
    assert_eq!(dismissed.json()["status"], "dismissed");
    let body = json!({"action": "acknowledge", "reason": "our own site"});
    assert_eq!(server.post(&server.admin, &path(1, "resolve"), &body).await.json()["status"], "resolved");
    let one = server.get(&server.viewer, &format!("{VIOLATIONS}/{}", found[0]["id"].as_str().unwrap())).await;
    assert_eq!(one.json()["ruling"]["reason"], "the vet's");
}

#[tokio::test]
async fn a_number_in_pieces_is_seen_over_the_messages() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    for (event, text) in [("SM1", "415"), ("SM2", "ok, then 555"), ("SM3", "last bit 0132")] {
        let receipt = server.receive(event, CUSTOMER, FRONT_DESK, text).await;
        assert!(matches!(receipt, Receipt::Stored { .. }));
    }
    let found = violations(&server, &server.admin, &format!("?threadId={thread}")).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["findings"][0]["rule"], "phone.pieces");
    let shown = bodies(&server, &server.viewer, &thread).await;
    let last = shown[0]["body"].as_str().unwrap();
    assert!(!last.contains("0132"), "others do not see the piece: {last}");
    let memory = server.stores.policy.scan_context(&t1(), None, "").await.unwrap().memory;
    assert_eq!(memory, None, "nothing is remembered of nobody");
}

#[tokio::test]
async fn pieces_that_arrive_at_once_are_all_remembered() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    server.receive("SM0", CUSTOMER, FRONT_DESK, "my number comes in pieces").await;
    tokio::join!(
        server.receive("SM1", CUSTOMER, FRONT_DESK, "415"),
        server.receive("SM2", CUSTOMER, FRONT_DESK, "then 555"),
        server.receive("SM3", CUSTOMER, FRONT_DESK, "and last 0132"),
    );
    assert_eq!(bodies(&server, &server.admin, &thread).await.len(), 4, "nothing is lost");
    let found = violations(&server, &server.admin, "").await;
    assert!(!found.is_empty(), "in whatever order they came");
}

#[tokio::test]
async fn what_a_tenant_allows() {
    let server = Server::start().await;
    let path = "/api/policy/allow-list";
    assert_eq!(server.get(&server.viewer, path).await.json(), json!({"entries": [], "revision": 0}));
    let put =
        async |key: &str, body: Value| server.call(Method::PUT, path, key, &[], &body.to_string()).await;
    let entries =
        json!([{"kind": "url", "value": "happypaws.com"}, {"kind": "phone", "value": "+1 415 555 0132"}]);
    assert_eq!(put(&server.viewer, json!({"entries": [], "revision": 0})).await.status, 403);
    let answer = put(&server.admin, json!({"entries": entries, "revision": 0})).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["revision"]), (200, &json!(1)), "{}", answer.text);
    assert_eq!(
        put(&server.admin, json!({"entries": [], "revision": 0})).await.outcome(),
        (409, "stale".to_owned())
    );
    let long = json!({"entries": [{"kind": "url", "value": "x".repeat(254)}], "revision": 1});
    assert_eq!(put(&server.admin, long).await.outcome(), (400, "invalid_allow_list".to_owned()));
    let thread = server.thread("other", CUSTOMER).await;
    server.receive("SM1", CUSTOMER, FRONT_DESK, "saw happypaws.com and called 415-555-0132").await;
    assert!(violations(&server, &server.admin, "").await.is_empty(), "allowed");
    assert!(bodies(&server, &server.admin, &thread).await[0]["findings"].as_array().unwrap().is_empty());
    let text = json!({"text": "happypaws.com"});
    let scan = async |key: &str| server.post(key, "/api/policy/scan", &text).await.json()["findings"].clone();
    assert_eq!(scan(&server.admin).await, json!([]), "the tenant's detector");
    assert_eq!(scan(ROOT).await.as_array().unwrap().len(), 1, "the operator's");
    let text = json!({"text": "call 07700 900123"});
    let value = async || {
        server.post(&server.admin, "/api/policy/scan", &text).await.json()["findings"][0]["value"].clone()
    };
    assert_eq!(value().await, "07700900123", "nobody knows where the tenant is");
    let british = json!({"businessNumber": "+442079460000"}).to_string();
    let patched = server.call(Method::PATCH, "/api/admin/tenants/t1", ROOT, &[], &british).await;
    assert_eq!(patched.status, 200, "{}", patched.text);
    assert_eq!(value().await, "+447700900123", "a number of the tenant's country");
    assert_eq!(server.get(&server.other, path).await.json()["revision"], 0, "another tenant's is its own");
}

#[tokio::test]
async fn what_is_allowed_stays_in_what_is_redacted() {
    let server = Server::start().await;
    let thread = annas_thread(&server).await;
    let entries = json!([{"kind": "url", "value": "happypaws.com"}]);
    let body = json!({"entries": entries, "revision": 0}).to_string();
    let put = server.call(Method::PUT, "/api/policy/allow-list", &server.admin, &[], &body).await;
    assert_eq!(put.status, 200, "{}", put.text);
    let text = "see happypaws.com or mail ann.lee@example.org";
    let id = held(&server, &thread, text).await;
    let found = violations(&server, &server.admin, "").await;
    assert_eq!(found[0]["findings"].as_array().unwrap().len(), 1, "{found:?}");
    let resolve = json!({"action": "redact_and_send", "reason": "as agreed"});
    let answer = server.post(&server.admin, &format!("{VIOLATIONS}/{id}/resolve"), &resolve).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let sent = bodies(&server, &server.admin, &thread).await;
    let body = sent[0]["body"].as_str().unwrap();
    assert!(body.starts_with("see happypaws.com or mail [email"), "{body}");
    assert_eq!(sent[0]["findings"], json!([]));
}

#[tokio::test]
async fn what_is_not_sent() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    for (what, body, outcome) in [
        ("no window", by_anna(&thread, "hello"), (409, "not_sent")),
        ("no thread", json!({"threadId": "thr_none", "body": "hello"}), (404, "thread_not_found")),
        ("no text", json!({"threadId": thread, "body": " "}), (400, "invalid_body")),
        ("too long", json!({"threadId": thread, "body": "x".repeat(1531)}), (400, "invalid_body")),
    ] {
        let answer = server.post(&server.admin, "/api/messages", &body).await;
        assert_eq!(answer.outcome(), (outcome.0, outcome.1.to_owned()), "{what}: {}", answer.text);
    }
    let body = json!({"threadId": thread, "body": "hello"});
    assert_eq!(server.post(&server.viewer, "/api/messages", &body).await.status, 403);
    assert_eq!(server.post(&server.other, "/api/messages", &body).await.status, 404);
    assert!(bodies(&server, &server.admin, &thread).await.is_empty());
    let held = [("idempotency-key", "k1")];
    let send =
        async || server.call(Method::POST, "/api/messages", &server.admin, &held, &body.to_string()).await;
    let (one, two) = (send().await, send().await);
    assert_eq!((one.status.as_u16(), &one.text), (201, &two.text), "the same answer");
    assert_eq!(bodies(&server, &server.admin, &thread).await.len(), 1, "sent once");
}
