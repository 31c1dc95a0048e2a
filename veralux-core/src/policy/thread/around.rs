//! What stands around the digits of a message.

use serde::{Deserialize, Serialize};

use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::phone::{self, EARLY, LATE};
use crate::policy::token::{Gap, Token, Tokens};

/// Where in a number a piece belongs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Place {
    /// Where it stands.
    #[default]
    Anywhere,
    Front,
    Back,
}

impl Place {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    pub(super) const fn is_anywhere(&self) -> bool {
        matches!(self, Self::Anywhere)
    }
}

/// What stands around the digits of a message.
#[derive(Default)]
pub(super) struct Around {
    /// Words in their clause, and in others.
    pub(super) near: usize,
    pub(super) far: usize,
    pub(super) cue: bool,
    /// Whether a cue stands beside them.
    pub(super) told: bool,
    /// Whether words beside them say that they begin a number, and that they end it.
    ends: [bool; 2],
}

/// Words for one part of two.
static HALVES: &[Key] = keys!("half halves mitad moitie halfte haelfte meta metade helft aadha");

/// Words behind a Dutch verb that asks.
static SAYS_ONLY: &[Key] = keys!("maar me mij even gerust ff");

impl Around {
    pub(super) fn of(
        tokens: &Tokens<'_>,
        first: usize,
        last: usize,
        covered: impl Fn(usize) -> bool,
    ) -> Self {
        let mut around = Self { told: is_told(tokens, first, last), ..Self::default() };
        // The clause of the digits.
        let from = (0..first).rev().find(|at| divides(tokens, *at)).map_or(0, |at| at + 1);
        let to = (last + 1..tokens.len()).find(|at| divides(tokens, *at)).unwrap_or(tokens.len());
        for at in (0..tokens.len()).filter(|at| !covered(*at)) {
            let token = tokens.at(at);
            let mut other = token.is_digits();
            if token.is_word() {
                // "last bit 0132", not "last oil change at 112500".
                let beside = (first.saturating_sub(3)..last + 4).contains(&at);
                around.cue |= speaks_of_number(token) && !is_amount(tokens, at)
                    || beside && speaks_of_part(token) && !is_of_thing(tokens, at)
                    || (first.saturating_sub(6)..first).contains(&at) && token.is_one(HALVES)
                    // "960 drop" is a measure.
                    || phone::tells_to_join(tokens, at)
                        && !(tokens.is(token, "drop")
                            && (tokens.before(at).is_digits() || tokens.at(at + 1).is_digits()));
                // "app maar", on WhatsApp.
                around.cue |= tokens.is(token, "app") && tokens.at(at + 1).is_one(SAYS_ONLY);
                around.cue |= writes_down(tokens, at);
                around.cue |= token.is_one(PEOPLE) && tokens.at(at + 1).is_mark(b':') && beside;
                around.ends[0] |= beside && token.is_in(&EARLY) && !is_of_thing(tokens, at);
                around.ends[1] |= beside && token.is_in(&LATE) && !is_of_thing(tokens, at);
                other = !is_quiet(token);
            }
            if (from..to).contains(&at) {
                around.near += usize::from(other);
            } else {
                around.far += usize::from(other);
            }
        }
        around
    }

    pub(super) const fn place(&self) -> Place {
        match self.ends {
            [true, false] => Place::Front,
            [false, true] => Place::Back,
            _ => Place::Anywhere,
        }
    }

    /// How little stands beside the digits; `edge` says that they are the first or the last thing said.
    pub(super) fn strength(&self, edge: bool) -> Option<u8> {
        Some(match (self.near, self.near + self.far) {
            (0, 0) => 3,
            (0..=3, 0..=8) => 2,
            // Whatever else is spoken of.
            (0..=3, 0..=TALK) if self.told => 2,
            (_, 0..=8) if self.cue => 2,
            (0..=3, 0..=16) | (_, 0..=6) => 1,
            (_, 0..=18) if self.cue || edge => 1,
            _ => return None,
        })
    }
}

/// Most words of other clauses beside a part that is said to be one.
const TALK: usize = 20;
/// How far from digits words stand that tell a part, in tokens, in front of them and behind.
const BEFORE: usize = 4;
const BEHIND: usize = 3;

/// Whether a token ends a clause.
pub(super) fn divides(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    token.is_any_mark(b",;:!?") || token.is_mark(b'.') && tokens.at(at + 1).gap > Gap::None
}

