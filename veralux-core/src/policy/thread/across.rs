//! Addresses and handles that begin in an earlier message and end in the new one.

use super::MAX_TAIL;
use super::row::is_row;
use crate::policy::gate::{self, Signs};
use crate::policy::{ByteSpan, Detector, Finding, Kind, Severity, social};

/// Addresses and handles that begin in an earlier message and end in this one.
pub(super) fn find(detector: &Detector, tails: &[String], text: &str) -> Vec<Finding> {
    if text.len() > MAX_TAIL || tails.is_empty() {
        return Vec::new();
    }
    let rest = behind_lead(text);
    // Not "we use python", "and .net".
    let alone = tails.last().is_some_and(|tail| is_mailbox(tail));
    let named = alone && is_provider(rest) || tails.iter().any(|tail| names_address(tail));
    let rest = if named { rest } else { text };
    // "ann.lee88", "with the dot", "it's at gmail"
    let leads = |lead: &&str| text.get(..lead.len()).is_some_and(|front| front.eq_ignore_ascii_case(lead));
    let tells = || ["it", "at ", "bei ", "chez ", "en "].iter().any(leads);
    let single = if gate::provider(text).is_some() && tells() { tails.len() - 1 } else { 0 };
    // Few messages say together what they do not say each for itself.
    let spaced = may_hold(&joined(tails, rest, |_, _| false).0);
    let runs = (0..tails.len()).rev().map(|first| first..tails.len());
    for run in runs.chain((0..single).map(|at| at..at + 1)) {
        let earlier = tails.get(run).unwrap_or_default();
        // What stands glued on its own may go on glued; so does what ends or begins in a sign of an address.
        let token = |text: &str| !text.contains(char::is_whitespace);
        let glued = token(text) && earlier.iter().all(|tail| token(tail));
        let signed = earlier.iter().any(|tail| ends_in_sign(tail)) || begins_with_sign(rest);
        let ways: [(bool, Glues); 3] = [
            (spaced, |_, _| false),
            (glued, |_, _| true),
            (signed && !glued, |one, other| ends_in_sign(one) || begins_with_sign(other)),
        ];
        for (_, is_glued) in ways.into_iter().filter(|(fits, _)| *fits) {
            let (whole, border) = joined(earlier, rest, is_glued);
            let findings = detector.scan(&whole).into_iter();
            let findings: Vec<Finding> = findings
                .filter_map(|finding| across(finding, border, rest))
                .map(|finding| moved(finding, text.len() - rest.len()))
                .collect();
            if !findings.is_empty() {
                return findings;
            }
        }
    }
    Vec::new()
}

/// Whether a text, or the end of it, may hold an address, a handle, or digits to be gathered.
fn may_hold(text: &str) -> bool {
    let signs = gate::signs(text);
    !Signs { invitation: false, ..signs }.is_clean()
}

/// Whether two messages go on without a space between them.
type Glues = fn(&str, &str) -> bool;

/// Some messages as one text, and where the last begins in it.
fn joined(earlier: &[String], text: &str, is_glued: Glues) -> (String, usize) {
    let length = earlier.iter().map(|tail| tail.len() + 1).sum::<usize>() + text.len();
    let (mut whole, mut last) = (String::with_capacity(length), "");
    for tail in earlier.iter().map(String::as_str).chain([text]) {
        if !(whole.is_empty() || is_glued(last, tail)) {
            whole.push(' ');
        }
        last = tail;
        whole.push_str(tail);
    }
    let border = whole.len() - text.len();
    (whole, border)
}

/// Whether a text breaks off within an address: "wa.me/", "ann_".
fn ends_in_sign(text: &str) -> bool {
    text.ends_with(['/', '@', '_', '='])
        || text.ends_with('.') && !text.ends_with("..") && text.len() > 4 && !text.contains(' ')
}

/// Whether a text goes on within one: ".co.uk", "/ann", "_lee".
fn begins_with_sign(text: &str) -> bool {
    let inner = text.get(1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric()));
    text.starts_with(['.', '/', '@', '_', '-']) && inner
}

/// Whether a text speaks of a site or a mailbox, whose ending may follow.
fn names_address(text: &str) -> bool {
    let holds = |name: &str| {
        text.as_bytes().windows(name.len()).any(|part| part.eq_ignore_ascii_case(name.as_bytes()))
    };
    ["site", "web", "mail"].into_iter().any(holds)
}

/// Bytes of the words in front of a colon that say what comes.
const LEAD: usize = 24;

