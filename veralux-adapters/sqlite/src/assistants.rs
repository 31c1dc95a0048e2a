//! Assistants of tenants, and the installation's tools.

use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::TenantId;
use veralux_core::port::{
    self, AssistantLink, AssistantStore, Conflict, MAX_TOOLS, ToolRegistration, ToolStore,
};
use veralux_core::time::Instant;
use veralux_sql::{Corrupt, assistant_columns, stored, tool_columns};

use crate::error::{Cause, Doing as _, Result};
use crate::script::{Done, Script};
use crate::store::SqliteStore;
use crate::transaction::Transaction;
use crate::writer::Write;

crate::statements::statements! {
    one {
        LOOKUP = concat!(
            "SELECT ", assistant_columns!(),
            " FROM assistant_link a WHERE a.tenant_id = ? AND a.platform = ? AND a.assistant = ?"
        );
        LIST = concat!(
            "SELECT ", assistant_columns!(),
            " FROM assistant_link a WHERE a.tenant_id = ? ORDER BY a.platform, a.assistant"
        );
        LIST_TOOLS = concat!("SELECT ", tool_columns!(), " FROM tool_registration t ORDER BY t.platform, t.name");
        ADD_TOOL = "INSERT INTO tool_registration (digest, remote_id, state, error, registered_at, updated_at, revision, \
                    platform, name) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? \
                    WHERE (SELECT count(*) FROM tool_registration t) < ? ON CONFLICT (platform, name) DO NOTHING";
        PUT_TOOL = "UPDATE tool_registration SET digest = ?, remote_id = ?, state = ?, error = ?, registered_at = ?, \
                    updated_at = ?, revision = ? WHERE platform = ? AND name = ? AND revision = ?";
        FIND_TOOL = "SELECT 1 FROM tool_registration t WHERE t.platform = ? AND t.name = ?";
    }
}

const PUTTING: &str = "registering a tool";

#[async_trait]
impl AssistantStore for SqliteStore {
    async fn lookup(
        &self,
        tenant: &TenantId,
        platform: &str,
        assistant: &str,
    ) -> port::Result<Option<AssistantLink>> {
        let query = query(LOOKUP).bind(tenant.as_str()).bind(platform).bind(assistant);
        self.fetch("reading an assistant", query).await
    }

    async fn list(&self, tenant: &TenantId) -> port::Result<Vec<AssistantLink>> {
        self.fetch_all("listing assistants", query(LIST).bind(tenant.as_str())).await
    }
}

#[async_trait]
impl ToolStore for SqliteStore {
    async fn list(&self) -> port::Result<Vec<ToolRegistration>> {
        self.fetch_all("listing tools", query(LIST_TOOLS)).await
    }

    async fn put(&self, after: &ToolRegistration, before: Option<u64>) -> port::Result<()> {
        after.check().map_err(port::Error::Invalid)?;
        Ok(self.writer().submit(PUTTING, Put(after.clone(), before)).await?)
    }
}

struct Put(ToolRegistration, Option<u64>);

#[async_trait]
impl Write for Put {
    type Output = ();

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<()> {
        let Self(after, before) = self;
        let mut script = Script::new();
        script.statement(FIND_TOOL).bind(after.platform.as_str()).bind(after.name.as_str());
        put_tool(&mut script, after, *before).doing(PUTTING)?;
        let done = transaction.run(script).await.into_result().doing(PUTTING)?;
        judge(&done, *before).doing(PUTTING)
    }
}

fn put_tool(
    script: &mut Script,
    after: &ToolRegistration,
    before: Option<u64>,
) -> std::result::Result<(), Cause> {
    let error = after.error.as_ref().map(serde_json::to_string).transpose();
    let error = error.map_err(|_| Cause::Invalid("what a platform said cannot be written as JSON"))?;
    let most = i64::try_from(MAX_TOOLS).unwrap_or(i64::MAX);
    script
        .statement(if before.is_some() { PUT_TOOL } else { ADD_TOOL })
        .bind(after.digest.as_bytes().as_slice())
        .bind(after.remote_id.as_deref())
        .bind(after.state.as_str())
        .bind(error)
        .bind(after.registered_at.map(Instant::micros))
        .bind(after.updated_at.micros())
        .bind(stored(after.revision))
        .bind(after.platform.as_str())
        .bind(after.name.as_str())
        .bind(before.map_or(most, stored));
    Ok(())
}

/// What it means when nothing was written: whether the tool was there comes in front of it.
fn judge(done: &[Done], before: Option<u64>) -> std::result::Result<(), Cause> {
    let [found, put] = done else { return Err(Corrupt("tool").into()) };
    match (put.written, before) {
        (1, _) => Ok(()),
        (_, Some(_)) => Err(Conflict::Stale.into()),
        (_, None) if found.rows.is_empty() => Err(Conflict::Full.into()),
        (_, None) => Err(Conflict::Exists.into()),
    }
}
