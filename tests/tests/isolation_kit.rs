//! The suite's isolation kit knows every method of every port of the stores: a new one fails here until it is listed.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use veralux_core::conformance::isolation::{ACROSS, READS};

/// Ports of [`veralux_core::port::Stores`] that hold nothing.
const EMPTY: &[&str] = &["Clock", "Random"];
/// A port that stands beside them.
const BESIDE: &str = "IdempotencyStore";

fn sources() -> Vec<String> {
    fn read(directory: &Path, sources: &mut Vec<String>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, sources);
            } else {
                sources.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut sources = Vec::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../veralux-core/src/port"), &mut sources);
    sources
}

/// The ports that an adapter makes.
fn ports() -> BTreeSet<String> {
    let sources = sources();
    let stores = sources.iter().find(|source| source.contains("pub struct Stores {")).unwrap();
    let names = stores.split("Arc<dyn ").skip(1).map(|rest| rest.split('>').next().unwrap().to_owned());
    names.filter(|name| !EMPTY.contains(&name.as_str())).chain([BESIDE.to_owned()]).collect()
}

/// `Trait::method` of every method in the trait blocks of a source.
fn methods(source: &str) -> Vec<String> {
    let mut methods = Vec::new();
    for block in source.split("\npub trait ").skip(1) {
        let name = block.split(':').next().unwrap();
        let body = block.split("\n}").next().unwrap();
        for rest in body.split("fn ").skip(1) {
            let method = rest.split(['(', '<']).next().unwrap();
            methods.push(format!("{name}::{method}"));
        }
    }
    methods
}

#[test]
fn every_method_is_listed() {
    let ports = ports();
    assert!(ports.len() >= 25, "{ports:?}");
    let all = sources().iter().flat_map(|source| methods(source)).collect::<BTreeSet<_>>();
    let of_stores: BTreeSet<String> =
        all.into_iter().filter(|method| ports.contains(method.split(':').next().unwrap())).collect();
    let listed = READS.iter().map(|read| read.name).chain(ACROSS.iter().map(|(name, _)| *name));
    let listed: BTreeSet<String> = listed.map(ToOwned::to_owned).collect();
    assert_eq!(listed, of_stores);
    assert_eq!(READS.len() + ACROSS.len(), listed.len(), "each once");
}
