use std::sync::Mutex;

use async_trait::async_trait;
use veralux_core::port::{ProviderError, ProviderFault};

use super::*;
use crate::TransportError;
use crate::testing::{Recorder, Step, answer, tenant};

/// Tokens in turn; the last one again and again.
#[derive(Debug)]
struct Tokens(Mutex<Vec<&'static str>>);

#[async_trait]
impl AccessTokens for Tokens {
    async fn token(&self, _: &TenantId, refused: Option<&Secret>) -> ProviderResult<Secret> {
        let mut left = self.0.lock().unwrap();
        if refused.is_some() && left.len() > 1 {
            left.remove(0);
        }
        left.first().map(|token| Secret::new(*token)).ok_or_else(wire::reconnect)
    }
}

fn now() -> Instant {
    Instant::parse("2026-03-04T05:06:07Z").unwrap()
}

fn calendar(steps: Vec<Step>, tokens: Vec<&'static str>) -> (Calendar, Arc<Recorder>) {
    let recorder = Recorder::new(steps);
    (Calendar::new(Arc::new(Tokens(Mutex::new(tokens))), recorder.outside()), recorder)
}

fn at(instant: Instant) -> When {
    When::At { instant, zone: Some("Europe/Berlin".to_owned()) }
}

fn event() -> NewEvent {
    NewEvent {
        key: EventKey::of("bkg_1"),
        summary: "Grooming".to_owned(),
        description: None,
        location: None,
        start: at(now()),
        end: at(now().plus(veralux_core::time::HOUR)),
        attendees: vec!["ben@example.com".to_owned()],
        private: [("tenant".to_owned(), "oak".to_owned())].into(),
        notify: Notify::Nobody,
    }
}

const EVENTS: &str = "https://www.googleapis.com/calendar/v3/calendars/ann%40example.com/events";
const HEAD: &str = "authorization: Bearer ya29.a";
const KIND: &str = "\ncontent-type: application/json\n";

fn stored(status: &str, own: &str) -> String {
    format!(
        r#"{{"kind":"calendar#event","id":"vl1","etag":"\"3\"","status":"{status}","start":{{"dateTime":"2026-03-04T06:06:07+01:00","timeZone":"Europe/Berlin"}},"end":{{"date":"2026-03-05"}},"extendedProperties":{{"private":{{"veraluxId":"{own}"}}}},"new":1}}"#
    )
}

#[tokio::test]
async fn the_bytes_of_each_request() {
    let ok = || answer(200, &stored("confirmed", "bkg_1"));
    let (calendar, recorder) = calendar(vec![ok(), ok(), ok(), answer(204, "")], vec!["ya29.a"]);
    let (oak, ann) = (tenant(), "ann@example.com");
    let made = calendar.insert(&oak, ann, &event()).await.unwrap();
    assert_eq!((made.id.as_str(), made.etag.as_deref()), ("vl1", Some("\"3\"")));
    assert_eq!(made.start, Some(at(now())), "an offset is read");
    assert_eq!(made.end, Some(When::Day("2026-03-05".to_owned())));
    assert!(calendar.read(&oak, ann, "a/b").await.unwrap().is_some());
    let change =
        EventChange { summary: Some("Bath".to_owned()), notify: Notify::All, ..EventChange::default() };
    let changed = calendar.patch(&oak, ann, "vl1", &change, Some("\"3\"")).await.unwrap();
    assert!(matches!(changed, Outcome::Done(_)));
    let gone = calendar.delete(&oak, ann, "vl1", Notify::ExternalOnly, None).await.unwrap();
    assert_eq!(gone, Outcome::Done(()));
    let id = EventKey::of("bkg_1");
    let body = format!(
        r#"{{"id":"{}","summary":"Grooming","start":{{"dateTime":"2026-03-04T05:06:07Z","timeZone":"Europe/Berlin"}},"end":{{"dateTime":"2026-03-04T06:06:07Z","timeZone":"Europe/Berlin"}},"attendees":[{{"email":"ben@example.com"}}],"extendedProperties":{{"private":{{"tenant":"oak","veraluxId":"bkg_1"}}}}}}"#,
        id.as_str()
    );
    assert_eq!(
        recorder.texts(),
        [
            format!("POST {EVENTS}?sendUpdates=none\n{HEAD}{KIND}{body}"),
            format!("GET {EVENTS}/a%2Fb\n{HEAD}"),
            format!(
                "PATCH {EVENTS}/vl1?sendUpdates=all\n{HEAD}\nif-match: \"3\"{KIND}{{\"summary\":\"Bath\"}}"
            ),
            format!("DELETE {EVENTS}/vl1?sendUpdates=externalOnly\n{HEAD}"),
        ]
    );
}

#[tokio::test]
async fn what_is_not_known_is_not_free() {
    let said = r#"{"kind":"calendar#freeBusy","calendars":{
        "ann":{"busy":[{"start":"2026-03-04T06:00:00+01:00","end":"2026-03-04T07:00:00+01:00"}]},
        "ben":{"errors":[{"domain":"global","reason":"notFound"}],"busy":[]},
        "dan":{"busy":[{"start":"soon","end":"later"}]},
        "eve":{}}}"#;
    let (calendar, recorder) = calendar(vec![answer(200, said)], vec!["ya29.a"]);
    let from = Instant::parse("2026-03-04T05:30:00Z").unwrap();
    let until = Instant::parse("2026-03-04T06:30:00Z").unwrap();
    let names = ["ann", "ben", "cat", "dan", "eve", "ann"];
    let busy = calendar.free_busy(&tenant(), from, until, &names).await.unwrap();
    let unknown = |reason: &str| Busy::Unknown(vec![reason.to_owned()]);
    let slot = Slot {
        start: Instant::parse("2026-03-04T05:00:00Z").unwrap(),
        end: Instant::parse("2026-03-04T06:00:00Z").unwrap(),
    };
    for (name, expected, free) in [
        ("ann", Busy::Known(vec![slot]), false),
        ("ben", unknown("notFound"), false),
        ("cat", unknown("missing"), false),
        ("dan", unknown("unreadable"), false),
        ("eve", Busy::Known(Vec::new()), true),
    ] {
        assert_eq!((busy[name].clone(), busy[name].is_free(from, until)), (expected, free), "{name}");
    }
    assert!(busy["ann"].is_free(slot.end, until) && busy["ann"].is_free(Instant::from_micros(0), slot.start));
    let body = r#"{"timeMin":"2026-03-04T05:30:00Z","timeMax":"2026-03-04T06:30:00Z","items":[{"id":"ann"},{"id":"ben"},{"id":"cat"},{"id":"dan"},{"id":"eve"},{"id":"ann"}]}"#;
    assert_eq!(
        recorder.texts(),
        [format!("POST https://www.googleapis.com/calendar/v3/freeBusy\n{HEAD}{KIND}{body}")]
    );
}

