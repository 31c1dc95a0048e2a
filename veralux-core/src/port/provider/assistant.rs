use std::fmt::Debug;

use async_trait::async_trait;
use serde_json::Value;

use super::ProviderResult;
use crate::phone::E164;
use crate::secret::Secret;

/// A Twilio account as it is handed on to a voice platform.
#[derive(Debug, Clone)]
pub struct HandedAccount {
    /// Public.
    pub account_sid: String,
    /// What opens it.
    pub secret: HandedSecret,
}

/// What opens a Twilio account.
#[derive(Debug, Clone)]
pub enum HandedSecret {
    /// A key that can be revoked by itself; preferred.
    ApiKey {
        /// Public.
        sid: String,
        /// Its secret.
        secret: Secret,
    },
    /// The account's own token.
    AuthToken(Secret),
}

/// A function that an assistant may call during a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolDefinition {
    /// `^[a-zA-Z0-9_-]{1,64}$`; names it on the platform.
    pub name: String,
    /// What it is for, for the model.
    pub description: String,
    /// JSON Schema of its arguments.
    pub parameters: Value,
    /// Where the platform calls it. Public `https`.
    pub url: String,
}

/// A voice platform that runs assistants: Vapi. One account of the operator's for all tenants.
///
/// # Contract
/// Whatever is made is looked for first, by what we named it: each method may be made again at any time and has the same
/// effect as once. Nothing that others have set on the platform is taken away.
#[async_trait]
pub trait AssistantPlatform: Debug + Send + Sync + 'static {
    /// `vapi`.
    fn slug(&self) -> &'static str;

    /// What tools are registered with besides their definition, such as how the platform says who it is: a word that is
    /// another one when tools are to be registered again. Tells no secret.
    fn tool_mark(&self) -> Option<String> {
        None
    }

    /// Whether there is an assistant with this id.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn has_assistant(&self, assistant: &str) -> ProviderResult<bool>;

    /// Hands a Twilio account on; `name` (at most 40 characters) tells it apart. The id of the platform's copy, which is
    /// made or, when `known` is one, replaced.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn put_account(
        &self,
        name: &str,
        account: &HandedAccount,
        known: Option<&str>,
    ) -> ProviderResult<String>;

    /// The ids of the copies that were made under a name, also of those whose id nobody has heard.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn find_accounts(&self, name: &str) -> ProviderResult<Vec<String>>;

    /// Takes a handed account back. One that is gone already is no error.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn remove_account(&self, id: &str) -> ProviderResult<()>;

    /// Imports a Twilio number for calls only: its messages stay ours. The platform's id of it.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn import_number(
        &self,
        number: &E164,
        account: &HandedAccount,
        name: &str,
    ) -> ProviderResult<String>;

    /// Has an assistant answer a number.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn link_number(&self, number_id: &str, assistant: &str) -> ProviderResult<()>;

    /// Takes a number away from the platform. One that is gone already is no error.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn remove_number(&self, number_id: &str) -> ProviderResult<()>;

    /// Makes a tool, or changes the one that is `known` or has its name. Its id.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn put_tool(&self, tool: &ToolDefinition, known: Option<&str>) -> ProviderResult<String>;

    /// Gives an assistant these tools besides those that it has.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn link_tools(&self, assistant: &str, tools: &[String]) -> ProviderResult<()>;
}
