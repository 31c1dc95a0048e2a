//! How an operation is begun, and begun again.

use super::act::reference;
use super::refuse::{given_back, no_public_url, not_inactive};
use super::task::{Task, steps};
use super::{Provision, Provisioning, event_type, told};
use crate::id::{OperationId, TenantId};
use crate::number;
use crate::number::Number;
use crate::party::{NumberClass, NumberStatus};
use crate::phone::E164;
use crate::port::{
    self, AccountOwner, Change, Conflict, Operation, OperationKind, OperationState, OrderState, Step,
    StepState, WorkKind,
};
use crate::service::numbers::in_use;
use crate::service::{Context, Error, Kind, Refusal, Result};
use crate::time::Instant;

impl Provisioning {
    pub(super) async fn begin_operation(
        &self,
        context: &Context,
        tenant: &TenantId,
        provision: Provision,
    ) -> Result<Operation> {
        // The platform is not there either: it holds no numbers.
        if self.stores.directory.lookup_tenant(tenant).await?.is_none() {
            return Err(Refusal::not_found("tenant_not_found", "tenant").into());
        }
        let new = match provision {
            Provision::Purchase { number, class, provider } => {
                self.new_operation(context, OperationKind::Purchase, number, class, provider)?
            }
            Provision::Import { number, class, provider } => {
                self.new_operation(context, OperationKind::Import, number, class, provider)?
            }
            Provision::Release(id) => {
                let Number { e164, class, provider, .. } = self.numbers.lookup(tenant, &id).await?;
                self.new_operation(context, OperationKind::Release, e164, class, provider)?
            }
        };
        if new.kind != OperationKind::Release {
            self.require_free(tenant, &new.number).await?;
        }
        let account = Some(self.account(context, tenant, &new).await?);
        let steps = new.steps.into_iter().map(|step| Step { account, ..step }).collect();
        let new = Operation { steps, ..new };
        self.require_ones_own(context, &new).await?;
        self.put_running(context, tenant, new, None, "started").await
    }

    pub(super) async fn begin_again(
        &self,
        context: &Context,
        tenant: &TenantId,
        failed: Operation,
    ) -> Result<Operation> {
        if failed.state != OperationState::Failed {
            let detail =
                format!("the operation is {}; only one that has failed is tried again", failed.state);
            return Err(Refusal::new(Kind::Conflict, "operation_not_failed", detail).into());
        }
        self.source(&failed.provider)?;
        if context.is_bound && !self.has_bought(tenant, &failed).await? {
            self.require_ones_own(context, &failed).await?;
        }
        let steps = failed.steps.iter().map(|step| match step.state {
            StepState::Failed => {
                Step { state: StepState::Pending, ended_at: None, attempts: 0, ..step.clone() }
            }
            _ => step.clone(),
        });
        let again = Operation {
            state: OperationState::Running,
            steps: steps.collect(),
            updated_at: self.stores.now(),
            revision: failed.revision + 1,
            ..failed
        };
        self.put_running(context, tenant, again, Some(failed.revision), "retried").await
    }

    fn new_operation(
        &self,
        context: &Context,
        kind: OperationKind,
        number: E164,
        class: NumberClass,
        provider: String,
    ) -> Result<Operation> {
        if self.source(&provider)?.urls.is_none() {
            return Err(no_public_url());
        }
        let now = self.stores.now();
        Ok(Operation {
            id: OperationId::generate(now, self.stores.id_bytes()),
            kind,
            provider,
            number,
            class,
            state: OperationState::Running,
            steps: steps(kind),
            requested_by: context.actor_name(),
            created_at: now,
            updated_at: now,
            revision: 1,
        })
    }

    /// In whose account a new operation is done: where the tenant acts now. What is given back is given back where it is, whatever
    /// the tenant has connected or disconnected since: a number that is looked for in another account seems to be gone, and is paid for
    /// from then on unseen.
    async fn account(
        &self,
        context: &Context,
        tenant: &TenantId,
        operation: &Operation,
    ) -> Result<AccountOwner> {
        let provider = &self.source(&operation.provider)?.provider;
        Ok(match operation.kind {
            // What is in the operator's is not a tenant's to give back.
            OperationKind::Release if context.is_bound => AccountOwner::Tenant,
            OperationKind::Release if provider.is_operators(&operation.number).await? => {
                AccountOwner::Operator
            }
            _ => provider.owner(tenant).await?,
        })
    }

