//! The signs of an address, however they are written.

use super::described::{CLOSE, OPEN, described, enclosed, is_then, led};
use super::dots::is_doubled;
use super::{Sign, Style, is_main, label};
use crate::policy::fold::{EMOJI, EMOJI_MAIL, EMOJI_PHONE, EMOJI_SOCIAL, SIGN};
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Gap, Shape, Token, Tokens};

/// Marks that may stand on both sides of a word for a sign.
pub(super) const TWINS: &[u8] = b"-_*~'\"/|=+^\\";
/// So may these.
pub(super) const PICTURES: &[u8] = &[EMOJI, EMOJI_MAIL, EMOJI_SOCIAL, SIGN];

/// Ends of hosts that are known as such whatever stands between them and the name.
pub(in crate::policy) static USUAL: &[Key] = keys!("com net org");

/// The dot at a token.
#[inline]
pub(in crate::policy) fn dot(tokens: &Tokens<'_>, at: usize) -> Option<Sign> {
    let token = tokens.at(at);
    match token.shape {
        Shape::Mark if token.ch == b'.' => written_dot(tokens, at),
        Shape::Mark => other_dot(tokens, at),
        Shape::Word if token.has(Senses::DESCRIBES.or(Senses::DOT)) || token.ch == b'd' => {
            told_dot(tokens, at)
        }
        _ => None,
    }
}

fn written_dot(tokens: &Tokens<'_>, at: usize) -> Option<Sign> {
    let next = tokens.at(at + 1);
    let plain = tokens.is_glued(at) && tokens.is_glued(at + 1);
    // "happypaws..com"
    let twice = next.is_mark(b'.') && tokens.is_glued(at + 2);
    if twice && tokens.at(at + 2).is_one(USUAL) {
        return Some(Sign { next: at + 2, style: Style::Spaced });
    }
    // "ann@@happypaws..co..uk"
    if twice && is_doubled(tokens, at) {
        return Some(Sign { next: at + 2, style: Style::Odd });
    }
    // "happypaws.\ncom", but "the price is gross.\nnet would be"
    (next.gap != Gap::Line || tokens.is(next, "com"))
        .then_some(Sign { next: at + 1, style: if plain { Style::Plain } else { Style::Spaced } })
}

/// A word for a dot.
fn told_dot(tokens: &Tokens<'_>, at: usize) -> Option<Sign> {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if let Some(next) = described(tokens, at, Senses::DOT) {
        return Some(Sign { next, style: Style::Word });
    }
    if let Some(next) = hyphened(tokens, at, "dot") {
        return Some(Sign { next, style: Style::Word });
    }
    if !token.has(Senses::DOT) {
        return None;
    }
    // "dotcom"
    if token.has(Senses::TLD) {
        return Some(Sign { next: at, style: Style::Word });
    }
    if let Some(next) = led(tokens, at + 1) {
        return Some(Sign { next, style: Style::Word });
    }
    // "proton, dot, me"
    let pause = next.is_mark(b',') && tokens.before(at).is_mark(b',');
    Some(Sign { next: at + 1 + usize::from(pause), style: Style::Word })
}

