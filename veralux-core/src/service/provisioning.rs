mod act;
mod advance;
mod begin;
mod refuse;
mod task;
mod wait;

use std::sync::Arc;

use serde_json::json;

use super::context::Note;
use super::{Context, Kind, Numbers, Refusal, Result, RuntimePublisher, Stores};
use crate::id::{NumberId, OperationId, TenantId};
use crate::party::NumberClass;
use crate::phone::E164;
use crate::port::{
    Listed, NumberOffer, NumberProvider, NumberSearch, Operation, OperationState, Page, WebhookUrls, Work,
    WorkKind,
};
use crate::service::Worker;
use crate::time::SECOND;

pub use advance::Progress;

/// How long a run begins further steps, in microseconds; what is left is due at once.
const RUN: i64 = 10 * SECOND;

/// A provider that has numbers, and where it shall report what happens on them.
#[derive(Debug, Clone)]
pub struct NumberSource {
    /// The provider.
    pub provider: Arc<dyn NumberProvider>,
    /// `None` while nobody has said under which URL providers reach this installation.
    pub urls: Option<WebhookUrls>,
}

/// What shall be done with a number at its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provision {
    /// Buy it and take it into use.
    Purchase {
        /// Which one.
        number: E164,
        /// What for.
        class: NumberClass,
        /// Where, as slug.
        provider: String,
    },
    /// Take one into use that is in the account already.
    Import {
        /// Which one.
        number: E164,
        /// What for.
        class: NumberClass,
        /// Where, as slug.
        provider: String,
    },
    /// Give one back that is inactive with us.
    Release(NumberId),
}

/// Numbers at providers: looked for, bought, taken into use, given back.
///
/// What takes more than a question is an [`Operation`]: steps that are noted before they are begun and when they end, so that
/// any process can go on with it whenever another one has died, whatever the provider had done by then. A number is ordered
/// only when it is certain that no earlier order of it can still have an effect: after one whose outcome is unknown it is
/// looked for, and only when [`SETTLES`](Self::SETTLES) later there is neither number nor order, it is ordered again.
///
/// # Contract
/// Whoever calls [`run`](Self::run) or [`advance`](Self::advance) drops it after [`LIMIT`](Self::LIMIT), wherever it stands:
/// from [`LEASE`](Self::LEASE) on another process takes the step for its own. Dropped it may be at any moment.
#[derive(Debug, Clone)]
pub struct Provisioning {
    stores: Stores,
    numbers: Numbers,
    publisher: RuntimePublisher,
    sources: Arc<[NumberSource]>,
}

impl Provisioning {
    /// How long whoever runs an operation may be at it without a stop, in microseconds.
    pub const LIMIT: i64 = 30 * SECOND;
    /// How long a step that was begun is left to who began it, in microseconds.
    pub const LEASE: i64 = 45 * SECOND;
    /// How long what an order did may not show yet, in microseconds, counted from when it can no longer be sent.
    pub const SETTLES: i64 = 30 * SECOND;

    /// Over these stores, with these providers, each slug once.
    pub fn new(stores: Stores, publisher: RuntimePublisher, sources: Vec<NumberSource>) -> Self {
        let numbers = Numbers::new(stores.clone());
        Self { stores, numbers, publisher, sources: sources.into() }
    }

    /// Whether numbers can be bought, imported and given back at a provider.
    pub fn has(&self, provider: &str) -> bool {
        self.sources.iter().any(|source| source.provider.slug() == provider)
    }

    /// Numbers for sale.
    ///
    /// # Errors
    /// `provider_not_configured`, `invalid_provider`, or the provider's.
    pub async fn search(
        &self,
        tenant: &TenantId,
        provider: &str,
        search: &NumberSearch,
    ) -> Result<Vec<NumberOffer>> {
        let source = self.source(provider)?;
        let mut offers = source.provider.search(tenant, search).await?;
        offers.truncate(usize::from(search.limit));
        Ok(offers)
    }

    /// Starts an operation: from then on it is due, and goes on by itself until it is done or has failed.
    ///
    /// # Errors
    /// `provider_not_configured`, `invalid_provider`, `public_url_required`, `tenant_not_found`, `held_by_another_tenant`,
    /// `number_exists` when the tenant has it in use, `operation_running` when one with this number is, `operators_only` when the
    /// caller is bound to a tenant and the number is in the operator's account; for a release `number_not_found`, `number_in_use`,
    /// `number_given_back` and `stale`; or the provider's or the store's.
    pub async fn start(
        &self,
        context: &Context,
        tenant: &TenantId,
        provision: Provision,
    ) -> Result<Operation> {
        self.begin_operation(context, tenant, provision).await
    }

