//! AWS Signature Version 4 in the `Authorization` header, for requests to `/` without a query, which is where AWS's JSON
//! services answer. Source: "Create a signed AWS API request" in the IAM user guide.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use veralux_core::time::Instant;
use zeroize::Zeroizing;

use super::Credentials;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What a signature is good for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    pub(super) at: Instant,
}

/// The instant as `x-amz-date` has it: `20150830T123600Z`.
pub(super) fn amz_date(at: Instant) -> String {
    let stamp = at.stamp();
    let digits = stamp.as_str().split(['.', 'Z']).next().unwrap_or_default();
    let mut date: String = digits.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    date.push('Z');
    date
}

/// The value of `Authorization`. Every header given is signed; no name comes twice.
pub(super) fn authorization(
    credentials: &Credentials,
    scope: Scope<'_>,
    method: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> String {
    let (canonical, signed) = canonical_request(method, headers, body);
    let date = amz_date(scope.at);
    let day: String = date.chars().take(8).collect();
    let place = format!("{day}/{}/{}/aws4_request", scope.region, scope.service);
    let text = format!("{ALGORITHM}\n{date}\n{place}\n{}", hex(&Sha256::digest(canonical.as_bytes())));

    let secret = Zeroizing::new(format!("AWS4{}", credentials.secret_access_key.expose()));
    let mut key = keyed(secret.as_bytes(), &day);
    for part in [scope.region, scope.service, "aws4_request"] {
        key = keyed(&*key, part);
    }
    let signature = hex(&*keyed(&*key, &text));
    let id = &credentials.access_key_id;
    format!("{ALGORITHM} Credential={id}/{place}, SignedHeaders={signed}, Signature={signature}")
}

/// The canonical request, wiped when dropped since a session token is in it, and the names that are signed.
fn canonical_request(method: &str, headers: &[(&str, &str)], body: &[u8]) -> (Zeroizing<String>, String) {
    let mut headers: Vec<_> =
        headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), *value)).collect();
    headers.sort();
    let length: usize = headers.iter().map(|(name, value)| name.len() * 2 + value.len() + 3).sum();
    // Large enough that it does not grow: a copy that is left behind would not be wiped.
    let mut text = Zeroizing::new(String::with_capacity(length + method.len() + 128));
    text.push_str(method);
    text.push_str("\n/\n\n");
    for (name, value) in &headers {
        text.push_str(name);
        text.push(':');
        for (index, word) in value.split_ascii_whitespace().enumerate() {
            text.push_str(if index == 0 { "" } else { " " });
            text.push_str(word);
        }
        text.push('\n');
    }
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(";");
    for part in ["\n", &names, "\n", &hex(&Sha256::digest(body))] {
        text.push_str(part);
    }
    (text, names)
}

fn keyed(key: &[u8], text: &str) -> Zeroizing<[u8; 32]> {
    // HMAC takes keys of every length; were it not so, the signature would be wrong and AWS would refuse it.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Zeroizing::new([0; 32]) };
    mac.update(text.as_bytes());
    Zeroizing::new(mac.finalize().into_bytes().into())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use veralux_core::secret::Secret;

    use super::*;

    /// The signatures are those of AWS's Signature Version 4 test suite.
    #[test]
    fn the_published_vectors() {
        let token = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeo\
                     IYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSX\
                     Dvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fP\
                     OLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
        let credentials = Credentials {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            session_token: None,
        };
        let at = Instant::parse("2015-08-30T12:36:00.250Z").unwrap();
        let scope = Scope { region: "us-east-1", service: "service", at };
        for (what, method, header, body, expected) in [
            (
                "get-vanilla",
                "GET",
                &[][..],
                "",
                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            ),
            (
                "post-vanilla",
                "POST",
                &[],
                "",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
            (
                "get-header-value-trim",
                "GET",
                &[("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
                "",
                "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
            ),
            (
                "post-header-key-case and -sort",
                "POST",
                &[("My-Header1", "value1")],
                "",
                "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
            ),
            (
                "post-header-value-case",
                "POST",
                &[("My-Header1", "VALUE1")],
                "",
                "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
            ),
            (
                "post-sts-header-before",
                "POST",
                &[("X-Amz-Security-Token", token)],
                "",
                "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
            ),
            (
                "post-x-www-form-urlencoded",
                "POST",
                &[("Content-Type", "application/x-www-form-urlencoded")],
                "Param1=value1",
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            ),
        ] {
            let mut headers = vec![("X-Amz-Date", "20150830T123600Z"), ("Host", "example.amazonaws.com")];
            headers.extend(header);
            let value = authorization(&credentials, scope, method, &headers, body.as_bytes());
            let start = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=";
            assert!(value.starts_with(start), "{what}: {value}");
            assert_eq!(value.rsplit('=').next(), Some(expected), "{what}");
        }
        assert_eq!(amz_date(at), "20150830T123600Z");
    }
}
