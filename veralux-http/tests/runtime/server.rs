//! A server with two tenants and a projection that can be down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use veralux_core::access::{KeyDigest, KeyRole, Pepper};
use veralux_core::id::TenantId;
use veralux_core::memory::{FixedClock, MemoryProjection, MemoryStore, SeededRandom};
use veralux_core::phone::E164;
use veralux_core::policy::Detector;
use veralux_core::port::{
    Error, Listed, Page, Projected, Publication, Resolved, Result, RuntimeProjection, RuntimeReader,
};
use veralux_core::routing::Ruleset;
use veralux_core::secret::Secret;
use veralux_core::service::{Context, KeyRequest, Keys, Stores, TenantRequest, Tenants};
use veralux_core::time::Instant;
use veralux_http::{Api, Parts, Providers, Settings, router};

pub(crate) const ROOT: &str = "vlx_root";
pub(crate) const A: &str = "+14155550101";
pub(crate) const B: &str = "+14155550102";
pub(crate) const CONFIG: &str = "/api/admin/runtime/tenants/t1/config";
/// Longest body that this server takes, in bytes.
pub(crate) const MAX_BODY: usize = 4096;

/// A document that the runtime accepts.
pub(crate) fn document(tenant: &str, dids: &[&str]) -> String {
    let dids = json!(dids);
    format!(
        r#"{{"contractVersion":"v1","tenantId":"{tenant}","dids":{dids},"webhookSecret":"s3cret",
        "caps":{{"maxConcurrentCallsTenant":1,"maxCallsPerMinuteTenant":1}},"stt":{{"mode":"disabled","chunkMs":20}},
        "tts":{{"mode":"kokoro_http","kokoroUrl":"http://kokoro"}},"audio":{{}},"exact":1.00,"half":"\ud83d"}}"#
    )
}

/// Tenants `t1` and `t2`, nothing published.
pub(crate) struct Server {
    pub(crate) router: Router,
    pub(crate) projection: Arc<Switched>,
    pub(crate) stores: Stores,
    /// Key of an admin of `t1`.
    pub(crate) admin: String,
    /// Key of a viewer of `t1`.
    pub(crate) viewer: String,
    /// Key of an admin of `t2`.
    pub(crate) other: String,
    /// Key of a viewer who is bound to no tenant.
    pub(crate) auditor: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// Status and, of a refusal, its code.
    pub(crate) fn outcome(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["code"].as_str().unwrap_or_default().to_owned())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        let clock = Arc::new(FixedClock::new(Instant::parse("2026-01-19T14:30:00Z").unwrap()));
        let store = Arc::new(MemoryStore::new());
        let stores = Stores::from_one(&store, clock, Arc::new(SeededRandom::new(7)));
        let tenants = Tenants::new(stores.clone());
        let pepper = Pepper::new([7; 32]);
        let keys = Keys::new(stores.clone(), pepper.clone());
        for id in ["t1", "t2"] {
            let request = TenantRequest { id: tenant(id), name: id.to_owned(), business_number: None };
            tenants.put(&Context::SYSTEM, request).await.unwrap();
        }
        let key = async |role, id: Option<&str>| {
            let request =
                KeyRequest { name: "test".to_owned(), role, tenant: id.map(tenant), expires_at: None };
            keys.add(&Context::SYSTEM, request).await.unwrap().text.expose().to_owned()
        };
        let projection = Arc::new(Switched::default());
        let parts = Parts {
            stores: stores.clone(),
            idempotency: store,
            projection: Some(projection.clone()),
            rate: None,
            detector: Arc::new(Detector::new()),
            ruleset: Arc::new(Ruleset::standard()),
            pepper: pepper.clone(),
            vault: veralux_http::ephemeral_vault(&stores).await.unwrap(),
            providers: Providers::default(),
        };
        let settings = Settings {
            bootstrap_key: Some(KeyDigest::of(&pepper, ROOT)),
            max_body_bytes: MAX_BODY,
            admin_rate_max: 10_000,
            ..Settings::default()
        };
        Self {
            router: router(Api::new(parts, settings)),
            projection,
            admin: key(KeyRole::Admin, Some("t1")).await,
            viewer: key(KeyRole::Viewer, Some("t1")).await,
            other: key(KeyRole::Admin, Some("t2")).await,
            auditor: key(KeyRole::Viewer, None).await,
            stores,
        }
    }

    /// Calls with a key and these headers.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        key: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("x-admin-key", key);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn get(&self, key: &str, path: &str) -> Answer {
        self.call(Method::GET, path, key, &[], "").await
    }

    /// Sends a body as JSON.
    pub(crate) async fn send(&self, method: Method, key: &str, path: &str, body: &str) -> Answer {
        self.call(method, path, key, &[("content-type", "application/json")], body).await
    }

    pub(crate) async fn post(&self, key: &str, path: &str, body: &str) -> Answer {
        self.send(Method::POST, key, path, body).await
    }

    /// What every endpoint that takes JSON and changes `t1` refuses in the same way.
    pub(crate) async fn assert_refusals(&self, method: &Method, path: &str, good: &str) {
        let long = format!("{good}{}", " ".repeat(MAX_BODY));
        let json = ("content-type", "application/json");
        for (what, key, headers, body, status, code) in [
            ("a viewer", self.viewer.as_str(), &[json][..], good, 403, "read_only_key"),
            ("nobody", "vlx_no", &[json], good, 401, "unauthorized"),
            ("another tenant's key", &self.other, &[json], good, 404, "tenant_not_found"),
            ("no content type", &self.admin, &[], good, 415, "json_required"),
            ("too long", &self.admin, &[json], &long, 413, "body_too_large"),
        ] {
            let answer = self.call(method.clone(), path, key, headers, body).await;
            assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}: {method} {path}");
        }
    }
}

