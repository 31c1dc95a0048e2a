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
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    let plain = tokens.is_glued(at) && tokens.is_glued(at + 1);
    // "happypaws..com"
    let twice = plain && next.is_mark(b'.') && tokens.is_glued(at + 2);
    if twice && tokens.at(at + 2).is_one(USUAL) {
        return Some(Sign { next: at + 2, style: Style::Spaced });
    }
    // "ann@@happypaws..co..uk"
    if twice && is_doubled(tokens, at) {
        return Some(Sign { next: at + 2, style: Style::Odd });
    }
    // "happypaws.\ncom", but "the price is gross.\nnet would be"
    let goes_on = next.gap != Gap::Line || tokens.is(next, "com");
    (goes_on || token.gap == Gap::Line)
        .then_some(Sign { next: at + 1, style: if plain { Style::Plain } else { Style::Spaced } })
}

/// A word for a dot.
fn told_dot(tokens: &Tokens<'_>, at: usize) -> Option<Sign> {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if let Some(next) = described(tokens, at, Senses::DOT) {
        return Some(Sign { next, style: Style::Word });
    }
    if token.ch == b'd'
        && token.len() == 1
        && let Some(next) = hyphened(tokens, at, "dot")
    {
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
    // "dot-com", "proton, dot, me"
    let dash = next.is_mark(b'-') && tokens.is_glued(at + 1) && tokens.at(at + 2).has(Senses::MAIN);
    let pause = next.is_mark(b',') && tokens.before(at).is_mark(b',') && tokens.at(at + 2).has(Senses::TLD);
    Some(Sign { next: at + 1 + usize::from(dash || pause), style: Style::Word })
}

