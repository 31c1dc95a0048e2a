//! The detector on real SMS: half of the UCI SMS Spam Collection with the spans that a person expects.
//!
//! The messages may not be copied here; they are read in place, from `VERALUX_SHARED_DATA` or the folder
//! `shared/data` beside the repository. Where they are absent the test says so by name, and fails in CI.

use std::path::PathBuf;

use serde::Deserialize;
use veralux_core::policy::{Detector, Finding, Kind};

/// The spec's floor for false hits is 2 in 1,000 messages.
const MOST_FALSE_HITS_IN_1000: f64 = 2.0;
const LEAST_PRECISION: f64 = 0.98;
const LEAST_RECALL: f64 = 0.99;

#[derive(Deserialize)]
struct Sms {
    id: String,
    text: String,
    expect: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    kind: Kind,
    start: usize,
    end: usize,
}

#[derive(Default)]
struct Tally {
    messages: usize,
    /// Messages with a detail: found, missed; without: wrongly flagged.
    hits: usize,
    misses: usize,
    false_hits: usize,
    /// Spans with exact borders and kind, all found, all expected.
    exact: usize,
    found: usize,
    expected: usize,
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the data's folder is a setting of the test run")]
fn real_sms() {
    let folder = std::env::var_os("VERALUX_SHARED_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")),
        PathBuf::from,
    );
    let file = folder.join("sms-dev.jsonl");
    let Ok(lines) = std::fs::read_to_string(&file) else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is absent", file.display());
        println!("left out: policy_sms::real_sms, for want of sms-dev.jsonl");
        return;
    };
    let detector = Detector::new();
    let mut tally = Tally::default();
    for line in lines.lines() {
        let sms: Sms = serde_json::from_str(line).unwrap();
        let findings = detector.scan(&sms.text);
        if !tally.add(&sms, &findings) {
            println!("differs: {} {findings:?}", sms.id);
        }
    }
    let precision = share(tally.hits, tally.hits + tally.false_hits);
    let recall = share(tally.hits, tally.hits + tally.misses);
    let false_hits = 1000.0 * share(tally.false_hits, tally.messages);
    println!("messages: {}, recall {recall:.4}, precision {precision:.4}", tally.messages);
    println!("false hits in 1,000 messages: {false_hits:.2}");
    let (right, wrong) = (share(tally.exact, tally.expected), share(tally.exact, tally.found));
    println!("exact spans: recall {right:.4}, precision {wrong:.4}");
    assert!(tally.messages > 2000 && tally.expected > 200, "the data is not whole");
    assert!(precision >= LEAST_PRECISION, "precision {precision}");
    assert!(recall >= LEAST_RECALL, "recall {recall}");
    assert!(false_hits <= MOST_FALSE_HITS_IN_1000, "false hits {false_hits}");
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |count: usize| u32::try_from(count).map_or(f64::NAN, f64::from);
    number(part) / number(whole.max(1))
}

impl Tally {
    /// Whether the findings are exactly what is expected.
    fn add(&mut self, sms: &Sms, findings: &[Finding]) -> bool {
        let exact = |e: &&Expected| {
            findings.iter().any(|f| f.kind == e.kind && f.span.start == e.start && f.span.end == e.end)
        };
        let right = sms.expect.iter().filter(exact).count();
        self.messages += 1;
        self.exact += right;
        self.found += findings.len();
        self.expected += sms.expect.len();
        match (sms.expect.is_empty(), findings.is_empty()) {
            (false, false) => self.hits += 1,
            (false, true) => self.misses += 1,
            (true, false) => self.false_hits += 1,
            (true, true) => {}
        }
        right == sms.expect.len() && findings.len() == right
    }
}
