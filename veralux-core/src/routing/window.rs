//! Windows: spans of time in which a staff member serves a thread.

use crate::id::{StaffId, WindowId};
use crate::time::Instant;

/// A span of time in which a staff member serves a thread: `starts_at` belongs to it, `ends_at` does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Its id.
    pub id: WindowId,
    /// Who serves.
    pub staff_id: StaffId,
    /// Its first instant.
    pub starts_at: Instant,
    /// The first instant behind it.
    pub ends_at: Instant,
}

impl Window {
    /// Whether it is active at an instant.
    pub fn is_active(&self, at: Instant) -> bool {
        self.starts_at <= at && at < self.ends_at
    }
}

/// What a decision reads of a window, side by side in memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    pub start: Instant,
    pub end: Instant,
    pub staff: StaffNumber,
}

/// Stands for a staff member within one index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StaffNumber(pub u32);

impl StaffNumber {
    /// Somebody who has no window.
    pub(super) const NOBODY: Self = Self(u32::MAX);
}

/// Who serves at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coverage {
    Nobody,
    /// One staff member, whose window has this index.
    One(usize),
    Several,
}
