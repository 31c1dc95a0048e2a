use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use veralux_core::digest::Digest;
use veralux_core::secret::Secret;
use veralux_http::Settings;

use super::{
    CALLER, NOBODYS, NOW, VAPI_SECRET, calls, link, plain, server, settings, state, states, suspend, told,
    vectors,
};
use crate::server::{ANNAS, Answer, FRONT_DESK, Next, Server};

const WEBHOOK: &str = "/api/vapi/webhook";
const AS_T1: &str = "/api/vapi/webhook?tenantId=t1";
const TOOL: &str = "/api/vapi/tools/businessStatus?tenantId=t1";
const SECRET: (&str, &str) = ("x-vapi-secret", VAPI_SECRET);

async fn deliver(server: &Server, target: &str, message: &Value) -> Answer {
    plain(server, target, &[SECRET], &json!({ "message": message }).to_string()).await
}

fn status(call: &Value, status: &str, reason: Option<&str>) -> Value {
    json!({"type": "status-update", "status": status, "endedReason": reason, "call": call,
        "phoneNumber": {"number": FRONT_DESK}, "customer": {"number": CALLER}})
}

fn tool_call(name: &str) -> Value {
    json!({"type": "tool-calls", "call": {"id": "c1"}, "toolCallList": [
        {"id": "one", "name": name, "arguments": {"tenantId": "t2"}},
    ]})
}

#[tokio::test]
async fn the_secret_is_shown_in_one_of_three_ways() {
    let server = server().await;
    let body = json!({"message": {"type": "speech-update"}}).to_string();
    let sign = |at: i64, secret: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{at}.{body}").as_bytes());
        Digest::from_bytes(mac.finalize().into_bytes().into()).to_string().replace(Digest::PREFIX, "")
    };
    let (fresh, old, wrong) = (sign(NOW, VAPI_SECRET), sign(NOW - 301, VAPI_SECRET), sign(NOW, "another"));
    let (now, before) = (NOW.to_string(), (NOW - 301).to_string());
    let bearer = format!("Bearer {VAPI_SECRET}");
    for (what, headers, expected) in [
        ("the secret", vec![SECRET], (200, "")),
        ("a bearer", vec![("authorization", bearer.as_str())], (200, "")),
        ("a signature", vec![("x-signature", fresh.as_str()), ("x-timestamp", &now)], (200, "")),
        ("nothing", vec![], (400, "signature_missing")),
        ("an empty secret", vec![("x-vapi-secret", "")], (400, "signature_missing")),
        ("a signature of no moment", vec![("x-signature", &fresh)], (400, "signature_missing")),
        ("another secret", vec![("x-vapi-secret", "another")], (403, "signature_invalid")),
        ("an admin's key", vec![("authorization", "Bearer vlx_root")], (403, "signature_invalid")),
        ("too old", vec![("x-signature", &old), ("x-timestamp", &before)], (403, "signature_invalid")),
        (
            "a wrong signature",
            vec![("x-signature", &wrong), ("x-timestamp", &now)],
            (403, "signature_invalid"),
        ),
        (
            "of another moment",
            vec![("x-signature", &fresh), ("x-timestamp", "1768833001")],
            (403, "signature_invalid"),
        ),
    ] {
        let answer = plain(&server, WEBHOOK, &headers, &body).await;
        assert_eq!(answer.outcome(), (expected.0, expected.1.to_owned()), "{what}");
        assert_eq!(answer.header("ratelimit-limit"), "", "{what}: nobody counts them");
    }
    for body in ["", "{}", "{\"message\":{}}"] {
        let answer = plain(&server, WEBHOOK, &[SECRET], body).await;
        assert_eq!(answer.outcome(), (400, "invalid_webhook".to_owned()), "{body}");
    }
    let server = Server::with(Settings { vapi_webhook_secret: None, ..settings() }).await;
    let answer = plain(&server, WEBHOOK, &[SECRET], &body).await;
    assert_eq!(answer.outcome(), (503, "webhook_not_configured".to_owned()));
}