/// What a text holds behind words that lead on from the last message: ".build" of "and then .build".
fn behind_lead(text: &str) -> &str {
    static LEADS: &[&str] = &[
        "and ", "then ", "its ", "it's ", "a ", "ends ", "ending ", "in ", "with ", "plus ", "add ", "und ",
        "dann ", "y ", "luego ", "et ", "puis ", "e ", "poi ", "depois ", "avec ", "mit ", "con ", "com ",
        "un ", "einem ", "es ", "ist ", "c'est ", "e' ",
    ];
    // Not "in outlook", "with icloud".
    static PLACES: &[&str] = &["in ", "with ", "mit ", "con ", "com ", "avec ", "a ", "un ", "einem "];
    // "second half: @outlook.com"
    let told = text.split_once(": ").filter(|(lead, rest)| lead.len() <= LEAD && begins_with_sign(rest));
    if let Some((_, rest)) = told {
        return rest;
    }
    let mut rest = text;
    let mut placed = false;
    while let Some(after) = LEADS.iter().find_map(|lead| {
        let (front, after) = rest.split_at_checked(lead.len())?;
        let led = front.eq_ignore_ascii_case(lead);
        placed |= led && PLACES.contains(lead);
        led.then_some(after)
    }) {
        rest = after;
    }
    if begins_with_sign(rest) || gate::begins_with_dot(rest) || !placed && is_provider(rest) {
        rest
    } else {
        text
    }
}

/// Whether a message is the part of an address in front of its provider: "k.huber", not "photo.jpg", "yes.please".
fn is_mailbox(text: &str) -> bool {
    static FILES: &[&str] = &[
        "jpg", "jpeg", "png", "heic", "gif", "pdf", "doc", "docx", "xls", "xlsx", "csv", "ppt", "pptx",
        "txt", "zip", "mp3", "mp4", "mov", "html", "old", "new", "final", "bak",
    ];
    let parts = || text.trim().split(['.', '_', '-']);
    let file = parts().next_back().is_some_and(|part| FILES.contains(&part.to_ascii_lowercase().as_str()));
    let is_named =
        |part: &str| part.starts_with(char::is_alphabetic) && part.chars().all(char::is_alphanumeric);
    text.trim().contains(['.', '_']) && !file && parts().all(is_named) && !gate::is_everyday(text)
}

/// Whether a text is the name of a provider of mail and no more.
fn is_provider(text: &str) -> bool {
    gate::provider(text).is_some_and(|provider| provider.len() == text.trim_end().len())
}

/// A finding so much further behind.
fn moved(finding: Finding, by: usize) -> Finding {
    let ByteSpan { start, end } = finding.span;
    Finding { span: ByteSpan { start: start + by, end: end + by }, ..finding }
}

/// The part of a finding behind the border, when it begins in front of it; of a mailbox whose provider is in the other
/// message what the new one tells of it: "name's lexi.browbar", "its gmail".
fn across(finding: Finding, border: usize, text: &str) -> Option<Finding> {
    let ByteSpan { start, end } = finding.span;
    // Numbers are put together by their pieces, but for those that the last message says how to gather.
    let gathered = match finding.kind {
        Kind::Phone => finding.rule == "phone.scattered",
        // Single characters need to be told.
        Kind::Social => !is_row(text.trim()),
        Kind::Email | Kind::Url => true,
    };
    if !gathered || finding.severity != Severity::Identifier {
        return None;
    }
    let span = if start < border && end > border {
        ByteSpan { start: 0, end: end - border }
    } else if finding.rule == "email.provider" && end + 1 == border {
        // Not "see you at st.johns", "my gmail is full".
        let provider = gate::provider(text)?;
        let start = text.rfind(provider)?;
        let rest = text.get(start + provider.len()..)?.trim();
        // "on hotmail, the old one", "on hotmail, the dot com sort, as always"
        let told = [" one", "dot com", "sort", "kind"].iter().any(|which| rest.contains(which));
        if !(rest.is_empty() || rest.starts_with(", the ") && told) {
            return None;
        }
        ByteSpan { start, end: start + provider.len() }
    } else if finding.kind == Kind::Social && end + 1 == border {
        // "annleewalks", "thats my insta"; not "photographer"
        if !social::is_made(&finding.value) {
            return None;
        }
        let platform = gate::claimed_platform(text)?;
        let start = text.find(platform)?;
        ByteSpan { start, end: start + platform.len() }
    } else {
        return None;
    };
    let rule = match finding.kind {
        Kind::Email => "email.pieces",
        Kind::Url => "url.pieces",
        Kind::Phone => "phone.pieces",
        Kind::Social => "social.pieces",
    };
    Some(Finding { span, rule, ..finding })
}
