use veralux_core::port::{ProviderFault, Rejection};

use super::*;
use crate::TransportError;
use crate::testing::{Recorder, Step, accounts, answer, tenant};

async fn resend(recorder: &std::sync::Arc<Recorder>) -> Resend {
    let operator = ResendBody { api_key: Secret::new("re_canary7f3e"), webhook_secret: None };
    Resend::new(accounts(operator).await, recorder.outside())
}

fn email() -> Email {
    Email {
        from: "Ann <ann@example.com>".to_owned(),
        to: vec!["ben@example.com".to_owned()],
        subject: "Hello".to_owned(),
        text: Some("Hi \"Ben\"".to_owned()),
        ..Email::default()
    }
}

#[tokio::test]
async fn the_bytes_of_each_request() {
    let recorder = Recorder::new([
        answer(200, r#"{"id":"49a3999c"}"#),
        answer(200, r#"{"data":[{"id":"a"},{"id":"b"}],"errors":[]}"#),
        answer(
            200,
            r#"{"object":"email","id":"a-1","last_event":"delivered","to":["ben@example.com"],"new":1}"#,
        ),
        answer(404, r#"{"statusCode":404,"name":"not_found","message":"Email not found"}"#),
        answer(
            200,
            r#"{"object":"list","has_more":true,"data":[{"id":"d-1","name":"a.example","status":"verified"}]}"#,
        ),
        answer(200, r#"{"data":[{"id":"d-2","name":"b.example"}]}"#),
    ]);
    let resend = resend(&recorder).await;
    let full = Email {
        html: Some("<p>Hi</p>".to_owned()),
        reply_to: vec!["desk@example.com".to_owned()],
        cc: vec!["c@example.com".to_owned()],
        bcc: vec!["d@example.com".to_owned()],
        headers: [("X-Thread".to_owned(), "7".to_owned())].into(),
        tags: vec![("kind".to_owned(), "otp".to_owned())],
        ..email()
    };
    assert_eq!(resend.send(&tenant(), "msg_1", &email()).await.unwrap(), "49a3999c");
    assert_eq!(resend.send_batch(&tenant(), "msg_2", &[email(), full]).await.unwrap(), ["a", "b"]);
    let read = resend.read(&tenant(), "a-1").await.unwrap().unwrap();
    assert_eq!((read.id.as_str(), read.last_event.as_deref()), ("a-1", Some("delivered")));
    assert_eq!(resend.read(&tenant(), "a-2").await.unwrap(), None);
    assert_eq!(resend.read(&tenant(), "../domains").await.unwrap(), None, "not asked");
    let names: Vec<_> =
        resend.domains(&tenant()).await.unwrap().into_iter().map(|domain| domain.name).collect();
    assert_eq!(names, ["a.example", "b.example"]);
    let head = "authorization: Bearer re_canary7f3e";
    let plain =
        r#"{"from":"Ann <ann@example.com>","to":["ben@example.com"],"subject":"Hello","text":"Hi \"Ben\""}"#;
    let rest = r#""html":"<p>Hi</p>","reply_to":["desk@example.com"],"cc":["c@example.com"],"bcc":["d@example.com"],"headers":{"X-Thread":"7"},"tags":[{"name":"kind","value":"otp"}]}"#;
    let both = format!("[{plain},{},{rest}]", plain.strip_suffix('}').unwrap());
    let get = |path: &str| format!("GET https://api.resend.com{path}\n{head}");
    let post = |path: &str, key: &str, body: &str| {
        let kind = "content-type: application/json";
        format!("POST https://api.resend.com{path}\n{head}\nidempotency-key: {key}\n{kind}\n{body}")
    };
    assert_eq!(
        recorder.texts(),
        [
            post("/emails", "msg_1", plain),
            post("/emails/batch", "msg_2", &both),
            get("/emails/a-1"),
            get("/emails/a-2"),
            get("/domains?limit=100"),
            get("/domains?limit=100&after=d-1"),
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_asked_for() {
    let recorder = Recorder::new([]);
    let resend = resend(&recorder).await;
    let crowd = Email { to: vec!["a@example.com".to_owned(); 51], ..email() };
    let later = Email { scheduled_at: Some("2026-03-04T05:06:07Z".to_owned()), ..email() };
    for (what, key, emails) in [
        ("no key", "", vec![email()]),
        ("a key of two lines", "a\nb", vec![email()]),
        ("nobody", "a", vec![Email { to: Vec::new(), ..email() }]),
        ("a crowd", "a", vec![crowd]),
        ("nothing to say", "a", vec![Email { text: None, ..email() }]),
        ("none", "a", vec![]),
        ("too many", "a", vec![email(); 101]),
        ("later", "a", vec![later]),
    ] {
        let error = resend.send_batch(&tenant(), key, &emails).await.unwrap_err();
        assert_eq!(error.fault, ProviderFault::Rejected, "{what}");
    }
    assert!(recorder.sent().is_empty());
}

fn refusal(status: u16, name: &str) -> Step {
    answer(status, &format!(r#"{{"statusCode":{status},"name":"{name}","message":"m"}}"#))
}

#[tokio::test(start_paused = true)]
async fn what_a_refusal_means() {
    let limited = ProviderFault::RateLimited { wait: None };
    for (what, steps, fault, words) in [
        ("a bad key", vec![refusal(403, "invalid_api_key")], ProviderFault::Rejected, "API key"),
        ("no key", vec![refusal(401, "missing_api_key")], ProviderFault::Rejected, "API key"),
        ("only sends", vec![refusal(401, "restricted_api_key")], ProviderFault::Rejected, "may only send"),
        ("the day", vec![refusal(429, "daily_quota_exceeded")], ProviderFault::Rejected, "tomorrow"),
        ("the month", vec![refusal(429, "monthly_quota_exceeded")], ProviderFault::Rejected, "month"),
        (
            "too fast",
            vec![refusal(429, "rate_limit_exceeded"), refusal(429, "x"), refusal(429, "x")],
            limited,
            "minute",
        ),
        (
            "another body",
            vec![refusal(409, "invalid_idempotent_request")],
            ProviderFault::Rejected,
            "already sent",
        ),
        (
            "at the same time",
            vec![
                refusal(409, "concurrent_idempotent_requests"),
                refusal(409, "concurrent_idempotent_requests"),
                refusal(409, "concurrent_idempotent_requests"),
            ],
            limited,
            "minute",
        ),
        ("the domain", vec![refusal(403, "validation_error")], ProviderFault::Rejected, "domain"),
        ("a page", vec![answer(403, "<html>")], ProviderFault::Rejected, "refused"),
        ("a page that says all is well", vec![answer(200, "<html>")], ProviderFault::Unsettled, "confirm"),
    ] {
        let recorder = Recorder::new(steps);
        let error = resend(&recorder).await.send(&tenant(), "msg_1", &email()).await.unwrap_err();
        assert_eq!(error.fault, fault, "{what}");
        assert!(error.to_string().contains(words), "{what}: {error}");
        assert!(!format!("{error:?}").contains("canary") && !format!("{error:?}").contains("ben@"), "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_asked_for_again_under_the_same_key() {
    let recorder = Recorder::new([Err(TransportError::Lost), answer(502, ""), answer(200, r#"{"id":"a"}"#)]);
    assert_eq!(resend(&recorder).await.send(&tenant(), "msg_1", &email()).await.unwrap(), "a");
    let sent = recorder.texts();
    assert!(sent.iter().all(|request| *request == sent[0] && request.contains("idempotency-key: msg_1")));
}

#[tokio::test]
async fn what_is_said_of_a_key() {
    let bad = r#"{"statusCode":400,"name":"validation_error","message":"API key is invalid"}"#;
    for (what, step, verdict) in [
        ("works", answer(200, r#"{"data":[]}"#), Verdict::Verified),
        ("only sends", refusal(401, "restricted_api_key"), Verdict::Verified),
        ("wrong", refusal(403, "invalid_api_key"), Verdict::Rejected(Rejection::Unauthorised)),
        ("wrong, of another age", answer(400, bad), Verdict::Rejected(Rejection::Unauthorised)),
        ("a portal", answer(200, "<html>"), Verdict::Unreachable),
        ("a page", answer(403, "<html>"), Verdict::Unreachable),
        ("another refusal", refusal(403, "validation_error"), Verdict::Unreachable),
        ("too fast", refusal(429, "rate_limit_exceeded"), Verdict::Unreachable),
        ("broken", answer(500, ""), Verdict::Unreachable),
        ("away", Err(TransportError::Unreachable), Verdict::Unreachable),
        ("lost", Err(TransportError::Lost), Verdict::Unreachable),
    ] {
        let recorder = Recorder::new([step]);
        let body = ResendBody { api_key: Secret::new("re_canary7f3e"), webhook_secret: None };
        assert_eq!(check(&recorder.outside(), ORIGIN, &body).await, verdict, "{what}");
        let expected = "GET https://api.resend.com/domains?limit=1\nauthorization: Bearer re_canary7f3e";
        assert_eq!(recorder.texts(), [expected], "{what}");
    }
}

#[test]
fn nothing_personal_is_in_debug() {
    let shown = format!("{:?}", email());
    assert_eq!(shown, "Email(to 1)");
}
