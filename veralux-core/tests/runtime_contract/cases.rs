//! Cases that the vectors do not reach.

use serde_json::Value;
use veralux_core::fault::Fault;
use veralux_core::runtime::{check, check_value, report};

use crate::documents::{base, checked, paths, with};

#[test]
fn javascript_decides_what_a_value_is() {
    for (description, from, to, expected) in [
        ("a whole number with a fraction of zero", "\"chunkMs\":400", "\"chunkMs\":400.0", &[][..]),
        ("a whole number with an exponent", "\"chunkMs\":400", "\"chunkMs\":4e2", &[]),
        ("a negative exponent", "\"chunkMs\":400", "\"chunkMs\":4000e-1", &[]),
        ("rounded to a whole number", "\"chunkMs\":400", "\"chunkMs\":1.00000000000000000001", &[]),
        ("beyond safe integers", "\"chunkMs\":400", "\"chunkMs\":1e300", &[]),
        ("infinite is not whole", "\"chunkMs\":400", "\"chunkMs\":1e400", &["stt.chunkMs"]),
        ("rounded to zero", "\"chunkMs\":400", "\"chunkMs\":1e-400", &["stt.chunkMs"]),
        ("minus zero is not above zero", "\"chunkMs\":400", "\"chunkMs\":-0", &["stt.chunkMs"]),
        ("minus zero is not below zero", "\"coquiTopK\":50", "\"coquiTopK\":-0", &[]),
        ("infinite is a number", "\"coquiLengthPenalty\":1", "\"coquiLengthPenalty\":1e400", &[]),
        ("infinite is above zero", "\"coquiSpeed\":1", "\"coquiSpeed\":1e400", &[]),
        ("the last of two members counts", "\"rate\":1", "\"rate\":9,\"rate\":1", &[]),
        ("even a wrong one", "\"rate\":1", "\"rate\":1,\"r\\u0061te\":9", &["tts.rate"]),
        ("a mode that is named twice", "\"mode\":\"coqui", "\"mode\":\"x\",\"mode\":\"coqui", &[]),
        ("four units in two characters", "\"open today\"", "\"\\ud83d\\udc4d👍\"", &[]),
        ("three units", "\"open today\"", "\"👍a\"", &["quickReplies.0.match.1"]),
        ("half a surrogate pair is a unit", "\"open today\"", "\"\\ud83dabc\"", &[]),
        ("half a surrogate pair is a string", "\"Morgan\"", "\"\\ud83d\"", &[]),
        ("a key like any other", "\"hours\":", "\"__proto__\":", &[]),
        (
            "keys that differ in half a pair",
            "\"hours\":",
            "\"\\ud800\":7,\"\\ud801\":",
            &["assistantContext.\u{fffd}"],
        ),
        ("white space around a URL", "\"https://media.example.com/hold.mp3\"", "\" https://h \"", &[]),
        ("a URL with no host", "\"https://media.example.com/hold.mp3\"", "\"x:\"", &[]),
        ("Arabic digits", "\"+442079460958\"", "\"+٤٤2079460958\"", &["dids.1"]),
        ("a line end behind a number", "\"+442079460958\"", "\"+442079460958\\n\"", &["dids.1"]),
    ] {
        let faults = check(with(from, to).as_bytes()).err().unwrap_or_default();
        assert_eq!(paths(&faults), expected.iter().map(|p| (*p).to_owned()).collect(), "{description}");
    }
}

