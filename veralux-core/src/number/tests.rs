use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::id::{CustomerId, ThreadId};
use crate::time::DAY;

const NOW: Instant = Instant::from_micros(1_800_000_000_000_000);

fn number(class: NumberClass, status: NumberStatus) -> Number {
    let e164 = E164::parse("+14155550123").unwrap();
    let id = NumberId::parse("n1").unwrap();
    let mut number = Number::import(id, e164, class, "twilio", NOW, false).unwrap();
    number.status = status;
    if status == NumberStatus::Quarantined {
        number.quarantine = Some(Quarantine { reason: "spam".into(), since: NOW, until: NOW.plus(30 * DAY) });
    }
    number
}

fn staff(id: &str) -> StaffId {
    StaffId::parse(id).unwrap()
}

fn thread(id: &str, customer: &str, kind: ThreadKind) -> ThreadRef {
    ThreadRef { id: ThreadId::parse(id).unwrap(), customer: CustomerId::parse(customer).unwrap(), kind }
}

fn target(class: NumberClass) -> Target {
    let id = NumberId::parse("n2").unwrap();
    Target { id, class, status: NumberStatus::Active, taken_by: BTreeSet::new() }
}

fn facts<'a>(threads: &'a [ThreadRef], target: Option<&'a Target>) -> Facts<'a> {
    Facts { now: NOW.plus(DAY), other_front_desk: true, threads, target, held_elsewhere: false }
}

fn to(id: &str) -> NumberId {
    NumberId::parse(id).unwrap()
}

fn quarantine(reason: &str, days: Option<u32>) -> Act {
    Act::Quarantine { reason: reason.into(), days }
}

fn every_act() -> Vec<Act> {
    vec![
        quarantine("spam", None),
        Act::Restore { forced: None },
        Act::Restore { forced: Some("needed".into()) },
        Act::Release { reassign: None },
        Act::Assign { staff: staff("s1") },
        Act::Deactivate { reassign: None },
        Act::Reimport,
    ]
}

/// The whole table by hand: with no thread, another front desk, a running cooldown. One row an act of
/// [`every_act`]; in it front desk, staff, pool, each active, quarantined, inactive. `t` is a refused transition.
const TABLE: [[&str; 9]; 7] = [
    ["ok", "t", "t", "ok", "t", "t", "ok", "t", "t"],
    ["t", "cooldown_running", "t", "t", "cooldown_running", "t", "t", "cooldown_running", "t"],
    ["t", "ok", "t", "t", "ok", "t", "t", "ok", "t"],
    ["front_desk_not_released", "t", "t", "ok", "t", "t", "already_in_pool", "t", "t"],
    ["front_desk_not_assigned", "t", "t", "ok", "t", "t", "ok", "t", "t"],
    ["ok", "ok", "t", "ok", "ok", "t", "ok", "ok", "t"],
    ["t", "t", "ok", "t", "t", "ok", "t", "t", "ok"],
];

#[test]
fn every_class_state_and_act() {
    for (act, row) in every_act().iter().zip(TABLE) {
        let cells = NumberClass::ALL.iter().flat_map(|c| NumberStatus::ALL.iter().map(move |s| (*c, *s)));
        for ((class, status), expected) in cells.zip(row) {
            let before = number(class, status);
            let got = plan(&before, act, &facts(&[], None));
            let code = got.as_ref().map_or_else(Refusal::code, |_| "ok");
            let expected = if expected == "t" { "transition_refused" } else { expected };
            assert_eq!(code, expected, "{act:?} of a number that is {class}, {status}");
            if let Ok(plan) = got {
                assert!(plan.after.is_consistent(), "{act:?}");
                assert_eq!(plan.after.revision, before.revision + 1);
                assert_eq!(plan.forced, matches!(act, Act::Restore { forced: Some(_) }));
            }
        }
    }
}

