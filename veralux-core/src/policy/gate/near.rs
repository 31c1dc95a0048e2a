//! Whether digits and number words stand near enough to each other to be a number.

use super::word::{self, Letters};
use super::{NUMBER, weight};
use crate::policy::lexicon::{Lexeme, Senses};
use crate::policy::phone::MIN_DIGITS;

/// Words between two parts of a number; one more, and they have nothing to do with each other.
const FAR: usize = 9;

/// What stands near each other on the way through a text.
#[derive(Default)]
struct Near {
    /// Digits and number words; everyday words right in front that may be such; letters against digits.
    digits: usize,
    pending: usize,
    mixed: usize,
    /// Words since the last of them.
    since: usize,
}

/// Whether as many digits and number words stand near each other as the shortest number has.
#[cold]
pub(super) fn holds_row(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut near, mut at) = (Near::default(), 0);
    while let Some(byte) = bytes.get(at) {
        let found = if byte.is_ascii_digit() {
            let rest = bytes.get(at..).unwrap_or_default();
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            at += digits;
            near.number(digits)
        } else if word::letter_at(bytes, at).is_some() {
            let letters = Letters::read(bytes, at);
            let start = std::mem::replace(&mut at, letters.end);
            near.word(bytes, start, &letters)
        } else {
            at += 1;
            false
        };
        if found {
            return true;
        }
    }
    false
}

impl Near {
    /// Takes in some digits; answers whether there are enough.
    fn number(&mut self, digits: usize) -> bool {
        if self.since > FAR {
            (self.digits, self.mixed) = (0, 0);
        }
        self.digits += digits + std::mem::take(&mut self.pending);
        self.since = 0;
        self.digits + self.mixed >= MIN_DIGITS
    }

    fn word(&mut self, bytes: &[u8], start: usize, letters: &Letters) -> bool {
        if let Some(hidden) = letters.against_digits(bytes, start) {
            let mixed = letters.like_digits(bytes, start, hidden);
            self.mixed += mixed;
            if mixed > 0 && self.digits > 2 && self.digits + self.mixed >= MIN_DIGITS {
                return true;
            }
        }
        let lexeme: Lexeme = letters.lexeme(bytes, start);
        if !lexeme.has(NUMBER) {
            (self.pending, self.since) = (0, self.since + 1);
            return false;
        }
        // An everyday word is a digit only beside others.
        if lexeme.has(Senses::WEAK) && self.since > 0 {
            self.pending += 1;
            self.since += 1;
            return false;
        }
        self.number(weight(lexeme))
    }
}
