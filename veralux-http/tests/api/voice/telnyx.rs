use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use veralux_core::id::TenantId;
use veralux_core::number::Number;
use veralux_core::party::NumberClass;
use veralux_core::phone::E164;
use veralux_core::port::{Delivery, MessageProvider, OutgoingSms, Page, ProviderResult, SentSms};
use veralux_core::service::{Context, ImportNumber, Numbers};
use veralux_core::time::Instant;
use veralux_http::{Providers, Settings};

use super::{
    BASE, CALLER, NOBODYS, NOW, calls, operators_key, plain, public, publish, server, settings, signed,
    state, states, vectors,
};
use crate::server::{CUSTOMER, FRONT_DESK, Next, Server, t1};

const CALLS: &str = "/api/telnyx/call-control";
const MESSAGES: &str = "/api/telnyx/messages";

fn event(kind: &str, id: &str, leg: &str, to: &str) -> String {
    json!({"data": {
        "record_type": "event", "event_type": kind, "id": id, "occurred_at": "2026-01-19T14:29:59.000Z",
        "payload": {
            "call_control_id": format!("v3:{leg}"), "call_leg_id": leg, "call_session_id": "session",
            "from": CALLER, "to": to, "direction": "incoming", "state": "parked", "hangup_cause": "normal_clearing",
        },
    }})
    .to_string()
}

fn message(id: &str, message: &str, to: &Value) -> String {
    json!({"data": {
        "record_type": "event", "event_type": "message.received", "id": id, "occurred_at": "2026-01-19T14:29:59Z",
        "payload": {"id": message, "direction": "inbound", "from": {"phone_number": CUSTOMER}, "to": to, "text": "hello"},
    }})
    .to_string()
}

/// By the operator's key, now.
async fn deliver(server: &Server, target: &str, body: &str) -> (u16, String) {
    signed(server, &operators_key(), NOW, target, body).await.outcome()
}

fn taken() -> (u16, String) {
    (204, String::new())
}

fn refused() -> (u16, String) {
    (403, "signature_invalid".to_owned())
}

