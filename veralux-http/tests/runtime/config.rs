use axum::http::Method;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use veralux_core::digest::Digest;
use veralux_core::port::RuntimeReader as _;

use crate::server::{A, B, CONFIG, ROOT, Server, document, tenant};

const VERSIONS: &str = "/api/admin/runtime/tenants/t1/versions";
const ROLLBACK: &str = "/api/admin/runtime/tenants/t1/rollback";

#[tokio::test]
async fn published_as_sent_and_read_without_its_secret() {
    let server = Server::start().await;
    let text = document("t1", &[A]);
    let first = server.post(&server.admin, CONFIG, &text).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let stored = server.projection.inner.find_config(&tenant("t1")).await.unwrap().unwrap();
    assert_eq!(stored.expose(), text, "byte for byte");
    let read = server.get(&server.viewer, CONFIG).await;
    assert_eq!(
        (read.status.as_u16(), read.header("etag"), read.header("content-type")),
        (200, "\"1\"", "application/json")
    );
    assert!(!read.text.contains("s3cret") && !read.text.contains("webhookSecret"));
    assert!(read.text.contains(r#""exact":1.00,"half":"\ud83d""#), "{}", read.text);
    let digest = Digest::from_bytes(Sha256::digest(read.text.as_bytes()).into());
    let expected = |changed| {
        json!({
            "tenantId": "t1", "version": 1, "digest": digest, "changed": changed, "projected": true,
            "publishedAt": "2026-01-19T14:30:00Z",
        })
    };
    assert_eq!(first.json(), expected(true), "the digest is that of what may be read");
    let again = server.post(ROOT, CONFIG, &text).await;
    assert_eq!(again.json(), expected(false));
}

#[tokio::test]
async fn no_answer_confirms_a_guess_of_the_secret() {
    let server = Server::start().await;
    let mut shown = Vec::new();
    for secret in ["one", "two"] {
        let text = document("t1", &[A]).replace("s3cret", secret);
        let answer = server.post(&server.admin, CONFIG, &text).await.json();
        assert_eq!(answer["changed"], true, "another secret is another version");
        shown.push(answer["digest"].clone());
    }
    assert_eq!(shown[0], shown[1]);
}

#[tokio::test]
async fn what_is_refused() {
    let server = Server::start().await;
    server.assert_refusals(&Method::POST, CONFIG, &document("t1", &[A])).await;
    server.post(&server.other, "/api/admin/runtime/tenants/t2/config", &document("t2", &[B])).await;
    let unknown = "/api/admin/runtime/tenants/t9/config";
    for (what, key, path, body, status, code) in [
        ("malformed", server.admin.as_str(), CONFIG, "{".to_owned(), 422, "invalid_runtime_config"),
        ("empty", &server.admin, CONFIG, String::new(), 422, "invalid_runtime_config"),
        ("another tenant's", &server.admin, CONFIG, document("t2", &[A]), 400, "tenant_id_mismatch"),
        ("another's DID", &server.admin, CONFIG, document("t1", &[A, B]), 409, "did_conflict"),
        ("no such tenant", ROOT, unknown, document("t9", &[A]), 404, "tenant_not_found"),
        (
            "no tenant id",
            ROOT,
            "/api/admin/runtime/tenants/a%20b/config",
            document("t1", &[A]),
            404,
            "tenant_not_found",
        ),
    ] {
        let answer = server.post(key, path, &body).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}: {}", answer.text);
    }
    for (key, path, code) in [
        (server.admin.as_str(), CONFIG, "runtime_config_not_found"),
        (&server.other, CONFIG, "tenant_not_found"),
        (ROOT, unknown, "tenant_not_found"),
    ] {
        assert_eq!(server.get(key, path).await.outcome(), (404, code.to_owned()));
    }
}

#[tokio::test]
async fn every_fault_is_named() {
    let server = Server::start().await;
    let text = document("t1", &["415"]).replace("\"chunkMs\":20", "\"chunkMs\":0");
    let answer = server.post(&server.admin, CONFIG, &text).await;
    assert_eq!(answer.outcome(), (422, "invalid_runtime_config".to_owned()));
    let body = answer.json();
    let paths: Vec<_> =
        body["errors"].as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["dids.0", "stt.chunkMs"]);
    assert!(!answer.text.contains("s3cret"));
}

