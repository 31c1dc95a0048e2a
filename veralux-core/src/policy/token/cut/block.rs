//! Folded characters by what tokens they make, sixty-four together.

use crate::policy::fold::LETTER;
use crate::policy::lanes::{BYTES, Lanes};
use crate::policy::token::Gap;

/// What the characters of a block are, a bit each.
pub(super) struct Block {
    pub(super) latin: u64,
    pub(super) digits: u64,
    /// What words and rows of digits are made of.
    pub(super) runs: u64,
    /// What stands between tokens.
    pub(super) blanks: u64,
    lines: u64,
    /// Characters whose successor is the same.
    pub(super) held: u64,
    /// Characters of tokens that take a closer look: of words with other letters or digits in them, and what a mark that may
    /// stand for a letter belongs to.
    pub(super) special: u64,
}

impl Block {
    #[inline]
    pub(super) fn of(chars: &[u8; BYTES], nexts: &[u8; BYTES]) -> Self {
        let lanes = Lanes::of(chars);
        let (latin, digits) = (lanes.within(b'a', b'z'), lanes.within(b'0', b'9'));
        let (other, lines) = (lanes.equal(LETTER), lanes.equal(b'\n'));
        let runs = latin | digits | other;
        let signs = lanes.equal(b'!') | lanes.equal(b'$') | lanes.equal(b'|');
        // Where a word goes on behind them; what stands behind the block is not known.
        let signs = signs & ((latin | digits | signs) >> 1 | 1 << 63);
        let mixed = (latin ^ latin >> 1 | digits ^ digits >> 1) & runs & runs >> 1;
        Self {
            latin,
            digits,
            runs,
            blanks: lanes.equal(b' ') | lines,
            lines,
            held: lanes.same(Lanes::of(nexts)),
            special: other | mixed | signs | signs >> 1 & runs,
        }
    }

    /// The first characters of tokens.
    #[inline]
    pub(super) const fn starts(&self) -> u64 {
        self.runs & !(self.runs << 1) | !(self.runs | self.blanks)
    }

    /// The last characters of tokens.
    #[inline]
    pub(super) const fn lasts(&self) -> u64 {
        self.runs & !(self.runs >> 1) | !(self.runs | self.blanks)
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

/// The gap of a blank, and of a line end. Without a branch.
#[inline]
pub(super) fn gap(blank: bool, line: bool) -> Gap {
    const GAPS: [Gap; 3] = [Gap::None, Gap::Space, Gap::Line];
    GAPS.get(usize::from(blank) + usize::from(line)).copied().unwrap_or(Gap::Line)
}