/// A mark in place of a dot, or something in brackets.
fn other_dot(tokens: &Tokens<'_>, at: usize) -> Option<Sign> {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if token.is_any_mark(OPEN) {
        // "(dot com)", "[.com]"
        let inside = (next.has(Senses::DOT) || next.is_mark(b'.')) && tokens.at(at + 2).has(Senses::MAIN);
        if inside && tokens.at(at + 3).is_any_mark(CLOSE) {
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
    let single = |token: &Token| {
        matches!(token.ch, b'd' | b'p') && token.len() == 1 && tokens.at(at + 3).has(Senses::TLD)
    };
    let is_dot = |token: &Token| token.is_mark(b'.') || token.has(Senses::DOT) || single(token);
    if let Some(next) = bracketed(tokens, at, is_dot) {
        return Some(Sign { next, style: Style::Bracketed });
    }
    let odd = token.is_any_mark(b",;#*:=") || token.is_any_mark(&[EMOJI, EMOJI_SOCIAL, SIGN]);
    if !odd {
        return None;
    }
    let glued = tokens.is_glued(at) && tokens.is_glued(at + 1);
    // "proton,me"
    let provided = || tokens.before(at).has(Senses::PROVIDER) && next.has(Senses::TLD);
    // "www,happypaws,com"
    let edge = || tokens.is(tokens.before(at), "www");
    // "ann🐌proton🔵me"
    let pictured = || is_pictogram(token) && is_pictogram(tokens.at(at.wrapping_sub(2))) && provided();
    if glued && (token.is_any_mark(b",;:*#") && (provided() || edge()) || pictured()) {
        return Some(Sign { next: at + 1, style: Style::Odd });
    }
    // "vans4u,com", not "(n° de"
    let long = tokens.before(at).len() >= 2
        || at > 1 && tokens.is_glued(at - 1) && tokens.at(at - 2).shape != Shape::Mark;
    let near = (tokens.is_glued(at + 1) || !token.is_any_mark(b",;:")) && long;
    // "happypaws#com#au"
    let again = || tokens.at(at.wrapping_sub(2)).is_mark(token.ch);
    let further = || next.has(Senses::TLD) && tokens.before(at).has(Senses::MAIN) && again();
    let ends = || is_main(tokens, at + 1) || further() || is_repeated(tokens, at);
    (near && ends()).then_some(Sign { next: at + 1, style: Style::Odd })
}

/// Whether a sign stands between two words and the same one between the second and an end of a host: "red🔴kitchens🔴com".
fn is_repeated(tokens: &Tokens<'_>, at: usize) -> bool {
    let glued = |at: usize| tokens.is_glued(at) && tokens.is_glued(at + 1);
    let ends = |last: usize| glued(last + 1) && is_same(tokens, at, last + 1) && is_main(tokens, last + 2);
    glued(at) && label(tokens, at + 1).is_some_and(ends)
}

/// Whether two tokens are the same pictogram, or the same sign in place of a dot.
pub(in crate::policy) fn is_same(tokens: &Tokens<'_>, one: usize, other: usize) -> bool {
    let original = |at: usize| tokens.original(tokens.span(at, at));
    let sign = |at: usize| tokens.at(at).is_any_mark(PICTURES) || tokens.at(at).is_any_mark(b"#*~;");
    sign(one) && sign(other) && original(one) == original(other)
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
    if token.has(Senses::DESCRIBES)
        && let Some(next) = described(tokens, at, Senses::AT)
    {
        return Some(Sign { next, style: Style::Bracketed });
    }
    if token.ch == b'a'
        && token.len() == 1
        && let Some(next) = hyphened(tokens, at, "at")
    {
        return Some(Sign { next, style: Style::Bracketed });
    }
    // "budi titik santoso et gmail titik com": as it sounds, and an everyday word of French.
    if tokens.is(token, "et") {
        let mail = tokens.at(at + 1).has(Senses::PROVIDER) && tokens.at(at + 2).has(Senses::DOT);
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
    let dash = usize::from(tokens.at(at + 1).is_mark(b'-') && tokens.is_glued(at + 1));
    let sign = if tokens.is(tokens.at(at + 1 + dash), "sign") { 1 + dash } else { 0 };
    let style = if tokens.is(token, "at") && sign == 0 { Style::Word } else { Style::Bracketed };
    // "chiocciola poi tiscali.it"
    // "at🌸gmail", "at, gmail"
    let pictured = (is_pictogram(tokens.at(at + 1)) || tokens.at(at + 1).is_mark(b','))
        && tokens.at(at + 2).has(Senses::PROVIDER);
    let then = style == Style::Bracketed && is_then(tokens.at(at + 1 + sign));
    Some(Sign { next: at + 1 + sign + usize::from(pictured || then), style })
}

/// The sign itself, a mark in its place, or something in brackets.
fn written_at(tokens: &Tokens<'_>, at: usize) -> Option<Sign> {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if token.ch == b'@' {
        // "ann@@happypaws.com"
        let plain = tokens.is_glued(at) && tokens.is_glued(at + 1);
        if plain && next.is_mark(b'@') {
            return Some(Sign { next: at + 2, style: Style::Odd });
        }
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
    let glued = at > 0 && tokens.is_glued(at) && tokens.is_glued(at + 1);
    if glued && next.has(Senses::PROVIDER) && odd() || replaced(tokens, at) {
        return Some(Sign { next: at + 1, style: Style::Odd });
    }
    // Between "a_" and "_a" it is one of a row.
    let in_row =
        || token.is_any_mark(TWINS) && tokens.is(tokens.before(at), "a") && tokens.is(tokens.at(at + 3), "a");
    let is_at = |sign: &Token| {
        let letter = sign.is_word() && sign.len() == 1 && sign.ch == b'a';
        sign.is_mark(b'@') || (names_place(sign) || letter) && !(letter && in_row())
    };
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
    let (word, next, before) = (tokens.at(open + 1), open + 3, tokens.before(open));
    let signs = Senses::DOT.or(Senses::SLASH).or(Senses::JOINT);
    let alone =
        word.is_word() && word.len() > 1 && !word.has(signs) && tokens.at(open + 2).is_any_mark(CLOSE);
    // "my hotmail (old) outlook (dot) com"
    if !(alone && (before.is_word() || before.is_digits()) && !before.has(Senses::PROVIDER)) {
        return None;
    }
    let sign = label(tokens, next)? + 1;
    let same = tokens.at(sign).is_mark(tokens.at(open).ch) && dot(tokens, sign).is_some();
    let near = tokens.at(next).has(Senses::PROVIDER) || tokens.is_glued(open) && tokens.is_glued(next);
    (same && near).then_some(next)
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
    is.then(|| end + 1 + usize::from(article > 0 && tokens.is(tokens.at(end + 1), "of")))
}

/// The token behind "(at the rate)", from its bracket on.
fn bracketed_rate(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let end = rate(tokens, at + 1)?;
    tokens.at(end).is_any_mark(CLOSE).then_some(end + 1)
}

/// A word whose letters a sign divides, by itself: "d-o-t", "a.t"; the token behind it.
fn hyphened(tokens: &Tokens<'_>, at: usize, word: &str) -> Option<usize> {
    let sign = tokens.at(at + 1);
    if tokens.at(at).gap != Gap::Space {
        return None;
    }
    // "gmail d o t com"
    let apart = word.len() == 3
        && word.bytes().zip(at..).all(|(letter, at)| tokens.at(at).len() == 1 && tokens.at(at).ch == letter);
    if apart && tokens.at(at + 3).has(Senses::MAIN) {
        return Some(at + 3);
    }
    if !sign.is_any_mark(b"-._*|") {
        return None;
    }
    let end = at + 2 * word.len() - 1;
    let spells = word.chars().zip((at..end).step_by(2)).all(|(letter, at)| {
        let token = tokens.at(at);
        token.len() == 1 && char::from(token.ch) == letter
    });
    let glued = (at + 1..end).all(|at| tokens.is_glued(at));
    let same = (at + 1..end).step_by(2).all(|at| tokens.at(at).is_mark(sign.ch));
    (spells && glued && same && tokens.at(end).gap == Gap::Space).then_some(end)
}

/// Whether a sign stands for the at-sign of an address whose provider is unknown: "ann#mail.net", "ann 🌀 paws ⚫ com".
fn replaced(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    if !(is_pictogram(token) || token.is_any_mark(b"#&*")) {
        return false;
    }
    // "ann🌸dot🌸com" is a host.
    let Some(last) = label(tokens, at + 1).filter(|_| !tokens.at(at + 1).has(Senses::DOT)) else {
        return false;
    };
    let (dot, end) = (tokens.at(last + 1), last + 2);
    if is_pictogram(token) {
        let glued = tokens.is_glued(at) && tokens.is_glued(at + 1) && tokens.is_glued(end);
        let plain = || glued && dot.is_mark(b'.') && is_named(tokens, end);
        return (tokens.before(at).is_word() || tokens.before(at).is_digits())
            && (is_pictogram(dot) || tokens.at(at + 1).has(Senses::PROVIDER) || plain())
            && is_main(tokens, end);
    }
    // "ann*paws;org", "ann*happy;paws;org"
    tokens.is_glued(at)
        && tokens.is_glued(at + 1)
        && tokens.before(at).is_word()
        && (tokens.before(at).len() >= 3 || at > 1 && tokens.is_glued(at - 1))
        && dot.is_any_mark(b".,;")
        && tokens.is_glued(last + 1)
        && tokens.is_glued(end)
        && (is_main(tokens, end) || is_repeated(tokens, last + 1))
}

/// Whether it is said behind an address that a sign of it is an at-sign: "the snail is the at".
fn is_named(tokens: &Tokens<'_>, last: usize) -> bool {
    let sign = |at: usize| tokens.at(at).has(Senses::AT) || tokens.at(at).is_mark(b'@');
    let names = |at: usize| tokens.at(at).is_mark(b'=') || tokens.at(at).is_one(keys!("is the an as for"));
    (last + 1..=last + NAMED).any(|at| names(at) && sign(at + 1))
}

/// How far behind an address its signs are named.
const NAMED: usize = 6;

/// A sign as `%40` (RFC 3986, 2.1) or `&#64;` (HTML): the token behind it.
#[inline]
fn encoded(tokens: &Tokens<'_>, at: usize, code: u32) -> Option<usize> {
    if !matches!(tokens.at(at).ch, b'%' | b'&') {
        return None;
    }
    let hex = tokens.at(at).is_mark(b'%') && tokens.is_glued(at + 1);
    if hex && tokens.number(tokens.at(at + 1)) == Some(if code == 64 { 40 } else { u32::MAX }) {
        return Some(at + 2);
    }
    let entity =
        tokens.at(at).is_mark(b'&') && tokens.at(at + 1).is_mark(b'#') && tokens.at(at + 3).is_mark(b';');
    (entity && tokens.number(tokens.at(at + 2)) == Some(code)).then_some(at + 4)
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
    let twins = || close != open.ch || is_twin(open) && sign.is_word();
    (tokens.at(at + 2).is_mark(close) && twins() && is_sign(sign)).then_some(at + 3)
}

/// The token behind a word for a slash, or what stands for one: "slash", "forward slash", "(slash)", "➗".
pub(in crate::policy) fn slash(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if token.has(Senses::SLASH) || is_division(tokens, at) && tokens.is_glued(at) && tokens.is_glued(at + 1) {
        return Some(at + 1);
    }
    let enclosed = token.is_any_mark(OPEN) && tokens.at(at + 2).is_any_mark(CLOSE);
    if enclosed && (next.has(Senses::SLASH) || next.is_mark(b'/')) {
        return Some(at + 3);
    }
    (next.has(Senses::SLASH) && leads_to_slash(token)).then_some(at + 2)
}

/// Whether a word is one of those in front of one for a slash.
pub(in crate::policy) fn leads_to_slash(token: &Token) -> bool {
    token.is_one(keys!("forward back then a una un eine"))
}

/// Whether a token is a sign that divides.
pub(in crate::policy) fn is_division(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.at(at).is_any_mark(&[SIGN, EMOJI])
        && matches!(tokens.original(tokens.span(at, at)), "➗" | "÷" | "∕" | "⁄")
}
