use veralux_core::id::{TenantId, ThreadId};
use veralux_core::port::{Conflict, Customer, Thread};
use veralux_core::time::Instant;

use super::Dialect;
use crate::plan::{Finding, Plan, Refusal};
use crate::record::stored;

crate::statements::statements! {
    one {
        ADD_CUSTOMER = "INSERT INTO customer (tenant_id, id, phone, created_at) VALUES ($1, $2, $3, $4)";
        // Only on an active number.
        ADD = "INSERT INTO thread (kind, status, customer, opted_out, created_at, pair_free_at, revision, id, \
               tenant_id, number) SELECT $1, $2, $3, $4, $5, $6, $7, $8, n.tenant_id, n.id FROM number n \
               WHERE n.tenant_id = $9 AND n.id = $10 AND n.status = 'active'";
        PUT = "UPDATE thread SET kind = $1, status = $2, customer = $3, opted_out = $4, created_at = $5, \
               pair_free_at = $6, revision = $7, number = $8 WHERE id = $9 AND tenant_id = $10 AND revision = $11";
        FIND = "SELECT 1 FROM thread h WHERE h.tenant_id = $1 AND h.id = $2";
        TAKE_PAIR = "INSERT INTO pair (tenant_id, number, customer, thread, free_at) VALUES ($1, $2, $3, $4, $5) \
                     ON CONFLICT (tenant_id, number, customer) \
                     DO UPDATE SET thread = excluded.thread, free_at = excluded.free_at \
                     WHERE pair.thread = excluded.thread OR pair.free_at <= $6";
        FIND_PAIR = "SELECT p.thread FROM pair p WHERE p.tenant_id = $1 AND p.number = $2 AND p.customer = $3";
    }
}

/// A new customer.
pub(super) fn add_customer(plan: &mut Plan, tenant: &TenantId, customer: &Customer) {
    plan.statement(ADD_CUSTOMER)
        .bind(tenant.as_str())
        .bind(customer.id.as_str())
        .bind(customer.phone.as_str())
        .bind(customer.created_at.micros());
}

/// A thread that is new, or as it is now, and its pair of numbers.
pub(super) fn put<D: Dialect>(
    plan: &mut Plan,
    tenant: &TenantId,
    at: Instant,
    (after, before): (&Thread, Option<u64>),
) {
    plan.statement(if before.is_some() { PUT } else { ADD })
        .bind(after.kind.as_str())
        .bind(after.status.as_str())
        .bind(after.customer.as_str())
        .bind(after.opted_out)
        .bind(after.created_at.micros())
        .bind(after.pair_free_at.map(Instant::micros))
        .bind(stored(after.revision));
    if let Some(before) = before {
        plan.bind(after.number.as_str()).bind(after.id.as_str()).bind(tenant.as_str()).bind(stored(before));
        plan.must_write(1, Refusal::Is(Conflict::Stale));
        plan.statement(D::LEAVE_PAIR)
            .bind(tenant.as_str())
            .bind(after.id.as_str())
            .bind(after.number.as_str())
            .bind(after.customer.as_str());
    } else {
        plan.bind(after.id.as_str()).bind(tenant.as_str()).bind(after.number.as_str());
        plan.must_write(1, unless_dangling(tenant, &after.id));
    }
    take_pair(plan, tenant, at, after);
}

/// `Exists` when there is a thread with this id, else `Dangling`.
pub(super) fn unless_dangling(tenant: &TenantId, thread: &ThreadId) -> Refusal {
    Refusal::ask(FIND, Finding::Is(Conflict::Exists), Conflict::Dangling)
        .bind(tenant.as_str())
        .bind(thread.as_str())
}

/// A thread whose tail is over asks for nothing: its pair may be another's by now.
fn take_pair(plan: &mut Plan, tenant: &TenantId, at: Instant, thread: &Thread) {
    plan.statement(TAKE_PAIR)
        .bind(tenant.as_str())
        .bind(thread.number.as_str())
        .bind(thread.customer.as_str())
        .bind(thread.id.as_str())
        .bind(thread.pair_free_at.map(Instant::micros))
        .bind(at.micros());
    if thread.pair_free_at.is_none_or(|free_at| free_at > at) {
        let holder = Refusal::ask(FIND_PAIR, Finding::PairTaken, Conflict::Stale)
            .bind(tenant.as_str())
            .bind(thread.number.as_str())
            .bind(thread.customer.as_str());
        plan.must_write(1, holder);
    }
}
