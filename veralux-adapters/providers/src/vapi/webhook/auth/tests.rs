use std::fs;

use serde_json::{Value, json};

use super::*;
use crate::testing::shared;

const BODY: &str = r#"{"message":{"type":"status-update","status":"ended"}}"#;

fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * SECOND)
}

fn verified(auth: &Auth, headers: &[(&str, &str)], body: &str, now: Instant) -> Result<(), AuthError> {
    let header =
        |name: &str| headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
    let sent = Sent { header: &header, method: "POST", url: "https://v.example/vapi", body: body.as_bytes() };
    auth.verify(&sent, now)
}

/// A plan as Vapi has it in its API.
fn auth_of(plan: &Value, secret: &str) -> Auth {
    let text = |name: &str, default: &str| plan[name].as_str().unwrap_or(default).to_owned();
    let secret = Secret::new(secret);
    if plan["type"] == "bearer" {
        let prefix = plan["bearerPrefixEnabled"].as_bool().unwrap_or(true);
        return Auth::Bearer { token: secret, header: text("headerName", "Authorization"), prefix };
    }
    let algorithm = serde_json::from_value(plan["algorithm"].clone()).unwrap();
    let plain = Hmac::new(secret, algorithm);
    Auth::Hmac(Box::new(Hmac {
        signature_header: text("signatureHeader", "x-signature"),
        signature_prefix: text("signaturePrefix", ""),
        encoding: serde_json::from_value(json!(text("signatureEncoding", "hex"))).unwrap(),
        include_timestamp: plan["includeTimestamp"].as_bool().unwrap_or(true),
        payload_format: text("payloadFormat", "{timestamp}.{body}"),
        ..plain
    }))
}

#[test]
fn the_vectors_of_authentication() {
    let Some(folder) = shared("provider-vectors/vapi") else { return };
    let file: Value = serde_json::from_slice(&fs::read(folder.join("auth.json")).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 5);
    for case in cases {
        let auth = auth_of(&case["plan"], case["secret"].as_str().unwrap());
        let headers: Vec<_> = case["headers"].as_object().unwrap().iter().collect();
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        let body = case["body"].as_str().unwrap();
        let fits = verified(&auth, &headers, body, at(1_700_000_010));
        assert_eq!(fits.is_ok(), case["valid"].as_bool().unwrap(), "{case}: {fits:?}");
    }
}

#[test]
fn the_vectors_of_standard_webhooks() {
    let Some(folder) = shared("provider-vectors/standard-webhooks") else { return };
    let file: Value = serde_json::from_slice(&fs::read(folder.join("signatures.json")).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 12);
    for case in cases {
        for prefix in ["webhook", "svix"] {
            let secret = Secret::new(case["secret"].as_str().unwrap());
            let auth = Auth::Hmac(Box::new(Hmac::standard_webhooks(secret, prefix)));
            let text = |name: &str| match &case[name] {
                Value::String(text) => Some(text.clone()),
                Value::Null => None,
                other => Some(other.to_string()),
            };
            let fields =
                [("id", text("id")), ("timestamp", text("timestamp")), ("signature", text("signature"))];
            let headers: Vec<(String, String)> = fields
                .into_iter()
                .filter_map(|(name, value)| Some((format!("{prefix}-{name}"), value?)))
                .collect();
            let headers: Vec<_> =
                headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let fits =
                verified(&auth, &headers, case["body"].as_str().unwrap(), at(case["now"].as_i64().unwrap()));
            assert_eq!(fits.is_ok(), case["valid"].as_bool().unwrap(), "{case}: {fits:?}");
        }
    }
}

