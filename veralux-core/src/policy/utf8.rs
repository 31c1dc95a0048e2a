//! UTF-8, read at compile time too.

/// The first character of UTF-8, and what stands behind it.
pub(super) const fn decode(bytes: &[u8]) -> Option<(u32, &[u8])> {
    match bytes {
        [a, b, c, d, rest @ ..] if *a >= 0xf0 => {
            Some(((*a as u32 & 7) << 18 | tail(*b) << 12 | tail(*c) << 6 | tail(*d), rest))
        }
        [a, b, c, rest @ ..] if *a >= 0xe0 => Some(((*a as u32 & 15) << 12 | tail(*b) << 6 | tail(*c), rest)),
        [a, b, rest @ ..] if *a >= 0xc0 => Some(((*a as u32 & 31) << 6 | tail(*b), rest)),
        [a, rest @ ..] => Some((*a as u32, rest)),
        [] => None,
    }
}

const fn tail(byte: u8) -> u32 {
    byte as u32 & 0x3f
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_come_one_by_one() {
        let (text, mut read) = ("aä€𝟒", String::new());
        let mut rest = text.as_bytes();
        while let Some((c, after)) = decode(rest) {
            read.extend(char::from_u32(c));
            rest = after;
        }
        assert_eq!(read, text);
    }
}
