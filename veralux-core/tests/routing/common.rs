//! Facts to test with.

use proptest::prelude::*;
use veralux_core::id::{CustomerId, NumberId, OverrideId, StaffId, TenantId, ThreadId, WindowId};
use veralux_core::party::{Direction, NumberClass, NumberStatus, Role, TenantStatus, ThreadStatus};
use veralux_core::routing::{
    Decision, Facts, Findings, Number, Override, OverrideTarget, Sender, SenderId, Snapshot, Tenant, Thread,
    Window, WindowIndex,
};
use veralux_core::time::{Instant, SECOND};

use crate::reference::Answer;

/// The instant `second` seconds behind noon.
pub(crate) fn at(second: i64) -> Instant {
    Instant::parse("2026-01-19T12:00:00Z").unwrap().plus(second * SECOND)
}

pub(crate) fn window(id: &str, staff: &str, start: i64, end: i64) -> Window {
    Window {
        id: WindowId::parse(id).unwrap(),
        staff_id: StaffId::parse(staff).unwrap(),
        starts_at: at(start),
        ends_at: at(end),
    }
}

pub(crate) fn one_override(id: &str, target: OverrideTarget, start: i64, end: Option<i64>) -> Override {
    Override {
        id: OverrideId::parse(id).unwrap(),
        target,
        starts_at: at(start),
        ends_at: end.map(at),
        created_at: at(-100),
        removed_at: None,
        reason: "holiday".to_owned(),
    }
}

pub(crate) fn staff(id: &str) -> OverrideTarget {
    OverrideTarget::Staff(StaffId::parse(id).unwrap())
}

pub(crate) fn sender(role: Role, id: Option<&str>) -> Sender {
    Sender { role, id: id.map(|id| SenderId::parse(id).unwrap()), mapped: true }
}

pub(crate) fn thread(status: ThreadStatus, opted_out: bool) -> Thread {
    let (id, customer_id) = (ThreadId::parse("th1").unwrap(), CustomerId::parse("c1").unwrap());
    Thread { id, status, customer_id, opted_out }
}

pub(crate) fn number(class: NumberClass, status: NumberStatus) -> Number {
    Number { id: NumberId::parse("n1").unwrap(), class, status }
}

/// An inbound message at noon to which no rule but the last has anything to say.
pub(crate) fn plain() -> Facts {
    Facts {
        tenant: Tenant { id: TenantId::parse("t1").unwrap(), status: TenantStatus::Active },
        thread: Some(thread(ThreadStatus::Active, false)),
        number: Some(number(NumberClass::Pool, NumberStatus::Active)),
        at: at(0),
        direction: Direction::Inbound,
        sender: sender(Role::Customer, Some("c1")),
        findings: Findings::NONE,
        overrides: vec![],
        windows: index(vec![]),
    }
}

pub(crate) fn index(windows: Vec<Window>) -> WindowIndex {
    WindowIndex::new(windows).unwrap()
}

pub(crate) fn snapshot(facts: &Facts) -> Snapshot {
    Snapshot::new(facts.clone()).unwrap()
}

/// A decision in the form of the reference's.
pub(crate) fn answer(decision: &Decision<'_>) -> Answer {
    let target = decision.target().map(|target| match target.id() {
        Some(id) => format!("{}:{id}", target.kind()),
        None => target.kind().to_owned(),
    });
    let outcomes = decision.trace().map(|step| step.outcome().as_str().chars().next().unwrap()).collect();
    // The names live as long as the ruleset; the reference's for ever.
    let name = |text: &str| -> &'static str {
        let known = NAMES.iter().find(|known| **known == text);
        known.unwrap_or_else(|| panic!("`{text}` is no code of the specification"))
    };
    let (rule, reason) = (name(decision.rule()), name(decision.reason().as_str()));
    (decision.action().as_str(), target, rule, reason, decision.auto_reply().is_some(), outcomes)
}

