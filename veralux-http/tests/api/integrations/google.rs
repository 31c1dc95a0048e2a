//! Google Calendar, against an authorization server that behaves like Google's.

mod emulated;

use std::sync::Arc;

use axum::http::Method;
use serde_json::json;
use veralux_core::credential::Purpose;
use veralux_core::service::Context;
use veralux_http::Settings;
use veralux_providers::Https;
use veralux_providers::google::{Client, Google};

use crate::server::{Answer, Server, t1};
use emulated::{CLIENT_ID, CLIENT_SECRET, Emulated, Fails, REDIRECT_URL};

use super::integration;

const START: &str = "/api/google/oauth/start";
const CALLBACK: &str = "/api/google/oauth/callback";
const MINUTE: i64 = 60_000_000;

async fn server() -> (Server, Arc<Emulated>) {
    server_that_takes(10_000).await
}

/// So many requests of each caller.
async fn server_that_takes(admin_rate_max: u32) -> (Server, Arc<Emulated>) {
    let (google, origin) = Emulated::start().await;
    let settings = Settings { admin_rate_max, ..Settings::default() };
    let server = Server::dressed(settings, |vault, clock| {
        let secret = veralux_core::secret::Secret::new(CLIENT_SECRET);
        let client = Client { id: CLIENT_ID.to_owned(), secret, redirect_url: REDIRECT_URL.to_owned() };
        let https = Arc::new(Https::new().unwrap());
        vault.with_google(Arc::new(Google::emulated(client, &origin, https, clock)))
    });
    (server.await, google)
}

async fn start(server: &Server) -> String {
    let headers = [("accept", "application/json")];
    let answer = server.call(Method::GET, START, &server.admin, &headers, "").await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("cache-control")),
        (200, "no-store"),
        "{}",
        answer.text
    );
    answer.json()["url"].as_str().unwrap().to_owned()
}

/// Comes back from the consent page, without a key.
async fn back(server: &Server, query: &str) -> Answer {
    let answer = server.get("", &format!("{CALLBACK}?{query}")).await;
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(answer.header(name), value, "{query}");
    }
    answer
}

async fn token(server: &Server) -> std::result::Result<String, &'static str> {
    let opened = server.vault.open_calendar(&Context::SYSTEM, &t1(), Purpose::Calendar).await;
    let opened = opened.map_err(|error| error.code().unwrap_or("store"))?;
    Ok(opened.access_token.as_ref().unwrap().expose().to_owned())
}

#[tokio::test]
async fn from_consent_to_a_grant_that_ends() {
    let (server, google) = server().await;
    let url = start(&server).await;
    let sent = google.consent(&url);
    assert_eq!(sent.value("prompt"), "consent", "no refresh token is held yet");
    let page = back(&server, &sent.query).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("Connected with the calendar of ann@example.com"), "{}", page.text);
    let shown = integration(&server, "google_calendar").await;
    assert_eq!((&shown["connected"], &shown["account"]), (&json!(true), &json!("ann@example.com")));
    assert_eq!(shown["expiresAt"], "2026-01-19T15:29:59Z");
    let first = token(&server).await.unwrap();
    assert!(google.takes(&first));
    assert!(!page.text.contains(&first) && !page.text.contains("1//"), "no token on the page");

    // The access token ends; a new one is got, with it a new refresh token, and that one is kept.
    server.clock.advance(60 * MINUTE);
    let second = token(&server).await.unwrap();
    assert!(second != first && google.takes(&second));
    server.clock.advance(60 * MINUTE);
    let third = token(&server).await.unwrap();
    assert!(third != second && google.takes(&third), "the refresh token that came with the second works");
    assert_eq!(google.refreshes(), 2);
    let again = start(&server).await;
    assert_eq!(google.consent(&again).value("prompt"), "", "a refresh token that works is held");

    // Trouble passes and says nothing of the grant.
    server.clock.advance(60 * MINUTE);
    for (fails, code) in [
        (Fails::Busy, "grant_unavailable"),
        (Fails::Broken, "grant_unavailable"),
        (Fails::Client, "grant_unavailable"),
    ] {
        google.fail(fails);
        assert_eq!(token(&server).await, Err(code), "{fails:?}");
        assert_eq!(integration(&server, "google_calendar").await["state"], "active", "{fails:?}");
    }
    google.fail(Fails::Not);
    assert!(google.takes(&token(&server).await.unwrap()));

    // The person takes the grant back at Google.
    server.clock.advance(60 * MINUTE);
    google.revoke();
    assert_eq!(token(&server).await, Err("needs_reconnect"));
    let shown = integration(&server, "google_calendar").await;
    assert_eq!((&shown["connected"], &shown["state"]), (&json!(false), &json!("needs_reconnect")));
    let asked = server.post(&server.admin, "/api/integrations/google_calendar/verify", &json!({})).await;
    assert!(asked.status.is_client_error(), "{}", asked.text);
    assert_eq!(token(&server).await, Err("needs_reconnect"), "and stays so without asking Google again");

    // And grants it anew.
    let sent = google.consent(&start(&server).await);
    assert_eq!(sent.value("prompt"), "consent", "the refresh token that is held has ended");
    assert_eq!(back(&server, &sent.query).await.status, 200);
    assert!(google.takes(&token(&server).await.unwrap()));
}

