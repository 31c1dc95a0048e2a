//! Routing: simulate, replay, and what decides.

pub(crate) mod add_override;
pub(crate) mod history;
pub(crate) mod list_overrides;
pub(crate) mod remove_override;
pub(crate) mod replay;
pub(crate) mod rules;
pub(crate) mod simulate;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use veralux_core::port::Override;
use veralux_core::routing::OverrideTarget;

/// Where an override sends messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OverrideTarget)]
pub(crate) enum TargetKind {
    /// To one staff member, whom `targetId` names.
    Staff,
    /// To the owner inbox.
    OwnerInbox,
    /// To the thread's customer.
    Customer,
}

/// An owner's temporary instruction for one thread.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Override)]
pub(crate) struct OverrideView {
    id: String,
    thread_id: String,
    target: TargetKind,
    /// The staff member, where the target is one.
    target_id: Option<String>,
    #[schema(format = DateTime)]
    starts_at: String,
    /// The first instant at which it no longer counts.
    #[schema(format = DateTime)]
    ends_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was taken back.
    #[schema(format = DateTime)]
    removed_at: Option<String>,
    reason: String,
}

impl From<Override> for OverrideView {
    fn from(made: Override) -> Self {
        let (target, target_id) = match made.target {
            OverrideTarget::Staff(id) => (TargetKind::Staff, Some(id.to_string())),
            OverrideTarget::OwnerInbox => (TargetKind::OwnerInbox, None),
            OverrideTarget::Customer => (TargetKind::Customer, None),
        };
        Self {
            id: made.id.to_string(),
            thread_id: made.thread.to_string(),
            target,
            target_id,
            starts_at: made.span.start().to_string(),
            ends_at: made.span.end().map(|at| at.to_string()),
            created_at: made.created_at.to_string(),
            removed_at: made.removed_at.map(|at| at.to_string()),
            reason: made.reason,
        }
    }
}
