//! Policy: finds contact details that would take a conversation off the platform, and says where, what and why.
//!
//! ```
//! use veralux_core::policy::{Detector, Kind};
//! let detector = Detector::new();
//! let text = "call me on (415) 555-0123, or ann@example.org";
//! let findings = detector.scan(text);
//! assert_eq!(findings[0].value, "4155550123");
//! assert_eq!(findings[1].kind, Kind::Email);
//! let shown = detector.redact(text, &findings);
//! assert_eq!(shown, "call me on [phone: ..23], or [email: example (org)]");
//! assert!(detector.scan(&shown).is_empty());
//! ```
//!
//! A scan is a cheap gate over the bytes, behind it a folded view of the text in which clothes and disguises are off, one
//! finder for each kind over that, then the choice among overlapping candidates. What words mean is data (`lexicon`).
//!
//! # What a scan costs at most
//!
//! Time linear in the text, whatever it holds; a test counts, over a table of texts that are made to cost much
//! (`tests/vectors/policy/hostile.json`). Three things would be dear in long texts and are bounded by what stands in front, so that what is
//! appended changes nothing before it:
//!
//! * Windows of digits that are weighed as numbers (`phone::effort`): 768, and one for each 128 characters; four digits or groups that are
//!   read count as one more. Behind that, until the text has made up for it, only those are weighed that are tied more closely inside than
//!   outside, and soon only such as stand apart: a number alone, in a line of its own or between spaces is still found, one that
//!   goes on into digits on both sides in the same way is not.
//! * Looks at places where nothing is, for addresses, links and the names of platforms (`effort`): 512 of each, and one for each 64 characters.
//!   Behind that, until the text has made up for it, one token of 16 is looked at, and each address and link that stands by itself.
//! * Second readings, for words whose letters stand apart and for addresses that run backwards (`token::excerpt`): all of a text
//!   of 2,048 characters; of a longer one 256 characters around each place that asks for it, no more than 2,048 and one in 16.
//!
//! Messages that people write stay far below all three.

mod allowed;
mod effort;
mod email;
mod fold;
mod gate;
mod host;
mod lanes;
mod lexicon;
mod line;
mod phone;
mod redact;
mod region;
mod remark;
mod social;
mod solicit;
mod thread;
mod token;
mod transcript;
mod url;
mod utf8;

pub use line::{MAX_SCAN_BYTES, scan_line, scan_plain};
pub use region::Region;
pub use thread::ThreadState;
pub use transcript::Personal;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::word::words;
use allowed::Detail;
use effort::Looks;
use gate::Signs;
use lexicon::Senses;
use token::{Room, Tokens};

/// Version of the rules; a stored finding names the version that made it.
pub const DETECTOR_VERSION: &str = "1.0.0";

words! {
    /// What was found.
    pub enum Kind {
        /// A phone number.
        Phone = "phone",
        /// An e-mail address.
        Email = "email",
        /// A link or a host.
        Url = "url",
        /// A handle of a messenger, a social network or a payment service.
        Social = "social",
    }
}

words! {
    /// What a finding is good for.
    pub enum Severity {
        /// Somebody can be reached with it: it counts for blocking.
        Identifier = "identifier",
        /// An invitation without an identifier: advice only.
        Solicitation = "solicitation",
    }
}

/// Bytes of the scanned text, from `start` up to but without `end`, both on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ByteSpan {
    /// The first byte.
    pub start: usize,
    /// The first byte behind it.
    pub end: usize,
}

/// One contact detail. `Debug` does not show its value.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Where it stands. A phone number from its first digit, `+` or `(` to its last digit; an e-mail address from its
    /// local part to its TLD; a link without trailing punctuation; a handle with its `@`.
    pub span: ByteSpan,
    /// Normalised: digits with a `+` where one was written, e-mail address and host in lower case.
    pub value: String,
    /// The rule that found it, as `kind.form`.
    pub rule: &'static str,
    /// How sure the rule is, 1 to 100.
    pub score: u8,
    /// What it is good for.
    pub severity: Severity,
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Finding({} {}..{}, {})", self.kind, self.span.start, self.span.end, self.score)
    }
}

/// How many findings of each kind a message has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Phone numbers.
    pub phone: u32,
    /// E-mail addresses.
    pub email: u32,
    /// Links and hosts.
    pub url: u32,
    /// Handles.
    pub social: u32,
}

