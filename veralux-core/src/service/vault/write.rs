use serde_json::{Value, json};

use super::error::field_sentence;
use super::{CredentialVault, VaultError, binding};
use crate::credential::{BodyError, Checked, Provider, import_json, validate_json};
use crate::id::{CredentialId, TenantId};
use crate::port::{
    self, Change, Check, CheckOutcome, Conflict, Credential, CredentialExport, CredentialState, Envelope,
    ExportState, RefreshLease, Verdict,
};
use crate::seal::legacy::{Format, LegacyKey};
use crate::seal::{self, Entropy};
use crate::service::context::Note;
use crate::service::{Assistants, Context, Error, Kind, Refusal, Result};
use crate::time::Instant;

/// How often a write is repeated that somebody else's got in the way of.
pub(super) const REPEATS: usize = 16;

/// A credential that was stored.
#[derive(Debug, Clone)]
pub struct Saved {
    /// As it is stored.
    pub credential: Credential,
    /// What the provider said of it; `None` when it was not asked.
    pub verdict: Option<Verdict>,
}

/// What a new envelope of a row goes with.
pub(super) struct Sealing<'a> {
    pub(super) checked: &'a Checked,
    pub(super) renewal: Renewal,
    pub(super) event: &'static str,
    /// What else is done in the same commit.
    pub(super) with: Option<Change>,
}

/// How much of a row is new with its envelope.
pub(super) enum Renewal {
    /// A person connected it: it is active, and this is what the provider said of it.
    Connected(Option<Check>),
    /// Its tokens: what the provider said of it stays, and what its owner switched off stays off.
    Tokens,
}

impl CredentialVault {
    /// Checks what a tenant sends for a provider, asks the provider unless `verify` is false, and stores it in place of
    /// what there was.
    ///
    /// A provider that cannot be asked is no reason to refuse: the credential is stored unverified.
    ///
    /// # Errors
    /// `platform_managed`, `invalid_credential` with the fields at fault, `credential_rejected` when the provider refuses
    /// it, or those of [`VaultError`].
    pub async fn put(
        &self,
        context: &Context,
        tenant: &TenantId,
        provider: Provider,
        json: &[u8],
        verify: bool,
    ) -> Result<Saved> {
        let checked = validate_json(provider, json, self.policy).map_err(refused)?;
        let verdict = if verify { self.ask(provider, &checked.body).await } else { None };
        if let Some(Verdict::Rejected(class)) = verdict {
            let detail = format!("{} refuses this credential ({class}).", provider.display_name());
            return Err(Refusal::new(Kind::Unprocessable, "credential_rejected", detail).into());
        }
        let check = verdict.and_then(|verdict| check_of(verdict, self.stores.now()));
        let renewal = Renewal::Connected(check);
        let sealing = Sealing { checked: &checked, renewal, event: "credential.stored", with: None };
        let credential = self.store(context, tenant, provider, &sealing).await?;
        Ok(Saved { credential, verdict })
    }

    /// Takes over what an older product stored, in one of its formats; see [`seal::legacy`]. Not verified.
    ///
    /// # Errors
    /// `invalid_legacy_credential` when it does not open, and those of [`Self::put`].
    pub async fn import(
        &self,
        context: &Context,
        tenant: &TenantId,
        provider: Provider,
        (key, format): (&LegacyKey, Format),
        text: &str,
    ) -> Result<Credential> {
        let plaintext = key.open(format, text).map_err(|error| {
            Refusal::new(Kind::Unprocessable, "invalid_legacy_credential", error.to_string())
        })?;
        let checked = import_json(provider, &plaintext, self.policy).map_err(refused)?;
        let renewal = Renewal::Connected(None);
        let sealing = Sealing { checked: &checked, renewal, event: "credential.imported", with: None };
        self.store(context, tenant, provider, &sealing).await
    }

    /// Removes a credential. Copies that were exported are told of by their records.
    ///
    /// # Errors
    /// Those of [`VaultError`].
    pub async fn remove(&self, context: &Context, tenant: &TenantId, provider: Provider) -> Result<()> {
        for _ in 0..REPEATS {
            let row = self.status(tenant, provider).await?.ok_or(VaultError::NotConnected(provider))?;
            let payload = json!({"provider": provider, "generation": row.generation});
            let note = Note::new("credential.removed", ("credential", provider.as_str()), payload);
            let change = Change::RemoveCredential { provider, before: row.revision };
            let mut commit = self.stores.start(tenant, self.stores.now(), context, note)?.change(change);
            commit.changes.extend(self.copies_follow(tenant, provider).await?);
            let _forget = self.cache.forget_after(tenant, provider);
            match self.stores.ledger.commit(commit).await {
                Err(error) if error.conflict() == Some(&Conflict::Stale) => {}
                other => return Ok(other?),
            }
        }
        Err(Refusal::stale().into())
    }