    /// Has an operation that failed go on at the step that failed.
    ///
    /// # Errors
    /// `operation_not_found`, `operation_not_failed`, `operation_running` when another one with its number is, `operators_only` as
    /// for [`start`](Self::start) unless the number was bought by it, also by an order whose answer was lost; for a release `number_in_use`, `number_given_back` and `stale`;
    /// or the provider's or the store's.
    pub async fn retry(&self, context: &Context, tenant: &TenantId, id: &OperationId) -> Result<Operation> {
        let operation = self.lookup(tenant, id).await?;
        self.begin_again(context, tenant, operation).await
    }

    /// Takes the steps of an operation, one after the other, as far as it goes now.
    ///
    /// # Errors
    /// `operation_not_found`, or the store's. What the provider refuses is no error: the operation has failed then.
    pub async fn run(&self, tenant: &TenantId, id: &OperationId) -> Result<Progress> {
        let until = self.stores.now().plus(RUN);
        loop {
            let progress = self.advance(tenant, id).await?;
            if !matches!(progress, Progress::Again) || until <= self.stores.now() {
                return Ok(progress);
            }
        }
    }

    /// The operation with this id.
    ///
    /// # Errors
    /// `operation_not_found`, or the store's.
    pub async fn lookup(&self, tenant: &TenantId, id: &OperationId) -> Result<Operation> {
        let found = self.stores.operations.lookup(tenant, id).await?;
        Ok(found.ok_or_else(|| Refusal::not_found("operation_not_found", "operation"))?)
    }

    /// A page of operations, by id.
    ///
    /// # Errors
    /// The store's.
    pub async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Operation>> {
        Ok(self.stores.operations.list(tenant, page).await?)
    }

    fn source(&self, provider: &str) -> Result<&NumberSource> {
        let found = self.sources.iter().find(|source| source.provider.slug() == provider);
        if let Some(source) = found {
            return Ok(source);
        }
        let slugs: Vec<_> = self.sources.iter().map(|source| source.provider.slug()).collect();
        if slugs.is_empty() {
            let detail = "no provider of numbers is configured; start the server with an account of Twilio or Telnyx, or \
                          with `--provider mock` to try this out";
            return Err(Refusal::new(Kind::Unavailable, "provider_not_configured", detail).into());
        }
        let message = format!("must be one of {}", slugs.join(", "));
        Err(Refusal::field("invalid_provider", "provider", message).into())
    }

    /// The source of an operation's number, only in the account in which it was begun: what is bought in one and looked for in
    /// another is bought twice, and what a tenant may take from its own it may not take from the operator's.
    fn source_of(&self, operation: &Operation) -> Result<NumberSource> {
        let source = self.source(&operation.provider)?.clone();
        Ok(match operation.account() {
            Some(owner) => NumberSource { provider: source.provider.only(owner), ..source },
            None => source,
        })
    }
}

/// Whoever runs this worker keeps to the contract: what takes longer than [`Provisioning::LIMIT`] is dropped.
#[async_trait::async_trait]
impl Worker for Provisioning {
    fn kind(&self) -> WorkKind {
        WorkKind::Operation
    }

    async fn perform(&self, work: &Work) -> Result<()> {
        let Ok(id) = OperationId::parse(&work.id) else { return Ok(()) };
        self.run(&work.tenant, &id).await.map(drop)
    }
}

/// What the audit says of an operation.
fn told<'a>(operation: &'a Operation, event_type: &'a str) -> Note<'a> {
    let failed = operation.steps.iter().find(|_| operation.state == OperationState::Failed);
    let failed = failed.and_then(|_| operation.steps.iter().find(|step| !step.is_over()));
    let code = failed.and_then(|step| step.error.as_ref()).and_then(|error| error.code.as_deref());
    let payload = json!({
        "number": operation.number.masked(), "provider": operation.provider, "class": operation.class.as_str(),
        "requestedBy": operation.requested_by, "step": failed.map(|step| &step.name), "code": code,
    });
    Note::new(event_type, ("operation", operation.id.as_str()), payload)
}

/// `number.purchase_started`.
fn event_type(operation: &Operation, what: &str) -> String {
    format!("number.{}_{what}", operation.kind.as_str())
}
