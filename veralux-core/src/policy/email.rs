//! E-mail addresses: a local part, an at-sign, a host or the name of a provider (RFC 5322, 3.4.1, and what people make
//! of it), or a local part beside a provider's name.

use super::host::{self, Sign, Style};
use super::lexicon::{Key, Senses, words};
use super::token::{Gap, Token, Tokens};
use super::{Finding, Kind, Severity};

/// Longest local part in bytes (RFC 5321, 4.5.3.1), and most parts of one that is written in words.
const MAX_LOCAL: usize = 64;
const MAX_PARTS: usize = 8;

pub(super) fn find(tokens: &Tokens<'_>, found: &mut Vec<Finding>) {
    let mut from = 0;
    for at in 0..tokens.len() {
        if let Some(sign) = host::at_sign(tokens, at)
            && at >= from
            && let Some((last, finding)) = address(tokens, at, sign)
        {
            from = last + 1;
            found.push(finding);
        } else if at >= from
            && let Some((last, finding)) = beside_provider(tokens, at)
        {
            from = last + 1;
            found.push(finding);
        }
    }
}

fn finding(
    tokens: &Tokens<'_>,
    first: usize,
    last: usize,
    value: String,
    rule: &'static str,
    score: u8,
) -> Finding {
    let span = tokens.span(first, last);
    Finding { kind: Kind::Email, span, value, rule, score, severity: Severity::Identifier }
}

fn address(tokens: &Tokens<'_>, at: usize, sign: Sign) -> Option<(usize, Finding)> {
    let (last, name, host_style) = domain(tokens, sign)?;
    // "my feed @velvetfade.barber" is a handle: an address that stands apart ends in what everybody knows.
    let apart = tokens.at(at).is_mark(b'@') && !tokens.is_glued(at) && tokens.is_glued(at + 1);
    if apart
        && name.contains('.')
        && !(sign.next..=last).any(|at| tokens.at(at).has(Senses::MAIN.or(Senses::PROVIDER)))
    {
        return None;
    }
    let (first, local) = local_part(tokens, at, sign.style)?;
    let style = sign.style.max(host_style);
    let provider = !name.contains('.');
    if sign.style == Style::Word && !is_meant(tokens, first, at, last, provider, host_style) {
        return None;
    }
    let (rule, score) = match style {
        _ if provider => ("email.provider", 80),
        Style::Plain => ("email.plain", 99),
        Style::Spaced | Style::Odd => ("email.spaced", 90),
        Style::Word | Style::Bracketed => ("email.words", 92),
    };
    let value = format!("{local}@{name}");
    Some((last, finding(tokens, first, last, value, rule, score)))
}

/// The host behind an at-sign, or a provider's name: its last token, its name, its style.
fn domain(tokens: &Tokens<'_>, sign: Sign) -> Option<(usize, String, Style)> {
    let next = sign.next;
    if tokens.at(next).gap == Gap::Line && sign.style == Style::Word {
        return None;
    }
    let (provider_end, provider) = provider(tokens, next).unzip();
    // "gee mail dot com"
    if let (Some(end), Some(name)) = (provider_end, provider)
        && end > next
        && let Some(dot) = host::dot(tokens, end + 1)
        && tokens.at(dot.next).has(Senses::TLD)
    {
        let mut whole = String::from(name);
        let mut last = end;
        // "dot co dot uk"
        while let Some(dot) = host::dot(tokens, last + 1).filter(|dot| tokens.at(dot.next).has(Senses::TLD)) {
            last = dot.next;
            whole.push('.');
            whole.extend(tokens.chars(tokens.at(last)).map(char::from));
        }
        return Some((last, whole, dot.style.max(Style::Word)));
    }
    // "@[gmail.com"
    if let Some(host) = host::host(tokens, next, true) {
        return Some((host.last, host.name, host.style));
    }
    let (end, name) = (provider_end?, provider?);
    // "gmail com"
    let tld = tokens.at(end + 1);
    if tld.is_word() && tokens.is(tld, "com") {
        return Some((end + 1, format!("{name}.com"), Style::Spaced));
    }
    Some((end, name.to_owned(), Style::Word))
}

