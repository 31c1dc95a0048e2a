//! The Twilio account that the platform is handed.

use serde_json::json;

use super::{Assistants, EXPORT, WITHDRAW, name_of, own_error, step, work};
use crate::credential::Provider;
use crate::id::TenantId;
use crate::port::{
    AssistantPlatform, Change, Conflict, Credential, CredentialExport, CredentialState, ExportState,
    ProviderError, ProviderFault, ProviderResult, Work,
};
use crate::service::context::Note;
use crate::service::{Context, Refusal, Result, VaultError};

impl Assistants {
    /// Has the platform get a copy of the tenant's Twilio credential, now and whenever it changes: its API key where it has
    /// one, else its auth token. The copy is taken back when the credential is removed.
    ///
    /// # Errors
    /// `provider_not_configured`, `not_connected`, `stale`, or the stores'.
    pub async fn export_twilio(&self, context: &Context, tenant: &TenantId) -> Result<CredentialExport> {
        self.platform()?;
        let row = self.vault.status(tenant, Provider::Twilio).await?;
        let row = row.filter(|row| row.state == CredentialState::Active);
        let row = row.ok_or(VaultError::NotConnected(Provider::Twilio))?;
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
        // Whoever removes the credential at this moment looks again and finds that a copy is to follow.
        let before = Some(row.revision);
        let seen = Box::new(Credential { revision: row.revision + 1, ..row });
        let changes =
            vec![work(EXPORT, Some(now)), work(WITHDRAW, None), Change::Credential { after: seen, before }];
        self.store(context, tenant, after, changes).await
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
        self.store(context, tenant, after, vec![work(EXPORT, None), work(WITHDRAW, Some(now))]).await
    }

    /// Brings the copy in line with the credential as it is now.
    pub(super) async fn sync_account(&self, platform: &dyn AssistantPlatform, own: &Work) -> Result<()> {
        let tenant = &own.tenant;
        let Some(found) = self.export(tenant).await? else { return self.drop_work(own).await };
        let Some(row) = self.vault.status(tenant, Provider::Twilio).await? else {
            return self.take_account_back(platform, own).await;
        };
        let is_done = found.state == ExportState::Synced && found.generation == row.generation;
        if found.state == ExportState::Revoked || is_done {
            return self.drop_work(own).await;
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
                    remote_id: Some(id.clone()),
                    generation,
                    state: ExportState::Synced,
                    error: None,
                    at: self.stores.now(),
                    ..found
                };
                // That it is to be taken back again, somebody may have asked meanwhile: that stays.
                if self.settle(tenant, after, vec![work(EXPORT, None)]).await? {
                    return Ok(());
                }
                self.note_copy(tenant, id).await
            }
            Err(error) => self.fail(tenant, found, EXPORT, &error).await,
        }
    }

    /// Has it known that there is a copy, made while somebody changed what was to become of it. One that is called taken back
    /// by now is taken back once more.
    async fn note_copy(&self, tenant: &TenantId, id: String) -> Result<()> {
        loop {
            let Some(found) = self.export(tenant).await? else { return Ok(()) };
            if found.remote_id.is_some() {
                return Ok(());
            }
            let (state, works) = match found.state {
                ExportState::Revoked => (ExportState::Pending, vec![work(WITHDRAW, Some(self.stores.now()))]),
                state => (state, Vec::new()),
            };
            let after = CredentialExport { remote_id: Some(id.clone()), state, ..found };
            if self.settle(tenant, after, works).await? {
                return Ok(());
            }
        }
    }

    /// Takes the copy back, whoever made it: what was handed over without our hearing of it has its name.
    pub(super) async fn take_account_back(&self, platform: &dyn AssistantPlatform, own: &Work) -> Result<()> {
        let tenant = &own.tenant;
        let Some(found) = self.export(tenant).await? else { return self.drop_work(own).await };
        match remove_copies(platform, tenant, found.remote_id.as_deref()).await {
            Ok(()) => {
                let after = CredentialExport {
                    remote_id: None,
                    generation: 0,
                    state: ExportState::Revoked,
                    error: None,
                    at: self.stores.now(),
                    ..found
                };
                // Whoever has changed it meanwhile has scheduled what is to follow.
                self.settle(tenant, after, vec![work(EXPORT, None), work(WITHDRAW, None)]).await.map(drop)
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
        let after = CredentialExport { state, at, error: Some(code), ..found };
        let mut works = vec![work(id, due)];
        if id == WITHDRAW {
            works.push(work(EXPORT, None));
        }
        self.settle(tenant, after, works).await.map(drop)
    }

    /// Stores what came of work; false when somebody has changed it meanwhile, who has scheduled what is to follow.
    async fn settle(&self, tenant: &TenantId, after: CredentialExport, works: Vec<Change>) -> Result<bool> {
        match self.store(&Context::SYSTEM, tenant, after, works).await {
            Err(error) if error.code() == Some("stale") => Ok(false),
            other => other.map(|_| true),
        }
    }

    async fn store(
        &self,
        context: &Context,
        tenant: &TenantId,
        after: CredentialExport,
        changes: Vec<Change>,
    ) -> Result<CredentialExport> {
        let before = Some(after.revision).filter(|before| *before > 0);
        let after = CredentialExport { revision: after.revision + 1, ..after };
        let payload = json!({
            "provider": after.provider, "target": after.target, "remoteId": after.remote_id,
            "generation": after.generation, "state": after.state, "error": after.error,
        });
        let note = Note::new("credential.exported", ("credential", after.provider.as_str()), payload);
        let mut commit = self.stores.start(tenant, self.stores.now(), context, note)?;
        commit.changes.extend(changes);
        let change = Change::CredentialExport { after: Box::new(after.clone()), before };
        match self.stores.ledger.commit(commit.change(change)).await {
            Ok(()) => Ok(after),
            Err(error)
                if matches!(
                    error.conflict(),
                    Some(Conflict::Stale | Conflict::Exists | Conflict::Dangling)
                ) =>
            {
                Err(Refusal::stale().into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

async fn remove_copies(
    platform: &dyn AssistantPlatform,
    tenant: &TenantId,
    known: Option<&str>,
) -> ProviderResult<()> {
    if let Some(id) = known {
        platform.remove_account(id).await?;
    }
    for id in platform.find_accounts(&name_of(tenant)).await? {
        platform.remove_account(&id).await?;
    }
    Ok(())
}

/// Without an account there is nothing to hand over.
pub(super) fn no_account() -> ProviderError {
    own_error(ProviderFault::NotConnected, "Connect Twilio in Settings > Integrations.")
}
