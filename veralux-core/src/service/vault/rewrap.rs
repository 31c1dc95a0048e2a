//! A tenant's envelopes, moved under the primary root key; or destroyed with the tenant's keys.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use super::cache::Forgetting;
use super::keys::SealingKey;
use super::write::REPEATS;
use super::{CredentialVault, VaultError, binding, secrets};
use crate::credential::Provider;
use crate::id::TenantId;
use crate::port::{Change, Conflict, Credential, CredentialState, CustodyError, Envelope, TenantSecret};
use crate::seal::{self, Entropy, Header, OpenError};
use crate::service::context::Note;
use crate::service::{Context, Refusal, Result};

/// What became of a tenant's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rewrapped {
    /// Envelopes that are under the primary root key now, and were opened there once more.
    pub moved: u64,
    /// Rows that did not open and were put aside.
    pub quarantined: u64,
}

/// A tenant's rows on their way under another key.
#[derive(Default)]
struct Moves {
    changes: Vec<Change>,
    done: Rewrapped,
    /// Something was moved meanwhile: this is to be planned anew.
    stale: bool,
    /// The rows of `changes` that are sealed anew.
    moved: Moved,
    /// Versions of the tenant's key that rows stay under.
    kept: BTreeSet<u32>,
    /// Versions that nothing lies under any more, and that another root key wraps.
    left: BTreeSet<u32>,
}

/// Rows with their new generation.
#[derive(Default)]
struct Moved {
    credentials: BTreeSet<(Provider, u64)>,
    secrets: BTreeSet<(String, u64)>,
}

impl CredentialVault {
    /// Brings everything of a tenant that is not under the primary root key there, under a new key of the tenant's, in one
    /// commit; then reads it back and opens it. No plaintext leaves the engine. What does not open is put aside and stays
    /// as it is. With `dry_run` nothing is written.
    ///
    /// # Errors
    /// Those of [`VaultError`]; when a row that was read back does not open.
    pub async fn rewrap(&self, context: &Context, tenant: &TenantId, dry_run: bool) -> Result<Rewrapped> {
        for _ in 0..REPEATS {
            let to = self.keys.for_sealing(&self.stores, tenant).await?;
            let moves = self.moves(context, tenant, &to).await?;
            if moves.stale {
                continue;
            }
            let done = moves.done;
            if dry_run || (moves.changes.is_empty() && moves.left.is_empty()) {
                return Ok(done);
            }
            let payload = json!({
                "moved": done.moved,
                "quarantined": done.quarantined,
                "rootKey": to.header.root_key,
                "keyVersion": to.header.key_version,
            });
            let note = Note::new("tenant_key.rewrapped", ("tenant", tenant.as_str()), payload);
            let mut commit = self.stores.start(tenant, self.stores.now(), context, note)?;
            commit.changes.extend(to.change);
            commit.changes.extend(moves.changes);
            commit.changes.extend(moves.left.iter().map(|version| Change::RemoveTenantKey(*version)));
            let forget = self.forget_after(tenant);
            let committed = self.stores.ledger.commit(commit).await;
            drop(forget);
            match committed {
                Ok(()) => {
                    self.prove(tenant, &moves.moved).await?;
                    return Ok(done);
                }
                Err(error) => match error.conflict() {
                    Some(Conflict::Stale | Conflict::Exists | Conflict::Dangling | Conflict::InUse) => {
                        self.keys.forget_all();
                    }
                    _ => return Err(error.into()),
                },
            }
        }
        Err(Refusal::stale().into())
    }

    /// Destroys a tenant's keys, and with them all that is sealed under them; its rows go too. A copy that the voice platform
    /// was handed opens without our keys: it is taken back.
    ///
    /// # Errors
    /// `stale` when something was written meanwhile, or the store's.
    pub async fn shred(&self, context: &Context, tenant: &TenantId) -> Result<()> {
        let credentials = self.list(tenant).await?;
        let secrets = self.stores.credentials.list_secrets(tenant).await?;
        let payload = json!({"credentials": credentials.len(), "secrets": secrets.len()});
        let note = Note::new("tenant_key.destroyed", ("tenant", tenant.as_str()), payload);
        let mut commit = self.stores.start(tenant, self.stores.now(), context, note)?;
        commit.changes.extend(
            credentials
                .iter()
                .map(|row| Change::RemoveCredential { provider: row.provider, before: row.revision }),
        );
        commit.changes.extend(
            secrets
                .into_iter()
                .map(|secret| Change::RemoveTenantSecret { key: secret.key, before: secret.generation }),
        );
        commit.changes.extend(self.copies_follow(tenant, Provider::Twilio).await?);
        let forget = self.forget_after(tenant);
        let done = self.stores.ledger.commit(commit.change(Change::DestroyTenantKeys)).await;
        self.keys.forget_all();
        drop(forget);
        match done {
            Err(error) if error.conflict() == Some(&Conflict::Stale) => Err(Refusal::stale().into()),
            other => Ok(other?),
        }
    }

    fn forget_after<'a>(&'a self, tenant: &'a TenantId) -> Vec<Forgetting<'a>> {
        Provider::ALL.iter().map(|provider| self.cache.forget_after(tenant, *provider)).collect()
    }

