//! What goes to Resend and what comes back.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use veralux_core::port::{ProviderError, ProviderFault, ProviderResult, Rejection, Verdict};
use zeroize::Zeroizing;

use super::{MAX_BATCH, MAX_RECIPIENTS};
use crate::call::{Contract, Refusal};
use crate::{Body, Response};

/// An e-mail. `Debug` shows how many it goes to.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Email {
    /// `Name <name@example.com>`, of a domain that is verified at Resend.
    pub from: String,
    /// Whom to, 1 to 50.
    pub to: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// As text; one of both, or both.
    pub text: Option<String>,
    /// As HTML.
    pub html: Option<String>,
    /// Where answers go.
    pub reply_to: Vec<String>,
    /// Copies.
    pub cc: Vec<String>,
    /// Copies that nobody sees.
    pub bcc: Vec<String>,
    /// Other headers.
    pub headers: BTreeMap<String, String>,
    /// Names and values for Resend's own lists: letters, digits, `_` and `-`.
    pub tags: Vec<(String, String)>,
    /// When it goes out (RFC 3339); at once when absent.
    pub scheduled_at: Option<String>,
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email(to {})", self.to.len())
    }
}

/// An e-mail that Resend knows. `Debug` shows its id and how far it is.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct SentEmail {
    /// Resend's id of it.
    pub id: String,
    /// How far it is, in Resend's words: `queued`, `sent`, `delivered`, `bounced`, ...
    #[serde(default)]
    pub last_event: Option<String>,
    /// When Resend took it, as Resend writes it.
    #[serde(default)]
    pub created_at: Option<String>,
    /// Whom to.
    #[serde(default)]
    pub to: Vec<String>,
    /// Its subject.
    #[serde(default)]
    pub subject: Option<String>,
}

impl fmt::Debug for SentEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SentEmail({}, {:?})", self.id, self.last_event)
    }
}

/// A domain of the account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Domain {
    /// Resend's id of it.
    pub id: String,
    /// The domain.
    pub name: String,
    /// `verified`, `pending`, `failed`, ...
    #[serde(default)]
    pub status: String,
}

/// `POST /emails`.
#[derive(Deserialize)]
pub(super) struct Id {
    pub(super) id: String,
}

/// `POST /emails/batch`.
#[derive(Deserialize)]
pub(super) struct Ids {
    pub(super) data: Vec<Id>,
}

/// Every list.
#[derive(Deserialize)]
pub(super) struct List<T> {
    #[serde(default)]
    pub(super) has_more: bool,
    pub(super) data: Vec<T>,
}

#[derive(Serialize)]
struct Wire<'a> {
    from: &'a str,
    to: &'a [String],
    subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    reply_to: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    cc: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    bcc: &'a [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled_at: Option<&'a str>,
}

#[derive(Serialize)]
struct Tag<'a> {
    name: &'a str,
    value: &'a str,
}

impl<'a> Wire<'a> {
    fn of(email: &'a Email) -> ProviderResult<Self> {
        if !(1..=MAX_RECIPIENTS).contains(&email.to.len()) {
            return Err(refused("An e-mail goes to 1 to 50 recipients."));
        }
        if email.text.is_none() && email.html.is_none() {
            return Err(refused("The e-mail has no text."));
        }
        Ok(Self {
            from: &email.from,
            to: &email.to,
            subject: &email.subject,
            text: email.text.as_deref(),
            html: email.html.as_deref(),
            reply_to: &email.reply_to,
            cc: &email.cc,
            bcc: &email.bcc,
            headers: &email.headers,
            tags: email.tags.iter().map(|(name, value)| Tag { name, value }).collect(),
            scheduled_at: email.scheduled_at.as_deref(),
        })
    }
}

/// The JSON of an e-mail.
pub(super) fn email_body(email: &Email) -> ProviderResult<Zeroizing<Vec<u8>>> {
    bytes(&Wire::of(email)?)
}

