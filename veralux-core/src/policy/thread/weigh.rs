//! When the digits of several messages are a number.

use smallvec::SmallVec;

use super::around::Place;
use super::piece::{Meaning, Remembered};
use crate::policy::phone;

/// Most pieces that are left out as amounts of the talk in between.
const OTHERS: usize = 2;

/// The number that the last pieces are without some that are doubtful.
pub(super) fn without_others(pieces: &[&Remembered]) -> Option<(i32, String)> {
    let (last, earlier) = pieces.split_last()?;
    let mut best = None;
    leave_out(earlier, &[last], OTHERS, 0, &mut best);
    best
}

/// Tries what `chosen` is with some of the pieces in front of it, the nearest first, when at most some more are left out.
fn leave_out(
    pieces: &[&Remembered],
    chosen: &[&Remembered],
    others: usize,
    cost: i32,
    best: &mut Option<(i32, String)>,
) {
    let digits: usize = chosen.iter().map(|piece| piece.len()).sum();
    if digits > LONGEST {
        return;
    }
    if cost > 0
        && digits >= SHORTEST
        && let Some(evidence) =
            evidence(chosen, cost).filter(|found| best.as_ref().is_none_or(|(most, _)| most < found))
    {
        *best = Some((evidence, value(chosen)));
    }
    let Some((last, earlier)) = pieces.split_last() else { return };
    let more: SmallVec<[&Remembered; 16]> = [*last].into_iter().chain(chosen.iter().copied()).collect();
    leave_out(earlier, &more, others, cost, best);
    if others > 0 && last.is_doubtful() {
        let price = match (last.meaning, last.strength) {
            (Meaning::Open, 2) => 6,
            _ => 2,
        };
        leave_out(earlier, chosen, others - 1, cost + price, best);
    }
}

/// Digits of a number in pieces.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=13;
/// Fewest and most digits of a number in pieces that is looked for so.
const SHORTEST: usize = 9;
const LONGEST: usize = 13;

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
        evidence(&pieces, 0).map(|evidence| (evidence, value(&pieces)))
    })
}

/// The pieces that may belong to a number: not what opens a door, whatever stands beside it, nor what is like it.
pub(super) fn unlabelled(pieces: &[Remembered]) -> Vec<&Remembered> {
    let kept = |piece: &Remembered| piece.meaning == Meaning::Kept;
    let before = [None].into_iter().chain(pieces.iter().map(Some));
    let like = |before: Option<&Remembered>, piece: &Remembered| {
        before.is_some_and(|before| kept(before) && alike(before, piece))
    };
    pieces
        .iter()
        .zip(before)
        .filter(|(piece, before)| !kept(piece) && !like(*before, piece))
        .map(|(piece, _)| piece)
        .collect()
}

/// Whether the last pieces, which have so many digits, directly follow the number of a thing: "sn starts 646", "then 555",
/// "ends 0153".
pub(super) fn goes_on(pieces: &[Remembered], digits: usize) -> bool {
    let Some(kept) = pieces.iter().rposition(|piece| piece.meaning == Meaning::Kept) else { return false };
    let rest = pieces.get(kept..).unwrap_or_default();
    let behind: usize = rest.iter().skip(1).map(Remembered::len).sum();
    behind == digits && rest.windows(2).all(|pair| matches!(pair, [one, other] if one.age == other.age + 1))
}

/// "88214", "88219": the names of things in a list.
fn alike(one: &Remembered, other: &Remembered) -> bool {
    one.len() == other.len()
        && one.len() >= 4
        && !one.digits.contains(' ')
        && one.digits.get(..3) == other.digits.get(..3)
}

/// What pieces are when somebody says to put them together or to dial them, whatever each seemed to be.
pub(super) fn put_together(pieces: &[Remembered]) -> Option<String> {
    let told: Vec<Remembered> = pieces
        .iter()
        .map(|piece| Remembered { cue: true, meaning: Meaning::Open, ..piece.clone() })
        .collect();
    let told: Vec<&Remembered> = told.iter().collect();
    let (evidence, value) = longest(&told)?;
    // Of flour, sugar and butter three times three digits may be told.
    (evidence >= TOGETHER && value.len() > SHORTEST).then_some(value).filter(|_| told.len() > 2)
}

