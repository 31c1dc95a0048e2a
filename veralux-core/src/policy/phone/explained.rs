//! Digits that are something else for sure.

use super::asked::{asks, asks_around, is_asked_for};
use super::codes::{self, mark_between};
use super::context::{BEFORE, Says, before, calls, is_dialled};
use super::joint::{is_between_digits, is_strung};
use super::label;
use super::letters::{is_like_digits, is_vanity, looks_like};
use crate::policy::fold::MONEY;
use crate::policy::lexicon::{Senses, keys};
use crate::policy::token::{Gap, Token, Tokens};

/// The token behind digits that are something else for sure: a price, a time, a date, an amount, a name of a thing.
pub(super) fn explained(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let token = tokens.at(at);
    if !token.is_digits() {
        return None;
    }
    if let Some(end) = codes::device(tokens, at) {
        return Some(end);
    }
    // The middle of something else; its beginning was looked at.
    if tokens.is_glued(at)
        && tokens.before(at).is_any_mark(b".,:-/")
        && tokens.at(at.wrapping_sub(2)).is_digits()
    {
        return None;
    }
    if is_asked_for(tokens, at) {
        return None;
    }
    let mark = mark_between(tokens, at);
    let listed = matches!(mark, Some(b',' | b'.'));
    mark.and_then(|mark| in_parts(tokens, at, mark))
        .or_else(|| measure(tokens, at))
        .or_else(|| codes::code(tokens, at))
        .or_else(|| if listed || is_beside_money(tokens, at) { price(tokens, at) } else { None })
        .or_else(|| if listed { decimal(tokens, at) } else { None })
        .or_else(|| unit(tokens, at))
        .or_else(|| name(tokens, at))
}

/// The same of digits with others behind a mark; most such forms have marks of their own.
fn in_parts(tokens: &Tokens<'_>, at: usize, mark: u8) -> Option<usize> {
    date(tokens, at, mark)
        .or_else(|| match mark {
            b'/' => codes::of_year(tokens, at),
            b':' => time(tokens, at),
            b'.' => codes::address(tokens, at),
            _ => None,
        })
        .or_else(|| codes::zip(tokens, at))
        .or_else(|| match mark {
            b':' => codes::hardware(tokens, at),
            b'/' => codes::pressure(tokens, at),
            _ => None,
        })
}

/// Three numbers that are a day: `2026-01-19`, `19.01.2026`, `1/2/26`.
fn date(tokens: &Tokens<'_>, at: usize, mark: u8) -> Option<usize> {
    if mark_between(tokens, at + 2)? != mark {
        return None;
    }
    let (one, two, three) = (tokens.at(at), tokens.at(at + 2), tokens.at(at + 4));
    let (a, b, c) = (tokens.number(one)?, tokens.number(two)?, tokens.number(three)?);
    let day = match [one.len(), two.len(), three.len()] {
        [4, 1..=2, 1..=2] => (1900..2100).contains(&a),
        [1..=2, 1..=2, 4] => (1900..2100).contains(&c),
        [1..=2, 1..=2, 2] => a <= 31 && b <= 31 && mark_between(tokens, at + 4) != Some(mark),
        _ => false,
    };
    day.then_some(at + 5)
}

/// `10:30`.
fn time(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let (hours, minutes) = (tokens.at(at), tokens.at(at + 2));
    let fits = minutes.len() == 2 && tokens.number(hours)? < 25 && tokens.number(minutes)? < 60;
    (fits && !spells_a_number(tokens, at) && !is_in_pairs(tokens, at)).then_some(at + 3)
}

/// Whether a time begins the pairs that numbers of France are written in: "06:12:34:56:78".
fn is_in_pairs(tokens: &Tokens<'_>, at: usize) -> bool {
    let pair = |at: usize| tokens.at(at).is_digits() && tokens.at(at).len() == 2;
    let goes_on = |at: &usize| mark_between(tokens, *at) == Some(b':') && pair(at + 2);
    let more = (at..).step_by(2).take(5).take_while(goes_on).count();
    pair(at) && tokens.at(at).ch == b'0' && more == 4
}

/// Three times in a row with the digits of a number, in a text that asks to call: "5:03 5:55 01:26".
fn spells_a_number(tokens: &Tokens<'_>, at: usize) -> bool {
    let starts = |at: usize| mark_between(tokens, at) == Some(b':');
    let mut first = at;
    for _ in 0..2 {
        first = first.checked_sub(3).filter(|at| starts(*at)).unwrap_or(first);
    }
    let three = [first, first + 3, first + 6];
    if !three.iter().all(|at| starts(*at)) || starts(first + 9) {
        return false;
    }
    let digits: usize = three.iter().map(|at| tokens.at(*at).len() + tokens.at(at + 2).len()).sum();
    digits == 10 && (first.saturating_sub(12)..first + 22).any(|at| calls(tokens, at))
}

