//! What words are told apart by.

use super::SLOT_BITS;
use super::sieve::BITS;

/// The first twelve letters of a word in five bits each; no two words of the tables agree in so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) struct Key(pub(super) u64);

const MAX_LETTERS: u32 = 12;

impl Key {
    pub(in crate::policy) const EMPTY: Self = Self(0);
    /// No word.
    pub(in crate::policy) const NONE: Self = Self(u64::MAX);

    /// The key of the word that is one letter, `a` to `z`, longer.
    pub(in crate::policy) const fn with(self, letter: u8) -> Self {
        if self.0 >> (5 * (MAX_LETTERS - 1)) != 0 {
            return self;
        }
        Self(self.0 << 5 | (letter & 31) as u64)
    }

    pub(in crate::policy) fn of(letters: impl Iterator<Item = u8>) -> Self {
        let mut key = Self::EMPTY;
        for letter in letters {
            if !letter.is_ascii_lowercase() {
                return Self::NONE;
            }
            key = key.with(letter);
        }
        key
    }

    /// The key of the small ASCII letters from `start` up to `end`, of which there is one at least.
    #[inline]
    pub(in crate::policy) fn at(letters: &[u8], start: usize, end: usize) -> Self {
        let letters = letters.get(start..).unwrap_or_default();
        match (letters.first_chunk(), end - start) {
            (Some(eight), length @ 1..=8) => Self::packed(*eight, u32::try_from(length).unwrap_or(8)),
            (_, length) => Self::at_length(letters, length),
        }
    }

    /// The same of a long word, or of one at the end of a text.
    fn at_length(letters: &[u8], length: usize) -> Self {
        let letters = letters.get(..length.min(MAX_LETTERS as usize)).unwrap_or_default();
        letters.iter().fold(Self::EMPTY, |key, letter| Self(key.0 << 5 | u64::from(letter & 31)))
    }

    const fn of_word(word: &str) -> Self {
        let (mut key, mut letters) = (Self::EMPTY, word.as_bytes());
        while let [letter, rest @ ..] = letters {
            assert!(letter.is_ascii_lowercase(), "words are of a to z");
            key = key.with(*letter);
            letters = rest;
        }
        key
    }

    /// The key of a word of one to eight letters, from the bytes that it begins with, in either case; what stands behind
    /// the word does not matter. Without a branch, unlike [`Self::of`].
    pub(in crate::policy) const fn packed(bytes: [u8; 8], length: u32) -> Self {
        // Five bits a letter: by pairs, then pairs of pairs.
        let x = u64::from_be_bytes(bytes) & 0x1f1f_1f1f_1f1f_1f1f;
        let x = x & 0x001f_001f_001f_001f | x >> 3 & 0x03e0_03e0_03e0_03e0;
        let x = x & 0x0000_03ff_0000_03ff | x >> 6 & 0x000f_fc00_000f_fc00;
        let x = x & 0x000f_ffff | x >> 12 & 0x00ff_fff0_0000;
        Self(x >> (40 - 5 * length))
    }

    /// The spelling of a word with this key.
    pub(super) const fn spelling(self) -> Spelling {
        let letters = (u64::BITS - self.0.leading_zeros()).div_ceil(5);
        let (mut bytes, mut at) = (0, 0);
        while at < letters && at < 8 {
            bytes |= (self.0 >> (5 * (letters - 1 - at)) & 31) << (8 * at);
            at += 1;
        }
        Spelling(bytes)
    }

    pub(super) const fn slot(self) -> usize {
        // Fibonacci hashing: the top bits of a product with 2^64 / phi.
        (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOT_BITS)) as usize
    }
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

    /// That of its first letters, one at least.
    #[inline]
    pub(in crate::policy) const fn first(self, letters: u32) -> Self {
        if letters < 8 { Self(self.0 & u64::MAX >> (8 * (8 - letters))) } else { self }
    }

    /// The key of the word, which has as many letters, one to eight.
    #[inline]
    pub(in crate::policy) const fn key(self, length: u32) -> Key {
        Key::packed(self.0.to_le_bytes(), length)
    }

    /// A place among 4,096 for its first three letters.
    pub(super) const fn lead_bit(self) -> usize {
        ((self.0 & 0x1f_1f1f).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - 12)) as usize
    }

    pub(super) const fn bit(self) -> usize {
        (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS)) as usize
    }
}

/// The keys of some words, to be made at compile time.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
pub(in crate::policy) const fn words<const N: usize>(words: [&str; N]) -> [Key; N] {
    let mut keys = [Key::NONE; N];
    let mut at = 0;
    while at < N {
        keys[at] = Key::of_word(words[at]);
        at += 1;
    }
    keys
}
