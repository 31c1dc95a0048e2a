//! What a tenant allows: its own site, numbers, addresses and handles, brands, public lines.
//!
//! What is allowed claims no more than itself: a number in the path of an allowed site, or in front of the at-sign of an
//! allowed domain, stands by itself. So candidates that are allowed go before the choice among those that overlap.

use std::cmp::Reverse;

use super::phone::key_of;
use super::{ByteSpan, Detector, Finding, Kind, Region, region, url};

/// A detail that is allowed, as the detector spells such details.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Detail {
    kind: Kind,
    value: String,
}

impl Detail {
    /// A detail as people write it: `https://www.Example.org/`, "1-800-FLOWERS", "+44 (0)20 7946 0123", `@Happy_Paws`; none
    /// when nothing is left that a finding could be.
    pub(super) fn parse(kind: Kind, text: &str) -> Option<Self> {
        let text = text.trim();
        let value = match kind {
            Kind::Phone => number(text),
            Kind::Email => {
                text.to_lowercase().trim_start_matches("mailto:").trim_start_matches('@').to_owned()
            }
            Kind::Url => link(&text.to_lowercase()).to_owned(),
            Kind::Social => text.to_lowercase().trim_start_matches('@').to_owned(),
        };
        // Not "call us": a number has digits, however many of them are letters.
        let sense = match kind {
            Kind::Phone => text.chars().filter(char::is_ascii_digit).count() >= SHORTEST,
            Kind::Email | Kind::Url | Kind::Social => value.contains(char::is_alphanumeric),
        };
        (sense && !value.contains(char::is_whitespace)).then_some(Self { kind, value })
    }

    /// Takes a national number for one of a region; then it allows no number of another country.
    pub(super) fn settle(&mut self, region: Region) {
        if self.kind == Kind::Phone
            && let Some(value) = region::international(region, &self.value)
        {
            self.value = value;
        }
    }

    fn covers(&self, kind: Kind, value: &str) -> bool {
        let allowed = self.value.as_str();
        self.kind == kind
            && match kind {
                Kind::Phone => is_same_number(allowed, value),
                Kind::Email => {
                    value == allowed || value.rsplit('@').next().is_some_and(|host| is_below(host, allowed))
                }
                Kind::Url if allowed.contains('/') => link(&value.to_lowercase())
                    .strip_prefix(allowed)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#'])),
                Kind::Url => is_below(url::host(value), allowed),
                Kind::Social => value.trim_start_matches('@') == allowed,
            }
    }

    /// Whether the path of a link is its own: "instagram.com/happypaws" names a page, "example.org" all of a site.
    fn is_page(&self) -> bool {
        self.value.contains('/')
    }
}

/// A host, or one below it.
fn is_below(host: &str, allowed: &str) -> bool {
    host == allowed || host.strip_suffix(allowed).is_some_and(|rest| rest.ends_with('.'))
}

/// A link without its scheme, `www.` and what only ends it.
fn link(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = rest.strip_prefix("*.").unwrap_or(rest);
    rest.strip_prefix("www.").unwrap_or(rest).trim_matches(['/', '.'])
}

/// The digits of a number with its `+`; letters are those on the keys.
fn number(text: &str) -> String {
    let abroad = text.trim_start_matches('(').starts_with('+') || text.starts_with("00");
    // "+44 (0)20": the zero is dialled only at home.
    let text = if abroad { text.replacen("(0)", "", 1) } else { text.to_owned() };
    let digit = |c: char| match u8::try_from(c) {
        Ok(letter) if letter.is_ascii_alphabetic() => Some(key_of(letter.to_ascii_lowercase())),
        _ => c.is_ascii_digit().then_some(c),
    };
    let digits: String = text.chars().filter_map(digit).collect();
    let digits = if text.starts_with("00") { digits.trim_start_matches('0') } else { &digits };
    if abroad { format!("+{digits}") } else { digits.to_owned() }
}

