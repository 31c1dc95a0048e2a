//! What may stand behind the question mark.

use axum::http::Method;
use serde_json::json;

use crate::server::{ROOT, Server};

fn outcome(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn parameters_that_nobody_knows_are_refused_by_name() {
    let server = Server::start().await;
    for (what, path, faults) in [
        ("a misspelt filter", "/api/policy/violations?stauts=open", &["stauts"][..]),
        ("beside good ones", "/api/threads?limit=1&customerPhone=%2B15035550126", &["customerPhone"]),
        ("several", "/api/threads?a=1&status=active&b=2", &["a", "b"]),
        ("where there are none", "/api/routing/rules?verbose=true", &["verbose"]),
        ("one that comes twice", "/api/threads?limit=1&limit=2", &["limit"]),
        ("the tenant, where none is meant", "/api/routing/rules?tenantId=t1", &["tenantId"]),
        ("no number", "/api/threads?limit=many", &["limit"]),
        ("no such word", "/api/threads?status=odd", &["status"]),
        ("one that is missing", "/api/numbers/search?country=US", &["provider"]),
    ] {
        let answer = server.get(&server.viewer, path).await;
        assert_eq!(answer.outcome(), outcome(400, "invalid_query"), "{what}: {}", answer.text);
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        let paths: Vec<&str> = errors.iter().filter_map(|error| error["path"].as_str()).collect();
        assert_eq!(paths, faults, "{what}");
    }
    let told = server.get(&server.viewer, "/api/policy/violations?stauts=open").await;
    assert!(told.json()["detail"].as_str().unwrap().contains("`status`"), "{}", told.text);
    assert_eq!(server.get(&server.viewer, "/api/threads?status=active&limit=1").await.status, 200);
    let acted = server.post(&server.admin, "/api/threads?dryRun=true", &json!({})).await;
    assert_eq!(acted.outcome(), outcome(400, "invalid_query"));
    let open = server.get("", "/health?from=balancer").await;
    assert_eq!(open.status, 200, "whoever needs no key may add what he likes");
}

#[tokio::test]
async fn header_and_query_name_one_tenant() {
    let server = Server::start().await;
    for (header, query, expected) in [
        ("t1", "t1", outcome(200, "")),
        ("t1", "t2", outcome(400, "tenants_differ")),
        ("t2", "nobody", outcome(400, "tenants_differ")),
    ] {
        let path = format!("/api/threads?tenantId={query}");
        let answer = server.call(Method::GET, &path, ROOT, &[("x-tenant-id", header)], "").await;
        assert_eq!(answer.outcome(), expected, "{header} {query}");
    }
}

#[tokio::test]
async fn a_cursor_is_one_that_the_same_list_told() {
    let server = Server::start().await;
    for phone in ["+15035550126", "+15035550127", "+15035550128"] {
        server.thread("other", phone).await;
    }
    let first = server.get(&server.viewer, "/api/threads?limit=1").await.json();
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = server.get(&server.viewer, &format!("/api/threads?limit=1&cursor={cursor}")).await.json();
    assert_ne!(second["items"][0]["id"], first["items"][0]["id"]);
    assert_eq!(second["items"].as_array().unwrap().len(), 1);

    let id = first["items"][0]["id"].as_str().unwrap();
    let altered = cursor.replacen("thr_", "thr_0", 1);
    for (what, path) in [
        ("anything", "/api/threads?cursor=zzz".to_owned()),
        ("an id", format!("/api/threads?cursor={id}")),
        ("one that was altered", format!("/api/threads?cursor={altered}")),
        ("that of another list", format!("/api/numbers?cursor={cursor}")),
        ("nothing", "/api/threads?cursor=".to_owned()),
        ("more than fits", format!("/api/threads?cursor={}", "x".repeat(300))),
    ] {
        let answer = server.get(&server.viewer, &path).await;
        assert_eq!(answer.outcome(), outcome(400, "invalid_cursor"), "{what}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["path"], "cursor", "{what}");
    }
}

#[tokio::test]
async fn a_body_of_which_nothing_is_required_may_be_left_out() {
    let server = Server::start().await;
    for act in ["deactivate", "release"] {
        let path = format!("/api/numbers/num_none/{act}");
        let answer = server.call(Method::POST, &path, &server.admin, &[], "").await;
        assert_eq!(answer.outcome(), outcome(404, "number_not_found"), "{act}: {}", answer.text);
    }
}
