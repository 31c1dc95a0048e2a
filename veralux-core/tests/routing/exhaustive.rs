//! Every ordering of the instants with every flag, compared with the reference.

use proptest::prelude::*;
use veralux_core::party::{Direction, Role, TenantStatus};
use veralux_core::routing::{
    Facts, Findings, OverrideTarget, Ruleset, Sender, Snapshot, WindowIndex, decide,
};

use crate::common::{
    answer, any_facts, at, every_number, every_sender, every_thread, index, one_override, plain, snapshot,
    staff, window,
};
use crate::reference;

const FOUND: [Findings; 2] = [Findings::NONE, Findings { phone: 0, email: 0, url: 1, social: 0 }];

fn targets() -> [OverrideTarget; 3] {
    [staff("s9"), OverrideTarget::OwnerInbox, OverrideTarget::Customer]
}

fn check(facts: &Facts, ruleset: &Ruleset) {
    let snapshot = snapshot(facts);
    assert_eq!(answer(&decide(&snapshot, ruleset)), reference::decide(facts), "{facts:?}");
}

/// The weak orderings of seven instants, as a rank for each: 47,293, the seventh ordered Bell number.
fn orderings() -> impl Iterator<Item = [i64; 7]> {
    let all = (0..7_usize.pow(7))
        .map(|number| std::array::from_fn(|place| number / 7_usize.pow(u32::try_from(place).unwrap()) % 7));
    let without_holes = all.filter(|ranks: &[usize; 7]| {
        let used = ranks.iter().fold(0_u32, |used, rank| used | 1 << rank);
        (used + 1).is_power_of_two()
    });
    without_holes.map(|ranks| ranks.map(|rank| i64::try_from(rank).unwrap()))
}

/// Two windows and one override around the instant, in every order and with every tie, with every flag that may meet
/// them: who writes, whose windows they are, the override's target and removal, findings, the absence of a thread.
#[test]
fn every_ordering_of_the_instants() {
    let ruleset = Ruleset::standard();
    let (mut seen, mut refused, mut compared) = (0, 0, 0);
    for [start1, end1, start2, end2, start, end, now] in orderings() {
        seen += 1;
        let windows = |second| {
            WindowIndex::new(vec![window("w1", "s1", start1, end1), window("w2", second, start2, end2)])
        };
        let one = one_override("o1", staff("s9"), start, Some(end));
        let base = Facts { at: at(now), overrides: vec![one.clone()], ..plain() };
        if windows("s1").is_err() || Snapshot::new(base.clone()).is_err() {
            assert!(end1 <= start1 || end2 <= start2 || end <= start);
            refused += 1;
            continue;
        }
        assert!(end1 > start1 && end2 > start2 && end > start);
        for (second, findings) in
            ["s1", "s2"].into_iter().flat_map(|second| FOUND.map(|found| (second, found)))
        {
            let base = Facts { windows: windows(second).unwrap(), findings, ..base.clone() };
            for target in targets() {
                for removed in [None, Some(now - 1), Some(now), Some(now + 1)] {
                    let mut facts = base.clone();
                    facts.overrides[0].target = target.clone();
                    facts.overrides[0].removed_at = removed.map(at);
                    check(&facts, &ruleset);
                    compared += 1;
                }
            }
            for sender in every_sender() {
                for thread in [base.thread.clone(), None] {
                    let direction = Direction::Outbound;
                    check(&Facts { direction, sender: sender.clone(), thread, ..base.clone() }, &ruleset);
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(seen, 47_293);
    assert!(refused > 0 && compared > 400_000, "{refused} refused, {compared} compared");
}

/// Every combination of all flags, in each of the eight states of two windows and an override.
#[test]
fn every_combination_of_the_flags() {
    let ruleset = Ruleset::standard();
    let mut compared = 0;
    for state in 0..8 {
        let end = |bit| if state >> bit & 1 == 1 { 5 } else { 0 };
        for (second, target) in
            ["s1", "s2"].into_iter().flat_map(|second| targets().map(|target| (second, target)))
        {
            let mut base = plain();
            base.windows = index(vec![window("w1", "s1", -5, end(0)), window("w2", second, -5, end(1))]);
            base.overrides = vec![one_override("o1", target, -5, Some(end(2)))];
            for thread in every_thread() {
                for number in every_number() {
                    base.thread.clone_from(&thread);
                    base.number = number;
                    compared += every_sender_and_findings(&mut base, &ruleset);
                }
            }
        }
    }
    assert_eq!(compared, 8 * 2 * 3 * 9 * 10 * 2 * 2 * 7 * 2 * 2);
}

fn every_sender_and_findings(base: &mut Facts, ruleset: &Ruleset) -> usize {
    let mut compared = 0;
    for sender in every_sender() {
        for mapped in [false, true] {
            base.sender = Sender { mapped, ..sender.clone() };
            for direction in [Direction::Inbound, Direction::Outbound] {
                for findings in FOUND {
                    for status in [TenantStatus::Active, TenantStatus::Suspended] {
                        (base.direction, base.findings, base.tenant.status) = (direction, findings, status);
                        check(base, ruleset);
                        compared += 1;
                    }
                }
            }
        }
    }
    compared
}

/// The reference itself, on answers that can be read off the specification.
#[test]
fn the_reference_says_what_the_specification_says() {
    let busy = index(vec![window("w1", "s1", -5, 0), window("w2", "s2", 0, 5)]);
    let handover = Facts { windows: busy.clone(), ..plain() };
    let outbound = Facts {
        direction: Direction::Outbound,
        sender: crate::common::sender(Role::Staff, Some("s1")),
        ..handover.clone()
    };
    for (what, facts, action, target, rule, outcomes) in [
        ("nobody", plain(), "deliver", Some("owner_inbox"), "default", "pppppppppppd"),
        (
            "the second of two windows that meet",
            handover.clone(),
            "deliver",
            Some("staff:s2"),
            "assignment_window",
            "ppppppppppdn",
        ),
        ("the first is over for its staff", outbound, "block", None, "sender_permitted", "ppppppdpnnnn"),
        (
            "no thread, no number",
            Facts { thread: None, number: None, ..plain() },
            "deliver",
            Some("owner_inbox"),
            "thread_known",
            "pdpappppnnnn",
        ),
    ] {
        let answer = reference::decide(&facts);
        assert_eq!(
            (answer.0, answer.1.as_deref(), answer.2, answer.5.as_str()),
            (action, target, rule, outcomes),
            "{what}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn any_facts_agree_with_the_reference(facts in any_facts()) {
        check(&facts, &Ruleset::standard());
    }
}
