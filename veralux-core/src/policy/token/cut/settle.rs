//! Words that are long, that hold others, or in which letters are held down.

use smallvec::SmallVec;

use super::Cutter;
use crate::policy::lexicon::{self, Key, Lexeme, keys};
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
        // "annleeatgmail.com"
        let dotted = || matches!(self.chars.get(end..), Some([b'.', b'a'..=b'z', ..]));
        if letters.len() > 8
            && (letters.ends_with(b"dotcom") || dotted())
            && self.split_address(index, letters)
        {
            return;
        }
        if may_split && self.split(index, letters) {
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
        let start = token.start();
        let mut parts: SmallVec<[Part; 8]> = SmallVec::new();
        glued::split(letters, |from, to, lexeme| parts.push((start + from, start + to, lexeme)));
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

    /// Cuts the words for signs out of an address: "happypawsdotcom", "annleeATgmailDOTcom", "annleeatgmail.com".
    #[inline(never)]
    fn split_address(&mut self, index: usize, letters: &[u8]) -> bool {
        let Some(token) = self.tokens.get(index) else { return false };
        let (start, end) = (token.start(), token.end());
        let name = if letters.ends_with(b"dotcom") { letters.len() - 6 } else { letters.len() };
        let mut cuts: SmallVec<[usize; 6]> = SmallVec::new();
        cuts.push(start);
        if let Some(sign) = self.sign_in(start, letters.get(..name).unwrap_or_default()) {
            cuts.extend([start + sign, start + sign + 2]);
        }
        if name < letters.len() {
            cuts.extend([end - 6, end - 3]);
        }
        cuts.push(end);
        let part = |(from, to): (&usize, &usize)| {
            let (from, to) = (*from, *to);
            let mut lexeme = lexicon::look_up(Key::at(self.padded, from, to));
            if lexeme.senses.is_empty() && to - from >= 4 {
                lexeme = squeezed(self.chars.get(from..to).unwrap_or_default(), lexeme);
            }
            (from, to, lexeme)
        };
        let parts: SmallVec<[Part; 8]> = cuts.iter().zip(cuts.iter().skip(1)).map(part).collect();
        if parts.len() > 1 {
            self.replace(index, &parts);
        }
        parts.len() > 1
    }

    /// Where the word for the at-sign stands in letters, when a provider stands behind it or it differs from them in size.
    fn sign_in(&self, start: usize, letters: &[u8]) -> Option<usize> {
        let upper = |at: usize| self.folded.is_upper(start + at);
        letters.windows(2).enumerate().skip(2).find_map(|(at, two)| {
            let behind = letters.get(at + 2..).filter(|behind| two == b"at" && behind.len() > 2)?;
            let inside =
                upper(at) == upper(at + 1) && upper(at - 1) == upper(at + 2) && upper(at) != upper(at + 2);
            let known = || behind.len() <= 12 && PROVIDERS.contains(&Key::of(behind.iter().copied()));
            (inside || known()).then_some(at)
        })
    }
}

/// Providers behind a word for the at-sign that nothing divides from them; others end words too: "chatorange.com".
static PROVIDERS: &[Key] =
    keys!("gmail googlemail hotmail yahoo outlook icloud protonmail ymail rediffmail gmx aol yandex");

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