/// The evidence in groups that are not usual.
const USUAL: i32 = 10;
/// What the digits of several messages are when somebody says that they are a number; the last row of each where all are too many.
pub(super) fn gathered(given: &[String]) -> Option<String> {
    let join = |rows: &mut dyn Iterator<Item = &str>| -> String {
        rows.flat_map(str::chars).filter(char::is_ascii_digit).collect()
    };
    // Messages without digits are empty.
    let given: Vec<&str> = given.iter().map(String::as_str).filter(|row| !row.is_empty()).collect();
    (0..given.len().saturating_sub(2)).find_map(|first| {
        let rows = given.get(first..)?;
        let last = |row: &str| row.len() - row.rsplit(' ').next().map_or(0, str::len);
        let all = join(&mut rows.iter().copied());
        let ends = join(&mut rows.iter().filter_map(|row| row.get(last(row)..)));
        let fits = |value: &String| {
            matches!(value.len(), 10 | 11) || value.len() == SHORTEST && !value.starts_with(FEW_NINE)
        };
        [all, ends].into_iter().find(fits)
    })
}

/// The evidence that suffices then: usual groups, and three pieces.
const TOGETHER: i32 = 52;

/// Whether the last group is the sum of two or more in front of it: "415", "555", "132 so 1102".
fn sums_up(pieces: &[Remembered]) -> bool {
    let numbers: Vec<u32> = pieces
        .iter()
        .flat_map(|piece| piece.digits.split(' '))
        .map(|group| group.parse().ok().filter(|_| group.len() > 1).unwrap_or_default())
        .collect();
    let Some((last, earlier)) = numbers.split_last().filter(|(last, _)| **last > 99) else { return false };
    let mut sum = 0u32;
    earlier.iter().rev().take_while(|number| **number > 0).enumerate().any(|(index, number)| {
        sum = sum.saturating_add(*number);
        index > 0 && sum == *last
    })
}

/// Whether the last piece is the sum of two or more in front of it: "labour 415", "parts 555", "so 970".
pub(super) fn is_sum(pieces: &[Remembered]) -> bool {
    let number = |piece: &Remembered| piece.digits.parse::<u32>().ok().filter(|_| piece.len() > 1);
    let Some((last, earlier)) = pieces.split_last().filter(|(last, _)| !last.digits.starts_with('0')) else {
        return false;
    };
    // "kul 717, baaki 3 de dena"
    let total = last.digits.split(' ').next().and_then(|total| total.parse::<u32>().ok());
    let sums = earlier.iter().rev().map_while(number).scan(0u32, |sum, number| {
        *sum = sum.saturating_add(number);
        Some(*sum)
    });
    total.filter(|total| *total > 9).is_some_and(|total| sums.skip(1).any(|sum| sum == total))
        || sums_up(pieces)
}

fn value(pieces: &[&Remembered]) -> String {
    pieces.iter().flat_map(|piece| piece.digits.chars()).filter(char::is_ascii_digit).collect()
}

