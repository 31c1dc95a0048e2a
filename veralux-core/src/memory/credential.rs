use std::mem;

use async_trait::async_trait;

use super::MemoryStore;
use super::change::check_revision;
use super::write::Outcome;
use super::write::Writer;
use crate::credential::Provider;
use crate::id::TenantId;
use crate::port::{
    Conflict, Credential, CredentialExport, CredentialStore, MAX_SECRETS, Result, TenantKey, TenantSecret,
};
use crate::seal::KeyState;

#[async_trait]
impl CredentialStore for MemoryStore {
    async fn find_credential(&self, tenant: &TenantId, provider: Provider) -> Result<Option<Credential>> {
        Ok(self.with_rows(tenant, |rows| rows.credentials.get(&provider).cloned()))
    }

    async fn list_credentials(&self, tenant: &TenantId) -> Result<Vec<Credential>> {
        Ok(self.with_rows(tenant, |rows| rows.credentials.values().cloned().collect()))
    }

    async fn lookup_tenant_key(&self, tenant: &TenantId, version: u32) -> Result<Option<TenantKey>> {
        Ok(self.with_rows(tenant, |rows| rows.tenant_keys.get(&version).cloned()))
    }

    async fn newest_tenant_key(&self, tenant: &TenantId) -> Result<Option<TenantKey>> {
        let newest = self.with_rows(tenant, |rows| rows.tenant_keys.values().next_back().cloned());
        Ok(newest)
    }

    async fn last_key_version(&self, tenant: &TenantId) -> Result<u32> {
        Ok(self.with_rows(tenant, |rows| rows.last_key_version))
    }

    async fn find_export(
        &self,
        tenant: &TenantId,
        provider: Provider,
        target: Provider,
    ) -> Result<Option<CredentialExport>> {
        Ok(self.with_rows(tenant, |rows| rows.exports.get(&(provider, target)).cloned()))
    }

    async fn lookup_secret(&self, tenant: &TenantId, key: &str) -> Result<Option<TenantSecret>> {
        Ok(self.with_rows(tenant, |rows| rows.secrets.get(key).cloned()))
    }

    async fn list_secrets(&self, tenant: &TenantId) -> Result<Vec<TenantSecret>> {
        Ok(self.with_rows(tenant, |rows| rows.secrets.values().cloned().collect()))
    }
}

impl Writer<'_> {
    pub(super) fn put_credential(&mut self, after: Credential, before: Option<u64>) -> Outcome {
        let credentials = &self.reach.own.credentials;
        let found = credentials.get(&after.provider);
        // Another row stands in the way of a new one, and is not the one that was read.
        let same = found.filter(|found| before.is_none() || found.id == after.id);
        check_revision(same.map(|found| found.revision), before)?;
        if found.is_none() && credentials.values().any(|other| other.id == after.id) {
            return Err(Conflict::Exists);
        }
        self.require_key(after.key_version)?;
        self.put(|reach| &mut reach.own.credentials, after.provider, after);
        Ok(())
    }

    pub(super) fn remove_credential(&mut self, provider: Provider, before: u64) -> Outcome {
        let found = self.reach.own.credentials.get(&provider);
        found.filter(|found| found.revision == before).ok_or(Conflict::Stale)?;
        self.remove(|reach| &mut reach.own.credentials, &provider);
        Ok(())
    }

    pub(super) fn add_tenant_key(&mut self, key: TenantKey) -> Outcome {
        let last = self.reach.own.last_key_version;
        if last.checked_add(1) != Some(key.version) {
            return Err(Conflict::Exists);
        }
        if self.reach.root_keys.get(&key.root_key).is_some_and(|root| root.state != KeyState::Primary) {
            return Err(Conflict::Stale);
        }
        let old = mem::replace(&mut self.reach.own.last_key_version, key.version);
        self.note(move |reach| reach.own.last_key_version = old);
        self.put(|reach| &mut reach.own.tenant_keys, key.version, key);
        Ok(())
    }

    pub(super) fn remove_tenant_key(&mut self, version: u32) -> Outcome {
        let rows = &self.reach.own;
        if !rows.tenant_keys.contains_key(&version) {
            return Err(Conflict::Stale);
        }
        let mut named = rows.credentials.values().map(|credential| credential.key_version);
        let mut named_too = rows.secrets.values().map(|secret| secret.key_version);
        if named.any(|named| named == version) || named_too.any(|named| named == version) {
            return Err(Conflict::InUse);
        }
        self.remove(|reach| &mut reach.own.tenant_keys, &version);
        Ok(())
    }

    pub(super) fn destroy_tenant_keys(&mut self) {
        let old = mem::take(&mut self.reach.own.tenant_keys);
        self.note(move |reach| reach.own.tenant_keys = old);
    }

    pub(super) fn put_export(&mut self, after: CredentialExport, before: Option<u64>) -> Outcome {
        let key = (after.provider, after.target);
        check_revision(self.reach.own.exports.get(&key).map(|found| found.revision), before)?;
        self.put(|reach| &mut reach.own.exports, key, after);
        Ok(())
    }

    pub(super) fn put_secret(&mut self, after: TenantSecret, before: Option<u64>) -> Outcome {
        let secrets = &self.reach.own.secrets;
        check_revision(secrets.get(&after.key).map(|found| found.generation), before)?;
        if before.is_none() && secrets.len() >= MAX_SECRETS {
            return Err(Conflict::Full);
        }
        self.require_key(after.key_version)?;
        self.put(|reach| &mut reach.own.secrets, after.key.clone(), after);
        Ok(())
    }

    pub(super) fn remove_secret(&mut self, key: &String, before: u64) -> Outcome {
        let found = self.reach.own.secrets.get(key);
        found.filter(|found| found.generation == before).ok_or(Conflict::Stale)?;
        self.remove(|reach| &mut reach.own.secrets, key);
        Ok(())
    }

    fn require_key(&self, version: u32) -> Outcome {
        if self.reach.own.tenant_keys.contains_key(&version) { Ok(()) } else { Err(Conflict::Dangling) }
    }
}