/// `600x400`: two measures, no more than two.
fn measure(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    if !(tokens.at(at + 1).is_word() && tokens.at(at + 2).is_digits()) {
        return None;
    }
    if let Some(end) = hours(tokens, at) {
        return Some(end);
    }
    let times = |at: usize| tokens.is_glued(at) && tokens.is(tokens.at(at), "x");
    let part = |at: usize| tokens.at(at).is_digits() && tokens.at(at).len() <= 4;
    let joined = |at: usize| times(at + 1) && part(at) && part(at + 2) && tokens.is_glued(at + 2);
    if joined(at) && joined(at + 2) {
        // "600x400x300", not "415x555x0132", nor "7x0x2x5", "3x1x0xx5"
        let sizes = [at, at + 2, at + 4].map(|at| tokens.at(at).len());
        let code = tokens.at(at).ch == b'0' && tokens.at(at).len() > 1;
        let three = !times(at + 5) && !times(at.wrapping_sub(1));
        let number = code || sizes == [3, 3, 4] || sizes == [1, 1, 1];
        return (three && !number).then_some(at + 5);
    }
    let two = joined(at) && !times(at + 3);
    // "ten 4x6", not "7x0x2", "2x415"
    let few = tokens.at(at).len().min(tokens.at(at + 2).len()) == 1;
    let two =
        two && (!few || tokens.before(at).has(Senses::DIGIT.or(Senses::TENS)) && tokens.at(at + 2).len() < 3);
    // Others may stand in the lines above and below.
    let apart = |at: usize| !tokens.at(at).is_digits() || tokens.at(at).gap == Gap::Line;
    let front = !tokens.before(at).is_digits() || tokens.at(at).gap == Gap::Line;
    // "OSB3 2440x1220"
    let code = tokens.is_glued(at.wrapping_sub(1)) && tokens.before(at.wrapping_sub(1)).is_word();
    let inside = times(at.wrapping_sub(1));
    if two && !inside && (front || code) && apart(at + 3) {
        return Some(at + 3);
    }
    // "240 bij 18", "120 na 140"
    let size = tokens.at(at).len() <= 4 && tokens.at(at).ch != b'0';
    let by = tokens.at(at + 1).is_one(keys!("bij by na mal sur por per pa x"));
    let apart = tokens.at(at + 1).gap == Gap::Space && tokens.at(at + 2).gap == Gap::Space;
    // Not "415 555 2345 by 5".
    (by && apart && size && front && !tokens.at(at + 3).is_digits()).then_some(at + 3)
}

/// `06h39`, not `06h12h34`, nor "06h39 55 12 18".
fn hours(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let inside = || {
        tokens.is_glued(at + 3) && tokens.is(tokens.at(at + 3), "h")
            || tokens.is_glued(at) && tokens.before(at).is_word()
    };
    let goes_on = || tokens.at(at + 3).is_digits() && !is_hour(tokens, at + 3);
    (is_hour(tokens, at) && !inside() && !goes_on()).then_some(at + 3)
}

fn is_hour(tokens: &Tokens<'_>, at: usize) -> bool {
    let below = |at: usize, most: u32| tokens.number(tokens.at(at)).is_some_and(|number| number < most);
    tokens.is(tokens.at(at + 1), "h") && tokens.is_glued(at + 2) && below(at, 25) && below(at + 2, 60)
}

fn is_currency(token: &Token) -> bool {
    token.is_mark(b'$') | token.is_mark(MONEY)
}

/// Whether a currency stands directly beside digits: most stand beside none, and are no price then.
fn is_beside_money(tokens: &Tokens<'_>, at: usize) -> bool {
    let is_money = |token: &Token| is_currency(token) | token.has(Senses::MONEY);
    is_money(tokens.before(at)) | is_money(tokens.at(at + 1))
}

