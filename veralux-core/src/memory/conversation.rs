use async_trait::async_trait;

use super::MemoryStore;
use super::rows::Rows;
use crate::id::{TenantId, ThreadId};
use crate::number::Number;
use crate::party::NumberClass;
use crate::phone::E164;
use crate::port::{
    Conversation, ConversationStore, Customer, Override, Result, ScanContext, ScanMemory, Thread, Window,
};
use crate::time::Instant;

#[async_trait]
impl ConversationStore for MemoryStore {
    async fn find(
        &self,
        tenant: &TenantId,
        number: &E164,
        party: Option<&E164>,
        at: Instant,
    ) -> Result<Option<Conversation>> {
        let state = self.read();
        let Some(rows) = state.rows(tenant) else { return Ok(None) };
        Ok(between(rows, state.number_of(tenant, number), party, at))
    }

    async fn find_called(
        &self,
        number: &E164,
        party: Option<&E164>,
        at: Instant,
    ) -> Result<Option<Conversation>> {
        let state = self.read();
        let Some((holder, id)) = state.shared.numbers.get(number) else { return Ok(None) };
        let Some(rows) = state.rows(holder) else { return Ok(None) };
        Ok(between(rows, rows.numbers.get(id), party, at))
    }

    async fn lookup(
        &self,
        tenant: &TenantId,
        thread: &ThreadId,
        at: Instant,
    ) -> Result<Option<Conversation>> {
        let state = self.read();
        let Some(rows) = state.rows(tenant) else { return Ok(None) };
        let Some(thread) = rows.threads.get(thread) else { return Ok(None) };
        let (number, customer) = (rows.numbers.get(&thread.number), rows.customers.get(&thread.customer));
        Ok(conversation(rows, number, Some(thread), true, customer, at))
    }
}

fn between(rows: &Rows, number: Option<&Number>, party: Option<&E164>, at: Instant) -> Option<Conversation> {
    let customer = party.and_then(|party| rows.customer_with(party));
    let of_pair =
        number.zip(customer).and_then(|(number, customer)| rows.thread_of_pair(&number.id, &customer.id, at));
    let pool = number.filter(|number| number.class == NumberClass::Pool);
    let thread = of_pair.or_else(|| newest_on(rows, pool?));
    conversation(rows, number, thread, of_pair.is_some(), customer, at)
}

fn newest_on<'a>(rows: &'a Rows, number: &Number) -> Option<&'a Thread> {
    let (newest, ()) = rows.threads_on.get(&number.id)?.last_key_value()?;
    rows.threads.get(newest)
}

fn conversation(
    rows: &Rows,
    number: Option<&Number>,
    thread: Option<&Thread>,
    mapped: bool,
    customer: Option<&Customer>,
    at: Instant,
) -> Option<Conversation> {
    let memory = thread.filter(|_| mapped).zip(customer).and_then(|(thread, customer)| {
        rows.scan_memories.get(&(thread.id.clone(), ScanMemory::sender(&customer.id)))
    });
    Some(Conversation {
        tenant: rows.tenant.clone()?,
        number: number.cloned(),
        thread: thread.cloned(),
        mapped,
        customer: customer.cloned(),
        windows: thread.map(|thread| windows(rows, &thread.id, at)).unwrap_or_default(),
        overrides: thread.map(|thread| overrides(rows, &thread.id, at)).unwrap_or_default(),
        scan: ScanContext { allowed: rows.allowed.clone(), memory: memory.cloned() },
    })
}

fn windows(rows: &Rows, thread: &ThreadId, at: Instant) -> Vec<Window> {
    let ends = rows.window_ends.get(thread).into_iter().flat_map(|ends| ends.keys().rev());
    let open = ends.take_while(|(end, _)| *end > at);
    open.filter_map(|(_, id)| rows.windows.get(id)).cloned().collect()
}

fn overrides(rows: &Rows, thread: &ThreadId, at: Instant) -> Vec<Override> {
    let ids = rows.overrides_of.get(thread).into_iter().flat_map(|ids| ids.keys());
    let all = ids.filter_map(|id| rows.overrides.get(id));
    let is_behind = |instant: Option<Instant>| instant.is_none_or(|instant| at < instant);
    all.filter(|one| is_behind(one.span.end()) && is_behind(one.removed_at)).cloned().collect()
}
