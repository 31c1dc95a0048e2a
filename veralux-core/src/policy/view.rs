//! A text as the finders look at it.

use super::{ByteSpan, Finding, Kind, Severity};

/// A text and its bytes. Reading outside it gives 0, so that finders need no checks of their own.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    text: &'a str,
    bytes: &'a [u8],
}

impl<'a> View<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes() }
    }

    pub(super) const fn len(self) -> usize {
        self.bytes.len()
    }

    pub(super) fn at(self, index: usize) -> u8 {
        self.bytes.get(index).copied().unwrap_or(0)
    }

    /// The byte in front of a place.
    pub(super) fn before(self, index: usize) -> u8 {
        index.checked_sub(1).map_or(0, |index| self.at(index))
    }

    /// Empty when the span does not lie on character boundaries.
    pub(super) fn slice(self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The character in front of a place on a character boundary.
    pub(super) fn char_before(self, index: usize) -> Option<char> {
        self.text.get(..index)?.chars().next_back()
    }

    /// The character at a place on a character boundary.
    pub(super) fn char_at(self, index: usize) -> Option<char> {
        self.text.get(index..)?.chars().next()
    }

    /// Where a run of such bytes that holds `from` begins, at most `most` bytes back.
    pub(super) fn run_start(self, from: usize, most: usize, belongs: fn(u8) -> bool) -> usize {
        let back = (1..=most.min(from)).take_while(|back| belongs(self.at(from - back))).count();
        from - back
    }

    /// Where a run of such bytes that begins at `from` ends, at most `most` bytes on.
    pub(super) fn run_end(self, from: usize, most: usize, belongs: fn(u8) -> bool) -> usize {
        let limit = from.saturating_add(most).min(self.len());
        (from..limit).find(|index| !belongs(self.at(*index))).unwrap_or(limit.max(from))
    }

    /// The last words in front of a place, nearest first, from at most 48 bytes and not over a line's end.
    pub(super) fn words_before(self, index: usize) -> impl Iterator<Item = &'a str> {
        let mut from = index.saturating_sub(48);
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        let near = self.slice(from, index);
        let line = near.rsplit('\n').next().unwrap_or_default();
        line.rsplit(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
    }

    /// Where what runs on to white space, quotes or brackets ends, trailing punctuation left out.
    pub(super) fn token_end(self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        let stop = |c: char| c.is_whitespace() || c.is_control() || "<>\"`[]{}|\\^".contains(c);
        let token = rest.split(stop).next().unwrap_or_default();
        from + token.trim_end_matches(|c: char| !(c.is_alphanumeric() || "/=&#_-~".contains(c))).len()
    }
}

pub(super) fn identifier(
    kind: Kind,
    start: usize,
    end: usize,
    value: String,
    rule: &'static str,
    score: u8,
) -> Finding {
    Finding { kind, span: ByteSpan { start, end }, value, rule, score, severity: Severity::Identifier }
}

pub(super) fn in_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-'
}