#[rustfmt::skip]
const NAMES: [&str; 27] = [
    "tenant_active", "thread_known", "thread_open", "number_active", "leakage_guard", "opt_out", "sender_permitted",
    "content_policy", "outbound_delivery", "active_override", "assignment_window", "default", "tenant_suspended",
    "thread_unknown", "thread_blocked", "thread_archived", "number_not_active", "sender_not_mapped", "opted_out",
    "outside_window", "sender_not_permitted", "policy_findings", "outbound_allowed", "override_active", "window_active",
    "window_conflict", "no_active_window",
];

/// Every number there may be, none included.
pub(crate) fn every_number() -> Vec<Option<Number>> {
    let classes = NumberClass::ALL.iter();
    let some = classes.flat_map(|class| NumberStatus::ALL.iter().map(|status| Some(number(*class, *status))));
    std::iter::once(None).chain(some).collect()
}

/// Every thread there may be, none included.
pub(crate) fn every_thread() -> Vec<Option<Thread>> {
    let some =
        ThreadStatus::ALL.iter().flat_map(|status| [false, true].map(|out| Some(thread(*status, out))));
    std::iter::once(None).chain(some).collect()
}

/// Every role, and for staff whoever may have a window or not.
pub(crate) fn every_sender() -> Vec<Sender> {
    let staff = ["s1", "s2", "s3"].map(|id| sender(Role::Staff, Some(id)));
    let others =
        [(Role::Customer, Some("c1")), (Role::Owner, None), (Role::Automation, None), (Role::Unknown, None)];
    staff.into_iter().chain(others.map(|(role, id)| sender(role, id))).collect()
}

/// Any facts, with instants close enough to meet often.
pub(crate) fn any_facts() -> impl Strategy<Value = Facts> {
    // Half of the messages have nothing but time against them; the rest has anything.
    let half = |plain: usize, any: usize| prop_oneof![Just(plain), 0..any];
    let flags =
        (half(0, 2), half(1, every_thread().len()), half(7, every_number().len()), 0..every_sender().len());
    let more =
        (any::<bool>(), any::<bool>(), prop::array::uniform4(prop_oneof![3 => Just(0_u32), 1 => 1..3_u32]));
    let overrides =
        prop::collection::btree_map("[a-d]\"?", (0..4_usize, 0..14_i64, 1..8_i64, 0..4_i64, 0..24_i64), 0..4);
    let windows = prop::collection::btree_map("[a-zé]{1,2}", (1..4_u8, 0..14_i64, 1..8_i64), 0..24);
    (flags, more, 0..20_i64, overrides, windows).prop_map(|(flags, more, now, overrides, windows)| {
        let (suspended, a_thread, a_number, a_sender) = flags;
        let (outbound, mapped, [phone, email, url, social]) = more;
        let mut facts = Facts {
            thread: every_thread().swap_remove(a_thread),
            number: every_number().swap_remove(a_number),
            at: at(now),
            direction: if outbound { Direction::Outbound } else { Direction::Inbound },
            sender: Sender { mapped, ..every_sender().swap_remove(a_sender) },
            findings: Findings { phone, email, url, social },
            overrides: overrides.iter().map(|(id, parts)| any_override(id, *parts)).collect(),
            windows: index(
                windows
                    .iter()
                    .map(|(id, (of, start, length))| window(id, &format!("s{of}"), *start, start + length))
                    .collect(),
            ),
            ..plain()
        };
        facts.tenant.status = TenantStatus::ALL[suspended];
        facts
    })
}

fn any_override(
    id: &str,
    (target, start, length, created, removed): (usize, i64, i64, i64, i64),
) -> Override {
    let target =
        [staff("s1"), staff("s2"), OverrideTarget::OwnerInbox, OverrideTarget::Customer][target].clone();
    let end = (length < 6).then_some(start + length);
    let removed_at = (removed < 20).then(|| at(removed));
    Override { created_at: at(created), removed_at, ..one_override(id, target, start, end) }
}