/// Fewest digits of an allowed number: "112".
const SHORTEST: usize = 3;
/// Fewest digits of a number that is the same as one with its country in front.
const NATIONAL: usize = 8;

/// Whether two numbers are one, whether written as at home or as from abroad: "07700 900123" and "+44 7700 900123", but
/// not "+1 770 090 0123".
fn is_same_number(one: &str, other: &str) -> bool {
    let digits = |number: &'_ str| number.trim_start_matches('+').len();
    let (short, long) = if digits(one) <= digits(other) { (one, other) } else { (other, one) };
    let abroad = long.starts_with('+');
    let (short_abroad, short) = (short.starts_with('+'), short.trim_start_matches('+'));
    let long = long.trim_start_matches('+');
    if short == long {
        return true;
    }
    let core = short.trim_start_matches('0');
    if short_abroad || core.len() < NATIONAL {
        return false;
    }
    // Of the trunk zero one is written, or none; nobody dials one within code 1.
    let trunk = core.len() < short.len();
    match long.strip_suffix(core) {
        Some("" | "0") => !abroad,
        Some("1") => !trunk,
        // Italy keeps its zero behind the country.
        Some(front) => {
            is_country(front.strip_suffix('0').filter(|front| trunk && *front == "39").unwrap_or(front))
        }
        None => false,
    }
}

/// Whether digits are a country's code (ITU-T E.164, list of assigned codes): no code begins another.
fn is_country(code: &str) -> bool {
    static TWO: &[&str] = &[
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
        "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
        "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    match code.len() {
        1 => code == "1" || code == "7",
        2 => TWO.contains(&code),
        3 => !code.starts_with(['0', '1', '7']) && !code.get(..2).is_some_and(|two| TWO.contains(&two)),
        _ => false,
    }
}

/// How often a link in the path of an allowed one is looked at in turn: what lies deeper is allowed by nobody.
const DEEPEST: u8 = 3;

/// Takes candidates out that are allowed, and with each what is only a part of it.
pub(super) fn admit(detector: &Detector, found: &mut Vec<Finding>, text: &str, depth: u8) {
    let detail = |finding: &Finding| {
        detector.allowed.iter().find(|detail| detail.covers(finding.kind, &finding.value))
    };
    found.sort_by_key(|finding| (finding.span.start, Reverse(finding.span.end)));
    // Where what is allowed ends: all of it, and what numbers beside it may be.
    let (mut claimed, mut domain) = (0, 0);
    let mut inner = Vec::new();
    let allowed: Vec<(ByteSpan, Claim)> = found
        .iter()
        .filter_map(|finding| {
            let detail = detail(finding)?;
            if finding.kind == Kind::Url && !detail.is_page() {
                rest(detector, finding, text, depth, &mut inner);
            }
            Some((finding.span, Claim::of(detail, finding)))
        })
        .collect();
    let mut next = allowed.iter().peekable();
    found.retain(|finding| {
        while let Some((span, claim)) = next.next_if(|(span, _)| before(*span, finding.span)) {
            match claim {
                Claim::All => claimed = claimed.max(span.end),
                Claim::Domain => domain = domain.max(span.end),
            }
        }
        let within = |end: usize| finding.span.end <= end;
        !(within(claimed) || within(domain) && finding.kind != Kind::Phone)
    });
    found.append(&mut inner);
}

/// Whether a claim begins with or in front of a candidate and, where both begin together, is not the shorter one.
fn before(claim: ByteSpan, candidate: ByteSpan) -> bool {
    (claim.start, Reverse(claim.end)) <= (candidate.start, Reverse(candidate.end))
}

/// What an allowed candidate claims of its span.
enum Claim {
    /// All of it.
    All,
    /// All but a number in front of its at-sign: the domain is allowed, not this address.
    Domain,
}

impl Claim {
    fn of(detail: &Detail, finding: &Finding) -> Self {
        let whole = detail.value == finding.value;
        if finding.kind == Kind::Email && !whole { Self::Domain } else { Self::All }
    }
}

