use axum::http::Method;
use serde_json::{Value, json};

use super::{
    CONFIG, CONFIRM, CONFIRM_SETUP, DEMO, INITIATE, LINE, NUMBERS, code, confirm, delete, id_of, initiate,
    prove, start, wanted, wrong_code,
};
use crate::server::Server;

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn a_number_that_is_none() {
    let server = start().await;
    for text in
        ["15551234567", "+1 555-123-4567", "+0155512345", "+123456", "+1234567890123456", "", "+١٢٣٤٥٦٧٨"]
    {
        let answer = initiate(&server, &server.admin, text).await;
        assert_eq!(answer.outcome(), refused(400, "invalid_phone_number"), "{text}");
        let body = answer.json();
        assert_eq!(body["detail"], "Invalid phone format. Must be E.164: +countrycode+number");
        assert_eq!(body["error"], body["detail"]);
        assert_eq!(body["errors"][0]["path"], "phoneNumber");
    }
    let body = json!({"phoneNumber": LINE, "friendlyName": "x".repeat(101)});
    let answer = server.post(&server.admin, INITIATE, &body).await;
    assert_eq!(answer.outcome(), refused(400, "invalid_name"));
}

#[tokio::test]
async fn without_a_provider() {
    let server = Server::start().await;
    let answer = initiate(&server, &server.admin, LINE).await;
    assert_eq!(answer.outcome(), refused(503, "provider_not_configured"));
    assert!(answer.json()["detail"].as_str().unwrap().contains("--provider mock"));
    assert_eq!(server.get(&server.admin, DEMO).await.outcome(), refused(404, "no_mock_provider"));
}

#[tokio::test]
async fn wrong_locked_expired_verified() {
    let server = start().await;
    let key = server.admin.as_str();
    let id = id_of(&initiate(&server, key, LINE).await, "verificationId");
    let wrong = wrong_code(&server, LINE).await;
    assert_eq!(confirm(&server, key, &id, "12x456").await.outcome(), refused(400, "invalid_code"));
    for (left, detail) in [
        (2, "Invalid verification code. 2 attempts remaining."),
        (1, "Invalid verification code. 1 attempt remaining."),
        (0, "Invalid verification code. 0 attempts remaining."),
    ] {
        let answer = confirm(&server, key, &id, &wrong).await;
        assert_eq!(answer.outcome(), refused(400, "wrong_code"));
        assert_eq!((&answer.json()["triesLeft"], &answer.json()["detail"]), (&json!(left), &json!(detail)));
    }
    let removed = delete(&server, key, &format!("{NUMBERS}/{id}")).await;
    assert_eq!(removed.outcome(), refused(423, "caller_id_locked"), "else a new start would unlock");
    server.clock.advance(600_000_000);
    let right = code(&server, key, LINE).await;
    let locked = confirm(&server, key, &id, &right).await;
    assert_eq!(locked.outcome(), refused(423, "caller_id_locked"));
    assert_eq!(locked.json()["retryAt"], "2026-01-19T15:30:00Z");
    assert_eq!(locked.header("retry-after"), "3000", "50 minutes");
    let useless = initiate(&server, key, LINE).await;
    assert_eq!(useless.outcome(), refused(423, "caller_id_locked"), "it would end within the lock");
    assert_eq!(useless.json()["retryAt"], "2026-01-19T15:30:00Z");
    server.clock.advance(2_940_000_000);
    let again = initiate(&server, key, LINE).await.json();
    assert_eq!(again["lockedUntil"], "2026-01-19T15:30:00Z", "another code does not unlock");
    server.clock.advance(600_000_000);
    let right = code(&server, key, LINE).await;
    let expired = confirm(&server, key, &id, &right).await;
    assert_eq!(expired.outcome(), refused(410, "code_expired"));
    assert_eq!(expired.json()["error"], "Verification code expired. Please request a new one.");
    initiate(&server, key, LINE).await;
    let right = code(&server, key, LINE).await;
    assert_eq!(confirm(&server, key, &id, &right).await.status, 200);
    assert_eq!(confirm(&server, key, &id, &right).await.outcome(), refused(409, "already_verified"));
    let answer = initiate(&server, key, LINE).await;
    assert_eq!(answer.outcome(), refused(409, "already_verified"));
    assert_eq!(answer.json()["error"], "Phone number already verified for this organization");
}

#[tokio::test]
async fn three_codes_an_hour_over_all_tenants() {
    let server = start().await;
    for key in [&server.admin, &server.other, &server.admin] {
        assert_eq!(initiate(&server, key, LINE).await.status, 200);
        server.clock.advance(60_000_000);
    }
    for key in [&server.admin, &server.other] {
        let answer = initiate(&server, key, LINE).await;
        assert_eq!(answer.outcome(), refused(429, "too_many_codes"));
        assert_eq!(answer.header("retry-after"), "3420", "57 minutes");
    }
    assert_eq!(initiate(&server, &server.admin, "+15551234568").await.status, 200, "another number");
}

#[tokio::test]
async fn a_number_of_two_tenants() {
    let server = start().await;
    let first = prove(&server, &server.admin, LINE).await;
    let id = id_of(&initiate(&server, &server.other, LINE).await, "verificationId");
    let right = code(&server, &server.other, LINE).await;
    let answer = confirm(&server, &server.other, &id, &right).await;
    assert_eq!(answer.outcome(), refused(409, "verified_elsewhere"));
    delete(&server, &server.admin, &format!("{NUMBERS}/{first}")).await;
    assert_eq!(confirm(&server, &server.other, &id, &right).await.status, 200);
}

