//! Whether a server message is Vapi's.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::Mac;
use serde::{Deserialize, Serialize};
use veralux_core::secret::Secret;
use veralux_core::time::{Instant, SECOND};
use zeroize::Zeroizing;

/// How far the moment of a signature may lie from now, in microseconds.
const WINDOW: i64 = 300 * SECOND;
/// Longest header that is looked at, in bytes.
const MAX_HEADER: usize = 4096;
/// Most signatures in one header (Standard Webhooks has one for each secret during a rotation).
const MAX_SIGNATURES: usize = 16;
/// From here on a timestamp counts milliseconds: as seconds it would be the year 5138, as milliseconds it is 1973.
const FIRST_MILLIS: i64 = 100_000_000_000;

/// How Vapi says who it is.
#[derive(Debug, Clone)]
pub enum Auth {
    /// The older way: the secret itself in `x-vapi-secret`.
    Secret(Secret),
    /// A token in a header.
    Bearer {
        /// The token.
        token: Secret,
        /// The header's name; `Authorization` unless configured.
        header: String,
        /// Whether `Bearer ` stands in front of it.
        prefix: bool,
    },
    /// A signature.
    Hmac(Box<Hmac>),
}

/// The hash of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// HMAC-SHA-1.
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

/// How a signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Hexadecimal digits.
    Hex,
    /// Base64 with padding (RFC 4648, 4).
    Base64,
}

/// Vapi's `HMACAuthenticationPlan`. All names of headers count in any case.
#[derive(Debug, Clone)]
pub struct Hmac {
    /// The key.
    pub secret: Secret,
    /// Whether the key is base64; a `whsec_` in front is not part of it.
    pub secret_is_base64: bool,
    /// The hash.
    pub algorithm: Algorithm,
    /// Where the signature stands.
    pub signature_header: String,
    /// What stands in front of it: `sha256=`, `v1,`.
    pub signature_prefix: String,
    /// How it is written.
    pub encoding: Encoding,
    /// Whether there must be a timestamp.
    pub include_timestamp: bool,
    /// Where it stands.
    pub timestamp_header: String,
    /// Where the message's id stands.
    pub message_id_header: Option<String>,
    /// What is signed: texts and `{body}`, which must be there, `{timestamp}`, `{method}`, `{url}`, `{svix-id}`. A
    /// timestamp that is not signed keeps nobody from sending a message again.
    pub payload_format: String,
}

impl Hmac {
    /// With Vapi's defaults.
    pub fn new(secret: Secret, algorithm: Algorithm) -> Self {
        Self {
            secret,
            secret_is_base64: false,
            algorithm,
            signature_header: "x-signature".to_owned(),
            signature_prefix: String::new(),
            encoding: Encoding::Hex,
            include_timestamp: true,
            timestamp_header: "x-timestamp".to_owned(),
            message_id_header: None,
            payload_format: "{timestamp}.{body}".to_owned(),
        }
    }

    /// As Standard Webhooks has it, with headers of this prefix: `webhook`, `svix`.
    pub fn standard_webhooks(secret: Secret, prefix: &str) -> Self {
        Self {
            secret_is_base64: true,
            signature_header: format!("{prefix}-signature"),
            signature_prefix: "v1,".to_owned(),
            encoding: Encoding::Base64,
            timestamp_header: format!("{prefix}-timestamp"),
            message_id_header: Some(format!("{prefix}-id")),
            payload_format: "{svix-id}.{timestamp}.{body}".to_owned(),
            ..Self::new(secret, Algorithm::Sha256)
        }
    }
}

/// A message as it came. The header of a name that is in small letters; the method and the public URL as Vapi called it.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    /// The first header of a name, which is in small letters.
    pub header: &'a dyn Fn(&str) -> Option<&'a str>,
    /// `POST`.
    pub method: &'a str,
    /// The URL that is configured at Vapi.
    pub url: &'a str,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// Why a message is not taken for Vapi's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// A header is not there.
    #[error("the message is not signed")]
    Missing,
    /// It does not match.
    #[error("the signature does not match")]
    Mismatch,
    /// It is too old, or from the future.
    #[error("the message is older or newer than 300 seconds")]
    Stale,
    /// The plan cannot be followed: a key that is no base64, an unknown part of the payload.
    #[error("the authentication plan cannot be followed")]
    Plan,
}

