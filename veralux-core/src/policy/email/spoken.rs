//! Local parts that are told in several words: "maple street bikes at gmail dot com".

use super::MAX_LOCAL;
use super::letters::spell;
use super::part::Part;
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Gap, Tokens};

/// Most further words of a part that is told in several.
const MAX_WORDS: usize = 3;

/// The same of one that stands between quotation marks.
const MAX_QUOTED: usize = 8;

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
    let name = |at: usize| {
        let token = tokens.at(at);
        apart(at) && token.lexeme.senses.is_empty() && !token.is_one(SENDS)
    };
    // "s boyle"
    let initial = |at: usize| {
        let token = tokens.at(at);
        apart(at) && token.len() == 1 && !token.is_one(keys!("a e i o u y"))
    };
    let inner = |at: usize| {
        let everyday = tokens.at(at).has(Senses::STOP) && !tokens.at(at).has(NEVER);
        everyday && tokens.at(at).len() >= 3 && at.checked_sub(1).is_some_and(name)
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
        fronts.front = Some(front);
        fronts.signed = sign.has(Senses::DOT.or(Senses::JOINT)).then_some(front);
        if is_introduced(tokens, front) {
            fronts.announced = Some(front);
        }
    }
    fronts
}

/// A local part that is told from a token on, its signs in words or its characters one by one: "a n n underscore six six". The
/// last token of it, and itself.
pub(super) fn told(tokens: &Tokens<'_>, first: usize) -> Option<(usize, String)> {
    let single =
        |at: &usize| (tokens.at(*at).is_word() || tokens.at(*at).is_digits()) && tokens.at(*at).len() == 1;
    let number = |at: &usize| {
        let token = tokens.at(*at);
        token.is_digits() || token.has(Senses::DIGIT.or(Senses::TENS))
    };
    // Where a part ends that begins at a token.
    let part = |from: usize| {
        let near = from..from + MAX_LOCAL;
        let (letters, numbers) = (near.clone().take_while(single).count(), near.take_while(number).count());
        let token = tokens.at(from);
        let word = token.is_word() && (token.lexeme.senses.is_empty() || from > first);
        let length = letters.max(numbers).max(usize::from(word));
        (length > 0).then_some(from + length)
    };
    let mut end = part(first)?;
    // "my gmail is kaput dot haha"
    let mut joined = false;
    for _ in 0..MAX_WORDS {
        let sign = tokens.at(end);
        let Some(next) = part(end + 1).filter(|_| sign.has(Senses::JOINT.or(Senses::DOT))) else { break };
        joined |= sign.has(Senses::JOINT);
        end = next;
    }
    let mut local = String::new();
    spell(tokens, &Part { first, end, sign: None }, false, false, &mut local);
    joined.then_some((end - 1, local))
}

/// Words of Hindi that ask to send something behind one for mail.
static SENDS: &[Key] = keys!(
    "kar kr karke karo karna kardo kardena karein kijiye kijiyega dena dijiye dijiyega bhej bhejo bhejna      bhejdo likho likhna daalo dalo dal"
);

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
        || lead.is_one(SENDS)
        || lead.is_one(keys!("to s m am use naar auf al a an sur op na su para por pra ao"))
}

/// Where the words begin in front of a token that stand with it between quotation marks, the second of which is at a place.
pub(super) fn quoted(tokens: &Tokens<'_>, close: usize, first: usize) -> Option<usize> {
    let mark = tokens.at(close);
    let words = (1..=MAX_QUOTED)
        .take_while(|back| first.checked_sub(*back).is_some_and(|at| tokens.at(at).is_word()));
    let front = first - words.count();
    (mark.is_any_mark(b"\"'") && tokens.before(front).is_mark(mark.ch)).then_some(front)
}

