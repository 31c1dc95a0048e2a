//! OpenAPI's schemas as JSON Schema.

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

/// Rewrites what OpenAPI 3.0 has and JSON Schema has not: `nullable`. A list's words, which Vapi's description has beside
/// those of its items, are dropped: no list is one of them.
pub(super) fn plain(node: &mut Value) {
    match node {
        Value::Object(object) => {
            object.values_mut().for_each(plain);
            if object.get("type") == Some(&json!("array")) && object.contains_key("items") {
                object.remove("enum");
            }
            if object.remove("nullable") == Some(Value::Bool(true)) {
                let inner = std::mem::take(object);
                object.insert("anyOf".to_owned(), json!([{ "enum": [null] }, Value::Object(inner)]));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}

/// A validator for the schema at a JSON pointer of a document.
pub(super) fn validator(document: &Value, pointer: &str, draft: Draft) -> Result<Validator, String> {
    let mut root = Map::new();
    for part in ["components", "paths"] {
        if let Some(value) = document.get(part) {
            root.insert(part.to_owned(), value.clone());
        }
    }
    let schema = document.pointer(pointer).ok_or("there is no schema")?;
    // Not by reference: braces of a path cannot stand in a URI.
    root.insert("allOf".to_owned(), json!([schema]));
    jsonschema::options()
        .with_draft(draft)
        .should_validate_formats(false)
        .build(&Value::Object(root))
        .map_err(|error| error.to_string())
}

/// Names a part of a pointer (RFC 6901).
pub(super) fn escape(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

/// The faults of a value, each with its place.
pub(super) fn faults(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Follows `$ref`s inside the document.
pub(super) fn resolved<'a>(document: &'a Value, mut node: &'a Value) -> &'a Value {
    for _ in 0..16 {
        let Some(target) = node.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'))
        else {
            break;
        };
        match document.pointer(target) {
            Some(found) => node = found,
            None => break,
        }
    }
    node
}

/// A text as the type that its schema asks for; as it is where it does not fit.
pub(super) fn coerced(document: &Value, schema: &Value, text: &str) -> Value {
    let schema = resolved(document, schema);
    let own = || Value::String(text.to_owned());
    match schema.get("type").and_then(Value::as_str) {
        Some("integer") => text.parse::<i64>().map_or_else(|_| own(), Value::from),
        Some("number") => text.parse::<f64>().map_or_else(|_| own(), Value::from),
        Some("boolean") => text.parse::<bool>().map_or_else(|_| own(), Value::from),
        _ => own(),
    }
}