impl Auth {
    /// Checks a message, comparing in constant time. A timestamp that comes with a signature must be within 300 s of now;
    /// where there is none, a repeat cannot be told from the first: claim what is in the message before acting on it.
    ///
    /// # Errors
    /// [`AuthError`].
    pub fn verify(&self, sent: &Sent<'_>, now: Instant) -> Result<(), AuthError> {
        match self {
            Self::Secret(secret) => matches(secret, header(sent, "x-vapi-secret")?),
            Self::Bearer { token, header: name, prefix } => {
                let value = header(sent, name)?;
                let value = if *prefix { bearer(value).ok_or(AuthError::Mismatch)? } else { value };
                matches(token, value)
            }
            Self::Hmac(hmac) => hmac.verify(sent, now),
        }
    }

    /// What goes to Vapi so that it does so.
    pub(in crate::vapi) fn plan(&self) -> Plan<'_> {
        match self {
            Self::Secret(token) => Plan::bearer(token, "X-Vapi-Secret", false),
            Self::Bearer { token, header, prefix } => Plan::bearer(token, header, *prefix),
            Self::Hmac(hmac) => hmac.plan(),
        }
    }
}

/// The scheme counts in any case (RFC 9110, 11.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

fn matches(secret: &Secret, value: &str) -> Result<(), AuthError> {
    // An empty secret would let everybody in.
    let fits = !secret.expose().is_empty() && secret.matches(value);
    if fits { Ok(()) } else { Err(AuthError::Mismatch) }
}

fn header<'a>(sent: &Sent<'a>, name: &str) -> Result<&'a str, AuthError> {
    let value = (sent.header)(&name.to_ascii_lowercase()).filter(|value| !value.is_empty());
    value.filter(|value| value.len() <= MAX_HEADER).ok_or(AuthError::Missing)
}

impl Hmac {
    fn verify(&self, sent: &Sent<'_>, now: Instant) -> Result<(), AuthError> {
        let signatures = header(sent, &self.signature_header)?;
        let payload = self.payload(sent)?;
        let key = self.key()?;
        let right = signatures
            .split(' ')
            .take(MAX_SIGNATURES)
            .filter_map(|text| self.decoded(text))
            .any(|signature| self.algorithm.fits(&key, &payload, &signature));
        if !right {
            return Err(AuthError::Mismatch);
        }
        match header(sent, &self.timestamp_header) {
            Ok(text) => fresh(text, now),
            Err(missing) if self.include_timestamp => Err(missing),
            Err(_) => Ok(()),
        }
    }

    fn payload(&self, sent: &Sent<'_>) -> Result<Vec<u8>, AuthError> {
        let mut payload = Vec::with_capacity(sent.body.len() + 128);
        let mut rest = self.payload_format.as_str();
        while let Some((before, open)) = rest.split_once('{') {
            let (name, after) = open.split_once('}').ok_or(AuthError::Plan)?;
            payload.extend_from_slice(before.as_bytes());
            payload.extend_from_slice(match name {
                "body" => sent.body,
                "timestamp" => header(sent, &self.timestamp_header)?.as_bytes(),
                "method" => sent.method.as_bytes(),
                "url" => sent.url.as_bytes(),
                "svix-id" => {
                    let name = self.message_id_header.as_deref().ok_or(AuthError::Plan)?;
                    header(sent, name)?.as_bytes()
                }
                _ => return Err(AuthError::Plan),
            });
            rest = after;
        }
        payload.extend_from_slice(rest.as_bytes());
        // A signature that does not cover the body says nothing of it.
        if self.payload_format.contains("{body}") { Ok(payload) } else { Err(AuthError::Plan) }
    }

