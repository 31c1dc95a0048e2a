//! `ElevenLabs` (`/elevenlabs`): what a workspace may use.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Emulator;

/// The key that is there from the beginning.
pub const KEY: &str = "sk_emulated_key_0123456789";

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoiceKey {
    /// Everything.
    Full,
    /// Everything but to read the account: without `user_read`.
    Scoped,
    /// Nothing: the account is suspended.
    Suspended,
}

/// `ElevenLabs`, as a test sees it.
#[derive(Debug)]
pub struct ElevenLabs(Mutex<Inside>);

#[derive(Debug)]
struct Inside {
    keys: BTreeMap<String, VoiceKey>,
    /// Id and name, in their order.
    voices: Vec<(String, String)>,
}

impl Default for ElevenLabs {
    fn default() -> Self {
        const NAMES: &[&str] =
            &["Rachel", "Domi", "Bella", "Antoni", "Elli", "Josh", "Arnold", "Adam", "Sam"];
        let voice = |(index, name): (usize, &&str)| (format!("voice{index:015}"), (*name).to_owned());
        let voices = NAMES.iter().enumerate().map(voice).collect();
        Self(Mutex::new(Inside { keys: [(KEY.to_owned(), VoiceKey::Full)].into(), voices }))
    }
}

impl ElevenLabs {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another key.
    pub fn add_key(&self, key: &str, scope: VoiceKey) {
        self.lock().keys.insert(key.to_owned(), scope);
    }

    /// Another voice.
    pub fn add_voice(&self, id: &str, name: &str) {
        self.lock().voices.push((id.to_owned(), name.to_owned()));
    }
}

pub(crate) fn router() -> Router<Emulator> {
    Router::new()
        .route("/elevenlabs/v1/user", get(user))
        .route("/elevenlabs/v1/user/subscription", get(subscription))
        .route("/elevenlabs/v1/voices", get(all_voices))
        .route("/elevenlabs/v2/voices", get(voices))
        .route("/elevenlabs/v1/voices/{id}", get(voice))
        .route("/elevenlabs/v1/models", get(models))
}

/// Under `/emulator/elevenlabs`.
pub(crate) fn steering() -> Router<Emulator> {
    Router::new().route("/emulator/elevenlabs/keys/{key}", put(set_key))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetKey {
    scope: VoiceKey,
}

async fn set_key(
    State(emulator): State<Emulator>,
    Path(key): Path<String>,
    Json(set): Json<SetKey>,
) -> StatusCode {
    emulator.elevenlabs().add_key(&key, set.scope);
    StatusCode::NO_CONTENT
}

fn refuse(status: u16, word: &str, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(json!({"detail": {"status": word, "message": message}}))).into_response()
}

impl Inside {
    fn scope(&self, headers: &HeaderMap) -> Result<VoiceKey, Box<Response>> {
        let Some(key) = headers.get("xi-api-key").and_then(|value| value.to_str().ok()) else {
            return Err(Box::new(refuse(
                401,
                "needs_authorization",
                "Neither authorization header nor xi-api-key received",
            )));
        };
        match self.keys.get(key) {
            None => Err(Box::new(refuse(401, "invalid_api_key", "Invalid API key"))),
            Some(VoiceKey::Suspended) => {
                Err(Box::new(refuse(401, "detected_unusual_activity", "Unusual activity detected.")))
            }
            Some(scope) => Ok(*scope),
        }
    }
}

/// Answers whoever may ask.
fn answered(emulator: &Emulator, headers: &HeaderMap, work: impl FnOnce(&Inside) -> Response) -> Response {
    let inside = emulator.elevenlabs().lock();
    match inside.scope(headers) {
        Ok(_) => work(&inside),
        Err(refusal) => *refusal,
    }
}

fn plan() -> Value {
    json!({
        "tier": "creator", "character_count": 1200, "character_limit": 100_000, "status": "active",
        "next_character_count_reset_unix": 1_767_225_600, "voice_limit": 30, "currency": "usd",
    })
}

/// Answers whoever may read the account.
fn account(emulator: &Emulator, headers: &HeaderMap, work: impl FnOnce() -> Value) -> Response {
    let missing = "The API key you used is missing the permission user_read to execute this operation.";
    let scope = emulator.elevenlabs().lock().scope(headers);
    match scope {
        Ok(VoiceKey::Full) => Json(work()).into_response(),
        Ok(_) => refuse(401, "missing_permissions", missing),
        Err(refusal) => *refusal,
    }
}

async fn user(State(emulator): State<Emulator>, headers: HeaderMap) -> Response {
    account(
        &emulator,
        &headers,
        || json!({"user_id": "user_1", "subscription": plan(), "is_new_user": false}),
    )
}

async fn subscription(State(emulator): State<Emulator>, headers: HeaderMap) -> Response {
    account(&emulator, &headers, plan)
}

fn shown((id, name): &(String, String)) -> Value {
    json!({
        "voice_id": id, "name": name, "category": "premade", "labels": {"language": "en"},
        "preview_url": format!("https://storage.example.com/{id}.mp3"), "available_for_tiers": [],
    })
}

async fn all_voices(State(emulator): State<Emulator>, headers: HeaderMap) -> Response {
    answered(&emulator, &headers, |inside| {
        Json(json!({"voices": inside.voices.iter().map(shown).collect::<Vec<_>>()})).into_response()
    })
}

#[derive(Deserialize)]
struct Page {
    #[serde(rename = "page_size")]
    size: Option<usize>,
    #[serde(rename = "next_page_token")]
    token: Option<String>,
    search: Option<String>,
}

async fn voices(State(emulator): State<Emulator>, Query(page): Query<Page>, headers: HeaderMap) -> Response {
    answered(&emulator, &headers, |inside| {
        let size = page.size.unwrap_or(10);
        if !(1..=100).contains(&size) {
            let fault = json!([{"loc": ["query", "page_size"], "msg": "Input should be less than or equal to 100", "type": "less_than_equal"}]);
            return (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({"detail": fault}))).into_response();
        }
        let search = page.search.as_deref().unwrap_or_default().to_lowercase();
        let found: Vec<Value> = inside
            .voices
            .iter()
            .filter(|(_, name)| name.to_lowercase().contains(&search))
            .map(shown)
            .collect();
        let token = page.token.as_deref().map(|token| token.strip_prefix("page/").map(str::parse::<usize>));
        let from = match token {
            None => 0,
            Some(Some(Ok(from))) => from,
            Some(_) => return refuse(400, "invalid_page_token", "The page token is not valid."),
        };
        let to = from + size;
        let next = (to < found.len()).then(|| format!("page/{to}"));
        let some: Vec<&Value> = found.iter().skip(from).take(size).collect();
        let answer = json!({
            "voices": some, "has_more": next.is_some(), "total_count": found.len(), "next_page_token": next,
        });
        Json(answer).into_response()
    })
}

async fn voice(State(emulator): State<Emulator>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    answered(&emulator, &headers, |inside| match inside.voices.iter().find(|(own, _)| *own == id) {
        Some(voice) => Json(shown(voice)).into_response(),
        None => refuse(400, "voice_not_found", "A voice with that id was not found."),
    })
}

async fn models(State(emulator): State<Emulator>, headers: HeaderMap) -> Response {
    let model = |id: &str, name: &str, speaks: bool| json!({"model_id": id, "name": name, "can_do_text_to_speech": speaks, "languages": [{"language_id": "en", "name": "English"}]});
    answered(&emulator, &headers, |_| {
        Json(json!([model("eleven_turbo_v2_5", "Turbo v2.5", true), model("scribe_v1", "Scribe", false)]))
            .into_response()
    })
}
