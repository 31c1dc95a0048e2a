use sqlx::sqlite::SqliteRow;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{AssistantLink, Conflict, MAX_ASSISTANTS};
use veralux_sql::stored;

use super::delivery::json;
use super::plan::{Plan, Refusal};
use crate::error::Cause;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO assistant_link (phone_number, number, definition, sync, generation, error, updated_at, \
               revision, tenant_id, platform, assistant) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? \
               WHERE (SELECT count(*) FROM assistant_link a WHERE a.tenant_id = ?) < ? OR EXISTS \
               (SELECT 1 FROM assistant_link k WHERE k.tenant_id = ? AND k.platform = ? AND k.assistant = ?)";
        PUT = "UPDATE assistant_link SET phone_number = ?, number = ?, definition = ?, sync = ?, generation = ?, \
               error = ?, updated_at = ?, revision = ? \
               WHERE tenant_id = ? AND platform = ? AND assistant = ? AND revision = ?";
        REMOVE = "DELETE FROM assistant_link WHERE tenant_id = ? AND platform = ? AND assistant = ? AND revision = ?";
        FIND_OWN = "SELECT 1 FROM assistant_link k WHERE k.tenant_id = ? AND k.platform = ? AND k.assistant = ?";
    }
}

pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    after: &AssistantLink,
    before: Option<u64>,
) -> Result<(), Cause> {
    after.check().map_err(Cause::Invalid)?;
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
            .bind(tenant.as_str())
            .bind(i64::try_from(MAX_ASSISTANTS).unwrap_or(i64::MAX))
            .bind(tenant.as_str())
            .bind(after.platform.as_str())
            .bind(after.assistant.as_str())
            .must_write(1, Refusal::Is(Conflict::Full))
            .value_exists_means(taken(tenant, after)),
    };
    Ok(())
}

/// Which of two broken rules SQLite reports is its own affair.
fn taken(tenant: &TenantId, after: &AssistantLink) -> Refusal {
    let own = |_: &SqliteRow| Ok(Conflict::Exists);
    Refusal::ask(FIND_OWN, own, Conflict::AssistantTaken)
        .bind(tenant.as_str())
        .bind(after.platform.as_str())
        .bind(after.assistant.as_str())
}

pub(super) fn remove(plan: &mut Plan, tenant: &TenantId, platform: &str, assistant: &str, before: u64) {
    plan.statement(REMOVE)
        .bind(tenant.as_str())
        .bind(platform)
        .bind(assistant)
        .bind(stored(before))
        .must_write(1, Refusal::Is(Conflict::Stale));
}
