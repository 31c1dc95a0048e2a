use std::fmt;
use std::str::FromStr;

use super::PhoneError;

/// Longest name of a sender, in characters. Networks take 11 letters; some that forward e-mail send an address.
pub const MAX_SENDER_NAME_CHARS: usize = 64;

/// Who wrote a message, where that is no number in E.164 form: a short code (`12345`) or a name in letters (`OAKBANK`).
///
/// Nobody can be written to under it. `Debug` shows its length only.
///
/// ```
/// use veralux_core::phone::SenderName;
/// assert_eq!(SenderName::told(" OAKBANK\n").unwrap().as_str(), "OAKBANK");
/// assert_eq!(SenderName::told(" "), None);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SenderName(String);

impl SenderName {
    /// What a provider says, without control characters and the white space around it, cut to its longest: a message is not
    /// refused for how its sender is called. `None` when nothing is left.
    pub fn told(text: &str) -> Option<Self> {
        let kept: String = text.chars().filter(|c| !c.is_control()).collect();
        let kept: String = kept.trim().chars().take(MAX_SENDER_NAME_CHARS).collect();
        let kept = kept.trim_end();
        (!kept.is_empty()).then(|| Self(kept.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SenderName {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, PhoneError> {
        Self::told(text).ok_or(PhoneError::Empty)
    }
}

impl fmt::Debug for SenderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SenderName({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_kept_within_bounds() {
        let long = "é".repeat(MAX_SENDER_NAME_CHARS + 1);
        for (told, kept) in [
            ("12345", Some("12345")),
            (" OAK BANK ", Some("OAK BANK")),
            ("OAK\u{0}\nBANK", Some("OAKBANK")),
            ("", None),
            (" \r\n\u{0}", None),
            (long.as_str(), long.get(.."é".len() * MAX_SENDER_NAME_CHARS)),
        ] {
            let name = SenderName::told(told);
            assert_eq!(name.as_ref().map(SenderName::as_str), kept, "{told:?}");
            assert_eq!(kept.map(|kept| kept.parse().unwrap()), name, "what was kept is read as it is");
        }
    }

    #[test]
    fn debug_shows_no_name() {
        assert_eq!(format!("{:?}", SenderName::told("OAKBANK").unwrap()), "SenderName(7 bytes)");
    }
}