    /// Notes how a copy of a credential stands that was handed to another provider, with the audit event.
    ///
    /// # Errors
    /// `stale` when it has changed since it was read, or the store's.
    pub async fn record_export(
        &self,
        context: &Context,
        tenant: &TenantId,
        export: CredentialExport,
    ) -> Result<()> {
        let before = export.revision.checked_sub(1).filter(|before| *before > 0);
        let payload = json!({
            "provider": export.provider,
            "target": export.target,
            "remoteId": export.remote_id,
            "generation": export.generation,
            "state": export.state,
            "error": export.error,
        });
        let note = Note::new("credential.exported", ("credential", export.provider.as_str()), payload);
        let change = Change::CredentialExport { after: Box::new(export), before };
        let commit = self.stores.start(tenant, self.stores.now(), context, note)?.change(change);
        match self.stores.ledger.commit(commit).await {
            Err(error) if matches!(error.conflict(), Some(Conflict::Stale | Conflict::Exists)) => {
                Err(Refusal::stale().into())
            }
            other => Ok(other?),
        }
    }

    /// What brings a copy in line which the voice platform was handed, if there is one.
    pub(super) async fn copies_follow(&self, tenant: &TenantId, provider: Provider) -> Result<Vec<Change>> {
        if provider != Provider::Twilio {
            return Ok(Vec::new());
        }
        let found = self.stores.credentials.find_export(tenant, provider, Provider::Vapi).await?;
        let out = found.filter(|found| found.state != ExportState::Revoked);
        Ok(out.map_or_else(Vec::new, |found| Assistants::follow(found, self.stores.now()).into()))
    }

    pub(super) async fn ask(&self, provider: Provider, body: &[u8]) -> Option<Verdict> {
        match &self.verifier {
            Some(verifier) => Some(verifier.verify(provider, body).await),
            None => None,
        }
    }

    /// Seals a body into a new generation of the row, which is active then.
    pub(super) async fn store(
        &self,
        context: &Context,
        tenant: &TenantId,
        provider: Provider,
        sealing: &Sealing<'_>,
    ) -> Result<Credential> {
        for _ in 0..REPEATS {
            let row = self.status(tenant, provider).await?;
            match self.seal_row(context, tenant, provider, row, sealing).await? {
                Some(stored) => return Ok(stored),
                None => self.keys.forget_all(),
            }
        }
        Err(Refusal::stale().into())
    }

    /// Seals a body into the row as it was read; `None` when something changed meanwhile.
    pub(super) async fn seal_row(
        &self,
        context: &Context,
        tenant: &TenantId,
        provider: Provider,
        row: Option<Credential>,
        sealing: &Sealing<'_>,
    ) -> Result<Option<Credential>> {
        let now = self.stores.now();
        let before = row.as_ref().map(|row| row.revision);
        let key = self.keys.for_sealing(&self.stores, tenant).await?;
        let Checked { body, hint, account, expires_at } = sealing.checked;
        let (state, check, last_error) = match (&sealing.renewal, &row) {
            (Renewal::Tokens, Some(row)) => {
                let off = row.state == CredentialState::Disabled;
                let state = if off { CredentialState::Disabled } else { CredentialState::Active };
                (state, row.check.clone(), row.last_error.clone())
            }
            (Renewal::Tokens, None) => (CredentialState::Active, None, None),
            (Renewal::Connected(check), _) => (CredentialState::Active, check.clone(), None),
        };
        let mut after = Credential {
            id: row
                .as_ref()
                .map_or_else(|| CredentialId::generate(now, self.stores.id_bytes()), |row| row.id.clone()),
            provider,
            generation: row.as_ref().map_or(0, |row| row.generation) + 1,
            envelope: Envelope::new([]),
            root_key: key.header.root_key,
            key_version: key.header.key_version,
            state,
            hint: hint.clone(),
            account: account.clone(),
            expires_at: *expires_at,
            check,
            last_error,
            lease: None,
            created_at: row.as_ref().map_or(now, |row| row.created_at),
            sealed_at: now,
            revision: before.unwrap_or(0) + 1,
        };
        let entropy = Entropy::from_bytes(self.stores.random.bytes());
        let sealed = seal::seal(&key.key, key.header, &binding(tenant, &after), entropy, body);
        after.envelope = Envelope::new(sealed.map_err(|_| refused(BodyError::TooLarge))?);
        let note = Note::new(sealing.event, ("credential", provider.as_str()), told(&after));
        let mut commit = self.stores.start(tenant, now, context, note)?;
        commit.changes.extend(sealing.with.clone());
        commit.changes.extend(key.change);
        commit.changes.extend(self.copies_follow(tenant, provider).await?);
        let commit = commit.change(Change::Credential { after: Box::new(after.clone()), before });
        let _forget = self.cache.forget_after(tenant, provider);
        match self.stores.ledger.commit(commit).await {
            Ok(()) => Ok(Some(after)),
            Err(error) => match error.conflict() {
                Some(Conflict::Stale | Conflict::Exists | Conflict::Dangling) => Ok(None),
                _ => Err(error.into()),
            },
        }
    }

