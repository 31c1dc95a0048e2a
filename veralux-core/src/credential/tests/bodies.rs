//! What is accepted, what is refused and under which field's name.

use proptest::prelude::*;

use super::{FULL, OPEN, PLAIN, check};
use crate::credential::{BodyError, ParseClass, Policy, Provider, review, validate_json};

const SID: &str = "AC0123456789abcdef0123456789ab1234";
const HEX: &str = "0123456789abcdef0123456789abcdef";

fn fields(provider: Provider, json: &str, policy: Policy) -> Vec<String> {
    match check(provider, json, policy) {
        Ok(_) => Vec::new(),
        Err(BodyError::Fields(faults)) => faults.into_iter().map(|fault| fault.path).collect(),
        Err(other) => panic!("{other:?} for {json}"),
    }
}

#[test]
fn full_bodies_are_accepted_and_say_what_may_be_shown() {
    for (provider, hint, account, ends) in [
        (Provider::Twilio, Some("1234"), None, false),
        (Provider::Telnyx, None, None, false),
        (Provider::Vapi, Some("b1a0"), None, false),
        (Provider::OpenAi, Some("z9y8"), None, false),
        (Provider::GoogleCalendar, None, Some("owner@oak.example"), true),
        (Provider::Resend, None, None, false),
        (Provider::ElevenLabs, None, None, false),
    ] {
        let json = FULL.iter().find(|(full, _)| *full == provider).unwrap().1;
        let checked = check(provider, json, OPEN).unwrap();
        assert_eq!(checked.hint.as_deref(), hint, "{provider}");
        assert_eq!(checked.account.as_deref(), account, "{provider}");
        assert_eq!(checked.expires_at.is_some(), ends, "{provider}");
    }
}

#[test]
fn what_is_sealed_is_the_same_fields_with_a_version() {
    for (provider, json) in FULL {
        let checked = check(*provider, json, OPEN).unwrap();
        let mut expected: serde_json::Value = serde_json::from_str(json).unwrap();
        expected["v"] = provider.schema().into();
        let mut found: serde_json::Value = serde_json::from_slice(&checked.body).unwrap();
        // An instant may be written with or without a fraction.
        for value in [&mut expected, &mut found] {
            for name in ["previousUntil", "expiresAt"] {
                if let Some(text) = value.get(name).and_then(|value| value.as_str()) {
                    let instant: crate::time::Instant = text.parse().unwrap();
                    value[name] = instant.to_string().into();
                }
            }
        }
        assert_eq!(found, expected, "{provider}");
        let again = review(*provider, &checked.body, OPEN).unwrap();
        assert_eq!(*again.body, *checked.body, "{provider}");
        assert_eq!(checked.body.capacity(), checked.body.len(), "{provider}: one allocation");
    }
}

