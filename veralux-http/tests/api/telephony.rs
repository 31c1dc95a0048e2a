//! A tenant's own lines: proof, set-up, and giving them up.

mod refusals;

use axum::http::Method;
use serde_json::{Value, json};
use veralux_http::{Settings, VerificationCalls};

use crate::server::{Answer, FRONT_DESK, POOL, Server};

const LINE: &str = "+15551234567";
const INITIATE: &str = "/api/telephony/verify-caller-id/initiate";
const CONFIRM: &str = "/api/telephony/verify-caller-id/confirm";
const NUMBERS: &str = "/api/telephony/verified-numbers";
const CONFIG: &str = "/api/telephony/forwarding-config";
const CONFIRM_SETUP: &str = "/api/telephony/forwarding-config/confirm";
const DEMO: &str = "/api/telephony/demo/codes";

async fn start() -> Server {
    let settings = Settings {
        admin_rate_max: 10_000,
        verification_calls: VerificationCalls::Mock,
        code_hash_cost: 4,
        ..Settings::default()
    };
    Server::with(settings).await
}

/// The code that would have reached a phone.
async fn code(server: &Server, key: &str, number: &str) -> String {
    let codes = server.get(key, DEMO).await.json();
    let items = codes["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["phoneNumber"] == number).unwrap();
    item["code"].as_str().unwrap().to_owned()
}

async fn wrong_code(server: &Server, number: &str) -> String {
    let right: u32 = code(server, &server.admin, number).await.parse().unwrap();
    format!("{:06}", (right + 1) % 1_000_000)
}

async fn initiate(server: &Server, key: &str, number: &str) -> Answer {
    server.post(key, INITIATE, &json!({"phoneNumber": number})).await
}

async fn confirm(server: &Server, key: &str, id: &str, code: &str) -> Answer {
    server.post(key, CONFIRM, &json!({"verificationId": id, "verificationCode": code})).await
}

fn id_of(answer: &Answer, name: &str) -> String {
    answer.json()[name].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

async fn prove(server: &Server, key: &str, number: &str) -> String {
    let id = id_of(&initiate(server, key, number).await, "verificationId");
    let code = code(server, key, number).await;
    assert_eq!(confirm(server, key, &id, &code).await.status, 200);
    id
}

fn wanted(id: &str, mode: &str, carrier: &str) -> Value {
    json!({"verifiedCallerId": id, "forwardingType": mode, "carrier": carrier})
}

async fn delete(server: &Server, key: &str, path: &str) -> Answer {
    server.call(Method::DELETE, path, key, &[], "").await
}

#[tokio::test]
async fn the_whole_story() {
    let server = start().await;
    let key = server.admin.as_str();
    let body = json!({"phoneNumber": LINE, "friendlyName": "Office Line"});
    let initiated = server.post(key, INITIATE, &body).await;
    let answer = initiated.json();
    assert_eq!(initiated.status, 200, "{}", initiated.text);
    assert_eq!(answer["success"], true);
    assert_eq!(answer["message"], "Verification call initiated. Check your phone for 6-digit code.");
    assert!(answer["validationId"].is_string());
    assert_eq!((&answer["triesLeft"], &answer["status"]), (&json!(3), &json!("pending")));
    let id = id_of(&initiated, "verificationId");
    let code = code(&server, key, LINE).await;
    assert!(!initiated.text.contains(&code));
    assert_eq!(server.get(key, NUMBERS).await.json()["numbers"], json!([]), "not verified yet");
    let pending = server.get(key, &format!("{NUMBERS}?all=true")).await.json();
    assert_eq!(pending["numbers"][0]["status"], "pending");

    let confirmed = confirm(&server, key, &id, &code).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text);
    assert_eq!(confirmed.json()["message"], "Phone number verified successfully");
    assert!(confirmed.json()["callerIdSid"].is_string());
    let number = server.get(key, NUMBERS).await.json()["numbers"][0].clone();
    assert_eq!(number["id"], json!(id));
    assert_eq!((&number["phoneNumber"], &number["friendlyName"]), (&json!(LINE), &json!("Office Line")));
    assert_eq!((&number["status"], &number["hasForwardingConfig"]), (&json!("verified"), &json!(false)));
    assert_eq!(number["verifiedAt"], "2026-01-19T14:30:00Z");

    let made = server.post(key, CONFIG, &wanted(&id, "total_ai", "tmobile")).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let config = made.json()["config"].clone();
    let on = format!("**21*{FRONT_DESK}#");
    assert_eq!(config["generatedActivationCode"], json!(on));
    assert_eq!(config["generatedDeactivationCode"], "##21#");
    assert_eq!(config["status"], "pending_setup");
    let steps = json!([
        "1. Open Phone Dialer",
        format!("2. Dial: {on}"),
        "3. Press Call",
        "4. Return to dashboard and click Confirm Setup",
    ]);
    assert_eq!(config["instructions"], steps);
    assert_eq!(config["details"]["covers"], json!(["unconditional"]));
    assert!(made.json()["qrSvg"].as_str().unwrap().contains("<svg"));
    let config_id = config["id"].as_str().unwrap();

    let found = server.get(key, &format!("{CONFIG}?verifiedCallerId={id}")).await.json();
    let found = &found["config"];
    for (field, expected) in [
        ("id", json!(config_id)),
        ("verifiedCallerId", json!(id)),
        ("simPhoneNumber", json!(LINE)),
        ("forwardingType", json!("total_ai")),
        ("carrier", json!("tmobile")),
        ("generatedActivationCode", json!(on)),
        ("generatedDeactivationCode", json!("##21#")),
        ("status", json!("pending_setup")),
        ("userConfirmedSetup", json!(false)),
    ] {
        assert_eq!(found[field], expected, "{field}");
    }
    assert_eq!(server.get(key, CONFIG).await.json()["configs"][0]["id"], json!(config_id));

    let active = server.post(key, CONFIRM_SETUP, &json!({"forwardingConfigId": config_id})).await.json();
    assert_eq!((&active["success"], &active["status"]), (&json!(true), &json!("active")));
    let number = server.get(key, NUMBERS).await.json()["numbers"][0].clone();
    assert_eq!(number["hasForwardingConfig"], true);

    let off = delete(&server, key, &format!("{CONFIG}/{config_id}")).await;
    let message = "Forwarding disabled. Dial: ##21# (T-Mobile) to deactivate.";
    assert_eq!((off.status.as_u16(), &off.json()["message"]), (200, &json!(message)));
    let removed = delete(&server, key, &format!("{NUMBERS}/{id}")).await;
    assert_eq!(
        (removed.status.as_u16(), &removed.json()["message"]),
        (200, &json!("Verified number removed"))
    );
    let gone = server.get(key, &format!("{CONFIG}?verifiedCallerId={id}")).await;
    assert_eq!(gone.outcome(), (404, "forwarding_not_found".to_owned()), "it went along");

    let events = server.events().await;
    let types: Vec<String> =
        events.iter().rev().take(7).map(|event| event.draft.event_type.to_string()).collect();
    let expected = [
        "caller_id.removed",
        "forwarding.disabled",
        "forwarding.confirmed",
        "forwarding.configured",
        "caller_id.verified",
        "caller_id.code_tried",
        "caller_id.code_issued",
    ];
    assert_eq!(types, expected);
    let told = format!("{:?}", events.iter().map(|event| event.draft.payload.clone()).collect::<Vec<_>>());
    assert!(!told.contains(LINE) && !told.contains(&code), "{told}");
}

#[tokio::test]
async fn a_change_of_mode_says_what_to_dial() {
    let server = start().await;
    let key = server.admin.as_str();
    let id = prove(&server, key, LINE).await;
    assert_eq!(server.post(key, CONFIG, &wanted(&id, "total_ai", "att")).await.status, 201);
    let mut body = wanted(&id, "safety_net", "tmobile");
    body["ringTimeSeconds"] = json!(25);
    body["twilioForwardingNumber"] = json!(POOL);
    let changed = server.post(key, CONFIG, &body).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let config = &changed.json()["config"];
    assert_eq!(config["generatedActivationCode"], json!(format!("**61*{POOL}*11*25#")));
    assert_eq!(config["ringTimeSeconds"], 25);
    let steps = changed.json()["changeSteps"].clone();
    assert_eq!((&steps[0]["code"], &steps[0]["purpose"]), (&json!("#21#"), &json!("off")));
    assert_eq!(server.get(key, CONFIG).await.json()["configs"].as_array().unwrap().len(), 1, "in its place");
    let removed = delete(&server, key, &format!("{NUMBERS}/{id}")).await.json();
    let expected = "Forwarding disabled. Dial: ##61# (T-Mobile) to deactivate.";
    assert_eq!(removed["forwarding"], json!(expected), "whoever dialled the code is told how to undo it");
}

#[tokio::test]
async fn whoever_dialled_the_extra_steps_is_told_how_to_undo_them() {
    let server = start().await;
    let key = server.admin.as_str();
    let id = prove(&server, key, LINE).await;
    let mut body = wanted(&id, "safety_net", "tmobile");
    body["ringTimeSeconds"] = json!(25);
    let config = server.post(key, CONFIG, &body).await.json()["config"].clone();
    let off = delete(&server, key, &format!("{CONFIG}/{}", config["id"].as_str().unwrap())).await.json();
    let codes: Vec<_> =
        off["steps"].as_array().unwrap().iter().map(|step| (&step["code"], &step["optional"])).collect();
    let expected =
        [("##61#", false), ("##67#", true), ("##62#", true)].map(|(code, extra)| (json!(code), json!(extra)));
    assert_eq!(codes, expected.each_ref().map(|(code, extra)| (code, extra)), "those of the extra steps too");
}

#[tokio::test]
async fn the_same_key_acts_once() {
    let server = start().await;
    let send = async |key: &str| {
        let body = json!({"phoneNumber": LINE}).to_string();
        let headers = [("idempotency-key", key)];
        server.call(Method::POST, INITIATE, &server.admin, &headers, &body).await
    };
    let first = send("k1").await;
    let code_before = code(&server, &server.admin, LINE).await;
    for _ in 0..5 {
        let again = send("k1").await;
        assert_eq!((again.status, &again.text), (first.status, &first.text), "no second call, none counted");
    }
    assert_eq!(code(&server, &server.admin, LINE).await, code_before);
    let id = id_of(&first, "verificationId");
    let wrong =
        json!({"verificationId": id, "verificationCode": wrong_code(&server, LINE).await}).to_string();
    for _ in 0..5 {
        let headers = [("idempotency-key", "k2")];
        let answer = server.call(Method::POST, CONFIRM, &server.admin, &headers, &wrong).await;
        assert_eq!(answer.json()["triesLeft"], 2, "one try, however often it is sent");
    }
}

#[tokio::test]
async fn pages_of_numbers() {
    let server = start().await;
    for last in 0..3 {
        prove(&server, &server.admin, &format!("+1555123457{last}")).await;
    }
    let first = server.get(&server.viewer, &format!("{NUMBERS}?limit=2")).await.json();
    assert_eq!(first["numbers"].as_array().unwrap().len(), 2);
    let cursor = first["nextCursor"].as_str().unwrap();
    let rest = server.get(&server.viewer, &format!("{NUMBERS}?limit=2&cursor={cursor}")).await.json();
    assert_eq!((rest["numbers"].as_array().unwrap().len(), &rest["nextCursor"]), (1, &Value::Null));
    assert_eq!(server.get(&server.other, NUMBERS).await.json()["numbers"], json!([]), "another tenant's");
}
