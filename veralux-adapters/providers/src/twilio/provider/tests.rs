use std::sync::Arc;

use veralux_core::credential::TwilioBody;
use veralux_core::id::MessageId;
use veralux_core::memory::{MemoryStore, SeededRandom};
use veralux_core::phone::E164;
use veralux_core::port::{
    Body, CallerIdProvider as _, Delivery, Error, MessageProvider, NumberProvider, OutgoingSms,
    ProviderFault, SentSms, Stores, WebhookUrls,
};
use veralux_core::secret::Secret;
use veralux_core::service::{CredentialVault, HeldKeys, VaultLimits};
use veralux_core::time::Instant;

use super::*;
use crate::testing::{NOW, Recorder};

const ROOT_KEY: &str = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";

/// Over the operator's account, with these answers.
async fn provider(recorder: &Arc<Recorder>, operator: bool) -> Provider {
    let outside = recorder.outside();
    let random = Arc::new(SeededRandom::new(1));
    let stores = Stores::from_one(&Arc::new(MemoryStore::new()), outside.clock.clone(), random);
    let keys = HeldKeys::start(&stores, Secret::new(ROOT_KEY)).await.unwrap();
    let vault = CredentialVault::new(stores, Arc::new(keys), VaultLimits::default());
    let body = TwilioBody {
        account_sid: "AC00000000000000000000000000000001".to_owned(),
        auth_token: Some(Secret::new("token")),
        previous_auth_token: None,
        previous_until: None,
        api_key_sid: None,
        api_key_secret: None,
    };
    Provider::new(Accounts::new(Arc::new(vault), operator.then_some(body)), outside)
}

fn tenant() -> TenantId {
    TenantId::parse("a").unwrap()
}

fn number(text: &str) -> E164 {
    E164::parse(text).unwrap()
}

fn sms() -> OutgoingSms {
    OutgoingSms {
        message: MessageId::generate(NOW, [0; 10]),
        from: number("+14155550100"),
        to: number("+14155550101"),
        body: Body::new("Yes"),
        status_url: None,
    }
}

fn message(sid: u8, body: &str, at: &str, direction: &str) -> String {
    format!(
        r#"{{"sid":"SM{sid}","status":"sent","from":"+14155550100","to":"+14155550101","body":"{body}",
            "direction":"{direction}","date_created":"Thu, 01 Jan 2026 {at} +0000"}}"#
    )
}

