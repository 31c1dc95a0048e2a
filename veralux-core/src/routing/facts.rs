//! The facts that a decision may look at.
//!
//! None of these types has a default: whoever builds one names every safety fact.

use super::window_index::WindowIndex;
use crate::id::{CustomerId, IdError, NumberId, OverrideId, StaffId, TenantId, ThreadId};
use crate::party::{Direction, NumberClass, NumberStatus, Role, TenantStatus, ThreadStatus};
use crate::time::Instant;

/// Everything that a decision may look at, not yet checked; [`Snapshot::new`](super::Snapshot::new) checks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Whose message it is.
    pub tenant: Tenant,
    /// The conversation it belongs to, if one is known.
    pub thread: Option<Thread>,
    /// Our number that it came to or leaves from, if one is known.
    pub number: Option<Number>,
    /// The instant at which we received the message; the only "now" that a decision knows.
    pub at: Instant,
    /// Which way it goes.
    pub direction: Direction,
    /// Who wrote it.
    pub sender: Sender,
    /// What the policy detector found in it.
    pub findings: Findings,
    /// The thread's overrides, in any order; those of the past may be left out.
    pub overrides: Vec<Override>,
    /// The thread's windows.
    pub windows: WindowIndex,
}

/// A business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Whether it may use the product.
    pub status: TenantStatus,
}

/// One customer's conversation with one tenant on one masked number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// Where it is in its life.
    pub status: ThreadStatus,
    /// The one customer on it.
    pub customer_id: CustomerId,
    /// Whether the customer has asked to receive nothing more.
    pub opted_out: bool,
}

/// One of the tenant's phone numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Its id; never the number itself.
    pub id: NumberId,
    /// What it is for.
    pub class: NumberClass,
    /// Where it is in its life.
    pub status: NumberStatus,
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// In which role.
    pub role: Role,
    /// Their id; a staff member must have one.
    pub id: Option<SenderId>,
    /// Whether the sender's number is known to be that of the thread's customer (or, outbound, of one of its people).
    pub mapped: bool,
}

/// Id of a sender, whose kind follows from the role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SenderId(Box<str>);

impl SenderId {
    /// Takes a text for an id.
    ///
    /// # Errors
    /// [`IdError`] for an empty or overlong text and for a control character.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        // One rule for all ids but a tenant's.
        CustomerId::parse(text).map(|id| Self::from(&id))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for SenderId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl From<&StaffId> for SenderId {
    fn from(id: &StaffId) -> Self {
        Self(id.as_str().into())
    }
}

impl From<&CustomerId> for SenderId {
    fn from(id: &CustomerId) -> Self {
        Self(id.as_str().into())
    }
}

/// How often the policy detector found each kind of contact detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Findings {
    /// Phone numbers.
    pub phone: u32,
    /// E-mail addresses.
    pub email: u32,
    /// URLs.
    pub url: u32,
    /// Handles on social platforms.
    pub social: u32,
}

impl Findings {
    /// A scan that found nothing.
    pub const NONE: Self = Self { phone: 0, email: 0, url: 0, social: 0 };

    /// All of them.
    pub fn total(self) -> u64 {
        [self.phone, self.email, self.url, self.social].into_iter().map(u64::from).sum()
    }

    pub(super) fn any(self) -> bool {
        self.phone | self.email | self.url | self.social != 0
    }
}

/// An owner's temporary, reasoned instruction for one thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Its id.
    pub id: OverrideId,
    /// Where it sends the thread's inbound messages.
    pub target: OverrideTarget,
    /// Its first instant.
    pub starts_at: Instant,
    /// The first instant behind it; it never expires without one.
    pub ends_at: Option<Instant>,
    /// When it was made; of several active ones the latest counts.
    pub created_at: Instant,
    /// The instant from which it counts no longer, whatever its end.
    pub removed_at: Option<Instant>,
    /// Why the owner made it.
    pub reason: String,
}

impl Override {
    /// Whether it counts at an instant.
    pub fn is_active(&self, at: Instant) -> bool {
        self.starts_at <= at && at < self.last()
    }

    /// The first instant at which it counts no longer; behind every instant when there is none.
    pub(super) fn last(&self) -> Bound {
        let end = |instant: Option<Instant>| instant.map_or(Bound::Never, Bound::At);
        end(self.ends_at).min(end(self.removed_at))
    }
}

/// The end of a span that may have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bound {
    At(Instant),
    Never,
}

impl PartialEq<Bound> for Instant {
    fn eq(&self, other: &Bound) -> bool {
        Bound::At(*self) == *other
    }
}

impl PartialOrd<Bound> for Instant {
    fn partial_cmp(&self, other: &Bound) -> Option<std::cmp::Ordering> {
        Some(Bound::At(*self).cmp(other))
    }
}

/// Where an override sends messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverrideTarget {
    /// To one staff member.
    Staff(StaffId),
    /// To the owner inbox.
    OwnerInbox,
    /// To the thread's own customer, never to another.
    Customer,
}
