use std::path::PathBuf;

use veralux_emulator::Specs;

/// The providers' descriptions; none where their folder is absent, which CI does not accept.
pub(crate) fn specs() -> Option<Specs> {
    let folder = std::env::var_os("VERALUX_SHARED_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let folder = folder.join("provider-specs");
    if folder.is_dir() {
        return Some(Specs::load(&folder).unwrap());
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is absent", folder.display());
    println!("left out: checks against the providers' descriptions, for want of {}", folder.display());
    None
}

const MESSAGES: &str = "/twilio/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json";
const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
const JSON: Option<&str> = Some("application/json");

type Case = (&'static str, &'static str, &'static str, Option<&'static str>, &'static str, &'static str);

const APPLICATIONS: &str = "/telnyx/v2/call_control_applications";

const CASES: &[Case] = &[
    ("a message", "POST", MESSAGES, FORM, "To=%2B14155550100&From=%2B14155550101&Body=Hi", ""),
    (
        "media twice",
        "POST",
        MESSAGES,
        FORM,
        "To=%2B1415555010&MediaUrl=https%3A%2F%2Fa&MediaUrl=https%3A%2F%2Fb",
        "",
    ),
    ("a number in a form", "POST", MESSAGES, FORM, "To=%2B1415555010&Body=a&ValidityPeriod=60", ""),
    (
        "no number in a form",
        "POST",
        MESSAGES,
        FORM,
        "To=%2B1415555010&Body=a&ValidityPeriod=soon",
        "/ValidityPeriod",
    ),
    ("nobody", "POST", MESSAGES, FORM, "Body=Hi", "\"To\" is a required"),
    (
        "a field of another age",
        "POST",
        MESSAGES,
        FORM,
        "To=%2B1415555010&Text=Hi",
        "field `Text` is not known",
    ),
    ("JSON to Twilio", "POST", MESSAGES, JSON, "{}", "content type `application/json`"),
    ("another account", "POST", "/twilio/2010-04-01/Accounts/x/Messages.json", FORM, "To=1", "`AccountSid`"),
    (
        "a search",
        "GET",
        "/telnyx/v2/available_phone_numbers?filter%5Bfeatures%5D=sms,voice&filter%5Blimit%5D=5",
        None,
        "",
        "",
    ),
    (
        "a filter of 2020",
        "GET",
        "/telnyx/v2/available_phone_numbers?filter%5Bnumber_type%5D=local",
        None,
        "",
        "is not known",
    ),
    (
        "an application",
        "POST",
        APPLICATIONS,
        JSON,
        r#"{"application_name":"a","webhook_event_url":"https://a"}"#,
        "",
    ),
    ("the seed's application", "POST", APPLICATIONS, JSON, r#"{"connection_name":"a"}"#, "application_name"),
    ("nothing", "POST", APPLICATIONS, JSON, "", "the body is missing"),
    (
        "an assistant of the seed",
        "POST",
        "/vapi/assistant",
        JSON,
        r#"{"serverUrl":"https://a"}"#,
        "serverUrl",
    ),
    ("no such thing", "POST", "/vapi/call/phone", JSON, "{}", "no such operation"),
    (
        "a chat",
        "POST",
        "/openai/v1/chat/completions",
        JSON,
        r#"{"model":"a","messages":[{"role":"user","content":"b"}]}"#,
        "",
    ),
    (
        "an e-mail",
        "POST",
        "/resend/emails",
        JSON,
        r#"{"from":"a@b.c","to":"d@e.f","subject":"g","text":"h"}"#,
        "",
    ),
    (
        "a busy list",
        "POST",
        "/google/calendar/v3/freeBusy",
        JSON,
        r#"{"timeMin":"2026-01-01T00:00:00Z","timeMax":"2026-01-02T00:00:00Z","items":[{"id":"a"}]}"#,
        "",
    ),
    ("not described", "GET", "/elevenlabs/v1/user", None, "", ""),
];

#[test]
fn requests_are_held_against_the_descriptions() {
    let Some(specs) = specs() else { return };
    for (what, method, target, kind, body, fault) in CASES {
        let found = specs.check_request(method, target, *kind, body.as_bytes());
        match *fault {
            "" => assert!(found.is_empty(), "{what}: {found:?}"),
            fault => assert!(found.iter().any(|line| line.contains(fault)), "{what}: {found:?}"),
        }
    }
}

#[test]
fn answers_are_held_against_the_descriptions() {
    let Some(specs) = specs() else { return };
    let health = |body: &str| specs.check_answer("GET", "/llamacpp/health", 200, body.as_bytes());
    assert!(health(r#"{"status":"ok"}"#).is_empty());
    assert!(!health(r#"{"status":5}"#).is_empty());
    assert!(!health("<html>").is_empty());
}
