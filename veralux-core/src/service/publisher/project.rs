use super::{ATTEMPTS, RuntimePublisher};
use crate::id::TenantId;
use crate::phone::E164;
use crate::port::{self, Conflict, Publication, RuntimeHead, RuntimeProjection};
use crate::service::{Error, Result};

/// What became of one write into the projection.
enum Written {
    Done,
    /// The ledger has moved on since it was read.
    Outdated,
}

impl RuntimePublisher {
    /// Brings the projection of a tenant to what the ledger says now. `gone` are DIDs that led to it before.
    ///
    /// Several of these may run at once, on many nodes: each looks again after it wrote, so that the last to finish
    /// leaves the newest state behind.
    pub(in crate::service) async fn project(&self, tenant: &TenantId, mut gone: Vec<E164>) -> Result<()> {
        let Some(projection) = self.projection.as_deref() else { return Ok(()) };
        for _ in 0..ATTEMPTS {
            let head = self.head(tenant).await?;
            let unmap: Vec<E164> = gone.iter().filter(|did| !head.dids.contains(did)).copied().collect();
            let written = self.write_head(projection, &head, &unmap).await?;
            let after = self.head(tenant).await?;
            if matches!(written, Written::Done) && after.version == head.version && after.dids == head.dids {
                return Ok(());
            }
            // Another publish came in between. What this round mapped may be what that one has just unmapped.
            gone.extend(head.dids);
        }
        Err(not_projected("following the ledger"))
    }

    async fn head(&self, tenant: &TenantId) -> Result<RuntimeHead> {
        let head = self.stores.versions.head(tenant).await?;
        Ok(head.unwrap_or_else(|| RuntimeHead {
            tenant: tenant.clone(),
            document: None,
            version: 0,
            dids: Vec::new(),
        }))
    }

    async fn write_head(
        &self,
        projection: &dyn RuntimeProjection,
        head: &RuntimeHead,
        unmap: &[E164],
    ) -> Result<Written> {
        // Each round clears one DID that leads elsewhere.
        for _ in 0..=head.dids.len() {
            match write(projection, head, unmap).await {
                Ok(()) => return Ok(Written::Done),
                Err(port::Error::Conflict(Conflict::DidTaken(did))) => {
                    if !self.clear(projection, &head.tenant, &did).await? {
                        return Ok(Written::Outdated);
                    }
                }
                Err(error) => return Err(Error::NotProjected(error)),
            }
        }
        Err(not_projected("clearing the DID map"))
    }

    /// Frees a DID that leads to another tenant in the projection: a leftover, if the ledger still says that it is this
    /// tenant's. `false` when it no longer does; then the other one has it by right.
    async fn clear(&self, projection: &dyn RuntimeProjection, tenant: &TenantId, did: &E164) -> Result<bool> {
        // In this order: who holds it in the projection now held it in the ledger before, if ever.
        let holder = projection.find_tenant(did).await.map_err(Error::NotProjected)?;
        if self.find_did(did).await?.as_ref() != Some(tenant) {
            return Ok(false);
        }
        if let Some(holder) = holder.filter(|holder| holder != tenant) {
            projection.unmap_did(&holder, did).await.map_err(Error::NotProjected)?;
        }
        Ok(true)
    }
}

async fn write(projection: &dyn RuntimeProjection, head: &RuntimeHead, unmap: &[E164]) -> port::Result<()> {
    let tenant = &head.tenant;
    if let Some(document) = &head.document {
        return projection.publish(tenant, Publication { document, map: &head.dids, unmap }).await;
    }
    for did in &head.dids {
        projection.map_did(tenant, did).await?;
    }
    for did in unmap {
        projection.unmap_did(tenant, did).await?;
    }
    Ok(())
}

fn not_projected(doing: &'static str) -> Error {
    Error::NotProjected(port::Error::Transient { doing, source: None })
}
