//! How much of what is said in `tests/vectors/policy/transcripts.jsonl` is found, and how much of what is found was said.
//!
//! Rules are made on that file; `transcripts-unseen.jsonl` and `transcripts-free.jsonl` are not looked at.

use serde::Deserialize;

use super::super::{Personal, found};
use crate::policy::{ByteSpan, Detector};

/// Shares that must be reached: of what was said, how much is covered; of what is found, how much was said.
struct Floor(Personal, f64, f64);

#[derive(Deserialize)]
struct Case {
    text: String,
    expect: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    kind: String,
    start: usize,
    end: usize,
}

#[derive(Default)]
struct Tally {
    said: usize,
    covered: usize,
    exact: usize,
    found: usize,
    right: usize,
}

#[test]
fn calls_that_rules_are_made_on() {
    let floors = [
        Floor(Personal::Card, 0.97, 1.0),
        Floor(Personal::Ssn, 1.0, 1.0),
        Floor(Personal::BirthDate, 0.93, 1.0),
        Floor(Personal::Iban, 0.95, 1.0),
    ];
    hold(include_str!("../../../../../tests/vectors/policy/transcripts.jsonl"), 233, &floors, 0.93);
}

#[test]
fn calls_that_nobody_tuned_to() {
    let floors = [
        Floor(Personal::Card, 0.91, 1.0),
        Floor(Personal::Ssn, 0.85, 1.0),
        Floor(Personal::BirthDate, 1.0, 1.0),
        Floor(Personal::Iban, 0.83, 1.0),
    ];
    hold(include_str!("../../../../../tests/vectors/policy/transcripts-unseen.jsonl"), 87, &floors, 0.92);
}

#[test]
fn calls_by_somebody_who_knew_of_no_rule() {
    let floors = [
        Floor(Personal::Card, 0.81, 1.0),
        Floor(Personal::Ssn, 0.81, 1.0),
        Floor(Personal::BirthDate, 0.68, 0.9),
        Floor(Personal::Iban, 1.0, 1.0),
    ];
    hold(include_str!("../../../../../tests/vectors/policy/transcripts-free.jsonl"), 61, &floors, 0.85);
}

/// `untouched` is the share of the calls with nothing in them in which nothing is found, a phone number neither.
fn hold(lines: &str, count: usize, floors: &[Floor], untouched: f64) {
    assert_eq!(lines.lines().count(), count, "the file is not whole");
    let cases: Vec<Case> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for Floor(kind, recall, precision) in floors {
        let mut tally = Tally::default();
        for case in &cases {
            tally.add(case, *kind);
        }
        let Tally { said, covered, exact, found, right } = tally;
        println!("{kind:?}: {covered} of {said} covered, {exact} exactly; {right} of {found} right");
        assert!(share(covered, said) >= *recall, "{kind:?} that are missed");
        assert!(share(right, found) >= *precision, "{kind:?} that are none");
    }
    let clean: Vec<bool> = cases
        .iter()
        .filter(|case| case.expect.is_empty())
        .map(|case| found(&Detector::new(), &case.text).is_empty())
        .collect();
    let left = clean.iter().filter(|untouched| **untouched).count();
    println!("clean: {left} of {} untouched", clean.len());
    assert!(share(left, clean.len()) >= untouched, "what is found where nothing is");
}

impl Tally {
    fn add(&mut self, case: &Case, kind: Personal) {
        let found: Vec<ByteSpan> = found(&Detector::new(), &case.text)
            .into_values()
            .filter(|(_, what)| *what == kind)
            .map(|(span, _)| span)
            .collect();
        let said: Vec<&Expected> = case.expect.iter().filter(|said| said.kind == name(kind)).collect();
        let covers = |said: &Expected, span: &ByteSpan| span.start <= said.start && said.end <= span.end;
        let overlaps = |said: &Expected, span: &ByteSpan| span.start < said.end && said.start < span.end;
        let same = |said: &Expected, span: &ByteSpan| (span.start, span.end) == (said.start, said.end);
        self.said += said.len();
        self.covered += said.iter().filter(|said| found.iter().any(|span| covers(said, span))).count();
        self.exact += said.iter().filter(|said| found.iter().any(|span| same(said, span))).count();
        self.found += found.len();
        self.right += found.iter().filter(|span| said.iter().any(|said| overlaps(said, span))).count();
    }
}

fn name(kind: Personal) -> &'static str {
    match kind {
        Personal::Phone => "phone",
        Personal::Email => "email",
        Personal::Social => "social",
        Personal::Card => "card",
        Personal::Ssn => "ssn",
        Personal::BirthDate => "birth_date",
        Personal::Iban => "iban",
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |count: usize| u32::try_from(count).map_or(f64::NAN, f64::from);
    if whole == 0 { 1.0 } else { number(part) / number(whole) }
}
