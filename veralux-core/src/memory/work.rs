use async_trait::async_trait;

use super::MemoryStore;
use super::rows::{Due, WorkName};
use super::write::Writer;
use crate::id::MAX_ID_BYTES;
use crate::port::{Error, Result, Work, WorkKind, WorkQueue};
use crate::time::Instant;

impl Writer<'_> {
    pub(super) fn schedule(&mut self, kind: WorkKind, id: String, due: Option<Instant>) -> Result<()> {
        if id.is_empty() || id.len() > MAX_ID_BYTES {
            return Err(Error::Invalid("work names what it is about by an id"));
        }
        let work = (self.tenant.clone(), kind, id);
        self.move_work(work, due.map(Due::Scheduled));
        Ok(())
    }

    pub(super) fn work_done(&mut self, kind: WorkKind, id: String, until: Instant) {
        let work = (self.tenant.clone(), kind, id);
        if self.is_due(&work, until) {
            self.move_work(work, None);
        }
    }

    pub(super) fn hold_work(&mut self, kind: WorkKind, id: String, until: Instant, due: Instant) {
        let work = (self.tenant.clone(), kind, id);
        if self.is_due(&work, until) {
            self.move_work(work, Some(Due::Back(due)));
        }
    }

    pub(super) fn wake_work(&mut self, kind: WorkKind, at: Instant) {
        let first = (self.tenant.clone(), kind, String::new());
        let own = self.reach.shared.work.range(first..);
        let own = own.take_while(|((tenant, own, _), _)| tenant == self.tenant && *own == kind);
        let held: Vec<WorkName> = own
            .filter(|(_, due)| matches!(due, Due::Back(due) if at < *due))
            .map(|(work, _)| work.clone())
            .collect();
        for work in held {
            self.move_work(work, Some(Due::Back(at)));
        }
    }

    fn is_due(&self, work: &WorkName, at: Instant) -> bool {
        self.reach.shared.work.get(work).is_some_and(|due| due.at() == at)
    }

    fn move_work(&mut self, work: WorkName, due: Option<Due>) {
        if let Some(old) = self.reach.shared.work.get(&work).copied() {
            self.remove(|reach| &mut reach.shared.work_due, &(old.at(), work.clone()));
            self.remove(|reach| &mut reach.shared.work, &work);
        }
        if let Some(due) = due {
            self.put(|reach| &mut reach.shared.work_due, (due.at(), work.clone()), ());
            self.put(|reach| &mut reach.shared.work, work, due);
        }
    }
}

#[async_trait]
impl WorkQueue for MemoryStore {
    async fn claim(&self, now: Instant, until: Instant, limit: u16) -> Result<Vec<Work>> {
        if until <= now {
            return Err(Error::Invalid("a claim ends behind the instant at which it is made"));
        }
        let mut state = self.write();
        let shared = &mut state.shared;
        let due = shared.work_due.keys().take_while(|(due, _)| *due <= now).take(usize::from(limit));
        let claimed: Vec<(Instant, WorkName)> = due.cloned().collect();
        for (due, work) in &claimed {
            shared.work_due.remove(&(*due, work.clone()));
            shared.work_due.insert((until, work.clone()), ());
            shared.work.insert(work.clone(), Due::Back(until));
        }
        let claimed = claimed.into_iter().map(|(_, (tenant, kind, id))| Work { tenant, kind, id, until });
        Ok(claimed.collect())
    }

    async fn next_due(&self) -> Result<Option<Instant>> {
        Ok(self.read().shared.work_due.keys().next().map(|(due, _)| *due))
    }

    async fn count(&self, kind: WorkKind) -> Result<u64> {
        Ok(self.read().shared.work.keys().filter(|(_, own, _)| *own == kind).count() as u64)
    }
}
