use std::fmt::Debug;

use async_trait::async_trait;

use super::Result;
use crate::id::TenantId;
use crate::seal::KeyState;
use crate::time::Instant;

/// What is known of one of the operator's root keys. The key itself is never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootKey {
    /// Its id, as the envelopes name it.
    pub id: u32,
    /// What it may do.
    pub state: KeyState,
    /// Tells whether the key that a node was started with is this one.
    pub check: [u8; 16],
    /// When it was first seen.
    pub created_at: Instant,
    /// Counts its changes from 1.
    pub revision: u64,
}

/// How much lies under a root key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Census {
    /// The root key.
    pub root_key: u32,
    /// Tenants' keys that it wraps.
    pub tenant_keys: u64,
    /// Credentials and other secrets whose envelope names it.
    pub envelopes: u64,
    /// Credentials among them that are quarantined.
    pub quarantined: u64,
}

/// The operator's root keys, and what lies under them. Spans tenants; holds no secret. Written by
/// [`Change::RootKeys`](super::Change::RootKeys).
#[async_trait]
pub trait RootKeyStore: Debug + Send + Sync + 'static {
    /// All root keys that were ever seen, by id. An operator has a handful.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list_root_keys(&self) -> Result<Vec<RootKey>>;

    /// How much lies under each root key that a tenant's key or an envelope names, by id; destroyed and unknown root
    /// keys too. A root key with nothing under it is not in the list.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn census(&self) -> Result<Vec<Census>>;

    /// The tenants with a tenant key or an envelope under a root key, by id, behind `after`, at most `limit`.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list_tenants_under(
        &self,
        root_key: u32,
        after: Option<&TenantId>,
        limit: usize,
    ) -> Result<Vec<TenantId>>;
}
