//! Assistants and the language model, where there is no platform. What a platform does is tested beside its emulator.

use axum::http::Method;
use serde_json::{Value, json};

use crate::server::{FRONT_DESK, Server};

#[tokio::test]
async fn without_a_platform_people_are_told_what_to_set() {
    let server = Server::start().await;
    let number = server.number(FRONT_DESK).await.to_string();
    let link = json!({"assistantId": "a-1", "numberId": number});
    for (what, method, path, body) in [
        ("link", Method::POST, "/api/assistants/links", link.clone()),
        ("unlink", Method::DELETE, "/api/assistants/links/a-1", Value::Null),
        ("export", Method::POST, "/api/integrations/twilio/export", Value::Null),
        ("withdraw", Method::DELETE, "/api/integrations/twilio/export", Value::Null),
        ("model", Method::POST, "/api/admin/config/test", json!({})),
    ] {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = server.call(method.clone(), path, &server.admin, &[], &body).await;
        assert_eq!(answer.outcome(), (409, "provider_not_configured".to_owned()), "{what}: {}", answer.text);
        let viewer = server.call(method, path, &server.viewer, &[], &body).await;
        assert_eq!(viewer.status, 403, "{what}: a viewer changes nothing");
    }
    let listed = server.get(&server.viewer, "/api/assistants/links").await;
    assert_eq!((listed.status.as_u16(), listed.json()), (200, json!({"items": []})));
}

#[tokio::test]
async fn a_prompt_is_short() {
    let server = Server::start().await;
    for prompt in [" ".to_owned(), "x".repeat(1001)] {
        let answer = server.post(&server.admin, "/api/admin/config/test", &json!({ "prompt": prompt })).await;
        assert_eq!(answer.outcome(), (400, "invalid_prompt".to_owned()));
    }
}
