use veralux_core::forwarding::caller_id::{RATE, RATE_WINDOW};
use veralux_core::id::{CallerIdId, TenantId};
use veralux_core::phone::E164;
use veralux_core::port::{CallerId, CodeHash, Conflict, Forwarding};
use veralux_core::time::Instant;

use super::Dialect;
use crate::plan::{Finding, Invalid, Plan, Refusal};
use crate::record::stored;

crate::statements::statements! {
    one {
        ISSUE_CODE = "INSERT INTO issued_code (number, issued_at) SELECT $1, $2 WHERE \
                      (SELECT count(*) FROM issued_code i WHERE i.number = $1 AND i.issued_at > $3) < $4";
        // The oldest of the newest that are allowed.
        FIND_CODE = "SELECT i.issued_at FROM issued_code i WHERE i.number = $1 \
                     ORDER BY i.issued_at DESC LIMIT 1 OFFSET $2";
        ADD = "INSERT INTO caller_id (name, verification, verified, code, created_at, revision, tenant_id, id, number) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        PUT = "UPDATE caller_id SET name = $1, verification = $2, verified = $3, code = $4, created_at = $5, \
               revision = $6 WHERE tenant_id = $7 AND id = $8 AND number = $9 AND revision = $10";
        FIND_OWN = "SELECT 1 FROM caller_id c WHERE c.tenant_id = $1 AND c.number = $2";
        REMOVE = "DELETE FROM caller_id WHERE tenant_id = $1 AND id = $2 AND revision = $3";
        REMOVE_FORWARDING = "DELETE FROM forwarding WHERE tenant_id = $1 AND caller_id = $2";
        FIND_VERIFIED = "SELECT 1 FROM caller_id c WHERE c.tenant_id = $1 AND c.id = $2 AND c.verified";
        ADD_FORWARDING = "INSERT INTO forwarding (number, destination, carrier, country, mode, ring_time, \
                          activation_code, deactivation_code, status, confirmed_at, created_at, updated_at, \
                          revision, tenant_id, id, caller_id) \
                          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
        PUT_FORWARDING = "UPDATE forwarding SET number = $1, destination = $2, carrier = $3, country = $4, mode = $5, \
                          ring_time = $6, activation_code = $7, deactivation_code = $8, status = $9, \
                          confirmed_at = $10, created_at = $11, updated_at = $12, revision = $13 \
                          WHERE tenant_id = $14 AND id = $15 AND caller_id = $16 AND revision = $17";
    }
}

/// A code that counts for its number; those that do not count any more are forgotten.
pub(super) fn issue_code<D: Dialect>(plan: &mut Plan, at: Instant, number: &E164) {
    D::lock_codes(plan, number);
    let counted = at.plus(-RATE_WINDOW).micros();
    let most = i64::try_from(RATE).unwrap_or(i64::MAX);
    plan.statement(D::FORGET_CODES).bind(counted);
    let unknown = Conflict::CodesExhausted { until: at.plus(RATE_WINDOW) };
    plan.statement(ISSUE_CODE).bind(number.as_str()).bind(at.micros()).bind(counted).bind(most).must_write(
        1,
        Refusal::ask(FIND_CODE, Finding::CodesExhausted(RATE_WINDOW), unknown)
            .bind(number.as_str())
            .bind(most - 1),
    );
}

/// A caller id that is new, or as it stands now.
pub(super) fn put_caller_id(
    plan: &mut Plan,
    tenant: &TenantId,
    after: &CallerId,
    before: Option<u64>,
) -> Result<(), Invalid> {
    let verification =
        serde_json::to_string(&after.verification).map_err(|_| Invalid("a state that is no JSON"))?;
    // Which of two broken rules a database reports is its own affair.
    let taken = || {
        let taken = Refusal::ask(FIND_OWN, Finding::Is(Conflict::Exists), Conflict::CallerIdTaken);
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

/// A caller id that is no more, and its forwarding.
pub(super) fn remove_caller_id(plan: &mut Plan, tenant: &TenantId, id: &CallerIdId, before: u64) {
    plan.statement(REMOVE)
        .bind(tenant.as_str())
        .bind(id.as_str())
        .bind(stored(before))
        .must_write(1, Refusal::Is(Conflict::Stale));
    plan.statement(REMOVE_FORWARDING).bind(tenant.as_str()).bind(id.as_str());
}

/// A forwarding that is new, or as it stands now.
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
