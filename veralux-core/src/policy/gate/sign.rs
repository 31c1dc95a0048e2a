//! Marks that may be a sign that a finder begins with, by the bytes beside them.

use super::spaced::{self, SpacedDot};
use super::{Look, doubt, is_digit, is_part};

impl Look {
    /// Looks at marks, of which there is one at least.
    #[inline(never)]
    pub(super) fn marks(&mut self, bytes: &[u8], from: usize, mut marks: u64) {
        while marks != 0 {
            let at = from + marks.trailing_zeros() as usize;
            if leads_on(bytes, at) {
                self.sign(bytes, at);
            }
            marks &= marks - 1;
        }
    }

    fn sign(&mut self, bytes: &[u8], at: usize) {
        let before = at.wrapping_sub(1);
        let part = |at: usize| is_part(bytes, at);
        match bytes.get(at) {
            Some(b'.') => self.dot(bytes, at),
            Some(b':') => {
                self.signs.address |= bytes.get(at + 1..).is_some_and(|rest| rest.starts_with(b"//"));
            }
            Some(b'#') => self.signs.handle |= part(before) && is_digit(bytes, at + 1),
            Some(b'%') => self.signs.address |= is_digit(bytes, at + 1),
            Some(b'&') => self.signs.address |= bytes.get(at + 1) == Some(&b'#'),
            Some(b'_') => {
                // "ann_lee", "ann__lee", "ann_.lee"
                let next = bytes.get(at + 1);
                let goes_on = part(at + 1) || next == Some(&b'_') || next == Some(&b'.') && part(at + 2);
                self.signs.handle |= part(before) && goes_on;
            }
            Some(b'$') => {
                self.signs.handle |= bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
                self.signs.disguise |= doubt::is_signed(bytes, at);
            }
            Some(b'/') if doubt::lacks_dot(bytes, at) => self.signs.address = true,
            Some(b'-' | b'*' | b'~' | b'/') => self.words += usize::from(doubt::closes_up(bytes, at)),
            // "f!ve"
            _ => self.signs.disguise |= doubt::is_signed(bytes, at),
        }
    }

    fn dot(&mut self, bytes: &[u8], at: usize) {
        let before = at.wrapping_sub(1);
        let is = |at: usize, marks: &[u8]| bytes.get(at).is_some_and(|byte| marks.contains(byte));
        if is_part(bytes, before) && is_part(bytes, at + 1) {
            let digits = is_digit(bytes, at + 1);
            let two = (
                bytes.get(before).map(u8::to_ascii_lowercase),
                bytes.get(at + 1).map(u8::to_ascii_lowercase),
            );
            self.signs.handle |= matches!(two, (Some(b'i'), Some(b'g')) | (Some(b'f'), Some(b'b')));
            let host = !digits && doubt::may_end_host(bytes, at);
            self.signs.address |= host;
            self.signs.handle |= if digits {
                !is_digit(bytes, before)
            } else {
                !(host || self.signs.handle) && doubt::is_sought(bytes, at)
            };
        } else if is(before, b" ") && is(at + 1, b" ") {
            let spaced = spaced::spaced_dot(bytes, at);
            self.signs.address |= spaced == SpacedDot::OfHost;
            self.expects_sign |= spaced == SpacedDot::Perhaps;
        } else {
            self.signs.address |= (is(before, b"[](){}<>") && is(at + 1, b"[](){}<>"))
                || (is(before, b" ") && is_part(bytes, at + 1) && spaced::has_path(bytes, at + 1));
        }
    }
}

/// What a byte beside a mark may be; a byte is of one of these.
const DIGIT: u8 = 1;
const LETTER: u8 = 2;
const WIDE: u8 = 4;
/// What stands for a letter at times: "f!ve".
const SIGN: u8 = 8;
const HASH: u8 = 16;
const SLASH: u8 = 32;
const LOW: u8 = 64;
const OTHER: u8 = 128;

const PART: u8 = DIGIT | LETTER | WIDE;

/// Whether a mark may be a sign where it stands.
#[inline]
pub(super) fn leads_on(bytes: &[u8], at: usize) -> bool {
    let byte = |at: usize| usize::from(bytes.get(at).copied().unwrap_or_default());
    let kind = |at: usize| KINDS.get(byte(at)).copied().unwrap_or_default();
    let (front, behind) = BESIDE.get(byte(at)).copied().unwrap_or_default();
    front & kind(at.wrapping_sub(1)) != 0 && behind & kind(at + 1) != 0
}

static KINDS: [u8; 256] = kinds();
/// Of each mark what must stand in front of it, and what behind.
static BESIDE: [(u8, u8); 256] = beside();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn kinds() -> [u8; 256] {
    let mut kinds = [WIDE; 256];
    let mut byte = 0u8;
    while byte < 0x80 {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'!' | b'$' | b'|' | b'@' => SIGN,
            b'#' => HASH,
            b'/' => SLASH,
            b'_' => LOW,
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn beside() -> [(u8, u8); 256] {
    const ANY: u8 = u8::MAX;
    let mut beside = [(0, 0); 256];
    let mut byte = 0u8;
    while byte < 0x80 {
        beside[byte as usize] = match byte {
            b'.' => (ANY, ANY),
            b'!' | b'|' | b'$' => (ANY, PART | SIGN),
            b'_' => (PART, PART | LOW | OTHER),
            b'%' => (ANY, DIGIT),
            b'&' => (ANY, HASH),
            b':' => (ANY, SLASH),
            // "se-ven"
            b'-' | b'*' | b'~' => (LETTER, LETTER),
            // "bit ly/3xyz"
            b'/' => (LETTER, PART),
            b'#' => (PART, DIGIT),
            _ => (0, 0),
        };
        byte += 1;
    }
    beside
}
