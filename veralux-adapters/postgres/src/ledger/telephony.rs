use veralux_core::phone::E164;
use veralux_core::time::Instant;
use veralux_sql::{Plan, ledger};

crate::statements::statements! {
    one {
        /// Whoever counts the codes of a number waits for the others who do.
        LOCK_CODES = "SELECT pg_advisory_xact_lock(hashtextextended($1, 1))";
        FORGET_CODES = "DELETE FROM issued_code WHERE ctid = ANY (ARRAY(SELECT i.ctid FROM issued_code i \
                        WHERE i.issued_at <= $1 ORDER BY i.issued_at LIMIT 100 FOR UPDATE SKIP LOCKED))";
    }
}

pub(super) fn issue_code(plan: &mut Plan, at: Instant, number: &E164) {
    plan.statement(LOCK_CODES).bind(number.as_str());
    ledger::telephony::issue_code(plan, FORGET_CODES, at, number);
}
