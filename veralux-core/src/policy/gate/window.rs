//! Bytes of a text by what they are, sixty-four together, a bit a byte: words are runs of ones.

use super::word;
use crate::policy::lanes::{BEFORE, Lanes};
pub(super) use crate::policy::lanes::{BYTES, COPIED, Copied, SHORTEST};
use crate::policy::lexicon::{self, Spelling};

const LAST: u64 = 1 << 63;
/// A word this long may hold number words anywhere.
const LONG: u32 = 12;

/// What some bytes are.
pub(super) struct Window<'a> {
    copy: &'a Copied,
    pub(super) letters: u64,
    pub(super) digits: u64,
    /// Letters whose successor is the same.
    held: u64,
    /// The first bytes of characters that are not ASCII.
    pub(super) leads: u64,
    /// Marks that may be a sign that a finder begins with, by what stands beside them.
    pub(super) marks: u64,
    pub(super) holds_at: bool,
}

impl<'a> Window<'a> {
    /// The rest of a text.
    #[inline]
    pub(super) fn of(text: &[u8], rest: &[u8], copy: &'a mut Copied) -> Self {
        let (lanes, same) = Lanes::of_rest(text, rest, copy);
        let small = lanes.small();
        let (letters, digits) = (small.within(b'a', b'z'), lanes.within(b'0', b'9'));
        let (wide, leads) = if lanes.has_wide() { (lanes.wide(), lanes.within(0xc0, 0xff)) } else { (0, 0) };
        let part = letters | digits | wide;
        // An apostrophe is no mark, and often stands in front of a letter. Outside the window anything may stand.
        let (marks, dots) = (lanes.within_but(b'!', b'~', b'\'') & !part, lanes.equal(b'.'));
        let within = part << 1 & (part >> 1 | LAST) & !(digits << 1 & digits >> 1);
        let dots = dots & (within | !((part | dots) << 1 | dots >> 1));
        Self {
            copy,
            letters,
            digits,
            held: same & letters & letters >> 1,
            leads,
            marks: marks & !lanes.equal(b'.') & ((part | marks) >> 1 | LAST) | dots,
            holds_at: lanes.has(b'@'),
        }
    }

    /// Only the first bytes, of which there is one at least.
    #[inline]
    pub(super) const fn keep(&mut self, bytes: usize) {
        let kept = u64::MAX >> ((BYTES - bytes) % BYTES);
        self.letters &= kept;
        self.digits &= kept;
        self.held &= kept;
        self.leads &= kept;
        self.marks &= kept;
    }

    /// How the word is spelt that begins at a byte.
    #[inline]
    pub(super) fn spelling(&self, start: u32, length: u32) -> Spelling {
        Spelling::new(self.eight(start).to_le_bytes(), length)
    }

    /// The eight bytes from one on.
    #[inline]
    fn eight(&self, start: u32) -> u64 {
        let at = BEFORE + start as usize % BYTES;
        let eight = self.copy.get(at..at + 8).and_then(<[u8]>::first_chunk);
        u64::from_le_bytes(eight.copied().unwrap_or_default())
    }

    /// The letters of the word that begins at a byte.
    fn word(&self, start: u32, length: u32) -> &[u8] {
        let start = BEFORE + start as usize;
        self.copy.get(start..start + length as usize).unwrap_or_default()
    }

    /// The first letters of words.
    #[inline]
    pub(super) const fn starts(&self) -> u64 {
        self.letters & !(self.letters << 1)
    }

    /// How many letters stand together from one on.
    #[inline]
    pub(super) const fn length(&self, start: u32) -> u32 {
        (!(self.letters >> (start % 64))).trailing_zeros()
    }

    /// The first letters of the words that some letters belong to.
    #[inline]
    pub(super) fn holders(&self, letters: u64) -> u64 {
        let starts = self.starts();
        let (mut rest, mut found) = (letters & self.letters, 0);
        while rest != 0 {
            // The last start up to the letter; the others of its word need not be looked at.
            let before = starts & u64::MAX >> rest.leading_zeros();
            let start = before.checked_ilog2().unwrap_or_default();
            found |= 1 << start;
            rest &= (1 << start) - 1;
        }
        found
    }

    /// The first letters of words that need a closer look: those in which a letter stands three times in a row, and long
    /// ones that may hold other words.
    #[inline]
    pub(super) fn odd(&self, starts: u64) -> u64 {
        let mut found = self.holders(self.held & self.held >> 1);
        let twos = self.letters & self.letters >> 1;
        let six = twos & twos >> 2 & twos >> 4;
        let (mut long, mut doubted) = (starts & six, starts & six & six >> (LONG - 6));
        while long != 0 {
            let start = long.trailing_zeros();
            let length = self.length(start);
            // Most words are none of these. Without a branch, which nothing would foretell.
            let two = lexicon::begins_two_bit(self.spelling(start, length));
            let dotcom = u64::from(length > 8) & self.ends_in_m(start + length);
            let pairs = self.pairs(start, length);
            let once = lexicon::gate_bits(self.once(start, length, pairs));
            let held =
                u64::from(pairs & pairs.wrapping_sub(1) != 0) | u64::from(pairs != 0) & (once | once >> 1);
            doubted |= (two | dotcom | held) << start;
            long &= long - 1;
        }
        while doubted != 0 {
            let start = doubted.trailing_zeros();
            found |= u64::from(self.may_hold(start, self.length(start))) << start;
            doubted &= doubted - 1;
        }
        found & starts
    }

    /// Whether the last letter in front of a byte is that of "dotcom", as a number.
    #[inline]
    fn ends_in_m(&self, end: u32) -> u64 {
        let last =
            self.copy.get(BEFORE + (end as usize).wrapping_sub(1) % BYTES).copied().unwrap_or_default();
        u64::from(last | 0x20 == b'm')
    }

    /// The letters of the word that begins at a byte which the same follows, the word's first as the lowest bit.
    #[inline]
    pub(super) const fn pairs(&self, start: u32, length: u32) -> u64 {
        self.held >> (start % 64) & u64::MAX >> (64 - length)
    }

    /// How a long word is spelt without the first of such letters.
    #[inline]
    fn once(&self, start: u32, length: u32, pairs: u64) -> Spelling {
        let front = 1u64.checked_shl(8 * pairs.trailing_zeros()).unwrap_or_default().wrapping_sub(1);
        let once = self.eight(start) & front | self.eight(start + 1) & !front;
        Spelling::new(once.to_le_bytes(), length - 1)
    }

    /// Whether a word of six letters or more may be several, may end in the words of an address, or may be another without
    /// the letters that are held down in it.
    #[inline(never)]
    fn may_hold(&self, start: u32, length: u32) -> bool {
        if self.pairs(start, length) != 0 && self.may_be_held(start, length) {
            return true;
        }
        let word = self.word(start, length);
        word::ends_in_dotcom(word) || word::holds_numbers(word)
    }

    /// Whether a long word may be another without the letters that are held down in it.
    fn may_be_held(&self, start: u32, length: u32) -> bool {
        let word = self.word(start, length);
        let (mut eight, mut at, mut last) = (0u64, 0, 0);
        for letter in word.iter().map(|byte| byte & 0x1f) {
            let more = u32::from(letter != last && at < 64);
            eight |= u64::from(letter).checked_shl(at).unwrap_or_default() * u64::from(more);
            at += 8 * more;
            last = letter;
        }
        lexicon::is_gated(Spelling::new(eight.to_le_bytes(), 8))
    }
}
