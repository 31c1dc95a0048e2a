use axum::http::Method;
use serde_json::json;
use veralux_core::port::RuntimeReader as _;

use crate::server::{A, CONFIG, MAX_BODY, ROOT, Server, document, tenant};

const MAP: &str = "/api/admin/runtime/dids/map";
const UNMAP: &str = "/api/admin/runtime/dids/unmap";

fn path(did: &str) -> String {
    format!("/api/admin/runtime/dids/{did}")
}

fn to(did: &str, tenant: &str) -> String {
    json!({"didE164": did, "tenantId": tenant}).to_string()
}

fn only(did: &str) -> String {
    json!({ "didE164": did }).to_string()
}

#[tokio::test]
async fn mapped_looked_up_and_unmapped() {
    let server = Server::start().await;
    let mapping = json!({"didE164": A, "tenantId": "t1"});
    let done = json!({"didE164": A, "tenantId": "t1", "projected": true});
    for what in ["once", "twice"] {
        let mapped = server.post(&server.admin, MAP, &to(" +1 415 555 0101", "t1")).await;
        assert_eq!((mapped.status.as_u16(), mapped.json()), (200, done.clone()), "{what}");
    }
    for (key, path) in [(server.viewer.as_str(), path(A)), (ROOT, path("%2B14155550101"))] {
        assert_eq!(server.get(key, &path).await.json(), mapping);
    }
    let gone = (404, "did_unmapped".to_owned());
    assert_eq!(server.get(&server.other, &path(A)).await.outcome(), gone, "another tenant's");
    assert_eq!(server.post(&server.other, UNMAP, &only(A)).await.outcome(), gone, "another tenant's");
    let unmapped = server.post(&server.admin, UNMAP, &only(A)).await;
    assert_eq!((unmapped.status.as_u16(), unmapped.json()), (200, done));
    for key in [server.admin.as_str(), ROOT, &server.viewer] {
        assert_eq!(server.post(key, UNMAP, &only(A)).await.outcome(), gone, "twice");
        assert_eq!(server.get(key, &path(A)).await.outcome(), gone);
    }
}

#[tokio::test]
async fn what_is_refused() {
    let server = Server::start().await;
    server.assert_refusals(&Method::POST, MAP, &to(A, "t1")).await;
    server.post(&server.admin, MAP, &to(A, "t1")).await;
    for (what, key, path, body, status, code) in [
        ("map: empty", server.admin.as_str(), MAP, to(" ", "t1"), 400, "did_required"),
        ("map: no number", &server.admin, MAP, to("415", "t1"), 400, "invalid_did_e164"),
        ("map: another tenant", &server.admin, MAP, to(A, "t2"), 404, "tenant_not_found"),
        ("map: no such tenant", ROOT, MAP, to(A, "t9"), 404, "tenant_not_found"),
        ("map: taken", &server.other, MAP, to(A, "t2"), 409, "did_conflict"),
        ("map: no tenant", ROOT, MAP, only(A), 400, "invalid_body"),
        ("map: malformed", ROOT, MAP, "{".to_owned(), 400, "malformed_json"),
        ("unmap: a viewer", &server.viewer, UNMAP, only(A), 403, "read_only_key"),
        ("unmap: an auditor", &server.auditor, UNMAP, only(A), 403, "read_only_key"),
        ("unmap: empty", &server.admin, UNMAP, only(""), 400, "did_required"),
        ("unmap: no number", &server.admin, UNMAP, only("+0"), 400, "invalid_did_e164"),
        ("unmap: unknown field", &server.admin, UNMAP, to(A, "t1"), 400, "invalid_body"),
        ("unmap: malformed", &server.admin, UNMAP, "[".to_owned(), 400, "malformed_json"),
        ("unmap: too long", &server.admin, UNMAP, only(&"1".repeat(MAX_BODY)), 413, "body_too_large"),
    ] {
        let answer = server.post(key, path, &body).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}: {}", answer.text);
    }
    let bare = server.call(Method::POST, UNMAP, &server.admin, &[], &only(A)).await;
    assert_eq!(bare.outcome(), (415, "json_required".to_owned()));
    for (did, status, code) in
        [("415", 400, "invalid_did_e164"), ("%20", 400, "did_required"), ("+19", 404, "did_unmapped")]
    {
        assert_eq!(server.get(ROOT, &path(did)).await.outcome(), (status, code.to_owned()), "{did}");
    }
    assert_eq!(server.get(&server.admin, &path(A)).await.status, 200, "still there");
}

#[tokio::test]
async fn mapped_by_hand_stays_when_a_document_does_not_name_it() {
    let server = Server::start().await;
    server.post(&server.admin, MAP, &to(A, "t1")).await;
    server.post(&server.admin, CONFIG, &document("t1", &["+14155550102"])).await;
    assert_eq!(server.get(&server.viewer, &path(A)).await.status, 200);
}

#[tokio::test]
async fn a_projection_that_is_off() {
    let server = Server::start().await;
    server.projection.switch(false);
    let answer = server.post(&server.admin, MAP, &to(A, "t1")).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["projected"]), (200, &json!(false)), "accepted");
    assert_eq!(server.get(&server.viewer, &path(A)).await.status, 200, "the ledger has it");
}

#[tokio::test]
async fn an_unmap_that_failed_half_way_is_finished_by_the_same_again() {
    let server = Server::start().await;
    let number = A.parse().unwrap();
    server.post(&server.admin, MAP, &to(A, "t1")).await;
    server.projection.switch(false);
    let once = server.post(&server.admin, UNMAP, &only(A)).await;
    assert_eq!((once.status.as_u16(), &once.json()["projected"]), (200, &json!(false)), "it waits");
    let twice = server.post(&server.admin, UNMAP, &only(A)).await;
    assert_eq!(twice.outcome(), (503, "runtime_publish_failed".to_owned()), "nobody knows where it leads");
    server.projection.switch(true);
    let gone = (404, "did_unmapped".to_owned());
    assert_eq!(server.get(&server.viewer, &path(A)).await.outcome(), gone, "the ledger leads it nowhere");
    for (what, key, outcome) in [
        ("another tenant", &server.other, gone.clone()),
        ("a viewer", &server.viewer, (403, "read_only_key".to_owned())),
    ] {
        assert_eq!(server.post(key, UNMAP, &only(A)).await.outcome(), outcome, "{what}");
        let led = server.projection.inner.find_tenant(&number).await.unwrap();
        assert_eq!(led, Some(tenant("t1")), "{what}");
    }
    let done = server.post(&server.admin, UNMAP, &only(A)).await;
    assert_eq!(
        (done.status.as_u16(), done.json()),
        (200, json!({"didE164": A, "tenantId": "t1", "projected": true}))
    );
    assert_eq!(server.projection.inner.find_tenant(&number).await.unwrap(), None);
    assert_eq!(server.post(&server.admin, UNMAP, &only(A)).await.outcome(), gone);
}
