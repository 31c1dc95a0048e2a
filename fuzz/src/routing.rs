//! Parsers of the routing engine, and what must hold of whatever they accept.

use std::hint::black_box;

use veralux_core::fault::Fault;
use veralux_core::routing::{
    Action, Outcome, Replay, Ruleset, Snapshot, StoredDecision, decide, next_change_at, replay, route_line,
};

/// A snapshot document: refused with paths, or decided with all that is promised of a decision.
///
/// # Panics
/// When a promise is broken.
pub fn routing_snapshot(data: &[u8]) {
    let ruleset = Ruleset::standard();
    let mut line = String::new();
    assert_eq!(route_line(data, &ruleset, &mut line), Snapshot::parse(data).is_ok());
    assert!(line.ends_with('\n') && !line.trim_end().contains('\n'));
    assert!(serde_json::from_str::<serde_json::Value>(&line).is_ok());
    let snapshot = match Snapshot::parse(data) {
        Ok(snapshot) => snapshot,
        Err(faults) => return check_faults(&faults),
    };
    // What was accepted is JSON to others too, and survives being written.
    assert!(serde_json::from_slice::<serde_json::Value>(data).is_ok());
    let again: Result<Snapshot, _> = snapshot.to_json().parse();
    assert!(again.as_ref() == Ok(&snapshot) && again.is_ok_and(|again| again.hash() == snapshot.hash()));

    let decision = decide(&snapshot, &ruleset);
    let deciders = decision.trace().filter(|step| step.outcome() == Outcome::Decide).count();
    assert!(decision.trace().len() == 12 && deciders == 1);
    assert_eq!(decision.target().is_none(), decision.action() == Action::Block);
    let text = decision.to_json();
    assert_eq!(line.trim_end(), text);
    assert_eq!(replay(text.as_bytes(), &snapshot, &ruleset), Ok(Replay::Identical));
    stored_decision(text.as_bytes());
    if snapshot.facts().windows.windows().len() <= 64 && snapshot.facts().overrides.len() <= 64 {
        let next = next_change_at(&snapshot, &ruleset);
        assert!(next.is_none_or(|next| next > snapshot.facts().at));
    }
}

/// A stored decision: refused with paths, or read so that writing and reading it again changes nothing.
///
/// # Panics
/// When a promise is broken.
pub fn stored_decision(data: &[u8]) {
    match StoredDecision::parse(data) {
        Err(faults) => check_faults(&faults),
        Ok(stored) => {
            let text = stored.to_json();
            let again = StoredDecision::parse(text.as_bytes());
            assert!(again.as_ref() == Ok(&stored));
            assert_eq!(again.map(|again| again.to_json()), Ok(text));
        }
    }
}

fn check_faults(faults: &[Fault]) {
    assert!(!faults.is_empty());
    for fault in faults {
        assert!(!fault.message.is_empty() && !fault.message.contains('\n'));
        black_box(fault.to_string());
    }
}
