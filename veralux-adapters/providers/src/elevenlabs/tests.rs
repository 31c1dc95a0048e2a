use veralux_core::port::{ProviderFault, Rejection};
use veralux_core::secret::Secret;

use super::*;
use crate::TransportError;
use crate::testing::{Recorder, Step, accounts, answer, tenant};

fn body() -> ElevenLabsBody {
    ElevenLabsBody { api_key: Secret::new("sk_canary7f3e") }
}

async fn asked(steps: Vec<Step>) -> (ElevenLabs, std::sync::Arc<Recorder>) {
    let recorder = Recorder::new(steps);
    (ElevenLabs::new(accounts(body()).await, recorder.outside()), recorder)
}

#[tokio::test]
async fn the_bytes_of_each_request() {
    let (eleven, recorder) = asked(vec![
        answer(200, r#"{"tier":"creator","status":"active","character_count":5,"character_limit":100,"x":{}}"#),
        answer(401, r#"{"detail":{"status":"missing_permissions","message":"user_read"}}"#),
        answer(200, r#"{"voices":[{"voice_id":"a","name":"Ann","labels":{}}],"has_more":true,"next_page_token":"t/2"}"#),
        answer(200, r#"{"voices":[{"voice_id":"b"}],"has_more":false,"next_page_token":null}"#),
        answer(200, r#"{"voice_id":"a","name":"Ann"}"#),
        answer(400, r#"{"detail":{"status":"voice_not_found","message":"m"}}"#),
        answer(200, r#"[{"model_id":"m1","name":"One","can_do_text_to_speech":true,"languages":[]}]"#),
    ])
    .await;
    let tenant = tenant();
    let subscription = eleven.subscription(&tenant).await.unwrap().unwrap();
    assert_eq!((subscription.tier.as_str(), subscription.character_limit), ("creator", 100));
    assert_eq!(eleven.subscription(&tenant).await.unwrap(), None, "may not read it");
    let voices = eleven.voices(&tenant, Some("a & b")).await.unwrap();
    assert_eq!(voices.iter().map(|voice| voice.voice_id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(eleven.voice(&tenant, "a").await.unwrap().unwrap().name, "Ann");
    assert_eq!(eleven.voice(&tenant, "b").await.unwrap(), None);
    assert_eq!(eleven.voice(&tenant, "../user").await.unwrap(), None, "not asked");
    assert!(eleven.models(&tenant).await.unwrap()[0].can_do_text_to_speech);
    let get = |path| format!("GET https://api.elevenlabs.io{path}\nxi-api-key: sk_canary7f3e");
    assert_eq!(
        recorder.texts(),
        [
            "/v1/user/subscription",
            "/v1/user/subscription",
            "/v2/voices?page_size=100&search=a+%26+b",
            "/v2/voices?page_size=100&search=a+%26+b&next_page_token=t%2F2",
            "/v1/voices/a",
            "/v1/voices/b",
            "/v1/models",
        ]
        .map(get)
    );
    assert!(!format!("{eleven:?}").contains("canary"));
}

fn thrice(step: impl Fn() -> Step) -> Vec<Step> {
    (0..3).map(|_| step()).collect()
}

#[tokio::test(start_paused = true)]
async fn what_a_refusal_means() {
    let said =
        |status, word: &str| answer(status, &format!(r#"{{"detail":{{"status":"{word}","message":"m"}}}}"#));
    let limited = ProviderFault::RateLimited { wait: None };
    for (what, steps, fault, code, words) in [
        (
            "a bad key",
            vec![said(401, "invalid_api_key")],
            ProviderFault::Rejected,
            Some("invalid_api_key"),
            "API key",
        ),
        (
            "used up",
            vec![said(401, "quota_exceeded")],
            ProviderFault::Rejected,
            Some("quota_exceeded"),
            "quota",
        ),
        ("busy", thrice(|| said(429, "system_busy")), limited, Some("system_busy"), "minute"),
        (
            "busy by another status",
            thrice(|| said(400, "too_many_concurrent_requests")),
            limited,
            Some("too_many_concurrent_requests"),
            "minute",
        ),
        (
            "fields",
            vec![answer(422, r#"{"detail":[{"loc":["query","page_size"],"msg":"m","type":"t"}]}"#)],
            ProviderFault::Rejected,
            Some("invalid_request"),
            "refused",
        ),
        ("a text", vec![answer(400, r#"{"detail":"no"}"#)], ProviderFault::Rejected, None, "refused"),
        ("a page", vec![answer(200, "<html>")], ProviderFault::Permanent, None, "not understood"),
        ("away", thrice(|| Err(TransportError::Unreachable)), ProviderFault::Transient, None, "reached"),
    ] {
        let (eleven, recorder) = asked(steps).await;
        let error = eleven.models(&tenant()).await.unwrap_err();
        assert_eq!((error.fault, error.code.as_deref()), (fault, code), "{what}");
        assert!(error.to_string().contains(words), "{what}: {error}");
        assert!(!recorder.sent().is_empty());
    }
}

#[tokio::test]
async fn a_list_that_does_not_end_is_given_up() {
    let page = r#"{"voices":[],"has_more":true,"next_page_token":"t"}"#;
    let (eleven, recorder) = asked((0..100).map(|_| answer(200, page)).collect()).await;
    let error = eleven.voices(&tenant(), None).await.unwrap_err();
    assert_eq!((error.fault, recorder.sent().len()), (ProviderFault::Permanent, MAX_PAGES));
}

#[tokio::test]
async fn what_is_said_of_a_key() {
    let said =
        |status, word: &str| answer(status, &format!(r#"{{"detail":{{"status":"{word}","message":"m"}}}}"#));
    for (what, step, verdict) in [
        ("works", answer(200, r#"{"tier":"free"}"#), Verdict::Verified),
        ("scoped", said(401, "missing_permissions"), Verdict::Verified),
        ("used up", said(401, "quota_exceeded"), Verdict::Verified),
        ("wrong", said(401, "invalid_api_key"), Verdict::Rejected(Rejection::Unauthorised)),
        ("suspended", said(401, "detected_unusual_activity"), Verdict::Rejected(Rejection::Suspended)),
        ("something new", said(401, "teapot"), Verdict::Unreachable),
        ("nothing said", answer(401, ""), Verdict::Unreachable),
        ("a portal", answer(200, "<html>"), Verdict::Unreachable),
        ("too fast", said(429, "system_busy"), Verdict::Unreachable),
        ("broken", said(500, "invalid_api_key"), Verdict::Unreachable),
        ("lost", Err(TransportError::Lost), Verdict::Unreachable),
    ] {
        let recorder = Recorder::new([step]);
        assert_eq!(check(&recorder.outside(), ORIGIN, &body()).await, verdict, "{what}");
    }
}
