//! The groups in which numbers are written, and what each is worth.

use smallvec::SmallVec;

use super::MAX_GROUPS;
use super::atom::{Atom, Looks};
use super::joint::Link;
use super::row::Row;

/// Sizes of groups that phone numbers have, with the evidence in them. A correction is a row.
static SHAPES: &[(&[u8], i32)] = &[
    (&[3, 3, 4], 32),
    (&[1, 3, 3, 4], 32),
    (&[3, 4], 18),
    (&[3, 7], 22),
    (&[6, 4], 22),
    (&[3, 3, 2, 2], 26),
    (&[1, 3, 3, 2, 2], 28),
    (&[4, 3, 3], 22),
    (&[4, 6], 22),
    (&[5, 6], 28),
    (&[5, 5], 24),
    (&[5, 3, 3], 28),
    (&[4, 3, 4], 26),
    (&[3, 4, 4], 26),
    (&[2, 4, 4], 24),
    (&[2, 5, 4], 24),
    (&[2, 2, 2, 2, 2], 18),
    (&[1, 2, 2, 2, 2], 18),
    (&[3, 3, 3], 16),
    (&[3, 2, 2, 2], 26),
    (&[2, 3, 2, 2], 16),
    (&[3, 4, 3, 1], 26),
    (&[3, 4, 3], 22),
    (&[4, 3, 2, 2], 26),
    (&[4, 4, 4], 16),
    (&[2, 2, 4, 4], 22),
    (&[1, 3, 3, 3], 4),
    (&[4, 4], 14),
    (&[1, 4, 4], 16),
    (&[2, 10], 22),
    (&[2, 5, 5], 26),
    (&[2, 3, 3, 3], 20),
    (&[2, 3, 4], 16),
    (&[2, 7], 16),
    (&[2, 8], 22),
    (&[3, 8], 24),
    (&[3, 6], 16),
    (&[4, 7], 24),
    (&[4, 8], 22),
    (&[2, 2, 2, 2, 2, 1], 22),
    (&[4, 5], 14),
    (&[5, 4], 14),
    (&[2, 4, 5], 20),
    (&[3, 3, 5], 22),
    (&[1, 10], 28),
    (&[1, 3, 7], 28),
    (&[1, 4, 3, 3], 22),
    (&[4, 2, 2, 2], 20),
    (&[4, 4, 3], 20),
    (&[3, 2, 5], 18),
    (&[3, 3, 1, 3], 18),
    (&[4, 4, 2], 14),
    (&[3, 5], 12),
    (&[2, 1, 4, 4], 24),
    (&[2, 5, 3], 16),
    (&[3, 5, 3], 18),
    (&[3, 3, 1, 2], 14),
    (&[3, 5, 1], 14),
    (&[2, 1, 2, 2, 2, 2], 24),
    (&[3, 6, 1], 14),
    (&[3, 7, 1], 16),
    (&[7, 3], 14),
    (&[4, 5, 3], 18),
    (&[4, 3, 5], 18),
    (&[3, 2, 2], 12),
    (&[3, 5, 4], 24),
    (&[6, 5], 22),
    (&[1, 4, 6], 16),
    (&[2, 4, 6], 22),
    (&[3, 2, 3, 3], 12),
    (&[5, 2, 2, 2], 12),
    // Germany, Austria: "0151 234 567 89", "0176 12 34 56 78", "0664 12 34 567", "0711 12 34 56 7", "0 40 / 1 23 45 67".
    (&[4, 3, 3, 2], 28),
    (&[4, 2, 2, 2, 2], 24),
    (&[4, 2, 2, 3], 22),
    (&[4, 2, 2, 2, 1], 18),
    (&[1, 2, 1, 2, 2, 2], 22),
    (&[2, 1, 2, 2, 2], 16),
    (&[4, 3, 2, 3], 20),
    (&[4, 1, 2, 2, 2], 18),
    // Hungary: "06 30 123 4567", "06 1 234 5678".
    (&[2, 2, 3, 4], 22),
    (&[2, 1, 3, 4], 22),
    (&[2, 2, 7], 20),
    (&[2, 2, 3, 2, 2], 22),
    // Sweden, Italy: "070-12 34 567", "333 12 34 567".
    (&[3, 2, 2, 3], 20),
    // Finland with its country code: "358 40 1234567".
    (&[3, 2, 7], 20),
];

const SINGLES: i32 = 22;
pub(super) const PLAUSIBLE: i32 = 10;
const STRANGE: i32 = -14;

/// Sizes of the groups of a window.
#[derive(Debug, Default)]
pub(super) struct Groups {
    sizes: [u8; MAX_GROUPS],
    len: usize,
}

