use std::collections::BTreeMap;
use std::ops::Bound;

use async_trait::async_trait;

use super::MemoryStore;
use super::change::check_revision;
use super::rows::Rows;
use super::write::Writer;
use crate::id::TenantId;
use crate::port::{Census, Conflict, CredentialState, Error, Result, RootKey, RootKeyStore};
use crate::seal::KeyState;

#[async_trait]
impl RootKeyStore for MemoryStore {
    async fn list_root_keys(&self) -> Result<Vec<RootKey>> {
        Ok(self.read().root_keys.values().cloned().collect())
    }

    async fn census(&self) -> Result<Vec<Census>> {
        let mut under = BTreeMap::new();
        for rows in self.read().tenants.values() {
            count(rows, &mut under);
        }
        Ok(under.into_values().collect())
    }

    async fn list_tenants_under(
        &self,
        root_key: u32,
        after: Option<&TenantId>,
        limit: usize,
    ) -> Result<Vec<TenantId>> {
        let after = after.map_or(Bound::Unbounded, Bound::Excluded);
        let state = self.read();
        let tenants = state.tenants.range::<TenantId, _>((after, Bound::Unbounded));
        let under = tenants.filter(|(_, rows)| is_under(rows, root_key));
        Ok(under.map(|(tenant, _)| tenant.clone()).take(limit).collect())
    }
}

impl Writer<'_> {
    pub(super) fn put_root_keys(&mut self, changes: Vec<(RootKey, Option<u64>)>) -> Result<()> {
        if !self.tenant.is_platform() {
            return Err(Error::Invalid("root keys are the platform's"));
        }
        for (after, before) in changes {
            check_revision(self.reach.root_keys.get(&after.id).map(|found| found.revision), before)?;
            self.put(|reach| reach.root_keys, after.id, after);
        }
        if self.reach.root_keys.values().filter(|key| key.state == KeyState::Primary).count() > 1 {
            return Err(Conflict::Stale.into());
        }
        Ok(())
    }
}

fn count(rows: &Rows, under: &mut BTreeMap<u32, Census>) {
    let mut count = |root_key, add: fn(&mut Census)| {
        add(under.entry(root_key).or_insert(Census { root_key, ..Census::default() }));
    };
    for key in rows.tenant_keys.values() {
        count(key.root_key, |census| census.tenant_keys += 1);
    }
    for secret in rows.secrets.values() {
        count(secret.root_key, |census| census.envelopes += 1);
    }
    for credential in rows.credentials.values() {
        count(credential.root_key, |census| census.envelopes += 1);
        if credential.state == CredentialState::Quarantined {
            count(credential.root_key, |census| census.quarantined += 1);
        }
    }
}

fn is_under(rows: &Rows, root_key: u32) -> bool {
    rows.tenant_keys.values().any(|key| key.root_key == root_key)
        || rows.credentials.values().any(|credential| credential.root_key == root_key)
        || rows.secrets.values().any(|secret| secret.root_key == root_key)
}
