//! Which of sixty-four bytes are of a kind, a bit a byte; the lowest bit is the first of them.
//!
//! All are asked, whatever the length of the text: nothing foretells it.

use wide::i8x16;

/// Bytes that are looked at together.
pub(super) const BYTES: usize = 64;

/// Sixty-four bytes, by sixteen; with a sign, since those alone can be compared.
#[derive(Clone, Copy)]
pub(super) struct Lanes([i8x16; 4]);

impl Lanes {
    /// Zeros.
    pub(super) const NONE: Self = Self([i8x16::ZERO; 4]);

    #[inline]
    pub(super) fn of(bytes: &[u8; BYTES]) -> Self {
        let rows = bytes.as_chunks::<16>().0;
        let row = |row: usize| rows.get(row).copied().unwrap_or_default().map(u8::cast_signed).into();
        Self([row(0), row(1), row(2), row(3)])
    }

    /// The same with capital letters as small ones; other bytes become others, but none a letter.
    #[inline]
    pub(super) fn small(self) -> Self {
        Self(self.0.map(|row| row | splat(0x20)))
    }

    /// The bytes from one up to another, included.
    #[inline]
    pub(super) fn within(self, first: u8, last: u8) -> u64 {
        gather(self.0.map(|row| within(row, first, last)))
    }

    /// The bytes from one up to another but without a third.
    #[inline]
    pub(super) fn within_but(self, first: u8, last: u8, but: u8) -> u64 {
        gather(self.0.map(|row| within(row, first, last) & !row.simd_eq(splat(but))))
    }

    /// The bytes that are one.
    #[inline]
    pub(super) fn equal(self, byte: u8) -> u64 {
        gather(self.0.map(|row| row.simd_eq(splat(byte))))
    }

    /// The bytes that are one of some.
    #[inline]
    pub(super) fn any<const N: usize>(self, bytes: [u8; N]) -> u64 {
        gather(
            self.0.map(|row| bytes.iter().fold(i8x16::ZERO, |found, byte| found | row.simd_eq(splat(*byte)))),
        )
    }

    /// The bytes that are the same as those at the same places.
    #[inline]
    pub(super) fn same(self, other: Self) -> u64 {
        let ([row0, row1, row2, row3], [other0, other1, other2, other3]) = (self.0, other.0);
        gather([row0.simd_eq(other0), row1.simd_eq(other1), row2.simd_eq(other2), row3.simd_eq(other3)])
    }

    /// The bytes that are not ASCII.
    #[inline]
    pub(super) fn wide(self) -> u64 {
        gather(self.0)
    }

    /// Whether one of the bytes is this.
    #[inline]
    pub(super) fn has(self, byte: u8) -> bool {
        let [row0, row1, row2, row3] = self.0.map(|row| row.simd_eq(splat(byte)));
        (row0 | row1 | row2 | row3).to_bitmask() != 0
    }

    /// Whether one of the bytes is not ASCII.
    #[inline]
    pub(super) fn has_wide(self) -> bool {
        let [row0, row1, row2, row3] = self.0;
        (row0 | row1 | row2 | row3).to_bitmask() != 0
    }
}

#[inline]
fn splat(byte: u8) -> i8x16 {
    i8x16::splat(byte.cast_signed())
}

/// The bytes of a row from one up to another.
#[inline]
fn within(row: i8x16, first: u8, last: u8) -> i8x16 {
    // Moved to the upper end, where one comparison tells.
    (row + splat(0x7f_u8.wrapping_sub(last))).simd_gt(splat(0x7e_u8.wrapping_sub(last - first)))
}

/// The highest bits of all bytes.
#[inline]
fn gather(rows: [i8x16; 4]) -> u64 {
    let [row0, row1, row2, row3] = rows.map(|row| u64::from(row.to_bitmask()));
    row0 | row1 << 16 | row2 << 32 | row3 << 48
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_has_its_bit() {
        for place in 0..BYTES {
            let mut bytes = [b'.'; BYTES];
            bytes[place] = b'X';
            let lanes = Lanes::of(&bytes);
            assert_eq!((lanes.equal(b'X'), lanes.any([b'X', b'Y'])), (1 << place, 1 << place));
            assert_eq!(lanes.small().within(b'a', b'z'), 1 << place);
            assert_eq!(lanes.same(Lanes::of(&[b'X'; BYTES])), 1 << place);
        }
    }

    #[test]
    fn kinds_are_those_of_single_bytes() {
        for seed in 0..64 {
            let bytes = std::array::from_fn(|at| u8::try_from((at * 37 + seed * 29) % 256).unwrap());
            let lanes = Lanes::of(&bytes);
            let expected =
                |is: &dyn Fn(u8) -> bool| (0..BYTES).map(|at| u64::from(is(bytes[at])) << at).sum::<u64>();
            assert_eq!(lanes.small().within(b'a', b'z'), expected(&|byte| byte.is_ascii_alphabetic()));
            assert_eq!(lanes.within(b'0', b'9'), expected(&|byte| byte.is_ascii_digit()));
            assert_eq!(lanes.within(b'!', b'~'), expected(&|byte| byte.is_ascii_graphic()));
            assert_eq!(lanes.within(0xc0, 0xf8), expected(&|byte| (0xc0..=0xf8).contains(&byte)));
            assert_eq!(lanes.wide(), expected(&|byte| byte >= 0x80));
            let but = |byte: u8| byte.is_ascii_graphic() && byte != b'+';
            assert_eq!(lanes.within_but(b'!', b'~', b'+'), expected(&but));
            assert_eq!((lanes.has(b'X'), lanes.has_wide()), (bytes.contains(&b'X'), lanes.wide() != 0));
        }
    }
}
