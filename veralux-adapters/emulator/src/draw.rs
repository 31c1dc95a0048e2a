//! Ids as providers draw them.

use std::fmt::Write as _;

use veralux_core::port::Random;

/// Bytes as small hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A UUID of version 4 (RFC 9562, 5.4).
pub(crate) fn uuid(random: &dyn Random) -> String {
    let number = u128::from_be_bytes(random.bytes());
    let number = number & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let text = format!("{number:032x}");
    let mut out = String::with_capacity(36);
    for (index, digit) in text.chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use veralux_core::memory::SeededRandom;

    use super::*;

    #[test]
    fn what_is_drawn_has_its_shape() {
        let uuid = uuid(&SeededRandom::new(1));
        let parts: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        let digits: Vec<char> = uuid.chars().collect();
        assert!(digits[14] == '4' && "89ab".contains(digits[19]), "{uuid}");
        assert_eq!(hex(&[0, 255, 16]), "00ff10");
    }
}