pub(crate) fn tenant(id: &str) -> TenantId {
    TenantId::parse(id).unwrap()
}

/// The memory projection, which can be switched off.
#[derive(Debug, Default)]
pub(crate) struct Switched {
    pub(crate) inner: MemoryProjection,
    off: AtomicBool,
}

impl Switched {
    pub(crate) fn switch(&self, on: bool) {
        self.off.store(!on, Ordering::SeqCst);
    }

    fn check(&self) -> Result<()> {
        let off = self.off.load(Ordering::SeqCst);
        if off { Err(Error::transient("projecting", "it is off")) } else { Ok(()) }
    }
}

#[async_trait]
impl RuntimeReader for Switched {
    async fn find_tenant(&self, did: &E164) -> Result<Option<TenantId>> {
        self.check()?;
        self.inner.find_tenant(did).await
    }

    async fn find_config(&self, tenant: &TenantId) -> Result<Option<Secret>> {
        self.check()?;
        self.inner.find_config(tenant).await
    }

    async fn resolve(&self, did: &E164) -> Result<Option<Resolved>> {
        self.check()?;
        self.inner.resolve(did).await
    }
}

#[async_trait]
impl RuntimeProjection for Switched {
    async fn publish(&self, tenant: &TenantId, publication: Publication<'_>) -> Result<()> {
        self.check()?;
        self.inner.publish(tenant, publication).await
    }

    async fn map_did(&self, tenant: &TenantId, did: &E164) -> Result<()> {
        self.check()?;
        self.inner.map_did(tenant, did).await
    }

    async fn unmap_did(&self, tenant: &TenantId, did: &E164) -> Result<()> {
        self.check()?;
        self.inner.unmap_did(tenant, did).await
    }

    async fn claim(&self) -> Result<()> {
        self.check()
    }

    async fn list(&self, page: &Page) -> Result<Listed<Projected>> {
        self.check()?;
        self.inner.list(page).await
    }

    async fn remove(&self, entry: &Projected) -> Result<bool> {
        self.check()?;
        self.inner.remove(entry).await
    }

    async fn ping(&self) -> Result<()> {
        self.check()
    }

    async fn incarnation(&self) -> Result<String> {
        self.check()?;
        self.inner.incarnation().await
    }
}
