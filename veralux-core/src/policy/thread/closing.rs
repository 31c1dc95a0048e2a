//! Messages that say to dial the digits of those before them, or to put them together: "stick em together", "dial it".

use crate::policy::ByteSpan;
use crate::policy::lexicon::{Key, keys};
use crate::policy::phone;
use crate::policy::token::{Gap, Shape, Tokens};

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

/// Words for what one is called on, and those that may stand between such a word and whose it is.
static NUMBERS: &[Key] = keys!(
    "number phone mobile cell digits nummer handynummer handy telefonnummer mobilnummer numero movil celular telefono \
     telefone portable cellulare numer komorka telefon mobiel mob telefoonnummer cislo"
);
static KINDS: &[Key] = keys!("phone mobile cell real own actual direct new de di telefon");
/// Those of them that are things as well, which ring and freeze.
static DEVICES: &[Key] = keys!("phone handy telefono telefone portable cellulare celular telefon mob");
static OWNERS: &[Key] = keys!("my our mein meine unsere mi mon meu mio il moj moja mijn muj min");
/// Words for all that was said before, and those for that or for the last of it.
static THOSE: &[Key] = keys!("those these dies diese esos estos esses");
static THAT: &[Key] = keys!("that thats das eso ese este to quello questo isso esse dat");
/// What stands between such a word and whose number it is.
static ARE: &[Key] = keys!("is s are all both ist sind es son e sono sao jest sa zijn alles");
/// Most words of that kind.
const BETWEEN: usize = 3;
/// How far what is pointed at stands from what it is, in tokens.
const SINCE: usize = 14;
/// How far what a message denies stands from what it says instead.
const INSTEAD: usize = 5;

/// Whether words directly in front of a token say that it is what was given before: "those are all", "that's".
fn points_back(tokens: &Tokens<'_>, at: usize, device: bool) -> bool {
    let is_word = |at: &usize| tokens.at(*at).is_one(ARE) || tokens.at(*at).is_any_mark(b"'");
    let first = (at.saturating_sub(BETWEEN)..at).rev().find(|at| !is_word(at));
    // "those odd numbers on the end are my mobile"
    let many = || {
        tokens.before(at).is_one(keys!("are sind son sont sono sao sa zijn"))
            && (at.saturating_sub(SINCE)..at).any(|at| tokens.at(at).is_one(THOSE))
    };
    many() || first.is_some_and(|at| tokens.at(at).is_one(THOSE) || !device && tokens.at(at).is_one(THAT))
}

/// Where a message says that what was given before is somebody's number: "not hours, my mobile", "those are my number", "read
/// my answers as a phone number".
pub(super) fn names(tokens: &Tokens<'_>) -> Option<ByteSpan> {
    (0..tokens.len().min(LONGEST)).filter(|at| tokens.at(*at).is_word()).find_map(|at| {
        // Not "read my answers straight back to me".
        let number = |at: usize| tokens.at(at).is_one(NUMBERS);
        let like = |at: usize| tokens.at(at).is_in(&phone::LIKE) && (at + 1..at + NEAR).any(number);
        if phone::reads_on(tokens, at) && (at + 1..at + LONGEST / 2).any(like) {
            return Some(tokens.span(at, at));
        }
        let number =
            at + 1 + usize::from(tokens.at(at + 1).is_one(KINDS) && tokens.at(at + 2).is_one(NUMBERS));
        // "my phone number is on the site", "my number plate"
        let ends = tokens.at(number + 1).shape != Shape::Word || tokens.at(number + 1).gap == Gap::Line;
        let owned = tokens.at(at).is_one(OWNERS) && tokens.at(number).is_one(NUMBERS);
        if !(owned && ends) {
            return None;
        }
        // "not hours bro, my mobile"
        let instead = || {
            tokens.before(at).is_mark(b',')
                && (at.saturating_sub(INSTEAD)..at).any(|at| phone::denies(tokens, at))
        };
        let said = points_back(tokens, at, tokens.at(number).is_one(DEVICES)) || instead();
        said.then(|| tokens.span(at, number))
    })
}
