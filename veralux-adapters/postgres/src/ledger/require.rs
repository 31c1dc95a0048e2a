use veralux_core::id::{NumberId, TenantId, ThreadId};
use veralux_core::port::{Conflict, Requirement};
use veralux_sql::{Plan, Refusal};

crate::statements::statements! {
    one {
        FIND_FRONT_DESK = "SELECT 1 FROM number n \
                           WHERE n.tenant_id = $1 AND n.class = 'front_desk' AND n.status = 'active' LIMIT 1";
        // As many open threads as were named, and all that were named among them.
        COMPARE_OPEN_THREADS = "SELECT 1 FROM ( \
             SELECT h.id FROM thread h WHERE h.tenant_id = $1 AND h.number = $2 AND h.status = 'active' \
             UNION ALL \
             SELECT h.id FROM thread h WHERE h.tenant_id = $1 AND h.number = $2 AND h.status = 'blocked' \
            ) o HAVING count(*) = $3 AND count(*) FILTER (WHERE o.id = ANY($4)) = $3";
        COMPARE_CALLS = "SELECT 1 WHERE \
             (SELECT count(*) FROM phone_call c WHERE c.tenant_id = $1 AND c.state IN ('ringing', 'active') \
              AND c.started_at >= $2) < $3 \
             AND (SELECT count(*) FROM phone_call c WHERE c.tenant_id = $1 AND c.state <> 'refused' \
              AND c.started_at > $4) < $5";
    }
}

/// What must hold behind the changes in front of it.
pub(super) fn hold(plan: &mut Plan, tenant: &TenantId, requirement: Requirement) {
    match requirement {
        Requirement::FrontDesk => {
            plan.statement(FIND_FRONT_DESK).bind(tenant.as_str());
        }
        Requirement::OpenThreads(number, threads) => open_threads(plan, tenant, &number, &threads),
        Requirement::CallsBelow { concurrent, since, started, started_after } => {
            plan.statement(COMPARE_CALLS)
                .bind(tenant.as_str())
                .bind(since.micros())
                .bind(concurrent)
                .bind(started_after.micros())
                .bind(started);
        }
    }
    plan.must_answer(Refusal::Is(Conflict::Stale));
}

fn open_threads(plan: &mut Plan, tenant: &TenantId, number: &NumberId, threads: &[ThreadId]) {
    let named = i64::try_from(threads.len()).unwrap_or(i64::MAX);
    plan.statement(COMPARE_OPEN_THREADS)
        .bind(tenant.as_str())
        .bind(number.as_str())
        .bind(named)
        .bind(threads.iter().map(ToString::to_string).collect::<Vec<_>>());
}