impl Counts {
    /// Counts identifiers; solicitations never count for blocking.
    pub fn of(findings: &[Finding]) -> Self {
        let count = |kind| {
            let of_kind =
                findings.iter().filter(|found| found.kind == kind && found.severity == Severity::Identifier);
            u32::try_from(of_kind.count()).unwrap_or(u32::MAX)
        };
        Self {
            phone: count(Kind::Phone),
            email: count(Kind::Email),
            url: count(Kind::Url),
            social: count(Kind::Social),
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// The detector of one tenant: rules, and what the tenant allows.
#[derive(Clone, Default)]
pub struct Detector {
    allowed: Vec<Detail>,
    region: Option<Region>,
}

impl fmt::Debug for Detector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Detector({} allowed)", self.allowed.len())
    }
}

impl Detector {
    /// A detector that allows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows one more detail: a number, an e-mail address, a host with all hosts below it (for addresses at it too,
    /// when the kind is e-mail), a page of a host, a handle; what [`can_allow`](Self::can_allow) refuses is passed over.
    ///
    /// An allowed host allows no number or address in a path behind it, and an allowed domain no number as a mailbox.
    #[must_use]
    pub fn allow(mut self, kind: Kind, value: &str) -> Self {
        let mut detail = Detail::parse(kind, value);
        if let (Some(detail), Some(region)) = (&mut detail, self.region) {
            detail.settle(region);
        }
        self.allowed.extend(detail);
        self
    }

    /// Whether a value is a detail of a kind, so that it may allow something: not "call us" as a number.
    pub fn can_allow(kind: Kind, value: &str) -> bool {
        Detail::parse(kind, value).is_some()
    }

    /// National numbers are those of this region, whether found or allowed: their values come in E.164 form.
    #[must_use]
    pub fn in_region(mut self, region: Region) -> Self {
        self.region = Some(region);
        self.allowed.iter_mut().for_each(|detail| detail.settle(region));
        self
    }

    /// What the text holds, in the order of the text, without overlaps. Takes time linear in the text; a text without
    /// findings costs no allocation.
    pub fn scan(&self, text: &str) -> Vec<Finding> {
        self.scan_deep(text, 0)
    }

    /// The same in the path of so many links, each in that of the one before, which the tenant allows.
    fn scan_deep(&self, text: &str, depth: u8) -> Vec<Finding> {
        let signs = gate::signs(text);
        if signs.is_clean() { Vec::new() } else { self.look(text, signs, depth) }
    }

    /// What a text holds that the gate did not let leave.
    #[inline(never)]
    fn look(&self, text: &str, signs: Signs, depth: u8) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut room = Room::new();
        let tokens = Tokens::new(text, &mut room);
        find(&tokens, signs, &mut found);
        if signs.disguise || signs.backwards {
            find_otherwise(&tokens, signs, &mut found);
        }
        self.normalise(&mut found);
        if !(self.allowed.is_empty() || found.is_empty()) {
            allowed::admit(self, &mut found, text, depth);
        }
        resolve(&mut found);
        found
    }

    /// What the text holds together with the same sender's last messages in the thread, which `state` remembers: its own
    /// findings, and what it completes. A finding that began in an earlier message has the span of its part in this one
    /// and a rule that ends in `.pieces`.
    pub fn scan_thread(&self, state: &mut ThreadState, text: &str) -> Vec<Finding> {
        thread::scan(self, state, text)
    }

    /// The text as those may see it who must not see contact details; see the module `redact` for the forms.
    ///
    /// Scanning the result with this detector finds nothing. `findings` must come from a scan of this text; those whose
    /// span does not lie in it are passed over.
    pub fn redact(&self, text: &str, findings: &[Finding]) -> String {
        redact::redact(self, text, findings)
    }

    fn normalise(&self, found: &mut [Finding]) {
        let Some(region) = self.region else { return };
        for finding in found.iter_mut().filter(|finding| finding.kind == Kind::Phone) {
            if let Some(value) = region::international(region, &finding.value) {
                finding.value = value;
            }
        }
    }
}

