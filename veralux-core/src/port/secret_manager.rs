use std::fmt::Debug;

use async_trait::async_trait;

use super::Error;
use crate::audit::Actor;
use crate::id::TenantId;
use crate::secret::Secret;

/// Why a secret was not given out or kept. Shows nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The key or the value cannot be kept; says why.
    #[error("{0}")]
    Invalid(String),
    /// There is no such key.
    #[error("there is no such secret")]
    NotFound,
    /// Nothing can be written here.
    #[error("the secrets are read only")]
    ReadOnly,
    /// The tenant has as many as it may.
    #[error("the tenant has as many secrets as it may")]
    Full,
    /// It is there and does not open; the code says why.
    #[error("the secret does not open: {0}")]
    Damaged(&'static str),
    /// The store.
    #[error("the secret store failed")]
    Store(#[source] Error),
}

/// Where a tenant's other secrets are kept, by key: those that belong to no provider of
/// [`credential`](crate::credential), such as the secret that the voice runtime signs with.
#[async_trait]
pub trait SecretManager: Debug + Send + Sync + 'static {
    /// A secret; `None` when the tenant has none of this key.
    ///
    /// # Errors
    /// [`SecretError`].
    async fn open(&self, tenant: &TenantId, key: &str, actor: &Actor) -> Result<Option<Secret>, SecretError>;

    /// Keeps a secret in place of the one that has the key.
    ///
    /// # Errors
    /// [`SecretError`].
    async fn put(
        &self,
        tenant: &TenantId,
        key: &str,
        secret: &Secret,
        actor: &Actor,
    ) -> Result<(), SecretError>;

    /// The tenant's keys, in order.
    ///
    /// # Errors
    /// [`SecretError`].
    async fn list(&self, tenant: &TenantId) -> Result<Vec<String>, SecretError>;

    /// Removes a secret.
    ///
    /// # Errors
    /// [`SecretError`].
    async fn remove(&self, tenant: &TenantId, key: &str, actor: &Actor) -> Result<(), SecretError>;
}
