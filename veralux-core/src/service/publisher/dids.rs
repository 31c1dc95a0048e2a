use serde_json::json;

use super::{RuntimePublisher, refuse};
use crate::id::TenantId;
use crate::phone::E164;
use crate::port::Change;
use crate::service::context::Note;
use crate::service::{Context, Error, Result};

/// What an unmap did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unmapped {
    /// Whether the DID led to the tenant.
    pub led: bool,
    /// Whether calls follow it already; if not, it waits in the outbox and will be.
    pub projected: bool,
}

/// DIDs led to a tenant by hand.
impl RuntimePublisher {
    /// The tenant that a DID leads to, as the ledger has it.
    ///
    /// # Errors
    /// The store's.
    pub async fn find_did(&self, did: &E164) -> Result<Option<TenantId>> {
        Ok(self.stores.runtime.find_tenant(did).await?)
    }

    /// The tenant that a DID leads to in the projection alone: what an unmap left behind that failed half way.
    ///
    /// # Errors
    /// `runtime_publish_failed` when the projection does not answer, or the store's.
    pub async fn find_leftover(&self, did: &E164) -> Result<Option<TenantId>> {
        let Some(projection) = self.projection.as_deref() else { return Ok(None) };
        if self.find_did(did).await?.is_some() {
            return Ok(None);
        }
        projection.find_tenant(did).await.map_err(Error::NotProjected)
    }

    /// Leads a DID to a tenant by hand, beside those its document names: it stays when a document no longer names it.
    ///
    /// Answers whether calls follow it already; if not, it waits in the outbox and will be.
    ///
    /// # Errors
    /// `tenant_not_found`, `did_conflict`, or the store's.
    pub async fn map_did(&self, context: &Context, tenant: &TenantId, did: &E164) -> Result<bool> {
        self.require_tenant(tenant).await?;
        if self.is_by_hand(tenant, did).await? {
            return self.project_again(tenant).await;
        }
        self.commit_did(context, tenant, did, "runtime.did_mapped", Change::MapDid(*did)).await?;
        Ok(self.project_committed(tenant).await)
    }

    /// Removes a DID of this tenant, be it led there by hand or by its document. Where it did not lead there the
    /// projection is brought in line all the same.
    ///
    /// # Errors
    /// `runtime_publish_failed` when it did not lead there and the projection could not be written, so that nothing is
    /// stored; or the store's.
    pub async fn unmap_did(&self, context: &Context, tenant: &TenantId, did: &E164) -> Result<Unmapped> {
        if self.find_did(did).await?.as_ref() == Some(tenant) {
            self.commit_did(context, tenant, did, "runtime.did_unmapped", Change::UnmapDid(*did)).await?;
            return Ok(Unmapped { led: true, projected: self.project_committed(tenant).await });
        }
        self.project(tenant, &[*did]).await?;
        Ok(Unmapped { led: false, projected: true })
    }

    /// Whether it is certain that a DID leads to the tenant by hand: it does so, and the document does not name it.
    async fn is_by_hand(&self, tenant: &TenantId, did: &E164) -> Result<bool> {
        if self.find_did(did).await?.as_ref() != Some(tenant) {
            return Ok(false);
        }
        let current = self.stores.versions.current(tenant).await?;
        Ok(current.is_none_or(|current| !current.dids.contains(did)))
    }

    async fn commit_did(
        &self,
        context: &Context,
        tenant: &TenantId,
        did: &E164,
        event_type: &str,
        change: Change,
    ) -> Result<()> {
        let masked = did.masked();
        let note = Note::new(event_type, ("did", &masked), json!({}));
        let commit = self.stores.start(tenant, self.stores.now(), context, note)?.change(change);
        self.stores.ledger.commit(commit).await.map_err(refuse)
    }
}
