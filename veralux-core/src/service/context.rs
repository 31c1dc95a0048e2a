use serde_json::Value;

use super::{Error, Result, Stores};
use crate::access::Caller;
use crate::audit::{Actor, ActorKind, Draft, Entity, EventType, Label, Name, Payload};
use crate::id::{EventId, TenantId};
use crate::port::{self, Attempt, Change, Commit};
use crate::time::Instant;

/// On whose behalf a service acts: goes into every audit event.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who.
    pub actor: Actor,
    /// The request that caused it.
    pub request_id: Option<Label>,
    /// The idempotency key under which it is done: every commit then takes effect only as long as this attempt has the key,
    /// so that a request does not act twice, whoever dies in between.
    pub attempt: Option<Attempt>,
    /// The caller acts for one tenant only: what is the operator's is not theirs to dispose of.
    pub is_bound: bool,
}

impl Context {
    /// The product by itself.
    pub const SYSTEM: Self = Self { actor: Actor::SYSTEM, request_id: None, attempt: None, is_bound: false };

    /// A caller of the admin API.
    pub fn of_caller(caller: &Caller, request_id: Option<Label>) -> Self {
        let (kind, id, role) = match caller {
            Caller::Superadmin => (ActorKind::Bootstrap, None, "superadmin"),
            Caller::Key { id, role, .. } => {
                (ActorKind::ApiKey, Label::parse(id.as_str()).ok(), role.as_str())
            }
        };
        let actor = Actor { kind, id, role: Name::parse(role).ok() };
        Self { actor, request_id, attempt: None, is_bound: caller.bound_tenant().is_some() }
    }

    /// A provider, by a signed webhook.
    pub fn of_webhook(provider: &str, request_id: Option<Label>) -> Self {
        Self {
            actor: Actor { kind: ActorKind::Webhook, id: Label::parse(provider).ok(), role: None },
            request_id,
            ..Self::SYSTEM
        }
    }

    /// The same under an idempotency key.
    #[must_use]
    pub fn under(self, attempt: Option<Attempt>) -> Self {
        Self { attempt, ..self }
    }

    /// Who acts, as one text.
    pub fn actor_name(&self) -> String {
        match &self.actor.id {
            Some(id) => id.to_string(),
            None => self.actor.kind.to_string(),
        }
    }
}

/// What an audit event says, before its chain is known.
pub(super) struct Note<'a> {
    /// Dotted lower-case name.
    pub(super) event_type: &'a str,
    /// Kind and id of the thing that was acted on.
    pub(super) entity: (&'a str, &'a str),
    /// What ties it to other events.
    pub(super) correlation: Option<&'a str>,
    /// Particulars.
    pub(super) payload: Value,
}

impl<'a> Note<'a> {
    pub(super) fn new(event_type: &'a str, entity: (&'a str, &'a str), payload: Value) -> Self {
        Self { event_type, entity, correlation: None, payload }
    }

    pub(super) fn draft(self, context: &Context) -> Option<Draft> {
        Some(Draft {
            event_type: EventType::parse(self.event_type).ok()?,
            actor: context.actor.clone(),
            entity: Entity { kind: Name::parse(self.entity.0).ok()?, id: Label::parse(self.entity.1).ok()? },
            request_id: context.request_id.clone(),
            correlation_id: self.correlation.and_then(|text| Label::parse(text).ok()),
            payload: Payload::parse(&self.payload).ok()?,
        })
    }
}

impl Stores {
    /// The present instant.
    pub(super) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Ten random bytes for an id.
    pub(super) fn id_bytes(&self) -> [u8; 10] {
        self.random.bytes()
    }

    /// Starts a commit whose first audit event is this note.
    pub(super) fn start(
        &self,
        tenant: &TenantId,
        at: Instant,
        context: &Context,
        note: Note<'_>,
    ) -> Result<Commit> {
        let commit = self.tell(Commit::new(tenant.clone(), at), context, note)?;
        Ok(context.attempt.iter().cloned().map(Change::Act).fold(commit, Commit::change))
    }

    /// Adds a further audit event to a commit.
    pub(super) fn tell(&self, commit: Commit, context: &Context, note: Note<'_>) -> Result<Commit> {
        let draft = note
            .draft(context)
            .ok_or(Error::Port(port::Error::Invalid("an audit event does not keep to its limits")))?;
        let id = EventId::generate(commit.at, self.id_bytes());
        Ok(commit.event(id, draft))
    }
}
