//! Signs as one tells them to somebody who writes: "then the curly a then", "then a full stop and", `<full stop>`.

use super::cue::is_closed;
use super::{MAX_LABELS, label_before};
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Gap, Token, Tokens};

/// Brackets around what stands for a sign.
pub(super) const OPEN: &[u8] = b"[({<";
pub(super) const CLOSE: &[u8] = b"])}>";

/// What is said of an at-sign in front of "a" or a word for it, and of any sign behind one.
static SHAPES: &[Key] = keys!("curly squiggly swirly wiggly twirly round circled");
static NOUNS: &[Key] = keys!("sign symbol thing");

/// The token behind the description of a sign that begins at a token: "curly a", "at symbol", "full stop".
fn description(tokens: &Tokens<'_>, at: usize, sign: Senses) -> Option<usize> {
    let (one, other) = (tokens.at(at), tokens.at(at + 1));
    let is = |first: &str, second: &str| tokens.is(one, first) && tokens.is(other, second);
    let shaped = || one.is_one(SHAPES) && (tokens.is(other, "a") || other.is_word() && other.has(sign));
    let whole = if sign == Senses::AT {
        shaped() || is("monkey", "tail") || is("et", "isareti")
    } else {
        is("full", "stop")
    };
    if whole {
        return Some(at + 2 + usize::from(tokens.at(at + 2).is_one(NOUNS)));
    }
    (one.is_one(keys!("at dot period")) && one.has(sign) && other.is_one(NOUNS)).then_some(at + 2)
}

/// Words in front of a sign that somebody describes, and the first ones of its description.
pub(super) static THEN: &[Key] = keys!("then puis ensuite luego dann poi depois");
pub(super) static FIRSTS: &[Key] =
    keys!("at curly squiggly swirly wiggly twirly round circled monkey full dot period et");

/// Whether a word tells that the next one stands behind it: "then".
pub(in crate::policy) fn is_then(token: &Token) -> bool {
    token.has(Senses::DESCRIBES) && token.is_one(THEN)
}

/// A sign as one tells it to somebody who writes: "then the curly a then", "then a full stop and"; the token behind it.
pub(super) fn described(tokens: &Tokens<'_>, at: usize, sign: Senses) -> Option<usize> {
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
    // "the a with the circle round it, then", "the a in a circle"
    let shaped = told
        && sign == Senses::AT
        && tokens.is(tokens.at(from), "a")
        && tokens.at(from + 1).is_one(keys!("with in"))
        && tokens.at(from + 2).is_one(ARTICLES);
    if shaped {
        let about = tokens.at(from + 4).is_one(keys!("round around"));
        let mut end = from + 4 + if about { 2 } else { 0 };
        end += usize::from(tokens.at(end).is_mark(b','));
        return Some(end + usize::from(tokens.at(end).is_one(THEN)));
    }
    let two = description(tokens, from, sign);
    let end = if let Some(end) = two {
        end
    } else if told && tokens.at(from).is_word() && tokens.at(from).has(sign) {
        from + 1
    } else if told
        && sign == Senses::DOT
        && tokens.at(from).is_mark(b'.')
        && tokens.at(from).gap == Gap::Space
        && tokens.is_glued(from + 1)
    {
        // "happypaws then .com"
        from + 1
    } else if told && sign == Senses::DOT && is_strung(tokens, at) {
        return Some(at + 1);
    } else {
        return None;
    };
    // "then at, then"
    let end = end + usize::from(told && tokens.at(end).is_mark(b',') && tokens.at(end + 1).is_one(THEN));
    Some(end + usize::from(tokens.at(end).is_one(THEN) || tokens.at(end).has(Senses::AND) && two.is_some()))
}

/// A described sign in brackets, from the first of them on: "<full stop>"; the token behind it.
pub(super) fn enclosed(tokens: &Tokens<'_>, at: usize, sign: Senses) -> Option<usize> {
    let end = description(tokens, at + 1, sign)?;
    tokens.at(end).is_any_mark(CLOSE).then_some(end + 1)
}

/// Whether "then" stands between two labels that begin with "www", as it does in front of each: "www then happypaws then com".
fn is_strung(tokens: &Tokens<'_>, at: usize) -> bool {
    let mut sign = at;
    for _ in 0..MAX_LABELS {
        let label = tokens.before(sign);
        if !is_then(tokens.at(sign)) || tokens.at(sign).gap != Gap::Space || !tokens.at(sign + 1).is_word() {
            return false;
        }
        if label.has(Senses::EDGE) {
            return true;
        }
        let Some(before) = label_before(tokens, 0, sign).and_then(|first| first.checked_sub(1)) else {
            return false;
        };
        sign = before;
    }
    false
}

/// The end of a host behind a word for its dot and one that leads on: "a dot and then com", "point et ensuite bzh".
pub(super) fn led(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let then = at + usize::from(tokens.at(at).has(Senses::AND));
    let end = tokens.at(then + 1);
    // "then net curtains"
    let ends = (end.is_one(keys!("com co")) || is_closed(tokens, then + 1))
        && end.has(Senses::TLD)
        && !end.has(Senses::PROSE.or(Senses::STOP));
    (is_then(tokens.at(then)) && ends).then_some(then + 1)
}
