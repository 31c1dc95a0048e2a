//! Deciding allocates nothing.
#![cfg(test)]

use veralux_core::routing::{Ruleset, Snapshot, decide};

fn snapshot(direction: &str, windows: usize) -> Snapshot {
    let windows: Vec<_> = (0..windows)
        .map(|index| {
            format!(
                r#"{{"id":"w{index}","staffId":"s{}","startsAt":"2026-01-{:02}T09:00:00Z","endsAt":"2026-01-{:02}T18:00:00Z"}}"#,
                index % 7,
                index % 28 + 1,
                index % 28 + 1
            )
        })
        .collect();
    let document = format!(
        r#"{{"tenant":{{"id":"t1","status":"active"}},"thread":{{"id":"th1","status":"active","customerId":"c1","optedOut":false}},
        "number":{{"id":"n1","class":"pool","status":"active"}},"at":"2026-01-19T14:30:00Z","direction":"{direction}",
        "sender":{{"role":"staff","id":"s1","mapped":true}},"findings":{{"phone":0,"email":0,"url":0,"social":0}},
        "overrides":[{{"id":"o1","target":{{"kind":"owner_inbox"}},"startsAt":"2026-01-19T09:00:00Z","endsAt":"2026-01-19T10:00:00Z","createdAt":"2026-01-19T09:00:00Z","reason":"r"}}],
        "windows":[{}]}}"#,
        windows.join(",")
    );
    document.parse().unwrap()
}

#[test]
fn deciding_and_reading_the_codes_allocates_nothing() {
    let ruleset = Ruleset::standard();
    for (direction, windows) in
        [("inbound", 0), ("inbound", 2), ("outbound", 2), ("inbound", 10_000), ("outbound", 10_000)]
    {
        let snapshot = snapshot(direction, windows);
        let mut decided = 0;
        let seen = allocation_counter::measure(|| {
            let decision = decide(&snapshot, &ruleset);
            decided = decision.trace().filter(|step| step.outcome().as_str() == "decide").count()
                + usize::from(decision.target().is_some())
                + decision.reason().as_str().len();
        });
        assert!(decided > 1);
        assert_eq!(seen.count_total, 0, "{direction}, {windows} windows");
    }
}

#[test]
fn a_document_takes_few_allocations() {
    let (snapshot, ruleset) = (snapshot("inbound", 2), Ruleset::standard());
    let decision = decide(&snapshot, &ruleset);
    let mut out = String::with_capacity(8192);
    let seen = allocation_counter::measure(|| decision.write_json(&mut out));
    assert!(out.len() > 1000);
    assert!(seen.count_total <= 16, "{} allocations", seen.count_total);
}
