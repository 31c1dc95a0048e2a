use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use super::context::Note;
use super::{Context, Error, Kind, Refusal, Result, Stores};
use crate::id::TenantId;
use crate::phone::E164;
use crate::port::{self, Change, Conflict, Listed, Page, PublishKind, RuntimeProjection, RuntimeVersion};
use crate::runtime::{self, Document};
use crate::secret::Secret;

mod dids;
mod drain;
mod edit;
mod project;

pub use dids::Unmapped;

/// How often something is tried anew when somebody else came first. Each time somebody did finish.
const ATTEMPTS: usize = 20;

/// Publishes runtime configurations: into the ledger, which is the source of truth, then into the projection.
///
/// A publish is accepted once the ledger has it. While the projection is away or slow it waits in the outbox
/// ([`ProjectionOutbox`](crate::port::ProjectionOutbox)), where the same commit has put it, until somebody calls
/// [`drain`](Self::drain). How long a publish waits for the projection is up to that port: the first call that fails ends it.
#[derive(Debug, Clone)]
pub struct RuntimePublisher {
    pub(super) stores: Stores,
    pub(super) projection: Option<Arc<dyn RuntimeProjection>>,
}

/// What a publish did.
#[derive(Debug, Clone)]
pub struct Published {
    /// The version that is current now.
    pub version: RuntimeVersion,
    /// Whether it is a new one; the same document published twice is not.
    pub changed: bool,
    /// Whether calls follow it already; if not, it waits in the outbox and will be.
    pub projected: bool,
}

impl RuntimePublisher {
    /// Over these stores; without a projection the voice runtime reads the ledger itself.
    pub fn new(stores: Stores, projection: Option<Arc<dyn RuntimeProjection>>) -> Self {
        Self { stores, projection }
    }

    /// The version that is current.
    ///
    /// # Errors
    /// `runtime_config_not_found`, or the store's.
    pub async fn current(&self, tenant: &TenantId) -> Result<RuntimeVersion> {
        let current = self.stores.versions.current(tenant).await?;
        Ok(current
            .ok_or_else(|| Refusal::not_found("runtime_config_not_found", "published configuration"))?)
    }

    /// A page of versions.
    ///
    /// # Errors
    /// The store's.
    pub async fn versions(&self, tenant: &TenantId, page: &Page) -> Result<Listed<RuntimeVersion>> {
        Ok(self.stores.versions.list(tenant, page).await?)
    }

    /// Publishes a document. With `expected`, only while that version is current (0: none is), or when this very
    /// publish has taken effect before: the same again after an error finishes it (RFC 9110, 13.1.1).
    ///
    /// The document that is current already makes no version; the projection is brought in line all the same. Only
    /// where one of its DIDs was unmapped meanwhile is it published anew, so that afterwards every DID leads here.
    ///
    /// # Errors
    /// `invalid_runtime_config` with every fault, `tenant_id_mismatch`, `tenant_not_found`, `version_moved`,
    /// `did_conflict`, or the store's. A projection that could not be written is no error: see [`Published::projected`].
    pub async fn publish(
        &self,
        context: &Context,
        tenant: &TenantId,
        document: &[u8],
        expected: Option<u64>,
    ) -> Result<Published> {
        self.write(context, tenant, document, expected, PublishKind::Publish).await
    }

    /// Publishes an earlier version's document again, as a new version; on a condition as [`publish`](Self::publish).
    ///
    /// # Errors
    /// `version_not_found`, and as [`Self::publish`].
    pub async fn rollback(
        &self,
        context: &Context,
        tenant: &TenantId,
        to: u64,
        expected: Option<u64>,
    ) -> Result<Published> {
        self.require_tenant(tenant).await?;
        let earlier = self.stores.versions.lookup(tenant, to).await?;
        let earlier = earlier.ok_or_else(|| Refusal::not_found("version_not_found", "version"))?;
        self.write(context, tenant, earlier.document.expose().as_bytes(), expected, PublishKind::Rollback)
            .await
    }

    /// Whether the projection answers; `None` when there is none.
    ///
    /// # Errors
    /// The projection's.
    pub async fn ping_projection(&self) -> Result<Option<()>> {
        match &self.projection {
            None => Ok(None),
            Some(projection) => Ok(Some(projection.ping().await?)),
        }
    }

    /// What is another one once the projection may have lost what it held ([`RuntimeProjection::incarnation`]); `None` when
    /// there is none.
    ///
    /// # Errors
    /// The projection's.
    pub async fn incarnation(&self) -> Result<Option<String>> {
        match &self.projection {
            None => Ok(None),
            Some(projection) => Ok(Some(projection.incarnation().await?)),
        }
    }

