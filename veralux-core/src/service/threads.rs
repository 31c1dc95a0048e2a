mod number;

use serde_json::json;

use super::context::Note;
use super::{Context, Error, Kind, Refusal, Result, Stores};
use crate::id::{CustomerId, NumberId, StaffId, TenantId, ThreadId};
use crate::number::ThreadKind;
use crate::party::{NumberStatus, ThreadStatus};
use crate::phone::E164;
use crate::port::{Change, Conflict, Customer, Listed, Message, MessageFilter, Page, Thread, ThreadFilter};
use crate::time::DAY;

/// How long a closed thread keeps its pair of numbers, in microseconds: 30 days.
pub const DEFAULT_TAIL: i64 = 30 * DAY;

/// A thread to be opened.
#[derive(Debug, Clone)]
pub struct ThreadRequest {
    /// Why it exists; decides the class of its number.
    pub kind: ThreadKind,
    /// The number that the customer writes from.
    pub customer_phone: E164,
    /// The id that a new customer shall have; made when absent.
    pub customer: Option<CustomerId>,
    /// Whose number shall be used; needed for a recurring assignment.
    pub staff: Option<StaffId>,
    /// The number that it shall be on, of the class that the kind asks for; chosen when absent.
    pub number: Option<NumberId>,
}

/// Opens, closes and lists threads, and reads their messages.
#[derive(Debug, Clone)]
pub struct Threads {
    stores: Stores,
    tail: i64,
}

impl Threads {
    /// Over these stores; a closed thread keeps its pair of numbers for `tail` microseconds ([`DEFAULT_TAIL`]).
    pub fn new(stores: Stores, tail: i64) -> Self {
        Self { stores, tail }
    }

    /// The thread with this id.
    ///
    /// # Errors
    /// `thread_not_found`, or the store's.
    pub async fn lookup(&self, tenant: &TenantId, id: &ThreadId) -> Result<Thread> {
        let thread = self.stores.threads.lookup(tenant, id).await?;
        Ok(thread.ok_or_else(|| Refusal::not_found("thread_not_found", "thread"))?)
    }

    /// A page of threads.
    ///
    /// # Errors
    /// The store's.
    pub async fn list(
        &self,
        tenant: &TenantId,
        filter: &ThreadFilter,
        page: &Page,
    ) -> Result<Listed<Thread>> {
        Ok(self.stores.threads.list(tenant, filter, page).await?)
    }

    /// A page of messages of a thread, or of the owner inbox.
    ///
    /// # Errors
    /// `thread_not_found`, or the store's.
    pub async fn messages(
        &self,
        tenant: &TenantId,
        of: &MessageFilter,
        page: &Page,
    ) -> Result<Listed<Message>> {
        if let MessageFilter::Thread(id) = of {
            self.lookup(tenant, id).await?;
        }
        Ok(self.stores.messages.list(tenant, of, page).await?)
    }

    /// Opens a thread on the number that its kind asks for, and makes the customer where there is none.
    ///
    /// Of several front desk numbers it is the one that the customer wrote to last, so that the answer comes from a number
    /// they know; else the first.
    ///
    /// # Errors
    /// `staff_required`, `number_missing`, `pool_exhausted`, `thread_exists`, `customer_conflict`; `own_number` when the
    /// customer's is the tenant's; for a number that is named `number_not_found`, `number_unfit`; or the store's.
    pub async fn open(&self, context: &Context, tenant: &TenantId, request: ThreadRequest) -> Result<Thread> {
        let now = self.stores.now();
        let own = self.stores.numbers.find(tenant, &request.customer_phone).await?;
        if own.is_some_and(|own| own.status != NumberStatus::Inactive) {
            let message = "is one of the tenant's own numbers, not a customer's";
            return Err(Refusal::field("own_number", "customerPhone", message).into());
        }
        let known = self.stores.threads.find_customer(tenant, &request.customer_phone).await?;
        let fresh = known.is_none();
        let customer = known.unwrap_or_else(|| Customer {
            id: request.customer.clone().unwrap_or_else(|| CustomerId::generate(now, self.stores.id_bytes())),
            phone: request.customer_phone,
            created_at: now,
        });
        if request.customer.as_ref().is_some_and(|id| *id != customer.id) {
            return Err(Refusal::new(
                Kind::Conflict,
                "customer_conflict",
                "another customer writes from this phone number",
            )
            .into());
        }
        let number = self.choose_number(tenant, &request, now).await?;
        let thread = Thread {
            id: ThreadId::generate(now, self.stores.id_bytes()),
            kind: request.kind,
            status: ThreadStatus::Active,
            customer: customer.id.clone(),
            number: number.id.clone(),
            opted_out: false,
            created_at: now,
            pair_free_at: None,
            revision: 1,
        };
        let payload = json!({"kind": thread.kind.as_str(), "customerId": customer.id, "numberId": number.id});
        let note = Note::new("thread.opened", ("thread", thread.id.as_str()), payload);
        let mut commit = self.stores.start(tenant, now, context, note)?;
        if fresh {
            commit = commit.change(Change::Customer(customer));
        }
        let commit = commit
            .change(Change::Thread { after: thread.clone(), before: None })
            .change(Change::NumberUsed { id: number.id.clone(), e164: number.e164, at: now });
        match self.stores.ledger.commit(commit).await {
            Ok(()) => Ok(thread),
            Err(error) => Err(refuse_open(error)),
        }
    }

    /// Blocks, closes, archives or reopens a thread, and notes whether the customer wants messages.
    ///
    /// A thread that leaves `active` or `blocked` keeps its pair of numbers for the tail; one that comes back needs it
    /// to be free still.
    ///
    /// # Errors
    /// `thread_not_found`, `thread_exists`, `stale`, or the store's.
    pub async fn patch(
        &self,
        context: &Context,
        tenant: &TenantId,
        id: &ThreadId,
        status: Option<ThreadStatus>,
        opted_out: Option<bool>,
    ) -> Result<Thread> {
        let was = self.lookup(tenant, id).await?;
        let now = self.stores.now();
        let status = status.unwrap_or(was.status);
        let holds = |status| matches!(status, ThreadStatus::Active | ThreadStatus::Blocked);
        let pair_free_at = match (holds(was.status), holds(status)) {
            (_, true) => None,
            (true, false) => Some(now.plus(self.tail)),
            (false, false) => was.pair_free_at,
        };
        let opted_out = opted_out.unwrap_or(was.opted_out);
        if (status, opted_out) == (was.status, was.opted_out) {
            return Ok(was);
        }
        let after = Thread { status, opted_out, pair_free_at, revision: was.revision + 1, ..was.clone() };
        let payload = json!({"from": was.status.as_str(), "to": status.as_str(), "optedOut": opted_out});
        let note = Note::new("thread.changed", ("thread", id.as_str()), payload);
        let change = Change::Thread { after: after.clone(), before: Some(was.revision) };
        let commit = self.stores.start(tenant, now, context, note)?.change(change);
        self.stores.ledger.commit(commit).await.map_err(refuse_open)?;
        Ok(after)
    }
}

fn refuse_open(error: crate::port::Error) -> Error {
    match error.conflict() {
        Some(Conflict::PairTaken(thread)) => {
            let detail = format!("thread `{thread}` has this customer on this number, or had until lately");
            Refusal::new(Kind::Conflict, "thread_exists", detail).into()
        }
        Some(Conflict::Exists) => {
            let detail = "another customer has this id or writes from this phone number";
            Refusal::new(Kind::Conflict, "customer_conflict", detail).into()
        }
        Some(Conflict::Stale) => Refusal::stale().into(),
        _ => Error::Port(error),
    }
}