/// The evidence that digits in pieces are a number, when it suffices.
fn evidence(pieces: &[&Remembered], cost: i32) -> Option<i32> {
    if !DIGITS.contains(&pieces.iter().map(|piece| piece.len()).sum()) {
        return None;
    }
    let value = value(pieces);
    let count = |is: fn(&Remembered) -> bool| pieces.iter().filter(|piece| is(piece)).count();
    let (disguised, cues) = (count(|piece| piece.disguised), count(|piece| piece.cue));
    let (strong, named, prices) = (
        count(|piece| piece.strength == 3),
        count(|piece| piece.meaning.is_named()),
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
    let shape = shape(pieces, value.len());
    // Who says that it comes in parts may cut it anywhere.
    let evidence = if cues > 1 || hidden { shape.max(0) } else { shape }
        + 10 * points(cues, 3)
        + 6 * points(strong, 4)
        + 6 * points(disguised, 3)
        + if plus { 24 } else { 0 }
        // The trunk prefix; amounts do not begin so.
        + if named == 0 && value.starts_with('0') && matches!(value.len(), 10 | 11) { 8 } else { 0 }
        + if named > 1 || cues == 0 && pieces.len() == 2 { -8 * points(named, 6) } else { 0 }
        - 2 * gaps
        - cost
        + if weakest == 1 { -6 } else { 0 };
    // Nor does what counts things: "0135 hamsters. now ring those in that order".
    let newest = pieces.iter().min_by_key(|piece| piece.age);
    let closed = newest.is_some_and(|piece| piece.cue) || hidden;
    let zero = newest
        .is_some_and(|piece| piece.meaning.is_named() && piece.len() >= 3 && piece.digits.starts_with('0'));
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
    // "503", "sorry, 50355": said again, and more of it.
    let corrects = |one: &Remembered, other: &Remembered| {
        one.len() >= 3 && other.len() > one.len() && other.digits.starts_with(&one.digits)
    };
    let again =
        |pair: &[&Remembered]| matches!(pair, [one, other] if alike(one, other) || corrects(one, other));
    if pieces.windows(2).any(again) {
        return None;
    }
    if pieces.iter().all(|piece| is_time(piece)) && (2 * cues <= pieces.len() || pieces.len() > 2) {
        return None;
    }
    if are_readings(pieces, value.len(), plus, cues) {
        return None;
    }
    // Amounts are round, and no number is in all its parts.
    let round = pieces.iter().all(|piece| piece.digits.ends_with('0') && !piece.digits.starts_with('0'));
    // "now 84213", "service at 90000"
    let thousands =
        cues == 0 && pieces.len() == 2 && pieces.iter().any(|piece| piece.digits.ends_with("000"));
    if thousands || round && (pieces.len() > 2 || named > 0 && value.len() == 8) {
        return None;
    }
    // Short numbers that something is said of are amounts, unless it is said of each that it is a part.
    let short = closed && (named == 0 || cues == pieces.len());
    // Nothing says that they are a number: neither words nor groups, nor a zero in front of one, and words stand beside them.
    let led = || pieces.iter().any(|piece| piece.digits.starts_with('0'));
    if cues + disguised == 0 && strong < pieces.len() && !plus && shape <= USUAL && !led() {
        return None;
    }
    // "699 12", "40 57": in the groups of such a number.
    let usual = cues > 0 && strong > 0 && shape >= 24;
    // Most of it in words, and nothing beside them.
    let spoken = strong == pieces.len() && pieces.len() > 2 && 2 * disguised > pieces.len() && named == 0;
    // No amount is "047".
    let threes = pieces.len() == 3 && pieces.iter().all(|piece| piece.len() == 3);
    let zero = || pieces.iter().skip(1).any(|piece| piece.digits.starts_with('0'));
    let spoken = spoken || threes && strong == 3 && !value.starts_with(NINE) && zero();
    // Mobile numbers of Poland begin with a five too.
    let polish = threes && cues > 0 && strong > 1 && value.starts_with('5');
    let enough = match value.len() {
        10 | 11 => evidence >= 26,
        12 | 13 => evidence >= if plus || value.starts_with('0') { 26 } else { 40 },
        // Short numbers of Spain, Portugal and others, with or without the trunk prefix.
        9 => {
            evidence >= 32
                && (short || usual && named == 0 || spoken)
                && (cues > 0 || hidden || spoken)
                && (polish || !value.starts_with(if spoken { FEW_NINE } else { NINE }))
        }
        // "21 15" is a score.
        7 | 8 => {
            let scores = pieces.iter().all(|piece| piece.groups().all(|group| group <= 2));
            let told = value.len() > 7 || count(|piece| piece.told) > 0 || strong == pieces.len();
            evidence >= 34 && short && cues > 0 && told && shape > 12 && !(scores && cues < pieces.len())
        }
        _ => false,
    };
    enough.then_some(evidence)
}

/// "0415", "0515": times.
fn is_time(piece: &Remembered) -> bool {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<u8>().ok());
    let (hours, minutes) = (number(piece.digits.get(..2)), number(piece.digits.get(2..4)));
    piece.digits.len() == 4
        && hours.is_some_and(|hours| hours < 24)
        && minutes.is_some_and(|minutes| minutes < 60)
}

