//! A word that somebody puts between the groups of a number again and again: "503 banana 555 banana 0164".

use crate::policy::lexicon::{Key, Senses, Set, keys};
use crate::policy::token::{Gap, Token, Tokens};

/// How far apart the word stands, in tokens.
const APART: usize = 12;

/// Whether a number may stand behind a word, or behind a mark.
#[inline]
pub(super) fn may_be(tokens: &Tokens<'_>, at: usize) -> bool {
    let next = tokens.at(at + 1);
    next.is_digits() || next.has(Senses::DIGIT) || next.is_any_mark(b",-.")
}

/// Whether a word stands between digits, and again between others near them; what counts things stands behind each of
/// them, or in front of each: "100 likes 250 likes".
fn is_refrain(tokens: &Tokens<'_>, at: usize) -> bool {
    let word = tokens.at(at);
    if !is_between(tokens, at) || word.key == Key::NONE || word.is_one(TIMES) {
        return false;
    }
    let other = Senses::DIGIT.or(Senses::TENS).or(Senses::UNIT).or(Senses::MONEY).or(Senses::THING);
    if word.len() < 3 && !word.is_one(HESITATIONS)
        || word.has(other.or(Senses::SPOT).or(Senses::TIMES).or(Senses::POWER))
    {
        return false;
    }
    let near = (at.saturating_sub(APART)..at).chain(at + 1..at + 1 + APART);
    let mut again = false;
    for place in near.filter(|place| tokens.at(*place).key == word.key) {
        let beside = behind(tokens, place) || in_front(tokens, place);
        if beside && !is_between(tokens, place) {
            return false;
        }
        again |= beside;
    }
    again
}

/// Whether a word stands between parts of a number that is no filling word everywhere.
pub(super) fn is_between_parts(tokens: &Tokens<'_>, at: usize) -> bool {
    is_refrain(tokens, at) || tokens.at(at).is_in(&ADDS) && adds(tokens, at) || is_read_out(tokens, at)
}

/// Whether a word says to put what follows behind what was given, and one of the groups begins with a zero, as no amount
/// does: "614, add 555, end on 0192".
fn adds(tokens: &Tokens<'_>, at: usize) -> bool {
    let zero = |token: &Token| token.ch == b'0' && token.len() > 1;
    let zeros = || tokens.from(at.saturating_sub(APART)).iter().take(2 * APART).any(zero);
    let on = || tokens.before(at).has(Senses::PART);
    let fits = match tokens.at(at).key {
        key if keys!("dran drauf dahinter").contains(&key) => true,
        key if keys!("on").contains(&key) => on(),
        _ => is_number(tokens.at(at + 1)),
    };
    fits && zeros()
}

static ADDS: Set = Set::of(keys!(
    "add adds append stick tack suma sumale anade anadele ajoute ajoutez aggiungi adiciona soma acrescenta hang haeng \
     dodaj voeg dran drauf dahinter on"
));

/// Whether words for three digits stand in front of a currency, and another right behind it, as nobody says an amount: "eight
/// one eight dollars five".
fn is_read_out(tokens: &Tokens<'_>, at: usize) -> bool {
    let digit = |at: usize| tokens.at(at).has(Senses::DIGIT);
    tokens.at(at).has(Senses::MONEY) && at > 2 && (at - 3..at).all(digit) && is_number(tokens.at(at + 1))
}

fn is_number(token: &Token) -> bool {
    token.is_digits() || token.has(Senses::DIGIT) && !token.has(Senses::WEAK)
}

/// Whether a word that stands apart has numbers on both sides, with the same sign or none between.
fn is_between(tokens: &Tokens<'_>, at: usize) -> bool {
    let sign = |at: usize| tokens.at(at).is_any_mark(b",-.").then_some(tokens.at(at).ch);
    tokens.at(at).gap > Gap::None
        && sign(at + 1) == sign(at.wrapping_sub(1))
        && behind(tokens, at)
        && in_front(tokens, at)
}

fn behind(tokens: &Tokens<'_>, at: usize) -> bool {
    let next = at + 1 + usize::from(tokens.at(at + 1).is_any_mark(b",-."));
    is_number(tokens.at(next)) || tokens.at(next).is_one(ZERO)
}

fn in_front(tokens: &Tokens<'_>, at: usize) -> bool {
    let last = if tokens.before(at).is_any_mark(b",-.") { at.wrapping_sub(2) } else { at.wrapping_sub(1) };
    is_number(tokens.at(last)) || tokens.at(last).is_one(ZERO)
}

/// What people say while they think.
static HESITATIONS: &[Key] = keys!("ah eh er um uh hm em");

/// Words for zero that are everyday words.
static ZERO: &[Key] = keys!("oh o");
/// Words between measures, and between the ends of a range.
static TIMES: &[Key] = keys!(
    "mal times fois por per volte vezes keer by til bis until through thru over against versus gegen \
     contra contre plus minus und and or oder ou"
);
