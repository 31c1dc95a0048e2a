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
        window.sort(length);
        window
    }

    fn sort(&mut self, length: usize) {
        let (mut dots, mut marks) = (0, 0);
        for (index, eight) in self.bytes.as_chunks::<8>().0.iter().take(length.div_ceil(8)).enumerate() {
            let classes = u64::from_le_bytes(eight.map(class));
            let set = |class: u8| gather(classes >> class.trailing_zeros()) << (8 * index);
            self.letters |= set(LETTER);
            self.digits |= set(DIGIT);
            dots |= set(DOT);
            marks |= set(MARK);
            if classes & u64::from_le_bytes([WIDE; 8]) != 0 {
                self.wide |= set(WIDE);
                self.leads |= set(LEAD);
            }
        }
        let part = self.letters | self.digits | self.wide;
        // Outside the window anything may stand.
        let inside = part << 1 & (part >> 1 | LAST) | !((part | dots) << 1);
        self.signs = dots & inside | marks & ((part | marks) >> 1 | LAST);
        self.held = self.held(length) & self.letters & self.letters >> 1;
    }

    /// Bytes whose successor is the same in either case; at times one behind such too.
    fn held(&self, length: usize) -> u64 {
        let (ones, case) = (u64::from_le_bytes([1; 8]), u64::from_le_bytes([0x20; 8]));
        let eights = self.bytes.as_chunks::<8>().0.iter();
        let nexts = self.bytes.get(1..).unwrap_or_default().as_chunks::<8>().0;
        eights.zip(nexts).take(length.div_ceil(8)).enumerate().fold(0, |held, (index, (one, next))| {
            let differ = (u64::from_le_bytes(*one) ^ u64::from_le_bytes(*next)) & !case;
            let same = differ.wrapping_sub(ones) & !differ;
            held | gather(same >> 7) << (8 * index)
        })
    }

    /// Only the first bytes, fewer than all.
    pub(super) const fn keep(&mut self, bytes: usize) {
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

    /// Whether a long word may hold words, or ends like one that does.
    #[inline]
    pub(super) fn may_hold(&self, start: u32, length: u32, spelling: Spelling) -> bool {
        let last = self.bytes.get((start + length - 1) as usize).is_some_and(|byte| byte | 0x20 == b'm');
        length >= 12 || (length > 8 && last) || lexicon::leads_number(spelling.lead())
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
