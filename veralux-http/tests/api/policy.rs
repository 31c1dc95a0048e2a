use axum::http::Method;
use serde_json::json;
use veralux_core::policy::DETECTOR_VERSION;

use crate::server::{FRONT_DESK, ROOT, Server};

#[tokio::test]
async fn a_text_and_its_findings() {
    let server = Server::start().await;
    let text = "é: call me on (415) 555-0123, or Ann@Example.org";
    // A tenant's national numbers are those of its country.
    for (key, number) in
        [(ROOT, "4155550123"), (&server.admin, "+14155550123"), (&server.viewer, "+14155550123")]
    {
        let answer = server.post(key, "/api/policy/scan", &json!({ "text": text })).await;
        assert_eq!(answer.status, 200);
        let body = answer.json();
        let found: Vec<_> = body["findings"].as_array().unwrap().iter().collect();
        assert_eq!(found.len(), 2, "{body}");
        for (finding, kind, shown, value) in [
            (found[0], "phone", "(415) 555-0123", number),
            (found[1], "email", "Ann@Example.org", "ann@example.org"),
        ] {
            let place = |name: &str| usize::try_from(finding[name].as_u64().unwrap()).unwrap();
            assert_eq!(text.get(place("start")..place("end")), Some(shown), "bytes, not characters");
            assert_eq!((&finding["kind"], &finding["value"]), (&json!(kind), &json!(value)));
            assert_eq!(finding["severity"], "identifier");
            assert!(finding["rule"].as_str().unwrap().starts_with(kind));
            assert!((1..=100).contains(&finding["score"].as_u64().unwrap()));
            assert!(!finding["explanation"].as_str().unwrap().contains(value));
        }
        assert_eq!(body["detectorVersion"], DETECTOR_VERSION);
        let redacted = body["redacted"].as_str().unwrap();
        assert!(!redacted.contains("555") && !redacted.contains('@'), "{redacted}");
    }
}

#[tokio::test]
async fn a_tenants_own_number_and_another_countrys() {
    let server = Server::start().await;
    let body = json!({"entries": [{"kind": "phone", "value": "(415) 555-0123"}], "revision": 0}).to_string();
    let put = server.call(Method::PUT, "/api/policy/allow-list", &server.admin, &[], &body).await;
    assert_eq!(put.status, 200, "{}", put.text);
    for (text, expected) in [
        (format!("we are at {FRONT_DESK}"), json!([])),
        ("call (415) 555-0123".to_owned(), json!([])),
        ("call +49 415 5550123".to_owned(), json!(["+494155550123"])),
    ] {
        let body = server.post(&server.admin, "/api/policy/scan", &json!({ "text": text })).await.json();
        let found = body["findings"].as_array().unwrap().iter().map(|finding| finding["value"].clone());
        assert_eq!(json!(found.collect::<Vec<_>>()), expected, "{text}");
    }
}

#[tokio::test]
async fn clean_and_empty_texts() {
    let server = Server::start().await;
    for text in ["", "see you at nine", "\u{1f600}\n\0"] {
        let body = server.post(&server.viewer, "/api/policy/scan", &json!({ "text": text })).await.json();
        assert_eq!((&body["findings"], &body["redacted"]), (&json!([]), &json!(text)));
    }
}