#[test]
fn neither_secret_nor_reference() {
    let secret = "\"webhookSecret\":\"whsec_9f2c\"";
    let reference = "\"webhookSecretRef\":\"secrets/tenant_oak_dental/telnyx\"";
    for (description, new_secret, new_reference, expected) in [
        ("both are missing", "\"x\":1", "\"y\":1", &["webhookSecretRef"][..]),
        (
            "the only one is empty",
            "\"webhookSecret\":\"\"",
            "\"y\":1",
            &["webhookSecret", "webhookSecretRef"],
        ),
        ("the only one is a number", "\"webhookSecret\":7", "\"y\":1", &["webhookSecret"]),
        ("the only one is null", "\"webhookSecret\":null", "\"y\":1", &["webhookSecret"]),
        ("the only reference is empty", "\"x\":1", "\"webhookSecretRef\":\"\"", &["webhookSecretRef"]),
        ("one is enough", "\"x\":1", reference, &[]),
    ] {
        let text = with(secret, new_secret).replacen(reference, new_reference, 1);
        let faults = check(text.as_bytes()).err().unwrap_or_default();
        assert_eq!(paths(&faults), expected.iter().map(|p| (*p).to_owned()).collect(), "{description}");
        assert_eq!(faults.len(), expected.len(), "{description}: {faults:?}");
    }
}

#[test]
fn every_fault_at_once_and_what_it_says() {
    let document = serde_json::json!({
        "contractVersion": "v2", "dids": [], "webhookSecret": "", "caps": { "maxConcurrentCallsTenant": 0.5 },
        "stt": { "mode": "whisper", "chunkMs": 1 }, "tts": { "mode": "espeak" }, "audio": null,
        "callForwarding": { "enabled": true, "destination": "x", "audioUrl": "hold.mp3", "timeoutSecs": 601 },
        "transferProfiles": null, "quickReplies": [{ "match": ["abc"], "reply": "" }],
    });
    let faults = check_value(&document).unwrap_err();
    let lines: Vec<String> =
        faults.iter().map(|fault| format!("{}: {}", fault.path, fault.message)).collect();
    let expected = "\
contractVersion: must be `v1`
tenantId: is required: a string with at least 1 character
dids: must be an array with at least 1 entry
webhookSecret: must be a string with at least 1 character
caps.maxConcurrentCallsTenant: must be a whole number above 0
caps.maxCallsPerMinuteTenant: is required: a whole number above 0
stt.mode: must be one of `whisper_http`, `disabled`, `http_wav_json`
tts.mode: must be one of `kokoro_http`, `coqui_xtts`, `chatterbox_http`, `qwen3_tts_http`
audio: must be an object
callForwarding.audioUrl: must be an absolute URL, like https://example.com/hold.mp3
callForwarding.timeoutSecs: must be a whole number from 5 to 600
transferProfiles: must be an array, or be left out; null is not accepted
quickReplies.0.match.0: must be a string with at least 4 characters
quickReplies.0.reply: must be a string with 1 to 4000 characters
webhookSecretRef: is required, unless `webhookSecret` is set
";
    assert_eq!(lines.join("\n"), expected.trim_end());
}

#[test]
fn texts_that_are_no_document() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let large = " ".repeat(1 << 20) + "1";
    for (document, message) in [
        (&b""[..], "must be JSON; line 1, column 1 is not"),
        (b"{\n \"a\": \"\xc3\xa9\", x}", "must be JSON; line 2, column 12 is not"),
        (b"\xef\xbb\xbf{}", "must be JSON; line 1, column 1 is not"),
        (b"{} {}", "must be JSON; line 1, column 4 is not"),
        (b"\"\xff\"", "must be UTF-8; the byte at offset 1 is not"),
        (b"[]", "must be an object"),
        (b"null", "must be an object"),
        (b"7", "must be an object"),
        (deep.as_bytes(), "must have at most 127 levels of arrays and objects"),
        (large.as_bytes(), "must have at most 1048576 bytes"),
    ] {
        let expected = Fault { path: String::new(), message: message.to_owned() };
        assert_eq!(check(document).unwrap_err(), [expected]);
    }
}

#[test]
fn a_hostile_document_has_a_bounded_report() {
    let text = with("\"quickReplies\":[", &format!("\"quickReplies\":[{}", "0,".repeat(300_000)));
    assert_eq!(report(text.as_bytes()).errors.len(), 10_000);
}

