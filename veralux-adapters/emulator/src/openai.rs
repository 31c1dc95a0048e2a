//! `OpenAI` at `/openai/v1`, and llama.cpp at `/llamacpp`.
//!
//! The answers follow from the questions: a chat says back what was said last, a text's vector comes from its SHA-256.

mod llama;
mod routes;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;

use crate::Emulator;

/// Why no question is answered for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Refusal {
    /// The account has no quota left.
    Quota,
    /// Too many requests, with `Retry-After` in seconds if there is one.
    Rate {
        /// Seconds.
        retry_after: Option<u64>,
    },
}

/// The servers.
pub(crate) struct State {
    keys: BTreeSet<String>,
    models: Vec<String>,
    refusal: Option<Refusal>,
    loading: bool,
    asked: u64,
}

impl Default for State {
    fn default() -> Self {
        let models = ["gpt-4o-mini", "text-embedding-3-small"].map(str::to_owned).to_vec();
        Self { keys: BTreeSet::new(), models, refusal: None, loading: false, asked: 0 }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("openai::State").finish_non_exhaustive()
    }
}

/// What a test sees and does.
#[derive(Debug, Clone, Copy)]
pub struct OpenAi<'a> {
    state: &'a Mutex<State>,
}

impl<'a> OpenAi<'a> {
    pub(crate) fn new(state: &'a Mutex<State>) -> Self {
        Self { state }
    }

    /// Takes a key from now on. Until there is one, `OpenAI` lets nobody in; llama.cpp asks for none.
    pub fn add_key(&self, key: &str) {
        self.lock().keys.insert(key.to_owned());
    }

    /// The models that there are from now on.
    pub fn set_models(&self, models: &[&str]) {
        self.lock().models = models.iter().map(|model| (*model).to_owned()).collect();
    }

    /// Refuses every question from now on, or none.
    pub fn refuse(&self, refusal: Option<Refusal>) {
        self.lock().refusal = refusal;
    }

    /// Whether llama.cpp is still loading its model.
    pub fn set_loading(&self, loading: bool) {
        self.lock().loading = loading;
    }

    /// Questions that were answered, each of which costs.
    pub fn asked(&self) -> u64 {
        self.lock().asked
    }

    fn lock(self) -> MutexGuard<'a, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn routes() -> Router<Emulator> {
    routes::routes().merge(llama::routes())
}

/// The same for people and for tests in other languages.
pub(crate) fn steering() -> Router<Emulator> {
    Router::new().route("/emulator/openai", post(steer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Steer {
    key: Option<String>,
    models: Option<Vec<String>>,
    refusal: Option<Refusal>,
    #[serde(default)]
    loading: bool,
}

/// Sets all that can be set; what is left out is as at the beginning, but keys and models stay.
async fn steer(Shared(emulator): Shared<Emulator>, Json(steer): Json<Steer>) -> StatusCode {
    let openai = emulator.openai();
    let mut state = openai.lock();
    state.keys.extend(steer.key);
    if let Some(models) = steer.models {
        state.models = models;
    }
    state.refusal = steer.refusal;
    state.loading = steer.loading;
    StatusCode::NO_CONTENT
}

/// A text of at most so many words, and whether it ended by itself.
fn said_back(text: &str, words: usize) -> (String, bool) {
    let full: Vec<&str> = ["You", "said:"].into_iter().chain(text.split_whitespace()).collect();
    let kept: Vec<&str> = full.iter().take(words).copied().collect();
    (kept.join(" "), kept.len() == full.len())
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}