/// Providers whose names people take apart: the first part, the second, the usual spelling.
static TWO: &[(&[&str], &str, &str)] = &[
    (&["g", "gee", "ge", "jee", "gi"], "mail", "gmail"),
    (&["gee", "g", "jee"], "male", "gmail"),
    (&["hot", "hott"], "mail", "hotmail"),
    (&["ya", "yah"], "hoo", "yahoo"),
    (&["ya", "yah"], "hu", "yahoo"),
    (&["proton"], "mail", "protonmail"),
    (&["google"], "mail", "gmail"),
    (&["out"], "look", "outlook"),
    (&["i", "eye"], "cloud", "icloud"),
    (&["fast"], "mail", "fastmail"),
    (&["y"], "mail", "ymail"),
];

/// Providers whose addresses people give without a top-level domain.
static ONE: &[(&str, &str)] = &[
    ("gmail", "gmail"),
    ("hotmail", "hotmail"),
    ("yahoo", "yahoo"),
    ("outlook", "outlook"),
    ("icloud", "icloud"),
    ("protonmail", "protonmail"),
    ("proton", "proton"),
    ("aol", "aol"),
    ("gmx", "gmx"),
    ("ymail", "ymail"),
    ("googlemail", "googlemail"),
    ("rediffmail", "rediffmail"),
    ("yandex", "yandex"),
];

/// The provider whose name begins at a token: the last token of it, and its usual spelling.
fn provider(tokens: &Tokens<'_>, at: usize) -> Option<(usize, &'static str)> {
    let token = tokens.at(at);
    if !token.is_word() {
        return None;
    }
    let next = if tokens.at(at + 1).is_any_mark(b"-_.") && tokens.is_glued(at + 1) { at + 2 } else { at + 1 };
    let second = tokens.at(next);
    let two = TWO
        .iter()
        .filter(|_| second.is_word() && b"mhlc".contains(&second.ch) && token.len() <= 6)
        .find(|(firsts, second, _)| {
            tokens.is(tokens.at(next), second) && firsts.iter().any(|first| tokens.is(token, first))
        });
    if let Some((_, _, name)) = two {
        return Some((next, name));
    }
    if !token.has(Senses::PROVIDER) || tokens.at(at + 1).is_mark(b'.') && tokens.is_glued(at + 2) {
        return None;
    }
    let named = ONE.iter().find(|(word, _)| tokens.is(token, word)).map_or("mail", |(_, name)| name);
    let name = if named == "mail" && token.ch == b'g' { "gmail" } else { named };
    Some((at, name))
}

/// The local part in front of an at-sign: its first token, and itself.
fn local_part(tokens: &Tokens<'_>, at: usize, style: Style) -> Option<(usize, String)> {
    let mut first = part(tokens, at)?;
    // "my insta @ann.lee"
    if tokens.at(at).is_mark(b'@') && !tokens.is_glued(at) && tokens.at(at - 1).has(Senses::PLATFORM) {
        return None;
    }
    if tokens.at(at).gap == Gap::Line && style == Style::Word {
        return None;
    }
    for _ in 0..MAX_PARTS {
        let Some(earlier) = earlier_part(tokens, first) else { break };
        first = earlier;
    }
    let mut local = String::new();
    for token in (first..at).map(|at| tokens.at(at)) {
        if token.is_word() && token.has(Senses::DOT) {
            local.push('.');
        } else if token.is_word() && token.has(Senses::JOINT) {
            local.push(char::from(u8::try_from(token.lexeme.value).unwrap_or(b'_')));
        } else if token.has(Senses::DIGIT) && !token.has(Senses::WEAK) && first + 1 < at {
            local.push_str(&token.lexeme.value.to_string());
        } else {
            local.extend(
                tokens
                    .chars(token)
                    .filter(|ch| ch.is_ascii_alphanumeric() || b"._-+%".contains(ch))
                    .map(char::from),
            );
        }
    }
    (!local.is_empty() && local.len() <= MAX_LOCAL).then_some((first, local))
}

/// The first token of what stands directly in front of a place, without leading signs.
fn part(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let mut first = end;
    while let Some(at) = first.checked_sub(1) {
        let token = tokens.at(at);
        let sign = token.is_any_mark(b"._-+%") && first < end;
        let glued = first == end || tokens.is_glued(first);
        if !(glued && (token.is_word() || token.is_digits() || sign))
            || tokens.at(end - 1).end() - token.start() > MAX_LOCAL
        {
            break;
        }
        first = at;
    }
    while first < end
        && tokens.at(first).shape == super::token::Shape::Mark
        && !tokens.at(first).is_mark(b'_')
    {
        first += 1;
    }
    (first < end).then_some(first)
}

