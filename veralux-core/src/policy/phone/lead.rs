//! Which tokens are worth a look: most words neither begin a number nor lie inside one.

use super::letters::looks_like;
use crate::policy::lexicon::Senses;
use crate::policy::token::{Gap, Token, Tokens};

/// What a word that stands apart begins an atom or names a part of a number with.
const LEADS: Senses = Senses::DIGIT
    .or(Senses::TENS)
    .or(Senses::TIMES)
    .or(Senses::PART)
    .or(Senses::FILLER)
    .or(Senses::THING)
    .or(Senses::REACH);

/// Whether a token may begin an atom or name a part of a number: digits, a number word, the name of a part, letters that look
/// like digits, a misspelt word. An everyday word that counts only beside other digits is none in front of a word like most.
#[inline]
pub(super) fn may_lead(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    let apart = token.gap > Gap::None && next.gap > Gap::None;
    if token.is_word() && apart && !token.has(LEADS) {
        return false;
    }
    // Without branches: words come as they like.
    let bit = u8::from;
    let number = bit(token.has(Senses::DIGIT.or(Senses::TENS).or(Senses::TIMES)));
    let leads = bit(token.has(LEADS));
    let glued = bit(token.gap == Gap::None) | bit(next.gap == Gap::None);
    let like = bit(looks_like(token.ch).is_some());
    let misspelt = bit(token.lexeme.senses.is_empty()) & bit(next.is_word());
    let before = bit(next.is_digits()) | bit(next.has(Senses::DIGIT));
    let word = bit(token.is_word()) & (glued | leads) & (number | before | glued & (like | misspelt));
    if token.is_digits() || word == 0 {
        return token.is_digits();
    }
    if number | before | misspelt == 0 {
        return looks_like(tokens.folded.at(token.end() - 1)).is_some();
    }
    !(token.has(Senses::WEAK) && stands_alone(tokens, at))
}

/// Whether an everyday word stands in front of a word that ends every chain.
fn stands_alone(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    let others = Senses::TENS.or(Senses::TIMES).or(Senses::PART);
    !token.has(others)
        && token.gap > Gap::None
        && next.gap > Gap::None
        && !next.has(Senses::POWER.or(Senses::AND))
        && ends(next, tokens.at(at + 2), false)
}

/// Whether a token is a word like most, over which no chain goes on: it stands apart, is neither a number word nor misspelt,
/// joins nothing and names no part of a number.
#[inline]
pub(super) fn ends(token: &Token, next: &Token, disguised: bool) -> bool {
    const JOINS: Senses =
        Senses::DIGIT.or(Senses::TENS).or(Senses::TIMES).or(Senses::FILLER).or(Senses::PART);
    token.is_word()
        && token.gap > Gap::None
        && next.gap > Gap::None
        && !token.has(JOINS)
        && !token.lexeme.senses.is_empty()
        && !next.is_digits()
        && !next.has(Senses::DIGIT)
        && !(disguised && token.len() <= 4)
}
