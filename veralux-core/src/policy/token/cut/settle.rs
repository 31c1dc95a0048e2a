//! Words that are long, that hold others, or in which letters are held down.

use smallvec::SmallVec;

use super::Cutter;
use crate::policy::lexicon::{self, Key, Lexeme};
use crate::policy::token::{Gap, Token, glued};

/// Where a part of a word begins and ends, and its senses.
type Part = (usize, usize, Lexeme);

impl Cutter<'_> {
    /// Looks a word of `a` to `z` up that was cut, and whether it is several words, or one in which letters are held down.
    #[inline(never)]
    pub(super) fn settle(&mut self, index: usize) {
        let Some(token) = self.tokens.get(index) else { return };
        let (start, end) = (token.start(), token.end());
        let letters = self.chars.get(start..end).unwrap_or_default();
        let key = Key::at(self.padded, start, end);
        let mut lexeme = lexicon::look_up(key);
        let unknown = letters.len() > 3 && lexeme.senses.is_empty();
        if unknown && holds_pair(self.padded, start, end) {
            lexeme = squeezed(letters, lexeme);
        }
        let may_split = unknown && lexeme.senses.is_empty() && glued::may_split(letters);
        if (may_split || letters.ends_with(b"dotcom")) && self.split(index, letters) {
            return;
        }
        self.senses = self.senses.or(lexeme.senses);
        if let Some(token) = self.tokens.get_mut(index) {
            (token.key, token.lexeme) = (key, lexeme);
        }
    }

    /// Puts the words in place of one that it holds; false when it holds none.
    #[inline(never)]
    fn split(&mut self, index: usize, letters: &[u8]) -> bool {
        let Some(token) = self.tokens.get(index) else { return false };
        let (start, end) = (token.start(), token.end());
        let mut parts: SmallVec<[Part; 8]> = SmallVec::new();
        if letters.len() > 8 && letters.ends_with(b"dotcom") {
            parts.extend(self.dotcom(start, end));
        } else {
            glued::split(letters, |from, to, lexeme| parts.push((start + from, start + to, lexeme)));
        }
        if parts.is_empty() {
            return false;
        }
        self.replace(index, &parts);
        true
    }

    /// Puts the parts of a word in its place.
    fn replace(&mut self, index: usize, parts: &[Part]) {
        let Some(whole) = self.tokens.get(index).copied() else { return };
        let cell = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let padded = self.padded;
        let token = |(start, end, lexeme): &Part| Token {
            gap: if *start == whole.start() { whole.gap } else { Gap::None },
            ch: padded.get(*start).copied().unwrap_or_default(),
            start: cell(*start),
            end: cell(*end),
            key: Key::at(padded, *start, *end),
            lexeme: *lexeme,
            ..whole
        };
        self.senses = parts.iter().fold(self.senses, |all, (_, _, lexeme)| all.or(lexeme.senses));
        self.tokens.remove(index);
        self.tokens.insert_many(index, parts.iter().map(token));
    }

    /// "happypawsdotcom"
    fn dotcom(&self, start: usize, end: usize) -> [Part; 3] {
        [(start, end - 6), (end - 6, end - 3), (end - 3, end)].map(|(from, to)| {
            let mut lexeme = lexicon::look_up(Key::at(self.chars, from, to));
            if lexeme.senses.is_empty() && to - from >= 4 {
                lexeme = squeezed(self.chars.get(from..to).unwrap_or_default(), lexeme);
            }
            (from, to, lexeme)
        })
    }
}

/// Whether two of the same stand together; of eight characters or fewer they are looked at at once.
fn holds_pair(chars: &[u8], start: usize, end: usize) -> bool {
    let eight = chars.get(start..).and_then(<[u8]>::first_chunk);
    if let (Some(eight), length @ 2..=8) = (eight, end - start) {
        let eight = u64::from_le_bytes(*eight);
        let differ = eight ^ eight >> 8;
        // Zero bytes, but for those behind the last pair.
        let zeros = differ.wrapping_sub(u64::from_le_bytes([1; 8])) & !differ & u64::from_le_bytes([0x80; 8]);
        return zeros & u64::MAX >> (8 * (9 - length)) != 0;
    }
    let letters = chars.get(start..end).unwrap_or_default();
    letters.iter().zip(letters.iter().skip(1)).any(|(one, other)| one == other)
}

/// The senses of a word without letters that are held down: "fiiive"; beside those that count for nothing by themselves.
fn squeezed(letters: &[u8], lexeme: Lexeme) -> Lexeme {
    let mut last = 0;
    let held = |letter: &u8| std::mem::replace(&mut last, *letter) != *letter;
    let other = lexicon::look_up(Key::of(letters.iter().copied().filter(held)));
    Lexeme { senses: other.senses.or(lexeme.senses), value: other.value }
}
