use serde_json::json;
use veralux_http::Settings;

use super::{
    CALLER, NOBODYS, OPERATORS_TOKEN, STREAM, calls, form, plain, publish, server, settings, state, states,
    suspend, vectors,
};
use crate::server::{ANNAS, Answer, FRONT_DESK, Next, Server};

const INBOUND: &str = "/api/twilio/voice/inbound";
const STATUS: &str = "/api/twilio/voice/stream/status";
const OWN_TOKEN: &str = "00112233445566778899aabbccddeeff";

async fn ring_with(server: &Server, token: &str, to: &str, sid: &str) -> Answer {
    let fields = [
        ("CallSid", sid),
        ("CallStatus", "ringing"),
        ("Direction", "inbound"),
        ("From", CALLER),
        ("To", to),
        ("AccountSid", "AC00000000000000000000000000000001"),
    ];
    form(server, token, INBOUND, &fields).await
}

async fn ring(server: &Server, to: &str, sid: &str) -> Answer {
    let answer = ring_with(server, OPERATORS_TOKEN, to, sid).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "text/xml"), "{}", answer.text);
    answer
}

fn connects(answer: &Answer) -> bool {
    answer.text.contains("<Connect>")
}

/// What the caller hears; a sentence and the end.
fn says(answer: &Answer) -> &str {
    let (_, rest) = answer.text.split_once("<Response><Say>").unwrap_or_else(|| panic!("{}", answer.text));
    rest.strip_suffix("</Say><Hangup/></Response>").unwrap()
}

async fn stream(server: &Server, sid: &str, event: &str) -> u16 {
    let fields = [("CallSid", sid), ("StreamSid", "MZ1"), ("StreamEvent", event), ("AccountSid", "AC1")];
    form(server, OPERATORS_TOKEN, &format!("{STATUS}?tenant=t1"), &fields).await.status.as_u16()
}

async fn call_status(server: &Server, target: &str, sid: &str, status: &str) -> Answer {
    let fields = [("CallSid", sid), ("CallStatus", status), ("From", CALLER), ("To", FRONT_DESK)];
    form(server, OPERATORS_TOKEN, target, &fields).await
}

#[tokio::test]
async fn a_call_is_connected_with_the_voice_runtime() {
    let server = server().await;
    let answer = ring(&server, FRONT_DESK, "CA1").await;
    let id = calls(&server).await[0].id.to_string();
    let expected = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Connect><Stream url=\"{STREAM}\" \
         statusCallback=\"https://veralux.example.com{STATUS}?tenant=t1\" statusCallbackMethod=\"POST\">\
         <Parameter name=\"tenantId\" value=\"t1\"/><Parameter name=\"callId\" value=\"{id}\"/>\
         <Parameter name=\"callSid\" value=\"CA1\"/><Parameter name=\"did\" value=\"{FRONT_DESK}\"/>\
         </Stream></Connect></Response>"
    );
    assert_eq!(answer.text, expected);
    assert_eq!(ring(&server, FRONT_DESK, "CA1").await.text, expected, "told twice");
    assert_eq!(states(&server).await, [state("ringing", "")]);
}

#[tokio::test]
async fn whoever_is_not_connected_hears_why() {
    let server = server().await;
    for (what, to, word) in [
        ("a number that leads nowhere", NOBODYS, "not in service"),
        ("a number that is held and leads nowhere", ANNAS, "not in service"),
        ("no number", "client:ann", "not in service"),
    ] {
        assert!(says(&ring(&server, to, "CA0").await).contains(word), "{what}");
    }
    assert!(calls(&server).await.is_empty());
    server.ledger.next(Next::Fails);
    assert!(says(&ring(&server, FRONT_DESK, "CA0").await).contains("cannot take your call"), "no store");
    assert!(connects(&ring(&server, FRONT_DESK, "CA1").await));
    assert!(connects(&ring(&server, FRONT_DESK, "CA2").await));
    assert!(says(&ring(&server, FRONT_DESK, "CA3").await).contains("busy"), "as many as may be");
    assert_eq!(call_status(&server, STATUS, "CA1", "completed").await.status, 204);
    suspend(&server).await;
    assert!(says(&ring(&server, FRONT_DESK, "CA4").await).contains("cannot take calls"), "suspended");
    let expected = [
        state("ended", "completed"),
        state("ringing", ""),
        state("refused", "at_capacity"),
        state("refused", "suspended"),
    ];
    assert_eq!(states(&server).await, expected);

    let server = Server::with(settings()).await;
    let publisher = veralux_core::service::RuntimePublisher::new(server.stores.clone(), None);
    let did = veralux_core::phone::E164::parse(FRONT_DESK).unwrap();
    publisher.map_did(&veralux_core::service::Context::SYSTEM, &crate::server::t1(), &did).await.unwrap();
    assert!(says(&ring(&server, FRONT_DESK, "CA1").await).contains("not fully set up"), "no configuration");

    let server = Server::with(Settings { voice_stream_url: None, ..settings() }).await;
    publish(&server, &[FRONT_DESK], (2, 3)).await;
    assert!(says(&ring(&server, FRONT_DESK, "CA1").await).contains("not fully set up"), "no voice runtime");
    assert!(calls(&server).await.is_empty(), "it takes no place");
}

