//! International bank account numbers (ISO 13616-1), written or spelt.

use super::words::{ALPHABET, AS_IN};
use super::{Call, between};
use crate::policy::lexicon::Senses;
use crate::policy::phone;
use crate::policy::token::{Gap, Tokens};

/// Characters of the code of a bank, and in front of it.
const CODE: usize = 4;
/// Most characters of a number.
const MAX_LENGTH: usize = 34;
/// How many characters a country's numbers have (ISO 13616-1, the registry of SWIFT, release 96).
#[rustfmt::skip]
static LENGTHS: &[(&str, usize)] = &[
    ("AD", 24), ("AE", 23), ("AL", 28), ("AT", 20), ("AZ", 28), ("BA", 20), ("BE", 16), ("BG", 22), ("BH", 22), ("BI", 27),
    ("BR", 29), ("BY", 28), ("CH", 21), ("CR", 22), ("CY", 28), ("CZ", 24), ("DE", 22), ("DJ", 27), ("DK", 18), ("DO", 28),
    ("EE", 20), ("EG", 29), ("ES", 24), ("FI", 18), ("FK", 18), ("FO", 18), ("FR", 27), ("GB", 22), ("GE", 22), ("GI", 23),
    ("GL", 18), ("GR", 27), ("GT", 28), ("HR", 21), ("HU", 28), ("IE", 22), ("IL", 23), ("IQ", 23), ("IS", 26), ("IT", 27),
    ("JO", 30), ("KW", 30), ("KZ", 20), ("LB", 28), ("LC", 32), ("LI", 21), ("LT", 20), ("LU", 20), ("LV", 21), ("LY", 25),
    ("MC", 27), ("MD", 24), ("ME", 22), ("MK", 19), ("MN", 20), ("MR", 27), ("MT", 31), ("MU", 30), ("NI", 28), ("NL", 18),
    ("NO", 15), ("OM", 23), ("PK", 24), ("PL", 28), ("PS", 29), ("PT", 25), ("QA", 29), ("RO", 24), ("RS", 22), ("RU", 33),
    ("SA", 24), ("SC", 31), ("SD", 18), ("SE", 24), ("SI", 19), ("SK", 24), ("SM", 27), ("SO", 23), ("ST", 25), ("SV", 28),
    ("TL", 23), ("TN", 24), ("TR", 26), ("UA", 29), ("VA", 22), ("VG", 24), ("XK", 20), ("YE", 30),
];

/// The parts of the number that begins with a token, first and last token of each; none if there is none.
pub(super) fn find(call: &Call<'_>, first: usize) -> Vec<(usize, usize)> {
    let Call { tokens, turns, read, .. } = call;
    let mut parts = Vec::new();
    if !may_begin(tokens, first) {
        return parts;
    }
    let (mut value, mut at) = (String::new(), first);
    while let Some(last) = part(tokens, at, &mut value) {
        read.set(read.get() + 1);
        parts.push((at, last));
        let checks = value.get(2..4.min(value.len())).unwrap_or_default();
        let length = value.get(..2).map_or(Some(MAX_LENGTH), length_in);
        let Some(length) = length.filter(|_| checks.bytes().all(|ch| ch.is_ascii_digit())) else { break };
        if value.len() == length && !goes_on(tokens, last) && is_checked(&value) {
            return parts;
        }
        let next = between::next(tokens, turns, last, |at| begins(tokens, at, value.len()));
        let Some((next, _)) = next.filter(|_| value.len() < length) else { break };
        at = next;
    }
    Vec::new()
}

fn length_in(country: &str) -> Option<usize> {
    LENGTHS.iter().find(|(name, _)| *name == country).map(|(_, length)| *length)
}

/// Whether letters or digits stand directly behind a token.
fn goes_on(tokens: &Tokens<'_>, last: usize) -> bool {
    let next = tokens.at(last + 1);
    tokens.is_glued(last + 1) && (next.is_digits() || next.is_word())
}

/// Whether a country may be named: two letters, together or apart, or the first of a word with more.
fn may_begin(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    let before = tokens.before(at);
    let glued = tokens.is_glued(at) && (before.is_word() || before.is_digits());
    let latin = |at: usize| tokens.chars(tokens.at(at)).all(|ch| ch.is_ascii_lowercase());
    if glued || !token.is_word() || !latin(at) {
        return false;
    }
    match token.len() {
        1 => next.is_word() && next.gap != Gap::Line || next.is_any_mark(b"-.,"),
        2 => next.is_digits() || next.is_word(),
        _ => token.is_in(&ALPHABET) && next.is_in(&ALPHABET),
    }
}

/// Whether a part begins with a token: letters by themselves or in capitals, digits.
fn begins(tokens: &Tokens<'_>, at: usize, so_far: usize) -> bool {
    let token = tokens.at(at);
    token.is_word() && token.len() == 1 && so_far < 8
        || is_code(tokens, at, so_far)
        || token.is_in(&ALPHABET) && so_far < 8
        || phone::said(tokens, at, &mut String::new()).is_some() && !between::is_aside(tokens, at)
}

/// The code of a bank: "WEST"; in small letters, behind the check digits.
fn is_code(tokens: &Tokens<'_>, at: usize, so_far: usize) -> bool {
    let token = tokens.at(at);
    let capitals = tokens.is_upper(token.start()) && tokens.is_upper(token.end() - 1);
    // "DE 89 drei sieben …" goes on in digits.
    let small = so_far == CODE && token.len() == CODE && !token.has(Senses::DIGIT.or(Senses::TENS));
    token.is_word() && ((2..=6).contains(&token.len()) && capitals || small)
}

/// Appends the letters or digits that a token begins; answers with the last token of these.
fn part(tokens: &Tokens<'_>, at: usize, value: &mut String) -> Option<usize> {
    let token = tokens.at(at);
    let country = value.is_empty() && token.len() == 2;
    // "o" is a zero but in the code of a bank.
    let zero = token.len() == 1
        && token.ch == b'o'
        && value.len() >= 2
        && !value.ends_with(|ch: char| ch.is_ascii_uppercase());
    let letters =
        token.is_word() && (token.len() == 1 && !zero || country || is_code(tokens, at, value.len()));
    let coded = token.is_in(&ALPHABET) && value.len() < 8;
    if coded {
        value.push(char::from(token.ch.to_ascii_uppercase()));
        return Some(at);
    }
    if !letters {
        return phone::said(tokens, at, value);
    }
    for ch in tokens.chars(token) {
        value.push(ch.is_ascii_lowercase().then(|| char::from(ch.to_ascii_uppercase()))?);
    }
    // "D as in David"
    let explained = token.len() == 1 && tokens.at(at + 1).is_in(&AS_IN);
    let named = at + 2 + usize::from(tokens.at(at + 2).len() == 2 && tokens.at(at + 2).ch == b'i');
    let name = tokens.at(named);
    let fits = explained && name.is_word() && name.len() > 1 && name.ch == token.ch && name.gap != Gap::Line;
    Some(if fits { named } else { at })
}

/// Modulo 97 of the rearranged number is 1 (ISO 13616-1, annex A).
fn is_checked(iban: &str) -> bool {
    let (head, tail) = iban.split_at_checked(4).unwrap_or_default();
    let mut rest = 0u32;
    for ch in tail.bytes().chain(head.bytes()) {
        rest = match ch {
            b'0'..=b'9' => (rest * 10 + u32::from(ch - b'0')) % 97,
            b'A'..=b'Z' => (rest * 100 + u32::from(ch - b'A') + 10) % 97,
            _ => return false,
        };
    }
    rest == 1
}
