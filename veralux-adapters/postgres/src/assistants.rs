//! Assistants of tenants, and the installation's tools.

use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::port::{
    self, AssistantLink, AssistantStore, Conflict, MAX_TOOLS, ToolRegistration, ToolStore,
};
use veralux_core::time::Instant;
use veralux_sql::{Corrupt, assistant_columns, stored, tool_columns};

use crate::error::{Cause, Doing as _};
use crate::query::{Done, Outcome, Query, query};
use crate::store::PostgresStore;
use crate::transaction::{Scope, write};

crate::statements::statements! {
    one {
        LOOKUP = concat!(
            "SELECT ", assistant_columns!(),
            " FROM assistant_link a WHERE a.tenant_id = $1 AND a.platform = $2 AND a.assistant = $3"
        );
        LIST = concat!(
            "SELECT ", assistant_columns!(),
            " FROM assistant_link a WHERE a.tenant_id = $1 ORDER BY a.platform, a.assistant"
        );
        LIST_TOOLS = concat!("SELECT ", tool_columns!(), " FROM tool_registration t ORDER BY t.platform, t.name");
        /// Two that register tools wait for each other, so that there are never too many.
        LOCK_TOOLS = "SELECT pg_advisory_xact_lock(6075931847152004919)";
        ADD_TOOL = "INSERT INTO tool_registration (digest, remote_id, state, error, registered_at, updated_at, revision, \
                    platform, name) SELECT $1::bytea, $2, $3, $4, $5::bigint, $6::bigint, $7::bigint, $8, $9 \
                    WHERE (SELECT count(*) FROM tool_registration t) < $10 ON CONFLICT (platform, name) DO NOTHING";
        PUT_TOOL = "UPDATE tool_registration SET digest = $1, remote_id = $2, state = $3, error = $4, registered_at = $5, \
                    updated_at = $6, revision = $7 WHERE platform = $8 AND name = $9 AND revision = $10";
        FIND_TOOL = "SELECT 1 FROM tool_registration t WHERE t.platform = $1 AND t.name = $2";
    }
}

const PUTTING: &str = "registering a tool";

#[async_trait]
impl AssistantStore for PostgresStore {
    async fn lookup(
        &self,
        tenant: &TenantId,
        platform: &str,
        assistant: &str,
    ) -> port::Result<Option<AssistantLink>> {
        let query = query(LOOKUP).bind(tenant.as_str()).bind(platform).bind(assistant);
        self.of(tenant).fetch("reading an assistant", query).await
    }

    async fn list(&self, tenant: &TenantId) -> port::Result<Vec<AssistantLink>> {
        self.of(tenant).fetch_all("listing assistants", query(LIST).bind(tenant.as_str())).await
    }
}

#[async_trait]
impl ToolStore for PostgresStore {
    async fn list(&self) -> port::Result<Vec<ToolRegistration>> {
        self.installation().fetch_all("listing tools", query(LIST_TOOLS)).await
    }

    async fn put(&self, after: &ToolRegistration, before: Option<u64>) -> port::Result<()> {
        after.check().map_err(port::Error::Invalid)?;
        let lock = query(LOCK_TOOLS);
        let find = query(FIND_TOOL).bind(after.platform.as_str()).bind(after.name.as_str());
        let put = put_tool(after, before).doing(PUTTING)?;
        let outcome = write(self.connections(), Scope::Installation, &[&lock, &find, &put]).await;
        let done = outcome.and_then(Outcome::into_result).doing(PUTTING)?;
        Ok(judge(&done, before).doing(PUTTING)?)
    }
}

fn put_tool(after: &ToolRegistration, before: Option<u64>) -> Result<Query, Cause> {
    let error = after.error.as_ref().map(serde_json::to_string).transpose();
    let error = error.map_err(|_| Cause::Invalid("what a platform said cannot be written as JSON"))?;
    let most = i64::try_from(MAX_TOOLS).unwrap_or(i64::MAX);
    Ok(query(if before.is_some() { PUT_TOOL } else { ADD_TOOL })
        .bind(after.digest.as_bytes().as_slice())
        .bind(after.remote_id.as_deref())
        .bind(after.state.as_str())
        .bind(error)
        .bind(after.registered_at.map(Instant::micros))
        .bind(after.updated_at.micros())
        .bind(stored(after.revision))
        .bind(after.platform.as_str())
        .bind(after.name.as_str())
        .bind(before.map_or(most, stored)))
}

/// What it means when nothing was written: whether the tool was there comes in front of it.
fn judge(done: &[Done], before: Option<u64>) -> Result<(), Cause> {
    let [_, found, put] = done else { return Err(Corrupt("tool").into()) };
    match (put.written, before) {
        (1, _) => Ok(()),
        (_, Some(_)) => Err(Conflict::Stale.into()),
        (_, None) if found.rows.is_empty() => Err(Conflict::Full.into()),
        (_, None) => Err(Conflict::Exists.into()),
    }
}