async fn inbox(server: &Server) -> usize {
    let answer = server.get(&server.admin, "/api/messages/inbox").await;
    answer.json()["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_call_is_recorded_in_whatever_order_it_is_told() {
    for (what, kinds, expected) in [
        ("the usual", &["initiated", "answered", "hangup"][..], state("ended", "normal_clearing")),
        ("it rings", &["initiated", "initiated"], state("ringing", "")),
        ("they talk", &["initiated", "answered"], state("active", "")),
        ("answered first", &["answered", "initiated"], state("active", "")),
        ("its end first", &["hangup", "initiated", "answered"], state("ended", "normal_clearing")),
        ("twice", &["initiated", "hangup", "hangup", "initiated"], state("ended", "normal_clearing")),
    ] {
        let server = server().await;
        for kind in kinds {
            let body = event(&format!("call.{kind}"), kind, "leg-1", FRONT_DESK);
            assert_eq!(deliver(&server, CALLS, &body).await, taken(), "{what}: {kind}");
        }
        assert_eq!(states(&server).await, [expected], "{what}");
        let call = calls(&server).await.remove(0);
        assert_eq!((call.provider.as_str(), call.provider_call.as_str()), ("telnyx", "leg-1"));
        assert_eq!(call.caller.as_deref(), Some(CALLER), "{what}");
    }
}

#[tokio::test]
async fn caps_hold_and_another_leg_is_another_call() {
    let server = server().await;
    for leg in ["a", "b", "c"] {
        assert_eq!(deliver(&server, CALLS, &event("call.initiated", leg, leg, FRONT_DESK)).await, taken());
    }
    let ours = event("call.hangup", "d", "d", CALLER)
        .replace(&format!("\"from\":\"{CALLER}\""), &format!("\"from\":\"{FRONT_DESK}\""));
    assert_eq!(deliver(&server, CALLS, &ours).await, taken(), "the end of a leg that we began");
    for ignored in [
        event("call.initiated", "e", "e", FRONT_DESK).replace("incoming", "outgoing"),
        event("call.recording.saved", "f", "f", FRONT_DESK),
        event("call.initiated", "g", "g", NOBODYS),
    ] {
        assert_eq!(deliver(&server, CALLS, &ignored).await, taken(), "{ignored}");
    }
    let expected = [state("ringing", ""), state("ringing", ""), state("refused", "at_capacity")];
    assert_eq!(states(&server).await, expected);
    server.ledger.next(Next::Fails);
    let ended = event("call.hangup", "h", "a", FRONT_DESK);
    assert_eq!(deliver(&server, CALLS, &ended).await.0, 503, "Telnyx comes again");
    assert_eq!(deliver(&server, CALLS, &ended).await, taken());
}

#[tokio::test]
async fn only_what_is_signed_lately_by_the_right_account_is_heard() {
    let server = server().await;
    let body = event("call.initiated", "1", "leg-1", FRONT_DESK);
    let other = SigningKey::from_bytes(&[9; 32]);
    for (what, key, at, expected) in [
        ("another account's", &other, NOW, refused()),
        ("too old", &operators_key(), NOW - 301, refused()),
        ("from the future", &operators_key(), NOW + 301, refused()),
        ("just in time", &operators_key(), NOW - 300, taken()),
    ] {
        assert_eq!(signed(&server, key, at, CALLS, &body).await.outcome(), expected, "{what}");
    }
    let own = json!({"apiKey": "KEY0123456789abcdef0123", "publicKey": public(&other)});
    assert_eq!(server.post(&server.admin, "/api/integrations/telnyx", &own).await.status, 201);
    let body = event("call.initiated", "2", "leg-2", FRONT_DESK);
    assert_eq!(deliver(&server, CALLS, &body).await, refused(), "not the operator's any more");
    assert_eq!(signed(&server, &other, NOW, CALLS, &body).await.outcome(), taken());
    let elsewhere = event("call.initiated", "3", "leg-3", NOBODYS);
    assert_eq!(
        signed(&server, &other, NOW, CALLS, &elsewhere).await.outcome(),
        refused(),
        "for its own only"
    );
    let unsigned = plain(&server, CALLS, &[], &body).await.outcome();
    assert_eq!(unsigned, (400, "signature_missing".to_owned()));
    let now = NOW.to_string();
    for signature in ["x", "AAAA", ""] {
        let headers = [("telnyx-signature-ed25519", signature), ("telnyx-timestamp", &now)];
        assert_eq!(plain(&server, CALLS, &headers, &body).await.outcome(), refused(), "`{signature}`");
    }
    for nothing in ["", "[]", "{\"data\":{}}"] {
        assert_eq!(deliver(&server, CALLS, nothing).await, (400, "invalid_webhook".to_owned()), "{nothing}");
    }
    assert_eq!(calls(&server).await.len(), 2);
    let server = Server::with(Settings { telnyx_public_key: None, ..settings() }).await;
    assert_eq!(deliver(&server, CALLS, &body).await, (503, "webhook_not_configured".to_owned()));
}

#[tokio::test]
async fn each_of_two_tenants_signs_its_own_leg_of_a_call() {
    const THEIRS: &str = "+14155550300";
    let server = server().await;
    let t2 = TenantId::parse("t2").unwrap();
    let request = ImportNumber {
        e164: E164::parse(THEIRS).unwrap(),
        class: NumberClass::FrontDesk,
        provider: "telnyx".to_owned(),
    };
    Numbers::new(server.stores.clone()).import(&Context::SYSTEM, &t2, request).await.unwrap();
    let [ours, theirs, others] = [[8; 32], [9; 32], [10; 32]].map(|bytes| SigningKey::from_bytes(&bytes));
    for (admin, key) in [(&server.admin, &ours), (&server.other, &theirs)] {
        let own = json!({"apiKey": "KEY0123456789abcdef0123", "publicKey": public(key)});
        assert_eq!(server.post(admin, "/api/integrations/telnyx", &own).await.status, 201);
    }
    let told = |kind: &str, direction: Option<&str>| {
        let mut told: Value = serde_json::from_str(&event(kind, kind, kind, THEIRS)).unwrap();
        told["data"]["payload"]["from"] = json!(FRONT_DESK);
        told["data"]["payload"]["direction"] = json!(direction);
        told.to_string()
    };
    for (what, kind, direction, key, expected) in [
        ("our leg begins", "call.initiated", Some("outgoing"), &ours, taken()),
        ("they say that we call", "call.initiated", Some("outgoing"), &theirs, refused()),
        ("our leg ends", "call.hangup", None, &ours, taken()),
        ("their leg begins", "call.initiated", Some("incoming"), &theirs, taken()),
        ("we say that they are called", "call.initiated", Some("incoming"), &ours, refused()),
        ("another's", "call.hangup", None, &others, refused()),
        ("the operator's", "call.hangup", None, &operators_key(), refused()),
    ] {
        let answer = signed(&server, key, NOW, CALLS, &told(kind, direction)).await;
        assert_eq!(answer.outcome(), expected, "{what}");
    }
    let recorded = async || server.stores.calls.list(&t2, false, &Page::first(9)).await.unwrap().items.len();
    assert_eq!(recorded().await, 0, "our leg is no call of theirs");
    assert_eq!(signed(&server, &theirs, NOW, CALLS, &told("call.hangup", None)).await.outcome(), taken());
    assert_eq!(recorded().await, 1, "their end of it is");
    assert!(calls(&server).await.is_empty());
}

#[tokio::test]
async fn a_message_is_taken_in_once() {
    let server = server().await;
    let to = json!([{"phone_number": NOBODYS}, {"phone_number": FRONT_DESK}]);
    for _ in 0..2 {
        assert_eq!(deliver(&server, MESSAGES, &message("e1", "m1", &to)).await, taken());
    }
    assert_eq!(inbox(&server).await, 1);
    assert_eq!(
        deliver(&server, MESSAGES, &message("e2", "m2", &json!(FRONT_DESK))).await,
        taken(),
        "as of 2020"
    );
    assert_eq!(inbox(&server).await, 2);
    let unclaimed = message("e3", "m3", &json!([{"phone_number": NOBODYS}]));
    assert_eq!(deliver(&server, MESSAGES, &unclaimed).await, taken());
    let kept = server.get(crate::server::ROOT, "/api/ops/unclaimed").await.json();
    assert_eq!(
        (kept["items"][0]["provider"].as_str(), kept["items"][0]["event"].as_str()),
        (Some("telnyx"), Some("m3"))
    );
    let other = SigningKey::from_bytes(&[9; 32]);
    let forged = signed(&server, &other, NOW, MESSAGES, &message("e4", "m4", &to)).await;
    assert_eq!(forged.outcome(), refused());
    server.ledger.next(Next::Fails);
    let body = message("e5", "m5", &to);
    assert_eq!(deliver(&server, MESSAGES, &body).await.0, 503, "Telnyx comes again");
    assert_eq!(deliver(&server, MESSAGES, &body).await, taken());
    assert_eq!(inbox(&server).await, 3);
}

#[tokio::test]
async fn of_a_message_to_many_so_many_are_looked_up_as_a_group_has() {
    let server = server().await;
    let to = |others: u32| {
        let others = (0..others).map(|other| format!("+1999555{other:04}"));
        let all: Vec<_> = others.chain([FRONT_DESK.to_owned()]).collect();
        json!(all.iter().map(|number| json!({"phone_number": number})).collect::<Vec<_>>())
    };
    assert_eq!(deliver(&server, MESSAGES, &message("e1", "m1", &to(9))).await, taken());
    assert_eq!(inbox(&server).await, 1);
    assert_eq!(deliver(&server, MESSAGES, &message("e2", "m2", &to(10))).await, taken());
    assert_eq!(inbox(&server).await, 1, "the rest is not looked at");
    let kept = server.get(crate::server::ROOT, "/api/ops/unclaimed").await.json();
    assert_eq!(kept["items"][0]["event"], "m2");
}

async fn import(server: &Server, e164: &str, class: NumberClass) -> Number {
    let request = ImportNumber { e164: E164::parse(e164).unwrap(), class, provider: "telnyx".to_owned() };
    Numbers::new(server.stores.clone()).import(&Context::SYSTEM, &t1(), request).await.unwrap()
}

/// Takes every message, and keeps the URL for its reports.
#[derive(Debug, Default)]
struct Sending(Mutex<Vec<String>>);

#[async_trait]
impl MessageProvider for Sending {
    fn slug(&self) -> &'static str {
        "telnyx"
    }

    async fn send(&self, _: &TenantId, sms: &OutgoingSms) -> ProviderResult<SentSms> {
        self.0.lock().unwrap().push(sms.status_url.clone().unwrap());
        Ok(SentSms { id: "m1".to_owned(), state: Delivery::Queued, code: None })
    }

    async fn find(&self, _: &TenantId, _: &OutgoingSms, _: Instant) -> ProviderResult<Option<SentSms>> {
        Ok(None)
    }
}

