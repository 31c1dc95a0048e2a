//! Number words with something inside them, and those whose first letter is their digit: "se-ven", "fi*ve", "п'ять", "5ive".

use smallvec::SmallVec;

use crate::policy::fold::LETTER;
use crate::policy::lexicon::{Key, Lexeme, Senses, keys, leads_number, look_up, look_up_foreign};
use crate::policy::token::{Gap, Tokens};

/// How many letters such a word has.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=10;
/// Signs that stand within it.
const SIGNS: &[u8] = b"-*_.~/|";

const NUMBER: Senses = Senses::DIGIT.or(Senses::TENS);

/// The number word that begins with a token and goes on behind a sign: its last token, and what it means.
#[inline]
pub(super) fn closed_up(tokens: &Tokens<'_>, at: usize) -> Option<(usize, Lexeme)> {
    if goes_on(tokens, at) { around_sign(tokens, at) } else { None }
}

/// Whether a word goes on directly behind a sign that stands directly behind a token.
#[inline]
pub(super) fn goes_on(tokens: &Tokens<'_>, at: usize) -> bool {
    let sign = tokens.at(at + 1);
    sign.gap == Gap::None
        && (sign.is_any_mark(SIGNS) || sign.ch == b'\'' && tokens.at(at + 2).ch == LETTER)
        && tokens.is_glued(at + 2)
        && tokens.at(at + 2).is_word()
}

#[inline(never)]
fn around_sign(tokens: &Tokens<'_>, at: usize) -> Option<(usize, Lexeme)> {
    if tokens.is_glued(at) && tokens.before(at).is_word() {
        return None;
    }
    // Two words in one are two: "two-one".
    let whole = |at: usize| {
        let token = tokens.at(at);
        token.has(NUMBER.or(Senses::TIMES)) && !token.has(Senses::WEAK)
    };
    if whole(at) || whole(at + 2) {
        return None;
    }
    meaning(tokens, at, at + 2).map(|lexeme| (at + 2, lexeme))
}

/// What the pieces from one token to another mean together.
fn meaning(tokens: &Tokens<'_>, first: usize, last: usize) -> Option<Lexeme> {
    let pieces = || (first..=last).step_by(2);
    let letters: usize = pieces().map(|at| tokens.at(at).len()).sum();
    if !LETTERS.contains(&letters) {
        return None;
    }
    let lexeme = if pieces().any(|at| tokens.at(at).ch == LETTER) {
        let mut word: SmallVec<[u8; 64]> = SmallVec::new();
        pieces().for_each(|at| word.extend_from_slice(tokens.original(tokens.span(at, at)).as_bytes()));
        look_up_foreign(Key::of_script(std::str::from_utf8(&word).ok()?))
    } else {
        let chars = || pieces().flat_map(|at| tokens.chars(tokens.at(at)));
        // Most words begin like no number.
        let mut three = [0; 3];
        three.iter_mut().zip(chars()).for_each(|(slot, ch)| *slot = ch);
        if !leads_number(three) {
            return None;
        }
        look_up(Key::of(chars()))
    };
    (lexeme.has(NUMBER) && !lexeme.has(Senses::WEAK)).then_some(lexeme)
}

/// What stands behind the digit in such a word, by the digit.
static TAILS: &[Key] = keys!("ero ne wo hree our ive ix even ight ine");

/// Whether a digit stands in place of the first letter of its own word: "5ive".
pub(super) fn is_initial(tokens: &Tokens<'_>, at: usize) -> bool {
    let digit = tokens.at(at);
    digit.len() == 1
        && tokens.is_glued(at + 1)
        && TAILS
            .get(usize::from(digit.ch.wrapping_sub(b'0')))
            .is_some_and(|tail| tokens.at(at + 1).key == *tail)
}
