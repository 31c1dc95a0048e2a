//! Facts that have been checked.

use super::check;
use super::encode;
use super::facts::Facts;
use super::window::StaffNumber;
use crate::digest::Digest;
use crate::fault::Fault;
use crate::party::Role;
use crate::time::Instant;

/// Overrides that a snapshot may hold.
pub const MAX_OVERRIDES: usize = 10_000;
/// Longest reason of an override in bytes.
pub const MAX_REASON_BYTES: usize = 4096;

/// Checked facts: the only thing that [`decide`](super::decide) takes.
///
/// ```
/// use veralux_core::id::TenantId;
/// use veralux_core::party::{Direction, Role, TenantStatus};
/// use veralux_core::routing::{Facts, Findings, Sender, Snapshot, Tenant, WindowIndex};
/// use veralux_core::time::Instant;
///
/// let facts = Facts {
///     tenant: Tenant { id: TenantId::parse("t1").unwrap(), status: TenantStatus::Active },
///     thread: None,
///     number: None,
///     at: Instant::parse("2026-01-19T14:30:00Z").unwrap(),
///     direction: Direction::Inbound,
///     sender: Sender { role: Role::Unknown, id: None, mapped: false },
///     findings: Findings::NONE,
///     overrides: vec![],
///     windows: WindowIndex::new(vec![]).unwrap(),
/// };
/// assert!(Snapshot::new(facts.clone()).is_ok());
///
/// let nameless = Facts { sender: Sender { role: Role::Staff, id: None, mapped: true }, ..facts };
/// assert_eq!(Snapshot::new(nameless).unwrap_err()[0].path, "sender.id");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    // INVARIANT: passed `faults`; overrides sorted by id.
    facts: Facts,
    // INVARIANT: the sender in `facts.windows`, if a staff member.
    sender: StaffNumber,
}

impl Snapshot {
    /// Checks facts.
    ///
    /// # Errors
    /// The path of each fault, as in a snapshot document: a staff member without an id, an override whose end is not
    /// after its start, two overrides with one id, more of them than [`MAX_OVERRIDES`], a reason longer than
    /// [`MAX_REASON_BYTES`]. (Windows are checked by [`WindowIndex::new`](super::WindowIndex::new).)
    pub fn new(facts: Facts) -> Result<Self, Vec<Fault>> {
        let faults = faults(&facts);
        if faults.is_empty() { Ok(Self::of_checked(facts)) } else { Err(faults) }
    }

    /// Takes facts that have no faults.
    pub(super) fn of_checked(mut facts: Facts) -> Self {
        facts.overrides.sort_unstable_by(|one, two| one.id.cmp(&two.id));
        let staff = facts.sender.id.as_ref().filter(|_| facts.sender.role == Role::Staff);
        let sender = staff.map_or(StaffNumber::NOBODY, |id| facts.windows.staff_number(id.as_str()));
        Self { facts, sender }
    }

    /// The facts; overrides are in the order of their ids.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The same facts at another instant.
    #[must_use]
    pub fn at(mut self, at: Instant) -> Self {
        self.facts.at = at;
        self
    }

    /// SHA-256 over the canonical encoding (see the [module](super#hashes)); input order has no influence on it.
    pub fn hash(&self) -> Digest {
        Digest::from_bytes(encode::snapshot(&self.facts))
    }

    pub(super) fn sender(&self) -> StaffNumber {
        self.sender
    }
}

fn faults(facts: &Facts) -> Vec<Fault> {
    let mut faults = Vec::new();
    if facts.sender.role == Role::Staff && facts.sender.id.is_none() {
        faults.push(Fault::new("sender.id", check::STAFF_WITHOUT_ID));
    }
    if facts.overrides.len() > MAX_OVERRIDES {
        faults.push(Fault::new("overrides", check::too_many(MAX_OVERRIDES)));
        return faults;
    }
    for (index, item) in facts.overrides.iter().enumerate() {
        if !check::is_span(item.starts_at, item.ends_at) {
            faults.push(Fault::new(format!("overrides.{index}.endsAt"), check::END_NOT_AFTER_START));
        }
        if item.reason.len() > MAX_REASON_BYTES {
            let message = format!("must have at most {MAX_REASON_BYTES} bytes");
            faults.push(Fault::new(format!("overrides.{index}.reason"), message));
        }
    }
    for index in check::repeated(facts.overrides.iter().map(|item| item.id.as_str()).enumerate()) {
        faults.push(Fault::new(format!("overrides.{index}.id"), check::REPEATED_ID));
    }
    faults
}
