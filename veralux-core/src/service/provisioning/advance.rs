//! One step of an operation: noted when it begins, taken, noted when it ends.

use super::act::{Turn, Yield};
use super::begin::due;
use super::refuse::failed_before;
use super::task::Task;
use super::{Provisioning, event_type, told, wait};
use crate::id::{OperationId, TenantId};
use crate::party::NumberStatus;
use crate::port::{
    self, Change, Commit, Conflict, ErrorRecord, Operation, OperationKind, OperationState, ProviderError,
    ProviderFault, Step, StepState,
};
use crate::service::{Context, Error, Kind, Refusal, Result};
use crate::time::{Instant, SECOND};

/// Between two looks for what an order did whose answer was lost, in microseconds.
const LOOK_AGAIN: i64 = 5 * SECOND;

/// How far an operation has come.
#[derive(Debug)]
pub enum Progress {
    /// It can go on at once.
    Again,
    /// It goes on by itself from then on.
    Waits(Instant),
    /// Somebody else is at it, or will be: this server has no account at its provider.
    Taken,
    /// All of it is done.
    Done,
    /// It has failed; why.
    Failed(Error),
}

/// What a step's end means for its operation.
enum Next {
    /// The step is over.
    On,
    /// It is taken up again then.
    At(Instant),
    /// It is given up.
    Never(Error),
}

impl Provisioning {
    /// Takes one step of an operation.
    ///
    /// # Errors
    /// `operation_not_found`, or the store's. What the provider refuses is no error: the operation has failed then.
    pub async fn advance(&self, tenant: &TenantId, id: &OperationId) -> Result<Progress> {
        let operation = self.lookup(tenant, id).await?;
        match operation.state {
            OperationState::Done => return Ok(Progress::Done),
            OperationState::Failed => return Ok(Progress::Failed(failed_before(&operation))),
            OperationState::Running => {}
        }
        // A server with other settings may have paid for the number already. The work comes back until one that can go on gets it.
        if !self.has(&operation.provider) {
            return Ok(Progress::Taken);
        }
        let mut turn = Turn::of(tenant, operation)?;
        let now = self.stores.now();
        if is_left_to_others(&turn.step, now) {
            return Ok(Progress::Taken);
        }
        if let (Task::Order, Some(settles_at)) = (turn.task, turn.step.settles_at) {
            turn.step.attempts = turn.step.attempts.saturating_add(1);
            match self.look_for_order(&turn).await {
                Ok(None) if settles_at <= now => {}
                Ok(None) => return self.note(turn, Ok(Yield::NotYet)).await,
                Ok(Some(found)) => return self.note(turn, Ok(found)).await,
                Err(error) => return self.note(turn, Err(error)).await,
            }
        }
        let Some(turn) = self.note_begin(turn, now).await? else { return Ok(Progress::Taken) };
        let outcome = self.act(&turn).await;
        self.note(turn, outcome).await
    }

    /// Notes that a step begins; `None` when somebody else was faster.
    async fn note_begin(&self, turn: Turn, now: Instant) -> Result<Option<Turn>> {
        let step = Step {
            state: StepState::Running,
            started_at: turn.step.started_at.or(Some(now)),
            attempts: turn.step.attempts.saturating_add(1),
            settles_at: Some(now.plus(Self::LEASE + Self::SETTLES)),
            ..turn.step.clone()
        };
        let begun = turn.with(step, now);
        let commit = Commit::new(begun.tenant.clone(), now)
            .change(Change::Operation {
                after: Box::new(begun.operation.clone()),
                before: Some(turn.operation.revision),
            })
            .change(due(&begun.operation.id, Some(now.plus(Self::LEASE))));
        Ok(unless_overtaken(self.stores.ledger.commit(commit).await)?.map(|()| begun))
    }

    /// Notes what came of a step, and what is next.
    async fn note(&self, turn: Turn, outcome: Result<Yield>) -> Result<Progress> {
        let now = self.stores.now();
        let before = Some(turn.operation.revision);
        let turn = if matches!(outcome, Ok(Yield::OrderFailed(_))) { turn.back_to_order()? } else { turn };
        let (step, next) = self.ended(&turn, outcome, now)?;
        let mut after = turn.with(step, now).operation;
        let is_done = after.steps.iter().all(Step::is_over);
        after.state = match &next {
            Next::Never(_) => OperationState::Failed,
            _ if is_done => OperationState::Done,
            _ => OperationState::Running,
        };
        let (at, told_as) = match &next {
            Next::On if is_done => (None, Some("finished")),
            Next::On => (Some(now), None),
            Next::At(at) => (Some(*at), None),
            Next::Never(_) => (None, Some("failed")),
        };
        let commit = match told_as {
            Some(what) => {
                let event_type = event_type(&after, what);
                self.stores.start(&turn.tenant, now, &Context::SYSTEM, told(&after, &event_type))?
            }
            None => Commit::new(turn.tenant.clone(), now),
        };
        let gone = if is_done { self.gone(&turn.tenant, &after, now).await? } else { None };
        let commit = gone.into_iter().fold(commit, Commit::change);
        let commit =
            commit.change(due(&after.id, at)).change(Change::Operation { after: Box::new(after), before });
        if unless_overtaken(self.stores.ledger.commit(commit).await)?.is_none() {
            return Ok(Progress::Taken);
        }
        Ok(match next {
            Next::On if is_done => Progress::Done,
            Next::On => Progress::Again,
            Next::At(at) if at <= now => Progress::Again,
            Next::At(at) => Progress::Waits(at),
            Next::Never(error) => Progress::Failed(error),
        })
    }

