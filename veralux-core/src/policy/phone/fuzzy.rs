//! Misspelt digit words: one letter wrong, missing, too many, or two in the wrong order.

use crate::policy::token::Token;

static WORDS: &[(u32, &[u8])] = &[
    (0, b"zero"),
    (3, b"three"),
    (4, b"four"),
    (5, b"five"),
    (6, b"six"),
    (7, b"seven"),
    (8, b"eight"),
    (9, b"nine"),
    (4, b"cuatro"),
    (5, b"cinco"),
    (7, b"siete"),
    (9, b"nueve"),
    (4, b"quatre"),
    (7, b"sieben"),
];

const LONGEST: usize = 7;
const SHORTEST: usize = 3;

/// What such words begin with: the first letter is right, or two are in the wrong order.
const FIRST: &[u8] = b"ztfsencq";

/// Whether a word may be one, by its first letter and its length.
#[inline]
pub(super) fn may_be(token: &Token) -> bool {
    (SHORTEST..=LONGEST).contains(&token.len()) && FIRST.contains(&token.ch) && token.lexeme.senses.is_empty()
}

/// The digit that a word nearly is.
pub(super) fn digit(letters: impl Iterator<Item = u8>) -> Option<u32> {
    let mut word = [0; LONGEST];
    let mut len = 0;
    for letter in letters {
        *word.get_mut(len)? = letter;
        len += 1;
    }
    let word = word.get(..len)?;
    let near = |right: &[u8]| right.first() == word.first() && is_near(word, right);
    WORDS.iter().find(|(_, right)| near(right)).map(|(value, _)| *value)
}

/// Whether one slip leads from one word to the other, which begin alike: people get the first letter right.
fn is_near(one: &[u8], other: &[u8]) -> bool {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.get(same..).unwrap_or_default(), other.get(same..).unwrap_or_default());
    let swapped =
        one.first() == other.get(1) && one.get(1) == other.first() && one.get(2..) == other.get(2..);
    let skips = |longer: &[u8], shorter: &[u8]| longer.get(1..).is_some_and(|rest| rest == shorter);
    let wrong = one.get(1..).zip(other.get(1..)).is_some_and(|(a, b)| a == b);
    swapped || wrong || skips(one, other) || skips(other, one)
}
