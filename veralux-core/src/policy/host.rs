//! Hosts and the signs of an address, however they are written: `.`, "dot", `[.]`, " . ", `@`, "(at)", "arroba".

mod brand;
mod cue;
mod described;
mod dots;
mod ending;
mod front;
mod row;
mod sign;
mod spots;

use smallvec::SmallVec;

pub(super) use self::brand::is_brand;
pub(super) use self::cue::is_recalled;
pub(super) use self::described::is_then;
use self::described::{THEN, described};
pub(super) use self::dots::{is_undotted, lacks_dot};
use self::ending::Ending;
pub(super) use self::ending::{followed_by_path, is_file};
pub(super) use self::front::is_name;
pub(super) use self::row::Row;
pub(super) use self::sign::{USUAL, at_sign, dot, is_division, is_same, is_twin, leads_to_slash, slash};
pub(super) use self::spots::spots;
use super::lexicon::{Senses, keys};
use super::remark;
use super::token::{Gap, Shape, Token, Tokens};

/// How a sign is written, from usual to strange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Style {
    /// The sign itself.
    Plain,
    /// With white space around it.
    Spaced,
    /// A word for it.
    Word,
    /// In brackets, as people do on purpose.
    Bracketed,
    /// Another sign in its place.
    Odd,
}

/// A sign of an address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sign {
    /// The token behind it.
    pub(super) next: usize,
    pub(super) style: Style,
}

/// Labels divided by dots, the last of them a top-level domain.
#[derive(Debug, Clone)]
pub(super) struct Host {
    pub(super) first: usize,
    /// The last token, included.
    pub(super) last: usize,
    /// In lower case with its dots.
    pub(super) name: String,
    /// The strangest of its dots.
    pub(super) style: Style,
}

/// Longest label and name in bytes (RFC 1035, 2.3.4), and most labels that are looked at.
const MAX_LABEL: usize = 63;
pub(super) const MAX_LABELS: usize = 5;

/// The last token of the label that begins at a token: letters, digits and hyphens without anything between them.
pub(super) fn label(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    if !belongs(tokens.at(at)) {
        return None;
    }
    let mut last = at;
    while let Some(next) = longer(tokens, at, last) {
        last = next;
        if tokens.at(last).end() - tokens.at(at).start() > MAX_LABEL {
            return None;
        }
    }
    Some(last)
}

fn belongs(token: &Token) -> bool {
    token.is_word() || token.is_digits()
}

/// Where a label that begins at a token and goes on behind another has its next part.
fn longer(tokens: &Tokens<'_>, at: usize, last: usize) -> Option<usize> {
    if !tokens.is_glued(last + 1) {
        return None;
    }
    let (next, behind) = (tokens.at(last + 1), tokens.at(last + 2));
    if belongs(next) {
        // "happypawsdotcom"
        return (!next.has(Senses::DOT)).then_some(last + 1);
    }
    // "ann_AT_gmail_DOT_com"
    let is_sign = || behind.has(Senses::DOT.or(Senses::AT)) && tokens.at(last + 3).is_any_mark(b"-_");
    if !next.is_any_mark(b"-_") || !tokens.is_glued(last + 2) || is_sign() {
        return None;
    }
    if belongs(behind) {
        return Some(last + 2);
    }
    // "xn--caf-dma", the ASCII form of another script (RFC 5890, 2.3.2.1).
    let encoded = last == at && tokens.is(tokens.at(at), "xn");
    (encoded && belongs(tokens.at(at + 3))).then_some(at + 3)
}

/// The first token, from one on, of the label that ends in front of a sign.
pub(super) fn label_before(tokens: &Tokens<'_>, from: usize, sign: usize) -> Option<usize> {
    let last = sign.checked_sub(1)?;
    if longer(tokens, last, last).is_some() {
        return None;
    }
    let goes_on = |at: usize| {
        let before = tokens.before(at);
        (belongs(before) || before.is_any_mark(b"-_"))
            && tokens.is_glued(at)
            && tokens.at(last).end() - before.start() <= MAX_LABEL
    };
    let mut first = last;
    while first > from && goes_on(first) {
        first -= 1;
    }
    let begins = |at: &usize| !tokens.is_glued(*at) || tokens.before(*at).shape == Shape::Mark;
    (first..sign).filter(begins).find(|at| label(tokens, *at) == Some(last))
}

/// Whether a token is the full stop of a sentence: nothing stands in front of it, a space behind it, and no end of a host behind that.
pub(super) fn is_stop(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.at(at).is_mark(b'.')
        && tokens.is_glued(at)
        && tokens.at(at + 1).gap != Gap::None
        && !is_main(tokens, at + 1)
}

/// The host whose first label is told in several words behind an at-sign: "Bramley Movers all one word dot net". Behind what is
/// surely a local part they may be any. None where the label is the one word at `at`: that host was looked for.
pub(super) fn told(tokens: &Tokens<'_>, at: usize, sure: bool) -> Option<Host> {
    let any =
        |token: &Token| sure && token.is_word() && !token.has(Senses::AT.or(Senses::DOT).or(Senses::JOINT));
    let belongs = |word: &usize| {
        front::is_name(tokens, *word)
            || any(tokens.at(*word))
            || *word > at && front::ends_name(tokens, *word)
    };
    let count = (at..at + 5).take_while(|word| belongs(word) && !remark::joins(tokens, *word)).count();
    let mut end = at + count.checked_sub(1)?;
    // A remark is no part of it.
    if let Some(label) = (end + 1..end + 4).rev().find(|label| remark::first(tokens, *label) == Some(end + 1))
    {
        end = label;
    }
    if end == at {
        return None;
    }
    let mut host = host(tokens, end, true).filter(|host| host.style >= Style::Word)?;
    host.name.replace_range(..host.name.find('.')?, "");
    let mut name = String::new();
    (at..at + count).for_each(|at| tokens.spell(tokens.at(at), &mut name));
    host.name.insert_str(0, &name);
    Some(Host { first: at, ..host })
}

