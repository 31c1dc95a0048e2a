//! A code as it is dialled, and any text as one.

use std::fmt;

use super::mmi::Mmi;
use super::vertical::Vertical;

/// A code that a person dials, exactly as written.
///
/// `Debug` hides every run of five or more digits, since it is mostly somebody's number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Code(String);

/// What a text is to a phone's dialler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading<'a> {
    /// A control string of 3GPP TS 22.030.
    Mmi(Mmi<'a>),
    /// A vertical service code of forwarding.
    Vertical(Vertical<'a>),
    /// Unstructured: ends in `#`, and the network makes of it what it likes.
    Ussd,
    /// Anything else: a number to call, or nothing at all.
    Other,
}

impl<'a> Reading<'a> {
    /// Reads a text exactly as it stands; [`Code::typed`] first removes what people and links put around a code.
    ///
    /// ```
    /// use veralux_core::forwarding::Reading;
    /// // 3GPP TS 22.030, 6.5.2 and 6.5.3.2: what is no control string and ends in # is USSD
    /// assert!(matches!(Reading::of("##21#"), Reading::Mmi(_)));
    /// assert!(matches!(Reading::of("*73"), Reading::Vertical(_)));
    /// assert!(matches!(Reading::of("*71+15550109999*11*25#"), Reading::Ussd));
    /// assert!(matches!(Reading::of("**21*+15550109999"), Reading::Other));
    /// ```
    pub fn of(text: &'a str) -> Self {
        if let Some(mmi) = Mmi::read(text) {
            Self::Mmi(mmi)
        } else if let Some(vertical) = Vertical::read(text) {
            Self::Vertical(vertical)
        } else if text.ends_with('#') {
            Self::Ussd
        } else {
            Self::Other
        }
    }
}

impl Code {
    /// The code in a text that a person typed or pasted: `tel:` and the escapes of a link undone, and the white space,
    /// brackets, dots and dashes removed that people put into numbers.
    ///
    /// ```
    /// use veralux_core::forwarding::Code;
    /// assert_eq!(Code::typed(" tel:**21*+1%20(555)%20010-9999%23").as_str(), "**21*+15550109999#");
    /// ```
    pub fn typed(text: &str) -> Self {
        let text = text.trim();
        let scheme = text.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("tel:"));
        let text = if scheme { text.get(4..).unwrap_or_default() } else { text };
        let mut code = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (c, used) = unescape(rest).unwrap_or((first, first.len_utf8()));
            rest = rest.get(used..).unwrap_or_default();
            if !is_filling(c) {
                code.push(c);
            }
        }
        Self(code)
    }

    /// The text to dial.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is to a dialler.
    pub fn reading(&self) -> Reading<'_> {
        Reading::of(&self.0)
    }

    /// The code as a `tel:` link (RFC 3966), `#` escaped as a URI demands. Diallers of Android take it; Apple's refuses
    /// `*` and `#` in links.
    ///
    /// ```
    /// use veralux_core::forwarding::Code;
    /// assert_eq!(Code::typed("##21#").dial_uri(), "tel:%23%2321%23");
    /// ```
    pub fn dial_uri(&self) -> String {
        format!("tel:{}", self.0.replace('#', "%23"))
    }

    pub(super) fn exact(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(")?;
        let mut rest = self.0.as_str();
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let other = rest.chars().next().map_or(0, char::len_utf8);
            let (run, after) = rest.split_at_checked(digits.max(other)).unwrap_or_default();
            f.write_str(if digits >= 5 { "…" } else { run })?;
            rest = after;
        }
        f.write_str(")")
    }
}

/// One `%` escape of an ASCII character, and how long it is.
fn unescape(text: &str) -> Option<(char, usize)> {
    let hex = text.strip_prefix('%')?.get(..2)?;
    let byte = u8::from_str_radix(hex, 16).ok().filter(u8::is_ascii)?;
    hex.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some((char::from(byte), 3))
}

/// What people put between digits: spaces, invisible marks, brackets, dashes, dots.
fn is_filling(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '(' | ')' | '-' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{feff}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
}
