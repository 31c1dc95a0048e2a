use std::collections::BTreeSet;

use serde_json::json;

use super::context::Note;
use super::{Context, Error, Kind, Refusal, Result, Stores};
use crate::digest::Digest;
use crate::id::{NumberId, TenantId, ThreadId};
use crate::number::{self, Act, Facts, GoesTo, Number, Plan, Target, ThreadRef};
use crate::party::{NumberClass, NumberStatus, ThreadStatus};
use crate::phone::E164;
use crate::port::{Change, Conflict, Listed, NumberFilter, Page, Requirement, Thread, ThreadFilter};
use crate::time::Instant;

/// A number to be taken into use.
#[derive(Debug, Clone)]
pub struct ImportNumber {
    /// The number.
    pub e164: E164,
    /// What it shall be for.
    pub class: NumberClass,
    /// Slug of the provider it came through.
    pub provider: String,
}

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

    /// A page of numbers.
    ///
    /// # Errors
    /// The store's.
    pub async fn list(&self, tenant: &TenantId, filter: NumberFilter, page: &Page) -> Result<Listed<Number>> {
        Ok(self.stores.numbers.list(tenant, filter, page).await?)
    }

    /// Takes a number into use: a new one, or one of the tenant's own that is inactive.
    ///
    /// # Errors
    /// `held_by_another_tenant`, `number_exists` when the tenant has it in use, or the store's.
    pub async fn import(
        &self,
        context: &Context,
        tenant: &TenantId,
        request: ImportNumber,
    ) -> Result<Number> {
        let now = self.stores.now();
        let holder = self.stores.directory.find_tenant_by_number(&request.e164).await?;
        let own = self.stores.numbers.find(tenant, &request.e164).await?;
        let held_elsewhere = holder.is_some_and(|holder| holder != *tenant);
        let (after, before) = match own {
            None => {
                let id = NumberId::generate(now, self.stores.id_bytes());
                let number =
                    Number::import(id, request.e164, request.class, &request.provider, now, held_elsewhere)
                        .map_err(refused)?;
                (number, None)
            }
            Some(number) if number.status == NumberStatus::Inactive => {
                let facts = Facts { now, other_front_desk: true, threads: &[], target: None, held_elsewhere };
                let plan = number::plan(&number, &Act::Reimport, &facts).map_err(refused)?;
                (Number { class: request.class, ..plan.after }, Some(number.revision))
            }
            Some(_) => {
                let detail = "the tenant has this number in use already";
                return Err(Refusal::new(Kind::Conflict, "number_exists", detail).into());
            }
        };
        let payload = json!({"class": after.class.as_str(), "provider": after.provider});
        let note = Note::new("number.imported", ("number", after.id.as_str()), payload);
        let change = Change::Number { after: after.clone(), before };
        let commit = self.stores.start(tenant, now, context, note)?.change(change);
        self.stores.ledger.commit(commit).await.map_err(conflicted)?;
        Ok(after)
    }

    /// What an act would do, thread by thread. Nothing is written.
    ///
    /// # Errors
    /// `number_not_found`, the act's refusal, or the store's.
    pub async fn impact(&self, tenant: &TenantId, id: &NumberId, act: &Act) -> Result<Impact> {
        let seen = self.look(tenant, id, act).await?;
        let plan = number::preview(&seen.number, act, &seen.facts()).map_err(refused)?;
        Ok(Impact { plan })
    }

    /// Does an act. With the stamp of an impact, only if it does what that showed.
    ///
    /// # Errors
    /// `number_not_found`, the act's refusal, `stale`, or the store's.
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
        .map_err(refused)?;
        let reason = match act {
            Act::Quarantine { reason, .. } => Some(reason),
            Act::Restore { forced } => forced.as_ref(),
            _ => None,
        };
        let payload = json!({
            "from": seen.number.status.as_str(), "to": plan.after.status.as_str(), "reason": reason,
            "forced": plan.forced, "threads": plan.effects.len(),
        });
        let event_type = format!("number.{}", event_name(act));
        let note = Note::new(&event_type, ("number", id.as_str()), payload);
        let mut commit = self
            .stores
            .start(tenant, seen.now, context, note)?
            .change(Change::Require(Requirement::OpenThreads(id.clone(), seen.thread_ids())))
            .change(Change::Number { after: plan.after.clone(), before: Some(seen.number.revision) });
        for thread in &seen.threads {
            if let Some(after) = moved(thread, &plan) {
                commit = commit.change(Change::Thread { after, before: Some(thread.revision) });
            }
        }
        let leaves = seen.number.status == NumberStatus::Active && plan.after.status != NumberStatus::Active;
        if leaves && seen.number.class == NumberClass::FrontDesk {
            commit = commit.change(Change::Require(Requirement::FrontDesk));
        }
        self.stores.ledger.commit(commit).await.map_err(conflicted)?;
        Ok(plan)
    }

    async fn look(&self, tenant: &TenantId, id: &NumberId, act: &Act) -> Result<Seen> {
        let number = self.lookup(tenant, id).await?;
        let front_desks =
            NumberFilter { class: Some(NumberClass::FrontDesk), status: Some(NumberStatus::Active) };
        let others = self.stores.all_numbers(tenant, front_desks).await?;
        let threads = self.open_threads(tenant, id).await?;
        let target = match act.reassign() {
            Some(target) if target != id => self.target(tenant, target).await?,
            _ => None,
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
            target,
        })
    }

    async fn target(&self, tenant: &TenantId, id: &NumberId) -> Result<Option<Target>> {
        let Some(number) = self.stores.numbers.lookup(tenant, id).await? else { return Ok(None) };
        let now = self.stores.now();
        let filter = ThreadFilter { number: Some(id.clone()), ..ThreadFilter::default() };
        let threads = self.stores.all_threads(tenant, &filter).await?;
        let taken = |thread: &Thread| thread.pair_free_at.is_none_or(|free_at| now < free_at);
        let taken_by: BTreeSet<_> = threads.into_iter().filter(taken).map(|thread| thread.customer).collect();
        Ok(Some(Target { id: number.id, class: number.class, status: number.status, taken_by }))
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

    fn thread_ids(&self) -> Vec<ThreadId> {
        self.threads.iter().map(|thread| thread.id.clone()).collect()
    }
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

fn refused(refusal: number::Refusal) -> Error {
    let kind = match refusal {
        number::Refusal::ReasonRequired
        | number::Refusal::ReasonTooLong
        | number::Refusal::QuarantineDays { .. } => Kind::Invalid,
        _ => Kind::Conflict,
    };
    Refusal::new(kind, refusal.code(), refusal.to_string()).into()
}

fn conflicted(error: crate::port::Error) -> Error {
    match error.conflict() {
        Some(Conflict::NumberTaken) => refused(number::Refusal::HeldByAnotherTenant),
        Some(Conflict::Stale | Conflict::PairTaken(_)) => Refusal::stale().into(),
        _ => Error::Port(error),
    }
}
