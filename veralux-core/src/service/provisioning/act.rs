//! What each step does: it looks whether it is done already, and does it.

use super::refuse::{no_public_url, not_inactive};
use super::task::Task;
use super::{NumberSource, Provisioning};
use crate::id::TenantId;
use crate::number;
use crate::party::NumberStatus;
use crate::port::{
    self, HeldNumber, NumberProvider, Operation, OperationKind, Order, OrderState, Step, WebhookUrls,
};
use crate::service::{Context, Error, ImportNumber, Kind, Refusal, Result};
use crate::time::Instant;

/// A step whose turn it is.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    pub(super) tenant: TenantId,
    pub(super) operation: Operation,
    pub(super) task: Task,
    /// The step as it is known by now.
    pub(super) step: Step,
    /// Whether it was begun for this turn, so that whatever it does began behind that.
    pub(super) is_begun: bool,
    index: usize,
}

/// What a step came to.
#[derive(Debug)]
pub(super) enum Yield {
    /// It is done; what the provider calls it.
    Done(Option<String>),
    /// There was nothing to do.
    Nothing(Option<String>),
    /// It is on its way.
    NotYet,
    /// The order with this id has failed.
    OrderFailed(String),
}

impl Turn {
    pub(super) fn of(tenant: &TenantId, operation: Operation) -> Result<Self> {
        let next = operation.steps.iter().enumerate().find(|(_, step)| !step.is_over());
        let (index, step) = next.ok_or_else(unreadable)?;
        let task = Task::named(&step.name).ok_or_else(unreadable)?;
        let step = step.clone();
        Ok(Self { tenant: tenant.clone(), task, step, is_begun: false, index, operation })
    }

    /// The turn with its step changed, and its operation a revision on.
    pub(super) fn with(&self, step: Step, now: Instant) -> Self {
        let mut operation = self.operation.clone();
        if let Some(place) = operation.steps.get_mut(self.index) {
            *place = step.clone();
        }
        operation.revision += 1;
        operation.updated_at = now;
        Self { operation, step, is_begun: true, ..self.clone() }
    }

    /// The turn of the order, as if nothing had come behind it: it has failed after all.
    pub(super) fn back_to_order(&self) -> Result<Self> {
        let mut operation = self.operation.clone();
        let place = operation.steps.iter().position(|step| step.name == Task::Order.as_str());
        let index = place.ok_or_else(unreadable)?;
        for step in operation.steps.iter_mut().skip(index + 1) {
            *step = Step { account: step.account, ..Step::pending(&step.name) };
        }
        let step = operation.steps.get(index).cloned().ok_or_else(unreadable)?;
        Ok(Self { operation, task: Task::Order, step, index, ..self.clone() })
    }

    fn remote_of(&self, task: Task) -> Option<&str> {
        let step = self.operation.steps.iter().find(|step| step.name == task.as_str())?;
        step.remote.as_deref()
    }
}

/// What an operation's order is found by: another one after each that is known to have failed.
pub(super) fn reference(operation: &Operation) -> String {
    let step = operation.steps.iter().find(|step| step.name == Task::Order.as_str());
    match step.map_or(0, |step| step.failed_orders) {
        0 => operation.id.to_string(),
        failed => format!("{}-{failed}", operation.id),
    }
}

impl Provisioning {
    /// Takes a step that was begun.
    pub(super) async fn act(&self, turn: &Turn) -> Result<Yield> {
        let source = &self.source_of(&turn.operation)?;
        match turn.task {
            Task::Prepare => self.prepare(turn, source).await,
            Task::Order => self.order(turn, source).await,
            Task::Arrive => self.arrive(turn, source).await,
            Task::Find => {
                let held = held(turn, source).await?;
                Ok(Yield::Done(Some(held.ok_or_else(|| not_in_account(turn))?.id)))
            }
            Task::Attach => self.attach(turn, source).await,
            Task::Import => self.import(turn).await,
            Task::MapDid => {
                self.publisher.map_did(&Context::SYSTEM, &turn.tenant, &turn.operation.number).await?;
                Ok(Yield::Done(None))
            }
            Task::UnmapDid => {
                let did = &turn.operation.number;
                let unmapped = self.publisher.unmap_did(&Context::SYSTEM, &turn.tenant, did).await?;
                Ok(if unmapped.led { Yield::Done(None) } else { Yield::Nothing(None) })
            }
            Task::Release => self.release(turn, source).await,
        }
    }

    /// What became of an order of this operation, if there is anything to be seen of one.
    pub(super) async fn look_for_order(&self, turn: &Turn) -> Result<Option<Yield>> {
        let source = &self.source_of(&turn.operation)?;
        // The order first: between the two questions a number may arrive, but no order goes away.
        let order = source.provider.find_order(&turn.tenant, &reference(&turn.operation)).await?;
        if let Some(order) = order {
            return Ok(Some(ordered(order)));
        }
        let held = held(turn, source).await?;
        let first = turn.is_begun && turn.step.attempts <= 1;
        Ok(held.map(|held| if first { Yield::Nothing(Some(held.id)) } else { Yield::Done(Some(held.id)) }))
    }