    async fn write(
        &self,
        context: &Context,
        tenant: &TenantId,
        document: &[u8],
        expected: Option<u64>,
        kind: PublishKind,
    ) -> Result<Published> {
        let document = checked(tenant, document)?;
        self.require_tenant(tenant).await?;
        for _ in 0..ATTEMPTS {
            let current = self.stores.versions.current(tenant).await?;
            let version = current.as_ref().map_or(0, |current| current.version);
            let as_expected = expected.is_none_or(|expected| expected == version);
            let repeated = expected.is_some_and(|expected| expected.checked_add(1) == Some(version));
            let unchanged = current.as_ref().filter(|current| current.digest == document.digest());
            if let Some(current) = unchanged
                && (as_expected || repeated)
                && self.leads_all_dids(tenant, current).await?
            {
                let projected = self.project_again(tenant).await?;
                return Ok(Published { version: current.clone(), changed: false, projected });
            }
            if !as_expected {
                return Err(version_moved(version).into());
            }
            let next = self.next_version(context, &document, version, kind);
            match self.commit(context, tenant, &next).await {
                Err(Error::Port(error))
                    if matches!(error.conflict(), Some(Conflict::VersionMoved { .. })) => {}
                Err(Error::Port(error)) => return Err(refuse(error)),
                Err(error) => return Err(error),
                Ok(()) => {
                    let projected = self.project_committed(tenant).await;
                    return Ok(Published { version: next, changed: true, projected });
                }
            }
        }
        Err(Refusal::stale().into())
    }

    /// Whether every DID that this version names still leads to the tenant.
    async fn leads_all_dids(&self, tenant: &TenantId, version: &RuntimeVersion) -> Result<bool> {
        let led = self.stores.versions.head(tenant).await?.map(|head| head.dids).unwrap_or_default();
        Ok(version.dids.iter().all(|did| led.contains(did)))
    }

    fn next_version(
        &self,
        context: &Context,
        document: &Document,
        current: u64,
        kind: PublishKind,
    ) -> RuntimeVersion {
        let dids: BTreeSet<E164> = document.dids().iter().copied().collect();
        RuntimeVersion {
            version: current + 1,
            digest: document.digest(),
            document: Secret::new(document.for_runtime()),
            dids: dids.into_iter().collect(),
            kind,
            actor: context.actor_name(),
            published_at: self.stores.now(),
        }
    }

    async fn commit(&self, context: &Context, tenant: &TenantId, next: &RuntimeVersion) -> Result<()> {
        // Audit events are shown and exported: not the digest that covers the webhook secret.
        let digest = runtime::redacted_digest(next.document.expose());
        let payload = json!({
            "version": next.version, "digest": digest, "dids": next.dids.len(), "kind": next.kind.as_str(),
        });
        let note = Note::new("runtime.published", ("tenant", tenant.as_str()), payload);
        let commit = self.stores.start(tenant, next.published_at, context, note)?;
        Ok(self.stores.ledger.commit(commit.change(Change::PublishRuntime(Box::new(next.clone())))).await?)
    }

    async fn require_tenant(&self, tenant: &TenantId) -> Result<()> {
        match self.stores.directory.lookup_tenant(tenant).await? {
            Some(_) => Ok(()),
            None => Err(Refusal::not_found("tenant_not_found", "tenant").into()),
        }
    }
}

fn checked(tenant: &TenantId, document: &[u8]) -> Result<Document> {
    let checked = runtime::check(document).map_err(|faults| Refusal {
        faults,
        ..Refusal::new(
            Kind::Unprocessable,
            "invalid_runtime_config",
            "the voice runtime would refuse this configuration",
        )
    })?;
    if checked.tenant_id() == tenant.as_str() {
        Ok(checked)
    } else {
        Err(Refusal::field("tenant_id_mismatch", "tenantId", "must be the tenant that is published").into())
    }
}

fn version_moved(current: u64) -> Refusal {
    let detail = format!("version {current} is current, not the expected one");
    Refusal::new(Kind::Conflict, "version_moved", detail)
}

fn refuse(error: port::Error) -> Error {
    match error.conflict() {
        Some(Conflict::DidTaken(did)) => {
            let detail = format!("the DID `{did}` belongs to another tenant");
            Refusal::new(Kind::Conflict, "did_conflict", detail).into()
        }
        Some(Conflict::VersionMoved { current }) => version_moved(*current).into(),
        _ => Error::Port(error),
    }
}
