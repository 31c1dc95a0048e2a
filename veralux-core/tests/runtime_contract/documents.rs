//! The documents that the tests begin with.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;
use veralux_core::fault::Fault;
use veralux_core::runtime::{Document, check_value};

/// A document with the runtime's verdict and, where it is refused, the paths of the faults.
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) config: Value,
    pub(crate) valid: bool,
    pub(crate) paths: BTreeSet<String>,
}

pub(crate) fn vectors() -> Vec<Vector> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/runtime-contract-vectors.jsonl");
    let lines = std::fs::read_to_string(path).expect("the vectors are in the repository");
    let vectors = lines.lines().map(|line| {
        let mut vector: Value = serde_json::from_str(line).unwrap();
        let paths = vector["paths"].as_array().unwrap().iter();
        Vector {
            name: vector["name"].as_str().unwrap().to_owned(),
            valid: vector["valid"].as_bool().unwrap(),
            paths: paths.map(|path| path.as_str().unwrap().to_owned()).collect(),
            config: vector["config"].take(),
        }
    });
    vectors.collect()
}

/// The runtime's own example with every field set.
pub(crate) fn base() -> Value {
    static BASE: LazyLock<Value> = LazyLock::new(|| {
        vectors().into_iter().find(|vector| vector.name == "base-coqui_xtts").unwrap().config
    });
    BASE.clone()
}

pub(crate) fn checked(document: &Value) -> Document {
    check_value(document).unwrap_or_else(|faults| panic!("{faults:?}"))
}

pub(crate) fn paths(faults: &[Fault]) -> BTreeSet<String> {
    faults.iter().map(|fault| fault.path.clone()).collect()
}

/// Replaces the first occurrence of a text in the base document.
pub(crate) fn with(from: &str, to: &str) -> String {
    let base = base().to_string();
    assert!(base.contains(from), "{from}");
    base.replacen(from, to, 1)
}
