//! Bytes of a text by what they are, sixty-four together, a bit a byte: words are runs of ones.

use crate::policy::lexicon::{self, Spelling};

/// Bytes that are looked at together.
pub(super) const BYTES: usize = 64;
/// As many more as the letters of the last word may need.
pub(super) const REACH: usize = BYTES + 16;
const LAST: u64 = 1 << 63;

/// What some bytes are.
pub(super) struct Window<'a> {
    bytes: &'a [u8; REACH],
    pub(super) letters: u64,
    pub(super) digits: u64,
    /// Letters whose successor is the same.
    pub(super) held: u64,
    /// The first bytes of characters that are not ASCII, and all of their bytes.
    pub(super) leads: u64,
    wide: u64,
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
        let mut window = Self { bytes, letters: 0, digits: 0, held: 0, leads: 0, wide: 0, signs: 0 };
        window.sort();
        window.keep(length);
        window
    }

    fn sort(&mut self) {
        let (mut dots, mut marks, mut ats) = (0, 0, 0);
        // All of them, whatever the length: nothing foretells it.
        for (index, eight) in self.bytes.as_chunks::<8>().0.iter().take(BYTES / 8).enumerate() {
            let classes = u64::from_le_bytes(eight.map(class));
            let set = |class: u8| gather(classes >> class.trailing_zeros()) << (8 * index);
            self.letters |= set(LETTER);
            self.digits |= set(DIGIT);
            dots |= set(DOT);
            marks |= set(MARK);
            if classes & u64::from_le_bytes([WIDE | AT; 8]) != 0 {
                self.wide |= set(WIDE);
                self.leads |= set(LEAD);
                ats |= set(AT);
            }
        }
        let part = self.letters | self.digits | self.wide;
        // Outside the window anything may stand.
        let inside = part << 1 & (part >> 1 | LAST) | !((part | dots) << 1);
        self.signs = dots & inside | marks & ((part | marks) >> 1 | LAST) | ats;
        self.held = self.held() & self.letters & self.letters >> 1;
    }

    /// Bytes whose successor is the same in either case.
    fn held(&self) -> u64 {
        let (low, case) = (u64::from_le_bytes([0x7f; 8]), u64::from_le_bytes([0x20; 8]));
        let eights = self.bytes.as_chunks::<8>().0.iter();
        let nexts = self.bytes.get(1..).unwrap_or_default().as_chunks::<8>().0;
        eights.zip(nexts).take(BYTES / 8).enumerate().fold(0, |held, (index, (one, next))| {
            let differ = (u64::from_le_bytes(*one) ^ u64::from_le_bytes(*next)) & !case;
            let same = !(((differ & low) + low) | differ | low);
            held | gather(same >> 7) << (8 * index)
        })
    }

    /// Only the first bytes.
    pub(super) const fn keep(&mut self, bytes: usize) {
        if bytes >= BYTES {
            return;
        }
        let kept = (1u64 << bytes) - 1;
        self.letters &= kept;
        self.digits &= kept;
        self.leads &= kept;
        self.signs &= kept;
    }

    /// How the word is spelt that begins at a byte.
    pub(super) fn spelling(&self, start: u32, length: u32) -> Spelling {
        let eight = self.bytes.get(start as usize..).and_then(<[u8]>::first_chunk);
        Spelling::new(eight.copied().unwrap_or_default(), length)
    }

    /// The letters of the word that begins at a byte.
    pub(super) fn word(&self, start: u32, length: u32) -> &[u8] {
        self.bytes.get(start as usize..(start + length) as usize).unwrap_or_default()
    }

    /// Whether a long word may be another without the letters that are held down in it.
    pub(super) fn may_be_held(&self, start: u32, length: u32) -> bool {
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

    /// Whether a word that is longer than a number word may be several, or may end in the words of an address.
    #[inline]
    pub(super) fn may_hold(length: u32, spelling: Spelling) -> bool {
        let long = length > 8;
        long | lexicon::may_lead_number(spelling)
    }

    /// Whether a word of fewer than twelve letters may begin with two words that the gate asks for.
    pub(super) fn may_be_two(&self, start: u32, length: u32) -> bool {
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

/// The lowest bits of eight bytes, side by side.
const fn gather(bytes: u64) -> u64 {
    (bytes & 0x0101_0101_0101_0101).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const DOT: u8 = 4;
/// Another sign that a finder begins with or that follows one.
const MARK: u8 = 8;
/// A byte of a character that is not ASCII, and the first of one.
const WIDE: u8 = 16;
const LEAD: u8 = 32;
const AT: u8 = 64;

static CLASS: [u8; 256] = classes();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    loop {
        classes[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'.' => DOT,
            b'@' => AT,
            b'%' | b'&' | b':' | b'/' | b'#' | b'$' | b'!' | b'|' | b'_' => MARK,
            0x80..=0xbf => WIDE,
            0xc0.. => WIDE | LEAD,
            _ => 0,
        };
        if byte == u8::MAX {
            return classes;
        }
        byte += 1;
    }
}

fn class(byte: u8) -> u8 {
    CLASS.get(usize::from(byte)).copied().unwrap_or_default()
}
