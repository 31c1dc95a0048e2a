//! The installation for which a store writes.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So long whoever has seen another's id leaves an emptied Redis alone: its servers look each second, and write their id anew.
const PRECEDENCE: Duration = Duration::from_mins(1);

/// The installation for which the store writes, and what was last seen of Redis' owner.
pub(crate) struct Owner {
    pub(crate) id: Option<String>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Seen {
    Nothing,
    Ours,
    Anothers(Instant),
}

impl Owner {
    pub(crate) fn new(id: Option<String>) -> Self {
        Self { id, seen: Mutex::new(Seen::Nothing) }
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_anothers(&self) -> bool {
        matches!(*self.seen(), Seen::Anothers(at) if at.elapsed() < PRECEDENCE)
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Owner").field("id", &self.id).finish_non_exhaustive()
    }
}
