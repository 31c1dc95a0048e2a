//! What a service states about something that happened.

use serde::{Deserialize, Serialize};

use super::name::{EventType, Label, Name};
use super::payload::Payload;
use crate::digest::Encoder;
use crate::word::words;

words! {
    /// What kind of caller acted.
    pub enum ActorKind {
        /// A key of the admin API, by its id.
        ApiKey = "api_key",
        /// The operator's key from the settings.
        Bootstrap = "bootstrap",
        /// A person with a token of an identity provider, by its subject.
        User = "user",
        /// The product by itself: a schedule, a retry.
        System = "system",
        /// A provider, by a signed webhook.
        Webhook = "webhook",
    }
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// What kind of caller.
    pub kind: ActorKind,
    /// Which one of its kind: a key's id, a subject, a provider's name. Never a key itself.
    pub id: Option<Label>,
    /// In which role it was allowed to act.
    pub role: Option<Name>,
}

impl Actor {
    /// The product itself.
    pub const SYSTEM: Self = Self { kind: ActorKind::System, id: None, role: None };
}

/// What was acted on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entity {
    /// Its kind, like `number` or `thread`.
    pub kind: Name,
    /// Which one.
    pub id: Label,
}

/// What a service states; the chain adds id, tenant, sequence, instant and hashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// Who acted.
    pub actor: Actor,
    /// What was acted on.
    pub entity: Entity,
    /// The request that caused it.
    pub request_id: Option<Label>,
    /// What ties it to events of other requests: a provider's message id, a job.
    pub correlation_id: Option<Label>,
    /// Particulars; never a secret, never the text of a message.
    pub payload: Payload,
}

impl Draft {
    pub(super) fn encode(&self, encoder: Encoder) -> Encoder {
        encoder
            .text(self.event_type.as_str())
            .text(self.actor.kind.as_str())
            .optional(self.actor.id.as_ref().map(Label::as_str))
            .optional(self.actor.role.as_ref().map(Name::as_str))
            .text(self.entity.kind.as_str())
            .text(self.entity.id.as_str())
            .optional(self.request_id.as_ref().map(Label::as_str))
            .optional(self.correlation_id.as_ref().map(Label::as_str))
            .text(&self.payload.canonical())
    }
}