#[tokio::test]
async fn a_browser_is_sent_on() {
    let (server, google) = server().await;
    let answer = server.get(&server.admin, START).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (302, ""));
    let sent = google.consent(answer.header("location"));
    for (name, value) in [
        ("response_type", "code"),
        ("access_type", "offline"),
        ("code_challenge_method", "S256"),
        ("scope", "https://www.googleapis.com/auth/calendar https://www.googleapis.com/auth/userinfo.email"),
    ] {
        assert_eq!(sent.value(name), value);
    }
    assert_eq!(back(&server, &sent.query).await.status, 200);
}

#[tokio::test]
async fn what_comes_back_wrong_connects_nothing() {
    let (server, google) = server().await;
    let consent = async || google.consent(&start(&server).await);
    let good = consent().await;
    let (state, code) = (good.value("state"), good.code.clone());
    let other_code = consent().await.code;
    let long = "x".repeat(9000);
    for (what, query, status) in [
        ("nothing", String::new(), 400),
        ("no code", format!("state={state}"), 400),
        ("no state", format!("code={code}"), 400),
        ("a state of nobody's", format!("state=t1.x.AAAA&code={code}"), 400),
        ("a changed state", format!("state={state}AAAA&code={code}"), 400),
        ("another tenant's state", format!("state={}&code={code}", state.replacen("t1", "t2", 1)), 400),
        ("two states", format!("state={state}&state={state}&code={code}"), 400),
        ("two codes", format!("state={state}&code={code}&code={code}"), 400),
        ("too long", format!("state={state}&code={code}&x={long}"), 400),
        ("a long code", format!("state={state}&code={}", "x".repeat(2049)), 400),
        ("not granted", format!("error=access_denied&state={state}"), 403),
        ("a script", "error=%3Cscript%3Ealert(1)%3C/script%3E".to_owned(), 403),
        ("a code that Google does not know", format!("state={state}&code=4/none"), 422),
        ("another flow's code: its verifier differs", format!("state={state}&code={other_code}"), 422),
    ] {
        let page = back(&server, &query).await;
        assert_eq!(page.status.as_u16(), status, "{what}: {}", page.text);
        assert!(
            page.text.contains("is not connected") && !page.text.contains("script"),
            "{what}: {}",
            page.text
        );
        assert_eq!(integration(&server, "google_calendar").await["connected"], false, "{what}");
    }
    google.fail(Fails::Busy);
    assert_eq!(back(&server, &good.query).await.status, 503, "Google is busy; the code is still good");
    google.fail(Fails::Not);
    assert_eq!(back(&server, &good.query).await.status, 200);
    let replayed = back(&server, &good.query).await;
    assert_eq!(replayed.status, 422, "Google takes a code once: {}", replayed.text);

    let late = consent().await;
    server.clock.advance(10 * MINUTE);
    assert_eq!(back(&server, &late.query).await.status, 400, "after ten minutes");
}

#[tokio::test]
async fn a_state_counts_once() {
    let (server, google) = server().await;
    let url = start(&server).await;
    let (one, other) = (google.consent(&url), google.consent(&url));
    assert_eq!(back(&server, &one.query).await.status, 200);
    let page = back(&server, &other.query).await;
    assert_eq!(page.status, 400, "a good code with a state that was used: {}", page.text);
    let row = server.vault.status(&t1(), veralux_core::credential::Provider::GoogleCalendar).await;
    assert_eq!(row.unwrap().unwrap().generation, 1);
}

#[tokio::test]
async fn a_person_may_grant_less_than_was_asked_for() {
    let (server, google) = server().await;
    google.grant_only("https://www.googleapis.com/auth/userinfo.email");
    let page = back(&server, &google.consent(&start(&server).await).query).await;
    assert_eq!(page.status, 422, "{}", page.text);
    assert_eq!(integration(&server, "google_calendar").await["connected"], false);
}

#[tokio::test]
async fn nobody_comes_back_too_often() {
    let settings = Settings { admin_rate_max: 2, ..Settings::default() };
    let server = Server::with(settings).await;
    for status in [409, 409, 429] {
        assert_eq!(server.get("", &format!("{CALLBACK}?state=t1.a.b&code=x")).await.status, status);
    }
}

#[tokio::test]
async fn strangers_keep_nobody_from_coming_back() {
    let (server, google) = server_that_takes(3).await;
    let sent = google.consent(&start(&server).await);
    // All come from one address, as behind a proxy.
    for status in [401, 401, 401, 429] {
        assert_eq!(server.get("vlx_guess", "/api/threads").await.status, status);
    }
    for status in [400, 400, 400, 429] {
        assert_eq!(server.get("", &format!("{CALLBACK}?state=t1.a.b&code=x")).await.status, status);
    }
    let page = back(&server, &sent.query).await;
    assert_eq!(page.status, 200, "{}", page.text);
    for status in [422, 422, 429] {
        assert_eq!(
            server.get("", &format!("{CALLBACK}?{}", sent.query)).await.status,
            status,
            "by its state"
        );
    }
}
