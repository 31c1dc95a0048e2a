//! Two tenants, a publisher, and a projection that fails, lags and repeats itself on demand.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::memory::{MemoryProjection, MemoryStore, SeededRandom, StepClock};
use veralux_core::phone::E164;
use veralux_core::port::{
    Commit, Conflict, Due, Error, Ledger, Listed, Page, PendingProjection, Projected, ProjectionOutbox,
    Publication, Resolved, Result, RuntimeProjection, RuntimeReader,
};
use veralux_core::secret::Secret;
use veralux_core::service::{Context, RuntimePublisher, Stores, TenantRequest, Tenants};
use veralux_core::time::Instant;

pub(crate) const A: &str = "+14155550101";
pub(crate) const B: &str = "+14155550102";
pub(crate) const C: &str = "+14155550103";
pub(crate) const SYSTEM: Context = Context::SYSTEM;

pub(crate) fn tenant(id: &str) -> TenantId {
    TenantId::parse(id).unwrap()
}

pub(crate) fn did(text: &str) -> E164 {
    E164::parse(text).unwrap()
}

/// A document that the runtime accepts.
pub(crate) fn document(tenant: &str, dids: &[&str], secret: &str) -> String {
    let dids = serde_json::to_string(dids).unwrap();
    format!(
        r#"{{"contractVersion":"v1","tenantId":"{tenant}","dids":{dids},"webhookSecret":"{secret}",
        "caps":{{"maxConcurrentCallsTenant":1,"maxCallsPerMinuteTenant":1}},"stt":{{"mode":"disabled","chunkMs":20}},
        "tts":{{"mode":"kokoro_http","kokoroUrl":"http://kokoro"}},"audio":{{}},"exact":1.00}}"#
    )
}

/// Tenants `oak` and `elm`, nothing published.
pub(crate) struct Bench {
    pub(crate) stores: Stores,
    pub(crate) projection: Arc<Moody>,
    pub(crate) publisher: RuntimePublisher,
    pub(crate) clock: Arc<StepClock>,
}

impl Bench {
    pub(crate) async fn start() -> Self {
        let clock = Arc::new(StepClock::new(Instant::parse("2026-01-19T14:30:00Z").unwrap()));
        let store = Arc::new(MemoryStore::new());
        let stores = Stores::from_one(&store, clock.clone(), Arc::new(SeededRandom::new(7)));
        let tenants = Tenants::new(stores.clone());
        for id in ["oak", "elm"] {
            let request = TenantRequest { id: tenant(id), name: id.to_owned(), business_number: None };
            tenants.put(&SYSTEM, request).await.unwrap();
        }
        let projection = Arc::new(Moody::default());
        let publisher = RuntimePublisher::new(stores.clone(), Some(projection.clone()));
        Self { stores, projection, publisher, clock }
    }

    /// Publishes a document with these DIDs; gives its version.
    pub(crate) async fn publish(&self, id: &str, dids: &[&str]) -> u64 {
        publish(&self.publisher, id, dids).await
    }

    /// Where a DID leads, in the ledger and in the projection.
    pub(crate) async fn leads(&self, number: &str) -> (Option<String>, Option<String>) {
        let number = did(number);
        let ledger = self.stores.runtime.find_tenant(&number).await.unwrap();
        let projection = self.projection.inner.find_tenant(&number).await.unwrap();
        (ledger.map(|id| id.to_string()), projection.map(|id| id.to_string()))
    }

    /// Ledger and projection hold the same.
    pub(crate) async fn assert_in_line(&self) {
        let report = self.publisher.reconcile(false).await.unwrap().unwrap();
        assert_eq!((report.differing, report.differences), (0, vec![]));
    }
}

pub(crate) async fn publish(publisher: &RuntimePublisher, id: &str, dids: &[&str]) -> u64 {
    let text = document(id, dids, "s3cret");
    publisher.publish(&SYSTEM, &tenant(id), text.as_bytes(), None).await.unwrap().version.version
}

/// A DID that leads to this tenant in both.
pub(crate) fn both(id: &str) -> (Option<String>, Option<String>) {
    (Some(id.to_owned()), Some(id.to_owned()))
}

pub(crate) const NEITHER: (Option<String>, Option<String>) = (None, None);

/// A ledger that does something else right before one commit.
pub(crate) struct Interrupted {
    inner: Arc<dyn Ledger>,
    work: Mutex<Option<Work>>,
}

impl Interrupted {
    pub(crate) fn new(inner: Arc<dyn Ledger>, work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { inner, work: Mutex::new(Some(Box::pin(work))) }
    }
}

#[async_trait]
impl Ledger for Interrupted {
    async fn commit(&self, commit: Commit) -> Result<()> {
        let work = self.work.lock().unwrap().take();
        if let Some(work) = work {
            work.await;
        }
        self.inner.commit(commit).await
    }
}