#[tokio::test]
async fn compare_and_set() {
    let server = Server::start().await;
    for (expected, did, status, code) in [
        ("1", A, 409, "version_moved"),
        ("0", A, 200, ""),
        ("0", A, 200, ""),
        ("0", B, 409, "version_moved"),
        ("1", B, 200, ""),
        ("0", B, 409, "version_moved"),
        ("-1", B, 400, "invalid_query"),
        ("x", B, 400, "invalid_query"),
    ] {
        let path = format!("{CONFIG}?expectedVersion={expected}");
        let answer = server.post(&server.admin, &path, &document("t1", &[did])).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{expected} {did}");
    }
    let typo = server.post(&server.admin, &format!("{CONFIG}?expected=1"), &document("t1", &[A])).await;
    assert_eq!(typo.outcome(), (400, "invalid_query".to_owned()), "a condition is never overlooked");
}

#[tokio::test]
async fn what_was_read_is_what_is_replaced() {
    let server = Server::start().await;
    let json = ("content-type", "application/json");
    let publish = async |query: &str, tags: &[&str], did: &str| {
        let mut headers = vec![json];
        headers.extend(tags.iter().map(|tag| ("if-match", *tag)));
        let path = format!("{CONFIG}{query}");
        server.call(Method::POST, &path, &server.admin, &headers, &document("t1", &[did])).await
    };
    for (what, query, tags, did, status, code) in [
        ("nothing there yet", "", &["\"1\""][..], A, 409, "version_moved"),
        ("the first", "", &["\"0\""], A, 200, ""),
        ("the first again", "", &["\"0\""], A, 200, ""),
        ("another in its place", "", &["\"0\""], B, 409, "version_moved"),
        ("twice the same condition", "?expectedVersion=1", &["\"1\""], B, 200, ""),
        ("one against the other", "?expectedVersion=1", &["\"2\""], A, 400, "invalid_if_match"),
        ("without quotes", "", &["2"], A, 400, "invalid_if_match"),
        ("half a quote", "", &["\"2"], A, 400, "invalid_if_match"),
        ("a weak tag", "", &["W/\"2\""], A, 400, "invalid_if_match"),
        ("any", "", &["*"], A, 400, "invalid_if_match"),
        ("a list", "", &["\"1\", \"2\""], A, 400, "invalid_if_match"),
        ("two of them", "", &["\"2\"", "\"2\""], A, 400, "invalid_if_match"),
        ("no number", "", &["\"two\""], A, 400, "invalid_if_match"),
        ("a sign", "", &["\"+2\""], A, 400, "invalid_if_match"),
        ("too many digits", "", &["\"18446744073709551616\""], A, 400, "invalid_if_match"),
        ("empty", "", &[""], A, 400, "invalid_if_match"),
    ] {
        let answer = publish(query, tags, did).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}: {}", answer.text);
    }
    let read = server.get(&server.viewer, CONFIG).await;
    assert_eq!(read.header("etag"), "\"2\"", "nothing else was published");
    assert_eq!(publish("", &[read.header("etag")], A).await.json()["version"], 3, "as it was read");
}

