//! The policy detector beside a naive loop over the bytes, on the same texts in the same run.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use veralux_core::policy::Detector;

/// 160 characters, a full SMS, without anything that a finder looks at.
const CLEAN: &str = "Thanks for letting me know, I will bring the keys over after lunch and feed the cat as we \
                     agreed, then water the plants by the kitchen window before I go again.";

const MIXED: &[&str] = &[
    CLEAN,
    "Ok see you at 5",
    "The walk went well. Rex ate at 12:30 and slept until 2, back on 19/01/2026",
    "Order 88213 ships Monday for $42.50, tracking to follow",
    "call me on (415) 555-0123 after six",
    "write to ann@example.org or look at www.example.org/prices",
];

/// What any scan must cost at least: look at each byte once and count the digits.
fn naive(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

fn clean(c: &mut Criterion) {
    let detector = Detector::new();
    assert!(CLEAN.len() == 160 && detector.scan(CLEAN).is_empty());
    let mut group = c.benchmark_group("clean message of 160 characters");
    group.bench_function("scan", |b| b.iter(|| detector.scan(black_box(CLEAN))));
    group.bench_function("baseline: byte loop", |b| b.iter(|| naive(black_box(CLEAN))));
    group.finish();
}

fn mixed(c: &mut Criterion) {
    let detector = Detector::new();
    let mut group = c.benchmark_group("six messages, three of them with a look-alike, two with a detail");
    group.bench_function("scan", |b| {
        b.iter(|| MIXED.iter().map(|text| detector.scan(black_box(text)).len()).sum::<usize>());
    });
    group.bench_function("baseline: byte loop", |b| {
        b.iter(|| MIXED.iter().map(|text| naive(black_box(text))).sum::<usize>());
    });
    group.finish();
}

/// 64 KiB of what makes each finder work hardest.
fn hostile(c: &mut Criterion) {
    let detector = Detector::new();
    let mut group = c.benchmark_group("64 KiB of hostile input");
    for (name, piece) in [
        ("digits", "1"),
        ("groups", "1 2 "),
        ("numbers", "415-555-0123 "),
        ("dots", "aa.In."),
        ("ats", "a@"),
        ("addresses", "a@b.org,"),
        ("schemes", "a://"),
        ("words", "order 4155550123 "),
    ] {
        let text = piece.repeat(65_536 / piece.len());
        group.bench_function(name, |b| b.iter(|| detector.scan(black_box(&text)).len()));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = clean, mixed, hostile
}
criterion_main!(benches);
