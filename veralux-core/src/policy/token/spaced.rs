//! Words whose letters stand apart: "f i v e", "g.m.a.i.l".

use smallvec::SmallVec;

use super::excerpt::Excerpt;
use super::is_letter;
use crate::policy::fold::{Folded, Page};
use crate::policy::lexicon::{self, Key, Senses};

/// Single characters in a row, and letters among them, that are no initials.
const SURE: usize = 4;
const LETTERS: usize = 3;
/// Shorter rows that are no abbreviations when there are as many of them.
const ROWS: usize = 3;

/// The text with such words closed up; none when there are none.
pub(in crate::policy) fn joined<'a>(folded: &Folded<'a>, page: &'a mut Page) -> Option<Folded<'a>> {
    let mut rows: SmallVec<[Row; 16]> = SmallVec::new();
    let mut at = 0;
    while at < folded.len() {
        let Some(mut row) = row_at(folded, at) else {
            at += 1;
            continue;
        };
        // "escribe a m a x arroba"
        if row.count > SURE && leads(folded, row.start) {
            (row.start, row.count, row.letters) = (row.start + 2, row.count - 1, row.letters - 1);
        }
        at = row.end;
        if row.count > 1 {
            rows.push(row);
        }
    }
    let sure = rows.iter().any(|row| row.count >= SURE && row.letters >= LETTERS);
    let many = rows.iter().filter(|row| row.letters >= LETTERS).count() >= ROWS;
    if !sure && !many {
        return None;
    }
    let mut excerpt = Excerpt::new(folded);
    for row in rows.iter().filter(|row| row.letters > 0) {
        if !excerpt.lead_to(row.start) {
            break;
        }
        excerpt.take((row.start..row.end).step_by(2), row.end);
    }
    Some(Folded::of_cells(folded.text(), excerpt.finish().into_iter(), page))
}

/// Whether a letter is a word by itself that leads to whom one writes: "scrivimi a".
fn leads(folded: &Folded<'_>, at: usize) -> bool {
    if !matches!(folded.at(at), b'a' | b'e' | b'i' | b'o' | b'y') || folded.at(at + 1) != b' ' {
        return false;
    }
    let Some(end) = at.checked_sub(1).filter(|end| folded.at(*end) == b' ') else { return false };
    let length = (0..end).rev().take(MAX_NAME).take_while(|at| folded.at(*at).is_ascii_lowercase()).count();
    let lead = lexicon::look_up(Key::of(folded.slice(end - length, end)));
    lead.has(Senses::REACH.or(Senses::MAIL).or(Senses::CALL).or(Senses::ELSE))
}

/// The text from its end to its beginning, when it seems to hold an address that was written so.
pub(in crate::policy) fn backwards<'a>(folded: &Folded<'a>, page: &'a mut Page) -> Option<Folded<'a>> {
    let is = |at: usize, name: &str| folded.slice(at, at + name.len()).eq(name.bytes().rev());
    // Where the end of the address begins in the text; each has one dot.
    let begins = |dot: usize| {
        let net = |at: usize| is(at, ".net") && ends_in_net(folded, at);
        let first = dot.checked_sub(3).filter(|at| is(*at, ".com") || is(*at, ".org") || net(*at));
        // "se.anasac.www"
        let www = || is(dot, "www.") && !is_letter(folded.at(dot + 4));
        let uk = |at: usize| is(at, ".co.uk") && (at == 0 || !is_letter(folded.at(at - 1)));
        first
            .or_else(|| dot.checked_sub(2).filter(|at| uk(*at)))
            .or_else(|| (is(dot, "gmail.") || www()).then_some(dot))
    };
    let dots = folded.chars().iter().enumerate().filter(|(_, ch)| **ch == b'.');
    let mut places = dots.filter_map(|(dot, _)| begins(dot)).peekable();
    places.peek()?;
    let mut excerpt = Excerpt::new(folded);
    for place in places {
        if !excerpt.lead_to(place) {
            break;
        }
    }
    Some(Folded::of_cells(folded.text(), excerpt.finish().into_iter().rev(), page))
}

/// Whether a long name that is no word stands behind "ten.", as it does behind no full stop: "about ten.to be honest".
fn ends_in_net(folded: &Folded<'_>, at: usize) -> bool {
    let name = |at: usize| {
        let length =
            folded.slice(at, folded.len().min(at + MAX_NAME)).take_while(u8::is_ascii_lowercase).count();
        let word = Key::of(folded.slice(at, at + length));
        (SHORT_NAME..MAX_NAME).contains(&length)
            && !folded.is(at + length - 3, at + length, "ing")
            && lexicon::look_up(word).senses.is_empty()
    };
    name(at + 4)
}

const SHORT_NAME: usize = 5;
const MAX_NAME: usize = 24;

struct Row {
    start: usize,
    end: usize,
    count: usize,
    letters: usize,
}

/// What a character may be in a row: one of those that stand apart, what stands between them, a sign of an address.
static KINDS: [u8; 256] = kinds();
const PART: u8 = 1;
const DIVIDER: u8 = 2;
const SIGN: u8 = 4;

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn kinds() -> [u8; 256] {
    let mut kinds = [0; 256];
    let mut ch = 0u8;
    loop {
        let part = is_letter(ch) || ch.is_ascii_digit();
        let divider =
            matches!(ch, b' ' | b'.' | b'-' | b'_' | b'*' | b'|' | b'/' | b',' | b'\n' | b'~' | b'+');
        let sign = matches!(ch, b'@' | b'.' | b'_' | b':' | b'/');
        kinds[ch as usize] = (part as u8 * PART) | (divider as u8 * DIVIDER) | (sign as u8 * SIGN);
        if ch == u8::MAX {
            return kinds;
        }
        ch += 1;
    }
}

/// Single characters from a place on, with the same sign between each two.
fn row_at(folded: &Folded<'_>, start: usize) -> Option<Row> {
    let divider = folded.at(start + 1);
    let kind = |ch: u8| KINDS.get(usize::from(ch)).copied().unwrap_or_default();
    if kind(divider) & DIVIDER == 0 || kind(folded.at(start)) & (PART | SIGN) == 0 {
        return None;
    }
    let is_part = |at: usize| kind(folded.at(at)) & PART != 0;
    // Inside an address its signs stand apart as well.
    let is_sign = |at: usize| kind(folded.at(at)) & SIGN != 0 && folded.at(at) != divider && divider != b'\n';
    let elided = start > 0 && folded.at(start - 1) == b'\'';
    let sign = folded.at(start) == b'@' && divider == b' ' && is_part(start + 2) && !is_part(start + 3);
    if !(is_part(start) || sign) || elided || (start > 0 && is_part(start - 1)) {
        return None;
    }
    let (mut at, mut row) = (start, Row { start, end: start + 1, count: 0, letters: 0 });
    loop {
        row.count += 1;
        row.letters += usize::from(is_letter(folded.at(at)));
        row.end = at + 1;
        let next = at + 2;
        let goes_on = folded.at(at + 1) == divider
            && (is_part(next) || is_sign(next))
            && !(is_part(next) && is_part(next + 1));
        if !goes_on {
            return Some(row);
        }
        at = next;
    }
}
