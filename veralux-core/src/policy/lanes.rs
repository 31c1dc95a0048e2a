//! Which of sixty-four bytes are of a kind, a bit a byte; the lowest bit is the first of them.
//!
//! All are asked, whatever the length of the text: nothing foretells it.

use wide::{bytemuck, i8x16};

/// Bytes that are looked at together.
pub(super) const BYTES: usize = 64;
/// A copy of these, with what stands in front of them and behind, or with anything there.
pub(super) type Copied = [u8; COPIED];
pub(super) const COPIED: usize = BEFORE + BYTES + 16;
/// Where they begin in it.
pub(super) const BEFORE: usize = 16;
/// Bytes of the shortest text of which those from anywhere on can be looked at: a row, and the successor of its last byte.
pub(super) const SHORTEST: usize = 17;

/// Sixty-four bytes, by sixteen; with a sign, since those alone can be compared.
#[derive(Clone, Copy)]
pub(super) struct Lanes {
    rows: [i8x16; 4],
    /// At the end of a text the last bytes of it, which lie in no whole row, and how far they lie in front of the last row.
    last: i8x16,
    short: usize,
}

impl Lanes {
    /// Zeros.
    pub(super) const NONE: Self = Self { rows: [i8x16::ZERO; 4], last: i8x16::ZERO, short: 0 };

    #[inline]
    pub(super) fn of(bytes: &[u8; BYTES]) -> Self {
        let rows = bytes.as_chunks::<16>().0;
        let row = |row: usize| row_of(rows.get(row));
        Self { rows: [row(0), row(1), row(2), row(3)], ..Self::NONE }
    }

    /// The rest of a text of [`SHORTEST`] bytes or more, as much as there is room for, which is copied as well; and those of
    /// its bytes whose successor is the same, capital letters being small ones.
    ///
    /// Nothing is read from the copy, which would wait for it, and the length, which nothing foretells, takes no branch.
    #[inline]
    pub(super) fn of_rest(text: &[u8], rest: &[u8], copy: &mut Copied) -> (Self, u64) {
        let row = |at: usize| {
            let row = rest.get(at..at + SHORTEST).and_then(<[u8]>::first_chunk);
            row.unwrap_or(&NOTHING)
        };
        let rows: [&[u8; SHORTEST]; 4] = [row(0), row(16), row(32), row(48)];
        let ends = rest.len() <= BYTES;
        let last = text.last_chunk().filter(|_| ends).unwrap_or(&NOTHING);
        let short = BYTES - rest.len().min(BYTES);
        let lanes =
            Self { rows: rows.map(|row| row_of(row.first_chunk())), last: row_of(last.last_chunk()), short };
        lanes.write(if ends { rest.len() } else { COPIED - 16 }, copy);
        let pairs = |row: &[u8; SHORTEST]| {
            (row_of(row.first_chunk()) | splat(0x20)).simd_eq(row_of(row.last_chunk()) | splat(0x20))
        };
        let whole = gather(rows.map(pairs));
        (lanes, whole | bits_of(pairs(last)) << (BYTES - SHORTEST) >> short)
    }

    /// Copies the rows, then the last bytes to where they stand among them.
    #[inline]
    fn write(&self, last: usize, copy: &mut Copied) {
        let (_, rest) = copy.split_at_mut(BEFORE);
        for (to, row) in rest.as_chunks_mut::<16>().0.iter_mut().zip(self.rows) {
            *to = bytemuck::cast(row);
        }
        if let Some(to) = copy.get_mut(last..last + 16).and_then(|to| to.first_chunk_mut::<16>()) {
            *to = bytemuck::cast(self.last);
        }
    }

    /// The same with capital letters as small ones; other bytes become others, but none a letter.
    #[inline]
    pub(super) fn small(self) -> Self {
        let small = |row| row | splat(0x20);
        Self { rows: self.rows.map(small), last: small(self.last), ..self }
    }

