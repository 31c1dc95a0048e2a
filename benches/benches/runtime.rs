//! The check of a document that rides on every publish, beside `serde_json` reading the same text.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::Value;
use veralux_core::runtime::check;

const VECTORS: &str = include_str!("../../tests/vectors/runtime-contract-vectors.jsonl");

/// Name and text of the largest document that is accepted, and of one with every field set.
fn documents() -> [(&'static str, String); 2] {
    let vectors = VECTORS.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let accepted: Vec<Value> =
        vectors.filter(|vector| vector.get("valid") == Some(&Value::Bool(true))).collect();
    let text = |vector: &Value| vector.get("config").map(Value::to_string).unwrap_or_default();
    let largest = accepted.iter().map(text).max_by_key(String::len).unwrap_or_default();
    let every =
        accepted.iter().find(|vector| vector.get("name").is_some_and(|name| name == "base-coqui_xtts"));
    [("largest", largest), ("every field", every.map(text).unwrap_or_default())]
}

fn runtime(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("runtime");
    for (name, text) in &documents() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("baseline: serde_json::Value", name), |bencher| {
            bencher.iter(|| serde_json::from_slice::<Value>(black_box(text.as_bytes())).is_ok());
        });
        group.bench_function(BenchmarkId::new("check", name), |bencher| {
            bencher.iter(|| check(black_box(text.as_bytes())).is_ok());
        });
        let document = check(text.as_bytes());
        assert!(document.is_ok(), "{name} is accepted");
        let Ok(document) = document else { continue };
        group
            .bench_function(BenchmarkId::new("typed values", name), |b| b.iter(|| document.config().is_ok()));
        group.bench_function(BenchmarkId::new("redacted", name), |b| b.iter(|| document.redacted()));
        group.bench_function(BenchmarkId::new("digest", name), |b| b.iter(|| document.digest()));
    }
    group.finish();
}

criterion_group!(benches, runtime);
criterion_main!(benches);
