//! What goes to Secrets Manager (JSON 1.1) and what comes back.

use serde::{Deserialize, Serialize};
use veralux_core::port::{Conflict, Error, SecretError};
use veralux_core::secret::Secret;
use zeroize::Zeroizing;

use crate::{Body, Response, TransportError};

const DOING: &str = "asking AWS Secrets Manager";
/// The credentials are wrong, ended, or signed with a clock that is wrong.
const SIGNING: &str = "asking AWS Secrets Manager with these credentials at this time";

/// What a request says; one struct for all calls, what a call does not know is left out.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Call<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secret_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secret_string: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_request_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) force_delete_without_recovery: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) filters: Option<[Filter<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_results: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_token: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Filter<'a> {
    pub(super) key: &'static str,
    pub(super) values: [&'a str; 1],
}

/// `GetSecretValue`. A secret of bytes has no `SecretString`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Value {
    pub(super) name: String,
    pub(super) secret_string: Option<Secret>,
}

/// `DescribeSecret`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Description {
    /// When it was scheduled for deletion; then it is as good as gone.
    pub(super) deleted_date: Option<serde::de::IgnoredAny>,
}

/// `ListSecrets`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listing {
    pub(super) secret_list: Vec<Entry>,
    pub(super) next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entry {
    pub(super) name: String,
}

/// Calls whose answer is not looked at, as long as it is JSON.
#[derive(Deserialize)]
pub(super) struct Done {}

/// The message is AWS's text and is neither kept nor shown.
#[derive(Deserialize)]
pub(super) struct ErrorAnswer {
    #[serde(rename = "__type")]
    kind: String,
    /// Either spelling occurs, and some that behave like AWS send both.
    message: Option<String>,
    #[serde(rename = "Message")]
    capital_message: Option<String>,
}

impl ErrorAnswer {
    /// What a refusal says, if it is one of AWS's.
    pub(super) fn of(response: &Response) -> Option<Self> {
        serde_json::from_slice(&response.body).ok()
    }

    /// `com.amazonaws.secretsmanager#ResourceNotFoundException`, or the last part alone.
    pub(super) fn kind(&self) -> &str {
        self.kind.rsplit('#').next().unwrap_or_default()
    }

    /// A signature of another time: our clock and AWS's differ.
    pub(super) fn is_about_time(&self) -> bool {
        self.says("expired") || self.says("not yet current")
    }

    fn says(&self, word: &str) -> bool {
        [&self.message, &self.capital_message].into_iter().flatten().any(|text| text.contains(word))
    }
}

/// What AWS said instead of doing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// There is no such secret.
    NotFound,
    /// There is one already.
    Exists,
    /// It is scheduled for deletion: neither there nor free.
    Scheduled,
    /// The account has as many as it may.
    Full,
    /// Its key at KMS is not there or not ours.
    Damaged,
    /// Credentials or policies; says which.
    NotPermitted(&'static str),
    /// Throttled, broken on the way or away.
    Transient(Cause),
    /// Anything else.
    Permanent(Cause),
}

