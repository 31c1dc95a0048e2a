//! A first look, by which most messages leave: without a branch for each byte, and without one for most words.
//!
//! Sixty-four bytes at a time become sets of letters, digits and signs, a bit a byte; words are runs of ones in them. Only
//! what may mean something is looked at by itself, with the functions of the careful look. It may doubt a text that the
//! careful look finds clean, never the other way round.

use super::word::Letters;
use super::{APART, DIRECT, Look, NUMBER, is_behind_sign, is_far_from_here, weight, word};
use crate::policy::lexicon::{self, Key, Senses};
use crate::policy::phone::MIN_DIGITS;

/// Whether a text certainly holds nothing that a finder could begin with. Texts with other characters than ASCII are
/// left to the careful look.
pub(super) fn is_clean(text: &str) -> bool {
    if !text.is_ascii() {
        return false;
    }
    let mut quick = Quick { bytes: text.as_bytes(), senses: Senses::NONE, numbers: 0, apart: 0 };
    let mut from = 0;
    while from < text.len() {
        let Some(step) = quick.take(from) else { return false };
        from += step;
    }
    !quick.senses.has(DIRECT) && !is_far_from_here(quick.senses)
}

struct Quick<'a> {
    bytes: &'a [u8],
    /// The senses of all words.
    senses: Senses,
    /// Digits, and letters and words that may be such.
    numbers: usize,
    /// Single letters in a row.
    apart: usize,
}

impl Quick<'_> {
    /// Looks at the bytes from one on; answers how many are done with, none for a doubt.
    fn take(&mut self, from: usize) -> Option<usize> {
        let rest = self.bytes.get(from..)?;
        let is_last = rest.len() <= BYTES;
        let mut padded = [0; REACH];
        let bytes = if let Some(bytes) = rest.first_chunk() {
            bytes
        } else {
            padded.get_mut(..rest.len())?.copy_from_slice(rest);
            &padded
        };
        let mut window = Window::of(bytes, rest.len().min(BYTES));
        // A word that goes on behind the window is left to the next one; one that fills it is doubtful.
        let step = if is_last {
            rest.len()
        } else {
            BYTES.checked_sub(window.letters.leading_ones() as usize).filter(|step| *step > 0)?
        };
        if step < BYTES {
            window.keep(step);
        }
        self.numbers += window.digits.count_ones() as usize;
        let follows_digit = from > 0 && self.bytes.get(from - 1).is_some_and(u8::is_ascii_digit);
        self.words(from, &window, follows_digit)?;
        self.signs(from, &window)?;
        (self.numbers < MIN_DIGITS).then_some(step)
    }

    fn words(&mut self, from: usize, window: &Window<'_>, follows_digit: bool) -> Option<()> {
        let letters = window.letters;
        let beside_digit = letters & (window.digits << 1 | u64::from(follows_digit) | window.digits >> 1);
        let held = window.held();
        let tripled = held & held >> 1;
        let mut starts = letters & !(letters << 1);
        while starts != 0 {
            let start = starts.trailing_zeros();
            starts &= starts - 1;
            let length = (!(letters >> start)).trailing_zeros();
            let run = (u64::MAX >> (64 - length.clamp(1, 64))) << start;
            self.apart = if length == 1 { self.apart + 1 } else { 0 };
            let odd = beside_digit & run != 0
                || self.apart > APART
                || (held & run != 0 && length >= 6)
                || tripled & run != 0;
            if odd || window.may_mean(start, length) {
                self.word(from + start as usize, beside_digit & run != 0)?;
            }
        }
        Some(())
    }

    /// Looks at one word as carefully as need be.
    #[cold]
    fn word(&mut self, start: usize, beside_digit: bool) -> Option<()> {
        let letters = Letters::read(self.bytes, start);
        if beside_digit {
            self.numbers += letters.len().min(4);
            self.senses = self.senses.or(word::leet(self.bytes, start).senses);
        }
        let lexeme = letters.lexeme(self.bytes, start);
        if lexeme.has(NUMBER) {
            self.numbers += weight(lexeme);
        } else if lexeme.senses.is_empty() {
            let word = self.bytes.get(start..letters.end)?;
            if word::holds_numbers(word) || word::ends_in_dotcom(word) {
                return None;
            }
        }
        self.senses = self.senses.or(lexeme.senses);
        let ends_host = lexeme.has(Senses::MAIN) && is_behind_sign(self.bytes, start);
        (!ends_host && self.apart <= APART).then_some(())
    }

    fn signs(&self, from: usize, window: &Window<'_>) -> Option<()> {
        if window.at_sign {
            return None;
        }
        let part = window.letters | window.digits;
        // Outside the window anything may stand.
        let (before, behind) = (|set: u64| set << 1 | 1, |set: u64| set >> 1 | 1 << 63);
        let inside = before(part) & behind(part) | before(window.gaps) & behind(window.gaps);
        let mut marks = window.dots & inside | window.marks & !(window.gaps >> 1);
        while marks != 0 {
            let mut look = Look::default();
            look.sign(self.bytes, from + marks.trailing_zeros() as usize);
            if !look.signs.is_clean() {
                return None;
            }
            marks &= marks - 1;
        }
        Some(())
    }
}

