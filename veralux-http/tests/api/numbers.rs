use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use veralux_core::id::StaffId;
use veralux_core::number::ThreadKind;
use veralux_core::phone::E164;
use veralux_core::service::{Context, DEFAULT_TAIL, ThreadRequest, Threads};

use crate::server::{ANNAS, Answer, CUSTOMER, FRONT_DESK, Next, POOL, ROOT, Server, UNSENT, t1};

const NUMBERS: &str = "/api/numbers";
/// As the operator, for `t1`: new numbers that are only noted.
const IMPORT_T1: &str = "/api/numbers/import?tenantId=t1";
const SECOND_DESK: &str = "+14155550103";
const SPARE: &str = "+14155550104";

fn outcome(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

async fn import(server: &Server, key: &str, e164: &str, class: &str) -> Answer {
    let path = if key == ROOT { IMPORT_T1 } else { "/api/numbers/import" };
    server.post(key, path, &json!({"e164": e164, "class": class})).await
}

async fn act(server: &Server, e164: &str, act: &str, body: &Value) -> Answer {
    let id = server.number(e164).await;
    server.post(&server.admin, &format!("{NUMBERS}/{id}/{act}"), body).await
}

async fn impact(server: &Server, e164: &str, query: &str) -> Answer {
    let id = server.number(e164).await;
    server.get(&server.viewer, &format!("{NUMBERS}/{id}/impact?action={query}")).await
}

/// Opens a thread between a customer and Anna.
async fn opened(server: &Server) -> String {
    let request = ThreadRequest {
        kind: ThreadKind::Recurring,
        customer_phone: E164::parse(CUSTOMER).unwrap(),
        customer: None,
        staff: Some(StaffId::parse("anna").unwrap()),
        number: None,
    };
    let threads = Threads::new(server.stores.clone(), DEFAULT_TAIL);
    threads.open(&Context::SYSTEM, &t1(), request).await.unwrap().id.to_string()
}

async fn types(server: &Server) -> Vec<String> {
    server.events().await.iter().map(|event| event.draft.event_type.to_string()).collect()
}

#[tokio::test]
async fn a_number_is_imported_once() {
    let server = Server::start().await;
    let body = json!({"e164": SPARE, "class": "pool", "provider": "telnyx"});
    let refused = server.post(&server.admin, "/api/numbers/import", &body).await;
    assert_eq!(refused.outcome(), outcome(403, "operators_only"), "nothing shows that it is the tenant's");
    let answer = server.post(ROOT, IMPORT_T1, &body).await;
    let view = answer.json();
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(
        view,
        json!({
            "id": view["id"], "e164": SPARE, "class": "pool", "status": "active", "staffId": null,
            "quarantine": null, "provider": "telnyx", "lastUsedAt": null, "givenBackAt": null,
            "createdAt": "2026-01-19T14:30:00Z",
        })
    );
    let id = view["id"].as_str().unwrap();
    let mut looked_up = server.get(&server.viewer, &format!("{NUMBERS}/{id}")).await.json();
    assert_eq!(
        looked_up.as_object_mut().unwrap().remove("health"),
        Some(json!("green")),
        "shown of one number"
    );
    assert_eq!(looked_up, view);
    let twice = server.post(&server.admin, "/api/numbers/import", &body).await;
    assert_eq!(twice.outcome(), outcome(409, "number_exists"));
    let stolen = import(&server, &server.other, SPARE, "pool").await;
    assert_eq!(stolen.outcome(), outcome(409, "held_by_another_tenant"));

    assert_eq!(act(&server, SPARE, "deactivate", &json!({})).await.json()["status"], "inactive");
    let again = import(&server, &server.admin, SPARE, "staff").await;
    assert_eq!(again.status, 201);
    let again = again.json();
    assert_eq!(
        (&again["id"], &again["class"], &again["status"], &again["provider"]),
        (&json!(id), &json!("staff"), &json!("active"), &json!("import"))
    );
}

#[tokio::test]
async fn imports_that_are_refused() {
    let server = Server::start().await;
    let headers = [("x-tenant-id", "_platform")];
    let body = json!({"e164": SPARE, "class": "pool"}).to_string();
    let platform = server.call(Method::POST, "/api/numbers/import", ROOT, &headers, &body).await;
    assert_eq!(platform.outcome(), outcome(404, "tenant_not_found"), "the platform holds no numbers");
    for (what, body, code, field) in [
        ("no number", json!({"e164": "4155550104", "class": "pool"}), "invalid_number", "e164"),
        ("no class", json!({"e164": SPARE}), "invalid_body", "class"),
        ("no such class", json!({"e164": SPARE, "class": "vip"}), "invalid_body", "class"),
        (
            "no slug",
            json!({"e164": SPARE, "class": "pool", "provider": "A b"}),
            "invalid_provider",
            "provider",
        ),
        (
            "a typing error",
            json!({"e164": SPARE, "class": "pool", "provider": "twillio"}),
            "invalid_provider",
            "provider",
        ),
        ("blank", json!({"e164": SPARE, "class": "pool", "provider": ""}), "invalid_provider", "provider"),
        ("an unknown field", json!({"e164": SPARE, "class": "pool", "id": "x"}), "invalid_body", "id"),
    ] {
        let answer = server.post(&server.admin, "/api/numbers/import", &body).await;
        assert_eq!(answer.outcome(), outcome(400, code), "{what}");
        assert_eq!(answer.json()["errors"][0]["path"], field, "{what}: {}", answer.text);
    }
}

#[tokio::test]
async fn numbers_are_listed_by_class_and_status() {
    let server = Server::start().await;
    import(&server, ROOT, SPARE, "pool").await;
    act(&server, SPARE, "quarantine", &json!({"reason": "spam"})).await;
    for (query, found) in [
        ("", vec![FRONT_DESK, POOL, ANNAS, SPARE]),
        ("?class=pool", vec![POOL, SPARE]),
        ("?status=quarantined", vec![SPARE]),
        ("?class=pool&status=active", vec![POOL]),
        ("?class=front_desk&status=inactive", vec![]),
    ] {
        let answer = server.get(&server.viewer, &format!("{NUMBERS}{query}")).await;
        let list = answer.json();
        let mut numbers: Vec<_> =
            list["items"].as_array().unwrap().iter().map(|item| item["e164"].as_str().unwrap()).collect();
        numbers.sort_unstable();
        assert_eq!((answer.status.as_u16(), numbers), (200, found), "{query}");
    }
    for (query, code) in
        [("?class=vip", "invalid_query"), ("?status=gone", "invalid_query"), ("?limit=201", "invalid_limit")]
    {
        let answer = server.get(&server.viewer, &format!("{NUMBERS}{query}")).await;
        assert_eq!(answer.outcome(), outcome(400, code), "{query}");
    }
    let first = server.get(&server.viewer, &format!("{NUMBERS}?limit=3")).await.json();
    let cursor = first["nextCursor"].as_str().unwrap();
    let rest = server.get(&server.viewer, &format!("{NUMBERS}?limit=3&cursor={cursor}")).await.json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["nextCursor"]), (1, &Value::Null));
    let theirs = server.get(&server.other, NUMBERS).await.json();
    assert_eq!(theirs["items"], json!([]), "another tenant's are others");
}

