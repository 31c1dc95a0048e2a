use std::borrow::Cow;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use url::Url;
use veralux_core::digest::Digest;
use veralux_core::secret::Secret;

use super::Form;

/// Query parameter that carries the SHA-256 of a body that is not a form.
const BODY_HASH: &str = "bodySHA256";

/// What a signature covers.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The URL as Twilio was told it: the configured public base URL with the request's path and query.
    pub url: &'a str,
    /// The form, empty for any other body.
    pub form: &'a Form,
    /// The body as it came.
    pub body: &'a [u8],
}

/// Whether `X-Twilio-Signature` was made with this auth token.
///
/// The signature is base64 of HMAC-SHA-1 over the URL and, for a form, each name and value in the byte order of the
/// names, values of one name sorted and without repeats. With `bodySHA256` in the query the form is left out and that
/// must be the body's hash. Twilio and what stands between it and us write the URL in several ways, so it is tried as it
/// is, as the WHATWG URL standard writes it and with its query encoded the way Node's `querystring` does, each as
/// it is, without a port and with the scheme's own port.
pub fn verify(auth_token: &Secret, signature: &str, signed: Signed<'_>) -> bool {
    let empty = Form::empty();
    let form = match body_hash(signed.url) {
        Some(hash) if !has_hash(signed.body, &hash) => return false,
        Some(_) => &empty,
        None => signed.form,
    };
    let tail = tail(form);
    url_forms(signed.url).iter().flat_map(|url| port_forms(url)).any(|url| {
        let expected = sign(auth_token, &url, &tail);
        bool::from(expected.as_bytes().ct_eq(signature.as_bytes()))
    })
}

/// Whether a text could be a signature at all: base64 of the 20 bytes of an HMAC-SHA-1.
pub fn is_signature(text: &str) -> bool {
    STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == 20)
}

fn sign(auth_token: &Secret, url: &str, tail: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(auth_token.expose().as_bytes()) else {
        unreachable!("HMAC takes keys of any length (RFC 2104)")
    };
    mac.update(url.as_bytes());
    mac.update(tail.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// What is signed behind the URL.
fn tail(form: &Form) -> String {
    let mut tail = String::new();
    for (name, values) in form.fields() {
        let mut values: Vec<&String> = values.iter().collect();
        values.sort();
        values.dedup();
        for value in values {
            tail.push_str(name);
            tail.push_str(value);
        }
    }
    tail
}

fn body_hash(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    form_urlencoded::parse(query.as_bytes())
        .find_map(|(name, value)| (name == BODY_HASH).then(|| value.into_owned()))
}

fn has_hash(body: &[u8], hash: &str) -> bool {
    let digest = Digest::from_bytes(Sha256::digest(body).into()).to_string();
    let expected = digest.trim_start_matches(Digest::PREFIX);
    expected.as_bytes().ct_eq(hash.to_ascii_lowercase().as_bytes()).into()
}

fn url_forms(url: &str) -> Vec<Cow<'_, str>> {
    let mut forms = vec![Cow::Borrowed(url)];
    let others = [whatwg(url), legacy_query(url)];
    for form in others.into_iter().flatten() {
        if !forms.contains(&Cow::Borrowed(form.as_str())) {
            forms.push(Cow::Owned(form));
        }
    }
    forms
}

fn whatwg(url: &str) -> Option<String> {
    Url::parse(url).ok().map(String::from)
}

/// The query decoded and encoded again so that the characters that `encodeURIComponent` leaves stand as they are.
fn legacy_query(url: &str) -> Option<String> {
    let (base, query) = url.split_once('?')?;
    let mut out = format!("{base}?");
    for (index, (name, value)) in form_urlencoded::parse(query.as_bytes()).enumerate() {
        if index > 0 {
            out.push('&');
        }
        encode_component(&mut out, &name);
        out.push('=');
        encode_component(&mut out, &value);
    }
    Some(out)
}

fn encode_component(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// A URL as it is, without its port, and with the port of its scheme.
fn port_forms(url: &str) -> Vec<Cow<'_, str>> {
    let mut forms = vec![Cow::Borrowed(url)];
    let Some((scheme, rest)) = url.split_once("://") else { return forms };
    let default = if scheme.eq_ignore_ascii_case("https") { 443 } else { 80 };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (Some(authority), Some(tail)) = (rest.get(..end), rest.get(end..)) else { return forms };
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (format!("{user}@"), host),
        None => (String::new(), authority),
    };
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    match host.rsplit_once(':').filter(|(_, port)| is_port(port)) {
        Some((name, _)) => forms.push(Cow::Owned(format!("{scheme}://{user}{name}{tail}"))),
        None => forms.push(Cow::Owned(format!("{scheme}://{user}{host}:{default}{tail}"))),
    }
    forms
}
