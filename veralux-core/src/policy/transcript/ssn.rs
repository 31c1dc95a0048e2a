//! US social security numbers, and their last four digits where these are asked for.

use std::ops::Range;

use super::asked::Topic;
use super::between::Join;
use super::reading;
use super::{Call, Found, Personal};

/// How far from a number it is named, in tokens: in front of it, its last four digits, and behind it.
const NAMED: usize = 40;
const TAIL: usize = 30;
const BEHIND: usize = 12;

/// The numbers in a row of pieces.
pub(super) fn find(call: &Call<'_>, row: &Range<usize>, found: &mut Vec<Found>) {
    let (mut at, mut from) = (row.start, row.start);
    while at < row.end {
        let last = ending(call, at, row);
        if let Some(last) = last {
            found.push(Found { first: call.restarted(at, from), last, what: Personal::Ssn });
        }
        from = last.map_or(from, |last| last + 1);
        at = last.unwrap_or(at) + 1;
    }
}

/// The last piece of the number that begins with a piece.
fn ending(call: &Call<'_>, first: usize, row: &Range<usize>) -> Option<usize> {
    if !call.pieces.begins(first) {
        return None;
    }
    let named = call.is_named(Topic::Social, first, NAMED);
    let otherwise = call.may_be_meant_otherwise(first, row);
    let ways = reading::ways(&call.pieces, first).take(if otherwise { usize::MAX } else { 1 });
    let (mut whole, mut tail) = (None, None);
    for way in ways {
        call.read(way, first, |reading| {
            let digits = reading.digits;
            if !reading.ends {
                return;
            }
            if digits.len() == 9 && whole.is_none() {
                let asked = named || is_named_behind(call, reading.last);
                let fits = || {
                    let alone = stands_alone(call, first, reading.last, row);
                    reading.groups == [3, 2, 4] && alone && is_given_out(digits) && !call.is_thing(first)
                };
                whole = (asked || fits()).then_some(reading.last);
            }
            if digits.len() == 4 {
                tail = Some(reading.last);
            }
        });
    }
    whole.or_else(|| {
        // What somebody else says behind it may be the same once more.
        let turn = |at: usize| call.pieces.at(at).map(|piece| piece.turn);
        let goes_on = |last: usize| last + 1 < row.end && turn(last + 1) == turn(last);
        tail.filter(|last| named && !goes_on(*last) && call.is_named(Topic::Tail, first, TAIL))
    })
}

/// Whether the same speaker says no digits directly in front of it or behind it, as of a longer number.
fn stands_alone(call: &Call<'_>, first: usize, last: usize, row: &Range<usize>) -> bool {
    let parts = |at: usize| call.pieces.at(at).is_none_or(|piece| piece.join >= Join::Turn);
    (first == row.start || parts(first)) && (last + 1 >= row.end || parts(last + 1))
}

fn is_named_behind(call: &Call<'_>, last: usize) -> bool {
    call.pieces.at(last).is_some_and(|piece| call.cues.behind(Topic::Social, piece.last, BEHIND).is_some())
}

/// Numbers that the Social Security Administration gives out: no part is all zeros, the area neither 666 nor 9xx.
fn is_given_out(digits: &str) -> bool {
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    let never = [
        part(0, 3) == "000",
        part(0, 3) == "666",
        digits.starts_with('9'),
        part(3, 5) == "00",
        part(5, 9) == "0000",
    ];
    never.iter().all(|never| !never)
}
