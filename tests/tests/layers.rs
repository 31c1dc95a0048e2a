//! The layers of `veralux-core`: who may import whom. Moving a module is a change of this table.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The words, each of which may import those in front of it.
const WORDS: &[&str] = &["word", "fault", "secret", "phone", "time", "digest", "party", "id"];
/// The engines: they import words and no other engine.
const ENGINES: &[&str] = &[
    "access",
    "audit",
    "credential",
    "delivery",
    "forwarding",
    "number",
    "policy",
    "routing",
    "runtime",
    "seal",
];
/// What stands on the engines, each of which may import those in front of it and all above.
const UPPER: &[&str] = &["port", "service"];
/// Support: stands on the ports; each may import those in front of it.
const SUPPORT: &[&str] = &["memory", "conformance"];

/// Every module with those it may import.
fn table() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut table = BTreeMap::new();
    let below = |list: &[&'static str], index: usize| list[..index].iter().copied().collect::<BTreeSet<_>>();
    for (index, word) in WORDS.iter().enumerate() {
        table.insert(*word, below(WORDS, index));
    }
    let words = below(WORDS, WORDS.len());
    for engine in ENGINES {
        table.insert(*engine, words.clone());
    }
    let engines: BTreeSet<_> = words.iter().chain(ENGINES).copied().collect();
    for (index, upper) in UPPER.iter().enumerate() {
        table.insert(*upper, &engines | &below(UPPER, index));
    }
    for (index, support) in SUPPORT.iter().enumerate() {
        table
            .insert(*support, engines.iter().copied().chain(["port"]).chain(below(SUPPORT, index)).collect());
    }
    table
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../veralux-core/src")
}

/// Every source file with the top module it belongs to.
fn files() -> Vec<(String, PathBuf)> {
    fn walk(directory: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, files) } else { files.push(path) }
        }
    }
    let root = source();
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    let module = |path: &Path| {
        let first = path.strip_prefix(&root).unwrap().components().next().unwrap();
        first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
    };
    paths.into_iter().map(|path| (module(&path), path)).filter(|(module, _)| module != "lib").collect()
}

/// The top modules that a file's code names; comments do not count.
fn imports(text: &str) -> BTreeSet<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => found.extend(group_heads(group)),
            None => found.extend(head(rest)),
        }
    }
    found
}

fn head(path: &str) -> Option<String> {
    let name: String = path.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// The first names of the paths in `a::b, c::{d, e}}`.
fn group_heads(group: &str) -> Vec<String> {
    let (mut depth, mut heads, mut fresh) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && !c.is_whitespace() => {
                heads.extend(group.get(at..).and_then(head));
                fresh = false;
            }
            _ => {}
        }
    }
    heads
}

#[test]
fn every_module_imports_only_from_the_layers_above_it() {
    let table = table();
    let mut faults = Vec::new();
    let mut looked_at = 0;
    for (module, path) in files() {
        let Some(allowed) = table.get(module.as_str()) else {
            faults.push(format!("`{module}` has no layer: put it into the table of this test"));
            continue;
        };
        for import in imports(&fs::read_to_string(&path).unwrap()) {
            looked_at += 1;
            if import != module && !allowed.contains(import.as_str()) {
                faults.push(format!("{} imports `{import}`, which `{module}` may not know", path.display()));
            }
        }
    }
    assert!(looked_at > 100, "this test reads the source: {looked_at} imports seen");
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_module_of_the_table_exists() {
    for module in table().keys() {
        assert!(source().join(format!("{module}.rs")).exists(), "there is no `{module}`");
    }
}

#[test]
fn words_and_engines_are_not_async() {
    let mut faults = Vec::new();
    for (module, path) in files() {
        let pure = WORDS.contains(&module.as_str()) || ENGINES.contains(&module.as_str());
        let text = fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        if pure && code.into_iter().any(|line| line.contains("async ") || line.contains(".await")) {
            faults.push(path);
        }
    }
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn the_reader_of_imports_reads_groups() {
    let text =
        "use crate::{id::TenantId, port::{self, Page}};\n// crate::service\nfn f() { crate::time::now() }";
    let expected: BTreeSet<String> = ["id", "port", "time"].map(str::to_owned).into();
    assert_eq!(imports(text), expected);
}