/// A part in front of another, with a word or a spaced sign between them: "ann dot lee", "ann . lee", "ann 99".
fn earlier_part(tokens: &Tokens<'_>, first: usize) -> Option<usize> {
    let sign = tokens.at(first.checked_sub(1)?);
    if sign.gap == Gap::Line || tokens.at(first).gap == Gap::Line {
        return None;
    }
    // "guion bajo"
    let second = sign.is_one(const { &words(["bajo", "bas", "basso"]) });
    if second && first >= 2 && tokens.at(first - 2).has(Senses::JOINT) {
        return part(tokens, first - 2);
    }
    let signs = (sign.is_word() && sign.has(Senses::DOT.or(Senses::JOINT)))
        || (sign.is_any_mark(b"._") && tokens.at(first).gap == Gap::Space && sign.gap == Gap::Space);
    if signs {
        let earlier = part(tokens, first - 1)?;
        return (tokens.at(earlier).is_word() || tokens.at(earlier).is_digits()).then_some(earlier);
    }
    // "(dot)"
    if sign.is_any_mark(b")]}>")
        && first >= 4
        && host::dot(tokens, first - 3).is_some_and(|dot| dot.next == first)
    {
        return part(tokens, first - 3);
    }
    let last = tokens.at(first);
    let counts =
        (last.is_digits() && last.len() <= 4) || (last.has(Senses::DIGIT) && !last.has(Senses::WEAK));
    let named = sign.is_word()
        && (sign.lexeme.senses.is_empty() || (sign.has(Senses::DIGIT) && !sign.has(Senses::WEAK)));
    (counts && named && last.gap == Gap::Space).then(|| part(tokens, first)).flatten()
}

/// Local parts that are everyday words.
static ROLES: &[Key] = &words([
    "info", "contact", "hello", "hi", "office", "sales", "support", "admin", "booking", "bookings", "team",
    "mail", "help", "service", "hola", "kontakt", "orders", "jobs", "billing", "book", "shop",
]);

/// Whether "x at y" is an address and no place: "ann at gmail", not "meet me at amazon dot com".
fn is_meant(tokens: &Tokens<'_>, first: usize, at: usize, last: usize, provider: bool, host: Style) -> bool {
    let local = tokens.at(at - 1);
    let everyday =
        first + 1 == at && local.has(Senses::STOP.or(Senses::REACH).or(Senses::LINK)) && !local.is_one(ROLES);
    if everyday {
        return false;
    }
    let next = tokens.at(at + 1);
    if provider {
        let ambiguous = next.is_one(
            const {
                &words([
                    "outlook", "proton", "aol", "libero", "zoho", "verizon", "comcast", "att", "msn", "yahoo",
                ])
            },
        );
        return !ambiguous || has_mail_cue(tokens, first) || !is_plain_word(tokens, first, at);
    }
    let mail_host = (at + 1..=last).any(|at| tokens.at(at).has(Senses::PROVIDER));
    mail_host
        || host >= Style::Word
            && (has_mail_cue(tokens, first)
                || !is_plain_word(tokens, first, at)
                || local.lexeme.senses.is_empty())
        || has_mail_cue(tokens, first)
}

fn is_plain_word(tokens: &Tokens<'_>, first: usize, end: usize) -> bool {
    first + 1 == end && tokens.at(first).is_word()
}

/// Whether mail is spoken of in front of a token.
fn has_mail_cue(tokens: &Tokens<'_>, first: usize) -> bool {
    (first.saturating_sub(7)..first).any(|at| {
        let token = tokens.at(at);
        token.has(Senses::MAIL.or(Senses::PROVIDER)) || token.is_mark(super::fold::EMOJI_MAIL)
    })
}

/// "my gmail is ann.lee", "ann.lee92 (gmail)": a local part beside a provider's name.
fn beside_provider(tokens: &Tokens<'_>, at: usize) -> Option<(usize, Finding)> {
    let (end, name) = provider(tokens, at)?;
    if name == "mail" {
        return None;
    }
    behind(tokens, end, name).or_else(|| in_front(tokens, at, end, name))
}

