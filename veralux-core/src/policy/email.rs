//! E-mail addresses: a local part, an at-sign, a host or the name of a provider (RFC 5322, 3.4.1, and what people make
//! of it), or a local part beside a provider's name.

mod apart;
mod letters;
mod local;
mod part;
mod provider;
mod spoken;

use super::effort::Looks;
use super::host::{self, Sign, Style};
use super::lexicon::{Key, Senses, keys};
use super::token::{Gap, Tokens};
use super::{Finding, Kind, Severity};
use local::{Frame, local_part};

/// Longest local part in characters (RFC 5321, 4.5.3.1).
const MAX_LOCAL: usize = 64;

pub(super) fn find(tokens: &Tokens<'_>, spots: &[usize], looks: &mut Looks, found: &mut Vec<Finding>) {
    let mut from = 0;
    for at in spots.iter().copied() {
        // Most are dots and colons, which are none of an address.
        if at < from || tokens.at(at).is_any_mark(b".:") || !(looks.may(at) || stands_alone(tokens, at)) {
            continue;
        }
        let (sign, provider) = (host::at_sign(tokens, at), provider::begin(tokens, at));
        let written = sign.and_then(|sign| address(tokens, at, sign));
        if let Some((last, finding)) = written.or_else(|| provider::beside(tokens, provider?)) {
            from = last + 1;
            found.push(finding);
        } else if sign.is_some() || provider.is_some() {
            looks.vain(tokens, at);
        }
    }
    if from == 0 && tokens.any_has(Senses::PROVIDER.or(Senses::MAIL)) {
        apart::find(tokens, spots, found);
    }
}

/// Most tokens in front of an at-sign in an address that stands by itself.
const ALONE: usize = 12;

/// Whether an at-sign stands against what is in front of it and behind, and no other stands in front in the same row.
fn stands_alone(tokens: &Tokens<'_>, at: usize) -> bool {
    let plain = tokens.at(at).is_mark(b'@') && tokens.is_glued(at) && tokens.is_glued(at + 1);
    let ends = |at: &usize| !tokens.is_glued(*at);
    plain
        && (at.saturating_sub(ALONE)..at)
            .rev()
            .find(|at| ends(at) || tokens.at(*at).is_mark(b'@'))
            .is_some_and(|at| !tokens.at(at).is_mark(b'@'))
}

/// A local part and a domain as an address; most of what is found in a text of addresses is made here.
fn mailbox(local: &str, domain: &str) -> String {
    [local, "@", domain].concat()
}

/// Words in front of the end of an address, which are no mailbox.
static ENDS_IN: &[Key] = keys!(
    "is are be was in it its or and with on by your ending ist sind mit oder und est sont avec ou es son con o y e \
     com"
);

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
    let (last, name, host_style) = domain(tokens, at, sign)?;
    let main = tokens.at(last).has(Senses::MAIN);
    let provided = || (sign.next..=last).any(|at| tokens.at(at).has(Senses::PROVIDER));
    // "my feed @velvetfade.barber" is a handle: an address that stands apart ends in what everybody knows.
    let apart = tokens.at(at).is_mark(b'@') && !tokens.is_glued(at) && tokens.is_glued(at + 1);
    if apart && !main && !provided() {
        return None;
    }
    // "the password is p@nc4kes.pie"
    if !main && is_secret(tokens, at) {
        return None;
    }
    // "im @ work.call you"
    let place = tokens.at(sign.next);
    if sign.style == Style::Spaced && !main && place.has(Senses::STOP) {
        return None;
    }
    // "querid@s alumn@s.la clase": both genders at once, and a full stop without its space.
    if !main && tokens.is(place, "s") {
        return None;
    }
    // "red🔴kitchens🔴com" is a host.
    let repeated = (sign.next..last).any(|dot| host::is_same(tokens, at, dot));
    if repeated && !provided() && !has_mail_cue(tokens, at) {
        return None;
    }
    let (first, local) = local_part(tokens, Frame { at, sign, last, host_style })?;
    // "the domain is @gmail.com"
    if apart && first + 1 == at && tokens.at(first).is_one(ENDS_IN) {
        return None;
    }
    let style = sign.style.max(host_style);
    let provider = !name.contains('.');
    // "prices at happypaws.com/book", "a room for adults at booking dot com"
    let site =
        || (host::followed_by_path(tokens, last) || host::is_brand(&name)) && !has_mail_cue(tokens, first);
    if sign.style == Style::Word && (site() || !is_meant(tokens, first, at, last, provider, host_style)) {
        return None;
    }
    let (rule, score) = match style {
        _ if provider => ("email.provider", 80),
        Style::Plain => ("email.plain", 99),
        Style::Spaced | Style::Odd => ("email.spaced", 90),
        Style::Word | Style::Bracketed => ("email.words", 92),
    };
    let value = mailbox(&local, &name);
    Some((last, finding(tokens, first, last, value, rule, score)))
}

