//! Signs as one tells them to somebody who writes: "then the curly a then", "then a full stop and", `<full stop>`.

use super::sign::CLOSE;
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Token, Tokens};

/// Signs that somebody describes.
pub(super) static DESCRIBED_AT: &[(&str, &str)] = &[
    ("curly", "a"),
    ("squiggly", "a"),
    ("round", "a"),
    ("circled", "a"),
    ("monkey", "tail"),
    ("at", "symbol"),
    ("at", "sign"),
    ("at", "thing"),
    ("et", "isareti"),
];
pub(super) static DESCRIBED_DOT: &[(&str, &str)] = &[("full", "stop"), ("dot", "symbol"), ("period", "sign")];

/// Words in front of a sign that somebody describes, and the first ones of its description.
pub(super) static THEN: &[Key] = keys!("then puis luego dann poi depois");
pub(super) static FIRSTS: &[Key] = keys!("at curly squiggly round circled monkey full dot period et");

/// Whether a word tells that the next one stands behind it: "then".
pub(in crate::policy) fn is_then(token: &Token) -> bool {
    token.is_one(THEN)
}

/// Whether the description of a sign may begin at a token.
pub(in crate::policy) fn may_describe(token: &Token) -> bool {
    token.is_one(THEN) || token.is_one(FIRSTS)
}

/// A sign as one tells it to somebody who writes: "then the curly a then", "then a full stop and"; the token behind it.
pub(super) fn described(
    tokens: &Tokens<'_>,
    at: usize,
    names: &[(&str, &str)],
    sign: Senses,
) -> Option<usize> {
    const ARTICLES: &[Key] = keys!("the a an un une el le ein das");
    let token = tokens.at(at);
    let told = token.is_one(THEN);
    if !(told || token.is_one(FIRSTS)) {
        return None;
    }
    let mut from = at + usize::from(told);
    if told && tokens.at(from).is_one(ARTICLES) {
        from += 1;
    }
    // "the a with the circle round it, then"
    let shaped = told
        && sign == Senses::AT
        && tokens.is(tokens.at(from), "a")
        && tokens.is(tokens.at(from + 1), "with")
        && tokens.at(from + 2).is_one(ARTICLES);
    if shaped {
        let about = tokens.at(from + 4).is_one(keys!("round around"));
        let mut end = from + 4 + if about { 2 } else { 0 };
        end += usize::from(tokens.at(end).is_mark(b','));
        return Some(end + usize::from(tokens.at(end).is_one(THEN)));
    }
    let two = names
        .iter()
        .any(|(one, other)| tokens.is(tokens.at(from), one) && tokens.is(tokens.at(from + 1), other));
    let end = if two {
        from + 2
    } else if told && tokens.at(from).is_word() && tokens.at(from).has(sign) {
        from + 1
    } else {
        return None;
    };
    // "then at, then"
    let end = end + usize::from(told && tokens.at(end).is_mark(b',') && tokens.at(end + 1).is_one(THEN));
    Some(end + usize::from(tokens.at(end).is_one(THEN) || tokens.at(end).has(Senses::AND) && two))
}

/// A described sign in brackets, from the first of them on: "<full stop>"; the token behind it.
pub(super) fn enclosed(tokens: &Tokens<'_>, at: usize, names: &[(&str, &str)]) -> Option<usize> {
    if !tokens.at(at + 1).is_word() || !tokens.at(at + 3).is_any_mark(CLOSE) {
        return None;
    }
    let is = |(one, other): &(&str, &str)| {
        tokens.is(tokens.at(at + 1), one) && tokens.is(tokens.at(at + 2), other)
    };
    names.iter().any(is).then_some(at + 4)
}
