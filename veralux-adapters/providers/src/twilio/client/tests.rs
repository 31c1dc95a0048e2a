use std::sync::Arc;

use veralux_core::phone::E164;
use veralux_core::port::{Body, Delivery, NumberFeatures, NumberKind, NumberSearch};

use super::*;
use crate::TransportError;
use crate::testing::{Recorder, Sent};
use crate::twilio::twiml::Twiml;
use crate::twilio::webhook::CallStatus;

const ACCOUNT: &str = "AC00000000000000000000000000000001";
const SM: &str = "SM00000000000000000000000000000002";
const PN: &str = "PN00000000000000000000000000000003";
const CA: &str = "CA00000000000000000000000000000004";

fn client(recorder: &Arc<Recorder>) -> Client {
    let credential = TwilioBody {
        account_sid: ACCOUNT.to_owned(),
        auth_token: Some(Secret::new("token")),
        previous_auth_token: None,
        previous_until: None,
        api_key_sid: None,
        api_key_secret: None,
    };
    Client::new(recorder.outside(), &credential).unwrap()
}

fn number(text: &str) -> E164 {
    E164::parse(text).unwrap()
}

fn search() -> NumberSearch {
    NumberSearch {
        country: "US".to_owned(),
        kind: NumberKind::Local,
        area_code: Some("415".to_owned()),
        contains: Some("55".to_owned()),
        features: NumberFeatures { voice: true, sms: true, mms: false },
        limit: 3,
    }
}

/// What one operation sends: method and URL behind the account, and the form.
fn check_sent(what: &str, sent: &[Sent], line: &str, form: &str) {
    let [sent] = sent else { panic!("{what}: {} requests", sent.len()) };
    let (method, path) = line.split_once(' ').unwrap();
    let expected = format!("{method} https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}{path}");
    assert_eq!((sent.line.as_str(), sent.body.as_str()), (expected.as_str(), form), "{what}");
    assert_eq!(sent.authorization.as_deref(), Some(format!("Basic {ACCOUNT}:token").as_str()), "{what}");
    let kind = (method == "POST").then_some("application/x-www-form-urlencoded");
    assert_eq!((sent.content_type, sent.headers.len()), (kind, 0), "{what}");
}

macro_rules! sends {
    ($what:literal, $answer:expr, |$client:ident| $call:expr, $line:expr, $form:expr) => {{
        let recorder = Recorder::answering([$answer]);
        let $client = client(&recorder);
        let answer = $call.await;
        check_sent($what, &recorder.sent(), &$line, $form);
        answer
    }};
}

const MESSAGE: &str = r#"{"sid":"SM00000000000000000000000000000002","status":"queued","error_code":null,"num_segments":"1",
    "from":"+14155550100","to":"+14155550101","body":"a b","direction":"outbound-api","messaging_service_sid":"",
    "date_created":"Fri, 24 May 2019 17:44:46 +0000","date_sent":null,"something_new":{}}"#;

