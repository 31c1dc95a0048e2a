use std::path::PathBuf;

use serde_json::{Value, json};
use veralux_core::phone::SenderName;
use veralux_core::port::Delivery;
use veralux_core::time::{Instant, SECOND};

use crate::telnyx::webhook::{
    Direction, EventKind, Key, KeyError, MAX_BODY_BYTES, ParseError, Refused, parse, verify,
};

/// Vectors of the provider; none where the folder is absent, which CI does not accept.
fn vectors(file: &str) -> Option<Value> {
    let folder = std::env::var_os("VERALUX_SHARED_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let path = folder.join("provider-vectors/telnyx").join(file);
    if path.is_file() {
        return Some(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap());
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is absent", path.display());
    println!("left out: vectors of Telnyx, for want of {}", path.display());
    None
}

fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * SECOND)
}

#[test]
fn signatures_of_others() {
    let Some(vectors) = vectors("signatures.json") else { return };
    let key = Key::parse(vectors["public_key"].as_str().unwrap()).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 15);
    for case in cases {
        let body = case["body"].as_str().unwrap().as_bytes();
        let now = at(case["now"].as_i64().unwrap());
        let verified = verify(&key, case["signature"].as_str(), case["timestamp"].as_str(), body, now);
        assert_eq!(verified.is_ok(), case["valid"].as_bool().unwrap(), "{}: {verified:?}", case["name"]);
    }
    for bad in vectors["bad_keys"].as_array().unwrap() {
        assert_eq!(Key::parse(bad["key"].as_str().unwrap()), Err(KeyError), "{}", bad["why"]);
    }
}

#[test]
fn what_is_refused_before_it_is_computed() {
    // Any point: the base point of RFC 8032, 5.1.
    let key = Key::parse("WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY=").unwrap();
    let signature =
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";
    for (what, signature, timestamp, length, expected) in [
        ("no signature", None, Some("1700000000"), 2, Refused::Missing),
        ("no timestamp", Some(signature), None, 2, Refused::Missing),
        ("a sign", Some(signature), Some("+1700000000"), 2, Refused::Timestamp),
        ("less than nothing", Some(signature), Some("-1700000000"), 2, Refused::Timestamp),
        ("a space", Some(signature), Some("1700000000 "), 2, Refused::Timestamp),
        ("what a lenient reader takes", Some(signature), Some("1700000000abc"), 2, Refused::Timestamp),
        ("milliseconds", Some(signature), Some("1700000000000"), 2, Refused::Timestamp),
        ("no digits of ASCII", Some(signature), Some("١٧٠"), 2, Refused::Timestamp),
        ("nothing", Some(signature), Some(""), 2, Refused::Timestamp),
        ("301 s old", Some(signature), Some("1699999699"), 2, Refused::Age),
        ("301 s ahead", Some(signature), Some("1700000301"), 2, Refused::Age),
        ("a long body", Some(signature), Some("1700000000"), MAX_BODY_BYTES + 1, Refused::TooLong),
        ("300 s old, but another's", Some(signature), Some("1699999700"), 2, Refused::Signature),
    ] {
        let verified = verify(&key, signature, timestamp, &vec![b'x'; length], at(1_700_000_000));
        assert_eq!(verified, Err(expected), "{what}");
    }
    // A point of small order would verify anything.
    assert_eq!(Key::from_bytes(&[0; 32]), Err(KeyError));
}

#[test]
fn bodies_of_several_ages() {
    let Some(vectors) = vectors("webhooks.json") else { return };
    let cases = vectors.as_object().unwrap().iter().filter(|(name, _)| *name != "about");
    let mut seen = 0;
    for (name, case) in cases {
        seen += 1;
        // With the envelope and without it.
        for body in [case["body"].clone(), case["body"]["data"].clone()] {
            let event = parse(body.to_string().as_bytes()).unwrap();
            assert_eq!(event.id, case["body"]["data"]["id"].as_str().unwrap(), "{name}");
            let (from, to, rest) = match event.kind {
                EventKind::CallInitiated(call) => {
                    assert_eq!(
                        call.client_state.as_deref(),
                        Some(b"have a nice day =]".as_slice()),
                        "{name}"
                    );
                    let told = (call.direction, call.state.unwrap());
                    assert_eq!(told, (Some(Direction::Incoming), "parked".to_owned()), "{name}");
                    (call.from, call.to, "initiated".to_owned())
                }
                EventKind::CallHangup(call) => (call.from, call.to, call.hangup_cause.unwrap()),
                EventKind::MessageReceived(message) => {
                    let [to] = message.to.as_slice() else { panic!("{name}: {:?}", message.to) };
                    (message.from, Some(*to), message.text.as_str().to_owned())
                }
                other => panic!("{name}: {other:?}"),
            };
            let read = [from.unwrap().as_str(), to.unwrap().as_str(), &rest].join(" ");
            let moment = event.occurred_at.map(|at| at.to_string()).unwrap_or_default();
            let expected = match name.as_str() {
                "call.initiated" => ("+35319605860 +35319605860 initiated", "2018-02-02T22:25:27.521992Z"),
                "call.initiated_docs" => {
                    ("+12025550133 +12025550131 initiated", "2018-02-02T22:25:27.521992Z")
                }
                "call.hangup" => ("+35319605860 +35319605860 call_rejected", "2018-02-02T22:25:27.521992Z"),
                "message.received" => ("+18665550001 +18445550001 Hello, World!", ""),
                _ => ("+12125551234 +13105559876 Hello, I need help", "2026-07-15T14:30:00Z"),
            };
            assert_eq!((read.as_str(), moment.as_str()), expected, "{name}");
        }
    }
    assert_eq!(seen, 5);
}

