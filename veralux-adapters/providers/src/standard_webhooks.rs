//! Webhooks by the Standard Webhooks specification (standardwebhooks.com), which Svix wrote and Resend's are: HMAC-SHA256
//! over `{id}.{timestamp}.{body}`.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use veralux_core::time::{Instant, SECOND};
use zeroize::Zeroizing;

/// How far the moment of signing may lie from ours, either way.
pub const TOLERANCE_SECONDS: i64 = 300;
/// Longest body that is looked at.
pub const MAX_BODY_BYTES: usize = 1 << 20;

/// Longest id.
const MAX_ID_BYTES: usize = 256;
/// Most digits of a moment.
const MAX_DIGITS: usize = 11;
/// Signatures that are looked at: one for each key while keys change.
const MAX_SIGNATURES: usize = 16;

/// What webhooks are signed with. Wiped when dropped; `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Key(Zeroizing<Vec<u8>>);

/// The secret is empty or no base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a webhook secret is base64, behind `whsec_` or bare")]
pub struct KeyError;

/// What a webhook is signed by: headers `webhook-id`, `webhook-timestamp`, `webhook-signature`, or the same with `svix-`.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The same for each delivery of the same event: what it is claimed by.
    pub id: &'a str,
    timestamp: &'a str,
    signature: &'a str,
}

/// Why a webhook is not taken for its sender's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A header is missing.
    #[error("the id, the signature or its timestamp is missing")]
    Missing,
    /// The timestamp is no number of seconds.
    #[error("the timestamp is not a number of seconds")]
    Timestamp,
    /// It was signed too long ago, or will be.
    #[error("the timestamp is more than {TOLERANCE_SECONDS} seconds away")]
    Age,
    /// The id or the body is too long.
    #[error("the id or the body is too long")]
    TooLong,
    /// No signature is right.
    #[error("no signature is right")]
    Signature,
}

impl Key {
    /// From a secret as it is shown: `whsec_` and base64, or base64 alone.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn parse(secret: &str) -> Result<Self, KeyError> {
        let text = secret.strip_prefix("whsec_").unwrap_or(secret);
        let bytes = Zeroizing::new(BASE64_STANDARD.decode(text).map_err(|_| KeyError)?);
        if bytes.is_empty() { Err(KeyError) } else { Ok(Self(bytes)) }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(redacted)")
    }
}

impl<'a> Signed<'a> {
    /// From headers; `header` is asked by names in small letters.
    ///
    /// # Errors
    /// [`Refused::Missing`].
    pub fn read(header: impl Fn(&str) -> Option<&'a str>) -> Result<Self, Refused> {
        let read = |id, timestamp, signature| {
            Some(Self { id: header(id)?, timestamp: header(timestamp)?, signature: header(signature)? })
        };
        read("webhook-id", "webhook-timestamp", "webhook-signature")
            .or_else(|| read("svix-id", "svix-timestamp", "svix-signature"))
            .ok_or(Refused::Missing)
    }
}

/// Whether a holder of the key signed this body lately. `body` is the bytes as they came.
///
/// # Errors
/// [`Refused`].
pub fn verify(key: &Key, signed: &Signed<'_>, body: &[u8], now: Instant) -> Result<(), Refused> {
    if signed.id.len() > MAX_ID_BYTES || body.len() > MAX_BODY_BYTES {
        return Err(Refused::TooLong);
    }
    let digits = signed.timestamp;
    let is_number = (1..=MAX_DIGITS).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let seconds: i64 = digits.parse().ok().filter(|_| is_number).ok_or(Refused::Timestamp)?;
    if (now.micros().div_euclid(SECOND) - seconds).abs() > TOLERANCE_SECONDS {
        return Err(Refused::Age);
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).map_err(|_| Refused::Signature)?;
    for part in [signed.id.as_bytes(), b".", digits.as_bytes(), b".", body] {
        mac.update(part);
    }
    let given = signed.signature.split(' ').take(MAX_SIGNATURES);
    let symmetric = given.filter_map(|one| one.strip_prefix("v1,"));
    let mut candidates = symmetric.filter_map(|text| BASE64_STANDARD.decode(text).ok());
    // In constant time each; which of several it is is no secret.
    let is_right = candidates.any(|bytes| mac.clone().verify_slice(&bytes).is_ok());
    if is_right { Ok(()) } else { Err(Refused::Signature) }
}

#[cfg(test)]
mod tests;
