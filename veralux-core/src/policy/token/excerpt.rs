//! What of a text is read a second time: all of a short one, of a long one what stands near the places that ask for it.
//!
//! A second reading costs as much as the first. So of a text above [`WHOLE`] characters it takes those up to [`AROUND`] before and
//! behind each such place, and where these stand thick no more than one character in [`SHARE`] beside the first [`WHOLE`].

use smallvec::SmallVec;

use crate::policy::fold::{Cell, Folded};

/// Most characters of a text that is read again as a whole.
pub(in crate::policy) const WHOLE: usize = 2048;
/// How far a longer one is read around a place.
const AROUND: usize = 256;
/// The share of a longer one that may be read again.
const SHARE: usize = 16;

/// Characters of a text, in its order.
pub(super) struct Excerpt<'f, 't> {
    folded: &'f Folded<'t>,
    cells: SmallVec<[Cell; 64]>,
    /// The first character that was neither taken nor passed over.
    next: usize,
}

impl<'f, 't> Excerpt<'f, 't> {
    pub(super) fn new(folded: &'f Folded<'t>) -> Self {
        Self { folded, cells: SmallVec::new(), next: 0 }
    }

    /// Takes what belongs to it in front of a place; false when no more may be taken.
    pub(super) fn lead_to(&mut self, place: usize) -> bool {
        if self.room() == 0 {
            return false;
        }
        let from = place.saturating_sub(AROUND);
        if self.is_long() && from > self.next + AROUND {
            self.trail();
            // What was left out divides as the end of a line does.
            self.cells.extend(self.folded.cell(self.next).map(divider));
            self.next = (from..place).find(|at| self.is_space(*at)).unwrap_or(place);
        }
        self.cells.extend((self.next..place).filter_map(|at| self.folded.cell(at)));
        self.next = self.next.max(place);
        true
    }

    /// Takes some of the characters of a place that ends in front of another character.
    pub(super) fn take(&mut self, some: impl Iterator<Item = usize>, end: usize) {
        let room = self.room();
        self.cells.extend(some.take(room).filter_map(|at| self.folded.cell(at)));
        self.next = end;
    }

    /// All that belongs to it, what is behind its last place included.
    pub(super) fn finish(mut self) -> SmallVec<[Cell; 64]> {
        self.trail();
        self.cells
    }

    /// How many characters more may be taken by now.
    fn room(&self) -> usize {
        if !self.is_long() {
            return usize::MAX;
        }
        (WHOLE + self.next / SHARE).saturating_sub(self.cells.len())
    }

    fn is_long(&self) -> bool {
        self.folded.len() > WHOLE
    }

    /// Takes what stands behind the last place.
    fn trail(&mut self) {
        let mut end = self.folded.len();
        if self.is_long() && end > self.next + AROUND {
            end = (self.next..self.next + AROUND).rev().find(|at| self.is_space(*at)).unwrap_or(self.next);
        }
        self.cells.extend((self.next..end).filter_map(|at| self.folded.cell(at)));
        self.next = end;
    }

    fn is_space(&self, at: usize) -> bool {
        matches!(self.folded.at(at), b' ' | b'\n')
    }
}

/// A cell as the end of a line.
fn divider(mut cell: Cell) -> Cell {
    (cell.ch, cell.upper, cell.disguised) = (b'\n', false, false);
    cell
}
