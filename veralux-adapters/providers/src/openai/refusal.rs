//! How these servers refuse: `{error: {message, type, param, code}}`, of which most leave something out.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::{Map, Value};
use veralux_core::port::ProviderFault;

use crate::Response;
use crate::call::{Contract, Refusal};

/// `OpenAI` itself.
pub(super) enum Own {}

impl Contract for Own {
    const SLUG: &'static str = "openai";
    const NAME: &'static str = "OpenAI";

    fn refusal(response: &Response) -> Refusal {
        refusal(response)
    }
}

/// A server that speaks its protocol.
pub(super) enum Compatible {}

impl Contract for Compatible {
    const SLUG: &'static str = "openai";
    const NAME: &'static str = "The language model's server";

    fn refusal(response: &Response) -> Refusal {
        refusal(response)
    }
}

/// llama.cpp's own protocol.
pub(super) enum Llama {}

impl Contract for Llama {
    const SLUG: &'static str = "llamacpp";
    const NAME: &'static str = "The llama.cpp server";

    fn refusal(response: &Response) -> Refusal {
        refusal(response)
    }
}

const NO_QUOTA: &str =
    "The account with the language model has no quota left. Add credit or raise its limit there.";
const LOADING: &str = "The model is still being loaded. Try again in a minute.";
const NO_MODEL: &str = "The server does not know this model. Choose one from its list.";
const TOO_LONG: &str = "The text is too long for this model. Shorten it or choose another model.";

fn refusal(response: &Response) -> Refusal {
    let body: Map<String, Value> = serde_json::from_slice(&response.body).unwrap_or_default();
    let error = body.get("error").and_then(Value::as_object);
    let field = |name: &str| error?.get(name)?.as_str().filter(|text| !text.is_empty() && text.len() <= 64);
    let (kind, code) = (field("type"), field("code"));
    let is = |wanted: &str| kind == Some(wanted) || code == Some(wanted);
    let sorted: Option<(Option<ProviderFault>, &'static str)> =
        if [kind, code].into_iter().flatten().any(out_of_quota) {
            Some((Some(ProviderFault::Rejected), NO_QUOTA))
        } else if is("unavailable_error") || (response.status == 503 && says_loading(&body)) {
            Some((Some(ProviderFault::Transient), LOADING))
        } else if is("model_not_found") {
            Some((None, NO_MODEL))
        } else if is("context_length_exceeded") || is("exceed_context_size_error") {
            Some((None, TOO_LONG))
        } else {
            None
        };
    let code = code.or(kind).map(ToOwned::to_owned);
    match sorted {
        Some((fault, sentence)) => Refusal { code, fault, sentence: Some(Cow::Borrowed(sentence)) },
        None => Refusal { code, fault: limited(response), sentence: None },
    }
}

/// Final, although the status is 429.
fn out_of_quota(code: &str) -> bool {
    matches!(
        code,
        "insufficient_quota"
            | "credit_balance_exhausted"
            | "organization_usage_limit_exceeded"
            | "billing_hard_limit_reached"
            | "billing_not_active"
    ) || code.ends_with("_spend_limit_exceeded")
}

/// Older llama.cpp: `{"status":"loading model"}`.
fn says_loading(body: &Map<String, Value>) -> bool {
    let said =
        |value: &Value| value.as_str().is_some_and(|text| text.to_ascii_lowercase().contains("loading"));
    let message = body.get("error").and_then(|error| error.get("message"));
    body.get("status").is_some_and(said) || message.is_some_and(said)
}

/// How long to wait where only `x-ratelimit-*` tells: until all limits that are used up are counted anew.
fn limited(response: &Response) -> Option<ProviderFault> {
    if response.status != 429
        || response.header("retry-after").or(response.header("retry-after-ms")).is_some()
    {
        return None;
    }
    let used_up = |kind: &&str| response.header(&format!("x-ratelimit-remaining-{kind}")) == Some("0");
    let reset = |kind: &str| duration(response.header(&format!("x-ratelimit-reset-{kind}"))?);
    let wait = ["requests", "tokens"].into_iter().filter(used_up).filter_map(reset).max()?;
    Some(ProviderFault::RateLimited { wait: Some(wait) })
}

/// `6m0s`, `1.5s`, `20ms`.
fn duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (count, tail) = rest.split_at_checked(end)?;
        let end = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(end)?;
        let unit = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        total += count.parse::<f64>().ok()? * unit;
        rest = tail;
    }
    Duration::try_from_secs_f64(total).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_headers_have_them() {
        for (text, millis) in [
            ("1s", Some(1000)),
            ("6m0s", Some(360_000)),
            ("20ms", Some(20)),
            ("1.5s", Some(1500)),
            ("1h2m3s", Some(3_723_000)),
            ("", Some(0)),
            ("7", None),
            ("s", None),
            ("1y", None),
        ] {
            assert_eq!(duration(text), millis.map(Duration::from_millis), "{text}");
        }
    }
}