/// Whether pieces are what is read, won or bid, each by itself.
fn are_readings(pieces: &[&Remembered], digits: usize, plus: bool, cues: usize) -> bool {
    // "128 82", "131 79" and the like are pressures; "21 15", "18 21", "15 13" are scores.
    let pairs = |fits: fn(&str, &str) -> bool| {
        pieces.iter().all(|piece| piece.digits.split_once(' ').is_some_and(|(one, other)| fits(one, other)))
    };
    let pressure = |one: &str, other: &str| one.len() == 3 && one.starts_with('1') && other.len() == 2;
    let score = |one: &str, other: &str| one.len().max(other.len()) <= 2 && !one.starts_with('0');
    if pairs(pressure) || digits > 11 && !plus && pairs(score) {
        return true;
    }
    // "350", "365", "410", "425": what is bid; not "call me on 415", "425".
    if cues == pieces.len() {
        return false;
    }
    let bids: SmallVec<[u32; 8]> = pieces.iter().filter_map(|piece| piece.digits.parse().ok()).collect();
    let near =
        bids.iter().max().copied().unwrap_or_default() < 2 * bids.iter().min().copied().unwrap_or_default();
    let even = pieces.windows(2).all(|pair| matches!(pair, [one, other] if one.len() == other.len()));
    bids.len() == pieces.len() && bids.len() > 3 && near && even && bids.is_sorted()
}

/// Digits with which numbers of nine digits do not begin, and those with which hardly any does.
const NINE: &[char] = &['1', '2', '3', '4', '5'];
const FEW_NINE: &[char] = &['1', '2', '3'];

/// Sizes of groups.
type Sizes = SmallVec<[u8; 16]>;

/// What the sizes of the pieces say, or of the groups within them.
fn shape(pieces: &[&Remembered], digits: usize) -> i32 {
    let whole: Sizes = pieces.iter().map(|piece| u8::try_from(piece.len()).unwrap_or(u8::MAX)).collect();
    let groups: Sizes = pieces.iter().flat_map(|piece| piece.groups()).collect();
    // Digits one by one are a group: "5", "5", "5".
    let mut spelt = Sizes::new();
    let mut single = false;
    for size in &whole {
        match spelt.last_mut().filter(|_| single && *size == 1) {
            Some(last) => *last += 1,
            None => spelt.push(*size),
        }
        single = *size == 1;
    }
    // "0 double 3 8" beside "0161 496": what has single digits is a group.
    let mut mixed = Sizes::new();
    for (piece, whole) in pieces.iter().zip(&whole) {
        if piece.groups().any(|group| group == 1) {
            mixed.push(*whole);
        } else {
            mixed.extend(piece.groups());
        }
    }
    let best = [whole, groups, spelt, mixed].iter().map(|sizes| phone::shape_points(sizes, digits)).max();
    best.unwrap_or_default().max(cut(pieces, digits))
}

/// What the sizes of the groups say when a message ended within one: "01632 96", "0 583". A single row of digits in each
/// message says nothing.
fn cut(pieces: &[&Remembered], digits: usize) -> i32 {
    if digits < SHORTEST || pieces.iter().all(|piece| !piece.digits.contains(' ')) {
        return i32::MIN;
    }
    let joined = |cut: &dyn Fn(usize) -> bool| {
        let mut sizes = Sizes::new();
        for (index, piece) in pieces.iter().enumerate() {
            let mut groups = piece.groups();
            if let Some(last) = sizes.last_mut().filter(|_| cut(index)) {
                *last = last.saturating_add(groups.next().unwrap_or_default());
            }
            sizes.extend(groups);
        }
        phone::shape_points(&sizes, digits)
    };
    let one = (1..pieces.len()).map(|at| joined(&|index| index == at)).max();
    one.unwrap_or(i32::MIN).max(joined(&|index| index > 0))
}
