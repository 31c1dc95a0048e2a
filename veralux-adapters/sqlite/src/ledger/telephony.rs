use veralux_core::phone::E164;
use veralux_core::time::Instant;
use veralux_sql::{Plan, ledger};

crate::statements::statements! {
    one {
        FORGET_CODES = "DELETE FROM issued_code WHERE issued_at <= $1";
    }
}

pub(super) fn issue_code(plan: &mut Plan, at: Instant, number: &E164) {
    ledger::telephony::issue_code(plan, FORGET_CODES, at, number);
}
