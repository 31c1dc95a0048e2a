//! Twilio's signature over the cases of Twilio's own libraries, read in place.

#![cfg(test)]

use std::path::PathBuf;

use serde_json::Value;
use veralux_core::secret::Secret;
use veralux_http::twilio::{Form, Signed, verify};

/// The folder of vectors beside the repository. Without it the test says so by name; in CI that is a failure.
fn vectors() -> Option<Value> {
    let shared = std::env::var_os("VERALUX_SHARED_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")),
        PathBuf::from,
    );
    let path = shared.join("provider-vectors/twilio/signatures.json");
    if let Ok(bytes) = std::fs::read(&path) {
        Some(serde_json::from_slice(&bytes).unwrap())
    } else {
        assert!(std::env::var_os("CI").is_none(), "CI needs {}", path.display());
        eprintln!("left out: twilio signature vectors, there is no {}", path.display());
        None
    }
}

fn form(params: &Value) -> Form {
    let values = |value: &Value| match value {
        Value::Array(items) => items.iter().map(|item| item.as_str().unwrap().to_owned()).collect(),
        value => vec![value.as_str().unwrap().to_owned()],
    };
    Form::from_fields(params.as_object().unwrap().iter().map(|(name, value)| (name.clone(), values(value))))
}

#[test]
fn the_cases_of_twilios_libraries() {
    let Some(vectors) = vectors() else { return };
    let token = Secret::new(vectors["auth_token"].as_str().unwrap());
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() >= 20);
    for case in cases {
        let form = form(&case["params"]);
        let body = case["body"].as_str().unwrap_or_default().as_bytes();
        let signed = Signed { url: case["url"].as_str().unwrap(), form: &form, body };
        let valid = verify(&token, case["signature"].as_str().unwrap(), signed);
        assert_eq!(valid, case["valid"].as_bool().unwrap(), "{}", case["name"]);
    }
}

#[test]
fn quotes_in_the_query_however_they_were_signed() {
    let Some(vectors) = vectors() else { return };
    let cases = &vectors["unescaped_quote_cases"];
    let token = Secret::new(cases["auth_token"].as_str().unwrap());
    for pair in cases["pairs"].as_array().unwrap() {
        let (seen, signed) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        let signature = sign(token.expose(), signed);
        let form = Form::empty();
        assert!(
            verify(&token, &signature, Signed { url: seen, form: &form, body: b"" }),
            "{seen} signed {signed}"
        );
    }
}

/// An own HMAC-SHA-1, so that the test does not sign with what it tests.
fn sign(token: &str, text: &str) -> String {
    use base64::Engine as _;
    use sha1::{Digest as _, Sha1};
    let mut key = [0_u8; 64];
    key[..token.len()].copy_from_slice(token.as_bytes());
    let pad = |with: u8| key.map(|byte| byte ^ with);
    let inner = Sha1::new().chain_update(pad(0x36)).chain_update(text).finalize();
    let outer = Sha1::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
    base64::engine::general_purpose::STANDARD.encode(outer)
}
