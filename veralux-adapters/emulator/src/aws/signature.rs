//! What AWS does with a request before it looks at it: computes the signature anew, from what arrived.

use axum::http::request::Parts;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use veralux_core::time::{Instant, SECOND};

use super::AwsAccount;
use super::calls::Refusal;
use crate::draw::hex;

/// Whose requests are taken.
#[derive(Clone)]
pub struct AwsKey {
    /// `AKIA…`, or `ASIA…` with a token.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The session's token.
    pub token: Option<String>,
}

impl std::fmt::Debug for AwsKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AwsKey({})", self.id)
    }
}

const INCOMPLETE: Refusal = ("IncompleteSignature", "the signature is not complete");
const UNKNOWN: Refusal =
    ("UnrecognizedClientException", "The security token included in the request is invalid.");
const INVALID: Refusal = (
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided.",
);
const LATE: Refusal = ("InvalidSignatureException", "Signature expired: it is too old");
const EARLY: Refusal = ("InvalidSignatureException", "Signature not yet current: it is of another time");

/// AWS's refusal when the request is not signed by one of the account's keys about now.
pub(super) fn check(parts: &Parts, body: &[u8], account: &AwsAccount, now: Instant) -> Result<(), Refusal> {
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header("authorization")
        .ok_or(("MissingAuthenticationTokenException", "the request is not signed"))?;
    let fields = authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or(INCOMPLETE)?;
    let field =
        |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
    let (id, place) = field("Credential").and_then(|text| text.split_once('/')).ok_or(INCOMPLETE)?;
    let signed = field("SignedHeaders").ok_or(INCOMPLETE)?;
    let signature = field("Signature").ok_or(INCOMPLETE)?;

    let key = account.keys.iter().find(|key| key.id == id).ok_or(UNKNOWN)?;
    if header("x-amz-security-token") != key.token.as_deref() {
        return Err(UNKNOWN);
    }
    let date = header("x-amz-date").ok_or(INCOMPLETE)?;
    let day = date.get(..8).ok_or(INCOMPLETE)?;
    let region = place.split('/').nth(1).unwrap_or_default();
    let region = account.region.as_deref().unwrap_or(region);
    if place != format!("{day}/{region}/secretsmanager/aws4_request") {
        return Err(INVALID);
    }
    about(date, now)?;
    if signature_of(parts, body, key, [date, place, signed])? == signature { Ok(()) } else { Err(INVALID) }
}

fn signature_of(
    parts: &Parts,
    body: &[u8],
    key: &AwsKey,
    [date, place, signed]: [&str; 3],
) -> Result<String, Refusal> {
    let names: Vec<&str> = signed.split(';').collect();
    let needed = |name: &str| ["host", "content-type"].contains(&name) || name.starts_with("x-amz-");
    let all = parts.headers.keys().map(axum::http::HeaderName::as_str);
    if !names.is_sorted() || all.into_iter().any(|name| needed(name) && !names.contains(&name)) {
        return Err(INVALID);
    }
    let value = |name: &str| {
        let value = parts.headers.get(name).and_then(|value| value.to_str().ok())?;
        Some(format!("{name}:{value}\n"))
    };
    let values: String = names.into_iter().map(value).collect::<Option<String>>().ok_or(INVALID)?;
    let (method, path, query) = (&parts.method, parts.uri.path(), parts.uri.query().unwrap_or_default());
    let digest = hex(&Sha256::digest(body));
    let request = format!("{method}\n{path}\n{query}\n{values}\n{signed}\n{digest}");
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{place}\n{}", hex(&Sha256::digest(request)));
    let mut derived = format!("AWS4{}", key.secret).into_bytes();
    for part in place.split('/').chain([text.as_str()]) {
        derived = keyed(&derived, part).ok_or(INVALID)?;
    }
    Ok(hex(&derived))
}

/// AWS takes five minutes either way.
fn about(date: &str, now: Instant) -> Result<(), Refusal> {
    let mut text = date.to_owned();
    if text.len() != 16 || !text.is_ascii() {
        return Err(INCOMPLETE);
    }
    for (at, sign) in [(13, ':'), (11, ':'), (6, '-'), (4, '-')] {
        text.insert(at, sign);
    }
    let at = Instant::parse(&text).map_err(|_| INCOMPLETE)?;
    match now.micros() - at.micros() {
        late if late > 300 * SECOND => Err(LATE),
        early if early < -300 * SECOND => Err(EARLY),
        _ => Ok(()),
    }
}

fn keyed(key: &[u8], text: &str) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(text.as_bytes());
    Some(mac.finalize().into_bytes().to_vec())
}
