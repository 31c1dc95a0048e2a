//! Links: with a scheme, with `www.`, or a host by itself, however its dots and slashes are written.

use super::effort::Looks;
use super::host::{self, Row, Style};
use super::lexicon::{Key, Senses, keys};
use super::social::is_announced;
use super::token::{Gap, Shape, Tokens};
use super::{Finding, Kind, Severity};

pub(super) fn find(tokens: &Tokens<'_>, spots: &[usize], looks: &mut Looks, found: &mut Vec<Finding>) {
    let (mut from, mut row) = (0, Row::default());
    for at in spots.iter().copied() {
        if row.leads_on(tokens, at) {
            from = at;
            continue;
        }
        if tokens.at(at).is_mark(b'/') && at >= from + 2 && host::lacks_dot(tokens, at - 1) {
            let link = undotted(tokens, at);
            from = link.last + 1;
            push(tokens, link, found);
            continue;
        }
        // Behind "www" any token may be one.
        let sign = at + usize::from(tokens.at(at).has(Senses::EDGE));
        if sign <= from || !may_end_label(tokens, sign) {
            continue;
        }
        let Some(first) = host::label_before(tokens, from, sign) else { continue };
        if !(looks.may(sign) || stands_alone(tokens, first, sign)) {
            continue;
        }
        let Some(link) = with_scheme(tokens, first).or_else(|| at_host(tokens, first)) else {
            looks.vain(tokens, sign);
            from = sign;
            continue;
        };
        from = link.last + 1;
        push(tokens, link, found);
    }
}

/// Whether a label has a dot behind it, with nothing between, and neither a dot nor an at-sign in front.
fn stands_alone(tokens: &Tokens<'_>, first: usize, sign: usize) -> bool {
    let plain = tokens.at(sign).is_mark(b'.') && tokens.is_glued(sign) && tokens.is_glued(sign + 1);
    plain && !(tokens.is_glued(first) && tokens.before(first).is_any_mark(b".@"))
}

fn push(tokens: &Tokens<'_>, link: Link, found: &mut Vec<Finding>) {
    let Some((rule, score)) = link.rule else { return };
    found.push(Finding {
        kind: Kind::Url,
        span: tokens.span(link.first, link.last),
        value: link.value,
        rule,
        score,
        severity: Severity::Identifier,
    });
}

/// "linktr ee/annlee", of which a token is the slash.
fn undotted(tokens: &Tokens<'_>, slash: usize) -> Link {
    let mut value = String::new();
    tokens.spell(tokens.at(slash - 2), &mut value);
    value.push('.');
    tokens.spell(tokens.at(slash - 1), &mut value);
    let last = path_end(tokens, slash - 1);
    value.push_str(&rest_of(tokens, slash, last));
    Link { first: slash - 2, last, value, rule: Some(("url.spaced", 84)) }
}

/// Whether the first label of a link may end in front of a token: in a sign or in a word for one.
fn may_end_label(tokens: &Tokens<'_>, at: usize) -> bool {
    let (label, sign) = (tokens.before(at), tokens.at(at));
    if !(label.is_word() || label.is_digits()) {
        return false;
    }
    if sign.is_mark(b'.') {
        return label.has(Senses::EDGE) || !host::is_stop(tokens, at);
    }
    let told = sign.shape == Shape::Mark || sign.has(Senses::DOT.or(Senses::DESCRIBES));
    sign.is_mark(b':') && tokens.at(at + 1).is_mark(b'/')
        || label.has(Senses::EDGE)
        || told && host::dot(tokens, at).is_some()
        || sign.is_mark(b',') && tokens.at(at + 1).has(Senses::DOT)
}

