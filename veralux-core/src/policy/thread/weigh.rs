//! When the digits of several messages are a number.

use super::piece::{Meaning, Place, Remembered};
use crate::policy::phone;

/// The longest row of pieces up to the last that is a number, with the evidence for it.
pub(super) fn longest(pieces: &[&Remembered]) -> Option<(i32, String)> {
    (0..pieces.len().saturating_sub(1)).find_map(|first| {
        let mut pieces = pieces.get(first..)?.to_vec();
        // "ends in 0132", "starts with 415 555"
        let backwards = pieces.first().is_some_and(|piece| piece.place == Place::Back)
            && pieces.last().is_some_and(|piece| piece.place == Place::Front);
        if backwards {
            pieces.reverse();
        }
        evidence(&pieces).map(|evidence| (evidence, value(&pieces)))
    })
}

fn value(pieces: &[&Remembered]) -> String {
    pieces.iter().flat_map(|piece| piece.digits.chars()).filter(char::is_ascii_digit).collect()
}

/// The evidence that digits in pieces are a number, when it suffices.
fn evidence(pieces: &[&Remembered]) -> Option<i32> {
    let value = value(pieces);
    let count = |is: fn(&Remembered) -> bool| pieces.iter().filter(|piece| is(piece)).count();
    let (disguised, cues) = (count(|piece| piece.disguised), count(|piece| piece.cue));
    let (strong, named, prices) = (
        count(|piece| piece.strength == 3),
        count(|piece| piece.meaning == Meaning::Named),
        count(|piece| piece.meaning == Meaning::Price),
    );
    let hidden = disguised == pieces.len();
    let plus = pieces.first().is_some_and(|piece| piece.plus);
    let weakest = pieces.iter().map(|piece| piece.strength).min().unwrap_or_default();
    let gaps: i32 = pieces
        .windows(2)
        .map(|pair| match pair {
            [one, other] => i32::from(one.age.abs_diff(other.age).saturating_sub(1)),
            _ => 0,
        })
        .sum();
    let points = |count: usize, most: usize| i32::try_from(count.min(most)).unwrap_or_default();
    let evidence = shape(pieces, value.len(), cues > 1 || hidden)
        + 10 * points(cues, 3)
        + 6 * points(strong, 4)
        + 6 * points(disguised, 3)
        + if plus { 24 } else { 0 }
        // The trunk prefix; amounts do not begin so.
        + if named == 0 && value.starts_with('0') && matches!(value.len(), 10 | 11) { 8 } else { 0 }
        + if named > 1 || cues == 0 && pieces.len() == 2 { -8 * points(named, 6) } else { 0 }
        - 2 * gaps
        + if weakest == 1 { -6 } else { 0 };
    // Nor does what counts things: "0135 hamsters. now ring those in that order".
    let newest = pieces.iter().min_by_key(|piece| piece.age);
    let closed = newest.is_some_and(|piece| piece.cue) || hidden;
    let zero = newest.is_some_and(|piece| {
        piece.meaning == Meaning::Named && piece.len() >= 3 && piece.digits.starts_with('0')
    });
    let evidence = evidence + if closed && !hidden && zero { 8 * points(named, 6) } else { 0 };
    // What each thing is told the amount of, in words, is a list: "eight eggs", "two hundred flour".
    if hidden && cues == 0 && named > 1 && strong < pieces.len() {
        return None;
    }
    // No price begins with a zero.
    if prices > 0
        && (prices < pieces.len()
            || !pieces.iter().any(|piece| piece.len() >= 3 && piece.digits.starts_with('0')))
    {
        return None;
    }
    // "88214", "88219": the names of things in a list.
    let head = |piece: &Remembered| piece.digits.get(..3).map(str::to_owned);
    let alike = |one: &Remembered, other: &Remembered| {
        one.len() == other.len() && one.len() >= 4 && !one.digits.contains(' ') && head(one) == head(other)
    };
    // "503", "sorry, 50355": said again, and more of it.
    let corrects = |one: &Remembered, other: &Remembered| {
        one.len() >= 3 && other.len() > one.len() && other.digits.starts_with(&one.digits)
    };
    let again =
        |pair: &[&Remembered]| matches!(pair, [one, other] if alike(one, other) || corrects(one, other));
    if pieces.windows(2).any(again) {
        return None;
    }
    // "0415", "0515": times.
    let time = |piece: &&Remembered| {
        let number = |text: Option<&str>| text.and_then(|text| text.parse::<u8>().ok());
        let (hours, minutes) = (number(piece.digits.get(..2)), number(piece.digits.get(2..4)));
        piece.digits.len() == 4
            && hours.is_some_and(|hours| hours < 24)
            && minutes.is_some_and(|minutes| minutes < 60)
    };
    if pieces.iter().all(time) && 2 * cues <= pieces.len() {
        return None;
    }
    // Amounts are round, and no number is in all its parts.
    let round = pieces.iter().all(|piece| piece.digits.ends_with('0') && !piece.digits.starts_with('0'));
    if round && pieces.len() > 2 {
        return None;
    }
    // Short numbers that something is said of are amounts, unless it is said of each that it is a part.
    let short = closed && (named == 0 || cues == pieces.len());
    let shape = shape(pieces, value.len(), false);
    // "699 12", "40 57": in the groups of such a number.
    let usual = cues > 0 && strong > 0 && shape >= 24;
    // Most of it in words, and nothing beside them.
    let spoken = strong == pieces.len() && pieces.len() > 2 && 2 * disguised > pieces.len() && named == 0;
    let enough = match value.len() {
        10 | 11 => evidence >= 26,
        12 | 13 => evidence >= if plus || value.starts_with('0') { 26 } else { 40 },
        // Short numbers of Spain, Portugal and others, with or without the trunk prefix.
        9 => {
            evidence >= 32
                && (short || usual && named == 0 || spoken)
                && (cues > 0 || hidden || spoken)
                && !value.starts_with(if spoken { FEW_NINE } else { NINE })
        }
        // "21 15" is a score.
        7 | 8 => {
            let scores = pieces.iter().all(|piece| piece.groups().all(|group| group <= 2));
            evidence >= 34 && short && cues > 0 && shape > 10 && !(scores && cues < pieces.len())
        }
        _ => false,
    };
    enough.then_some(evidence)
}

/// Digits with which numbers of nine digits do not begin, and those with which hardly any does.
const NINE: &[char] = &['1', '2', '3', '4', '5'];
const FEW_NINE: &[char] = &['1', '2', '3'];

/// What the sizes of the pieces say, or of the groups within them.
fn shape(pieces: &[&Remembered], digits: usize, anywhere: bool) -> i32 {
    let whole: Vec<u8> = pieces.iter().map(|piece| u8::try_from(piece.len()).unwrap_or(u8::MAX)).collect();
    let groups: Vec<u8> = pieces.iter().flat_map(|piece| piece.groups()).collect();
    // Digits one by one are a group: "5", "5", "5".
    let mut spelt: Vec<u8> = Vec::with_capacity(whole.len());
    let mut single = false;
    for size in &whole {
        match spelt.last_mut().filter(|_| single && *size == 1) {
            Some(last) => *last += 1,
            None => spelt.push(*size),
        }
        single = *size == 1;
    }
    let best = [whole, groups, spelt].iter().map(|sizes| phone::shape_points(sizes, digits)).max();
    let best = best.unwrap_or_default();
    // Who says that it comes in parts may cut it anywhere.
    if anywhere { best.max(0) } else { best }
}
