use std::sync::Arc;

use serde_json::json;
use zeroize::Zeroizing;

use super::cache::{Closed, Kept, Known, Via};
use super::opening::Opening;
use super::write::REPEATS;
use super::{CredentialVault, Opened, VaultError, binding};
use crate::credential::{self, BodyError, Kind, Provider, Purpose, TenantScoped};
use crate::id::TenantId;
use crate::port::{self, Change, Credential, CredentialState};
use crate::seal::{self, Header, OpenError};
use crate::service::Context;
use crate::service::context::Note;
use crate::time::Instant;

impl CredentialVault {
    /// Opens the tenant's credential with a provider.
    ///
    /// Each outcome is one audit event of the tenant: provider, purpose, actor, outcome, generation, key ids, whether the
    /// cache knew, request. A row that is found damaged is quarantined.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn open<P: TenantScoped>(
        &self,
        context: &Context,
        tenant: &TenantId,
        purpose: Purpose,
    ) -> Result<Opened<P>, VaultError> {
        let now = self.stores.now();
        let found = self.known::<P>(context, tenant, now).await;
        let opening = Opening::of::<P>(context, tenant, purpose, now, &found);
        match &found {
            // A store that is away takes no event either, and that it is away is what the caller must learn.
            Err(VaultError::Store(_)) => self.trail.add_later(opening),
            _ => self.trail.add(&self.stores, opening).await?,
        }
        Self::opened(found)
    }

    /// What an outcome gives.
    pub(super) fn opened<P: Kind>(found: Result<(Known, Via), VaultError>) -> Result<Opened<P>, VaultError> {
        match found?.0 {
            Known::Open(kept) => {
                let body = kept.body.clone().downcast::<P::Body>();
                let body = body.map_err(|_| VaultError::Body(P::PROVIDER, BodyError::Empty))?;
                Ok(Opened { body, generation: kept.generation })
            }
            Known::Closed(closed) => Err(closed.error(P::PROVIDER)),
        }
    }

    /// Takes into the trail that a row is opened for what the vault does by itself, before it is.
    pub(super) async fn note_opening(
        &self,
        context: &Context,
        tenant: &TenantId,
        row: &Credential,
        purpose: Purpose,
        unsealed: &Result<Header, VaultError>,
    ) -> Result<(), VaultError> {
        let opening = Opening {
            context: context.clone(),
            tenant: tenant.clone(),
            provider: row.provider,
            purpose,
            outcome: unsealed.as_ref().err().map_or("opened", VaultError::code),
            sealed: unsealed.as_ref().ok().map(|header| (row.generation, *header)),
            via: Via::Miss,
            at: self.stores.now(),
            counted: None,
        };
        self.trail.add(&self.stores, opening).await
    }

    /// Writes the audit events of openings that wait for others. Call it every second or so.
    ///
    /// # Errors
    /// [`VaultError::Audit`]; the events wait on.
    pub async fn flush(&self) -> Result<(), VaultError> {
        self.trail.flush(&self.stores, false).await
    }

    /// As [`Self::flush`], with what is counted and would wait longer. Call it when the process ends.
    ///
    /// # Errors
    /// [`VaultError::Audit`].
    pub async fn finish(&self) -> Result<(), VaultError> {
        self.trail.flush(&self.stores, true).await
    }

    pub(super) async fn known<P: Kind>(
        &self,
        context: &Context,
        tenant: &TenantId,
        now: Instant,
    ) -> Result<(Known, Via), VaultError> {
        let renew = match self.cache.look(tenant, P::PROVIDER, now) {
            Some((known, false)) => return Ok((known, Via::Hit)),
            Some((_, true)) => true,
            None => false,
        };
        let now = || self.stores.now();
        self.cache.load(tenant, P::PROVIDER, renew, now, || self.fetch::<P>(context, tenant)).await
    }

    /// Asks the store.
    async fn fetch<P: Kind>(&self, context: &Context, tenant: &TenantId) -> Result<Known, VaultError> {
        let mut asked = 0;
        loop {
            asked += 1;
            let Some(row) = self.status(tenant, P::PROVIDER).await? else {
                return Ok(Known::Closed(Closed::NotConnected));
            };
            match row.state {
                CredentialState::Active => {}
                CredentialState::Disabled => return Ok(Known::Closed(Closed::Disabled)),
                CredentialState::NeedsReconnect => return Ok(Known::Closed(Closed::NeedsReconnect)),
                CredentialState::Quarantined => return Ok(Known::Closed(Closed::Quarantined)),
            }
            match self.unseal(tenant, &row).await {
                Ok((header, plaintext)) => {
                    let body = credential::read::<P>(&plaintext);
                    let body = Arc::new(body.map_err(|error| VaultError::Body(P::PROVIDER, error))?);
                    return Ok(Known::Open(Arc::new(Kept::new(row.generation, header, body))));
                }
                Err(error) if self.stands(context, tenant, &row, &error).await? || asked == REPEATS => {
                    return Err(error);
                }
                Err(_) => {}
            }
        }
    }

    /// Whether an error in opening a row says something of the row as it is now: it may have been replaced meanwhile, or
    /// moved under another key. A damaged one is quarantined.
    pub(super) async fn stands(
        &self,
        context: &Context,
        tenant: &TenantId,
        row: &Credential,
        error: &VaultError,
    ) -> Result<bool, VaultError> {
        match error {
            VaultError::Damaged(..)
                if self.quarantine(context, tenant, row.clone(), error.code()).await? =>
            {
                Ok(true)
            }
            VaultError::Damaged(..) | VaultError::NoTenantKey { .. } => {
                let now = self.status(tenant, row.provider).await?;
                Ok(now.is_some_and(|now| now.id == row.id && now.revision == row.revision))
            }
            _ => Ok(true),
        }
    }

    /// The plaintext of a row.
    pub(super) async fn unseal(
        &self,
        tenant: &TenantId,
        row: &Credential,
    ) -> Result<(Header, Zeroizing<Vec<u8>>), VaultError> {
        let damaged = |error| VaultError::Damaged(row.provider, error);
        let envelope = row.envelope.as_bytes();
        let header = Header::read(envelope).map_err(damaged)?;
        if header != (Header { root_key: row.root_key, key_version: row.key_version }) {
            // Another row's envelope: its key may not even be there.
            return Err(damaged(OpenError::Commitment));
        }
        let key = self.keys.for_open(&self.stores, tenant, header).await?;
        let plaintext = seal::open(&key, &binding(tenant, row), envelope).map_err(damaged)?;
        Ok((header, plaintext))
    }

    /// Puts a damaged row aside; false when somebody else has changed it meanwhile.
    async fn quarantine(
        &self,
        context: &Context,
        tenant: &TenantId,
        row: Credential,
        code: &'static str,
    ) -> Result<bool, VaultError> {
        let (now, before) = (self.stores.now(), row.revision);
        let payload = json!({"provider": row.provider, "generation": row.generation, "reason": code});
        let provider = row.provider;
        let after = Credential {
            state: CredentialState::Quarantined,
            last_error: Some((code.to_owned(), now)),
            revision: row.revision + 1,
            ..row
        };
        let note = Note::new("credential.quarantined", ("credential", provider.as_str()), payload);
        let commit = self.stores.start(tenant, now, context, note);
        let invalid = port::Error::Invalid("an audit event does not keep to its limits");
        let commit = commit.map_err(|_| VaultError::Audit(invalid))?;
        let change = Change::Credential { after: Box::new(after), before: Some(before) };
        match self.stores.ledger.commit(commit.change(change)).await {
            Ok(()) => Ok(true),
            Err(error) if error.conflict().is_some() => Ok(false),
            Err(error) => Err(VaultError::Store(error)),
        }
    }

    /// Whether the tenant has a credential with a provider that may be used. Nothing is opened.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn exists(&self, tenant: &TenantId, provider: Provider) -> Result<bool, VaultError> {
        let found = self.status(tenant, provider).await?;
        Ok(found.is_some_and(|row| row.state == CredentialState::Active))
    }

    /// The credential with a provider as it is stored: sealed. Nothing is opened.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn status(
        &self,
        tenant: &TenantId,
        provider: Provider,
    ) -> Result<Option<Credential>, VaultError> {
        self.stores.credentials.find_credential(tenant, provider).await.map_err(VaultError::Store)
    }

    /// All credentials of the tenant as they are stored, by provider. Nothing is opened.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<Credential>, VaultError> {
        self.stores.credentials.list_credentials(tenant).await.map_err(VaultError::Store)
    }

    /// The code and instant of the last failure of a credential.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn last_error(
        &self,
        tenant: &TenantId,
        provider: Provider,
    ) -> Result<Option<(String, Instant)>, VaultError> {
        Ok(self.status(tenant, provider).await?.and_then(|row| row.last_error))
    }
}
