//! What AWS does with a request before it looks at it: computes the signature anew, from what arrived.

use axum::http::request::Parts;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use veralux_core::time::{Instant, SECOND};

pub(crate) const REGION: &str = "eu-central-1";

/// Whose requests are taken.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
}

/// The name of AWS's refusal when the request is not signed by one of these keys about now.
pub(crate) fn check(parts: &Parts, body: &[u8], keys: &[Key], now: Instant) -> Result<(), &'static str> {
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header("authorization").ok_or("MissingAuthenticationTokenException")?;
    let fields = authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or("IncompleteSignature")?;
    let field = |name: &str| fields.split(", ").find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
    let (id, place) =
        field("Credential").and_then(|text| text.split_once('/')).ok_or("IncompleteSignature")?;
    let signed = field("SignedHeaders").ok_or("IncompleteSignature")?;
    let signature = field("Signature").ok_or("IncompleteSignature")?;

    let key = keys.iter().find(|key| key.id == id).ok_or("UnrecognizedClientException")?;
    if header("x-amz-security-token") != key.token.as_deref() {
        return Err("UnrecognizedClientException");
    }
    let date = header("x-amz-date").ok_or("IncompleteSignature")?;
    let day = date.get(..8).ok_or("IncompleteSignature")?;
    if place != format!("{day}/{REGION}/secretsmanager/aws4_request") || !is_about(date, now) {
        return Err("InvalidSignatureException");
    }
    let names: Vec<&str> = signed.split(';').collect();
    let needed = |name: &str| ["host", "content-type"].contains(&name) || name.starts_with("x-amz-");
    if !names.is_sorted()
        || parts.headers.keys().any(|name| needed(name.as_str()) && !names.contains(&name.as_str()))
    {
        return Err("InvalidSignatureException");
    }
    let value = |name: &str| {
        Some(format!(
            "{name}:{}
",
            header(name)?
        ))
    };
    let values: Option<String> = names.into_iter().map(value).collect();
    let values = values.ok_or("InvalidSignatureException")?;
    let (method, path, query) = (&parts.method, parts.uri.path(), parts.uri.query().unwrap_or_default());
    let digest = hex(&Sha256::digest(body));
    let request = format!(
        "{method}
{path}
{query}
{values}
{signed}
{digest}"
    );
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{place}\n{}", hex(&Sha256::digest(request)));
    let mut derived = format!("AWS4{}", key.secret).into_bytes();
    for part in place.split('/').chain([text.as_str()]) {
        derived = keyed(&derived, part);
    }
    if hex(&derived) == signature { Ok(()) } else { Err("InvalidSignatureException") }
}

/// AWS takes five minutes either way.
fn is_about(date: &str, now: Instant) -> bool {
    let mut text = date.to_owned();
    for (at, sign) in [(13, ':'), (11, ':'), (6, '-'), (4, '-')] {
        text.insert(at, sign);
    }
    Instant::parse(&text).is_ok_and(|at| (at.micros() - now.micros()).abs() <= 300 * SECOND)
}

fn keyed(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap());
    bytes.iter().flat_map(digits).collect()
}
