//! E-mail addresses: a local part, an at-sign, a host or the name of a provider (RFC 5322, 3.4.1, and what people make
//! of it), or a local part beside a provider's name.

mod apart;
mod letters;
mod local;
mod part;
mod provider;
mod spoken;

use super::fold::EMOJI_MAIL;
use super::host::{self, Sign, Style};
use super::lexicon::{Key, Senses, keys};
use super::token::{Gap, Token, Tokens};
use super::{Finding, Kind, Severity};
use local::{Frame, local_part};

/// Longest local part in characters (RFC 5321, 4.5.3.1).
const MAX_LOCAL: usize = 64;

pub(super) fn find(tokens: &Tokens<'_>, spots: &[usize], found: &mut Vec<Finding>) {
    let mut from = 0;
    for at in spots.iter().copied() {
        // Most are dots and colons, which are none of an address.
        if at < from || tokens.at(at).is_any_mark(b".:") {
            continue;
        }
        let written = host::at_sign(tokens, at).and_then(|sign| address(tokens, at, sign));
        let named = || provider::begin(tokens, at).filter(|first| *first >= from);
        if let Some((last, finding)) = written.or_else(|| provider::beside(tokens, named()?)) {
            from = last + 1;
            found.push(finding);
        }
    }
    if from == 0 && tokens.any_has(Senses::PROVIDER.or(Senses::MAIL)) {
        apart::find(tokens, spots, found);
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
    let (last, name, host_style) = domain(tokens, at, sign)?;
    // "my feed @velvetfade.barber" is a handle: an address that stands apart ends in what everybody knows.
    let apart = tokens.at(at).is_mark(b'@') && !tokens.is_glued(at) && tokens.is_glued(at + 1);
    if apart
        && name.contains('.')
        && !tokens.at(last).has(Senses::MAIN)
        && !(sign.next..=last).any(|at| tokens.at(at).has(Senses::PROVIDER))
    {
        return None;
    }
    let main = tokens.at(last).has(Senses::MAIN);
    // "the password is p@nc4kes.pie"
    if sign.style == Style::Plain && !main && name.contains('.') && is_secret(tokens, at) {
        return None;
    }
    // "im @ work.call you", but "write to us @ happypaws.shop"
    let spaced = sign.style == Style::Spaced && !tokens.is_glued(at) && !tokens.is_glued(at + 1);
    let place = tokens.at(sign.next);
    if spaced && !main && name.contains('.') && place.has(Senses::STOP) && !place.is_one(ROLES) {
        return None;
    }
    // "querid@s alumn@s.la clase": both genders at once, and a full stop without its space.
    if sign.style == Style::Plain
        && tokens.is(tokens.at(sign.next), "s")
        && !tokens.at(last).has(Senses::MAIN)
    {
        return None;
    }
    // "red🔴kitchens🔴com" is a host.
    if sign.style == Style::Odd
        && (sign.next..last).any(|dot| host::is_same(tokens, at, dot))
        && !(sign.next..last).any(|at| tokens.at(at).has(Senses::PROVIDER))
        && !has_mail_cue(tokens, at)
    {
        return None;
    }
    let (first, local) = local_part(tokens, Frame { at, sign, last, host_style })?;
    let style = sign.style.max(host_style);
    let provider = !name.contains('.');
    // "straight in at happypaws.com/book", but "mail ann at happypaws dot com slash"
    let path = || {
        host::followed_by_path(tokens, last)
            && !(tokens.at(last + 1).is_word() && has_mail_cue(tokens, first))
    };
    let place = || path() || !is_meant(tokens, first, at, last, provider, host_style);
    if sign.style == Style::Word && place() {
        return None;
    }
    // "a room for adults at booking dot com"
    if sign.style == Style::Word
        && host::is_brand(&name)
        && is_plain_word(tokens, first, at)
        && !has_mail_cue(tokens, first)
    {
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
fn domain(tokens: &Tokens<'_>, at: usize, sign: Sign) -> Option<(usize, String, Style)> {
    let mut next = sign.next;
    // A word for the sign stands in the line of the host, or has a line of its own.
    if tokens.at(next).gap == Gap::Line && sign.style == Style::Word && tokens.at(at).gap != Gap::Line {
        return None;
    }
    // "ann91 at the gmail one"
    if sign.style >= Style::Word && tokens.at(next).is_one(THE) {
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
    if sign.style >= Style::Word
        && provider.is_none()
        && let Some(host) = host::told(tokens, next, sign.style > Style::Word || is_signed(tokens, at))
    {
        return Some((host.last, host.name, host.style));
    }
    // "ann@happypaws com"
    let tld = |end: usize| tokens.at(end + 1).is_one(host::USUAL) && tokens.at(end + 1).gap == Gap::Space;
    if sign.style == Style::Plain
        && provider.is_none()
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
    let links = |token: &Token| token.has(Senses::LINK) || token.is_any_mark(b":=");
    part::part(tokens, at)
        .and_then(|first| first.checked_sub(2).filter(|_| links(tokens.before(first))))
        .is_some_and(|secret| tokens.at(secret).is_one(SECRETS))
}

/// Whether what stands in front of a place can be little else than a local part: "ann dot lee", "ann91", or mail
/// is spoken of.
fn is_signed(tokens: &Tokens<'_>, at: usize) -> bool {
    let (last, sign) = (tokens.before(at), tokens.at(at.wrapping_sub(2)));
    let told = sign.is_word() && sign.has(Senses::DOT.or(Senses::JOINT));
    let glued = at > 0 && tokens.is_glued(at - 1);
    // "slot 9 at", "mail: we spoke at"
    let written = glued && (sign.is_any_mark(b"._") || last.is_digits());
    let acts = sign.is_one(keys!("i we you he she they who"));
    told || written || !acts && has_mail_cue(tokens, at)
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
    let single = is_plain_word(tokens, first, at);
    // "he's at gmail"
    let elided = local.len() == 1 && tokens.is_glued(at - 1) && tokens.before(at - 1).is_mark(b'\'');
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
    let mail_host = (at + 1..=last).any(|at| tokens.at(at).has(Senses::PROVIDER))
        || provider::name(tokens, at + 1).is_some();
    // "cake 4 at tea party rooms dot com"
    let counted = local.is_digits() && local.len() < 3 && local.gap == Gap::Space;
    if !mail_host && counted && !has_mail_cue(tokens, first) {
        return false;
    }
    // "drop straight in at"
    let signed = || tokens.at(at.wrapping_sub(2)).has(Senses::DOT.or(Senses::JOINT));
    let word = everyday && local.len() > 1 && local.gap == Gap::Space;
    if !mail_host && word && !signed() && !has_mail_cue(tokens, first) {
        return false;
    }
    mail_host
        || host >= Style::Word
            && (has_mail_cue(tokens, first)
                || !single
                || local.is_one(BOXES)
                || local.is_word() && local.lexeme.senses.is_empty())
        || has_mail_cue(tokens, first)
}

/// Whether a local part is one word, or only a number: "ninety two at tesco".
fn is_plain_word(tokens: &Tokens<'_>, first: usize, end: usize) -> bool {
    let number = |at: usize| tokens.at(at).is_digits() || tokens.at(at).has(Senses::DIGIT.or(Senses::TENS));
    first + 1 == end && tokens.at(first).is_word() || (first..end).all(number)
}

/// Whether mail is spoken of in front of a token.
fn has_mail_cue(tokens: &Tokens<'_>, first: usize) -> bool {
    (first.saturating_sub(7)..first).any(|at| {
        let token = tokens.at(at);
        token.has(Senses::MAIL.or(Senses::PROVIDER)) || token.is_mark(EMOJI_MAIL)
    })
}