#[test]
fn a_refused_transition_names_both_states() {
    let before = number(NumberClass::Pool, NumberStatus::Inactive);
    let refusal = plan(&before, &quarantine("x", None), &facts(&[], None)).unwrap_err();
    assert_eq!(refusal.to_string(), "quarantine cannot take a number from inactive to quarantined");
}

#[test]
fn guards() {
    use NumberClass::{FrontDesk, Pool, Staff};
    let one = [thread("t1", "c1", ThreadKind::Recurring)];
    let (desk, line) = (target(FrontDesk), target(Staff));
    let resting = Target { status: NumberStatus::Quarantined, ..target(Staff) };
    let taken = Target { taken_by: BTreeSet::from([one[0].customer.clone()]), ..target(Staff) };
    let pool = target(Pool);
    let away = |id| Act::Deactivate { reassign: Some(to(id)) };
    let cases: Vec<(&str, NumberClass, Act, Facts<'_>, &str)> = vec![
        ("last front desk rests", FrontDesk, quarantine("x", None), alone(), "last_front_desk"),
        ("last front desk goes", FrontDesk, Act::Deactivate { reassign: None }, alone(), "last_front_desk"),
        ("a blank reason", Pool, quarantine(" \n", None), facts(&[], None), "reason_required"),
        ("an essay", Pool, quarantine(&"x".repeat(501), None), facts(&[], None), "reason_too_long"),
        ("29 days", Pool, quarantine("x", Some(29)), facts(&[], None), "quarantine_days"),
        ("30 days", Pool, quarantine("x", Some(30)), facts(&[], None), "ok"),
        ("3651 days", Pool, quarantine("x", Some(3651)), facts(&[], None), "quarantine_days"),
        (
            "threads, nowhere to go",
            Staff,
            Act::Deactivate { reassign: None },
            facts(&one, None),
            "threads_active",
        ),
        ("release, threads", Staff, Act::Release { reassign: None }, facts(&one, None), "threads_active"),
        (
            "a pool number with threads",
            Pool,
            Act::Assign { staff: staff("s") },
            facts(&one, None),
            "threads_active",
        ),
        ("a line with threads", Staff, Act::Assign { staff: staff("s") }, facts(&one, None), "ok"),
        ("target absent", Staff, away("n2"), facts(&one, None), "target_unknown"),
        ("another target read", Staff, away("n3"), facts(&one, Some(&desk)), "target_unknown"),
        ("target resting", Staff, away("n2"), facts(&one, Some(&resting)), "target_not_active"),
        ("target of another class", Staff, away("n2"), facts(&one, Some(&pool)), "target_class"),
        ("target taken", Staff, away("n2"), facts(&one, Some(&taken)), "target_taken"),
        ("to another line", Staff, away("n2"), facts(&one, Some(&line)), "ok"),
        ("to the front desk", Staff, away("n2"), facts(&one, Some(&desk)), "ok"),
        (
            "release to a line",
            Staff,
            Act::Release { reassign: Some(to("n2")) },
            facts(&one, Some(&line)),
            "ok",
        ),
    ];
    for (what, class, act, facts, expected) in cases {
        let got = plan(&number(class, NumberStatus::Active), &act, &facts);
        assert_eq!(got.as_ref().map_or_else(Refusal::code, |_| "ok"), expected, "{what}");
    }
    let myself = Target { id: NumberId::parse("n1").unwrap(), ..target(Staff) };
    let got = plan(&number(Staff, NumberStatus::Active), &away("n1"), &facts(&one, Some(&myself)));
    assert_eq!(got.unwrap_err().code(), "target_unknown");
}

fn alone() -> Facts<'static> {
    Facts { other_front_desk: false, ..facts(&[], None) }
}

