//! Input that is made to cost much: nothing panics, nothing is found twice or across characters.

#![cfg(test)]

use veralux_core::policy::{Detector, ThreadState};

/// Bytes of each text. The benches measure 64 KiB of the same; here no build is optimised.
const LENGTH: usize = 16 * 1024;

static PATTERNS: &[&str] = &[
    "1",
    "1 2 ",
    "1-",
    "12.",
    "O0",
    "1a",
    "415-555-0132 ",
    ".",
    "a.",
    "aa.In.",
    "@",
    "a@",
    "@@a",
    "a@b.org,",
    "x.",
    "$a",
    "#1",
    "\u{200b}",
    "a\u{336}",
    "4\u{20e3}",
    "four ",
    "fourone",
    "5 then ",
    "insta ",
    "my insta is ",
    "a_b ",
    "a ",
    "( ",
    "1:23 ",
    "dot com ",
    "at ",
    "gmail ",
    "https://",
    "one hundred ",
    "m o c . ",
    "w w w . ",
    "👻 a1_b ",
    "٤",
    "пр.рф ",
    "00",
    "+1",
    "double ",
    "last four ",
    "&#64;",
    "%40",
    "A1 ",
    "text me on ",
    "a1b2c3",
    "3.14 ",
    "é ",
    "fivefivefive ",
    "e.g.",
    "9B7OO l2E45 call ",
    "ring it 5 ",
    "one word dot net ",
    "GB82",
    "4111 ",
];

#[test]
fn hostile_texts() {
    let detector = Detector::new();
    for pattern in PATTERNS {
        let text = pattern.repeat(LENGTH / pattern.len());
        let findings = detector.scan(&text);
        let mut from = 0;
        for finding in &findings {
            assert!(finding.span.start >= from && text.get(finding.span.start..finding.span.end).is_some());
            from = finding.span.end;
        }
        let shown = detector.redact(&text, &findings);
        assert!(detector.scan(&shown).is_empty(), "{pattern:?}");
        let mut state = ThreadState::default();
        detector.scan_thread(&mut state, &text);
        detector.redact_transcript(&text);
    }
}
