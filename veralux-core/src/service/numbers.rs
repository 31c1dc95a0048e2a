mod import;

pub use import::ImportNumber;
pub(super) use import::{Import, in_use};

use std::collections::BTreeSet;

use serde_json::json;

use super::context::Note;
use super::{Context, Error, Kind, Refusal, Result, Stores};
use crate::digest::Digest;
use crate::fault::Fault;
use crate::id::{NumberId, TenantId};
use crate::number::{self, Act, Facts, GoesTo, Health, Number, Plan, Target, ThreadRef};
use crate::party::{NumberClass, NumberStatus, ThreadStatus};
use crate::port::{Change, Commit, Conflict, Listed, NumberFilter, Page, Requirement, Thread, ThreadFilter};
use crate::time::{DAY, Instant};

/// What an act would do.
#[derive(Debug, Clone)]
pub struct Impact {
    /// The plan, with the stamp to send along with the act.
    pub plan: Plan,
}

/// The tenant's phone numbers.
#[derive(Debug, Clone)]
pub struct Numbers {
    stores: Stores,
}

impl Numbers {
    /// Over these stores.
    pub fn new(stores: Stores) -> Self {
        Self { stores }
    }

    /// The number with this id.
    ///
    /// # Errors
    /// `number_not_found`, or the store's.
    pub async fn lookup(&self, tenant: &TenantId, id: &NumberId) -> Result<Number> {
        let number = self.stores.numbers.lookup(tenant, id).await?;
        Ok(number.ok_or_else(|| Refusal::not_found("number_not_found", "number"))?)
    }

    /// How well a number delivers.
    ///
    /// # Errors
    /// The store's.
    pub async fn health(&self, tenant: &TenantId, id: &NumberId) -> Result<Health> {
        let now = self.stores.now();
        let behind = now.plus(-number::HEALTH_DAYS * DAY);
        let failures = self.stores.messages.list_failures(tenant, id, behind, 3).await?;
        Ok(number::health(failures, now))
    }

    /// A page of numbers.
    ///
    /// # Errors
    /// The store's.
    pub async fn list(&self, tenant: &TenantId, filter: NumberFilter, page: &Page) -> Result<Listed<Number>> {
        Ok(self.stores.numbers.list(tenant, filter, page).await?)
    }

    /// The act that a person means by *release*: a quarantined number is restored, any other is given back to the pool.
    ///
    /// A reason is that of a forced restore and `reassign` is that of a release, so that either is done by it or
    /// refused, never the other act because the number's status has changed meanwhile.
    ///
    /// # Errors
    /// `ambiguous_release` when both are given, `number_not_found`, or the store's.
    pub async fn release(
        &self,
        tenant: &TenantId,
        id: &NumberId,
        reassign: Option<NumberId>,
        reason: Option<String>,
    ) -> Result<Act> {
        let number = self.lookup(tenant, id).await?;
        match (reassign, reason) {
            (Some(_), Some(_)) => {
                let message =
                    "ends a quarantine, `reassign` gives a number back to the pool: send one of them";
                Err(Refusal::field("ambiguous_release", "reason", message).into())
            }
            (None, forced @ Some(_)) => Ok(Act::Restore { forced }),
            (None, None) if number.status == NumberStatus::Quarantined => Ok(Act::Restore { forced: None }),
            (reassign, None) => Ok(Act::Release { reassign }),
        }
    }

    /// What an act would do, thread by thread. Nothing is written.
    ///
    /// # Errors
    /// `number_not_found`, the act's refusal, or the store's.
    pub async fn impact(&self, tenant: &TenantId, id: &NumberId, act: &Act) -> Result<Impact> {
        let seen = self.look(tenant, id, act).await?;
        let plan = number::preview(&seen.number, act, &seen.facts()).map_err(Error::from)?;
        Ok(Impact { plan })
    }

    /// Does an act. With the stamp of an impact, only if it does what that showed.
    ///
    /// # Errors
    /// `number_not_found`, the act's refusal, `stale_preview` when a stamp was given and `stale` when not, or the
    /// store's.
    pub async fn act(
        &self,
        context: &Context,
        tenant: &TenantId,
        id: &NumberId,
        act: &Act,
        stamp: Option<Digest>,
    ) -> Result<Plan> {
        let seen = self.look(tenant, id, act).await?;
        let plan = match stamp {
            Some(stamp) => number::plan_as_previewed(&seen.number, act, &seen.facts(), stamp),
            None => number::plan(&seen.number, act, &seen.facts()),
        }
        .map_err(Error::from)?;
        let event_type = format!("number.{}", event_name(act));
        let note = Note::new(&event_type, ("number", id.as_str()), particulars(&seen, act, &plan));
        let commit = seen.changes(&plan, self.stores.start(tenant, seen.now, context, note)?);
        self.stores.ledger.commit(commit).await.map_err(|error| conflicted(error, stamp))?;
        Ok(plan)
    }

    async fn look(&self, tenant: &TenantId, id: &NumberId, act: &Act) -> Result<Seen> {
        let number = self.lookup(tenant, id).await?;
        let front_desks =
            NumberFilter { class: Some(NumberClass::FrontDesk), status: Some(NumberStatus::Active) };
        let others = self.stores.all_numbers(tenant, front_desks).await?;
        let threads = self.open_threads(tenant, id).await?;
        let (target_number, target) = match act.reassign() {
            Some(target) if target != id => self.target(tenant, target).await?,
            _ => (None, None),
        };
        let holder = self.stores.directory.find_tenant_by_number(&number.e164).await?;
        let refs = threads
            .iter()
            .map(|thread| ThreadRef {
                id: thread.id.clone(),
                customer: thread.customer.clone(),
                kind: thread.kind,
            })
            .collect();
        Ok(Seen {
            now: self.stores.now(),
            other_front_desk: others.iter().any(|other| other.id != *id),
            held_elsewhere: holder.is_some_and(|holder| holder != *tenant),
            number,
            threads,
            refs,
            target_number,
            target,
        })
    }