#[test]
fn the_secret_is_in_the_runtimes_document_only() {
    let text = with("\"webhookSecret\":", "\"webhook\\u0053ecret\":\"older_9f2c\", \"webhookSecret\" : ");
    let document = check(text.as_bytes()).unwrap();
    assert!(document.for_runtime().contains("whsec_9f2c"));
    assert_eq!(document.config().unwrap().webhook_secret.unwrap().expose(), "whsec_9f2c");

    let redacted = document.redacted();
    let mut expected = base();
    expected.as_object_mut().unwrap().remove("webhookSecret");
    assert_eq!(serde_json::from_str::<Value>(&redacted).unwrap(), expected);

    assert!(!redacted.contains("9f2c"), "{redacted}");

    let faulty = text.replacen("\"rate\":1", "\"rate\":9", 1);
    let shown = [
        format!("{document:?}"),
        format!("{:?}", document.config().unwrap()),
        format!("{:?}", check(faulty.as_bytes()).unwrap_err()),
        serde_json::to_string(&report(faulty.as_bytes())).unwrap(),
        format!("{:?}", check(with("\"whsec_9f2c\"", "\"whsec_9f2c").as_bytes()).unwrap_err()),
    ];
    for text in shown {
        assert!(!text.contains("9f2c"), "{text}");
        assert!(!text.contains("4155550123") && !text.contains("4155550177"), "{text}");
    }
}

#[test]
fn unknown_fields_keep_their_text() {
    let added =
        r#""newer": {"b": 1.0, "a": [1e2, 123456789012345678901234567890.10], "A":"\ud800"}, "\u006eext":-0"#;
    let text = with("\"audio\":", &format!("{added}, \"audio\":"));
    let document = check(text.as_bytes()).unwrap();
    let config = document.config().unwrap();
    let names: Vec<&str> = config.unknown.names().collect();
    assert_eq!(names, ["newer", "\\u006eext"]);
    for kept in [document.for_runtime(), &document.redacted(), config.document().unwrap().for_runtime()] {
        assert!(
            kept.contains(r#"{"b": 1.0, "a": [1e2, 123456789012345678901234567890.10], "A":"\ud800"}"#),
            "{kept}"
        );
        assert!(kept.contains(r#""\u006eext":-0"#), "{kept}");
    }
}

#[test]
fn typed_values_are_checked_when_they_are_written() {
    let mut config = checked(&base()).config().unwrap();
    config.caps.max_calls_per_minute_tenant = 0;
    config.webhook_secret = None;
    config.webhook_secret_ref = None;
    let faults = config.document().unwrap_err();
    assert_eq!(
        paths(&faults),
        ["caps.maxCallsPerMinuteTenant", "webhookSecretRef"].map(str::to_owned).into()
    );
}

#[test]
fn a_digest_is_of_what_the_document_says() {
    let base = base().to_string();
    let digest = |text: &str| check(text.as_bytes()).unwrap().digest();
    let text = digest(&base).to_string();
    let hex = text.strip_prefix("sha256:").unwrap();
    assert!(hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{text}");
    for (description, other, same) in [
        ("white space", base.replace(',', " ,\n"), true),
        ("an escape", base.replacen("Morgan", "\\u004dorgan", 1), true),
        ("a member that does not count", base.replacen("\"rate\":1", "\"rate\":2,\"rate\":1", 1), true),
        ("another secret", base.replacen("whsec_9f2c", "whsec_9f2d", 1), false),
        ("another spelling of a number", base.replacen("\"rate\":1", "\"rate\":1.0", 1), false),
        ("an unknown field", base.replacen("\"audio\":", "\"x\":1,\"audio\":", 1), false),
        (
            "the order of a list",
            base.replacen("\"quotes\",\"new patients\"", "\"new patients\",\"quotes\"", 1),
            false,
        ),
    ] {
        assert_ne!(other, base, "{description}");
        assert_eq!(digest(&other) == digest(&base), same, "{description}");
    }
}

#[test]
fn a_report_is_what_a_worker_prints() {
    let valid = serde_json::to_string(&report(base().to_string().as_bytes())).unwrap();
    assert_eq!(valid, r#"{"valid":true,"errors":[]}"#);
    let refused = serde_json::to_string(&report(b"1")).unwrap();
    assert_eq!(refused, r#"{"valid":false,"errors":[{"path":"","message":"must be an object"}]}"#);
}
