//! Pictures that customers send, and senders that are no numbers: nothing of them is lost, and who may not see texts whole sees no more
//! than that something came.

use serde_json::{Value, json};

use super::{NOW, OPERATORS_TOKEN, form, operators_key, server, signed};
use crate::server::{CUSTOMER, FRONT_DESK, Server};

const SMS: &str = "/webhooks/twilio/inbound-sms";
const INBOX: &str = "/api/messages/inbox";
const PICTURE: &str =
    "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME14155550123?to=kim@oak.example";

async fn inbox(server: &Server, key: &str) -> (String, Vec<Value>) {
    let answer = server.get(key, INBOX).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let items = answer.json()["items"].as_array().unwrap().clone();
    (answer.text, items)
}

async fn twilio(server: &Server, fields: &[(&str, &str)]) {
    let all = [&[("To", FRONT_DESK)], fields].concat();
    let answer = form(server, OPERATORS_TOKEN, SMS, &all).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn a_picture_without_a_text_is_kept() {
    let server = server().await;
    for _ in 0..2 {
        let picture = [("MediaUrl0", PICTURE), ("MediaContentType0", "image/jpeg")];
        let rest = [("From", CUSTOMER), ("MessageSid", "MM1"), ("Body", ""), ("NumMedia", "1")];
        twilio(&server, &[&picture[..], &rest].concat()).await;
    }
    let (_, found) = inbox(&server, &server.admin).await;
    assert_eq!(found.len(), 1, "the same webhook does nothing more");
    assert_eq!(found[0]["media"], json!([{"contentType": "image/jpeg", "url": PICTURE}]));
    assert_eq!((&found[0]["body"], &found[0]["findings"]), (&json!(""), &json!([])), "a URL is no text");
    assert_eq!(found[0]["action"], "deliver");

    let (text, redacted) = inbox(&server, &server.viewer).await;
    assert_eq!(redacted[0]["media"], json!([{"contentType": "image/jpeg", "url": null}]));
    assert!(!text.contains("api.twilio.com"), "{text}");
    let events = format!("{:?}", server.events().await);
    assert!(!events.contains("api.twilio.com") && events.contains("media"), "{events}");
}

#[tokio::test]
async fn a_text_with_pictures_is_decided_by_its_text() {
    let server = server().await;
    let text = [("From", CUSTOMER), ("MessageSid", "MM2"), ("Body", "call me on (415) 555-0123")];
    let media = [("NumMedia", "3"), ("MediaUrl0", "http://media.example/1"), ("MediaUrl1", PICTURE)];
    twilio(&server, &[&text[..], &media].concat()).await;
    let (_, found) = inbox(&server, &server.admin).await;
    assert_eq!(found[0]["findings"].as_array().unwrap().len(), 1, "{found:?}");
    assert_eq!(found[0]["findings"][0]["start"], 11);
    let unknown = json!({"contentType": null, "url": null});
    assert_eq!(
        found[0]["media"],
        json!([unknown, {"contentType": null, "url": PICTURE}, unknown]),
        "all that Twilio counts, with what can be used"
    );
}

#[tokio::test]
async fn telnyx_sends_pictures_and_short_codes_too() {
    let server = server().await;
    let url = "https://media.telnyx.example/1.png";
    let body = json!({"data": {
        "record_type": "event", "event_type": "message.received", "id": "e1", "occurred_at": "2026-01-19T14:29:59Z",
        "payload": {"id": "m1", "direction": "inbound", "type": "MMS", "from": {"phone_number": "72345"}, "text": "",
            "to": [{"phone_number": FRONT_DESK}],
            "media": [{"url": url, "content_type": "image/png", "size": 9, "sha256": null}]},
    }});
    for _ in 0..2 {
        let answer = signed(&server, &operators_key(), NOW, "/api/telnyx/messages", &body.to_string()).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    }
    let (_, found) = inbox(&server, &server.admin).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["media"], json!([{"contentType": "image/png", "url": url}]));
    assert_eq!(found[0]["sender"], json!({"role": "unknown", "id": null, "phone": null, "name": "72345"}));
}

#[tokio::test]
async fn who_wrote_is_kept_where_it_is_no_number() {
    let server = server().await;
    for (sid, from) in [("SM1", "12345"), ("SM2", "OAKBANK"), ("SM3", CUSTOMER)] {
        twilio(&server, &[("From", from), ("MessageSid", sid), ("Body", "mail me at kim@oak.example")]).await;
        server.clock.advance(1_000_000);
    }
    let senders = |found: &[Value]| -> Vec<(Value, Value)> {
        found.iter().map(|one| (one["sender"]["phone"].clone(), one["sender"]["name"].clone())).collect()
    };
    let (_, found) = inbox(&server, &server.admin).await;
    let expected =
        [(json!(CUSTOMER), Value::Null), (Value::Null, json!("OAKBANK")), (Value::Null, json!("12345"))];
    assert_eq!(senders(&found), expected);
    let (_, found) = inbox(&server, &server.viewer).await;
    assert_eq!(senders(&found), [const { (Value::Null, Value::Null) }; 3], "as a number, it identifies");
    let violations = server.get(&server.admin, "/api/policy/violations").await;
    assert_eq!(violations.json()["items"][1]["sender"]["name"], "OAKBANK", "{}", violations.text);
}
