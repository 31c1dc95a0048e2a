//! The rules.

use super::decision::{Decision, Reason, Target, Verdict};
use super::facts::{Facts, Override, OverrideTarget};
use super::rule::{Ruleset, Ruling, SAFETY};
use super::snapshot::Snapshot;
use super::window::Coverage;
use crate::party::{Direction, NumberClass, NumberStatus, Role, TenantStatus, ThreadStatus};

/// Decides where one message goes: the first rule that decides, decides.
///
/// A pure function without an allocation (but for the rulings of inserted rules): the live path, the simulator and a
/// replay all call it, and the same snapshot under the same ruleset has the same answer, byte for byte.
///
/// ```
/// use veralux_core::routing::{Action, Ruleset, Snapshot, decide};
///
/// let snapshot = Snapshot::parse(br#"{
///     "tenant": {"id": "t1", "status": "active"},
///     "thread": {"id": "th1", "status": "active", "customerId": "c1", "optedOut": false},
///     "number": {"id": "n1", "class": "pool", "status": "active"},
///     "at": "2026-01-19T14:30:00Z", "direction": "inbound",
///     "sender": {"role": "customer", "id": "c1", "mapped": true},
///     "findings": {"phone": 0, "email": 0, "url": 0, "social": 0},
///     "overrides": [],
///     "windows": [{"id": "w1", "staffId": "s1",
///                  "startsAt": "2026-01-19T09:00:00Z", "endsAt": "2026-01-19T18:00:00Z"}]
/// }"#).unwrap();
/// let ruleset = Ruleset::standard();
/// let decision = decide(&snapshot, &ruleset);
/// assert_eq!(decision.action(), Action::Deliver);
/// assert_eq!(decision.target().and_then(|target| target.id()), Some("s1"));
/// assert_eq!(decision.rule(), "assignment_window");
/// assert_eq!(decision.explanation(), "Window w1 of staff member s1 is active until 18:00 UTC.");
/// assert_eq!(decision.trace().len(), 12);
/// ```
pub fn decide<'a>(snapshot: &'a Snapshot, ruleset: &'a Ruleset) -> Decision<'a> {
    let mut applies = own_safety_rules(snapshot);
    let rulings: Vec<Option<Ruling>> = ruleset.inserted().iter().map(|rule| rule.judge(snapshot)).collect();
    for (place, _) in rulings.iter().enumerate().filter(|(_, ruling)| ruling.is_some()) {
        applies |= 1 << (SAFETY + place);
    }
    let (mut active, safety) = (None, ruleset.safety());
    let (decided, verdict) = match first(applies) {
        Some(index) if index < SAFETY => (index, safety_verdict(index, snapshot.facts())),
        Some(index) => (index, Verdict::Inserted),
        None => {
            let (behind, verdict) = delivery(snapshot.facts(), &mut active);
            (safety + behind, verdict)
        }
    };
    Decision { snapshot, ruleset, verdict, decided, applies, active, rulings }
}

fn first(applies: u64) -> Option<usize> {
    (applies != 0).then(|| usize::try_from(applies.trailing_zeros()).unwrap_or(0))
}

/// Bit by position, which of the rules 1 to 8 apply. What is absent because there is no thread or number, passes.
fn own_safety_rules(snapshot: &Snapshot) -> u64 {
    let facts = snapshot.facts();
    let (thread, number) = (facts.thread.as_ref(), facts.number.as_ref());
    let outbound = facts.direction == Direction::Outbound;
    let by_staff = facts.sender.role == Role::Staff;
    let pool = number.is_some_and(|number| number.class == NumberClass::Pool);
    let permitted = match facts.sender.role {
        Role::Staff => thread.is_none() || facts.windows.serves(snapshot.sender(), facts.at),
        Role::Customer | Role::Unknown => false,
        Role::Owner | Role::Automation => true,
    };
    let rules: [bool; SAFETY] = [
        facts.tenant.status == TenantStatus::Suspended,
        thread.is_none(),
        thread.is_some_and(|thread| matches!(thread.status, ThreadStatus::Blocked | ThreadStatus::Archived)),
        number.is_none_or(|number| number.status != NumberStatus::Active),
        !outbound && pool && thread.is_some() && !facts.sender.mapped,
        outbound && thread.is_some_and(|thread| thread.opted_out),
        outbound && !permitted,
        outbound && by_staff && facts.findings.any(),
    ];
    rules.into_iter().rev().fold(0, |bits, applies| bits << 1 | u64::from(applies))
}

/// What the safety rule at a position says when it applies.
fn safety_verdict<'a>(index: usize, facts: &Facts) -> Verdict<'a> {
    let without = |reason| match facts.direction {
        Direction::Inbound => Verdict::Deliver(Target::OwnerInbox, reason),
        Direction::Outbound => Verdict::Block(reason),
    };
    let archived = facts.thread.as_ref().is_some_and(|thread| thread.status == ThreadStatus::Archived);
    match index {
        0 => Verdict::Block(Reason::TenantSuspended),
        1 => without(Reason::ThreadUnknown),
        2 if archived => Verdict::Block(Reason::ThreadArchived),
        2 => Verdict::Block(Reason::ThreadBlocked),
        3 => without(Reason::NumberNotActive),
        4 => Verdict::Unrecognised,
        5 => Verdict::Block(Reason::OptedOut),
        6 if facts.sender.role == Role::Staff => Verdict::Block(Reason::OutsideWindow),
        6 => Verdict::Block(Reason::SenderNotPermitted),
        _ => Verdict::Review(Reason::PolicyFindings),
    }
}

/// Rules 9 to 12, with the position of the one that decides behind the safety rules.
fn delivery<'a>(facts: &'a Facts, active: &mut Option<&'a Override>) -> (usize, Verdict<'a>) {
    let customer = facts.thread.as_ref().map(|thread| Target::Customer(&thread.customer_id));
    // Rule 2 has decided where there is no thread.
    let customer = customer.unwrap_or(Target::OwnerInbox);
    if facts.direction == Direction::Outbound {
        return (0, Verdict::Deliver(customer, Reason::OutboundAllowed));
    }
    *active = active_override(facts);
    if let Some(active) = active {
        let target = match &active.target {
            OverrideTarget::Staff(id) => Target::Staff(id),
            OverrideTarget::OwnerInbox => Target::OwnerInbox,
            OverrideTarget::Customer => customer,
        };
        return (1, Verdict::Deliver(target, Reason::OverrideActive));
    }
    let owner = |reason| Verdict::Deliver(Target::OwnerInbox, reason);
    match facts.windows.coverage(facts.at) {
        Coverage::One(index) => match facts.windows.windows().get(index) {
            Some(window) => (2, Verdict::Deliver(Target::Staff(&window.staff_id), Reason::WindowActive)),
            None => (3, owner(Reason::NoActiveWindow)),
        },
        Coverage::Several => (2, owner(Reason::WindowConflict)),
        Coverage::Nobody => (3, owner(Reason::NoActiveWindow)),
    }
}

/// Of the active overrides the one made last; of those made at one instant, the greatest id.
fn active_override(facts: &Facts) -> Option<&Override> {
    let active = facts.overrides.iter().filter(|item| item.is_active(facts.at));
    // They are sorted by id, and the last of equals wins.
    active.max_by_key(|item| item.created_at)
}
