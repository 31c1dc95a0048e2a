//! Which of the tenant's numbers a thread is on.

use super::{ThreadRequest, Threads};
use crate::id::{NumberId, TenantId};
use crate::number::{self, Candidate, Number, ThreadKind};
use crate::party::{NumberClass, NumberStatus};
use crate::phone::E164;
use crate::port::{MAX_PAGE, Message, MessageFilter, NumberFilter, Page};
use crate::service::{Kind, Refusal, Result};
use crate::time::Instant;

/// How many pages of the inbox are searched for who wrote.
const LOOK_BACK: usize = 5;

impl Threads {
    pub(super) async fn choose_number(
        &self,
        tenant: &TenantId,
        request: &ThreadRequest,
        now: Instant,
    ) -> Result<Number> {
        if let Some(id) = &request.number {
            return self.named(tenant, request, id).await;
        }
        match (request.kind, &request.staff) {
            (ThreadKind::OneTime, _) => self.choose_from_pool(tenant, &request.customer_phone, now).await,
            (ThreadKind::Other, _) => self.choose_front_desk(tenant, &request.customer_phone).await,
            (ThreadKind::Recurring, Some(staff)) => {
                let lines = self.active(tenant, NumberClass::Staff).await?;
                let first = lines.into_iter().find(|number| number.staff.as_ref() == Some(staff));
                Ok(first.ok_or_else(|| missing("this staff member has no active number"))?)
            }
            (ThreadKind::Recurring, None) => {
                Err(Refusal::field("staff_required", "staffId", "is required for a recurring assignment")
                    .into())
            }
        }
    }

    async fn choose_from_pool(&self, tenant: &TenantId, party: &E164, now: Instant) -> Result<Number> {
        let free = self.stores.numbers.list_free_pool(tenant, party, now, 1).await?;
        if let Ok(number) = number::choose(free.iter().map(|number| Candidate { number, free: true })) {
            return Ok(number.clone());
        }
        let taken = self.active(tenant, NumberClass::Pool).await?;
        match number::choose(taken.iter().map(|number| Candidate { number, free: false })) {
            Ok(number) => Ok(number.clone()),
            Err(none) => Err(Refusal::new(Kind::Conflict, "pool_exhausted", none.to_string()).into()),
        }
    }

    async fn choose_front_desk(&self, tenant: &TenantId, party: &E164) -> Result<Number> {
        let mut lines = self.active(tenant, NumberClass::FrontDesk).await?.into_iter();
        let first = lines.next().ok_or_else(|| missing("the tenant has no active front desk number"))?;
        let others: Vec<Number> = lines.collect();
        if others.is_empty() {
            return Ok(first);
        }
        let known = self.written_to(tenant, party).await?;
        Ok(others.into_iter().find(|number| Some(&number.id) == known.as_ref()).unwrap_or(first))
    }

    /// The number to which a party wrote last, of the newest messages in the owner inbox: there lies what is in no thread.
    async fn written_to(&self, tenant: &TenantId, party: &E164) -> Result<Option<NumberId>> {
        let mut page = Page::newest(MAX_PAGE);
        for _ in 0..LOOK_BACK {
            let listed = self.stores.messages.list(tenant, &MessageFilter::OwnerInbox, &page).await?;
            let theirs = |message: &&Message| message.sender.phone.as_ref() == Some(party);
            if let Some(found) = listed.items.iter().find(theirs) {
                return Ok(found.number.clone());
            }
            if listed.next.is_none() {
                break;
            }
            page = page.after(listed.next);
        }
        Ok(None)
    }

    async fn named(&self, tenant: &TenantId, request: &ThreadRequest, id: &NumberId) -> Result<Number> {
        let found = self.stores.numbers.lookup(tenant, id).await?;
        let number = found.ok_or_else(|| Refusal::not_found("number_not_found", "number"))?;
        let class = request.kind.number_class();
        let unfit = if number.class != class {
            format!(
                "a thread of kind `{}` needs a `{class}` number, and this one is `{}`",
                request.kind, number.class
            )
        } else if number.status != NumberStatus::Active {
            format!("the number is {}", number.status)
        } else if request.staff.is_some() && number.staff != request.staff {
            "the number is not this staff member's".to_owned()
        } else {
            return Ok(number);
        };
        Err(Refusal::new(Kind::Conflict, "number_unfit", unfit).into())
    }

    async fn active(&self, tenant: &TenantId, class: NumberClass) -> Result<Vec<Number>> {
        let filter = NumberFilter { class: Some(class), status: Some(NumberStatus::Active) };
        self.stores.all_numbers(tenant, filter).await
    }
}

fn missing(detail: &'static str) -> Refusal {
    Refusal::new(Kind::Conflict, "number_missing", detail)
}
