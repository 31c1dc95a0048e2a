use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;
use veralux_http::Settings;

use crate::server::{CUSTOMER, Next, ROOT, Server};

pub(crate) const THREADS: &str = "/api/threads";

pub(crate) fn thread(phone: &str) -> String {
    json!({"kind": "other", "customerPhone": phone}).to_string()
}

#[tokio::test]
async fn who_may_call() {
    let server = Server::start().await;
    for (what, headers, outcome) in [
        ("nobody", vec![], (401, "unauthorized")),
        ("an unknown key", vec![("x-admin-key", "vlx_no")], (401, "unauthorized")),
        ("an empty key", vec![("x-admin-key", "")], (401, "unauthorized")),
        ("not a bearer", vec![("authorization", "Basic vlx_root")], (401, "unauthorized")),
        ("a key", vec![("x-admin-key", server.viewer.as_str())], (200, "")),
        ("the operator without a tenant", vec![("x-admin-key", ROOT)], (400, "tenant_required")),
        ("the operator", vec![("x-admin-key", ROOT), ("x-tenant-id", "t1")], (200, "")),
        (
            "a tenant that is none",
            vec![("x-admin-key", ROOT), ("x-tenant-id", "t9")],
            (404, "tenant_not_found"),
        ),
        (
            "the platform, which is no tenant",
            vec![("x-admin-key", ROOT), ("x-tenant-id", "_platform")],
            (404, "tenant_not_found"),
        ),
        ("no tenant id", vec![("x-admin-key", ROOT), ("x-tenant-id", "a b")], (404, "tenant_not_found")),
        (
            "another tenant",
            vec![("x-admin-key", &server.admin), ("x-tenant-id", "t2")],
            (404, "tenant_not_found"),
        ),
    ] {
        let answer = server.call(Method::GET, THREADS, "", &headers, "").await;
        assert_eq!(answer.outcome(), (outcome.0, outcome.1.to_owned()), "{what}");
        assert_eq!(answer.header("www-authenticate"), if outcome.0 == 401 { "Bearer" } else { "" }, "{what}");
    }
    let bearer = format!("bearer {}", server.admin);
    let answer = server.call(Method::GET, THREADS, "", &[("authorization", &bearer)], "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(server.get(ROOT, "/api/threads?tenantId=t1").await.status, 200);
    let twilio = json!({"accountSid": "AC0123456789abcdef0123456789abcdef", "authToken": "0".repeat(32)});
    for (method, path, body) in [
        (Method::PUT, "/api/policy/allow-list", json!({"entries": []})),
        (Method::POST, "/api/integrations/twilio?verify=false", twilio),
    ] {
        let headers = [("x-tenant-id", "_platform")];
        let answer = server.call(method, path, ROOT, &headers, &body.to_string()).await;
        assert_eq!(answer.outcome(), (404, "tenant_not_found".to_owned()), "{path}: kept for nobody");
    }
}

#[tokio::test]
async fn every_refusal_has_one_shape() {
    let server = Server::start().await;
    for (what, method, path, key, status) in [
        ("no key", Method::GET, THREADS, "", 401),
        ("read only", Method::DELETE, "/api/routing/overrides/o1", server.viewer.as_str(), 403),
        ("not there", Method::GET, "/api/threads/thr_none", &server.admin, 404),
        ("no such endpoint", Method::GET, "/api/nothing", &server.admin, 404),
        ("no such endpoint outside the API", Method::GET, "/nothing", "", 404),
        ("no such method", Method::PUT, THREADS, &server.admin, 405),
    ] {
        let answer = server.call(method, path, key, &[("x-request-id", "req-1")], "").await;
        assert_eq!(answer.status, status, "{what}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
        let body = answer.json();
        let mut fields: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["code", "detail", "errors", "requestId", "status", "title"], "{what}");
        assert_eq!(
            (body["status"].as_u64(), body["requestId"].as_str()),
            (Some(u64::from(status)), Some("req-1")),
            "{what}"
        );
    }
    let answer = server.call(Method::PUT, THREADS, &server.admin, &[], "").await;
    assert_eq!(answer.json()["code"], "no_such_method");
    assert!(answer.header("allow").contains("POST"), "RFC 9110, 15.5.6: {:?}", answer.headers);
}

#[tokio::test]
async fn request_ids_go_in_and_out() {
    let server = Server::start().await;
    let (longest, long) = ("x".repeat(64), "x".repeat(65));
    for (what, sent, taken) in [
        ("a good one", "abc-1_2.3:4", true),
        ("the longest", &longest, true),
        ("too long", &long, false),
        ("with a space", "a b", false),
        ("empty", "", false),
    ] {
        let answer = server.call(Method::GET, "/health", "", &[("x-request-id", sent)], "").await;
        let id = answer.header("x-request-id");
        assert_eq!(id == sent, taken, "{what}");
        assert!(taken || id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{what}: {id}");
    }
    let (one, two) = (server.get("", "/health").await, server.get("", "/health").await);
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
}

#[tokio::test]
async fn bodies_are_taken_strictly() {
    let server = Server::start().await;
    let good = thread(CUSTOMER);
    for (what, content_type, body, status, code, told) in [
        ("not JSON", "application/json", "{\"kind\":\n oops}", 400, "malformed_json", "line 2, column 2"),
        ("cut off", "application/json", "{\"kind\":", 400, "malformed_json", "line 1, column 8"),
        ("nothing", "application/json", "", 400, "malformed_json", "is empty"),
        (
            "two documents",
            "application/json",
            "{\"kind\":\"other\",\"customerPhone\":\"+14155550199\"} 1",
            400,
            "malformed_json",
            "column",
        ),
        (
            "unknown field",
            "application/json",
            "{\"kind\":\"other\",\"colour\":1}",
            400,
            "invalid_body",
            "colour",
        ),
        (
            "wrong type",
            "application/json",
            "{\"kind\":\"other\",\"customerPhone\":5}",
            400,
            "invalid_body",
            "`customerPhone`",
        ),
        ("missing field", "application/json", "{\"kind\":\"other\"}", 400, "invalid_body", "customerPhone"),
        ("no object", "application/json", "[]", 400, "invalid_body", "expected an object"),
        (
            "fields in their order",
            "application/json",
            "[\"other\",\"+14155550199\",null,null]",
            400,
            "invalid_body",
            "expected an object",
        ),
        ("no content type", "", &good, 415, "json_required", "application/json"),
        (
            "a form",
            "application/x-www-form-urlencoded",
            "kind=other",
            415,
            "json_required",
            "application/json",
        ),
        ("JSON with a charset", "application/json; charset=utf-8", &good, 201, "", ""),
    ] {
        let mut request = Request::post(THREADS).header("x-admin-key", &server.admin);
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        let answer = server.send(request.body(Body::from(body.to_owned())).unwrap()).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}");
        assert!(
            answer.json()["detail"].as_str().unwrap_or_default().contains(told),
            "{what}: {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn a_fault_names_its_field() {
    let server = Server::start().await;
    for (what, path, body, field) in [
        ("wrong type", THREADS, json!({"kind": "other", "customerPhone": 5}), "customerPhone"),
        ("unknown word", THREADS, json!({"kind": "both", "customerPhone": CUSTOMER}), "kind"),
        ("unknown field", THREADS, json!({"kind": "other", "colour": 1}), "colour"),
        ("no number", THREADS, json!({"kind": "other", "customerPhone": "call me"}), "customerPhone"),
        ("missing field", THREADS, json!({"kind": "other"}), "customerPhone"),
    ] {
        let answer = server.post(&server.admin, path, &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["errors"][0]["path"].as_str()),
            (400, Some(field)),
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_fault_within_a_list_has_a_path_of_names_and_indexes() {
    let server = Server::start().await;
    let entry = r#"{"kind":"phone","value":"+14155550123"}"#;
    for (what, body, path) in [
        (
            "a wrong word",
            format!(r#"{{"revision":0,"entries":[{entry},{{"kind":"x","value":"y"}}]}}"#),
            "entries.1.kind",
        ),
        (
            "an array in place of an object",
            format!(r#"{{"revision":0,"entries":[{entry},["phone","y"]]}}"#),
            "entries.1",
        ),
        (
            "a field that is missing",
            r#"{"revision":0,"entries":[{"kind":"phone"}]}"#.to_owned(),
            "entries.0.value",
        ),
        ("a field that comes twice", r#"{"revision":0,"entries":[],"revision":1}"#.to_owned(), "revision"),
    ] {
        let answer = server.call(Method::PUT, "/api/policy/allow-list", &server.admin, &[], &body).await;
        assert_eq!(answer.outcome(), (400, "invalid_body".to_owned()), "{what}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["path"], path, "{what}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_body_has_at_most_a_mebibyte() {
    let server = Server::start().await;
    let limit = 1 << 20;
    for (what, length, declared, key, status) in [
        ("declared too long", limit + 1, true, None, 413),
        ("too long and not declared", limit + 1, false, None, 413),
        ("too long with an idempotency key", limit + 1, false, Some("k1"), 413),
        ("as long as may be", limit, true, None, 200),
    ] {
        let text = "a".repeat(length - r#"{"text":""}"#.len());
        let body = json!({ "text": text }).to_string();
        let mut request = Request::post("/api/policy/scan")
            .header("x-admin-key", &server.viewer)
            .header("content-type", "application/json");
        if declared {
            request = request.header("content-length", body.len());
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let answer = server.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, status, "{what}");
        assert_eq!(answer.json()["code"].as_str(), (status == 413).then_some("body_too_large"), "{what}");
    }
}

#[tokio::test]
async fn a_panic_is_a_problem_like_any_other() {
    let server = Server::start().await;
    server.ledger.next(Next::Panics);
    let headers = [("x-request-id", "req-1")];
    let answer = server.call(Method::POST, THREADS, &server.admin, &headers, &thread(CUSTOMER)).await;
    assert_eq!(answer.outcome(), (500, "internal".to_owned()));
    assert_eq!(answer.json()["requestId"], "req-1");
    assert!(!answer.text.contains("bug"), "{}", answer.text);
    assert_eq!(server.get(&server.admin, THREADS).await.status, 200, "the server goes on");
}

#[tokio::test]
async fn callers_are_limited_apart() {
    let settings = Settings { admin_rate_max: 2, ..Settings::default() };
    let server = Server::with(settings).await;
    for remaining in ["1", "0"] {
        let answer = server.get(&server.admin, THREADS).await;
        let headers =
            ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"].map(|name| answer.header(name));
        assert_eq!((answer.status.as_u16(), headers), (200, ["2", remaining, "300"]));
    }
    server.clock.advance(1_500_000);
    let refused = server.get(&server.admin, THREADS).await;
    assert_eq!(refused.outcome(), (429, "rate_limited".to_owned()));
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit-remaining")), ("299", "0"));
    assert_eq!(server.get(&server.viewer, THREADS).await.status, 200, "another caller");
    assert_eq!(server.get("", "/health").await.status, 200, "outside the API nobody counts");
    assert_eq!(server.get("", "/health").await.header("ratelimit-limit"), "");
    for status in [401, 401, 429] {
        assert_eq!(server.get("vlx_guess", THREADS).await.status, status, "keys cannot be tried at will");
    }
    server.clock.advance(300_000_000);
    assert_eq!(server.get(&server.admin, THREADS).await.status, 200, "the next window");
}

#[tokio::test]
async fn only_configured_origins_are_let_in() {
    let own = "https://console.example";
    let settings =
        Settings { allowed_origins: vec![own.to_owned()], admin_rate_max: 100, ..Settings::default() };
    let server = Server::with(settings).await;
    for (what, origin, allowed) in [("ours", own, own), ("another", "https://evil.example", "")] {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "x-admin-key,if-match"),
        ];
        let preflight = server.call(Method::OPTIONS, THREADS, "", &headers, "").await;
        assert_eq!(preflight.status, 200, "{what}");
        assert_eq!(preflight.header("access-control-allow-origin"), allowed, "{what}");
        let sendable = preflight.header("access-control-allow-headers");
        assert!(sendable.contains("if-match") && sendable.contains("idempotency-key"), "{what}: {sendable}");
        for (key, status) in [(server.admin.as_str(), 200), ("", 401)] {
            let answer = server.call(Method::GET, THREADS, key, &[("origin", origin)], "").await;
            assert_eq!(answer.status, status, "{what}");
            assert_eq!(answer.header("access-control-allow-origin"), allowed, "{what}, {status}");
            let readable = answer.header("access-control-expose-headers");
            for name in ["etag", "retry-after", "ratelimit-remaining", "idempotency-replayed"] {
                assert!(readable.contains(name), "{what}: {readable}");
            }
        }
    }
    let closed = Server::start().await;
    let answer = closed.call(Method::GET, THREADS, &closed.admin, &[("origin", own)], "").await;
    assert_eq!(answer.header("access-control-allow-origin"), "", "none is configured");
}
