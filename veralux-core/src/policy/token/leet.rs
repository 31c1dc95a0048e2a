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
    (0..2)
        .map(|choice| look_up(folded, start, end, choice))
        .find(|lexeme| lexeme.has(HIDDEN) && !lexeme.has(Senses::PLAIN))
        .unwrap_or(Lexeme::NONE)
}

fn look_up(folded: &Folded<'_>, start: usize, end: usize, choice: usize) -> Lexeme {
    let read = folded.slice(start, end).map(|ch| {
        let letters = letters(ch);
        letters.get(choice).or(letters.first()).copied().unwrap_or(ch)
    });
    lexicon::look_up(Key::of(read))
}

/// Where a word with a sign in it ends, if one begins at a cell and means something.
pub(super) fn signed(folded: &Folded<'_>, start: usize) -> Option<usize> {
    let mut end = start;
    let mut signs = 0;
    while end - start <= 12 && belongs(folded.at(end)) {
        signs += usize::from(is_sign(folded.at(end)));
        end += 1;
    }
    // A sign at the end is punctuation.
    while end > start && is_sign(folded.at(end - 1)) {
        signs -= 1;
        end -= 1;
    }
    (signs > 0 && !read(folded, start, end).senses.is_empty()).then_some(end)
}

/// Whether a sign may stand for a letter within a word.
pub(super) const fn is_sign(ch: u8) -> bool {
    matches!(ch, b'!' | b'$' | b'|')
}

/// Whether a word with a sign in it goes on with a character.
pub(super) const fn belongs(ch: u8) -> bool {
    ch.is_ascii_lowercase() || ch.is_ascii_digit() || is_sign(ch)
}
