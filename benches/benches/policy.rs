//! The policy detector beside what others would use: a set of regular expressions, `linkify`, libphonenumber's rules.
//!
//! None of these finds what is disguised; they show what a look at the plain forms costs.

#![expect(clippy::print_stderr, reason = "what is left out is said by name")]

#[path = "../../tests/vectors/policy/hostile.rs"]
mod hostile;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use hostile::Hostile;
use linkify::LinkFinder;
use regex::RegexSet;
use rlibphonenumber::{PhoneNumber, Region};
use veralux_core::policy::{Detector, ThreadState};

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
    "four one five, five five five, oh one three two",
    "john dot smith at gmail dot com",
    "my insta is annlee92",
    "４１５ ５５５ ０１３２",
];

fn patterns() -> RegexSet {
    let set = RegexSet::new([
        r"\+?\d[\d\s().-]{7,}\d",
        r"[\w.+-]+@[\w-]+\.[\w.]+",
        r"(?i)https?://|www\.|\b[\w-]+\.(com|net|org|io|co)\b",
        r"@\w{3,}",
    ]);
    set.unwrap_or_else(|_| RegexSet::empty())
}

#[derive(serde::Deserialize)]
struct Sms {
    text: String,
}

fn clean(c: &mut Criterion) {
    let detector = Detector::new();
    assert!(CLEAN.len() == 160 && detector.scan(CLEAN).is_empty());
    let (patterns, links) = (patterns(), LinkFinder::new());
    assert_eq!(patterns.len(), 4);
    let mut group = c.benchmark_group("clean message of 160 characters");
    group.bench_function("scan", |b| b.iter(|| detector.scan(black_box(CLEAN)).len()));
    group.bench_function("baseline: RegexSet of four plain forms", |b| {
        b.iter(|| patterns.is_match(black_box(CLEAN)));
    });
    group.bench_function("baseline: linkify", |b| b.iter(|| links.links(black_box(CLEAN)).count()));
    group.finish();
}

fn mixed(c: &mut Criterion) {
    let detector = Detector::new();
    let (patterns, links) = (patterns(), LinkFinder::new());
    let mut group = c.benchmark_group("ten messages, six of them with a detail, four of these disguised");
    group.bench_function("scan", |b| {
        b.iter(|| MIXED.iter().map(|text| detector.scan(black_box(text)).len()).sum::<usize>());
    });
    group.bench_function("baseline: RegexSet of four plain forms", |b| {
        b.iter(|| MIXED.iter().filter(|text| patterns.is_match(black_box(text))).count());
    });
    group.bench_function("baseline: linkify", |b| {
        b.iter(|| MIXED.iter().map(|text| links.links(black_box(text)).count()).sum::<usize>());
    });
    group.finish();
}

/// One number: what libphonenumber's rules cost for a candidate that somebody else has found.
fn number(c: &mut Criterion) {
    let detector = Detector::new();
    let mut group = c.benchmark_group("one plain number");
    group.bench_function("scan", |b| b.iter(|| detector.scan(black_box("(415) 555-0123")).len()));
    group.bench_function("baseline: rlibphonenumber parses it", |b| {
        b.iter(|| PhoneNumber::parse(black_box("(415) 555-0123"), Some(Region::US)).is_ok());
    });
    group.finish();
}

fn thread(c: &mut Criterion) {
    let detector = Detector::new();
    c.bench_function("a number in three messages: scan_thread", |b| {
        b.iter(|| {
            let mut state = ThreadState::default();
            ["415", "ok then 555", "last bit 0132"]
                .map(|text| detector.scan_thread(&mut state, black_box(text)).len())
        });
    });
}

/// Real messages, read in place where they are: in `VERALUX_SHARED_DATA`, or beside the repository.
fn real(c: &mut Criterion) {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let file =
        std::env::var_os("VERALUX_SHARED_DATA").map_or_else(beside, PathBuf::from).join("sms-dev.jsonl");
    let lines = std::fs::read_to_string(file).unwrap_or_default();
    let messages = lines.lines().filter_map(|line| serde_json::from_str(line).ok());
    let texts: Vec<String> = messages.map(|Sms { text }| text).collect();
    if texts.is_empty() {
        eprintln!("left out: real SMS, for want of sms-dev.jsonl");
        return;
    }
    let (detector, patterns) = (Detector::new(), patterns());
    let mut group = c.benchmark_group(format!("{} real SMS, all of them", texts.len()));
    group.bench_function("scan", |b| {
        b.iter(|| texts.iter().map(|text| detector.scan(text).len()).sum::<usize>());
    });
    group.bench_function("baseline: RegexSet of four plain forms", |b| {
        b.iter(|| texts.iter().filter(|text| patterns.is_match(text)).count());
    });
    group.finish();
}

/// 64 KiB of what makes each finder work hardest: with care the dearest of the table, then all of it.
fn hostile(c: &mut Criterion) {
    let detector = Detector::new();
    let table = Hostile::read();
    let alphabets: Vec<&[String]> = table.alphabets().collect();
    assert!(alphabets.len() > 190);
    let mut all: Vec<(Duration, &[String], String)> = Vec::new();
    for alphabet in alphabets {
        let text = hostile::text(alphabet, LENGTH);
        let run = |_| {
            let start = Instant::now();
            black_box(detector.scan(black_box(&text)));
            start.elapsed()
        };
        all.push(((0..5).map(run).min().unwrap_or_default(), alphabet, text));
    }
    all.sort_by(|one, other| other.cmp(one));
    eprintln!("64 KiB of each of {} patterns, best of five; the dearest:", all.len());
    all.iter().take(DEAREST).for_each(|(time, alphabet, _)| eprintln!("{time:?} {alphabet:?}"));
    let mut group = c.benchmark_group("64 KiB of hostile input");
    for (_, alphabet, text) in all.iter().take(DEAREST) {
        let name: String = format!("{alphabet:?}").chars().take(80).collect();
        group.bench_function(name, |b| b.iter(|| detector.scan(black_box(text)).len()));
    }
    group.finish();
}

/// Bytes of a hostile text, and how many of the table are measured with care and shown.
const LENGTH: usize = 65_536;
const DEAREST: usize = 18;

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(200))
        .measurement_time(std::time::Duration::from_millis(700));
    targets = clean, mixed, number, thread, real, hostile
}
criterion_main!(benches);
