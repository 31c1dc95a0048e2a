use veralux_core::forwarding::caller_id::{RATE, RATE_WINDOW};
use veralux_core::id::{CallerIdId, TenantId};
use veralux_core::phone::E164;
use veralux_core::port::{CallerId, CodeHash, Conflict, Forwarding};
use veralux_core::time::Instant;
use veralux_sql::stored;

use super::plan::{Plan, Refusal};
use crate::error::Cause;
use crate::row::Columns;

crate::statements::statements! {
    one {
        FORGET_CODES = "DELETE FROM issued_code WHERE issued_at <= ?";
        ISSUE_CODE = "INSERT INTO issued_code (number, issued_at) SELECT ?, ? WHERE \
                      (SELECT count(*) FROM issued_code i WHERE i.number = ? AND i.issued_at > ?) < ?";
        // The oldest of the newest that are allowed.
        FIND_CODE = "SELECT i.issued_at FROM issued_code i WHERE i.number = ? \
                     ORDER BY i.issued_at DESC LIMIT 1 OFFSET ?";
        ADD = "INSERT INTO caller_id (name, verification, verified, code, created_at, revision, tenant_id, id, number) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        PUT = "UPDATE caller_id SET name = ?, verification = ?, verified = ?, code = ?, created_at = ?, \
               revision = ? WHERE tenant_id = ? AND id = ? AND number = ? AND revision = ?";
        FIND_OWN = "SELECT 1 FROM caller_id c WHERE c.tenant_id = ? AND c.number = ?";
        REMOVE = "DELETE FROM caller_id WHERE tenant_id = ? AND id = ? AND revision = ?";
        REMOVE_FORWARDING = "DELETE FROM forwarding WHERE tenant_id = ? AND caller_id = ?";
        FIND_VERIFIED = "SELECT 1 FROM caller_id c WHERE c.tenant_id = ? AND c.id = ? AND c.verified = 1";
        ADD_FORWARDING = "INSERT INTO forwarding (number, destination, carrier, country, mode, ring_time, \
                          activation_code, deactivation_code, status, confirmed_at, created_at, updated_at, \
                          revision, tenant_id, id, caller_id) \
                          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        PUT_FORWARDING = "UPDATE forwarding SET number = ?, destination = ?, carrier = ?, country = ?, mode = ?, \
                          ring_time = ?, activation_code = ?, deactivation_code = ?, status = ?, \
                          confirmed_at = ?, created_at = ?, updated_at = ?, revision = ? \
                          WHERE tenant_id = ? AND id = ? AND caller_id = ? AND revision = ?";
    }
}

pub(super) fn issue_code(plan: &mut Plan, at: Instant, number: &E164) {
    let counted = at.plus(-RATE_WINDOW).micros();
    let most = i64::try_from(RATE).unwrap_or(i64::MAX);
    plan.statement(FORGET_CODES).bind(counted);
    let unknown = Conflict::CodesExhausted { until: at.plus(RATE_WINDOW) };
    let until = |row: &_| {
        let until = Columns::new(row).instant("issued_at")?.plus(RATE_WINDOW);
        Ok(Conflict::CodesExhausted { until })
    };
    plan.statement(ISSUE_CODE)
        .bind(number.as_str())
        .bind(at.micros())
        .bind(number.as_str())
        .bind(counted)
        .bind(most)
        .must_write(1, Refusal::ask(FIND_CODE, until, unknown).bind(number.as_str()).bind(most - 1));
}

pub(super) fn put_caller_id(
    plan: &mut Plan,
    tenant: &TenantId,
    after: &CallerId,
    before: Option<u64>,
) -> Result<(), Cause> {
    let verification =
        serde_json::to_string(&after.verification).map_err(|_| Cause::Invalid("a state that is no JSON"))?;
    // Which of two broken rules SQLite reports is its own affair.
    let taken = || {
        let own = |_: &_| Ok(Conflict::Exists);
        let taken = Refusal::ask(FIND_OWN, own, Conflict::CallerIdTaken);
        taken.bind(tenant.as_str()).bind(after.number.as_str())
    };
    plan.statement(if before.is_some() { PUT } else { ADD })
        .bind(after.name.as_deref())
        .bind(verification)
        .bind(after.verification.is_verified())
        .bind(after.code.as_ref().map(CodeHash::as_str))
        .bind(after.created_at.micros())
        .bind(stored(after.revision))
        .bind(tenant.as_str())
        .bind(after.id.as_str())
        .bind(after.number.as_str());
    match before {
        Some(before) => plan
            .bind(stored(before))
            .must_write(1, Refusal::Is(Conflict::Stale))
            .value_exists_means(Refusal::Is(Conflict::CallerIdTaken)),
        None => plan.value_exists_means(taken()),
    };
    Ok(())
}

pub(super) fn remove_caller_id(plan: &mut Plan, tenant: &TenantId, id: &CallerIdId, before: u64) {
    plan.statement(REMOVE)
        .bind(tenant.as_str())
        .bind(id.as_str())
        .bind(stored(before))
        .must_write(1, Refusal::Is(Conflict::Stale));
    plan.statement(REMOVE_FORWARDING).bind(tenant.as_str()).bind(id.as_str());
}

pub(super) fn put_forwarding(plan: &mut Plan, tenant: &TenantId, after: &Forwarding, before: Option<u64>) {
    plan.statement(FIND_VERIFIED)
        .bind(tenant.as_str())
        .bind(after.caller_id.as_str())
        .must_answer(Refusal::Is(Conflict::Dangling));
    plan.statement(if before.is_some() { PUT_FORWARDING } else { ADD_FORWARDING })
        .bind(after.number.as_str())
        .bind(after.destination.as_str())
        .bind(after.carrier.as_str())
        .bind(after.country.as_str())
        .bind(after.mode.as_str())
        .bind(after.ring_time.map(|time| i64::from(time.seconds())))
        .bind(after.activation_code.as_str())
        .bind(after.deactivation_code.as_str())
        .bind(after.status.as_str())
        .bind(after.confirmed_at.map(Instant::micros))
        .bind(after.created_at.micros())
        .bind(after.updated_at.micros())
        .bind(stored(after.revision))
        .bind(tenant.as_str())
        .bind(after.id.as_str())
        .bind(after.caller_id.as_str());
    if let Some(before) = before {
        plan.bind(stored(before)).must_write(1, Refusal::Is(Conflict::Stale));
    }
}
