use axum::http::Method;
use serde_json::{Value, json};

use crate::server::{ANNAS, CUSTOMER, FRONT_DESK, POOL, ROOT, Server};

const THREADS: &str = "/api/threads";

async fn patch(server: &Server, thread: &str, body: &Value) -> crate::server::Answer {
    server.call(Method::PATCH, &format!("{THREADS}/{thread}"), &server.admin, &[], &body.to_string()).await
}

#[tokio::test]
async fn opened_on_the_number_of_its_kind() {
    let server = Server::start().await;
    for (kind, number) in [("other", FRONT_DESK), ("one_time", POOL), ("recurring", ANNAS)] {
        let body = json!({"kind": kind, "customerPhone": " +1 415 555 0199 ", "customerId": "c1", "staffId": "anna"});
        let answer = server.post(&server.admin, THREADS, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let thread = answer.json();
        let expected = json!({
            "id": thread["id"], "kind": kind, "status": "active", "customerId": "c1",
            "numberId": server.number(number).await, "number": number, "optedOut": false,
            "createdAt": "2026-01-19T14:30:00Z", "pairFreeAt": null,
        });
        assert_eq!(thread, expected, "{kind}");
        let path = format!("{THREADS}/{}", thread["id"].as_str().unwrap());
        let looked_up = server.get(&server.viewer, &path).await;
        assert_eq!(looked_up.json(), thread, "{kind}");
        assert!(!looked_up.text.contains(CUSTOMER), "the customer's own number is in no answer");
    }
}

#[tokio::test]
async fn what_is_refused() {
    let server = Server::start().await;
    server.thread("other", CUSTOMER).await;
    for (what, body, status, code) in [
        ("the same again", json!({"kind": "other", "customerPhone": CUSTOMER}), 409, "thread_exists"),
        (
            "another id",
            json!({"kind": "one_time", "customerPhone": CUSTOMER, "customerId": "c9"}),
            409,
            "customer_conflict",
        ),
        ("nobody named", json!({"kind": "recurring", "customerPhone": CUSTOMER}), 400, "staff_required"),
        (
            "nobody's line",
            json!({"kind": "recurring", "customerPhone": CUSTOMER, "staffId": "ben"}),
            409,
            "number_missing",
        ),
        ("no number", json!({"kind": "other", "customerPhone": "0199"}), 400, "invalid_customer_phone"),
        ("too short", json!({"kind": "other", "customerPhone": "+1234"}), 400, "invalid_customer_phone"),
        ("the tenant's own", json!({"kind": "other", "customerPhone": FRONT_DESK}), 400, "own_number"),
        (
            "no such number",
            json!({"kind": "other", "customerPhone": CUSTOMER, "numberId": "num_none"}),
            404,
            "number_not_found",
        ),
        (
            "a number of another class",
            json!({"kind": "other", "customerPhone": CUSTOMER, "numberId": server.number(POOL).await}),
            409,
            "number_unfit",
        ),
        ("no kind", json!({"kind": "some", "customerPhone": CUSTOMER}), 400, "invalid_body"),
    ] {
        let answer = server.post(&server.admin, THREADS, &body).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}: {}", answer.text);
        assert!(!answer.text.contains(CUSTOMER.trim_start_matches('+')), "{what}: {}", answer.text);
    }
}

#[tokio::test]
async fn changed_step_by_step() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    for (what, body, status, opted_out, pair_free_at) in [
        ("nothing", json!({}), "active", false, Value::Null),
        ("opted out", json!({"optedOut": true}), "active", true, Value::Null),
        ("blocked", json!({"status": "blocked"}), "blocked", true, Value::Null),
        (
            "closed",
            json!({"status": "closed", "optedOut": false}),
            "closed",
            false,
            json!("2026-02-18T14:30:00Z"),
        ),
        ("closed again", json!({"status": "closed"}), "closed", false, json!("2026-02-18T14:30:00Z")),
        ("archived", json!({"status": "archived"}), "archived", false, json!("2026-02-18T14:30:00Z")),
        ("reopened", json!({"status": "active"}), "active", false, Value::Null),
    ] {
        let answer = patch(&server, &thread, &body).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.text);
        let found = answer.json();
        assert_eq!((&found["status"], &found["optedOut"]), (&json!(status), &json!(opted_out)), "{what}");
        assert_eq!(found["pairFreeAt"], pair_free_at, "{what}");
    }
    assert_eq!(patch(&server, "thr_none", &json!({})).await.outcome(), (404, "thread_not_found".to_owned()));
    assert_eq!(
        patch(&server, &thread, &json!({"status": "gone"})).await.outcome(),
        (400, "invalid_body".to_owned())
    );
}

#[tokio::test]
async fn listed_by_what_one_looks_for() {
    let server = Server::start().await;
    let desk = server.thread("other", CUSTOMER).await;
    let booking = server.thread("one_time", CUSTOMER).await;
    let other = server.thread("one_time", "+14155550188").await;
    patch(&server, &booking, &json!({"status": "closed"})).await;
    let customer =
        server.get(&server.viewer, &format!("{THREADS}/{desk}")).await.json()["customerId"].clone();
    let (customer, pool) = (customer.as_str().unwrap(), server.number(POOL).await);
    for (query, expected) in [
        (String::new(), vec![&desk, &booking, &other]),
        ("?status=active".to_owned(), vec![&desk, &other]),
        (format!("?numberId={pool}"), vec![&booking, &other]),
        (format!("?customerId={customer}"), vec![&desk, &booking]),
        (format!("?customerId={customer}&numberId={pool}&status=closed"), vec![&booking]),
        ("?numberId=num_none".to_owned(), vec![]),
    ] {
        let body = server.get(&server.viewer, &format!("{THREADS}{query}")).await.json();
        let mut found: Vec<_> =
            body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
        let mut expected: Vec<_> = expected.into_iter().map(String::as_str).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
    assert_eq!(
        server.get(&server.viewer, "/api/threads?status=gone").await.outcome(),
        (400, "invalid_query".to_owned())
    );
    let first = server.get(&server.viewer, "/api/threads?limit=2").await.json();
    let next = format!("/api/threads?limit=2&cursor={}", first["nextCursor"].as_str().unwrap());
    assert_eq!(server.get(&server.viewer, &next).await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_stranger_is_answered_on_the_number_they_wrote_to() {
    let server = Server::start().await;
    for number in ["+14155550105", "+14155550106"] {
        let body = json!({"e164": number, "class": "front_desk"});
        assert_eq!(server.post(ROOT, "/api/numbers/import?tenantId=t1", &body).await.status, 201);
    }
    server.receive("SM1", CUSTOMER, "+14155550106", "hello").await;
    let inbox = server.get(&server.viewer, "/api/messages/inbox").await.json();
    let dialled = server.number("+14155550106").await.to_string();
    assert_eq!(inbox["items"][0]["numberId"], dialled, "the inbox says which");
    let open = async |body: Value| server.post(&server.admin, THREADS, &body).await.json();
    let thread = open(json!({"kind": "other", "customerPhone": CUSTOMER})).await;
    assert_eq!(thread["numberId"], dialled);
    let named = server.number("+14155550105").await.to_string();
    let other = open(json!({"kind": "other", "customerPhone": "+14155550198", "numberId": named})).await;
    assert_eq!(other["numberId"], named);
}
