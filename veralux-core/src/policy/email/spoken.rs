//! Local parts that are told in several words: "maple street bikes at gmail dot com".

use crate::policy::host;
use crate::policy::lexicon::{Senses, keys};
use crate::policy::token::{Gap, Tokens};

/// Most further words of a part that is told in several.
const MAX_WORDS: usize = 3;

/// Where the words may begin that are said in one breath with the first word of a local part.
#[derive(Default)]
pub(super) struct Fronts {
    /// The furthest of them, whatever stands in front.
    pub(super) front: Option<usize>,
    /// The same, when a word for a sign stands in front of it: "desk underscore riverside vets at".
    pub(super) signed: Option<usize>,
    /// The furthest one in front of which an address is announced.
    pub(super) announced: Option<usize>,
}

/// The words that may be said with the first word of a local part; an everyday word only between two that are none.
pub(super) fn introduced(tokens: &Tokens<'_>, first: usize) -> Fronts {
    let apart = |at: usize| tokens.at(at).is_word() && tokens.at(at + 1).gap == Gap::Space;
    let name = |at: usize| apart(at) && host::is_name(tokens, at) && tokens.at(at).lexeme.senses.is_empty();
    let inner = |at: usize| {
        let everyday = tokens.at(at).has(Senses::STOP) && !tokens.at(at).has(NEVER);
        apart(at) && everyday && tokens.at(at).len() >= 3 && at.checked_sub(1).is_some_and(name)
    };
    let mut fronts = Fronts::default();
    for front in (1..=MAX_WORDS).map_while(|back| first.checked_sub(back)) {
        if !name(front) {
            if inner(front) {
                continue;
            }
            break;
        }
        let sign = tokens.before(front);
        let signed = sign.is_word() && sign.has(Senses::DOT.or(Senses::JOINT));
        fronts.front = Some(front);
        fronts.signed = (signed && tokens.at(front).gap == Gap::Space).then_some(front);
        if is_introduced(tokens, front) {
            fronts.announced = Some(front);
        }
    }
    fronts
}

/// Senses of words that a local part never has.
const NEVER: Senses = Senses::LINK
    .or(Senses::MAIL)
    .or(Senses::REACH)
    .or(Senses::CALL)
    .or(Senses::AND)
    .or(Senses::AT)
    .or(Senses::DOT)
    .or(Senses::JOINT);

/// Whether an address is announced in front of a token: "mail", "to", "is".
fn is_introduced(tokens: &Tokens<'_>, at: usize) -> bool {
    let lead = tokens.before(at);
    // "drop me a line, maple street bikes at"
    let paused = lead.is_any_mark(b",-")
        && tokens.at(at).gap == Gap::Space
        && tokens.before(at.wrapping_sub(1)).has(Senses::MAIL.or(Senses::REACH).or(Senses::CALL));
    paused
        || lead.is_mark(b':')
        || lead.has(Senses::MAIL.or(Senses::LINK).or(Senses::REACH))
        || lead.is_one(keys!("to s naar auf al a an sur op na su para por pra ao bhejo dijiye dena karo"))
}

/// The first of the words that a remark says to write as one: all names in front, and everyday words where an address is
/// announced.
pub(super) fn remarked(tokens: &Tokens<'_>, first: usize) -> Option<usize> {
    let mut furthest = None;
    for at in (1..=MAX_WORDS + 1).map_while(|back| first.checked_sub(back)) {
        let token = tokens.at(at);
        // "paws n claws"
        let joins = token.has(Senses::AND) || tokens.is(token, "n");
        let belongs = token.is_word() && tokens.at(at + 1).gap == Gap::Space;
        if !belongs || !joins && (token.len() < 3 || token.has(NEVER)) {
            break;
        }
        if !joins && is_introduced(tokens, at) {
            return Some(at);
        }
        if host::is_name(tokens, at) && token.lexeme.senses.is_empty() {
            furthest = Some(at);
        }
    }
    furthest
}

/// What says that words are written as one.
static REMARKS: &[(&str, &str)] = &[
    ("one", "word"),
    ("no", "spaces"),
    ("no", "space"),
    ("no", "gaps"),
    ("without", "spaces"),
    ("all", "together"),
    ("all", "joined"),
    ("todo", "junto"),
    ("todo", "pegado"),
    ("sin", "espacios"),
    ("una", "palabra"),
    ("tudo", "junto"),
    ("sem", "espaco"),
    ("sem", "espacos"),
    ("alles", "zusammen"),
    ("zusammen", "geschrieben"),
    ("ein", "wort"),
    ("ohne", "leerzeichen"),
    ("tout", "attache"),
    ("tout", "colle"),
    ("sans", "espace"),
    ("sans", "espaces"),
    ("un", "mot"),
    ("tutto", "attaccato"),
    ("senza", "spazi"),
    ("aan", "elkaar"),
    ("zonder", "spaties"),
    ("bez", "spacji"),
    ("utan", "mellanslag"),
];

/// Whether such a remark begins at a token.
fn is_remark(tokens: &Tokens<'_>, at: usize) -> bool {
    let (one, other) = (tokens.at(at), tokens.at(at + 1));
    one.is_word()
        && other.is_word()
        && REMARKS.iter().any(|(first, second)| tokens.is(one, first) && tokens.is(other, second))
}

/// Where the remark begins that ends in front of a token.
pub(super) fn remark_before(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let comma = |end: usize| end - usize::from(end > 0 && tokens.before(end).is_any_mark(b",-"));
    let bracket = end > 0 && tokens.before(end).is_mark(b')');
    let mut first = comma(end - usize::from(bracket)).checked_sub(2).filter(|at| is_remark(tokens, *at))?;
    while first > 0 && tokens.before(first).is_one(keys!("all as its in")) {
        first -= 1;
    }
    first -= usize::from(bracket && first > 0 && tokens.before(first).is_mark(b'('));
    Some(comma(first))
}

/// How far behind an address such a remark may stand.
const NEAR: usize = 4;

/// Whether one stands behind an address that ends with a token.
pub(super) fn remark_behind(tokens: &Tokens<'_>, last: usize) -> bool {
    (last + 1..=last + NEAR).any(|at| is_remark(tokens, at))
}
