//! The runtime's own verdicts.

use std::collections::BTreeSet;

use serde_json::Value;
use veralux_core::runtime::{check_value, json_schema, report};

use crate::documents::{Vector, checked, paths, vectors};

/// Documents that the schema accepts and the contract does not: JSON Schema cannot parse a URL.
const BEYOND_THE_SCHEMA: [&str; 2] =
    ["kokoro_http:callForwarding.audioUrl=\"https://\"", "callForwarding.audioUrl=https://h:99999/x"];

#[test]
fn the_verdict_is_the_runtimes() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 875);
    for Vector { name, config, valid, paths: expected } in vectors {
        let faults = check_value(&config).err().unwrap_or_default();
        assert_eq!(faults.is_empty(), valid, "{name}: {faults:?}");
        assert_eq!(paths(&faults), expected, "{name}: {faults:?}");
        assert_eq!(report(config.to_string().as_bytes()).errors, faults, "{name}");
    }
}

#[test]
fn the_schema_says_the_same() {
    let schema = jsonschema::draft202012::new(&json_schema()).unwrap();
    let differ: BTreeSet<String> =
        vectors().into_iter().filter(|v| schema.is_valid(&v.config) != v.valid).map(|v| v.name).collect();
    assert_eq!(differ, BEYOND_THE_SCHEMA.map(str::to_owned).into());
}

#[test]
fn the_schema_is_a_schema() {
    jsonschema::meta::validate(&json_schema()).unwrap();
    let schema = json_schema();
    assert_eq!(schema["properties"]["tenantId"]["description"], "The tenant.");
    assert_eq!(schema["$defs"]["Kokoro"]["properties"]["rate"]["maximum"], 1.5);
}

#[test]
fn accepted_documents_survive_reading_and_writing() {
    for Vector { name, config, .. } in vectors().into_iter().filter(|vector| vector.valid) {
        let text = config.to_string();
        let document = checked(&config);
        assert_eq!(document.for_runtime(), text, "{name}");
        assert_eq!(document.tenant_id(), config["tenantId"], "{name}");
        assert_eq!(document.dids().len(), config["dids"].as_array().unwrap().len(), "{name}");

        let typed = document.config().unwrap();
        let again = typed.document().unwrap();
        let once_more = again.config().unwrap().document().unwrap();
        assert_eq!(again.for_runtime(), once_more.for_runtime(), "{name}");
        if !name.contains("addedByANewerVersion") {
            let written: Value = serde_json::from_str(again.for_runtime()).unwrap();
            assert!(equal(&written, &config), "{name}: {written}");
        }
    }
}

/// Equal as JavaScript sees it: 1 and 1.0 are one number.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| equal(v, w)))
        }
        _ => a == b,
    }
}