#[tokio::test]
async fn a_quarantine_and_its_end() {
    let server = Server::start().await;
    let thread = opened(&server).await;
    let shown = impact(&server, ANNAS, "quarantine&days=30").await.json();
    assert_eq!(shown["threads"], json!([{"threadId": thread, "goesTo": "owner_inbox", "numberId": null}]));
    let body = json!({"reason": " spam ", "days": 30, "stamp": shown["stamp"]});
    let done = act(&server, ANNAS, "quarantine", &body).await;
    let rest = json!({"reason": "spam", "since": "2026-01-19T14:30:00Z", "until": "2026-02-18T14:30:00Z"});
    assert_eq!((done.status.as_u16(), &done.json()["quarantine"]), (200, &rest));
    let mut expected = shown["number"].clone();
    expected["quarantine"]["reason"] = json!("spam");
    assert_eq!(done.json(), expected, "what was shown but for the reason");

    let twice = act(&server, ANNAS, "quarantine", &json!({"reason": "again"})).await;
    assert_eq!(twice.outcome(), outcome(409, "transition_refused"));
    assert_eq!(act(&server, ANNAS, "release", &json!({})).await.outcome(), outcome(409, "cooldown_running"));
    let blank = act(&server, ANNAS, "release", &json!({"reason": " "})).await;
    assert_eq!(blank.outcome(), outcome(400, "reason_required"));
    assert_eq!(blank.json()["errors"][0]["path"], "reason");

    let shown = impact(&server, ANNAS, "release").await.json();
    assert_eq!(
        (&shown["action"], &shown["forced"], &shown["threads"][0]["goesTo"]),
        (&json!("restore"), &json!(true), &json!("usual_route"))
    );
    assert_eq!(impact(&server, ANNAS, "restore").await.json(), shown, "release means restore here");
    let body = json!({"reason": "a mistake", "stamp": shown["stamp"]});
    let restored = act(&server, ANNAS, "release", &body).await;
    assert_eq!(restored.json(), shown["number"], "{}", restored.text);
    assert_eq!(restored.json()["staffId"], "anna", "a restored number is whose it was");
    let again = act(&server, ANNAS, "release", &body).await;
    assert_eq!(again.outcome(), outcome(409, "transition_refused"), "a reason never gives a line away");
    assert_eq!(types(&server).await.iter().filter(|kind| *kind == "number.restored").count(), 1);
}