/// A mark in place of a dot, or something in brackets.
fn other_dot(tokens: &Tokens<'_>, at: usize) -> Option<Sign> {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if token.ch == b'@' {
        return None;
    }
    if token.is_any_mark(OPEN) {
        // "(dot com)", "[.com]"
        if (next.has(Senses::DOT) || next.is_mark(b'.')) && tokens.at(at + 2).has(Senses::MAIN) {
            return Some(Sign { next: at + 2, style: Style::Bracketed });
        }
        if let Some(next) = enclosed(tokens, at, Senses::DOT) {
            return Some(Sign { next, style: Style::Bracketed });
        }
    }
    if let Some(next) = encoded(tokens, at, 46) {
        return Some(Sign { next, style: Style::Bracketed });
    }
    // "yahoo [d] co", "yahoo (p) es"
    let single = |token: &Token| matches!(token.ch, b'd' | b'p') && token.len() == 1;
    let is_dot = |token: &Token| token.is_mark(b'.') || token.has(Senses::DOT) || single(token);
    if let Some(next) = bracketed(tokens, at, is_dot) {
        return Some(Sign { next, style: Style::Bracketed });
    }
    let odd = token.is_any_mark(b",;#*:=") || token.is_any_mark(&[EMOJI, EMOJI_SOCIAL, SIGN]);
    if !odd {
        return None;
    }
    let glued = tokens.is_glued(at + 1);
    // "proton,me"
    let provided = || tokens.before(at).has(Senses::PROVIDER);
    // "www,happypaws,com"
    let edge = || tokens.is(tokens.before(at), "www");
    // "ann🐌proton🔵me"
    let pictured = || is_pictogram(token) && is_pictogram(tokens.at(at.wrapping_sub(2))) && provided();
    if glued && (token.is_any_mark(b",;:*#") && (provided() || edge()) || pictured()) {
        return Some(Sign { next: at + 1, style: Style::Odd });
    }
    // "vans4u,com", not "(n° de"
    let long = tokens.before(at).len() >= 2
        || tokens.is_glued(at.wrapping_sub(1)) && tokens.at(at.wrapping_sub(2)).shape != Shape::Mark;
    let near = (glued || !token.is_any_mark(b",;:")) && long;
    // "happypaws#com#au"
    let again = || tokens.at(at.wrapping_sub(2)).is_mark(token.ch);
    let further = || tokens.before(at).has(Senses::MAIN) && again();
    let ends = || is_main(tokens, at + 1) || further() || is_repeated(tokens, at);
    (near && ends()).then_some(Sign { next: at + 1, style: Style::Odd })
}

/// Whether a sign stands between two words and the same one between the second and an end of a host: "red🔴kitchens🔴com".
fn is_repeated(tokens: &Tokens<'_>, at: usize) -> bool {
    let ends = |last: usize| is_same(tokens, at, last + 1) && is_main(tokens, last + 2);
    label(tokens, at + 1).is_some_and(ends)
}

/// Whether two tokens are the same pictogram, or the same sign in place of a dot.
pub(in crate::policy) fn is_same(tokens: &Tokens<'_>, one: usize, other: usize) -> bool {
    let original = |at: usize| tokens.original(tokens.span(at, at));
    let sign = tokens.at(one).is_any_mark(PICTURES) || tokens.at(one).is_any_mark(b"#*~;");
    sign && original(one) == original(other)
}

/// The `@` at a token.
pub(in crate::policy) fn at_sign(tokens: &Tokens<'_>, at: usize) -> Option<Sign> {
    match tokens.at(at).shape {
        Shape::Mark => written_at(tokens, at),
        Shape::Word => told_at(tokens, at),
        Shape::Digits | Shape::Outside => None,
    }
}

/// A word for an at-sign.
fn told_at(tokens: &Tokens<'_>, at: usize) -> Option<Sign> {
    let token = tokens.at(at);
    if let Some(next) = described(tokens, at, Senses::AT).or_else(|| hyphened(tokens, at, "at")) {
        return Some(Sign { next, style: Style::Bracketed });
    }
    // "budi titik santoso et gmail titik com": as it sounds, and an everyday word of French.
    if tokens.is(token, "et") {
        let mail = tokens.at(at + 2).has(Senses::DOT);
        return mail.then_some(Sign { next: at + 1, style: Style::Bracketed });
    }
    // "ⓐ"
    if tokens.is(token, "a")
        && tokens.folded.is_disguised(token.start())
        && tokens.at(at + 1).has(Senses::PROVIDER)
    {
        return Some(Sign { next: at + 1, style: Style::Odd });
    }
    if !token.has(Senses::AT) {
        return None;
    }
    if let Some(next) = rate(tokens, at) {
        return Some(Sign { next, style: Style::Bracketed });
    }
    // "at sign", "at-sign"
    let dash = usize::from(tokens.at(at + 1).is_mark(b'-'));
    let sign = if tokens.is(tokens.at(at + 1 + dash), "sign") { 1 + dash } else { 0 };
    let style = if tokens.is(token, "at") { Style::Word } else { Style::Bracketed };
    // "at🌸gmail", "at, gmail"
    let next = tokens.at(at + 1);
    let pause = (is_pictogram(next) || next.is_mark(b',')) && tokens.at(at + 2).has(Senses::PROVIDER);
    // "chiocciola poi tiscali.it"
    let then = is_then(tokens.at(at + 1 + sign));
    Some(Sign { next: at + 1 + sign + usize::from(pause || then), style })
}

