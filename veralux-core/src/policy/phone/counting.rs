//! Rows of digits that count something, or count on: no number.

use smallvec::SmallVec;

use super::atom::Looks;
use super::chain::{Link, Row};
use super::context::{self, Says};
use super::window::Window;
use crate::policy::token::Tokens;

/// The numbers of the atoms of a chain, each read once: a long chain has many windows.
pub(super) struct Numbers {
    all: SmallVec<[Option<u32>; 16]>,
    /// How many of one or two digits follow the one in front of them, up to each.
    rises: SmallVec<[u16; 16]>,
}

impl Numbers {
    pub(super) fn of(tokens: &Tokens<'_>, chain: Row<'_>) -> Self {
        let mut numbers = Self { all: SmallVec::new(), rises: SmallVec::new() };
        let (mut before, mut rises) = (None, 0);
        for index in 0..chain.len() {
            let atom = chain.atom(index);
            let number = atom.number(tokens);
            let small = number.filter(|_| atom.digits <= 2);
            rises += u16::from(small.zip(before).is_some_and(|(this, before)| this == before + 1));
            before = small;
            numbers.all.push(number);
            numbers.rises.push(rises);
        }
        numbers
    }

    fn at(&self, index: usize) -> Option<u32> {
        self.all.get(index).copied().flatten()
    }

    /// How many numbers behind an atom, up to another, follow the one in front of them.
    fn rises(&self, from: usize, to: usize) -> u16 {
        let up_to = |index: usize| self.rises.get(index).copied().unwrap_or_default();
        up_to(to) - up_to(from)
    }

    /// Whether a number of one or two digits is one more than such a number in front of it.
    fn follows(&self, index: usize) -> bool {
        index > 0 && self.rises(index - 1, index) > 0
    }
}

/// Rows that count: "one two three", "8 9 10 11", "32 34 36 38", all the same digit.
pub(super) fn counting(window: &Window<'_, '_>, numbers: &Numbers, plus: bool) -> i32 {
    let &Window { tokens, chain, first, last, .. } = window;
    let number = |index: usize| numbers.at(index);
    // "0071, 0072 and 0073"
    let next =
        |index: usize| number(index).zip(number(index - 1)).is_some_and(|(one, other)| one == other + 1);
    if last == first + 2 && (first + 1..=last).all(|at| next(at) && chain.atom(at).digits >= 3) {
        return -70;
    }
    if last - first < 3 || plus {
        return 0;
    }
    if counts_in(window, numbers) || chants(window, numbers) || rings(window, numbers) {
        return -70;
    }
    if lists(window, numbers) {
        return -20;
    }
    // "sevens: 7 14 21 28"
    let titled = chain.atom(first).is_word() && !chain.atom(first + 1).is_word();
    let first = first + usize::from(titled && last > first + 3);
    let leads_with_zero = chain.atom(first).digits > 1 && tokens.at(chain.atom(first).first).ch == b'0';
    // "zéro six, douze, trente-quatre": a mobile number in pairs, which may rise.
    let said = |index: usize| chain.atom(index).digits == 2;
    if chain.atom(first).is_zero() && matches!(number(first + 1), Some(6 | 7)) && (first + 2..=last).all(said)
    {
        return -6;
    }
    let (mut rising, mut even, mut same, mut small) = (true, true, true, true);
    let mut step = None;
    let Some(mut one) = number(first) else { return 0 };
    for index in first + 1..=last {
        let Some(other) = number(index) else { return 0 };
        let difference = i64::from(other) - i64::from(one);
        one = other;
        rising &= difference > 0;
        even &= *step.get_or_insert(difference) == difference;
        same &= difference == 0;
        small &= chain.atom(index).digits <= 2;
        if !(same || small && (rising || even)) {
            return 0;
        }
    }
    let lists = small && (rising || even);
    match lists || same {
        // French mobile numbers in pairs.
        true if leads_with_zero => match number(first) {
            Some(6 | 7) => -6,
            _ => -20,
        },
        // "seis treinta y dos, cuarenta y cinco, sesenta": so are short numbers of Spain.
        true if !same
            && !even
            && (first..=last).all(|index| chain.atom(index).is_word())
            && window.digits >= 9 =>
        {
            -16
        }
        true => -70,
        false => 0,
    }
}

/// Whether single digits count, again and again: "one two three four, one two three four", "5 6 7 8".
fn counts_in(window: &Window<'_, '_>, numbers: &Numbers) -> bool {
    let &Window { chain, first, last, .. } = window;
    let number = |index: usize| numbers.at(index).filter(|_| chain.atom(index).digits == 1);
    if number(first).is_none() || number(last).is_none() {
        return false;
    }
    // A run that the window cuts is one all the same.
    let follows =
        |index: usize| index > 0 && number(index).zip(number(index - 1)).is_some_and(|(a, b)| a == b + 1);
    let (mut from, mut to) = (first, last);
    while first - from < 9 && follows(from) {
        from -= 1;
    }
    while to - last < 9 && to + 1 < chain.len() && follows(to + 1) {
        to += 1;
    }
    let (mut run, mut before) = (3, None);
    for index in from..=to {
        let Some(digit) = number(index) else { return false };
        if before.is_some_and(|before| digit == before + 1) {
            run += 1;
        } else if run < 3 || digit == 0 {
            return false;
        } else {
            run = 1;
        }
        before = Some(digit);
    }
    run >= 3
}

