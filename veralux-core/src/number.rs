//! Phone numbers: what a number is for, its life, and the choice of a shared one.
//!
//! | from | act | to | condition |
//! |---|---|---|---|
//! | (none) | [`Number::import`] | active | not held by another tenant |
//! | active | quarantine | quarantined | reason; not the tenant's last active front desk; 30 days at least |
//! | quarantined | restore | active | cooldown over, or forced with a reason |
//! | active | release | active, in the pool | a staff number; no active thread, or `reassign` |
//! | active | assign | active, that person's | not the front desk; a pool number only without active threads |
//! | active, quarantined | deactivate | inactive | no active thread, or `reassign`; not the last active front desk |
//! | inactive | [`Number::given_back`] | inactive, nobody's | its provider has it no more |
//! | inactive | reimport | active | not held by another tenant |
//!
//! Everything else is refused with both states named. *Release* always means "give a person's number back to the
//! pool"; what ends a quarantine is *restore*. An API with one word for both picks the act by the number's status:
//! quarantined is restored, active is released.
//!
//! [`preview`] and [`plan`] are one function but for the reason, which nobody has typed yet at a preview. Every
//! [`Plan`] carries a stamp over all it depends on; [`plan_as_previewed`] refuses when the stamp has changed.

mod act;
mod health;
mod plan;
mod pool;

pub use act::{Act, ActKind, Facts, Refusal, Target, ThreadRef};
pub use health::{HEALTH_DAYS, Health, health};
pub use plan::{GoesTo, Plan, ThreadEffect, plan, plan_as_previewed, preview};
pub use pool::{Candidate, NoneFree, choose};

use serde::{Deserialize, Serialize};

use crate::id::{NumberId, StaffId};
use crate::party::{NumberClass, NumberStatus};
use crate::phone::E164;
use crate::time::Instant;
use crate::word::words;

/// Fewest days of a quarantine.
pub const MIN_QUARANTINE_DAYS: u32 = 30;
/// Days of a quarantine for which nobody named any.
pub const DEFAULT_QUARANTINE_DAYS: u32 = 90;
/// Most days of a quarantine; ten years is a typing error.
pub const MAX_QUARANTINE_DAYS: u32 = 3650;
/// Longest reason in bytes.
pub const MAX_REASON_BYTES: usize = 500;

words! {
    /// Why a thread exists. Its kind chooses the class of its number, so that nobody configures masking by hand.
    pub enum ThreadKind {
        /// A person serves this customer again and again.
        Recurring = "recurring",
        /// One booking.
        OneTime = "one_time",
        /// Anything else.
        Other = "other",
    }
}

impl ThreadKind {
    /// The class of number on which such a thread lives.
    pub const fn number_class(self) -> NumberClass {
        match self {
            Self::Recurring => NumberClass::Staff,
            Self::OneTime => NumberClass::Pool,
            Self::Other => NumberClass::FrontDesk,
        }
    }
}

/// Why and how long a number rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quarantine {
    /// What a person gave as the reason.
    pub reason: String,
    /// When it began.
    pub since: Instant,
    /// From when on it may end by itself.
    pub until: Instant,
}

/// One of a tenant's numbers. `Debug` does not show its digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Number {
    /// Its id.
    pub id: NumberId,
    /// The number itself.
    pub e164: E164,
    /// What it is for.
    pub class: NumberClass,
    /// Where it stands in its life.
    pub status: NumberStatus,
    /// Whose line it is; only of class staff, and absent until somebody is named.
    pub staff: Option<StaffId>,
    /// Present exactly while it is quarantined.
    pub quarantine: Option<Quarantine>,
    /// The provider through which it was bought or imported.
    pub provider: String,
    /// When a message last went over it.
    pub last_used_at: Option<Instant>,
    /// When it was given back to its provider, who may sell it to anybody. From then on it is not held: what is here is what was,
    /// and another tenant may hold the same number.
    #[serde(default)]
    pub given_back_at: Option<Instant>,
    /// When it was bought or imported.
    pub created_at: Instant,
    /// Rises by one with each act; a store replaces a number only at the revision that was read.
    pub revision: u64,
}

impl Number {
    /// A number that was just bought or imported through a provider.
    ///
    /// # Errors
    /// [`Refusal::HeldByAnotherTenant`] when `held_elsewhere`.
    pub fn import(
        id: NumberId,
        e164: E164,
        class: NumberClass,
        provider: &str,
        now: Instant,
        held_elsewhere: bool,
    ) -> Result<Self, Refusal> {
        if held_elsewhere {
            return Err(Refusal::HeldByAnotherTenant);
        }
        Ok(Self {
            id,
            e164,
            class,
            status: NumberStatus::Active,
            staff: None,
            quarantine: None,
            provider: provider.to_owned(),
            last_used_at: None,
            given_back_at: None,
            created_at: now,
            revision: 1,
        })
    }

    /// The number once its provider has it no more. It stays for its threads, and is held by nobody until it is imported anew.
    #[must_use]
    pub fn given_back(self, now: Instant) -> Self {
        Self { given_back_at: Some(now), revision: self.revision.saturating_add(1), ..self }
    }

    /// Whether its fields agree with each other: a person only on a staff number, a quarantine exactly while
    /// quarantined, given back only while inactive. A store checks this when it reads a row.
    pub fn is_consistent(&self) -> bool {
        (self.staff.is_none() || self.class == NumberClass::Staff)
            && self.quarantine.is_some() == (self.status == NumberStatus::Quarantined)
            && (self.given_back_at.is_none() || self.status == NumberStatus::Inactive)
    }
}

#[cfg(test)]
mod tests;
