//! The Twilio account that the platform is handed.

use serde_json::json;

use super::{Assistants, EXPORT, WITHDRAW, name_of, own_error, step, work};
use crate::credential::Provider;
use crate::id::TenantId;
use crate::port::{
    AssistantPlatform, Conflict, CredentialExport, CredentialState, ExportState, ProviderError, ProviderFault,
};
use crate::service::context::Note;
use crate::service::{Context, Refusal, Result, VaultError};
use crate::time::Instant;

impl Assistants {
    /// Has the platform get a copy of the tenant's Twilio credential, now and whenever it changes: its API key where it has
    /// one, else its auth token. The copy is taken back when the credential is removed.
    ///
    /// # Errors
    /// `provider_not_configured`, `not_connected`, `stale`, or the stores'.
    pub async fn export_twilio(&self, context: &Context, tenant: &TenantId) -> Result<CredentialExport> {
        self.platform()?;
        let row = self.vault.status(tenant, Provider::Twilio).await?;
        if row.is_none_or(|row| row.state != CredentialState::Active) {
            return Err(VaultError::NotConnected(Provider::Twilio).into());
        }
        let found = self.export(tenant).await?;
        let now = self.stores.now();
        let after = match found {
            Some(found) => CredentialExport { state: ExportState::Pending, error: None, at: now, ..found },
            None => CredentialExport {
                provider: Provider::Twilio,
                target: Provider::Vapi,
                remote_id: None,
                generation: 0,
                state: ExportState::Pending,
                error: None,
                at: now,
                revision: 0,
            },
        };
        self.store(context, tenant, after, [(EXPORT, Some(now)), (WITHDRAW, None)]).await
    }

    /// Has the copy taken back that the platform was handed.
    ///
    /// # Errors
    /// `provider_not_configured`, `not_exported`, `stale`, or the stores'.
    pub async fn withdraw_twilio(&self, context: &Context, tenant: &TenantId) -> Result<CredentialExport> {
        self.platform()?;
        let found = self.export(tenant).await?.filter(|found| found.state != ExportState::Revoked);
        let found = found.ok_or_else(|| Refusal::not_found("not_exported", "copy of this credential"))?;
        let now = self.stores.now();
        let after = CredentialExport { state: ExportState::Pending, error: None, at: now, ..found };
        self.store(context, tenant, after, [(EXPORT, None), (WITHDRAW, Some(now))]).await
    }

    /// Brings the copy in line with the credential as it is now.
    pub(super) async fn sync_account(
        &self,
        platform: &dyn AssistantPlatform,
        tenant: &TenantId,
    ) -> Result<()> {
        let Some(found) = self.export(tenant).await? else { return self.drop_work(tenant, EXPORT).await };
        let Some(row) = self.vault.status(tenant, Provider::Twilio).await? else {
            return self.take_account_back(platform, tenant).await;
        };
        let is_done = found.state == ExportState::Synced && found.generation == row.generation;
        if found.state == ExportState::Revoked || is_done {
            return self.drop_work(tenant, EXPORT).await;
        }
        let put = match self.account(&Context::SYSTEM, tenant).await {
            Ok((account, generation)) => {
                let put = platform.put_account(&name_of(tenant), &account, found.remote_id.as_deref()).await;
                put.map(|id| (id, generation))
            }
            Err(error) => Err(step::of_vault(&error)),
        };
        match put {
            Ok((id, generation)) => {
                let after = CredentialExport {
                    remote_id: Some(id),
                    generation,
                    state: ExportState::Synced,
                    error: None,
                    at: self.stores.now(),
                    ..found
                };
                // It may have changed again while it was handed over.
                let now = self.vault.status(tenant, Provider::Twilio).await?;
                let is_old = now.is_none_or(|now| now.generation != generation);
                let due = is_old.then(|| self.stores.now());
                self.settle(tenant, after, [(EXPORT, due), (WITHDRAW, None)]).await
            }
            Err(error) => self.fail(tenant, found, EXPORT, &error).await,
        }
    }

    /// Takes the copy back.
    pub(super) async fn take_account_back(
        &self,
        platform: &dyn AssistantPlatform,
        tenant: &TenantId,
    ) -> Result<()> {
        let Some(found) = self.export(tenant).await? else { return self.drop_work(tenant, WITHDRAW).await };
        // What was handed over without our hearing of it has no id: it is handed over again to learn it.
        let id = match &found.remote_id {
            Some(id) => Ok(Some(id.clone())),
            None if found.error.is_none() => Ok(None),
            None => match self.account(&Context::SYSTEM, tenant).await {
                Ok((account, _)) => platform.put_account(&name_of(tenant), &account, None).await.map(Some),
                Err(_) => Ok(None),
            },
        };
        let removed = match id {
            Ok(Some(id)) => platform.remove_account(&id).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        match removed {
            Ok(()) => {
                let after = CredentialExport {
                    remote_id: None,
                    generation: 0,
                    state: ExportState::Revoked,
                    error: None,
                    at: self.stores.now(),
                    ..found
                };
                self.settle(tenant, after, [(EXPORT, None), (WITHDRAW, None)]).await
            }
            Err(error) => self.fail(tenant, found, WITHDRAW, &error).await,
        }
    }

    async fn fail(
        &self,
        tenant: &TenantId,
        found: CredentialExport,
        id: &str,
        error: &ProviderError,
    ) -> Result<()> {
        let now = self.stores.now();
        let due = step::again(error, found.at, now, self.stores.random.bytes());
        let code = error.code.clone().unwrap_or_else(|| error.fault.code().to_owned());
        // `at` stays while it goes on: it tells how long it has failed.
        let (state, at) = match due {
            Some(_) => (ExportState::Pending, found.at),
            None => (ExportState::Failed, now),
        };
        let other = if id == EXPORT { WITHDRAW } else { EXPORT };
        let after = CredentialExport { state, at, error: Some(code), ..found };
        self.settle(tenant, after, [(id, due), (other, None)]).await
    }

    /// Stores what came of work; whoever has changed it meanwhile has scheduled what is to follow.
    async fn settle(
        &self,
        tenant: &TenantId,
        after: CredentialExport,
        works: [(&str, Option<Instant>); 2],
    ) -> Result<()> {
        match self.store(&Context::SYSTEM, tenant, after, works).await {
            Err(error) if error.code() == Some("stale") => Ok(()),
            other => other.map(drop),
        }
    }

    async fn store(
        &self,
        context: &Context,
        tenant: &TenantId,
        after: CredentialExport,
        works: [(&str, Option<Instant>); 2],
    ) -> Result<CredentialExport> {
        let before = Some(after.revision).filter(|before| *before > 0);
        let after = CredentialExport { revision: after.revision + 1, ..after };
        let payload = json!({
            "provider": after.provider, "target": after.target, "remoteId": after.remote_id,
            "generation": after.generation, "state": after.state, "error": after.error,
        });
        let note = Note::new("credential.exported", ("credential", after.provider.as_str()), payload);
        let mut commit = self.stores.start(tenant, self.stores.now(), context, note)?;
        for (id, due) in works {
            commit = commit.change(work(id, due));
        }
        let change = crate::port::Change::CredentialExport { after: Box::new(after.clone()), before };
        match self.stores.ledger.commit(commit.change(change)).await {
            Ok(()) => Ok(after),
            Err(error) if matches!(error.conflict(), Some(Conflict::Stale | Conflict::Exists)) => {
                Err(Refusal::stale().into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Without an account there is nothing to hand over.
pub(super) fn no_account() -> ProviderError {
    own_error(ProviderFault::NotConnected, "Connect Twilio in Settings > Integrations.")
}
