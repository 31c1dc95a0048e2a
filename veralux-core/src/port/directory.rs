use std::fmt::Debug;

use async_trait::async_trait;

use super::{Listed, Page, Result, RuntimeHead, Tenant};
use crate::access::{ApiKey, KeyDigest};
use crate::id::TenantId;
use crate::phone::E164;
use crate::time::Instant;

/// The operator's view: which tenants there are, and whose a number or a key is.
///
/// This is the only port whose reads span tenants. Nothing it answers with is a tenant's content.
#[async_trait]
pub trait Directory: Debug + Send + Sync + 'static {
    /// The tenant with this id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup_tenant(&self, tenant: &TenantId) -> Result<Option<Tenant>>;

    /// A page of tenants, by id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list_tenants(&self, page: &Page) -> Result<Listed<Tenant>>;

    /// The tenant that holds this phone number, whatever the number's status.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find_tenant_by_number(&self, number: &E164) -> Result<Option<TenantId>>;

    /// The tenant whose assistant a platform calls so.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find_tenant_by_assistant(&self, platform: &str, assistant: &str) -> Result<Option<TenantId>>;

    /// The API key with this digest, revoked and expired ones included: the caller decides with its own clock.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find_key(&self, digest: &KeyDigest) -> Result<Option<ApiKey>>;

    /// What is published now, a page of tenants by id: the source of truth of a reconciliation.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list_runtime_heads(&self, page: &Page) -> Result<Listed<RuntimeHead>>;

    /// Whether the store answers, for readiness checks; its clock, if it has one that all nodes over it share.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn ping(&self) -> Result<Option<Instant>>;

    /// Whether the store takes writes, for readiness checks; `false` where it answers and can only be read: a replica, a full
    /// disk. Cheap enough to be asked every second.
    ///
    /// # Errors
    /// Transient or permanent, where it does not even answer.
    async fn takes_writes(&self) -> Result<bool>;
}
