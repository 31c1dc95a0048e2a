//! `OpenAI`, servers that speak its protocol, and llama.cpp's own.
//!
//! Source: the provider's OpenAPI description (openai/openai-openapi) and llama.cpp's `tools/server/README.md`.
//!
//! # Contract
//! * A base URL of a tenant's choosing is public and `https` ([`check_base_url`]); this machine's loopback where the
//!   operator allows it. Whoever connects has to hold the resolved address against the same rule
//!   ([`Https::to_public`](crate::Https::to_public)).
//! * Nothing outside changes when a question is asked twice, but it costs twice: a question is repeated by itself only when
//!   it was refused for now. A lost answer is [`Transient`](ProviderFault::Transient): the caller may ask again.
//! * Answers are read leniently, since servers differ. An exhausted quota is no rate limit: waiting does not help.
//!
//! Models take their time: the transport should wait longer than usual, and take 8 MiB for embeddings.

mod chat;
mod embedding;
mod llama;
mod port;
mod refusal;

use std::borrow::Cow;

use serde::Deserialize;
use veralux_core::credential::address::{BaseUrlError, check_base_url};
use veralux_core::credential::{OpenAiBody, Policy};
use veralux_core::port::{ProviderError, ProviderFault, ProviderResult, Verdict};
use veralux_core::secret::Secret;
use zeroize::Zeroizing;

pub use chat::{Chat, ChatAnswer, ChatTurn, TokenLimit, ToolUse};
pub use llama::{Completion, CompletionAnswer, LlamaCpp};
pub use port::ChatModel;

use crate::call::{Contract, Repeat, json, not_understood};
use crate::{Authorization, Body, Method, Outside, Request, Response};
use refusal::{Compatible, Own};

/// Tokens that a test call may take.
const TEST_TOKENS: u32 = 128;

/// What a test call came to. `Debug` shows no text.
#[derive(Clone, PartialEq, Eq)]
pub struct TestAnswer {
    /// What the model said.
    pub text: String,
    /// Which one, as the server names it.
    pub model: String,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

impl std::fmt::Debug for TestAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TestAnswer({}, {} bytes, {} ms)", self.model, self.text.len(), self.millis)
    }
}

/// `OpenAI`, or a server that speaks its protocol.
#[derive(Debug, Clone)]
pub struct OpenAi {
    base_url: String,
    key: Option<Secret>,
    organization: Option<String>,
    project: Option<String>,
    limit: TokenLimit,
    is_own: bool,
    outside: Outside,
}

impl OpenAi {
    /// With a tenant's credential.
    ///
    /// # Errors
    /// [`BaseUrlError`] when its server is none that may be asked.
    pub fn new(body: &OpenAiBody, policy: Policy, outside: Outside) -> Result<Self, BaseUrlError> {
        check_base_url(body.base_url(), policy.loopback)?;
        let mut made = Self::at(body.base_url(), Some(body.api_key.clone()), outside);
        made.organization.clone_from(&body.organization);
        made.project.clone_from(&body.project);
        if body.base_url.is_none() {
            made.is_own = true;
            made.limit = TokenLimit::MaxCompletionTokens;
        }
        Ok(made)
    }

