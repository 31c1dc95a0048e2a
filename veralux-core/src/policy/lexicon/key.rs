//! What words are told apart by.

use super::SLOT_BITS;
use super::sieve::BITS;

/// The first twelve letters of a word, no two words of the tables agree in so many: eight as they stand in memory, five bits
/// of a byte each, so that most words need no more than to be read, and four in the bits that these leave free. Of a word of
/// another script, a hash of its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) struct Key(pub(super) u64);

const MAX_LETTERS: usize = 12;
/// Letters in bytes of their own, and the bits of these.
const WHOLE: u32 = 8;
const BITS_OF_WHOLE: u64 = 0x1f1f_1f1f_1f1f_1f1f;

impl Key {
    pub(in crate::policy) const EMPTY: Self = Self(0);
    /// No word.
    pub(in crate::policy) const NONE: Self = Self(u64::MAX);

    /// The key of the word that is one letter, `a` to `z`, longer.
    pub(in crate::policy) const fn with(self, letter: u8) -> Self {
        self.with_nth(letter, self.letters())
    }

    /// The same for who knows how many letters it has.
    #[inline]
    pub(in crate::policy) const fn with_nth(self, letter: u8, letters: u32) -> Self {
        match letters {
            0..WHOLE => Self(self.0 | ((letter & 31) as u64) << (8 * letters)),
            WHOLE..12 => Self(self.0 | spread(letter as u64) << (16 * (letters - WHOLE))),
            _ => self,
        }
    }

    /// How many letters it has.
    pub(in crate::policy) const fn letters(self) -> u32 {
        let whole = (u64::BITS - (self.0 & BITS_OF_WHOLE).leading_zeros()).div_ceil(8);
        if whole < WHOLE {
            return whole;
        }
        WHOLE + (u64::BITS - (self.0 & !BITS_OF_WHOLE).leading_zeros()).div_ceil(16)
    }

    /// The key of the word of so many letters with another behind it.
    pub(in crate::policy) fn followed_by(self, other: Self, letters: usize, others: &[u8]) -> Self {
        if letters + others.len() <= WHOLE as usize && !others.is_empty() {
            return Self(self.0 | other.0 << (8 * letters));
        }
        others.iter().fold(self, |key, letter| key.with(letter | 0x20))
    }

    pub(in crate::policy) fn of(letters: impl Iterator<Item = u8>) -> Self {
        let mut key = Self::EMPTY;
        for (nth, letter) in (0..).zip(letters) {
            if !letter.is_ascii_lowercase() {
                return Self::NONE;
            }
            key = key.with_nth(letter, nth);
        }
        key
    }

    /// The key of the ASCII letters from `start` up to `end`, of which there is one at least, in either case.
    #[inline]
    pub(in crate::policy) fn at(letters: &[u8], start: usize, end: usize) -> Self {
        let letters = letters.get(start..).unwrap_or_default();
        match (letters.first_chunk(), end - start) {
            (Some(eight), length @ 1..=8) => Self::packed(*eight, u32::try_from(length).unwrap_or(WHOLE)),
            (_, length) => Self::at_length(letters, length),
        }
    }

    /// The same of a long word, or of one at the end of a text.
    fn at_length(letters: &[u8], length: usize) -> Self {
        let letters = letters.get(..length.min(MAX_LETTERS)).unwrap_or_default();
        let Some((eight, rest)) = letters.split_first_chunk() else {
            return Self(letters.iter().rev().fold(0, |key, letter| key << 8 | u64::from(letter & 31)));
        };
        let rest = rest.iter().rev().fold(0, |rest, letter| rest << 16 | u64::from(*letter));
        Self(Self::packed(*eight, WHOLE).0 | spread(rest))
    }

    /// How many words a text has.
    pub(in crate::policy) const fn count(text: &str) -> usize {
        let mut rest = text.as_bytes();
        let mut words = 0;
        while let Some((_, behind)) = next_word(rest) {
            rest = behind;
            words += 1;
        }
        words
    }

    /// The keys of the words of a text, of which there are `N`.
    #[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
    pub(in crate::policy) const fn all_of<const N: usize>(text: &str) -> [Self; N] {
        let mut keys = [Self::NONE; N];
        let mut rest = text.as_bytes();
        let mut at = 0;
        while let Some((word, behind)) = next_word(rest) {
            keys[at] = Self::of_word(word);
            rest = behind;
            at += 1;
        }
        keys
    }

    /// The key of a word of a list or a row, which is of `a` to `z` or wholly of another script.
    pub(in crate::policy) const fn of_word(mut letters: &[u8]) -> Self {
        if !letters.is_ascii() {
            return Self::of_letters(letters);
        }
        let mut key = Self::EMPTY;
        while let [letter, rest @ ..] = letters {
            assert!(letter.is_ascii_lowercase(), "words are of a to z");
            key = key.with(*letter);
            letters = rest;
        }
        key
    }