    /// Stores a row as it shall be; false when somebody else was faster.
    pub(super) async fn replace(
        &self,
        context: &Context,
        tenant: &TenantId,
        event: &'static str,
        after: &Credential,
        before: u64,
    ) -> Result<bool> {
        let note = Note::new(event, ("credential", after.provider.as_str()), told(after));
        let commit = self.stores.start(tenant, self.stores.now(), context, note)?;
        let change = Change::Credential { after: Box::new(after.clone()), before: Some(before) };
        let _forget = self.cache.forget_after(tenant, after.provider);
        match self.stores.ledger.commit(commit.change(change)).await {
            Err(error) if is_overtaken(&error) => Ok(false),
            other => Ok(other.map(|()| true)?),
        }
    }

    /// Stores who refreshes a row, without an audit event; false when somebody else was faster.
    pub(super) async fn lease(
        &self,
        tenant: &TenantId,
        row: &Credential,
        lease: Option<RefreshLease>,
    ) -> port::Result<bool> {
        let after = Credential { lease, revision: row.revision + 1, ..row.clone() };
        let change = Change::Credential { after: Box::new(after), before: Some(row.revision) };
        let commit = port::Commit::new(tenant.clone(), self.stores.now()).change(change);
        match self.stores.ledger.commit(commit).await {
            Err(error) if is_overtaken(&error) => Ok(false),
            other => other.map(|()| true),
        }
    }
}

/// Whether a row has changed since it was read; its key may be gone then, too.
fn is_overtaken(error: &port::Error) -> bool {
    matches!(error.conflict(), Some(Conflict::Stale | Conflict::Dangling))
}

/// What an audit event tells of a row.
fn told(row: &Credential) -> Value {
    json!({
        "provider": row.provider,
        "generation": row.generation,
        "rootKey": row.root_key,
        "keyVersion": row.key_version,
        "state": row.state,
        "hint": row.hint,
        "outcome": row.check.as_ref().map(|check| check.outcome),
        "class": row.check.as_ref().and_then(|check| check.class.as_deref()),
    })
}

pub(super) fn check_of(verdict: Verdict, at: Instant) -> Option<Check> {
    match verdict {
        Verdict::Verified => Some(Check { at, outcome: CheckOutcome::Verified, class: None }),
        Verdict::Rejected(class) => {
            Some(Check { at, outcome: CheckOutcome::Rejected, class: Some(class.as_str().to_owned()) })
        }
        Verdict::Unreachable => None,
    }
}

/// What a person reads of a body that cannot be sealed.
pub(super) fn refused(error: BodyError) -> Error {
    match error {
        BodyError::PlatformManaged(provider) => {
            let detail = format!("{} is managed by the operator of this server.", provider.display_name());
            Refusal::new(Kind::Conflict, "platform_managed", detail).into()
        }
        BodyError::Fields(faults) => {
            let detail = field_sentence(&faults);
            Refusal { faults, ..Refusal::new(Kind::Unprocessable, "invalid_credential", detail) }.into()
        }
        other => Refusal::new(Kind::Unprocessable, "invalid_credential", other.to_string()).into(),
    }
}
