//! Twilio's signature and webhooks over the cases of Twilio's own libraries and captured bodies, read in place.

#![cfg(test)]

use std::path::PathBuf;

use serde_json::Value;
use veralux_core::port::Delivery;
use veralux_core::secret::Secret;
use veralux_providers::twilio::twiml::{Stream, Twiml};
use veralux_providers::twilio::webhook::{
    CallStatus, Form, FormError, MAX_FORM_BYTES, MAX_FORM_FIELDS, Signed, StreamKind, verify,
};

/// A file of the folder of vectors beside the repository. Without it the test says so by name; in CI that is a failure.
fn vectors(file: &str) -> Option<Value> {
    let shared = std::env::var_os("VERALUX_SHARED_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let path = shared.join("provider-vectors/twilio").join(file);
    if let Ok(bytes) = std::fs::read(&path) {
        Some(serde_json::from_slice(&bytes).unwrap())
    } else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "CI needs {}", path.display());
        eprintln!("left out: twilio's {file}, there is no {}", path.display());
        None
    }
}

fn form(params: &Value) -> Form {
    let values = |value: &Value| match value {
        Value::Array(items) => items.iter().map(|item| item.as_str().unwrap().to_owned()).collect(),
        value => vec![value.as_str().unwrap().to_owned()],
    };
    Form::from_fields(params.as_object().unwrap().iter().map(|(name, value)| (name.clone(), values(value))))
}

#[test]
fn the_cases_of_twilios_libraries() {
    let Some(vectors) = vectors("signatures.json") else { return };
    let token = Secret::new(vectors["auth_token"].as_str().unwrap());
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() >= 20);
    for case in cases {
        let form = form(&case["params"]);
        let body = case["body"].as_str().unwrap_or_default().as_bytes();
        let signed = Signed { url: case["url"].as_str().unwrap(), form: &form, body };
        let valid = verify(&token, case["signature"].as_str().unwrap(), signed);
        assert_eq!(valid, case["valid"].as_bool().unwrap(), "{}", case["name"]);
        assert!(
            !verify(&Secret::new("12346"), case["signature"].as_str().unwrap(), signed),
            "{}",
            case["name"]
        );
    }
}

#[test]
fn quotes_in_the_query_however_they_were_signed() {
    let Some(vectors) = vectors("signatures.json") else { return };
    let cases = &vectors["unescaped_quote_cases"];
    let token = Secret::new(cases["auth_token"].as_str().unwrap());
    for pair in cases["pairs"].as_array().unwrap() {
        let (seen, signed) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        let signature = sign(token.expose(), signed);
        let form = Form::empty();
        assert!(
            verify(&token, &signature, Signed { url: seen, form: &form, body: b"" }),
            "{seen} signed {signed}"
        );
    }
}

/// An own HMAC-SHA-1, so that the test does not sign with what it tests.
fn sign(token: &str, text: &str) -> String {
    use base64::Engine as _;
    use sha1::{Digest as _, Sha1};
    let mut key = [0_u8; 64];
    key[..token.len()].copy_from_slice(token.as_bytes());
    let pad = |with: u8| key.map(|byte| byte ^ with);
    let inner = Sha1::new().chain_update(pad(0x36)).chain_update(text).finalize();
    let outer = Sha1::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
    base64::engine::general_purpose::STANDARD.encode(outer)
}

#[test]
fn one_changed_byte_and_the_signature_does_not_hold() {
    let token = Secret::new("token");
    let url = "https://example.com/hook";
    let signature = sign("token", "https://example.com/hookAbBx&y=z");
    let holds = |url: &str, body: &str| {
        let form = Form::parse(body.as_bytes()).unwrap();
        verify(&token, &signature, Signed { url, form: &form, body: body.as_bytes() })
    };
    assert!(holds(url, "A=b&B=x%26y%3Dz"));
    for (what, url, body) in [
        ("a value", url, "A=c&B=x%26y%3Dz"),
        ("white space behind a value", url, "A=b+&B=x%26y%3Dz"),
        ("one more field", url, "A=b&B=x%26y%3Dz&C=d"),
        ("one that is empty", url, "A=b&B=x%26y%3Dz&C="),
        ("one less", url, "A=b"),
        ("another path", "https://example.com/hook/", "A=b&B=x%26y%3Dz"),
        ("another host", "https://example.org/hook", "A=b&B=x%26y%3Dz"),
        ("no TLS", "http://example.com/hook", "A=b&B=x%26y%3Dz"),
    ] {
        // An empty value adds its name.
        assert!(!holds(url, body), "{what}");
    }
}

