//! A root key: strict parse, refusal of weak ones, check value.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::hex;
use super::weak::{Weakness, weakness};

const KEY_BYTES: usize = 32;
/// Hexadecimal digits of a key.
const HEX_DIGITS: usize = 2 * KEY_BYTES;
/// Base64 characters of a key, without and with padding.
const BASE64_CHARACTERS: [usize; 2] = [43, 44];
const CHECK_LABEL: &[u8] = b"veralux/root-key-check/v1";

/// The 32 bytes of one of the operator's root keys, wiped when dropped.
///
/// ```
/// use veralux_core::seal::{RootKey, RootKeyError};
/// assert!(RootKey::parse("9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a").is_ok());
/// assert!(RootKey::parse("n2SnR+G5fxMfq7a0Ryksm28CAeefs8U1bmx36JtqgGo=").is_ok());
/// assert_eq!(RootKey::parse("change-me").unwrap_err(), RootKeyError::Form);
/// ```
// Boxed, so that moving the key leaves no copies of it on the stack.
pub struct RootKey(Box<Zeroizing<[u8; KEY_BYTES]>>);

/// Why a text is not a root key. Shows nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RootKeyError {
    /// Neither 64 hexadecimal digits nor the base64 of 32 bytes.
    #[error(
        "must be 32 random bytes as 64 hexadecimal digits or in base64, as `openssl rand -hex 32` makes them"
    )]
    Form,
    /// Visibly not random.
    #[error("is not random: {0}; make one with `openssl rand -hex 32`")]
    Weak(Weakness),
}

impl RootKey {
    /// Reads 64 hexadecimal digits, or 32 bytes in base64: standard or URL-safe, padded or not, canonical (RFC 4648).
    ///
    /// # Errors
    /// [`RootKeyError`].
    pub fn parse(text: &str) -> Result<Self, RootKeyError> {
        let bytes = if text.len() == HEX_DIGITS { hex::decode(text) } else { base64(text) };
        let bytes = bytes.ok_or(RootKeyError::Form)?;
        let mut key = Box::new(Zeroizing::new([0; KEY_BYTES]));
        if bytes.len() != KEY_BYTES {
            return Err(RootKeyError::Form);
        }
        key.copy_from_slice(&bytes);
        match weakness(&key) {
            Some(weakness) => Err(RootKeyError::Weak(weakness)),
            None => Ok(Self(key)),
        }
    }

    /// Tells whether two nodes hold the same key under an id, and nothing of the key (HKDF-SHA-256, RFC 5869).
    pub fn check(&self, id: u32) -> [u8; 16] {
        let mut check = [0; 16];
        let info: [&[u8]; 2] = [CHECK_LABEL, &id.to_be_bytes()];
        let expanded = Hkdf::<Sha256>::new(None, self.0.as_slice()).expand_multi_info(&info, &mut check);
        debug_assert!(expanded.is_ok(), "HKDF gives 16 bytes");
        check
    }

    pub(super) fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootKey(redacted)")
    }
}

fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    if !BASE64_CHARACTERS.contains(&text.len()) {
        return None;
    }
    let alphabet: &Alphabet = if text.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    // As much as the decoder asks for; what it leaves unused is cut off.
    let mut bytes = Zeroizing::new(vec![0; KEY_BYTES + 4]);
    let length = GeneralPurpose::new(alphabet, config).decode_slice(text, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";

    #[test]
    fn texts_that_are_keys() {
        let key = RootKey::parse(HEX).unwrap();
        for text in [
            &HEX.to_uppercase(),
            "n2SnR+G5fxMfq7a0Rylsm28CAeefs8U1bmx36JtqgGo=",
            "n2SnR+G5fxMfq7a0Rylsm28CAeefs8U1bmx36JtqgGo",
            "n2SnR-G5fxMfq7a0Rylsm28CAeefs8U1bmx36JtqgGo=",
            "n2SnR-G5fxMfq7a0Rylsm28CAeefs8U1bmx36JtqgGo",
        ] {
            assert_eq!(RootKey::parse(text).unwrap().expose(), key.expose(), "{text}");
        }
    }

    #[test]
    fn texts_that_are_not() {
        for (what, text) in [
            ("nothing", ""),
            ("63 digits", HEX.strip_prefix('9').unwrap()),
            ("65 digits", &format!("{HEX}0")),
            ("62 digits", HEX.strip_prefix("9f").unwrap()),
            ("not a digit", &HEX.replace('9', "g")),
            ("white space in front", &HEX.replacen('9', " ", 1)),
            ("a line end behind", "n2SnR+G5fxMfq7a0Rylsm28CAeefs8U1bmx36JtqgGo\n"),
            ("not canonical: bits left over", "n2SnR+G5fxMfq7a0Rylsm28CAeefs8U1bmx36JtqgGp="),
            ("both alphabets", "n2SnR-G5fxMfq7a0/ylsm28CAeefs8U1bmx36JtqgGo="),
            ("31 bytes", "n2SnR+G5fxMfq7a0Rylsm28CAeefs8U1bmx36Jtqgg=="),
            ("33 bytes", "n2SnR+G5fxMfq7a0Rylsm28CAeefs8U1bmx36JtqgGqq"),
            ("a passphrase", "change-me"),
            ("64 characters, two bytes each", &"é".repeat(32)),
        ] {
            assert_eq!(RootKey::parse(text).unwrap_err(), RootKeyError::Form, "{what}");
        }
    }

    #[test]
    fn weak_keys_are_refused_in_every_form() {
        for text in
            ["00".repeat(32), "deadbeef".repeat(8), "Y2hhbmdlLW1lLWNoYW5nZS1tZS1wbGVhc2Utbm93LXg=".to_owned()]
        {
            assert!(matches!(RootKey::parse(&text), Err(RootKeyError::Weak(_))), "{text}");
        }
    }

    #[test]
    fn a_check_value_belongs_to_one_key_and_id() {
        let key = RootKey::parse(HEX).unwrap();
        let other = RootKey::parse(&HEX.replace('9', "8")).unwrap();
        assert_eq!(key.check(1), RootKey::parse(HEX).unwrap().check(1));
        assert_ne!(key.check(1), key.check(2));
        assert_ne!(key.check(1), other.check(1));
    }
}
