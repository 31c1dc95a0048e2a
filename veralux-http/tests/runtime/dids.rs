use axum::http::Method;
use serde_json::json;
use veralux_core::port::{Page, RuntimeReader as _};

use crate::server::{A, B, CONFIG, MAX_BODY, ROOT, Server, document, tenant};

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
        ("unmap: malformed", &server.admin, UNMAP, "{]".to_owned(), 400, "malformed_json"),
        ("unmap: no object", &server.admin, UNMAP, "[]".to_owned(), 400, "invalid_body"),
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

#[tokio::test]
async fn a_number_that_another_tenant_holds_leads_nowhere_else() {
    let server = Server::start().await;
    let import = json!({"e164": A, "class": "front_desk"}).to_string();
    let held = server.post(ROOT, "/api/numbers/import?tenantId=t1", &import).await;
    assert_eq!(held.status, 201, "{}", held.text);
    let (config, conflict) = ("/api/admin/runtime/tenants/t2/config", (409, "did_conflict".to_owned()));
    let bodies = [(MAP, to(A, "t2")), (config, document("t2", &[B, A]))];
    for (path, body) in &bodies {
        for key in [server.other.as_str(), ROOT] {
            let answer = server.post(key, path, body).await;
            assert_eq!(answer.outcome(), conflict, "{path}");
            assert!(answer.json()["detail"].as_str().unwrap().contains(A), "which one: {}", answer.text);
        }
    }
    for did in [A, B] {
        assert_eq!(server.get(ROOT, &path(did)).await.outcome(), (404, "did_unmapped".to_owned()), "{did}");
    }
    let published = server.post(&server.admin, CONFIG, &document("t1", &[A])).await;
    assert_eq!(published.status, 200, "its holder's: {}", published.text);
}

#[tokio::test]
async fn a_number_that_leads_to_another_tenant_is_not_taken_into_use() {
    let server = Server::start().await;
    assert_eq!(server.post(&server.other, MAP, &to(A, "t2")).await.status, 200, "nobody holds it");
    let import = json!({"e164": A, "class": "pool"}).to_string();
    let with_tenant = json!({"id": "t1", "name": "t1", "numbers": [B, A]}).to_string();
    let refused = (409, "held_by_another_tenant".to_owned());
    for (key, path, body) in
        [(server.admin.as_str(), "/api/numbers/import", &import), (ROOT, "/api/admin/tenants", &with_tenant)]
    {
        assert_eq!(server.post(key, path, body).await.outcome(), refused, "{path}");
    }
    assert_eq!(server.post(ROOT, "/api/numbers/import?tenantId=t2", &import).await.status, 201, "its own");
}

#[tokio::test]
async fn a_tenant_comes_with_its_numbers_or_not_at_all() {
    let server = Server::start().await;
    let tenants = "/api/admin/tenants";
    let held = json!({"e164": A, "class": "front_desk"}).to_string();
    server.post(ROOT, "/api/numbers/import?tenantId=t1", &held).await;
    let half = json!({"id": "half", "name": "Half", "numbers": [B, B, A]}).to_string();
    let headers = [("content-type", "application/json"), ("idempotency-key", "k1")];
    for replayed in ["", "true"] {
        let refused = server.call(Method::POST, tenants, ROOT, &headers, &half).await;
        assert_eq!(refused.outcome(), (409, "held_by_another_tenant".to_owned()));
        assert_eq!(refused.json()["errors"][0]["path"], "numbers.2");
        assert_eq!(refused.header("idempotency-replayed"), replayed);
    }
    let gone = (404, "tenant_not_found".to_owned());
    assert_eq!(server.get(ROOT, "/api/admin/tenants/half").await.outcome(), gone, "nothing of it was done");
    let many: Vec<String> = (0..101).map(|index| format!("+14155552{index:03}")).collect();
    let many = json!({"id": "many", "name": "Many", "numbers": many}).to_string();
    assert_eq!(server.post(ROOT, tenants, &many).await.outcome(), (400, "too_many_numbers".to_owned()));
    let whole = json!({"id": "half", "name": "Half", "numbers": [B, B]}).to_string();
    for (status, what) in [(201, "once"), (200, "again")] {
        let answer = server.post(ROOT, tenants, &whole).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text);
    }
    let numbers = server.get(ROOT, "/api/numbers?tenantId=half").await.json();
    assert_eq!(numbers["items"].as_array().unwrap().len(), 1);
    let events = server.stores.audit.list(&tenant("half"), &Page::first(9)).await.unwrap().items;
    let types: Vec<String> = events.iter().map(|event| event.draft.event_type.to_string()).collect();
    assert_eq!(types, ["tenant.created", "number.imported"]);
}