/// Whether the token is one of the top-level domains that everybody knows, in small letters or all capitals.
fn is_main(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    token.has(Senses::MAIN) && !token.has(Senses::PROSE.or(Senses::STOP))
}

/// Whether what is said of a host is joined to its end: "kutyasuli.hu-n", "happypaws.com—prices there".
fn is_suffixed(tokens: &Tokens<'_>, at: usize, last: usize) -> bool {
    let token = tokens.at(at);
    let ends = token.has(Senses::TLD) && tokens.at(at + 1).is_mark(b'-');
    // "a happypaws.com-like shop" is none, nor "in the shop.co-op".
    let dash = !tokens.original(tokens.span(at + 1, at + 1)).is_ascii();
    let near = dash || tokens.at(last).len() <= SUFFIX && !token.is_one(keys!("co re"));
    ends && near
}

/// Most letters of an ending that says where something is.
const SUFFIX: usize = 3;

/// The labels from their first to their last tokens, with dots between.
fn spelt(tokens: &Tokens<'_>, labels: &[(usize, usize)]) -> String {
    let mut name = String::with_capacity(32);
    let mut behind = None;
    for (first, last) in labels {
        // "petesgarage dotcom"; in "www.dotcom.com" a dot stands in front of the word.
        let domain = behind.filter(|behind| behind == first).and_then(|_| dotted(tokens.at(*first)));
        name.push_str(if behind.is_some() { "." } else { "" });
        match domain {
            Some(domain) => name.push_str(domain),
            None => (*first..=*last).for_each(|at| tokens.spell(tokens.at(at), &mut name)),
        }
        behind = Some(last + 1);
    }
    name
}

/// The domain of a word that is its dot as well.
fn dotted(token: &Token) -> Option<&'static str> {
    if !token.has(Senses::DOT) {
        return None;
    }
    Some(match token.key {
        key if keys!("dotnet").contains(&key) => "net",
        key if keys!("dotorg").contains(&key) => "org",
        _ => "com",
    })
}

fn is_everyday(token: &Token) -> bool {
    token.has(Senses::STOP)
        && (token.len() <= 3 || token.is_one(keys!("that this with from your into says said called named")))
}

/// The host that begins at a token, taken as far as its last label that can end it.
///
/// `addressed` says that an at-sign stands in front: then a host is expected, and words of prose may end it.
pub(super) fn host(tokens: &Tokens<'_>, at: usize, addressed: bool) -> Option<Host> {
    let mut labels: SmallVec<[(usize, usize); MAX_LABELS]> = SmallVec::new();
    labels.push((at, label(tokens, at)?));
    // How many labels the host has when it ends where it can last end.
    let mut found: Option<(usize, Style)> = None;
    let mut style = Style::Plain;
    while let Some((start, last)) = labels.last().copied().filter(|_| labels.len() < MAX_LABELS) {
        // "all one word, dot com"
        // "proton, dot, me"
        let paused = || tokens.at(last + 2).has(Senses::DOT) && tokens.at(last + 3).is_mark(b',');
        let then = || {
            addressed
                && tokens.at(last + 2).is_one(THEN)
                && described(tokens, last + 2, Senses::DOT).is_some()
        };
        let comma = tokens.at(last + 1).is_mark(b',')
            && (paused() || then() || remark::first(tokens, last).is_some());
        let comma = usize::from(comma);
        let Some(sign) = dot(tokens, last + 1 + comma) else { break };
        if let Some(end) = ending::spelt(tokens, last, sign, addressed || labels.len() > 1) {
            style = style.max(Style::Spaced).max(sign.style);
            found = Some((labels.len() + 1, style));
            labels.push((sign.next, end));
            continue;
        }
        // A full stop, unless what follows can only be the end of a host.
        let stop = sign.style == Style::Spaced && tokens.is_glued(last + 1) && !is_main(tokens, sign.next);
        let Some(end) = label(tokens, sign.next).filter(|_| !stop) else { break };
        let end = if is_suffixed(tokens, sign.next, end) { sign.next } else { end };
        style = style.max(sign.style);
        let count = labels.len();
        let ending = Ending {
            at: sign.next,
            end,
            label: start,
            before: last,
            labels: count,
            sign: sign.style,
            addressed,
        };
        if ending.is_tld(tokens) {
            found = Some((count + 1, style));
        }
        labels.push((sign.next, end));
    }
    let (count, style) = found?;
    labels.truncate(count);
    let mut name = spelt(tokens, &labels);
    let last = labels.last().map_or(at, |(_, last)| *last);
    let mut first = at;
    if !addressed && matches!(style, Style::Spaced | Style::Word | Style::Bracketed) {
        let front = front::front(tokens, at);
        first = front.first;
        if front.replaces {
            name.replace_range(..name.find('.').unwrap_or_default(), "");
        }
        name.insert_str(0, &front.name);
        let joined =
            (first == at && remark::is_behind(tokens, last)).then(|| front::joined(tokens, at)).flatten();
        if let Some(joined) = joined {
            let mut words = String::new();
            (joined..at).for_each(|at| tokens.spell(tokens.at(at), &mut words));
            name.insert_str(0, &words);
            first = joined;
        }
    }
    // "is it dot com or dot co dot uk"
    let label = tokens.at(at);
    let named = count < 3 || !is_everyday(label);
    let ending = label.is_one(keys!("com co net org"));
    if first == at && !addressed && style == Style::Word && (!named || ending) {
        return None;
    }
    Some(Host { first, last, name, style })
}