fn behind(tokens: &Tokens<'_>, end: usize, name: &str) -> Option<(usize, Finding)> {
    let mut next = end + 1;
    let mut links = 0;
    for _ in 0..5 {
        let token = tokens.at(next);
        let links_on = token.is_any_mark(b":=->,") || token.has(Senses::LINK);
        let passes = token.has(Senses::HANDLE.or(Senses::MAIL))
            || tokens.is(token, "address")
            || token.is_mark(super::fold::EMOJI_MAIL);
        if !(links_on || passes) || (token.is_any_mark(b"-") && tokens.is_glued(next)) {
            break;
        }
        links += usize::from(links_on);
        next += 1;
    }
    let last = run_end(tokens, next)?;
    let strange = looks_like_handle(tokens, next, last);
    let ends = {
        let after = tokens.at(last + 1);
        after.gap == Gap::Line || after.is_any_mark(b".,!?)") || after.shape == super::token::Shape::Outside
    };
    let unknown =
        tokens.at(next).lexeme.senses.is_empty() || !tokens.at(next).has(Senses::STOP) && last > next;
    let meant = strange && (links > 0 || owned(tokens, end))
        || (links > 0 && unknown && ends && tokens.at(last).end() - tokens.at(next).start() >= 4)
        || (links > 0 && owned(tokens, end) && is_name(tokens, next, last));
    let domain = tokens.at(last + 1);
    let whole = domain.is_mark(b'@') || domain.has(Senses::AT);
    (meant && !whole).then(|| {
        (
            last,
            finding(
                tokens,
                next,
                last,
                format!("{}@{name}", plain(tokens, next, last)),
                "email.provider",
                78,
            ),
        )
    })
}

/// Whether a long word is none that says how a mailbox is: "my gmail is sandrafixesbikes", not "is malfunctioning".
fn is_name(tokens: &Tokens<'_>, first: usize, last: usize) -> bool {
    let token = tokens.at(first);
    let ends = |text: &str| tokens.chars(token).rev().take(text.len()).eq(text.bytes().rev());
    first == last
        && token.len() >= 10
        && token.lexeme.senses.is_empty()
        && !["ing", "ed", "ble", "ly", "ive", "ful", "ous", "ent", "ght"].iter().any(|end| ends(end))
}

/// "my gmail", "her yahoo".
fn owned(tokens: &Tokens<'_>, end: usize) -> bool {
    (end.saturating_sub(3)..end)
        .any(|at| tokens.at(at).is_one(const { &words(["my", "his", "her", "our", "the"]) }))
}

fn in_front(tokens: &Tokens<'_>, at: usize, end: usize, name: &str) -> Option<(usize, Finding)> {
    let mut before = at.checked_sub(1)?;
    while tokens.at(before).is_any_mark(b"([-*|,")
        || tokens.at(before).is_one(const { &words(["on", "using", "at", "via", "with", "my"]) })
    {
        before = before.checked_sub(1)?;
    }
    let first = part(tokens, before + 1)?;
    let strange = looks_like_handle(tokens, first, before);
    // "ann.lee gmail com"
    let whole = before + 1 == at && tokens.is(tokens.at(end + 1), "com");
    let (last, tld) = if whole { (end + 1, ".com") } else { (before, "") };
    (strange && tokens.at(first).is_word() && !tokens.at(before).has(Senses::AT)).then(|| {
        (
            end,
            finding(
                tokens,
                first,
                last,
                format!("{}@{name}{tld}", plain(tokens, first, before)),
                "email.provider",
                76,
            ),
        )
    })
}

/// Letters, digits and the signs of a local part, from a token on.
fn run_end(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let belongs = |token: Token| token.is_word() || token.is_digits();
    if !belongs(tokens.at(at)) {
        return None;
    }
    let mut last = at;
    while tokens.is_glued(last + 1) && tokens.at(last + 1).end() - tokens.at(at).start() <= MAX_LOCAL {
        if belongs(tokens.at(last + 1)) {
            last += 1;
        } else if tokens.at(last + 1).is_any_mark(b"._-+")
            && tokens.is_glued(last + 2)
            && belongs(tokens.at(last + 2))
        {
            last += 2;
        } else {
            break;
        }
    }
    Some(last)
}

/// Whether letters stand with digits, dots or underscores between the first token and the last.
fn looks_like_handle(tokens: &Tokens<'_>, first: usize, last: usize) -> bool {
    let letters = (first..=last).any(|at| tokens.at(at).is_word() && tokens.at(at).len() >= 2);
    let signs = (first..=last).any(|at| tokens.at(at).is_digits() || tokens.at(at).is_any_mark(b"._"));
    letters && signs && last > first
}

fn plain(tokens: &Tokens<'_>, first: usize, last: usize) -> String {
    (first..=last).flat_map(|at| tokens.chars(tokens.at(at))).filter(u8::is_ascii).map(char::from).collect()
}
