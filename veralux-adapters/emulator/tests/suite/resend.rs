//! Resend's client against the emulator.

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use veralux_core::credential::{self, ResendBody};
use veralux_core::port::ProviderFault;
use veralux_core::secret::Secret;
use veralux_core::time::HOUR;
use veralux_emulator::HookPlan;
use veralux_emulator::resend::{KEY, KeyScope};
use veralux_providers::resend::{Email, Resend};

use crate::stage::{Stage, faults, tenant};

async fn client(stage: &Stage, key: &str) -> Resend {
    let body = ResendBody { api_key: Secret::new(key), webhook_secret: None };
    let accounts = stage.accounts::<credential::Resend>(body).await;
    Resend::at(&stage.at("/resend"), accounts, stage.outside())
}

fn email(subject: &str) -> Email {
    Email {
        from: "Ann <ann@example.com>".to_owned(),
        to: vec!["ben@example.org".to_owned()],
        subject: subject.to_owned(),
        text: Some("Hi".to_owned()),
        html: Some("<p>Hi</p>".to_owned()),
        reply_to: vec!["desk@example.com".to_owned()],
        cc: vec!["cat@example.org".to_owned()],
        bcc: vec!["dan@example.org".to_owned()],
        headers: [("X-Thread".to_owned(), "7".to_owned())].into(),
        tags: vec![("kind".to_owned(), "otp".to_owned())],
        scheduled_at: None,
    }
}

#[tokio::test]
async fn an_e_mail_goes_out_once_for_a_key() {
    let stage = Stage::start().await;
    let resend = client(&stage, KEY).await;
    let id = resend.send(&tenant(), "msg_1", &email("One")).await.unwrap();
    assert_eq!(resend.send(&tenant(), "msg_1", &email("One")).await.unwrap(), id);
    let other = resend.send(&tenant(), "msg_1", &email("Two")).await.unwrap_err();
    assert_eq!(
        (other.fault, other.code.as_deref()),
        (ProviderFault::Rejected, Some("invalid_idempotent_request"))
    );
    let ids = resend.send_batch(&tenant(), "msg_2", &[email("Three"), email("Four")]).await.unwrap();
    assert_eq!(resend.send_batch(&tenant(), "msg_2", &[email("Three"), email("Four")]).await.unwrap(), ids);
    let later = Email { scheduled_at: Some("2026-03-05T05:06:07Z".to_owned()), ..email("Later") };
    resend.send(&tenant(), "msg_3", &later).await.unwrap();
    let subjects: Vec<_> = stage
        .emulator
        .resend()
        .emails()
        .iter()
        .map(|email| email["subject"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(subjects, ["One", "Three", "Four", "Later"]);
    let read = resend.read(&tenant(), &ids[1]).await.unwrap().unwrap();
    assert_eq!((read.subject.as_deref(), read.last_event.as_deref()), (Some("Four"), Some("delivered")));
    assert_eq!(resend.read(&tenant(), "00000000-0000-4000-8000-000000000000").await.unwrap(), None);
    stage.clock.advance(25 * HOUR);
    assert_ne!(resend.send(&tenant(), "msg_1", &email("One")).await.unwrap(), id, "a key is known for a day");
    stage.is_as_described();
}

#[tokio::test]
async fn whatever_goes_wrong_an_e_mail_goes_out_once() {
    for (what, fault, _) in faults() {
        for times in [1, 3] {
            let stage = Stage::start().await;
            let resend = client(&stage, KEY).await;
            stage.fail("POST", "/resend/emails", times, &fault);
            let mut sent = resend.send(&tenant(), "msg_1", &email("One")).await;
            if let Err(error) = &sent {
                assert!(error.fault != ProviderFault::Rejected, "{what}: {error:?}");
                // The caller's contract: the same key, as often as it takes.
                stage.emulator.faults().clear();
                sent = resend.send(&tenant(), "msg_1", &email("One")).await;
            }
            let emails = stage.emulator.resend().emails();
            assert_eq!(emails.len(), 1, "{what}, {times} times");
            assert_eq!(emails[0]["id"].as_str(), Some(sent.unwrap().as_str()), "{what}, {times} times");
            stage.is_as_described();
        }
    }
}

#[tokio::test]
async fn what_resend_refuses() {
    let stage = Stage::start().await;
    let refused = |key: &'static str, email: Email| {
        let stage = &stage;
        async move {
            let error = client(stage, key).await.send(&tenant(), "msg_9", &email).await.unwrap_err();
            assert_eq!(error.fault, ProviderFault::Rejected, "{error:?}");
            error.code.unwrap()
        }
    };
    assert_eq!(refused("re_wrong_key", email("a")).await, "invalid_api_key");
    let foreign = Email { from: "ann@example.net".to_owned(), ..email("a") };
    assert_eq!(refused(KEY, foreign).await, "validation_error");
    let nowhere = Email { to: vec!["ben".to_owned()], ..email("a") };
    assert_eq!(refused(KEY, nowhere).await, "validation_error");
    stage.emulator.resend().set_quota(Some(0));
    assert_eq!(refused(KEY, email("a")).await, "daily_quota_exceeded");
    assert!(stage.emulator.resend().emails().is_empty());
    stage.is_as_described();
}

#[tokio::test]
async fn domains_are_listed_to_the_end_by_who_may() {
    let stage = Stage::start().await;
    for index in 0..205 {
        stage.emulator.resend().add_domain(&format!("d{index}.example.com"));
    }
    let domains = client(&stage, KEY).await.domains(&tenant()).await.unwrap();
    assert_eq!((domains.len(), domains[205].name.as_str()), (206, "d204.example.com"));
    stage.emulator.resend().add_key("re_sending_only", KeyScope::Sending);
    let sending = client(&stage, "re_sending_only").await;
    assert!(sending.send(&tenant(), "msg_1", &email("One")).await.is_ok());
    let error = sending.domains(&tenant()).await.unwrap_err();
    assert_eq!(error.code.as_deref(), Some("restricted_api_key"));
    stage.is_as_described();
}

#[tokio::test]
async fn webhooks_tell_of_each_e_mail() {
    let stage = Stage::start().await;
    let heard = Arc::new(Mutex::new(Vec::<(HeaderMap, Bytes)>::new()));
    let ear = heard.clone();
    let hear = async move |headers: HeaderMap, body: Bytes| ear.lock().unwrap().push((headers, body));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", post(hear))).await });
    stage.emulator.resend().set_webhook(&url, "whsec_plJ3nmyCDGBKInavdOK15jsl");
    stage.emulator.hooks().set(HookPlan { repeats: 1, ..HookPlan::default() });
    let id = client(&stage, KEY).await.send(&tenant(), "msg_1", &email("One")).await.unwrap();
    for _ in 0..100 {
        if stage.emulator.hooks().delivered().len() == 4 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let heard = heard.lock().unwrap();
    let kinds: Vec<String> = heard
        .iter()
        .map(|(headers, body)| {
            assert!(headers["svix-signature"].to_str().unwrap().starts_with("v1,"));
            assert_eq!(headers["svix-timestamp"], "1772600767");
            let event: serde_json::Value = serde_json::from_slice(body).unwrap();
            assert_eq!(event["data"]["email_id"].as_str(), Some(id.as_str()));
            event["type"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(kinds, ["email.sent", "email.sent", "email.delivered", "email.delivered"]);
    assert_eq!(heard[0].0["svix-id"], heard[1].0["svix-id"], "a repeat has the same id");
    assert_ne!(heard[0].0["svix-id"], heard[2].0["svix-id"]);
}
