//! Number words without anything between them: "fouronefive", "zweiunddreissig".

use crate::policy::lexicon::{self, Key, Lexeme, Senses};

/// Fewer letters cannot hold two number words.
pub(super) const MIN_LETTERS: usize = 6;
/// From here on other letters may stand in front and behind.
const WITH_OTHERS: usize = 12;
const NUMBER: Senses = Senses::DIGIT.or(Senses::TENS).or(Senses::TIMES).or(Senses::POWER);

/// Whether a word may hold number words in a row: a short one must begin with one.
pub(super) fn may_split(letters: &[u8]) -> bool {
    letters.len() >= WITH_OTHERS || letters.len() >= MIN_LETTERS && may_begin(letters)
}

/// Whether a word holds number words in a row.
pub(in crate::policy) fn splits(letters: &[u8]) -> bool {
    split(letters, |_, _, _| {})
}

/// Splits a word that holds number words in a row; answers whether it did.
pub(super) fn split(letters: &[u8], mut push: impl FnMut(usize, usize, Lexeme)) -> bool {
    let end = letters.len();
    if let Some(row) = row_at(letters, 0).filter(|row| row.end == end && row.words >= 2 && row.strong >= 1) {
        row.each(letters, &mut push);
        return true;
    }
    if end < WITH_OTHERS {
        return false;
    }
    let look_up = |from: usize, to: usize| lexicon::look_up(Key::at(letters, from, to));
    let (mut from, mut at, mut any) = (0, 0, false);
    while at < end {
        let Some(row) = row_at(letters, at).filter(|row| row.is_sure(3)) else {
            at += 1;
            continue;
        };
        if at > from {
            push(from, at, look_up(from, at));
        }
        row.each(letters, &mut push);
        (from, at, any) = (row.end, row.end, true);
    }
    if any && from < end {
        push(from, end, look_up(from, end));
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

    fn each(&self, letters: &[u8], push: &mut impl FnMut(usize, usize, Lexeme)) {
        let letters = letters.get(..self.end).unwrap_or_default();
        let mut at = self.start;
        while let Some((to, lexeme)) = word_at(letters, at) {
            push(at, to, lexeme);
            at = to;
        }
    }
}

fn row_at(letters: &[u8], start: usize) -> Option<Row> {
    let mut row = Row { start, end: start, words: 0, strong: 0 };
    while let Some((to, lexeme)) = word_at(letters, row.end) {
        let joins = lexeme.has(Senses::AND) && !lexeme.has(NUMBER);
        if joins && (row.words == 0 || word_at(letters, to).is_none()) {
            break;
        }
        row.words += usize::from(!joins);
        row.strong += usize::from(!joins && !lexeme.has(Senses::WEAK));
        row.end = to;
    }
    (row.words > 0).then_some(row)
}

/// The longest number word at a place behind which another begins or the word ends; else the longest.
fn word_at(letters: &[u8], start: usize) -> Option<Part> {
    let (longest, shorter) = words_at(letters, start);
    let leads_on = |(to, _): &Part| *to == letters.len() || words_at(letters, *to).0.is_some();
    longest.filter(leads_on).or(shorter.filter(leads_on)).or(longest)
}

/// The longest number word at a place, or an "and" between two, and the next shorter one: "zeros" and "zero".
fn words_at(letters: &[u8], start: usize) -> (Option<Part>, Option<Part>) {
    let rest = letters.get(start..).unwrap_or_default();
    if !may_begin(rest) {
        return (None, None);
    }
    let (mut key, mut longest, mut shorter) = (Key::EMPTY, None, None);
    for (nth, (count, letter)) in (0..).zip(rest.iter().take(12).enumerate()) {
        key = key.with_nth(*letter, nth);
        if count == 0 {
            continue;
        }
        let lexeme = lexicon::look_up(key);
        if lexeme.has(NUMBER) || (count == 2 && lexeme.has(Senses::AND)) {
            shorter = longest.replace((start + count + 1, lexeme));
        }
    }
    (longest, shorter)
}

/// Whether a number word, or an "and" or a power of ten of the languages that glue their numbers, may begin letters.
fn may_begin(letters: &[u8]) -> bool {
    match letters {
        [b'o', b'h', ..] | [b'e', b'n', ..] | [b'u' | b'a', b'n', b'd', ..] => true,
        [one, two, three, ..] => {
            lexicon::leads_number(Key::EMPTY.with(*one).with(*two).with(*three))
                || letters.starts_with(b"hundert")
                || letters.starts_with(b"tausend")
        }
        _ => !letters.is_empty(),
    }
}
