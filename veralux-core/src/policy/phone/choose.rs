//! The numbers of a chain: its windows with most evidence.

use smallvec::SmallVec;

use super::atom::Looks;
use super::counting::Numbers;
use super::effort::{Effort, Extent, Tie, is_alone};
use super::joint::Link;
use super::row::Row;
use super::score::{ENOUGH, points, points_alone};
use super::window::Window;
use super::{MAX_DIGITS, MAX_GROUPS, MIN_DIGITS};
use crate::policy::token::Tokens;

/// Atoms in a chain from which on it is a list.
const LONG: usize = 48;

/// Atoms of a chain that are a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) first: usize,
    /// The last atom, included.
    pub(super) last: usize,
    pub(super) digits: usize,
    pub(super) score: u8,
}

impl Candidate {
    /// None without enough evidence.
    fn of(points: i32, first: usize, last: usize, digits: usize) -> Option<Self> {
        let score = u8::try_from(points.min(99)).unwrap_or(99);
        (points >= ENOUGH).then_some(Self { first, last, digits, score })
    }
}

/// The numbers in a chain: those with most evidence first, none over another; in the order of the text.
pub(super) fn choose(tokens: &Tokens<'_>, chain: Row<'_>, effort: &mut Effort) -> SmallVec<[Candidate; 4]> {
    let digits = chain.atom(0).digits;
    // Most numbers are digits that nothing divides, and their chain has nothing else.
    if chain.len() == 1 && chain.atom(0).looks == Looks::Plain && (MIN_DIGITS..=MAX_DIGITS).contains(&digits)
    {
        effort.count();
        let points = points_alone(&Window::at(tokens, chain, 0));
        return Candidate::of(points, 0, 0, digits).into_iter().collect();
    }
    choose_among(tokens, chain, effort)
}

#[inline(never)]
fn choose_among(tokens: &Tokens<'_>, chain: Row<'_>, effort: &mut Effort) -> SmallVec<[Candidate; 4]> {
    let mut all: SmallVec<[(i32, Candidate); 8]> = SmallVec::new();
    let numbers = Numbers::of(tokens, chain);
    let mut ties: SmallVec<[Tie; 16]> = SmallVec::new();
    for first in 0..chain.len() {
        let extent = effort.extent(tokens, chain.atom(first).first);
        // Nothing is tied more closely than what nothing divides.
        if extent != Extent::Each && first > 0 && chain.joint(first).link == Link::Glued {
            continue;
        }
        let mut window = None;
        let mut weigh = |last: usize, digits| {
            if extent == Extent::Alone && !is_alone(tokens, chain.atom(first).first, chain.atom(last).last) {
                return;
            }
            effort.count();
            let window = window.get_or_insert_with(|| Window::at(tokens, chain, first));
            window.grow(last);
            let points = points(window, &numbers);
            all.extend(Candidate::of(points, first, last, digits).map(|candidate| (points, candidate)));
        };
        if extent == Extent::Each {
            each(chain, first, &mut weigh);
            continue;
        }
        if ties.is_empty() {
            ties.extend((0..=chain.len()).map(|index| Tie::of(tokens, chain, index)));
        }
        tied(&ties, chain, first, &mut weigh);
    }
    if all.is_empty() {
        return SmallVec::new();
    }
    // A stable sort: of equals the one that begins first.
    all.sort_by_key(|(points, candidate)| (-points, candidate.first));
    let mut chosen: SmallVec<[Candidate; 4]> = SmallVec::new();
    let mut taken: SmallVec<[bool; 16]> = SmallVec::from_elem(false, chain.len());
    for (_, candidate) in all {
        let span = candidate.first..=candidate.last;
        if taken.get(span.clone()).is_some_and(|atoms| atoms.iter().all(|taken| !taken)) {
            taken.get_mut(span).unwrap_or_default().fill(true);
            chosen.push(candidate);
        }
    }
    chosen.sort_by_key(|candidate| candidate.first);
    chosen
}

/// The windows that begin with an atom: the last atom of each, and its digits.
fn each(chain: Row<'_>, first: usize, weigh: &mut impl FnMut(usize, usize)) {
    let list = chain.len() > LONG;
    // In a long list a number begins only where what divides changes.
    if list && goes_on(chain, first) {
        return;
    }
    let mut digits = 0;
    let inner = |at: usize| at < chain.len() && chain.joint(at).link == Link::Glued;
    let mut inside = first > 0;
    for last in first..chain.len().min(first + MAX_GROUPS) {
        digits += chain.atom(last).digits;
        inside &= inner(last) && matches!(chain.atom(last).looks, Looks::Plain | Looks::Leet);
        if digits > MAX_DIGITS {
            break;
        }
        // In the middle of what runs on without a gap nothing outweighs the borders; nor in a long list at one of them.
        let cut = inside && inner(last + 1) || list && (first > 0 && inner(first) || inner(last + 1));
        if digits >= MIN_DIGITS && !cut {
            weigh(last, digits);
        }
    }
}

/// Those of them that are tied more closely inside than to what stands beside them.
fn tied(ties: &[Tie], chain: Row<'_>, first: usize, weigh: &mut impl FnMut(usize, usize)) {
    let Some((&front, behind)) = ties.get(first..).and_then(<[Tie]>::split_first) else { return };
    let (mut digits, mut inside, mut next) = (0, Tie::Glued, Tie::Glued);
    for (last, (size, tie)) in (first..first + MAX_GROUPS).zip(chain.sizes(first).zip(behind)) {
        digits += size;
        inside = inside.max(next);
        if digits > MAX_DIGITS || inside >= front {
            break;
        }
        next = *tie;
        if digits >= MIN_DIGITS && inside < next {
            weigh(last, digits);
        }
    }
}

/// Whether what divides the atoms at a place is what divided them before: each from the next, or in turns of fewer digits
/// than a number has.
fn goes_on(chain: Row<'_>, at: usize) -> bool {
    let link = |at: usize| chain.joint(at).link;
    let size = |at: usize| chain.atom(at).digits;
    let repeats = |period: usize| {
        at > period
            && (at..=at + period)
                .all(|at| link(at) == link(at - period) && (size(at) == 1 || size(at) == size(at - period)))
            && (at..at + period).map(size).sum::<usize>() < MIN_DIGITS
    };
    link(at) == link(at + 1) || (2..MIN_DIGITS).any(repeats)
}