#[tokio::test]
async fn what_becomes_of_a_message_of_ours_is_reported() {
    const OURS: &str = "+14155550001";
    let sending = Arc::new(Sending::default());
    let providers = Providers { messages: vec![sending.clone()], ..Providers::default() };
    let server = Server::outfitted(settings(), providers, |vault, _| vault).await;
    import(&server, OURS, NumberClass::Pool).await;
    let thread = server.thread("one_time", CUSTOMER).await;
    let body = json!({"threadId": thread, "body": "see you at nine"});
    assert_eq!(server.post(&server.admin, "/api/messages", &body).await.status, 201);
    assert!(server.api.work_runner().run_due(9).await.unwrap().errors.is_empty());
    let url = sending.0.lock().unwrap()[0].clone();
    let target = url.strip_prefix(BASE).unwrap();
    assert!(target.starts_with("/api/telnyx/messages?tenant=t1&message="), "{target}");
    let report = |word: &str, from: &str| {
        json!({"data": {"record_type": "event", "event_type": "message.finalized", "id": word, "payload": {
            "id": "m1", "from": {"phone_number": from}, "to": [{"phone_number": CUSTOMER, "status": word}],
        }}})
        .to_string()
    };
    let forged =
        signed(&server, &SigningKey::from_bytes(&[9; 32]), NOW, target, &report("delivered", OURS)).await;
    assert_eq!(forged.outcome(), refused());
    for (what, target, word, from, after) in [
        ("on its way", target, "sending", OURS, "sent"),
        ("a word of tomorrow", target, "pondering", OURS, "sent"),
        ("nobody's", MESSAGES, "delivered", NOBODYS, "sent"),
        ("a profile's own URL names nobody", MESSAGES, "delivered", OURS, "delivered"),
        ("told late", target, "sent", OURS, "delivered"),
    ] {
        assert_eq!(deliver(&server, target, &report(word, from)).await, taken(), "{what}");
        let path = format!("/api/messages/threads/{thread}");
        let told = server.get(&server.admin, &path).await.json();
        assert_eq!(told["items"][0]["delivery"], after, "{what}");
    }
}

#[tokio::test]
async fn the_captured_events() {
    let Some(file) = vectors("telnyx/webhooks.json") else { return };
    let server = server().await;
    publish(&server, &["+35319605860", "+12025550131"], (2, 3)).await;
    for e164 in ["+18445550001", "+13105559876"] {
        import(&server, e164, NumberClass::FrontDesk).await;
    }
    for (name, target) in [
        ("call.initiated", CALLS),
        ("call.initiated_docs", CALLS),
        ("call.hangup", CALLS),
        ("message.received", MESSAGES),
        ("message.received_code_example", MESSAGES),
    ] {
        assert_eq!(deliver(&server, target, &file[name]["body"].to_string()).await, taken(), "{name}");
    }
    // The events of the description have one id; each is another event all the same.
    assert_eq!(states(&server).await, [state("ended", "call_rejected"), state("ringing", "")]);
    assert_eq!(calls(&server).await[1].caller.as_deref(), Some("+12025550133"), "written with dashes");
    assert_eq!(inbox(&server).await, 2);
}