    fn key(&self) -> Result<Zeroizing<Vec<u8>>, AuthError> {
        let text = self.secret.expose();
        let key = if self.secret_is_base64 {
            let text = text.strip_prefix("whsec_").unwrap_or(text);
            BASE64_STANDARD.decode(text).map_err(|_| AuthError::Plan)?
        } else {
            text.as_bytes().to_vec()
        };
        if key.is_empty() { Err(AuthError::Plan) } else { Ok(Zeroizing::new(key)) }
    }

    fn decoded(&self, text: &str) -> Option<Vec<u8>> {
        let text = text.strip_prefix(self.signature_prefix.as_str())?;
        match self.encoding {
            Encoding::Base64 => BASE64_STANDARD.decode(text).ok(),
            Encoding::Hex => {
                let (pairs, odd) = text.as_bytes().as_chunks::<2>();
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let byte = |[high, low]: &[u8; 2]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok();
                pairs.iter().map(byte).collect::<Option<Vec<u8>>>().filter(|_| odd.is_empty())
            }
        }
    }

    fn plan(&self) -> Plan<'_> {
        Plan::Hmac {
            secret_key: self.secret.expose(),
            algorithm: self.algorithm,
            signature_header: &self.signature_header,
            timestamp_header: &self.timestamp_header,
            signature_prefix: Some(self.signature_prefix.as_str()).filter(|prefix| !prefix.is_empty()),
            include_timestamp: self.include_timestamp,
            payload_format: &self.payload_format,
            message_id_header: self.message_id_header.as_deref(),
            signature_encoding: self.encoding,
            secret_is_base64: self.secret_is_base64,
        }
    }
}

impl Algorithm {
    fn fits(self, key: &[u8], payload: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Sha1 => signed::<hmac::Hmac<sha1::Sha1>>(key, payload, signature),
            Self::Sha256 => signed::<hmac::Hmac<sha2::Sha256>>(key, payload, signature),
            Self::Sha512 => signed::<hmac::Hmac<sha2::Sha512>>(key, payload, signature),
        }
    }
}

/// Constant time is `verify_slice`'s.
fn signed<M: Mac + hmac::KeyInit>(key: &[u8], payload: &[u8], signature: &[u8]) -> bool {
    let Ok(mut mac) = <M as hmac::KeyInit>::new_from_slice(key) else { return false };
    mac.update(payload);
    mac.verify_slice(signature).is_ok()
}

/// Digits only: Vapi does not say whether they count seconds or milliseconds.
fn fresh(text: &str, now: Instant) -> Result<(), AuthError> {
    let digits = (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let count: i64 = text.parse().ok().filter(|_| digits).ok_or(AuthError::Stale)?;
    let unit = if count < FIRST_MILLIS { SECOND } else { SECOND / 1000 };
    let at = count.saturating_mul(unit);
    let apart = now.micros().saturating_sub(at).saturating_abs();
    if apart <= WINDOW { Ok(()) } else { Err(AuthError::Stale) }
}

/// An authentication plan as it goes to Vapi.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub(in crate::vapi) enum Plan<'a> {
    Bearer {
        token: &'a str,
        header_name: &'a str,
        bearer_prefix_enabled: bool,
    },
    Hmac {
        secret_key: &'a str,
        algorithm: Algorithm,
        signature_header: &'a str,
        timestamp_header: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        signature_prefix: Option<&'a str>,
        include_timestamp: bool,
        payload_format: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        message_id_header: Option<&'a str>,
        signature_encoding: Encoding,
        secret_is_base64: bool,
    },
}

impl<'a> Plan<'a> {
    fn bearer(token: &'a Secret, header_name: &'a str, bearer_prefix_enabled: bool) -> Self {
        Self::Bearer { token: token.expose(), header_name, bearer_prefix_enabled }
    }
}

#[cfg(test)]
mod tests;
