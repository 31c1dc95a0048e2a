//! Links: with a scheme, with `www.`, or a bare host with a common top-level domain.

use super::view::{View, identifier, in_host};
use super::{Finding, Kind, tld};

/// Longest scheme that people write, and longest host (RFC 1035, 2.3.4), in bytes.
const MAX_SCHEME: usize = 12;
const MAX_HOST: usize = 253;

pub(super) fn find(view: View<'_>, found: &mut Vec<Finding>) {
    let mut index = 0;
    while index < view.len() {
        let hit = match view.at(index) {
            b':' => with_scheme(view, index),
            byte if in_host(byte) => {
                let end = view.run_end(index, usize::MAX, in_host);
                let hit = host_run(view, index, end);
                // A scheme's name is such a run too; its colon comes next.
                index = end.max(index + 1) - 1;
                hit
            }
            _ => None,
        };
        index += 1;
        if let Some((start, end, rule, score)) = hit {
            let value = normalise(view.slice(start, end));
            found.push(identifier(Kind::Url, start, end, value, rule, score));
            index = index.max(end);
        }
    }
}

/// The host of a normalised link.
pub(super) fn host(value: &str) -> &str {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

type Hit = (usize, usize, &'static str, u8);

fn with_scheme(view: View<'_>, colon: usize) -> Option<Hit> {
    let start = view.run_start(colon, MAX_SCHEME, |byte| byte.is_ascii_alphabetic());
    let from = colon + 3;
    if colon - start < 2 || view.slice(colon, from) != "://" || !view.at(from).is_ascii_alphanumeric() {
        return None;
    }
    let end = view.token_end(from);
    (end > from).then_some((start, end, "url.scheme", 99))
}

/// A run of letters, digits, dots and hyphens from `start` to `end`.
fn host_run(view: View<'_>, start: usize, end: usize) -> Option<Hit> {
    let run = view.slice(start, end);
    let name = run.trim_matches(['.', '-']);
    if !name.contains('.') || name.len() > MAX_HOST || view.before(start) == b'@' || view.at(end) == b'@' {
        return None;
    }
    let start = start + (run.len() - run.trim_start_matches(['.', '-']).len());
    let lead = name.get(..4).unwrap_or_default();
    if lead.eq_ignore_ascii_case("www.") && name.len() > 6 {
        return Some((start, view.token_end(start), "url.www", 98));
    }
    let length = bare_length(name, matches!(view.at(end), b'/' | b'?'))?;
    let whole = length == name.len() && start + length == end;
    let end = if whole { with_path(view, end) } else { start + length };
    // What stands on in letters is no top-level domain.
    let glued = view.char_at(end).is_some_and(|c| c.is_alphanumeric() || c == '_');
    (!glued).then(|| (extend_left(view, start), end, "url.bare", 90))
}

/// How long the name is up to its last label that is a top-level domain.
fn bare_length(name: &str, path: bool) -> Option<usize> {
    let mut host = name;
    while let Some((rest, label)) = host.rsplit_once('.') {
        let before = rest.rsplit('.').next().unwrap_or_default();
        let lettered = before.bytes().any(|byte| byte.is_ascii_alphabetic());
        let named = before.len() >= 2 && (lettered || !tld::is_prose(label));
        if named && tld::is_common(label) && !is_next_sentence(rest, label, path) {
            return Some(host.len());
        }
        host = rest;
    }
    None
}

/// "see you there.It was", "come home.in an hour": a full stop without its space.
fn is_next_sentence(rest: &str, label: &str, path: bool) -> bool {
    let title = label.starts_with(|c: char| c.is_ascii_uppercase())
        && label.bytes().skip(1).all(|byte| byte.is_ascii_lowercase());
    let known = rest.contains('.') && !rest.contains("..");
    !path && (title || (tld::is_prose(label) && !known) || rest.ends_with('.'))
}

fn with_path(view: View<'_>, end: usize) -> usize {
    let port =
        if view.at(end) == b':' { view.run_end(end + 1, 5, |byte| byte.is_ascii_digit()) } else { end };
    let from = if port > end + 1 { port } else { end };
    if matches!(view.at(from), b'/' | b'?' | b'#') { view.token_end(from).max(from) } else { from }
}

/// Takes letters of other scripts in front of the host into it.
fn extend_left(view: View<'_>, mut start: usize) -> usize {
    for _ in 0..63 {
        match view.char_before(start) {
            Some(c) if c.is_alphanumeric() => start -= c.len_utf8(),
            _ => break,
        }
    }
    start
}

/// Scheme and host in lower case; the path as it was written.
fn normalise(link: &str) -> String {
    let from = link.find("://").map_or(0, |colon| colon + 3);
    let host_end =
        link.get(from..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(link.len(), |at| from + at);
    let (host, path) = link.split_at_checked(host_end).unwrap_or((link, ""));
    format!("{}{path}", host.to_lowercase())
}
