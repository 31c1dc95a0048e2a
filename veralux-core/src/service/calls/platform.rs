//! Calls that a platform of voice assistants answers: whose they are, and which assistant speaks.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{CallRefusal, Calls};
use crate::id::TenantId;
use crate::party::TenantStatus;
use crate::phone::E164;
use crate::port::{AssistantLink, Commit};
use crate::service::context::Note;
use crate::service::{Context, Result};
use crate::word::words;

words! {
    /// What told whose a call is.
    pub enum FoundBy {
        /// The number dialled.
        Did = "did",
        /// The assistant that speaks.
        Assistant = "assistant",
        /// The metadata of the call.
        Metadata = "metadata",
        /// A parameter that names a tenant.
        Parameter = "parameter",
    }
}

/// What a platform's message says of whose a call is. Believed only as far as the message itself is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clue {
    /// The platform's id of an assistant.
    Assistant(String),
    /// A tenant's id in the metadata of the call.
    Metadata(String),
    /// A tenant's id in a parameter.
    Parameter(String),
}

impl Calls {
    /// Whose a platform's message is, and what told: an assistant before metadata before a parameter, whatever the order in
    /// which they are given. `None` when none of them leads to a tenant: there is no default.
    ///
    /// # Errors
    /// The stores'.
    pub async fn resolve(&self, platform: &str, clues: &[Clue]) -> Result<Option<(TenantId, FoundBy)>> {
        for step in [FoundBy::Assistant, FoundBy::Metadata, FoundBy::Parameter] {
            for clue in clues.iter().filter(|clue| clue.step() == step) {
                if let Some(tenant) = self.follow(platform, clue).await? {
                    return Ok(Some((tenant, step)));
                }
            }
        }
        Ok(None)
    }

    /// Which of a tenant's assistants at a platform answers a call to this number: the one that has it, by the number or
    /// by the platform's id of it; else the only one that there is.
    ///
    /// # Errors
    /// The stores'.
    pub async fn assistant_for(
        &self,
        context: &Context,
        (tenant, found_by): (&TenantId, FoundBy),
        platform: &str,
        (called, phone_number): (Option<&E164>, Option<&str>),
    ) -> Result<std::result::Result<String, CallRefusal>> {
        let status = self.stores.directory.lookup_tenant(tenant).await?.map(|tenant| tenant.status);
        let chosen = if status == Some(TenantStatus::Active) {
            let links = self.links(tenant, platform).await?;
            choose(&links, called, phone_number).ok_or(CallRefusal::NotConfigured)
        } else {
            Err(CallRefusal::Suspended)
        };
        let answer = match &chosen {
            Ok(_) => "assistant",
            Err(refusal) => refusal.as_str(),
        };
        let id = chosen.as_deref().unwrap_or_else(|_| tenant.as_str());
        let payload = json!({"platform": platform, "foundBy": found_by.as_str(), "answer": answer});
        let note = Note::new("assistant.requested", ("assistant", id), payload);
        let commit: Commit = self.stores.start(tenant, self.stores.now(), context, note)?;
        self.stores.ledger.commit(commit).await?;
        Ok(chosen)
    }

    /// Our number at which a tenant's assistant is reached, where the platform does not say it.
    ///
    /// # Errors
    /// The stores'.
    pub async fn number_of(
        &self,
        tenant: &TenantId,
        platform: &str,
        assistant: Option<&str>,
        phone_number: Option<&str>,
    ) -> Result<Option<E164>> {
        let links = self.links(tenant, platform).await?;
        let by_number = links.iter().find(|link| is(link.phone_number.as_deref(), phone_number));
        let link = by_number.or_else(|| links.iter().find(|link| is(Some(&link.assistant), assistant)));
        Ok(link.and_then(|link| link.number))
    }

    async fn links(&self, tenant: &TenantId, platform: &str) -> Result<Vec<AssistantLink>> {
        let mut links = self.stores.assistants.list(tenant).await?;
        links.retain(|link| link.platform == platform);
        Ok(links)
    }

    async fn follow(&self, platform: &str, clue: &Clue) -> Result<Option<TenantId>> {
        let named = match clue {
            Clue::Assistant(id) => {
                return Ok(self.stores.directory.find_tenant_by_assistant(platform, id).await?);
            }
            Clue::Metadata(id) | Clue::Parameter(id) => TenantId::parse(id),
        };
        match named {
            Ok(named) => Ok(self.stores.directory.lookup_tenant(&named).await?.map(|tenant| tenant.id)),
            Err(_) => Ok(None),
        }
    }
}

impl Clue {
    const fn step(&self) -> FoundBy {
        match self {
            Self::Assistant(_) => FoundBy::Assistant,
            Self::Metadata(_) => FoundBy::Metadata,
            Self::Parameter(_) => FoundBy::Parameter,
        }
    }
}

fn choose(links: &[AssistantLink], called: Option<&E164>, phone_number: Option<&str>) -> Option<String> {
    let by_number = |link: &&AssistantLink| called.is_some() && link.number.as_ref() == called;
    let by_id = |link: &&AssistantLink| is(link.phone_number.as_deref(), phone_number);
    let found = links.iter().find(by_number).or_else(|| links.iter().find(by_id));
    let found = found.or_else(|| links.first().filter(|_| links.len() == 1));
    found.map(|link| link.assistant.clone())
}

/// Whether both are known and the same.
fn is(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_some() && one == other
}
