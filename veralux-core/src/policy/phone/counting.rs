//! Rows of digits that count something, or count on: no number.

use smallvec::SmallVec;

use super::atom::Looks;
use super::context::{self, Says};
use super::joint::Link;
use super::row::Row;
use super::scattered::is_turned;
use super::window::Window;
use crate::policy::lexicon::Senses;
use crate::policy::token::Tokens;

/// The numbers of the atoms of a chain, each read once: a long chain has many windows.
pub(super) struct Numbers {
    all: SmallVec<[Option<u32>; 16]>,
}

impl Numbers {
    pub(super) fn of(tokens: &Tokens<'_>, chain: Row<'_>) -> Self {
        Self { all: (0..chain.len()).map(|index| chain.atom(index).number(tokens)).collect() }
    }

    fn at(&self, index: usize) -> Option<u32> {
        self.all.get(index).copied().flatten()
    }

    /// Whether a number is one more than the one in front of it.
    fn follows(&self, index: usize) -> bool {
        index > 0 && self.at(index).zip(self.at(index - 1)).is_some_and(|(this, before)| this == before + 1)
    }
}

/// Rows that count: "one two three", "8 9 10 11", "32 34 36 38", all the same digit.
pub(super) fn counting(window: &Window<'_, '_>, numbers: &Numbers, plus: bool) -> i32 {
    let &Window { first, last, .. } = window;
    // "0071, 0072 and 0073"
    if last == first + 2 && (first + 1..=last).all(|at| numbers.follows(at)) {
        return -70;
    }
    if mirrors(window) {
        return -70;
    }
    let amounts = !plus && (is_round(window) || is_row(window, numbers) || in_lines(window, numbers));
    let amounts = if amounts { -20 } else { 0 };
    if last - first < 3 || plus {
        return amounts;
    }
    amounts.min(rows(window, numbers))
}

/// The same of four numbers or more.
fn rows(window: &Window<'_, '_>, numbers: &Numbers) -> i32 {
    let &Window { tokens, chain, first, last, .. } = window;
    let number = |index: usize| numbers.at(index);
    if counts_in(window, numbers) || chants(window, numbers) || rings(window, numbers) {
        return -70;
    }
    if lists(window, numbers) {
        return -20;
    }
    // "sevens: 7 14 21 28"
    let titled = chain.atom(first).is_word() && !chain.atom(first + 1).is_word();
    let first = first + usize::from(titled);
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
        true if !even && (first..=last).all(|index| chain.atom(index).is_word()) && window.digits >= 9 => -16,
        true => -70,
        false => 0,
    }
}

/// Digits from which on a row of round amounts is no number, in how many groups, and of how many digits two are.
const ROUND: usize = 10;

/// Whether all groups are round amounts: "600 500 1000", "80000 next 95000".
fn is_round(window: &Window<'_, '_>) -> bool {
    let &Window { tokens, chain, first, last, digits, clothes, .. } = window;
    let groups = last + 1 - first;
    if digits < ROUND || groups < 2 || clothes.plain < groups || groups == 2 && chain.atom(first).digits < 5 {
        return false;
    }
    let zeros = |index: usize| {
        let token = tokens.at(chain.atom(index).first);
        tokens.chars(token).rev().take_while(|ch| *ch == b'0').count()
    };
    let all = || (first..=last).map(zeros);
    // "720-500-4400", "310 550 2000": no code of an area ends in two zeros but those of free numbers.
    let mark = chain.joint(last).link == Link::Usual;
    if window.groups.sizes() == [3, 3, 4] && (mark || zeros(first) == 1) {
        return false;
    }
    all().all(|zeros| zeros > 0)
        && all().sum::<usize>() >= groups + 2
        && (first..=last).all(|index| chain.atom(index).lead(tokens) != b'0')
}

/// Whether all groups have as many digits, four or more, and begin alike or are times one behind the other: "4471 4472
/// 4480", "0600 0715 0900".
fn is_row(window: &Window<'_, '_>, numbers: &Numbers) -> bool {
    let &Window { tokens, chain, first, last, clothes, .. } = window;
    let size = chain.atom(first).digits;
    let same = if last > first + 1 { 2 } else { 3 };
    let head = |index: usize| tokens.chars(tokens.at(chain.atom(index).first)).take(same);
    let time = |index: usize| numbers.at(index).is_some_and(|time| time < 2400 && time % 100 < 60);
    let later = |index: usize| index == first || numbers.at(index) > numbers.at(index - 1);
    // "call 6221 6225"
    let called = || window.digits == 8 && context::before(tokens, chain.atom(first).first) == Says::Call;
    last > first
        && size > 3
        && clothes.plain == last + 1 - first
        && (first + 1..=last).all(|index| chain.atom(index).digits == size)
        && ((first + 1..=last).all(|index| head(index).eq(head(first)))
            || size == 4 && last > first + 1 && (first..=last).all(|index| time(index) && later(index)))
        && !called()
}