#[tokio::test]
async fn a_persons_line_goes_back_to_the_pool_and_to_another() {
    let server = Server::start().await;
    let thread = opened(&server).await;
    let desk = server.number(FRONT_DESK).await;
    assert_eq!(act(&server, ANNAS, "release", &json!({})).await.outcome(), outcome(409, "threads_active"));
    assert_eq!(impact(&server, ANNAS, "release").await.outcome(), outcome(409, "threads_active"));
    let shown = impact(&server, ANNAS, &format!("release&reassign={desk}")).await.json();
    assert_eq!(
        shown["threads"],
        json!([{"threadId": thread, "goesTo": "number", "numberId": desk.as_str()}])
    );
    let body = json!({"reassign": desk, "stamp": shown["stamp"]});
    let released = act(&server, ANNAS, "release", &body).await;
    assert_eq!(released.json(), shown["number"], "{}", released.text);
    assert_eq!((&released.json()["class"], &released.json()["staffId"]), (&json!("pool"), &Value::Null));
    let moved = server.stores.threads.lookup(&t1(), &thread.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((moved.number, moved.revision), (desk.clone(), 2));
    let both = act(&server, ANNAS, "release", &json!({"reassign": desk, "reason": "x"})).await;
    assert_eq!(both.outcome(), outcome(400, "ambiguous_release"));

    let shown = impact(&server, ANNAS, "assign&staffId=ben").await.json();
    let assigned = act(&server, ANNAS, "assign", &json!({"staffId": "ben", "stamp": shown["stamp"]})).await;
    assert_eq!(assigned.json(), shown["number"], "{}", assigned.text);
    let twice = act(&server, ANNAS, "assign", &json!({"staffId": "ben"})).await;
    assert_eq!(twice.outcome(), outcome(409, "already_assigned"));
    let given_up = act(&server, ANNAS, "deactivate", &json!({})).await;
    assert_eq!((given_up.status.as_u16(), &given_up.json()["status"]), (200, &json!("inactive")));
    let twice = act(&server, ANNAS, "deactivate", &json!({})).await;
    assert_eq!(twice.outcome(), outcome(409, "transition_refused"));
    let shown = impact(&server, ANNAS, "reimport").await.json();
    assert_eq!((&shown["action"], &shown["number"]["status"]), (&json!("reimport"), &json!("active")));
}

#[tokio::test]
async fn refusals_tell_why() {
    let server = Server::start().await;
    let desk = server.number(FRONT_DESK).await;
    let pool = server.number(POOL).await;
    let long = "x".repeat(501);
    for (what, number, name, body, status, code) in [
        ("the last front desk", FRONT_DESK, "quarantine", json!({"reason": "x"}), 409, "last_front_desk"),
        ("the last front desk", FRONT_DESK, "deactivate", json!({}), 409, "last_front_desk"),
        ("the front desk", FRONT_DESK, "release", json!({}), 409, "front_desk_not_released"),
        ("the front desk", FRONT_DESK, "assign", json!({"staffId": "ben"}), 409, "front_desk_not_assigned"),
        ("pool already", POOL, "release", json!({}), 409, "already_in_pool"),
        ("no reason", POOL, "quarantine", json!({"reason": ""}), 400, "reason_required"),
        ("a long reason", POOL, "quarantine", json!({"reason": long}), 400, "reason_too_long"),
        ("too short", POOL, "quarantine", json!({"reason": "x", "days": 29}), 400, "quarantine_days"),
        ("too long", POOL, "quarantine", json!({"reason": "x", "days": 3651}), 400, "quarantine_days"),
        ("to itself", POOL, "deactivate", json!({"reassign": pool}), 409, "target_unknown"),
        ("to nowhere", POOL, "deactivate", json!({"reassign": "num_none"}), 409, "target_unknown"),
        ("no stamp", POOL, "deactivate", json!({"stamp": "sha256:00"}), 400, "invalid_body"),
        ("an unknown field", POOL, "deactivate", json!({"force": true}), 400, "invalid_body"),
        ("nobody", POOL, "assign", json!({}), 400, "invalid_body"),
        ("nobody's id", POOL, "assign", json!({"staffId": ""}), 400, "invalid_body"),
    ] {
        assert_eq!(
            act(&server, number, name, &body).await.outcome(),
            outcome(status, code),
            "{what}, {name}"
        );
    }
    for (query, status, code) in [
        ("quarantine", 409, "last_front_desk"),
        ("assign", 400, "staff_required"),
        ("assign&staffId=ben", 409, "front_desk_not_assigned"),
        ("restore", 409, "transition_refused"),
        ("reimport", 409, "transition_refused"),
        ("burn", 400, "invalid_query"),
        ("quarantine&days=x", 400, "invalid_query"),
    ] {
        assert_eq!(impact(&server, FRONT_DESK, query).await.outcome(), outcome(status, code), "{query}");
    }
    let none = server.get(&server.viewer, &format!("{NUMBERS}/{desk}/impact")).await;
    assert_eq!(none.outcome(), outcome(400, "invalid_query"), "an impact of what");
}

#[tokio::test]
async fn a_stale_stamp_is_refused() {
    let server = Server::start().await;
    let shown = impact(&server, ANNAS, "quarantine").await.json();
    opened(&server).await;
    let body = json!({"reason": "spam", "stamp": shown["stamp"]});
    assert_eq!(act(&server, ANNAS, "quarantine", &body).await.outcome(), outcome(409, "stale_preview"));
    let fresh = impact(&server, ANNAS, "quarantine").await.json();
    let other_days = json!({"reason": "spam", "days": 31, "stamp": fresh["stamp"]});
    assert_eq!(act(&server, ANNAS, "quarantine", &other_days).await.outcome(), outcome(409, "stale_preview"));
    let body = json!({"reason": "spam", "stamp": fresh["stamp"]});
    assert_eq!(act(&server, ANNAS, "quarantine", &body).await.status, 200);
}

#[tokio::test]
async fn of_two_front_desks_that_go_at_once_one_stays() {
    let server = Arc::new(Server::start().await);
    assert_eq!(import(&server, ROOT, SECOND_DESK, "front_desk").await.status, 201);
    server.ledger.next(Next::Waits);
    let first = tokio::spawn({
        let server = server.clone();
        async move { act(&server, FRONT_DESK, "quarantine", &json!({"reason": "one"})).await.outcome() }
    });
    server.ledger.arrival().await;
    let second = act(&server, SECOND_DESK, "deactivate", &json!({})).await;
    assert_eq!(second.status, 200);
    server.ledger.release();
    assert_eq!(first.await.unwrap(), outcome(409, "stale"));
    let again = act(&server, FRONT_DESK, "quarantine", &json!({"reason": "one"})).await;
    assert_eq!(again.outcome(), outcome(409, "last_front_desk"));
}

/// Method, path and a body that would be taken.
async fn endpoints(server: &Server) -> Vec<(Method, String, Value)> {
    let id = server.number(POOL).await;
    let of = |rest: &str| format!("{NUMBERS}/{id}{rest}");
    vec![
        (Method::GET, NUMBERS.to_owned(), Value::Null),
        (Method::GET, of(""), Value::Null),
        (Method::GET, of("/impact?action=deactivate"), Value::Null),
        (Method::POST, format!("{NUMBERS}/import"), json!({"e164": SPARE, "class": "pool"})),
        (Method::POST, of("/quarantine"), json!({"reason": "x"})),
        (Method::POST, of("/release"), json!({})),
        (Method::POST, of("/assign"), json!({"staffId": "ben"})),
        (Method::POST, of("/deactivate"), json!({})),
    ]
}

#[tokio::test]
async fn who_may() {
    let server = Server::start().await;
    let before = types(&server).await;
    for (method, path, body) in endpoints(&server).await {
        let what = format!("{method} {path}");
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let call = async |key: &str, headers: &[(&str, &str)], path: &str| {
            server.call(method.clone(), path, key, headers, &text).await.outcome()
        };
        assert_eq!(call("", &[], &path).await, outcome(401, "unauthorized"), "{what}");
        let named = [("x-tenant-id", "t1")];
        assert_eq!(call(&server.other, &named, &path).await, outcome(404, "tenant_not_found"), "{what}");
        if path.contains("num_") {
            let own = call(&server.other, &[], &path).await;
            assert_eq!(own, outcome(404, "number_not_found"), "{what}: another tenant's number is not there");
            let id = server.number(POOL).await;
            let none = path.replace(id.as_str(), "num_none");
            assert_eq!(call(&server.admin, &[], &none).await, outcome(404, "number_not_found"), "{what}");
        }
        let viewer = call(&server.viewer, &[], &path).await;
        let expected = if method == Method::GET { outcome(200, "") } else { outcome(403, "read_only_key") };
        assert_eq!(viewer, expected, "{what}");
    }
    assert_eq!(types(&server).await, before, "nothing was done");
}

#[tokio::test]
async fn bodies_are_taken_strictly() {
    let server = Server::start().await;
    let big = format!("{{\"reason\":\"{}\"}}", "x".repeat(1 << 20));
    for (_, path, _) in endpoints(&server).await.into_iter().filter(|(method, ..)| method == Method::POST) {
        for (what, content_type, body, refusal) in [
            ("not JSON", "application/json", "{oops", outcome(400, "malformed_json")),
            ("an unknown field", "application/json", "{\"colour\":1}", outcome(400, "invalid_body")),
            ("no content type", "", "{}", outcome(415, "json_required")),
            ("too long", "application/json", big.as_str(), outcome(413, "body_too_large")),
        ] {
            let mut request = Request::post(&path).header("x-admin-key", &server.admin);
            if !content_type.is_empty() {
                request = request.header("content-type", content_type);
            }
            let answer = server.send(request.body(Body::from(body.to_owned())).unwrap()).await;
            assert_eq!(answer.outcome(), refusal, "{path}: {what}");
        }
    }
}

#[tokio::test]
async fn the_same_post_twice_acts_once() {
    let server = Server::start().await;
    let path = format!("{NUMBERS}/{}/quarantine", server.number(POOL).await);
    let body = json!({"reason": "spam"}).to_string();
    let headers = [("idempotency-key", "k1")];
    let first = server.call(Method::POST, &path, &server.admin, &headers, &body).await;
    let second = server.call(Method::POST, &path, &server.admin, &headers, &body).await;
    assert_eq!((second.status.as_u16(), &second.text), (200, &first.text));
    assert_eq!(types(&server).await.iter().filter(|kind| *kind == "number.quarantined").count(), 1);
}

#[tokio::test]
async fn whom_numbers_come_through() {
    let server = Server::start().await;
    let body = json!({"e164": SPARE, "class": "pool", "provider": "acme"});
    let refused = server.post(&server.admin, "/api/numbers/import", &body).await.json();
    assert_eq!(refused["errors"][0]["message"], "must be one of `import`, `telnyx`, `twilio`");
}

#[tokio::test]
async fn a_message_that_nobody_sends_says_so() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let body = json!({"threadId": thread, "body": "hello"});
    let sent = server.post(&server.admin, "/api/messages", &body).await.json();
    assert_eq!((&sent["status"], &sent["warnings"]), (&json!("queued"), &json!([UNSENT])));
    let listed = server.get(&server.viewer, &format!("/api/messages/threads/{thread}")).await.json();
    assert_eq!(listed["items"][0]["deliveryDetail"]["error"], UNSENT);
}
