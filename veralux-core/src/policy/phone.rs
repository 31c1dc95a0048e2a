//! Phone numbers, plain and disguised.
//!
//! Whatever may be digits is read into atoms (`atom`), atoms near each other form chains (`chain`), and the windows (`window`) of a
//! chain that carry enough evidence are numbers (`choose`, `score`); how many are weighed is bounded (`effort`). What
//! surrounds them speaks for or against (`context`). No numbering plan is asked: fictitious and new ranges count too.

mod alternative;
mod asked;
mod atom;
mod beside;
mod chain;
mod choose;
mod codes;
mod context;
mod counting;
mod edge;
mod effort;
mod explained;
mod fuzzy;
mod grouped;
mod joint;
mod label;
mod lead;
mod letters;
mod patched;
mod piece;
mod prefix;
mod refrain;
mod row;
mod scattered;
mod score;
mod shape;
mod spelt;
mod told;
mod window;

use super::lexicon::{Key, keys};
use super::token::Tokens;
use super::{Finding, Kind, Severity};
use atom::{Atom, Looks};
use chain::Chain;
use choose::Candidate;
use effort::Effort;
use joint::Link;
use row::Row;
use scattered::Scattered;
use told::Told;

pub(super) use codes::is_parcel;
#[cfg(test)]
pub(super) use effort::FREE;
pub(super) use letters::{key_of, looks_like};
pub(super) use piece::Piece;
pub(super) use scattered::{LIKE, THEM, TOGETHER, denies, dials_them, reads_on, tells_to_join};
pub(super) use shape::points as shape_points;
pub(super) use told::{AREA, EARLY, LATE};

/// Digits in the shortest number that is found by itself.
pub(super) const MIN_DIGITS: usize = 7;
/// Digits in the longest (ITU-T E.164, 6.1).
const MAX_DIGITS: usize = 15;
/// Most groups that a shape has.
const MAX_GROUPS: usize = 16;

pub(super) fn find(tokens: &Tokens<'_>, found: &mut Vec<Finding>) {
    find_with(tokens, &mut Effort::default(), found);
}

fn find_with(tokens: &Tokens<'_>, effort: &mut Effort, found: &mut Vec<Finding>) {
    let mut chain = Chain::at(0);
    let before = found.len();
    while chain.advance_with(tokens, effort) {
        let row = chain.row();
        effort.count_atoms(row.len());
        if row.digits() < MIN_DIGITS {
            continue;
        }
        for candidate in choose::choose(tokens, row, effort) {
            found.push(finding(tokens, row, &candidate));
        }
    }
    if found.len() == before {
        let finding = |first, last, value, rule| Finding {
            kind: Kind::Phone,
            span: tokens.span(first, last),
            value,
            rule,
            score: 56,
            severity: Severity::Identifier,
        };
        if let Some(Scattered { first, last, value }) = scattered::find(tokens) {
            found.push(finding(first, last, value, "phone.scattered"));
        } else if let Some(Told { value, parts }) = told::find(tokens) {
            found.extend(
                parts.iter().map(|(first, last)| finding(*first, *last, value.clone(), "phone.parts")),
            );
        }
    }
}

/// Appends the digits that a token begins, written or in words, and answers with the last token of these; letters that look like
/// digits are none here.
pub(super) fn said(tokens: &Tokens<'_>, at: usize, digits: &mut String) -> Option<usize> {
    let atom = Atom::read(tokens, at).filter(|atom| !matches!(atom.looks, Looks::Leet | Looks::Keypad))?;
    atom.write(tokens, digits);
    Some(atom.last)
}

/// Whether the words in front of digits say that they name a thing.
pub(super) fn names_thing(tokens: &Tokens<'_>, at: usize) -> bool {
    context::before(tokens, at) == context::Says::Thing
}

/// How many windows are weighed to find the numbers of a text, and how many more the reading of its digits counts as.
#[cfg(test)]
pub(super) fn weighed(tokens: &Tokens<'_>) -> (usize, usize) {
    let mut effort = Effort::default();
    find_with(tokens, &mut effort, &mut Vec::new());
    (effort.weighed(), effort.spent() - effort.weighed())
}

