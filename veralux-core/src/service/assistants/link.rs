//! Assistants and the numbers that they answer.

use serde_json::json;

use super::account::no_account;
use super::{Assistants, LINK, ToolRegistry, UNLINK, name_of, own_error, step, work};
use crate::credential::Provider;
use crate::id::{NumberId, TenantId};
use crate::number::Number;
use crate::party::NumberStatus;
use crate::port::{
    AssistantLink, AssistantPlatform, Change, Conflict, ErrorRecord, HandedAccount, ProviderError,
    ProviderFault, SyncState, Work,
};
use crate::service::context::Note;
use crate::service::{Context, Kind, Refusal, Result};
use crate::time::Instant;

/// Longest id of an assistant in characters.
const MAX_ID: usize = 64;

impl Assistants {
    /// The tenant's assistants.
    ///
    /// # Errors
    /// The stores'.
    pub async fn links(&self, tenant: &TenantId) -> Result<Vec<AssistantLink>> {
        Ok(self.stores.assistants.list(tenant).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// `provider_not_configured`, or the stores'.
    pub async fn lookup_link(&self, tenant: &TenantId, assistant: &str) -> Result<Option<AssistantLink>> {
        Ok(self.stores.assistants.lookup(tenant, self.platform()?.slug(), assistant).await?)
    }

    /// Has an assistant answer a number of Twilio's: it is imported for calls only, its messages stay ours. Made again it
    /// brings the assistant in line once more, such as with new tools.
    ///
    /// # Errors
    /// `provider_not_configured`, `invalid_assistant`, `number_not_found`, `number_not_twilio`, `number_not_active`,
    /// `number_linked`, `assistant_linked`, `assistant_taken`, `too_many_assistants`, `stale`, or the stores'.
    pub async fn link(
        &self,
        context: &Context,
        tenant: &TenantId,
        assistant: &str,
        number: &NumberId,
    ) -> Result<AssistantLink> {
        let platform = self.platform()?.slug();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if assistant.is_empty() || assistant.len() > MAX_ID || !assistant.bytes().all(fits) {
            let message = "must be 1 to 64 letters, digits, `-` and `_`";
            return Err(Refusal::field("invalid_assistant", "assistantId", message).into());
        }
        let number = self.stores.numbers.lookup(tenant, number).await?;
        let number = number.ok_or_else(|| Refusal::not_found("number_not_found", "number"))?;
        check(&number)?;
        let links = self.links(tenant).await?;
        let own = |link: &&AssistantLink| link.platform == platform && link.assistant == assistant;
        let found = links.iter().find(own);
        if links.iter().any(|link| link.number == Some(number.e164) && link.assistant != assistant) {
            return Err(conflict("number_linked", "another assistant answers this number; unlink it first"));
        }
        if found.is_some_and(|link| link.number != Some(number.e164)) {
            return Err(conflict(
                "assistant_linked",
                "the assistant answers another number; unlink it first",
            ));
        }
        let now = self.stores.now();
        let definition = ToolRegistry::digest(&self.tools.ids().await?);
        let before = found.map(|link| link.revision);
        let after = AssistantLink {
            platform: platform.to_owned(),
            assistant: assistant.to_owned(),
            phone_number: found.and_then(|link| link.phone_number.clone()),
            number: Some(number.e164),
            definition,
            sync: SyncState::Pending,
            generation: found.map_or(0, |link| link.generation) + 1,
            error: None,
            updated_at: now,
            revision: before.unwrap_or(0) + 1,
        };
        let works = [(LINK, Some(now)), (UNLINK, None)];
        self.store_link(context, tenant, "assistant.linked", (after, before), works).await
    }

    /// Takes the number away from the platform, has its calls come to us again, and takes the link away.
    ///
    /// # Errors
    /// `provider_not_configured`, `assistant_not_found`, `stale`, or the stores'.
    pub async fn unlink(
        &self,
        context: &Context,
        tenant: &TenantId,
        assistant: &str,
    ) -> Result<AssistantLink> {
        let found = self.lookup_link(tenant, assistant).await?;
        let found = found.ok_or_else(|| Refusal::not_found("assistant_not_found", "assistant"))?;
        let (now, before) = (self.stores.now(), Some(found.revision));
        let after = AssistantLink {
            sync: SyncState::Pending,
            updated_at: now,
            revision: found.revision + 1,
            ..found
        };
        let works = [(LINK, None), (UNLINK, Some(now))];
        self.store_link(context, tenant, "assistant.unlinking", (after, before), works).await
    }

    pub(super) async fn sync_link(
        &self,
        platform: &dyn AssistantPlatform,
        work: &Work,
        assistant: &str,
    ) -> Result<()> {
        let tenant = &work.tenant;
        let found = self.stores.assistants.lookup(tenant, platform.slug(), assistant).await?;
        let Some(found) = found.filter(|found| found.sync != SyncState::Synced) else {
            return self.drop_work(work).await;
        };
        let tools = self.tools.ids().await?;
        let definition = ToolRegistry::digest(&tools);
        let done = self.bring_in_line(platform, tenant, &found, &tools).await;
        let now = self.stores.now();
        let (after, due) = match done {
            Ok(phone_number) => {
                let phone_number = Some(phone_number);
                let sync = SyncState::Synced;
                (
                    AssistantLink { phone_number, definition, sync, error: None, updated_at: now, ..found },
                    None,
                )
            }
            Err((phone_number, error)) => {
                let due = step::again(&error, found.updated_at, now, self.stores.random.bytes());
                let failed = failed(found, phone_number, &error, due, now);
                (failed, due)
            }
        };
        self.settle_link(tenant, after, [(LINK, due), (UNLINK, None)]).await
    }

    /// The platform's id of the number, with what stands in the way.
    async fn bring_in_line(
        &self,
        platform: &dyn AssistantPlatform,
        tenant: &TenantId,
        link: &AssistantLink,
        tools: &[String],
    ) -> std::result::Result<String, (Option<String>, ProviderError)> {
        let known = link.phone_number.clone();
        let none = |error| (known.clone(), error);
        if !platform.has_assistant(&link.assistant).await.map_err(none)? {
            let sentence = "The platform has no assistant with this id. Check it there.";
            return Err(none(own_error(ProviderFault::Rejected, sentence)));
        }
        let id = match &link.phone_number {
            Some(id) => id.clone(),
            None => self.import(platform, tenant, link).await.map_err(none)?,
        };
        let behind = |error| (Some(id.clone()), error);
        platform.link_number(&id, &link.assistant).await.map_err(behind)?;
        if !tools.is_empty() {
            platform.link_tools(&link.assistant, tools).await.map_err(behind)?;
        }
        Ok(id)
    }

    async fn import(
        &self,
        platform: &dyn AssistantPlatform,
        tenant: &TenantId,
        link: &AssistantLink,
    ) -> std::result::Result<String, ProviderError> {
        let number = link.number.ok_or_else(no_account)?;
        let account = self.account_for_import(tenant).await?;
        platform.import_number(&number, &account, &name_of(tenant)).await
    }

    /// The tenant's own account; the operator's only where it has connected none.
    async fn account_for_import(
        &self,
        tenant: &TenantId,
    ) -> std::result::Result<HandedAccount, ProviderError> {
        let row =
            self.vault.status(tenant, Provider::Twilio).await.map_err(|error| step::of_vault(&error))?;
        match (row, &self.operators) {
            (None, Some(operators)) => Ok(operators.clone()),
            (None, None) => Err(no_account()),
            (Some(_), _) => {
                let opened = self.account(&Context::SYSTEM, tenant).await;
                opened.map(|(account, _)| account).map_err(|error| step::of_vault(&error))
            }
        }
    }

    pub(super) async fn take_link_away(
        &self,
        platform: &dyn AssistantPlatform,
        own: &Work,
        assistant: &str,
    ) -> Result<()> {
        let tenant = &own.tenant;
        let found = self.stores.assistants.lookup(tenant, platform.slug(), assistant).await?;
        let Some(found) = found else { return self.drop_work(own).await };
        // A number that was imported without our hearing of it is looked up by importing it.
        let id = match (&found.phone_number, &found.error) {
            (Some(id), _) => Ok(Some(id.clone())),
            (None, Some(_)) => self.import(platform, tenant, &found).await.map(Some),
            (None, None) => Ok(None),
        };
        let phone_number = id.as_ref().map_or_else(|_| None, Clone::clone);
        let removed = match id {
            Ok(Some(id)) => match platform.remove_number(&id).await {
                Ok(()) => self.lead_home(tenant, found.number.as_ref()).await,
                Err(error) => Err(error),
            },
            // Without an account nothing was imported.
            Err(error) if error.fault == ProviderFault::NotConnected => Ok(()),
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        let now = self.stores.now();
        if let Err(error) = removed {
            let due = step::again(&error, found.updated_at, now, self.stores.random.bytes());
            let after = failed(found, phone_number, &error, due, now);
            return self.settle_link(tenant, after, [(LINK, None), (UNLINK, due)]).await;
        }
        let note =
            Note::new("assistant.unlinked", ("assistant", assistant), json!({"platform": found.platform}));
        let remove = Change::RemoveAssistantLink {
            platform: found.platform,
            assistant: found.assistant,
            before: found.revision,
        };
        let commit = self.stores.start(tenant, now, &Context::SYSTEM, note)?.change(remove);
        let commit = commit.change(work(&format!("{UNLINK}{assistant}"), None));
        match self.stores.ledger.commit(commit).await {
            Err(error) if error.conflict() == Some(&Conflict::Stale) => Ok(()),
            other => Ok(other?),
        }
    }

    async fn settle_link(
        &self,
        tenant: &TenantId,
        after: AssistantLink,
        works: [(&str, Option<Instant>); 2],
    ) -> Result<()> {
        let before = Some(after.revision);
        let after = AssistantLink { revision: after.revision + 1, ..after };
        let event = match after.sync {
            SyncState::Synced => "assistant.synced",
            SyncState::Pending | SyncState::Failed => "assistant.sync_failed",
        };
        match self.store_link(&Context::SYSTEM, tenant, event, (after, before), works).await {
            // Whoever has changed it meanwhile has scheduled what is to follow.
            Err(error) if error.code() == Some("stale") => Ok(()),
            other => other.map(drop),
        }
    }

    async fn store_link(
        &self,
        context: &Context,
        tenant: &TenantId,
        event: &'static str,
        (after, before): (AssistantLink, Option<u64>),
        works: [(&str, Option<Instant>); 2],
    ) -> Result<AssistantLink> {
        let payload = json!({
            "platform": after.platform, "sync": after.sync, "generation": after.generation,
            "code": after.error.as_ref().and_then(|error| error.code.as_deref()),
        });
        let note = Note::new(event, ("assistant", &after.assistant), payload);
        let mut commit = self.stores.start(tenant, self.stores.now(), context, note)?;
        for (kind, due) in works {
            commit = commit.change(work(&format!("{kind}{}", after.assistant), due));
        }
        let change = Change::AssistantLink { after: Box::new(after.clone()), before };
        match self.stores.ledger.commit(commit.change(change)).await {
            Ok(()) => Ok(after),
            Err(error) => Err(match error.conflict() {
                Some(Conflict::AssistantTaken) => {
                    conflict("assistant_taken", "the assistant belongs to another tenant")
                }
                Some(Conflict::Full) => conflict("too_many_assistants", "no more assistants can be linked"),
                Some(Conflict::Stale | Conflict::Exists) => Refusal::stale().into(),
                _ => error.into(),
            }),
        }
    }
}

fn failed(
    found: AssistantLink,
    phone_number: Option<String>,
    error: &ProviderError,
    due: Option<Instant>,
    now: Instant,
) -> AssistantLink {
    // `updated_at` stays while it goes on: it tells how long it has failed.
    let (sync, updated_at) = match due {
        Some(_) => (SyncState::Pending, found.updated_at),
        None => (SyncState::Failed, now),
    };
    AssistantLink { phone_number, sync, error: Some(ErrorRecord::from(error)), updated_at, ..found }
}

fn check(number: &Number) -> Result<()> {
    if number.provider != "twilio" {
        return Err(conflict("number_not_twilio", "assistants answer numbers of Twilio's only"));
    }
    if number.status != NumberStatus::Active {
        return Err(conflict("number_not_active", "the number is not in use"));
    }
    Ok(())
}

fn conflict(code: &'static str, detail: &str) -> crate::service::Error {
    Refusal::new(Kind::Conflict, code, detail).into()
}
