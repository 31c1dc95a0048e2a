//! What holds for every endpoint alike: who may, for which tenant, about what.

use axum::http::Method;
use serde_json::{Value, json};

use crate::server::{CUSTOMER, Server};

/// Method, path and a body that would be taken, of every endpoint that is about one tenant.
fn endpoints(thread: &str) -> Vec<(Method, String, Value)> {
    let (starts, ends) = ("2026-01-19T15:00:00Z", "2026-01-19T16:00:00Z");
    vec![
        (Method::POST, "/api/routing/simulate".to_owned(), json!({"threadId": thread})),
        (Method::GET, format!("/api/routing/threads/{thread}/history"), Value::Null),
        (Method::POST, "/api/routing/decisions/dec_none/replay".to_owned(), Value::Null),
        (Method::GET, "/api/routing/overrides".to_owned(), Value::Null),
        (
            Method::POST,
            "/api/routing/overrides".to_owned(),
            json!({"threadId": thread, "target": "customer", "durationHours": 1, "reason": "why"}),
        ),
        (Method::DELETE, "/api/routing/overrides/ovr_none".to_owned(), Value::Null),
        (Method::GET, "/api/threads".to_owned(), Value::Null),
        (Method::POST, "/api/threads".to_owned(), json!({"kind": "one_time", "customerPhone": CUSTOMER})),
        (Method::GET, format!("/api/threads/{thread}"), Value::Null),
        (Method::PATCH, format!("/api/threads/{thread}"), json!({"optedOut": true})),
        (Method::GET, format!("/api/messages/threads/{thread}"), Value::Null),
        (Method::GET, "/api/messages/inbox".to_owned(), Value::Null),
        (Method::GET, "/api/assignments/windows".to_owned(), Value::Null),
        (
            Method::POST,
            "/api/assignments/windows".to_owned(),
            json!({"threadId": thread, "staffId": "anna", "startsAt": starts, "endsAt": ends}),
        ),
    ]
}

fn is_read(method: &Method, path: &str) -> bool {
    method == Method::GET || path.ends_with("/simulate") || path.ends_with("/replay")
}

fn text(body: &Value) -> String {
    if body.is_null() { String::new() } else { body.to_string() }
}

#[tokio::test]
async fn a_viewer_reads_and_changes_nothing() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let before = server.events().await;
    for (method, path, body) in endpoints(&thread) {
        let answer = server.call(method.clone(), &path, &server.viewer, &[], &text(&body)).await;
        let (status, code) = answer.outcome();
        if is_read(&method, &path) {
            assert!(status == 200 || code == "decision_not_found", "{method} {path}: {}", answer.text);
        } else {
            assert_eq!((status, code.as_str()), (403, "read_only_key"), "{method} {path}");
        }
    }
    assert_eq!(server.events().await, before);
}

#[tokio::test]
async fn another_tenant_finds_nothing() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let before = server.events().await;
    for (method, path, body) in endpoints(&thread) {
        let headers = [("x-tenant-id", "t1")];
        let answer = server.call(method.clone(), &path, &server.other, &headers, &text(&body)).await;
        assert_eq!(answer.outcome(), (404, "tenant_not_found".to_owned()), "{method} {path}");

        let answer = server.call(method.clone(), &path, &server.other, &[], &text(&body)).await;
        let (status, code) = answer.outcome();
        match answer.json()["items"].as_array() {
            Some(items) => assert!(items.is_empty(), "{method} {path}"),
            None if path == "/api/threads" => assert_eq!((status, code.as_str()), (409, "pool_exhausted")),
            None => assert_eq!(status, 404, "{method} {path}: {}", answer.text),
        }
    }
    assert_eq!(server.events().await, before);
}

#[tokio::test]
async fn what_is_no_id_names_nothing() {
    let server = Server::start().await;
    let long = "x".repeat(129);
    for bad in ["%00", long.as_str(), "a%0Ab"] {
        for (method, path, code) in [
            (Method::GET, format!("/api/threads/{bad}"), "thread_not_found"),
            (Method::PATCH, format!("/api/threads/{bad}"), "thread_not_found"),
            (Method::GET, format!("/api/messages/threads/{bad}"), "thread_not_found"),
            (Method::GET, format!("/api/routing/threads/{bad}/history"), "thread_not_found"),
            (Method::POST, format!("/api/routing/decisions/{bad}/replay"), "decision_not_found"),
            (Method::DELETE, format!("/api/routing/overrides/{bad}"), "override_not_found"),
        ] {
            let body = if method == Method::PATCH { "{}" } else { "" };
            let answer = server.call(method, &path, &server.admin, &[], body).await;
            assert_eq!(answer.outcome(), (404, code.to_owned()), "{path}");
        }
    }
}

/// Every endpoint that takes a body refuses what is not one, before anything else happens.
#[tokio::test]
async fn bodies_are_checked_everywhere() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let mut endpoints = endpoints(&thread);
    endpoints.push((Method::POST, "/api/policy/scan".to_owned(), json!({"text": "hello"})));
    for (method, path, body) in endpoints {
        let Value::Object(mut fields) = body else { continue };
        fields.insert("colour".to_owned(), json!(1));
        let unknown = Value::Object(fields).to_string();
        for (body, content_type, status, code) in [
            ("{", "application/json", 400, "malformed_json"),
            (unknown.as_str(), "application/json", 400, "invalid_body"),
            (&unknown, "text/plain", 415, "json_required"),
        ] {
            let headers = [("content-type", content_type), ("x-admin-key", server.admin.as_str())];
            let request = headers.iter().fold(
                axum::http::Request::builder().method(method.clone()).uri(&path),
                |request, (name, value)| request.header(*name, *value),
            );
            let answer = server.send(request.body(body.to_owned().into()).unwrap()).await;
            assert_eq!(answer.outcome(), (status, code.to_owned()), "{method} {path} {content_type}");
        }
        let long = format!("\"{}\"", "x".repeat(1 << 20));
        let answer = server.call(method.clone(), &path, &server.admin, &[], &long).await;
        assert_eq!(answer.outcome(), (413, "body_too_large".to_owned()), "{method} {path}");
    }
}

#[tokio::test]
async fn pages_are_asked_for_properly() {
    let server = Server::start().await;
    for path in ["/api/threads", "/api/messages/inbox", "/api/assignments/windows", "/api/routing/overrides"]
    {
        for (query, status, code) in [
            ("limit=1", 200, ""),
            ("limit=200", 200, ""),
            ("limit=0", 400, "invalid_limit"),
            ("limit=201", 400, "invalid_limit"),
            ("limit=many", 400, "invalid_query"),
            ("cursor=", 400, "invalid_cursor"),
        ] {
            let answer = server.get(&server.viewer, &format!("{path}?{query}")).await;
            assert_eq!(answer.outcome(), (status, code.to_owned()), "{path}?{query}");
        }
    }
}
