//! Credentials that tenants bring, over HTTP.

mod canary;
mod google;
mod webhooks;

use axum::http::Method;
use serde_json::{Value, json};
use veralux_core::credential::{Policy, Provider};
use veralux_http::Settings;

use crate::server::{Next, ROOT, Server};

pub(crate) const SID: &str = "AC0123456789abcdef0123456789abcdef";
pub(crate) const TOKEN: &str = "00112233445566778899aabbccddeeff";
pub(crate) const TWILIO: &str = "/api/integrations/twilio";

pub(crate) fn twilio(sid: &str, token: &str) -> Value {
    json!({"accountSid": sid, "authToken": token})
}

fn sid_that_ends(suffix: &str) -> String {
    format!("{}{suffix}", SID.get(..SID.len() - suffix.len()).unwrap())
}

async fn integration(server: &Server, provider: &str) -> Value {
    let answer = server.get(&server.viewer, "/api/integrations/status").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let all = answer.json()["integrations"].as_array().unwrap().clone();
    assert_eq!(all.len(), Provider::ALL.len());
    all.into_iter().find(|one| one["provider"] == provider).unwrap()
}

#[tokio::test]
async fn connected_looked_at_verified_and_forgotten() {
    let server = Server::start().await;
    assert_eq!(
        integration(&server, "twilio").await,
        json!({"provider": "twilio", "name": "Twilio", "managedBy": "tenant", "connected": false,
            "state": "not_connected", "hint": null, "account": null, "check": null, "lastError": null,
            "expiresAt": null, "connectedAt": null, "changedAt": null, "exports": []})
    );
    let first = server.post(&server.admin, TWILIO, &twilio(SID, TOKEN)).await;
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!((&first.json()["verified"], &first.json()["success"]), (&json!(true), &json!(true)));
    assert_eq!(first.json()["message"], "Twilio is connected and verified.");
    server.clock.advance(60_000_000);
    let again = server.post(&server.admin, TWILIO, &twilio(SID, &TOKEN.replace('0', "1"))).await;
    assert_eq!(again.status, 200, "in place of the first");
    let shown = integration(&server, "twilio").await;
    assert_eq!(shown, again.json()["integration"]);
    assert_eq!(
        (&shown["connected"], &shown["state"], &shown["hint"]),
        (&json!(true), &json!("active"), &json!("cdef"))
    );
    assert_eq!(shown["check"]["outcome"], "verified");
    assert!(shown["changedAt"].as_str().unwrap() > shown["connectedAt"].as_str().unwrap(), "{shown}");

    let verified = server.post(&server.admin, &format!("{TWILIO}/verify"), &json!({})).await;
    assert_eq!((verified.status.as_u16(), &verified.json()["verified"]), (200, &json!(true)));
    let gone = server.call(Method::DELETE, TWILIO, &server.admin, &[], "").await;
    assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
    assert_eq!(integration(&server, "twilio").await["state"], "not_connected");
    for (method, path) in [(Method::DELETE, TWILIO), (Method::POST, "/api/integrations/twilio/verify")] {
        let answer = server.call(method, path, &server.admin, &[], "").await;
        assert_eq!(answer.outcome(), (409, "not_connected".to_owned()));
        assert_eq!(answer.json()["detail"], "Connect Twilio in Settings > Integrations.");
    }
    let events: Vec<String> = server
        .events()
        .await
        .iter()
        .map(|event| event.draft.event_type.to_string())
        .filter(|event| event.starts_with("credential."))
        .collect();
    for expected in ["credential.stored", "credential.verified", "credential.removed"] {
        assert!(events.iter().any(|event| event == expected), "{expected}: {events:?}");
    }
}

#[tokio::test]
async fn what_is_refused_and_what_a_person_reads() {
    let server = Server::start().await;
    let long = json!({"accountSid": "x".repeat(17_000)}).to_string();
    for (what, path, body, outcome, detail, field) in [
        ("unknown", "/api/integrations/pigeon", "{}", (404, "unknown_provider"), "Unknown integration.", ""),
        (
            "the operator's",
            "/api/integrations/vapi",
            r#"{"apiKey":"x"}"#,
            (409, "platform_managed"),
            "Vapi is managed by the operator of this server.",
            "",
        ),
        (
            "a bad field",
            TWILIO,
            &twilio(SID, "short").to_string(),
            (422, "invalid_credential"),
            "Field authToken is not valid.",
            "authToken",
        ),
        (
            "a field that is none",
            TWILIO,
            r#"{"colour":"red"}"#,
            (422, "invalid_credential"),
            "the credential is not the JSON that is expected: shape at line 1 column 9",
            "",
        ),
        (
            "refused by the provider",
            TWILIO,
            &twilio(&sid_that_ends("dead"), TOKEN).to_string(),
            (422, "credential_rejected"),
            "Twilio refuses this credential (unauthorised).",
            "",
        ),
        ("too long", TWILIO, &long, (413, "body_too_large"), "a body has at most 16384 bytes", ""),
        (
            "a query that is none",
            "/api/integrations/twilio?verify=maybe",
            "{}",
            (400, "invalid_query"),
            "",
            "verify",
        ),
    ] {
        let answer = server.call(Method::POST, path, &server.admin, &[], body).await;
        assert_eq!(answer.outcome(), (outcome.0, outcome.1.to_owned()), "{what}: {}", answer.text);
        let told = answer.json();
        assert!(detail.is_empty() || told["detail"] == detail, "{what}: {told}");
        assert_eq!(told["errors"][0]["path"].as_str().unwrap_or_default(), field, "{what}");
        assert!(!answer.text.contains(TOKEN), "{what}");
    }
    assert_eq!(integration(&server, "twilio").await["state"], "not_connected", "nothing was stored");
}