/// The sign itself, a mark in its place, or something in brackets.
fn written_at(tokens: &Tokens<'_>, at: usize) -> Option<Sign> {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if token.ch == b'@' {
        // "ann@@happypaws.com"
        if next.is_mark(b'@') {
            return Some(Sign { next: at + 2, style: Style::Odd });
        }
        let plain = tokens.is_glued(at) && tokens.is_glued(at + 1);
        return Some(Sign { next: at + 1, style: if plain { Style::Plain } else { Style::Spaced } });
    }
    // "ann#gmail", "ann*yahoo", "ann📧gmail"
    if let Some(next) = encoded(tokens, at, 64) {
        return Some(Sign { next, style: Style::Bracketed });
    }
    let odd = || {
        token.is_any_mark(b"#*=;,!&~")
            || token.is_any_mark(&[EMOJI, EMOJI_MAIL, EMOJI_PHONE, EMOJI_SOCIAL, SIGN])
    };
    let glued = tokens.is_glued(at) && tokens.is_glued(at + 1);
    if glued && next.has(Senses::PROVIDER) && odd() || replaced(tokens, at) {
        return Some(Sign { next: at + 1, style: Style::Odd });
    }
    // Between "a_" and "_a" it is one of a row, as in a text of these only.
    let in_row = || tokens.is(tokens.before(at), "a") && tokens.is(tokens.at(at + 3), "a");
    let is_at = |sign: &Token| sign.is_mark(b'@') || names_place(sign) || tokens.is(sign, "a") && !in_row();
    let next = bracketed(tokens, at, is_at).or_else(|| {
        let open = token.is_any_mark(OPEN);
        let named = || bracketed_rate(tokens, at).or_else(|| enclosed(tokens, at, Senses::AT));
        open.then(|| named().or_else(|| unnamed(tokens, at))).flatten()
    })?;
    Some(Sign { next, style: Style::Bracketed })
}

/// Any word in brackets where an at-sign should be, as the dot behind it is: "ann (squiggle) gmail (dot) com"; the token behind
/// it.
fn unnamed(tokens: &Tokens<'_>, open: usize) -> Option<usize> {
    let (word, next) = (tokens.at(open + 1), open + 3);
    let signs = Senses::DOT.or(Senses::SLASH).or(Senses::JOINT);
    let alone = word.is_word() && !word.has(signs) && tokens.at(open + 2).is_any_mark(CLOSE);
    // "my (old) gmail.com", "call (ann) happypaws (dot) com"
    let dot = label(tokens, next)? + 1;
    let same = tokens.at(dot).is_mark(tokens.at(open).ch);
    (alone && same && tokens.at(next).has(Senses::PROVIDER)).then_some(next)
}

/// Whether a word stands for the at-sign in brackets: "(at)", "[chez]".
fn names_place(token: &Token) -> bool {
    token.has(Senses::AT) || token.is_one(keys!("chez bei beim en su em na bij op hos"))
}

/// The token behind "at the rate of".
fn rate(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    const ARTICLES: &[Key] = keys!("the d da de a द दा दि");
    let article = usize::from(tokens.at(at + 1).is_one(ARTICLES));
    let end = at + 1 + article;
    let is = tokens.at(at).has(Senses::AT) && tokens.at(end).is_one(keys!("rate रेट"));
    is.then(|| end + 1 + usize::from(tokens.is(tokens.at(end + 1), "of")))
}

/// The token behind "(at the rate)", from its bracket on.
fn bracketed_rate(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let end = rate(tokens, at + 1)?;
    tokens.at(end).is_any_mark(CLOSE).then_some(end + 1)
}

/// A word whose letters a sign divides, by itself: "d-o-t", "a.t"; the token behind it.
fn hyphened(tokens: &Tokens<'_>, at: usize, word: &str) -> Option<usize> {
    let spells = |step: usize| {
        let mut letters = word.bytes().zip((at..).step_by(step));
        letters.all(|(letter, at)| tokens.at(at).len() == 1 && tokens.at(at).ch == letter)
    };
    // "gmail d o t com"
    let end = at + word.len();
    if word.len() == 3 && tokens.at(end).has(Senses::MAIN) && spells(1) {
        return Some(end);
    }
    (tokens.is_glued(at + 1) && tokens.at(at + 1).is_any_mark(b"-._*|") && spells(2))
        .then_some(end + word.len() - 1)
}

