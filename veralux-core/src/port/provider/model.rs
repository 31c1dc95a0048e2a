use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;

use super::ProviderResult;
use crate::id::TenantId;

/// What a language model said to a test.
#[derive(Clone, PartialEq, Eq)]
pub struct ModelAnswer {
    /// Its words.
    pub text: String,
    /// Which model answered, where it tells.
    pub model: Option<String>,
    /// How long it took.
    pub took: Duration,
}

impl std::fmt::Debug for ModelAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ModelAnswer({} bytes, {:?})", self.text.len(), self.took)
    }
}

/// A language model: a local llama.cpp, or a server with `OpenAI`'s API.
#[async_trait]
pub trait LanguageModel: Debug + Send + Sync + 'static {
    /// `local` or `openai`.
    fn slug(&self) -> &'static str;

    /// Asks it one short thing, with the tenant's credential where it needs one.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn test(&self, tenant: &TenantId, prompt: &str) -> ProviderResult<ModelAnswer>;
}
