//! Replay and comparison of rulesets.

use veralux_core::party::{Direction, NumberClass, NumberStatus, Role, TenantStatus, ThreadStatus};
use veralux_core::routing::{Difference, Facts, OverrideTarget, Replay, Ruleset, decide, replay};

use crate::common::{at, index, one_override, plain, sender, snapshot, staff, window};

fn inbound() -> Facts {
    let windows = index(vec![window("w1", "s1", -5, 5), window("w2", "s2", 20, 30)]);
    Facts { windows, overrides: vec![one_override("o1", staff("s9"), -9, Some(-2))], ..plain() }
}

fn outbound() -> Facts {
    Facts { direction: Direction::Outbound, sender: sender(Role::Staff, Some("s1")), ..inbound() }
}

fn again(stored: &Facts, changed: &Facts) -> Replay {
    let ruleset = Ruleset::standard();
    let stored = decide(&snapshot(stored), &ruleset).to_json();
    replay(stored.as_bytes(), &snapshot(changed), &ruleset).unwrap()
}

fn difference(stored: &Facts, changed: &Facts) -> Difference {
    match again(stored, changed) {
        Replay::Differs(difference) => *difference,
        Replay::Identical => panic!("nothing was noticed"),
    }
}

#[test]
fn what_is_unchanged_is_identical() {
    for facts in [inbound(), outbound()] {
        assert_eq!(again(&facts, &facts), Replay::Identical);
    }
}

#[test]
fn order_and_white_space_do_not_matter() {
    let (snapshot, ruleset) = (snapshot(&inbound()), Ruleset::standard());
    let value: serde_json::Value = serde_json::from_str(&decide(&snapshot, &ruleset).to_json()).unwrap();
    let reordered = serde_json::to_string_pretty(&value).unwrap();
    assert_eq!(replay(reordered.as_bytes(), &snapshot, &ruleset), Ok(Replay::Identical));
}

/// Each fact that a step reads is changed by itself: the replay names that step, and the hash differs as well.
#[test]
fn any_one_changed_fact_that_a_step_read_is_noticed() {
    type Change = fn(&mut Facts);
    let cases: &[(&str, Facts, Change, usize)] = &[
        ("tenant status", inbound(), |f| f.tenant.status = TenantStatus::Suspended, 1),
        ("thread", inbound(), |f| f.thread = None, 2),
        (
            "thread status that blocks",
            inbound(),
            |f| f.thread.as_mut().unwrap().status = ThreadStatus::Blocked,
            3,
        ),
        (
            "thread status that passes",
            inbound(),
            |f| f.thread.as_mut().unwrap().status = ThreadStatus::Closed,
            3,
        ),
        ("number status", inbound(), |f| f.number.as_mut().unwrap().status = NumberStatus::Inactive, 4),
        ("number", inbound(), |f| f.number = None, 4),
        ("number class", inbound(), |f| f.number.as_mut().unwrap().class = NumberClass::Staff, 5),
        ("mapped", inbound(), |f| f.sender.mapped = false, 5),
        ("direction", inbound(), |f| f.direction = Direction::Outbound, 5),
        ("opt-out", outbound(), |f| f.thread.as_mut().unwrap().opted_out = true, 6),
        ("role", outbound(), |f| f.sender.role = Role::Owner, 7),
        ("sender", outbound(), |f| f.sender = sender(Role::Staff, Some("s2")), 7),
        ("own window", outbound(), |f| f.windows = index(vec![window("w3", "s1", -5, 5)]), 7),
        ("findings", outbound(), |f| f.findings.social = 2, 8),
        (
            "customer",
            Facts { sender: sender(Role::Owner, None), ..outbound() },
            |f| {
                f.thread.as_mut().unwrap().customer_id = "c2".parse().unwrap();
            },
            6,
        ),
        ("an override's end", inbound(), |f| f.overrides[0].ends_at = None, 10),
        (
            "an override's start",
            Facts { overrides: vec![one_override("o1", staff("s9"), 4, None)], ..inbound() },
            |f| f.overrides[0].starts_at = at(0),
            10,
        ),
        (
            "the active override's target",
            Facts { overrides: vec![one_override("o1", staff("s9"), -4, None)], ..inbound() },
            |f| f.overrides[0].target = OverrideTarget::OwnerInbox,
            10,
        ),
        (
            "the active override's making",
            Facts { overrides: vec![one_override("o1", staff("s9"), -4, None)], ..inbound() },
            |f| f.overrides[0].created_at = at(-1),
            10,
        ),
        (
            "the active override's removal",
            Facts { overrides: vec![one_override("o1", staff("s9"), -4, None)], ..inbound() },
            |f| f.overrides[0].removed_at = Some(at(9)),
            10,
        ),
        (
            "a window's end",
            inbound(),
            |f| f.windows = index(vec![window("w1", "s1", -5, 0), window("w2", "s2", 20, 30)]),
            11,
        ),
        (
            "a window's staff",
            inbound(),
            |f| f.windows = index(vec![window("w1", "s3", -5, 5), window("w2", "s2", 20, 30)]),
            11,
        ),
        ("instant", inbound(), |f| f.at = at(5), 11),
        ("inbound findings", inbound(), |f| f.findings.phone = 1, 11),
        (
            "the next window",
            Facts { at: at(6), ..inbound() },
            |f| f.windows = index(vec![window("w2", "s2", 21, 30)]),
            11,
        ),
    ];
    for (what, stored, change, step) in cases {
        let mut changed = stored.clone();
        change(&mut changed);
        let difference = difference(stored, &changed);
        assert_eq!(difference.step, Some(*step), "{what}: {difference:?}");
        assert!(
            difference.fields.contains(&"trace") && difference.fields.contains(&"snapshotHash"),
            "{what}"
        );
    }
}

