//! The rule table once more, as plainly as it can be said: written from the specification, shared with nothing.

use std::cmp::Ordering::{Equal, Greater, Less};

use veralux_core::party::{Direction::Inbound, NumberClass, NumberStatus, Role, TenantStatus, ThreadStatus};
use veralux_core::routing::{Facts, OverrideTarget};

/// Action, target, rule, reason, reply, and the first letters of the outcomes.
pub(crate) type Answer = (&'static str, Option<String>, &'static str, &'static str, bool, String);

// A table that is broken over lines is no table.
#[rustfmt::skip]
pub(crate) fn decide(f: &Facts) -> Answer {
    let (inbound, role, thread, number) = (f.direction == Inbound, f.sender.role, f.thread.as_ref(), f.number.as_ref());
    let findings = f.findings.phone + f.findings.email + f.findings.url + f.findings.social > 0;
    let customer = || thread.map(|t| format!("customer:{}", t.customer_id));
    let inbox = || Some("owner_inbox".to_owned());
    let status = |status| thread.is_some_and(|t| t.status == status);
    let active: Vec<_> = f.windows.windows().iter().filter(|w| w.starts_at <= f.at && f.at < w.ends_at).collect();
    let own = active.iter().any(|w| f.sender.id.as_ref().is_some_and(|id| id.as_str() == w.staff_id.as_str()));
    let unknown = if inbound { ("deliver", inbox()) } else { ("block", None) };
    let pool = number.is_some_and(|n| n.class == NumberClass::Pool);
    let outside = role == Role::Staff && thread.is_some() && !own;
    let stranger = matches!(role, Role::Customer | Role::Unknown);
    let shut = if status(ThreadStatus::Blocked) { "thread_blocked" } else { "thread_archived" };
    let may_not = if outside { "outside_window" } else { "sender_not_permitted" };
    let mut current: Vec<_> = f.overrides.iter().filter(|o| o.starts_at <= f.at).collect();
    current.retain(|o| o.ends_at.is_none_or(|end| f.at < end) && o.removed_at.is_none_or(|removed| f.at < removed));
    current.sort_by_key(|o| (o.created_at, o.id.as_str().as_bytes()));
    let override_to = current.last().and_then(|o| match &o.target {
        OverrideTarget::Staff(id) => Some(format!("staff:{id}")),
        OverrideTarget::OwnerInbox => inbox(),
        OverrideTarget::Customer => customer(),
    });
    let conflict = active.iter().any(|w| w.staff_id != active[0].staff_id);
    let window_to = if conflict { inbox() } else { active.first().map(|w| format!("staff:{}", w.staff_id)) };
    let window_is = if conflict { "window_conflict" } else { "window_active" };
    let rules = [
        ("tenant_active", f.tenant.status == TenantStatus::Suspended, ("block", None), "tenant_suspended"),
        ("thread_known", thread.is_none(), unknown.clone(), "thread_unknown"),
        ("thread_open", status(ThreadStatus::Blocked) || status(ThreadStatus::Archived), ("block", None), shut),
        ("number_active", number.is_none_or(|n| n.status != NumberStatus::Active), unknown, "number_not_active"),
        ("leakage_guard", inbound && pool && thread.is_some() && !f.sender.mapped, ("deliver", inbox()), "sender_not_mapped"),
        ("opt_out", !inbound && thread.is_some_and(|t| t.opted_out), ("block", None), "opted_out"),
        ("sender_permitted", !inbound && (outside || stranger), ("block", None), may_not),
        ("content_policy", !inbound && role == Role::Staff && findings, ("review", inbox()), "policy_findings"),
        ("outbound_delivery", !inbound, ("deliver", customer()), "outbound_allowed"),
        ("active_override", !current.is_empty(), ("deliver", override_to), "override_active"),
        ("assignment_window", !active.is_empty(), ("deliver", window_to), window_is),
        ("default", true, ("deliver", inbox()), "no_active_window"),
    ];
    let first = rules.iter().position(|rule| rule.1).unwrap();
    let behind = |place: usize| if place >= 8 { 'n' } else if rules[place].1 { 'a' } else { 'p' };
    let outcome = |place: usize| match place.cmp(&first) { Less => 'p', Equal => 'd', Greater => behind(place) };
    let outcomes = (0..12).map(outcome).collect();
    let (name, _, (action, target), reason) = rules[first].clone();
    let action = if action != "deliver" || !findings { action } else if inbound { "flag" } else { "warn" };
    (action, target, name, reason, reason == "sender_not_mapped", outcomes)
}
