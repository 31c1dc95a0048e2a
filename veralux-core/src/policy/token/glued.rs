//! Number words without anything between them: "fouronefive", "zweiunddreissig".

use crate::policy::fold::Folded;
use crate::policy::lexicon::{self, Key, Lexeme, Senses};

/// Fewer letters cannot hold two number words.
const MIN_LETTERS: usize = 6;
/// From here on other letters may stand in front and behind.
const WITH_OTHERS: usize = 12;
const NUMBER: Senses = Senses::DIGIT.or(Senses::TENS).or(Senses::TIMES).or(Senses::POWER);

/// Whether a word may hold number words in a row: a short one must begin with one.
pub(super) fn may_split(letters: &[u8]) -> bool {
    let begins = match letters {
        [b'o', b'h', ..] | [b'e', b'n', ..] | [b'u' | b'a', b'n', b'd', ..] => true,
        [one, two, three, ..] => lexicon::leads_number(Key::EMPTY.with(*one).with(*two).with(*three)),
        _ => false,
    };
    letters.len() >= WITH_OTHERS || begins && letters.len() >= MIN_LETTERS
}

/// Splits a word that holds number words in a row; answers whether it did.
pub(super) fn split(
    folded: &Folded<'_>,
    start: usize,
    end: usize,
    mut push: impl FnMut(usize, usize, Lexeme),
) -> bool {
    if let Some(row) =
        row_at(folded, start, end).filter(|row| row.end == end && row.words >= 2 && row.strong >= 1)
    {
        row.each(folded, end, &mut push);
        return true;
    }
    if end - start < WITH_OTHERS {
        return false;
    }
    let (mut from, mut at, mut any) = (start, start, false);
    while at < end {
        let Some(row) = row_at(folded, at, end).filter(|row| row.is_sure(3)) else {
            at += 1;
            continue;
        };
        if at > from {
            push(from, at, lexicon::look_up(Key::of(folded.slice(from, at))));
        }
        row.each(folded, row.end, &mut push);
        (from, at, any) = (row.end, row.end, true);
    }
    if any && from < end {
        push(from, end, lexicon::look_up(Key::of(folded.slice(from, end))));
    }
    any
}

/// Where a word ends, and its senses.
type Part = (usize, Lexeme);

/// Number words one behind the other.
struct Row {
    start: usize,
    end: usize,
    words: usize,
    strong: usize,
}

impl Row {
    fn is_sure(&self, words: usize) -> bool {
        self.words >= words && (self.strong >= 2 || (self.strong >= 1 && self.words >= 3))
    }

    fn each(&self, folded: &Folded<'_>, end: usize, push: &mut impl FnMut(usize, usize, Lexeme)) {
        let mut at = self.start;
        while let Some((to, lexeme)) = word_at(folded, at, end) {
            push(at, to, lexeme);
            at = to;
        }
    }
}

fn row_at(folded: &Folded<'_>, start: usize, end: usize) -> Option<Row> {
    let mut row = Row { start, end: start, words: 0, strong: 0 };
    while let Some((to, lexeme)) = word_at(folded, row.end, end) {
        let joins = lexeme.has(Senses::AND) && !lexeme.has(NUMBER);
        if joins && (row.words == 0 || word_at(folded, to, end).is_none()) {
            break;
        }
        row.words += usize::from(!joins);
        row.strong += usize::from(!joins && !lexeme.has(Senses::WEAK));
        row.end = to;
    }
    (row.words > 0).then_some(row)
}

/// The longest number word at a place behind which another begins or the word ends; else the longest.
fn word_at(folded: &Folded<'_>, start: usize, end: usize) -> Option<Part> {
    let (longest, shorter) = words_at(folded, start, end);
    let leads_on = |(to, _): &Part| *to == end || words_at(folded, *to, end).0.is_some();
    longest.filter(leads_on).or(shorter.filter(leads_on)).or(longest)
}

/// The longest number word at a place, or an "and" between two, and the next shorter one: "zeros" and "zero".
fn words_at(folded: &Folded<'_>, start: usize, end: usize) -> (Option<Part>, Option<Part>) {
    let three = Key::of(folded.slice(start, end.min(start + 3)));
    if end - start >= 3
        && !folded.is(start, start + 2, "oh")
        && !lexicon::leads_number(three)
        && !is_and(folded, start)
    {
        return (None, None);
    }
    let (mut key, mut longest, mut shorter) = (Key::EMPTY, None, None);
    for (count, letter) in folded.slice(start, end.min(start + 12)).enumerate() {
        if !letter.is_ascii_lowercase() {
            break;
        }
        key = key.with(letter);
        let lexeme = lexicon::look_up(key);
        if count > 0 && (lexeme.has(NUMBER) || (count == 2 && lexeme.has(Senses::AND))) {
            shorter = longest.replace((start + count + 1, lexeme));
        }
    }
    (longest, shorter)
}

/// Whether an "and" of the languages that glue their numbers begins at a place, or a power of ten.
fn is_and(folded: &Folded<'_>, start: usize) -> bool {
    folded.is(start, start + 3, "und")
        || folded.is(start, start + 3, "and")
        || folded.is(start, start + 2, "en")
        || folded.is(start, start + 7, "hundert")
        || folded.is(start, start + 7, "tausend")
}
