use std::collections::BTreeMap;
use std::str::FromStr;

use async_trait::async_trait;

use super::MemoryStore;
use super::page::{page_of, walk, walk_counted};
use super::rows::Rows;
use crate::access::ApiKey;
use crate::audit;
use crate::id::{CustomerId, DecisionId, MessageId, NumberId, OverrideId, TenantId, ThreadId};
use crate::number::Number;
use crate::party::{NumberClass, NumberStatus};
use crate::phone::E164;
use crate::port::{
    AuditStore, Customer, DecisionRecord, DecisionStore, KeyStore, Listed, Message, MessageFilter,
    MessageStore, NumberFilter, NumberStore, Override, Page, Result, ScheduleStore, Thread, ThreadFilter,
    ThreadStore, Window,
};
use crate::time::Instant;

impl MemoryStore {
    /// Looks into a tenant's rows; a tenant that was never written to has none.
    pub(super) fn with_rows<T>(&self, tenant: &TenantId, look: impl FnOnce(&Rows) -> T) -> T {
        match self.read().rows(tenant) {
            Some(rows) => look(rows),
            None => look(&Rows::default()),
        }
    }
}

#[async_trait]
impl NumberStore for MemoryStore {
    async fn lookup(&self, tenant: &TenantId, id: &NumberId) -> Result<Option<Number>> {
        Ok(self.with_rows(tenant, |rows| rows.numbers.get(id).cloned()))
    }

    async fn find(&self, tenant: &TenantId, e164: &E164) -> Result<Option<Number>> {
        Ok(self.read().number_of(tenant, e164).cloned())
    }

    async fn list(&self, tenant: &TenantId, filter: NumberFilter, page: &Page) -> Result<Listed<Number>> {
        let fits = |number: &&Number| {
            filter.class.is_none_or(|class| number.class == class)
                && filter.status.is_none_or(|status| number.status == status)
        };
        Ok(self.with_rows(tenant, |rows| {
            let numbers = walk(&rows.numbers, page).map(|(_, number)| number).filter(fits);
            page_of(numbers, page, |number| number.id.to_string())
        }))
    }

    async fn list_free_pool(
        &self,
        tenant: &TenantId,
        party: &E164,
        at: Instant,
        limit: u16,
    ) -> Result<Vec<Number>> {
        Ok(self.with_rows(tenant, |rows| {
            let customer = rows.customer_with(party);
            let is_free = |number: &&Number| {
                customer.is_none_or(|customer| rows.thread_of_pair(&number.id, &customer.id, at).is_none())
            };
            let pool = rows
                .numbers
                .values()
                .filter(|number| number.class == NumberClass::Pool && number.status == NumberStatus::Active);
            let mut free: Vec<&Number> = pool.filter(is_free).collect();
            free.sort_unstable_by_key(|number| (number.last_used_at, number.e164));
            free.into_iter().take(usize::from(limit)).cloned().collect()
        }))
    }
}

#[async_trait]
impl ThreadStore for MemoryStore {
    async fn lookup(&self, tenant: &TenantId, id: &ThreadId) -> Result<Option<Thread>> {
        Ok(self.with_rows(tenant, |rows| rows.threads.get(id).cloned()))
    }

    async fn list(&self, tenant: &TenantId, filter: &ThreadFilter, page: &Page) -> Result<Listed<Thread>> {
        let fits = |thread: &&Thread| {
            filter.number.as_ref().is_none_or(|number| thread.number == *number)
                && filter.customer.as_ref().is_none_or(|customer| thread.customer == *customer)
                && filter.status.is_none_or(|status| thread.status == status)
        };
        let key = |thread: &Thread| thread.id.to_string();
        Ok(self.with_rows(tenant, |rows| {
            // The narrowest index that the filter allows.
            let ids = match filter {
                ThreadFilter { customer: Some(customer), .. } => Some(rows.threads_of.get(customer)),
                ThreadFilter { number: Some(number), .. } => Some(rows.threads_on.get(number)),
                _ => None,
            };
            match ids {
                None => page_of(walk(&rows.threads, page).map(|(_, thread)| thread).filter(fits), page, key),
                Some(ids) => page_of(indexed(&rows.threads, ids, page).filter(fits), page, key),
            }
        }))
    }

    async fn lookup_customer(&self, tenant: &TenantId, id: &CustomerId) -> Result<Option<Customer>> {
        Ok(self.with_rows(tenant, |rows| rows.customers.get(id).cloned()))
    }

    async fn find_customer(&self, tenant: &TenantId, phone: &E164) -> Result<Option<Customer>> {
        Ok(self.with_rows(tenant, |rows| rows.customer_with(phone).cloned()))
    }
}

#[async_trait]
impl ScheduleStore for MemoryStore {
    async fn list_windows(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        page: &Page,
    ) -> Result<Listed<Window>> {
        let key = |window: &Window| window.id.to_string();
        Ok(self.with_rows(tenant, |rows| match thread {
            None => page_of(walk(&rows.windows, page).map(|(_, window)| window), page, key),
            Some(thread) => page_of(indexed(&rows.windows, rows.windows_of.get(thread), page), page, key),
        }))
    }