    async fn prepare(&self, turn: &Turn, source: &NumberSource) -> Result<Yield> {
        let prepared = source.provider.prepare(&turn.tenant, urls(source)?).await?;
        Ok(if prepared.is_some() { Yield::Done(prepared) } else { Yield::Nothing(None) })
    }

    async fn order(&self, turn: &Turn, source: &NumberSource) -> Result<Yield> {
        if let Some(found) = self.look_for_order(turn).await? {
            return Ok(found);
        }
        let number = &turn.operation.number;
        if self.stores.is_anothers(&turn.tenant, number).await? {
            return Err(number::Refusal::HeldByAnotherTenant.into());
        }
        let application = turn.remote_of(Task::Prepare);
        let order =
            source.provider.order(&turn.tenant, number, application, &reference(&turn.operation)).await?;
        Ok(ordered(order))
    }

    async fn arrive(&self, turn: &Turn, source: &NumberSource) -> Result<Yield> {
        if let Some(held) = held(turn, source).await? {
            return Ok(Yield::Done(Some(held.id)));
        }
        let order = source.provider.find_order(&turn.tenant, &reference(&turn.operation)).await?;
        Ok(match order {
            Some(Order { id, state: OrderState::Failed }) => Yield::OrderFailed(id),
            _ => Yield::NotYet,
        })
    }

    async fn attach(&self, turn: &Turn, source: &NumberSource) -> Result<Yield> {
        let held = held(turn, source).await?.ok_or_else(|| not_in_account(turn))?;
        if !held.attached {
            let application = turn.remote_of(Task::Prepare);
            source.provider.attach(&turn.tenant, &held, application, urls(source)?).await?;
        }
        Ok(Yield::Done(Some(held.id)))
    }

    async fn import(&self, turn: &Turn) -> Result<Yield> {
        let Operation { number, class, provider, .. } = &turn.operation;
        let own = self.stores.numbers.find(&turn.tenant, number).await?;
        if let Some(own) = own.filter(|own| own.status != NumberStatus::Inactive) {
            return Ok(Yield::Done(Some(own.id.to_string())));
        }
        let request = ImportNumber { e164: *number, class: *class, provider: provider.clone() };
        match self.numbers.import(&Context::SYSTEM, &turn.tenant, request).await {
            Ok(number) => Ok(Yield::Done(Some(number.id.to_string()))),
            Err(Error::Refused(refusal)) => Err(not_ours(turn, refusal)),
            Err(error) => Err(error),
        }
    }

    async fn release(&self, turn: &Turn, source: &NumberSource) -> Result<Yield> {
        let own = self.stores.numbers.find(&turn.tenant, &turn.operation.number).await?;
        if let Some(own) = own.filter(|own| own.status != NumberStatus::Inactive) {
            return Err(not_inactive(own.status));
        }
        let Some(held) = held(turn, source).await? else { return Ok(Yield::Nothing(None)) };
        source.provider.release(&turn.tenant, &held).await?;
        Ok(Yield::Done(Some(held.id)))
    }
}

async fn held(turn: &Turn, source: &NumberSource) -> Result<Option<HeldNumber>> {
    let provider: &dyn NumberProvider = source.provider.as_ref();
    Ok(provider.find(&turn.tenant, &turn.operation.number, urls(source)?).await?)
}

fn urls(source: &NumberSource) -> Result<&WebhookUrls> {
    source.urls.as_ref().ok_or_else(no_public_url)
}

fn ordered(order: Order) -> Yield {
    match order.state {
        OrderState::Pending | OrderState::Done => Yield::Done(Some(order.id)),
        OrderState::Failed => Yield::OrderFailed(order.id),
    }
}

fn not_in_account(turn: &Turn) -> Error {
    let provider = &turn.operation.provider;
    let detail = format!("the number is not in the account at {provider}: buy it, or move it there first");
    Refusal::new(Kind::Unprocessable, "not_in_account", detail).into()
}

/// Why a number that is in the account cannot be taken into use.
fn not_ours(turn: &Turn, refusal: Refusal) -> Error {
    let Operation { kind, provider, .. } = &turn.operation;
    let bought = if *kind == OperationKind::Purchase { "was bought and " } else { "" };
    let detail = format!(
        "{}; it {bought}is in the account at {provider}: give it back there, or try again when it is free here",
        refusal.detail
    );
    Refusal { detail, ..refusal }.into()
}

fn unreadable() -> Error {
    Error::Port(port::Error::Permanent { doing: "reading the steps of an operation", source: None })
}
