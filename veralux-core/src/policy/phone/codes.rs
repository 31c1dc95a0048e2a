//! Codes that a published form makes: of parcels, accounts, places, devices.

use smallvec::SmallVec;

use super::asked::{asks, asks_around};
use super::context::{self, Says};
use crate::policy::lexicon::Senses;
use crate::policy::token::{Gap, Shape, Token, Tokens};

/// The token behind a code that begins with some digits, whatever stands between its groups.
///
/// Each has check digits. Where they are wrong, and somebody asks to call right beside it, it is no code, nor is what looks like an
/// account in a sentence that asks: "my number AB00 4155 5501 32 7 text me".
pub(super) fn code(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    parcel(tokens, at).or_else(|| account(tokens, at)).or_else(|| insured(tokens, at))
}

/// One of two pressures in a row: "128/82 131/79".
#[inline(never)]
pub(super) fn pressure(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let within = |at: usize, least: u32, most: u32| {
        tokens.number(tokens.at(at)).is_some_and(|number| (least..=most).contains(&number))
    };
    let pair = |at: usize| {
        mark_between(tokens, at) == Some(b'/')
            && within(at, 85, 220)
            && within(at + 2, 40, 130)
            && mark_between(tokens, at + 2).is_none()
    };
    let front = |step: usize| at.checked_sub(step).is_some_and(pair);
    let beside = || [3, 4].into_iter().any(|step| pair(at + step) || front(step));
    (pair(at) && beside()).then_some(at + 3)
}

/// Letters and digits of an account's number (ISO 13616).
const ACCOUNT: std::ops::RangeInclusive<usize> = 15..=34;

/// The rest of "NL91 ABNA 0612 3456 78", the number of an account: its country, two digits, groups of four.
fn account(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let country = tokens.before(at);
    let capital = |token: &Token| tokens.is_upper(token.start());
    if !(tokens.is_glued(at) && tokens.at(at).len() == 2 && country.len() == 2 && capital(country)) {
        return None;
    }
    let (mut length, mut end) = (4, at + 1);
    while tokens.at(end).gap <= Gap::Space && (tokens.at(end).is_digits() || capital(tokens.at(end))) {
        let size = tokens.at(end).len();
        if size > 4 || length > *ACCOUNT.end() {
            return None;
        }
        (length, end) = (length + size, end + 1);
    }
    let valid = || is_account(&written(tokens, at - 1, end));
    (ACCOUNT.contains(&length) && (valid() || !asks_around(tokens, at - 1, end - 1))).then_some(end)
}

/// The letters and digits of some tokens, the letters small.
fn written(tokens: &Tokens<'_>, first: usize, end: usize) -> SmallVec<[u8; 40]> {
    (first..end).flat_map(|at| tokens.chars(tokens.at(at))).collect()
}

/// Whether the check digits of an account's number are right (ISO 7064, MOD 97-10).
fn is_account(code: &[u8]) -> bool {
    let (front, rest) = code.split_at_checked(4).unwrap_or_default();
    let left = rest.iter().chain(front).try_fold(0, |left, ch| match ch {
        b'0'..=b'9' => Some((left * 10 + u32::from(ch - b'0')) % 97),
        b'a'..=b'z' => Some((left * 100 + u32::from(ch - b'a') + 10) % 97),
        _ => None,
    });
    left == Some(1)
}

/// "2 84 06 39 412 127 18", the number of somebody who is insured in France: sex, year, month, then groups.
fn insured(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let fits = |(place, size): (usize, &usize)| {
        let token = tokens.at(at + place);
        token.is_digits() && token.len() == *size
    };
    if !matches!(tokens.at(at).ch, b'1' | b'2') || ![1, 2, 2, 2, 3, 3].iter().enumerate().all(fits) {
        return None;
    }
    let end = at + 6 + usize::from(tokens.at(at + 6).is_digits());
    (is_insured(&written(tokens, at, end)) || !asks(tokens, at, end - 1)).then_some(end)
}

/// Whether thirteen digits have their key of two behind them: what is missing to a multiple of 97.
fn is_insured(code: &[u8]) -> bool {
    let number = |digits: &[u8]| digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    let parts =
        code.split_at_checked(13).filter(|(_, key)| key.len() == 2 && code.iter().all(u8::is_ascii_digit));
    parts.is_some_and(|(person, key)| 97 - number(person) % 97 == number(key))
}

/// "2025/0347", the number of a paper of a year.
pub(super) fn of_year(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let year = tokens.number(tokens.at(at)).is_some_and(|year| (1990..2050).contains(&year));
    let paper = mark_between(tokens, at) == Some(b'/') && tokens.at(at + 2).len() <= 6;
    (year && paper).then_some(at + 3)
}

/// "1Z 999 AA1 01 2345 6784", the eighteen letters and digits of a parcel's code (United Parcel Service).
fn parcel(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    if tokens.at(at + 1).ch != b'z' || tokens.at(at).ch != b'1' {
        return None;
    }
    let mut length = 0;
    for end in at..at + 12 {
        let token = tokens.at(end);
        if !(token.is_digits() || tokens.is_upper(token.start())) {
            return None;
        }
        length += token.len();
        if length >= 18 {
            let valid = || is_parcel(written(tokens, at, end + 1).into_iter());
            return (length == 18 && (valid() || !asks(tokens, at, end))).then_some(end + 1);
        }
    }
    None
}

