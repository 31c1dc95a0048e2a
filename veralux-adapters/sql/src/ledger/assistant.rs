use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{AssistantLink, Conflict, MAX_ASSISTANTS};

use super::delivery::json;
use crate::plan::{Finding, Invalid, Plan, Refusal};
use crate::record::stored;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO assistant_link (phone_number, number, definition, sync, generation, error, updated_at, \
               revision, tenant_id, platform, assistant) \
               SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 \
               WHERE (SELECT count(*) FROM assistant_link a WHERE a.tenant_id = $9) < $12 OR EXISTS \
               (SELECT 1 FROM assistant_link k WHERE k.tenant_id = $9 AND k.platform = $10 AND k.assistant = $11)";
        PUT = "UPDATE assistant_link SET phone_number = $1, number = $2, definition = $3, sync = $4, generation = $5, \
               error = $6, updated_at = $7, revision = $8 \
               WHERE tenant_id = $9 AND platform = $10 AND assistant = $11 AND revision = $12";
        REMOVE = "DELETE FROM assistant_link WHERE tenant_id = $1 AND platform = $2 AND assistant = $3 AND revision = $4";
        FIND_OWN = "SELECT 1 FROM assistant_link k WHERE k.tenant_id = $1 AND k.platform = $2 AND k.assistant = $3";
    }
}

/// A link that is new, or as it stands now.
pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    after: &AssistantLink,
    before: Option<u64>,
) -> Result<(), Invalid> {
    after.check().map_err(Invalid)?;
    plan.statement(if before.is_some() { PUT } else { ADD })
        .bind(after.phone_number.as_deref())
        .bind(after.number.as_ref().map(E164::as_str))
        .bind(after.definition.as_bytes().as_slice())
        .bind(after.sync.as_str())
        .bind(stored(after.generation))
        .bind(json(after.error.as_ref())?)
        .bind(after.updated_at.micros())
        .bind(stored(after.revision))
        .bind(tenant.as_str())
        .bind(after.platform.as_str())
        .bind(after.assistant.as_str());
    match before {
        Some(before) => plan.bind(stored(before)).must_write(1, Refusal::Is(Conflict::Stale)),
        None => plan
            .bind(i64::try_from(MAX_ASSISTANTS).unwrap_or(i64::MAX))
            .must_write(1, Refusal::Is(Conflict::Full))
            .value_exists_means(taken(tenant, after)),
    };
    Ok(())
}

/// Which of two broken rules a database reports is its own affair.
fn taken(tenant: &TenantId, after: &AssistantLink) -> Refusal {
    Refusal::ask(FIND_OWN, Finding::Is(Conflict::Exists), Conflict::AssistantTaken)
        .bind(tenant.as_str())
        .bind(after.platform.as_str())
        .bind(after.assistant.as_str())
}

/// A link that is no more.
pub(super) fn remove(plan: &mut Plan, tenant: &TenantId, platform: &str, assistant: &str, before: u64) {
    plan.statement(REMOVE)
        .bind(tenant.as_str())
        .bind(platform)
        .bind(assistant)
        .bind(stored(before))
        .must_write(1, Refusal::Is(Conflict::Stale));
}
