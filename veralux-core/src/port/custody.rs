use std::fmt::Debug;

use async_trait::async_trait;

use super::{Envelope, TenantKey};
use crate::id::TenantId;
use crate::seal::{DataKey, Entropy, OpenError};

/// Why a root key did not wrap or unwrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CustodyError {
    /// No root key of this id is known here.
    #[error("root key {0} is not known")]
    Unknown(u32),
    /// Its state forbids it.
    #[error("root key {0} is retired")]
    Retired(u32),
    /// The wrapped key does not open: it was changed, moved, or wrapped by something else.
    #[error("a tenant's key does not unwrap: {0}")]
    Envelope(OpenError),
    /// The service that keeps the keys does not answer, or this server was not given the one that wraps now. Try again.
    #[error("the key that wraps now cannot be had")]
    Unavailable,
    /// The service that keeps the keys refuses.
    #[error("the key service refuses")]
    Denied,
}

/// The operator's root keys, wherever they are kept: in this process, or in a key management service that never gives
/// them out.
#[async_trait]
pub trait RootKeys: Debug + Send + Sync + 'static {
    /// The root key that wraps now.
    ///
    /// # Errors
    /// `Unavailable`, `Denied`.
    async fn primary(&self) -> Result<u32, CustodyError>;

    /// Wraps a version of a tenant's key under the primary root key, whose id is answered too.
    ///
    /// # Errors
    /// `Unavailable`, `Denied`.
    async fn wrap(
        &self,
        tenant: &TenantId,
        version: u32,
        key: &DataKey,
        entropy: Entropy,
    ) -> Result<(u32, Envelope), CustodyError>;

    /// Unwraps a tenant's key with the root key that it names; others are not tried.
    ///
    /// # Errors
    /// [`CustodyError`].
    async fn unwrap(&self, tenant: &TenantId, key: &TenantKey) -> Result<DataKey, CustodyError>;

    /// The store has refused a key that was just wrapped: another one is primary by now, and is to be looked for at once.
    fn look_again(&self) {}
}
