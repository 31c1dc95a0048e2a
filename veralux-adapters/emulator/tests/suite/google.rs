//! Google's clients against the emulator: consent, tokens, calendars.

use std::sync::Arc;

use veralux_core::credential::Provider;
use veralux_core::port::{GrantError, ProviderFault, TokenEndpoint as _};
use veralux_core::secret::Secret;
use veralux_core::service::{Context, CredentialVault};
use veralux_core::time::{HOUR, Instant};
use veralux_emulator::Fault;
use veralux_emulator::google::{GoogleClient, PERSON};
use veralux_providers::google::calendar::{
    Busy, Calendar, Event, EventChange, EventKey, NewEvent, Notify, Outcome, VaultTokens, When,
};
use veralux_providers::google::{Client, Google};

use crate::stage::{Stage, faults, now, tenant};

const REDIRECT: &str = "https://veralux.example.com/api/google/oauth/callback";

fn google(stage: &Stage) -> Google {
    let (id, secret) = ("veralux.apps.example.com", "GOCSPX-of-the-tests");
    stage.emulator.google().set_client(GoogleClient {
        id: id.to_owned(),
        secret: secret.to_owned(),
        redirect_url: Some(REDIRECT.to_owned()),
    });
    let client = Client { id: id.to_owned(), secret: Secret::new(secret), redirect_url: REDIRECT.to_owned() };
    Google::emulated(client, &stage.at("/google"), stage.outside().transport, stage.clock.clone())
}

/// Verifier and challenge of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn code(stage: &Stage, google: &Google) -> Secret {
    let consent =
        stage.emulator.google().consent(&google.authorization_url("state", CHALLENGE, true)).unwrap();
    assert_eq!(consent.value("access_type"), "offline");
    assert!(consent.query.starts_with("state=state&code="));
    Secret::new(consent.code)
}

#[tokio::test]
async fn a_grant_from_consent_to_its_end() {
    let stage = Stage::start().await;
    let google = google(&stage);
    let first = code(&stage, &google);
    let guess = google.exchange(&first, &Secret::new("another-verifier")).await;
    assert_eq!(guess.unwrap_err(), GrantError::Ended, "the verifier counts");
    let grant = google.exchange(&first, &Secret::new(VERIFIER)).await.unwrap();
    assert_eq!((grant.email.as_deref(), grant.scopes.len()), (Some(PERSON), 2));
    let again = google.exchange(&first, &Secret::new(VERIFIER)).await;
    assert_eq!(again.unwrap_err(), GrantError::Ended, "a code counts once");
    let refresh = grant.refresh_token.unwrap();
    let next = google.refresh(&refresh).await.unwrap();
    assert!(next.refresh_token.is_none() && stage.emulator.google().takes(next.access_token.expose()));
    google.revoke(&refresh).await.unwrap();
    google.revoke(&refresh).await.unwrap();
    assert_eq!(google.refresh(&refresh).await.unwrap_err(), GrantError::Ended);
    assert!(!stage.emulator.google().takes(next.access_token.expose()), "the access tokens end with it");
    stage.is_as_described();
}

#[tokio::test]
async fn whatever_goes_wrong_with_a_refresh_it_may_be_made_again() {
    for (what, fault, acted) in faults() {
        let stage = Stage::start().await;
        let google = google(&stage);
        let code = code(&stage, &google);
        let grant = google.exchange(&code, &Secret::new(VERIFIER)).await.unwrap();
        let refresh = grant.refresh_token.unwrap();
        stage.fail("POST", "/google/token", 1, &fault);
        let error = google.refresh(&refresh).await.unwrap_err();
        let lost = acted || what == "cut before";
        assert_eq!(error, if lost { GrantError::Lost } else { GrantError::Unreachable }, "{what}");
        assert!(google.refresh(&refresh).await.is_ok(), "{what}");
        stage.fail("POST", "/google/revoke", 1, &fault);
        // A page for people with status 200 cannot be told from a revocation.
        if let Err(error) = google.revoke(&refresh).await {
            assert!(matches!(error, GrantError::Lost | GrantError::Unreachable), "{what}: {error:?}");
        }
        google.revoke(&refresh).await.unwrap();
        assert_eq!(google.refresh(&refresh).await.unwrap_err(), GrantError::Ended, "{what}");
        stage.is_as_described();
    }
}

/// A tenant whose grant is in a vault, and her calendar.
async fn connected(stage: &Stage) -> (Calendar, Arc<CredentialVault>) {
    let google = google(stage);
    let grant = google.exchange(&code(stage, &google), &Secret::new(VERIFIER)).await.unwrap();
    let vault = Arc::new(stage.vault().await.with_google(Arc::new(google)));
    let json = serde_json::json!({"refreshToken": grant.refresh_token.unwrap().expose()}).to_string();
    let context = Context::SYSTEM;
    vault.put(&context, &tenant(), Provider::GoogleCalendar, json.as_bytes(), false).await.unwrap();
    let tokens = Arc::new(VaultTokens::new(vault.clone()));
    (Calendar::at(&stage.at("/google"), tokens, stage.outside()), vault)
}