/// Whether a sign stands for the at-sign of an address whose provider is unknown: "ann#mail.net", "ann 🌀 paws ⚫ com".
fn replaced(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    if !(is_pictogram(token) || token.is_any_mark(b"#&*")) {
        return false;
    }
    let Some(last) = label(tokens, at + 1) else {
        return false;
    };
    let (dot, end) = (tokens.at(last + 1), last + 2);
    if is_pictogram(token) {
        let sure = is_pictogram(dot) || tokens.at(at + 1).has(Senses::PROVIDER) || is_named(tokens, end);
        return sure && is_main(tokens, end);
    }
    // "ann*paws;org", "ann*happy;paws;org"
    tokens.is_glued(at)
        && (tokens.before(at).len() >= 3 || tokens.is_glued(at.wrapping_sub(1)))
        && dot.is_any_mark(b".,;")
        && tokens.is_glued(end)
        && (is_main(tokens, end) || is_repeated(tokens, last + 1))
}

/// Whether it is said behind an address that a sign of it is an at-sign: "the snail is the at".
fn is_named(tokens: &Tokens<'_>, last: usize) -> bool {
    (last + 1..=last + NAMED)
        .any(|at| tokens.at(at).is_one(keys!("is the an as for")) && tokens.at(at + 1).has(Senses::AT))
}

/// How far behind an address its signs are named.
const NAMED: usize = 6;

/// A sign as `%40` (RFC 3986, 2.1) or `&#64;` (HTML): the token behind it.
#[inline]
fn encoded(tokens: &Tokens<'_>, at: usize, code: u32) -> Option<usize> {
    let is = |at: usize, code: u32| tokens.number(tokens.at(at)) == Some(code);
    match tokens.at(at).ch {
        b'%' => (code == 64 && tokens.is_glued(at + 1) && is(at + 1, 40)).then_some(at + 2),
        b'&' => (is(at + 2, code) && tokens.at(at + 3).is_mark(b';')).then_some(at + 4),
        _ => None,
    }
}

/// Whether a word for a sign may stand between two of a mark: "ann-at-gmail-dot-com", "ann🌸at🌸gmail".
pub(in crate::policy) fn is_twin(token: &Token) -> bool {
    token.is_any_mark(TWINS) || is_pictogram(token)
}

/// Whether a token is a pictogram that may stand for a sign.
fn is_pictogram(token: &Token) -> bool {
    token.is_any_mark(PICTURES)
}

/// A sign between brackets or two equal marks: the token behind them.
#[inline]
fn bracketed(tokens: &Tokens<'_>, at: usize, is_sign: impl Fn(&Token) -> bool) -> Option<usize> {
    let (open, sign) = (tokens.at(at), tokens.at(at + 1));
    let close = match open.ch {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        ch => ch,
    };
    let divided = close != open.ch || is_twin(open) && sign.is_word();
    (tokens.at(at + 2).is_mark(close) && divided && is_sign(sign)).then_some(at + 3)
}

/// The token behind a word for a slash, or what stands for one: "slash", "forward slash", "(slash)", "➗".
pub(in crate::policy) fn slash(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if token.has(Senses::SLASH) || is_division(tokens, at) {
        return Some(at + 1);
    }
    if !next.has(Senses::SLASH) {
        return None;
    }
    if tokens.at(at + 2).is_any_mark(CLOSE) { Some(at + 3) } else { leads_to_slash(token).then_some(at + 2) }
}

/// Whether a word is one of those in front of one for a slash.
pub(in crate::policy) fn leads_to_slash(token: &Token) -> bool {
    token.is_one(keys!("forward back then a una un eine"))
}

/// Whether a token is a sign that divides.
pub(in crate::policy) fn is_division(tokens: &Tokens<'_>, at: usize) -> bool {
    matches!(tokens.original(tokens.span(at, at)), "➗" | "÷" | "∕" | "⁄")
}
