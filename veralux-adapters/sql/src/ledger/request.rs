use veralux_core::port::{Attempt, Conflict};

use crate::plan::{Plan, Refusal};
use crate::record::stored;

crate::statements::statements! {
    one {
        ACT = "UPDATE idempotency_key SET acted = true \
               WHERE owner = $1 AND key = $2 AND attempt = $3 AND status IS NULL";
    }
}

/// Notes that a request acts, as long as this attempt has its idempotency key.
pub(super) fn act(plan: &mut Plan, attempt: &Attempt) {
    plan.statement(ACT)
        .bind(attempt.scope.owner.as_str())
        .bind(attempt.scope.key.as_str())
        .bind(stored(attempt.number))
        .must_write(1, Refusal::Is(Conflict::Overtaken));
}
