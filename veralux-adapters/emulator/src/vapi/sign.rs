//! How server messages say that they are Vapi's.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;

use super::{Record, text};

/// The headers that an emulated server message may have.
const HEADERS: &[&str] = &[
    "authorization",
    "x-vapi-secret",
    "x-signature",
    "x-timestamp",
    "x-hub-signature-256",
    "x-webhook-signature",
    "x-webhook-timestamp",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "svix-id",
    "svix-timestamp",
    "svix-signature",
];

/// Whether all headers that a plan names can be sent.
pub(super) fn can_send(plan: &Record) -> bool {
    ["headerName", "signatureHeader", "timestampHeader", "messageIdHeader"]
        .iter()
        .filter_map(|name| text(plan, name))
        .all(|name| header(name).is_some())
}

fn header(name: &str) -> Option<&'static str> {
    HEADERS.iter().find(|own| own.eq_ignore_ascii_case(name)).copied()
}

/// What a credential adds to a message.
pub(super) fn authenticated(
    plan: &Record,
    forged: bool,
    id: &str,
    seconds: i64,
    server: &Record,
    body: &[u8],
) -> Option<Vec<(&'static str, String)>> {
    let is = |name: &str, default: bool| plan.get(name).and_then(Value::as_bool).unwrap_or(default);
    let word =
        |name: &str, default: &'static str| text(plan, name).map_or(default.to_owned(), ToOwned::to_owned);
    let secret = |name: &str| if forged { "Zm9yZ2Vk".to_owned() } else { word(name, "") };
    if text(plan, "type") == Some("bearer") {
        let prefix = if is("bearerPrefixEnabled", true) { "Bearer " } else { "" };
        let name = header(&word("headerName", "authorization"))?;
        return Some(vec![(name, format!("{prefix}{}", secret("token")))]);
    }
    let timestamp = seconds.to_string();
    let with_timestamp = is("includeTimestamp", true);
    let format = word("payloadFormat", if with_timestamp { "{timestamp}.{body}" } else { "{body}" });
    let payload = format
        .replace("{timestamp}", &timestamp)
        .replace("{method}", "POST")
        .replace("{url}", text(server, "url").unwrap_or_default())
        .replace("{svix-id}", id);
    // The body comes last: it may hold braces.
    let (before, after) = payload.split_once("{body}")?;
    let payload = [before.as_bytes(), body, after.as_bytes()].concat();
    let key = secret("secretKey");
    let key = if is("secretIsBase64", false) {
        BASE64_STANDARD.decode(key.strip_prefix("whsec_").unwrap_or(&key)).ok()?
    } else {
        key.into_bytes()
    };
    let mac = match text(plan, "algorithm") {
        Some("sha1") => signed::<Hmac<sha1::Sha1>>(&key, &payload)?,
        Some("sha512") => signed::<Hmac<sha2::Sha512>>(&key, &payload)?,
        _ => signed::<Hmac<sha2::Sha256>>(&key, &payload)?,
    };
    let signature = if text(plan, "signatureEncoding") == Some("base64") {
        BASE64_STANDARD.encode(mac)
    } else {
        hex(&mac)
    };
    let signature = format!("{}{signature}", word("signaturePrefix", ""));
    let mut headers = vec![(header(&word("signatureHeader", "x-signature"))?, signature)];
    if with_timestamp {
        headers.push((header(&word("timestampHeader", "x-timestamp"))?, timestamp));
    }
    if let Some(name) = text(plan, "messageIdHeader") {
        headers.push((header(name)?, id.to_owned()));
    }
    Some(headers)
}

fn signed<M: Mac + KeyInit>(key: &[u8], payload: &[u8]) -> Option<Vec<u8>> {
    let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
    mac.update(payload);
    Some(mac.finalize().into_bytes().to_vec())
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
