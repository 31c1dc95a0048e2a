//! A JSON string as it stands in a document: compared, measured and decoded without a copy where that is possible.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::str::Chars;

/// What stands between the quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    // INVARIANT: no quote and no control character outside an escape; every escape is complete.
    raw: &'a str,
    form: Form,
}

/// Whether there are escapes. A word wide: copied with the padding that a `bool` has, a check costs a quarter more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
enum Form {
    Plain,
    Escaped,
}

impl<'a> Text<'a> {
    pub(super) fn new(raw: &'a str, escaped: bool) -> Self {
        Self { raw, form: if escaped { Form::Escaped } else { Form::Plain } }
    }

    #[inline]
    pub(super) fn is(self, text: &str) -> bool {
        if self.is_plain() { self.raw == text } else { self.points().eq(text.chars().map(u32::from)) }
    }

    pub(super) fn is_empty(self) -> bool {
        self.raw.is_empty()
    }

    /// Length in UTF-16 code units, as JavaScript counts.
    pub(super) fn units(self) -> usize {
        if self.is_plain() && self.raw.is_ascii() {
            return self.raw.len();
        }
        self.points().map(|point| if point > 0xffff { 2 } else { 1 }).sum()
    }

    /// The text; half a surrogate pair, which Unicode text cannot hold, becomes U+FFFD.
    pub(super) fn decode(self) -> Cow<'a, str> {
        if self.is_plain() {
            return Cow::Borrowed(self.raw);
        }
        Cow::Owned(self.points().map(|p| char::from_u32(p).unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
    }

    /// The order of RFC 8785, 3.2.3: by UTF-16 code units.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        // UTF-8 and UTF-16 order differ only beyond ASCII.
        if self.is_plain() && other.is_plain() && self.raw.is_ascii() && other.raw.is_ascii() {
            return self.raw.cmp(other.raw);
        }
        self.points().flat_map(units_of).cmp(other.points().flat_map(units_of))
    }

    /// Code points, a half of a surrogate pair among them.
    pub(super) fn points(self) -> Points<'a> {
        Points(self.raw.chars())
    }

    fn is_plain(self) -> bool {
        self.form == Form::Plain
    }

    /// As it stands between the quotes.
    pub(super) fn raw(self) -> &'a str {
        self.raw
    }
}

fn units_of(point: u32) -> impl Iterator<Item = u32> {
    let above = point.checked_sub(0x1_0000);
    let first = above.map_or(point, |above| 0xd800 + (above >> 10));
    std::iter::once(first).chain(above.map(|above| 0xdc00 + (above & 0x3ff)))
}

/// Walks the code points of a raw JSON string.
pub(super) struct Points<'a>(Chars<'a>);

impl Iterator for Points<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self.0.next()? {
            '\\' => Some(self.escape()),
            plain => Some(u32::from(plain)),
        }
    }
}

impl Points<'_> {
    fn escape(&mut self) -> u32 {
        match self.0.next() {
            Some('b') => 0x08,
            Some('f') => 0x0c,
            Some('n') => 0x0a,
            Some('r') => 0x0d,
            Some('t') => 0x09,
            Some('u') => self.unit(),
            other => other.map_or(0xfffd, u32::from),
        }
    }

    /// Four hexadecimal digits; with the second half of a surrogate pair, if the first half stands here.
    fn unit(&mut self) -> u32 {
        let first = hex(&mut self.0);
        if !(0xd800..0xdc00).contains(&first) {
            return first;
        }
        let mut ahead = self.0.clone();
        if ahead.next() != Some('\\') || ahead.next() != Some('u') {
            return first;
        }
        let second = hex(&mut ahead);
        if !(0xdc00..0xe000).contains(&second) {
            return first;
        }
        self.0 = ahead;
        0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)
    }
}

fn hex(chars: &mut Chars<'_>) -> u32 {
    chars.by_ref().take(4).fold(0, |value, c| value * 16 + c.to_digit(16).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(raw: &str) -> Text<'_> {
        Text::new(raw, raw.contains('\\'))
    }

    #[test]
    fn escapes_and_lengths() {
        for (raw, decoded, units) in [
            ("", "", 0),
            ("abc", "abc", 3),
            ("👍👍", "👍👍", 4),
            (r"\ud83d\udc4d", "👍", 2),
            (r"\uD83D\uDC4Dx", "👍x", 3),
            (r"\ud83d", "\u{fffd}", 1),
            (r"\udc4d\ud83d", "\u{fffd}\u{fffd}", 2),
            (r"\ud83d\ud83d\udc4d", "\u{fffd}👍", 3),
            (r"\ud83d\n", "\u{fffd}\n", 2),
            (r#"\"\\\/\b\f\n\r\tA"#, "\"\\/\u{8}\u{c}\n\r\tA", 9),
            ("äöüß", "äöüß", 4),
        ] {
            assert_eq!(text(raw).decode(), decoded, "{raw}");
            assert_eq!(text(raw).units(), units, "{raw}");
        }
    }

    #[test]
    fn equal_texts_in_other_spellings() {
        assert!(text(r"webhook\u0053ecret").is("webhookSecret"));
        assert!(!text(r"\ud800").is("\u{fffd}"));
        assert_eq!(text(r"\u0061").order(&text("a")), Ordering::Equal);
    }

    #[test]
    fn order_is_by_utf_16_units() {
        // U+1F44D is D83D DC4D and so sorts before U+FB33, though its code point is higher (RFC 8785, 3.2.3).
        assert_eq!(text("👍").order(&text("\u{fb33}")), Ordering::Less);
        assert_eq!(text("a").order(&text("ab")), Ordering::Less);
        assert_eq!(text("ö").order(&text("z")), Ordering::Greater);
    }
}
