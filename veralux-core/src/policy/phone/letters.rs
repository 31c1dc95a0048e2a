//! Letters that stand for digits: by their shape, or by the key of a telephone that they are on.

use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Gap, Token, Tokens};

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

/// Whether letters stand in place of digits of a number: "503-555-PIPE"; in front of the last four too, and small
/// ones too, where everybody can call for free: "1-800-DOG-0142", "1 888 mulches".
pub(super) fn is_vanity(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    let Some(front) = code_before(tokens, at).filter(|front| tokens.at(*front).len() == 3) else {
        return false;
    };
    let capital = is_capital(tokens, at);
    let hyphen = tokens.is_glued(at) && tokens.before(at).is_mark(b'-');
    if capital && hyphen && (4..=7).contains(&token.len()) {
        return true;
    }
    let behind = at + 1 + usize::from(tokens.at(at + 1).is_any_mark(b"-."));
    let four = tokens.at(behind).is_digits() && tokens.at(behind).len() + token.len() == LETTERS;
    // "800 plumber" by itself may be that many of them; not "(800) PLUMBER".
    let divided = hyphen || tokens.before(at).is_mark(b')');
    let whole = four || token.len() == LETTERS && divided;
    whole && is_free(tokens, front) && (capital || is_behind_one(tokens, front))
}

/// The last token of letters that stand in place of digits, in one word or, in capitals, in several where everybody can
/// call for free: "1-877-WE-MOVE-U", "0800 MY DRAIN".
#[inline]
pub(super) fn vanity(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    vanity_behind(tokens, at, code_before(tokens, at)?)
}

#[inline(never)]
fn vanity_behind(tokens: &Tokens<'_>, at: usize, front: usize) -> Option<usize> {
    if is_vanity(tokens, at) {
        return Some(at);
    }
    let free = match tokens.at(front).len() {
        3 => is_free(tokens, front) && is_behind_one(tokens, front),
        4 => FREE_AT_HOME.iter().any(|free| tokens.is(tokens.at(front), free)),
        _ => false,
    };
    // "WE MEET 0800 AT DEPOT", "1 800 IN TOTAL", but "1-866-NO-LEAKS"
    let hours = tokens.at(front).len() == 4 || !tokens.is_glued(at);
    if !free || !is_capital(tokens, at) || hours && tokens.at(at).is_one(BEHIND_HOURS) {
        return None;
    }
    let (mut last, mut letters) = (at, tokens.at(at).len());
    let next = |last: usize| last + 1 + usize::from(tokens.at(last + 1).is_mark(b'-'));
    while letters <= LETTERS && is_capital(tokens, next(last)) && tokens.at(next(last)).gap < Gap::Line {
        last = next(last);
        letters += tokens.at(last).len();
    }
    (last > at && letters == LETTERS).then_some(last)
}

/// The three or four digits that letters stand behind, over a mark at most.
#[inline]
fn code_before(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let front = at.checked_sub(if tokens.before(at).is_any_mark(b"-.)") { 2 } else { 1 })?;
    let code = tokens.at(front);
    (code.is_digits() && (3..=4).contains(&code.len())).then_some(front)
}

/// Whether three digits are a code of numbers that are free to call.
fn is_free(tokens: &Tokens<'_>, code: usize) -> bool {
    FREE.iter().any(|free| tokens.is(tokens.at(code), free))
}

/// Whether the one for long distances stands in front of a code.
fn is_behind_one(tokens: &Tokens<'_>, code: usize) -> bool {
    let lead = if tokens.before(code).is_any_mark(b"-.(") { 2 } else { 1 };
    tokens.is(tokens.at(code.wrapping_sub(lead)), "1")
}

/// Whether all letters of a token are capitals.
fn is_capital(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    (token.start()..token.end()).all(|cell| tokens.is_upper(cell))
}

/// What follows an hour in capitals.
static BEHIND_HOURS: &[Key] =
    keys!("at to no on in until till by for from and or hrs hours h uhr sharp start starts the is bis im am");

/// How many letters stand behind a code.
const LETTERS: usize = 7;
/// Numbers elsewhere that cost nothing to call (of the United Kingdom, Germany, Australia).
static FREE_AT_HOME: &[&str] = &["0800", "0808", "1800"];

/// Area codes whose numbers cost nothing to call (North American Numbering Plan).
static FREE: &[&str] = &["800", "888", "877", "866", "855", "844", "833"];

/// The key of a telephone that a letter is on.
pub(in crate::policy) fn key_of(letter: u8) -> char {
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
    let near = tokens.is_glued(at) | tokens.is_glued(at + 1);
    let like = |ch: u8| looks_like(ch).is_some();
    // Without branches: words begin and end as they like.
    if !(near & (token.len() <= 10) & like(token.ch) & like(tokens.folded.at(token.end() - 1))) {
        return false;
    }
    if !tokens.chars(token).all(like) {
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
    (inside || beside || divided) && !is_strewn(tokens, at)
}

/// Whether a letter stands in a long row in which each digit has one behind it, not all of which look like digits:
/// "2a1b3c5d5e5f0g1h9i1".
fn is_strewn(tokens: &Tokens<'_>, at: usize) -> bool {
    let pair = |at: usize| {
        tokens.at(at).len() == 1
            && tokens.is_glued(at)
            && tokens.before(at).is_digits()
            && tokens.before(at).len() == 1
    };
    let other = |at: usize| tokens.at(at).is_word() && looks_like(tokens.at(at).ch).is_none();
    let near = [2, 4, 6].into_iter().any(|step| other(at.wrapping_sub(step)) || other(at + step));
    if !near {
        return false;
    }
    let back = (1..STREWN).take_while(|step| pair(at.wrapping_sub(2 * step))).count();
    let ahead = (1..STREWN).take_while(|step| pair(at + 2 * step)).count();
    back + ahead + 1 >= STREWN
}

/// Fewest letters of such a row.
const STREWN: usize = 6;

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
    let front = is_divider(tokens.before(at)) && is_number(tokens.at(at.wrapping_sub(2)));
    let back = is_divider(tokens.at(at + 1)) && is_number(tokens.at(at + 2));
    front || back
}