#[tokio::test]
async fn what_is_not_configured() {
    let server = start().await;
    let key = server.admin.as_str();
    let pending = id_of(&initiate(&server, key, LINE).await, "verificationId");
    let answer = server.post(key, CONFIG, &wanted(&pending, "total_ai", "att")).await;
    assert_eq!(answer.outcome(), refused(409, "not_verified"));
    let right = code(&server, key, LINE).await;
    confirm(&server, key, &pending, &right).await;
    let with = |field: &str, value: Value| {
        let mut body = wanted(&pending, "safety_net", "tmobile");
        body[field] = value;
        body
    };
    for (what, body, expected, path) in [
        ("no carrier", with("carrier", json!("pigeon")), (400, "invalid_body"), "carrier"),
        ("no mode", with("forwardingType", json!("some")), (400, "invalid_body"), "forwardingType"),
        ("too short", with("ringTimeSeconds", json!(4)), (400, "invalid_ring_time"), "ringTimeSeconds"),
        ("too long", with("ringTimeSeconds", json!(61)), (400, "invalid_ring_time"), "ringTimeSeconds"),
        ("a text", with("ringTimeSeconds", json!("25")), (400, "invalid_ring_time"), "ringTimeSeconds"),
        (
            "a country",
            with("carrierCountryCode", json!("usa")),
            (400, "invalid_country"),
            "carrierCountryCode",
        ),
        (
            "no number",
            with("twilioForwardingNumber", json!("1")),
            (400, "invalid_destination"),
            "twilioForwardingNumber",
        ),
        (
            "somebody else's number",
            with("twilioForwardingNumber", json!("+15550108888")),
            (400, "destination_not_owned"),
            "twilioForwardingNumber",
        ),
    ] {
        let answer = server.post(key, CONFIG, &body).await;
        assert_eq!(answer.outcome(), refused(expected.0, expected.1), "{what}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["path"], path, "{what}");
        assert!(!answer.text.contains("+15550108888"), "{what}");
    }
    let ignored = json!({
        "verifiedCallerId": pending, "forwardingType": "total_ai", "carrier": "tmobile", "ringTimeSeconds": 999,
    });
    let made = server.post(key, CONFIG, &ignored).await;
    assert_eq!(made.status, 201, "total_ai ignores it: {}", made.text);
    let config = made.json()["config"]["id"].as_str().unwrap().to_owned();
    delete(&server, key, &format!("{CONFIG}/{config}")).await;
    let answer = server.post(key, CONFIRM_SETUP, &json!({"forwardingConfigId": config})).await;
    assert_eq!(answer.outcome(), refused(409, "forwarding_disabled"));
    let other = prove(&server, &server.other, "+15551234568").await;
    let answer = server.post(&server.other, CONFIG, &wanted(&other, "total_ai", "att")).await;
    assert_eq!(answer.outcome(), refused(409, "no_destination"), "a tenant without numbers");
}

#[tokio::test]
async fn other_tenants_and_viewers() {
    let server = start().await;
    let key = server.admin.as_str();
    let id = prove(&server, key, LINE).await;
    let made = server.post(key, CONFIG, &wanted(&id, "total_ai", "att")).await.json();
    let config = made["config"]["id"].as_str().unwrap().to_owned();
    let confirmation = json!({"verificationId": id, "verificationCode": "123456"});
    let calls = [
        (Method::POST, INITIATE.to_owned(), json!({"phoneNumber": LINE}), ""),
        (Method::POST, CONFIRM.to_owned(), confirmation, "caller_id_not_found"),
        (Method::POST, CONFIG.to_owned(), wanted(&id, "total_ai", "att"), "caller_id_not_found"),
        (
            Method::POST,
            CONFIRM_SETUP.to_owned(),
            json!({"forwardingConfigId": config}),
            "forwarding_not_found",
        ),
        (Method::DELETE, format!("{CONFIG}/{config}"), Value::Null, "forwarding_not_found"),
        (Method::DELETE, format!("{NUMBERS}/{id}"), Value::Null, "caller_id_not_found"),
        (Method::GET, DEMO.to_owned(), Value::Null, ""),
    ];
    for (method, path, body, not_found) in calls {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let answer = server.call(method.clone(), &path, &server.viewer, &[], &text).await;
        assert_eq!(answer.outcome(), refused(403, "read_only_key"), "{method} {path}");
        if !not_found.is_empty() {
            let answer = server.call(method.clone(), &path, &server.other, &[], &text).await;
            assert_eq!(answer.outcome(), refused(404, not_found), "{method} {path}");
        }
    }
    let path = format!("{CONFIG}?verifiedCallerId={id}");
    assert_eq!(server.get(&server.other, &path).await.outcome(), refused(404, "forwarding_not_found"));
    assert_eq!(server.get(&server.viewer, &path).await.status, 200, "a viewer may look");
    assert_eq!(server.get(&server.other, DEMO).await.json()["items"], json!([]), "codes of one's own only");
    assert_eq!(server.get(&server.viewer, NUMBERS).await.json()["numbers"][0]["id"], json!(id));
}
