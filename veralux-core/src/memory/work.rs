use async_trait::async_trait;

use super::MemoryStore;
use super::rows::WorkName;
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
        if let Some(old) = self.reach.shared.work.get(&work).copied() {
            self.remove(|reach| &mut reach.shared.work_due, &(old, work.clone()));
            self.remove(|reach| &mut reach.shared.work, &work);
        }
        if let Some(due) = due {
            self.put(|reach| &mut reach.shared.work_due, (due, work.clone()), ());
            self.put(|reach| &mut reach.shared.work, work, due);
        }
        Ok(())
    }

    pub(super) fn work_done(&mut self, kind: WorkKind, id: String, until: Instant) {
        let work = (self.tenant.clone(), kind, id);
        if self.reach.shared.work.get(&work) == Some(&until) {
            self.remove(|reach| &mut reach.shared.work_due, &(until, work.clone()));
            self.remove(|reach| &mut reach.shared.work, &work);
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
            shared.work.insert(work.clone(), until);
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
