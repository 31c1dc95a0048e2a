//! Digits of one message that may be a part of a number that is told over several.

use super::atom::{Atom, Looks};
use super::joint::{Joint, Link, Turn};
use super::row::Row;
use crate::policy::lexicon::{Senses, keys};
use crate::policy::token::{Gap, Tokens};

/// Digits in one message that may be a part of a number.
pub(in crate::policy) struct Piece {
    /// The first token and the last.
    pub(in crate::policy) first: usize,
    pub(in crate::policy) last: usize,
    /// How many digits, and the digits themselves with a space between groups.
    pub(in crate::policy) digits: usize,
    pub(in crate::policy) groups: String,
    /// Number words that are everyday words too, among its atoms, and all atoms.
    pub(in crate::policy) weak: usize,
    pub(in crate::policy) atoms: usize,
    /// Whether its digits are written as words or in other clothes; whether it is a sum.
    pub(in crate::policy) disguised: bool,
    pub(in crate::policy) sums: bool,
    /// Whether a `+` stands in front.
    pub(in crate::policy) plus: bool,
}

impl Piece {
    pub(super) fn of(tokens: &Tokens<'_>, row: Row<'_>) -> Self {
        let weak = |atom: &Atom| atom.looks == Looks::Weak;
        // "443 to finish": an everyday word at the edge of digits is one, but for "oh one 99".
        let mut atoms = row.0;
        let prose = |atom: &Atom| weak(atom) && !(atom.is_zero() && atoms.len() > 2);
        if atoms.iter().any(|(_, atom)| atom.looks == Looks::Plain) {
            let last = atoms.iter().rposition(|(_, atom)| !prose(atom)).map_or(0, |last| last + 1);
            atoms = atoms.get(..last).unwrap_or_default();
            let first = atoms.iter().position(|(_, atom)| !prose(atom)).unwrap_or_default();
            atoms = atoms.get(first..).unwrap_or_default();
        }
        // "the second one 0702"
        if let [(_, one), (_, other), ..] = atoms
            && one.looks == Looks::Word
            && other.looks == Looks::Plain
            && tokens.before(one.first).is_one(keys!("first second third other last next"))
        {
            atoms = atoms.get(1..).unwrap_or_default();
        }
        // "set one 21 18", "q1 21 18"
        if let [(_, one), (joint, other), ..] = atoms
            && one.digits == 1
            && other.looks == Looks::Plain
            && joint.link == Link::Space
            && other.digits > 1
            && counts(tokens, one.first)
        {
            atoms = atoms.get(1..).unwrap_or_default();
        }
        let mut groups = String::new();
        for (index, (joint, atom)) in atoms.iter().enumerate() {
            if index > 0 && joint.link > Link::Glued && !(atom.is_word() && joint.link == Link::Space) {
                groups.push(' ');
            }
            atom.write(tokens, &mut groups);
        }
        Self {
            first: atoms.first().map_or(row.atom(0), |(_, atom)| *atom).first,
            last: atoms.last().map_or(row.atom(0), |(_, atom)| *atom).last,
            digits: groups.bytes().filter(u8::is_ascii_digit).count(),
            groups,
            weak: atoms.iter().filter(|(_, atom)| weak(atom)).count(),
            atoms: atoms.len(),
            disguised: atoms.iter().any(|(_, atom)| !matches!(atom.looks, Looks::Plain | Looks::Weak)),
            sums: atoms.iter().any(|(joint, _)| joint.turn == Turn::Sum) || is_list(tokens, atoms),
            plus: row.plus_before(tokens, 0).is_some(),
        }
    }
}

/// Whether a digit says which of several things is meant: "set one", "q1", not "it's one".
fn counts(tokens: &Tokens<'_>, at: usize) -> bool {
    let (thing, token) = (tokens.before(at), tokens.at(at));
    let quiet = Senses::FILLER.or(Senses::PART).or(Senses::LINK).or(Senses::CALL).or(Senses::WANTED);
    thing.is_word()
        && !thing.has(quiet.or(Senses::DIGIT).or(Senses::TENS).or(Senses::TIMES))
        && (!thing.has(Senses::STOP)
            || thing.is_one(keys!("set game room week day job door table car dog page team")))
        && (tokens.is_glued(at) && thing.len() == 1
            || token.is_word() && !tokens.is_glued(at) && thing.len() > 2)
        && tokens.at(at + 1).gap != Gap::None
}

/// Whether plain digits are a score, a day or a list: "21-17", "11/23", "31 and 40".
fn is_list(tokens: &Tokens<'_>, atoms: &[(Joint, Atom)]) -> bool {
    let plain = atoms.iter().all(|(_, atom)| atom.looks == Looks::Plain);
    // "503 dash 555"
    let told = |at: usize| {
        let last = atoms.get(at.wrapping_sub(1)).map_or(0, |(_, atom)| atom.last);
        let first = atoms.get(at).map_or(0, |(_, atom)| atom.first);
        (last + 1..first).any(|at| tokens.at(at).has(Senses::JOINT.or(Senses::DOT)))
    };
    let and = |at: usize, joint: &Joint| joint.link == Link::Filler && joint.parts == 0 && !told(at);
    let pair = match atoms {
        [(_, one), (joint, other)] => {
            // A pressure is no number either: "135/85".
            matches!((joint.mark, one.digits.max(other.digits)), (b'-' | b'/', ..=2) | (b'/', 3))
                && one.lead(tokens) != b'0'
                // "55-01" is neither a score nor a day.
                && !(other.lead(tokens) == b'0' && one.lead(tokens) > b'3')
        }
        _ => false,
    };
    let sizes = |size: usize| atoms.iter().any(|(_, atom)| atom.digits == size);
    let number = |index: usize| atoms.get(index).and_then(|(_, atom)| atom.number(tokens));
    // "4 15 23"
    let rising = atoms.len() > 2
        && sizes(1)
        && sizes(2)
        && (1..atoms.len()).all(|index| number(index) > number(index - 1));
    // "60, 60, 45"
    let round = atoms.len() > 2
        && atoms
            .iter()
            .all(|(_, atom)| atom.digits <= 2 && atom.number(tokens).is_some_and(|it| it > 9 && it % 5 == 0))
        && atoms.iter().skip(1).all(|(joint, _)| joint.loose);
    // "read 112 to 140"
    let between = atoms.windows(3).any(|three| {
        let looks = |at: usize| three.get(at).map(|(_, atom)| atom.looks);
        looks(0) == Some(Looks::Plain) && looks(1) == Some(Looks::Weak) && looks(2) == Some(Looks::Plain)
    });
    between
        || plain
            && (pair
                || rising
                || atoms.iter().enumerate().skip(1).any(|(at, (joint, _))| and(at, joint))
                || round)
}
