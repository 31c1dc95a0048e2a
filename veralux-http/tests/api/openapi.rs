//! The OpenAPI document: as committed, whole, and true.

use std::collections::BTreeSet;
use std::path::Path;

use axum::http::Method;
use serde_json::Value;

use crate::server::{ROOT, Server};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn document() -> Value {
    serde_json::to_value(veralux_http::openapi()).unwrap()
}

/// Path, method and description of every endpoint.
fn operations(document: &Value) -> Vec<(&str, Method, &Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(path.starts_with('/'), "{path}");
        for (name, operation) in item.as_object().unwrap() {
            assert!(METHODS.contains(&name.as_str()), "{path} {name}");
            operations.push((path.as_str(), name.to_uppercase().parse().unwrap(), operation));
        }
    }
    operations
}

#[test]
fn the_committed_document_is_the_one_that_the_code_makes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let made = veralux_http::openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = committed.lines().zip(made.lines()).position(|(one, two)| one != two);
    assert!(
        committed == made,
        "veralux-http/openapi.json is not what the code makes (see line {}); if the change is meant, run\n\
         UPDATE_OPENAPI=1 cargo test -p veralux-http --test api openapi\nand commit the file",
        differs.unwrap_or_else(|| committed.lines().count().min(made.lines().count())) + 1
    );
}

/// The required parts of OpenAPI 3.1.0, 4.8, and that nothing points to nowhere.
#[test]
fn the_document_is_openapi_3_1() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    for field in ["title", "version"] {
        assert!(!document["info"][field].as_str().unwrap().is_empty(), "info.{field}");
    }
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id), "two operations `{id}`");
        assert!(
            !operation["summary"].as_str().unwrap_or_default().is_empty(),
            "{method} {path} has no summary"
        );
        let responses = operation["responses"].as_object().unwrap();
        assert!(!responses.is_empty(), "{method} {path} never answers");
        for (status, response) in responses {
            assert!((100..600).contains(&status.parse::<u16>().unwrap()), "{method} {path} {status}");
            assert!(resolved(&document, response)["description"].is_string(), "{method} {path} {status}");
        }
        let in_path: BTreeSet<_> = path.split(['{', '}']).skip(1).step_by(2).map(ToOwned::to_owned).collect();
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let parameters = parameters.iter().map(|parameter| resolved(&document, parameter));
        let of_path = parameters.filter(|parameter| parameter["in"] == "path");
        let described: BTreeSet<_> = of_path
            .map(|parameter| {
                assert_eq!(parameter["required"], true, "{method} {path}");
                parameter["name"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(described, in_path, "{method} {path}");
    }
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    for requirement in document["security"].as_array().unwrap() {
        assert!(requirement.as_object().unwrap().keys().all(|name| schemes.contains_key(name)));
    }
    every_reference_leads_somewhere(&document, &document);
}

fn every_reference_leads_somewhere(document: &Value, value: &Value) {
    let within: Vec<&Value> = match value {
        Value::Object(members) => members.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => return,
    };
    if let Some(reference) = value["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').unwrap_or_default();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for value in within {
        every_reference_leads_somewhere(document, value);
    }
}

/// What is meant where the document points to another place of its own.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    reference.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

#[tokio::test]
async fn every_endpoint_answers_as_the_document_says() {
    let (server, document) = (Server::start().await, document());
    for (path, method, operation) in operations(&document) {
        let path = path.replace(['{', '}'], "");
        let answer = server.call(method.clone(), &path, ROOT, &[("x-tenant-id", "t1")], "").await;
        let (status, code) = answer.outcome();
        assert!(status != 405 && code != "no_such_endpoint", "{method} {path}: {status} {code}");
        assert!(status != 500, "{method} {path}: {}", answer.text);
        let said = resolved(&document, &operation["responses"][status.to_string()]);
        assert!(said.is_object(), "{method} {path}: {status} {code} is not in the document");
        if answer.status.is_client_error() || answer.status.is_server_error() {
            let kind = answer.header("content-type").split(';').next().unwrap();
            assert!(said["content"][kind].is_object(), "{method} {path}: {status} {code} comes as {kind}");
        }
    }
}

/// A request that names a tenant nobody knows is refused by the endpoints that take one, and by no others.
#[tokio::test]
async fn the_document_says_which_endpoints_are_about_a_tenant() {
    let (server, document) = (Server::start().await, document());
    let mut seen = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let mut parameters = parameters.map(|parameter| resolved(&document, parameter));
        let takes = parameters.any(|parameter| parameter["name"] == "X-Tenant-ID");
        // A tenant of the path is not meant.
        let path = path.replace(['{', '}'], "");
        let named = server.call(method.clone(), &path, ROOT, &[("x-tenant-id", "nobody")], "").await;
        let unnamed = server.call(method.clone(), &path, ROOT, &[], "").await;
        let refused = named.outcome().1 == "tenant_not_found" && named.outcome() != unnamed.outcome();
        assert_eq!(refused, takes, "{method} {path}: {} {}", named.text, unnamed.text);
        seen.insert(takes);
    }
    assert_eq!(seen.len(), 2);
}