fn at(hours: i64) -> Instant {
    now().plus(hours * HOUR)
}

fn event(own: &str, hours: i64) -> NewEvent {
    let when = |instant| When::At { instant, zone: Some("Europe/Berlin".to_owned()) };
    NewEvent {
        key: EventKey::of(own),
        summary: "Grooming".to_owned(),
        description: Some("Two dogs".to_owned()),
        location: Some("Shop".to_owned()),
        start: when(at(hours)),
        end: when(at(hours + 1)),
        attendees: vec!["ben@example.org".to_owned()],
        private: [("tenant".to_owned(), "oak".to_owned())].into(),
        notify: Notify::All,
    }
}

#[tokio::test]
async fn an_event_from_its_making_to_its_end() {
    let stage = Stage::start().await;
    let (calendar, _) = connected(&stage).await;
    let (oak, new) = (tenant(), event("bkg_1", 1));
    let made = calendar.insert(&oak, "primary", &new).await.unwrap();
    assert_eq!((made.id.as_str(), made.private["veraluxId"].as_str()), (new.key.as_str(), "bkg_1"));
    assert_eq!(calendar.insert(&oak, "primary", &new).await.unwrap(), made, "made once");
    assert_eq!(calendar.read(&oak, PERSON, &made.id).await.unwrap(), Some(made.clone()));
    let change = EventChange {
        summary: Some("Bath".to_owned()),
        private: [("step".to_owned(), "2".to_owned())].into(),
        ..EventChange::default()
    };
    let etag = made.etag.as_deref();
    let Outcome::Done(changed) = calendar.patch(&oak, "primary", &made.id, &change, etag).await.unwrap()
    else {
        panic!("it was as it was read");
    };
    assert_eq!(
        (changed.summary.as_deref(), changed.private.len()),
        (Some("Bath"), 3),
        "what is not named stays"
    );
    assert_eq!(calendar.patch(&oak, "primary", &made.id, &change, etag).await.unwrap(), Outcome::Stale);
    let (all, none) = (Notify::All, Notify::Nobody);
    assert_eq!(calendar.delete(&oak, "primary", &made.id, all, etag).await.unwrap(), Outcome::Stale);
    assert_eq!(calendar.delete(&oak, "primary", &made.id, all, None).await.unwrap(), Outcome::Done(()));
    assert_eq!(calendar.delete(&oak, "primary", &made.id, none, None).await.unwrap(), Outcome::Gone);
    assert_eq!(calendar.delete(&oak, "primary", "nobody", none, None).await.unwrap(), Outcome::Gone);
    assert_eq!(calendar.patch(&oak, "primary", &made.id, &change, None).await.unwrap(), Outcome::Gone);
    assert_eq!(calendar.read(&oak, "primary", &made.id).await.unwrap(), None);
    let error = calendar.insert(&oak, "primary", &new).await.unwrap_err();
    assert_eq!(error.code.as_deref(), Some("deleted"), "Google keeps the id of what was deleted");
    let elsewhere = calendar.insert(&oak, "nobody@example.com", &new).await.unwrap_err();
    assert_eq!((elsewhere.fault, elsewhere.code.as_deref()), (ProviderFault::Rejected, Some("notFound")));
    stage.is_as_described();
}

#[tokio::test]
async fn whole_days_and_what_is_free() {
    let stage = Stage::start().await;
    let (calendar, _) = connected(&stage).await;
    let oak = tenant();
    calendar.insert(&oak, "primary", &event("bkg_1", 1)).await.unwrap();
    calendar.insert(&oak, "primary", &event("bkg_2", 2)).await.unwrap();
    let day = |text: &str| When::Day(text.to_owned());
    let off = NewEvent { start: day("2026-03-05"), end: day("2026-03-06"), ..event("bkg_3", 0) };
    calendar.insert(&oak, "primary", &off).await.unwrap();
    stage.emulator.google().add_calendar("team@example.com");
    stage.emulator.google().add_calendar("broken@example.com");
    stage.emulator.google().set_calendar_trouble("broken@example.com", Some("internalError"));
    let names = [PERSON, "team@example.com", "broken@example.com", "nobody@example.com"];
    let busy = calendar.free_busy(&oak, at(0), at(48), &names).await.unwrap();
    let Busy::Known(slots) = &busy[PERSON] else { panic!("she has a calendar") };
    assert_eq!(slots.len(), 2, "what touches is one: {slots:?}");
    assert_eq!((slots[0].start, slots[0].end), (at(1), at(3)));
    let free = |name: &str| busy[name].is_free(at(4), at(5));
    assert_eq!(names.map(free), [true, true, false, false], "what is not known is not free");
    assert_eq!(busy["nobody@example.com"], Busy::Unknown(vec!["notFound".to_owned()]));
    assert!(!busy[PERSON].is_free(Instant::parse("2026-03-05T12:00:00Z").unwrap(), at(48)));
    stage.is_as_described();
}