#[tokio::test]
async fn who_may_do_what() {
    let server = Server::start().await;
    let verify = format!("{TWILIO}/verify");
    for (what, key, expected) in
        [("nobody", "", (401, "unauthorized")), ("staff", server.viewer.as_str(), (403, "read_only_key"))]
    {
        for (method, path, body) in [
            (Method::POST, TWILIO, twilio(SID, TOKEN).to_string()),
            (Method::POST, &verify, String::new()),
            (Method::DELETE, TWILIO, String::new()),
            (Method::GET, "/api/google/oauth/start", String::new()),
        ] {
            let answer = server.call(method, path, key, &[], &body).await;
            assert_eq!(answer.outcome(), (expected.0, expected.1.to_owned()), "{what} {path}");
        }
    }
    let root = [("x-tenant-id", "t1")];
    let body = twilio(SID, TOKEN).to_string();
    assert_eq!(server.call(Method::POST, TWILIO, ROOT, &root, &body).await.status, 201, "the operator may");
    let other = server.get(&server.other, "/api/integrations/status").await;
    assert_eq!(other.json()["integrations"][0]["connected"], false, "another tenant sees nothing of it");
    let far = server.call(Method::DELETE, TWILIO, &server.other, &root, "").await;
    assert_eq!(far.outcome(), (404, "tenant_not_found".to_owned()));
}

#[tokio::test]
async fn unverified_says_so() {
    let connect = async |server: &Server, path: &str, sid: &str| {
        let answer = server.post(&server.admin, path, &twilio(sid, TOKEN)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert_eq!(answer.json()["verified"], Value::Null);
        answer.json()["message"].as_str().unwrap().to_owned()
    };
    let settings = || Settings { admin_rate_max: 100, ..Settings::default() };
    let alone = Server::dressed(settings(), |vault, _| vault).await;
    assert_eq!(
        connect(&alone, TWILIO, SID).await,
        "Twilio is connected, but not verified: this server cannot ask Twilio."
    );
    let asked = alone.post(&alone.admin, &format!("{TWILIO}/verify"), &json!({})).await;
    assert_eq!(asked.outcome(), (409, "verification_unavailable".to_owned()));
    let server = Server::start().await;
    let message = connect(&server, TWILIO, &sid_that_ends("0ff0")).await;
    assert!(message.contains("could not be asked"), "{message}");
    let asked = server.post(&server.admin, &format!("{TWILIO}/verify"), &json!({})).await;
    assert_eq!((asked.status.as_u16(), &asked.json()["verified"]), (200, &Value::Null));
    assert_eq!(integration(&server, "twilio").await["check"], Value::Null, "nothing is noted");
    let server = Server::start().await;
    let unasked = connect(&server, "/api/integrations/twilio?verify=false", &sid_that_ends("dead")).await;
    assert_eq!(unasked, "Twilio is connected, but not verified.");
    let asked = server.post(&server.admin, &format!("{TWILIO}/verify"), &json!({})).await;
    assert_eq!((asked.status.as_u16(), &asked.json()["verified"]), (200, &json!(false)));
    let shown = integration(&server, "twilio").await;
    assert_eq!(
        (&shown["check"]["outcome"], &shown["check"]["class"], &shown["lastError"]["code"]),
        (&json!("rejected"), &json!("unauthorised"), &json!("unauthorised"))
    );
}

#[tokio::test]
async fn a_tenants_own_vapi_where_the_operator_allows_it() {
    let policy = Policy { tenant_vapi: true, ..Policy::default() };
    let settings = Settings { admin_rate_max: 100, ..Settings::default() };
    let server = Server::dressed(settings, |vault, _| vault.with_policy(policy)).await;
    let body = json!({"apiKey": "0b2f6c1e-58a7-4a4e-9a55-0d9e7c1f2a3b"});
    let answer = server.post(&server.admin, "/api/integrations/vapi", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(integration(&server, "vapi").await["managedBy"], "tenant");
    assert_eq!(integration(&server, "aws").await["managedBy"], "operator");
    let closed = Server::start().await;
    assert_eq!(integration(&closed, "vapi").await["managedBy"], "operator");
}

#[tokio::test]
async fn a_body_too_long_for_a_credential_is_not_read_for_an_idempotency_key() {
    let server = Server::start().await;
    let send = async |token: String| {
        let headers = [("idempotency-key", "k1")];
        server.call(Method::POST, TWILIO, &server.admin, &headers, &twilio(SID, &token).to_string()).await
    };
    for length in [20_000, 30_000] {
        let answer = send("0".repeat(length)).await;
        assert_eq!(answer.outcome(), (413, "body_too_large".to_owned()), "{length}");
        assert_eq!(answer.header("idempotency-replayed"), "", "{length}");
    }
    assert_eq!(send(TOKEN.to_owned()).await.status, 201, "the key is not used up");
}

#[tokio::test]
async fn the_same_post_twice_seals_once() {
    let server = Server::start().await;
    let send = async || {
        let headers = [("idempotency-key", "k1")];
        server.call(Method::POST, TWILIO, &server.admin, &headers, &twilio(SID, TOKEN).to_string()).await
    };
    server.ledger.next(Next::Fails);
    assert_eq!(send().await.outcome(), (503, "store_unavailable".to_owned()));
    let (first, again) = (send().await, send().await);
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!((again.header("idempotency-replayed"), &again.text), ("true", &first.text));
    let row = server.vault.status(&crate::server::t1(), Provider::Twilio).await.unwrap().unwrap();
    assert_eq!(row.generation, 1);
}
