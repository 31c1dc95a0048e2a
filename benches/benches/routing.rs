//! The routing engine's figures, each beside a named baseline in the same run.
//!
//! * `decide`: an answer and all twelve outcomes read, hot and over 200,000 different snapshots; `every_step_as_text` is
//!   the baseline that makes the sentences and evidence at once.
//! * `windows`: 10,000 windows on one thread; `looked_at_one_by_one` is the baseline.
//! * `document`: the trace as canonical JSON, and the whole decision sealed with the SHA-256 of its snapshot.
//! * `replay`: stored JSON against stored JSON; per second on one core, and on all.

#![expect(clippy::expect_used, reason = "a bench that cannot be set up must stop")]

use std::hint::black_box;
use std::time::{Duration, Instant as Clock};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use veralux_core::routing::{
    Decision, Facts, Outcome, Replay, Ruleset, Snapshot, Window, WindowIndex, decide, replay,
};
use veralux_core::time::{HOUR, MINUTE};

const SNAPSHOTS: usize = 200_000;
const STORED: usize = 20_000;

/// Snapshot documents of a busy day: one in four is outbound, one in eight has an override, each has its own ids.
fn document(number: usize) -> String {
    let (hour, minute) = (number % 24, number / 24 % 60);
    let inbound = number % 4 != 3;
    let (direction, role, sender) = if inbound {
        ("inbound", "customer", format!("c{number}"))
    } else {
        ("outbound", "staff", format!("s{}", number % 9))
    };
    let overrides = if number.is_multiple_of(8) {
        format!(
            r#"{{"id":"o{number}","target":{{"kind":"staff","id":"s{}"}},"startsAt":"2026-01-19T10:00:00Z","endsAt":"2026-01-19T12:00:00Z","createdAt":"2026-01-19T09:30:00Z","removedAt":null,"reason":"ill"}}"#,
            number % 5
        )
    } else {
        String::new()
    };
    format!(
        concat!(
            r#"{{"tenant":{{"id":"t{}","status":"active"}},"#,
            r#""thread":{{"id":"th{}","status":"active","customerId":"c{}","optedOut":false}},"#,
            r#""number":{{"id":"n{}","class":"pool","status":"active"}},"at":"2026-01-19T{:02}:{:02}:00Z","direction":"{}","#,
            r#""sender":{{"role":"{}","id":"{}","mapped":true}},"findings":{{"phone":0,"email":0,"url":{},"social":0}},"#,
            r#""overrides":[{}],"windows":[{{"id":"w{}a","staffId":"s{}","startsAt":"2026-01-19T08:00:00Z","endsAt":"2026-01-19T13:00:00Z"}},"#,
            r#"{{"id":"w{}b","staffId":"s{}","startsAt":"2026-01-19T13:00:00Z","endsAt":"2026-01-19T18:00:00Z"}}]}}"#
        ),
        number % 50,
        number,
        number,
        number % 700,
        hour,
        minute,
        direction,
        role,
        sender,
        usize::from(number.is_multiple_of(10)),
        overrides,
        number,
        number % 9,
        number,
        number % 7
    )
}

fn snapshot(number: usize) -> Snapshot {
    document(number).parse().expect("a generated document is a snapshot")
}

/// Reads the answer and every outcome.
fn read(decision: &Decision<'_>) -> usize {
    let applied = decision.trace().filter(|step| step.outcome() != Outcome::Pass).count();
    applied + usize::from(decision.target().is_some()) + decision.reason().as_str().len()
}

fn deciding(c: &mut Criterion) {
    let ruleset = Ruleset::standard();
    let hot = snapshot(14);
    let mut group = c.benchmark_group("routing/decide");
    group.bench_function("hot", |b| b.iter(|| read(&decide(black_box(&hot), &ruleset))));
    group.bench_function("hot_outbound", |b| {
        let outbound = snapshot(11);
        b.iter(|| read(&decide(black_box(&outbound), &ruleset)));
    });
    group.bench_function("baseline_every_step_as_text", |b| {
        b.iter(|| {
            let decision = decide(black_box(&hot), &ruleset);
            let text = |step: veralux_core::routing::Step<'_, '_>| {
                (step.rule().to_owned(), step.outcome().to_string(), step.explanation(), step.evidence())
            };
            decision.trace().map(text).collect::<Vec<_>>()
        });
    });
    let many: Vec<Snapshot> = (0..SNAPSHOTS).map(snapshot).collect();
    group.bench_function("200000_snapshots", |b| {
        let mut next = many.iter().cycle();
        b.iter(|| next.next().map(|snapshot| read(&decide(snapshot, &ruleset))));
    });
    group.finish();
}