#[tokio::test]
async fn messages() {
    let (from, to) = (number("+14155550100"), number("+14155550101"));
    let body = Body::new("Grüße & mehr=1 +✓");
    let new = NewMessage { to: &to, from: &from, body: &body, status_callback: None };
    let sent = sends!(
        "send",
        (201, MESSAGE),
        |client| client.send(&new),
        "POST /Messages.json",
        "To=%2B14155550101&From=%2B14155550100&Body=Gr%C3%BC%C3%9Fe+%26+mehr%3D1+%2B%E2%9C%93"
    );
    let sent = sent.unwrap();
    assert_eq!(
        (sent.sid.as_str(), sent.delivery, sent.error_code.as_deref()),
        (SM, Some(Delivery::Queued), None)
    );
    assert_eq!((sent.from, sent.to, sent.inbound), (Some(from), Some(to), false));
    assert_eq!(
        sent.created_at.unwrap().stamp().as_str(),
        Instant::parse("2019-05-24T17:44:46Z").unwrap().stamp().as_str()
    );
    assert!(!format!("{sent:?}").contains("1415") && !format!("{sent:?}").contains("a b"));

    let new = NewMessage { status_callback: Some("https://a.example/s?x=1"), body: &Body::new("x"), ..new };
    sends!(
        "send and tell",
        (201, MESSAGE),
        |client| client.send(&new),
        "POST /Messages.json",
        "To=%2B14155550101&From=%2B14155550100&Body=x&StatusCallback=https%3A%2F%2Fa.example%2Fs%3Fx%3D1"
    )
    .unwrap();
    let path = format!("/Messages/{SM}.json");
    let failed = r#"{"sid":"SM0","status":"undelivered","error_code":"30003","to":"384387"}"#;
    let found = sends!("read", (200, failed), |client| client.message(SM), format!("GET {path}"), "");
    let found = found.unwrap().unwrap();
    assert_eq!((found.delivery, found.error_code.as_deref()), (Some(Delivery::Undelivered), Some("30003")));
    assert_eq!(found.to, None);
    let gone =
        sends!("gone", (404, r#"{"code":20404}"#), |client| client.message(SM), format!("GET {path}"), "");
    assert!(gone.unwrap().is_none());
    sends!("redact", (200, MESSAGE), |client| client.redact(SM), format!("POST {path}"), "Body=").unwrap();
    sends!("cancel", (200, MESSAGE), |client| client.cancel(SM), format!("POST {path}"), "Status=canceled")
        .unwrap();
    let removed =
        sends!("delete", (204, ""), |client| client.delete_message(SM), format!("DELETE {path}"), "");
    assert!(removed.unwrap());
    let since = Instant::parse("2026-01-02T23:59:59Z").unwrap();
    let filter = MessageFilter { to: Some(&to), from: Some(&from), sent_since: Some(since) };
    sends!(
        "list",
        (200, r#"{"messages":[],"next_page_uri":null}"#),
        |client| client.messages(&filter, |_| true),
        "GET /Messages.json?To=%2B14155550101&From=%2B14155550100&DateSent%3E=2026-01-02&PageSize=100",
        ""
    )
    .unwrap();
}

const NUMBER: &str = r#"{"sid":"PN00000000000000000000000000000003","phone_number":"+14155550100",
    "capabilities":{"voice":true,"sms":true,"mms":false,"fax":false},"sms_url":"https://a/m","sms_method":"POST",
    "voice_url":"https://a/v","voice_method":"POST","status_callback":"https://a/s","status_callback_method":"POST",
    "sms_application_sid":"","voice_application_sid":"","trunk_sid":null}"#;
const URLS: NumberUrls<'_> = NumberUrls { sms: "https://a/m", voice: "https://a/v", status: "https://a/s" };

#[tokio::test]
async fn numbers() {
    let offers = r#"{"available_phone_numbers":[
        {"phone_number":"+14155551234","locality":"San Francisco","region":"CA","capabilities":{"voice":true,"SMS":true,"MMS":false}},
        {"phone_number":"+14158881234","locality":"","capabilities":null},
        {"phone_number":"384387"}]}"#;
    let found = sends!(
        "search",
        (200, offers),
        |client| client.available(&search()),
        "GET /AvailablePhoneNumbers/US/Local.json?AreaCode=415&Contains=55&SmsEnabled=true&VoiceEnabled=true&PageSize=3",
        ""
    );
    let found = found.unwrap();
    assert_eq!(found.len(), 1, "what does not hold the wanted digits, or is none, is no offer");
    assert_eq!(found[0].locality.as_deref(), Some("San Francisco"));
    assert!(found[0].features.sms && found[0].features.voice && !found[0].features.mms);

    let abroad = NumberSearch {
        country: "GB".to_owned(),
        kind: NumberKind::Mobile,
        contains: None,
        features: NumberFeatures::default(),
        limit: 0,
        ..search()
    };
    let none = sends!(
        "no such list",
        (404, r#"{"code":20404}"#),
        |client| client.available(&abroad),
        "GET /AvailablePhoneNumbers/GB/Mobile.json?Contains=415&PageSize=1",
        ""
    );
    assert!(none.unwrap().is_empty());

    let own = number("+14155550100");
    let bought = sends!(
        "buy",
        (201, NUMBER),
        |client| client.buy(&own, "opr_1"),
        "POST /IncomingPhoneNumbers.json",
        "PhoneNumber=%2B14155550100&FriendlyName=opr_1"
    );
    assert_eq!(bought.unwrap().sid, PN);
    let path = format!("/IncomingPhoneNumbers/{PN}.json");
    let held = sends!("read", (200, NUMBER), |client| client.number(PN), format!("GET {path}"), "");
    let held = held.unwrap().unwrap();
    assert!(held.leads_to(&URLS));
    sends!(
        "update",
        (200, NUMBER),
        |client| client.lead(&held, &URLS),
        format!("POST {path}"),
        "SmsUrl=https%3A%2F%2Fa%2Fm&SmsMethod=POST&VoiceUrl=https%3A%2F%2Fa%2Fv&VoiceMethod=POST\
         &StatusCallback=https%3A%2F%2Fa%2Fs&StatusCallbackMethod=POST"
    )
    .unwrap();
    let list = format!(r#"{{"incoming_phone_numbers":[{NUMBER}],"next_page_uri":null}}"#);
    let found = sends!(
        "find",
        (200, list.as_str()),
        |client| client.numbers(Some(&own)),
        "GET /IncomingPhoneNumbers.json?PhoneNumber=%2B14155550100&PageSize=20",
        ""
    );
    assert_eq!(found.unwrap().len(), 1);
    let part = number("+1415555");
    let recorder = Recorder::answering([(200, list.as_str())]);
    assert!(client(&recorder).numbers(Some(&part)).await.unwrap().is_empty(), "a part of a number is none");
    let gone =
        sends!("release twice", (404, "{}"), |client| client.release(PN), format!("DELETE {path}"), "");
    assert!(!gone.unwrap());
}

#[tokio::test]
async fn a_number_that_an_application_or_a_trunk_leads() {
    for (what, with, form) in [
        ("SMS", ("\"sms_application_sid\":\"\"", "\"sms_application_sid\":\"AP1\""), "&SmsApplicationSid="),
        (
            "voice",
            ("\"voice_application_sid\":\"\"", "\"voice_application_sid\":\"AP1\""),
            "&VoiceApplicationSid=",
        ),
        ("trunk", ("\"trunk_sid\":null", "\"trunk_sid\":\"TK1\""), "&TrunkSid="),
        ("by GET", ("\"sms_method\":\"POST\"", "\"sms_method\":\"GET\""), "&StatusCallbackMethod=POST"),
        ("elsewhere", ("https://a/v", "https://demo.twilio.com/v"), "&StatusCallbackMethod=POST"),
    ] {
        let answer = NUMBER.replace(with.0, with.1);
        let recorder = Recorder::answering([(200, answer.as_str()), (200, NUMBER)]);
        let client = client(&recorder);
        let held = client.number(PN).await.unwrap().unwrap();
        assert!(!held.leads_to(&URLS), "{what}");
        assert!(client.lead(&held, &URLS).await.unwrap().leads_to(&URLS), "{what}");
        assert!(recorder.sent()[1].body.ends_with(form), "{what}: {}", recorder.sent()[1].body);
    }
}

#[tokio::test]
async fn calls_and_caller_ids() {
    let (from, to) = (number("+14155550100"), number("+14155550101"));
    let twiml = Twiml::new().say("1 & 2");
    let call = NewCall { to: &to, from: &from, twiml: &twiml, status_callback: None };
    let answer = r#"{"sid":"CA00000000000000000000000000000004","status":"queued"}"#;
    let placed = sends!(
        "call",
        (201, answer),
        |client| client.call(&call),
        "POST /Calls.json",
        "To=%2B14155550101&From=%2B14155550100&Twiml=%3C%3Fxml+version%3D%221.0%22+encoding%3D%22UTF-8%22%3F%3E\
         %3CResponse%3E%3CSay%3E1+%26amp%3B+2%3C%2FSay%3E%3C%2FResponse%3E"
    );
    assert_eq!(placed.unwrap(), PlacedCall { sid: CA.to_owned(), status: CallStatus::Queued });
    let found =
        sends!("read", (200, answer), |client| client.placed_call(CA), format!("GET /Calls/{CA}.json"), "");
    assert!(found.unwrap().is_some());

    let answer = r#"{"account_sid":"AC","call_sid":"CA1","friendly_name":"a","phone_number":"+14155550101","validation_code":"012345"}"#;
    let name = "ä".repeat(70);
    let check = sends!(
        "check a caller id",
        (200, answer),
        |client| client.check_caller_id(&to, Some(&name), Some("https://a/c")),
        "POST /OutgoingCallerIds.json",
        &format!(
            "PhoneNumber=%2B14155550101&FriendlyName={}&StatusCallback=https%3A%2F%2Fa%2Fc&StatusCallbackMethod=POST",
            "%C3%A4".repeat(64)
        )
    );
    let check = check.unwrap();
    assert_eq!((check.call_sid.as_str(), check.code.expose()), ("CA1", "012345"));
    assert!(!format!("{check:?}").contains("012345"));
    let entry = format!(r#"{{"sid":"{PN}","phone_number":"+14155550101","friendly_name":"(415) 555-0101"}}"#);
    let path = format!("/OutgoingCallerIds/{PN}.json");
    let found =
        sends!("caller id", (200, entry.as_str()), |client| client.caller_id(PN), format!("GET {path}"), "");
    assert!(!format!("{:?}", found.unwrap().unwrap()).contains("415"));
    let list = format!(r#"{{"outgoing_caller_ids":[{entry}],"next_page_uri":null}}"#);
    let found = sends!(
        "list",
        (200, list.as_str()),
        |client| client.caller_ids(Some(&to)),
        "GET /OutgoingCallerIds.json?PhoneNumber=%2B14155550101&PageSize=50",
        ""
    );
    assert_eq!(found.unwrap().len(), 1);
    sends!("remove", (204, ""), |client| client.remove_caller_id(PN), format!("DELETE {path}"), "").unwrap();
    let status =
        sends!("account", (200, r#"{"status":"active"}"#), |client| client.account_status(), "GET .json", "");
    assert_eq!(status.unwrap(), "active");
}

#[tokio::test]
async fn ids_and_searches_that_are_none_are_not_asked_for() {
    let recorder = Recorder::answering([]);
    let client = client(&recorder);
    for bad in
        ["", "SM", "../Accounts", "PN00000000000000000000000000000003", "SM0000000000000000000000000000000g"]
    {
        assert_eq!(client.message(bad).await.unwrap_err().fault, ProviderFault::Rejected, "{bad}");
        assert!(client.delete_message(bad).await.is_err(), "{bad}");
    }
    assert!(client.number(SM).await.is_err() && client.placed_call(PN).await.is_err());
    for search in [
        NumberSearch { country: "usa".to_owned(), ..search() },
        NumberSearch { country: "U/".to_owned(), ..search() },
        NumberSearch { area_code: Some("4 5".to_owned()), ..search() },
        NumberSearch { contains: Some(String::new()), ..search() },
    ] {
        assert_eq!(client.available(&search).await.unwrap_err().fault, ProviderFault::Rejected);
    }
    assert!(recorder.sent().is_empty());
}

fn page(next: &str) -> String {
    format!(r#"{{"messages":[{MESSAGE}],"next_page_uri":{next}}}"#)
}

/// How many messages are seen, with or without wanting more than the first page.
async fn seen(recorder: &Arc<Recorder>, wants_more: bool) -> ProviderResult<usize> {
    let mut count = 0;
    let see = |page: Vec<Message>| {
        count += page.len();
        wants_more
    };
    client(recorder).messages(&MessageFilter::default(), see).await?;
    Ok(count)
}

#[tokio::test(start_paused = true)]
async fn lists_are_read_to_the_end_and_never_elsewhere() {
    let own =
        format!("\"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=100&Page=1&PageToken=PA%3E1\"");
    let (first, last) = (page(&own), page("null"));
    let recorder = Recorder::answering([(200, first.as_str()), (503, ""), (200, last.as_str())]);
    assert_eq!(seen(&recorder, true).await.unwrap(), 2);
    let next = format!("GET https://api.twilio.com{}", own.trim_matches('"'));
    assert_eq!(recorder.sent()[2].line, next, "as it was given");

    let recorder = Recorder::answering([(200, first.as_str())]);
    assert_eq!(seen(&recorder, false).await.unwrap(), 1);

    for elsewhere in [
        "\"https://evil.example/2010-04-01/Accounts/AC/Messages.json\"",
        "\".evil.example/\"",
        "\"@evil.example/\"",
        "\"/2010-04-01/Accounts/AC00000000000000000000000000000009/Messages.json\"",
        "\"/2010-04-01/Accounts/AC000000000000000000000000000000019/Messages.json\"",
    ] {
        let first = page(elsewhere);
        let recorder = Recorder::answering([(200, first.as_str())]);
        let error = seen(&recorder, true).await.unwrap_err();
        assert_eq!((error.fault, recorder.sent().len()), (ProviderFault::Permanent, 1), "{elsewhere}");
    }
    let recorder = Recorder::answering(vec![(200, first.as_str()); MAX_PAGES]);
    let error = seen(&recorder, true).await.unwrap_err();
    assert_eq!((error.fault, recorder.sent().len()), (ProviderFault::Permanent, MAX_PAGES));
}

/// A status and a body, or what the transport says.
type Step = Result<(u16, &'static str), TransportError>;

#[tokio::test(start_paused = true)]
async fn what_acts_is_not_made_twice() {
    let (from, to) = (number("+14155550100"), number("+14155550101"));
    let answers: [(&str, Vec<Step>, ProviderFault); 6] = [
        ("lost", vec![Err(TransportError::Lost)], ProviderFault::Unsettled),
        ("broken", vec![Ok((500, ""))], ProviderFault::Unsettled),
        ("a page for people", vec![Ok((201, "<html>"))], ProviderFault::Unsettled),
        ("without an id", vec![Ok((201, "{}"))], ProviderFault::Unsettled),
        ("refused", vec![Ok((400, r#"{"code":21610}"#))], ProviderFault::Rejected),
        ("never there", vec![Err(TransportError::Unreachable); 3], ProviderFault::Transient),
    ];
    let recorded = |answers: &[Step]| {
        Recorder::new(answers.iter().map(|answer| answer.map(|(status, body)| Response::new(status, body))))
    };
    for (what, answers, fault) in answers {
        let count = answers.len();
        let recorder = recorded(&answers);
        let body = Body::new("x");
        let new = NewMessage { to: &to, from: &from, body: &body, status_callback: None };
        let error = client(&recorder).send(&new).await.unwrap_err();
        assert_eq!((error.fault, recorder.sent().len()), (fault, count), "{what}: a message");
        let recorder = recorded(&answers);
        let error = client(&recorder).buy(&from, "opr_1").await.unwrap_err();
        assert_eq!((error.fault, recorder.sent().len()), (fault, count), "{what}: a number");
        let recorder = recorded(&answers);
        let error = client(&recorder).check_caller_id(&to, None, None).await.unwrap_err();
        assert_eq!((error.fault, recorder.sent().len()), (fault, count), "{what}: a caller id");
        let recorder = recorded(&answers);
        let twiml = Twiml::new();
        let call = NewCall { to: &to, from: &from, twiml: &twiml, status_callback: None };
        let error = client(&recorder).call(&call).await.unwrap_err();
        assert_eq!((error.fault, recorder.sent().len()), (fault, count), "{what}: a call");
    }
}
