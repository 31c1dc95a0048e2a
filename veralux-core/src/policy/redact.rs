//! What those may see who must not see contact details.
//!
//! A number keeps its last two digits, an e-mail address its domain, a link its host. Hosts are written without their
//! dots, the last label in brackets (`example (org)`), and without long numbers, so that the result is no contact
//! detail itself. An invitation has no detail to show a part of, and would be found again: "[left out]" stands for its words.

use super::{Detector, Finding, Kind, Severity, url};

/// Taking one detail out can lay bare another that was glued to it. So the result is scanned again; after so many
/// rounds, which only text that was made for it needs, every sign that a finder begins with is masked, and if that is not enough
/// all but spaces and punctuation.
const MAX_ROUNDS: usize = 4;

pub(super) fn redact(detector: &Detector, text: &str, findings: &[Finding]) -> String {
    let mut shown = replace(text, findings);
    for _ in 0..MAX_ROUNDS {
        let left = detector.scan(&shown);
        if left.is_empty() {
            return shown;
        }
        shown = replace(&shown, &left);
    }
    if detector.scan(&shown).is_empty() {
        return shown;
    }
    let masked =
        |is: fn(char) -> bool| shown.chars().map(|c| if is(c) { '*' } else { c }).collect::<String>();
    let begins = |c: char| c.is_ascii_digit() || "@.:".contains(c);
    let some = masked(begins);
    if detector.scan(&some).is_empty() {
        return some;
    }
    masked(|c| "@.:".contains(c) || !(c.is_whitespace() || c.is_ascii_punctuation()))
}

fn replace(text: &str, findings: &[Finding]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for finding in findings {
        let Some(before) = text.get(from..finding.span.start) else { continue };
        if text.get(finding.span.start..finding.span.end).is_none() {
            continue;
        }
        shown.push_str(before);
        shown.push_str(&placeholder(finding));
        from = finding.span.end;
    }
    shown.push_str(text.get(from..).unwrap_or_default());
    shown
}

fn placeholder(finding: &Finding) -> String {
    if finding.severity == Severity::Solicitation {
        return "[left out]".to_owned();
    }
    match finding.kind {
        Kind::Phone => {
            let tail = finding.value.len().saturating_sub(2);
            format!("[phone: ..{}]", finding.value.get(tail..).unwrap_or_default())
        }
        Kind::Email => {
            let domain = finding.value.rsplit('@').next().unwrap_or_default();
            format!("[email: {}]", plain_host(domain))
        }
        Kind::Url => format!("[link: {}]", plain_host(url::host(&finding.value))),
        Kind::Social => "[handle]".to_owned(),
    }
}

/// A host that nothing takes for one.
fn plain_host(host: &str) -> String {
    let Some((name, tld)) = host.rsplit_once('.').filter(|_| is_plain(host)) else {
        return "hidden".to_owned();
    };
    format!("{} ({tld})", name.replace('.', " "))
}

/// Whether a host consists of letters, digits, hyphens and dots, and too few digits for anything to hide in them.
fn is_plain(host: &str) -> bool {
    host.bytes().filter(u8::is_ascii_digit).count() < 4
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_left_out() {
        let detector = Detector::new();
        for (text, shown) in [
            ("hi, send me your number please", "hi, [left out] please"),
            ("what's your email?", "[left out]?"),
            ("nice, text me outside the app, bye", "nice, [left out], bye"),
        ] {
            assert_eq!(redact(&detector, text, &detector.scan(text)), shown);
        }
    }
}
