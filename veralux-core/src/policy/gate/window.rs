//! Bytes of a text by what they are, sixty-four together, a bit a byte: words are runs of ones.

use super::lanes;
use super::word;
use crate::policy::lexicon::{self, Spelling};

/// Bytes that are looked at together.
pub(super) const BYTES: usize = 64;
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
    pub(super) held: u64,
    /// The first bytes of characters that are not ASCII.
    pub(super) leads: u64,
    /// Signs that may be one that a finder begins with, by what stands beside them.
    pub(super) signs: u64,
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

    fn sort(&mut self) {
        let (Some(bytes), Some(nexts)) = (self.bytes.first_chunk(), self.bytes.get(1..)) else { return };
        let Some(nexts) = nexts.first_chunk() else { return };
        // All of them, whatever the length: nothing foretells it. A range has two ends, also where one would do: compilers
        // keep to whole bytes then.
        self.letters = lanes::each(bytes, |byte| byte.is_ascii_alphabetic());
        self.digits = lanes::each(bytes, |byte| byte.is_ascii_digit());
        self.held = lanes::each_pair(bytes, nexts, |byte, next| byte | 0x20 == next | 0x20)
            & self.letters
            & self.letters >> 1;
        let mut part = self.letters | self.digits;
        let rest = lanes::each(bytes, |byte| byte.is_ascii_graphic()) & !part;
        if bytes.iter().fold(0, |all, byte| all | byte) >= 0x80 {
            part |= lanes::each(bytes, |byte| (0x80..=0xf8).contains(&byte));
            self.leads = lanes::each(bytes, |byte| (0xc0..=0xf8).contains(&byte));
        }
        self.sort_marks(rest, part);
    }

    fn sort_marks(&mut self, mut rest: u64, part: u64) {
        let (mut dots, mut marks) = (0, 0);
        while rest != 0 {
            let lowest = rest & rest.wrapping_neg();
            rest ^= lowest;
            match self.bytes.get(lowest.trailing_zeros() as usize) {
                Some(b'.') => dots |= lowest,
                Some(b'@') => self.signs |= lowest,
                Some(b'%' | b'&' | b':' | b'/' | b'#' | b'$' | b'!' | b'|' | b'_') => marks |= lowest,
                _ => {}
            }
        }
        // Outside the window anything may stand.
        let inside = part << 1 & (part >> 1 | LAST) | !((part | dots) << 1);
        self.signs |= dots & inside | marks & ((part | marks) >> 1 | LAST);
    }

    /// Only the first bytes.
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
    pub(super) fn spelling(&self, start: u32, length: u32) -> Spelling {
        let start = start as usize % BYTES;
        let eight = self.bytes.get(start..start + 8).and_then(<[u8]>::first_chunk);
        Spelling::new(eight.copied().unwrap_or_default(), length)
    }

    /// The letters of the word that begins at a byte.
    fn word(&self, start: u32, length: u32) -> &[u8] {
        self.bytes.get(start as usize..(start + length) as usize).unwrap_or_default()
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

    /// The first letters of words.
    pub(super) const fn starts(&self) -> u64 {
        self.letters & !(self.letters << 1)
    }

    /// The first letters of words that may have a sense that the gate asks for.
    #[inline]
    pub(super) fn gated(&self) -> u64 {
        let (mut rest, mut gated) = (self.starts(), 0);
        while rest != 0 {
            let start = rest.trailing_zeros();
            let spelling = self.spelling(start, self.length(start));
            gated |= lexicon::gate_bit(spelling) << start;
            rest &= rest - 1;
        }
        gated
    }

    /// How many letters stand together from one on.
    #[inline]
    pub(super) const fn length(&self, start: u32) -> u32 {
        (!(self.letters >> start)).trailing_zeros()
    }

    /// The first letters of words that need a closer look: those with one of some letters, and long ones that may hold
    /// other words.
    #[inline]
    pub(super) fn odd(&self, odd: u64) -> u64 {
        let starts = self.starts();
        let (mut rest, mut found) = (odd & self.letters | self.held & self.held >> 1, 0);
        while rest != 0 {
            // The last start up to the letter; the others of its word need not be looked at.
            let before = starts & u64::MAX >> rest.leading_zeros();
            let start = before.ilog2();
            found |= 1 << start;
            rest &= (1 << start) - 1;
        }
        let twos = self.letters & self.letters >> 1;
        let mut long = starts & twos & twos >> 2 & twos >> 4;
        while long != 0 {
            let start = long.trailing_zeros();
            let length = self.length(start);
            let held = self.held & (u64::MAX >> (64 - length) << start) != 0;
            // Most words are none of these.
            if held || length > 8 || lexicon::may_lead_number(self.spelling(start, length)) {
                found |= u64::from(self.may_hold(start, length, held)) << start;
            }
            long &= long - 1;
        }
        found
    }

    /// Whether a word of six letters or more may be several, may end in the words of an address, or may be another without
    /// the letters that are held down in it.
    fn may_hold(&self, start: u32, length: u32, held: bool) -> bool {
        if held && self.may_be_held(start, length) {
            return true;
        }
        let spelling = self.spelling(start, length);
        if length <= 8 {
            return lexicon::may_lead_number(spelling) && self.may_be_two(start, length);
        }
        let word = self.word(start, length);
        word::ends_in_dotcom(word)
            || if length < LONG {
                lexicon::may_lead_number(spelling) && self.may_be_two(start, length)
            } else {
                word::holds_numbers(word)
            }
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
            if begins(start + first.trailing_zeros()) != 0 {
                return true;
            }
            first &= first - 1;
        }
        false
    }
}