fn bodies(vectors: &Value, kind: &str) -> Vec<Form> {
    let cases = vectors[kind].as_array().unwrap();
    assert!(!cases.is_empty(), "{kind}");
    cases.iter().map(|case| Form::parse(case["body"].as_str().unwrap().as_bytes()).unwrap()).collect()
}

#[test]
fn media_of_a_message() {
    let url =
        |name: &str| format!("https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/{name}");
    let form = |fields: &[(&str, &str)]| {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("MessageSid", "MM1").extend_pairs(fields);
        Form::parse(body.finish().as_bytes()).unwrap().inbound_sms().unwrap()
    };
    let seen = |fields: &[(&str, &str)]| -> Vec<(Option<String>, Option<String>)> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let media = form(fields).media;
        media.iter().map(|media| (owned(media.url()), owned(media.content_type()))).collect()
    };
    let (first, second) = (url("ME0"), url("ME1"));
    let two = [
        ("NumMedia", "2"),
        ("MediaUrl0", first.as_str()),
        ("MediaContentType0", "image/jpeg"),
        ("MediaUrl1", second.as_str()),
    ];
    let expected = vec![(Some(first.clone()), Some("image/jpeg".to_owned())), (Some(second.clone()), None)];
    assert_eq!(seen(&two), expected);
    assert_eq!(seen(&two[1..]), expected, "without a count");
    let shown = format!("{:?}", form(&two));
    assert!(!shown.contains("ME0"), "{shown}");

    assert_eq!(seen(&[("NumMedia", "1")]), [(None, None)], "of which nothing is said");
    assert_eq!(seen(&[("NumMedia", "0")]), []);
    assert_eq!(seen(&[("NumMedia", "4000000000")]).len(), 10, "no more than there may be");
    assert_eq!(seen(&[("NumMedia", "-1"), ("MediaContentType0", "image/png")]), []);
}

#[test]
fn captured_messages() {
    let Some(vectors) = vectors("webhook_forms.json") else { return };
    let sms: Vec<_> =
        bodies(&vectors, "inbound_sms").iter().map(|form| form.inbound_sms().unwrap()).collect();
    let seen: Vec<_> =
        sms.iter().map(|sms| (sms.from.as_str(), sms.to.as_str(), sms.body.as_str())).collect();
    assert_eq!(seen, [("+14133881111", "+12028831111", "Msg"), ("+14133881111", "384387", "John Cruz")]);
    let mms = bodies(&vectors, "inbound_mms")[0].inbound_sms().unwrap();
    let media: Vec<_> = mms.media.iter().map(|media| (media.url(), media.content_type())).collect();
    assert_eq!(media, [(None, None); 2], "no URLs at all, but two that came");

    let states: Vec<_> =
        bodies(&vectors, "message_status").iter().map(|form| form.message_status().unwrap()).collect();
    let seen: Vec<_> = states
        .iter()
        .map(|state| (state.message_sid.as_str(), state.delivery.unwrap(), state.error_code.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            ("SM7ac25b8b7f04410093ff54e1fd2b4256", Delivery::Sent, None),
            ("SM0b6e2697aae04182a9f5b5c7a8994c7f", Delivery::Sent, None),
            ("SMe287d7109a5a925f182f0e07fe5b223b", Delivery::Failed, Some("21610")),
        ]
    );
    let shown = format!("{sms:?} {mms:?} {states:?}");
    assert!(!shown.contains("+1") && !shown.contains("John"), "{shown}");
}

#[test]
fn captured_calls() {
    let Some(vectors) = vectors("webhook_forms.json") else { return };
    let call = bodies(&vectors, "inbound_call")[0].call().unwrap();
    assert_eq!(call.call_sid, "CA00000000000000000000000000000001");
    assert_eq!((call.from.as_str(), call.to.as_str()), ("+15550100002", "+15550100001"));
    assert_eq!((call.status.clone(), call.inbound, call.seconds), (CallStatus::Ringing, true, None));
    assert!(!format!("{call:?}").contains("+1"));
}

#[test]
fn the_stream_of_twilios_documentation() {
    let Some(vectors) = vectors("media_streams.json") else { return };
    let stream = Stream {
        url: "wss://voice.example.com/streams",
        status_callback: None,
        parameters: &[("tenantId", "t1")],
    };
    assert_eq!(Twiml::new().connect(&stream).finish(), vectors["twiml_connect"].as_str().unwrap());
}

