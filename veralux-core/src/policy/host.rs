//! Hosts and the signs of an address, however they are written: `.`, "dot", `[.]`, " . ", `@`, "(at)", "arroba".

use super::fold::{EMOJI, EMOJI_MAIL, EMOJI_PHONE, EMOJI_SOCIAL, SIGN};
use super::lexicon::Senses;
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
const MAX_LABELS: usize = 10;

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
    if token.is_word() {
        return token.has(Senses::DOT).then_some(Sign { next: at + 1, style: Style::Word });
    }
    if let Some(next) = encoded(tokens, at, 46) {
        return Some(Sign { next, style: Style::Bracketed });
    }
    if let Some(next) = bracketed(tokens, at, |token| token.is_mark(b'.') || token.has(Senses::DOT)) {
        return Some(Sign { next, style: Style::Bracketed });
    }
    (token.is_any_mark(b",;#*:=") && is_main(tokens, at + 1))
        .then_some(Sign { next: at + 1, style: Style::Odd })
}

/// The `@` at a token.
pub(super) fn at_sign(tokens: &Tokens<'_>, at: usize) -> Option<Sign> {
    let token = tokens.at(at);
    if token.is_mark(b'@') {
        let plain = tokens.is_glued(at) && tokens.is_glued(at + 1);
        return Some(Sign { next: at + 1, style: if plain { Style::Plain } else { Style::Spaced } });
    }
    if token.is_word() {
        if !token.has(Senses::AT) {
            return None;
        }
        let rate = tokens.is(tokens.at(at + 1), "the") && tokens.is(tokens.at(at + 2), "rate");
        if rate {
            let of = usize::from(tokens.is(tokens.at(at + 3), "of"));
            return Some(Sign { next: at + 3 + of, style: Style::Bracketed });
        }
        let sign = usize::from(tokens.is(tokens.at(at + 1), "sign"));
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
    let is_at = |token: Token| {
        token.is_mark(b'@')
            || token.has(Senses::AT)
            || (token.is_word() && token.len() == 1 && token.ch == b'a')
    };
    bracketed(tokens, at, is_at).map(|next| Sign { next, style: Style::Bracketed })
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
fn bracketed(tokens: &Tokens<'_>, at: usize, is_sign: impl Fn(Token) -> bool) -> Option<usize> {
    let open = tokens.at(at);
    let close = tokens.at(at + 2);
    let pairs = OPEN.iter().position(|mark| open.is_mark(*mark)).and_then(|pair| CLOSE.get(pair));
    let pairs = pairs.is_some_and(|mark| close.is_mark(*mark));
    let twins = open.is_any_mark(b"-_*~'\"/|") && close.is_mark(open.ch) && tokens.at(at + 1).is_word();
    (is_sign(tokens.at(at + 1)) && (pairs || twins)).then_some(at + 3)
}

/// The last token of the label that begins at a token: letters, digits and hyphens without anything between them.
pub(super) fn label(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let belongs = |token: Token| token.is_word() || token.is_digits();
    if !belongs(tokens.at(at)) {
        return None;
    }
    let mut last = at;
    while tokens.is_glued(last + 1) {
        if belongs(tokens.at(last + 1)) {
            last += 1;
        } else if tokens.at(last + 1).is_any_mark(b"-_")
            && tokens.is_glued(last + 2)
            && belongs(tokens.at(last + 2))
        {
            last += 2;
        } else {
            break;
        }
        if tokens.at(last).end() - tokens.at(at).start() > MAX_LABEL {
            return None;
        }
    }
    Some(last)
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

fn is_everyday(tokens: &Tokens<'_>, token: Token) -> bool {
    token.has(Senses::STOP)
        && (token.len() <= 3
            || ["that", "this", "with", "from", "your", "into"].iter().any(|word| tokens.is(token, word)))
}

/// The host that begins at a token, taken as far as its last label that can end it.
///
/// `addressed` says that an at-sign stands in front: then a host is expected, and words of prose may end it.
pub(super) fn host(tokens: &Tokens<'_>, at: usize, addressed: bool) -> Option<Host> {
    let mut last = label(tokens, at)?;
    let mut start = at;
    let mut name = String::new();
    let mut found: Option<(usize, usize, Style)> = None;
    let mut style = Style::Plain;
    for labels in 1..MAX_LABELS {
        let Some(sign) = dot(tokens, last + 1) else { break };
        if labels == 1 {
            push_label(tokens, at, last, &mut name);
        }
        // A full stop, unless what follows can only be the end of a host.
        let stop = sign.style == Style::Spaced && tokens.is_glued(last + 1) && !is_main(tokens, sign.next);
        if stop {
            break;
        }
        let Some(end) = label(tokens, sign.next) else { break };
        style = style.max(sign.style);
        name.push('.');
        let before = name.len();
        push_label(tokens, sign.next, end, &mut name);
        let context =
            Ending { at: sign.next, end, label: start, before: last, labels, sign: sign.style, addressed };
        if context.is_tld(tokens, name.get(before..).unwrap_or_default()) {
            found = Some((end, name.len(), style));
        }
        (start, last) = (sign.next, end);
    }
    let (last, len, style) = found?;
    name.truncate(len);
    Some(Host { first: at, last, name, style })
}

fn push_label(tokens: &Tokens<'_>, first: usize, last: usize, name: &mut String) {
    for at in first..=last {
        tokens.spell(tokens.at(at), name);
    }
}

/// A label that may end a host.
struct Ending {
    at: usize,
    end: usize,
    /// The first and the last token of the label in front.
    label: usize,
    before: usize,
    labels: usize,
    sign: Style,
    addressed: bool,
}

impl Ending {
    fn is_tld(&self, tokens: &Tokens<'_>, label: &str) -> bool {
        let token = tokens.at(self.at);
        let single = self.at == self.end;
        if !single {
            return label.starts_with("xn--");
        }
        if tokens.is_glued(self.end + 1) && tokens.at(self.end + 1).is_any_mark(b"@'") {
            return false;
        }
        if !label.is_ascii() {
            return is_foreign(label) && self.sign <= Style::Spaced;
        }
        let known = token.has(Senses::TLD);
        let before = tokens.at(self.before);
        match self.sign {
            Style::Plain => {
                (known && !self.is_next_sentence(tokens)) || (self.addressed && self.is_plausible(tokens))
            }
            Style::Bracketed => known || (2..=6).contains(&label.len()),
            Style::Word => {
                // "punto" and the like are no words of the prose in which the domain would be one.
                let english = ["dot", "point"].iter().any(|word| tokens.is(tokens.before(self.at), word));
                let point = tokens.is(tokens.before(self.at), "point");
                if point
                    && !["com", "net", "org", "fr", "eu", "be", "ch", "ca", "io"]
                        .iter()
                        .any(|label| tokens.is(token, label))
                {
                    return false;
                }
                let prose = english && token.has(Senses::PROSE.or(Senses::STOP));
                let path = followed_by_path(tokens, self.end);
                known
                    && (!prose || self.addressed || path)
                    && (path || !is_everyday(tokens, before) || self.labels > 1)
            }
            Style::Spaced => {
                let title = tokens.is_upper(token.start()) && !tokens.is_upper(token.end() - 1);
                let path = known && spaced_path(tokens, self.end);
                let apart = token.gap == Gap::Space && tokens.before(self.at).gap == Gap::Space;
                let expected = self.addressed && known && (apart || !token.has(Senses::PROSE));
                (is_main(tokens, self.at) || expected || path)
                    && !title
                    && (self.addressed || path || !is_everyday(tokens, before))
            }
            Style::Odd => is_main(tokens, self.at),
        }
    }

    /// After an at-sign a last label of 2 to 6 small letters will do.
    fn is_plausible(&self, tokens: &Tokens<'_>) -> bool {
        let token = tokens.at(self.at);
        (2..=6).contains(&token.len())
            && !tokens.is_upper(token.start())
            && tokens.chars(token).all(|ch| ch.is_ascii_lowercase())
            && dot(tokens, self.end + 1).is_none_or(|sign| sign.style != Style::Plain)
    }

    /// A name that is no word, in front of a trade's domain: "happypaws.dog" where one is told to look.
    fn is_named(&self, tokens: &Tokens<'_>, token: Token, length: usize) -> bool {
        let before = tokens.at(self.before);
        let whole = self.label == self.before;
        let unknown = before.is_word() && before.lexeme.senses.is_empty() && length >= 7;
        let after = tokens.at(self.end + 1);
        let ends = after.shape == Shape::Mark && tokens.is_glued(self.end + 1);
        let lead = tokens.before(self.label);
        let cues =
            ["visit", "see", "site", "website", "at", "on", "check", "go", "to", "online", "via", "page"];
        let cued = cues.iter().any(|word| tokens.is(lead, word)) || lead.is_any_mark(b":") || ends;
        let function = token.has(Senses::LINK.or(Senses::DIGIT))
            || ["the", "you", "how", "now", "not", "was", "do", "hi"]
                .iter()
                .any(|word| tokens.is(token, word));
        token.len() >= 3 && !function && (unknown || !whole) && cued
    }

    /// "see you there.It was", "come home.in an hour": a full stop without its space.
    fn is_next_sentence(&self, tokens: &Tokens<'_>) -> bool {
        let token = tokens.at(self.at);
        if followed_by_path(tokens, self.end) {
            return false;
        }
        let before = tokens.at(self.before);
        let title = tokens.is_upper(token.start()) && !tokens.is_upper(token.end() - 1);
        let length = before.end() - tokens.at(self.label).start();
        let weak = self.labels < 2 || (before.has(Senses::STOP) && self.label == self.before) || length < 3;
        let prose = token.has(Senses::PROSE.or(Senses::STOP)) && weak && !self.addressed;
        let short = length < 2 && !self.addressed && self.labels < 2;
        let counted = token.has(Senses::DIGIT) && before.has(Senses::DIGIT);
        let numeric = before.is_digits()
            && self.label == self.before
            && (token.has(Senses::PROSE.or(Senses::UNIT)) || token.len() < 2);
        let file = self.labels < 2
            && !self.addressed
            && ["md", "py", "rs", "sh", "pl", "ps", "zip", "mov"].iter().any(|label| tokens.is(token, label));
        let start =
            tokens.is_glued(self.before) && tokens.before(self.before).is_mark(b'.') && self.labels < 2;
        let technical =
            ["asp", "vb", "ado"].iter().any(|word| tokens.is(before, word)) && tokens.is(token, "net");
        let ambiguous =
            ["de", "fr", "no", "se", "nu", "pl", "ch"].iter().any(|label| tokens.is(token, label))
                && self.labels < 2
                && !self.addressed;
        // "unas.de.paloma": the name of somebody goes on.
        let goes_on = followed_by_label(tokens, self.end)
            && !(token.has(Senses::MAIN) && !tokens.is(token, "de"))
            && !tokens.at(self.end + 2).has(Senses::TLD);
        if goes_on {
            return true;
        }
        let named = self.is_named(tokens, token, length);
        title
            || technical
            || (ambiguous && is_sloppy(tokens))
            || counted
            || (prose && !named)
            || short
            || numeric
            || start
            || file
    }
}

/// Whether the writer leaves out the space behind full stops.
fn is_sloppy(tokens: &Tokens<'_>) -> bool {
    let glued = |at: usize| {
        tokens.at(at).is_mark(b'.')
            && tokens.is_glued(at)
            && tokens.is_glued(at + 1)
            && tokens.at(at + 1).has(Senses::STOP.or(Senses::PROSE))
    };
    (0..tokens.len()).filter(|at| glued(*at)).count() >= 2
}

/// Top-level domains in other scripts (IANA root zone).
fn is_foreign(label: &str) -> bool {
    static FOREIGN: &[&str] = &[
        "рф",
        "рус",
        "онлайн",
        "сайт",
        "укр",
        "бг",
        "срб",
        "мкд",
        "қаз",
        "москва",
        "дети",
        "орг",
        "ком",
        "中国",
        "中國",
        "公司",
        "网络",
        "在线",
        "香港",
        "台灣",
        "भारत",
        "संगठन",
        "امارات",
        "السعودية",
        "مصر",
        "ไทย",
        "한국",
        "みんな",
        "コム",
        "ελ",
        "გე",
        "հայ",
        "ישראל",
    ];
    FOREIGN.contains(&label)
}

/// Whether another label stands directly behind a dot.
fn followed_by_label(tokens: &Tokens<'_>, last: usize) -> bool {
    let dot = tokens.at(last + 1).is_mark(b'.') && tokens.is_glued(last + 1) && tokens.is_glued(last + 2);
    dot && tokens.at(last + 2).is_word() && !tokens.is_upper(tokens.at(last + 2).start())
}

/// Whether a slash and a name stand behind a host, with or without spaces.
fn spaced_path(tokens: &Tokens<'_>, last: usize) -> bool {
    tokens.at(last + 1).is_mark(b'/') && label(tokens, last + 2).is_some()
}

/// Whether a path or query stands behind a host.
fn followed_by_path(tokens: &Tokens<'_>, last: usize) -> bool {
    let next = tokens.at(last + 1);
    (tokens.is_glued(last + 1) && next.is_any_mark(b"/?#") && tokens.is_glued(last + 2))
        || (next.has(Senses::SLASH) && label(tokens, last + 2).is_some())
}
