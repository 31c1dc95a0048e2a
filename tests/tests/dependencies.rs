//! What the product stands on, proven over `cargo metadata`: the core's dependencies, bans, licences.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

/// What the core may name in its manifest. A new one is a decision: look at what it pulls in.
const CORE: &[&str] = &[
    // AES-256-GCM, HKDF: the envelope of what tenants entrust to us; pure Rust.
    "aes-gcm",
    "async-trait",
    // Optional and off; without its feature it is not below the core, as the ban says.
    "aws-lc-rs",
    "base64",
    "chrono",
    "chrono-tz",
    "hkdf",
    "hmac",
    // QR codes of forwarding codes: one file without dependencies, features or `unsafe`.
    "qrcodegen",
    "quick_cache",
    "serde",
    "serde_json",
    "sha2",
    "smallvec",
    "subtle",
    "thiserror",
    "unicode-normalization",
    "url",
    "uuid",
    // Sixteen bytes at once in the policy's gate and cutter; `safe_arch` and `bytemuck` below it, no build script.
    "wide",
    "zeroize",
];

/// What `veralux-sql` may name: it is for every database, and so for the driver of none.
const SQL: &[&str] = &["serde", "serde_json", "thiserror", "veralux-core"];

/// No runtime, HTTP, SQL, Redis or TLS below the core, nor below `veralux-sql`, by whatever way.
const BANNED_IN_CORE: &[&str] = &[
    "async-std",
    "aws-lc-rs",
    "aws-lc-sys",
    "axum",
    "getrandom",
    "h2",
    "http",
    "hyper",
    "hyper-util",
    "libsqlite3-sys",
    "mio",
    "native-tls",
    "openssl",
    "openssl-sys",
    "postgres",
    "redis",
    "reqwest",
    "ring",
    "rusqlite",
    "rustls",
    "smol",
    "socket2",
    "sqlx",
    "sqlx-core",
    "tokio",
    "tower",
    "tower-http",
    "tracing",
];

/// Two TLS providers in one build make some crates panic at run time, so there is none but aws-lc-rs anywhere.
const BANNED_EVERYWHERE: &[&str] = &["ring", "openssl-sys", "native-tls"];

const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        // One platform: the packages of others need not be on this machine.
        .other_options(["--locked", "--filter-platform", "x86_64-unknown-linux-gnu"].map(str::to_owned))
        .exec()
        .unwrap()
}

/// Everything that a package's normal dependencies lead to.
fn below<'a>(metadata: &'a Metadata, root: &'a PackageId) -> BTreeSet<&'a str> {
    let nodes: BTreeMap<_, _> =
        metadata.resolve.as_ref().unwrap().nodes.iter().map(|node| (&node.id, node)).collect();
    let names: BTreeMap<_, _> =
        metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let (mut seen, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(id) = open.pop() {
        for dependency in &nodes[id].deps {
            let normal = dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
            if normal && seen.insert(&dependency.pkg) {
                open.push(&dependency.pkg);
            }
        }
    }
    seen.into_iter().map(|id| names[id]).collect()
}

fn package<'a>(metadata: &'a Metadata, name: &str) -> &'a Package {
    metadata.packages.iter().find(|package| package.name.as_str() == name).unwrap()
}

#[test]
fn the_core_and_the_rows_name_only_these() {
    let metadata = metadata();
    for (name, allowed) in [("veralux-core", CORE), ("veralux-sql", SQL)] {
        let named: BTreeSet<&str> = package(&metadata, name)
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind == DependencyKind::Normal)
            .map(|dependency| dependency.name.as_str())
            .collect();
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        assert_eq!(named, allowed, "{name}");
    }
}

#[test]
fn nothing_impure_lies_below_the_core_or_the_rows() {
    let metadata = metadata();
    for name in ["veralux-core", "veralux-sql"] {
        let below = below(&metadata, &package(&metadata, name).id);
        assert!(below.contains("sha2"), "this test walks the tree");
        let found: Vec<_> = BANNED_IN_CORE.iter().filter(|banned| below.contains(**banned)).collect();
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}

#[test]
fn one_tls_provider_everywhere() {
    // As it is built: `cargo metadata` also lists what a feature of somebody's only would ask for (`ring?/alloc`).
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml")])
        .args(["--workspace", "--all-features", "--locked", "--target", "x86_64-unknown-linux-gnu"])
        .args(["--edges", "all", "--prefix", "none", "--format", "{p}"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let present: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(
        present.contains("rustls") && present.contains("aws-lc-sys"),
        "this test sees the tree: {present:?}"
    );
    let found: Vec<_> = BANNED_EVERYWHERE.iter().filter(|banned| present.contains(**banned)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn every_licence_is_one_of_these() {
    let metadata = metadata();
    let mut faults = Vec::new();
    for package in &metadata.packages {
        let expression = package.license.as_deref().unwrap_or("none").replace('/', " OR ");
        if !is_allowed(&expression) {
            faults.push(format!("{} {}: {expression}", package.name, package.version));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Whether an SPDX expression can be met: every part of an AND, one part of each OR.
fn is_allowed(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], " ");
    plain.split(" AND ").all(|part| part.split(" OR ").any(|licence| LICENCES.contains(&licence.trim())))
}

#[test]
fn expressions_are_read() {
    assert!(is_allowed("MIT OR GPL-3.0-only"));
    assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(!is_allowed("MIT AND GPL-3.0-only"));
    assert!(!is_allowed("none"));
}
