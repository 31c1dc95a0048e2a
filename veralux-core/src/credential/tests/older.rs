//! What older products stored.

use super::{OPEN, PLAIN};
use crate::credential::{BodyError, Provider, import_json};

const HEX: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn older_bodies_are_imported() {
    for (what, provider, json, expected) in [
        (
            "the dashboard's Twilio",
            Provider::Twilio,
            format!(r#"{{"accountSid":"AC{HEX}","authToken":"{HEX}"}}"#),
            format!(r#"{{"v":1,"accountSid":"AC{HEX}","authToken":"{HEX}"}}"#),
        ),
        (
            "other names, other fields, blanks around",
            Provider::Twilio,
            format!(
                r#"{{"twilio_account_sid":" AC{HEX}\n","twilio_auth_token":"{HEX}","authToken":"","phoneNumber":"+15550100","source":{{"x":[1]}},"n":1.5,"t":true,"z":null}}"#
            ),
            format!(r#"{{"v":1,"accountSid":"AC{HEX}","authToken":"{HEX}"}}"#),
        ),
        (
            "Google with milliseconds",
            Provider::GoogleCalendar,
            r#"{"accessToken":"ya29.0123456789abc","refreshToken":"1//0123456789abc","expiresAt":1795255200000,"email":"a@b.example"}"#
                .to_owned(),
            r#"{"v":1,"accessToken":"ya29.0123456789abc","expiresAt":"2026-11-21T10:00:00Z","refreshToken":"1//0123456789abc","email":"a@b.example"}"#
                .to_owned(),
        ),
        (
            "Google with text",
            Provider::GoogleCalendar,
            r#"{"access_token":"ya29.0123456789abc","refresh_token":"1//0123456789abc","expires_at":"2026-11-21T10:00:00.000Z"}"#
                .to_owned(),
            r#"{"v":1,"accessToken":"ya29.0123456789abc","expiresAt":"2026-11-21T10:00:00Z","refreshToken":"1//0123456789abc"}"#
                .to_owned(),
        ),
        (
            "Vapi",
            Provider::Vapi,
            r#"{"vapi_api_key":"0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0","vapi_phone_number_id":"x"}"#.to_owned(),
            r#"{"v":1,"apiKey":"0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"}"#.to_owned(),
        ),
    ] {
        let checked = import_json(provider, json.as_bytes(), OPEN).unwrap();
        assert_eq!(std::str::from_utf8(&checked.body).unwrap(), expected, "{what}");
    }
}

#[test]
fn older_bodies_that_cannot_be_right_are_not() {
    let import = |provider, json: &str| import_json(provider, json.as_bytes(), PLAIN).unwrap_err();
    assert!(
        matches!(import(Provider::Twilio, r#"{"authToken":"x"}"#), BodyError::Fields(faults) if faults.len() == 1)
    );
    assert!(matches!(import(Provider::Twilio, "[]"), BodyError::Parse { .. }));
    assert_eq!(import(Provider::Twilio, ""), BodyError::Empty);
    assert_eq!(import(Provider::Vapi, "{}"), BodyError::PlatformManaged(Provider::Vapi));
}
