//! How Twilio refuses, and what its codes mean (twilio.com/docs/api/errors).

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use veralux_core::port::ProviderFault;

use crate::Response;
use crate::call::{Contract, Refusal};

/// Twilio, for what clients share.
pub(super) enum Wire {}

impl Contract for Wire {
    const SLUG: &'static str = "twilio";
    const NAME: &'static str = "Twilio";

    fn refusal(response: &Response) -> Refusal {
        // Older APIs: code, message, more_info, status. Newer ones: RFC 9457 with a code. Proxies: no JSON at all.
        let code =
            serde_json::from_slice::<Problem>(&response.body).ok().and_then(|problem| text(&problem.code));
        let known = code.as_deref().and_then(find);
        Refusal {
            fault: known.filter(|_| response.status != 429).and_then(|known| known.fault),
            sentence: known.map(|known| Cow::Borrowed(known.sentence)),
            code,
        }
    }
}

#[derive(Deserialize)]
struct Problem {
    code: Value,
}

/// A code as text, whether it came as a number or as one; none for 0.
pub(super) fn text(code: &Value) -> Option<String> {
    match code {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
    .filter(|code| !code.is_empty() && code != "0")
}

/// A sentence for people on one of Twilio's codes, of a refusal or of a message that was not delivered: what it means and
/// what to do.
pub fn explain(code: &str) -> Option<&'static str> {
    find(code).map(|known| known.sentence)
}

struct Known {
    codes: &'static [&'static str],
    fault: Option<ProviderFault>,
    sentence: &'static str,
}

fn find(code: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.codes.contains(&code))
}

const fn refused(codes: &'static [&'static str], sentence: &'static str) -> Known {
    Known { codes, fault: Some(ProviderFault::Rejected), sentence }
}

const fn later(codes: &'static [&'static str], sentence: &'static str) -> Known {
    Known { codes, fault: Some(ProviderFault::RateLimited { wait: None }), sentence }
}

/// The code of requests whose account or credential is not accepted.
pub(super) const UNAUTHORISED: &str = "20003";
/// The code of requests to an account that is suspended or closed.
pub(super) const NOT_ACTIVE: &str = "20005";
/// Codes of calls that can never reach the number.
pub(super) const UNREACHABLE: &[&str] = &["21211", "21214", "21217", "13223", "13224", "13225"];

const KNOWN: &[Known] = &[
    refused(
        &[UNAUTHORISED],
        "Twilio does not accept the credential for this. Check account SID, auth token or API key in Settings > \
         Integrations.",
    ),
    refused(
        &[NOT_ACTIVE, "30002"],
        "The Twilio account is suspended or closed. Reactivate it in Twilio's console.",
    ),
    refused(&["20008"], "These are Twilio's test credentials. Enter those of the live account."),
    refused(&["20404"], "Twilio does not know this record: it is gone, or belongs to another account."),
    later(&["20429"], "Twilio is taking no more requests for now. Try again in a minute."),
    later(
        &["21611", "30001", "63018"],
        "This number has as many messages waiting at Twilio as it may. Try again in a few minutes.",
    ),
    refused(
        &["21211", "21214", "21217", "21265", "13223", "13224"],
        "Twilio cannot reach this number. Check that it is complete and in service.",
    ),
    refused(&["13225", "13226"], "Twilio does not call this number."),
    refused(&["21612"], "Twilio cannot send from this number to that one. Use another sending number."),
    refused(
        &["21614", "21635", "30006"],
        "This number cannot receive text messages; it may be a landline. Call it instead.",
    ),
    refused(
        &["21210", "21212", "21606", "21659", "21660", "21661"],
        "The sending number is not one of this Twilio account that can do this. Check the number and the connected \
         account.",
    ),
    refused(&["21266"], "Sender and recipient are the same number."),
    refused(
        &["21215", "21216", "21408", "13227"],
        "The Twilio account may not reach this country. Allow it under Geographic permissions in Twilio's console.",
    ),
    refused(
        &["21608", "21219"],
        "A Twilio trial account reaches only numbers that were verified in Twilio's console. Upgrade it, or verify \
         the number there.",
    ),
    refused(
        &["21610"],
        "The recipient has opted out with STOP. They can text START to this number to hear from you again.",
    ),
    refused(&["21602", "21619"], "A message needs a text."),
    refused(&["21605", "21617"], "The message is too long for Twilio: at most 1,600 characters."),
    refused(
        &["21609", "21502", "11200"],
        "Twilio cannot use the public address of this server. Ask the operator to check PUBLIC_BASE_URL.",
    ),
    refused(&["21404"], "A Twilio trial account has one number only. Upgrade it to buy another."),
    refused(&["21421"], "This is no phone number that can be bought."),
    refused(&["21422", "21452"], "This number is not for sale any more. Search again and choose another."),
    refused(
        &["21615", "21631", "21649", "21651"],
        "This number needs a registered address or a regulatory bundle. Add it in Twilio's console, then buy again.",
    ),
    refused(&["21450"], "This number is verified in the Twilio account already."),
    refused(&["21453"], "This number is verified in another Twilio account."),
    refused(&["30003"], "The recipient's phone is off or out of reach. Try again later."),
    refused(&["30004", "30007"], "The recipient's carrier blocked the message."),
    refused(&["30005"], "The recipient's number is not in service."),
    refused(&["30008"], "The carrier did not deliver the message and did not say why. Try again later."),
    refused(
        &["30034"],
        "Carriers block this number for text messages until it is registered (A2P 10DLC). Register it in Twilio's \
         console.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_of_every_age() {
        let rejected = Some(ProviderFault::Rejected);
        let later = Some(ProviderFault::RateLimited { wait: None });
        for (what, status, body, code, fault, said) in [
            (
                "today's",
                400,
                r#"{"code":21610,"message":"m","more_info":"u","status":400}"#,
                Some("21610"),
                rejected,
                "STOP",
            ),
            (
                "RFC 9457",
                400,
                r#"{"type":"t","title":"x","status":400,"code":21211,"detail":"d","errors":[]}"#,
                Some("21211"),
                rejected,
                "cannot reach",
            ),
            ("a code as text", 400, r#"{"code":"21408"}"#, Some("21408"), rejected, "Geographic"),
            ("a queue that is full", 400, r#"{"code":21611}"#, Some("21611"), later, "waiting"),
            ("too many: by status, with its wait", 429, r#"{"code":20429}"#, Some("20429"), None, "no more"),
            ("a code nobody knows", 400, r#"{"code":99999,"message":"m"}"#, Some("99999"), None, ""),
            ("without a code", 500, r#"{"message":"m"}"#, None, None, ""),
            ("null", 500, r#"{"code":null}"#, None, None, ""),
            ("a page for people", 502, "<html>", None, None, ""),
        ] {
            let refusal = Wire::refusal(&Response::new(status, body));
            assert_eq!((refusal.code.as_deref(), refusal.fault), (code, fault), "{what}");
            let sentence = refusal.sentence.unwrap_or_default();
            assert!(sentence.contains(said) && sentence.is_empty() == said.is_empty(), "{what}: {sentence}");
        }
    }

    #[test]
    fn no_code_has_two_meanings_and_each_a_sentence() {
        let mut codes: Vec<&str> = KNOWN.iter().flat_map(|known| known.codes).copied().collect();
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
        assert!(codes.iter().all(|code| explain(code).is_some_and(|sentence| sentence.ends_with('.'))));
        assert!(UNREACHABLE.iter().all(|code| codes.contains(code)));
        assert_eq!(explain("0"), None);
    }
}