/// The rows of digits that may be a piece of a number, from a token on.
pub(super) fn pieces(tokens: &Tokens<'_>, from: usize) -> impl Iterator<Item = Piece> {
    let mut chain = Chain::at(from);
    std::iter::from_fn(move || chain.advance(tokens).then(|| Piece::of(tokens, chain.row())))
}

fn finding(tokens: &Tokens<'_>, chain: Row<'_>, candidate: &Candidate) -> Finding {
    let (first, last) = (chain.atom(candidate.first), chain.atom(candidate.last));
    let mut span = tokens.span(first.first, last.last);
    let plus = chain.plus_before(tokens, candidate.first);
    if let Some(plus) = plus {
        span.start = span.start.min(tokens.span(plus, plus).start);
    }
    if let Some(open) = edge::opens(tokens, plus.unwrap_or(first.first), last.last) {
        span.start = span.start.min(tokens.span(open, open).start);
    }
    if let Some(end) = edge::extension(tokens, last.last) {
        span.end = span.end.max(tokens.span(end, end).end);
    }
    let value = value(tokens, chain, candidate, plus.is_some());
    Finding {
        kind: Kind::Phone,
        span,
        value,
        rule: rule(chain, candidate, plus.is_some()),
        score: candidate.score,
        severity: Severity::Identifier,
    }
}

fn value(tokens: &Tokens<'_>, chain: Row<'_>, candidate: &Candidate, plus: bool) -> String {
    let mut value = String::with_capacity(16);
    for index in candidate.first..=candidate.last {
        // "+44 (0)20", "0044 (0)20": the zero is dialled only at home.
        let abroad = plus || index > candidate.first && value.starts_with("00");
        let trunk = abroad && chain.is_trunk_zero(tokens, index);
        if !trunk {
            chain.atom(index).write(tokens, &mut value);
        }
    }
    if !plus && value.len() == 9 && ends_tens(tokens, chain, candidate) {
        value.insert(1, '0');
    }
    if plus {
        value.insert(0, '+');
    } else if let Some(rest) = value.strip_prefix("00").filter(|rest| rest.len() >= 9) {
        // `00` stands for the plus sign.
        value = format!("+{rest}");
    }
    value
}

/// Whether tens and a digit are the first three of the ten digits of North America, with the next three one by one: "fifty
/// three" of "fifty three five five five zero one twenty six". With sixty, seventy and ninety begin whole numbers of nine digits.
fn ends_tens(tokens: &Tokens<'_>, chain: Row<'_>, candidate: &Candidate) -> bool {
    static TENS: &[Key] = keys!("twenty thirty forty fifty eighty");
    let first = candidate.first;
    let head = chain.atom(first);
    head.last > head.first
        && head.digits == 2
        && tokens.at(head.first).is_one(TENS)
        && chain.atom(first + 1).lead(tokens) > b'1'
        && (first + 1..first + 4).all(|index| index <= candidate.last && chain.atom(index).digits == 1)
        && (first..=candidate.last).all(|index| chain.atom(index).is_word())
}

fn rule(chain: Row<'_>, candidate: &Candidate, plus: bool) -> &'static str {
    let looks = |looks: Looks| (candidate.first..=candidate.last).any(|at| chain.atom(at).looks == looks);
    let linked = |link: Link| (candidate.first + 1..=candidate.last).any(|at| chain.joint(at).link == link);
    if looks(Looks::Word) || looks(Looks::Weak) || looks(Looks::Fuzzy) {
        return "phone.words";
    }
    if looks(Looks::Keypad) {
        return "phone.vanity";
    }
    if looks(Looks::Leet) {
        return "phone.leet";
    }
    if looks(Looks::Script) {
        return "phone.script";
    }
    if linked(Link::Filler) {
        return "phone.parts";
    }
    if linked(Link::Odd) || linked(Link::Emoji) {
        return "phone.separated";
    }
    match candidate.last - candidate.first {
        _ if plus => "phone.international",
        0 => "phone.plain",
        _ if candidate.digits < 9 => "phone.short",
        _ => "phone.grouped",
    }
}

#[cfg(test)]
mod tests;