/// What the document calls open is open, and nothing else.
#[tokio::test]
async fn every_other_endpoint_asks_for_a_key() {
    let server = Server::with(veralux_http::Settings { admin_rate_max: 10_000, ..Default::default() }).await;
    let document = document();
    for (path, method, operation) in operations(&document) {
        let open = operation["security"] == serde_json::json!([{}]);
        let path = path.replace(['{', '}'], "");
        let answer = server.call(method.clone(), &path, "", &[], "").await;
        assert_eq!(answer.status == 401, !open, "{method} {path}: {}", answer.status);
    }
}

#[tokio::test]
async fn the_server_gives_the_document() {
    let server = Server::start().await;
    let answer = server.get("", "/openapi.json").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.json(), document());
    let start = server.get("", "/").await;
    assert_eq!(start.status, 200);
    for (name, place) in [("api", "/openapi.json"), ("live", "/health"), ("ready", "/ready")] {
        assert_eq!(start.json()[name], place);
        assert_eq!(server.get("", place).await.status, 200, "{place}");
    }
}

/// What one file calls `Difference` and another one too is one schema in the document: that of the last.
#[test]
fn each_schema_is_declared_once() {
    let mut declared = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            // From each derive to the name of its type.
            for piece in text.split("#[derive(").skip(1).filter(|piece| derives_a_schema(piece)) {
                let name = schema_name(piece);
                assert!(declared.insert(name.to_owned()), "`{name}` again in {}", path.display());
            }
        }
    }
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let known = schemas.keys().filter(|name| declared.contains(*name)).count();
    assert!(known > 50 && declared.contains("ProjectionDifference"), "{known} of the document's were found");
}

fn derives_a_schema(piece: &str) -> bool {
    piece.split(')').next().is_some_and(|derives| derives.contains("ToSchema"))
}

/// As the document calls it, or as the code does.
fn schema_name(piece: &str) -> &str {
    let (head, rest) = ["struct ", "enum "]
        .iter()
        .filter_map(|word| piece.split_once(word))
        .min_by_key(|(head, _)| head.len())
        .unwrap();
    let named = head.split_once("schema(as = ").map_or(rest, |(_, name)| name);
    named.split(|it: char| !it.is_alphanumeric()).next().unwrap()
}

/// Refusals that come only when somebody else or a provider does something at the wrong time.
#[test]
fn what_others_bring_about_is_in_the_document() {
    let document = document();
    for (path, method, status) in [
        ("/api/numbers/purchase", "post", "502"),
        ("/api/numbers/import", "post", "502"),
        ("/api/numbers/operations/{id}/retry", "post", "502"),
        ("/api/numbers/{id}/release-at-provider", "post", "502"),
        ("/api/admin/tenants/{id}", "patch", "409"),
        ("/api/telephony/verified-numbers/{id}", "delete", "409"),
        ("/api/telephony/forwarding-config/{id}", "delete", "409"),
        ("/api/google/oauth/callback", "get", "500"),
    ] {
        assert!(document["paths"][path][method]["responses"][status].is_object(), "{method} {path} {status}");
    }
    for (path, _, operation) in operations(&document).iter().filter(|(.., it)| it["tags"][0] == "webhooks") {
        assert!(operation["responses"]["415"].is_null(), "{path} takes every type");
    }
}
