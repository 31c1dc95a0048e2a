//! Input that is made to cost much: nothing panics, nothing is found twice or across characters.

#![cfg(test)]

#[path = "../../tests/vectors/policy/hostile.rs"]
mod hostile;

use hostile::Hostile;
use veralux_core::policy::{Detector, ThreadState};

/// Bytes of each text. The benches measure 64 KiB of the same; here no build is optimised.
const LENGTH: usize = 16 * 1024;

#[test]
fn hostile_texts() {
    let detector = Detector::new();
    let hostile = Hostile::read();
    assert!(hostile.alphabets().count() > 190);
    for alphabet in hostile.alphabets() {
        let text = hostile::text(alphabet, LENGTH);
        assert!(text.len() > LENGTH - 64, "{alphabet:?}");
        let findings = detector.scan(&text);
        let mut from = 0;
        for finding in &findings {
            assert!(finding.span.start >= from && text.get(finding.span.start..finding.span.end).is_some());
            from = finding.span.end;
        }
        let shown = detector.redact(&text, &findings);
        assert!(detector.scan(&shown).is_empty(), "{alphabet:?}");
        let mut state = ThreadState::default();
        detector.scan_thread(&mut state, &text);
        detector.redact_transcript(&text);
    }
}

#[test]
fn what_is_appended_changes_nothing_before_it() {
    let detector = Detector::new();
    let clean = " Thanks for letting me know, I will bring the keys over after lunch.".repeat(100);
    for alphabet in Hostile::read().alphabets() {
        let text = format!("{}\n", hostile::text(alphabet, LENGTH));
        let longer = detector.scan(&format!("{text}\n{clean}"));
        assert!(detector.scan(&text).iter().all(|finding| longer.contains(finding)), "{alphabet:?}");
    }
}
