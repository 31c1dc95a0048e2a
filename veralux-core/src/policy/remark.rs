//! What people say of how a name is written: "all one word", "no spaces", "todo junto".

use super::lexicon::{Key, keys};
use super::token::Tokens;

/// The first word of a remark that words are written as one, and the second.
static JOINED: &[(&[Key], &[Key])] = &[
    (keys!("all as"), keys!("one together joined")),
    (keys!("one single same"), keys!("word")),
    (keys!("no without minus"), keys!("space spaces gap gaps")),
    (keys!("todo tudo todos una uma"), keys!("junto juntos pegado seguido palabra palavra")),
    (keys!("tout tutto"), keys!("attache colle ensemble attaccato unito insieme")),
    (keys!("alles ein einem zusammen"), keys!("zusammen wort aneinander geschrieben")),
    (
        keys!("aan een un sans sin sem senza zonder ohne bez utan"),
        keys!(
            "elkaar woord mot espace espaces espacio espacios espaco espacos spazi spaties leerzeichen spacji \
             mellanslag"
        ),
    ),
];

/// The same behind a word for taking away.
static TAKEN: &[(&[Key], &[Key])] = &[(keys!("the any those"), keys!("space spaces gap gaps"))];

/// The same of capitals.
static SMALL: &[(&[Key], &[Key])] =
    &[(keys!("all same no one without lower alles"), keys!("caps case lower lowercase klein"))];

/// Words that say to read something from its end.
pub(super) static BACKWARDS: &[Key] = keys!(
    "backwards backward reverse reversed flip flipped mirror mirrored reves envers ruckwarts rueckwarts \
     contrario rovescio achterstevoren ulta wspak pozpatku visszafele baklanges bakvant tersten terbalik \
     arsy"
);

fn is(tokens: &Tokens<'_>, at: usize, pairs: &[(&[Key], &[Key])]) -> bool {
    let (one, other) = (tokens.at(at), tokens.at(at + 1));
    pairs.iter().any(|(firsts, seconds)| one.is_one(firsts) && other.is_one(seconds))
}

/// Whether a remark begins at a token that words are written as one.
pub(super) fn joins(tokens: &Tokens<'_>, at: usize) -> bool {
    // "take the gaps out", but "the space is lovely"
    let removes =
        |at: usize| tokens.before(at).is_one(keys!("take remove delete ignore lose drop close skip"));
    is(tokens, at, JOINED) || is(tokens, at, TAKEN) && removes(at)
}

/// Whether any remark on how to write a name begins at a token.
pub(super) fn begins(tokens: &Tokens<'_>, at: usize) -> bool {
    joins(tokens, at) || is(tokens, at, SMALL)
}

/// Where the remark begins whose last word a token is.
pub(super) fn first(tokens: &Tokens<'_>, last: usize) -> Option<usize> {
    let mut first = last.checked_sub(1).filter(|at| joins(tokens, *at))?;
    while first > 0 && tokens.before(first).is_one(keys!("all as its in")) {
        first -= 1;
    }
    Some(first)
}

/// Where the remark begins that ends in front of a token, with its brackets and commas.
pub(super) fn before(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let comma = |end: usize| end - usize::from(end > 0 && tokens.before(end).is_any_mark(b",-"));
    let bracket = end > 0 && tokens.before(end).is_mark(b')');
    let mut first = first(tokens, comma(end - usize::from(bracket)).checked_sub(1)?)?;
    first -= usize::from(bracket && first > 0 && tokens.before(first).is_mark(b'('));
    Some(comma(first))
}

/// How far behind a name one may stand.
const NEAR: usize = 4;

/// Whether one stands behind a name that ends with a token.
pub(super) fn is_behind(tokens: &Tokens<'_>, last: usize) -> bool {
    (last + 1..=last + NEAR).any(|at| joins(tokens, at))
}