fn many_windows(c: &mut Criterion) {
    let ruleset = Ruleset::standard();
    let base = snapshot(14);
    let noon = base.facts().at;
    let staff = |number: i64| format!("s{}", number % 40).parse().expect("an id");
    let windows: Vec<Window> = (0..10_000_i64)
        .map(|number| Window {
            id: format!("w{number}").parse().expect("an id"),
            staff_id: staff(number),
            starts_at: noon.plus((number - 5_000) * HOUR),
            ends_at: noon.plus((number - 5_000) * HOUR + 59 * MINUTE),
        })
        .collect();
    let index = WindowIndex::new(windows.clone()).expect("windows without faults");
    let facts = Facts { windows: index, ..base.facts().clone() };
    let instants: Vec<Snapshot> = (0..1_000_i64)
        .map(|number| {
            Snapshot::new(facts.clone())
                .expect("facts without faults")
                .at(noon.plus((number * 7919 % 9_000 - 4_500) * HOUR))
        })
        .collect();
    let mut group = c.benchmark_group("routing/windows");
    group.bench_function("10000_indexed", |b| {
        let mut next = instants.iter().cycle();
        b.iter(|| next.next().map(|snapshot| read(&decide(snapshot, &ruleset))));
    });
    group.bench_function("baseline_looked_at_one_by_one", |b| {
        let mut next = instants.iter().cycle();
        b.iter(|| {
            let at = next.next().map_or(noon, |snapshot| snapshot.facts().at);
            black_box(&windows).iter().filter(|window| window.is_active(at)).count()
        });
    });
    group.finish();
}

fn documents(c: &mut Criterion) {
    let ruleset = Ruleset::standard();
    let (hot, mut out) = (snapshot(14), String::with_capacity(8192));
    let mut group = c.benchmark_group("routing/document");
    group.bench_function("trace_as_json", |b| {
        b.iter(|| {
            out.clear();
            decide(black_box(&hot), &ruleset).write_trace(&mut out);
            out.len()
        });
    });
    group.bench_function("sealed", |b| {
        b.iter(|| {
            out.clear();
            decide(black_box(&hot), &ruleset).write_json(&mut out);
            out.len()
        });
    });
    group.bench_function("baseline_serde_json_value", |b| {
        let document = decide(&hot, &ruleset).to_json();
        let value: serde_json::Value = serde_json::from_str(&document).expect("JSON");
        b.iter(|| serde_json::to_string(black_box(&value)).map(|text| text.len()));
    });
    group.finish();
}

fn replays(c: &mut Criterion) {
    let ruleset = Ruleset::standard();
    let stored: Vec<(String, String)> =
        (0..STORED).map(|number| (document(number), decide(&snapshot(number), &ruleset).to_json())).collect();
    let one = |(snapshot, decision): &(String, String)| {
        let snapshot: Snapshot = snapshot.parse().expect("a stored snapshot");
        assert_eq!(replay(decision.as_bytes(), &snapshot, &ruleset), Ok(Replay::Identical));
    };
    let mut group = c.benchmark_group("routing/replay");
    group.throughput(Throughput::Elements(1));
    group.bench_function("snapshot_parse_alone", |b| {
        let mut next = stored.iter().cycle();
        b.iter(|| next.next().map(|(snapshot, _)| snapshot.parse::<Snapshot>()));
    });
    group.bench_function("baseline_serde_json_parse_alone", |b| {
        let mut next = stored.iter().cycle();
        b.iter(|| next.next().map(|(snapshot, _)| serde_json::from_str::<serde_json::Value>(snapshot)));
    });
    group.bench_function("one_core", |b| {
        let mut next = stored.iter().cycle();
        b.iter(|| next.next().map(one));
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    group.throughput(Throughput::Elements(u64::try_from(cores).unwrap_or(1)));
    // Each core replays as much as the one did: linear scaling keeps the time of `one_core`.
    group.bench_function("all_cores", |b| b.iter_custom(|rounds| on_all(cores, rounds, &stored, &one)));
    group.finish();
}

fn on_all<T: Sync>(cores: usize, rounds: u64, stored: &[T], one: &(impl Fn(&T) + Sync)) -> Duration {
    let start = Clock::now();
    std::thread::scope(|scope| {
        for core in 0..cores {
            scope.spawn(move || {
                let rounds = usize::try_from(rounds).unwrap_or(usize::MAX);
                stored.iter().cycle().skip(core * stored.len() / cores).take(rounds).for_each(one);
            });
        }
    });
    start.elapsed()
}

criterion_group!(benches, deciding, many_windows, documents, replays);
criterion_main!(benches);
