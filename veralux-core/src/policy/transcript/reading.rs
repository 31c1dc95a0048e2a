//! The digits that pieces say together, in all the ways in which they may be meant.

use smallvec::SmallVec;

use super::between::Join;
use super::piece::{Piece, Pieces, Says};
use super::turn::Turns;

/// Most digits of a number that is looked for (ISO/IEC 7812-1, 4.1).
pub(super) const MAX_DIGITS: usize = 19;
/// Most pieces of one, with what is repeated and taken back.
const MAX_PIECES: usize = 48;
/// Most digits that are taken back at once.
const MAX_BACK: usize = 6;

/// How pieces are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Way {
    /// Only what the speaker of the first one says.
    own: bool,
    /// Without what somebody else repeats.
    heard: bool,
    /// How many digits a word like "sorry" takes back.
    back: usize,
    /// Across other words.
    loose: bool,
}

/// Pieces from one on, and what they say.
pub(super) struct Reading<'a> {
    pub(super) digits: &'a str,
    pub(super) last: usize,
    /// How many digits stand together.
    pub(super) groups: &'a [usize],
    /// Whether something else comes behind them.
    pub(super) ends: bool,
}

/// All ways in which the pieces from one on may be meant, the plain one first.
pub(super) fn ways(pieces: &Pieces, first: usize) -> impl Iterator<Item = Way> + use<> {
    let joins = || {
        let joins = (first + 1..first + MAX_PIECES).map_while(|at| pieces.at(at)).map(|piece| piece.join);
        joins.take_while(|join| *join < Join::Words)
    };
    let holds = |join| joins().any(|other| other == join);
    let (corrected, parted) = (holds(Join::Correction), holds(Join::Turn) || holds(Join::Correction));
    let most = if corrected { MAX_BACK } else { 0 };
    let sides = [(false, false), (true, false), (false, true)];
    sides
        .into_iter()
        .take(if parted { 3 } else { 1 })
        .flat_map(move |(own, heard)| (0..=most).map(move |back| Way { own, heard, back, loose: false }))
}

impl Way {
    pub(super) const PLAIN: Self = Self { own: false, heard: false, back: 0, loose: false };

    /// Across words that may mean something, with what others repeat and without.
    pub(super) const LOOSE: [Self; 3] = [
        Self { loose: true, ..Self::PLAIN },
        Self { loose: true, own: true, ..Self::PLAIN },
        Self { loose: true, heard: true, ..Self::PLAIN },
    ];

    pub(super) const fn takes_nothing_back(self) -> bool {
        self.back == 0
    }

    /// Shows `each` what is said from a piece up to each one behind it; answers with how many were read.
    pub(super) fn read(
        self,
        (pieces, turns): (&Pieces, &Turns),
        first: usize,
        mut each: impl FnMut(&Reading<'_>),
    ) -> usize {
        let Some(start) = pieces.at(first) else { return 0 };
        let speaker = turns.speaker(start.turn);
        let mut digits = String::new();
        let mut groups: SmallVec<[usize; MAX_DIGITS]> = SmallVec::new();
        let mut repeated = None;
        for at in first..first + MAX_PIECES {
            let Some(piece) = pieces.at(at).filter(|piece| piece.says == Says::Number) else {
                return at - first;
            };
            if at > first && (piece.join == Join::Apart || piece.join == Join::Words && !self.loose) {
                return at - first;
            }
            if self.own && turns.speaker(piece.turn) != speaker || repeated == Some(piece.turn) {
                continue;
            }
            if self.heard && at > first && piece.join >= Join::Turn && repeats(pieces, at, &digits) {
                repeated = Some(piece.turn);
                continue;
            }
            if at > first && piece.join == Join::Correction {
                take_back(&mut digits, &mut groups, self.back);
            }
            let said = pieces.digits(piece);
            if digits.len() + said.len() > MAX_DIGITS {
                return at - first;
            }
            digits.push_str(said);
            match groups.last_mut() {
                Some(group) if !parts(pieces, piece, at) => *group += said.len(),
                _ => groups.push(said.len()),
            }
            each(&Reading { digits: &digits, last: at, groups: &groups, ends: pieces.ends(at) });
        }
        MAX_PIECES
    }
}

/// Whether a piece begins a group of digits: behind a pause, or where it is written by itself.
fn parts(pieces: &Pieces, piece: &Piece, at: usize) -> bool {
    let before = pieces.at(at.wrapping_sub(1));
    piece.join != Join::Tight || piece.written && before.is_some_and(|before| before.written)
}

/// Whether the turn that begins with a piece says again what was said last.
fn repeats(pieces: &Pieces, from: usize, so_far: &str) -> bool {
    let Some(turn) = pieces.at(from).map(|piece| piece.turn) else { return false };
    let mut said = String::new();
    for at in from..from + MAX_DIGITS {
        let Some(piece) = pieces.at(at).filter(|piece| piece.turn == turn) else { break };
        if at > from && piece.join >= Join::Words {
            break;
        }
        said.push_str(pieces.digits(piece));
    }
    so_far.ends_with(&said)
}

fn take_back(digits: &mut String, groups: &mut SmallVec<[usize; MAX_DIGITS]>, mut count: usize) {
    digits.truncate(digits.len().saturating_sub(count));
    while let Some(group) = groups.last_mut()
        && count > 0
    {
        let taken = count.min(*group);
        (*group, count) = (*group - taken, count - taken);
        if *group == 0 {
            groups.pop();
        }
    }
}
