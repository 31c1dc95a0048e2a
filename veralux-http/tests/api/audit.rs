use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use veralux_core::access::{KeyDigest, Pepper};
use veralux_core::audit::{Event, Head, Verdict, verify};
use veralux_core::id::TenantId;
use veralux_core::memory::MemoryStore;
use veralux_core::policy::Detector;
use veralux_core::port::{AuditStore, Error, Listed, Page, Result};
use veralux_core::routing::Ruleset;
use veralux_core::service::Stores;
use veralux_http::{Api, Parts, Settings, router};

use crate::server::{Answer, ROOT, Server, t1};

const AUDIT: &str = "/api/admin/audit";

/// Makes the chain of `t1` so many events longer.
async fn grow(server: &Server, events: usize) {
    for number in 0..events {
        let body = json!({"name": format!("Oak {number}")}).to_string();
        let answer =
            server.call(Method::PATCH, "/api/admin/tenants/t1", ROOT, &[("x-request-id", "req-7")], &body);
        assert_eq!(answer.await.status, 200);
    }
}

fn events(answer: &Answer) -> Vec<Event> {
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn sequences(items: &Value) -> Vec<u64> {
    items.as_array().unwrap().iter().map(|event| event["sequence"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn the_newest_come_first() {
    let server = Server::start().await;
    grow(&server, 3).await;
    let head = u64::try_from(server.events().await.len()).unwrap();
    let first = server.get(&server.viewer, &format!("{AUDIT}?limit=2")).await.json();
    assert_eq!(sequences(&first["items"]), [head, head - 1]);
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = server.get(&server.viewer, &format!("{AUDIT}?limit=2&cursor={cursor}")).await.json();
    assert_eq!(sequences(&second["items"]), [head - 2, head - 3]);
    let newest = &first["items"][0];
    assert_eq!(
        *newest,
        json!({
            "id": newest["id"], "tenantId": "t1", "sequence": head, "at": "2026-01-19T14:30:00Z",
            "type": "tenant.changed", "actor": {"kind": "bootstrap", "id": null, "role": "superadmin"},
            "entity": {"kind": "tenant", "id": "t1"}, "requestId": "req-7", "correlationId": null,
            "payload": {"name": "Oak 2"}, "previous": first["items"][1]["hash"], "hash": newest["hash"],
        })
    );
    let bad = server.get(&server.viewer, &format!("{AUDIT}?cursor=x")).await;
    assert_eq!(bad.outcome(), (400, "invalid_cursor".to_owned()));
}

#[tokio::test]
async fn who_may_read_whose_chain() {
    let server = Server::start().await;
    let body = json!({"name": "ops", "role": "admin"});
    let unbound = server.post(ROOT, "/api/admin/auth/keys", &body).await.json();
    let unbound = unbound["key"].as_str().unwrap();
    for (what, key, query, status, code) in [
        ("an admin", server.admin.as_str(), "", 200, ""),
        ("a viewer", &server.viewer, "", 200, ""),
        ("a viewer of all", &server.auditor, "?tenantId=t1", 200, ""),
        ("the operator", ROOT, "?tenantId=t1", 200, ""),
        ("the operator, the platform's", ROOT, "?tenantId=_platform", 200, ""),
        ("an unbound admin, the platform's", unbound, "?tenantId=_platform", 200, ""),
        ("a viewer of all, the platform's", &server.auditor, "?tenantId=_platform", 404, "tenant_not_found"),
        ("a tenant, the platform's", &server.admin, "?tenantId=_platform", 404, "tenant_not_found"),
        ("another tenant", &server.other, "?tenantId=t1", 404, "tenant_not_found"),
        ("of no tenant", ROOT, "?tenantId=t9", 404, "tenant_not_found"),
        ("of whom", ROOT, "", 400, "tenant_required"),
        ("nobody", "", "?tenantId=t1", 401, "unauthorized"),
    ] {
        for path in ["", "/verify", "/export"] {
            let answer = server.get(key, &format!("{AUDIT}{path}{query}")).await;
            assert_eq!(answer.status, status, "{what}, {path}");
            if status != 200 {
                assert_eq!(answer.json()["code"], code, "{what}, {path}");
            }
        }
    }
    let chain = server.get(ROOT, &format!("{AUDIT}?tenantId=_platform")).await.json();
    assert_eq!(chain["items"][0]["type"], "key.created", "what the operator does for themself");
}

#[tokio::test]
async fn an_export_proves_itself() {
    let server = Server::start().await;
    grow(&server, 450).await;
    let chain = server.get(&server.viewer, &format!("{AUDIT}/export")).await;
    assert_eq!((chain.status.as_u16(), chain.header("content-type")), (200, "application/x-ndjson"));
    let events = events(&chain);
    let report = server.get(&server.viewer, &format!("{AUDIT}/verify")).await.json();
    let count = events.len();
    assert!(count > 400, "{count}");
    let head = events.last().unwrap().head();
    assert_eq!(verify(t1(), &events, None), Verdict { head, broken: None });
    assert_eq!(
        report,
        json!({
            "whole": true, "events": count, "broken": null,
            "head": {"sequence": count, "hash": head.hash.to_string()},
        })
    );
}

#[expect(clippy::reversed_empty_ranges, reason = "an empty range is what is meant")]
const NONE: std::ops::RangeInclusive<u64> = 1..=0;

#[tokio::test]
async fn an_export_is_bounded() {
    let server = Server::start().await;
    grow(&server, 400).await;
    let head = server.stores.audit.head(&t1()).await.unwrap().unwrap().sequence;
    for (query, found) in [
        ("limit=1", 1..=1),
        ("limit=200", 1..=200),
        ("limit=201", 1..=201),
        ("fromSequence=3&limit=2", 3..=4),
        ("fromSequence=1&limit=100000", 1..=head),
        (&format!("fromSequence={head}"), head..=head),
        (&format!("fromSequence={}", head + 1), NONE),
        (&format!("fromSequence={}", i64::MAX), NONE),
    ] {
        let answer = server.get(&server.admin, &format!("{AUDIT}/export?{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
        let sequences: Vec<_> = events(&answer).iter().map(|event| event.sequence).collect();
        assert_eq!(sequences, found.collect::<Vec<_>>(), "{query}");
    }
    for (query, code) in [
        ("limit=0", "invalid_limit"),
        ("limit=100001", "invalid_limit"),
        ("limit=many", "invalid_query"),
        ("fromSequence=0", "invalid_sequence"),
        (&format!("fromSequence={}", u64::MAX), "invalid_sequence"),
        ("fromSequence=-1", "invalid_query"),
    ] {
        let answer = server.get(&server.admin, &format!("{AUDIT}/export?{query}")).await;
        assert_eq!(answer.outcome(), (400, code.to_owned()), "{query}");
    }
}

/// An audit store that somebody else had their hands on.
#[derive(Debug)]
struct Tampered {
    inner: Arc<dyn AuditStore>,
    how: How,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    Altered,
    Gone,
    /// Fails behind its first page.
    Away,
}

#[async_trait]
impl AuditStore for Tampered {
    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Event>> {
        if self.how == How::Away && page.after.as_deref() == Some("200") {
            return Err(Error::Transient { doing: "listing", source: None });
        }
        let mut listed = self.inner.list(tenant, page).await?;
        match self.how {
            How::Altered => listed.items.iter_mut().filter(|event| event.sequence == 2).for_each(|event| {
                event.at = event.at.plus(1);
            }),
            How::Gone => listed.items.retain(|event| event.sequence != 2),
            How::Away => {}
        }
        Ok(listed)
    }

    async fn head(&self, tenant: &TenantId) -> Result<Option<Head>> {
        self.inner.head(tenant).await
    }
}

fn tampered(server: &Server, how: How) -> Router {
    let audit = Arc::new(Tampered { inner: server.stores.audit.clone(), how });
    let pepper = Pepper::new([7; 32]);
    let settings = Settings { bootstrap_key: Some(KeyDigest::of(&pepper, ROOT)), ..Settings::default() };
    let parts = Parts {
        stores: Stores { audit, ..server.stores.clone() },
        idempotency: Arc::new(MemoryStore::new()),
        projection: None,
        rate: None,
        detector: Arc::new(Detector::new()),
        ruleset: Arc::new(Ruleset::standard()),
        pepper,
        vault: server.vault.clone(),
        providers: veralux_http::Providers::default(),
    };
    router(Api::new(parts, settings))
}

async fn body_of(router: Router, path: &str) -> (u16, std::result::Result<Vec<u8>, axum::Error>) {
    let request = Request::get(format!("{AUDIT}{path}?tenantId=t1")).header("x-admin-key", ROOT);
    let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    (status, to_bytes(response.into_body(), usize::MAX).await.map(|bytes| bytes.to_vec()))
}

#[tokio::test]
async fn a_broken_chain_is_an_answer() {
    let server = Server::start().await;
    for (how, sequence, cause) in [(How::Altered, 2, "hash"), (How::Gone, 3, "sequence")] {
        let (status, body) = body_of(tampered(&server, how), "/verify").await;
        let report: Value = serde_json::from_slice(&body.unwrap()).unwrap();
        assert_eq!((status, &report["whole"], &report["events"]), (200, &json!(false), &json!(1)), "{how:?}");
        let broken = &report["broken"];
        assert_eq!((&broken["sequence"], &broken["cause"]), (&json!(sequence), &json!(cause)), "{how:?}");
        assert!(broken["detail"].as_str().unwrap().len() > 10, "{how:?}");
    }
}

#[tokio::test]
async fn an_export_that_fails_on_the_way_has_no_proper_end() {
    let server = Server::start().await;
    grow(&server, 250).await;
    let (status, body) = body_of(tampered(&server, How::Away), "/export").await;
    assert_eq!(status, 200);
    assert!(body.is_err(), "half a chain must not look like a whole one");
    let (status, body) = body_of(tampered(&server, How::Away), "/verify").await;
    assert_eq!((status, body.is_ok()), (503, true));
}
