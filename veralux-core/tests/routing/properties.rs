//! What holds for all snapshots.

use proptest::prelude::*;
use veralux_core::party::{Direction, NumberStatus, Role, TenantStatus, ThreadStatus};
use veralux_core::routing::{
    Action, Facts, Findings, Override, OverrideTarget, Ruleset, Snapshot, StoredDecision, Window, decide,
    next_change_at,
};
use veralux_core::time::SECOND;

use crate::common::{answer, any_facts, at, index, one_override, plain, sender, snapshot, window};

fn trace(snapshot: &Snapshot) -> String {
    let mut trace = String::new();
    decide(snapshot, &Ruleset::standard()).write_trace(&mut trace);
    trace
}

fn json(snapshot: &Snapshot) -> String {
    decide(snapshot, &Ruleset::standard()).to_json()
}

fn shifted(facts: &Facts, micros: i64) -> Facts {
    let windows = facts.windows.windows().iter().map(|window| Window {
        starts_at: window.starts_at.plus(micros),
        ends_at: window.ends_at.plus(micros),
        ..window.clone()
    });
    let overrides = facts.overrides.iter().map(|item| Override {
        starts_at: item.starts_at.plus(micros),
        ends_at: item.ends_at.map(|end| end.plus(micros)),
        created_at: item.created_at.plus(micros),
        removed_at: item.removed_at.map(|removed| removed.plus(micros)),
        ..item.clone()
    });
    Facts {
        at: facts.at.plus(micros),
        windows: index(windows.collect()),
        overrides: overrides.collect(),
        ..facts.clone()
    }
}

/// Everything that may be added to stop a message.
fn blocks() -> [fn(&mut Facts); 6] {
    [
        |facts| facts.tenant.status = TenantStatus::Suspended,
        |facts| facts.thread.iter_mut().for_each(|thread| thread.status = ThreadStatus::Blocked),
        |facts| facts.thread.iter_mut().for_each(|thread| thread.status = ThreadStatus::Archived),
        |facts| facts.thread.iter_mut().for_each(|thread| thread.opted_out = true),
        |facts| facts.number.iter_mut().for_each(|number| number.status = NumberStatus::Quarantined),
        |facts| facts.findings = Findings { phone: 1, ..facts.findings },
    ]
}

#[test]
fn next_changes() {
    use OverrideTarget::OwnerInbox;
    let served =
        Facts { windows: index(vec![window("w1", "s1", -5, 5), window("w2", "s1", 5, 9)]), ..plain() };
    let by = |id| Facts {
        direction: Direction::Outbound,
        sender: sender(Role::Staff, Some(id)),
        ..served.clone()
    };
    let overridden = |item| Facts { overrides: vec![item], ..served.clone() };
    let removed = Override { removed_at: Some(at(2)), ..one_override("o1", OwnerInbox, -1, Some(4)) };
    let mut suspended = served.clone();
    suspended.tenant.status = TenantStatus::Suspended;
    for (what, facts, next) in [
        ("nothing planned", plain(), None),
        ("the second window is the same person's", served.clone(), Some(9)),
        ("staff may write until the last window ends", by("s1"), Some(9)),
        ("staff may write once a window starts", Facts { at: at(-6), ..by("s1") }, Some(-5)),
        ("staff who never have a window", by("s2"), None),
        ("an override starts", overridden(one_override("o1", OwnerInbox, 3, None)), Some(3)),
        ("an override ends", overridden(one_override("o1", OwnerInbox, -1, Some(4))), Some(4)),
        ("an override is removed", overridden(removed), Some(2)),
        ("an override for ever", overridden(one_override("o1", OwnerInbox, -1, None)), None),
        ("a suspended tenant", suspended, None),
    ] {
        assert_eq!(next_change_at(&snapshot(&facts), &Ruleset::standard()), next.map(at), "{what}");
    }
}

