//! Which of sixty-four bytes are of a kind, a bit a byte.
//!
//! Sixteen bytes are asked at a time, each by itself and in the same way, so that a compiler makes one instruction of it.

use super::window::BYTES;

/// Bytes that are asked together.
const LANES: usize = 16;

/// The bytes of a kind; the lowest bit is the first of them.
#[inline]
pub(super) fn each(bytes: &[u8; BYTES], is: impl Fn(u8) -> bool) -> u64 {
    each_pair(bytes, bytes, |byte, _| is(byte))
}

/// The bytes of which something is so together with those at the same places.
#[inline]
pub(super) fn each_pair(bytes: &[u8; BYTES], others: &[u8; BYTES], is: impl Fn(u8, u8) -> bool) -> u64 {
    let ([row0, row1, row2, row3], [other0, other1, other2, other3]) =
        (bytes.as_chunks::<LANES>().0, others.as_chunks::<LANES>().0)
    else {
        return 0;
    };
    let mut columns = [0u8; LANES];
    let halves = (
        row0.iter().zip(other0).zip(row1.iter().zip(other1)),
        row2.iter().zip(other2).zip(row3.iter().zip(other3)),
    );
    for (column, ((pair0, pair1), (pair2, pair3))) in columns.iter_mut().zip(halves.0.zip(halves.1)) {
        let bit = |(byte, other): (&u8, &u8), bit: u8| if is(*byte, *other) { bit } else { 0 };
        *column = bit(pair0, 1) | bit(pair1, 4) | bit(pair2, 16) | bit(pair3, 64);
    }
    // Side by side, the halves of a row of sixteen are two of the eight bits that stand in each byte.
    let columns = u128::from_le_bytes(columns);
    #[expect(clippy::cast_possible_truncation, reason = "each half by itself")]
    let (low, high) = (columns as u64, (columns >> 64) as u64);
    transposed(low | high << 1)
}

/// Eight rows of eight bits as columns (Warren, Hacker's Delight, 7-3).
const fn transposed(x: u64) -> u64 {
    let swap = (x ^ x >> 7) & 0x00aa_00aa_00aa_00aa;
    let x = x ^ swap ^ swap << 7;
    let swap = (x ^ x >> 14) & 0x0000_cccc_0000_cccc;
    let x = x ^ swap ^ swap << 14;
    let swap = (x ^ x >> 28) & 0x0000_0000_f0f0_f0f0;
    x ^ swap ^ swap << 28
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_has_its_bit() {
        for place in 0..BYTES {
            let mut bytes = [b'.'; BYTES];
            bytes[place] = b'x';
            assert_eq!(each(&bytes, |byte| byte == b'x'), 1 << place);
            assert_eq!(each_pair(&bytes, &[b'.'; BYTES], |one, other| one == other), !(1 << place));
        }
        let bytes = std::array::from_fn(|at| u8::try_from(at * 37 % 256).unwrap());
        let expected = (0..BYTES).map(|at| u64::from(bytes[at].is_ascii_digit()) << at).sum::<u64>();
        assert_eq!(each(&bytes, |byte| byte.is_ascii_digit()), expected);
    }
}
