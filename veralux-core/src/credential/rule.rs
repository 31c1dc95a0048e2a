//! What fields of credentials look like. Providers change their formats: what is asked is what their documentation promises,
//! and where that is silent, no more than a token without blanks.

use crate::fault::Fault;
use crate::secret::Secret;

/// Longest field in bytes.
pub(super) const MAX_FIELD_BYTES: usize = 4096;

/// Adds a fault unless it holds.
pub(super) fn ensure(holds: bool, name: &'static str, message: &'static str, faults: &mut Vec<Fault>) {
    if !holds {
        faults.push(Fault::new(name, message));
    }
}

/// The same for a secret that may be missing.
pub(super) fn ensure_secret(
    secret: Option<&Secret>,
    holds: impl Fn(&str) -> bool,
    name: &'static str,
    message: &'static str,
    faults: &mut Vec<Fault>,
) {
    ensure(secret.is_none_or(|secret| holds(secret.expose())), name, message, faults);
}

/// Printable ASCII without blanks, at least so long.
pub(super) fn is_token(text: &str, shortest: usize) -> bool {
    (shortest.max(1)..=MAX_FIELD_BYTES).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A prefix and a token behind it.
pub(super) fn is_prefixed(text: &str, prefix: &str, shortest: usize) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| is_token(rest, shortest))
}

/// So many hexadecimal digits, of either case.
pub(super) fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A prefix and 32 hexadecimal digits, as Twilio's SIDs are.
pub(super) fn is_sid(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| is_hex(rest, 32))
}

/// 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_uuid(text: &str) -> bool {
    let mut groups = text.split('-');
    let all = [8, 4, 4, 4, 12].iter().all(|digits| groups.next().is_some_and(|group| is_hex(group, *digits)));
    all && groups.next().is_none()
}

/// Three parts between dots, as of a JWT.
pub(super) fn is_jwt(text: &str) -> bool {
    text.split('.').count() == 3 && text.split('.').all(|part| is_token(part, 8))
}

/// Something with one `@` and no blanks; whether mail arrives there is not asked.
pub(super) fn is_email(text: &str) -> bool {
    let well = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control())
    };
    text.len() <= 254 && text.rsplit_once('@').is_some_and(|(name, host)| well(name) && well(host))
}

/// The last four characters of a public id.
pub(super) fn hint(public_id: &str) -> Option<String> {
    let skip = public_id.chars().count().checked_sub(4)?;
    Some(public_id.chars().skip(skip).collect())
}
