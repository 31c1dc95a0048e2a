//! Parts of a local part, between its signs.

use super::MAX_LOCAL;
use crate::policy::token::{Shape, Tokens};

/// Some tokens of a local part, and the sign behind them.
pub(super) struct Part {
    pub(super) first: usize,
    pub(super) end: usize,
    pub(super) sign: Option<char>,
}

/// The first token of what stands directly in front of a place, without leading signs.
pub(super) fn part(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let mut first = end;
    while let Some(at) = first.checked_sub(1) {
        let token = tokens.at(at);
        let sign = token.is_any_mark(b"._-+%") && first < end;
        let glued = first == end || tokens.is_glued(first);
        if !(glued && (token.is_word() || token.is_digits() || sign))
            || tokens.at(end - 1).end() - token.start() > MAX_LOCAL
        {
            break;
        }
        first = at;
    }
    while first < end && tokens.at(first).shape == Shape::Mark && !tokens.at(first).is_mark(b'_') {
        first += 1;
    }
    (first < end).then_some(first)
}