/// `$42.50`, `1,000 euros`; not `$415.555.0132`, which no price is.
fn price(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let mut end = at + 1;
    let mut groups = 1;
    while matches!(mark_between(tokens, end - 1), Some(b',' | b'.')) {
        end += 2;
        groups += 1;
    }
    let (whole, cents) = if groups > 2 { amount(tokens, at, groups) } else { (true, false) };
    let before = tokens.before(at);
    // The sign of "07700 900123 £40" is that of what follows.
    let marked = is_currency(before) || is_currency(tokens.at(end)) && !tokens.at(end + 1).is_digits();
    let word = |token: &Token| token.has(Senses::MONEY);
    let named = word(tokens.at(end)) || word(before) && !tokens.is(before, "pay");
    let thousands = groups >= 2
        && (1..groups)
            .all(|group| tokens.at(at + 2 * group).len() == 3 && tokens.at(at + 2 * group - 1).is_mark(b','));
    let marked = marked && !is_strung(tokens, at.wrapping_sub(1)) && !is_strung(tokens, at + 1);
    let fits = marked || named && tokens.at(at).len() < 10 || thousands || cents;
    (whole && fits && tokens.at(at).ch != b'0').then_some(end)
}

/// Whether groups are those of an amount, in thousands or as in India, and whether cents stand behind them too: "1.632.960,41",
/// "1,23,45,678".
fn amount(tokens: &Tokens<'_>, at: usize, groups: usize) -> (bool, bool) {
    let size = |group: usize| tokens.at(at + 2 * group).len();
    let mark = |group: usize| tokens.at(at + 2 * group - 1).ch;
    let cents = size(groups - 1) <= 2 && mark(groups - 1) != mark(groups - 2);
    let last = groups - 1 - usize::from(cents);
    let inner = |size_of: usize| (1..last).all(|group| size(group) == size_of);
    let fits = size(last) == 3 && (inner(3) || inner(2));
    (fits, fits && cents)
}

/// `3.5`, `37.7749`; not `415.555.0132`.
fn decimal(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let (whole, part) = (tokens.at(at).len(), tokens.at(at + 2).len());
    // "38,4"
    let mark = mark_between(tokens, at)?;
    let comma = mark == b',' && part <= 2 && whole <= 3 && tokens.at(at).ch != b'0';
    // "089.123456" begins as numbers do.
    let trunk = whole > 1 && tokens.at(at).ch == b'0';
    let fits = (mark == b'.' || comma)
        && whole <= 5
        && (part <= 2 || !trunk && whole <= 3 && (4..=6).contains(&part) || part > 7);
    // "Z06.5S5"
    let after = tokens.at(at + 3);
    let leet = tokens.is_glued(at + 3) && tokens.is_upper(after.start());
    let goes_on = leet || after.is_digits() || mark_between(tokens, at + 2).is_some();
    (fits && !goes_on).then_some(at + 3)
}

/// `500 mg`, `5th`, `20%`.
fn unit(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if next.is_mark(b'%') && !is_between_digits(tokens, at + 1) {
        return Some(at + 2);
    }
    if !next.has(Senses::UNIT) {
        return None;
    }
    let leet = tokens.is_glued(at) && (tokens.before(at).is_word() || tokens.before(at).is_any_mark(b"_)"));
    // "5O 7l"
    let dressed = || tokens.is_glued(at.wrapping_sub(1)) && is_like_digits(tokens, tokens.before(at));
    let alone = !(leet || tokens.before(at).is_digits() || dressed());
    let glued = tokens.is_glued(at + 1);
    // "5l ; 9O"
    let like_digit = glued && next.len() == 1 && b"slbozg".contains(&next.ch);
    let beside = |at: usize| {
        tokens.at(at).is_digits()
            && tokens.is_glued(at + 1)
            && tokens.is_upper(tokens.at(at + 1).start())
            && is_like_digits(tokens, tokens.at(at + 1))
    };
    let row = like_digit && tokens.at(at + 2).is_any_mark(b";,/|") && beside(at + 3);
    // An amount has few digits.
    let fits = token.len() <= 5 && if glued { !tokens.at(at + 2).is_digits() } else { next.len() > 1 };
    // "900123 10am": what stands against a few digits belongs to them and not to those in front.
    let own = glued && next.len() > 1 && !leet && token.len() <= 4 && (token.ch != b'0' || token.len() < 3);
    ((alone || own) && fits && !row).then_some(at + 2)
}