#[test]
fn a_fact_that_no_step_read_shows_in_the_hash() {
    let mut changed = inbound();
    changed.overrides[0].reason = "another".to_owned();
    let difference = difference(&inbound(), &changed);
    assert_eq!((difference.step, difference.fields), (None, vec!["snapshotHash"]));
}

#[test]
fn an_altered_document_is_noticed() {
    let (snapshot, ruleset) = (snapshot(&inbound()), Ruleset::standard());
    let stored = decide(&snapshot, &ruleset).to_json();
    for (what, from, to, expected) in [
        ("an explanation", "The thread is known.", "The thread was known.", (Some(2), vec!["trace"])),
        (
            "a target",
            "{\"kind\":\"staff\",\"id\":\"s1\"}",
            "{\"kind\":\"staff\",\"id\":\"s7\"}",
            (None, vec!["target"]),
        ),
        ("evidence", "\"mapped\":true", "\"mapped\":false", (Some(5), vec!["trace"])),
    ] {
        let altered = stored.replacen(from, to, 1);
        assert_ne!(altered, stored, "{what}");
        let Ok(Replay::Differs(difference)) = replay(altered.as_bytes(), &snapshot, &ruleset) else {
            panic!("{what}")
        };
        assert_eq!((difference.step, difference.fields), expected, "{what}");
    }
}

#[test]
fn stored_documents_that_are_refused() {
    let (snapshot, ruleset) = (snapshot(&inbound()), Ruleset::standard());
    let stored = decide(&snapshot, &ruleset).to_json();
    for (what, from, to, path) in [
        ("an unknown action", "\"deliver\"", "\"send\"", "action"),
        ("blocked with a target", "\"action\":\"deliver\"", "\"action\":\"block\"", "target"),
        ("an unknown kind", "\"kind\":\"staff\"", "\"kind\":\"client\"", "target.kind"),
        ("an owner inbox with an id", "\"kind\":\"staff\"", "\"kind\":\"owner_inbox\"", "target.id"),
        ("a rule that did not decide", "\"rule\":\"assignment_window\"", "\"rule\":\"default\"", "rule"),
        ("two deciders", "\"pass\"", "\"decide\"", "trace"),
        ("a wrong place", "\"step\":3", "\"step\":4", "trace.2.step"),
        ("a hash in capitals", "sha256:", "SHA256:", "rulesetHash"),
        ("evidence that is no object", "\"evidence\":{}", "\"evidence\":[]", "trace.0.evidence"),
        ("an unknown field", "{\"action\"", "{\"a\":0,\"action\"", "a"),
        ("a missing field", ",\"autoReply\":null", "", "autoReply"),
    ] {
        let faults = replay(stored.replacen(from, to, 1).as_bytes(), &snapshot, &ruleset).unwrap_err();
        let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, [path], "{what}");
    }
}
