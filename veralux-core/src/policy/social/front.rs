//! Handles in front of the name of a platform: "annlee92 on insta", "thatannlee thats me on tiktok".

use super::Hit;
use super::around::{self, LEADS, is_host};
use super::handle::{self, Handle};
use super::page::{capitals, page_start};
use crate::policy::lexicon::{Key, Senses, Set, keys};
use crate::policy::token::{Shape, Tokens};

/// What leads from a handle to the platform behind it.
struct Way {
    /// The last token of the handle.
    last: usize,
    /// Whether a word or a bracket links the two.
    linked: bool,
    /// Whether somebody says that it is him: "thats me on", "is my".
    claimed: bool,
    /// Whether he points back at it: "thats my". Whatever was said before may stand in front of that.
    pointed: bool,
}

/// Words between a handle and its platform.
static LINKS: Set = Set::of(keys!(
    "on in via my at auf en sur no su sull nell the from our pe par for is mein mi mon meu mio mijn ist es est \
         e bei op na pa over there da that ke across all el il dem das d l la het в на во"
));
static OWNERS: &[Key] = keys!("my our mein meine unser mi mon meu mio mijn moj mera min");
static IS: &[Key] = keys!("is thats s am m im ist bin es soy est suis e sou sono ben hai are re");
static THAT: &[Key] =
    keys!("that thats this its it das dies ese esa eso c cest quello questo isso esse to dit s");
/// Who says that it is him, or what he calls it, between a handle and a platform, and what may stand around these.
static SELF: Set = Set::of(keys!(
    "me us ich wir moi yo nosotros eu io noi ik ja called handle username name account page known tag \
         nick pseudo"
));
static AROUND: &[Key] = keys!("that what i the my our we you everyone it its das c to dat so also too");

/// Steps back from a platform over what links it to a handle in front of it.
fn way(tokens: &Tokens<'_>, at: usize) -> Option<Way> {
    let mut before = at.checked_sub(1)?;
    let (mut claimed, mut pointed) = (false, false);
    for _ in 0..5 {
        let token = tokens.at(before);
        let sign = token.is_any_mark(b"([-|/\"'");
        if !(sign || token.is_in(&LINKS)) {
            break;
        }
        claimed |= token.is_one(IS) && tokens.at(before + 1).is_one(OWNERS);
        before = before.checked_sub(1)?;
    }
    let linked = before + 1 < at;
    // "annlee, thats my", "annlee das ist mein", "annlee c'est mon"
    let owned = tokens.at(before + 1).is_one(OWNERS) && tokens.at(before).is_one(IS);
    if claimed || owned {
        let said = |at: &usize| {
            let token = tokens.at(*at);
            token.is_one(THAT) || token.is_one(IS) || token.is_any_mark(b"',-")
        };
        let count = (before.saturating_sub(3)..=before).rev().take_while(said).count();
        before = before.checked_sub(count)?;
        // "photographer, thats my insta"
        pointed = count > 0;
        claimed = !pointed || handle::is_compound(tokens, before);
    }
    // "thatannlee, thats me on", "annlee is what im called on"
    if tokens.at(before).is_in(&SELF) {
        let mut front = before;
        let mut is = false;
        for _ in 0..6 {
            let token = tokens.at(front.checked_sub(1)?);
            if !(token.is_one(AROUND) || token.is_one(IS) || token.is_mark(b'\'')) {
                break;
            }
            is |= token.is_one(IS);
            front -= 1;
        }
        // "annlee, thats me on", "annlee <- thats me on"
        if is {
            let marks = (front.saturating_sub(3)..front).rev();
            let marks = marks.take_while(|at| tokens.at(*at).is_any_mark(b",-<=(")).count();
            (before, claimed) = (front.checked_sub(1 + marks)?, true);
        }
    }
    Some(Way { last: before, linked, claimed, pointed })
}

/// A handle in front of a platform's name: "annlee92 on insta", "`annlee_walks` (ig)".
pub(super) fn in_front(tokens: &Tokens<'_>, at: usize, plain: bool) -> Option<Hit> {
    let Way { last, linked, claimed, pointed } = way(tokens, at)?;
    // An everyday word is a platform only where something says so.
    if plain && !linked {
        return None;
    }
    if linked && let Some(handle) = spelt(tokens, last) {
        return Some(Hit { handle, rule: "social.spelt", score: 74 });
    }
    // "ann_lee_ on insta"
    if tokens.at(last).shape == Shape::Mark && !tokens.at(last).is_mark(b'_') {
        return None;
    }
    let first = handle::run_start(tokens, last + 1)
        .or_else(|| (!tokens.is_glued(last + 1)).then(|| start_of(tokens, last, b"._")))?;
    let handle = Handle { first, last };
    let strange = handle.is_strange(tokens);
    // "Viber/WhatsApp/Telegram"
    let network = first == last && tokens.at(first).has(Senses::PLATFORM);
    if network || handle.letters(tokens) < 3 || is_host(tokens, first) {
        return None;
    }
    let lead = tokens.before(first);
    let alone = !pointed
        && lead.shape == Shape::Outside
        && handle.len(tokens) >= 8
        && tokens.at(at + 1).shape == Shape::Outside;
    let token = tokens.at(first);
    let unknown = token.lexeme.senses.is_empty() && handle.len(tokens) >= 4;
    let compound = handle::is_compound(tokens, last);
    let said = lead.is_in(&LEADS) && !is_of_other(tokens, first);
    let named = alone || said || is_self(tokens, first) || compound;
    // "add tonyfixesboats on snap"
    let long = handle::is_name(tokens, last);
    let lines = tokens.at(at).is_one(keys!("line gram handle username"));
    let own = || tokens.at(at).is_one(keys!("snap sc")) && is_self(tokens, first);
    let sought = long && !lines && (claimed || lead.is_one(SEEKS) || own());
    if linked && !strange && unknown && (named && !plain || sought) {
        let first = page_start(tokens, handle);
        return Some(Hit { handle: Handle { first, last }, rule: "social.platform", score: 64 });
    }
    if linked
        && !plain
        && let Some(handle) = slug(tokens, last)
    {
        return Some(Hit { handle, rule: "social.page", score: 64 });
    }
    if let Some(handle) = capitals(tokens, handle).filter(|_| !plain) {
        return Some(Hit { handle, rule: "social.page", score: 62 });
    }
    (strange && token.shape != Shape::Digits).then_some(Hit { handle, rule: "social.platform", score: 78 })
}