    async fn target(&self, tenant: &TenantId, id: &NumberId) -> Result<(Option<Number>, Option<Target>)> {
        let Some(number) = self.stores.numbers.lookup(tenant, id).await? else { return Ok((None, None)) };
        let now = self.stores.now();
        let filter = ThreadFilter { number: Some(id.clone()), ..ThreadFilter::default() };
        let threads = self.stores.all_threads(tenant, &filter).await?;
        let taken = |thread: &Thread| thread.pair_free_at.is_none_or(|free_at| now < free_at);
        let taken_by: BTreeSet<_> = threads.into_iter().filter(taken).map(|thread| thread.customer).collect();
        let target = Target { id: number.id.clone(), class: number.class, status: number.status, taken_by };
        Ok((Some(number), Some(target)))
    }

    async fn open_threads(&self, tenant: &TenantId, number: &NumberId) -> Result<Vec<Thread>> {
        let mut threads = Vec::new();
        for status in [ThreadStatus::Active, ThreadStatus::Blocked] {
            let filter = ThreadFilter {
                number: Some(number.clone()),
                status: Some(status),
                ..ThreadFilter::default()
            };
            threads.extend(self.stores.all_threads(tenant, &filter).await?);
        }
        threads.sort_by(|one, two| one.id.cmp(&two.id));
        Ok(threads)
    }
}

struct Seen {
    now: Instant,
    number: Number,
    other_front_desk: bool,
    held_elsewhere: bool,
    threads: Vec<Thread>,
    refs: Vec<ThreadRef>,
    target_number: Option<Number>,
    target: Option<Target>,
}

impl Seen {
    fn facts(&self) -> Facts<'_> {
        Facts {
            now: self.now,
            other_front_desk: self.other_front_desk,
            threads: &self.refs,
            target: self.target.as_ref(),
            held_elsewhere: self.held_elsewhere,
        }
    }

    /// The plan as changes that are refused when anything that it rests on is not as it was seen.
    fn changes(&self, plan: &Plan, commit: Commit) -> Commit {
        let ids = self.threads.iter().map(|thread| thread.id.clone()).collect();
        let mut commit = commit
            .change(Change::Require(Requirement::OpenThreads(self.number.id.clone(), ids)))
            .change(Change::Number { after: plan.after.clone(), before: Some(self.number.revision) });
        if let Some(target) = &self.target_number {
            // Written as it is: threads must not move to a number that was given up or quarantined a moment ago.
            commit = commit.change(Change::Number { after: target.clone(), before: Some(target.revision) });
        }
        for thread in &self.threads {
            if let Some(after) = moved(thread, plan) {
                commit = commit.change(Change::Thread { after, before: Some(thread.revision) });
            }
        }
        let leaves = self.number.status == NumberStatus::Active && plan.after.status != NumberStatus::Active;
        if leaves && self.number.class == NumberClass::FrontDesk {
            commit = commit.change(Change::Require(Requirement::FrontDesk));
        }
        commit
    }
}

/// What the audit says of an act.
fn particulars(seen: &Seen, act: &Act, plan: &Plan) -> serde_json::Value {
    let reason = match act {
        Act::Quarantine { reason, .. } => Some(reason.trim()),
        Act::Restore { forced } => forced.as_deref().map(str::trim),
        _ => None,
    };
    json!({
        "from": seen.number.status.as_str(), "to": plan.after.status.as_str(), "reason": reason,
        "forced": plan.forced, "threads": plan.effects.len(), "reassign": act.reassign(),
        "staffId": plan.after.staff, "until": plan.after.quarantine.as_ref().map(|rest| rest.until),
    })
}

fn moved(thread: &Thread, plan: &Plan) -> Option<Thread> {
    let effect = plan.effects.iter().find(|effect| effect.thread == thread.id)?;
    match &effect.goes_to {
        GoesTo::Number(number) => {
            Some(Thread { number: number.clone(), revision: thread.revision + 1, ..thread.clone() })
        }
        GoesTo::UsualRoute | GoesTo::OwnerInbox => None,
    }
}

const fn event_name(act: &Act) -> &'static str {
    match act {
        Act::Quarantine { .. } => "quarantined",
        Act::Restore { .. } => "restored",
        Act::Release { .. } => "released",
        Act::Assign { .. } => "assigned",
        Act::Deactivate { .. } => "deactivated",
        Act::Reimport => "reimported",
    }
}

impl From<number::Refusal> for Error {
    fn from(refusal: number::Refusal) -> Self {
        let (code, detail) = (refusal.code(), refusal.to_string());
        let field = match refusal {
            number::Refusal::ReasonRequired | number::Refusal::ReasonTooLong => "reason",
            number::Refusal::QuarantineDays { .. } => "days",
            _ => return Refusal::new(Kind::Conflict, code, detail).into(),
        };
        let faults = vec![Fault::new(field, detail.clone())];
        Refusal { faults, ..Refusal::new(Kind::Invalid, code, detail) }.into()
    }
}

/// Somebody was faster than an act.
fn conflicted(error: crate::port::Error, stamp: Option<Digest>) -> Error {
    match error.conflict() {
        Some(Conflict::NumberTaken) => Error::from(number::Refusal::HeldByAnotherTenant),
        Some(Conflict::Stale | Conflict::PairTaken(_)) if stamp.is_some() => {
            Error::from(number::Refusal::StalePreview)
        }
        Some(Conflict::Stale | Conflict::PairTaken(_)) => Refusal::stale().into(),
        _ => Error::Port(error),
    }
}
