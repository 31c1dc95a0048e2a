//! llama.cpp's own protocol: `POST /completion`, `GET /health`. Its port differs from version to version: it is configured.

use serde::{Deserialize, Serialize};
use veralux_core::port::{ProviderResult, Verdict};
use veralux_core::secret::Secret;

use super::refusal::Llama;
use super::{TEST_TOKENS, TestAnswer, encoded, harmless, millis_since, with_json};
use crate::call::{Repeat, json};
use crate::{Authorization, Method, Outside, Request, Response};

/// A text to be continued. `Debug` shows no text.
#[derive(Clone, PartialEq, Serialize)]
pub struct Completion {
    /// The beginning.
    pub prompt: String,
    /// Most tokens. Always sent: unset it would mean no limit at all.
    pub n_predict: u32,
    /// 0 and more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Texts at which it ends.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// For answers that can be repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
}

impl Completion {
    /// With the server's own defaults.
    pub fn new(prompt: impl Into<String>, n_predict: u32) -> Self {
        Self { prompt: prompt.into(), n_predict, temperature: None, stop: Vec::new(), seed: None }
    }
}

impl std::fmt::Debug for Completion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Completion({} bytes, {} tokens)", self.prompt.len(), self.n_predict)
    }
}

/// How a text goes on. `Debug` shows no text.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct CompletionAnswer {
    /// The continuation.
    #[serde(rename = "content")]
    pub text: String,
    /// `eos`, `limit`, `word`, `none`; older servers do not tell.
    #[serde(default)]
    pub stop_type: Option<String>,
    /// Where the model lies over there, or its name.
    #[serde(default)]
    pub model: Option<String>,
    /// How many tokens it has.
    #[serde(default)]
    pub tokens_predicted: Option<u64>,
}

impl std::fmt::Debug for CompletionAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CompletionAnswer({} bytes)", self.text.len())
    }
}

/// A llama.cpp server, which is the operator's own.
#[derive(Debug, Clone)]
pub struct LlamaCpp {
    origin: String,
    key: Option<Secret>,
    outside: Outside,
}

impl LlamaCpp {
    /// At a server's address, which nobody checks: it comes from the operator. A `/completion` behind it is left out.
    pub fn at(address: &str, key: Option<Secret>, outside: Outside) -> Self {
        let address = address.trim_end_matches('/');
        let origin = address.strip_suffix("/completion").unwrap_or(address).to_owned();
        Self { origin, key, outside }
    }

    /// Whether it serves. Health needs no key.
    pub async fn check(&self) -> Verdict {
        crate::verdict::of(&self.health().await)
    }

    /// Whether the model is loaded.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); `Transient` while it is being loaded.
    pub async fn health(&self) -> ProviderResult<()> {
        #[derive(Deserialize)]
        struct Health {
            #[serde(rename = "status")]
            _status: String,
        }
        let response = self.ask(Repeat::Always, Method::Get, "/health", None).await?;
        json::<Llama, Health>(Repeat::Always, &response).map(drop)
    }

    /// Continues a text.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn completion(&self, completion: &Completion) -> ProviderResult<CompletionAnswer> {
        let body = encoded(completion);
        let response = self.ask(Repeat::IfRefused, Method::Post, "/completion", Some(&body)).await?;
        json::<Llama, _>(Repeat::Always, &response)
    }

    /// Asks the model one thing, for people to see that it works.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn test_call(&self, prompt: &str) -> ProviderResult<TestAnswer> {
        let begun = self.outside.clock.now();
        let answer = self.completion(&Completion::new(prompt, TEST_TOKENS)).await?;
        // A path says more of the operator's machine than people need.
        let model = answer.model.as_deref().and_then(|model| model.rsplit(['/', '\\']).next());
        let model = model.filter(|name| !name.is_empty()).unwrap_or("llama.cpp").to_owned();
        Ok(TestAnswer { text: answer.text, model, millis: millis_since(&self.outside, begun) })
    }

    async fn ask(
        &self,
        repeat: Repeat,
        method: Method,
        path: &str,
        body: Option<&zeroize::Zeroizing<Vec<u8>>>,
    ) -> ProviderResult<Response> {
        let request = || {
            let mut request = Request::new(method, format!("{}{path}", self.origin));
            if let Some(key) = &self.key {
                request = request.by(Authorization::Bearer(key.clone()));
            }
            with_json(request, body)
        };
        harmless::<Llama, _>(self.outside.ask::<Llama>(repeat, request).await)
    }
}
