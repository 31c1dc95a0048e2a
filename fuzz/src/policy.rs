//! Any text as a message.

use veralux_core::policy::{Detector, ThreadState};

/// Scans and redacts a message.
///
/// # Panics
/// When a span is not on character boundaries, findings overlap, or something is found in what was redacted.
pub fn policy_scan(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let detector = Detector::new();
    let findings = detector.scan(&text);
    let mut end = 0;
    for finding in &findings {
        assert!(finding.span.start >= end && finding.span.end > finding.span.start, "{finding:?}");
        assert!(text.get(finding.span.start..finding.span.end).is_some(), "{finding:?}");
        end = finding.span.end;
    }
    assert!(detector.scan(&detector.redact(&text, &findings)).is_empty());
    assert_eq!(detector.scan(&text), findings);
    let (shown, _) = detector.redact_transcript(&text);
    assert!(shown.len() <= 24 * (text.len() + 1));
    let mut state = ThreadState::default();
    for message in text.split('\n').take(40) {
        for finding in detector.scan_thread(&mut state, message) {
            assert!(message.get(finding.span.start..finding.span.end).is_some(), "{finding:?}");
        }
        let kept = serde_json::to_string(&state).unwrap_or_default();
        assert!(kept.len() <= 2048, "the state is bounded: {}", kept.len());
    }
}
