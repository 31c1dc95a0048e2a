use axum::http::Method;
use serde_json::{Value, json};

use crate::server::{A, CONFIG, ROOT, Server, document};

const HEALTH: &str = "/api/admin/runtime/health";
const RECONCILE: &str = "/api/admin/runtime/reconcile";

#[tokio::test]
async fn health_is_measured() {
    let server = Server::start().await;
    for (on, status, word) in [(true, 200, "up"), (false, 503, "down")] {
        server.projection.switch(on);
        let answer = server.get(&server.viewer, HEALTH).await;
        let body = answer.json();
        assert_eq!(answer.status, status);
        assert_eq!((&body["ledger"]["status"], &body["projection"]["status"]), (&json!("up"), &json!(word)));
        for store in ["ledger", "projection"] {
            assert!(body[store]["micros"].as_u64().unwrap() < 10_000_000, "{body}");
        }
    }
    assert_eq!(server.get("vlx_no", HEALTH).await.outcome(), (401, "unauthorized".to_owned()));
}

fn report(differences: &Value, repaired: u64) -> Value {
    json!({
        "projection": true, "expected": 2, "differing": differences.as_array().unwrap().len(),
        "differences": differences, "repaired": repaired, "spared": false,
    })
}

#[tokio::test]
async fn the_projection_is_compared_and_repaired() {
    let server = Server::start().await;
    server.projection.switch(false);
    server.post(&server.admin, CONFIG, &document("t1", &[A])).await;
    for (method, code) in [(Method::GET, "store_unavailable"), (Method::POST, "runtime_publish_failed")] {
        let away = server.call(method, RECONCILE, ROOT, &[], "").await;
        assert_eq!(away.outcome(), (503, code.to_owned()));
    }
    server.projection.switch(true);
    let missing = json!([
        {"kind": "missing", "entry": "cfg:t1"}, {"kind": "missing", "entry": format!("did:{A}")},
    ]);
    let none = json!([]);
    for (method, key, expected) in [
        (Method::GET, server.auditor.as_str(), report(&missing, 0)),
        (Method::GET, ROOT, report(&missing, 0)),
        (Method::POST, ROOT, report(&missing, 2)),
        (Method::POST, ROOT, report(&none, 0)),
    ] {
        let answer = server.call(method.clone(), RECONCILE, key, &[], "").await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, expected), "{method}");
    }
}

#[tokio::test]
async fn reconciling_is_the_operators() {
    let server = Server::start().await;
    for (what, method, key, status, code) in [
        ("a tenant's admin", Method::GET, server.admin.as_str(), 403, "operators_only"),
        ("a tenant's admin", Method::POST, &server.admin, 403, "operators_only"),
        ("an auditor", Method::POST, &server.auditor, 403, "read_only_key"),
        ("nobody", Method::GET, "vlx_no", 401, "unauthorized"),
    ] {
        let answer = server.call(method.clone(), RECONCILE, key, &[], "").await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}: {method}");
    }
}