    /// Nobody holds the number, or the tenant itself and does not use it.
    async fn require_free(&self, tenant: &TenantId, number: &E164) -> Result<()> {
        if self.stores.is_anothers(tenant, number).await? {
            return Err(number::Refusal::HeldByAnotherTenant.into());
        }
        match self.stores.numbers.find(tenant, number).await? {
            Some(own) if own.status != NumberStatus::Inactive => Err(in_use()),
            _ => Ok(()),
        }
    }

    /// What is in the operator's account is for the operator to take into use and to give back. Tenants buy there too, but what
    /// was there before is not bought. The operator's account itself is asked, but nobody's own waits for it: what is done in the
    /// tenant's account reaches nothing in another one, whatever the tenant has connected by then.
    async fn require_ones_own(&self, context: &Context, operation: &Operation) -> Result<()> {
        if !context.is_bound {
            return Ok(());
        }
        let Operation { number, provider, .. } = operation;
        match self.source(provider)?.provider.is_operators(number).await {
            Ok(true) => {
                let detail = format!(
                    "it is in the operator's account at {provider}: the operator takes it into use and gives it back"
                );
                Err(Refusal::operators_only(detail).into())
            }
            Err(error) if operation.account() != Some(AccountOwner::Tenant) => Err(error.into()),
            Ok(false) | Err(_) => Ok(()),
        }
    }

    /// Whether an operation that has failed has bought its number: by an order that was answered, or by one whose answer was lost and
    /// that is found at the provider by the operation's own reference.
    async fn has_bought(&self, tenant: &TenantId, operation: &Operation) -> Result<bool> {
        let order = operation.steps.iter().find(|step| step.name == Task::Order.as_str());
        match order {
            Some(order) if order.is_over() => Ok(true),
            Some(order) if order.settles_at.is_some() => {
                let provider = self.source_of(operation)?.provider;
                let found = provider.find_order(tenant, &reference(operation)).await?;
                Ok(found.is_some_and(|order| order.state != OrderState::Failed))
            }
            _ => Ok(false),
        }
    }

    /// Makes an operation run that is new, or was read at revision `before`.
    async fn put_running(
        &self,
        context: &Context,
        tenant: &TenantId,
        operation: Operation,
        before: Option<u64>,
        what: &str,
    ) -> Result<Operation> {
        let (now, event_type) = (operation.updated_at, event_type(&operation, what));
        let mut commit = self.stores.start(tenant, now, context, told(&operation, &event_type))?;
        if operation.kind == OperationKind::Release {
            commit = commit.change(self.inactive(tenant, &operation.number).await?);
        }
        commit = commit
            .change(Change::Operation { after: Box::new(operation.clone()), before })
            .change(due(&operation.id, Some(now)));
        match self.stores.ledger.commit(commit).await {
            Ok(()) => Ok(operation),
            Err(error) => Err(self.refused(tenant, &operation, error).await),
        }
    }

    /// The number, which must be inactive and not given back yet, a revision on: whoever takes it into use at this moment is refused, and whoever
    /// does so later finds the operation.
    async fn inactive(&self, tenant: &TenantId, number: &E164) -> Result<Change> {
        let Some(own) = self.stores.numbers.find(tenant, number).await? else {
            return Err(Refusal::not_found("number_not_found", "number").into());
        };
        if own.status != NumberStatus::Inactive {
            return Err(not_inactive(own.status));
        }
        if own.given_back_at.is_some() {
            return Err(given_back());
        }
        let before = own.revision;
        Ok(Change::Number { after: Number { revision: before + 1, ..own }, before: Some(before) })
    }

    async fn refused(&self, tenant: &TenantId, operation: &Operation, error: port::Error) -> Error {
        match error.conflict() {
            Some(Conflict::Exists) => {
                let running = self.stores.operations.find_running(tenant, &operation.number).await;
                let which =
                    running.ok().flatten().map_or_else(String::new, |other| format!(" `{}`", other.id));
                let detail = format!("the operation{which} with this number is not done yet");
                Refusal::new(Kind::Conflict, "operation_running", detail).into()
            }
            Some(Conflict::Stale) => Refusal::stale().into(),
            _ => error.into(),
        }
    }
}

/// From when on an operation goes on.
pub(super) fn due(id: &OperationId, due: Option<Instant>) -> Change {
    Change::Work { kind: WorkKind::Operation, id: id.to_string(), due }
}
