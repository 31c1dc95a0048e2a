use async_trait::async_trait;

use super::MemoryStore;
use super::change::check_revision;
use super::page::{page_of, walk};
use super::rows::Rows;
use super::write::Writer;
use crate::id::{CallId, TenantId};
use crate::port::{Call, CallState, CallStore, Conflict, Error, Listed, Page, Result};
use crate::time::Instant;

impl Rows {
    /// How many calls are open that started at or behind an instant.
    pub(super) fn open_calls(&self, since: Instant) -> usize {
        self.calls_open.keys().rev().take_while(|(at, _)| since <= *at).count()
    }

    /// How many calls started behind an instant that were not refused.
    pub(super) fn calls_behind(&self, after: Instant) -> usize {
        self.calls_started.keys().rev().take_while(|(at, _)| after < *at).count()
    }
}

impl Writer<'_> {
    pub(super) fn put_call(&mut self, after: Call, before: Option<u64>) -> Result<()> {
        after.check().map_err(Error::Invalid)?;
        let old = self.reach.own.calls.get(&after.id).cloned();
        check_revision(old.as_ref().map(|found| found.revision), before)?;
        let key = (after.provider.clone(), after.provider_call.clone());
        if self.reach.own.call_by_provider.get(&key).is_some_and(|id| *id != after.id) {
            return Err(Conflict::Exists.into());
        }
        if let Some(old) = old {
            let place = (old.started_at, old.id.clone());
            self.remove(|reach| &mut reach.own.call_by_provider, &(old.provider, old.provider_call));
            self.remove(|reach| &mut reach.own.calls_open, &place);
            self.remove(|reach| &mut reach.own.calls_started, &place);
        }
        let place = (after.started_at, after.id.clone());
        if after.state.is_open() {
            self.put(|reach| &mut reach.own.calls_open, place.clone(), ());
        }
        if after.state != CallState::Refused {
            self.put(|reach| &mut reach.own.calls_started, place, ());
        }
        self.put(|reach| &mut reach.own.call_by_provider, key, after.id.clone());
        self.put(|reach| &mut reach.own.calls, after.id.clone(), after);
        Ok(())
    }
}

#[async_trait]
impl CallStore for MemoryStore {
    async fn lookup(&self, tenant: &TenantId, id: &CallId) -> Result<Option<Call>> {
        Ok(self.with_rows(tenant, |rows| rows.calls.get(id).cloned()))
    }

    async fn find(&self, tenant: &TenantId, provider: &str, provider_call: &str) -> Result<Option<Call>> {
        let key = (provider.to_owned(), provider_call.to_owned());
        Ok(self.with_rows(tenant, |rows| rows.calls.get(rows.call_by_provider.get(&key)?).cloned()))
    }

    async fn list(&self, tenant: &TenantId, open_only: bool, page: &Page) -> Result<Listed<Call>> {
        let fits = |call: &&Call| !open_only || call.state.is_open();
        Ok(self.with_rows(tenant, |rows| {
            let calls = walk(&rows.calls, page).map(|(_, call)| call).filter(fits);
            page_of(calls, page, |call| call.id.to_string())
        }))
    }

    async fn count_open(&self, tenant: &TenantId, since: Instant) -> Result<u64> {
        Ok(self.with_rows(tenant, |rows| rows.open_calls(since)) as u64)
    }
}
