mod account;
mod home;
mod link;
mod step;
mod tools;

use std::sync::Arc;

use async_trait::async_trait;

use super::{CredentialVault, Kind, NumberSource, Refusal, Result, Stores, Worker};
use crate::credential::{Provider, Purpose, Twilio, TwilioBody};
use crate::id::TenantId;
use crate::port::{
    AssistantPlatform, Change, Commit, CredentialExport, ExportState, HandedAccount, HandedSecret,
    ProviderError, ProviderFault, Work, WorkKind,
};
use crate::service::{Context, VaultError};
use crate::time::Instant;

pub use tools::{Registering, ToolRegistry};

/// The work that brings a copy of the Twilio credential in line.
const EXPORT: &str = "export";
/// The work that takes that copy back.
const WITHDRAW: &str = "withdraw";
/// What the work begins with that brings a link in line, and that which takes one away; the assistant's id follows.
const LINK: &str = "link:";
const UNLINK: &str = "unlink:";
/// Longest name at a platform, in characters.
const MAX_NAME: usize = 40;

/// Tenants' assistants at the voice platform: the Twilio account that it is handed, the numbers that they answer, the tools
/// that they may call.
///
/// Whatever is to be done over there is stored first, with the work that does it: a platform that is away holds nobody up, and
/// the work is tried again, after as long as it has failed already. Each step may be made again.
#[derive(Debug, Clone)]
pub struct Assistants {
    stores: Stores,
    vault: Arc<CredentialVault>,
    platform: Option<Arc<dyn AssistantPlatform>>,
    operators: Option<HandedAccount>,
    tools: ToolRegistry,
    numbers: Arc<[NumberSource]>,
}

impl Assistants {
    /// Over these stores, with the operator's Twilio account for numbers of tenants that have none of their own.
    pub fn new(
        stores: Stores,
        vault: Arc<CredentialVault>,
        platform: Option<Arc<dyn AssistantPlatform>>,
        operators: Option<HandedAccount>,
        tools: ToolRegistry,
    ) -> Self {
        Self { stores, vault, platform, operators, tools, numbers: Arc::default() }
    }

    /// With where numbers are: calls of one that is unlinked come to us again.
    #[must_use]
    pub fn with_numbers(self, sources: Vec<NumberSource>) -> Self {
        Self { numbers: sources.into(), ..self }
    }

    /// The installation's tools.
    pub fn tools(&self) -> &ToolRegistry {
        &self.tools
    }

    /// How the copy of a tenant's Twilio credential stands.
    ///
    /// # Errors
    /// The stores'.
    pub async fn export(&self, tenant: &TenantId) -> Result<Option<CredentialExport>> {
        Ok(self.stores.credentials.find_export(tenant, Provider::Twilio, Provider::Vapi).await?)
    }

    /// What is stored when a credential changes that was handed over: its copy is to follow. Whoever is just handing over the
    /// old one finds that the record has changed, and does not store that nothing is left to do.
    pub(super) fn follow(found: CredentialExport, now: Instant) -> [Change; 2] {
        let before = Some(found.revision);
        let after = CredentialExport {
            state: ExportState::Pending,
            error: None,
            at: now,
            revision: found.revision + 1,
            ..found
        };
        [Change::CredentialExport { after: Box::new(after), before }, work(EXPORT, Some(now))]
    }

    fn platform(&self) -> Result<&Arc<dyn AssistantPlatform>> {
        self.platform.as_ref().ok_or_else(|| {
            let detail = "no voice platform is set up; the operator sets VAPI_API_KEY";
            Refusal::new(Kind::Conflict, "provider_not_configured", detail).into()
        })
    }

    /// The tenant's Twilio account and its generation. Opening it is an audit event.
    async fn account(
        &self,
        context: &Context,
        tenant: &TenantId,
    ) -> std::result::Result<(HandedAccount, u64), VaultError> {
        let opened = self.vault.open::<Twilio>(context, tenant, Purpose::Export).await?;
        let handed = handed(&opened).ok_or(VaultError::NotConnected(Provider::Twilio))?;
        Ok((handed, opened.generation()))
    }

    /// There is nothing to do. What was scheduled since this was claimed stays: it may be about something newer than we read.
    async fn drop_work(&self, work: &Work) -> Result<()> {
        let Work { tenant, kind, id, until } = work.clone();
        let commit = Commit::new(tenant, self.stores.now()).change(Change::WorkDone { kind, id, until });
        Ok(self.stores.ledger.commit(commit).await?)
    }
}

#[async_trait]
impl Worker for Assistants {
    fn kind(&self) -> WorkKind {
        WorkKind::AssistantSync
    }

    async fn perform(&self, work: &Work) -> Result<()> {
        // Another server may have the platform's key: the work comes back until one that has it gets it.
        let Some(platform) = self.platform.as_deref() else { return Ok(()) };
        let id = work.id.as_str();
        match (id, id.strip_prefix(LINK), id.strip_prefix(UNLINK)) {
            (EXPORT, ..) => self.sync_account(platform, work).await,
            (WITHDRAW, ..) => self.take_account_back(platform, work).await,
            (_, Some(assistant), _) => self.sync_link(platform, work, assistant).await,
            (_, _, Some(assistant)) => self.take_link_away(platform, work, assistant).await,
            _ => self.drop_work(work).await,
        }
    }
}

fn work(id: &str, due: Option<Instant>) -> Change {
    Change::Work { kind: WorkKind::AssistantSync, id: id.to_owned(), due }
}

/// The API key before the auth token: it can be revoked alone.
fn handed(body: &TwilioBody) -> Option<HandedAccount> {
    let secret = match (&body.api_key_sid, &body.api_key_secret, &body.auth_token) {
        (Some(sid), Some(secret), _) => HandedSecret::ApiKey { sid: sid.clone(), secret: secret.clone() },
        (_, _, Some(token)) => HandedSecret::AuthToken(token.clone()),
        _ => return None,
    };
    Some(HandedAccount { account_sid: body.account_sid.clone(), secret })
}

/// What a tenant's things are called at the platform: two tenants' names never meet.
fn name_of(tenant: &TenantId) -> String {
    let whole = format!("VeraLux {tenant}");
    if whole.len() <= MAX_NAME {
        return whole;
    }
    let digest = crate::digest::Encoder::new("veralux.platform-name", 1).text(tenant.as_str()).finish();
    let told: String =
        digest.to_string().chars().skip(crate::digest::Digest::PREFIX.len()).take(24).collect();
    format!("VeraLux {told}")
}

/// Not at the provider, but here.
fn own_error(fault: ProviderFault, sentence: &'static str) -> ProviderError {
    ProviderError::new("vapi", fault, sentence)
}
