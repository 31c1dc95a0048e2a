//! Twilio's webhooks are checked with the tenant's own auth token.

use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha1::Sha1;
use veralux_core::secret::Secret;
use veralux_http::Settings;

use super::{SID, TOKEN, TWILIO, twilio};
use crate::server::{CUSTOMER, FRONT_DESK, Next, Server};

const PATH: &str = "/webhooks/twilio/inbound-sms";
const BASE: &str = "https://veralux.example.com";
const OPERATORS: &str = "0f0f0f0f1e1e1e1e2d2d2d2d3c3c3c3c";
const PREVIOUS: &str = "ffeeddccbbaa99887766554433221100";

async fn server(operators: Option<&str>) -> Server {
    Server::with(Settings {
        public_base_url: Some(BASE.to_owned()),
        twilio_auth_token: operators.map(Secret::new),
        admin_rate_max: 1000,
        ..Settings::default()
    })
    .await
}

/// Delivers a message that is signed with a token; status and code.
async fn deliver(server: &Server, token: &str, to: &str, sid: &str) -> (u16, String) {
    let mut fields = [("Body", "hello"), ("From", CUSTOMER), ("MessageSid", sid), ("To", to)];
    fields.sort_unstable();
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).unwrap();
    mac.update(format!("{BASE}{PATH}").as_bytes());
    for (name, value) in fields {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post(PATH)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-twilio-signature", BASE64_STANDARD.encode(mac.finalize().into_bytes()));
    server.send(request.body(Body::from(body)).unwrap()).await.outcome()
}

fn refused() -> (u16, String) {
    (403, "signature_invalid".to_owned())
}

fn taken() -> (u16, String) {
    (200, String::new())
}

#[tokio::test]
async fn a_tenants_token_counts_and_the_operators_only_where_there_is_none() {
    let server = server(Some(OPERATORS)).await;
    assert_eq!(deliver(&server, OPERATORS, FRONT_DESK, "SM1").await, taken(), "nothing is connected");
    assert_eq!(deliver(&server, TOKEN, FRONT_DESK, "SM2").await, refused());
    assert_eq!(server.post(&server.admin, TWILIO, &twilio(SID, TOKEN)).await.status, 201);
    assert_eq!(deliver(&server, TOKEN, FRONT_DESK, "SM3").await, taken());
    assert_eq!(
        deliver(&server, OPERATORS, FRONT_DESK, "SM4").await,
        refused(),
        "not the operator's any more"
    );
    assert_eq!(deliver(&server, OPERATORS, "+19995550100", "SM5").await, taken(), "a number that nobody has");
    assert_eq!(
        deliver(&server, TOKEN, "+19995550100", "SM6").await,
        refused(),
        "a tenant's token is for its own"
    );
    let gone = server.call(Method::DELETE, TWILIO, &server.admin, &[], "").await;
    assert_eq!(gone.status, 204);
    assert_eq!(deliver(&server, TOKEN, FRONT_DESK, "SM7").await, refused(), "revoked at once");
    assert_eq!(deliver(&server, OPERATORS, FRONT_DESK, "SM8").await, taken());
}

#[tokio::test]
async fn the_token_before_counts_until_its_end() {
    let server = server(None).await;
    assert_eq!(
        deliver(&server, TOKEN, FRONT_DESK, "SM1").await,
        (503, "webhook_not_configured".to_owned()),
        "nobody has a token"
    );
    let both = json!({"accountSid": SID, "authToken": TOKEN, "previousAuthToken": PREVIOUS,
        "previousUntil": "2026-01-19T15:30:00Z"});
    assert_eq!(server.post(&server.admin, TWILIO, &both).await.status, 201);
    for (what, token, expected) in [
        ("the current", TOKEN, taken()),
        ("the previous", PREVIOUS, taken()),
        ("another", OPERATORS, refused()),
    ] {
        assert_eq!(deliver(&server, token, FRONT_DESK, what).await, expected, "{what}");
    }
    server.clock.advance(3_600_000_000);
    assert_eq!(deliver(&server, PREVIOUS, FRONT_DESK, "SM5").await, refused(), "its time is over");
    assert_eq!(deliver(&server, TOKEN, FRONT_DESK, "SM6").await, taken());
}

#[tokio::test]
async fn without_an_auth_token_nothing_is_taken() {
    let server = server(Some(OPERATORS)).await;
    let key = json!({"accountSid": SID, "apiKeySid": format!("SK{TOKEN}"), "apiKeySecret": "s".repeat(32)});
    assert_eq!(server.post(&server.admin, TWILIO, &key).await.status, 201);
    assert_eq!(deliver(&server, OPERATORS, FRONT_DESK, "SM1").await, refused());
    let disabled = veralux_core::credential::Provider::Twilio;
    assert_eq!(server.post(&server.admin, TWILIO, &twilio(SID, TOKEN)).await.status, 200);
    let context = veralux_core::service::Context::SYSTEM;
    server.vault.disable(&context, &crate::server::t1(), disabled).await.unwrap();
    assert_eq!(deliver(&server, TOKEN, FRONT_DESK, "SM2").await, refused(), "switched off");
    assert_eq!(deliver(&server, OPERATORS, FRONT_DESK, "SM3").await, refused());
}

#[tokio::test]
async fn strangers_do_not_write_a_tenants_audit_chain() {
    let server = server(Some(OPERATORS)).await;
    assert_eq!(server.post(&server.admin, TWILIO, &twilio(SID, TOKEN)).await.status, 201);
    let before = server.events().await.len();
    for index in 0..40 {
        assert_eq!(deliver(&server, OPERATORS, FRONT_DESK, &format!("SM{index}")).await, refused());
        let request = Request::post(format!("{PATH}?tenant=t1"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-twilio-signature", "x");
        let body = form_urlencoded::Serializer::new(String::new()).append_pair("To", FRONT_DESK).finish();
        assert_eq!(server.send(request.body(Body::from(body)).unwrap()).await.outcome(), refused());
    }
    server.vault.flush().await.unwrap();
    let events = server.events().await;
    let [told] = events.get(before..).unwrap() else { panic!("{} events", events.len() - before) };
    assert_eq!(told.draft.event_type.as_str(), "credential.refused");
    let payload: serde_json::Value = serde_json::from_str(&told.draft.payload.canonical()).unwrap();
    assert_eq!((&payload["outcome"], &payload["times"]), (&json!("signature_mismatch"), &json!(40)));
    assert_eq!(deliver(&server, TOKEN, FRONT_DESK, "SM99").await, taken());
}

#[tokio::test]
async fn a_store_that_fails_is_never_a_signature() {
    let server = server(Some(OPERATORS)).await;
    assert_eq!(server.post(&server.admin, TWILIO, &twilio(SID, TOKEN)).await.status, 201);
    server.ledger.next(Next::Fails);
    assert_eq!(deliver(&server, TOKEN, FRONT_DESK, "SM1").await.0, 503, "Twilio comes again");
    assert_eq!(deliver(&server, TOKEN, FRONT_DESK, "SM1").await, taken());
}
