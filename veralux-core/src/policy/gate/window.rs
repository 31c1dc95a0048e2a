//! Bytes of a text by what they are, sixty-four together, a bit a byte: words are runs of ones.

use super::word;
pub(super) use crate::policy::lanes::BYTES;
use crate::policy::lanes::Lanes;
use crate::policy::lexicon::{self, Spelling};

/// As many more as the letters of the last word may need.
pub(super) const REACH: usize = BYTES + 16;
const LAST: u64 = 1 << 63;
/// A word this long may hold number words anywhere.
const LONG: u32 = 12;

/// What some bytes are.
pub(super) struct Window<'a> {
    bytes: &'a [u8; REACH],
    pub(super) letters: u64,
    pub(super) digits: u64,
    /// Letters whose successor is the same.
    held: u64,
    /// The first bytes of characters that are not ASCII.
    pub(super) leads: u64,
    /// Signs that may be one that a finder begins with, by what stands beside them.
    pub(super) signs: u64,
}

/// The words of a window, a bit for the first letter of each.
pub(super) struct Words {
    /// Those that may have a sense that the gate asks for.
    pub(super) known: u64,
    /// How many are everyday words that may be digits.
    pub(super) weak: usize,
    /// How many there are.
    pub(super) count: u32,
    /// How many are single letters, and which: the last word and those before it, a bit each.
    pub(super) alone: u32,
    pub(super) apart: u64,
}

impl<'a> Window<'a> {
    /// The bytes of a text from one on. `padded` is room for those of its end.
    #[inline]
    pub(super) fn of(text: &'a [u8], padded: &'a mut [u8; REACH]) -> Self {
        let length = text.len().min(BYTES);
        let bytes = if let Some(whole) = text.first_chunk() {
            whole
        } else {
            if let Some(part) = padded.get_mut(..text.len()) {
                part.copy_from_slice(text);
            }
            padded
        };
        let mut window = Self { bytes, letters: 0, digits: 0, held: 0, leads: 0, signs: 0 };
        window.sort();
        window.keep(length);
        window
    }

    #[inline]
    fn sort(&mut self) {
        let (Some(bytes), Some(nexts)) = (self.bytes.first_chunk(), self.bytes.get(1..)) else { return };
        let Some(nexts) = nexts.first_chunk() else { return };
        let (lanes, small) = (Lanes::of(bytes), Lanes::of(bytes).small());
        self.letters = small.within(b'a', b'z');
        self.digits = lanes.within(b'0', b'9');
        self.held = small.same(Lanes::of(nexts).small()) & self.letters & self.letters >> 1;
        let wide = lanes.wide();
        let part = self.letters | self.digits | wide;
        let marks = lanes.within(b'!', b'~') & !part;
        let dots = lanes.equal(b'.');
        // An apostrophe is no sign, and often stands in front of a letter. Outside the window anything may stand.
        let rest = marks & !dots & !lanes.equal(b'\'') & ((part | marks) >> 1 | LAST) | lanes.equal(b'@');
        let dots = dots & (part << 1 & (part >> 1 | LAST) | !((part | dots) << 1));
        if wide != 0 {
            self.leads = lanes.within(0xc0, 0xff);
        }
        if rest | dots != 0 {
            self.sort_marks(rest, dots, part);
        }
    }

    /// Keeps the marks that are a sign where they stand.
    #[inline(never)]
    fn sort_marks(&mut self, mut rest: u64, dots: u64, part: u64) {
        self.signs = dots;
        while rest != 0 {
            let lowest = rest & rest.wrapping_neg();
            rest ^= lowest;
            let place = lowest.trailing_zeros() as usize;
            let next = self.bytes.get(place + 1).copied().unwrap_or_default();
            let sign = match self.bytes.get(place) {
                Some(b'@' | b'!' | b'|' | b'$' | b'_') => true,
                Some(b'%') => next.is_ascii_digit(),
                Some(b'&') => next == b'#',
                Some(b':') => next == b'/',
                // "se-ven"
                Some(b'-' | b'*' | b'~' | b'/') => {
                    next.is_ascii_alphabetic() && (self.letters << 1 | 1) & lowest != 0
                }
                Some(b'#') => next.is_ascii_digit() && (part << 1 | 1) & lowest != 0,
                _ => false,
            };
            self.signs |= lowest * u64::from(sign);
        }
    }

    /// Only the first bytes.
    #[inline]
    pub(super) const fn keep(&mut self, bytes: usize) {
        if bytes >= BYTES {
            return;
        }
        let kept = (1u64 << bytes) - 1;
        self.letters &= kept;
        self.digits &= kept;
        self.held &= kept;
        self.leads &= kept;
        self.signs &= kept;
    }