/// Whether somebody says who he is directly in front of a token: "I'm", "ich bin", "jag är".
fn is_self(tokens: &Tokens<'_>, at: usize) -> bool {
    static AM: &[Key] =
        keys!("im m am bin soy suis sono sou ben jestem som heter hedder heet heiss heisse jsuis");
    let we = || tokens.before(at.wrapping_sub(1)).is_one(keys!("jag vi jeg vii"));
    tokens.before(at).is_one(AM) || tokens.before(at).is_one(keys!("ar er")) && we()
}

/// Whether "is" in front of a token says what something else is like: "the cake is gorgeous on insta".
fn is_of_other(tokens: &Tokens<'_>, at: usize) -> bool {
    at > 1 && tokens.is(tokens.before(at), "is") && around::is_other(tokens, at - 2)
}

/// Words that ask to look for the name behind them.
static SEEKS: &[Key] = keys!(
    "find add search follow message dm cherche busca cerca such suche procura zoek siga segue szukaj \
     ajoute agrega adde sigue called under as up for nach unter por"
);

/// A handle in words that ends at a token: "at the rate ann underscore lee".
fn spelt(tokens: &Tokens<'_>, last: usize) -> Option<Handle> {
    let begins = |first: &usize| {
        // "auf den Punkt gebracht auf Insta"
        let article = tokens.at(*first).is_one(keys!("den der dem"));
        Handle::is_signed(tokens, *first)
            || !article
                && !tokens.at(*first).has(Senses::STOP.or(Senses::LINK))
                && Handle::is_joined_by(tokens, first + 1)
    };
    let handle = |first: usize| Handle::read_spelt(tokens, first).filter(|handle| handle.last == last);
    (last.saturating_sub(14)..last).filter(begins).find_map(handle)
}

/// Words with hyphens between them that end at a token, and that somebody asks to look for: "find tonys-boat-repair".
fn slug(tokens: &Tokens<'_>, last: usize) -> Option<Handle> {
    if !tokens.before(last).is_mark(b'-') {
        return None;
    }
    let handle = Handle { first: start_of(tokens, last, b"-"), last };
    let lead = tokens.before(handle.first);
    let looked_for = lead.is_in(&LEADS) || lead.is_one(SEEKS) || is_self(tokens, handle.first);
    (looked_for && handle.is_slug(tokens)).then_some(handle)
}

/// Where what stands together begins: words, digits and some marks.
fn start_of(tokens: &Tokens<'_>, last: usize, marks: &[u8]) -> usize {
    let mut first = last;
    while tokens.is_glued(first)
        && (tokens.before(first).is_word()
            || tokens.before(first).is_digits()
            || tokens.before(first).is_any_mark(marks))
        && last - first < 16
    {
        first -= 1;
    }
    first
}

#[cfg(test)]
mod tests {
    use crate::policy::{Detector, Severity};

    #[test]
    fn courtesy_behind_a_platform_changes_nothing() {
        let found = |text: &str| {
            let found = Detector::new().scan(text).into_iter();
            found.filter(|found| found.severity == Severity::Identifier).map(|found| found.value).next()
        };
        for (text, handle) in [
            ("nailsbyjo on insta xx", "nailsbyjo"),
            ("cutsbyjo on ig thanks babe", "cutsbyjo"),
            ("insta nailsbyjo pls", "nailsbyjo"),
            ("tortenvonanna auf insta, danke", "tortenvonanna"),
            ("nailsbyjo, thats my insta", "nailsbyjo"),
            ("mari.uñas ese es mi insta", "mari.uñas"),
            ("thefixerlee c'est mon insta", "thefixerlee"),
            ("find tonys-boat-repair on facebook", "tonys-boat-repair"),
        ] {
            assert_eq!(found(text).as_deref(), Some(handle), "{text}");
        }
        for text in [
            "gorgeous on insta xx",
            "delivered on whatsapp thanks",
            "scaffolding on facebook ok",
            "appointments on facebook please",
            "presupuesto en whatsapp gracias",
            "photographer, thats my insta",
            "maquillage c'est mon insta",
            "the kitchen is done thats my insta sorted",
            "insta story xx",
            "we are on Viber/WhatsApp/Telegram",
            "find step-by-step on facebook",
            "search do-it-yourself on facebook",
            "there was a follow-up-call on facebook",
            "kilobytes auf facebook ist alt",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
