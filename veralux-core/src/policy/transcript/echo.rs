//! What is read back: whoever says a number again discloses it as well.

use std::collections::BTreeMap;
use std::ops::Range;

use super::reading::Way;
use super::{Call, Found, Personal};

/// Fewest digits of a number that is told from others wherever it is said again.
const TOLD: usize = 9;
/// How many turns behind a shorter one the same digits are it once more.
const TURNS: usize = 3;

/// Numbers that were found, by their digits: what each is, and the turn in which it was said last.
#[derive(Default)]
pub(super) struct Known(BTreeMap<String, (Personal, usize)>);

impl Known {
    /// A date says nothing about others: it is asked for or named each time.
    pub(super) fn add(&mut self, call: &Call<'_>, found: &Found) {
        let Some(last) = call.pieces.at(found.last) else { return };
        if found.what != Personal::BirthDate {
            let pieces = (found.first..=found.last).filter_map(|at| call.pieces.at(at));
            let digits = pieces.map(|piece| call.pieces.digits(piece)).collect();
            self.0.insert(digits, (found.what, last.turn));
        }
    }

    fn get(&self, digits: &str, turn: usize) -> Option<Personal> {
        let (what, said) = self.0.get(digits)?;
        (digits.len() >= TOLD || (*said..=said + TURNS).contains(&turn)).then_some(*what)
    }

    /// Where they are said in a row of pieces.
    pub(super) fn find(&self, call: &Call<'_>, row: &Range<usize>, found: &mut Vec<Found>) {
        let mut at = row.start;
        while at < row.end && !self.0.is_empty() {
            let mut again = None;
            if let Some(piece) = call.pieces.at(at).filter(|_| call.pieces.begins(at)) {
                call.read(Way::PLAIN, at, |reading| {
                    if let Some(what) = self.get(reading.digits, piece.turn).filter(|_| reading.ends) {
                        again = Some(Found { first: at, last: reading.last, what });
                    }
                });
            }
            at = again.as_ref().map_or(at, |again| again.last) + 1;
            found.extend(again);
        }
    }
}
