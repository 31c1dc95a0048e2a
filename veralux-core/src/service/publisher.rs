use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::context::Note;
use super::{Context, Error, Kind, Refusal, Result, Stores};
use crate::id::TenantId;
use crate::party::{NumberClass, NumberStatus};
use crate::phone::E164;
use crate::port::{
    Change, Conflict, Listed, NumberFilter, Page, Publication, PublishKind, RuntimeProjection, RuntimeVersion,
};
use crate::runtime::{self, Document};
use crate::secret::Secret;

/// How often a publish that nobody tied to a version is tried anew when another one came first.
const ATTEMPTS: usize = 5;

/// Publishes runtime configurations: into the ledger, which is the source of truth, then into the projection.
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

    /// Publishes a document. With `expected`, only while that version is current (0: none is).
    ///
    /// # Errors
    /// `invalid_runtime_config` with every fault, `tenant_id_mismatch`, `tenant_not_found`, `version_moved`,
    /// `did_conflict`; `runtime_publish_failed` when it is stored but the projection could not be written (publish the
    /// same document again, or reconcile); or the store's.
    pub async fn publish(
        &self,
        context: &Context,
        tenant: &TenantId,
        document: &[u8],
        expected: Option<u64>,
    ) -> Result<Published> {
        self.write(context, tenant, document, expected, PublishKind::Publish).await
    }

    /// Publishes an earlier version's document again, as a new version.
    ///
    /// # Errors
    /// `version_not_found`, and as [`Self::publish`].
    pub async fn rollback(&self, context: &Context, tenant: &TenantId, to: u64) -> Result<Published> {
        let earlier = self.stores.versions.lookup(tenant, to).await?;
        let earlier = earlier.ok_or_else(|| Refusal::not_found("version_not_found", "version"))?;
        self.write(context, tenant, earlier.document.expose().as_bytes(), None, PublishKind::Rollback).await
    }

    /// Publishes the current document, or `base` where one is given, with the tenant's id and its active front desk
    /// numbers as DIDs.
    ///
    /// # Errors
    /// `runtime_config_not_found` when there is nothing to begin with, `number_missing`, and as [`Self::publish`].
    pub async fn publish_from_tenant(
        &self,
        context: &Context,
        tenant: &TenantId,
        base: Option<Value>,
    ) -> Result<Published> {
        let filter = NumberFilter { class: Some(NumberClass::FrontDesk), status: Some(NumberStatus::Active) };
        let numbers = self.stores.all_numbers(tenant, filter).await?;
        let mut dids: Vec<E164> = numbers.iter().map(|number| number.e164).collect();
        if dids.is_empty() {
            let detail = "the tenant has no active front desk number";
            return Err(Refusal::new(Kind::Conflict, "number_missing", detail).into());
        }
        dids.sort_unstable();
        let fields = [("tenantId", json!(tenant)), ("dids", json!(dids))];
        self.publish_with(context, tenant, base, fields).await
    }

    /// The quick replies of the current document.
    ///
    /// # Errors
    /// `runtime_config_not_found`, or the store's.
    pub async fn quick_replies(&self, tenant: &TenantId) -> Result<Value> {
        let current = self.current(tenant).await?;
        let mut document = parsed(&current.document)?;
        Ok(document.get_mut("quickReplies").map_or_else(|| json!([]), Value::take))
    }

    /// Publishes the current document with other quick replies.
    ///
    /// # Errors
    /// As [`Self::publish`].
    pub async fn put_quick_replies(
        &self,
        context: &Context,
        tenant: &TenantId,
        replies: Value,
    ) -> Result<Published> {
        self.publish_with(context, tenant, None, [("quickReplies", replies)]).await
    }

    /// Leads a DID to a tenant by hand, beside those its document names.
    ///
    /// # Errors
    /// `tenant_not_found`, `did_conflict`, `runtime_publish_failed`, or the store's.
    pub async fn map_did(&self, context: &Context, tenant: &TenantId, did: &E164) -> Result<()> {
        self.require_tenant(tenant).await?;
        if self.stores.runtime.find_tenant(did).await?.as_ref() != Some(tenant) {
            let masked = did.masked();
            let note = Note::new("runtime.did_mapped", ("did", &masked), json!({}));
            let change = Change::MapDid(*did);
            let commit = self.stores.start(tenant, self.stores.now(), context, note)?.change(change);
            self.stores.ledger.commit(commit).await.map_err(refuse)?;
        }
        self.project(tenant, &[]).await
    }

    /// Removes a DID of whatever tenant it leads to. `false` when it led nowhere.
    ///
    /// # Errors
    /// `runtime_publish_failed`, or the store's.
    pub async fn unmap_did(&self, context: &Context, did: &E164) -> Result<bool> {
        let Some(tenant) = self.stores.runtime.find_tenant(did).await? else { return Ok(false) };
        let masked = did.masked();
        let note = Note::new("runtime.did_unmapped", ("did", &masked), json!({}));
        let commit =
            self.stores.start(&tenant, self.stores.now(), context, note)?.change(Change::UnmapDid(*did));
        self.stores.ledger.commit(commit).await.map_err(refuse)?;
        self.project(&tenant, &[*did]).await?;
        Ok(true)
    }

    /// The tenant that a DID leads to, as the ledger has it.
    ///
    /// # Errors
    /// The store's.
    pub async fn find_did(&self, did: &E164) -> Result<Option<TenantId>> {
        Ok(self.stores.runtime.find_tenant(did).await?)
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

    async fn publish_with<const N: usize>(
        &self,
        context: &Context,
        tenant: &TenantId,
        base: Option<Value>,
        fields: [(&str, Value); N],
    ) -> Result<Published> {
        let (mut document, expected) = if let Some(base) = base {
            (base, None)
        } else {
            let current = self.current(tenant).await?;
            (parsed(&current.document)?, Some(current.version))
        };
        if let Some(object) = document.as_object_mut() {
            object.extend(fields.into_iter().map(|(name, value)| (name.to_owned(), value)));
        }
        self.publish(context, tenant, document.to_string().as_bytes(), expected).await
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
        let digest = document.digest();
        self.require_tenant(tenant).await?;
        for _ in 0..ATTEMPTS {
            let current = self.stores.versions.current(tenant).await?;
            let version = current.as_ref().map_or(0, |current| current.version);
            if expected.is_some_and(|expected| expected != version) {
                return Err(version_moved(version).into());
            }
            if let Some(current) = current.as_ref().filter(|current| current.digest == digest) {
                self.project(tenant, &[]).await?;
                return Ok(Published { version: current.clone(), changed: false });
            }
            let next = RuntimeVersion {
                version: version + 1,
                digest,
                document: Secret::new(document.for_runtime()),
                dids: document.dids().iter().copied().collect::<BTreeSet<_>>().into_iter().collect(),
                kind,
                actor: context.actor_name(),
                published_at: self.stores.now(),
            };
            match self.commit(context, tenant, &next).await {
                Err(error) if matches!(error.conflict(), Some(Conflict::VersionMoved { .. })) => {}
                Err(error) => return Err(refuse(error)),
                Ok(()) => {
                    let before = current.map(|current| current.dids).unwrap_or_default();
                    self.project(tenant, &before).await?;
                    return Ok(Published { version: next, changed: true });
                }
            }
        }
        Err(Refusal::stale().into())
    }

    async fn commit(
        &self,
        context: &Context,
        tenant: &TenantId,
        next: &RuntimeVersion,
    ) -> crate::port::Result<()> {
        let payload = json!({
            "version": next.version, "digest": next.digest, "dids": next.dids.len(), "kind": next.kind.as_str(),
        });
        let note = Note::new("runtime.published", ("tenant", tenant.as_str()), payload);
        let commit = match self.stores.start(tenant, next.published_at, context, note) {
            Ok(commit) => commit.change(Change::PublishRuntime(Box::new(next.clone()))),
            Err(Error::Port(error)) => return Err(error),
            Err(Error::Refused(_)) => return Err(crate::port::Error::Invalid("an audit event was refused")),
        };
        self.stores.ledger.commit(commit).await
    }

    async fn require_tenant(&self, tenant: &TenantId) -> Result<()> {
        match self.stores.directory.lookup_tenant(tenant).await? {
            Some(_) => Ok(()),
            None => Err(Refusal::not_found("tenant_not_found", "tenant").into()),
        }
    }

    /// Brings the projection of a tenant to what the ledger says now. `gone` are DIDs that led to it before.
    ///
    /// Two of these may run at once, on two nodes: each looks again after it wrote, so that the last to finish leaves
    /// the newest state behind.
    pub(super) async fn project(&self, tenant: &TenantId, gone: &[E164]) -> Result<()> {
        let Some(projection) = &self.projection else { return Ok(()) };
        for _ in 0..ATTEMPTS {
            let Some(head) = self.stores.versions.head(tenant).await? else {
                for did in gone {
                    projection.unmap_did(tenant, did).await.map_err(not_projected)?;
                }
                return Ok(());
            };
            let unmap: Vec<E164> = gone.iter().filter(|did| !head.dids.contains(did)).copied().collect();
            self.write_head(projection.as_ref(), tenant, &head, &unmap).await?;
            let after = self.stores.versions.head(tenant).await?;
            if after.is_some_and(|after| after.version == head.version && after.dids == head.dids) {
                return Ok(());
            }
        }
        Err(not_projected(crate::port::Error::Transient { doing: "following the ledger", source: None }))
    }

    async fn write_head(
        &self,
        projection: &dyn RuntimeProjection,
        tenant: &TenantId,
        head: &crate::port::RuntimeHead,
        unmap: &[E164],
    ) -> Result<()> {
        // A DID that leads elsewhere in the projection alone is left over from another time: the ledger has just
        // said whose it is. Each round removes one such entry.
        for _ in 0..=head.dids.len() {
            let written = match &head.document {
                Some(document) => {
                    projection.publish(tenant, Publication { document, map: &head.dids, unmap }).await
                }
                None => map_all(projection, tenant, &head.dids, unmap).await,
            };
            match written {
                Err(crate::port::Error::Conflict(Conflict::DidTaken(did))) => {
                    if let Some(other) = projection.find_tenant(&did).await.map_err(not_projected)? {
                        projection.unmap_did(&other, &did).await.map_err(not_projected)?;
                    }
                }
                other => return other.map_err(not_projected),
            }
        }
        Err(not_projected(crate::port::Error::Transient { doing: "clearing the DID map", source: None }))
    }
}

