//! Tenants' keys, unwrapped and kept for a short while.

use std::sync::Arc;

use quick_cache::sync::Cache;

use super::{VaultError, VaultLimits};
use crate::id::TenantId;
use crate::port::{Change, RootKeys, TenantKey};
use crate::seal::{DataKey, Entropy, Header};
use crate::service::Stores;
use crate::time::Instant;

#[derive(Debug)]
pub(super) struct TenantKeys {
    root_keys: Arc<dyn RootKeys>,
    kept: Cache<(TenantId, u32), (Arc<DataKey>, u32, Instant)>,
    life: i64,
}

/// A key to seal under; with the change that stores it when it is new.
pub(super) struct SealingKey {
    pub(super) key: Arc<DataKey>,
    pub(super) header: Header,
    pub(super) change: Option<Change>,
}

impl TenantKeys {
    pub(super) fn new(root_keys: Arc<dyn RootKeys>, limits: VaultLimits) -> Self {
        Self { root_keys, kept: Cache::new(limits.capacity), life: limits.life }
    }

    /// The key that a header names, and no other.
    pub(super) async fn for_open(
        &self,
        stores: &Stores,
        tenant: &TenantId,
        header: Header,
    ) -> Result<Arc<DataKey>, VaultError> {
        let name = (tenant.clone(), header.key_version);
        let now = stores.now();
        if let Some((key, root_key, at)) = self.kept.get(&name)
            && root_key == header.root_key
            && (0..self.life).contains(&now.micros().saturating_sub(at.micros()))
        {
            return Ok(key);
        }
        let found = stores.credentials.lookup_tenant_key(tenant, header.key_version).await;
        let found = found.map_err(VaultError::Store)?.filter(|found| found.root_key == header.root_key);
        let found = found.ok_or(VaultError::NoTenantKey { version: header.key_version })?;
        let key = self.root_keys.unwrap(tenant, &found).await.map_err(VaultError::Custody)?;
        let key = Arc::new(key);
        self.kept.insert(name, (key.clone(), header.root_key, now));
        Ok(key)
    }

    /// The tenant's newest key, or a new one: its first, or one after the root key was changed.
    pub(super) async fn for_sealing(
        &self,
        stores: &Stores,
        tenant: &TenantId,
    ) -> Result<SealingKey, VaultError> {
        let newest = stores.credentials.newest_tenant_key(tenant).await.map_err(VaultError::Store)?;
        let primary = self.root_keys.primary().await.map_err(VaultError::Custody)?;
        if let Some(newest) = newest.filter(|newest| newest.root_key == primary) {
            let header = Header { root_key: newest.root_key, key_version: newest.version };
            let key = self.for_open(stores, tenant, header).await?;
            return Ok(SealingKey { key, header, change: None });
        }
        let last = stores.credentials.last_key_version(tenant).await.map_err(VaultError::Store)?;
        let version = last.saturating_add(1);
        let key = DataKey::from_bytes(stores.random.bytes());
        let entropy = Entropy::from_bytes(stores.random.bytes());
        let wrapped = self.root_keys.wrap(tenant, version, &key, entropy).await;
        let (root_key, wrapped) = wrapped.map_err(VaultError::Custody)?;
        let change = Change::AddTenantKey(TenantKey { version, root_key, wrapped, created_at: stores.now() });
        let header = Header { root_key, key_version: version };
        Ok(SealingKey { key: Arc::new(key), header, change: Some(change) })
    }

    /// Forgets all keys of a tenant.
    pub(super) fn forget(&self, tenant: &TenantId) {
        self.kept.retain(|(owner, _), _| owner != tenant);
    }

    /// Forgets all keys of all tenants, and which root key wraps.
    pub(super) fn forget_all(&self) {
        self.kept.clear();
        self.root_keys.look_again();
    }
}
