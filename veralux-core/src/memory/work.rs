use std::collections::BTreeMap;

use async_trait::async_trait;

use super::MemoryStore;
use super::write::Writer;
use crate::id::{MAX_ID_BYTES, TenantId};
use crate::port::{Error, Result, TURN, Work, WorkKind, WorkQueue};
use crate::time::Instant;

/// Whose work it is, and what is to be done to what.
type Name = (TenantId, WorkKind, String);

/// When work is due.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due {
    at: Instant,
    /// When it was due before somebody claimed it; of what was scheduled the same.
    was: Instant,
    /// How long behind that its turn comes, in microseconds.
    behind: i64,
}

impl Due {
    const fn turn(self) -> Instant {
        self.at.plus(self.behind)
    }
}

/// All work, and the orders in which it is looked for.
#[derive(Default)]
pub(super) struct Queue {
    all: BTreeMap<Name, Due>,
    in_turn: BTreeMap<(Instant, Name), ()>,
    by_due: BTreeMap<(Instant, i64, Name), ()>,
    of_tenant: BTreeMap<(TenantId, Instant, i64, WorkKind, String), ()>,
}

impl Queue {
    /// Writes or removes work; what it was before.
    fn set(&mut self, name: &Name, due: Option<Due>) -> Option<Due> {
        let old = match due {
            Some(due) => self.all.insert(name.clone(), due),
            None => self.all.remove(name),
        };
        let of_tenant = |due: Due| (name.0.clone(), due.at, due.behind, name.1, name.2.clone());
        if let Some(old) = old {
            self.in_turn.remove(&(old.turn(), name.clone()));
            self.by_due.remove(&(old.at, old.behind, name.clone()));
            self.of_tenant.remove(&of_tenant(old));
        }
        if let Some(due) = due {
            self.in_turn.insert((due.turn(), name.clone()), ());
            self.by_due.insert((due.at, due.behind, name.clone()), ());
            self.of_tenant.insert(of_tenant(due), ());
        }
        old
    }

    /// How long behind `at` the turn of a tenant's work comes that is due then.
    fn behind(&self, (tenant, kind, id): &Name, at: Instant) -> i64 {
        let until = (tenant.clone(), at.plus(1), i64::MIN, *kind, String::new());
        let before = self.of_tenant.range(..until).rev().map(|(key, ())| key);
        let mut before = before.take_while(|(own, ..)| own == tenant);
        let last = before.find(|(.., own, own_id)| (own, own_id) != (kind, id));
        last.map_or(0, |(_, due, behind, ..)| {
            due.plus(*behind).plus(TURN).micros().saturating_sub(at.micros()).max(0)
        })
    }

    /// What is due, by turns.
    fn due(&self, now: Instant) -> impl Iterator<Item = &Name> {
        let in_turn = self.in_turn.keys().take_while(move |(turn, _)| *turn <= now).map(|(_, name)| name);
        let due = self.by_due.keys().take_while(move |(at, ..)| *at <= now);
        in_turn.chain(due.filter(move |(at, behind, _)| now < at.plus(*behind)).map(|(.., name)| name))
    }
}

impl Writer<'_> {
    pub(super) fn schedule(&mut self, kind: WorkKind, id: String, due: Option<Instant>) -> Result<()> {
        if id.is_empty() || id.len() > MAX_ID_BYTES {
            return Err(Error::Invalid("work names what it is about by an id"));
        }
        let name = (self.tenant.clone(), kind, id);
        let due = due.map(|at| Due { at, was: at, behind: self.reach.shared.work.behind(&name, at) });
        self.set_work(name, due);
        Ok(())
    }

    pub(super) fn work_done(&mut self, kind: WorkKind, id: String, until: Instant) {
        let name = (self.tenant.clone(), kind, id);
        if self.claimed(&name, until).is_some() {
            self.set_work(name, None);
        }
    }

    pub(super) fn hold_work(&mut self, kind: WorkKind, id: String, until: Instant, at: Instant) {
        let name = (self.tenant.clone(), kind, id);
        if let Some(due) = self.claimed(&name, until) {
            self.set_work(name, Some(Due { at, ..due }));
        }
    }

    pub(super) fn wake_work(&mut self, kind: WorkKind, at: Instant) {
        let all = self.reach.shared.work.all.range((self.tenant.clone(), kind, String::new())..);
        let own = all.take_while(|((tenant, own, _), _)| tenant == self.tenant && *own == kind);
        let held = own.filter(|(_, due)| at < due.at && due.was < due.at);
        let mut held: Vec<_> = held.map(|(name, due)| (due.was, due.behind, name.clone())).collect();
        held.sort_unstable();
        let mut behind = 0;
        for (was, _, name) in held {
            self.set_work(name, Some(Due { at, was, behind }));
            behind += TURN;
        }
    }

    /// If it is claimed until then.
    fn claimed(&self, name: &Name, until: Instant) -> Option<Due> {
        self.reach.shared.work.all.get(name).copied().filter(|due| due.at == until)
    }

    fn set_work(&mut self, name: Name, due: Option<Due>) {
        let old = self.reach.shared.work.set(&name, due);
        self.note(move |reach| _ = reach.shared.work.set(&name, old));
    }
}

#[async_trait]
impl WorkQueue for MemoryStore {
    async fn claim(&self, now: Instant, until: Instant, limit: u16) -> Result<Vec<Work>> {
        if until <= now {
            return Err(Error::Invalid("a claim ends behind the instant at which it is made"));
        }
        let mut state = self.write();
        let work = &mut state.shared.work;
        let claimed: Vec<Name> = work.due(now).take(usize::from(limit)).cloned().collect();
        for name in &claimed {
            let due = work.all.get(name).map(|due| Due { at: until, was: due.at, behind: due.behind });
            work.set(name, due);
        }
        Ok(claimed.into_iter().map(|(tenant, kind, id)| Work { tenant, kind, id, until }).collect())
    }

    async fn next_due(&self) -> Result<Option<Instant>> {
        Ok(self.read().shared.work.by_due.keys().next().map(|(due, ..)| *due))
    }

    async fn count(&self, kind: WorkKind) -> Result<u64> {
        Ok(self.read().shared.work.all.keys().filter(|(_, own, _)| *own == kind).count() as u64)
    }
}
