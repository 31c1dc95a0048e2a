//! SHA-256 digests over a canonical encoding of typed values.
//!
//! The encoding is ours and never that of a JSON library: a domain tag, a format version, then each field in a fixed
//! order. A text is its length in bytes (eight bytes, big-endian) and its UTF-8; an integer is eight bytes, big-endian;
//! an optional value has a byte 0 or 1 in front; a list has its length in front. So no two sequences of fields share
//! their bytes, and the same values give the same digest in every process, build and version of a library.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A SHA-256 digest (FIPS 180-4), written `sha256:` and 64 lower-case hexadecimal digits.
///
/// ```
/// use veralux_core::digest::{Digest, Encoder};
/// let digest = Encoder::new("example", 1).text("a").text("bc").finish();
/// assert_ne!(digest, Encoder::new("example", 1).text("ab").text("c").finish());
/// assert_eq!(digest.to_string().parse(), Ok(digest));
/// assert!("sha256:00".parse::<Digest>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// The text is not `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a digest must be `sha256:` and 64 lower-case hexadecimal digits")]
pub struct DigestError;

impl Digest {
    /// 32 zero bytes: what stands where there is no predecessor.
    pub const ZERO: Self = Self([0; 32]);

    /// What the text form begins with.
    pub const PREFIX: &'static str = "sha256:";

    /// From its 32 bytes, as a store keeps them.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Appends its text, without the cost of formatting.
    pub fn push_to(&self, out: &mut String) {
        let mut digits = [0_u8; 64];
        let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' + (value - 10) };
        for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(&self.0) {
            *pair = [digit(byte >> 4), digit(byte & 15)];
        }
        out.push_str(Self::PREFIX);
        out.push_str(std::str::from_utf8(&digits).unwrap_or_default());
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(Self::PREFIX.len() + 64);
        self.push_to(&mut text);
        f.write_str(&text)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::str::FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let hex = text.strip_prefix(Self::PREFIX).ok_or(DigestError)?.as_bytes();
        let mut bytes = [0; 32];
        if hex.len() != 2 * bytes.len() {
            return Err(DigestError);
        }
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            for digit in pair {
                let value = match digit {
                    b'0'..=b'9' => digit - b'0',
                    b'a'..=b'f' => digit - b'a' + 10,
                    _ => return Err(DigestError),
                };
                *byte = *byte << 4 | value;
            }
        }
        Ok(Self(bytes))
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Writes typed values in the canonical encoding and hashes them as they come.
#[derive(Clone)]
pub struct Encoder(Sha256);

impl Encoder {
    /// Starts with a domain tag and a format version, so that digests of different things never meet.
    pub fn new(domain: &str, version: u64) -> Self {
        Self(Sha256::new()).text(domain).unsigned(version)
    }

    /// A text.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// Bytes of any length.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> Self {
        let mut next = self.length(bytes.len());
        next.0.update(bytes);
        next
    }

    /// How many elements of a list follow.
    #[must_use]
    pub fn length(self, length: usize) -> Self {
        // A length above 2^64 - 1 does not exist.
        self.unsigned(u64::try_from(length).unwrap_or(u64::MAX))
    }

    /// An integer.
    #[must_use]
    pub fn unsigned(mut self, value: u64) -> Self {
        self.0.update(value.to_be_bytes());
        self
    }

    /// An integer that may be negative, two's complement.
    #[must_use]
    pub fn signed(mut self, value: i64) -> Self {
        self.0.update(value.to_be_bytes());
        self
    }

    /// A text that may be absent; absent and empty differ.
    #[must_use]
    pub fn optional(mut self, text: Option<&str>) -> Self {
        self.0.update([u8::from(text.is_some())]);
        match text {
            Some(text) => self.text(text),
            None => self,
        }
    }

    /// The digest of everything written.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Encoder")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_what_the_module_says() {
        let mut bytes = Vec::new();
        for (length, text) in [(1u64, "d"), (2, "ab")] {
            bytes.extend(length.to_be_bytes());
            bytes.extend(text.bytes());
            if text == "d" {
                bytes.extend(7u64.to_be_bytes());
            }
        }
        bytes.extend((-1i64).to_be_bytes());
        bytes.push(0);
        bytes.push(1);
        bytes.extend(0u64.to_be_bytes());
        let expected: [u8; 32] = Sha256::digest(&bytes).into();
        let got = Encoder::new("d", 7).text("ab").signed(-1).optional(None).optional(Some("")).finish();
        assert_eq!(got.as_bytes(), &expected);
    }

    #[test]
    fn texts_that_are_no_digests() {
        let hex = "0".repeat(64);
        assert_eq!(format!("sha256:{hex}").parse(), Ok(Digest::ZERO));
        for (text, why) in [
            (hex.clone(), "no prefix"),
            (format!("sha256:{}", "0".repeat(63)), "too short"),
            (format!("sha256:{}", "0".repeat(65)), "too long"),
            (format!("sha256:{}", "A".repeat(64)), "upper case"),
            (format!("sha256:{}", "é".repeat(32)), "not ASCII"),
        ] {
            assert_eq!(text.parse::<Digest>(), Err(DigestError), "{why}");
        }
    }

    proptest::proptest! {
        #[test]
        fn text_and_bytes_agree(bytes: [u8; 32]) {
            let digest = Digest::from_bytes(bytes);
            proptest::prop_assert_eq!(digest.to_string().parse(), Ok(digest));
            let json = serde_json::to_string(&digest).unwrap();
            proptest::prop_assert_eq!(serde_json::from_str::<Digest>(&json).unwrap(), digest);
        }
    }
}
