use std::slice::from_ref;

use veralux_core::port::{HeldNumber, MessageProvider, NumberProvider, OrderState, ProviderFault};
use veralux_core::time::SECOND;

use super::double::{Double, accounts, answer, now, number, sms, tenant, urls};
use crate::telnyx::Telnyx;

const APPLICATIONS: &str = "/call_control_applications";

async fn telnyx(double: &std::sync::Arc<Double>) -> Telnyx {
    Telnyx::new(accounts().await, "Elm", double.outside())
}

fn application(id: &str, name: &str, url: &str, created: &str) -> String {
    format!(
        r#"{{"id":"{id}","application_name":"{name}","webhook_event_url":"{url}","created_at":"2026-01-0{created}T00:00:00Z"}}"#
    )
}

fn list(items: &[String]) -> String {
    format!(r#"{{"data":[{}],"meta":{{"total_pages":1}}}}"#, items.join(","))
}

/// Method and path of each request.
fn lines(double: &Double) -> Vec<String> {
    let line = |sent: String| {
        let target = sent.lines().next().unwrap().replace("https://api.telnyx.com/v2", "");
        target.split('?').next().unwrap().to_owned()
    };
    double.sent().into_iter().map(line).collect()
}

#[tokio::test]
async fn what_numbers_hang_on_is_found_or_made_once() {
    let here = "https://veralux.example/v";
    let own = application("7", "VeraLux Elm", here, "2");
    let moved = application("7", "VeraLux Elm", "https://old.example/v", "2");
    let older = application("5", "VeraLux Elm", here, "1");
    let alike = application("6", "VeraLux Elmo", here, "1");
    let profile = r#"{"id":"p1","name":"VeraLux Elm","webhook_url":"https://veralux.example/m"}"#.to_owned();
    let other = r#"{"id":"p0","name":"VeraLux Elm","webhook_url":"https://old.example/m"}"#.to_owned();
    let one = |item: &str| answer(200, &format!(r#"{{"data":{item}}}"#));
    let all = |items: &[String]| answer(200, &list(items));
    let (get, post, patch, delete) = ("GET", "POST", "PATCH", "DELETE");
    let p = "/messaging_profiles";
    let on = |method: &str, path: &str| format!("{method} {path}");
    for (what, steps, expected, asked) in [
        (
            "there",
            vec![all(&[alike.clone(), own.clone()]), all(&[other.clone(), profile.clone()])],
            "7/p1",
            vec![on(get, APPLICATIONS), on(get, p)],
        ),
        (
            "there, but leads elsewhere",
            vec![all(from_ref(&moved)), one(&own), all(from_ref(&profile))],
            "7/p1",
            vec![on(get, APPLICATIONS), on(patch, "/call_control_applications/7"), on(get, p)],
        ),
        (
            "made",
            vec![all(&[alike]), one(&own), all(from_ref(&own)), all(&[other]), one(&profile)],
            "7/p1",
            vec![
                on(get, APPLICATIONS),
                on(post, APPLICATIONS),
                on(get, APPLICATIONS),
                on(get, p),
                on(post, p),
            ],
        ),
        (
            "made by two at once: the younger goes",
            vec![all(&[]), one(&own), all(&[own.clone(), older]), one(&own), all(&[profile])],
            "5/p1",
            vec![
                on(get, APPLICATIONS),
                on(post, APPLICATIONS),
                on(get, APPLICATIONS),
                on(delete, "/call_control_applications/7"),
                on(get, p),
            ],
        ),
    ] {
        let double = Double::new(steps);
        let prepared = telnyx(&double).await.prepare(&tenant(), &urls()).await.unwrap();
        assert_eq!(prepared.as_deref(), Some(expected), "{what}");
        assert_eq!(lines(&double), asked, "{what}");
    }
}

#[tokio::test]
async fn whether_a_number_leads_here() {
    let held = |rest: &str| {
        list(&[format!(r#"{{"id":"4","phone_number":"+19705555098","status":"active"{rest}}}"#)])
    };
    let both = held(r#","connection_id":"7","messaging_profile_id":"p1""#);
    let voice = |url: &str| format!(r#"{{"data":{}}}"#, application("7", "x", url, "1"));
    let profile = |url: &str| list(&[format!(r#"{{"id":"p1","name":"x","webhook_url":"{url}"}}"#)]);
    let (v, m) = ("https://veralux.example/v", "https://veralux.example/m");
    for (what, steps, attached) in [
        ("bare", vec![answer(200, &held(""))], false),
        ("calls only", vec![answer(200, &held(r#","connection_id":"7""#))], false),
        ("both", vec![answer(200, &both), answer(200, &voice(v)), answer(200, &profile(m))], true),
        ("calls elsewhere", vec![answer(200, &both), answer(200, &voice(m))], false),
        ("the application is gone", vec![answer(200, &both), answer(404, "{}")], false),
        (
            "messages elsewhere",
            vec![answer(200, &both), answer(200, &voice(v)), answer(200, &profile(v))],
            false,
        ),
    ] {
        let double = Double::new(steps);
        let telnyx = telnyx(&double).await;
        let (tenant, number, urls) = (tenant(), number("+19705555098"), urls());
        let found = NumberProvider::find(&telnyx, &tenant, &number, &urls);
        assert_eq!(found.await.unwrap().unwrap().attached, attached, "{what}");
    }
}

#[tokio::test]
async fn an_order_is_found_by_its_reference() {
    let order = |id: &str, status: &str, reference: &str| {
        format!(r#"{{"id":"{id}","status":"{status}","customer_reference":"{reference}"}}"#)
    };
    for (what, items, expected) in [
        ("none", vec![], None),
        ("another", vec![order("1", "success", "r1x")], None),
        ("failed", vec![order("1", "failure", "r1")], Some(("1", OrderState::Failed))),
        (
            "failed, then placed again",
            vec![order("1", "failure", "r1"), order("2", "pending", "r1")],
            Some(("2", OrderState::Pending)),
        ),
        (
            "one bought",
            vec![order("1", "pending", "r1"), order("2", "success", "r1")],
            Some(("2", OrderState::Done)),
        ),
    ] {
        let double = Double::new([answer(200, &list(&items))]);
        let found = telnyx(&double).await.find_order(&tenant(), "r1").await.unwrap();
        let found = found.map(|order| (order.id, order.state));
        assert_eq!(found, expected.map(|(id, state)| (id.to_owned(), state)), "{what}");
    }
}

#[tokio::test]
async fn attaching_takes_what_was_prepared() {
    let held =
        HeldNumber { id: "4".to_owned(), number: number("+19705555098"), features: None, attached: false };
    let done = || answer(200, r#"{"data":{"id":"4"}}"#);
    let double = Double::new([done(), done()]);
    telnyx(&double).await.attach(&tenant(), &held, Some("7/p1"), &urls()).await.unwrap();
    assert_eq!(lines(&double), ["PATCH /phone_numbers/4", "PATCH /phone_numbers/4/messaging"]);
    assert!(double.sent()[0].ends_with(r#"{"connection_id":"7"}"#), "{:?}", double.sent());
    assert!(double.sent()[1].ends_with(r#"{"messaging_profile_id":"p1"}"#), "{:?}", double.sent());
}

#[tokio::test(start_paused = true)]
async fn a_lost_message_is_settled_by_asking_again() {
    let refused = |code: &str| format!(r#"{{"errors":[{{"code":"{code}","title":"x"}}]}}"#);
    let taken = r#"{"data":{"id":"b0c7","to":[{"status":"sent"}]}}"#.to_owned();
    let hour = 3600 * SECOND;
    for (what, age, status, body, expected) in [
        ("taken", hour, 200, taken.clone(), Ok("b0c7")),
        ("nearly a day", 23 * hour, 200, taken, Ok("b0c7")),
        ("still at work", hour, 409, refused("10015"), Err(ProviderFault::Transient)),
        ("taken with other words", hour, 422, refused("10015"), Err(ProviderFault::Unsettled)),
        ("never taken, and never will be", hour, 422, refused("40310"), Err(ProviderFault::Rejected)),
        ("a bad key", hour, 401, refused("10009"), Err(ProviderFault::Rejected)),
    ] {
        let double = Double::new([answer(status, &body)]);
        let found = MessageProvider::find(&telnyx(&double).await, &tenant(), &sms(), now().plus(-age)).await;
        let found = found.map(|sent| sent.unwrap().id).map_err(|error| error.fault);
        assert_eq!(found, expected.map(ToOwned::to_owned), "{what}");
    }
    let double = Double::new([]);
    let late = now().plus(-23 * hour - SECOND);
    let error = MessageProvider::find(&telnyx(&double).await, &tenant(), &sms(), late).await.unwrap_err();
    assert_eq!(error.fault, ProviderFault::Unsettled);
    assert!(double.sent().is_empty());
}
