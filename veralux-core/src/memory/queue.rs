//! Work that is due some time, in the orders in which it is looked for.

use std::collections::BTreeMap;

use crate::id::TenantId;
use crate::port::{TURN, WorkKind};
use crate::time::Instant;

/// Whose work it is, and what is to be done to what.
pub(super) type Name = (TenantId, WorkKind, String);

/// When work is due.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due {
    pub(super) at: Instant,
    /// When it was due before somebody claimed it; of what was scheduled the same.
    pub(super) was: Instant,
    /// How long behind that its turn comes, in microseconds.
    pub(super) behind: i64,
}

impl Due {
    const fn turn(self) -> Instant {
        self.at.plus(self.behind)
    }
}

/// All work, and the orders in which it is looked for.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) all: BTreeMap<Name, Due>,
    in_turn: BTreeMap<(Instant, Name), ()>,
    pub(super) by_due: BTreeMap<(Instant, Name), ()>,
    /// What was scheduled or woken, without what only came back from a claim.
    of_tenant: BTreeMap<(TenantId, Instant, i64, WorkKind, String), ()>,
}

impl Queue {
    /// Writes or removes work; what it was before.
    pub(super) fn set(&mut self, name: &Name, due: Option<Due>) -> Option<Due> {
        let old = match due {
            Some(due) => self.all.insert(name.clone(), due),
            None => self.all.remove(name),
        };
        let of_tenant = |due: Due| (name.0.clone(), due.at, due.behind, name.1, name.2.clone());
        if let Some(old) = old {
            self.in_turn.remove(&(old.turn(), name.clone()));
            self.by_due.remove(&(old.at, name.clone()));
            self.of_tenant.remove(&of_tenant(old));
        }
        if let Some(due) = due {
            self.in_turn.insert((due.turn(), name.clone()), ());
            self.by_due.insert((due.at, name.clone()), ());
            if due.was == due.at {
                self.of_tenant.insert(of_tenant(due), ());
            }
        }
        old
    }

    /// How long behind `at` the turn of a tenant's work comes that is due then.
    pub(super) fn behind(&self, (tenant, kind, id): &Name, at: Instant) -> i64 {
        let until = (tenant.clone(), at.plus(1), i64::MIN, *kind, String::new());
        let before = self.of_tenant.range(..until).rev().map(|(key, ())| key);
        let mut before = before.take_while(|(own, ..)| own == tenant);
        let last = before.find(|(.., own, own_id)| (own, own_id) != (kind, id));
        last.map_or(0, |(_, due, behind, ..)| {
            due.plus(*behind).plus(TURN).micros().saturating_sub(at.micros()).max(0)
        })
    }

    /// What is due, by turns.
    pub(super) fn due(&self, now: Instant) -> impl Iterator<Item = &Name> {
        let in_turn = self.in_turn.keys().take_while(move |(turn, _)| *turn <= now).map(|(_, name)| name);
        let due = self.by_due.keys().take_while(move |(at, _)| *at <= now).map(|(_, name)| name);
        let has_turn = move |name: &Name| self.all.get(name).is_some_and(|due| due.turn() <= now);
        in_turn.chain(due.filter(move |name| !has_turn(name)))
    }
}
