//! Hosts and the signs of an address, however they are written: `.`, "dot", `[.]`, " . ", `@`, "(at)", "arroba".

mod ending;
mod front;

use smallvec::SmallVec;

use self::ending::Ending;
use super::fold::{EMOJI, EMOJI_MAIL, EMOJI_PHONE, EMOJI_SOCIAL, SIGN};
use super::lexicon::{Key, Senses, words};
use super::token::{Gap, Token, Tokens};

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
const MAX_LABELS: usize = 5;

const OPEN: &[u8] = b"[({<";
const CLOSE: &[u8] = b"])}>";

/// The dot at a token.
pub(super) fn dot(tokens: &Tokens<'_>, at: usize) -> Option<Sign> {
    let token = tokens.at(at);
    let next = tokens.at(at + 1);
    if token.is_mark(b'.') {
        let plain = tokens.is_glued(at) && tokens.is_glued(at + 1);
        return (next.gap != Gap::Line || token.gap == Gap::Line)
            .then_some(Sign { next: at + 1, style: if plain { Style::Plain } else { Style::Spaced } });
    }
    if token.is_word()
        && let Some(next) = described(tokens, at, DESCRIBED_DOT, Senses::DOT)
    {
        return Some(Sign { next, style: Style::Word });
    }
    if let Some(next) = hyphened(tokens, at, "dot") {
        return Some(Sign { next, style: Style::Word });
    }
    if token.is_word() {
        // "dot-com"
        let dash = next.is_mark(b'-') && tokens.is_glued(at + 1) && tokens.at(at + 2).has(Senses::MAIN);
        let next = at + 1 + usize::from(dash);
        return token.has(Senses::DOT).then_some(Sign { next, style: Style::Word });
    }
    // "(dot com)"
    let inside = next.has(Senses::DOT) && tokens.at(at + 2).has(Senses::MAIN);
    if inside && token.is_any_mark(OPEN) && tokens.at(at + 3).is_any_mark(CLOSE) {
        return Some(Sign { next: at + 2, style: Style::Bracketed });
    }
    if let Some(next) = encoded(tokens, at, 46) {
        return Some(Sign { next, style: Style::Bracketed });
    }
    if let Some(next) = bracketed(tokens, at, |token| token.is_mark(b'.') || token.has(Senses::DOT)) {
        return Some(Sign { next, style: Style::Bracketed });
    }
    // "proton,me"
    let provided = tokens.before(at).has(Senses::PROVIDER) && next.has(Senses::TLD);
    if provided && token.is_any_mark(b",;:*#") && tokens.is_glued(at) && tokens.is_glued(at + 1) {
        return Some(Sign { next: at + 1, style: Style::Odd });
    }
    let odd = token.is_any_mark(b",;#*:=") || token.is_any_mark(&[EMOJI, EMOJI_SOCIAL, SIGN]);
    let near = tokens.is_glued(at + 1) || !token.is_any_mark(b",;:");
    (odd && near && is_main(tokens, at + 1)).then_some(Sign { next: at + 1, style: Style::Odd })
}

/// The `@` at a token.
pub(super) fn at_sign(tokens: &Tokens<'_>, at: usize) -> Option<Sign> {
    let token = tokens.at(at);
    if token.is_mark(b'@') {
        let plain = tokens.is_glued(at) && tokens.is_glued(at + 1);
        return Some(Sign { next: at + 1, style: if plain { Style::Plain } else { Style::Spaced } });
    }
    if token.is_word()
        && let Some(next) = described(tokens, at, DESCRIBED_AT, Senses::AT)
    {
        return Some(Sign { next, style: Style::Bracketed });
    }
    if let Some(next) = hyphened(tokens, at, "at") {
        return Some(Sign { next, style: Style::Bracketed });
    }
    if token.is_word() {
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
        let article = tokens.at(at + 1).is_one(const { &words(["the", "d", "da", "de", "a"]) });
        let rate = article && tokens.is(tokens.at(at + 2), "rate");
        if rate {
            let of = usize::from(tokens.is(tokens.at(at + 3), "of"));
            return Some(Sign { next: at + 3 + of, style: Style::Bracketed });
        }
        // "at sign", "at-sign"
        let dash = usize::from(tokens.at(at + 1).is_mark(b'-') && tokens.is_glued(at + 1));
        let sign = if tokens.is(tokens.at(at + 1 + dash), "sign") { 1 + dash } else { 0 };
        let style = if tokens.is(token, "at") && sign == 0 { Style::Word } else { Style::Bracketed };
        return Some(Sign { next: at + 1 + sign, style });
    }
    // "ann#gmail", "ann*yahoo", "ann📧gmail"
    if let Some(next) = encoded(tokens, at, 64) {
        return Some(Sign { next, style: Style::Bracketed });
    }
    let odd = token.is_any_mark(b"#*=;,!&~")
        || token.is_any_mark(&[EMOJI, EMOJI_MAIL, EMOJI_PHONE, EMOJI_SOCIAL, SIGN]);
    if odd
        && at > 0
        && tokens.is_glued(at)
        && tokens.is_glued(at + 1)
        && tokens.at(at + 1).has(Senses::PROVIDER)
    {
        return Some(Sign { next: at + 1, style: Style::Odd });
    }
    if replaced(tokens, at) {
        return Some(Sign { next: at + 1, style: Style::Odd });
    }
    let is_at = |token: &Token| {
        token.is_mark(b'@')
            || token.has(Senses::AT)
            || (token.is_word() && token.len() == 1 && token.ch == b'a')
    };
    bracketed(tokens, at, is_at).map(|next| Sign { next, style: Style::Bracketed })
}

