use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use veralux_core::id::TenantId;
use veralux_core::port::Page;
use veralux_core::time::HOUR;

use crate::server::{Answer, ROOT, Server};

const KEYS: &str = "/api/admin/auth/keys";

async fn add(server: &Server, key: &str, body: &Value) -> Answer {
    server.post(key, KEYS, body).await
}

async fn made(server: &Server, key: &str, body: &Value) -> (String, String) {
    let answer = add(server, key, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let text = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
    (text("id"), text("key"))
}

async fn delete(server: &Server, key: &str, path: &str) -> (u16, String) {
    server.call(Method::DELETE, path, key, &[], "").await.outcome()
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn a_key_is_shown_once() {
    let server = Server::start().await;
    let body = json!({"name": " CI ", "role": "viewer", "expiresAt": "2026-01-20T00:00:00+01:00"});
    let answer = add(&server, &server.admin, &body).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (201, "no-store"));
    let mut stored = answer.json();
    let text = stored["key"].as_str().unwrap().to_owned();
    stored.as_object_mut().unwrap().remove("key");
    let expected = json!({
        "id": stored["id"], "name": "CI", "role": "viewer", "tenantId": "t1", "lastFour": text.get(text.len() - 4..),
        "createdAt": "2026-01-19T14:30:00Z", "expiresAt": "2026-01-19T23:00:00Z", "revokedAt": null,
    });
    assert_eq!(stored, expected);
    assert!(text.starts_with("vlx_") && text.len() == 47, "{}", text.len());

    let list = server.get(&text, KEYS).await;
    assert_eq!(list.status, 200, "it opens at once");
    assert_eq!(list.json()["items"].as_array().unwrap().last(), Some(&expected));
    assert!(!list.text.contains(&text), "never again");
    assert!(!list.text.contains("digest"), "{}", list.text);
    let events = server.events().await;
    let last = serde_json::to_string(events.last().unwrap()).unwrap();
    assert!(last.contains("key.created") && !last.contains(&text), "{last}");
}

#[tokio::test]
async fn who_makes_which_keys() {
    let server = Server::start().await;
    let (_, unbound) = made(&server, ROOT, &json!({"name": "ops", "role": "admin"})).await;
    let (admin, viewer, auditor) = (&server.admin, &server.viewer, &server.auditor);
    for (what, key, query, tenant, outcome, bound_to) in [
        ("their own by default", admin, "", None, (201, ""), json!("t1")),
        ("their own by name", admin, "", Some("t1"), (201, ""), json!("t1")),
        ("another tenant's", admin, "", Some("t2"), (404, "tenant_not_found"), Value::Null),
        ("another tenant's by query", admin, "?tenantId=t2", None, (404, "tenant_not_found"), Value::Null),
        ("the operator's", admin, "", Some("_platform"), (404, "tenant_not_found"), Value::Null),
        ("of no tenant", admin, "", Some("t9"), (404, "tenant_not_found"), Value::Null),
        ("the operator for all", &ROOT.to_owned(), "", None, (201, ""), Value::Null),
        ("the operator for one", &ROOT.to_owned(), "", Some("t2"), (201, ""), json!("t2")),
        ("the operator for one by query", &ROOT.to_owned(), "?tenantId=t2", None, (201, ""), json!("t2")),
        ("for nobody", &ROOT.to_owned(), "", Some("t9"), (404, "tenant_not_found"), Value::Null),
        ("not a tenant id", &ROOT.to_owned(), "", Some("a b"), (400, "invalid_body"), Value::Null),
        ("an unbound admin for all", &unbound, "", Some("_platform"), (201, ""), Value::Null),
        ("a viewer", viewer, "", None, (403, "read_only_key"), Value::Null),
        ("a viewer of all", auditor, "?tenantId=t1", None, (403, "read_only_key"), Value::Null),
        ("a viewer of all for all", auditor, "", None, (404, "tenant_not_found"), Value::Null),
        ("nobody", &String::new(), "", None, (401, "unauthorized"), Value::Null),
    ] {
        let mut body = json!({"name": "x", "role": "admin"});
        if let Some(tenant) = tenant {
            body["tenantId"] = json!(tenant);
        }
        let answer = server.post(key, &format!("{KEYS}{query}"), &body).await;
        assert_eq!(answer.outcome(), refused(outcome.0, outcome.1), "{what}");
        assert_eq!(answer.json()["tenantId"], bound_to, "{what}");
    }
}

#[tokio::test]
async fn bodies_that_are_refused() {
    let server = Server::start().await;
    let long = "x".repeat(101);
    for (what, body, code, field) in [
        ("no name", json!({"role": "admin"}), "invalid_body", "name"),
        ("a blank name", json!({"name": " ", "role": "admin"}), "invalid_name", "name"),
        ("a long name", json!({"name": long, "role": "admin"}), "invalid_name", "name"),
        ("a control character", json!({"name": "a\nb", "role": "admin"}), "invalid_name", "name"),
        ("no such role", json!({"name": "x", "role": "superadmin"}), "invalid_body", "role"),
        (
            "over already",
            json!({"name": "x", "role": "admin", "expiresAt": "2026-01-19T14:30:00Z"}),
            "invalid_expiry",
            "expiresAt",
        ),
        (
            "no instant",
            json!({"name": "x", "role": "admin", "expiresAt": "soon"}),
            "invalid_body",
            "expiresAt",
        ),
        ("an unknown field", json!({"name": "x", "role": "admin", "key": "vlx_mine"}), "invalid_body", "key"),
    ] {
        let answer = add(&server, &server.admin, &body).await;
        assert_eq!(answer.outcome(), refused(400, code), "{what}");
        assert_eq!(answer.json()["errors"][0]["path"], field, "{what}: {}", answer.text);
    }
    let big = format!("{{\"name\":\"{}\"}}", "x".repeat(1 << 20));
    for (what, content_type, body, outcome) in [
        ("not JSON", "application/json", "{", (400, "malformed_json")),
        ("no content type", "", "{}", (415, "json_required")),
        ("too long", "application/json", big.as_str(), (413, "body_too_large")),
    ] {
        let mut request = Request::post(KEYS).header("x-admin-key", &server.admin);
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        let answer = server.send(request.body(Body::from(body.to_owned())).unwrap()).await;
        assert_eq!(answer.outcome(), refused(outcome.0, outcome.1), "{what}");
    }
}

#[tokio::test]
async fn a_key_ends_at_its_end() {
    let server = Server::start().await;
    let body = json!({"name": "x", "role": "admin", "expiresAt": "2026-01-19T15:30:00Z"});
    let (_, text) = made(&server, &server.admin, &body).await;
    server.clock.advance(HOUR - 1);
    assert_eq!(server.get(&text, KEYS).await.status, 200, "the last microsecond");
    server.clock.advance(1);
    assert_eq!(server.get(&text, KEYS).await.outcome(), refused(401, "unauthorized"));
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_from_then_on() {
    let server = Server::start().await;
    let (id, text) = made(&server, &server.admin, &json!({"name": "x", "role": "admin"})).await;
    let path = format!("{KEYS}/{id}");
    for (what, key, path, outcome) in [
        ("a viewer", &server.viewer, path.clone(), (403, "read_only_key")),
        ("another tenant's admin", &server.other, path.clone(), (404, "key_not_found")),
        ("by another tenant's name", &server.other, format!("{path}?tenantId=t1"), (404, "tenant_not_found")),
        ("the operator among their own", &ROOT.to_owned(), path.clone(), (404, "key_not_found")),
        ("no such key", &server.admin, format!("{KEYS}/key_none"), (404, "key_not_found")),
        ("no id", &server.admin, format!("{KEYS}/a%0Ab"), (404, "key_not_found")),
    ] {
        assert_eq!(delete(&server, key, &path).await, refused(outcome.0, outcome.1), "{what}");
        assert_eq!(server.get(&text, KEYS).await.status, 200, "{what}");
    }
    assert_eq!(delete(&server, &server.admin, &path).await, refused(204, ""));
    assert_eq!(server.get(&text, KEYS).await.outcome(), refused(401, "unauthorized"));
    assert_eq!(delete(&server, &server.admin, &path).await, refused(404, "key_not_found"), "twice");
    let list = server.get(&server.viewer, KEYS).await.json();
    let listed = list["items"].as_array().unwrap().iter().find(|key| key["id"] == id.as_str()).unwrap();
    assert_eq!(listed["revokedAt"], "2026-01-19T14:30:00Z");
    let types: Vec<_> =
        server.events().await.iter().map(|event| event.draft.event_type.to_string()).collect();
    assert_eq!(types[types.len() - 2..], ["key.created", "key.revoked"]);

    let (id, text) = made(&server, &server.admin, &json!({"name": "y", "role": "viewer"})).await;
    assert_eq!(
        delete(&server, ROOT, &format!("{KEYS}/{id}?tenantId=t1")).await,
        refused(204, ""),
        "the operator"
    );
    assert_eq!(server.get(&text, KEYS).await.status, 401);
}

#[tokio::test]
async fn the_same_post_twice_makes_one_key_and_shows_it_once() {
    let server = Server::start().await;
    let body = json!({"name": "x", "role": "admin"}).to_string();
    let headers = [("idempotency-key", "k1")];
    let first = server.call(Method::POST, KEYS, &server.admin, &headers, &body).await;
    let second = server.call(Method::POST, KEYS, &server.admin, &headers, &body).await;
    assert_eq!((first.status.as_u16(), second.outcome()), (201, refused(409, "answer_not_kept")));
    assert!(!second.text.contains(first.json()["key"].as_str().unwrap()));
    let list = server.get(&server.admin, KEYS).await.json();
    let named = list["items"].as_array().unwrap().iter().filter(|key| key["name"] == "x").count();
    assert_eq!(named, 1);
}

#[tokio::test]
async fn whose_keys_are_listed() {
    let server = Server::start().await;
    let (own, _) = made(&server, ROOT, &json!({"name": "ops", "role": "admin"})).await;
    let platform = server.stores.keys.list(&TenantId::platform(), &Page::first(9)).await.unwrap().items;
    assert_eq!(
        platform.iter().filter(|key| key.id.as_str() == own).count(),
        1,
        "unbound keys are the operator's"
    );
    for (what, key, query, outcome, tenant) in [
        ("an admin", &server.admin, "", (200, ""), json!("t1")),
        ("a viewer", &server.viewer, "", (200, ""), json!("t1")),
        ("a viewer of all", &server.auditor, "?tenantId=t2", (200, ""), json!("t2")),
        ("a viewer of all, the operator's", &server.auditor, "", (404, "tenant_not_found"), Value::Null),
        ("the operator", &ROOT.to_owned(), "", (200, ""), Value::Null),
        ("the operator by name", &ROOT.to_owned(), "?tenantId=_platform", (200, ""), Value::Null),
        ("the operator, a tenant's", &ROOT.to_owned(), "?tenantId=t2", (200, ""), json!("t2")),
        ("another tenant", &server.other, "?tenantId=t1", (404, "tenant_not_found"), Value::Null),
        (
            "the operator's, by a tenant",
            &server.admin,
            "?tenantId=_platform",
            (404, "tenant_not_found"),
            Value::Null,
        ),
        ("a page of none", &server.admin, "?limit=0", (400, "invalid_limit"), Value::Null),
    ] {
        let answer = server.get(key, &format!("{KEYS}{query}")).await;
        assert_eq!(answer.outcome(), refused(outcome.0, outcome.1), "{what}");
        let list = answer.json();
        let keys = list["items"].as_array().cloned().unwrap_or_default();
        assert_eq!(keys.is_empty(), outcome.0 != 200, "{what}");
        assert!(keys.iter().all(|key| key["tenantId"] == tenant), "{what}: {keys:?}");
    }
    let first = server.get(&server.admin, &format!("{KEYS}?limit=1")).await.json();
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = server.get(&server.admin, &format!("{KEYS}?limit=1&cursor={cursor}")).await.json();
    assert_ne!(first["items"][0]["id"], second["items"][0]["id"]);
    assert_eq!(second["nextCursor"], Value::Null);
}
