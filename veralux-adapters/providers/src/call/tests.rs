use std::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;
use veralux_core::memory::{FixedClock, SeededRandom};
use veralux_core::time::Instant;

use super::*;
use crate::Method;

/// Answers in turn, and counts.
#[derive(Debug)]
struct Script {
    answers: Mutex<VecDeque<Result<Response, TransportError>>>,
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        self.answers.lock().unwrap().pop_front().expect("asked too often")
    }
}

struct Acme;

impl Contract for Acme {
    const SLUG: &'static str = "acme";
    const NAME: &'static str = "Acme";

    fn refusal(response: &Response) -> Refusal {
        let out_of_money = response.body.as_slice() == b"poor";
        Refusal {
            code: Some(response.status.to_string()),
            fault: out_of_money.then_some(ProviderFault::Rejected),
            sentence: out_of_money.then_some(Cow::Borrowed("Add money to the account.")),
        }
    }
}

type Step = Result<Response, TransportError>;

async fn asked(repeat: Repeat, steps: Vec<Step>) -> (ProviderResult<u16>, usize) {
    let script = Arc::new(Script { answers: Mutex::new(steps.into()) });
    let outside = Outside {
        transport: script.clone(),
        clock: Arc::new(FixedClock::new(Instant::from_micros(1_700_000_000_000_000))),
        random: Arc::new(SeededRandom::new(7)),
    };
    let asked = outside.ask::<Acme>(repeat, || Request::new(Method::Get, "https://acme.test/")).await;
    let left = script.answers.lock().unwrap().len();
    (asked.map(|response| response.status), left)
}

#[expect(clippy::unnecessary_wraps, reason = "as a script wants it")]
fn answer(status: u16) -> Step {
    Ok(Response::new(status, ""))
}

#[tokio::test(start_paused = true)]
async fn when_a_request_is_made_again() {
    let lost = || Err(TransportError::Lost);
    let away = || Err(TransportError::Unreachable);
    let (always, refused) = (Repeat::Always, Repeat::IfRefused);
    let limited = |name: &str, value: &str| Ok(Response::new(429, "").with_header(name, value));
    let seconds = |seconds| ProviderFault::RateLimited { wait: Some(Duration::from_secs(seconds)) };
    let none = ProviderFault::RateLimited { wait: None };
    for (what, repeat, steps, expected, left) in [
        ("at once", refused, vec![answer(201)], Ok(201), 0),
        ("a read: lost, broken, there", always, vec![lost(), answer(500), answer(200)], Ok(200), 0),
        (
            "a read: three times only",
            always,
            vec![lost(), lost(), lost(), answer(200)],
            Err(ProviderFault::Transient),
            1,
        ),
        ("an act: lost", refused, vec![lost(), answer(200)], Err(ProviderFault::Unsettled), 1),
        ("an act: broken", refused, vec![answer(502), answer(200)], Err(ProviderFault::Unsettled), 1),
        (
            "an act: timed out over there",
            refused,
            vec![answer(408), answer(200)],
            Err(ProviderFault::Unsettled),
            1,
        ),
        ("an act: never went out", refused, vec![away(), answer(200)], Ok(200), 0),
        ("an act: too many", refused, vec![answer(429), answer(200)], Ok(200), 0),
        ("an act of no promises: too many", Repeat::Never, vec![answer(429), answer(200)], Err(none), 1),
        ("an act of no promises: never out", Repeat::Never, vec![away()], Err(ProviderFault::Transient), 0),
        ("too many, thrice", refused, vec![answer(429), answer(429), answer(429)], Err(none), 0),
        ("a wait that is waited", refused, vec![limited("retry-after", "5"), answer(200)], Ok(200), 0),
        ("a wait for others", refused, vec![limited("retry-after", "6"), answer(200)], Err(seconds(6)), 1),
        ("milliseconds", refused, vec![limited("retry-after-ms", "6000"), answer(200)], Err(seconds(6)), 1),
        (
            "until",
            refused,
            vec![limited("retry-after", "Tue, 14 Nov 2023 22:13:50 GMT")],
            Err(seconds(30)),
            0,
        ),
        ("counted anew", always, vec![limited("x-ratelimit-reset", "60")], Err(seconds(60)), 0),
        ("refused", always, vec![answer(404), answer(200)], Err(ProviderFault::Rejected), 1),
        ("elsewhere", always, vec![answer(302), answer(200)], Err(ProviderFault::Permanent), 1),
        (
            "by its own code",
            always,
            vec![Ok(Response::new(429, "poor")), answer(200)],
            Err(ProviderFault::Rejected),
            1,
        ),
    ] {
        let (asked, unused) = asked(repeat, steps).await;
        assert_eq!((asked.map_err(|error| error.fault), unused), (expected, left), "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_person_reads() {
    for (step, sentence, code) in [
        (
            answer(401),
            "Acme does not accept the credential. Check it in Settings > Integrations.",
            Some("401"),
        ),
        (answer(404), "Acme refused the request. Check what was entered.", Some("404")),
        (Ok(Response::new(400, "poor")), "Add money to the account.", Some("400")),
        (
            answer(302),
            "Acme answered in a way that is not understood. Ask the operator to look.",
            Some("302"),
        ),
        (
            Err(TransportError::Lost),
            "Acme did not confirm. It is asked what it did before anything is repeated.",
            None,
        ),
    ] {
        let (asked, _) = asked(Repeat::IfRefused, vec![step]).await;
        let error = asked.unwrap_err();
        assert_eq!((error.to_string().as_str(), error.code.as_deref()), (sentence, code));
        assert_eq!(error.raw.is_some(), code.is_some(), "{sentence}");
    }
}

#[test]
fn a_success_that_is_not_understood() {
    let response = Response::new(201, "<html>");
    for (repeat, fault) in
        [(Repeat::Always, ProviderFault::Permanent), (Repeat::IfRefused, ProviderFault::Unsettled)]
    {
        let error = json::<Acme, Vec<u8>>(repeat, &response).unwrap_err();
        assert_eq!((error.fault, error.raw.unwrap().body()), (fault, "<html>"));
    }
}

#[test]
fn what_is_not_there_is_none() {
    let error = |status| {
        let raw = Some(RawAnswer::new(status, b""));
        ProviderError { raw, ..ProviderError::new("acme", ProviderFault::Rejected, "no") }
    };
    assert_eq!(unless_status(404, Ok(1)).unwrap(), Some(1));
    assert_eq!(unless_status::<u8>(404, Err(error(404))).unwrap(), None);
    assert!(unless_status::<u8>(404, Err(error(403))).is_err());
}
