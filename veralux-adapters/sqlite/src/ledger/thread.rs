use veralux_core::id::TenantId;
use veralux_core::port::Thread;
use veralux_core::time::Instant;
use veralux_sql::{Plan, ledger};

crate::statements::statements! {
    one {
        LEAVE_PAIR = "DELETE FROM pair INDEXED BY pair_by_thread \
                      WHERE tenant_id = $1 AND thread = $2 AND NOT (number = $3 AND customer = $4)";
    }
}

pub(super) fn put(plan: &mut Plan, tenant: &TenantId, at: Instant, after: &Thread, before: Option<u64>) {
    ledger::thread::put(plan, LEAVE_PAIR, tenant, at, (after, before));
}