/// Bytes that are looked at together.
const BYTES: usize = 64;
/// As many more as the keys of the last word may need.
const REACH: usize = BYTES + 16;

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const DOT: u8 = 4;
/// Another sign that a finder begins with.
const MARK: u8 = 8;
/// Spaces and brackets.
const GAP: u8 = 16;
const AT: u8 = 32;

static CLASS: [u8; 256] = classes();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'.' => DOT,
            b'@' => AT,
            b'%' | b'&' | b':' | b'#' | b'$' | b'!' | b'|' | b'_' => MARK,
            b' ' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' => GAP,
            _ => 0,
        };
        byte += 1;
    }
    classes
}

/// What some bytes are, a bit a byte.
struct Window<'a> {
    bytes: &'a [u8; REACH],
    letters: u64,
    digits: u64,
    dots: u64,
    marks: u64,
    gaps: u64,
    at_sign: bool,
}

impl<'a> Window<'a> {
    fn of(bytes: &'a [u8; REACH], length: usize) -> Self {
        let mut window = Self { bytes, letters: 0, digits: 0, dots: 0, marks: 0, gaps: 0, at_sign: false };
        let (chunks, _) = bytes.as_chunks::<8>();
        for (index, chunk) in chunks.iter().take(length.div_ceil(8)).enumerate() {
            let classes = chunk.map(|byte| CLASS.get(usize::from(byte)).copied().unwrap_or_default());
            let classes = u64::from_le_bytes(classes);
            let set = |class: u8| gather(classes >> class.trailing_zeros()) << (8 * index);
            window.letters |= set(LETTER);
            window.digits |= set(DIGIT);
            window.dots |= set(DOT);
            window.marks |= set(MARK);
            window.gaps |= set(GAP);
            window.at_sign |= classes & (u64::from_le_bytes([AT; 8])) != 0;
        }
        window
    }

    /// Letters whose successor is the same.
    fn held(&self) -> u64 {
        let mut same = 0;
        for index in 0..8 {
            let read = |at: usize| {
                let eight = self.bytes.get(at..).and_then(<[u8]>::first_chunk);
                eight.map_or(0, |bytes| u64::from_le_bytes(*bytes) | u64::from_le_bytes([0x20; 8]))
            };
            let differ = read(8 * index) ^ read(8 * index + 1);
            // The bytes of zero, and at times one behind such: a doubt too many.
            let zero = differ.wrapping_sub(u64::from_le_bytes([1; 8])) & !differ;
            same |= gather(zero >> 7) << (8 * index);
        }
        same & self.letters & self.letters >> 1
    }

    /// Only the first bytes.
    fn keep(&mut self, bytes: usize) {
        let kept = (1u64 << bytes) - 1;
        self.letters &= kept;
        self.digits &= kept;
        self.dots &= kept;
        self.marks &= kept;
    }

    /// Whether a word may have a sense that the gate asks for, or hold words that have.
    fn may_mean(&self, start: u32, length: u32) -> bool {
        let Some(bytes) = self.bytes.get(start as usize..).and_then(<[u8]>::first_chunk) else { return true };
        if length > 8 {
            return true;
        }
        let (key, lead) = Key::packed(*bytes, length);
        lexicon::is_gated(key) | ((length >= 6) & lexicon::leads_number(lead))
    }
}

/// The lowest bits of eight bytes, side by side.
const fn gather(bytes: u64) -> u64 {
    (bytes & 0x0101_0101_0101_0101).wrapping_mul(0x0102_0408_1020_4080) >> 56
}
