//! The detector on messages that people wrote to get past it, and on honest ones that look like them.
//!
//! Rules are made on `seen.jsonl` and `dev.jsonl`; `unseen.jsonl` and `free.jsonl` were written apart and are kept out of tuning. Shares are
//! printed and held by floors: those of `unseen.jsonl` are what to expect of new text with the known tricks, those of `free.jsonl` of people
//! who set out to find new ones.

#![cfg(test)]

use serde::Deserialize;
use veralux_core::policy::{Detector, Finding, Kind, Severity, ThreadState};

/// Shares that must be reached.
struct Floors {
    recall: f64,
    precision: f64,
    span_recall: f64,
    span_precision: f64,
    threads: f64,
    /// Of the clean threads, at most this share.
    false_threads: f64,
}

const SEEN: Floors = Floors {
    recall: 0.975,
    precision: 0.995,
    span_recall: 0.958,
    span_precision: 0.975,
    threads: 0.975,
    false_threads: 1.0 / 100.0,
};
const DEV: Floors = Floors {
    recall: 0.985,
    precision: 0.99,
    span_recall: 0.985,
    span_precision: 0.99,
    threads: 0.97,
    false_threads: 0.0,
};
const UNSEEN: Floors = Floors {
    recall: 0.955,
    precision: 0.98,
    span_recall: 0.92,
    span_precision: 0.935,
    threads: 0.9,
    false_threads: 1.0 / 40.0,
};
const FREE: Floors = Floors {
    recall: 0.93,
    precision: 0.99,
    span_recall: 0.89,
    span_precision: 0.95,
    threads: 0.85,
    false_threads: 1.0 / 10.0,
};

#[derive(Deserialize)]
struct Case {
    text: Option<String>,
    messages: Option<Vec<String>>,
    expectation: String,
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
    hits: usize,
    misses: usize,
    false_hits: usize,
    exact: usize,
    expected: usize,
    found: usize,
    invitations: usize,
    invitations_seen: usize,
    threads: [usize; 2],
    threads_found: [usize; 2],
}

fn identifiers(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().filter(|found| found.severity == Severity::Identifier).collect()
}

impl Tally {
    fn add(&mut self, detector: &Detector, case: &Case) {
        if let Some(text) = &case.text {
            self.add_message(detector, case, text);
        }
        if let Some(messages) = &case.messages {
            let mut state = ThreadState::default();
            let scan = |text: &String| !identifiers(&detector.scan_thread(&mut state, text)).is_empty();
            let found = messages.iter().map(scan).filter(|found| *found).count() > 0;
            let kind = usize::from(case.expect.is_empty());
            self.threads[kind] += 1;
            self.threads_found[kind] += usize::from(found);
        }
    }

    fn add_message(&mut self, detector: &Detector, case: &Case, text: &str) {
        let findings = detector.scan(text);
        let found = identifiers(&findings);
        match (case.expect.is_empty(), found.is_empty()) {
            (false, false) => self.hits += 1,
            (false, true) => self.misses += 1,
            (true, false) => self.false_hits += 1,
            (true, true) => {}
        }
        let is = |found: &&&Finding, expected: &Expected| {
            found.kind == expected.kind
                && (found.span.start, found.span.end) == (expected.start, expected.end)
        };
        self.exact +=
            case.expect.iter().filter(|expected| found.iter().any(|found| is(&found, expected))).count();
        self.expected += case.expect.len();
        self.found += found.len();
        self.invitations += usize::from(case.expectation == "solicit");
        self.invitations_seen += usize::from(case.expectation == "solicit" && !findings.is_empty());
    }

    fn hold(&self, name: &str, floors: &Floors) {
        let recall = share(self.hits, self.hits + self.misses);
        let precision = share(self.hits, self.hits + self.false_hits);
        let (span_recall, span_precision) = (share(self.exact, self.expected), share(self.exact, self.found));
        let threads = share(self.threads_found[0], self.threads[0]);
        let false_threads = share(self.threads_found[1], self.threads[1]);
        println!("{name}: recall {recall:.3}, precision {precision:.3}");
        println!("{name}: exact spans: recall {span_recall:.3}, precision {span_precision:.3}");
        println!("{name}: split over messages {threads:.3}, false threads {false_threads:.3}");
        println!("{name}: invitations noticed {:.3}", share(self.invitations_seen, self.invitations));
        assert!(recall >= floors.recall && precision >= floors.precision, "messages");
        assert!(span_recall >= floors.span_recall && span_precision >= floors.span_precision, "spans");
        assert!(threads >= floors.threads && false_threads <= floors.false_threads, "threads");
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |count: usize| u32::try_from(count).map_or(f64::NAN, f64::from);
    number(part) / number(whole.max(1))
}

fn tally(lines: &str, least: usize) -> Tally {
    let detector = Detector::new();
    let mut tally = Tally::default();
    for line in lines.lines() {
        tally.add(&detector, &serde_json::from_str(line).unwrap());
    }
    assert!(lines.lines().count() >= least, "the file is not whole");
    tally
}

#[test]
fn messages_that_rules_are_made_on() {
    tally(include_str!("../../tests/vectors/policy/seen.jsonl"), 10_406).hold("seen", &SEEN);
}

#[test]
fn messages_of_a_later_round() {
    tally(include_str!("../../tests/vectors/policy/dev.jsonl"), 314).hold("dev", &DEV);
}

#[test]
fn messages_that_nobody_tuned_to() {
    tally(include_str!("../../tests/vectors/policy/unseen.jsonl"), 2_524).hold("unseen", &UNSEEN);
}

#[test]
fn messages_of_people_who_were_told_to_invent() {
    tally(include_str!("../../tests/vectors/policy/free.jsonl"), 240).hold("free", &FREE);
}
