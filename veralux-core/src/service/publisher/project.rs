use super::{ATTEMPTS, RuntimePublisher};
use crate::id::TenantId;
use crate::phone::E164;
use crate::port::{self, Conflict, Due, Publication, RuntimeHead, RuntimeProjection};
use crate::service::{Error, Result};

/// What became of one write into the projection.
enum Written {
    Done,
    /// The ledger has moved on since it was read.
    Outdated,
    /// A later sequence was written before.
    Overtaken,
}

impl RuntimePublisher {
    /// Brings the projection of a tenant to what the ledger says now, and takes the tenant out of the outbox. `gone` are
    /// DIDs that led to it before, beside those that the outbox knows.
    ///
    /// Several of these may run at once, on many nodes: each write carries the ledger's sequence as it was before the
    /// document was read, and the projection keeps the latest. So a slow one, be it stopped half way or its command late,
    /// never puts an older version over a newer.
    pub(in crate::service) async fn project(&self, tenant: &TenantId, gone: &[E164]) -> Result<()> {
        let Some(projection) = self.projection.as_deref() else { return Ok(()) };
        let (mut overtaken_at, mut gone) = (None, gone.to_vec());
        for _ in 0..ATTEMPTS {
            // In this order, so that the head is at least as new as its sequence.
            let due = self.stores.outbox.lookup(tenant).await?;
            let head = self.head(tenant).await?;
            let unmap = unmapped(&head, &due, &gone);
            // Read again after it was overtaken, the ledger is where it was: what overtook is of another ledger, from before
            // a restored backup, say. This one is the source of truth.
            let foreign = overtaken_at == Some(due.sequence);
            let sequence = (!foreign).then_some(due.sequence);
            match self.write_head(projection, &head, &unmap, sequence).await? {
                // Without a document nothing carries the sequence, so another look has to do.
                Written::Done if head.document.is_none() && self.is_behind(tenant, due.sequence).await? => {
                    gone.extend(head.dids);
                }
                Written::Done => {
                    // Should the ledger be away now, the outbox has this written once more, which changes nothing.
                    let _ = self.stores.outbox.remove(tenant, due.sequence).await;
                    return Ok(());
                }
                Written::Outdated => {}
                Written::Overtaken => overtaken_at = Some(due.sequence),
            }
        }
        Err(not_projected("following the ledger"))
    }

    /// Behind a commit: whether the projection holds it already. If not, it waits in the outbox, where the commit has put
    /// it, and nothing is lost.
    pub(super) async fn project_committed(&self, tenant: &TenantId) -> bool {
        self.project(tenant, &[]).await.is_ok()
    }

    /// The same where nothing had to be committed, so that the projection should be in line but need not be.
    pub(super) async fn project_again(&self, tenant: &TenantId) -> Result<bool> {
        if self.project(tenant, &[]).await.is_ok() {
            return Ok(true);
        }
        self.stores.outbox.add(tenant, self.stores.now()).await?;
        Ok(false)
    }

    async fn is_behind(&self, tenant: &TenantId, sequence: u64) -> Result<bool> {
        Ok(self.stores.outbox.lookup(tenant).await?.sequence != sequence)
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
        sequence: Option<u64>,
    ) -> Result<Written> {
        // Each round clears one DID that leads elsewhere.
        for _ in 0..=head.dids.len() {
            match write(projection, head, unmap, sequence).await {
                Ok(()) => return Ok(Written::Done),
                Err(port::Error::Conflict(Conflict::Stale)) => return Ok(Written::Overtaken),
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
            // It may have got the DID back since the ledger was asked; then it is written anew.
            self.stores.outbox.add(&holder, self.stores.now()).await?;
        }
        Ok(true)
    }
}

/// What led to the tenant before and no longer does, each once.
fn unmapped(head: &RuntimeHead, due: &Due, gone: &[E164]) -> Vec<E164> {
    let mut unmapped: Vec<E164> =
        due.left.iter().chain(gone).filter(|did| !head.dids.contains(did)).copied().collect();
    unmapped.sort_unstable();
    unmapped.dedup();
    unmapped
}

async fn write(
    projection: &dyn RuntimeProjection,
    head: &RuntimeHead,
    unmap: &[E164],
    sequence: Option<u64>,
) -> port::Result<()> {
    let tenant = &head.tenant;
    if let Some(document) = &head.document {
        let publication = Publication { document, map: &head.dids, unmap, sequence };
        return projection.publish(tenant, publication).await;
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
    // Others came first again and again, here.
    Error::NotProjected(port::Error::TransientHere { doing, source: None })
}
