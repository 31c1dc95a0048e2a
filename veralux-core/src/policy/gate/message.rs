//! What a message of a thread may hold or lead to, before anything is folded.

use super::word::{self, Letters};
use super::{NUMBER, doubt, signs};
use crate::policy::lexicon::{self, Lexeme, Senses};

/// Whether a text may hold a piece of a number.
pub(in crate::policy) fn may_hold_piece(text: &str) -> bool {
    !text.is_ascii()
        || text.bytes().any(|byte| byte.is_ascii_digit())
        || signs(text).disguise
        || lexemes(text).any(|(len, lexeme)| len >= 6 || lexeme.has(NUMBER))
}

/// Whether a text speaks of a number to come.
pub(in crate::policy) fn announces_number(text: &str) -> bool {
    // "number", "in parts".
    let speaks = |lexeme: Lexeme| {
        lexeme.has(Senses::WANTED) && !lexeme.has(Senses::MAIL.or(Senses::PLATFORM))
            || lexeme.has(Senses::PART) && !lexeme.has(Senses::FILLER)
    };
    // "call", "text me on"
    let asks = |(index, lexeme): (usize, Lexeme)| index < 3 && lexeme.has(Senses::CALL);
    lexemes(text).any(|(_, lexeme)| speaks(lexeme))
        || lexemes(text).count() <= 3 && lexemes(text).map(|(_, lexeme)| lexeme).enumerate().any(asks)
}

/// Whether a text names a platform; one whose name is an everyday word as somebody's: "my snap".
pub(in crate::policy) fn names_platform(text: &str) -> bool {
    // "snap", and nothing else.
    let mut owned = doubt::keys(text.as_bytes()).nth(1).is_none();
    doubt::keys(text.as_bytes()).any(|key| {
        let lexeme = lexicon::look_up(key);
        let named = lexeme.has(Senses::PLATFORM) && (owned || !lexeme.has(Senses::PLAIN));
        owned = doubt::OWNERS.contains(&key);
        named
    })
}

/// The words of a text: their lengths and senses.
fn lexemes(text: &str) -> impl Iterator<Item = (usize, Lexeme)> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && word::letter_at(bytes, at).is_none() {
            at += 1;
        }
        let letters = Letters::read(bytes, at);
        at = letters.end;
        (letters.len() > 0).then(|| (letters.len(), lexicon::look_up(letters.key)))
    })
}