/// Signs that somebody describes.
static DESCRIBED_AT: &[(&str, &str)] = &[
    ("curly", "a"),
    ("squiggly", "a"),
    ("round", "a"),
    ("circled", "a"),
    ("at", "symbol"),
    ("at", "sign"),
    ("at", "thing"),
];
static DESCRIBED_DOT: &[(&str, &str)] = &[("full", "stop"), ("dot", "symbol"), ("period", "sign")];

/// A sign as one tells it to somebody who writes: "then the curly a then", "then a full stop and"; the token behind it.
fn described(tokens: &Tokens<'_>, at: usize, names: &[(&str, &str)], sign: Senses) -> Option<usize> {
    const THEN: &[Key] = &words(["then", "puis", "luego", "dann", "poi", "depois"]);
    const ARTICLES: &[Key] = &words(["the", "a", "an", "un", "une", "el", "le", "ein", "das"]);
    let token = tokens.at(at);
    let told = token.is_one(THEN);
    if !(told || token.has(Senses::DOT.or(Senses::AT)) || names.iter().any(|(one, _)| tokens.is(token, one)))
    {
        return None;
    }
    let mut from = at + usize::from(told);
    if told && tokens.at(from).is_one(ARTICLES) {
        from += 1;
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
    Some(end + usize::from(tokens.at(end).is_one(THEN) || tokens.at(end).has(Senses::AND) && two))
}

/// A word whose letters a sign divides, by itself: "d-o-t", "a.t"; the token behind it.
fn hyphened(tokens: &Tokens<'_>, at: usize, word: &str) -> Option<usize> {
    let sign = tokens.at(at + 1);
    if !sign.is_any_mark(b"-._*|") || tokens.at(at).gap != Gap::Space || tokens.at(at).len() != 1 {
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
    let pictogram = |token: &Token| token.is_any_mark(&[EMOJI, EMOJI_MAIL, EMOJI_SOCIAL, SIGN]);
    if !(pictogram(token) || token.is_any_mark(b"#&*")) {
        return false;
    }
    let Some(last) = label(tokens, at + 1) else { return false };
    let (dot, end) = (tokens.at(last + 1), last + 2);
    if pictogram(token) {
        return (tokens.before(at).is_word() || tokens.before(at).is_digits())
            && (pictogram(dot) || tokens.at(at + 1).has(Senses::PROVIDER))
            && is_main(tokens, end);
    }
    token.is_any_mark(b"#&*")
        && tokens.is_glued(at)
        && tokens.is_glued(at + 1)
        && tokens.before(at).is_word()
        && tokens.before(at).len() >= 3
        && dot.is_any_mark(b".,")
        && tokens.is_glued(last + 1)
        && tokens.is_glued(end)
        && is_main(tokens, end)
}

/// A sign as `%40` (RFC 3986, 2.1) or `&#64;` (HTML): the token behind it.
fn encoded(tokens: &Tokens<'_>, at: usize, code: u32) -> Option<usize> {
    let hex = tokens.at(at).is_mark(b'%') && tokens.is_glued(at + 1);
    if hex && tokens.number(tokens.at(at + 1)) == Some(if code == 64 { 40 } else { u32::MAX }) {
        return Some(at + 2);
    }
    let entity =
        tokens.at(at).is_mark(b'&') && tokens.at(at + 1).is_mark(b'#') && tokens.at(at + 3).is_mark(b';');
    (entity && tokens.number(tokens.at(at + 2)) == Some(code)).then_some(at + 4)
}

/// A sign between brackets or two equal marks: the token behind them.
fn bracketed(tokens: &Tokens<'_>, at: usize, is_sign: impl Fn(&Token) -> bool) -> Option<usize> {
    let open = tokens.at(at);
    let close = tokens.at(at + 2);
    let pairs = OPEN.iter().position(|mark| open.is_mark(*mark)).and_then(|pair| CLOSE.get(pair));
    let pairs = pairs.is_some_and(|mark| close.is_mark(*mark));
    let twins = open.is_any_mark(b"-_*~'\"/|") && close.is_mark(open.ch) && tokens.at(at + 1).is_word();
    (is_sign(tokens.at(at + 1)) && (pairs || twins)).then_some(at + 3)
}

/// The last token of the label that begins at a token: letters, digits and hyphens without anything between them.
pub(super) fn label(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let belongs = |token: &Token| token.is_word() || token.is_digits();
    if !belongs(tokens.at(at)) {
        return None;
    }
    let mut last = at;
    while tokens.is_glued(last + 1) {
        if tokens.at(last + 1).has(Senses::DOT) && tokens.at(last + 2).has(Senses::MAIN) {
            // "happypawsdotcom"
            break;
        }
        if belongs(tokens.at(last + 1)) {
            last += 1;
        } else if tokens.at(last + 2).has(Senses::DOT.or(Senses::AT))
            && tokens.at(last + 3).is_any_mark(b"-_")
        {
            // "ann_AT_gmail_DOT_com"
            break;
        } else if tokens.at(last + 1).is_any_mark(b"-_")
            && tokens.is_glued(last + 2)
            && belongs(tokens.at(last + 2))
        {
            last += 2;
        } else if last == at && tokens.is(tokens.at(at), "xn") && belongs(tokens.at(at + 3)) {
            // "xn--caf-dma", the ASCII form of another script (RFC 5890, 2.3.2.1).
            last += 3;
        } else {
            break;
        }
        if tokens.at(last).end() - tokens.at(at).start() > MAX_LABEL {
            return None;
        }
    }
    Some(last)
}

/// Where the letters, digits, hyphens and underscores end that run on from a token, however many there are.
pub(super) fn run_end(tokens: &Tokens<'_>, at: usize) -> usize {
    let mut last = at;
    while tokens.is_glued(last + 1) {
        let (next, behind) = (tokens.at(last + 1), tokens.at(last + 2));
        let belongs = |token: &Token| token.is_word() || token.is_digits();
        let joins = next.is_any_mark(b"-_") && tokens.is_glued(last + 2) && belongs(behind);
        if next.has(Senses::DOT) || behind.has(Senses::DOT.or(Senses::AT)) || !(belongs(next) || joins) {
            break;
        }
        last += 1 + usize::from(joins);
    }
    last
}

/// Whether what runs on from a token to another is longer than a label.
pub(super) fn is_too_long(tokens: &Tokens<'_>, first: usize, last: usize) -> bool {
    tokens.at(last).end() - tokens.at(first).start() > MAX_LABEL
}

/// The host whose first label is told in several words behind an at-sign: "Bramley Movers all one word dot net".
pub(super) fn told(tokens: &Tokens<'_>, at: usize) -> Option<Host> {
    let count = (0..4).take_while(|word| front::is_name(tokens, at + word)).count();
    let mut end = at + count.checked_sub(1)?;
    // A remark is no part of it.
    if let Some(label) = (end + 1..end + 4).find(|label| front::hint(tokens, *label) == Some(end + 1)) {
        end = label;
    }
    if end == at {
        return None;
    }
    let mut host = host(tokens, end, true).filter(|host| host.style == Style::Word)?;
    host.name.replace_range(..host.name.find('.')?, "");
    let mut name = String::new();
    (at..at + count).for_each(|at| tokens.spell(tokens.at(at), &mut name));
    host.name.insert_str(0, &name);
    Some(Host { first: at, ..host })
}

/// Whether the token is one of the top-level domains that everybody knows, in small letters or all capitals.
fn is_main(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    token.is_word()
        && token.has(Senses::MAIN)
        && !goes_on(tokens, at)
        && (!token.has(Senses::PROSE.or(Senses::STOP)))
}

/// Whether letters or digits stand directly behind a token, or behind a mark that stands directly behind it.
fn goes_on(tokens: &Tokens<'_>, at: usize) -> bool {
    let part = |at: usize| tokens.is_glued(at) && (tokens.at(at).is_word() || tokens.at(at).is_digits());
    part(at + 1) || (tokens.is_glued(at + 1) && tokens.at(at + 1).is_any_mark(b"@-_") && part(at + 2))
}

fn is_everyday(token: &Token) -> bool {
    token.has(Senses::STOP)
        && (token.len() <= 3
            || token.is_one(const { &words(["that", "this", "with", "from", "your", "into"]) }))
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
        let Some(sign) = dot(tokens, last + 1) else { break };
        // A full stop, unless what follows can only be the end of a host.
        let stop = sign.style == Style::Spaced && tokens.is_glued(last + 1) && !is_main(tokens, sign.next);
        let Some(end) = label(tokens, sign.next).filter(|_| !stop) else { break };
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
    let mut name = String::new();
    for (index, (first, last)) in labels.iter().enumerate() {
        if index > 0 {
            name.push('.');
        }
        (*first..=*last).for_each(|at| tokens.spell(tokens.at(at), &mut name));
    }
    let last = labels.last().map_or(at, |(_, last)| *last);
    let mut first = at;
    if !addressed && matches!(style, Style::Spaced | Style::Word) {
        let front = front::front(tokens, at);
        first = front.first;
        if front.replaces {
            name.replace_range(..name.find('.').unwrap_or_default(), "");
        }
        name.insert_str(0, &front.name);
    }
    Some(Host { first, last, name, style })
}