#[tokio::test]
async fn every_way_to_publish_has_the_condition() {
    let server = Server::start().await;
    let import = json!({"e164": A, "class": "front_desk"}).to_string();
    server.post(ROOT, "/api/numbers/import?tenantId=t1", &import).await;
    server.post(&server.admin, CONFIG, &document("t1", &[A])).await;
    server.post(&server.admin, CONFIG, &document("t1", &[A, B])).await;
    let base = CONFIG.trim_end_matches("config");
    let based = format!(r#"{{"base":{}}}"#, document("t1", &[A]));
    for (current, method, way, body) in [
        (2, Method::POST, "rollback", json!({"version": 1}).to_string()),
        (
            3,
            Method::PUT,
            "quick-replies",
            r#"{"quickReplies":[{"match":["hours"],"reply":"Nine to five"}]}"#.to_owned(),
        ),
        (4, Method::POST, "publish-from-tenant", based),
        (5, Method::POST, "rollback", json!({"version": 2}).to_string()),
        (6, Method::POST, "publish-from-tenant", "{}".to_owned()),
    ] {
        let path = format!("{base}{way}");
        let send = async |tag: String| {
            let headers = [("content-type", "application/json"), ("if-match", tag.as_str())];
            server.call(method.clone(), &path, &server.admin, &headers, &body).await
        };
        for (tag, status, code) in
            [("\"1\"".to_owned(), 409, "version_moved"), ("1".to_owned(), 400, "invalid_if_match")]
        {
            assert_eq!(send(tag).await.outcome(), (status, code.to_owned()), "{way}");
        }
        for what in ["as it was read", "the same again"] {
            let done = send(format!("\"{current}\"")).await;
            assert_eq!(
                (done.status.as_u16(), &done.json()["version"]),
                (200, &json!(current + 1)),
                "{way}: {what}"
            );
        }
    }
}

#[tokio::test]
async fn an_idempotency_key_covers_the_condition() {
    let server = Server::start().await;
    let publish = async |tag: &str| {
        let headers = [("content-type", "application/json"), ("idempotency-key", "k1"), ("if-match", tag)];
        server.call(Method::POST, CONFIG, &server.admin, &headers, &document("t1", &[A])).await
    };
    let refused = (409, "version_moved".to_owned());
    assert_eq!(publish("\"7\"").await.outcome(), refused);
    assert_eq!(publish("\"0\"").await.outcome(), (422, "idempotency_key_reused".to_owned()));
    let again = publish("\"7\"").await;
    assert_eq!((again.outcome(), again.header("idempotency-replayed")), (refused, "true"));
}

#[tokio::test]
async fn a_projection_that_is_off() {
    let server = Server::start().await;
    server.projection.switch(false);
    let answer = server.post(&server.admin, CONFIG, &document("t1", &[A])).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["projected"]), (200, &json!(false)), "accepted");
    let ready = server.get(&server.viewer, "/ready").await;
    assert_eq!((ready.status.as_u16(), &ready.json()["publishesWaiting"]), (503, &json!(1)));
    assert_eq!(ready.json()["detail"], json!("redis: down, 1 publish waits"));
    assert_eq!(server.get(&server.viewer, CONFIG).await.header("etag"), "\"1\"", "it is stored");
    server.projection.switch(true);
    let path = format!("{CONFIG}?expectedVersion=0");
    let answer = server.post(&server.admin, &path, &document("t1", &[A])).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["changed"]), (200, &json!(false)));
    assert_eq!(answer.json()["projected"], json!(true));
    let ready = server.get(&server.viewer, "/ready").await.json();
    assert_eq!((&ready["publishesWaiting"], ready.get("detail")), (&json!(0), None));
    assert!(server.projection.inner.find_config(&tenant("t1")).await.unwrap().is_some());
}

#[tokio::test]
async fn versions_and_the_way_back() {
    let server = Server::start().await;
    assert_eq!(server.get(&server.viewer, VERSIONS).await.json(), json!({"items": [], "nextCursor": null}));
    for did in [A, B] {
        server.post(&server.admin, CONFIG, &document("t1", &[did])).await;
    }
    let back = server.post(&server.admin, ROLLBACK, r#"{"version":1}"#).await.json();
    assert_eq!((&back["version"], &back["changed"]), (&json!(3), &json!(true)));
    let page = server.get(&server.viewer, &format!("{VERSIONS}?limit=2")).await.json();
    let item = |index: usize| {
        let item = &page["items"][index];
        (item["version"].as_u64(), item["dids"].clone(), item["kind"].as_str())
    };
    assert_eq!(item(0), (Some(3), json!([A]), Some("rollback")));
    assert_eq!(item(1), (Some(2), json!([B]), Some("publish")));
    assert_eq!(page["items"][0]["digest"], back["digest"]);
    let path = format!("{VERSIONS}?limit=2&cursor={}", page["nextCursor"].as_str().unwrap());
    let rest = server.get(&server.viewer, &path).await.json();
    assert_eq!((&rest["items"][0]["version"], &rest["nextCursor"]), (&json!(1), &json!(null)));
    assert!(!format!("{page}{rest}").contains("s3cret"));
    assert_eq!(server.get(&server.other, VERSIONS).await.outcome(), (404, "tenant_not_found".to_owned()));
    assert_eq!(
        server.get(&server.viewer, &format!("{VERSIONS}?cursor=x")).await.outcome(),
        (400, "invalid_cursor".to_owned())
    );
}

#[tokio::test]
async fn ways_back_that_are_none() {
    let server = Server::start().await;
    server.post(&server.admin, CONFIG, &document("t1", &[A])).await;
    server.assert_refusals(&Method::POST, ROLLBACK, r#"{"version":1}"#).await;
    for (what, body, status, code) in [
        ("no such version", r#"{"version":2}"#, 404, "version_not_found"),
        ("no number", r#"{"version":"1"}"#, 400, "invalid_body"),
        ("unknown field", r#"{"version":1,"force":true}"#, 400, "invalid_body"),
        ("malformed", r#"{"version":"#, 400, "malformed_json"),
    ] {
        let answer = server.post(&server.admin, ROLLBACK, body).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}");
    }
}
