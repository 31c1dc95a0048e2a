//! Local parts that are told in several words: "maple street bikes at gmail dot com".

use crate::policy::host;
use crate::policy::lexicon::{Senses, words};
use crate::policy::token::{Gap, Tokens};

/// Most further words of a part that is told in several.
const MAX_WORDS: usize = 3;

/// Words that may be said in one breath with the first word of a local part, nearest first; an everyday word only between
/// two that are none. And whether a word for a sign stands in front of each: "desk underscore riverside vets at".
pub(super) fn words_before(tokens: &Tokens<'_>, first: usize) -> impl Iterator<Item = (usize, bool)> {
    let apart = |at: usize| tokens.at(at).is_word() && tokens.at(at + 1).gap == Gap::Space;
    let name =
        move |at: usize| apart(at) && host::is_name(tokens, at) && tokens.at(at).lexeme.senses.is_empty();
    let other =
        Senses::LINK.or(Senses::MAIL).or(Senses::REACH).or(Senses::CALL).or(Senses::AND).or(Senses::AT);
    let inner = move |at: usize| {
        let token = tokens.at(at);
        let everyday = token.has(Senses::STOP) && !token.has(other.or(Senses::DOT).or(Senses::JOINT));
        apart(at) && everyday && token.len() >= 3 && at.checked_sub(1).is_some_and(name)
    };
    let fronts =
        (1..=MAX_WORDS).map_while(move |back| first.checked_sub(back).filter(|at| name(*at) || inner(*at)));
    fronts.filter(move |at| name(*at)).map(move |front| {
        let sign = tokens.before(front);
        let signed = sign.is_word() && sign.has(Senses::DOT.or(Senses::JOINT));
        (front, signed && tokens.at(front).gap == Gap::Space)
    })
}

/// Whether an address is announced in front of a token: "mail", "to", "is".
pub(super) fn is_introduced(tokens: &Tokens<'_>, at: usize) -> bool {
    let lead = tokens.before(at);
    lead.is_mark(b':')
        || lead.has(Senses::MAIL.or(Senses::LINK).or(Senses::REACH))
        || lead.is_one(
            const {
                &words([
                    "to", "s", "naar", "auf", "al", "a", "an", "sur", "op", "na", "su", "para", "por", "pra",
                    "ao",
                ])
            },
        )
}