#[tokio::test]
async fn only_what_is_signed_is_heard() {
    let server = server().await;
    let sent = [("CallSid", "CA1"), ("CallStatus", "ringing"), ("From", CALLER), ("To", FRONT_DESK)];
    for (what, token, expected) in [
        ("another token", OWN_TOKEN, (403, "signature_invalid")),
        ("the operator's", OPERATORS_TOKEN, (200, "")),
    ] {
        let outcome = form(&server, token, INBOUND, &sent).await.outcome();
        assert_eq!(outcome, (expected.0, expected.1.to_owned()), "{what}");
    }
    let own = json!({"accountSid": "AC0123456789abcdef0123456789abcdef", "authToken": OWN_TOKEN});
    assert_eq!(server.post(&server.admin, "/api/integrations/twilio", &own).await.status, 201);
    assert_eq!(ring_with(&server, OPERATORS_TOKEN, FRONT_DESK, "CA2").await.status, 403, "not any more");
    assert!(connects(&ring_with(&server, OWN_TOKEN, FRONT_DESK, "CA2").await));
    assert_eq!(ring_with(&server, OWN_TOKEN, NOBODYS, "CA3").await.status, 403, "a tenant's is for its own");
    let stopped = [("CallSid", "CA2"), ("StreamSid", "MZ1"), ("StreamEvent", "stream-stopped")];
    for (target, status) in [(STATUS, 403), ("/api/twilio/voice/stream/status?tenant=t2", 403)] {
        assert_eq!(form(&server, OWN_TOKEN, target, &stopped).await.status, status, "{target}");
    }
    let target = format!("{STATUS}?tenant=t1");
    assert_eq!(form(&server, OPERATORS_TOKEN, &target, &stopped).await.status, 403);
    assert_eq!(states(&server).await[1], state("ringing", ""), "nobody ended it");
    assert_eq!(form(&server, OWN_TOKEN, &target, &stopped).await.status, 204);
    assert_eq!(states(&server).await[1], state("ended", "completed"));
    let unsigned = plain(&server, INBOUND, &[], "CallSid=CA4").await.outcome();
    assert_eq!(unsigned, (400, "signature_missing".to_owned()));
    let nothing = form(&server, OPERATORS_TOKEN, INBOUND, &[("To", FRONT_DESK)]).await.outcome();
    assert_eq!(nothing, (400, "invalid_webhook".to_owned()), "no call");
    let server = Server::with(Settings { twilio_auth_token: None, ..settings() }).await;
    let answer = ring_with(&server, OPERATORS_TOKEN, FRONT_DESK, "CA1").await;
    assert_eq!(answer.outcome(), (503, "webhook_not_configured".to_owned()));
}

#[tokio::test]
async fn news_come_in_any_order_and_twice() {
    for (what, events, expected) in [
        ("the usual", ["stream-started", "stream-stopped", "completed"], state("ended", "completed")),
        ("the end first", ["no-answer", "stream-started", "stream-stopped"], state("ended", "no-answer")),
        ("twice", ["stream-started", "stream-started", "stream-new"], state("active", "")),
        ("no audio", ["stream-error", "stream-stopped", "completed"], state("ended", "stream_failed")),
    ] {
        let server = server().await;
        assert!(connects(&ring(&server, FRONT_DESK, "CA1").await));
        for event in events {
            let status = if event.starts_with("stream-") {
                stream(&server, "CA1", event).await
            } else {
                call_status(&server, STATUS, "CA1", event).await.status.as_u16()
            };
            assert_eq!(status, 204, "{what}: {event}");
        }
        assert_eq!(states(&server).await, [expected], "{what}");
    }
}

#[tokio::test]
async fn an_end_that_comes_before_its_call_leaves_no_place_taken() {
    let server = server().await;
    assert_eq!(stream(&server, "CA9", "stream-stopped").await, 204, "nobody knows it");
    assert!(calls(&server).await.is_empty());
    // Also where the number's own status callback is told the same URL as its calls.
    for (target, status) in [(STATUS, 204), (INBOUND, 200)] {
        let answer = call_status(&server, target, target, "canceled").await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(!answer.text.contains("Say"), "{}", answer.text);
        ring(&server, FRONT_DESK, target).await;
    }
    assert_eq!(states(&server).await, [state("ended", "canceled"), state("ended", "canceled")]);
}

#[tokio::test]
async fn a_call_of_ours_is_not_taken_in() {
    let server = server().await;
    let fields = [
        ("CallSid", "CA1"),
        ("CallStatus", "in-progress"),
        ("Direction", "outbound-api"),
        ("From", FRONT_DESK),
        ("To", CALLER),
    ];
    let answer = form(&server, OPERATORS_TOKEN, INBOUND, &fields).await;
    assert!(says(&answer).contains("not in service"));
    assert_eq!(form(&server, OPERATORS_TOKEN, STATUS, &fields).await.status, 204);
    assert!(calls(&server).await.is_empty());
}

#[tokio::test]
async fn the_captured_call() {
    let Some(forms) = vectors("twilio/webhook_forms.json") else { return };
    let server = server().await;
    publish(&server, &["+15550100001"], (2, 3)).await;
    let body = forms["inbound_call"][0]["body"].as_str().unwrap();
    let fields: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = form(&server, OPERATORS_TOKEN, INBOUND, &fields).await;
    assert!(connects(&answer), "{}", answer.text);
    let call = calls(&server).await.remove(0);
    assert_eq!(call.provider_call, "CA00000000000000000000000000000001");
    assert_eq!(call.caller.as_deref(), Some("+15550100002"));
}
