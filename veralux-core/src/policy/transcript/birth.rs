//! Dates of birth: a date counts where birth is asked for or named.

use std::ops::Range;

use super::asked::{self, Topic};
use super::between::Join;
use super::piece::{Piece, Says};
use super::{Call, Found, Personal};

/// How far behind a word for birth a date stands, in tokens: one with a month's name, one in digits, one without a year,
/// the same in an answer.
const NAMED: usize = 60;
const IN_DIGITS: usize = 45;
const NEAR: usize = 10;
const ANSWERED: usize = 24;
/// How far behind a date such a word stands.
const BEHIND: usize = 9;
/// Most digits of a date.
const MAX_DIGITS: usize = 8;

/// A date: its last piece, how far behind a word for birth it stands, and whether it has a year.
#[derive(Debug, Clone, Copy)]
struct Date {
    last: usize,
    within: usize,
    year: bool,
}

/// The dates of birth in a row of pieces.
pub(super) fn find(call: &Call<'_>, row: &Range<usize>, found: &mut Vec<Found>) {
    let mut at = row.start;
    while at < row.end {
        let date = date(call, at).filter(|date| is_of_birth(call, at, *date));
        let last = date.map(|date| corrected(call, date));
        if let Some(last) = last {
            found.push(Found { first: at, last, what: Personal::BirthDate });
        }
        at = last.unwrap_or(at) + 1;
    }
}

fn is_of_birth(call: &Call<'_>, first: usize, date: Date) -> bool {
    let (Some(piece), Some(last)) = (call.pieces.at(first), call.pieces.at(date.last)) else { return false };
    let named = |within: usize| {
        let cue = call.cues.before(Topic::Birth, piece.first, within)?;
        let away = call.cues.before(Topic::Away, piece.first, within);
        away.is_none_or(|away| away < cue).then_some(cue)
    };
    if date.year {
        let behind = || call.cues.behind(Topic::Birth, last.last, BEHIND);
        return named(date.within).is_some()
            || behind().is_some_and(|cue| asked::is_named_behind(call.tokens, last.last, cue));
    }
    let answers = |cue: usize| call.turns.of(cue) < piece.turn;
    named(NEAR).is_some() || named(ANSWERED).is_some_and(answers)
}

/// The last piece of a date, with what is said in place of a part that is taken back.
fn corrected(call: &Call<'_>, said: Date) -> usize {
    let next = said.last + 1;
    if call.pieces.at(next).is_none_or(|piece| piece.join != Join::Correction) {
        return said.last;
    }
    let part = || year(call, next).or_else(|| day(call, next));
    date(call, next).map(|date| date.last).or_else(part).unwrap_or(said.last)
}

/// The date that begins with a piece.
fn date(call: &Call<'_>, first: usize) -> Option<Date> {
    let piece = call.pieces.at(first)?;
    let dated = |last: usize| {
        let year = after(call, last).and_then(|at| year(call, at));
        Date { last: year.unwrap_or(last), within: NAMED, year: year.is_some() }
    };
    if piece.says == Says::Month {
        let next = after(call, first)?;
        let year = || year(call, next).map(|last| Date { last, within: NAMED, year: true });
        return day(call, next).map(dated).or_else(year);
    }
    let month = || {
        let month = after(call, day(call, first)?)?;
        let says = call.pieces.at(month)?.says;
        // "the sixteenth of the fourth, eighty-eight"
        let counted = piece.says == Says::Ordinal && says == Says::Ordinal;
        (says == Says::Month || counted).then(|| dated(month)).filter(|date| says == Says::Month || date.year)
    };
    let numbers = || {
        let ways = [in_digits(call, first), one_by_one(call, first)];
        ways.into_iter().flatten().max_by_key(|date| date.last)
    };
    month().or_else(|| year_first(call, first)).or_else(numbers)
}

/// "ten ten of two thousand one"
fn one_by_one(call: &Call<'_>, first: usize) -> Option<Date> {
    let one = day(call, first).filter(|_| call.pieces.begins(first))?;
    let other = after(call, one)?;
    let last = day(call, other).and_then(|last| after(call, last)).and_then(|at| year(call, at))?;
    let is_month = |at: usize| {
        call.pieces.at(at).and_then(|piece| call.pieces.number(piece)).is_some_and(|month| month <= 12)
    };
    let dated = is_month(first) || is_month(other);
    (dated && call.pieces.ends(last)).then_some(Date { last, within: IN_DIGITS, year: true })
}

/// "nineteen eighty-one, March the second"
fn year_first(call: &Call<'_>, first: usize) -> Option<Date> {
    let last = year(call, first)?;
    let digits: String = (first..=last).filter_map(|at| number(call, at)).map(|(_, digits)| digits).collect();
    let month =
        after(call, last).filter(|at| call.pieces.at(*at).is_some_and(|piece| piece.says == Says::Month))?;
    let day = after(call, month).and_then(|at| day(call, at));
    let whole = digits.parse().is_ok_and(|year: u32| (1900..2100).contains(&year));
    day.filter(|_| whole).map(|last| Date { last, within: NAMED, year: true })
}

