use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use veralux_core::time::{Instant, SECOND};

/// The header with the signature, in base64.
pub const SIGNATURE: &str = "telnyx-signature-ed25519";
/// The header with the moment of signing, in seconds of the Unix epoch.
pub const TIMESTAMP: &str = "telnyx-timestamp";
/// How far that moment may lie from ours, either way.
pub const TOLERANCE_SECONDS: i64 = 300;
/// Longest body that is looked at.
pub const MAX_BODY_BYTES: usize = 1 << 20;

/// Most digits of a moment.
const MAX_DIGITS: usize = 11;

/// The public key of an account's webhooks.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(VerifyingKey);

/// Not 32 bytes in base64, or no point of the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key of Telnyx is a point of edwards25519 in 32 bytes of base64")]
pub struct KeyError;

/// Why a webhook is not taken for Telnyx's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A header is missing.
    #[error("the signature or its timestamp is missing")]
    Missing,
    /// The timestamp is no number of seconds.
    #[error("the timestamp is not a number of seconds")]
    Timestamp,
    /// It was signed too long ago, or will be.
    #[error("the timestamp is more than {TOLERANCE_SECONDS} seconds away")]
    Age,
    /// The body is too long.
    #[error("the body has more than {MAX_BODY_BYTES} bytes")]
    TooLong,
    /// The signature is another one.
    #[error("the signature is not right")]
    Signature,
}

impl Key {
    /// From its bytes, as [`TelnyxBody::webhook_key`](veralux_core::credential::TelnyxBody::webhook_key) gives them.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError)?;
        if key.is_weak() { Err(KeyError) } else { Ok(Self(key)) }
    }

    /// From the text in Telnyx's portal.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let bytes = BASE64_STANDARD.decode(text).map_err(|_| KeyError)?;
        Self::from_bytes(&bytes.try_into().map_err(|_| KeyError)?)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(ed25519)")
    }
}

/// What a webhook is signed with, in its form and of now: what can be told before anybody knows whose key to take.
#[derive(Debug, Clone)]
pub struct Stamp<'a> {
    signature: Signature,
    timestamp: &'a str,
}

impl<'a> Stamp<'a> {
    /// From the headers [`SIGNATURE`] and [`TIMESTAMP`].
    ///
    /// # Errors
    /// [`Refused`].
    pub fn read(signature: Option<&str>, timestamp: Option<&'a str>, now: Instant) -> Result<Self, Refused> {
        let (Some(signature), Some(timestamp)) = (signature, timestamp) else { return Err(Refused::Missing) };
        let is_number =
            (1..=MAX_DIGITS).contains(&timestamp.len()) && timestamp.bytes().all(|b| b.is_ascii_digit());
        let seconds: i64 = timestamp.parse().ok().filter(|_| is_number).ok_or(Refused::Timestamp)?;
        if (now.micros().div_euclid(SECOND) - seconds).abs() > TOLERANCE_SECONDS {
            return Err(Refused::Age);
        }
        let bytes = BASE64_STANDARD.decode(signature).map_err(|_| Refused::Signature)?;
        let signature = Signature::from_slice(&bytes).map_err(|_| Refused::Signature)?;
        Ok(Self { signature, timestamp })
    }

    /// Whether Telnyx signed this body so: Ed25519 (RFC 8032) over `{timestamp}|{body}`, the bytes as they came.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn verify(&self, key: &Key, body: &[u8]) -> Result<(), Refused> {
        if body.len() > MAX_BODY_BYTES {
            return Err(Refused::TooLong);
        }
        let signed = [self.timestamp.as_bytes(), b"|", body].concat();
        // Strict: small-order points and several encodings of one signature are refused.
        key.0.verify_strict(&signed, &self.signature).map_err(|_| Refused::Signature)
    }
}

/// Whether Telnyx signed this body lately: the [`Stamp`] in the headers [`SIGNATURE`] and [`TIMESTAMP`] is read, then the
/// body verified.
///
/// # Errors
/// [`Refused`].
pub fn verify(
    key: &Key,
    signature: Option<&str>,
    timestamp: Option<&str>,
    body: &[u8],
    now: Instant,
) -> Result<(), Refused> {
    Stamp::read(signature, timestamp, now)?.verify(key, body)
}