fn refusal(status: u16, reason: &str) -> Step {
    answer(
        status,
        &format!(r#"{{"error":{{"code":{status},"message":"m","errors":[{{"reason":"{reason}"}}]}}}}"#),
    )
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_there_already_is_read_back() {
    for (what, steps, expected) in [
        ("ours", vec![refusal(409, "duplicate"), answer(200, &stored("confirmed", "bkg_1"))], Ok("vl1")),
        (
            "ours, after a lost answer",
            vec![
                Err(TransportError::Lost),
                refusal(409, "duplicate"),
                answer(200, &stored("confirmed", "bkg_1")),
            ],
            Ok("vl1"),
        ),
        (
            "deleted by somebody",
            vec![refusal(409, "duplicate"), answer(200, &stored("cancelled", "bkg_1"))],
            Err("deleted"),
        ),
        (
            "somebody else's",
            vec![refusal(409, "duplicate"), answer(200, &stored("confirmed", "other"))],
            Err("duplicate"),
        ),
        ("gone since", vec![refusal(409, "duplicate"), refusal(410, "deleted")], Err("duplicate")),
    ] {
        let (calendar, _) = calendar(steps, vec!["ya29.a"]);
        let made = calendar.insert(&tenant(), "primary", &event()).await;
        let made = made.map(|event| event.id).map_err(|error| error.code.unwrap());
        assert_eq!(made.as_deref().map_err(String::as_str), expected, "{what}");
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let unauthorised = || refusal(401, "authError");
    let ok = || answer(200, &stored("confirmed", "bkg_1"));
    for (what, steps, tokens, fault, asked) in [
        ("another is taken", vec![unauthorised(), ok()], vec!["ya29.a", "ya29.b"], None, 2),
        (
            "another is refused too",
            vec![unauthorised(), unauthorised()],
            vec!["ya29.a", "ya29.b", "ya29.c"],
            Some(ProviderFault::Rejected),
            2,
        ),
        ("there is no other", vec![unauthorised()], vec!["ya29.a"], Some(ProviderFault::Rejected), 1),
        ("there is none", vec![], vec![], Some(ProviderFault::NotConnected), 0),
    ] {
        let (calendar, recorder) = calendar(steps, tokens);
        let read = calendar.read(&tenant(), "primary", "vl1").await;
        assert_eq!((read.err().map(|error| error.fault), recorder.sent().len()), (fault, asked), "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_refusal_means() {
    let limited = Err(ProviderFault::RateLimited { wait: None });
    let thrice = |reason: &'static str| (0..3).map(|_| refusal(403, reason)).collect::<Vec<_>>();
    let rejected = Err(ProviderFault::Rejected);
    for (what, steps, expected) in [
        ("too fast", thrice("rateLimitExceeded"), limited.clone()),
        ("too fast, this user", thrice("userRateLimitExceeded"), limited.clone()),
        ("used up", thrice("quotaExceeded"), limited),
        ("not allowed", vec![refusal(403, "forbidden")], rejected.clone()),
        ("switched off", vec![refusal(403, "accessNotConfigured")], rejected.clone()),
        ("a bad request", vec![refusal(400, "badRequest")], rejected),
        ("not there", vec![refusal(404, "notFound")], Ok(Outcome::Gone)),
        ("gone", vec![refusal(410, "deleted")], Ok(Outcome::Gone)),
        ("changed meanwhile", vec![refusal(412, "conditionNotMet")], Ok(Outcome::Stale)),
        ("lost", vec![Err(TransportError::Lost)], Err(ProviderFault::Unsettled)),
        ("a page", vec![answer(200, "<html>")], Err(ProviderFault::Unsettled)),
    ] {
        let (calendar, _) = calendar(steps, vec!["ya29.a"]);
        let changed =
            calendar.patch(&tenant(), "primary", "vl1", &EventChange::default(), Some("\"1\"")).await;
        assert_eq!(changed.map_err(|error: ProviderError| error.fault), expected, "{what}");
    }
}

#[tokio::test]
async fn what_names_nothing_is_not_asked_for() {
    let (calendar, recorder) = calendar(vec![], vec!["ya29.a"]);
    let oak = tenant();
    for (name, id) in [("", "a"), ("..", "a"), (".", "a"), ("a", ""), ("a", "..")] {
        assert_eq!(calendar.read(&oak, name, id).await.unwrap_err().fault, ProviderFault::Rejected);
    }
    let undated = NewEvent { start: When::Day("tomorrow".to_owned()), ..event() };
    assert_eq!(calendar.insert(&oak, "a", &undated).await.unwrap_err().fault, ProviderFault::Rejected);
    let many = vec!["a"; 51];
    for names in [&[][..], &many] {
        let asked = calendar.free_busy(&oak, now(), now(), names).await;
        assert_eq!(asked.unwrap_err().fault, ProviderFault::Rejected);
    }
    assert!(recorder.sent().is_empty());
    let shown = format!("{calendar:?} {:?} {:?}", event(), EventChange::default());
    assert!(!shown.contains("Grooming") && !shown.contains("ben@"), "{shown}");
}
