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
    // "s boyle"
    let initial = |at: usize| {
        let token = tokens.at(at);
        apart(at) && token.len() == 1 && !token.is_one(keys!("a e i o u y")) && token.gap == Gap::Space
    };
    let inner = |at: usize| {
        let everyday = tokens.at(at).has(Senses::STOP) && !tokens.at(at).has(NEVER);
        apart(at) && everyday && tokens.at(at).len() >= 3 && at.checked_sub(1).is_some_and(name)
    };
    let mut fronts = Fronts::default();
    for front in (1..=MAX_WORDS).map_while(|back| first.checked_sub(back)) {
        if !name(front) {
            if initial(front) && is_introduced(tokens, front) {
                fronts.announced = Some(front);
                break;
            }
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
        || lead.is_one(keys!(
            "to s m am use naar auf al a an sur op na su para por pra ao bhejo dijiye dena karo"
        ))
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

#[cfg(test)]
mod tests {
    use crate::policy::Detector;
    use crate::policy::tests::assert_spans;

    #[test]
    fn words_of_an_address_are_told_in_a_sentence() {
        assert_spans(&[
            (
                "I'm wendy sits at proton mail dot com",
                "wendy sits at proton mail dot com",
                "wendysits@protonmail.com",
            ),
            ("use s boyle at iinet dot net dot au", "s boyle at iinet dot net dot au", "sboyle@iinet.net.au"),
            (
                "lee underscore do shunya ek at the rate yahoo dot in",
                "lee underscore do shunya ek at the rate yahoo dot in",
                "lee_do01@yahoo.in",
            ),
            (
                "sue, then the number nine at yahoo dot com",
                "sue, then the number nine at yahoo dot com",
                "sue9@yahoo.com",
            ),
            (
                "ravi ninety two at rediff mail dot com",
                "ravi ninety two at rediff mail dot com",
                "ravi92@rediffmail.com",
            ),
            (
                "sophie tiret du 6 morel arobase orange point fr",
                "sophie tiret du 6 morel arobase orange point fr",
                "sophie-morel@orange.fr",
            ),
            (
                "the under score dog at live d0t com",
                "the under score dog at live d0t com",
                "the_dog@live.com",
            ),
            ("ann91 at the gmail one dot com", "ann91 at the gmail one dot com", "ann91@gmail.com"),
            ("ann, at, gmail, dot, com", "ann, at, gmail, dot, com", "ann@gmail.com"),
            ("ann at outlook period com", "ann at outlook period com", "ann@outlook.com"),
            ("pete at petesgarage dotcom", "pete at petesgarage dotcom", "pete@petesgarage.com"),
            (
                "bookings at sign tidy paws dot co dot nz",
                "bookings at sign tidy paws dot co dot nz",
                "bookings@tidypaws.co.nz",
            ),
            (
                "avisa a nuria arroba casa verde punto net",
                "nuria arroba casa verde punto net",
                "nuria@casaverde.net",
            ),
            ("annleeATgmailDOTcom", "annleeATgmailDOTcom", "annlee@gmail.com"),
            ("soy ann.lee hotmail es, escribe", "ann.lee hotmail es", "ann.lee@hotmail.es"),
            ("v3r0.lee(4rr0b4)gmail.com", "v3r0.lee(4rr0b4)gmail.com", "v3r0.lee@gmail.com"),
            ("ann at hotm@il dot com", "ann at hotm@il dot com", "ann@hotmail.com"),
        ]);
    }

    #[test]
    fn what_is_done_at_a_place_is_no_address() {
        for text in [
            "a room for two adults at booking dot com",
            "we paid ninety two at tesco dot com",
            "meet me at the gmail office",
            "he's at gmail now, paid via paypal dot com and klarna dot com",
            "use j smith at reception, or s boyle at the desk",
            "p for parking at level two",
            "they kept under score at half time",
            "wondering at what point co workers join",
            "my em@il is broken and gm@il is down",
        ] {
            assert_eq!(Detector::new().scan(text), [], "{text}");
        }
    }
}