    /// The bytes from one up to another, included.
    #[inline]
    pub(super) fn within(self, first: u8, last: u8) -> u64 {
        self.each(|row| within(row, first, last))
    }

    /// The bytes from one up to another but without a third.
    #[inline]
    pub(super) fn within_but(self, first: u8, last: u8, but: u8) -> u64 {
        self.each(|row| within(row, first, last) & !row.simd_eq(splat(but)))
    }

    /// The bytes that are one.
    #[inline]
    pub(super) fn equal(self, byte: u8) -> u64 {
        self.each(|row| row.simd_eq(splat(byte)))
    }

    /// The bytes that are one of some.
    #[inline]
    pub(super) fn any<const N: usize>(self, bytes: [u8; N]) -> u64 {
        self.each(|row| bytes.iter().fold(i8x16::ZERO, |found, byte| found | row.simd_eq(splat(*byte))))
    }

    /// The bytes that are the same as those at the same places.
    #[inline]
    pub(super) fn same(self, other: Self) -> u64 {
        let ([row0, row1, row2, row3], [other0, other1, other2, other3]) = (self.rows, other.rows);
        gather([row0.simd_eq(other0), row1.simd_eq(other1), row2.simd_eq(other2), row3.simd_eq(other3)])
    }

    /// The bytes that are not ASCII.
    #[inline]
    pub(super) fn wide(self) -> u64 {
        self.each(|row| row)
    }

    /// Whether one of the bytes is this.
    #[inline]
    pub(super) fn has(self, byte: u8) -> bool {
        self.any_row(|row| row.simd_eq(splat(byte)))
    }

    /// Whether one of the bytes is not ASCII.
    #[inline]
    pub(super) fn has_wide(self) -> bool {
        self.any_row(|row| row)
    }

    #[inline]
    fn each(self, is: impl Fn(i8x16) -> i8x16) -> u64 {
        gather(self.rows.map(&is)) | bits_of(is(self.last)) << (BYTES - 16) >> self.short
    }

    #[inline]
    fn any_row(self, is: impl Fn(i8x16) -> i8x16) -> bool {
        let [row0, row1, row2, row3] = self.rows.map(&is);
        (row0 | row1 | row2 | row3 | is(self.last)).to_bitmask() != 0
    }
}

/// Bytes that are of no kind, and none the same as the next.
static NOTHING: [u8; SHORTEST] = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0];

/// Sixteen bytes, zeros when there are none.
#[inline]
fn row_of(bytes: Option<&[u8; 16]>) -> i8x16 {
    bytemuck::cast(bytes.copied().unwrap_or_default())
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
    let [row0, row1, row2, row3] = rows.map(bits_of);
    row0 | row1 << 16 | row2 << 32 | row3 << 48
}

/// The highest bits of the bytes of a row.
#[inline]
fn bits_of(row: i8x16) -> u64 {
    u64::from(row.to_bitmask())
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
    fn the_end_of_a_text_is_looked_at_where_it_lies() {
        let text: Vec<u8> = b"aAb.11@zZ ~e".iter().copied().cycle().take(200).collect();
        for length in SHORTEST..text.len() {
            for from in 0..length {
                let (text, rest) = (&text[..length], &text[from..length]);
                let mut copy = [0; COPIED];
                let (lanes, same) = Lanes::of_rest(text, rest, &mut copy);
                let seen = &rest[..rest.len().min(BYTES)];
                let bits = |is: &dyn Fn(usize) -> bool| {
                    (0..seen.len()).map(|at| u64::from(is(at)) << at).sum::<u64>()
                };
                assert_eq!(lanes.equal(b'1'), bits(&|at| seen[at] == b'1'));
                assert_eq!(lanes.small().within(b'a', b'z'), bits(&|at| seen[at].is_ascii_alphabetic()));
                let next = |at: usize| rest.get(at + 1).is_some_and(|next| next | 0x20 == seen[at] | 0x20);
                assert_eq!(same, bits(&next));
                assert_eq!(copy[BEFORE..BEFORE + seen.len()], *seen);
            }
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