/// The piece behind another that belongs to it.
fn after(call: &Call<'_>, at: usize) -> Option<usize> {
    call.pieces.at(at + 1).filter(|piece| piece.join < Join::Correction).map(|_| at + 1)
}

fn number<'a>(call: &'a Call<'_>, at: usize) -> Option<(&'a Piece, &'a str)> {
    let piece = call.pieces.at(at).filter(|piece| piece.says == Says::Number)?;
    Some((piece, call.pieces.digits(piece)))
}

/// The digit that a piece is.
fn digit(call: &Call<'_>, at: usize) -> Option<u8> {
    number(call, at).filter(|(_, digits)| digits.len() == 1).and_then(|(_, digits)| digits.bytes().next())
}

/// The last piece of a day: "fourth", "14", "oh four".
fn day(call: &Call<'_>, at: usize) -> Option<usize> {
    if call.pieces.at(at)?.says == Says::Ordinal {
        return Some(at);
    }
    let (piece, digits) = number(call, at)?;
    if digits == "0" {
        return after(call, at).filter(|at| digit(call, *at).is_some());
    }
    let is = digits.len() <= 2 && call.pieces.number(piece).is_some_and(|day| (1..=31).contains(&day));
    is.then_some(at)
}

/// The last piece of a year: "1982", "nineteen eighty-two", "eighty-two", "two thousand and four", "twenty oh five".
fn year(call: &Call<'_>, at: usize) -> Option<usize> {
    let (piece, digits) = number(call, at)?;
    let value = call.pieces.number(piece)?;
    let next = after(call, at);
    let size = next.and_then(|next| number(call, next)).map_or(0, |(_, digits)| digits.len());
    let second = next.filter(|next| digit(call, *next).is_some()).and_then(|next| after(call, next));
    let two_digits = second.filter(|second| digit(call, *second).is_some());
    match digits.len() {
        4 if (1900..2100).contains(&value) => {
            let open = value % 100 == 0 && !piece.written;
            let oh = || two_digits.filter(|_| next.and_then(|next| digit(call, next)) == Some(b'0'));
            let more = || oh().or_else(|| next.filter(|_| (1..=2).contains(&size)));
            Some(if open { more().unwrap_or(at) } else { at })
        }
        // "one thousand nine hundred eighty-four"
        4 if value == 1000 && !piece.written => next.filter(|_| size == 3),
        2 if value == 19 || value == 20 => Some(next.filter(|_| size == 2).or(two_digits).unwrap_or(at)),
        // "double oh one"
        2 if value == 0 => Some(next.filter(|_| size == 1).unwrap_or(at)),
        2 => Some(at),
        1 => {
            let next = next.filter(|_| size == 1)?;
            let century = matches!((digits, digit(call, next)), ("1", Some(b'9')) | ("2", Some(b'0')));
            let more = two_digits.filter(|_| century).and_then(|third| after(call, third));
            Some(more.filter(|fourth| digit(call, *fourth).is_some()).unwrap_or(next))
        }
        _ => None,
    }
}

/// "oh three oh four eighty-two", "3/4/1982", "19820304".
fn in_digits(call: &Call<'_>, first: usize) -> Option<Date> {
    if !call.pieces.begins(first) {
        return None;
    }
    let (mut digits, mut cuts) = (String::new(), Vec::new());
    let (mut last, mut at) = (None, Some(first));
    while let Some((piece, said)) = at.and_then(|at| number(call, at)) {
        // "0304"
        let whole = piece.written && matches!(said.len(), 4 | 6 | 8);
        cuts.extend(
            (0..said.len()).filter(|cut| *cut == 0 || whole && cut % 2 == 0).map(|cut| cut + digits.len()),
        );
        digits.push_str(said);
        if digits.len() > MAX_DIGITS {
            break;
        }
        if let Some(place) = at.filter(|at| call.pieces.ends(*at) && is_date(&digits, &cuts)) {
            last = Some(place);
        }
        at = at.and_then(|at| after(call, at));
    }
    last.map(|last| Date { last, within: IN_DIGITS, year: true })
}

/// Whether digits are day, month and year in an order that is used, cut where they may be cut.
fn is_date(digits: &str, cuts: &[usize]) -> bool {
    let part = |from: usize, to: usize| {
        let cut = from == 0 || cuts.contains(&from);
        digits.get(from..to).filter(|_| cut).and_then(|part| part.parse::<u32>().ok())
    };
    let days = |from: usize, to: usize, end: usize| {
        let (Some(one), Some(other)) = (part(from, to), part(to, end)) else { return false };
        let is = |month: u32, day: u32| (1..=12).contains(&month) && (1..=31).contains(&day);
        is(one, other) || is(other, one)
    };
    let whole = |from: usize| part(from, from + 4).is_some_and(|year| (1900..2100).contains(&year));
    let end = digits.len();
    (1..=2).any(|one| {
        let year_first = whole(0) && end > 4 + one && end <= 6 + one && days(4, 4 + one, end);
        let year_last = (1..=2).any(|other| {
            let from = one + other;
            days(0, one, from)
                && (from + 2 == end && part(from, end).is_some() || from + 4 == end && whole(from))
        });
        year_first || year_last
    })
}
