use std::fmt::Debug;

use async_trait::async_trait;

use super::{Listed, Page, Result};
use crate::id::TenantId;
use crate::phone::E164;
use crate::time::Instant;

/// How far the ledger is with what a tenant publishes, and what the projection may still hold from before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Due {
    /// Counts the tenant's commits that touched what is published; 0 when there was none. It never goes back and no
    /// number comes twice, whatever is removed from the outbox.
    pub sequence: u64,
    /// DIDs that led to the tenant since the projection was last known to be in line, sorted. Some may lead there again.
    pub left: Vec<E164>,
}

/// A tenant whose projection is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingProjection {
    /// Whose.
    pub tenant: TenantId,
    /// As [`Due::sequence`].
    pub sequence: u64,
    /// Since when something waits.
    pub since: Instant,
}

/// Which tenants' projections are behind the ledger, kept by the ledger itself.
///
/// A commit with [`Change::PublishRuntime`](super::Change::PublishRuntime), [`MapDid`](super::Change::MapDid) or
/// [`UnmapDid`](super::Change::UnmapDid) moves the tenant's sequence on, so that it waits here from the moment at which the
/// commit is durable; whoever has written the projection removes it. It is kept whether or not there is a projection:
/// one that is added later finds everything waiting. It holds tenant ids and DIDs, nothing that they publish.
#[async_trait]
pub trait ProjectionOutbox: Debug + Send + Sync + 'static {
    /// How far a tenant is. Read it before what is published: that is then at least as new as the sequence says.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup(&self, tenant: &TenantId) -> Result<Due>;

    /// A page of the tenants that wait, those that wait longest first; `newest_first` changes nothing.
    ///
    /// # Errors
    /// Transient or permanent; invalid when `after` is not the `next` of a page from here.
    async fn list(&self, page: &Page) -> Result<Listed<PendingProjection>>;

    /// How many tenants wait.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn count(&self) -> Result<u64>;

    /// Has a tenant's projection written once more: its sequence moves on as if something had been published.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn add(&self, tenant: &TenantId, at: Instant) -> Result<()>;

    /// Notes that the projection holds what the ledger held at a sequence, or newer. `true` when nothing of the tenant
    /// waits any more, `false` when something was committed since: that goes on waiting.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn remove(&self, tenant: &TenantId, sequence: u64) -> Result<bool>;
}