fn parsed(text: &str) -> Form {
    Form::parse(text.as_bytes()).unwrap()
}

#[test]
fn statuses_of_messages() {
    for (text, delivery, code) in [
        ("MessageStatus=accepted", Some(Delivery::Queued), None),
        ("MessageStatus=queued", Some(Delivery::Queued), None),
        ("MessageStatus=sending", Some(Delivery::Sent), None),
        ("SmsStatus=sent", Some(Delivery::Sent), None),
        ("MessageStatus=delivered&SmsStatus=sent&ErrorCode=0", Some(Delivery::Delivered), None),
        ("MessageStatus=read&NewField=1", Some(Delivery::Delivered), None),
        ("MessageStatus=undelivered&ErrorCode=30003", Some(Delivery::Undelivered), Some("30003")),
        ("MessageStatus=canceled", Some(Delivery::Failed), None),
        ("MessageStatus=of+tomorrow", None, None),
    ] {
        let status = parsed(&format!("SmsSid=SM1&{text}")).message_status().unwrap();
        assert_eq!((status.delivery, status.error_code.as_deref()), (delivery, code), "{text}");
    }
}

#[test]
fn the_end_of_a_call_its_stream_and_a_caller_ids_check() {
    let end = parsed("CallSid=CA1&CallStatus=no-answer&Direction=outbound-api&CallDuration=7&Caller=%2B1415");
    let end = end.call().unwrap();
    assert!(end.status.is_final() && !end.inbound && end.seconds == Some(7) && end.from == "+1415");
    assert!(!parsed("CallSid=CA1&CallStatus=in-progress").call().unwrap().status.is_final());

    let stream = |text: &str| parsed(&format!("CallSid=CA1&StreamSid=MZ1&{text}")).stream().unwrap();
    let started = stream("StreamEvent=stream-started&StreamName=a&Timestamp=2026-01-01T00%3A00%3A00.5Z");
    assert_eq!((started.kind, started.name.as_deref()), (StreamKind::Started, Some("a")));
    assert_eq!(started.at.unwrap().micros(), 1_767_225_600_500_000);
    let failed = stream("StreamEvent=stream-error&StreamError=refused&Timestamp=soon");
    assert_eq!(
        (failed.kind, failed.error.as_deref(), failed.at),
        (StreamKind::Failed, Some("refused"), None)
    );
    assert_eq!(stream("StreamEvent=stream-stopped").kind, StreamKind::Stopped);
    assert_eq!(stream("StreamEvent=paused").kind, StreamKind::Other("paused".to_owned()));

    let check = |text: &str| parsed(&format!("CallSid=CA1&To=%2B14155550100&{text}")).caller_id_validation();
    let good = check("VerificationStatus=success&OutgoingCallerIdSid=PN1").unwrap();
    assert!(good.verified && good.caller_id_sid.as_deref() == Some("PN1"));
    assert!(!check("VerificationStatus=failed").unwrap().verified && !format!("{good:?}").contains("+1"));
}

#[test]
fn what_is_no_webhook() {
    let missing = |name| Some(FormError::Missing(name));
    for (what, error, expected) in [
        ("nobody's message", parsed("Body=a").inbound_sms().err(), Some(FormError::NoMessageSid)),
        ("an empty id", parsed("MessageSid=").inbound_sms().err(), Some(FormError::NoMessageSid)),
        ("no status", parsed("MessageSid=SM1").message_status().err(), missing("MessageStatus")),
        ("nobody's call", parsed("CallStatus=ringing").call().err(), missing("CallSid")),
        ("no call status", parsed("CallSid=CA1").call().err(), missing("CallStatus")),
        ("no stream", parsed("CallSid=CA1&StreamEvent=a").stream().err(), missing("StreamSid")),
        ("no event", parsed("CallSid=CA1&StreamSid=MZ1").stream().err(), missing("StreamEvent")),
        ("no verdict", parsed("CallSid=CA1").caller_id_validation().err(), missing("VerificationStatus")),
        (
            "too many fields",
            Form::parse("a=&".repeat(MAX_FORM_FIELDS + 1).as_bytes()).err(),
            Some(FormError::TooManyFields),
        ),
        ("too long", Form::parse(&vec![b'a'; MAX_FORM_BYTES + 1]).err(), Some(FormError::TooLong)),
    ] {
        assert_eq!(error, expected, "{what}");
    }
    assert!(Form::parse(&vec![b'a'; MAX_FORM_BYTES]).is_ok());
}
