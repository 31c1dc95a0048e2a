//! Which marks may be a sign that a finder begins with, by the bytes beside them.

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
    let mut kinds = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            0x80.. => WIDE,
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
    let mut byte = 0;
    while byte < 256 {
        beside[byte] = match byte as u8 {
            b'.' => (ANY, ANY),
            b'!' | b'|' | b'$' => (ANY, PART | SIGN),
            b'_' => (PART, PART | LOW),
            b'%' => (ANY, DIGIT),
            b'&' => (ANY, HASH),
            b':' => (ANY, SLASH),
            // "se-ven"
            b'-' | b'*' | b'~' | b'/' => (LETTER, LETTER),
            b'#' => (PART, DIGIT),
            _ => (0, 0),
        };
        byte += 1;
    }
    beside
}