    async fn count_windows(
        &self,
        tenant: &TenantId,
        thread: &ThreadId,
        ending_after: Instant,
    ) -> Result<u64> {
        Ok(self.with_rows(tenant, |rows| {
            let ends = rows.window_ends.get(thread).into_iter().flat_map(|ends| ends.keys().rev());
            ends.take_while(|(end, _)| *end > ending_after).map(|_| 1).sum()
        }))
    }

    async fn lookup_override(&self, tenant: &TenantId, id: &OverrideId) -> Result<Option<Override>> {
        Ok(self.with_rows(tenant, |rows| rows.overrides.get(id).cloned()))
    }

    async fn list_overrides(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        page: &Page,
    ) -> Result<Listed<Override>> {
        let key = |instruction: &Override| instruction.id.to_string();
        Ok(self.with_rows(tenant, |rows| match thread {
            None => page_of(walk(&rows.overrides, page).map(|(_, found)| found), page, key),
            Some(thread) => page_of(indexed(&rows.overrides, rows.overrides_of.get(thread), page), page, key),
        }))
    }
}

#[async_trait]
impl MessageStore for MemoryStore {
    async fn lookup(&self, tenant: &TenantId, id: &MessageId) -> Result<Option<Message>> {
        Ok(self.with_rows(tenant, |rows| rows.messages.get(id).cloned()))
    }

    async fn list(&self, tenant: &TenantId, filter: &MessageFilter, page: &Page) -> Result<Listed<Message>> {
        Ok(self.with_rows(tenant, |rows| {
            let ids = match filter {
                MessageFilter::Thread(thread) => rows.messages_of.get(thread),
                MessageFilter::OwnerInbox => Some(&rows.owner_inbox),
            };
            page_of(indexed(&rows.messages, ids, page), page, |message| message.id.to_string())
        }))
    }

    async fn find_by_provider(
        &self,
        tenant: &TenantId,
        provider: &str,
        provider_id: &str,
    ) -> Result<Option<Message>> {
        let key = (provider.to_owned(), provider_id.to_owned());
        Ok(self.with_rows(tenant, |rows| rows.messages.get(rows.messages_by_provider.get(&key)?).cloned()))
    }

    async fn list_dead_letters(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Message>> {
        Ok(self.with_rows(tenant, |rows| {
            let found = indexed(&rows.messages, Some(&rows.dead_letters), page);
            page_of(found, page, |message| message.id.to_string())
        }))
    }

    async fn list_failures(
        &self,
        tenant: &TenantId,
        number: &NumberId,
        behind: Instant,
        limit: u16,
    ) -> Result<Vec<Instant>> {
        Ok(self.with_rows(tenant, |rows| {
            let failures =
                rows.failures_on.get(number).into_iter().flat_map(|failures| failures.keys().rev());
            let failures = failures.map(|(at, _)| *at).take_while(|at| behind < *at);
            failures.take(usize::from(limit)).collect()
        }))
    }
}

#[async_trait]
impl DecisionStore for MemoryStore {
    async fn lookup(&self, tenant: &TenantId, id: &DecisionId) -> Result<Option<DecisionRecord>> {
        Ok(self.with_rows(tenant, |rows| rows.decisions.get(id).cloned()))
    }

    async fn list(
        &self,
        tenant: &TenantId,
        thread: &ThreadId,
        page: &Page,
    ) -> Result<Listed<DecisionRecord>> {
        Ok(self.with_rows(tenant, |rows| {
            let decisions = indexed(&rows.decisions, rows.decisions_of.get(thread), page);
            page_of(decisions, page, |decision| decision.id.to_string())
        }))
    }
}

#[async_trait]
impl AuditStore for MemoryStore {
    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<audit::Event>> {
        self.with_rows(tenant, |rows| {
            let events = walk_counted(&rows.events, page)?.map(|(_, event)| event);
            Ok(page_of(events, page, |event| event.sequence.to_string()))
        })
    }

    async fn head(&self, tenant: &TenantId) -> Result<Option<audit::Head>> {
        Ok(self.with_rows(tenant, |rows| rows.head))
    }
}

#[async_trait]
impl KeyStore for MemoryStore {
    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<ApiKey>> {
        Ok(self.with_rows(tenant, |rows| {
            page_of(walk(&rows.keys, page).map(|(_, key)| key), page, |key| key.id.to_string())
        }))
    }
}

/// The rows that an index names, from a page's key on.
fn indexed<'a, K, V>(
    rows: &'a BTreeMap<K, V>,
    ids: Option<&'a BTreeMap<K, ()>>,
    page: &Page,
) -> impl Iterator<Item = &'a V>
where
    K: Ord + FromStr + AsRef<str>,
{
    ids.map(|ids| walk(ids, page)).into_iter().flatten().filter_map(|(id, ())| rows.get(id))
}