#[tokio::test]
async fn whose_it_is_tell_assistant_metadata_and_parameter_in_this_order() {
    let server = server().await;
    link(&server, "t1", "a1", Some(FRONT_DESK)).await;
    let both = json!({"id": "c1", "assistantId": "a1", "metadata": {"veraluxTenant": "t2"}});
    let unknown = json!({"id": "c2", "assistantId": "a9", "metadata": {"veraluxTenant": "t1"}});
    let (nothing, other) = (json!({"id": "c3"}), json!({"id": "c4"}));
    for (what, target, call, found) in [
        ("an assistant", "/api/vapi/webhook?tenantId=t2", &both, Some("assistant")),
        ("metadata", "/api/vapi/webhook?tenantId=t2", &unknown, Some("metadata")),
        ("a parameter", AS_T1, &nothing, Some("parameter")),
        ("nothing", WEBHOOK, &nothing, None),
        ("no such tenant", "/api/vapi/webhook?tenantId=t9", &nothing, None),
        ("the second", "/api/vapi/webhook?tenantId=t9&tenantId=t1", &other, Some("parameter")),
        ("too many to look up", "/api/vapi/webhook?tenantId=t8&tenantId=t9&tenantId=t1", &nothing, None),
    ] {
        let answer = deliver(&server, target, &status(call, "in-progress", None)).await;
        let expected = found.map_or((422, "tenant_unknown"), |_| (200, ""));
        assert_eq!(answer.outcome(), (expected.0, expected.1.to_owned()), "{what}");
        assert_eq!(answer.json()["foundBy"].as_str(), found, "{what}");
    }
    let steps: Vec<_> =
        told(&server, "call.connected").await.iter().map(|event| event["foundBy"].clone()).collect();
    assert_eq!(steps, ["assistant", "metadata", "parameter", "parameter"], "in the audit trail, too");
}

#[tokio::test]
async fn a_call_is_recorded() {
    let call = json!({"id": "c1", "type": "inboundPhoneCall"});
    let ended = || status(&call, "ended", Some("customer-ended-call"));
    let report = || {
        json!({"type": "end-of-call-report", "endedReason": "silence-timed-out", "call": call,
            "phoneNumber": {"number": FRONT_DESK}, "customer": {"number": CALLER}, "artifact": {"transcript": "AI: Hi"}})
    };
    for (what, messages, expected) in [
        (
            "it begins",
            vec![status(&call, "ringing", None), status(&call, "in-progress", None)],
            state("active", ""),
        ),
        (
            "the usual",
            vec![status(&call, "in-progress", None), ended(), report()],
            state("ended", "customer-ended-call"),
        ),
        (
            "the report first",
            vec![report(), ended(), status(&call, "in-progress", None)],
            state("ended", "silence-timed-out"),
        ),
        ("twice", vec![ended(), ended()], state("ended", "customer-ended-call")),
    ] {
        let server = server().await;
        for message in &messages {
            assert_eq!(deliver(&server, AS_T1, message).await.status, 200, "{what}");
        }
        assert_eq!(states(&server).await, [expected], "{what}");
        assert_eq!(calls(&server).await[0].caller.as_deref(), Some(CALLER), "{what}");
    }
    let server = server().await;
    let ours = json!({"id": "c2", "type": "outboundPhoneCall"});
    let web =
        json!({"type": "status-update", "status": "in-progress", "call": {"id": "c3", "type": "webCall"}});
    for message in [status(&ours, "in-progress", None), web] {
        let answer = deliver(&server, AS_T1, &message).await;
        assert_eq!(answer.json()["recorded"], false, "{}", answer.text);
    }
    assert!(calls(&server).await.is_empty());
    server.ledger.next(Next::Fails);
    assert_eq!(deliver(&server, AS_T1, &ended()).await.status, 503);
}