#[test]
fn a_number_of_another_tenant() {
    let held = Facts { held_elsewhere: true, ..facts(&[], None) };
    let old = number(NumberClass::Pool, NumberStatus::Inactive);
    assert_eq!(plan(&old, &Act::Reimport, &held), Err(Refusal::HeldByAnotherTenant));
    let got = Number::import(old.id, old.e164, old.class, "twilio", NOW, true);
    assert_eq!(got, Err(Refusal::HeldByAnotherTenant));
}

#[test]
fn a_last_front_desk_that_already_rests_may_go() {
    let resting = number(NumberClass::FrontDesk, NumberStatus::Quarantined);
    assert!(plan(&resting, &Act::Deactivate { reassign: None }, &alone()).is_ok());
}

#[test]
fn a_cooldown_ends_at_its_instant() {
    let resting = number(NumberClass::Pool, NumberStatus::Quarantined);
    let until = NOW.plus(30 * DAY);
    for (now, forced, expected) in [
        (until.plus(-1), None, Err("cooldown_running")),
        (until, None, Ok(false)),
        (until, Some("late"), Ok(false)),
        (until.plus(-1), Some("early"), Ok(true)),
        (until.plus(-1), Some(" "), Err("reason_required")),
    ] {
        let act = Act::Restore { forced: forced.map(str::to_owned) };
        let got = plan(&resting, &act, &Facts { now, ..facts(&[], None) });
        assert_eq!(
            got.map(|plan| plan.forced).map_err(|refusal| refusal.code()),
            expected,
            "{now} {forced:?}"
        );
    }
}

#[test]
fn the_preview_names_each_thread() {
    let threads = [thread("t2", "c2", ThreadKind::Recurring), thread("t1", "c1", ThreadKind::Recurring)];
    let line = target(NumberClass::Staff);
    let n2 = || GoesTo::Number(NumberId::parse("n2").unwrap());
    for (act, goes_to) in [
        (quarantine("", None), GoesTo::OwnerInbox),
        (Act::Assign { staff: staff("s2") }, GoesTo::UsualRoute),
        (Act::Release { reassign: Some(to("n2")) }, n2()),
        (Act::Deactivate { reassign: Some(to("n2")) }, n2()),
    ] {
        let before = number(NumberClass::Staff, NumberStatus::Active);
        let plan = preview(&before, &act, &facts(&threads, Some(&line))).unwrap();
        let got: Vec<(&str, &GoesTo)> =
            plan.effects.iter().map(|e| (e.thread.as_str(), &e.goes_to)).collect();
        assert_eq!(got, [("t1", &goes_to), ("t2", &goes_to)], "{act:?}");
    }
}

#[test]
fn an_act_that_is_not_what_was_previewed_is_stale() {
    let line = target(NumberClass::Staff);
    let threads = [thread("t1", "c1", ThreadKind::Recurring), thread("t2", "c2", ThreadKind::Recurring)];
    let before = number(NumberClass::Staff, NumberStatus::Active);
    let stamp = preview(&before, &quarantine("", None), &facts(&threads, None)).unwrap().stamp;
    let go = |number: &Number, act: &Act, threads: &[ThreadRef]| {
        plan_as_previewed(number, act, &facts(threads, Some(&line)), stamp).map(|_| ()).map_err(|r| r.code())
    };
    let spam = quarantine("spam", None);
    let swapped = [threads[1].clone(), threads[0].clone()];
    assert_eq!(go(&before, &spam, &threads), Ok(()));
    assert_eq!(go(&before, &spam, &swapped), Ok(()), "the order of reading does not matter");
    assert_eq!(go(&before, &quarantine("spam", Some(90)), &threads), Ok(()), "the default, said aloud");
    let newer = Number { revision: 2, ..before.clone() };
    assert_eq!(go(&newer, &spam, &threads), Err("stale_preview"), "the number has changed");
    assert_eq!(go(&before, &spam, &threads[..1]), Err("stale_preview"), "a thread has closed");
    assert_eq!(go(&before, &quarantine("spam", Some(30)), &threads), Err("stale_preview"), "other days");
    let other = Act::Deactivate { reassign: Some(to("n2")) };
    assert_eq!(go(&before, &other, &threads), Err("stale_preview"), "another act");
}

