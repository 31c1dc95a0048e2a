use axum::http::Method;
use serde_json::json;
use veralux_core::party::NumberClass;
use veralux_core::phone::E164;
use veralux_core::port::RuntimeReader as _;
use veralux_core::service::{Context, ImportNumber, Numbers};

use crate::server::{A, B, CONFIG, Server, document, tenant};

const REPLIES: &str = "/api/admin/runtime/tenants/t1/quick-replies";
const FROM_TENANT: &str = "/api/admin/runtime/tenants/t1/publish-from-tenant";

#[tokio::test]
async fn quick_replies_are_replaced_and_nothing_else() {
    let server = Server::start().await;
    let body = r#"{"quickReplies":[{"match":["opening hours"],"reply":"nine \ud83d"}]}"#;
    let early = server.send(Method::PUT, &server.admin, REPLIES, body).await;
    assert_eq!(early.outcome(), (404, "runtime_config_not_found".to_owned()));
    assert_eq!(server.get(&server.viewer, REPLIES).await.outcome(), early.outcome());
    server.post(&server.admin, CONFIG, &document("t1", &[A])).await;
    assert_eq!(server.get(&server.viewer, REPLIES).await.json(), json!({"quickReplies": [], "version": 1}));
    for (version, changed) in [(2, true), (2, false)] {
        let answer = server.send(Method::PUT, &server.admin, REPLIES, body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(
            (answer.json()["version"].as_u64(), &answer.json()["changed"]),
            (Some(version), &json!(changed))
        );
    }
    let read = server.get(&server.viewer, REPLIES).await;
    let expected = body.strip_suffix('}').unwrap();
    assert_eq!(read.text, format!("{expected},\"version\":2}}"), "as they were sent");
    let stored = server.projection.inner.find_config(&tenant("t1")).await.unwrap().unwrap();
    assert!(stored.expose().contains(r#""exact":1.00"#) && stored.expose().contains("s3cret"));
}

#[tokio::test]
async fn quick_replies_that_are_refused() {
    let server = Server::start().await;
    server.post(&server.admin, CONFIG, &document("t1", &[A])).await;
    server.assert_refusals(&Method::PUT, REPLIES, r#"{"quickReplies":[]}"#).await;
    for (what, body, status, code) in [
        ("too short", r#"{"quickReplies":[{"match":["abc"],"reply":"x"}]}"#, 422, "invalid_runtime_config"),
        ("null", r#"{"quickReplies":null}"#, 422, "invalid_runtime_config"),
        ("unknown field", r#"{"quickReplies":[],"dids":[]}"#, 400, "invalid_body"),
        ("missing", "{}", 400, "invalid_body"),
        ("malformed", r#"{"quickReplies":[}"#, 400, "malformed_json"),
    ] {
        let answer = server.send(Method::PUT, &server.admin, REPLIES, body).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}: {}", answer.text);
    }
    assert_eq!(server.get(&server.other, REPLIES).await.outcome(), (404, "tenant_not_found".to_owned()));
}

#[tokio::test]
async fn published_with_the_numbers_of_the_tenant() {
    let server = Server::start().await;
    let base = format!(r#"{{"base":{}}}"#, document("anything", &[A]));
    let none = server.post(&server.admin, FROM_TENANT, &base).await;
    assert_eq!(none.outcome(), (409, "number_missing".to_owned()));
    let request = ImportNumber {
        e164: E164::parse(B).unwrap(),
        class: NumberClass::FrontDesk,
        provider: "import".to_owned(),
    };
    Numbers::new(server.stores.clone()).import(&Context::SYSTEM, &tenant("t1"), request).await.unwrap();
    for body in ["", "{}", r#"{"base":null}"#] {
        let early = server.post(&server.admin, FROM_TENANT, body).await;
        assert_eq!(early.outcome(), (404, "runtime_config_not_found".to_owned()), "{body}");
    }
    let made = server.post(&server.admin, FROM_TENANT, &base).await;
    assert_eq!((made.status.as_u16(), &made.json()["changed"]), (200, &json!(true)), "{}", made.text);
    let stored = server.projection.inner.find_config(&tenant("t1")).await.unwrap().unwrap();
    assert!(stored.expose().contains(r#""exact":1.00,"half":"\ud83d""#));
    assert!(stored.expose().ends_with(r#""tenantId":"t1","dids":["+14155550102"]}"#));
    let without_body = server.call(Method::POST, FROM_TENANT, &server.admin, &[], "").await;
    assert_eq!(
        (without_body.status.as_u16(), &without_body.json()["changed"]),
        (200, &json!(false)),
        "no body at all"
    );
    server.assert_refusals(&Method::POST, FROM_TENANT, &base).await;
    for (what, body, status, code) in [
        ("no object", r#"{"base":[]}"#, 422, "invalid_runtime_config"),
        ("not enough", r#"{"base":{}}"#, 422, "invalid_runtime_config"),
        ("unknown field", r#"{"bases":{}}"#, 400, "invalid_body"),
        ("malformed", r#"{"base":{"#, 400, "malformed_json"),
    ] {
        let answer = server.post(&server.admin, FROM_TENANT, body).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}: {}", answer.text);
    }
}
