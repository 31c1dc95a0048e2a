use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Listed, Page, Result};
use crate::id::TenantId;
use crate::phone::E164;
use crate::secret::Secret;

/// A tenant's configuration as the voice runtime reads it, with its owner.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// Whose the DID is.
    pub tenant: TenantId,
    /// The `RuntimeTenantConfig` document; a secret, since it may hold the webhook secret.
    pub document: Arc<Secret>,
}

/// The read side of the runtime contract, asked on every call.
#[async_trait]
pub trait RuntimeReader: Debug + Send + Sync + 'static {
    /// The tenant that a DID is mapped to.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find_tenant(&self, did: &E164) -> Result<Option<TenantId>>;

    /// A tenant's published configuration.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find_config(&self, tenant: &TenantId) -> Result<Option<Secret>>;

    /// DID to tenant to configuration in one step; `None` when either is missing.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn resolve(&self, did: &E164) -> Result<Option<Resolved>>;
}

/// What one publish writes into a projection.
#[derive(Debug, Clone)]
pub struct Publication<'a> {
    /// The document for the runtime.
    pub document: &'a Secret,
    /// DIDs that shall lead to the tenant.
    pub map: &'a [E164],
    /// DIDs that led to the tenant and no longer do. Those that lead to another tenant by now are left alone.
    pub unmap: &'a [E164],
    /// [`Due::sequence`](super::Due::sequence) as it was read before the document: of two publications of a tenant that
    /// cross on their way, the newer stays. `None` for one that replaces whatever is there and whatever comes after it.
    pub sequence: Option<u64>,
}

/// One tenant's part of a projection, for reconciliation.
#[derive(Debug, Clone)]
pub enum Projected {
    /// A configuration.
    Config {
        /// The tenant in its key; a text, since whoever wrote it may not have kept to our rule for ids.
        tenant: String,
        /// The document.
        document: Secret,
    },
    /// A mapping.
    Did {
        /// The number in its key; a text for the same reason.
        did: String,
        /// The tenant id it leads to.
        tenant: String,
    },
}

/// The copy that the voice runtime reads (Redis): a projection of the ledger, never the source of truth.
///
/// Transient says that nothing can be written anywhere in it; one that is spread over machines says
/// [`TransientHere`](super::Error::TransientHere) when it knows that another of them answers.
#[async_trait]
pub trait RuntimeProjection: RuntimeReader {
    /// Writes a configuration and its DID map so that no reader sees one without the other.
    ///
    /// # Errors
    /// [`Conflict::Stale`](super::Conflict::Stale) when a publication of the tenant with a later sequence was written before
    /// (an adapter may forget after a day how late that was), [`Conflict::DidTaken`](super::Conflict::DidTaken) when a DID
    /// leads to another tenant: nothing is written. Else transient or permanent.
    async fn publish(&self, tenant: &TenantId, publication: Publication<'_>) -> Result<()>;

    /// Leads one DID to a tenant.
    ///
    /// # Errors
    /// [`Conflict::DidTaken`](super::Conflict::DidTaken), transient or permanent.
    async fn map_did(&self, tenant: &TenantId, did: &E164) -> Result<()>;

    /// Removes one DID of a tenant. Nothing happens when it leads elsewhere or nowhere.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn unmap_did(&self, tenant: &TenantId, did: &E164) -> Result<()>;

    /// Makes the store this installation's where it is nobody's yet, as it is after it was emptied. Behind a refusal every
    /// write here is refused likewise, until somebody gives the store to this installation.
    ///
    /// # Errors
    /// [`Conflict::OtherInstallation`](super::Conflict::OtherInstallation) when it is another's, transient or permanent.
    async fn claim(&self) -> Result<()>;

    /// A page of everything that is there. Entries written meanwhile may or may not show; none shows twice on purpose,
    /// but a caller must bear with it.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(&self, page: &Page) -> Result<Listed<Projected>>;

    /// Removes one entry if it still has this value. `false` when it has changed meanwhile.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn remove(&self, entry: &Projected) -> Result<bool>;

    /// Whether the store answers, and has not just refused a write because it takes none.
    ///
    /// # Errors
    /// [`Conflict::OtherInstallation`](super::Conflict::OtherInstallation) when it is another's, transient or permanent.
    async fn ping(&self) -> Result<()>;

    /// What is another one once the store may have lost what was written to it: it was started anew or emptied, or another
    /// machine took its place. Writes from here do not change it. Only equality means anything.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn incarnation(&self) -> Result<String>;
}