#[test]
fn debug_does_not_show_the_number() {
    let text = format!("{:?}", number(NumberClass::Pool, NumberStatus::Active));
    assert!(!text.contains("4155550") && text.contains("23"), "{text}");
}

#[test]
fn health_by_errors_in_seven_days() {
    for (ages, expected) in [
        (&[][..], Health::Green),
        (&[7 * DAY, 8 * DAY, -1], Health::Green),
        (&[0], Health::Yellow),
        (&[7 * DAY - 1, 1], Health::Yellow),
        (&[1, 2, 3], Health::Red),
        (&[1, 2, 3, 4, 8 * DAY], Health::Red),
    ] {
        assert_eq!(health(ages.iter().map(|age| NOW.plus(-age)), NOW), expected, "{ages:?}");
    }
}

#[test]
fn pool_choice() {
    let make = |e164: &str, used: Option<i64>| Number {
        e164: E164::parse(e164).unwrap(),
        last_used_at: used.map(Instant::from_micros),
        ..number(NumberClass::Pool, NumberStatus::Active)
    };
    let numbers = [
        make("+15", Some(9)),
        make("+14", Some(5)),
        make("+13", Some(5)),
        make("+12", None),
        make("+11", None),
    ];
    let pick = |taken: &[usize]| {
        let all = numbers.iter().enumerate();
        choose(all.map(|(i, number)| Candidate { number, free: !taken.contains(&i) }))
            .map(|n| n.e164.to_string())
    };
    for (taken, expected) in
        [(&[][..], "+11"), (&[4], "+12"), (&[3, 4], "+13"), (&[2, 3, 4], "+14"), (&[1, 2, 3, 4], "+15")]
    {
        assert_eq!(pick(taken).as_deref(), Ok(expected), "{taken:?}");
    }
    assert_eq!(pick(&[0, 1, 2, 3, 4]), Err(NoneFree { active: 5, needed: 6 }));
    let others = [
        number(NumberClass::FrontDesk, NumberStatus::Active),
        number(NumberClass::Pool, NumberStatus::Quarantined),
    ];
    let got = choose(others.iter().map(|number| Candidate { number, free: true }));
    assert_eq!(got, Err(NoneFree { active: 0, needed: 1 }));
}

fn any_act() -> impl Strategy<Value = Act> {
    let reason = prop_oneof![Just(String::new()), Just("why".to_owned())];
    let days = prop::option::of(0u32..200);
    let reassign = prop::option::of((0..4usize).prop_map(|i| NumberId::parse(&format!("n{i}")).unwrap()));
    prop_oneof![
        (reason.clone(), days).prop_map(|(reason, days)| Act::Quarantine { reason, days }),
        prop::option::of(reason).prop_map(|forced| Act::Restore { forced }),
        reassign.clone().prop_map(|reassign| Act::Release { reassign }),
        (0..3u8).prop_map(|i| Act::Assign { staff: staff(&format!("s{i}")) }),
        reassign.prop_map(|reassign| Act::Deactivate { reassign }),
        Just(Act::Reimport),
    ]
}