/// Digits that name a thing: behind its word or a `#`, or between capital letters. What stands directly against them
/// goes with them.
fn name(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    // A thing needs its word, or a sign right in front.
    let names = Senses::THING.or(Senses::SPOT);
    let may = tokens.before(at).is_mark(b'#')
        || tokens.any_has(names) && (at.saturating_sub(BEFORE)..at).any(|at| tokens.at(at).has(names))
        || label::is_holder(tokens, at.wrapping_sub(3));
    let labelled = may && before(tokens, at) == Says::Thing;
    if !(labelled || is_code(tokens, at)) {
        return None;
    }
    let mut end = at + 1;
    while tokens.is_glued(end)
        && (tokens.at(end).is_digits() || tokens.at(end).is_word() || tokens.at(end).is_mark(b'-'))
    {
        end += 1;
    }
    // The parts of a code stand at one space: "1Z 999 AA1 01 2345 6784".
    let capital = |token: &Token| token.len() <= 3 && tokens.is_upper(token.start());
    if (at..end).any(|at| capital(tokens.at(at))) {
        let begun = end;
        while tokens.at(end).gap != Gap::Line
            && ((tokens.at(end).is_digits() && tokens.at(end).len() <= 4) || capital(tokens.at(end)))
        {
            end += 1;
        }
        // A code whose check digits are wrong: "my number AB00 4155 5501 32"
        if end > begun && asks(tokens, at, end - 1) {
            return Some(begun);
        }
    }
    // "order 8 916 205 40 17"
    let label = tokens.before(at);
    let begun =
        tokens.at(at).len() <= 2 && label.has(Senses::THING) && !label.has(Senses::SPOT.or(Senses::CALL));
    // Groups of a number that a label names stand at one space: "card 4111 1111 1111 1111".
    let own = end;
    while tokens.at(end).is_digits() && tokens.at(end).gap == Gap::Space {
        let size = tokens.at(end).len();
        if !(size == 4 || begun && size < 4 || size == tokens.at(end - 1).len()) {
            break;
        }
        end += 1;
    }
    // "my number AB00 4155 5501 32": shaped as an account's number, and none.
    let account = tokens.at(at).len() == 2 && label.len() == 2 && own == at + 1;
    let asked = !labelled && account && end > own && asks_around(tokens, at - 1, end - 1);
    Some(if asked { own } else { end })
}

/// Whether digits stand in a row of digits and letters that look like them, which goes on behind a space, in a text that
/// asks to call: "9B7OO l2E45".
fn is_dressed(tokens: &Tokens<'_>, at: usize) -> bool {
    if !tokens.any_has(Senses::CALL) {
        return false;
    }
    let part = |at: usize| {
        let token = tokens.at(at);
        token.is_digits() || tokens.chars(token).all(|ch| looks_like(ch).is_some())
    };
    let (mut first, mut last) = (at, at);
    while at - first < LONGEST_RUN && tokens.is_glued(first) && part(first - 1) {
        first -= 1;
    }
    while last - at < LONGEST_RUN && tokens.is_glued(last + 1) && part(last + 1) {
        last += 1;
    }
    let beside = |at: usize| {
        tokens.at(at).is_digits() || tokens.at(at).is_word() && is_like_digits(tokens, tokens.at(at))
    };
    let goes_on = beside(first.wrapping_sub(1)) || beside(last + 1);
    goes_on && tokens.at(last).end() - tokens.at(first).start() >= 5
}

/// Most tokens of such a row to either side.
const LONGEST_RUN: usize = 8;

/// Whether capital letters that are no digits in disguise stand against the digits.
fn is_code(tokens: &Tokens<'_>, at: usize) -> bool {
    let is_capital = |token: &Token| {
        tokens.is_upper(token.start())
            && tokens.is_upper(token.end() - 1)
            && !token.has(Senses::CALL.or(Senses::DIGIT))
            && !tokens.chars(token).all(|ch| b"olisbz".contains(&ch))
            && !is_dressed(tokens, at)
    };
    // "INV-2024-000318"
    let letters = at.wrapping_sub(2);
    if tokens.before(at).is_any_mark(b"-/")
        && tokens.is_glued(at.wrapping_sub(1))
        && (2..=4).contains(&tokens.at(letters).len())
        && is_capital(tokens.at(letters))
        && !is_vanity(tokens, letters)
        && tokens.at(at).len() != 3
    {
        return true;
    }
    let front = tokens.is_glued(at) && is_capital(tokens.before(at));
    let back = tokens.is_glued(at + 1) && is_capital(tokens.at(at + 1)) && tokens.at(at).len() < 10;
    let files = [
        "pdf", "jpg", "jpeg", "png", "doc", "docx", "txt", "zip", "csv", "heic", "mov", "gif", "xls", "xlsx",
    ];
    let file = tokens.at(at + 1).is_mark(b'.')
        && tokens.is_glued(at + 2)
        && files.iter().any(|name| tokens.is(tokens.at(at + 2), name));
    let number = matches!(tokens.at(at).len(), 10 | 11);
    file || back || front && (!number || tokens.before(at).len() <= 3 && !is_dialled(tokens, at))
}
