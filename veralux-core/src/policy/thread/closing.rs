//! Messages that say to dial the digits of those before them, or to put them together: "stick em together", "dial it".

use crate::policy::ByteSpan;
use crate::policy::lexicon::{Key, keys};
use crate::policy::phone;
use crate::policy::token::Tokens;

/// Words that say to put something together, and those that say it of what was given.
static PUTS: &[Key] = keys!(
    "put stick string join glue tape read push mash set setz setze setzen pack pon ponlos poner lee \
     leelos lies lest lis lisez leia lees mets mettez colle collez metti mettili leggi plak zet zloz polacz \
     сложи соедини"
);
static PUTS_THEM: &[Key] = keys!("juntalos juntalo juntalas ponlos uniscili unelos birlestir соедини");
/// Words for all that was given, beside those for it.
static ALL: &[Key] = keys!("three numbers lot everything sie drei tre wszystko");

/// Most tokens of such a message, and how far its words stand from each other.
const LONGEST: usize = 24;
const NEAR: usize = 4;

/// Where a message says so.
pub(super) fn span(tokens: &Tokens<'_>) -> Option<ByteSpan> {
    if tokens.len() > LONGEST {
        return None;
    }
    let denied = |at: usize| {
        (at.saturating_sub(3)..at)
            .any(|at| tokens.at(at).is_one(keys!("dont don not never nicht no pas non")))
    };
    (0..tokens.len()).filter(|at| tokens.at(*at).is_word() && !denied(*at)).find_map(|at| {
        let token = tokens.at(at);
        if token.is_one(PUTS_THEM) {
            return Some(tokens.span(at, at));
        }
        if let Some(last) = phone::dials_them(tokens, at) {
            return Some(tokens.span(at, last));
        }
        let is_them = |at: &usize| tokens.at(*at).is_in(&phone::THEM) || tokens.at(*at).is_one(ALL);
        let them = (at + 1..at + 3).find(is_them).filter(|_| token.is_one(PUTS))?;
        if phone::reads_on(tokens, at) {
            return Some(tokens.span(at, them));
        }
        let last = (them + 1..them + NEAR).find(|at| tokens.at(*at).is_one(phone::TOGETHER))?;
        Some(tokens.span(at, last))
    })
}
