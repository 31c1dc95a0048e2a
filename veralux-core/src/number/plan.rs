//! What an act would do: the preview and the act are one function.

use serde::Serialize;

use super::act::{Act, ActKind, Facts, Refusal, Target, ThreadRef};
use super::{
    DEFAULT_QUARANTINE_DAYS, MAX_QUARANTINE_DAYS, MAX_REASON_BYTES, MIN_QUARANTINE_DAYS, Number, Quarantine,
};
use crate::digest::{Digest, Encoder};
use crate::id::{NumberId, ThreadId};
use crate::party::{NumberClass, NumberStatus};
use crate::time::{DAY, Instant};

/// Where a thread's messages go once an act is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum GoesTo {
    /// The thread stays on its number and takes its usual route: window, else owner inbox.
    UsualRoute,
    /// The thread moves to this number and takes its usual route there.
    Number(NumberId),
    /// Inbound messages go to the owner inbox, outbound ones are refused, until the number is active again.
    OwnerInbox,
}

/// One affected thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadEffect {
    /// Which thread.
    pub thread: ThreadId,
    /// Where its messages go.
    pub goes_to: GoesTo,
}

/// What an act does, not yet done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// What was asked for.
    pub act: ActKind,
    /// The number as it will be.
    pub after: Number,
    /// Every active thread on the number, by id.
    pub effects: Vec<ThreadEffect>,
    /// Whether a running cooldown is cut short; the audit says so.
    pub forced: bool,
    /// Digest over the number's revision, the act without its reason, whether it is forced, and every effect.
    pub stamp: Digest,
}

/// What the act would do. A reason may still be blank.
///
/// # Errors
/// [`Refusal`], as [`plan`] but for the reason.
pub fn preview(number: &Number, act: &Act, facts: &Facts<'_>) -> Result<Plan, Refusal> {
    check_state(number, act)?;
    check_guards(number, act, facts)?;
    let forced = check_cooldown(number, act, facts.now)?;
    let effects = effects(number, act, facts)?;
    let stamp = stamp(number, act, forced, &effects);
    Ok(Plan { act: act.kind(), after: after(number, act, facts.now), effects, forced, stamp })
}

/// What the act does.
///
/// # Errors
/// [`Refusal`]: the state does not allow it, a guard forbids it, or its reason is blank.
pub fn plan(number: &Number, act: &Act, facts: &Facts<'_>) -> Result<Plan, Refusal> {
    let plan = preview(number, act, facts)?;
    match act.reason().map(str::trim) {
        Some("") => Err(Refusal::ReasonRequired),
        Some(reason) if reason.len() > MAX_REASON_BYTES => Err(Refusal::ReasonTooLong),
        _ => Ok(plan),
    }
}

/// What the act does, provided that it is what the preview with this stamp showed.
///
/// # Errors
/// As [`plan`], and [`Refusal::StalePreview`].
pub fn plan_as_previewed(
    number: &Number,
    act: &Act,
    facts: &Facts<'_>,
    stamp: Digest,
) -> Result<Plan, Refusal> {
    let plan = plan(number, act, facts)?;
    if plan.stamp == stamp { Ok(plan) } else { Err(Refusal::StalePreview) }
}

/// The status to which an act leads.
const fn destination(act: ActKind) -> NumberStatus {
    match act {
        ActKind::Quarantine => NumberStatus::Quarantined,
        ActKind::Restore | ActKind::Release | ActKind::Assign | ActKind::Reimport => NumberStatus::Active,
        ActKind::Deactivate => NumberStatus::Inactive,
    }
}

fn check_state(number: &Number, act: &Act) -> Result<(), Refusal> {
    use NumberStatus::{Active, Inactive, Quarantined};
    let (kind, from) = (act.kind(), number.status);
    let allowed = matches!(
        (kind, from),
        (ActKind::Quarantine | ActKind::Release | ActKind::Assign, Active)
            | (ActKind::Restore, Quarantined)
            | (ActKind::Deactivate, Active | Quarantined)
            | (ActKind::Reimport, Inactive)
    );
    if allowed { Ok(()) } else { Err(Refusal::Transition { act: kind, from, to: destination(kind) }) }
}

fn check_guards(number: &Number, act: &Act, facts: &Facts<'_>) -> Result<(), Refusal> {
    let front_desk = number.class == NumberClass::FrontDesk;
    let last_front_desk = front_desk && number.status == NumberStatus::Active && !facts.other_front_desk;
    match act {
        Act::Quarantine { .. } | Act::Deactivate { .. } if last_front_desk => Err(Refusal::LastFrontDesk),
        Act::Quarantine { days: Some(days), .. }
            if !(MIN_QUARANTINE_DAYS..=MAX_QUARANTINE_DAYS).contains(days) =>
        {
            Err(Refusal::QuarantineDays { days: *days })
        }
        Act::Release { .. } if front_desk => Err(Refusal::FrontDeskNotReleased),
        Act::Release { .. } if number.class == NumberClass::Pool => Err(Refusal::AlreadyInPool),
        Act::Assign { .. } if front_desk => Err(Refusal::FrontDeskNotAssigned),
        Act::Assign { staff } if number.staff.as_ref() == Some(staff) => Err(Refusal::AlreadyAssigned),
        Act::Reimport if facts.held_elsewhere => Err(Refusal::HeldByAnotherTenant),
        _ => Ok(()),
    }
}

