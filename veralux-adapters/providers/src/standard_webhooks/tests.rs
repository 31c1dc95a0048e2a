use std::path::PathBuf;

use serde_json::Value;

use super::*;

/// Vectors of the specification's and Svix's own libraries; none where the folder is absent, which CI does not accept.
fn vectors() -> Option<Value> {
    let folder = std::env::var_os("VERALUX_SHARED_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let path = folder.join("provider-vectors/standard-webhooks/signatures.json");
    if path.is_file() {
        return Some(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap());
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is absent", path.display());
    println!("left out: vectors of Standard Webhooks, for want of {}", path.display());
    None
}

fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * SECOND)
}

#[test]
fn vectors_of_others() {
    let Some(vectors) = vectors() else { return };
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 12);
    for case in cases {
        let text = |name: &str| case[name].as_str().unwrap();
        let timestamp = case["timestamp"].to_string();
        for prefix in ["webhook", "svix"] {
            let header = |name: &str| match name.strip_prefix(prefix)? {
                "-id" => Some(text("id")),
                "-timestamp" => Some(timestamp.as_str()),
                "-signature" => Some(text("signature")),
                _ => None,
            };
            let signed = Signed::read(header).unwrap();
            let key = Key::parse(text("secret")).unwrap();
            let verified = verify(&key, &signed, text("body").as_bytes(), at(case["now"].as_i64().unwrap()));
            assert_eq!(verified.is_ok(), case["valid"].as_bool().unwrap(), "{}: {verified:?}", text("name"));
        }
    }
    for secret in vectors["bad_secrets"].as_array().unwrap() {
        assert_eq!(Key::parse(secret.as_str().unwrap()).err(), Some(KeyError), "{secret}");
    }
    // Its key is not given: both kinds of signature are read, none is right.
    let headers = &vectors["spec_example"]["headers"];
    let signed = Signed::read(|name| headers[name].as_str()).unwrap();
    let key = Key::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
    assert_eq!(verify(&key, &signed, b"{}", at(1_674_087_231)), Err(Refused::Signature));
}

#[test]
fn what_is_refused_before_it_is_computed() {
    let key = Key::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
    assert_eq!(format!("{key:?}"), "Key(redacted)");
    let long = "x".repeat(MAX_ID_BYTES + 1);
    for (what, id, timestamp, body, expected) in [
        ("a sign", "a", "+1649367553", 2, Refused::Timestamp),
        ("a space", "a", " 1649367553", 2, Refused::Timestamp),
        ("a fraction", "a", "1649367553.0", 2, Refused::Timestamp),
        ("nothing", "a", "", 2, Refused::Timestamp),
        ("too many digits", "a", "001649367553", 2, Refused::Timestamp),
        ("long ago", "a", "0", 2, Refused::Age),
        ("a long id", long.as_str(), "1649367553", 2, Refused::TooLong),
        ("a long body", "a", "1649367553", MAX_BODY_BYTES + 1, Refused::TooLong),
        ("a signature of something else", "a", "1649367553", 2, Refused::Signature),
    ] {
        let signed = Signed { id, timestamp, signature: "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=" };
        let verified = verify(&key, &signed, &vec![b'x'; body], at(1_649_367_553));
        assert_eq!(verified, Err(expected), "{what}");
    }
    assert_eq!(Signed::read(|name| (name != "svix-id").then_some("1")).err(), None);
    assert_eq!(Signed::read(|name| name.ends_with("-id").then_some("1")).err(), Some(Refused::Missing));
}
