//! Folded characters by what tokens they make, sixty-four together.

use crate::policy::fold::LETTER;
use crate::policy::lanes::{BYTES, Lanes};
use crate::policy::lexicon::{Key, Spelling};
use crate::policy::token::Gap;

/// As many characters as a block has, and those of the beginning of a word behind it.
pub(super) const REACH: usize = BYTES + 8;

/// What the characters of a block are, a bit each.
pub(super) struct Block<'t> {
    chars: &'t [u8; REACH],
    pub(super) latin: u64,
    /// What words and rows of digits are made of.
    pub(super) runs: u64,
    /// What stands between tokens.
    pub(super) blanks: u64,
    lines: u64,
    /// Characters whose successor is the same.
    pub(super) held: u64,
    /// Letters in front of digits, and digits in front of letters.
    pub(super) mixed: u64,
    /// Characters of tokens that take a closer look: of words with other letters in them, and what a mark that may stand for a
    /// letter belongs to.
    pub(super) special: u64,
}

impl<'t> Block<'t> {
    #[inline]
    pub(super) fn of(chars: &'t [u8; REACH]) -> Self {
        let lanes = |from: usize| {
            let some = chars.get(from..).and_then(<[u8]>::first_chunk);
            some.map_or(Lanes::NONE, Lanes::of)
        };
        let (lanes, nexts) = (lanes(0), lanes(1));
        let (latin, digits) = (lanes.within(b'a', b'z'), lanes.within(b'0', b'9'));
        let (other, lines) = (lanes.equal(LETTER), lanes.equal(b'\n'));
        let runs = latin | digits | other;
        let signs = lanes.any([b'!', b'$', b'|', b'@']);
        let signs = in_front(signs, latin | digits);
        Self {
            chars,
            latin,
            runs,
            blanks: lanes.equal(b' ') | lines,
            lines,
            held: lanes.same(nexts),
            mixed: latin & digits >> 1 | digits & latin >> 1,
            special: other | signs | signs >> 1 & runs,
        }
    }

    /// The character at a place.
    #[inline]
    pub(super) fn at(&self, place: u32) -> u8 {
        self.chars.get(place as usize % BYTES).copied().unwrap_or_default()
    }

    /// The key of a word at a place, of eight letters at most.
    #[inline]
    pub(super) fn key(&self, place: u32, length: u32) -> Key {
        let place = place as usize % BYTES;
        let eight = self.chars.get(place..place + 8).and_then(<[u8]>::first_chunk);
        Spelling::new(eight.copied().unwrap_or_default(), length).key()
    }

    /// The first characters of marks and of letters and digits that stand together.
    #[inline]
    pub(super) const fn runs(&self) -> u64 {
        self.runs & !(self.runs << 1) | !(self.runs | self.blanks)
    }

    /// The first characters of tokens.
    #[inline]
    pub(super) const fn starts(&self) -> u64 {
        self.runs() | self.mixed << 1
    }

    /// The last characters of tokens.
    #[inline]
    pub(super) const fn lasts(&self) -> u64 {
        self.runs & !(self.runs >> 1) | !(self.runs | self.blanks) | self.mixed
    }

    /// The first letters of words with four letters of `a` to `z` or more, and with nine.
    #[inline]
    pub(super) const fn long(&self) -> (u64, u64) {
        let two = self.latin & self.latin >> 1;
        let four = two & two >> 2;
        let first = self.latin & !(self.latin << 1);
        (four & first, four & four >> 4 & self.latin >> 8 & first)
    }

    /// What stands between two tokens.
    #[inline]
    pub(super) fn gap(&self, between: u64) -> Gap {
        gap(between & self.blanks != 0, between & self.lines != 0)
    }

    /// The characters behind a line end and nothing but blanks.
    #[inline]
    pub(super) const fn behind_lines(&self) -> u64 {
        if self.lines == 0 {
            return 0;
        }
        let (mut filled, mut blanks, mut step) = (self.lines, self.blanks, 1);
        while step < 64 {
            filled |= filled << step & blanks;
            blanks &= blanks << step;
            step *= 2;
        }
        filled << 1
    }
}

/// Those of some signs behind which, over others of them, a word goes on; what stands behind the block is not known.
#[inline]
const fn in_front(signs: u64, words: u64) -> u64 {
    let (mut leads, mut through, mut step) = (words >> 1 | 1 << 63, signs, 1);
    // No word has more of them in a row.
    while step < 16 && through != 0 {
        leads |= leads >> step & through;
        through &= through >> step;
        step *= 2;
    }
    leads & signs
}

/// The gap of a blank, and of a line end. Without a branch.
#[inline]
pub(super) fn gap(blank: bool, line: bool) -> Gap {
    const GAPS: [Gap; 3] = [Gap::None, Gap::Space, Gap::Line];
    GAPS.get(usize::from(blank) + usize::from(line)).copied().unwrap_or(Gap::Line)
}
