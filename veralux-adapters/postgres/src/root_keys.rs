//! Root keys, and what lies under them: the one place that counts over all tenants.

use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::port::{self, Census, Conflict, Notice, RootKey, RootKeyStore};
use veralux_sql::{Corrupt, root_key_columns, stored};

use crate::error::{Cause, Doing as _};
use crate::notices;
use crate::query::{Done, query};
use crate::row::Columns;
use crate::script::Script;
use crate::store::PostgresStore;
use crate::transaction::{Scope, Transaction};

crate::statements::statements! {
    one {
        LIST = concat!("SELECT ", root_key_columns!(), " FROM root_key r ORDER BY r.id");
        ADD = "INSERT INTO root_key (state, check_value, created_at, revision, id) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (id) DO NOTHING";
        PUT = "UPDATE root_key SET state = $1, check_value = $2, created_at = $3, revision = $4 \
               WHERE id = $5 AND revision = $6";
        COUNT_PRIMARY = "SELECT count(*) FROM root_key r WHERE r.state = 'primary'";
        CENSUS = "SELECT s.root_key, sum(s.tenant_keys)::bigint, sum(s.envelopes)::bigint, sum(s.quarantined)::bigint \
                  FROM sealed_under s WHERE s.tenant_keys > 0 OR s.envelopes > 0 \
                  GROUP BY s.root_key ORDER BY s.root_key";
        LIST_TENANTS = "SELECT s.tenant_id FROM sealed_under s WHERE s.root_key = $1 AND s.tenant_id > $2 \
                        AND (s.tenant_keys > 0 OR s.envelopes > 0) ORDER BY s.tenant_id LIMIT $3";
        /// Two that make a root key primary wait for each other.
        LOCK = "SELECT pg_advisory_xact_lock(6075931847152004918)";
    }
}

const PUTTING: &str = "storing root keys";
const LISTING: &str = "listing tenants under a root key";

#[async_trait]
impl RootKeyStore for PostgresStore {
    async fn list_root_keys(&self) -> port::Result<Vec<RootKey>> {
        self.installation().fetch_all("listing root keys", query(LIST)).await
    }

    async fn put_root_keys(&self, changes: Vec<(RootKey, Option<u64>)>) -> port::Result<()> {
        let mut script = Script::new();
        script.statement(LOCK);
        for (after, before) in &changes {
            add(&mut script, after, *before);
        }
        script.statement(COUNT_PRIMARY);
        let (transaction, outcome) =
            Transaction::begin(self.connections(), Scope::Installation, script.queries())
                .await
                .doing(PUTTING)?;
        let verdict = outcome.into_result().and_then(|done| judge(&done, &changes));
        let ended = match verdict {
            Ok(()) => {
                let mut last = Script::new();
                notices::add(&mut last, &Notice::RootKeys);
                transaction.finish(&last).await
            }
            Err(cause) => {
                transaction.cancel().await;
                Err(cause)
            }
        };
        Ok(ended.doing(PUTTING)?)
    }

    async fn census(&self) -> port::Result<Vec<Census>> {
        self.installation().fetch_all("counting what lies under root keys", query(CENSUS)).await
    }

    async fn list_tenants_under(
        &self,
        root_key: u32,
        after: Option<&TenantId>,
        limit: usize,
    ) -> port::Result<Vec<TenantId>> {
        // No id is empty.
        let after = after.map_or("", TenantId::as_str);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = query(LIST_TENANTS).bind(root_key).bind(after).bind(limit);
        self.installation().fetch_all(LISTING, query).await
    }
}

fn judge(done: &[Done], changes: &[(RootKey, Option<u64>)]) -> std::result::Result<(), Cause> {
    for (done, (_, before)) in done.iter().skip(1).zip(changes) {
        if done.written != 1 {
            return Err(if before.is_some() { Conflict::Stale } else { Conflict::Exists }.into());
        }
    }
    let primary = done.last().and_then(|done| done.rows.first()).ok_or(Corrupt("count"))?;
    match Columns::new(primary).count("count")? {
        0 | 1 => Ok(()),
        _ => Err(Conflict::Stale.into()),
    }
}

fn add(script: &mut Script, after: &RootKey, before: Option<u64>) {
    script
        .statement(if before.is_some() { PUT } else { ADD })
        .bind(after.state.as_str())
        .bind(after.check.as_slice())
        .bind(after.created_at.micros())
        .bind(stored(after.revision))
        .bind(after.id);
    if let Some(before) = before {
        script.bind(stored(before));
    }
}