    /// How the word is spelt that begins at a byte.
    #[inline]
    pub(super) fn spelling(&self, start: u32, length: u32) -> Spelling {
        let start = start as usize % BYTES;
        let eight = self.bytes.get(start..start + 8).and_then(<[u8]>::first_chunk);
        Spelling::new(eight.copied().unwrap_or_default(), length)
    }

    /// The letters of the word that begins at a byte.
    fn word(&self, start: u32, length: u32) -> &[u8] {
        self.bytes.get(start as usize..(start + length) as usize).unwrap_or_default()
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

    /// Looks at the words that begin at some letters; `apart` is of those before them.
    #[inline]
    pub(super) fn words(&self, starts: u64, apart: u64) -> Words {
        let mut words = Words { known: 0, weak: 0, count: 0, alone: 0, apart };
        let mut rest = starts;
        while rest != 0 {
            let start = rest.trailing_zeros();
            let length = self.length(start);
            let bits = lexicon::gate_bits(self.spelling(start, length));
            words.known |= (bits & lexicon::KNOWN) << start;
            words.weak += usize::from(bits & lexicon::WEAK != 0);
            words.count += 1;
            words.alone += u32::from(length < 2);
            words.apart = words.apart << 1 | u64::from(length < 2);
            rest &= rest - 1;
        }
        words
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

    /// The first letters of words that need a closer look: those with one of some letters or with one that stands there
    /// three times, and long ones that may hold other words.
    #[inline]
    pub(super) fn odd(&self, starts: u64, odd: u64) -> u64 {
        let mut found = self.holders(odd | self.held & self.held >> 1);
        let twos = self.letters & self.letters >> 1;
        let six = twos & twos >> 2 & twos >> 4;
        let (mut long, mut doubted) = (starts & six, starts & six & six >> (LONG - 6));
        while long != 0 {
            let start = long.trailing_zeros();
            let length = self.length(start);
            // Most words are none of these. Without a branch, which nothing would foretell.
            let spelling = self.spelling(start, length);
            let held = u64::from(self.is_held(start, length));
            // Where two of the first letters are the same, how the word begins without one of them is not known.
            let begins = lexicon::gated_lead_bit(spelling) | (self.held | self.held >> 1) >> start & 1;
            let dotcom = u64::from(length > 8) & self.ends_in_m(start + length);
            doubted |= (held & begins | dotcom | lexicon::lead_bit(spelling)) << start;
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
        let last = self.bytes.get((end as usize).wrapping_sub(1)).copied().unwrap_or_default();
        u64::from(last | 0x20 == b'm')
    }

    /// Whether a letter stands twice in a row in the word that begins at a byte.
    #[inline]
    const fn is_held(&self, start: u32, length: u32) -> bool {
        self.held & (u64::MAX >> (64 - length) << start) != 0
    }

    /// Whether a word of six letters or more may be several, may end in the words of an address, or may be another without
    /// the letters that are held down in it.
    #[inline(never)]
    fn may_hold(&self, start: u32, length: u32) -> bool {
        if self.is_held(start, length) && self.may_be_held(start, length) {
            return true;
        }
        let spelling = self.spelling(start, length);
        if length <= 8 {
            return lexicon::may_begin_two(spelling) && self.may_be_two(start, length);
        }
        let word = self.word(start, length);
        word::ends_in_dotcom(word)
            || if length < LONG {
                lexicon::may_begin_two(spelling) && self.may_be_two(start, length)
            } else {
                word::holds_numbers(word)
            }
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

    /// Whether a word of fewer than twelve letters may begin with two words that the gate asks for.
    fn may_be_two(&self, start: u32, length: u32) -> bool {
        // A bit for each length of such a word.
        let begins = |from: u32| {
            let spelling = self.spelling(from, 8);
            let known = |letters: u32| u32::from(lexicon::is_gated(spelling.first(letters))) << letters;
            (2..=8).fold(0, |all, letters| all | known(letters)) & ((2 << (start + length - from).min(8)) - 1)
        };
        let mut first = begins(start);
        while first != 0 {
            let next = start + first.trailing_zeros();
            // "femogtyve"
            let joined = self.word(next, 2).eq_ignore_ascii_case(b"og") && next + 2 < start + length;
            if begins(next) != 0 || joined && begins(next + 2) != 0 {
                return true;
            }
            first &= first - 1;
        }
        false
    }
}
