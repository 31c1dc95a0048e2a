//! Words in which digits and signs stand for letters: "f1ve", "1nsta", "$even".

use crate::policy::fold::Folded;
use crate::policy::lexicon::{self, Key, Lexeme, Senses};

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

/// Only words of these senses are written so.
const HIDDEN: Senses = Senses::DIGIT
    .or(Senses::TENS)
    .or(Senses::TIMES)
    .or(Senses::PROVIDER)
    .or(Senses::PLATFORM)
    .or(Senses::DOT)
    .or(Senses::MAIN)
    .or(Senses::MAIL);

/// The word that some cells mean when their digits and signs stand for letters; no senses when they mean none.
pub(super) fn read(folded: &Folded<'_>, start: usize, end: usize) -> Lexeme {
    if !(3..=12).contains(&(end - start)) {
        return Lexeme::NONE;
    }
    mean(|choice| of(folded.slice(start, end), choice))
}

/// The first of two readings that means something.
fn mean(read: impl Fn(usize) -> Lexeme) -> Lexeme {
    (0..2).map(read).find(|lexeme| lexeme.has(HIDDEN) && !lexeme.has(Senses::WEAK)).unwrap_or(Lexeme::NONE)
}

fn of(chars: impl Iterator<Item = u8>, choice: usize) -> Lexeme {
    let read = chars.map(|ch| {
        let letters = letters(ch);
        letters.get(choice).or(letters.first()).copied().unwrap_or(ch)
    });
    lexicon::look_up(Key::of(read))
}

/// Where a word with a sign in it ends, if one begins at a cell and means something.
pub(super) fn signed(folded: &Folded<'_>, start: usize) -> Option<usize> {
    let end = start + signed_length(folded.chars().get(start..).unwrap_or_default().iter().copied());
    (end > start && !read(folded, start, end).senses.is_empty()).then_some(end)
}

/// The same of a text that is not folded: whether such a word begins at a byte.
pub(in crate::policy) fn is_signed(bytes: &[u8], start: usize) -> bool {
    let small = bytes.get(start..).unwrap_or_default().iter().map(u8::to_ascii_lowercase);
    let length = signed_length(small.clone());
    (3..=12).contains(&length) && !mean(|choice| of(small.clone().take(length), choice)).senses.is_empty()
}

/// How long what may be a word with signs in it is; a sign at its end is punctuation.
fn signed_length(chars: impl Iterator<Item = u8>) -> usize {
    let (mut length, mut seen, mut inside) = (0, false, false);
    for (index, ch) in chars.take(13).take_while(|ch| belongs(*ch)).enumerate() {
        if is_sign(ch) {
            seen = true;
        } else {
            (length, inside) = (index + 1, seen);
        }
    }
    if inside { length } else { 0 }
}

/// Whether a sign may stand for a letter within a word.
pub(super) const fn is_sign(ch: u8) -> bool {
    matches!(ch, b'!' | b'$' | b'|')
}

/// Whether a word with a sign in it goes on with a character.
pub(in crate::policy) const fn belongs(ch: u8) -> bool {
    ch.is_ascii_lowercase() || ch.is_ascii_digit() || is_sign(ch)
}