impl fmt::Debug for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Interrupted")
    }
}

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// An outbox whose reads are counted: what a drain asks of the ledger.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) inner: Arc<dyn ProjectionOutbox>,
    pub(crate) reads: AtomicUsize,
}

impl Counted {
    pub(crate) fn new(inner: Arc<dyn ProjectionOutbox>) -> Arc<Self> {
        Arc::new(Self { inner, reads: AtomicUsize::new(0) })
    }

    pub(crate) fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl ProjectionOutbox for Counted {
    async fn lookup(&self, tenant: &TenantId) -> Result<Due> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.inner.lookup(tenant).await
    }

    async fn list(&self, page: &Page) -> Result<Listed<PendingProjection>> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.inner.list(page).await
    }

    async fn count(&self) -> Result<u64> {
        self.inner.count().await
    }

    async fn add(&self, tenant: &TenantId, at: Instant) -> Result<()> {
        self.inner.add(tenant, at).await
    }

    async fn remove(&self, tenant: &TenantId, sequence: u64) -> Result<bool> {
        self.inner.remove(tenant, sequence).await
    }
}

/// The memory projection with moods.
#[derive(Default)]
pub(crate) struct Moody {
    pub(crate) inner: MemoryProjection,
    pub(crate) down: AtomicBool,
    /// Another installation has it: whoever asks for it is refused.
    pub(crate) foreign: AtomicBool,
    /// Every listing shows everything twice.
    pub(crate) twice: AtomicBool,
    /// The tenant whose configuration cannot be written.
    pub(crate) broken: Mutex<Option<TenantId>>,
    /// The tenant whose part of the store is away.
    pub(crate) away: Mutex<Option<TenantId>>,
    work: Mutex<Vec<(&'static str, Work)>>,
}

impl Moody {
    /// Does something right before the next call of an operation.
    pub(crate) fn before(&self, operation: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.work.lock().unwrap().push((operation, Box::pin(work)));
    }

    pub(crate) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    async fn enter(&self, operation: &'static str) -> Result<()> {
        let work = {
            let mut all = self.work.lock().unwrap();
            all.iter().position(|(name, _)| *name == operation).map(|index| all.remove(index).1)
        };
        if let Some(work) = work {
            work.await;
        }
        if self.down.load(Ordering::SeqCst) {
            return Err(Error::transient("projecting", "it is down"));
        }
        Ok(())
    }
}

impl fmt::Debug for Moody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Moody")
    }
}

#[async_trait]
impl RuntimeReader for Moody {
    async fn find_tenant(&self, did: &E164) -> Result<Option<TenantId>> {
        self.enter("find_tenant").await?;
        self.inner.find_tenant(did).await
    }

    async fn find_config(&self, tenant: &TenantId) -> Result<Option<Secret>> {
        self.enter("find_config").await?;
        self.inner.find_config(tenant).await
    }

    async fn resolve(&self, did: &E164) -> Result<Option<Resolved>> {
        self.enter("resolve").await?;
        self.inner.resolve(did).await
    }
}

#[async_trait]
impl RuntimeProjection for Moody {
    async fn publish(&self, tenant: &TenantId, publication: Publication<'_>) -> Result<()> {
        self.enter("publish").await?;
        if self.broken.lock().unwrap().as_ref() == Some(tenant) {
            return Err(Error::permanent("projecting", "another kind of value is in its place"));
        }
        if self.away.lock().unwrap().as_ref() == Some(tenant) {
            return Err(Error::transient_here("projecting", "a part of it is away"));
        }
        self.inner.publish(tenant, publication).await
    }

    async fn map_did(&self, tenant: &TenantId, did: &E164) -> Result<()> {
        self.enter("map_did").await?;
        self.inner.map_did(tenant, did).await
    }

    async fn unmap_did(&self, tenant: &TenantId, did: &E164) -> Result<()> {
        self.enter("unmap_did").await?;
        self.inner.unmap_did(tenant, did).await
    }

    async fn claim(&self) -> Result<()> {
        self.enter("claim").await?;
        if self.foreign.load(Ordering::SeqCst) { Err(Conflict::OtherInstallation.into()) } else { Ok(()) }
    }

    async fn list(&self, page: &Page) -> Result<Listed<Projected>> {
        self.enter("list").await?;
        let mut listed = self.inner.list(page).await?;
        if self.twice.load(Ordering::SeqCst) {
            listed.items.extend(listed.items.clone());
        }
        Ok(listed)
    }

    async fn remove(&self, entry: &Projected) -> Result<bool> {
        self.enter("remove").await?;
        self.inner.remove(entry).await
    }

    async fn ping(&self) -> Result<()> {
        self.enter("ping").await
    }

    async fn incarnation(&self) -> Result<String> {
        self.enter("incarnation").await?;
        self.inner.incarnation().await
    }
}