/// The first of the words that a remark says to write as one: all names in front, and everyday words where an address is
/// announced.
pub(super) fn remarked(tokens: &Tokens<'_>, first: usize) -> Option<usize> {
    let mut furthest = None;
    for at in (1..=MAX_WORDS + 1).map_while(|back| first.checked_sub(back)) {
        let token = tokens.at(at);
        // "paws n claws"
        let joins = token.has(Senses::AND) || token.is_one(keys!("n by of"));
        let belongs = token.is_word() && tokens.at(at + 1).gap == Gap::Space;
        let short = token.len() < 3 && token.has(Senses::STOP);
        if !belongs || !joins && short {
            break;
        }
        if is_introduced(tokens, at) {
            return Some(at);
        }
        if !joins && (token.lexeme.senses.is_empty() || token.len() == 2) {
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
    fn signs_and_words_of_an_address_have_many_forms() {
        assert_spans(&[
            (
                "kay dot lowe at talk talk dot net",
                "kay dot lowe at talk talk dot net",
                "kay.lowe@talktalk.net",
            ),
            (
                "stuart at kirk and sons dot c o dot u k",
                "stuart at kirk and sons dot c o dot u k",
                "stuart@kirkandsons.co.uk",
            ),
            (
                "zoe dot park at fast mail dot f m",
                "zoe dot park at fast mail dot f m",
                "zoe.park@fastmail.fm",
            ),
            ("its danny swirly a gmail dot com", "danny swirly a gmail dot com", "danny@gmail.com"),
            (
                "rosie then the curly at thing then hotmail dot com",
                "rosie then the curly at thing then hotmail dot com",
                "rosie@hotmail.com",
            ),
            ("hugo (aap) hotmail (punt) nl dus", "hugo (aap) hotmail (punt) nl", "hugo@hotmail.nl"),
            (
                "lou(point)petit(escargot)laposte(point)net",
                "lou(point)petit(escargot)laposte(point)net",
                "lou.petit@laposte.net",
            ),
            (
                "the kit\ndot hale\nat\ngmail\ndot com",
                "kit\ndot hale\nat\ngmail\ndot com",
                "kit.hale@gmail.com",
            ),
            (
                "\"pots and pans\" at \"gmail\" dot \"com\"",
                "pots and pans\" at \"gmail\" dot \"com",
                "potsandpans@gmail.com",
            ),
            (
                "jo anna {at} wild oats bakery {dot} c o m take the gaps out",
                "jo anna {at} wild oats bakery {dot} c o m",
                "joanna@wildoatsbakery.com",
            ),
            ("jenny🐌pawcare.org the snail is the at", "jenny🐌pawcare.org", "jenny@pawcare.org"),
            (
                "my yahoo mail is s t e l l a underscore six six",
                "s t e l l a underscore six six",
                "stella_66@yahoo",
            ),
            ("mi hotmail es lola guion bajo uñas", "lola guion bajo uñas", "lola_unas@hotmail"),
            ("yaz ali@gmail.com'a, kata@freemail.hu-ra", "ali@gmail.com", "ali@gmail.com"),
            ("'sam@happypaws.com'", "sam@happypaws.com", "sam@happypaws.com"),
            ("sam_the_van at hotmail co uk", "sam_the_van at hotmail co uk", "sam_the_van@hotmail.co.uk"),
            ("sam@happypaws com thanks", "sam@happypaws com", "sam@happypaws.com"),
            ("kim ^at^ happypaws ^dot^ com", "kim ^at^ happypaws ^dot^ com", "kim@happypaws.com"),
            ("mail ann at happypaws dot com slash thanks", "ann at happypaws dot com", "ann@happypaws.com"),
            ("my password is weak, mail ann@lee.family", "ann@lee.family", "ann@lee.family"),
            ("passe un mail à jo@curls.studio", "jo@curls.studio", "jo@curls.studio"),
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
            "big Hugo @ noon.dont feed him, the cat @ ten.thanks",
            "the wifi password is p@nc4kes.pie, files are hero@2x.png and logo@3x.webp",
            "outlook: y e s, gmail: t h a n k s, my gmail is kaput dot haha",
            "insta is garden rooms, the space is lovely, fb is jo bakes those gaps",
            "that price is gross.\nnet would be 320, a sin.gle room",
            "my gmail is full dot dot dot, my yahoo is slow, my outlook is a b mess",
        ] {
            assert_eq!(Detector::new().scan(text), [], "{text}");
        }
    }
}
