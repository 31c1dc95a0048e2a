use veralux_core::id::{NumberId, TenantId};
use veralux_core::number::Number;
use veralux_core::phone::E164;
use veralux_core::port::Conflict;
use veralux_core::time::Instant;

use crate::plan::{Finding, Plan, Refusal};
use crate::record::stored;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO number (e164, class, status, staff, quarantine_reason, quarantine_since, \
               quarantine_until, provider, last_used_at, given_back_at, created_at, revision, tenant_id, id) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        PUT = "UPDATE number SET e164 = $1, class = $2, status = $3, staff = $4, quarantine_reason = $5, \
               quarantine_since = $6, quarantine_until = $7, provider = $8, \
               last_used_at = CASE WHEN last_used_at >= $9 THEN last_used_at ELSE coalesce($9, last_used_at) END, \
               given_back_at = $10, created_at = $11, revision = $12 \
               WHERE tenant_id = $13 AND id = $14 AND revision = $15";
        FIND = "SELECT 1 FROM number n WHERE n.tenant_id = $1 AND n.id = $2";
        NOTE_USE = "UPDATE number SET last_used_at = CASE WHEN last_used_at >= $1 THEN last_used_at ELSE $1 END \
                    WHERE tenant_id = $2 AND id = $3 AND e164 = $4";
    }
}

/// A number that is new, or as it is now.
pub(super) fn put(plan: &mut Plan, tenant: &TenantId, after: Number, before: Option<u64>) {
    let (reason, since, until) = match after.quarantine {
        Some(rest) => (Some(rest.reason), Some(rest.since.micros()), Some(rest.until.micros())),
        None => (None, None, None),
    };
    let used_at = after.last_used_at.map(Instant::micros);
    plan.statement(if before.is_some() { PUT } else { ADD })
        .bind(after.e164.as_str())
        .bind(after.class.as_str())
        .bind(after.status.as_str())
        .bind(after.staff.as_ref().map(AsRef::<str>::as_ref))
        .bind(reason)
        .bind(since)
        .bind(until)
        .bind(after.provider)
        .bind(used_at);
    plan.bind(after.given_back_at.map(Instant::micros))
        .bind(after.created_at.micros())
        .bind(stored(after.revision))
        .bind(tenant.as_str())
        .bind(after.id.as_str())
        .value_exists_means(Refusal::Is(Conflict::NumberTaken));
    if let Some(before) = before {
        plan.bind(stored(before)).must_write(1, Refusal::Is(Conflict::Stale));
    } else {
        // Which of two broken rules a database reports is its own affair.
        let taken = Refusal::ask(FIND, Finding::Is(Conflict::Exists), Conflict::NumberTaken);
        plan.value_exists_means(taken.bind(tenant.as_str()).bind(after.id.as_str()));
    }
}

/// Later instants win; the revision stays.
pub(super) fn note_use(plan: &mut Plan, tenant: &TenantId, id: &NumberId, e164: &E164, at: Instant) {
    plan.statement(NOTE_USE)
        .bind(at.micros())
        .bind(tenant.as_str())
        .bind(id.as_str())
        .bind(e164.as_str())
        .must_write(1, Refusal::Is(Conflict::Stale));
}
