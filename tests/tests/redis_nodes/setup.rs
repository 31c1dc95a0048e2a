//! One ledger in memory, and nodes that publish from it into a real Redis.

use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use veralux_core::id::TenantId;
use veralux_core::memory::{MemoryStore, SeededRandom, StepClock};
use veralux_core::phone::E164;
use veralux_core::port::{RuntimeProjection, RuntimeReader as _};
use veralux_core::secret::Secret;
use veralux_core::service::{Context, Published, RuntimePublisher, Stores, TenantRequest, Tenants};
use veralux_core::time::Instant;
use veralux_redis::{RedisRuntimeStore, RedisSettings};

pub(crate) const A: &str = "+14155550101";
pub(crate) const B: &str = "+14155550102";
pub(crate) const C: &str = "+14155550103";
/// The limit of one round trip where Redis misbehaves.
pub(crate) const LIMIT: Duration = Duration::from_millis(300);
/// What a busy machine may add to it.
pub(crate) const GRACE: Duration = Duration::from_secs(2);

/// Tenants `oak` and `elm` in one ledger.
pub(crate) struct Ledger {
    pub(crate) stores: Stores,
    pub(crate) clock: Arc<StepClock>,
}

impl Ledger {
    pub(crate) async fn new() -> Self {
        let clock = Arc::new(StepClock::new(Instant::parse("2026-11-21T09:00:00Z").unwrap()));
        let store = Arc::new(MemoryStore::new());
        let stores = Stores::from_one(&store, clock.clone(), Arc::new(SeededRandom::new(7)));
        let tenants = Tenants::new(stores.clone());
        for id in ["oak", "elm"] {
            let request = TenantRequest { id: tenant(id), name: id.to_owned(), business_number: None };
            tenants.put(&Context::SYSTEM, request).await.unwrap();
        }
        Self { stores, clock }
    }

    pub(crate) fn node(&self, projection: Arc<dyn RuntimeProjection>) -> RuntimePublisher {
        RuntimePublisher::new(self.stores.clone(), Some(projection))
    }

    /// Nothing waits, and the projection holds exactly what the ledger does.
    pub(crate) async fn assert_in_line(&self, node: &RuntimePublisher) {
        assert_eq!(node.waiting().await.unwrap(), 0, "nothing waits");
        let report = node.reconcile(false).await.unwrap().unwrap();
        assert_eq!(report.differing, 0, "{:?}", report.differences);
    }
}

/// A store on the usual keys. `limit` bounds a round trip.
pub(crate) fn store(url: &str, limit: Duration) -> Arc<RedisRuntimeStore> {
    let mut settings = RedisSettings::new(Secret::new(url));
    (settings.response_timeout, settings.connect_timeout) = (limit, limit);
    Arc::new(RedisRuntimeStore::new(&settings).unwrap())
}

/// A store with all the time that a busy machine may take.
pub(crate) fn patient(url: &str) -> Arc<RedisRuntimeStore> {
    store(url, Duration::from_secs(10))
}

pub(crate) fn tenant(id: &str) -> TenantId {
    TenantId::parse(id).unwrap()
}

pub(crate) fn did(number: &str) -> E164 {
    E164::parse(number).unwrap()
}

/// A document that the runtime accepts; `mark` tells it from others.
pub(crate) fn document(tenant: &str, dids: &[&str], mark: &str) -> String {
    let dids = serde_json::to_string(dids).unwrap();
    format!(
        r#"{{"contractVersion":"v1","tenantId":"{tenant}","dids":{dids},"webhookSecretRef":"{mark}",
        "caps":{{"maxConcurrentCallsTenant":1,"maxCallsPerMinuteTenant":1}},"stt":{{"mode":"disabled","chunkMs":20}},
        "tts":{{"mode":"kokoro_http","kokoroUrl":"http://kokoro"}},"audio":{{}}}}"#
    )
}

pub(crate) async fn publish(node: &RuntimePublisher, id: &str, dids: &[&str], mark: &str) -> Published {
    let text = document(id, dids, mark);
    node.publish(&Context::SYSTEM, &tenant(id), text.as_bytes(), None).await.unwrap()
}

/// What a call finds, read over a connection of its own.
pub(crate) async fn found(url: &str, number: &str) -> Option<(String, String)> {
    let found = patient(url).resolve(&did(number)).await.unwrap()?;
    Some((found.tenant.to_string(), found.document.expose().to_owned()))
}

/// Drains until nothing waits, as the server does every second.
pub(crate) async fn drained(node: &RuntimePublisher) {
    let began = Moment::now();
    loop {
        let outcome = node.drain().await;
        if outcome.is_ok() && node.waiting().await.unwrap() == 0 {
            return;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "it still waits: {outcome:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