/// Whether small letters and digits are the code of a parcel (United Parcel Service): "1z", fifteen of them, and what is
/// missing to a multiple of ten, every other one counted twice.
pub(in crate::policy) fn is_parcel(code: impl Iterator<Item = u8>) -> bool {
    let (mut sum, mut length, mut last) = (0, 0, 0);
    for (place, ch) in code.enumerate() {
        let value = match ch {
            b'0'..=b'9' => u32::from(ch - b'0'),
            b'a'..=b'z' => u32::from(ch - b'a' + 2) % 10,
            _ => return false,
        };
        match place {
            0 if ch != b'1' => return false,
            1 if ch != b'z' => return false,
            0 | 1 => {}
            17 => last = value,
            _ => sum += value * if place % 2 == 1 { 2 } else { 1 },
        }
        length = place + 1;
    }
    length == 18 && (sum + last) % 10 == 0
}

/// `192.168.1.20`. No address begins with a zero and further digits (RFC 6943, 3.1.1), as numbers do: `079.123.45.67`.
pub(super) fn address(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let first = tokens.at(at);
    if first.len() > 1 && tokens.folded.at(first.start()) == b'0' {
        return None;
    }
    for octet in (at..).step_by(2).take(4) {
        if tokens.number(tokens.at(octet))? > 255 {
            return None;
        }
        if (mark_between(tokens, octet) == Some(b'.')) != (octet < at + 6) {
            return None;
        }
    }
    Some(at + 7)
}

/// `TX 78701-1332`, the code of a place (United States Postal Service).
pub(super) fn zip(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let state = tokens.before(at);
    let fits = tokens.at(at).len() == 5 && tokens.at(at + 2).len() == 4;
    (fits && state.len() == 2 && tokens.is_upper(state.start())).then_some(at + 3)
}

/// The rest of `9C:76:13:55:01:32`, the address of a device (IEEE 802).
pub(super) fn hardware(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    if !tokens.is_glued(at) || !tokens.before(at).is_mark(b':') || tokens.at(at.wrapping_sub(2)).len() > 2 {
        return None;
    }
    let parts =
        (at + 1..at + 10).step_by(2).take_while(|at| mark_between(tokens, at - 1) == Some(b':')).count();
    (parts >= 3).then_some(at + 2 * parts + 1)
}

/// The rest of `00:1b:44:11:3a:b7` or `00-1B-44-11-3A-B7`: the address of a device with letters in it.
#[inline]
pub(super) fn device(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    let may = token.len() <= 2 && tokens.is_glued(at + 1) && (next.is_any_mark(b":-") || next.len() == 1);
    if may { hexadecimal(tokens, at) } else { None }
}

/// Characters of such an address: six pairs, and what divides them.
const DEVICE: usize = 17;

#[inline(never)]
fn hexadecimal(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let cell = |cell: usize| tokens.folded.at(cell);
    let belongs = |ch: u8| ch.is_ascii_hexdigit() || matches!(ch, b':' | b'-');
    let here = tokens.at(at).start();
    let back = (1..DEVICE).take_while(|back| here >= *back && belongs(cell(here - back))).count();
    let start = here - back;
    let divider = cell(start + 2);
    let fits = |index: usize| match index % 3 {
        2 => cell(start + index) == divider && matches!(divider, b':' | b'-'),
        _ => cell(start + index).is_ascii_hexdigit(),
    };
    let ends = !(belongs(cell(start + DEVICE)) || cell(start + DEVICE).is_ascii_alphanumeric());
    let letters = (start..start + DEVICE).any(|at| cell(at).is_ascii_alphabetic());
    if !(ends && letters && (0..DEVICE).all(fits)) {
        return None;
    }
    (at..at + DEVICE).find(|at| tokens.at(*at).end() >= start + DEVICE).map(|last| last + 1)
}

/// Digits, a mark, digits: the mark, when nothing else stands between.
pub(super) fn mark_between(tokens: &Tokens<'_>, at: usize) -> Option<u8> {
    let glued = tokens.is_glued(at + 1) && tokens.is_glued(at + 2);
    (glued && tokens.at(at + 1).shape == Shape::Mark && tokens.at(at + 2).is_digits())
        .then(|| tokens.at(at + 1).ch)
}

/// How far in front of digits others may be that are alike, in tokens.
const ALIKE: usize = 32;

/// Whether digits begin as others in front of them do that name a thing: "artikelnummer 073-551-22-68, not 073-551-22-70".
pub(super) fn repeats_code(tokens: &Tokens<'_>, first: usize) -> bool {
    let head = tokens.at(first);
    if !tokens.any_has(Senses::THING) || !head.is_digits() || head.len() < 3 {
        return false;
    }
    let same = |one: usize, other: usize| tokens.chars(tokens.at(one)).eq(tokens.chars(tokens.at(other)));
    let next = |at: usize| at + 1 + usize::from(tokens.at(at + 1).is_any_mark(b"-./"));
    let third = |at: usize| next(next(at));
    (first.saturating_sub(ALIKE)..first).any(|at| {
        // "0332-019-150 gegen 0332-209-203", not "0161-496-0123 or 0161-455-2210"
        let formed = head.len() > 3 && tokens.at(third(at)).len() == 3;
        same(at, first)
            && (formed || same(next(at), next(first)))
            && context::before(tokens, at) == Says::Thing
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        for (code, valid) in
            [("1z999aa10123456784", true), ("1z999aa10123456783", false), ("1zabcdef4155550132", false)]
        {
            assert_eq!(is_parcel(code.bytes()), valid, "{code}");
        }
        for (code, valid) in
            [("nl91abna0417164300", true), ("de89370400440532013000", true), ("ab004155550132", false)]
        {
            assert_eq!(is_account(code.as_bytes()), valid, "{code}");
        }
        for (code, valid) in [("255081416802538", true), ("255081416802539", false), ("2550814168025", false)]
        {
            assert_eq!(is_insured(code.as_bytes()), valid, "{code}");
        }
    }
}