/// The JSON of a batch. Resend schedules none of them.
pub(super) fn batch_body(emails: &[Email]) -> ProviderResult<Zeroizing<Vec<u8>>> {
    if !(1..=MAX_BATCH).contains(&emails.len()) {
        return Err(refused("A batch has 1 to 100 e-mails."));
    }
    if emails.iter().any(|email| email.scheduled_at.is_some()) {
        return Err(refused("An e-mail of a batch goes out at once."));
    }
    let wires: Vec<Wire<'_>> = emails.iter().map(Wire::of).collect::<ProviderResult<_>>()?;
    bytes(&wires)
}

fn bytes(value: &impl Serialize) -> ProviderResult<Zeroizing<Vec<u8>>> {
    serde_json::to_vec(value)
        .map(Zeroizing::new)
        .map_err(|_| refused("The e-mail cannot be written as JSON."))
}

pub(super) fn body(bytes: &[u8]) -> Body {
    Body { content_type: "application/json", bytes: Zeroizing::new(bytes.to_vec()) }
}

/// Refused before anything is asked.
pub(super) fn refused(sentence: &'static str) -> ProviderError {
    ProviderError::new(Api::SLUG, ProviderFault::Rejected, sentence)
}

/// Resend's way to refuse.
pub(super) enum Api {}

#[derive(Default, Deserialize)]
struct Fault {
    #[serde(default)]
    name: String,
    #[serde(default)]
    message: String,
}

impl Fault {
    fn of(response: &Response) -> Self {
        serde_json::from_slice(&response.body).unwrap_or_default()
    }

    /// Some ages of the API call a wrong key an error of validation.
    fn is_bad_key(&self) -> bool {
        matches!(self.name.as_str(), "missing_api_key" | "invalid_api_key")
            || self.name == "validation_error" && self.message.eq_ignore_ascii_case("api key is invalid")
    }
}

impl Contract for Api {
    const SLUG: &'static str = "resend";
    const NAME: &'static str = "Resend";

    fn refusal(response: &Response) -> Refusal {
        use ProviderFault::{RateLimited, Rejected};
        let fault = Fault::of(response);
        let (sort, sentence) = match fault.name.as_str() {
            _ if fault.is_bad_key() => (
                Some(Rejected),
                Some("Resend does not accept the API key. Check it in Settings > Integrations."),
            ),
            "restricted_api_key" => (
                Some(Rejected),
                Some("This Resend key may only send. Enter one with full access in Settings > Integrations."),
            ),
            "daily_quota_exceeded" => (
                Some(Rejected),
                Some(
                    "Today's quota of e-mails at Resend is used up. Try again tomorrow or change the plan there.",
                ),
            ),
            "monthly_quota_exceeded" => (
                Some(Rejected),
                Some("This month's quota of e-mails at Resend is used up. Change the plan there."),
            ),
            "concurrent_idempotent_requests" => (Some(RateLimited { wait: None }), None),
            "invalid_idempotent_request" => (
                Some(Rejected),
                Some("This e-mail was already sent with another content; it is not sent twice."),
            ),
            "validation_error" | "invalid_from_address" => (
                None,
                Some("Resend refuses the sender or a recipient. Verify the sender's domain at Resend."),
            ),
            _ => (None, None),
        };
        let code = is_word(&fault.name).then_some(fault.name);
        Refusal { code, fault: sort, sentence: sentence.map(Cow::Borrowed) }
    }
}

/// What `GET /domains` says of the key it was asked with.
pub(super) fn verdict(response: &Response) -> Verdict {
    let fault = Fault::of(response);
    match response.status {
        200 if serde_json::from_slice::<List<serde::de::IgnoredAny>>(&response.body).is_ok() => {
            Verdict::Verified
        }
        401 | 403 if fault.name == "restricted_api_key" => Verdict::Verified,
        400..=403 if fault.is_bad_key() => Verdict::Rejected(Rejection::Unauthorised),
        _ => Verdict::Unreachable,
    }
}

fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