    /// At a base URL that nobody checks: for the operator's own servers, the emulator and tests. Ends in `/v1`, mostly.
    pub fn at(base_url: &str, key: Option<Secret>, outside: Outside) -> Self {
        Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            key,
            organization: None,
            project: None,
            limit: TokenLimit::MaxTokens,
            is_own: false,
            outside,
        }
    }

    /// With another name for the limit on tokens. Unless told, `OpenAI` itself gets the new one, all others the old.
    #[must_use]
    pub fn with_token_limit(self, limit: TokenLimit) -> Self {
        Self { limit, ..self }
    }

    /// Whether the key works, by one harmless request: the list of models.
    pub async fn check(&self) -> Verdict {
        crate::verdict::of(&self.models().await)
    }

    /// The ids of the models that there are.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn models(&self) -> ProviderResult<Vec<String>> {
        #[derive(Deserialize)]
        struct Models {
            data: Vec<Model>,
        }
        #[derive(Deserialize)]
        struct Model {
            id: String,
        }
        let response = self.ask(Repeat::Always, Method::Get, "/models", None).await?;
        let models: Models = self.read(Repeat::Always, &response)?;
        Ok(models.data.into_iter().map(|model| model.id).collect())
    }

    /// Asks a model one thing, for people to see that it works. Without a model, the first of the list.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn test_call(&self, prompt: &str, model: Option<&str>) -> ProviderResult<TestAnswer> {
        let model = match model {
            Some(model) => model.to_owned(),
            None => self.models().await?.into_iter().next().unwrap_or_default(),
        };
        let begun = self.outside.clock.now();
        let mut chat = Chat::new(model, vec![ChatTurn::new("user", prompt)]);
        chat.max_tokens = Some(TEST_TOKENS);
        let answer = self.chat(&chat).await?;
        Ok(TestAnswer {
            text: answer.text.or(answer.refusal).unwrap_or_default(),
            model: answer.model.unwrap_or(chat.model),
            millis: millis_since(&self.outside, begun),
        })
    }

    async fn ask(
        &self,
        repeat: Repeat,
        method: Method,
        path: &str,
        body: Option<&Zeroizing<Vec<u8>>>,
    ) -> ProviderResult<Response> {
        let request = || {
            let mut request = Request::new(method, format!("{}{path}", self.base_url));
            if let Some(key) = &self.key {
                request = request.by(Authorization::Bearer(key.clone()));
            }
            let named = [("openai-organization", &self.organization), ("openai-project", &self.project)];
            for (name, value) in named {
                if let Some(value) = value {
                    request = request.header(name, Secret::new(value.as_str()));
                }
            }
            with_json(request, body)
        };
        if self.is_own {
            harmless::<Own, _>(self.outside.ask::<Own>(repeat, request).await)
        } else {
            harmless::<Compatible, _>(self.outside.ask::<Compatible>(repeat, request).await)
        }
    }

    fn read<T: serde::de::DeserializeOwned>(&self, repeat: Repeat, response: &Response) -> ProviderResult<T> {
        if self.is_own { json::<Own, T>(repeat, response) } else { json::<Compatible, T>(repeat, response) }
    }

    /// An answer without what it must have.
    fn broken(&self, response: &Response) -> ProviderError {
        let repeat = Repeat::Always;
        if self.is_own {
            not_understood::<Own>(repeat, response)
        } else {
            not_understood::<Compatible>(repeat, response)
        }
    }
}

fn with_json(request: Request, body: Option<&Zeroizing<Vec<u8>>>) -> Request {
    match body {
        Some(bytes) => request.body(Body { content_type: "application/json", bytes: bytes.clone() }),
        None => request,
    }
}

/// A question whose answer was lost did nothing: it may be asked again.
fn harmless<C: Contract, T>(asked: ProviderResult<T>) -> ProviderResult<T> {
    asked.map_err(|mut error| {
        if error.fault == ProviderFault::Unsettled {
            error.fault = ProviderFault::Transient;
            error.sentence = Cow::Owned(format!("{} did not answer in time. Try again.", C::NAME));
        }
        error
    })
}

fn millis_since(outside: &Outside, begun: veralux_core::time::Instant) -> u64 {
    let micros = outside.clock.now().micros().saturating_sub(begun.micros());
    u64::try_from(micros / 1000).unwrap_or_default()
}

fn encoded(body: &impl serde::Serialize) -> Zeroizing<Vec<u8>> {
    // A number that is none, which cannot be written, is refused by the server.
    Zeroizing::new(serde_json::to_vec(body).unwrap_or_default())
}

#[cfg(test)]
mod tests;
