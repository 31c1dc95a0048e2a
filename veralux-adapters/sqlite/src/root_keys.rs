//! Root keys, and what lies under them: the one place that counts over all tenants.

use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::TenantId;
use veralux_core::port::{self, Census, Conflict, RootKey, RootKeyStore};
use veralux_sql::{Corrupt, root_key_columns, stored};

use crate::error::{Doing as _, Result};
use crate::row::Columns;
use crate::script::Script;
use crate::store::SqliteStore;
use crate::transaction::Transaction;
use crate::writer::Write;

crate::statements::statements! {
    one {
        LIST = concat!("SELECT ", root_key_columns!(), " FROM root_key r ORDER BY r.id");
        ADD = "INSERT INTO root_key (state, check_value, created_at, revision, id) VALUES (?, ?, ?, ?, ?) \
               ON CONFLICT (id) DO NOTHING";
        PUT = "UPDATE root_key SET state = ?, check_value = ?, created_at = ?, revision = ? \
               WHERE id = ? AND revision = ?";
        COUNT_PRIMARY = "SELECT count(*) FROM root_key r WHERE r.state = 'primary'";
        // Steps from one root key to the next, so that as many look-ups are made as there are; 2^32 is behind them all.
        CENSUS = "WITH RECURSIVE i(id) AS (SELECT -1 UNION ALL SELECT min( \
                  ifnull((SELECT min(k.root_key) FROM tenant_key k WHERE k.root_key > i.id), 4294967296), \
                  ifnull((SELECT min(c.root_key) FROM credential c WHERE c.root_key > i.id), 4294967296), \
                  ifnull((SELECT min(s.root_key) FROM tenant_secret s WHERE s.root_key > i.id), 4294967296)) \
                  FROM i WHERE i.id < 4294967296) \
                  SELECT i.id, (SELECT count(*) FROM tenant_key k WHERE k.root_key = i.id), \
                  (SELECT count(*) FROM credential c WHERE c.root_key = i.id) \
                  + (SELECT count(*) FROM tenant_secret s WHERE s.root_key = i.id), \
                  (SELECT count(*) FROM credential c WHERE c.root_key = i.id AND c.state = 'quarantined') \
                  FROM i WHERE i.id BETWEEN 0 AND 4294967295 ORDER BY i.id";
        LIST_TENANTS = "SELECT k.tenant_id FROM tenant_key k WHERE k.root_key = ? AND k.tenant_id > ? \
                        UNION SELECT c.tenant_id FROM credential c WHERE c.root_key = ? AND c.tenant_id > ? \
                        UNION SELECT s.tenant_id FROM tenant_secret s WHERE s.root_key = ? AND s.tenant_id > ? \
                        ORDER BY 1 LIMIT ?";
    }
}

const PUTTING: &str = "storing root keys";
const LISTING: &str = "listing tenants under a root key";

#[async_trait]
impl RootKeyStore for SqliteStore {
    async fn list_root_keys(&self) -> port::Result<Vec<RootKey>> {
        self.fetch_all("listing root keys", query(LIST)).await
    }

    async fn put_root_keys(&self, changes: Vec<(RootKey, Option<u64>)>) -> port::Result<()> {
        Ok(self.writer().submit(PUTTING, Put(changes)).await?)
    }

    async fn census(&self) -> port::Result<Vec<Census>> {
        self.fetch_all("counting what lies under root keys", query(CENSUS)).await
    }

    async fn list_tenants_under(
        &self,
        root_key: u32,
        after: Option<&TenantId>,
        limit: usize,
    ) -> port::Result<Vec<TenantId>> {
        // No id is empty.
        let after = after.map_or("", TenantId::as_str);
        let mut query = query(LIST_TENANTS);
        for _ in 0..3 {
            query = query.bind(root_key).bind(after);
        }
        self.fetch_all(LISTING, query.bind(i64::try_from(limit).unwrap_or(i64::MAX))).await
    }
}

struct Put(Vec<(RootKey, Option<u64>)>);

#[async_trait]
impl Write for Put {
    type Output = ();

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<()> {
        let mut script = Script::new();
        for (after, before) in &self.0 {
            add(&mut script, after, *before);
        }
        script.statement(COUNT_PRIMARY);
        let done = transaction.run(script).await.into_result().doing(PUTTING)?;
        for (done, (_, before)) in done.iter().zip(&self.0) {
            if done.written != 1 {
                let conflict = if before.is_some() { Conflict::Stale } else { Conflict::Exists };
                return Err(conflict).doing(PUTTING);
            }
        }
        let primary = done.last().and_then(|done| done.rows.first());
        match primary.map(|row| Columns::new(row).count("count")).transpose().doing(PUTTING)? {
            Some(0 | 1) => Ok(()),
            Some(_) => Err(Conflict::Stale).doing(PUTTING),
            None => Err(Corrupt("count")).doing(PUTTING),
        }
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