/// One sentence for people about a finding. It does not hold the value.
pub fn explain(finding: &Finding) -> String {
    let what = match finding.rule {
        "phone.international" => "a phone number in international form",
        "phone.grouped" => "a phone number in its usual groups",
        "phone.plain" => "a row of digits as long as a phone number",
        "phone.short" => "a short phone number beside words that ask to call",
        "phone.words" => "a phone number in words, or partly in words",
        "phone.leet" => "a phone number with letters in place of digits",
        "phone.vanity" => "a phone number whose last digits are a word on the keys",
        "phone.script" => "a phone number in other clothes: digits of another script or style",
        "phone.separated" => "a phone number with strange signs between its digits",
        "phone.parts" => "a phone number told part by part",
        "phone.scattered" => "digits that the message says to put together and dial",
        "phone.pieces" => "the part that completes a phone number given over several messages",
        "email.plain" => "an e-mail address",
        "email.spaced" => "an e-mail address with spaces or other signs in place of its own",
        "email.words" => "an e-mail address whose signs are written as words or in brackets",
        "email.provider" => "the name of a mailbox beside its provider",
        "email.pieces" => "the part that completes an e-mail address given over several messages",
        "url.scheme" => "a link with its scheme",
        "url.www" => "a web address",
        "url.bare" => "the name of a web site",
        "url.words" => "a web site whose dots are written as words",
        "url.spaced" => "a web site with spaces or other signs in place of its dots",
        "url.bracketed" => "a web site whose dots stand in brackets",
        "url.pieces" => "the part that completes a web address given over several messages",
        "social.handle" => "a handle with its sign",
        "social.cashtag" => "the tag of a payment service",
        "social.upi" => "a payment address (UPI)",
        "social.discord" => "a name with its Discord number",
        "social.signal" => "a name with its Signal number",
        "social.platform" => "a handle beside the name of a platform",
        "social.page" => "the name of a page beside the name of a platform",
        "social.spelt" => "a handle whose signs are written as words",
        "social.announced" | "social.underscored" => "a handle that somebody asks to look for",
        "social.pictured" => "a handle beside the picture of a platform",
        "social.pieces" => "a handle for a platform that an earlier message named",
        "solicit.away" => "an invitation to leave the platform",
        "solicit.platform" => "an invitation to another platform",
        "solicit.number" => "a question for a number or an address",
        _ => finding.kind.as_str(),
    };
    format!(
        "Bytes {} to {} are {what} (rule {}, score {} of 100).",
        finding.span.start, finding.span.end, finding.rule, finding.score
    )
}

/// Looks at other readings of a text: with words closed up whose letters stand apart, and from its end.
#[inline(never)]
fn find_otherwise(tokens: &Tokens<'_>, signs: Signs, found: &mut Vec<Finding>) {
    if signs.disguise
        && let Some(joined) = tokens.joined(&mut Room::new())
    {
        find(&joined, Signs::ALL, found);
    }
    if let Some(backwards) = tokens.backwards(&mut Room::new()) {
        find_addresses(&backwards, found);
    }
}

/// Runs the finders that the signs ask for.
fn find(tokens: &Tokens<'_>, signs: Signs, found: &mut Vec<Finding>) {
    if signs.address || signs.disguise {
        find_addresses(tokens, found);
    }
    if signs.handle || signs.disguise {
        social::find(tokens, &mut Looks::default(), found);
    }
    if signs.digits || signs.disguise {
        phone::find(tokens, found);
    }
    // The gate reads no words of other scripts.
    let others = || signs.disguise && tokens.any_has(Senses::WANTED.or(Senses::PLATFORM));
    if signs.invitation || others() {
        solicit::find(tokens, found);
    }
}

fn find_addresses(tokens: &Tokens<'_>, found: &mut Vec<Finding>) {
    let spots = host::spots(tokens);
    email::find(tokens, &spots, &mut Looks::default(), found);
    url::find(tokens, &spots, &mut Looks::default(), found);
}

/// Sorts by place; of overlapping candidates the one stays that tells more.
fn resolve(found: &mut Vec<Finding>) {
    if found.len() < 2 {
        return;
    }
    found.sort_by_key(|finding| (finding.span.start, std::cmp::Reverse(weight(finding))));
    let mut kept: Vec<Finding> = Vec::with_capacity(found.len());
    for finding in found.drain(..) {
        // What it outweighs goes, unless something that outweighs it stands in its way.
        while kept
            .last()
            .is_some_and(|last| finding.span.start < last.span.end && weight(last) < weight(&finding))
        {
            kept.pop();
        }
        if kept.last().is_none_or(|last| finding.span.start >= last.span.end) {
            kept.push(finding);
        }
    }
    *found = kept;
}

/// How much a finding tells: an identifier more than an invitation, then by kind; a sure number more than a guessed
/// handle; then the longer one.
fn weight(finding: &Finding) -> (u8, u8, usize) {
    let kind = match finding.kind {
        Kind::Email => 5,
        Kind::Url => 4,
        Kind::Phone if finding.score >= 60 => 3,
        Kind::Social if finding.score >= 80 => 3,
        Kind::Social => 2,
        Kind::Phone => 1,
    };
    let severity = u8::from(finding.severity == Severity::Identifier);
    (severity, kind, finding.span.end - finding.span.start)
}

#[cfg(test)]
mod tests;