proptest! {
    #[test]
    fn input_order_never_matters(facts in any_facts(), turn in 0..24_usize) {
        let mut turned = facts.clone();
        let mut windows = facts.windows.windows().to_vec();
        let (count, overrides) = (windows.len().max(1), turned.overrides.len().max(1));
        windows.rotate_left(turn % count);
        windows.reverse();
        turned.windows = index(windows);
        turned.overrides.rotate_left(turn % overrides);
        turned.overrides.reverse();
        prop_assert_eq!(json(&snapshot(&facts)), json(&snapshot(&turned)));
    }

    #[test]
    fn a_shift_of_all_instants_changes_nothing_else(facts in any_facts(), micros in -40_000_000 * SECOND..40_000_000 * SECOND) {
        let (one, two) = (snapshot(&facts), snapshot(&shifted(&facts, micros)));
        let ruleset = Ruleset::standard();
        prop_assert_eq!(answer(&decide(&one, &ruleset)), answer(&decide(&two, &ruleset)));
        prop_assert_eq!(one.hash() == two.hash(), micros == 0);
    }

    #[test]
    fn an_added_block_never_unblocks(facts in any_facts()) {
        let ruleset = Ruleset::standard();
        let blocked = |facts: &Facts| decide(&snapshot(facts), &ruleset).action() == Action::Block;
        for add in blocks() {
            let mut more = facts.clone();
            add(&mut more);
            prop_assert!(!blocked(&facts) || blocked(&more));
        }
        let outbound = Facts { direction: Direction::Outbound, ..facts };
        for add in &blocks()[..4] {
            let mut more = outbound.clone();
            add(&mut more);
            prop_assert!(blocked(&more));
        }
    }

    #[test]
    fn an_expired_thing_equals_an_absent_one(facts in any_facts()) {
        let mut pruned = facts.clone();
        let over = |item: &Override| item.ends_at.min(item.removed_at).or(item.ends_at).or(item.removed_at);
        pruned.overrides.retain(|item| over(item).is_none_or(|end| end > facts.at));
        let ahead = facts.windows.windows().iter().filter(|window| window.ends_at > facts.at);
        pruned.windows = index(ahead.cloned().collect());
        prop_assert_eq!(trace(&snapshot(&facts)), trace(&snapshot(&pruned)));
    }

    #[test]
    fn simulation_equals_decision_byte_for_byte(facts in any_facts(), elsewhere in -9..30_i64) {
        let live = snapshot(&facts);
        let read: Snapshot = live.to_json().parse().unwrap();
        prop_assert_eq!(&read, &live);
        prop_assert_eq!(json(&read), json(&live));
        let moved = live.clone().at(at(elsewhere)).at(facts.at);
        prop_assert_eq!(json(&moved), json(&live));
        let there = std::thread::scope(|scope| scope.spawn(|| json(&read)).join().unwrap());
        prop_assert_eq!(there, json(&live));
    }

    #[test]
    fn the_answer_is_constant_until_the_next_change(facts in any_facts()) {
        let (now, ruleset) = (snapshot(&facts), Ruleset::standard());
        let next = next_change_at(&now, &ruleset);
        let same = |instant| decide(&now.clone().at(instant), &ruleset).has_same_answer(&decide(&now, &ruleset));
        prop_assert!(next.is_none_or(|next| next > facts.at && !same(next)));
        let until = next.unwrap_or(at(100));
        let halves = (0..).map(|half| facts.at.plus(half * SECOND / 2));
        prop_assert!(halves.take_while(|instant| *instant < until).all(same));
    }

    #[test]
    fn a_document_is_canonical_and_reads_back(facts in any_facts()) {
        let text = json(&snapshot(&facts));
        prop_assert_eq!(StoredDecision::parse(text.as_bytes()).unwrap().to_json(), text.clone());
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let steps = value["trace"].as_array().unwrap();
        prop_assert_eq!(steps.len(), 12);
        let deciding = steps.iter().find(|step| step["outcome"] == "decide").unwrap();
        prop_assert_eq!(&deciding["explanation"], &value["explanation"]);
        prop_assert!(steps.iter().all(|step| step["explanation"].as_str().unwrap().ends_with('.')));
    }
}
