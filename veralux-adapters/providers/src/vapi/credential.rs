//! Credentials that Vapi keeps: tenants' Twilio accounts, and how it says to us who it is.
//!
//! `/credential` works but has never been in the published description: the bodies are those of its published types.
//! Vapi gives no secret back.

use serde::Serialize;
use veralux_core::credential::TwilioBody;
use veralux_core::port::ProviderResult;

use super::record::{Record, own, records};
use super::webhook::Auth;
use super::{Api, Vapi, named, path, refused};
use crate::Method;
use crate::call::{Repeat, not_understood};

/// A credential as Vapi shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Vapi's id of it.
    pub id: String,
    /// `twilio`, `webhook`, ...
    pub provider: String,
    /// Its name.
    pub name: Option<String>,
}

impl Credential {
    fn read(record: &Record) -> Option<Self> {
        let provider = own(record, "provider").unwrap_or_default();
        Some(Self { id: own(record, "id")?, provider, name: own(record, "name") })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TwilioCredentialBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'static str>,
    account_sid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_secret: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

impl<'a> TwilioCredentialBody<'a> {
    fn new(account: &'a TwilioBody) -> ProviderResult<Self> {
        let mut body = Self {
            provider: None,
            account_sid: &account.account_sid,
            auth_token: None,
            api_key: None,
            api_secret: None,
            name: None,
        };
        match (&account.api_key_sid, &account.api_key_secret, &account.auth_token) {
            (Some(key), Some(secret), _) => {
                body.api_key = Some(key);
                body.api_secret = Some(secret.expose());
            }
            (_, _, Some(token)) => body.auth_token = Some(token.expose()),
            _ => {
                return Err(refused(
                    "The Twilio account has neither API key nor auth token. Connect it again.",
                ));
            }
        }
        Ok(body)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebhookCredentialBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'static str>,
    authentication_plan: super::webhook::Plan<'a>,
    name: &'a str,
}

impl Vapi {
    /// A Twilio account of this name: the one that is there, unchanged, or a new one. Its API key goes to Vapi where it has
    /// one, else its auth token.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); after `Unsettled`, ask again.
    pub async fn create_twilio_credential(
        &self,
        name: &str,
        account: &TwilioBody,
    ) -> ProviderResult<Credential> {
        let mut body = TwilioCredentialBody::new(account)?;
        body.provider = Some("twilio");
        body.name = Some(named(name)?);
        self.create_credential("twilio", name, &body).await
    }

    /// A way of this name in which Vapi says to us who it is: the one that is there, unchanged, or a new one. A
    /// [`Server`](super::Server) names it by its id.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); after `Unsettled`, ask again.
    pub async fn create_webhook_credential(&self, name: &str, auth: &Auth) -> ProviderResult<Credential> {
        let provider = "webhook";
        let body = WebhookCredentialBody {
            provider: Some(provider),
            authentication_plan: auth.plan(),
            name: named(name)?,
        };
        self.create_credential(provider, name, &body).await
    }

    /// The same, but one that is there is given this way: Vapi shows no secret, so that it cannot be told whether it has it.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError). May be made again.
    pub async fn put_webhook_credential(&self, name: &str, auth: &Auth) -> ProviderResult<Credential> {
        let own = |one: &Credential| one.provider == "webhook" && one.name.as_deref() == Some(name);
        let Some(found) = self.credentials().await?.into_iter().find(own) else {
            return self.create_webhook_credential(name, auth).await;
        };
        let body =
            WebhookCredentialBody { provider: None, authentication_plan: auth.plan(), name: named(name)? };
        let (record, response) = self.write(Method::Patch, &path("credential", &found.id)?, &body).await?;
        Credential::read(&record).ok_or_else(|| not_understood::<Api>(Repeat::Never, &response))
    }

    async fn create_credential(
        &self,
        provider: &str,
        name: &str,
        body: &(impl Serialize + Sync),
    ) -> ProviderResult<Credential> {
        let own = |one: &Credential| one.provider == provider && one.name.as_deref() == Some(name);
        if let Some(found) = self.credentials().await?.into_iter().find(own) {
            return Ok(found);
        }
        let (record, response) = self.write(Method::Post, "/credential", body).await?;
        Credential::read(&record).ok_or_else(|| not_understood::<Api>(Repeat::Never, &response))
    }

    /// All credentials of the organisation, as they come: their list is not known to have pages.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn credentials(&self) -> ProviderResult<Vec<Credential>> {
        let response = self.read("/credential").await?;
        Ok(records(&response)?.iter().filter_map(Credential::read).collect())
    }

    /// Gives a Twilio credential the account's present secrets.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); `Rejected` when it is not there. May be made again.
    pub async fn patch_twilio_credential(
        &self,
        id: &str,
        account: &TwilioBody,
    ) -> ProviderResult<Credential> {
        let body = TwilioCredentialBody::new(account)?;
        let (record, response) = self.write(Method::Patch, &path("credential", id)?, &body).await?;
        Credential::read(&record).ok_or_else(|| not_understood::<Api>(Repeat::Never, &response))
    }

    /// Removes a credential. One that is gone already is no error.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn delete_credential(&self, id: &str) -> ProviderResult<()> {
        self.remove(&path("credential", id)?).await
    }
}
