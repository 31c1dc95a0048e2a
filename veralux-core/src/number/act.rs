//! What can be done with a number, what must be known for it, and why it may be refused.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{MAX_QUARANTINE_DAYS, MAX_REASON_BYTES, MIN_QUARANTINE_DAYS, ThreadKind};
use crate::id::{CustomerId, NumberId, StaffId, ThreadId};
use crate::party::{NumberClass, NumberStatus};
use crate::time::Instant;
use crate::word::words;

words! {
    /// The acts by name.
    pub enum ActKind {
        /// Take a number out of use for a while.
        Quarantine = "quarantine",
        /// End a quarantine.
        Restore = "restore",
        /// Give a person's number back to the pool.
        Release = "release",
        /// Make a number a person's line.
        Assign = "assign",
        /// Give a number up.
        Deactivate = "deactivate",
        /// Take a number that was given up into use again.
        Reimport = "reimport",
    }
}

/// Something that a person wants done with a number. Who may ask is the caller's matter; forcing is an owner's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Take an active number out of use.
    Quarantine {
        /// Why; must not be blank.
        reason: String,
        /// For how many days, [`super::DEFAULT_QUARANTINE_DAYS`] when absent.
        days: Option<u32>,
    },
    /// Make a quarantined number active again.
    Restore {
        /// An owner's reason to do so before the cooldown is over.
        forced: Option<String>,
    },
    /// Give an active staff number back to the pool; it is nobody's line then.
    Release {
        /// The number to which its active threads go.
        reassign: Option<NumberId>,
    },
    /// Make an active staff or pool number this person's line. Its threads stay on it.
    Assign {
        /// Whose line it becomes.
        staff: StaffId,
    },
    /// Give the number up.
    Deactivate {
        /// The number to which its active threads go.
        reassign: Option<NumberId>,
    },
    /// Take an inactive number into use again, with its class and nobody's.
    Reimport,
}

impl Act {
    /// The act's name.
    pub const fn kind(&self) -> ActKind {
        match self {
            Self::Quarantine { .. } => ActKind::Quarantine,
            Self::Restore { .. } => ActKind::Restore,
            Self::Release { .. } => ActKind::Release,
            Self::Assign { .. } => ActKind::Assign,
            Self::Deactivate { .. } => ActKind::Deactivate,
            Self::Reimport => ActKind::Reimport,
        }
    }

    /// The number to which threads are to go.
    pub const fn reassign(&self) -> Option<&NumberId> {
        match self {
            Self::Release { reassign } | Self::Deactivate { reassign } => reassign.as_ref(),
            _ => None,
        }
    }

    /// The reason that this act carries, where it needs one.
    pub(super) fn reason(&self) -> Option<&str> {
        match self {
            Self::Quarantine { reason, .. } => Some(reason),
            Self::Restore { forced } => forced.as_deref(),
            _ => None,
        }
    }
}

/// An active thread on the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadRef {
    /// Its id.
    pub id: ThreadId,
    /// Whose conversation it is.
    pub customer: CustomerId,
    /// Why it exists.
    pub kind: ThreadKind,
}

/// The number to which threads are to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub id: NumberId,
    /// What it is for.
    pub class: NumberClass,
    /// Where it stands.
    pub status: NumberStatus,
    /// Customers who have a thread on it, those in the cooldown after closing included.
    pub taken_by: BTreeSet<CustomerId>,
}

/// What the caller must know about the tenant for an act, read in one transaction with the number.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// When the act is done.
    pub now: Instant,
    /// Whether the tenant has an active front-desk number besides this one.
    pub other_front_desk: bool,
    /// All active threads on the number.
    pub threads: &'a [ThreadRef],
    /// The number that the act's `reassign` names, `None` when the tenant has no such number.
    pub target: Option<&'a Target>,
    /// Whether another tenant holds the same E.164 number.
    pub held_elsewhere: bool,
}