/// The host of a normalised link.
pub(super) fn host(value: &str) -> &str {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

struct Link {
    first: usize,
    last: usize,
    value: String,
    /// The rule and its score; none when a site is only spoken of.
    rule: Option<(&'static str, u8)>,
}

/// `https://`, `hxxp://`, `h t t p : / /`; answers with the rest of the link whatever it is.
fn with_scheme(tokens: &Tokens<'_>, at: usize) -> Option<Link> {
    let scheme = tokens.at(at);
    let slashes = |colon: usize| {
        tokens.at(colon).is_mark(b':')
            && tokens.at(colon + 1).is_mark(b'/')
            && tokens.at(colon + 2).is_mark(b'/')
    };
    if !(2..=12).contains(&scheme.len()) || !slashes(at + 1) {
        return None;
    }
    let from = at + 4;
    if !(tokens.at(from).is_word() || tokens.at(from).is_digits()) {
        return None;
    }
    let name = host::host(tokens, from, true);
    if name.is_none() && !tokens.is_glued(from) {
        return None;
    }
    let last = match &name {
        Some(host) => path_end(tokens, host.last),
        None => tail_end(tokens, from),
    };
    let scheme: String = tokens.chars(scheme).map(char::from).collect();
    let scheme = scheme.replace("hxxp", "http");
    let rest = match &name {
        Some(host) => format!("{}{}", host.name, rest_of(tokens, host.last + 1, last)),
        None => written(tokens, from, last),
    };
    Some(Link { first: at, last, value: format!("{scheme}://{rest}"), rule: Some(("url.scheme", 99)) })
}

fn at_host(tokens: &Tokens<'_>, at: usize) -> Option<Link> {
    if tokens.before(at).is_mark(b'@') && tokens.is_glued(at) {
        return None;
    }
    // "live:ann.lee" of Skype
    if tokens.before(at).is_mark(b':') && tokens.is(tokens.at(at.wrapping_sub(2)), "live") {
        return None;
    }
    let is_www = tokens.is(tokens.at(at), "www");
    let Some(host) = host::host(tokens, at, is_www) else {
        return if is_www { www(tokens, at) } else { None };
    };
    if is_announced(tokens, &host) {
        return None;
    }
    let last = path_end(tokens, host.last);
    let brand = last == host.last && (host::is_brand(&host.name) || host::is_recalled(tokens, host.first));
    let rule = match host.style {
        _ if is_www => ("url.www", 98),
        Style::Plain => ("url.bare", 90),
        Style::Spaced | Style::Odd => ("url.spaced", 80),
        Style::Word => ("url.words", 84),
        Style::Bracketed => ("url.bracketed", 94),
    };
    let mut value = host.name;
    value.push_str(&rest_of(tokens, host.last + 1, last));
    Some(Link { first: host.first, last, value, rule: Some(rule).filter(|_| !brand) })
}

/// `www.` and whatever follows, its top-level domain known or not.
fn www(tokens: &Tokens<'_>, at: usize) -> Option<Link> {
    // "www happypaws com"
    let end = host::label(tokens, at + 1).filter(|end| tokens.at(end + 1).has(Senses::MAIN));
    if let Some(end) = end {
        let mut value = String::from("www.");
        (at + 1..=end).for_each(|at| tokens.spell(tokens.at(at), &mut value));
        value.push('.');
        tokens.spell(tokens.at(end + 1), &mut value);
        return Some(Link { first: at, last: end + 1, value, rule: Some(("url.spaced", 86)) });
    }
    let dot = host::dot(tokens, at + 1).filter(|dot| dot.style == Style::Plain)?;
    let last = tail_end(tokens, host::label(tokens, dot.next)?);
    (tokens.at(last).end() - tokens.at(at).start() > 6).then(|| Link {
        first: at,
        last,
        value: written(tokens, at, last),
        rule: Some(("url.www", 95)),
    })
}

/// Where a link goes on behind its host: a port, a path, "slash ann".
fn path_end(tokens: &Tokens<'_>, host: usize) -> usize {
    let mut last = host;
    if tokens.at(last + 1).is_mark(b':') && tokens.is_glued(last + 2) && tokens.at(last + 2).is_digits() {
        last += 2;
    }
    if tokens.is_glued(last + 1) && tokens.at(last + 1).is_any_mark(b"/?#") {
        let end = tail_end(tokens, last);
        // "facebook.com/" at the end of a line, the name of a page on the next.
        let next = tokens.at(end + 1);
        let name = next.gap == Gap::Line && next.is_word() && next.lexeme.senses.is_empty();
        let goes_on = tokens.at(end).is_mark(b'/') && name && !tokens.is_upper(next.start());
        return if goes_on { tail_end(tokens, end + 1) } else { end };
    }
    loop {
        let next = tokens.at(last + 1);
        // "slash the underscore mop"
        let sign = last > host && next.has(Senses::JOINT) || next.is_mark(b'/');
        let path = if sign { Some(last + 2) } else { host::slash(tokens, last + 1) };
        let Some((path, end)) = path.and_then(|path| Some((path, host::label(tokens, path)?))) else {
            return last;
        };
        let single = character(tokens, path).filter(|single| *single >= end);
        last = single.unwrap_or(end);
        loop {
            let next = last + 1;
            // "slash four k q nine", "slash 44 7700 900318"
            let more = if single.is_some() {
                character(tokens, next)
            } else {
                let digits = tokens.at(end).is_digits() && tokens.at(next).is_digits();
                digits.then_some(next)
            };
            // "slash k q 4 i think"
            let prose = tokens.is(tokens.at(next), "i") && tokens.at(next + 1).is_word();
            let ends = prose && !is_character(tokens, next + 1);
            let Some(more) = more.filter(|_| !ends) else { break };
            last = more;
        }
    }
}

/// Where the character ends that is told at a token: "k", "nine", "capital k", "lower case k".
fn character(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    static CASES: &[Key] = keys!("capital uppercase upper small lowercase lower case letter");
    let at = at + (at..at + 3).take_while(|at| tokens.at(*at).is_one(CASES)).count();
    is_character(tokens, at).then_some(at)
}

/// Whether a token is told as one character of a path.
fn is_character(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    let part = token.is_word() || token.is_digits();
    part && token.len() == 1
        || token.has(Senses::DIGIT) && !token.has(Senses::WEAK)
        || token.has(Senses::TIMES)
        || tokens.before(at).has(Senses::TIMES)
}

/// Where what runs on without a gap ends, trailing punctuation left out.
fn tail_end(tokens: &Tokens<'_>, from: usize) -> usize {
    let mut last = from;
    while tokens.is_glued(last + 1) && !tokens.at(last + 1).is_any_mark(b"<>\"`[]{}|\\^") {
        last += 1;
    }
    // "/a_(b)"
    let open = (from..last).find(|at| tokens.at(*at).is_mark(b'('));
    let closes = |last: usize| tokens.at(last).is_mark(b')') && open.is_some();
    let belongs = |last: usize| tokens.at(last).is_any_mark(b"/=&#_-~") || closes(last);
    while last > from && tokens.at(last).shape == Shape::Mark && !belongs(last) {
        last -= 1;
    }
    last
}

/// A host whose end is no domain that is known, in small letters, and its path as it was written: "WWW.HappyPaws.Foo/A".
fn written(tokens: &Tokens<'_>, first: usize, last: usize) -> String {
    let path = (first..=last).find(|at| tokens.at(*at).is_any_mark(b"/?#")).unwrap_or(last + 1);
    let mut value = rest_of(tokens, first, path - 1).to_lowercase();
    value.push_str(&rest_of(tokens, path, last));
    value
}

/// A path as it was written, words for signs replaced.
fn rest_of(tokens: &Tokens<'_>, first: usize, last: usize) -> String {
    let mut rest = String::new();
    let is_slash = |at: usize| tokens.at(at).has(Senses::SLASH) || tokens.at(at).is_mark(b'/');
    for at in first..=last {
        let token = tokens.at(at);
        let leads = host::leads_to_slash(token) || token.is_any_mark(b"[({<");
        let around = leads && is_slash(at + 1) || token.is_any_mark(b"])}>") && is_slash(at - 1);
        if is_slash(at) || host::is_division(tokens, at) {
            rest.push('/');
        } else if !around {
            // "forward slash", "(slash)"
            rest.push_str(tokens.original(tokens.span(at, at)));
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_begin_only_where_they_are_looked_for() {
        let check = |tokens: &Tokens<'_>, text: &str| {
            let mut found = Vec::new();
            find(tokens, &host::spots(tokens), &mut Looks::default(), &mut found);
            // At every label behind which any mark or a word for a dot stands.
            let (mut links, mut at) = (Vec::new(), 0);
            while at < tokens.len() {
                let begins = !tokens.is_glued(at) || tokens.before(at).shape == Shape::Mark;
                let label = host::label(tokens, at).filter(|_| begins);
                let next = tokens.at(label.unwrap_or(at) + 1);
                let ends = next.shape == Shape::Mark
                    || next.has(Senses::DOT.or(Senses::DESCRIBES))
                    || tokens.at(at).has(Senses::EDGE);
                let undotted = || (at > 0 && host::lacks_dot(tokens, at)).then(|| undotted(tokens, at + 1));
                let link = || undotted().or_else(|| with_scheme(tokens, at)).or_else(|| at_host(tokens, at));
                let Some(link) = label.filter(|_| ends).and_then(|_| link()) else {
                    at = label.unwrap_or(at) + 1;
                    continue;
                };
                at = link.last + 1;
                links.extend(link.rule.map(|_| tokens.span(link.first, link.last)));
            }
            assert_eq!(found.iter().map(|found| found.span).collect::<Vec<_>>(), links, "{text}");
        };
        crate::policy::tests::each_seen(check);
        for text in ["see www-happypaws.bakery", "www2-happy.foo, ok.then I", "at happypaws& #46;com now"] {
            let mut room = crate::policy::token::Room::new();
            check(&Tokens::new(text, &mut room), text);
        }
    }
}