impl Groups {
    /// Adds an atom. Groups are what nothing divides; number words in a row make one group where their number is written in
    /// digits.
    pub(super) fn add(&mut self, atom: Atom, glued: bool) {
        let digits = u8::try_from(atom.digits).unwrap_or(u8::MAX);
        if glued
            && !atom.is_word()
            && let Some(size) = self.len.checked_sub(1).and_then(|last| self.sizes.get_mut(last))
        {
            *size = size.saturating_add(digits);
            return;
        }
        if let Some(size) = self.sizes.get_mut(self.len) {
            *size = digits;
        }
        self.len += 1;
    }

    /// The groups of a window, in which single digits at one space make a group too: "3 4 7, then 555".
    pub(super) fn spelled_out(chain: Row<'_>, first: usize, last: usize) -> Self {
        let mut groups = Self::default();
        for index in first..=last {
            let single = |index: usize| chain.atom(index).digits == 1;
            let joint = chain.joint(index);
            let tied = joint.link == Link::Space && single(index) && single(index - 1);
            if index == first || !(tied || joint.link == Link::Glued) {
                groups.len += 1;
            }
            let digits = u8::try_from(chain.atom(index).digits).unwrap_or(u8::MAX);
            if let Some(size) = groups.len.checked_sub(1).and_then(|last| groups.sizes.get_mut(last)) {
                *size = size.saturating_add(digits);
            }
        }
        groups
    }

    pub(super) fn sizes(&self) -> &[u8] {
        self.sizes.get(..self.len).unwrap_or_default()
    }

    /// Whether every group is one digit.
    pub(super) fn is_single(&self) -> bool {
        is_single(self.sizes())
    }

    /// How much more evidence there is in the sizes from the last to the first.
    pub(super) fn points_backwards(&self) -> i32 {
        let digits = self.sizes().iter().map(|size| usize::from(*size)).sum();
        let turned: SmallVec<[u8; MAX_GROUPS]> = self.sizes().iter().rev().copied().collect();
        (points(&turned, digits) - self.points(digits)).max(0)
    }

    /// The evidence in the sizes alone.
    pub(super) fn points(&self, digits: usize) -> i32 {
        points(self.sizes(), digits)
    }
}

/// The evidence in the sizes of groups.
pub(in crate::policy) fn points(sizes: &[u8], digits: usize) -> i32 {
    if sizes.len() == 1 {
        return match digits {
            10 | 11 => 24,
            12 => 16,
            7..=9 => 14,
            13 => 6,
            _ => STRANGE,
        };
    }
    if let Some(points) = usual(sizes) {
        return points;
    }
    if is_single(sizes) {
        return SINGLES;
    }
    let plausible = sizes.len() <= 6
        && sizes.iter().skip(1).all(|size| (2..=5).contains(size))
        && sizes.first().is_some_and(|size| *size <= 5);
    if plausible { PLAUSIBLE } else { STRANGE }
}

/// The evidence in usual sizes.
fn usual(sizes: &[u8]) -> Option<i32> {
    let packed = pack(sizes);
    let place = PACKED.iter().position(|shape| *shape == packed)?;
    SHAPES.get(place).map(|(_, points)| *points)
}

/// The sizes of usual shapes as numbers.
static PACKED: [u64; SHAPES.len()] = packed();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn packed() -> [u64; SHAPES.len()] {
    let mut packed = [0; SHAPES.len()];
    let mut row = 0;
    while row < SHAPES.len() {
        packed[row] = pack(SHAPES[row].0);
        row += 1;
    }
    packed
}

/// Up to eight sizes as a number; 0 when there are more.
const fn pack(mut sizes: &[u8]) -> u64 {
    if sizes.len() > 8 {
        return 0;
    }
    let mut packed = 0;
    while let [size, rest @ ..] = sizes {
        packed = packed << 8 | *size as u64;
        sizes = rest;
    }
    packed
}

/// Whether every group is one digit.
fn is_single(sizes: &[u8]) -> bool {
    sizes.len() >= 6 && sizes.iter().all(|size| *size == 1)
}

/// How many atoms of a window come in what clothes.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Clothes {
    pub(super) plain: usize,
    pub(super) script: usize,
    pub(super) words: usize,
    /// Digits in words.
    pub(super) spoken: usize,
    pub(super) weak: usize,
    pub(super) leet: usize,
    /// Letters for keys.
    pub(super) keys: usize,
}

impl Clothes {
    pub(super) fn add(&mut self, atom: Atom) {
        match atom.looks {
            Looks::Plain => self.plain += 1,
            Looks::Keypad => self.keys += 1,
            Looks::Script => self.script += 1,
            Looks::Word => {
                self.words += 1;
                self.spoken += atom.digits;
            }
            Looks::Weak => {
                self.weak += 1;
                self.spoken += 1;
            }
            Looks::Fuzzy => {}
            Looks::Leet => self.leet += 1,
        }
    }
}
