use serde_json::json;

use super::context::Note;
use super::{Context, Error, Refusal, Result, Stores};
use crate::access::{ApiKey, Caller, KeyDigest, KeyRole, Pepper, key_text};
use crate::id::{ApiKeyId, TenantId};
use crate::port::{Change, Conflict, Listed, Page};
use crate::secret::Secret;
use crate::time::Instant;

/// Longest name of a key in characters.
const MAX_NAME_CHARS: usize = 100;

/// A key to be made.
#[derive(Debug, Clone)]
pub struct KeyRequest {
    /// What people call it.
    pub name: String,
    /// What it shall permit.
    pub role: KeyRole,
    /// The only tenant it shall act for; `None` for any.
    pub tenant: Option<TenantId>,
    /// From when on it shall be refused.
    pub expires_at: Option<Instant>,
}

/// A key that was made. The text is nowhere else and cannot be had again.
#[derive(Debug)]
pub struct NewKey {
    /// What is stored.
    pub key: ApiKey,
    /// What its owner sends.
    pub text: Secret,
}

/// Makes, recognises and revokes API keys.
#[derive(Debug, Clone)]
pub struct Keys {
    stores: Stores,
    pepper: Pepper,
}

impl Keys {
    /// Over these stores, with the installation's pepper.
    pub fn new(stores: Stores, pepper: Pepper) -> Self {
        Self { stores, pepper }
    }

    /// Who holds this key; `None` when it is unknown, revoked or expired.
    ///
    /// # Errors
    /// The store's.
    pub async fn recognise(&self, text: &Secret) -> Result<Option<Caller>> {
        let digest = KeyDigest::of(&self.pepper, text.expose());
        let key = self.stores.directory.find_key(&digest).await?;
        let now = self.stores.now();
        Ok(key.and_then(|key| Caller::from_key(&key, now)))
    }

    /// Makes a key.
    ///
    /// # Errors
    /// `invalid_name`, `invalid_expiry`, `tenant_not_found`, or the store's.
    pub async fn add(&self, context: &Context, request: KeyRequest) -> Result<NewKey> {
        let now = self.stores.now();
        let name = request.name.trim();
        if name.is_empty() || name.chars().count() > MAX_NAME_CHARS || name.chars().any(char::is_control) {
            let message = format!("must have 1 to {MAX_NAME_CHARS} characters and no control character");
            return Err(Refusal::field("invalid_name", "name", message).into());
        }
        if request.expires_at.is_some_and(|end| end <= now) {
            return Err(Refusal::field("invalid_expiry", "expiresAt", "must lie in the future").into());
        }
        if let Some(tenant) = &request.tenant
            && (tenant.is_platform() || self.stores.directory.lookup_tenant(tenant).await?.is_none())
        {
            return Err(Refusal::not_found("tenant_not_found", "tenant").into());
        }
        let text = key_text(self.stores.random.bytes());
        let shown = text.expose();
        let key = ApiKey {
            id: ApiKeyId::generate(now, self.stores.id_bytes()),
            name: name.to_owned(),
            role: request.role,
            tenant: request.tenant,
            digest: KeyDigest::of(&self.pepper, shown),
            last_four: shown.get(shown.len().saturating_sub(4)..).unwrap_or_default().to_owned(),
            created_at: now,
            expires_at: request.expires_at,
            revoked_at: None,
        };
        let note = Note::new(
            "key.created",
            ("key", key.id.as_str()),
            json!({"name": key.name, "role": key.role.as_str(), "expiresAt": key.expires_at}),
        );
        let commit = self.stores.start(&key.home(), now, context, note)?.change(Change::ApiKey(key.clone()));
        self.stores.ledger.commit(commit).await?;
        Ok(NewKey { key, text })
    }

    /// A page of a tenant's keys, or of the platform's.
    ///
    /// # Errors
    /// The store's.
    pub async fn list(&self, home: &TenantId, page: &Page) -> Result<Listed<ApiKey>> {
        Ok(self.stores.keys.list(home, page).await?)
    }

    /// Revokes a key; from the answer on it opens nothing.
    ///
    /// # Errors
    /// `key_not_found` when there is none or it was revoked before, or the store's.
    pub async fn revoke(&self, context: &Context, home: &TenantId, id: &ApiKeyId) -> Result<()> {
        let now = self.stores.now();
        let note = Note::new("key.revoked", ("key", id.as_str()), json!({}));
        let change = Change::RevokeApiKey { id: id.clone(), at: now };
        let commit = self.stores.start(home, now, context, note)?.change(change);
        match self.stores.ledger.commit(commit).await {
            Err(error) if error.conflict() == Some(&Conflict::Stale) => {
                Err(Refusal::not_found("key_not_found", "key").into())
            }
            other => other.map_err(Error::Port),
        }
    }
}