/// Why an act is refused. Exhaustive: people decide on it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The number's state does not allow the act.
    #[error("{act} cannot take a number from {from} to {to}")]
    Transition {
        /// What was asked for.
        act: ActKind,
        /// Where the number stands.
        from: NumberStatus,
        /// Where the act would take it.
        to: NumberStatus,
    },
    /// Nothing would be left to answer on.
    #[error("this is the last active front-desk number")]
    LastFrontDesk,
    /// The business line is not for the pool.
    #[error("a front-desk number is never released to the pool")]
    FrontDeskNotReleased,
    /// The business line belongs to no person.
    #[error("a front-desk number is never assigned to a person")]
    FrontDeskNotAssigned,
    /// There is nothing to release.
    #[error("the number is in the pool already")]
    AlreadyInPool,
    /// There is nothing to assign.
    #[error("the number is this person's already")]
    AlreadyAssigned,
    /// The reason is blank.
    #[error("a reason is required")]
    ReasonRequired,
    /// The reason is too long.
    #[error("a reason has at most {MAX_REASON_BYTES} bytes")]
    ReasonTooLong,
    /// Too few or too many days.
    #[error("a quarantine lasts {MIN_QUARANTINE_DAYS} to {MAX_QUARANTINE_DAYS} days, not `{days}`")]
    QuarantineDays {
        /// What was asked for.
        days: u32,
    },
    /// The quarantine may not end by itself yet.
    #[error("the cooldown runs until {until}")]
    CooldownRunning {
        /// When it may.
        until: Instant,
    },
    /// Active threads would be left without a number.
    #[error("{count} active threads need a number to go to")]
    ThreadsActive {
        /// How many.
        count: usize,
    },
    /// The tenant has no number with the id that `reassign` names, or it is the number itself.
    #[error("the threads cannot go to `{target}`: no other number of this tenant has this id")]
    TargetUnknown {
        /// The id named.
        target: NumberId,
    },
    /// Threads cannot go to a number that is not in use.
    #[error("the threads cannot go to a number that is {status}")]
    TargetNotActive {
        /// Where it stands.
        status: NumberStatus,
    },
    /// A thread may not live on a number of that class.
    #[error("thread `{thread}` cannot go to a number of class {class}")]
    TargetClass {
        /// The first such thread.
        thread: ThreadId,
        /// The target's class.
        class: NumberClass,
    },
    /// The customer has, or had until a moment ago, another thread on the target: their messages could not be told apart.
    #[error("the customer of thread `{thread}` already has a thread on the number it would go to")]
    TargetTaken {
        /// The first such thread.
        thread: ThreadId,
    },
    /// Another tenant holds the number.
    #[error("another tenant holds this number")]
    HeldByAnotherTenant,
    /// What was previewed is no longer what would happen.
    #[error("the number or its threads have changed since the preview")]
    StalePreview,
}

impl Refusal {
    /// Stable name for the API and the audit.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Transition { .. } => "transition_refused",
            Self::LastFrontDesk => "last_front_desk",
            Self::FrontDeskNotReleased => "front_desk_not_released",
            Self::FrontDeskNotAssigned => "front_desk_not_assigned",
            Self::AlreadyInPool => "already_in_pool",
            Self::AlreadyAssigned => "already_assigned",
            Self::ReasonRequired => "reason_required",
            Self::ReasonTooLong => "reason_too_long",
            Self::QuarantineDays { .. } => "quarantine_days",
            Self::CooldownRunning { .. } => "cooldown_running",
            Self::ThreadsActive { .. } => "threads_active",
            Self::TargetUnknown { .. } => "target_unknown",
            Self::TargetNotActive { .. } => "target_not_active",
            Self::TargetClass { .. } => "target_class",
            Self::TargetTaken { .. } => "target_taken",
            Self::HeldByAnotherTenant => "held_by_another_tenant",
            Self::StalePreview => "stale_preview",
        }
    }
}