/// Looks for what stands in the path of a link whose host is allowed.
fn rest(detector: &Detector, finding: &Finding, text: &str, depth: u8, inner: &mut Vec<Finding>) {
    let host = finding.value.split_once("://").map_or(finding.value.as_str(), |(_, rest)| rest);
    let Some(path) = host.find(['/', '?', '#']).and_then(|at| host.get(at..)) else { return };
    let written = text.get(finding.span.start..finding.span.end).unwrap_or_default();
    let found =
        if depth < DEEPEST { detector.scan_deep(path, depth + 1) } else { Detector::new().scan(path) };
    // A path whose slashes are words is not in the text as it is in the value: then the whole link stands for it.
    let at = written.ends_with(path).then(|| finding.span.end - path.len());
    inner.extend(found.into_iter().map(|found| {
        let span =
            at.map_or(finding.span, |at| ByteSpan { start: at + found.span.start, end: at + found.span.end });
        Finding { span, ..found }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(allowed: &[(Kind, &str)], text: &str) -> Vec<String> {
        let detector =
            allowed.iter().fold(Detector::new(), |detector, (kind, value)| detector.allow(*kind, value));
        detector
            .scan(text)
            .into_iter()
            .map(|found| format!("{}={}", found.value, text.get(found.span.start..found.span.end).unwrap()))
            .collect()
    }

    #[test]
    fn what_is_allowed_hides_nothing_beside_it() {
        use Kind::{Email, Phone, Url};
        for (kind, allowed, text, expected) in [
            (
                Email,
                "example.org",
                "see evil.com/?a=ann@example.org",
                "evil.com/?a=ann@example.org=evil.com/?a=ann@example.org",
            ),
            (Url, "example.org", "book at example.org/415-555-0132", "4155550132=415-555-0132"),
            (Url, "example.org", "www.example.org?p=07911123456", "07911123456=07911123456"),
            (
                Url,
                "example.org",
                "https://example.org/go?u=https://evil.com/x",
                "https://evil.com/x=https://evil.com/x",
            ),
            (Url, "example.org", "example.org/write/ann@lee.net now", "ann@lee.net=ann@lee.net"),
            (
                Url,
                "example.org",
                "example dot org slash 4155550132",
                "4155550132=example dot org slash 4155550132",
            ),
            (Email, "example.org", "4155550132@example.org", "4155550132=4155550132"),
            (
                Url,
                "example.org",
                "https://example.org@evil.com/",
                "example.org@evil.com=example.org@evil.com",
            ),
            (Phone, "4155550132", "wa.me/14155550132", "wa.me/14155550132=wa.me/14155550132"),
            (
                Url,
                "instagram.com/happypaws",
                "instagram.com/happypaws2",
                "instagram.com/happypaws2=instagram.com/happypaws2",
            ),
        ] {
            assert_eq!(left(&[(kind, allowed)], text), [expected], "{allowed}: {text}");
        }
        for (kind, allowed, text) in [
            (Email, "example.org", "write to ann@example.org, or ann dot lee at example dot org"),
            (Email, "4155550132@example.org", "4155550132@example.org"),
            (Url, "example.org", "https://shop.example.org/a/b?c=d&e=12#f"),
            (Url, "example.org", "https://example.org/login?next=https://example.org/home"),
            (
                Url,
                "instagram.com/happypaws",
                "https://www.instagram.com/HappyPaws/ or instagram.com/happypaws?hl=de",
            ),
        ] {
            assert_eq!(left(&[(kind, allowed)], text), [""; 0], "{allowed}: {text}");
        }
        let deep = format!("{}evil.com", "example.org/".repeat(40));
        assert!(!left(&[(Url, "example.org")], &deep).is_empty());
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        use Kind::{Email, Phone, Social, Url};
        for (kind, allowed, text) in [
            (Url, "https://www.Example.org/", "see example.org/x"),
            (Url, "*.example.org", "shop.example.org"),
            (Url, "\u{c4}RZTE.de", "auf \u{e4}rzte.de"),
            (Url, "happypaws.foo", "WWW.HappyPaws.Foo"),
            (Url, "happy-paws.zzz", "https://Happy-Paws.ZZZ"),
            (Email, "mailto:Ann@Example.org", "ann@example.org"),
            (Email, "@example.org", "ann@example.org"),
            (Social, " @HappyPaws ", "insta: @happypaws"),
            (Phone, "1-800-FLOWERS", "call 1-800-356-9377"),
            (Phone, "1-800-FLOWERS", "call 1-800-FLOWERS"),
            (Phone, "+44 (0)20 7946 0123", "call 020 7946 0123"),
            (Phone, "0044 20 7946 0123", "call +44 20 7946 0123"),
            (Phone, "+1 415 555 0123", "call 1-415-555-0123"),
        ] {
            assert_eq!(left(&[(kind, allowed)], text), [""; 0], "{allowed}: {text}");
        }
        for (kind, value) in [
            (Phone, "call us"),
            (Phone, "12"),
            (Url, "https://"),
            (Url, "two words"),
            (Social, "@"),
            (Email, " "),
        ] {
            assert!(!Detector::can_allow(kind, value), "{value}");
        }
    }

    #[test]
    fn an_allowed_number_is_one_of_the_region() {
        use crate::policy::Region::{Brazil, UnitedKingdom, UnitedStates};
        for (region, allowed, text, left) in [
            (Some(UnitedStates), "+14155550123", "call (415) 555-0123", None),
            (Some(UnitedStates), "(415) 555-0123", "call +1 415 555 0123 or 415.555.0123", None),
            (Some(UnitedStates), "(415) 555-0123", "call +49 415 5550123", Some("+494155550123")),
            (None, "(415) 555-0123", "call +49 415 5550123", None),
            (Some(Brazil), "(11) 98765-4321", "call +55 11 98765-4321 or 011 98765-4321", None),
            (Some(Brazil), "(11) 98765-4321", "call +49 11 98765-4321", Some("+4911987654321")),
            (Some(UnitedKingdom), "07700 900123", "call 7700 900123 or +44 7700 900123", None),
            (Some(UnitedKingdom), "07700 900123", "call +33 7700 900123", Some("+337700900123")),
            (Some(UnitedKingdom), "+1 415 555 0123", "call (415) 555-0123", None),
            (Some(UnitedKingdom), "+1 415 555 0123", "call 020 7946 0123", Some("+442079460123")),
        ] {
            let before = Detector::new().allow(Kind::Phone, allowed);
            let (before, after) = match region {
                Some(region) => {
                    let after = Detector::new().in_region(region).allow(Kind::Phone, allowed);
                    (before.in_region(region), after)
                }
                None => (before.clone(), before),
            };
            for detector in [before, after] {
                let found = detector.scan(text);
                assert_eq!(
                    found.first().map(|found| found.value.as_str()),
                    left,
                    "{region:?} {allowed}: {text}"
                );
            }
        }
    }

    #[test]
    fn a_number_is_allowed_with_its_country_or_at_home() {
        for (one, other, same) in [
            ("07700900123", "+447700900123", true),
            ("7700900123", "+447700900123", true),
            ("07700900123", "7700900123", true),
            ("4155550123", "+14155550123", true),
            ("4155550123", "14155550123", true),
            ("0612345678", "+390612345678", true),
            ("5550123", "5550123", true),
            ("07700900123", "+17700900123", false),
            ("+17700900123", "+447700900123", false),
            ("5550123", "4155550123", false),
            ("5550123", "+495550123", false),
            ("12345678", "+4912345678", true),
            ("12345678", "+4917112345678", false),
            ("55501234", "12355501234", false),
            ("+4155550132", "+14155550132", false),
        ] {
            assert_eq!(is_same_number(one, other), same, "{one} {other}");
            assert_eq!(is_same_number(other, one), same, "{other} {one}");
        }
    }
}
