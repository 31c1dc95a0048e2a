//! Phone numbers in E.164 form.
//!
//! Two rules exist on purpose. [`E164::normalise`] is the voice runtime's rule for keys: white space removed, then
//! `^\+[1-9]\d{1,14}$`. [`E164::typed`] is for what a person types or a provider sells: 7 to 15 digits.
//!
//! A sender that has no number has a [`SenderName`].

mod name;

use std::fmt;

pub use name::{MAX_SENDER_NAME_CHARS, SenderName};

/// Digits in the longest number (ITU-T E.164, 6.1).
pub const MAX_DIGITS: usize = 15;
/// Digits in the shortest number that a person may type.
pub const MIN_TYPED_DIGITS: usize = 7;

/// A number in E.164 form: `+`, a digit from 1 to 9, then 1 to 14 more ASCII digits.
///
/// `Debug` shows only its last two digits, so that a number does not reach a log by accident.
///
/// ```
/// use veralux_core::phone::E164;
/// let number = E164::normalise(" +1 415 555 0123 ").unwrap();
/// assert_eq!(number.as_str(), "+14155550123");
/// assert_eq!(number.masked(), "+*********23");
/// assert!(E164::normalise("415-555-0123").is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct E164 {
    // INVARIANT: `bytes[..len]` is `+` and ASCII digits; the rest is zero, so that derived comparison is right.
    bytes: [u8; MAX_DIGITS + 1],
    len: u8,
}

/// Why a text is not a number. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PhoneError {
    /// Nothing but white space.
    #[error("a phone number is required")]
    Empty,
    /// Not `+` and 2 to 15 ASCII digits, the first of them not 0.
    #[error("a phone number must be in E.164 form, like +14155550123")]
    Format,
    /// A number that a person typed has fewer than 7 digits.
    #[error("a phone number has at least {MIN_TYPED_DIGITS} digits")]
    TooShort,
}

impl E164 {
    /// Takes exactly an E.164 text, white space refused.
    ///
    /// # Errors
    /// [`PhoneError::Empty`] for an empty text, else [`PhoneError::Format`].
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        if text.is_empty() {
            return Err(PhoneError::Empty);
        }
        let mut number = Self { bytes: [0; MAX_DIGITS + 1], len: 0 };
        for byte in text.bytes() {
            number.push(byte)?;
        }
        if number.len < 3 { Err(PhoneError::Format) } else { Ok(number) }
    }

    /// The runtime contract's rule: white space anywhere is removed first (as JavaScript's `\s` has it).
    ///
    /// # Errors
    /// [`PhoneError::Empty`] when nothing is left, [`PhoneError::Format`] when what is left is not E.164.
    pub fn normalise(text: &str) -> Result<Self, PhoneError> {
        let mut number = Self { bytes: [0; MAX_DIGITS + 1], len: 0 };
        for c in text.chars().filter(|c| !is_space(*c)) {
            let byte = u8::try_from(c).map_err(|_| PhoneError::Format)?;
            number.push(byte)?;
        }
        match number.len {
            0 => Err(PhoneError::Empty),
            1 | 2 => Err(PhoneError::Format),
            _ => Ok(number),
        }
    }

    /// The stricter rule for a number that a person types: normalised, and 7 to 15 digits.
    ///
    /// # Errors
    /// As [`Self::normalise`], and [`PhoneError::TooShort`].
    pub fn typed(text: &str) -> Result<Self, PhoneError> {
        let number = Self::normalise(text)?;
        if number.digits().len() < MIN_TYPED_DIGITS { Err(PhoneError::TooShort) } else { Ok(number) }
    }

    /// The number with its `+`.
    pub fn as_str(&self) -> &str {
        let used = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        std::str::from_utf8(used).unwrap_or_default()
    }

    /// The digits without the `+`.
    pub fn digits(&self) -> &str {
        self.as_str().strip_prefix('+').unwrap_or_default()
    }

    /// The number with all digits but the last two replaced by `*`.
    pub fn masked(&self) -> String {
        let digits = self.digits();
        let hidden = digits.len().saturating_sub(2);
        let tail = digits.get(hidden..).unwrap_or_default();
        format!("+{}{tail}", "*".repeat(hidden))
    }

    fn push(&mut self, byte: u8) -> Result<(), PhoneError> {
        let fits = match self.len {
            0 => byte == b'+',
            1 => matches!(byte, b'1'..=b'9'),
            _ => byte.is_ascii_digit(),
        };
        let slot = self.bytes.get_mut(usize::from(self.len)).filter(|_| fits);
        *slot.ok_or(PhoneError::Format)? = byte;
        self.len += 1;
        Ok(())
    }
}

/// JavaScript's white space: Unicode's, plus the byte order mark, minus U+0085.
fn is_space(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E164({})", self.masked())
    }
}

impl std::str::FromStr for E164 {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, PhoneError> {
        Self::parse(text)
    }
}

impl serde::Serialize for E164 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for E164 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalise_follows_the_runtime() {
        for (text, expected) in [
            ("+14155550123", Ok("+14155550123")),
            ("  +1 415\t555\u{a0}0123\n", Ok("+14155550123")),
            ("+12", Ok("+12")),
            ("+123456789012345", Ok("+123456789012345")),
            ("", Err(PhoneError::Empty)),
            (" \u{feff} ", Err(PhoneError::Empty)),
            ("+", Err(PhoneError::Format)),
            ("+1", Err(PhoneError::Format)),
            ("+02", Err(PhoneError::Format)),
            ("14155550123", Err(PhoneError::Format)),
            ("+1234567890123456", Err(PhoneError::Format)),
            ("+1415555012a", Err(PhoneError::Format)),
            ("+1\u{85}4155550123", Err(PhoneError::Format)),
            ("+١٤١٥٥٥٥٠١٢٣", Err(PhoneError::Format)),
            ("+１４１５５５５０１２３", Err(PhoneError::Format)),
        ] {
            let got = E164::normalise(text);
            assert_eq!(got.as_ref().map(E164::as_str), expected.as_ref().map(|s| *s), "{text:?}");
        }
    }

    #[test]
    fn parse_takes_no_white_space() {
        assert_eq!(E164::parse("+1 4155550123"), Err(PhoneError::Format));
        assert_eq!(E164::parse("+14155550123").unwrap().digits(), "14155550123");
    }

    #[test]
    fn a_typed_number_has_seven_digits() {
        assert_eq!(E164::typed("+123456"), Err(PhoneError::TooShort));
        assert!(E164::typed("+1234567").is_ok());
    }

    #[test]
    fn debug_is_masked() {
        let number = E164::parse("+14155550123").unwrap();
        assert_eq!(format!("{number:?}"), "E164(+*********23)");
    }

    proptest::proptest! {
        #[test]
        fn parse_and_display_agree(digits in "[1-9][0-9]{1,14}") {
            let text = format!("+{digits}");
            proptest::prop_assert_eq!(E164::parse(&text).unwrap().to_string(), text);
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = (E164::parse(&text), E164::normalise(&text), E164::typed(&text));
        }
    }
}
