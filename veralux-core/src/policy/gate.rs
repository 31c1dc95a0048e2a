//! The cheap look at a text that lets most messages leave.

use super::phone::MIN_DIGITS;

/// What a text holds that a finder could begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signs {
    /// As many digits as the shortest number has.
    pub(super) digits: bool,
    /// An `@`.
    pub(super) at: bool,
    /// A `.` between two characters of a name, or a `:` in front of `//`.
    pub(super) dot: bool,
}

impl Signs {
    pub(super) const fn is_clean(self) -> bool {
        !(self.digits || self.at || self.dot)
    }
}

const PLAIN: u8 = 0;
const DIGIT: u8 = 1;
const AT: u8 = 2;
const DOT: u8 = 4;

static CLASS: [u8; 256] = classes();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn classes() -> [u8; 256] {
    let mut classes = [PLAIN; 256];
    let mut digit = b'0';
    while digit <= b'9' {
        classes[digit as usize] = DIGIT;
        digit += 1;
    }
    classes[b'@' as usize] = AT;
    classes[b'.' as usize] = DOT;
    classes[b':' as usize] = DOT;
    classes
}

pub(super) fn signs(bytes: &[u8]) -> Signs {
    let (mut digits, mut seen) = (0usize, PLAIN);
    for (index, byte) in bytes.iter().enumerate() {
        let class = CLASS.get(usize::from(*byte)).copied().unwrap_or(PLAIN);
        if class == PLAIN {
            continue;
        }
        if class == DIGIT {
            digits += 1;
        } else if class == AT || begins_a_link(bytes, index, *byte) {
            seen |= class;
        }
    }
    Signs { digits: digits >= MIN_DIGITS, at: seen & AT != 0, dot: seen & DOT != 0 }
}

fn begins_a_link(bytes: &[u8], index: usize, byte: u8) -> bool {
    let name =
        |index: usize| bytes.get(index).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    if byte == b':' {
        return bytes.get(index + 1..).is_some_and(|rest| rest.starts_with(b"//"));
    }
    name(index + 1) && index.checked_sub(1).is_some_and(name)
}
