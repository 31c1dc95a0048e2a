use veralux_core::id::TenantId;
use veralux_core::port::{Conflict, RootKey};

use crate::plan::{Invalid, Plan, Refusal};
use crate::record::stored;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO root_key (state, check_value, created_at, revision, id) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (id) DO NOTHING";
        PUT = "UPDATE root_key SET state = $1, check_value = $2, created_at = $3, revision = $4 \
               WHERE id = $5 AND revision = $6";
        /// Commits of one tenant come one after the other, and these are all the platform's.
        AT_MOST_ONE_PRIMARY = "SELECT 1 WHERE (SELECT count(*) FROM root_key r WHERE r.state = 'primary') < 2";
    }
}

/// Root keys as they shall be, each with the revision that was read.
pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    changes: Vec<(RootKey, Option<u64>)>,
) -> Result<(), Invalid> {
    if !tenant.is_platform() {
        return Err(Invalid("root keys are the platform's"));
    }
    for (after, before) in changes {
        plan.statement(if before.is_some() { PUT } else { ADD })
            .bind(after.state.as_str())
            .bind(after.check.as_slice())
            .bind(after.created_at.micros())
            .bind(stored(after.revision))
            .bind(after.id);
        let conflict = if let Some(before) = before {
            plan.bind(stored(before));
            Conflict::Stale
        } else {
            Conflict::Exists
        };
        plan.must_write(1, Refusal::Is(conflict));
    }
    plan.statement(AT_MOST_ONE_PRIMARY).must_answer(Refusal::Is(Conflict::Stale));
    Ok(())
}
