//! How Telnyx refuses.

use std::borrow::Cow;

use serde::Deserialize;

use crate::Response;
use crate::call::{Contract as Refusing, Refusal};

/// Telnyx's way to refuse: `{"errors": [{"code": "10015", "title": ...}]}`, often several at once.
pub(super) enum Contract {}

#[derive(Deserialize)]
struct Errors {
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    code: Code,
}

/// Documented as a string; some products answer with a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Code {
    Text(String),
    Number(u64),
}

impl Code {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

impl Refusing for Contract {
    const SLUG: &'static str = "telnyx";
    const NAME: &'static str = "Telnyx";

    fn refusal(response: &Response) -> Refusal {
        let Ok(body) = serde_json::from_slice::<Errors>(&response.body) else { return Refusal::default() };
        let codes: Vec<String> = body.errors.into_iter().map(|fault| fault.code.into_text()).collect();
        let known = codes.iter().find(|code| sentence(code).is_some()).or(codes.first());
        let sentence = known.and_then(|code| sentence(code)).map(Cow::Borrowed);
        Refusal { code: known.cloned(), fault: None, sentence }
    }
}

/// What a person does about a code (developers.telnyx.com, API error codes and messaging error codes).
fn sentence(code: &str) -> Option<&'static str> {
    let known = |(own, _): &&(&str, &str)| *own == code;
    SENTENCES.iter().find(known).map(|(_, sentence)| *sentence)
}

const SENTENCES: &[(&str, &str)] = &[
    ("10001", "This number is not active at Telnyx. Choose another one."),
    ("10002", "Telnyx does not take this for a phone number. Check it."),
    (
        "10003",
        "Telnyx does not accept the address of this server for webhooks. The operator must set a public https address.",
    ),
    ("10009", "Telnyx does not accept the API key. Enter a valid one in Settings > Integrations."),
    (
        "10010",
        "This Telnyx API key may not do that. Create one with full access in Telnyx's portal and enter it in Settings > Integrations.",
    ),
    ("10016", "Telnyx does not take this for a phone number. Check it."),
    ("10017", "What this number hangs on is no longer there at Telnyx. Set the number up again."),
    ("20002", "This Telnyx API key was revoked. Enter a valid one in Settings > Integrations."),
    ("20006", "This Telnyx API key has expired. Enter a valid one in Settings > Integrations."),
    ("20012", "The Telnyx account is not active. Check its balance and its state in Telnyx's portal."),
    ("20013", "The Telnyx account is blocked. Ask Telnyx's support."),
    ("20014", "The Telnyx account is not verified. Verify it in Telnyx's portal."),
    ("20015", "The Telnyx account may not use this. Ask Telnyx to enable it."),
    ("20016", "The Telnyx account needs verification of level 1. Verify it in Telnyx's portal."),
    ("20017", "The Telnyx account needs verification of level 2. Verify it in Telnyx's portal."),
    ("20100", "The Telnyx account has not enough money. Add some in Telnyx's portal."),
    ("40010", "This number is not registered for business messages (10DLC). Register it in Telnyx's portal."),
    ("40012", "Telnyx cannot send to this number. Check it."),
    ("40013", "Telnyx cannot send from this number. Choose another one."),
    ("40100", "This number cannot send messages yet. Enable messaging for it."),
    ("40300", "The recipient has replied STOP. Nothing is sent until they reply START."),
    (
        "40305",
        "Telnyx cannot send from this number: it is not yours, or is in no messaging profile. Set it up again.",
    ),
    ("40309", "The messaging profile does not allow this country. Allow it in Telnyx's portal."),
    ("40310", "Telnyx cannot send to this number. Check it."),
    ("40312", "The messaging profile is disabled. Enable it in Telnyx's portal."),
];
