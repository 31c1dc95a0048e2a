//! The core's port over Vapi.

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};
use veralux_core::credential::TwilioBody;
use veralux_core::phone::E164;
use veralux_core::port::{
    self, AssistantPlatform, HandedAccount, HandedSecret, ProviderError, ProviderFault, ProviderResult,
};

use super::webhook::Auth;
use super::{Api, NumberChange, Server, TwilioImport, Vapi};
use crate::call::{Contract as _, unless_status};

/// The credential with which Vapi calls our tools.
const WEBHOOK_NAME: &str = "VeraLux webhooks";

#[async_trait]
impl AssistantPlatform for Vapi {
    fn slug(&self) -> &'static str {
        Api::SLUG
    }

    /// 16 bits of the webhook secret's SHA-256: they show nearly every change of it and help nobody to guess it.
    fn tool_mark(&self) -> Option<String> {
        let [first, second, ..] = <[u8; 32]>::from(Sha256::digest(self.webhook_secret.as_ref()?.expose()));
        Some(format!("bearer {first:02x}{second:02x}"))
    }

    async fn has_assistant(&self, assistant: &str) -> ProviderResult<bool> {
        Ok(self.assistant(assistant).await?.is_some())
    }

    async fn put_account(
        &self,
        name: &str,
        account: &HandedAccount,
        known: Option<&str>,
    ) -> ProviderResult<String> {
        let account = body(account);
        if let Some(id) = known
            && let Some(patched) = unless_status(404, self.patch_twilio_credential(id, &account).await)?
        {
            return Ok(patched.id);
        }
        match self.find_accounts(name).await?.first() {
            Some(found) => Ok(self.patch_twilio_credential(found, &account).await?.id),
            None => Ok(self.create_twilio_credential(name, &account).await?.id),
        }
    }

    async fn find_accounts(&self, name: &str) -> ProviderResult<Vec<String>> {
        let own = |one: &super::Credential| one.provider == "twilio" && one.name.as_deref() == Some(name);
        Ok(self.credentials().await?.into_iter().filter(own).map(|found| found.id).collect())
    }

    async fn remove_account(&self, id: &str) -> ProviderResult<()> {
        self.delete_credential(id).await
    }

    async fn import_number(
        &self,
        number: &E164,
        account: &HandedAccount,
        name: &str,
    ) -> ProviderResult<String> {
        let account = body(account);
        let import =
            TwilioImport { number, account: &account, name: Some(name), assistant_id: None, server: None };
        let imported = self.import_twilio_number(&import).await?;
        if imported.provider != "twilio" {
            let sentence = "Vapi has this number from another provider. Remove it there first.";
            return Err(ProviderError::new(Api::SLUG, ProviderFault::Rejected, sentence));
        }
        if imported.sms == Some(true) {
            // Somebody has imported it by hand, and our messages would go to Vapi: each change switches that off.
            self.patch_number(&imported.id, &NumberChange::default()).await?;
        }
        Ok(imported.id)
    }

    async fn link_number(&self, number_id: &str, assistant: &str) -> ProviderResult<()> {
        let change = NumberChange { assistant_id: Some(assistant), ..NumberChange::default() };
        self.patch_number(number_id, &change).await.map(drop)
    }

    async fn remove_number(&self, number_id: &str) -> ProviderResult<()> {
        self.delete_number(number_id).await
    }

    async fn put_tool(&self, tool: &port::ToolDefinition, known: Option<&str>) -> ProviderResult<String> {
        let server = Server { url: tool.url.clone(), ..Server::default() };
        let mut definition = super::ToolDefinition {
            name: tool.name.clone(),
            description: tool.description.clone(),
            parameters: tool.parameters.clone(),
            server,
        };
        definition.check()?;
        if let Some(token) = self.webhook_secret.clone() {
            let bearer = Auth::Bearer { token, header: "Authorization".to_owned(), prefix: true };
            let credential = self.put_webhook_credential(WEBHOOK_NAME, &bearer).await?;
            definition.server.credential_id = Some(credential.id);
        }
        Ok(self.registered(&definition, definition.digest(), known).await?.id)
    }

    async fn link_tools(&self, assistant: &str, tools: &[String]) -> ProviderResult<()> {
        let tools: Vec<&str> = tools.iter().map(String::as_str).collect();
        Self::link_tools(self, assistant, &tools).await.map(drop)
    }
}

fn body(account: &HandedAccount) -> TwilioBody {
    let (auth_token, api_key) = match &account.secret {
        HandedSecret::AuthToken(token) => (Some(token.clone()), None),
        HandedSecret::ApiKey { sid, secret } => (None, Some((sid.clone(), secret.clone()))),
    };
    let (api_key_sid, api_key_secret) = api_key.unzip();
    TwilioBody {
        account_sid: account.account_sid.clone(),
        auth_token,
        previous_auth_token: None,
        previous_until: None,
        api_key_sid,
        api_key_secret,
    }
}
