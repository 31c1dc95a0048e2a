use async_trait::async_trait;

use super::MemoryStore;
use super::queue::{Due, Name};
use super::write::Writer;
use crate::id::MAX_ID_BYTES;
use crate::port::{Error, Result, TURN, Work, WorkKind, WorkQueue};
use crate::time::Instant;

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
        for (.., name) in held {
            self.set_work(name, Some(Due { at, was: at, behind }));
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
        Ok(self.read().shared.work.by_due.keys().next().map(|(due, _)| *due))
    }

    async fn count(&self, kind: WorkKind) -> Result<u64> {
        Ok(self.read().shared.work.all.keys().filter(|(_, own, _)| *own == kind).count() as u64)
    }
}