/// Whether a restore cuts a running cooldown short.
fn check_cooldown(number: &Number, act: &Act, now: Instant) -> Result<bool, Refusal> {
    let (Act::Restore { forced }, Some(quarantine)) = (act, &number.quarantine) else {
        return Ok(false);
    };
    match (now >= quarantine.until, forced) {
        (true, _) => Ok(false),
        (false, Some(_)) => Ok(true),
        (false, None) => Err(Refusal::CooldownRunning { until: quarantine.until }),
    }
}

fn effects(number: &Number, act: &Act, facts: &Facts<'_>) -> Result<Vec<ThreadEffect>, Refusal> {
    let count = facts.threads.len();
    let goes_to = match act {
        Act::Quarantine { .. } => GoesTo::OwnerInbox,
        // People's threads do not become strangers' on a number that changes its class.
        Act::Assign { .. } if number.class == NumberClass::Pool && count > 0 => {
            return Err(Refusal::ThreadsActive { count });
        }
        Act::Restore { .. } | Act::Assign { .. } | Act::Reimport => GoesTo::UsualRoute,
        Act::Release { reassign: None } | Act::Deactivate { reassign: None } if count > 0 => {
            return Err(Refusal::ThreadsActive { count });
        }
        Act::Release { reassign: None } | Act::Deactivate { reassign: None } => return Ok(Vec::new()),
        Act::Release { reassign: Some(id) } | Act::Deactivate { reassign: Some(id) } => {
            check_target(number, id, facts)?;
            GoesTo::Number(id.clone())
        }
    };
    let mut effects: Vec<ThreadEffect> = facts
        .threads
        .iter()
        .map(|thread| ThreadEffect { thread: thread.id.clone(), goes_to: goes_to.clone() })
        .collect();
    effects.sort_by(|one, other| one.thread.cmp(&other.thread));
    Ok(effects)
}

fn check_target(number: &Number, id: &NumberId, facts: &Facts<'_>) -> Result<(), Refusal> {
    let target = facts
        .target
        .filter(|target| target.id == *id && target.id != number.id)
        .ok_or_else(|| Refusal::TargetUnknown { target: id.clone() })?;
    if target.status != NumberStatus::Active {
        return Err(Refusal::TargetNotActive { status: target.status });
    }
    let mut taken = target.taken_by.clone();
    for thread in facts.threads {
        if !may_live_on(thread, target) {
            return Err(Refusal::TargetClass { thread: thread.id.clone(), class: target.class });
        }
        if !taken.insert(thread.customer.clone()) {
            return Err(Refusal::TargetTaken { thread: thread.id.clone() });
        }
    }
    Ok(())
}

/// The front desk takes any thread; the other classes take the threads that are theirs.
fn may_live_on(thread: &ThreadRef, target: &Target) -> bool {
    target.class == NumberClass::FrontDesk || target.class == thread.kind.number_class()
}

fn after(number: &Number, act: &Act, now: Instant) -> Number {
    let mut after = number.clone();
    after.revision = number.revision.saturating_add(1);
    after.status = destination(act.kind());
    after.quarantine = None;
    match act {
        Act::Quarantine { reason, days } => {
            let days = i64::from(days.unwrap_or(DEFAULT_QUARANTINE_DAYS));
            let until = now.plus(days * DAY);
            after.quarantine = Some(Quarantine { reason: reason.trim().to_owned(), since: now, until });
        }
        Act::Release { .. } => {
            after.class = NumberClass::Pool;
            after.staff = None;
        }
        Act::Assign { staff } => {
            after.class = NumberClass::Staff;
            after.staff = Some(staff.clone());
        }
        Act::Deactivate { .. } => after.staff = None,
        Act::Reimport => after.given_back_at = None,
        Act::Restore { .. } => {}
    }
    after
}

fn stamp(number: &Number, act: &Act, forced: bool, effects: &[ThreadEffect]) -> Digest {
    let encoder = Encoder::new("veralux number plan", 1)
        .text(number.id.as_str())
        .unsigned(number.revision)
        .text(act.kind().as_str())
        .optional(act.reassign().map(NumberId::as_str));
    let encoder = match act {
        Act::Quarantine { days, .. } => encoder.unsigned(u64::from(days.unwrap_or(DEFAULT_QUARANTINE_DAYS))),
        Act::Restore { .. } => encoder.unsigned(u64::from(forced)),
        Act::Assign { staff } => encoder.text(staff.as_str()),
        Act::Release { .. } | Act::Deactivate { .. } | Act::Reimport => encoder,
    };
    let encoder = encoder.length(effects.len());
    effects
        .iter()
        .fold(encoder, |encoder, effect| {
            let encoder = encoder.text(effect.thread.as_str());
            match &effect.goes_to {
                GoesTo::UsualRoute => encoder.text("usual_route"),
                GoesTo::OwnerInbox => encoder.text("owner_inbox"),
                GoesTo::Number(id) => encoder.text("number").text(id.as_str()),
            }
        })
        .finish()
}