/// Fewest amounts one below the other that are a list when they lie near each other.
const LINES: usize = 4;

/// Whether a window is of amounts in lines of their own, below words, that lie near each other, or below others of which
/// each has a name in digits: "sizes\n38\n40\n44\n42".
fn in_lines(window: &Window<'_, '_>, numbers: &Numbers) -> bool {
    let &Window { tokens, chain, first, last, .. } = window;
    let (line, head) = (Some(Link::Line), window.head().first);
    // "100: 41\n250: 55"
    let keyed = |index: usize| matches!(chain.joint(index).mark, b':' | b'=');
    let lines = |index: usize| chain.joint(index).link == Link::Line && keyed(index - 1) && keyed(index + 1);
    if (first + 2..last).any(lines) {
        return true;
    }
    if window.between.first() != line || chain.atom(0).first == 0 || head == 0 {
        return false;
    }
    let amount = |index: usize| {
        let atom = chain.atom(index);
        atom.looks == Looks::Plain && (1..=3).contains(&atom.digits) && atom.lead(tokens) != b'0'
    };
    let below = |index: usize| chain.joint(index).link == Link::Line && amount(index) && amount(index - 1);
    let from =
        (1..=first).rev().take(WHOLE).take_while(|index| below(*index)).last().map_or(first, |at| at - 1);
    let to = (from + 1..chain.len()).take(WHOLE).take_while(|index| below(*index)).last().unwrap_or(from);
    let all = || (from..=to).filter_map(|index| numbers.at(index));
    let (least, most) = (all().min().unwrap_or_default(), all().max().unwrap_or_default());
    to + 1 - from >= LINES && most > 9 && most < 4 * least
}

/// Whether digits stand beside the same from the last to the first, with words between: "734 comes out 437, 5012 is 2105".
fn mirrors(window: &Window<'_, '_>) -> bool {
    let &Window { tokens, chain, first, last, .. } = window;
    let plain = |index: usize| chain.atom(index).looks == Looks::Plain;
    (first + 1..=last).any(|index| {
        let (one, other) = (chain.atom(index - 1).last + 1, chain.atom(index).first);
        chain.joint(index).link == Link::Filler
            && !(one..other).any(|at| tokens.at(at).has(Senses::PART))
            && plain(index - 1)
            && plain(index)
            && is_turned(tokens, chain.atom(index - 1).first, chain.atom(index).first)
    })
}

/// Whether single digits count, again and again: "one two three four, one two three four", "5 6 7 8".
fn counts_in(window: &Window<'_, '_>, numbers: &Numbers) -> bool {
    let &Window { chain, first, last, .. } = window;
    let number = |index: usize| numbers.at(index).filter(|_| chain.atom(index).digits == 1);
    let (mut run, mut before) = (3, None);
    for index in first..=last {
        let Some(digit) = number(index) else { return false };
        if before.is_some_and(|before| digit == before + 1) {
            run += 1;
        } else if run < 3 {
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
    (4..=8).filter(|bells| count % bells == 0 && count > *bells).any(|bells| {
        (first..=last).step_by(bells).all(|row| {
            let seen = (row..row + bells)
                .filter_map(|index| numbers.at(index))
                .fold(0u32, |seen, number| seen | 1 << number.min(31));
            seen == (1 << (bells + 1)) - 2
        })
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

/// Whether single digits are marks, or what each hole took, which lie near each other: "nine 4 5 3 4 6 4 5 3 4". A word in
/// front is none of them.
pub(super) fn are_marks(window: &Window<'_, '_>) -> bool {
    let &Window { tokens, chain, mut first, last, .. } = window;
    let plain = |index: usize| !chain.atom(index).is_word();
    first += usize::from(!plain(first));
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
/// A chain up to this long is looked at as a whole.
const WHOLE: usize = 20;

/// Whether somebody counts aloud: up to nine or further, or to four and again: "one two three four, two two three four".
fn chants(window: &Window<'_, '_>, numbers: &Numbers) -> bool {
    let &Window { chain, first, last, .. } = window;
    let (mut from, mut to) = (0, chain.len() - 1);
    if chain.len() > WHOLE {
        (from, to) = (first, last);
    }
    let all = to + 1 - from;
    let (mut run, mut runs, mut covered, mut from_one) = (1, 0, 0, true);
    for index in from + 1..=to + 1 {
        if index <= to && numbers.follows(index) {
            run += 1;
            continue;
        }
        // "conto fino a tre: uno due tre, quattro cinque sei"
        let few = run >= FEW && all <= 8 && numbers.at(index - run) == Some(1);
        if few && !is_led(window) || run >= CHANT {
            return true;
        }
        from_one &= run > 1 && numbers.at(index - run) == Some(1);
        if run >= 3 {
            (runs, covered) = (runs + 1, covered + run);
        }
        run = 1;
    }
    // "one two, one two three four, one two"
    from_one || runs >= 2 && covered * 4 >= all * 3
}
