//! What is known of a credential beside what is sealed in it: whether the provider takes it, whether its owner uses it.

use zeroize::Zeroizing;

use super::write::{REPEATS, Saved, check_of};
use super::{CredentialVault, VaultError};
use crate::credential::{Provider, Purpose};
use crate::id::TenantId;
use crate::port::{Credential, CredentialState, Rejection, Verdict};
use crate::service::{Context, Kind, Refusal, Result};
use crate::time::Instant;

impl CredentialVault {
    /// Asks the provider whether the stored credential works, and notes the answer. That it could not be asked is not
    /// noted: it says nothing of the credential.
    ///
    /// # Errors
    /// Those of [`VaultError`]; `verification_unavailable` where nobody can ask.
    pub async fn verify(&self, context: &Context, tenant: &TenantId, provider: Provider) -> Result<Saved> {
        for _ in 1..REPEATS {
            match self.verify_once(context, tenant, provider).await {
                // Replaced, or moved under another key, while the provider was asked: the answer is about what was.
                Err(error) if error.code() == Some("stale") => {}
                other => return other,
            }
        }
        self.verify_once(context, tenant, provider).await
    }

    async fn verify_once(&self, context: &Context, tenant: &TenantId, provider: Provider) -> Result<Saved> {
        let row = self.status(tenant, provider).await?.ok_or(VaultError::NotConnected(provider))?;
        match row.state {
            CredentialState::Disabled => return Err(VaultError::Disabled(provider).into()),
            CredentialState::Quarantined => return Err(VaultError::Quarantined(provider).into()),
            CredentialState::Active | CredentialState::NeedsReconnect => {}
        }
        let (unsealed, plaintext) = match self.unseal(tenant, &row).await {
            Ok((header, plaintext)) => (Ok(header), plaintext),
            Err(error) => (Err(error), Zeroizing::default()),
        };
        self.note_opening(context, tenant, &row, Purpose::VerifyCredential, &unsealed).await?;
        if let Err(error) = unsealed {
            let _forget = self.cache.forget_after(tenant, provider);
            let stands = self.stands(context, tenant, &row, &error).await?;
            return Err(if stands { error.into() } else { Refusal::stale().into() });
        }
        let Some(verdict) = self.ask(provider, &plaintext).await else {
            let detail = format!("{} cannot be asked by this server.", provider.display_name());
            return Err(Refusal::new(Kind::Conflict, "verification_unavailable", detail).into());
        };
        let credential = match verdict {
            Verdict::Verified => self.mark_verified(context, tenant, provider, row.generation).await?,
            Verdict::Rejected(class) => {
                self.mark_failed(context, tenant, provider, row.generation, class).await?
            }
            Verdict::Unreachable => row,
        };
        Ok(Saved { credential, verdict: Some(verdict) })
    }

    /// Notes that the provider took this generation of a credential.
    ///
    /// # Errors
    /// Those of [`VaultError`]; `stale` when there is another generation.
    pub async fn mark_verified(
        &self,
        context: &Context,
        tenant: &TenantId,
        provider: Provider,
        generation: u64,
    ) -> Result<Credential> {
        let mark = |row: Credential, now| Credential {
            check: check_of(Verdict::Verified, now),
            last_error: None,
            ..row
        };
        self.change(context, tenant, provider, Some(generation), "credential.verified", mark).await
    }

    /// Notes that the provider refused this generation of a credential.
    ///
    /// # Errors
    /// Those of [`VaultError`]; `stale` when there is another generation.
    pub async fn mark_failed(
        &self,
        context: &Context,
        tenant: &TenantId,
        provider: Provider,
        generation: u64,
        class: Rejection,
    ) -> Result<Credential> {
        let mark = |row: Credential, now| Credential {
            check: check_of(Verdict::Rejected(class), now),
            last_error: Some((class.as_str().to_owned(), now)),
            ..row
        };
        self.change(context, tenant, provider, Some(generation), "credential.rejected", mark).await
    }

    /// Switches a credential off until it is connected again.
    ///
    /// # Errors
    /// Those of [`VaultError`].
    pub async fn disable(
        &self,
        context: &Context,
        tenant: &TenantId,
        provider: Provider,
    ) -> Result<Credential> {
        let mark = |row, _| Credential { state: CredentialState::Disabled, ..row };
        self.change(context, tenant, provider, None, "credential.disabled", mark).await
    }

    /// Changes what is known of a row, not what is sealed in it.
    async fn change(
        &self,
        context: &Context,
        tenant: &TenantId,
        provider: Provider,
        generation: Option<u64>,
        event: &'static str,
        change: impl Fn(Credential, Instant) -> Credential,
    ) -> Result<Credential> {
        for _ in 0..REPEATS {
            let row = self.status(tenant, provider).await?.ok_or(VaultError::NotConnected(provider))?;
            if generation.is_some_and(|generation| generation != row.generation) {
                return Err(Refusal::stale().into());
            }
            let (now, before) = (self.stores.now(), row.revision);
            let after = Credential { revision: before + 1, ..change(row, now) };
            if self.replace(context, tenant, event, &after, before).await? {
                return Ok(after);
            }
        }
        Err(Refusal::stale().into())
    }
}
