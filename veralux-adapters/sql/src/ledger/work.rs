use veralux_core::id::{MAX_ID_BYTES, TenantId};
use veralux_core::port::{TURN, WorkKind};
use veralux_core::time::Instant;

use crate::plan::{Invalid, Plan};

crate::statements::statements! {
    one {
        // Its turn comes a second ($5) behind that of the tenant's work that is due last before it. What only came back from a claim
        // says nothing of what waits: it may be due later than much that was scheduled behind it.
        SCHEDULE = "INSERT INTO due_work (tenant_id, kind, id, due, was_due, behind) VALUES ($1, $2, $3, $4, $4, coalesce(( \
                    SELECT CASE WHEN w.due + w.behind + $5 > $4 THEN w.due + w.behind + $5 - $4 ELSE 0 END FROM due_work w \
                    WHERE w.tenant_id = $1 AND w.due <= $4 AND w.was_due = w.due AND (w.kind <> $2 OR w.id <> $3) \
                    ORDER BY w.due DESC, w.behind DESC LIMIT 1), 0)) \
                    ON CONFLICT (tenant_id, kind, id) DO UPDATE SET due = excluded.due, was_due = excluded.due, behind = excluded.behind";
        REMOVE = "DELETE FROM due_work WHERE tenant_id = $1 AND kind = $2 AND id = $3";
        DONE = "DELETE FROM due_work WHERE tenant_id = $1 AND kind = $2 AND id = $3 AND due = $4";
        HOLD = "UPDATE due_work SET due = $5 WHERE tenant_id = $1 AND kind = $2 AND id = $3 AND due = $4";
        // What was scheduled was due then from the beginning; what is claimed or held back was due before. In that order, a second
        // ($4) apart.
        WAKE = "UPDATE due_work AS woken SET due = $3, was_due = $3, behind = turn.place * $4 FROM ( \
                SELECT w.id, row_number() OVER (ORDER BY w.was_due, w.behind, w.id) - 1 AS place FROM due_work w \
                WHERE w.tenant_id = $1 AND w.kind = $2 AND w.due > $3 AND w.was_due < w.due) AS turn \
                WHERE woken.tenant_id = $1 AND woken.kind = $2 AND woken.id = turn.id AND woken.due > $3 AND woken.was_due < woken.due";
    }
}

/// Work that is due then, or not at all any more.
pub(super) fn schedule(
    plan: &mut Plan,
    tenant: &TenantId,
    kind: WorkKind,
    id: String,
    due: Option<Instant>,
) -> Result<(), Invalid> {
    if id.is_empty() || id.len() > MAX_ID_BYTES {
        return Err(Invalid("work names what it is about by an id"));
    }
    plan.statement(if due.is_some() { SCHEDULE } else { REMOVE })
        .bind(tenant.as_str())
        .bind(kind.as_str())
        .bind(id);
    if let Some(due) = due {
        plan.bind(due.micros()).bind(TURN);
    }
    Ok(())
}

/// Work that was claimed until then and found done, unless it is wanted again.
pub(super) fn done(plan: &mut Plan, tenant: &TenantId, kind: WorkKind, id: String, until: Instant) {
    plan.statement(DONE).bind(tenant.as_str()).bind(kind.as_str()).bind(id).bind(until.micros());
}

/// Work that was claimed until then and waits for something else, unless it is wanted again.
pub(super) fn hold(
    plan: &mut Plan,
    tenant: &TenantId,
    (kind, id): (WorkKind, String),
    until: Instant,
    due: Instant,
) {
    plan.statement(HOLD)
        .bind(tenant.as_str())
        .bind(kind.as_str())
        .bind(id)
        .bind(until.micros())
        .bind(due.micros());
}

/// Work that waits for something else waits no longer.
pub(super) fn wake(plan: &mut Plan, tenant: &TenantId, kind: WorkKind, at: Instant) {
    plan.statement(WAKE).bind(tenant.as_str()).bind(kind.as_str()).bind(at.micros()).bind(TURN);
}
