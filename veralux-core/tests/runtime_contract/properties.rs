//! What holds for every document.

use proptest::collection::vec;
use proptest::prelude::*;

use serde_json::Value;
use veralux_core::runtime::{RuntimeTenantConfig, check, check_value, json_schema, report};

use crate::documents::{base, checked};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec(("[a-zA-Z]{0,6}|\\PC{0,3}", inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The base document with one value, anywhere in it, replaced.
fn mutated() -> impl Strategy<Value = Value> {
    (any::<prop::sample::Index>(), any_json()).prop_map(|(at, value)| {
        let mut document = base();
        let mut pointers = Vec::new();
        collect(&document, String::new(), &mut pointers);
        *document.pointer_mut(at.get::<String>(&pointers)).unwrap() = value;
        document
    })
}

fn collect(value: &Value, pointer: String, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| collect(value, format!("{pointer}/{key}"), all));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, value)| collect(value, format!("{pointer}/{i}"), all));
        }
        _ => {}
    }
    all.push(pointer);
}

/// The same document with its keys turned round and white space between its tokens.
fn scrambled(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            out.push_str("{ ");
            for (index, (key, value)) in members.iter().rev().enumerate() {
                out.push_str(if index > 0 { "\n, " } else { "" });
                out.extend([&Value::from(key.as_str()).to_string(), " :\t"]);
                scrambled(value, out);
            }
            out.push_str(" }");
        }
        Value::Array(items) => {
            out.push_str("[\r\n");
            for (index, value) in items.iter().enumerate() {
                out.push_str(if index > 0 { " ,  " } else { "" });
                scrambled(value, out);
            }
            out.push(']');
        }
        _ => out.push_str(&value.to_string()),
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*", bytes in vec(any::<u8>(), 0..64)) {
        let _ = (report(text.as_bytes()), report(&bytes));
    }

    #[test]
    fn any_json_gets_a_verdict_and_never_for_naught(json in any_json()) {
        let report = report(json.to_string().as_bytes());
        prop_assert!(!report.valid);
        prop_assert!(!report.errors.is_empty());
    }

    #[test]
    fn writing_what_was_read_changes_nothing(document in mutated()) {
        if let Ok(first) = check_value(&document) {
            let second = check(first.for_runtime().as_bytes()).unwrap();
            prop_assert_eq!(first.for_runtime(), second.for_runtime());
            let typed = RuntimeTenantConfig::read(first.for_runtime().as_bytes()).unwrap();
            let written = typed.document().unwrap();
            prop_assert_eq!(written.digest(), written.config().unwrap().document().unwrap().digest());
            prop_assert_eq!(written.dids(), first.dids());
            prop_assert_eq!(written.tenant_id(), first.tenant_id());
        }
    }

    #[test]
    fn the_order_of_keys_changes_neither_verdict_nor_digest(document in mutated()) {
        let mut text = String::new();
        scrambled(&document, &mut text);
        let (plain, scrambled) = (check_value(&document), check(text.as_bytes()));
        match (plain, scrambled) {
            (Ok(plain), Ok(scrambled)) => prop_assert_eq!(plain.digest(), scrambled.digest()),
            (plain, scrambled) => prop_assert_eq!(plain.err(), scrambled.err()),
        }
    }

    #[test]
    fn unknown_fields_survive(name in "new[a-zA-Z]{1,8}", value in any_json()) {
        let mut document = base();
        document[&name] = value;
        let (text, document) = (document.to_string(), checked(&document));
        prop_assert_eq!(document.for_runtime(), &text);
        let mut expected: Value = serde_json::from_str(&text).unwrap();
        let written = document.config().unwrap().document().unwrap();
        let typed: Value = serde_json::from_str(written.for_runtime()).unwrap();
        prop_assert_eq!(&typed[&name], &expected[&name]);
        expected.as_object_mut().unwrap().remove("webhookSecret");
        prop_assert_eq!(serde_json::from_str::<Value>(&document.redacted()).unwrap(), expected);
    }

    #[test]
    fn what_is_accepted_the_schema_accepts(document in mutated()) {
        thread_local! {
            static SCHEMA: jsonschema::Validator = jsonschema::draft202012::new(&json_schema()).unwrap();
        }
        if check_value(&document).is_ok() {
            prop_assert!(SCHEMA.with(|schema| schema.is_valid(&document)));
        }
    }
}