/// Whether plain digits lead into a row that counts as none does that is counted aloud: "on 07911 one two three four five six".
fn is_led(window: &Window<'_, '_>) -> bool {
    let &Window { tokens, chain, first, last, digits, .. } = window;
    let (head, at) = (chain.atom(first), tokens.at(chain.atom(first).first));
    let plain = head.looks == Looks::Plain && (3..=5).contains(&head.digits);
    let tied = |index: usize| chain.joint(index).link == Link::Space && !chain.joint(index).loose;
    let trunk = || at.ch == b'0' && tokens.folded.at(at.start() + 1) != b'0' && head.digits > 3;
    plain
        && (9..=11).contains(&digits)
        && (first + 1..=last).all(tied)
        && (trunk() || context::before(tokens, head.first) == Says::Call)
}

/// Whether single digits are all numbers up to some, in one order and then in another, as bells are rung: "one three two four, one
/// two four three".
fn rings(window: &Window<'_, '_>, numbers: &Numbers) -> bool {
    let &Window { chain, mut first, mut last, .. } = window;
    if chain.len() <= WHOLE {
        (first, last) = (0, chain.len() - 1);
    }
    let count = last + 1 - first;
    if (first..=last).any(|index| chain.atom(index).digits != 1) {
        return false;
    }
    (4..=8).filter(|bells| count % bells == 0 && count > *bells).any(|bells| {
        (first..=last).step_by(bells).all(|row| {
            let seen = (row..row + bells)
                .filter_map(|index| numbers.at(index))
                .fold(0u32, |seen, number| seen | 1 << number.min(31));
            seen == (1 << (bells + 1)) - 2
        })
    })
}

/// Whether single digits stand in pairs, with a sign in each and spaces between them.
pub(super) fn is_scored(window: &Window<'_, '_>) -> bool {
    let &Window { tokens, chain, first, last, ref groups, .. } = window;
    groups.is_single()
        && (first + 1..=last).all(|index| {
            let (joint, glued) = (chain.joint(index), tokens.is_glued(chain.atom(index).first));
            let inside = (index - first) % 2 == 1;
            inside == glued
                && inside == matches!(joint.mark, b'-' | b':')
                && (inside || joint.link == Link::Space)
        })
}

/// Whether words for single digits rise from the first on, in a list: "two, four, five, seven and nine. oh and one".
fn lists(window: &Window<'_, '_>, numbers: &Numbers) -> bool {
    let &Window { chain, first, last, .. } = window;
    let rises = |index: &usize| {
        let apart = chain.joint(*index).loose || chain.joint(*index).link == Link::Filler;
        apart && chain.atom(*index).is_word() && numbers.at(*index) > numbers.at(index - 1)
    };
    (first + 1..=last).take_while(rises).count() >= 4
}

/// Fewest single digits in a row that are marks when they are all alike, and how far such lie from each other.
const MARKS: usize = 9;
const SPREAD: u32 = 3;

/// Whether single digits are marks, or what each hole took, which lie near each other: "nine 4 5 3 4 6 4 5 3 4". A word at
/// their edge is none of them.
pub(super) fn are_marks(window: &Window<'_, '_>) -> bool {
    let &Window { tokens, chain, mut first, mut last, .. } = window;
    let plain = |index: usize| !chain.atom(index).is_word();
    first += usize::from(!plain(first));
    last -= usize::from(!plain(last) && last > first);
    let apart = |index: usize| index == first || chain.joint(index).link == Link::Space;
    if last + 1 < first + MARKS || !(first..=last).all(|index| plain(index) && apart(index)) {
        return false;
    }
    let number = |index: usize| chain.atom(index).number(tokens).unwrap_or_default();
    let most = (first..=last).map(number).max().unwrap_or_default();
    let least = (first..=last).map(number).min().unwrap_or_default();
    most - least <= SPREAD
}

/// Fewest numbers in a row, each one more than the last, that nobody has in a telephone number.
const CHANT: usize = 9;
/// Fewest in a row that is all of a short chain, or nearly.
const FEW: usize = 6;
/// Fewest that follow the one in front of them where somebody counts, in two runs of three.
const LEAST: u16 = 4;
/// A chain up to this long is looked at as a whole.
const WHOLE: usize = 20;

/// Whether somebody counts aloud: up to nine or further, or to four and again: "one two three four, two two three four".
fn chants(window: &Window<'_, '_>, numbers: &Numbers) -> bool {
    let &Window { chain, first, last, .. } = window;
    let (mut from, mut to) = (0, chain.len() - 1);
    if chain.len() > WHOLE {
        (from, to) = (first, last);
        while first - from < CHANT && numbers.follows(from) {
            from -= 1;
        }
        while to - last < CHANT && to + 1 < chain.len() && numbers.follows(to + 1) {
            to += 1;
        }
    }
    let all = to + 1 - from;
    if all < FEW || numbers.rises(from, to) < LEAST {
        return false;
    }
    let (mut run, mut runs, mut covered, mut from_one) = (1, 0, 0, true);
    for index in from + 1..=to + 1 {
        if index <= to && numbers.follows(index) {
            run += 1;
            continue;
        }
        // "conto fino a tre: uno due tre, quattro cinque sei"
        let few = run >= FEW && all <= run + 2 && all <= 8 && numbers.at(index - run) == Some(1);
        if few && !is_led(window) {
            return true;
        }
        if run >= CHANT && chain.atom(index - run).digits == 1 {
            return true;
        }
        from_one &= run > 1 && numbers.at(index - run) == Some(1);
        if run >= 3 {
            (runs, covered) = (runs + 1, covered + run);
        }
        run = 1;
    }
    // "one two, one two three four, one two"
    from_one || runs >= 2 && all >= 10 && covered * 4 >= all * 3
}