fn list(messages: &[String]) -> String {
    format!(r#"{{"messages":[{}],"next_page_uri":null}}"#, messages.join(","))
}

#[tokio::test]
async fn a_message_is_found_by_its_pair_text_and_time() {
    let since = Instant::parse("2026-01-01T10:00:00.900Z").unwrap();
    let (out, trial) = ("outbound-api", "Sent from your Twilio trial account - Yes");
    for (what, day, pair, expected) in [
        ("none", vec![], vec![], None),
        ("in its second", vec![message(1, "Yes", "10:00:00", out)], vec![], Some("SM1")),
        ("before", vec![message(1, "Yes", "09:59:59", out)], vec![], None),
        ("another text", vec![message(1, "No", "10:00:01", out)], vec![], None),
        ("that came in", vec![message(1, "Yes", "10:00:01", "inbound")], vec![], None),
        ("of a trial account", vec![message(1, trial, "10:00:01", out)], vec![], Some("SM1")),
        (
            "the latest",
            vec![message(1, "Yes", "10:00:05", out), message(2, "Yes", "10:00:09", out)],
            vec![],
            Some("SM2"),
        ),
        (
            "two in a second: the first in the list",
            vec![message(1, "Yes", "10:00:05", out), message(2, "Yes", "10:00:05", out)],
            vec![],
            Some("SM1"),
        ),
        (
            "that waits, behind an earlier one with its text",
            vec![message(1, "Yes", "10:00:05", out)],
            vec![message(2, "Yes", "10:00:09", out), message(1, "Yes", "10:00:05", out)],
            Some("SM2"),
        ),
        ("that still waits", vec![], vec![message(3, "Yes", "10:00:01", "outbound-reply")], Some("SM3")),
    ] {
        let (day, pair) = (list(&day), list(&pair));
        let recorder = Recorder::answering([(200, day.as_str()), (200, pair.as_str())]);
        let found =
            MessageProvider::find(&provider(&recorder, true).await, &tenant(), &sms(), since).await.unwrap();
        assert_eq!(found.as_ref().map(|sent| sent.id.as_str()), expected, "{what}");
        assert!(recorder.sent()[0].line.contains("DateSent%3E=2026-01-01&"), "{what}");
        assert!(!recorder.sent()[1].line.contains("DateSent"), "{what}");
    }
}

#[tokio::test]
async fn a_list_in_another_order_is_read_to_its_end() {
    let since = Instant::parse("2026-01-01T10:00:00Z").unwrap();
    let sent = |body: &str, at: &str| {
        let at = format!(r#""date_sent":"Thu, 01 Jan 2026 {at} +0000","direction""#);
        message(1, body, "10:00:00", "outbound-api").replace(r#""direction""#, &at)
    };
    let page = |messages: &[String], next: &str| {
        format!(r#"{{"messages":[{}],"next_page_uri":{next}}}"#, messages.join(","))
    };
    let next = r#""/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json?Page=1""#;
    let second = page(&[sent("Yes", "10:00:02")], "null");
    for (what, first, pages) in [
        ("the last first", [sent("No", "09:59:59"), sent("No", "09:59:58")], 1),
        ("the first first", [sent("No", "09:59:58"), sent("No", "09:59:59")], 2),
        ("one behind that instant", [sent("No", "10:00:00"), sent("No", "09:59:59")], 2),
    ] {
        let (first, none) = (page(&first, next), list(&[]));
        let all = [&first, &second, &none];
        let all = all.into_iter().filter(|page| pages == 2 || **page != second);
        let recorder = Recorder::answering(all.map(|page| (200, page.as_str())));
        let provider = provider(&recorder, true).await;
        let found = MessageProvider::find(&provider, &tenant(), &sms(), since).await.unwrap();
        assert_eq!(found.is_some(), pages == 2, "{what}");
        assert_eq!(recorder.sent()[1].line.contains("?Page=1"), pages == 2, "{what}");
    }
}

#[tokio::test]
async fn what_became_of_a_message() {
    for (answer, state, code) in [
        (r#"{"sid":"SM1","status":"accepted"}"#, Delivery::Queued, None),
        (r#"{"sid":"SM1","status":"of tomorrow"}"#, Delivery::Queued, None),
        (r#"{"sid":"SM1","status":"failed","error_code":30008}"#, Delivery::Failed, Some("30008")),
    ] {
        let recorder = Recorder::answering([(201, answer)]);
        let sent = provider(&recorder, true).await.send(&tenant(), &sms()).await.unwrap();
        assert_eq!(sent, SentSms { id: "SM1".to_owned(), state, code: code.map(ToOwned::to_owned) });
    }
    let recorder = Recorder::answering([]);
    let error = provider(&recorder, false).await.send(&tenant(), &sms()).await.unwrap_err();
    assert_eq!(error.fault, ProviderFault::NotConnected, "without an account nobody is asked");
}

#[tokio::test]
async fn a_number_is_led_only_where_it_is_not_led_yet() {
    let urls = WebhookUrls {
        message: "https://a/m".to_owned(),
        voice: "https://a/v".to_owned(),
        voice_status: "https://a/s".to_owned(),
    };
    let sid = "PN00000000000000000000000000000003";
    let bare = format!(r#"{{"sid":"{sid}","phone_number":"+14155550100"}}"#);
    let led = format!(
        r#"{{"sid":"{sid}","phone_number":"+14155550100","sms_url":"https://a/m","voice_url":"https://a/v",
            "status_callback":"https://a/s"}}"#
    );
    for (what, answers, asked, fault) in [
        ("led", vec![(200, led.as_str())], 1, None),
        ("bare", vec![(200, bare.as_str()), (200, led.as_str())], 2, None),
        ("gone", vec![(404, "{}")], 1, Some(ProviderFault::Rejected)),
    ] {
        let list = format!(r#"{{"incoming_phone_numbers":[{bare}]}}"#);
        let answers: Vec<_> = [(200, list.as_str())].into_iter().chain(answers).collect();
        let recorder = Recorder::answering(answers);
        let provider = provider(&recorder, true).await;
        let held = NumberProvider::find(&provider, &tenant(), &number("+14155550100"), &urls)
            .await
            .unwrap()
            .unwrap();
        assert!(!held.attached && held.id == sid, "{what}");
        let attached = provider.attach(&tenant(), &held, None, &urls).await;
        assert_eq!(attached.err().map(|error| error.fault), fault, "{what}");
        assert_eq!(recorder.sent().len() - 1, asked, "{what}");
    }
}

fn held(numbers: &[(&str, bool)]) -> String {
    let number = |(number, voice): &(&str, bool)| {
        format!(r#"{{"sid":"PN1","phone_number":"{number}","capabilities":{{"voice":{voice},"sms":true}}}}"#)
    };
    let numbers: Vec<_> = numbers.iter().map(number).collect();
    format!(r#"{{"incoming_phone_numbers":[{}]}}"#, numbers.join(","))
}

#[tokio::test]
async fn a_code_is_said_twice_from_the_nearest_number() {
    let to = number("+14155550101");
    for (what, numbers, from) in [
        ("one", vec![("+442071838750", true)], "+442071838750"),
        (
            "near",
            vec![("+442071838750", true), ("+14165550100", true), ("+14155550100", false)],
            "+14165550100",
        ),
        ("the first of two", vec![("+442071838750", true), ("+442071838751", true)], "+442071838750"),
        ("not itself", vec![("+14155550101", true), ("+442071838750", true)], "+442071838750"),
    ] {
        let list = held(&numbers);
        let recorder =
            Recorder::answering([(200, list.as_str()), (201, r#"{"sid":"CA1","status":"queued"}"#)]);
        let delivered = provider(&recorder, true).await.deliver(&tenant(), &to, &Secret::new("012345")).await;
        assert_eq!(delivered.unwrap(), "CA1", "{what}");
        let body = recorder.sent()[1].body.clone();
        assert!(
            body.starts_with(&format!("To=%2B14155550101&From=%2B{}&", from.trim_start_matches('+'))),
            "{what}: {body}"
        );
        assert_eq!(body.matches("0%2C+1%2C+2%2C+3%2C+4%2C+5.").count(), 2, "{what}: {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn why_a_code_does_not_get_there() {
    let list = held(&[("+14155550100", true)]);
    let list = list.as_str();
    let to = number("+14155550101");
    for (what, answers, is_expected) in [
        (
            "a bad number",
            vec![(200, list), (400, r#"{"code":21211}"#)],
            (|error| matches!(error, Error::Invalid(_))) as fn(&Error) -> bool,
        ),
        ("a country that is closed", vec![(200, list), (400, r#"{"code":21215}"#)], |error| {
            matches!(error, Error::Permanent { .. })
        }),
        ("a wrong credential", vec![(401, r#"{"code":20003}"#)], |error| {
            matches!(error, Error::Permanent { .. })
        }),
        ("no number", vec![(200, r#"{"incoming_phone_numbers":[]}"#)], |error| {
            matches!(error, Error::Permanent { .. })
        }),
        ("broken half way", vec![(200, list), (500, "")], |error| matches!(error, Error::Transient { .. })),
        ("too many", vec![(200, list), (429, ""), (429, ""), (429, "")], |error| {
            matches!(error, Error::Transient { .. })
        }),
    ] {
        let recorder = Recorder::answering(answers);
        let error = provider(&recorder, true)
            .await
            .deliver(&tenant(), &to, &Secret::new("012345"))
            .await
            .unwrap_err();
        assert!(is_expected(&error), "{what}: {error:?}");
        assert!(!format!("{error:?}").contains("012345"), "{what}");
    }
}