#[tokio::test]
async fn who_answers() {
    let server = server().await;
    let request = |number: &str| json!({"type": "assistant-request", "call": {"id": "c1", "assistantId": null}, "phoneNumber": {"number": number}});
    let ask = async |target: &str, number: &str| {
        let answer = deliver(&server, target, &request(number)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let answer = answer.json();
        answer["assistantId"].as_str().or(answer["error"].as_str()).unwrap().to_owned()
    };
    assert!(ask(AS_T1, FRONT_DESK).await.contains("not fully set up"), "it has none");
    link(&server, "t1", "a1", Some(FRONT_DESK)).await;
    link(&server, "t1", "a2", Some(ANNAS)).await;
    assert_eq!(ask(AS_T1, FRONT_DESK).await, "a1");
    assert_eq!(ask(AS_T1, ANNAS).await, "a2");
    assert!(ask(AS_T1, NOBODYS).await.contains("not fully set up"), "which of the two?");
    assert!(ask(WEBHOOK, FRONT_DESK).await.contains("not in service"), "whose is it?");
    server.ledger.next(Next::Fails);
    assert!(ask(AS_T1, FRONT_DESK).await.contains("cannot take your call"));
    suspend(&server).await;
    assert!(ask(AS_T1, FRONT_DESK).await.contains("cannot take calls"));
    assert_eq!(told(&server, "assistant.requested").await.len(), 5);
}

#[tokio::test]
async fn tools_are_answered_with_200_whatever_becomes_of_them() {
    let server = server().await;
    let known = tool_call("businessStatus");
    let done =
        json!({"name": "businessStatus", "toolCallId": "one", "result": "This is Oak Dental. Nine to five."});
    for (what, target, message, expected) in [
        ("at the webhook", AS_T1, &known, Some(&done)),
        ("at its own address", TOOL, &known, Some(&done)),
        ("at another's", "/api/vapi/tools/bookTable?tenantId=t1", &known, None),
        ("one that there is not", AS_T1, &tool_call("bookTable"), None),
        ("nobody's", WEBHOOK, &known, None),
        ("nobody's, at its own address", "/api/vapi/tools/businessStatus", &known, None),
    ] {
        let answer = deliver(&server, target, message).await;
        assert_eq!(answer.status, 200, "{what}");
        let result = &answer.json()["results"][0];
        match expected {
            Some(expected) => assert_eq!(result, expected, "{what}"),
            None => assert!(
                result["error"].is_string() && result["toolCallId"] == "one",
                "{what}: {}",
                answer.text
            ),
        }
    }
    server.ledger.next(Next::Fails);
    let answer = deliver(&server, AS_T1, &known).await;
    assert!(answer.status == 200 && answer.json()["results"][0]["error"].is_string(), "{}", answer.text);
    let forged =
        plain(&server, TOOL, &[("x-vapi-secret", "x")], &json!({"message": known}).to_string()).await;
    assert_eq!(forged.outcome(), (403, "signature_invalid".to_owned()));
    let other = deliver(&server, TOOL, &json!({"type": "status-update", "status": "ended"})).await;
    assert_eq!(other.outcome(), (400, "invalid_webhook".to_owned()));
    assert_eq!(
        told(&server, "tool.called").await.len(),
        3,
        "t1's; what a model says does not name the tenant"
    );
}

#[tokio::test]
async fn a_tenants_own_vapi_has_a_secret_of_its_own() {
    let policy = veralux_core::credential::Policy { tenant_vapi: true, ..Default::default() };
    let dress = |vault: veralux_core::service::CredentialVault, _| {
        vault.with_policy(policy).with_verifier(std::sync::Arc::new(veralux_http::MockProviders))
    };
    let server = Server::dressed(
        Settings { vapi_webhook_secret: Some(Secret::new(VAPI_SECRET)), ..settings() },
        dress,
    )
    .await;
    let own = json!({"apiKey": "0f0f0f0f-1e1e-4e1e-8d2d-3c3c3c3c3c3c", "webhookSecret": "the-tenants-own"});
    assert_eq!(server.post(&server.admin, "/api/integrations/vapi", &own).await.status, 201);
    let body = json!({"message": tool_call("businessStatus")}).to_string();
    for (what, target, secret, status) in [
        ("the operator's", AS_T1, VAPI_SECRET, 403),
        ("its own", AS_T1, "the-tenants-own", 200),
        ("its own for another", "/api/vapi/webhook?tenantId=t2", "the-tenants-own", 403),
        ("the operator's for another", "/api/vapi/webhook?tenantId=t2", VAPI_SECRET, 200),
    ] {
        let answer = plain(&server, target, &[("x-vapi-secret", secret)], &body).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text);
    }
}

#[tokio::test]
async fn the_captured_messages() {
    let server = server().await;
    link(&server, "t1", "a1", None).await;
    for (name, kind) in [
        ("assistant-request", "assistantId"),
        ("end-of-call-report", "recorded"),
        ("tool-calls-1", "results"),
        ("tool-calls-2", "results"),
        ("tool-calls-3", "results"),
        ("tool-calls-4", "results"),
    ] {
        let Some(body) = vectors(&format!("vapi/{name}.json")) else { return };
        let answer = plain(&server, AS_T1, &[SECRET], &body.to_string()).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        assert!(!answer.json()[kind].is_null(), "{name}: {}", answer.text);
    }
    assert_eq!(states(&server).await, [state("ended", "customer-ended-call")]);
    let Some(shapes) = vectors("vapi/tool-call-shapes.json") else { return };
    for shape in shapes["shapes"].as_array().unwrap() {
        let message =
            json!({"type": "tool-calls", "call": {"id": "c1"}, "toolCallList": shape["toolCallList"]});
        let answer = deliver(&server, AS_T1, &message).await.json();
        let result = &answer["results"][0];
        assert_eq!((result["name"].as_str(), result["toolCallId"].as_str()), (Some("book"), Some("call_1")));
    }
}
