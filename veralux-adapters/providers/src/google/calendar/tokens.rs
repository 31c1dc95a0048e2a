use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use veralux_core::credential::Purpose;
use veralux_core::id::TenantId;
use veralux_core::port::{ProviderError, ProviderFault, ProviderResult};
use veralux_core::secret::Secret;
use veralux_core::service::{Context, CredentialVault, Error, Kind};

use super::wire::{Api, reconnect};
use crate::call::{Contract as _, sentence_of};

/// Gives access tokens of a tenant's grant.
#[async_trait]
pub trait AccessTokens: Debug + Send + Sync + 'static {
    /// A token that is good for a request. `refused` is one that Google has just not taken though its time is not over:
    /// who has no other gives it again, and the refusal stands.
    ///
    /// # Errors
    /// [`ProviderError`]; `NotConnected` without a grant.
    async fn token(&self, tenant: &TenantId, refused: Option<&Secret>) -> ProviderResult<Secret>;
}

/// Tokens of the grants in a vault, which gets new ones as they end or are refused.
#[derive(Debug, Clone)]
pub struct VaultTokens {
    vault: Arc<CredentialVault>,
}

impl VaultTokens {
    /// From this vault.
    pub fn new(vault: Arc<CredentialVault>) -> Self {
        Self { vault }
    }
}

#[async_trait]
impl AccessTokens for VaultTokens {
    async fn token(&self, tenant: &TenantId, refused: Option<&Secret>) -> ProviderResult<Secret> {
        let (context, purpose) = (&Context::SYSTEM, Purpose::Calendar);
        let opened = match refused {
            None => self.vault.open_calendar(context, tenant, purpose).await,
            Some(refused) => self.vault.open_calendar_anew(context, tenant, purpose, refused).await,
        };
        let opened = opened.map_err(|error| closed(&error))?;
        opened.access_token.clone().ok_or_else(reconnect)
    }
}

fn closed(error: &Error) -> ProviderError {
    let (fault, sentence) = match error {
        Error::Refused(refusal) => match refusal.kind {
            Kind::Conflict => (ProviderFault::NotConnected, refusal.detail.clone().into()),
            Kind::Unavailable => (ProviderFault::Transient, refusal.detail.clone().into()),
            _ => (ProviderFault::Permanent, refusal.detail.clone().into()),
        },
        _ => (ProviderFault::Transient, sentence_of::<Api>(ProviderFault::Transient)),
    };
    let code = error.code().map(ToOwned::to_owned);
    ProviderError { code, ..ProviderError::new(Api::SLUG, fault, sentence) }
}