/// For the log of whoever runs this: what it was, in words of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Cause {
    #[error("AWS answered `{0}`")]
    Said(&'static str),
    #[error("the answer has the status {0}")]
    Status(u16),
    #[error("the answer cannot be read")]
    Unreadable,
    #[error("the answer is too long")]
    TooLong,
    #[error("the answer is about another secret")]
    AnotherSecret,
    #[error("the list does not end")]
    Endless,
    #[error("others make and remove the same secret")]
    Contended,
    #[error(transparent)]
    Transport(#[from] TransportError),
}

impl From<Fault> for SecretError {
    fn from(fault: Fault) -> Self {
        Self::Store(match fault {
            Fault::NotFound => return Self::NotFound,
            Fault::Full => return Self::Full,
            Fault::Damaged => return Self::Damaged("decryption_failed"),
            Fault::Exists | Fault::Scheduled => Error::Conflict(Conflict::Exists),
            Fault::NotPermitted(what) => Error::NotPermitted(what),
            Fault::Transient(cause) => Error::transient(DOING, cause),
            Fault::Permanent(cause) => Error::permanent(DOING, cause),
        })
    }
}

/// A request's body.
pub(super) fn body(call: &Call<'_>) -> Body {
    // Large enough that it does not grow, be every character escaped: a copy that is left behind would not be wiped.
    let length = call.secret_string.map_or(0, |text| text.len() * 6);
    let mut bytes = Zeroizing::new(Vec::with_capacity(length + 8192));
    // Texts and numbers into memory: neither can fail. Were it not so, AWS would refuse the torn body.
    let _ = serde_json::to_writer(&mut *bytes, call);
    Body { content_type: "application/x-amz-json-1.1", bytes }
}

/// What an answer means.
pub(super) fn answer<'a, T: Deserialize<'a>>(response: &'a Response) -> Result<T, Fault> {
    if response.status == 200 {
        // Whoever said this, it was not Secrets Manager; what it did is not known.
        return serde_json::from_slice(&response.body).map_err(|_| Fault::Transient(Cause::Unreadable));
    }
    Err(refused(response))
}

fn refused(response: &Response) -> Fault {
    let said = ErrorAnswer::of(response);
    let kind = said.as_ref().map(ErrorAnswer::kind).unwrap_or_default();
    match kind {
        "ResourceNotFoundException" => return Fault::NotFound,
        "ResourceExistsException" => return Fault::Exists,
        "InvalidRequestException" if said.as_ref().is_some_and(|said| said.says("deletion")) => {
            return Fault::Scheduled;
        }
        "LimitExceededException" => return Fault::Full,
        "DecryptionFailure" | "DecryptionFailureException" => return Fault::Damaged,
        _ => {}
    }
    let known = |names: &[&'static str]| names.iter().find(|name| **name == kind).copied();
    if known(POLICY).is_some() {
        return Fault::NotPermitted(DOING);
    }
    if known(SIGNATURE).is_some() {
        return Fault::NotPermitted(SIGNING);
    }
    if let Some(name) = known(BUSY) {
        return Fault::Transient(Cause::Said(name));
    }
    let cause = known(WRONG).map_or(Cause::Status(response.status), Cause::Said);
    match response.status {
        408 | 429 | 500..=599 => Fault::Transient(cause),
        401 | 403 => Fault::NotPermitted(DOING),
        _ => Fault::Permanent(cause),
    }
}

/// Not allowed to.
const POLICY: &[&str] = &["AccessDeniedException", "NotAuthorized", "OptInRequired"];

/// Not known, not valid, or not at this time.
const SIGNATURE: &[&str] = &[
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "InvalidClientTokenId",
    "ExpiredTokenException",
    "RequestExpired",
    "IncompleteSignature",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
];

/// Asked too often, or not well.
const BUSY: &[&str] = &[
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "InternalServiceError",
    "InternalServiceErrorException",
    "ServiceUnavailable",
];

/// Known only so that they can be named.
const WRONG: &[&str] = &[
    "InvalidParameterException",
    "InvalidRequestException",
    "InvalidNextTokenException",
    "EncryptionFailure",
    "PreconditionNotMetException",
    "ValidationException",
    "UnknownOperationException",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_refusal_means() {
        let deletion = r#"{"__type":"InvalidRequestException","Message":"it was marked for deletion"}"#;
        for (what, status, body, expected) in [
            ("not there", 400, r#"{"__type":"ResourceNotFoundException","Message":"x"}"#, Fault::NotFound),
            (
                "with its namespace",
                400,
                r#"{"__type":"com.amazonaws#ResourceNotFoundException"}"#,
                Fault::NotFound,
            ),
            ("there", 400, r#"{"__type":"ResourceExistsException"}"#, Fault::Exists),
            ("to be deleted", 400, deletion, Fault::Scheduled),
            (
                "in both spellings",
                400,
                r#"{"__type":"InvalidRequestException","message":"scheduled for deletion","Message":"scheduled for deletion"}"#,
                Fault::Scheduled,
            ),
            (
                "another request",
                400,
                r#"{"__type":"InvalidRequestException"}"#,
                Fault::Permanent(Cause::Said("InvalidRequestException")),
            ),
            (
                "a name that is not known",
                400,
                r#"{"__type":"hunter2"}"#,
                Fault::Permanent(Cause::Status(400)),
            ),
            (
                "a parameter",
                400,
                r#"{"__type":"InvalidParameterException"}"#,
                Fault::Permanent(Cause::Said("InvalidParameterException")),
            ),
            ("a quota", 400, r#"{"__type":"LimitExceededException"}"#, Fault::Full),
            ("its key", 400, r#"{"__type":"DecryptionFailure"}"#, Fault::Damaged),
            (
                "throttled",
                400,
                r#"{"__type":"ThrottlingException"}"#,
                Fault::Transient(Cause::Said("ThrottlingException")),
            ),
            ("throttled by status", 429, "", Fault::Transient(Cause::Status(429))),
            (
                "inside",
                500,
                r#"{"__type":"InternalServiceError"}"#,
                Fault::Transient(Cause::Said("InternalServiceError")),
            ),
            ("a proxy", 502, "<html>", Fault::Transient(Cause::Status(502))),
            ("a policy", 400, r#"{"__type":"AccessDeniedException"}"#, Fault::NotPermitted(DOING)),
            (
                "a session that ended",
                400,
                r#"{"__type":"ExpiredTokenException"}"#,
                Fault::NotPermitted(SIGNING),
            ),
            ("forbidden", 403, "", Fault::NotPermitted(DOING)),
            ("elsewhere", 302, "", Fault::Permanent(Cause::Status(302))),
            ("no JSON", 400, "<html>", Fault::Permanent(Cause::Status(400))),
            ("no answer at all", 200, "<html>", Fault::Transient(Cause::Unreadable)),
        ] {
            let response = Response::new(status, body);
            assert_eq!(answer::<Done>(&response).err(), Some(expected), "{what}");
        }
    }

    #[test]
    fn a_body_never_grows_and_says_only_what_is_set() {
        let text = "\u{1}".repeat(65_536);
        let bytes = body(&Call { secret_string: Some(&text), ..Call::default() }).bytes;
        assert!(bytes.capacity() == 65_536 * 6 + 8192, "{}", bytes.capacity());
        let call = Call { filters: Some([Filter { key: "name", values: ["a/"] }]), ..Call::default() };
        assert_eq!(*body(&call).bytes, br#"{"Filters":[{"Key":"name","Values":["a/"]}]}"#);
    }
}