#[test]
fn fields_that_cannot_be_right_are_named() {
    use Provider::{ElevenLabs, GoogleCalendar, OpenAi, Resend, Telnyx, Twilio, Vapi};
    for (what, provider, json, expected) in [
        ("the least", Twilio, format!(r#"{{"accountSid":"{SID}","authToken":"{HEX}"}}"#), vec![]),
        (
            "an API key alone",
            Twilio,
            format!(r#"{{"accountSid":"{SID}","apiKeySid":"SK{HEX}","apiKeySecret":"{HEX}"}}"#),
            vec![],
        ),
        ("nothing of it", Twilio, "{}".to_owned(), vec!["accountSid"]),
        ("no secret", Twilio, format!(r#"{{"accountSid":"{SID}"}}"#), vec!["authToken"]),
        (
            "null is nothing",
            Twilio,
            format!(r#"{{"accountSid":"{SID}","authToken":null}}"#),
            vec!["authToken"],
        ),
        (
            "another SID",
            Twilio,
            format!(r#"{{"accountSid":"SK{HEX}","authToken":"{HEX}"}}"#),
            vec!["accountSid"],
        ),
        (
            "both",
            Twilio,
            r#"{"accountSid":"AC","authToken":"x"}"#.to_owned(),
            vec!["accountSid", "authToken"],
        ),
        (
            "an API key without its secret",
            Twilio,
            format!(r#"{{"accountSid":"{SID}","authToken":"{HEX}","apiKeySid":"SK{HEX}"}}"#),
            vec!["apiKeySecret"],
        ),
        (
            "a previous token without an end",
            Twilio,
            format!(r#"{{"accountSid":"{SID}","authToken":"{HEX}","previousAuthToken":"{HEX}"}}"#),
            vec!["previousUntil"],
        ),
        ("a version", Twilio, format!(r#"{{"v":1,"accountSid":"{SID}","authToken":"{HEX}"}}"#), vec!["v"]),
        ("a key of somebody else", Telnyx, r#"{"apiKey":"sk-0123456789abcdef"}"#.to_owned(), vec!["apiKey"]),
        (
            "a public key of 31 bytes",
            Telnyx,
            r#"{"apiKey":"KEY0123456789ABCDEF_x","publicKey":"AAAA"}"#.to_owned(),
            vec!["publicKey"],
        ),
        ("not a UUID", Vapi, r#"{"apiKey":"0b1c2d3e-4f50"}"#.to_owned(), vec!["apiKey"]),
        ("a JWT", Vapi, r#"{"apiKey":"eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl"}"#.to_owned(), vec![]),
        ("OpenAI's key", OpenAi, r#"{"apiKey":"sk-0123456789abcdef"}"#.to_owned(), vec![]),
        ("no key of OpenAI's", OpenAi, r#"{"apiKey":"abc"}"#.to_owned(), vec!["apiKey"]),
        (
            "another server's key",
            OpenAi,
            r#"{"apiKey":"abc","baseUrl":"https://x.example/"}"#.to_owned(),
            vec![],
        ),
        ("blanks", OpenAi, r#"{"apiKey":"a b","baseUrl":"https://x.example/"}"#.to_owned(), vec!["apiKey"]),
        (
            "a private server",
            OpenAi,
            r#"{"apiKey":"abc","baseUrl":"https://10.0.0.1/"}"#.to_owned(),
            vec!["baseUrl"],
        ),
        ("no refresh token", GoogleCalendar, "{}".to_owned(), vec!["refreshToken"]),
        (
            "no scope of the calendar",
            GoogleCalendar,
            r#"{"refreshToken":"1//0gAbCdEf-GhIjKlMnOp","scopes":["openid"],"email":"x"}"#.to_owned(),
            vec!["scopes", "email"],
        ),
        ("a public key", Resend, r#"{"apiKey":"pk_0123456789"}"#.to_owned(), vec!["apiKey"]),
        ("a line end", Resend, r#"{"apiKey":"re_0123456789\n"}"#.to_owned(), vec!["apiKey"]),
        ("an old key", ElevenLabs, format!(r#"{{"apiKey":"{HEX}"}}"#), vec![]),
        ("too short", ElevenLabs, r#"{"apiKey":"sk_1"}"#.to_owned(), vec!["apiKey"]),
        ("too long", ElevenLabs, format!(r#"{{"apiKey":"sk_{}"}}"#, "0".repeat(4097)), vec!["apiKey"]),
    ] {
        assert_eq!(fields(provider, &json, Policy { tenant_vapi: true, ..PLAIN }), expected, "{what}");
    }
}

#[test]
fn the_operators_own_keys() {
    let key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    for (what, id, token, region, expected) in [
        ("lasting", "AKIAIOSFODNN7EXAMPLE", None, "eu-central-1", vec![]),
        ("ending", "ASIAIOSFODNN7EXAMPLE", Some("FwoGZXIvYXdzEBYaDG"), "us-gov-west-1", vec![]),
        ("ending without its token", "ASIAIOSFODNN7EXAMPLE", None, "us-east-1", vec!["sessionToken"]),
        ("a user's id", "AIDAIOSFODNN7EXAMPLE", None, "us-east-1", vec!["accessKeyId"]),
        ("a region that leads elsewhere", "AKIAIOSFODNN7EXAMPLE", None, "evil.example/", vec!["region"]),
    ] {
        let mut body =
            serde_json::json!({ "v": 1, "accessKeyId": id, "secretAccessKey": key, "region": region });
        if let Some(token) = token {
            body["sessionToken"] = token.into();
        }
        let found = match review(Provider::Aws, body.to_string().as_bytes(), PLAIN) {
            Ok(checked) => {
                assert_eq!(checked.hint.as_deref(), Some("MPLE"), "{what}");
                Vec::new()
            }
            Err(BodyError::Fields(faults)) => faults.into_iter().map(|fault| fault.path).collect(),
            Err(other) => panic!("{what}: {other:?}"),
        };
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn texts_that_are_no_body() {
    let parse = |class, line, column| BodyError::Parse { class, line, column };
    for (what, json, error) in [
        ("nothing", String::new(), BodyError::Empty),
        ("blanks", " \n\t".to_owned(), BodyError::Empty),
        ("too much", " ".repeat(16 * 1024) + "{}", BodyError::TooLarge),
        ("no JSON", "apiKey=re_0123456789".to_owned(), parse(ParseClass::Syntax, 1, 1)),
        ("a list", "[]".to_owned(), parse(ParseClass::Shape, 1, 2)),
        ("an end too early", "{\"apiKey\":\n\"re_01".to_owned(), parse(ParseClass::End, 2, 6)),
        ("a number", r#"{"apiKey":17}"#.to_owned(), parse(ParseClass::Shape, 1, 12)),
        ("an unknown field", r#"{"apikey":"re_0123456789"}"#.to_owned(), parse(ParseClass::Shape, 1, 9)),
        ("a field twice", r#"{"apiKey":"re_1","apiKey":"re_2"}"#.to_owned(), parse(ParseClass::Shape, 1, 25)),
        ("something behind", r#"{"apiKey":"re_0123456789"} x"#.to_owned(), parse(ParseClass::Syntax, 1, 28)),
    ] {
        assert_eq!(check(Provider::Resend, &json, PLAIN).unwrap_err(), error, "{what}");
    }
}

#[test]
fn stored_bodies_say_their_schema() {
    let review =
        |json: &str| review(Provider::Resend, json.as_bytes(), PLAIN).map(|checked| checked.body.to_vec());
    assert_eq!(
        review(r#"{"v":1,"apiKey":"re_0123456789"}"#).unwrap(),
        br#"{"v":1,"apiKey":"re_0123456789"}"#
    );
    assert_eq!(
        review(r#"{"v":0,"resend_api_key":"re_0123456789"}"#).unwrap(),
        br#"{"v":1,"apiKey":"re_0123456789"}"#
    );
    let newer = BodyError::SchemaTooNew { found: 2, known: 1 };
    assert_eq!(review(r#"{"v":2,"apiKey":"re_0123456789"}"#), Err(newer));
    assert!(matches!(review(r#"{"apiKey":"re_0123456789"}"#), Err(BodyError::Parse { .. })), "no version");
    assert_eq!(review(""), Err(BodyError::Empty));
}

proptest! {
    #[test]
    fn what_is_accepted_survives_its_bytes(key in "re_[!-~]{8,60}", secret in prop::option::of("whsec_[!-~]{8,60}")) {
        let json = serde_json::json!({ "apiKey": key, "webhookSecret": secret }).to_string();
        let checked = validate_json(Provider::Resend, json.as_bytes(), PLAIN).unwrap();
        let body = crate::credential::read::<crate::credential::Resend>(&checked.body).unwrap();
        prop_assert_eq!(body.api_key.expose(), key);
        prop_assert_eq!(body.webhook_secret.as_ref().map(|secret| secret.expose().to_owned()), secret);
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for provider in Provider::ALL.iter().copied() {
            prop_assert!(validate_json(provider, &bytes, OPEN).is_err());
            prop_assert!(review(provider, &bytes, OPEN).is_err());
        }
    }
}
