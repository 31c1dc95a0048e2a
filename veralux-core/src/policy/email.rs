//! E-mail addresses: a local part, an at-sign, a host or the name of a provider (RFC 5322, 3.4.1, and what people make
//! of it), or a local part beside a provider's name.

mod apart;
mod provider;
mod spoken;

use super::fold::{EMOJI, EMOJI_MAIL, EMOJI_PHONE, EMOJI_SOCIAL, LETTER, SIGN};
use super::host::{self, Sign, Style};
use super::lexicon::{Key, Senses, words};
use super::token::{Gap, Shape, Token, Tokens};
use super::{Finding, Kind, Severity};
use spoken::{is_introduced, words_before};

/// Longest local part in characters (RFC 5321, 4.5.3.1), and most parts of one that is written in words.
const MAX_LOCAL: usize = 64;
const MAX_PARTS: usize = 8;

pub(super) fn find(tokens: &Tokens<'_>, found: &mut Vec<Finding>) {
    let mut from = 0;
    for at in 0..tokens.len() {
        if !may_begin(tokens, at) {
            continue;
        }
        if let Some(sign) = host::at_sign(tokens, at)
            && at >= from
            && let Some((last, finding)) = address(tokens, at, sign)
        {
            from = last + 1;
            found.push(finding);
        } else if at >= from
            && let Some((last, finding)) = provider::beside(tokens, at)
        {
            from = last + 1;
            found.push(finding);
        }
    }
    if from == 0 && tokens.any_has(Senses::PROVIDER.or(Senses::MAIL)) {
        apart::find(tokens, found);
    }
}

