//! A tenant's other secrets, by key: sealed under the tenant's key like credentials.

use serde_json::json;

use super::write::REPEATS;
use super::{CredentialVault, VaultError};
use crate::id::TenantId;
use crate::port::{Change, Conflict, Envelope, MAX_SECRETS, TenantSecret};
use crate::seal::{self, Binding, Class, Entropy, Header, MAX_PLAINTEXT_BYTES};
use crate::secret::Secret;
use crate::service::context::Note;
use crate::service::{Context, Kind, Refusal, Result};

/// Longest key in bytes.
const MAX_KEY_BYTES: usize = 64;

/// Where a secret's envelope opens.
pub(super) fn binding<'a>(tenant: &'a TenantId, key: &'a str, generation: u64) -> Binding<'a> {
    Binding { class: Class::TenantSecret, tenant, row: key, generation, slug: "tenant_secret" }
}

impl CredentialVault {
    /// One of the tenant's other secrets; `None` when there is no such key. One audit event each time.
    ///
    /// # Errors
    /// `invalid_secret_key`, or the store's.
    pub async fn open_secret(
        &self,
        context: &Context,
        tenant: &TenantId,
        key: &str,
    ) -> Result<Option<Secret>> {
        checked_key(key)?;
        let mut row = self.stores.credentials.lookup_secret(tenant, key).await?;
        let text = loop {
            let Some(found) = &row else { break Ok(None) };
            let text = self.unseal_secret(tenant, found).await;
            if !matches!(text, Err(VaultError::NoTenantKey { .. })) {
                break text.map(Some);
            }
            // It may have been moved under another key meanwhile.
            let again = self.stores.credentials.lookup_secret(tenant, key).await?;
            if again == row {
                break text.map(Some);
            }
            row = again;
        };
        let generation = row.map(|row| row.generation);
        let payload = json!({"key": key, "generation": generation, "outcome": outcome(&text)});
        let note = Note::new("secret.opened", ("secret", key), payload);
        let commit = self.stores.start(tenant, self.stores.now(), context, note)?;
        self.stores.ledger.commit(commit).await.map_err(VaultError::Audit)?;
        Ok(text?)
    }

    /// Seals a secret in place of the one that has the key.
    ///
    /// # Errors
    /// `invalid_secret_key`, `invalid_secret` when it is empty or too long, `too_many_secrets`, or the store's.
    pub async fn put_secret(
        &self,
        context: &Context,
        tenant: &TenantId,
        key: &str,
        secret: &Secret,
    ) -> Result<()> {
        checked_key(key)?;
        let text = secret.expose().as_bytes();
        if text.is_empty() || text.len() > MAX_PLAINTEXT_BYTES {
            let message = format!("must have 1 to {MAX_PLAINTEXT_BYTES} bytes");
            return Err(Refusal::field("invalid_secret", "value", message).into());
        }
        for _ in 0..REPEATS {
            let found = self.stores.credentials.lookup_secret(tenant, key).await?;
            let before = found.map(|found| found.generation);
            let generation = before.unwrap_or(0) + 1;
            let now = self.stores.now();
            let sealing = self.keys.for_sealing(&self.stores, tenant).await?;
            let entropy = Entropy::from_bytes(self.stores.random.bytes());
            let bound = binding(tenant, key, generation);
            let envelope = seal::seal(&sealing.key, sealing.header, &bound, entropy, text)
                .map_err(|error| Refusal::new(Kind::Invalid, "invalid_secret", error.to_string()))?;
            let after = TenantSecret {
                key: key.to_owned(),
                generation,
                envelope: Envelope::new(envelope),
                root_key: sealing.header.root_key,
                key_version: sealing.header.key_version,
                sealed_at: now,
            };
            let note =
                Note::new("secret.stored", ("secret", key), json!({"key": key, "generation": generation}));
            let mut commit = self.stores.start(tenant, now, context, note)?;
            commit.changes.extend(sealing.change);
            let commit = commit.change(Change::TenantSecret { after: Box::new(after), before });
            match self.stores.ledger.commit(commit).await {
                Ok(()) => return Ok(()),
                Err(error) => match error.conflict() {
                    Some(Conflict::Stale | Conflict::Exists | Conflict::Dangling) => self.keys.forget_all(),
                    Some(Conflict::Full) => return Err(too_many()),
                    _ => return Err(error.into()),
                },
            }
        }
        Err(Refusal::stale().into())
    }

    /// The keys of the tenant's other secrets.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_secrets(&self, tenant: &TenantId) -> Result<Vec<String>> {
        let found = self.stores.credentials.list_secrets(tenant).await?;
        Ok(found.into_iter().map(|secret| secret.key).collect())
    }

    /// Removes a secret.
    ///
    /// # Errors
    /// `secret_not_found`, or the store's.
    pub async fn remove_secret(&self, context: &Context, tenant: &TenantId, key: &str) -> Result<()> {
        for _ in 0..REPEATS {
            let found = self.stores.credentials.lookup_secret(tenant, key).await?;
            let found = found.ok_or_else(|| Refusal::not_found("secret_not_found", "secret"))?;
            let note = Note::new("secret.removed", ("secret", key), json!({"key": key}));
            let change = Change::RemoveTenantSecret { key: key.to_owned(), before: found.generation };
            let commit = self.stores.start(tenant, self.stores.now(), context, note)?.change(change);
            match self.stores.ledger.commit(commit).await {
                Err(error) if error.conflict() == Some(&Conflict::Stale) => {}
                other => return Ok(other?),
            }
        }
        Err(Refusal::stale().into())
    }

    pub(super) async fn unseal_secret(
        &self,
        tenant: &TenantId,
        row: &TenantSecret,
    ) -> std::result::Result<Secret, VaultError> {
        let envelope = row.envelope.as_bytes();
        let header = Header::read(envelope).map_err(VaultError::DamagedSecret)?;
        if header != (Header { root_key: row.root_key, key_version: row.key_version }) {
            return Err(VaultError::DamagedSecret(seal::OpenError::Commitment));
        }
        let key = self.keys.for_open(&self.stores, tenant, header).await?;
        let plaintext = seal::open(&key, &binding(tenant, &row.key, row.generation), envelope)
            .map_err(VaultError::DamagedSecret)?;
        let text =
            std::str::from_utf8(&plaintext).map_err(|_| VaultError::DamagedSecret(seal::OpenError::Tag))?;
        Ok(Secret::new(text))
    }
}

fn outcome(text: &std::result::Result<Option<Secret>, VaultError>) -> &'static str {
    match text {
        Ok(Some(_)) => "opened",
        Ok(None) => "secret_not_found",
        Err(error) => error.code(),
    }
}

/// `^[A-Z][A-Z0-9_]{0,63}$`
fn checked_key(key: &str) -> Result<()> {
    let fits = (1..=MAX_KEY_BYTES).contains(&key.len())
        && key.bytes().next().is_some_and(|first| first.is_ascii_uppercase())
        && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if fits {
        return Ok(());
    }
    let message = "must be a capital letter, then at most 63 capital letters, digits and `_`";
    Err(Refusal::field("invalid_secret_key", "key", message).into())
}

fn too_many() -> crate::service::Error {
    let detail = format!("a tenant has at most {MAX_SECRETS} secrets; remove one first");
    Refusal::new(Kind::Conflict, "too_many_secrets", detail).into()
}
