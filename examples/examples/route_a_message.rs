//! Shows a decision with its proof: a message of a customer, who serves them right now, and why.
//!
//! Nothing but the pure engine is used: no store, no clock, no runtime.

use veralux_core::routing::{Ruleset, Snapshot, decide};

const SNAPSHOT: &str = r#"{
  "tenant": {"id": "oak_dental", "status": "active"},
  "thread": {"id": "thr_1", "status": "active", "customerId": "cus_ann", "optedOut": false},
  "number": {"id": "num_1", "class": "front_desk", "status": "active"},
  "at": "2026-11-21T14:30:00Z",
  "direction": "inbound",
  "sender": {"role": "customer", "id": "cus_ann", "mapped": true},
  "findings": {"phone": 0, "email": 0, "url": 0, "social": 0},
  "overrides": [],
  "windows": [
    {"id": "win_1", "staffId": "stf_kim", "startsAt": "2026-11-21T12:00:00Z", "endsAt": "2026-11-21T14:30:00Z"},
    {"id": "win_2", "staffId": "stf_lee", "startsAt": "2026-11-21T14:30:00Z", "endsAt": "2026-11-21T18:00:00Z"}
  ]
}"#;

fn main() {
    let snapshot = Snapshot::parse(SNAPSHOT.as_bytes()).expect("the snapshot above is well-formed");
    let ruleset = Ruleset::standard();
    let decision = decide(&snapshot, &ruleset);

    // Spans are half-open: at the instant where two windows meet, only the second counts.
    println!("{}: {}", decision.action(), decision.explanation());
    for step in decision.trace() {
        println!("  {:>2} {:<18} {:<13} {}", step.number(), step.rule(), step.outcome(), step.explanation());
    }
    println!("snapshot {}", decision.snapshot_hash());

    // A snapshot that makes no sense is refused with the path of each faulty field, never repaired.
    let broken =
        SNAPSHOT.replace("2026-11-21T18:00:00Z", "2026-11-21T14:00:00Z").replace(r#", "mapped": true"#, "");
    for fault in Snapshot::parse(broken.as_bytes()).expect_err("two fields are at fault") {
        println!("refused: {fault}");
    }
}
