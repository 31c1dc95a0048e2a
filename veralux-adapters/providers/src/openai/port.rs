//! The core's port over language models.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use veralux_core::credential::{self, Policy, Purpose};
use veralux_core::id::TenantId;
use veralux_core::port::{LanguageModel, ModelAnswer, ProviderError, ProviderFault, ProviderResult};

use super::refusal::Own;
use super::{LlamaCpp, OpenAi, TestAnswer};
use crate::call::Contract as _;
use crate::{Account, Accounts, Outside};

#[async_trait]
impl LanguageModel for LlamaCpp {
    fn slug(&self) -> &'static str {
        "local"
    }

    async fn test(&self, _: &TenantId, prompt: &str) -> ProviderResult<ModelAnswer> {
        self.test_call(prompt).await.map(answer)
    }
}

/// A server with `OpenAI`'s protocol: the tenant's own where it has connected one, else the operator's.
#[derive(Clone)]
pub struct ChatModel {
    accounts: Accounts<credential::OpenAi>,
    operators: OpenAi,
    model: Option<String>,
    policy: Policy,
    outside: Outside,
}

impl ChatModel {
    /// `operators` answers for tenants that have none, with this model, else with its first. `outside` is for servers of
    /// tenants' choosing: it must reach the public Internet only, unless the policy says otherwise.
    pub fn new(
        vault: std::sync::Arc<veralux_core::service::CredentialVault>,
        (operators, model): (OpenAi, Option<String>),
        policy: Policy,
        outside: Outside,
    ) -> Self {
        // The operator's server needs no credential, and is asked when the vault knows of none.
        Self { accounts: Accounts::new(vault, None), operators, model, policy, outside }
    }

    async fn tenants(&self, tenant: &TenantId) -> ProviderResult<Option<Account<credential::OpenAi>>> {
        match self.accounts.of(tenant, Purpose::Model).await {
            Ok(account) => Ok(Some(account)),
            Err(error) if error.code.as_deref() == Some("not_connected") => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl fmt::Debug for ChatModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatModel").field("model", &self.model).finish_non_exhaustive()
    }
}

#[async_trait]
impl LanguageModel for ChatModel {
    fn slug(&self) -> &'static str {
        "openai"
    }

    async fn test(&self, tenant: &TenantId, prompt: &str) -> ProviderResult<ModelAnswer> {
        let Some(account) = self.tenants(tenant).await? else {
            return self.operators.test_call(prompt, self.model.as_deref()).await.map(answer);
        };
        let own = OpenAi::new(&account, self.policy, self.outside.clone()).map_err(|_| {
            let sentence = "The server of this credential may not be asked. Connect another one.";
            ProviderError::new(Own::SLUG, ProviderFault::Rejected, sentence)
        })?;
        // Which models a tenant's server has is its own affair.
        own.test_call(prompt, None).await.map(answer)
    }
}

fn answer(told: TestAnswer) -> ModelAnswer {
    ModelAnswer { text: told.text, model: Some(told.model), took: Duration::from_millis(told.millis) }
}
