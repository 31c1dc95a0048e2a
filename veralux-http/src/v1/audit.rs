//! A tenant's audit chain: read, verified, taken away.

pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod verify;

use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::audit::{Event, Payload};

/// One event, with all that its hash covers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditEvent)]
pub(crate) struct EventView {
    id: String,
    tenant_id: String,
    /// Its place in the chain, from 1 without gaps.
    sequence: u64,
    #[schema(format = DateTime)]
    at: String,
    #[schema(example = "number.quarantined")]
    r#type: String,
    actor: ActorView,
    entity: EntityView,
    request_id: Option<String>,
    correlation_id: Option<String>,
    /// Particulars; never a secret or the text of a message.
    #[schema(value_type = Object)]
    payload: Payload,
    /// The hash of the event before it.
    previous: String,
    hash: String,
}

/// Who acted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditActor)]
pub(crate) struct ActorView {
    /// `api_key`, `bootstrap`, `user`, `system` or `webhook`.
    #[schema(example = "api_key")]
    kind: &'static str,
    id: Option<String>,
    role: Option<String>,
}

/// What was acted on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntity)]
pub(crate) struct EntityView {
    #[schema(example = "number")]
    kind: String,
    id: String,
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        let draft = event.draft;
        Self {
            id: event.id.to_string(),
            tenant_id: event.tenant_id.to_string(),
            sequence: event.sequence,
            at: event.at.to_string(),
            r#type: draft.event_type.to_string(),
            actor: ActorView {
                kind: draft.actor.kind.as_str(),
                id: draft.actor.id.map(|id| id.to_string()),
                role: draft.actor.role.map(|role| role.to_string()),
            },
            entity: EntityView { kind: draft.entity.kind.to_string(), id: draft.entity.id.to_string() },
            request_id: draft.request_id.map(|id| id.to_string()),
            correlation_id: draft.correlation_id.map(|id| id.to_string()),
            payload: draft.payload,
            previous: event.previous.to_string(),
            hash: event.hash.to_string(),
        }
    }
}
