//! Questions for a number or an address: "what's your number", "do you have an email".

use super::lists::{ASKS, BARE, HAVE, KINDS, NOT, ONE, OWN, REACHES, YOURS};
use super::{Hit, ends_sentence};
use crate::policy::Kind;
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::Tokens;

/// "what's your number", "send me your email", "apna number bhej do"
pub(super) fn number(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    if tokens.at(at).is_in(&OWN) {
        return given(tokens, at);
    }
    if !tokens.at(at).is_in(&ASKS) {
        return None;
    }
    let hit = match one(tokens, at) {
        Some(end) => (wanted(tokens, end), end, "solicit.number"),
        None => yours(tokens, at)?,
    };
    // "please don't send me your number", "we have your number"
    let denied = (at.saturating_sub(3)..at).any(|at| tokens.at(at).is_in(&NOT));
    let has =
        tokens.at(at).is_one(keys!("have got")) && tokens.before(at).is_one(keys!("we already they ll ve"));
    (!denied && !has).then_some(hit)
}

/// What is wanted behind a word that says whose it is.
fn yours(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    for last in at + 1..=at + TO_YOURS {
        if ends_sentence(tokens, last) {
            return None;
        }
        if tokens.at(last).is_in(&YOURS) {
            // "whats ur snap"
            let chat = tokens.at(last + 1).is_one(keys!("snap sc handle username gamertag"))
                && !tokens.at(last + 2).has(Senses::LINK);
            if chat {
                return Some((Kind::Social, last + 1, "solicit.number"));
            }
            let end = (last + 1..=last + TO_WANTED).find(|end| tokens.at(*end).has(Senses::WANTED))?;
            // "your NHS number", "your number of guests"
            let named = (last + 1..end).any(|at| tokens.at(at).has(Senses::THING.or(Senses::SPOT)));
            if named || tokens.at(end + 1).is_one(keys!("of plate")) {
                return None;
            }
            let end = if tokens.at(end + 1).is_one(keys!("number no email")) { end + 1 } else { end };
            return Some((wanted(tokens, end), end, "solicit.number"));
        }
    }
    None
}

/// The word for what is wanted behind one that asks, where nobody says whose it is: "do you have an email", "is there a
/// number I can ring", "the plumber's personal number", "podaj numer".
fn one(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let end = (at + 1..=at + TO_YOURS).take_while(|at| !ends_sentence(tokens, *at));
    let first =
        end.skip(usize::from(tokens.at(at).is_in(&HAVE))).find(|at| tokens.at(*at).has(Senses::WANTED))?;
    // "a contact number"
    let end = first + usize::from(tokens.at(first + 1).has(Senses::WANTED));
    let before = tokens.before(first);
    let (asked, bare) = (tokens.before(at), tokens.at(at).is_in(&BARE));
    let reaches = tokens.at(end + 1).is_one(REACHES);
    // "podaj numer", not "podaj numer mieszkania"
    let ends = !(tokens.at(end + 1).is_word() && tokens.at(end + 1).lexeme.senses.is_empty());
    // "do you have", "t'as pas un", "hai un"
    let token = tokens.at(at);
    let yours = token.is_one(keys!("tienes tienen teneis hast tem masz hai hebt avez"))
        || token.is_in(&HAVE) && (asked.is_one(keys!("you u vous vc voce")) || asked.is_mark(b'\''))
        || token.is_one(keys!("haben hatten heb")) && tokens.at(at + 1).is_one(keys!("sie ihr je"));
    let named = tokens.at(end + 1).is_digits() || tokens.at(end + 1).is_one(keys!("of on from"));
    // "is there a number we can call"
    let fits = before.is_in(&KINDS) && (reaches || !tokens.at(end + 1).is_word())
        || before.is_in(&ONE) && (reaches || yours && !named)
        || bare && ends;
    let other =
        tokens.at(end + 1).has(Senses::THING.or(Senses::SPOT)) || tokens.is(tokens.at(end + 1), "plate");
    (fits && !other).then_some(end)
}

/// "apna number bhej do", "Ihre Handynummer geben": what is wanted, and behind it the word that asks.
fn given(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    static GIVES: &[Key] = keys!(
        "do de dedo dena dijiye dijie bhej bhejo bhejiye bata batao bataiye geben schicken nennen दो \
         दीजिए बताओ बताइए बता भेज"
    );
    let end = (at + 1..=at + TO_WANTED).find(|end| tokens.at(*end).has(Senses::WANTED))?;
    let gives = (end + 1..end + 4).any(|at| tokens.at(at).is_one(GIVES));
    gives.then(|| (wanted(tokens, end), end, "solicit.number"))
}

/// What kind of detail a word asks for.
fn wanted(tokens: &Tokens<'_>, at: usize) -> Kind {
    match tokens.at(at) {
        token if token.has(Senses::MAIL) => Kind::Email,
        token if token.has(Senses::PLATFORM) => Kind::Social,
        _ => Kind::Phone,
    }
}

/// How far behind a word that asks the one stands that says whose, and what is wanted behind that.
pub(in crate::policy) const TO_YOURS: usize = 5;
pub(in crate::policy) const TO_WANTED: usize = 3;