async fn map_all(
    projection: &dyn RuntimeProjection,
    tenant: &TenantId,
    map: &[E164],
    unmap: &[E164],
) -> crate::port::Result<()> {
    for did in map {
        projection.map_did(tenant, did).await?;
    }
    for did in unmap {
        projection.unmap_did(tenant, did).await?;
    }
    Ok(())
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

fn parsed(document: &Secret) -> Result<Value> {
    serde_json::from_str(document.expose()).map_err(|error| {
        Error::Port(crate::port::Error::permanent("reading a published configuration", error))
    })
}

fn version_moved(current: u64) -> Refusal {
    let detail = format!("version {current} is current, not the expected one");
    Refusal::new(Kind::Conflict, "version_moved", detail)
}

fn refuse(error: crate::port::Error) -> Error {
    match error.conflict() {
        Some(Conflict::DidTaken(did)) => {
            let detail = format!("the DID `{did}` belongs to another tenant");
            Refusal::new(Kind::Conflict, "did_conflict", detail).into()
        }
        Some(Conflict::VersionMoved { current }) => version_moved(*current).into(),
        _ => Error::Port(error),
    }
}

/// The ledger has it, the projection has not: not lost, but calls do not follow it yet.
fn not_projected(_: crate::port::Error) -> Error {
    let detail = "it is stored, but the runtime store could not be written; it is brought up to date as soon as that \
                  answers again";
    Refusal::new(Kind::Unavailable, "runtime_publish_failed", detail).into()
}