proptest! {
    /// Random histories over four numbers of a tenant and six threads. What must hold is stated here apart from the
    /// engine: a business line remains, classes stay within their bounds, no quarantine ends early unforced, and no
    /// customer ever has two threads on one number.
    #[test]
    fn histories(steps in prop::collection::vec((0..4usize, any_act(), 0i64..60), 1..60)) {
        let classes = [NumberClass::FrontDesk, NumberClass::FrontDesk, NumberClass::Staff, NumberClass::Pool];
        let mut numbers: Vec<Number> = classes.iter().enumerate().map(|(i, class)| {
            let id = NumberId::parse(&format!("n{i}")).unwrap();
            Number::import(id, E164::parse(&format!("+1415555012{i}")).unwrap(), *class, "twilio", NOW, false).unwrap()
        }).collect();
        let kinds = [ThreadKind::Other, ThreadKind::Recurring, ThreadKind::OneTime];
        let mut threads: Vec<(usize, ThreadRef)> = (0..6).map(|i| {
            let place = [1, 2, 3][i % 3];
            (place, thread(&format!("t{i}"), &format!("c{}", i / 2), kinds[i % 3]))
        }).collect();
        let mut now = NOW;
        for (place, act, days) in steps {
            now = now.plus(days * DAY);
            let before = numbers[place].clone();
            let here: Vec<ThreadRef> = threads.iter().filter(|(at, _)| *at == place).map(|(_, t)| t.clone()).collect();
            let aim = act.reassign().and_then(|id| numbers.iter().position(|number| number.id == *id));
            let target = aim.map(|at| Target {
                id: numbers[at].id.clone(),
                class: numbers[at].class,
                status: numbers[at].status,
                taken_by: threads.iter().filter(|(on, _)| *on == at).map(|(_, t)| t.customer.clone()).collect(),
            });
            let desks = |but: usize| numbers.iter().enumerate().any(|(i, n)| {
                i != but && n.class == NumberClass::FrontDesk && n.status == NumberStatus::Active
            });
            let facts = Facts {
                now, other_front_desk: desks(place), threads: &here, target: target.as_ref(), held_elsewhere: false,
            };
            let Ok(plan) = plan(&before, &act, &facts) else { continue };
            prop_assert_eq!(&plan_as_previewed(&before, &act, &facts, plan.stamp), &Ok(plan.clone()));
            prop_assert_eq!(plan.effects.len(), here.len());
            if let Some(resting) = &before.quarantine {
                let left = plan.after.status == NumberStatus::Active;
                prop_assert!(!left || plan.forced || now >= resting.until);
            }
            if let Some(resting) = &plan.after.quarantine {
                prop_assert!(resting.until.micros() - now.micros() >= 30 * DAY);
            }
            for effect in &plan.effects {
                if let GoesTo::Number(id) = &effect.goes_to {
                    let at = numbers.iter().position(|number| number.id == *id).unwrap();
                    threads.iter_mut().filter(|(_, t)| t.id == effect.thread).for_each(|(on, _)| *on = at);
                }
            }
            numbers[place] = plan.after;
            let after = &numbers[place];
            prop_assert!(after.is_consistent() && after.revision == before.revision + 1);
            prop_assert_eq!(after.class == NumberClass::FrontDesk, before.class == NumberClass::FrontDesk);
            prop_assert!(numbers.iter().any(|n| n.class == NumberClass::FrontDesk && n.status == NumberStatus::Active));
            let mut pairs = BTreeSet::new();
            prop_assert!(threads.iter().all(|(on, t)| pairs.insert((*on, t.customer.clone()))));
            prop_assert!(threads.iter().all(|(on, _)| numbers[*on].status != NumberStatus::Inactive));
        }
    }

    #[test]
    fn the_choice_does_not_hang_on_the_order(used in prop::collection::vec((prop::option::of(0i64..4), any::<bool>()), 0..9), turn in 0usize..9) {
        let numbers: Vec<(Number, bool)> = used.iter().enumerate().map(|(i, (used, free))| {
            let e164 = E164::parse(&format!("+1{i}")).unwrap();
            let last_used_at = used.map(Instant::from_micros);
            (Number { e164, last_used_at, ..number(NumberClass::Pool, NumberStatus::Active) }, *free)
        }).collect();
        let mut turned = numbers.clone();
        turned.rotate_left(turn.min(numbers.len()));
        let pick = |numbers: &[(Number, bool)]| {
            choose(numbers.iter().map(|(number, free)| Candidate { number, free: *free })).cloned()
        };
        prop_assert_eq!(pick(&numbers), pick(&turned));
    }
}
