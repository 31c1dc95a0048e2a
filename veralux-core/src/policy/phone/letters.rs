//! Letters that stand for digits: by their shape, or by the key of a telephone that they are on.

use crate::policy::lexicon::Senses;
use crate::policy::token::{Token, Tokens};

/// The digit that a letter looks like.
#[inline]
pub(in crate::policy) fn looks_like(ch: u8) -> Option<u8> {
    DIGITS.get(usize::from(ch)).copied().filter(|digit| *digit != 0)
}

/// The digit for each character; 0 where there is none.
static DIGITS: [u8; 256] = digits();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn digits() -> [u8; 256] {
    let mut digits = [0; 256];
    let mut ch = 0u8;
    loop {
        if let Some(digit) = digit(ch) {
            digits[ch as usize] = digit;
        }
        if ch == u8::MAX {
            return digits;
        }
        ch += 1;
    }
}

const fn digit(ch: u8) -> Option<u8> {
    Some(match ch {
        b'o' | b'q' => b'0',
        b'i' | b'l' => b'1',
        b'z' => b'2',
        b'e' => b'3',
        b'a' => b'4',
        b's' => b'5',
        b'g' => b'9',
        b'b' => b'8',
        b't' => b'7',
        _ => return None,
    })
}

/// Whether capital letters stand in place of the last digits of a number: "1-503-555-PIPE".
pub(super) fn is_vanity(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    token.is_word()
        && (4..=7).contains(&token.len())
        && (token.start()..token.end()).all(|cell| tokens.is_upper(cell))
        && tokens.is_glued(at)
        && tokens.before(at).is_mark(b'-')
        && at >= 2
        && tokens.at(at - 2).is_digits()
        && tokens.at(at - 2).len() == 3
}

/// The key of a telephone that a letter is on.
pub(super) fn key_of(letter: u8) -> char {
    match letter {
        b'a'..=b'c' => '2',
        b'd'..=b'f' => '3',
        b'g'..=b'i' => '4',
        b'j'..=b'l' => '5',
        b'm'..=b'o' => '6',
        b'p'..=b's' => '7',
        b't'..=b'v' => '8',
        _ => '9',
    }
}

/// Letters that look like digits, beside digits: the "l" of "4l5", the "SSS" of "415-SSS-0132".
pub(super) fn is_leet(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    let near = tokens.is_glued(at) || tokens.is_glued(at + 1);
    if !near || token.len() > 10 || looks_like(token.ch).is_none() {
        return false;
    }
    if !tokens.chars(token).all(|ch| looks_like(ch).is_some()) {
        return false;
    }
    let digits_at = |at: usize| tokens.at(at).is_digits();
    let glued_front = tokens.is_glued(at) && digits_at(at.wrapping_sub(1));
    let glued_back = tokens.is_glued(at + 1) && digits_at(at + 1);
    // Rare doubles only in the middle of digits; "s", "x", units are common behind them.
    let common = is_like_digits(tokens, token);
    let unit = token.has(Senses::UNIT.or(Senses::STOP)) && token.len() > 1 && !tokens.is_upper(token.start());
    let inside = glued_front && glued_back;
    let beside = (glued_front || glued_back) && common && !unit;
    let divided = (3..=4).contains(&token.len()) && common && is_between_marks(tokens, at);
    inside || beside || divided
}

/// Whether every letter looks like a digit: any capital of the table, small ones only where the likeness is close.
pub(super) fn is_like_digits(tokens: &Tokens<'_>, token: &Token) -> bool {
    (token.start()..token.end()).all(|cell| {
        let ch = tokens.folded.at(cell);
        b"oil".contains(&ch) || (looks_like(ch).is_some() && tokens.is_upper(cell))
    })
}

/// Whether a mark and a digit stand directly on one side at least.
fn is_between_marks(tokens: &Tokens<'_>, at: usize) -> bool {
    let is_number = |token: &Token| token.is_digits() || token.has(Senses::DIGIT);
    let is_divider = |token: &Token| token.is_any_mark(b"-._/");
    let front =
        tokens.is_glued(at) && is_divider(tokens.before(at)) && at >= 2 && is_number(tokens.at(at - 2));
    let back = tokens.is_glued(at + 1) && is_divider(tokens.at(at + 1)) && is_number(tokens.at(at + 2));
    front || back
}
