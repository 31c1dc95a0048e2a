//! Secrets that change while they are in use.

use super::{FULL, PLAIN, check};
use crate::credential::{GoogleCalendar, Provider, Twilio, TwilioBody, read, write};
use crate::secret::Secret;
use crate::time::{Instant, MINUTE};

const OLD: &str = "0123456789abcdef0123456789abcdef";
const NEW: &str = "99999999999999990000000000000000";

fn twilio() -> TwilioBody {
    let json = format!(r#"{{"accountSid":"AC{OLD}","authToken":"{OLD}"}}"#);
    read::<Twilio>(&check(Provider::Twilio, &json, PLAIN).unwrap().body).unwrap()
}

#[test]
fn both_tokens_are_taken_until_the_old_one_ends() {
    let end: Instant = "2026-11-21T12:00:00Z".parse().unwrap();
    let body = twilio().rotated(Secret::new(NEW), end);
    let body = read::<Twilio>(&write::<Twilio>(&body, PLAIN).unwrap().body).unwrap();
    for (now, expected) in [(end.plus(-1), vec![NEW, OLD]), (end, vec![NEW]), (end.plus(1), vec![NEW])] {
        let found: Vec<_> = body.secrets_at(now).map(Secret::expose).collect();
        assert_eq!(found, expected, "{now}");
    }
    assert_eq!(twilio().secrets_at(end).count(), 1);
}

#[test]
fn an_api_key_goes_before_the_auth_token() {
    let body = twilio();
    let (user, secret) = body.basic_auth().unwrap();
    assert_eq!((user, secret.expose()), (format!("AC{OLD}").as_str(), OLD));
    let body =
        TwilioBody { api_key_sid: Some(format!("SK{OLD}")), api_key_secret: Some(Secret::new(NEW)), ..body };
    let (user, secret) = body.basic_auth().unwrap();
    assert_eq!((user, secret.expose()), (format!("SK{OLD}").as_str(), NEW));
    let body = TwilioBody { auth_token: None, api_key_sid: None, ..body };
    assert!(body.basic_auth().is_none());
}

#[test]
fn a_refresh_keeps_the_refresh_token_unless_there_is_a_new_one() {
    let json = FULL.iter().find(|(provider, _)| *provider == Provider::GoogleCalendar).unwrap().1;
    let body = read::<GoogleCalendar>(&check(Provider::GoogleCalendar, json, PLAIN).unwrap().body).unwrap();
    let end = body.expires_at.unwrap();
    assert!(body.access_token_at(end.plus(-2 * MINUTE), MINUTE).is_some());
    assert!(body.access_token_at(end.plus(-MINUTE), MINUTE).is_none());
    let old = body.refresh_token.expose().to_owned();
    let body = body.refreshed(Secret::new("ya29.another-access-token"), end.plus(60 * MINUTE), None);
    assert_eq!(body.refresh_token.expose(), old);
    assert_eq!(body.access_token_at(end, MINUTE).unwrap().expose(), "ya29.another-access-token");
    let body = body.refreshed(
        Secret::new("ya29.a-third-access-token"),
        end,
        Some(Secret::new("1//0gNew-refresh-token")),
    );
    assert_eq!(body.refresh_token.expose(), "1//0gNew-refresh-token");
}