    /// The key of a word of one to eight letters, from the bytes that it begins with, in either case; what stands behind
    /// the word does not matter.
    #[inline]
    pub(in crate::policy) const fn packed(bytes: [u8; 8], length: u32) -> Self {
        Self(u64::from_le_bytes(bytes) & BITS_OF_WHOLE >> (8 * (WHOLE - length)))
    }

    /// The spelling of a word with this key.
    pub(in crate::policy) const fn spelling(self) -> Spelling {
        Spelling(self.0 & BITS_OF_WHOLE)
    }

    pub(super) const fn slot(self) -> usize {
        // Fibonacci hashing: the top bits of a product with 2^64 / phi.
        (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOT_BITS)) as usize
    }
}

/// The first word of a text, and what stands behind it.
pub(super) const fn next_word(mut text: &[u8]) -> Option<(&[u8], &[u8])> {
    while let [b' ' | b'\n', rest @ ..] = text {
        text = rest;
    }
    let mut rest = text;
    while let [letter, behind @ ..] = rest
        && !matches!(letter, b' ' | b'\n')
    {
        rest = behind;
    }
    if text.is_empty() { None } else { Some((text.split_at(text.len() - rest.len()).0, rest)) }
}

/// Letters, sixteen bits each, in the bits that twice as many others leave free.
const fn spread(letters: u64) -> u64 {
    (letters & 0x0007_0007_0007_0007) << 5 | (letters & 0x0018_0018_0018_0018) << 10
}

/// The bits that tell letters apart, in the first bytes of as many as a place says.
static LETTERS: [u64; 64] = letters();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn letters() -> [u64; 64] {
    let mut rows = [0x1f1f_1f1f_1f1f_1f1f; 64];
    let mut length = 1;
    while length < 8 {
        rows[length] >>= 8 * (8 - length);
        length += 1;
    }
    rows
}

/// The first eight letters of a word as they stand in memory: sooner made than a key, and enough to rule most words out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) struct Spelling(u64);

impl Spelling {
    /// From the bytes that a word begins with, in either case; what stands behind the word does not matter.
    #[inline]
    pub(in crate::policy) fn new(bytes: [u8; 8], length: u32) -> Self {
        let letters = LETTERS.get((length % 64) as usize).copied().unwrap_or_default();
        Self(u64::from_le_bytes(bytes) & letters)
    }

    /// That of four letters.
    #[inline]
    pub(in crate::policy) const fn of_four(letters: [u8; 4]) -> Self {
        Self((u32::from_le_bytes(letters) & 0x1f1f_1f1f) as u64)
    }

    /// The key of the word, which has eight letters at most.
    #[inline]
    pub(in crate::policy) const fn key(self) -> Key {
        Key(self.0)
    }

    /// Its first three letters as a number of fifteen bits.
    pub(super) const fn three(self) -> u64 {
        self.0 & 31 | (self.0 >> 8 & 31) << 5 | (self.0 >> 16 & 31) << 10
    }

    /// A place among 65,536 for its first four letters; the factor is chosen like that of the sieve.
    pub(super) const fn lead_of_two(self) -> usize {
        ((self.0 & 0x1f1f_1f1f).wrapping_mul(0xf9c6_3788_a97e_5727) >> (64 - 16)) as usize
    }

    /// A place in the sieve. Of many factors this is one of those that lead few everyday words to the places of others.
    pub(super) const fn bit(self) -> usize {
        (self.0.wrapping_mul(0x59a2_0159_ade5_5dc5) >> (64 - BITS)) as usize
    }
}

/// The keys of the words of one text or several, with spaces between, made at compile time.
macro_rules! keys {
    ($($text:literal),+ $(,)?) => {
        const {
            const TEXT: &str = concat!($($text, " "),+);
            const KEYS: [$crate::policy::lexicon::Key; $crate::policy::lexicon::Key::count(TEXT)] =
                $crate::policy::lexicon::Key::all_of(TEXT);
            let keys: &'static [$crate::policy::lexicon::Key] = &KEYS;
            keys
        }
    };
}
pub(in crate::policy) use keys;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_of_the_words_of_their_texts() {
        let keys = keys!(
            "follow find",
            "ищи \
             a"
        );
        let words = ["follow", "find", "ищи", "a"];
        assert_eq!(keys, words.map(|word| Key::of_word(word.as_bytes())));
        assert!(keys!("point").iter().eq([&Key::of(b"point".iter().copied())]));
    }
}
