//! E-mail addresses as people write them: a dot-atom and a host (RFC 5322, 3.4.1), quoted local parts left out.

use super::view::{View, identifier, in_host};
use super::{Finding, Kind, tld};

/// Longest local part and domain in bytes (RFC 5321, 4.5.3.1).
const MAX_LOCAL: usize = 64;
const MAX_DOMAIN: usize = 255;

pub(super) fn find(view: View<'_>, found: &mut Vec<Finding>) {
    for at in (0..view.len()).filter(|index| view.at(*index) == b'@') {
        let start = local_start(view, at);
        if start == at {
            continue;
        }
        if let Some(end) = domain_end(view, at + 1) {
            let value = view.slice(start, end).to_lowercase();
            found.push(identifier(Kind::Email, start, end, value, "email.plain", 99));
        }
    }
}

fn local_start(view: View<'_>, at: usize) -> usize {
    let mut start = view.run_start(at, MAX_LOCAL, in_local);
    while start < at && !view.at(start).is_ascii_alphanumeric() && view.at(start) != b'_' {
        start += 1;
    }
    start
}

/// The domain ends behind its last common top-level domain, else behind a last label of 2 to 6 small letters.
fn domain_end(view: View<'_>, from: usize) -> Option<usize> {
    let run = view.slice(from, view.run_end(from, MAX_DOMAIN, in_host));
    let run = run.trim_end_matches(['.', '-']);
    if !run.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let mut domain = run;
    while let Some((host, label)) = domain.rsplit_once('.') {
        if !host.is_empty() && tld::is_common(label) {
            return Some(from + domain.len());
        }
        domain = host;
    }
    let (_, label) = run.rsplit_once('.')?;
    let plausible = (2..=6).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_lowercase());
    plausible.then_some(from + run.len())
}

fn in_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte)
}
