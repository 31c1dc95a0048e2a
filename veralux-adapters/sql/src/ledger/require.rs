use veralux_core::id::{NumberId, TenantId, ThreadId};
use veralux_core::port::{Conflict, Requirement};

use super::Dialect;
use crate::plan::{Plan, Refusal};

crate::statements::statements! {
    one {
        FIND_FRONT_DESK = "SELECT 1 FROM number n \
                           WHERE n.tenant_id = $1 AND n.class = 'front_desk' AND n.status = 'active' LIMIT 1";
    }
}

/// What must hold behind the changes in front of it.
pub(super) fn hold<D: Dialect>(plan: &mut Plan, tenant: &TenantId, requirement: Requirement) {
    match requirement {
        Requirement::FrontDesk => {
            plan.statement(FIND_FRONT_DESK).bind(tenant.as_str());
        }
        Requirement::OpenThreads(number, threads) => open_threads::<D>(plan, tenant, &number, &threads),
        Requirement::CallsBelow { concurrent, since, started, started_after } => {
            plan.statement(D::COMPARE_CALLS)
                .bind(tenant.as_str())
                .bind(since.micros())
                .bind(concurrent)
                .bind(started_after.micros())
                .bind(started);
        }
    }
    plan.must_answer(Refusal::Is(Conflict::Stale));
}

fn open_threads<D: Dialect>(plan: &mut Plan, tenant: &TenantId, number: &NumberId, threads: &[ThreadId]) {
    let named = i64::try_from(threads.len()).unwrap_or(i64::MAX);
    plan.statement(D::COMPARE_OPEN_THREADS)
        .bind(tenant.as_str())
        .bind(number.as_str())
        .bind(named)
        .bind(threads.iter().map(ToString::to_string).collect::<Vec<_>>());
}
