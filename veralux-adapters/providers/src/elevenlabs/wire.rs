//! What goes to `ElevenLabs` and what comes back.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use veralux_core::port::{ProviderFault, Rejection, Verdict};

use crate::Response;
use crate::call::{Contract, Refusal};

/// A workspace's plan.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Subscription {
    /// The plan, in `ElevenLabs`' words: `free`, `creator`, ...
    pub tier: String,
    /// `active`, `trialing`, `past_due`, ...
    #[serde(default)]
    pub status: Option<String>,
    /// Characters used in this period.
    #[serde(default)]
    pub character_count: u64,
    /// Characters of a period.
    #[serde(default)]
    pub character_limit: u64,
    /// When the next period begins, in seconds since 1970.
    #[serde(default)]
    pub next_character_count_reset_unix: Option<i64>,
}

/// A voice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Voice {
    /// Its id.
    pub voice_id: String,
    /// As people call it.
    #[serde(default)]
    pub name: String,
    /// `premade`, `cloned`, ...
    #[serde(default)]
    pub category: Option<String>,
    /// Where to listen to it.
    #[serde(default)]
    pub preview_url: Option<String>,
}

/// A model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Model {
    /// Its id.
    pub model_id: String,
    /// As people call it.
    #[serde(default)]
    pub name: String,
    /// Makes speech from text.
    #[serde(default)]
    pub can_do_text_to_speech: bool,
}

/// `GET /v2/voices`.
#[derive(Deserialize)]
pub(super) struct VoicePage {
    pub(super) voices: Vec<Voice>,
    #[serde(default)]
    pub(super) has_more: bool,
    #[serde(default)]
    pub(super) next_page_token: Option<String>,
}

pub(super) fn voices_path(page: u32, search: Option<&str>, token: Option<&str>) -> String {
    const PATH: &str = "/v2/voices?";
    let mut query = form_urlencoded::Serializer::for_suffix(PATH.to_owned(), PATH.len());
    query.extend_pairs([("page_size", page.to_string().as_str())]);
    query.extend_pairs(search.map(|text| ("search", text)));
    query.extend_pairs(token.map(|text| ("next_page_token", text)));
    query.finish()
}

/// The key lacks a permission.
pub(super) const MISSING_PERMISSIONS: &str = "missing_permissions";
/// There is no such voice; older answers say so with 400.
pub(super) const VOICE_NOT_FOUND: &str = "voice_not_found";

/// `detail.status` (newer answers: `detail.code`), or of a 422 the word `invalid_request`.
fn status_of(response: &Response) -> Option<String> {
    let body: Value = serde_json::from_slice(&response.body).ok()?;
    let detail = body.get("detail")?;
    let word = match detail {
        Value::Object(object) => object.get("status").or_else(|| object.get("code"))?.as_str()?,
        Value::Array(_) => "invalid_request",
        _ => return None,
    };
    let is_word = (1..=64).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    is_word.then(|| word.to_owned())
}

/// `ElevenLabs`' way to refuse.
pub(super) enum Api {}

impl Contract for Api {
    const SLUG: &'static str = "elevenlabs";
    const NAME: &'static str = "ElevenLabs";

    fn refusal(response: &Response) -> Refusal {
        let code = status_of(response);
        let sentence = match code.as_deref() {
            Some("invalid_api_key" | "needs_authorization") => {
                Some("ElevenLabs does not accept the API key. Check it in Settings > Integrations.")
            }
            Some(MISSING_PERMISSIONS) => Some(
                "This ElevenLabs key lacks a permission. Give it the permission at ElevenLabs, or enter another.",
            ),
            // Also with status 401, where nothing is wrong with the key.
            Some("quota_exceeded") => {
                Some("The ElevenLabs quota is used up. Change the plan there or wait for the next period.")
            }
            Some("detected_unusual_activity") => {
                Some("ElevenLabs has suspended this account for unusual activity. Ask its support.")
            }
            Some(VOICE_NOT_FOUND) => Some("ElevenLabs does not know this voice. Choose another."),
            _ => None,
        };
        // Busy: nothing was done.
        let busy = matches!(code.as_deref(), Some("system_busy" | "too_many_concurrent_requests"));
        let fault =
            busy.then_some(ProviderFault::RateLimited { wait: None }).filter(|_| response.status != 429);
        Refusal { code, fault, sentence: sentence.map(Cow::Borrowed) }
    }
}

/// What `GET /v1/user/subscription` says of the key it was asked with.
pub(super) fn verdict(response: &Response) -> Verdict {
    if response.status == 200 {
        let known = serde_json::from_slice::<Subscription>(&response.body).is_ok();
        return if known { Verdict::Verified } else { Verdict::Unreachable };
    }
    if !matches!(response.status, 400..=403) {
        return Verdict::Unreachable;
    }
    match status_of(response).as_deref() {
        Some(MISSING_PERMISSIONS | "quota_exceeded") => Verdict::Verified,
        Some("invalid_api_key" | "needs_authorization") => Verdict::Rejected(Rejection::Unauthorised),
        Some("detected_unusual_activity") => Verdict::Rejected(Rejection::Suspended),
        _ => Verdict::Unreachable,
    }
}
