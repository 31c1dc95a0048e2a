use async_trait::async_trait;

use super::MemoryStore;
use super::change::check_revision;
use super::page::{page_of, walk};
use super::write::Outcome;
use super::write::Writer;
use crate::id::{TenantId, ThreadId, ViolationId};
use crate::port::{
    AllowList, Conflict, Listed, Page, PolicyStore, Result, ScanContext, ScanMemory, Violation,
    ViolationFilter,
};

impl Writer<'_> {
    pub(super) fn put_violation(&mut self, after: Violation, before: Option<u64>) -> Outcome {
        check_revision(self.reach.own.violations.get(&after.id).map(|found| found.revision), before)?;
        self.put(|reach| &mut reach.own.violations, after.id.clone(), after);
        Ok(())
    }

    pub(super) fn remember(
        &mut self,
        key: (ThreadId, String),
        after: ScanMemory,
        before: Option<u64>,
    ) -> Outcome {
        check_revision(self.reach.own.scan_memories.get(&key).map(|found| found.revision), before)?;
        self.put(|reach| &mut reach.own.scan_memories, key, after);
        Ok(())
    }

    pub(super) fn allow(&mut self, after: AllowList, before: u64) -> Outcome {
        if self.reach.own.allowed.revision != before {
            return Err(Conflict::Stale);
        }
        let old = std::mem::replace(&mut self.reach.own.allowed, after);
        self.note(move |reach| reach.own.allowed = old);
        Ok(())
    }
}

#[async_trait]
impl PolicyStore for MemoryStore {
    async fn scan_context(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        sender: &str,
    ) -> Result<ScanContext> {
        Ok(self.with_rows(tenant, |rows| ScanContext {
            allowed: rows.allowed.clone(),
            memory: thread
                .and_then(|thread| rows.scan_memories.get(&(thread.clone(), sender.to_owned())))
                .cloned(),
        }))
    }

    async fn lookup(&self, tenant: &TenantId, id: &ViolationId) -> Result<Option<Violation>> {
        Ok(self.with_rows(tenant, |rows| rows.violations.get(id).cloned()))
    }

    async fn list(
        &self,
        tenant: &TenantId,
        filter: &ViolationFilter,
        page: &Page,
    ) -> Result<Listed<Violation>> {
        let fits = |violation: &&Violation| {
            filter.status.is_none_or(|status| violation.status == status)
                && filter.thread.as_ref().is_none_or(|thread| violation.thread.as_ref() == Some(thread))
        };
        Ok(self.with_rows(tenant, |rows| {
            let violations = walk(&rows.violations, page).map(|(_, found)| found).filter(fits);
            page_of(violations, page, |violation| violation.id.to_string())
        }))
    }
}
