//! Whether a stored credential works: asked, and noted.

use zeroize::Zeroizing;

use super::write::{REPEATS, check_of};
use super::{CredentialVault, Saved, VaultError};
use crate::credential::{Provider, Purpose};
use crate::id::TenantId;
use crate::port::{Credential, CredentialState, Rejection, Verdict};
use crate::service::{Context, Kind, Refusal, Result};

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
        let (row, unsealed) = self.unseal_newest(tenant, row).await;
        let (unsealed, plaintext) = match unsealed {
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
}