/// Whether words beside digits say that they are a part, or a number to call.
pub(super) fn is_told(tokens: &Tokens<'_>, first: usize, last: usize) -> bool {
    // "it is: 415"
    let end = |at: &usize| tokens.at(*at).is_digits() || divides(tokens, *at) && *at + 1 != first;
    let tells = |at: usize| {
        let token = tokens.at(at);
        token.is_word()
            && (speaks_of_number(token) || speaks_of_part(token) || token.is_in(&EARLY) || token.is_in(&LATE))
            && !is_amount(tokens, at)
            && !is_of_thing(tokens, at)
    };
    (first.saturating_sub(BEFORE)..first).rev().take_while(|at| !end(at)).any(tells)
        || (last + 1..=last + BEHIND).take_while(|at| !end(at)).any(tells)
}

/// "416 gsm", "call it 1800"
fn is_amount(tokens: &Tokens<'_>, at: usize) -> bool {
    let it = tokens.is(tokens.at(at), "call") && tokens.is(tokens.at(at + 1), "it");
    // "call it 567" ends a number.
    let amount = it && tokens.at(at + 2).is_digits() && tokens.chars(tokens.at(at + 2)).last() == Some(b'0');
    amount || tokens.is(tokens.at(at), "gsm") && tokens.before(at).is_digits()
}

/// Whether a word says which thing is meant and no part of a number: "last service 98560", not "last bit 0132".
fn is_of_thing(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, thing) = (tokens.at(at), tokens.at(at + 1));
    let names =
        || !is_quiet(thing) && !thing.has(Senses::STOP) && !speaks_of_part(thing) && !thing.is_one(GROUPS);
    thing.is_word()
        && token.is_one(WHICH)
        && thing.len() >= 3
        && tokens.at(at + 2).is_digits()
        && (thing.is_one(EVERYDAY) || names())
}

static WHICH: &[Key] = keys!(
    "last next first second third fourth final ultima ultimo segunda segundo tercera tercero primera primero letzte letzter \
     letztes erste erster erstes zweite zweiter zweites dritte derniere dernier premiere premier deuxieme troisieme \
     seconda secondo prima primo terza terzo primeira primeiro terceira terceiro laatste eerste tweede derde ostatnia \
     ostatni pierwsza pierwszy druga drugi"
);
/// Everyday words for things.
static EVERYDAY: &[Key] = keys!(
    "due fix service room week month year day house job visit game door table order place photo page story bag bus car \
     cat dog fee hour minute match meeting offer party plan price question school shop side site store street team test \
     trip point hotel"
);
/// Words for groups of digits.
static GROUPS: &[Key] = keys!(
    "group block section row quartet trio pair answer bunch set string cluster segment slice word quarter \
     piece stuk deel pezzo parte partie pedazo pedaco morceau stuck stueck teil kawalek czesc grupo bloque gruppe ziffer ziffern block groupe gruppo blocco \
     bloco groep cijfers cyfry chiffres cifras cifre digitos"
);

/// Whether somebody is told to write something down: "take this down", "jot it down", "note that".
pub(super) fn writes_down(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    let takes = |at: usize| tokens.at(at).is_one(keys!("take jot write note get put copy scribble"));
    tokens.is(token, "down") && (at.saturating_sub(3)..at).any(takes)
        || token.is_one(keys!("segna segnati segni tome anotou anotaste notier notiere mitschreiben zapisz zapiszcie zanotuj zapis zapiste noteer likho"))
}

/// Whether a word says that a number to call is meant.
pub(super) fn speaks_of_number(token: &Token) -> bool {
    token.has(Senses::CALL)
        || token.has(Senses::WANTED) && !token.has(Senses::MAIL.or(Senses::PLATFORM))
        || token.has(Senses::AWAY) && !token.is_one(keys!("off cash around skip leave leaving cut"))
}

/// Whether a word says that the digits are a part.
pub(super) fn speaks_of_part(token: &Token) -> bool {
    token.has(Senses::PART)
        || token.is_one(keys!(
            "part bit piece chunk front parts bits pieces chunks halves goes pezzi pedazos trozo morceaux \
             teile teilen stucke pedacos tukdo tukde deux stukken missing fehlt fehlen falta faltan manca \
             mancano manque basi ortasi ddd"
        ))
}

pub(super) fn is_quiet(token: &Token) -> bool {
    token.has(Senses::PART.or(Senses::FILLER).or(Senses::LINK).or(Senses::CALL).or(Senses::DIGIT))
        || token.len() == 1
}

/// Whose number it is.
pub(super) static PEOPLE: &[Key] = keys!(
    "husband wife partner mum mom dad brother sister boss son daughter cousin neighbour neighbor marido \
     mujer esposa esposo novio novia hermano hermana jefe mann frau chef bruder schwester mari femme \
     frere soeur patron moglie marito fratello sorella capo irmao irma chefe bhai didi papa mama office \
     home me mine us mio mia"
);
