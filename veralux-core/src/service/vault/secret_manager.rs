use std::sync::Arc;

use async_trait::async_trait;

use super::CredentialVault;
use crate::audit::Actor;
use crate::id::TenantId;
use crate::port::{self, SecretError, SecretManager};
use crate::secret::Secret;
use crate::service::{Context, Error, Kind};

/// The vault as a [`SecretManager`]: sealed, and every opening and change in the audit trail.
#[derive(Debug, Clone)]
pub struct VaultSecrets(Arc<CredentialVault>);

impl VaultSecrets {
    /// Over this vault.
    pub const fn new(vault: Arc<CredentialVault>) -> Self {
        Self(vault)
    }
}

#[async_trait]
impl SecretManager for VaultSecrets {
    async fn open(&self, tenant: &TenantId, key: &str, actor: &Actor) -> Result<Option<Secret>, SecretError> {
        self.0.open_secret(&context(actor), tenant, key).await.map_err(sorted)
    }

    async fn put(
        &self,
        tenant: &TenantId,
        key: &str,
        secret: &Secret,
        actor: &Actor,
    ) -> Result<(), SecretError> {
        self.0.put_secret(&context(actor), tenant, key, secret).await.map_err(sorted)
    }

    async fn list(&self, tenant: &TenantId) -> Result<Vec<String>, SecretError> {
        self.0.list_secrets(tenant).await.map_err(sorted)
    }

    async fn remove(&self, tenant: &TenantId, key: &str, actor: &Actor) -> Result<(), SecretError> {
        self.0.remove_secret(&context(actor), tenant, key).await.map_err(sorted)
    }
}

fn context(actor: &Actor) -> Context {
    Context { actor: actor.clone(), ..Context::SYSTEM }
}

fn sorted(error: Error) -> SecretError {
    let unavailable = || port::Error::Transient { doing: "reading secrets", source: None };
    match error {
        Error::Port(error) => SecretError::Store(error),
        Error::Refused(refusal) => match refusal.kind {
            Kind::NotFound => SecretError::NotFound,
            Kind::Broken => SecretError::Damaged(refusal.code),
            Kind::Conflict if refusal.code == "too_many_secrets" => SecretError::Full,
            Kind::Invalid | Kind::Unprocessable => SecretError::Invalid(refusal.detail),
            _ => SecretError::Store(unavailable()),
        },
        Error::NotProjected(_) | Error::Provider(_) => SecretError::Store(unavailable()),
    }
}