#[test]
fn what_events_say() {
    let event = |event_type: &str, payload: Value| {
        let data = json!({"id": "e1", "event_type": event_type, "occurred_at": "2026-01-02T03:04:05Z", "payload": payload});
        parse(json!({"data": data, "meta": {"attempt": 2}}).to_string().as_bytes())
    };
    let state = |event_type: &str, status: &str| match event(
        event_type,
        json!({"id": "m1", "to": [{"phone_number": "+14155550100", "status": status}],
               "errors": [{"code": "40300", "title": "x"}]}),
    )
    .unwrap()
    .kind
    {
        EventKind::MessageState(state) => (state.id, state.state, state.code),
        other => panic!("{other:?}"),
    };
    for (event_type, status, expected) in [
        ("message.sent", "queued", Some(Delivery::Queued)),
        ("message.sent", "sending", Some(Delivery::Sent)),
        ("message.sent", "sent", Some(Delivery::Sent)),
        ("message.finalized", "delivery_unconfirmed", Some(Delivery::Sent)),
        ("message.finalized", "delivered", Some(Delivery::Delivered)),
        ("message.finalized", "read", Some(Delivery::Delivered)),
        ("message.finalized", "delivery_failed", Some(Delivery::Undelivered)),
        ("message.finalized", "expired", Some(Delivery::Undelivered)),
        ("message.finalized", "sending_failed", Some(Delivery::Failed)),
        ("message.finalized", "of tomorrow", None),
    ] {
        assert_eq!(
            state(event_type, status),
            ("m1".to_owned(), expected, Some("40300".to_owned())),
            "{status}"
        );
    }

    let hidden = event(
        "call.answered",
        json!({"call_control_id": "c", "from": "anonymous", "to": "sip:a@b.c",
        "direction": "outgoing", "client_state": "no base64!"}),
    );
    let EventKind::CallAnswered(call) = hidden.unwrap().kind else { panic!("a call") };
    assert_eq!((call.from, call.to, call.direction), (None, None, Some(Direction::Outgoing)));
    assert_eq!(call.client_state, None);

    let media = event(
        "message.received",
        json!({"id": "m", "from": {"phone_number": "72345"}, "to": [],
        "media": [{"url": "https://media.example/secret", "content_type": "image/png"}, {}]}),
    );
    let EventKind::MessageReceived(message) = media.unwrap().kind else { panic!("a message") };
    assert_eq!((message.from, message.media.len(), message.text.as_str()), (None, 2, ""));
    let [picture, unknown] = [0, 1].map(|index| &message.media[index]);
    assert_eq!(
        (picture.url(), picture.content_type()),
        (Some("https://media.example/secret"), Some("image/png"))
    );
    assert_eq!((unknown.url(), unknown.content_type()), (None, None), "something came");
    assert_eq!(message.from_name.as_ref().map(SenderName::as_str), Some("72345"));
    let shown = format!("{message:?}");
    assert!(!shown.contains("secret") && !shown.contains("72345"), "{shown}");

    let other = event("call.dtmf.received", json!({"digit": "1"})).unwrap().kind;
    assert_eq!(other, EventKind::Other("call.dtmf.received".to_owned()));
    for (what, event_type, payload) in [
        ("a call without an id", "call.initiated", json!({"from": "+1"})),
        ("a message without an id", "message.received", json!({})),
        ("no payload", "message.finalized", Value::Null),
    ] {
        assert_eq!(event(event_type, payload).err(), Some(ParseError::Payload), "{what}");
    }
}

#[test]
fn events_of_the_first_version() {
    // As in the tests of Telnyx's Python library: no envelope, names with `_`, `created_at`.
    let body = json!({"record_type": "event", "id": "0ccc7b54-4df3-4bca-a65a-3da1ecc777f0", "event_type": "call_initiated",
        "created_at": "2018-02-02T22:25:27.521992Z", "payload": {"call_control_id": "c", "connection_id": "7267",
        "from": "+35319605860", "to": "+13129457420", "direction": "incoming", "state": "parked"}});
    let event = parse(body.to_string().as_bytes()).unwrap();
    assert_eq!(event.occurred_at, Some(Instant::parse("2018-02-02T22:25:27.521992Z").unwrap()));
    let EventKind::CallInitiated(call) = event.kind else { panic!("a call") };
    assert_eq!(call.connection_id.as_deref(), Some("7267"));
}

#[test]
fn what_is_no_event() {
    let long = [b"\"".as_slice(), &vec![b'x'; MAX_BODY_BYTES], b"\""].concat();
    for (what, body) in [
        ("nothing", b"".as_slice()),
        ("no JSON", b"<html>"),
        ("no object", b"[]"),
        ("no id", br#"{"data":{"event_type":"call.hangup"}}"#),
        ("an empty id", br#"{"data":{"id":"","event_type":"a"}}"#),
        ("no type", br#"{"data":{"id":"a"}}"#),
        ("no data", br#"{"data":null}"#),
        ("too long", &long),
        ("deep", &vec![b'['; 100_000]),
    ] {
        assert_eq!(parse(body).err(), Some(ParseError::Event), "{what}");
    }
}
