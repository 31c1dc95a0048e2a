use veralux_core::id::{NumberId, TenantId};
use veralux_core::number::Number;
use veralux_core::port::Conflict;
use veralux_core::time::Instant;
use veralux_sql::stored;

use super::plan::{Plan, Refusal};

crate::statements::statements! {
    one {
        ADD = "INSERT INTO number (e164, class, status, staff, quarantine_reason, quarantine_since, \
               quarantine_until, provider, last_used_at, created_at, revision, tenant_id, id) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        PUT = "UPDATE number SET e164 = ?, class = ?, status = ?, staff = ?, quarantine_reason = ?, \
               quarantine_since = ?, quarantine_until = ?, provider = ?, \
               last_used_at = max(coalesce(last_used_at, ?), coalesce(?, last_used_at)), created_at = ?, \
               revision = ? WHERE tenant_id = ? AND id = ? AND revision = ?";
        FIND = "SELECT 1 FROM number n WHERE n.tenant_id = ? AND n.id = ?";
        NOTE_USE = "UPDATE number SET last_used_at = max(coalesce(last_used_at, ?), ?) WHERE tenant_id = ? AND id = ?";
    }
}

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
    if before.is_some() {
        plan.bind(used_at);
    }
    plan.bind(after.created_at.micros())
        .bind(stored(after.revision))
        .bind(tenant.as_str())
        .bind(after.id.as_str())
        .value_exists_means(Refusal::Is(Conflict::NumberTaken));
    if let Some(before) = before {
        plan.bind(stored(before)).must_write(1, Refusal::Is(Conflict::Stale));
    } else {
        // Which of two broken rules SQLite reports is its own affair.
        let taken = Refusal::ask(FIND, |_| Ok(Conflict::Exists), Conflict::NumberTaken);
        plan.value_exists_means(taken.bind(tenant.as_str()).bind(after.id.as_str()));
    }
}

/// Later instants win; the revision stays.
pub(super) fn note_use(plan: &mut Plan, tenant: &TenantId, id: &NumberId, at: Instant) {
    plan.statement(NOTE_USE).bind(at.micros()).bind(at.micros()).bind(tenant.as_str()).bind(id.as_str());
}