async fn made_once(stage: &Stage, calendar: &Calendar, what: &str) -> Event {
    let new = event("bkg_1", 1);
    let mut made = calendar.insert(&tenant(), "primary", &new).await;
    if let Err(error) = &made {
        assert!(error.fault != ProviderFault::Rejected, "{what}: {error:?}");
        stage.emulator.faults().clear();
        made = calendar.insert(&tenant(), "primary", &new).await;
    }
    assert_eq!(stage.emulator.google().events(PERSON).len(), 1, "{what}");
    made.unwrap()
}

#[tokio::test]
async fn whatever_goes_wrong_an_event_is_made_once() {
    for (what, fault, _) in faults() {
        for times in [1, 3] {
            let stage = Stage::start().await;
            let (calendar, _) = connected(&stage).await;
            stage.fail("POST", "/google/calendar/", times, &fault);
            let made = made_once(&stage, &calendar, what).await;
            stage.fail("DELETE", "/google/calendar/", 1, &fault);
            let gone = calendar.delete(&tenant(), "primary", &made.id, Notify::Nobody, None).await.unwrap();
            assert!(matches!(gone, Outcome::Done(()) | Outcome::Gone), "{what}");
            assert_eq!(calendar.read(&tenant(), "primary", &made.id).await.unwrap(), None, "{what}");
            stage.is_as_described();
        }
    }
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_found_by_reading() {
    for (what, fault, acted) in faults() {
        let stage = Stage::start().await;
        let (calendar, _) = connected(&stage).await;
        let made = calendar.insert(&tenant(), "primary", &event("bkg_1", 1)).await.unwrap();
        stage.fail("PATCH", "/google/calendar/", 1, &fault);
        let change = EventChange { summary: Some("Bath".to_owned()), ..EventChange::default() };
        let changed = calendar.patch(&tenant(), "primary", &made.id, &change, made.etag.as_deref()).await;
        match changed {
            Ok(changed) => assert!(matches!(changed, Outcome::Done(_)), "{what}"),
            Err(error) => {
                assert_eq!(error.fault, ProviderFault::Unsettled, "{what}");
                let read = calendar.read(&tenant(), "primary", &made.id).await.unwrap().unwrap();
                assert_eq!(read.summary.as_deref() == Some("Bath"), acted, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn a_token_that_ends_before_its_time_is_replaced() {
    let stage = Stage::start().await;
    let (calendar, vault) = connected(&stage).await;
    let oak = tenant();
    calendar.insert(&oak, "primary", &event("bkg_1", 1)).await.unwrap();
    stage.emulator.google().forget_access_tokens();
    assert!(calendar.read(&oak, "primary", EventKey::of("bkg_1").as_str()).await.unwrap().is_some());
    assert_eq!(stage.emulator.google().refreshes(), 2);
    stage.emulator.google().revoke_all();
    let error = calendar.read(&oak, "primary", "bkg11").await.unwrap_err();
    assert_eq!((error.fault, error.code.as_deref()), (ProviderFault::NotConnected, Some("needs_reconnect")));
    let row = vault.status(&oak, Provider::GoogleCalendar).await.unwrap().unwrap();
    assert_eq!(row.last_error.unwrap().0, "invalid_grant", "and the person sees why");
    stage.is_as_described();
}

#[tokio::test]
async fn too_many_requests_by_either_status() {
    let reason = r#"{"error":{"code":403,"message":"m","errors":[{"domain":"usageLimits","reason":"userRateLimitExceeded"}]}}"#;
    for status in [403, 429] {
        let stage = Stage::start().await;
        let (calendar, _) = connected(&stage).await;
        let fault = Fault::Refuse { status, retry_after: None, body: reason.to_owned() };
        stage.fail("POST", "/google/calendar/", 2, &fault);
        assert!(calendar.insert(&tenant(), "primary", &event("bkg_1", 1)).await.is_ok(), "{status}");
        stage.fail("POST", "/google/calendar/", 3, &fault);
        let error = calendar.insert(&tenant(), "primary", &event("bkg_2", 1)).await.unwrap_err();
        assert_eq!(error.fault, ProviderFault::RateLimited { wait: None }, "{status}");
    }
}