/// Whether an at-sign or the name of a provider may stand at a token.
fn may_begin(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    let single = |token: &Token| token.is_word() && token.len() == 1 && token.ch == b'a';
    match token.shape {
        // A filler may begin a sign that is described: "then the curly a".
        Shape::Word => {
            token.has(Senses::AT.or(Senses::PROVIDER))
                || token.has(Senses::FILLER) && host::may_describe(token)
                || token.has(Senses::OPENS) && provider::may_be_first(tokens, at)
                || single(token)
        }
        Shape::Mark => match token.ch {
            b'.' | b'?' | b':' | b'+' | b')' | b']' | b'}' | b'>' | b'$' => false,
            b'@' | b'%' | b'&' | b'#' | b'*' | EMOJI | EMOJI_MAIL | EMOJI_PHONE | EMOJI_SOCIAL | SIGN => true,
            _ => {
                next.has(Senses::AT.or(Senses::PROVIDER).or(Senses::FILLER))
                    || next.is_mark(b'@')
                    || single(next)
            }
        },
        Shape::Digits | Shape::Outside => false,
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
        && !tokens.at(last).has(Senses::MAIN)
        && !(sign.next..=last).any(|at| tokens.at(at).has(Senses::PROVIDER))
    {
        return None;
    }
    // "querid@s alumn@s.la clase": both genders at once, and a full stop without its space.
    if sign.style == Style::Plain
        && tokens.is(tokens.at(sign.next), "s")
        && !tokens.at(last).has(Senses::MAIN)
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
    let (provider_end, provider) = provider::name(tokens, next).unzip();
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
    // "arobase serrurerie tiret moreau point com"
    let joint = tokens.at(next + 1);
    if tokens.at(next).is_word()
        && joint.is_word()
        && joint.has(Senses::JOINT)
        && joint.lexeme.value == u16::from(b'-')
        && let Some(host) = host::host(tokens, next + 2, true).filter(|host| host.style >= Style::Word)
    {
        let mut name = String::new();
        tokens.spell(tokens.at(next), &mut name);
        name.push('-');
        name.push_str(&host.name);
        return Some((host.last, name, host.style));
    }
    // "@[gmail.com"
    if let Some(host) = host::host(tokens, next, true) {
        return Some((host.last, host.name, host.style));
    }
    if sign.style == Style::Word
        && provider.is_none()
        && let Some(host) = host::told(tokens, next)
    {
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

/// The local part in front of an at-sign: its first token, and itself.
fn local_part(tokens: &Tokens<'_>, at: usize, style: Style) -> Option<(usize, String)> {
    // "ann.lee, then the curly a"
    let comma = tokens.is(tokens.at(at), "then") && tokens.before(at).is_mark(b',');
    let at = at - usize::from(comma);
    let mut first = part(tokens, at)?;
    // "o'brien"
    let elided = first >= 2 && tokens.before(first).is_mark(b'\'') && tokens.at(first - 2).len() == 1;
    if style == Style::Plain && elided && tokens.is_glued(first) && tokens.is_glued(first - 1) {
        first = part(tokens, first - 1)?;
    }
    // "my insta @ann.lee"
    if tokens.at(at).is_mark(b'@') && !tokens.is_glued(at) && tokens.at(at - 1).has(Senses::PLATFORM) {
        return None;
    }
    if tokens.at(at).gap == Gap::Line && style == Style::Word {
        return None;
    }
    let spoken = tokens.at(at).is_word() && style != Style::Plain;
    for _ in 0..MAX_PARTS {
        let earlier = earlier_part(tokens, first).or_else(|| {
            let (front, joined) = words_before(tokens, first).last().filter(|_| spoken)?;
            joined.then_some(front)
        });
        let Some(earlier) = earlier else { break };
        first = earlier;
    }
    if spoken && (first + 1 == at || tokens.at(first + 1).gap > Gap::None) {
        first = words_before(tokens, first)
            .filter(|(front, _)| is_introduced(tokens, *front))
            .last()
            .map_or(first, |(front, _)| front);
    }
    let mut local = String::new();
    for token in (first..at).map(|at| tokens.at(at)) {
        if token.is_word() && token.has(Senses::DOT) {
            local.push('.');
        } else if token.is_word() && token.has(Senses::JOINT) {
            local.push(char::from(u8::try_from(token.lexeme.value).unwrap_or(b'_')));
        } else if token.has(Senses::DIGIT.or(Senses::TENS)) && !token.has(Senses::WEAK) && first + 1 < at {
            local.push_str(&token.lexeme.value.to_string());
        } else if token.ch == LETTER {
            tokens.spell(token, &mut local);
        } else {
            local.extend(
                tokens
                    .chars(token)
                    .filter(|ch| ch.is_ascii_alphanumeric() || b"._-+%'".contains(ch))
                    .map(char::from),
            );
        }
    }
    (!local.is_empty() && local.chars().count() <= MAX_LOCAL).then_some((first, local))
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
    while first < end && tokens.at(first).shape == Shape::Mark && !tokens.at(first).is_mark(b'_') {
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
    let counts = (last.is_digits() && last.len() <= 4)
        || (last.has(Senses::DIGIT.or(Senses::TENS)) && !last.has(Senses::WEAK));
    let named = sign.is_word()
        && (sign.lexeme.senses.is_empty() || (sign.has(Senses::DIGIT) && !sign.has(Senses::WEAK)));
    (counts && named && last.gap == Gap::Space).then(|| part(tokens, first)).flatten()
}

/// Local parts that are everyday words.
static ROLES: &[Key] = &words([
    "info",
    "contact",
    "hello",
    "hi",
    "office",
    "sales",
    "support",
    "admin",
    "booking",
    "bookings",
    "team",
    "mail",
    "help",
    "service",
    "accounts",
    "reception",
    "enquiries",
    "hola",
    "kontakt",
    "orders",
    "jobs",
    "billing",
    "book",
    "shop",
]);

/// Those of them that are nothing else in front of "at".
static BOXES: &[Key] = &words([
    "hello",
    "hola",
    "bookings",
    "team",
    "orders",
    "info",
    "office",
    "sales",
    "support",
    "admin",
    "accounts",
    "reception",
    "enquiries",
    "kontakt",
    "billing",
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
    let mail_host = (at + 1..=last).any(|at| tokens.at(at).has(Senses::PROVIDER))
        || provider::name(tokens, at + 1).is_some();
    mail_host
        || host >= Style::Word
            && (has_mail_cue(tokens, first)
                || !is_plain_word(tokens, first, at)
                || local.is_one(BOXES)
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
        token.has(Senses::MAIL.or(Senses::PROVIDER)) || token.is_mark(EMOJI_MAIL)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_begin_only_where_they_are_looked_for() {
        crate::policy::tests::each_seen(|tokens, text| {
            for at in (0..tokens.len()).filter(|at| !may_begin(tokens, *at)) {
                assert!(host::at_sign(tokens, at).is_none(), "{text}: {at}");
                assert!(provider::beside(tokens, at).is_none(), "{text}: {at}");
            }
        });
    }
}