    /// The number that an operation has given back: the tenant lets go of it as the operation ends, so that another one may buy it.
    async fn gone(&self, tenant: &TenantId, done: &Operation, now: Instant) -> Result<Option<Change>> {
        if done.kind != OperationKind::Release {
            return Ok(None);
        }
        let own = self.stores.numbers.find(tenant, &done.number).await?;
        let own = own.filter(|own| own.status == NumberStatus::Inactive && own.given_back_at.is_none());
        Ok(own.map(|own| {
            let before = Some(own.revision);
            Change::Number { after: own.given_back(now), before }
        }))
    }

    /// The step as it ends.
    fn ended(&self, turn: &Turn, outcome: Result<Yield>, now: Instant) -> Result<(Step, Next)> {
        let step = turn.step.clone();
        let random = self.stores.random.bytes();
        Ok(match outcome {
            Ok(Yield::Done(remote)) => (over(step, StepState::Done, remote, now), Next::On),
            Ok(Yield::Nothing(remote)) => (over(step, StepState::Skipped, remote, now), Next::On),
            Ok(Yield::NotYet) if turn.task == Task::Order => {
                let settles_at = step.settles_at.unwrap_or(now);
                (step, Next::At(now.plus(LOOK_AGAIN).min(settles_at)))
            }
            Ok(Yield::NotYet) => {
                let at = now.plus(wait::poll(step.attempts, random));
                (Step { settles_at: None, error: None, ..step }, Next::At(at))
            }
            Ok(Yield::OrderFailed(id)) => {
                let failed_orders = step.failed_orders.saturating_add(1);
                let step = Step { settles_at: None, remote: Some(id), failed_orders, ..step };
                given_up(step, order_failed(&turn.operation), now)
            }
            Err(Error::Provider(error)) => failed(turn, step, error, now, random),
            Err(error @ Error::Refused(_)) => {
                let settles_at = step.settles_at.filter(|_| !turn.is_begun);
                given_up(Step { settles_at, ..step }, error, now)
            }
            Err(error) => return Err(error),
        })
    }
}

/// The step behind a failure of the provider's.
fn failed(turn: &Turn, step: Step, error: ProviderError, now: Instant, random: [u8; 4]) -> (Step, Next) {
    // A question that fails says nothing of the order that it was about.
    let settles_at = step.settles_at.filter(|_| !turn.is_begun);
    let asked = match error.fault {
        ProviderFault::RateLimited { wait } => wait,
        ProviderFault::Unsettled if turn.task == Task::Order && turn.is_begun => {
            let settles_at = Some(now.plus(Provisioning::SETTLES));
            return (Step { settles_at, error: Some(record(&error)), ..step }, Next::At(now));
        }
        // Every other step may be made again at any time.
        ProviderFault::Transient | ProviderFault::Unsettled => None,
        ProviderFault::NotConnected | ProviderFault::Rejected | ProviderFault::Permanent => {
            return given_up(Step { settles_at, ..step }, error.into(), now);
        }
    };
    let at = now.plus(wait::back_off(step.attempts, asked, random));
    (Step { settles_at, error: Some(record(&error)), ..step }, Next::At(at))
}

/// Whether a step is left to who began it.
fn is_left_to_others(step: &Step, now: Instant) -> bool {
    let until = step.settles_at.map(|at| at.plus(-Provisioning::SETTLES));
    step.state == StepState::Running && until.is_some_and(|until| now < until)
}

/// `None` when somebody else has changed the operation since it was read.
fn unless_overtaken(committed: port::Result<()>) -> Result<Option<()>> {
    match committed {
        Ok(()) => Ok(Some(())),
        Err(error) if error.conflict() == Some(&Conflict::Stale) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn over(step: Step, state: StepState, remote: Option<String>, now: Instant) -> Step {
    let started_at = step.started_at.or(Some(now));
    Step { state, remote, started_at, ended_at: Some(now), settles_at: None, error: None, ..step }
}

fn given_up(step: Step, error: Error, now: Instant) -> (Step, Next) {
    let kept = match &error {
        Error::Provider(error) => record(error),
        _ => ErrorRecord::new(error.code(), &error.to_string(), None),
    };
    let step = Step { state: StepState::Failed, ended_at: Some(now), error: Some(kept), ..step };
    (step, Next::Never(error))
}

/// As it is kept, with our name of the fault where the provider has none.
fn record(error: &ProviderError) -> ErrorRecord {
    let code = error.code.as_deref().unwrap_or(error.fault.code());
    ErrorRecord::new(Some(code), &error.sentence, error.raw.clone())
}

fn order_failed(operation: &Operation) -> Error {
    let detail = format!(
        "{} did not complete the order and the number was not bought: look at the order there, or choose another number",
        operation.provider
    );
    Refusal::new(Kind::Unprocessable, "order_failed", detail).into()
}
