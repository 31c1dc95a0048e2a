//! Forwarding codes: made, read and explained, beside the bare text that any generator has to write.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use veralux_core::forwarding::{Carrier, Destination, Mode, Reading, Request, codes_line, explain, generate};

const CODE: &str = "**61*+15550109999*11*25#";
const LINE: &[u8] =
    br#"{"carrier":"tmobile","mode":"safety_net","destination":"+15550109999","ringTimeSeconds":25}"#;

fn generating(c: &mut Criterion) {
    let Ok(destination) = Destination::parse("+15550109999") else { return };
    let request = Request::new(Carrier::Tmobile, Mode::SafetyNet, destination);
    let Ok(codes) = generate(&request) else { return };
    assert_eq!(codes.activation_code.as_str(), CODE);
    let mut group = c.benchmark_group("codes of one request");
    group.bench_function("generate, with warnings, steps and alternatives", |b| {
        b.iter(|| generate(black_box(&request)));
    });
    group.bench_function("qr as svg", |b| b.iter(|| black_box(&codes).qr()));
    group.bench_function("one line of JSON to one line of JSON, qr included", |b| {
        b.iter(|| codes_line(black_box(LINE)));
    });
    group.bench_function("baseline: format! of both codes and four instructions", |b| {
        b.iter(|| bare(black_box("+15550109999"), 25));
    });
    group.finish();
}

fn bare(destination: &str, seconds: u8) -> (String, String, [String; 4]) {
    let code = format!("**61*{destination}*11*{seconds}#");
    let steps = [
        "1. Open Phone Dialer".to_owned(),
        format!("2. Dial: {code}"),
        "3. Press Call".to_owned(),
        "4. Return to dashboard and click Confirm Setup".to_owned(),
    ];
    (code, "##61#".to_owned(), steps)
}

fn explaining(c: &mut Criterion) {
    let mut group = c.benchmark_group("one pasted code");
    group.bench_function("read", |b| b.iter(|| matches!(Reading::of(black_box(CODE)), Reading::Mmi(_))));
    group.bench_function("explain", |b| b.iter(|| explain(black_box(CODE))));
    group.bench_function("baseline: split at * and #", |b| {
        b.iter(|| black_box(CODE).split(['*', '#']).map(str::len).sum::<usize>());
    });
    group.finish();
}

/// What makes the reader work hardest.
fn hostile(c: &mut Criterion) {
    let mut group = c.benchmark_group("64 KiB of hostile input");
    for (name, piece) in
        [("stars", "*"), ("digits", "1"), ("ends", "*21#"), ("escapes", "%23"), ("text", "\u{2069}*72")]
    {
        let text = piece.repeat(65_536 / piece.len());
        group.bench_function(name, |b| b.iter(|| explain(black_box(&text)).issues.len()));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = generating, explaining, hostile
}
criterion_main!(benches);