#[expect(clippy::too_many_lines, reason = "a table")]
#[test]
fn who_is_let_in() {
    let secret = || Secret::new("vapi-test-secret");
    let hmac = |change: fn(&mut Hmac)| {
        let mut hmac = Hmac::new(secret(), Algorithm::Sha256);
        change(&mut hmac);
        Auth::Hmac(Box::new(hmac))
    };
    let plain = |_: &mut Hmac| {};
    let signature = "8273cc1220947173bb6adf66e79df877b86fd6a3f1d28f60f1558c7f806178a2";
    let of_body = "46d03c4b622d66882a3432ffd3193c0aae43d00dd9140ddecfa142890a8a955c";
    let millis = "1468b96a888b9e2c05f331820f6a805c2b3055983c71885a9d9d7052f3362052";
    let token = |prefix| Auth::Bearer { token: secret(), header: "Authorization".to_owned(), prefix };
    let body_only = |hmac: &mut Hmac| {
        hmac.payload_format = "{body}".to_owned();
        hmac.include_timestamp = false;
    };
    let empty = || Auth::Secret(Secret::new(""));
    let (stale, missing, mismatch) =
        (Err(AuthError::Stale), Err(AuthError::Missing), Err(AuthError::Mismatch));
    let upper = signature.to_uppercase();
    let odd: String = signature.chars().skip(1).collect();
    let many = vec!["00"; 16].join(" ") + " " + signature;
    for (what, auth, headers, now, expected) in [
        ("the secret", Auth::Secret(secret()), vec![("x-vapi-secret", "vapi-test-secret")], 0, Ok(())),
        ("another", Auth::Secret(secret()), vec![("x-vapi-secret", "vapi-test-secreT")], 0, mismatch),
        ("none", Auth::Secret(secret()), vec![], 0, missing),
        ("an empty secret lets nobody in", empty(), vec![("x-vapi-secret", "")], 0, missing),
        ("an empty secret matches nothing", empty(), vec![("x-vapi-secret", "x")], 0, mismatch),
        ("a token", token(true), vec![("authorization", "Bearer vapi-test-secret")], 0, Ok(())),
        (
            "a scheme in small letters",
            token(true),
            vec![("authorization", "bearer vapi-test-secret")],
            0,
            Ok(()),
        ),
        ("no scheme", token(true), vec![("authorization", "vapi-test-secret")], 0, mismatch),
        ("a scheme too many", token(false), vec![("authorization", "Bearer vapi-test-secret")], 0, mismatch),
        ("signed", hmac(plain), vec![("x-timestamp", "1700000000"), ("x-signature", signature)], 0, Ok(())),
        ("in capitals", hmac(plain), vec![("x-timestamp", "1700000000"), ("x-signature", &upper)], 0, Ok(())),
        (
            "300 s later",
            hmac(plain),
            vec![("x-timestamp", "1700000000"), ("x-signature", signature)],
            300,
            Ok(()),
        ),
        (
            "301 s later",
            hmac(plain),
            vec![("x-timestamp", "1700000000"), ("x-signature", signature)],
            301,
            stale,
        ),
        (
            "300 s before",
            hmac(plain),
            vec![("x-timestamp", "1700000000"), ("x-signature", signature)],
            -300,
            Ok(()),
        ),
        (
            "301 s before",
            hmac(plain),
            vec![("x-timestamp", "1700000000"), ("x-signature", signature)],
            -301,
            stale,
        ),
        (
            "milliseconds",
            hmac(plain),
            vec![("x-timestamp", "1700000000000"), ("x-signature", millis)],
            300,
            Ok(()),
        ),
        (
            "milliseconds, later",
            hmac(plain),
            vec![("x-timestamp", "1700000000000"), ("x-signature", millis)],
            301,
            stale,
        ),
        (
            "another moment",
            hmac(plain),
            vec![("x-timestamp", "1700000001"), ("x-signature", signature)],
            0,
            mismatch,
        ),
        ("no moment", hmac(plain), vec![("x-signature", signature)], 0, missing),
        ("no signature", hmac(plain), vec![("x-timestamp", "1700000000")], 0, missing),
        (
            "half a digit",
            hmac(plain),
            vec![("x-timestamp", "1700000000"), ("x-signature", &odd)],
            0,
            mismatch,
        ),
        (
            "too many signatures",
            hmac(plain),
            vec![("x-timestamp", "1700000000"), ("x-signature", &many)],
            0,
            mismatch,
        ),
        ("the body only", hmac(body_only), vec![("x-signature", of_body)], 0, Ok(())),
        (
            "the body only, and an old moment beside it",
            hmac(body_only),
            vec![("x-signature", of_body), ("x-timestamp", "1600000000")],
            0,
            stale,
        ),
        (
            "the body only, and a moment that is none",
            hmac(body_only),
            vec![("x-signature", of_body), ("x-timestamp", "1.7e9")],
            0,
            stale,
        ),
        (
            "a payload of unknown parts",
            hmac(|hmac| hmac.payload_format = "{nonce}.{body}".to_owned()),
            vec![("x-signature", of_body)],
            0,
            Err(AuthError::Plan),
        ),
        (
            "a payload without the body",
            hmac(|hmac| hmac.payload_format = "{url}".to_owned()),
            vec![("x-signature", of_body)],
            0,
            Err(AuthError::Plan),
        ),
        (
            "a key that is no base64",
            hmac(|hmac| hmac.secret_is_base64 = true),
            vec![("x-timestamp", "1700000000"), ("x-signature", signature)],
            0,
            Err(AuthError::Plan),
        ),
        (
            "an id that nobody names",
            hmac(|hmac| hmac.payload_format = "{svix-id}.{body}".to_owned()),
            vec![("x-signature", of_body)],
            0,
            Err(AuthError::Plan),
        ),
    ] {
        assert_eq!(verified(&auth, &headers, BODY, at(1_700_000_000 + now)), expected, "{what}");
    }
}
