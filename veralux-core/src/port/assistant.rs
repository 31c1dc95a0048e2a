use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::bound::{NAME, REMOTE_ID, at_most, at_most_if_any};
use super::{ErrorRecord, Result};
use crate::digest::Digest;
use crate::id::TenantId;
use crate::phone::E164;
use crate::time::Instant;
use crate::word::words;

words! {
    /// Whether a platform has what we want it to have.
    pub enum SyncState {
        /// It is to be told.
        Pending = "pending",
        /// It has it.
        Synced = "synced",
        /// The last attempt to tell it failed.
        Failed = "failed",
    }
}

/// A tenant's assistant at a platform of voice assistants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssistantLink {
    /// Platform slug, like `vapi`.
    pub platform: String,
    /// The platform's id of the assistant; leads to one tenant at most.
    pub assistant: String,
    /// The platform's id of the number that it answers.
    pub phone_number: Option<String>,
    /// That number.
    pub number: Option<E164>,
    /// Digest of the definition that it is to have.
    pub definition: Digest,
    /// Whether it has it.
    pub sync: SyncState,
    /// Counts the definitions that it was to have from 1.
    pub generation: u64,
    /// What went wrong last.
    pub error: Option<ErrorRecord>,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Counts its changes from 1.
    pub revision: u64,
}

/// Assistants that a tenant may have.
pub const MAX_ASSISTANTS: usize = 64;

impl AssistantLink {
    /// Refuses texts that are too long to be what they stand for.
    ///
    /// # Errors
    /// What is too long, as stores say it in their `Invalid`.
    pub fn check(&self) -> std::result::Result<(), &'static str> {
        at_most(NAME, &self.platform, "a platform's name is too long")?;
        at_most(REMOTE_ID, &self.assistant, "an assistant's id is too long")?;
        at_most_if_any(REMOTE_ID, self.phone_number.as_ref(), "a platform's id of a number is too long")
    }
}

/// A tenant's assistants.
#[async_trait]
pub trait AssistantStore: Debug + Send + Sync + 'static {
    /// The assistant with this id at a platform.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup(
        &self,
        tenant: &TenantId,
        platform: &str,
        assistant: &str,
    ) -> Result<Option<AssistantLink>>;

    /// The tenant's assistants by platform and id; at most [`MAX_ASSISTANTS`].
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(&self, tenant: &TenantId) -> Result<Vec<AssistantLink>>;
}

/// A tool that assistants call, registered at a platform once for the whole installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolRegistration {
    /// Platform slug, like `vapi`.
    pub platform: String,
    /// The tool's name.
    pub name: String,
    /// Digest of the definition that it is to have.
    pub digest: Digest,
    /// What the platform calls it, once it is there.
    pub remote_id: Option<String>,
    /// Whether the platform has this definition.
    pub state: SyncState,
    /// What went wrong last.
    pub error: Option<ErrorRecord>,
    /// When the platform last took a definition.
    pub registered_at: Option<Instant>,
    /// When it was last changed: who finds it pending for long may take it over.
    pub updated_at: Instant,
    /// Counts its changes from 1.
    pub revision: u64,
}

/// Tools that an installation may register.
pub const MAX_TOOLS: usize = 256;

impl ToolRegistration {
    /// Refuses texts that are too long to be what they stand for.
    ///
    /// # Errors
    /// What is too long, as stores say it in their `Invalid`.
    pub fn check(&self) -> std::result::Result<(), &'static str> {
        at_most(NAME, &self.platform, "a platform's name is too long")?;
        at_most(NAME, &self.name, "a tool's name is too long")?;
        at_most_if_any(REMOTE_ID, self.remote_id.as_ref(), "a platform's id of a tool is too long")
    }
}

/// The installation's tools. They are the operator's: no tenant is named in them.
#[async_trait]
pub trait ToolStore: Debug + Send + Sync + 'static {
    /// All tools by platform and name; at most [`MAX_TOOLS`].
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(&self) -> Result<Vec<ToolRegistration>>;

    /// Makes or changes a tool; `before` is the revision that was read. Of two nodes that register one at once, one is
    /// refused before it has asked the platform.
    ///
    /// # Errors
    /// `Conflict`: `Exists` when a new one is there already, `Stale` when it has another revision, `Full` when a new one
    /// would be more than [`MAX_TOOLS`]. Invalid as [`ToolRegistration::check`] says. Else transient or permanent.
    async fn put(&self, after: &ToolRegistration, before: Option<u64>) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Encoder;

    #[test]
    fn texts_are_bounded() {
        let (at, digest) = (Instant::from_micros(0), Encoder::new("test", 1).finish());
        let link = AssistantLink {
            platform: "vapi".to_owned(),
            assistant: "a".to_owned(),
            phone_number: None,
            number: None,
            definition: digest,
            sync: SyncState::Pending,
            generation: 1,
            error: None,
            updated_at: at,
            revision: 1,
        };
        let tool = ToolRegistration {
            platform: "vapi".to_owned(),
            name: "book".to_owned(),
            digest,
            remote_id: None,
            state: SyncState::Pending,
            error: None,
            registered_at: None,
            updated_at: at,
            revision: 1,
        };
        assert!(link.check().is_ok() && tool.check().is_ok());
        let long = "x".repeat(257);
        for (what, check) in [
            ("platform", AssistantLink { platform: long.clone(), ..link.clone() }.check()),
            ("assistant", AssistantLink { assistant: long.clone(), ..link.clone() }.check()),
            ("number", AssistantLink { phone_number: Some(long.clone()), ..link }.check()),
            ("tool's platform", ToolRegistration { platform: long.clone(), ..tool.clone() }.check()),
            ("tool", ToolRegistration { name: long.clone(), ..tool.clone() }.check()),
            ("tool's id", ToolRegistration { remote_id: Some(long), ..tool }.check()),
        ] {
            assert!(check.is_err(), "{what}");
        }
    }
}
