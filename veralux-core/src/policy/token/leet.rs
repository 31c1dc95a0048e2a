//! Words in which digits and signs stand for letters: "f1ve", "1nsta", "$even".

use crate::policy::fold::Folded;
use crate::policy::lexicon::{self, HIDDEN, Key, Lexeme, Senses, leads_hidden};

/// The letters that a digit or sign may stand for.
const fn letters(ch: u8) -> &'static [u8] {
    match ch {
        b'0' => b"o",
        b'1' | b'!' | b'|' => b"il",
        b'3' => b"e",
        b'4' | b'@' => b"a",
        b'5' | b'$' => b"s",
        b'7' => b"t",
        b'8' => b"b",
        b'6' | b'9' => b"g",
        _ => &[],
    }
}

/// Most letters of a word that is written so.
const LONGEST: usize = 12;

/// The word that some cells mean when their digits and signs stand for letters; no senses when they mean none.
pub(super) fn read(folded: &Folded<'_>, start: usize, end: usize) -> Lexeme {
    if !(3..=LONGEST).contains(&(end - start)) {
        return Lexeme::NONE;
    }
    mean(&folded.slice(start, end))
}

/// The first of two readings that means something.
fn mean(chars: &(impl Iterator<Item = u8> + Clone)) -> Lexeme {
    let read = |letters: &[u8; 256]| {
        let word = chars.clone().map(|ch| letters.get(usize::from(ch)).copied().unwrap_or(ch));
        let mut three = [0; 3];
        three.iter_mut().zip(word.clone()).for_each(|(slot, ch)| *slot = ch);
        // Most begin like none.
        if !leads_hidden(three) {
            return None;
        }
        Some(lexicon::look_up(Key::of(word))).filter(|lexeme| lexeme.has(HIDDEN) && !lexeme.has(Senses::WEAK))
    };
    // Only the one and what looks like it may stand for either of two letters.
    let other =
        || if chars.clone().any(|ch| matches!(ch, b'1' | b'!' | b'|')) { read(&SECOND) } else { None };
    read(&FIRST).or_else(other).unwrap_or(Lexeme::NONE)
}

/// What each character is read as, first and otherwise.
static FIRST: [u8; 256] = readings(0);
static SECOND: [u8; 256] = readings(1);

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn readings(choice: usize) -> [u8; 256] {
    let mut readings = [0; 256];
    let mut ch = 0u8;
    loop {
        let letters = letters(ch);
        readings[ch as usize] = match letters.len() {
            0 => ch,
            length => letters[if choice < length { choice } else { 0 }],
        };
        if ch == u8::MAX {
            return readings;
        }
        ch += 1;
    }
}

/// Where a word with a sign in it ends, if one begins at a cell and means something.
///
/// `row` is where the letters, digits and signs end that one in front stood in: each of a long row is asked once whether it goes
/// on.
pub(super) fn signed(folded: &Folded<'_>, start: usize, row: &mut usize) -> Option<usize> {
    if *row <= start {
        let rest = folded.chars().get(start..).unwrap_or_default();
        *row = start + rest.iter().take_while(|ch| belongs(**ch)).count();
    }
    if *row - start > LONGEST && !is_sign(folded.at(start + LONGEST)) {
        return None;
    }
    let end = start + signed_length(folded.chars().get(start..).unwrap_or_default().iter().copied());
    (end > start && !read(folded, start, end).senses.is_empty()).then_some(end)
}

/// The same of a text that is not folded: whether such a word begins at a byte.
pub(in crate::policy) fn is_signed(bytes: &[u8], start: usize) -> bool {
    let small = bytes.get(start..).unwrap_or_default().iter().map(u8::to_ascii_lowercase);
    let length = signed_length(small.clone());
    (3..=LONGEST).contains(&length) && !mean(&small.take(length)).senses.is_empty()
}

/// How long what may be a word with signs in it is; a sign at its end is punctuation.
fn signed_length(chars: impl Iterator<Item = u8>) -> usize {
    let (mut length, mut seen, mut inside) = (0, false, false);
    for (index, ch) in chars.take(LONGEST + 1).take_while(|ch| belongs(*ch)).enumerate() {
        if is_sign(ch) {
            seen = true;
        } else {
            (length, inside) = (index + 1, seen);
        }
    }
    if inside { length } else { 0 }
}

/// Whether a sign may stand for a letter within a word.
pub(in crate::policy) const fn is_sign(ch: u8) -> bool {
    matches!(ch, b'!' | b'$' | b'|' | b'@')
}

/// Whether a word with a sign in it goes on with a character.
pub(in crate::policy) const fn belongs(ch: u8) -> bool {
    ch.is_ascii_lowercase() || ch.is_ascii_digit() || is_sign(ch)
}