    async fn moves(&self, context: &Context, tenant: &TenantId, to: &SealingKey) -> Result<Moves> {
        let mut moves = Moves::default();
        for row in self.list(tenant).await? {
            if row.root_key != to.header.root_key {
                self.move_credential(context, tenant, row, to, &mut moves).await?;
            }
        }
        for row in self.stores.credentials.list_secrets(tenant).await? {
            if row.root_key != to.header.root_key {
                self.move_secret(tenant, row, to, &mut moves).await?;
            }
        }
        // All of them: a row that was connected anew since has left its key without anybody moving it.
        for version in 1..=self.stores.credentials.last_key_version(tenant).await? {
            let key = self.stores.credentials.lookup_tenant_key(tenant, version).await?;
            let outdated = key.is_some_and(|key| key.root_key != to.header.root_key);
            if outdated && !moves.kept.contains(&version) {
                moves.left.insert(version);
            }
        }
        Ok(moves)
    }

    async fn move_credential(
        &self,
        context: &Context,
        tenant: &TenantId,
        row: Credential,
        to: &SealingKey,
        moves: &mut Moves,
    ) -> Result<()> {
        let (now, before) = (self.stores.now(), row.revision);
        let next = Credential {
            generation: row.generation + 1,
            root_key: to.header.root_key,
            key_version: to.header.key_version,
            revision: before + 1,
            ..row.clone()
        };
        let header = Header { root_key: row.root_key, key_version: row.key_version };
        let sealed = match self.header_key(tenant, header, row.envelope.as_bytes()).await? {
            Ok(from) => {
                let entropy = Entropy::from_bytes(self.stores.random.bytes());
                let target = (to.key.as_ref(), to.header, &binding(tenant, &next));
                seal::reseal(row.envelope.as_bytes(), (&from, &binding(tenant, &row)), target, entropy)
                    .map_err(|error| VaultError::Damaged(row.provider, error))
            }
            Err(error) => Err(error),
        };
        let after = match sealed {
            Ok(envelope) => {
                moves.moved.credentials.insert((next.provider, next.generation));
                moves.done.moved += 1;
                Credential { envelope: Envelope::new(envelope), sealed_at: now, ..next }
            }
            Err(error) => {
                moves.kept.insert(row.key_version);
                moves.done.quarantined += 1;
                // No store takes a row whose key is gone, in any state; or somebody else has moved it from there.
                if matches!(error, VaultError::NoTenantKey { .. }) {
                    moves.stale |= !self.stands(context, tenant, &row, &error).await?;
                    return Ok(());
                }
                if row.state == CredentialState::Quarantined {
                    return Ok(());
                }
                let code = error.code();
                Credential {
                    state: CredentialState::Quarantined,
                    last_error: Some((code.to_owned(), now)),
                    revision: before + 1,
                    ..row
                }
            }
        };
        moves.changes.push(Change::Credential { after: Box::new(after), before: Some(before) });
        Ok(())
    }

    async fn move_secret(
        &self,
        tenant: &TenantId,
        row: TenantSecret,
        to: &SealingKey,
        moves: &mut Moves,
    ) -> Result<()> {
        let (before, generation) = (row.generation, row.generation + 1);
        let header = Header { root_key: row.root_key, key_version: row.key_version };
        let sealed = match self.header_key(tenant, header, row.envelope.as_bytes()).await? {
            Ok(from) => {
                let entropy = Entropy::from_bytes(self.stores.random.bytes());
                let old = secrets::binding(tenant, &row.key, before);
                let new = secrets::binding(tenant, &row.key, generation);
                seal::reseal(row.envelope.as_bytes(), (&from, &old), (&to.key, to.header, &new), entropy)
                    .map_err(VaultError::DamagedSecret)
            }
            Err(error) => Err(error),
        };
        let Ok(envelope) = sealed else {
            let now = self.stores.credentials.lookup_secret(tenant, &row.key).await?;
            moves.stale |= now.is_none_or(|now| now.generation != before);
            moves.kept.insert(row.key_version);
            moves.done.quarantined += 1;
            return Ok(());
        };
        moves.moved.secrets.insert((row.key.clone(), generation));
        moves.done.moved += 1;
        let after = TenantSecret {
            generation,
            envelope: Envelope::new(envelope),
            root_key: to.header.root_key,
            key_version: to.header.key_version,
            sealed_at: self.stores.now(),
            ..row
        };
        moves.changes.push(Change::TenantSecret { after: Box::new(after), before: Some(before) });
        Ok(())
    }

    /// The key that an envelope names, which its row must name too; the inner error when the row will never open.
    async fn header_key(
        &self,
        tenant: &TenantId,
        header: Header,
        envelope: &[u8],
    ) -> Result<std::result::Result<Arc<seal::DataKey>, VaultError>> {
        match Header::read(envelope) {
            Ok(found) if found == header => {}
            Ok(_) => return Ok(Err(VaultError::DamagedSecret(OpenError::Commitment))),
            Err(error) => return Ok(Err(VaultError::DamagedSecret(error))),
        }
        match self.keys.for_open(&self.stores, tenant, header).await {
            Ok(key) => Ok(Ok(key)),
            Err(
                error @ (VaultError::NoTenantKey { .. } | VaultError::Custody(CustodyError::Envelope(_))),
            ) => Ok(Err(error)),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads back what was moved and opens it. What somebody has written anew since is not ours to prove.
    async fn prove(&self, tenant: &TenantId, moved: &Moved) -> Result<()> {
        for row in self.list(tenant).await? {
            if moved.credentials.contains(&(row.provider, row.generation)) {
                self.unseal(tenant, &row).await?;
            }
        }
        for row in self.stores.credentials.list_secrets(tenant).await? {
            if moved.secrets.contains(&(row.key.clone(), row.generation)) {
                self.unseal_secret(tenant, &row).await?;
            }
        }
        Ok(())
    }
}