/// The host behind an at-sign, or a provider's name: its last token, its name, its style.
fn domain(tokens: &Tokens<'_>, at: usize, sign: Sign) -> Option<(usize, String, Style)> {
    let mut next = sign.next;
    // "ann91 at the gmail one"
    if tokens.at(next).is_one(THE) {
        next += 1;
    }
    let (provider_end, provider) = provider::name(tokens, next).unzip();
    // "gee mail dot com", "the gmail one dot com"
    let thing = |at: usize| next > sign.next && tokens.at(at).is_one(keys!("one ones thing account address"));
    let provider_end = provider_end.map(|end| end + usize::from(thing(end + 1)));
    if let (Some(end), Some(name)) = (provider_end, provider)
        && end > next
        && let Some(mut host) = host::host(tokens, end, true)
    {
        host.name.replace_range(..host.name.find('.').unwrap_or_default(), name);
        return Some((host.last, host.name, host.style.max(Style::Word)));
    }
    // "arobase serrurerie tiret moreau point com"
    let joint = tokens.at(next + 1);
    if joint.has(Senses::JOINT)
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
    // "ann dot lee at Bramley Movers dot net": what stands in front can be little else than a local part.
    let signed = tokens.at(at.wrapping_sub(2)).has(Senses::DOT.or(Senses::JOINT));
    if sign.style >= Style::Word
        && let Some(host) = host::told(tokens, next, sign.style > Style::Word || signed)
    {
        return Some((host.last, host.name, host.style));
    }
    // "ann@happypaws com"
    let tld = |end: usize| tokens.at(end + 1).is_one(host::USUAL);
    if sign.style == Style::Plain
        && tokens.at(next).lexeme.senses.is_empty()
        && let Some(end) = host::label(tokens, next).filter(|end| tld(*end))
    {
        let mut name = String::new();
        (next..=end).for_each(|at| tokens.spell(tokens.at(at), &mut name));
        name.push('.');
        tokens.spell(tokens.at(end + 1), &mut name);
        return Some((end + 1, name, Style::Spaced));
    }
    let (end, name) = (provider_end?, provider?);
    // "gmail com", "hotmail co uk"
    if tld(end) {
        let mut name = format!("{name}.");
        tokens.spell(tokens.at(end + 1), &mut name);
        return Some((end + 1, name, Style::Spaced));
    }
    if tokens.is(tokens.at(end + 1), "co") && tokens.is(tokens.at(end + 2), "uk") {
        return Some((end + 2, format!("{name}.co.uk"), Style::Spaced));
    }
    Some((end, name.to_owned(), Style::Word))
}

/// Whether what an at-sign stands in is a password, which may hold any signs: "password is", "pw:" directly in front.
fn is_secret(tokens: &Tokens<'_>, at: usize) -> bool {
    static SECRETS: &[Key] =
        keys!("password passcode passwort pwd pw contrasena clave senha haslo wachtwoord");
    part::part(tokens, at).is_some_and(|first| tokens.at(first.wrapping_sub(2)).is_one(SECRETS))
}

/// What may stand in front of the name of a provider.
static THE: &[Key] = keys!("the that my good old");

/// Local parts that are everyday words.
static ROLES: &[Key] = keys!(
    "info contact hello hi office sales support admin booking bookings team mail help service accounts \
     reception enquiries hola kontakt orders jobs billing book shop"
);

/// What is said of a site in front of "at".
static PLACED: &[Key] = keys!(
    "lives sits stands stays resides hosted listed posted published uploaded available portfolio gallery menu catalogue \
     catalog brochure"
);

/// Those of them that are nothing else in front of "at".
static BOXES: &[Key] = keys!(
    "hello hola bookings team orders info office sales support admin accounts reception enquiries kontakt \
     billing"
);

/// Whether "x at y" is an address and no place: "ann at gmail", not "meet me at amazon dot com".
fn is_meant(tokens: &Tokens<'_>, first: usize, at: usize, last: usize, provider: bool, host: Style) -> bool {
    let local = tokens.at(at - 1);
    let single = first + 1 == at;
    // "he's at gmail"
    let elided = local.len() == 1 && tokens.before(at - 1).is_mark(b'\'');
    let stop = local.has(Senses::STOP.or(Senses::REACH).or(Senses::LINK).or(Senses::HANDLE));
    let everyday = stop && !local.is_one(ROLES) || local.is_one(PLACED) || elided;
    if single && everyday {
        return false;
    }
    let next = tokens.at(at + 1);
    if next.is_one(THE) && single {
        return false;
    }
    if provider {
        let ambiguous = next.is_one(keys!("outlook proton aol libero zoho verizon comcast att msn yahoo"));
        return !ambiguous || has_mail_cue(tokens, first) || !single;
    }
    if (at + 1..=last).any(|at| tokens.at(at).has(Senses::PROVIDER)) {
        return true;
    }
    // "cake 4 at tea party rooms dot com"
    if local.is_digits() && local.gap == Gap::Space {
        return false;
    }
    has_mail_cue(tokens, first)
        || host >= Style::Word && (!single || local.is_one(BOXES) || local.lexeme.senses.is_empty())
}

/// Whether mail is spoken of in front of a token.
fn has_mail_cue(tokens: &Tokens<'_>, first: usize) -> bool {
    (first.saturating_sub(7)..first).any(|at| tokens.at(at).has(Senses::MAIL.or(Senses::PROVIDER)))
}
