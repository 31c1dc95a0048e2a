//! Numbers of payment cards (ISO/IEC 7812-1).

use std::ops::{Range, RangeInclusive};

use super::asked::Topic;
use super::reading::{self, Reading, Way};
use super::{Call, Found, Personal};

/// The numbers of a brand: between which they begin, with how many digits that is told, and how many they have.
struct Brand {
    leads: RangeInclusive<u32>,
    lead: usize,
    digits: &'static [usize],
}

const fn brand(leads: RangeInclusive<u32>, lead: usize, digits: &'static [usize]) -> Brand {
    Brand { leads, lead, digits }
}

static BRANDS: &[Brand] = &[
    brand(4..=4, 1, &[13, 16, 19]),
    brand(51..=55, 2, &[16]),
    brand(2221..=2720, 4, &[16]),
    brand(34..=34, 2, &[15]),
    brand(37..=37, 2, &[15]),
    brand(300..=305, 3, &[14, 16]),
    brand(36..=36, 2, &[14, 16]),
    brand(38..=39, 2, &[14, 16]),
    brand(3528..=3589, 4, &[16, 19]),
    brand(6011..=6011, 4, &[16, 19]),
    brand(644..=659, 3, &[16, 19]),
    brand(62..=62, 2, &[16, 17, 18, 19]),
    brand(2200..=2204, 4, &[16, 19]),
    // Maestro.
    brand(50..=50, 2, &[13, 14, 15, 16, 17, 18, 19]),
    brand(56..=58, 2, &[13, 14, 15, 16, 17, 18, 19]),
    brand(63..=63, 2, &[13, 14, 15, 16, 17, 18, 19]),
    brand(67..=69, 2, &[13, 14, 15, 16, 17, 18, 19]),
];

/// How far in front of a card's number it is named, in tokens.
const NAMED: usize = 40;

/// How many pieces of something else may stand directly in front of one that is not named.
const STRAY: usize = 2;
/// Fewest digits of one directly behind which more are said.
const OPEN: usize = 15;

/// How well digits fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    ends: bool,
    digits: usize,
    last: usize,
}

/// The cards in a row of pieces.
pub(super) fn find(call: &Call<'_>, row: &Range<usize>, found: &mut Vec<Found>) {
    let before = found.len();
    let (mut at, mut from) = (row.start, row.start);
    while at < row.end {
        let last = of_brand(call, at, row);
        if let Some(last) = last {
            found.push(Found { first: call.restarted(at, from), last, what: Personal::Card });
        }
        from = last.map_or(from, |last| last + 1);
        at = last.unwrap_or(at) + 1;
    }
    if found.len() == before
        && let Some(last) = of_none(call, row.start)
    {
        found.push(Found { first: row.start, last, what: Personal::Card });
    }
    if found.len() == before {
        let mut firsts = row.clone();
        let misheard = firsts.find_map(|first| Some((first, misheard(call, first, row)?)));
        found.extend(misheard.map(|(first, last)| Found { first, last, what: Personal::Card }));
    }
}

/// The last piece of a known brand's number that begins with a piece.
fn of_brand(call: &Call<'_>, first: usize, row: &Range<usize>) -> Option<usize> {
    let named = || call.is_named(Topic::Card, first, NAMED);
    let begins = call.pieces.begins(first);
    if !begins && first > row.start + STRAY && !named() {
        return None;
    }
    // "one four one one one …": something else may stand in front, the date on which a card expires behind it.
    let open = begins && (named() || !call.is_thing(first));
    let plain = best(call, first, Way::PLAIN, open);
    let leads = begins && call.may_be_meant_otherwise(first, row);
    if !leads {
        return plain;
    }
    let mut ways = reading::ways(&call.pieces, first).skip(1);
    if let Some(plain) = plain {
        // Without what others repeat it may go on.
        let further =
            ways.filter(|way| way.takes_nothing_back()).filter_map(|way| best(call, first, way, false));
        return Some(further.fold(plain, usize::max));
    }
    let meant = ways.find_map(|way| best(call, first, way, false));
    let loose = || Way::LOOSE.into_iter().find_map(|way| best(call, first, way, false));
    // In groups as they are printed it need not be named.
    let printed = || Way::LOOSE.into_iter().find_map(|way| best_of(call, first, way, is_printed));
    meant.or_else(|| if named() { loose() } else { printed().filter(|_| !call.is_thing(first)) })
}

fn is_printed(reading: &Reading<'_>) -> bool {
    reading.ends && matches!(reading.groups, [4, 4, 4, 4] | [4, 6, 5])
}

fn best(call: &Call<'_>, first: usize, way: Way, open: bool) -> Option<usize> {
    let speaker = |at: usize| call.pieces.at(at).map(|piece| call.turns.speaker(piece.turn));
    let is_open = |reading: &Reading<'_>| {
        open && reading.digits.len() >= OPEN && speaker(reading.last) == speaker(first)
    };
    best_of(call, first, way, |reading| reading.ends || is_open(reading))
}

fn best_of(call: &Call<'_>, first: usize, way: Way, fits: impl Fn(&Reading<'_>) -> bool) -> Option<usize> {
    let mut best: Option<Fit> = None;
    call.read(way, first, |reading| {
        let digits = reading.digits;
        if fits(reading) && has_brand(digits) && is_luhn(digits) {
            let fit = Fit { ends: reading.ends, digits: digits.len(), last: reading.last };
            best = best.max(Some(fit));
        }
    });
    best.map(|fit| fit.last)
}

/// The last piece of a number that is no known brand's, and of nothing else, that begins with a piece.
fn of_none(call: &Call<'_>, first: usize) -> Option<usize> {
    let mut last = None;
    if !call.pieces.begins(first) {
        return None;
    }
    let named = call.is_named(Topic::Card, first, NAMED);
    call.read(Way::PLAIN, first, |reading| {
        let told = named || call.is_tight(first, reading.last);
        if told && reading.ends && reading.digits.len() >= 13 && is_luhn(reading.digits) {
            last = Some(reading.last);
        }
    });
    last.filter(|_| !call.is_thing(first))
}

/// The last piece of a number that was asked for as a card's and looks like one but for its check digit: a digit was misheard.
fn misheard(call: &Call<'_>, first: usize, row: &Range<usize>) -> Option<usize> {
    if !call.pieces.begins(first) || !call.is_named(Topic::Card, first, NAMED) || call.is_thing(first) {
        return None;
    }
    let mut last = None;
    call.read(Way::PLAIN, first, |reading| {
        let whole = reading.last + 1 == row.end && reading.ends;
        if whole && reading.digits.len() >= OPEN && has_brand(reading.digits) {
            last = Some(reading.last);
        }
    });
    last
}

fn has_brand(digits: &str) -> bool {
    BRANDS.iter().any(|brand| {
        let lead = digits.get(..brand.lead).and_then(|lead| lead.parse().ok());
        brand.digits.contains(&digits.len()) && lead.is_some_and(|lead| brand.leads.contains(&lead))
    })
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn is_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| match u32::from(digit - b'0') * if place % 2 == 1 { 2 } else { 1 } {
            doubled @ 10.. => doubled - 9,
            digit => digit,
        })
        .sum();
    sum.is_multiple_of(10) && digits.bytes().any(|digit| digit != b'0')
}
