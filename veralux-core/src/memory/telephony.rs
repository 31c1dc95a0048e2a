use async_trait::async_trait;

use super::MemoryStore;
use super::change::check_revision;
use super::page::{page_of, walk};
use super::write::Outcome;
use super::write::Writer;
use crate::forwarding::caller_id::{self, RATE_WINDOW};
use crate::id::{CallerIdId, ForwardingId, TenantId};
use crate::phone::E164;
use crate::port::{CallerId, CallerIdStore, Conflict, Forwarding, ForwardingStore, Listed, Page, Result};

#[async_trait]
impl CallerIdStore for MemoryStore {
    async fn lookup(&self, tenant: &TenantId, id: &CallerIdId) -> Result<Option<CallerId>> {
        Ok(self.with_rows(tenant, |rows| rows.caller_ids.get(id).cloned()))
    }

    async fn find(&self, tenant: &TenantId, number: &E164) -> Result<Option<CallerId>> {
        Ok(self.with_rows(tenant, |rows| rows.caller_ids.get(rows.caller_id_by_number.get(number)?).cloned()))
    }

    async fn list(&self, tenant: &TenantId, verified_only: bool, page: &Page) -> Result<Listed<CallerId>> {
        let fits = |found: &&CallerId| !verified_only || found.verification.is_verified();
        Ok(self.with_rows(tenant, |rows| {
            let found = walk(&rows.caller_ids, page).map(|(_, found)| found).filter(fits);
            page_of(found, page, |found| found.id.to_string())
        }))
    }
}

#[async_trait]
impl ForwardingStore for MemoryStore {
    async fn lookup(&self, tenant: &TenantId, id: &ForwardingId) -> Result<Option<Forwarding>> {
        Ok(self.with_rows(tenant, |rows| rows.forwardings.get(id).cloned()))
    }

    async fn find(&self, tenant: &TenantId, caller_id: &CallerIdId) -> Result<Option<Forwarding>> {
        Ok(self.with_rows(tenant, |rows| rows.forwardings.get(rows.forwarding_of.get(caller_id)?).cloned()))
    }

    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Forwarding>> {
        Ok(self.with_rows(tenant, |rows| {
            let found = walk(&rows.forwardings, page).map(|(_, found)| found);
            page_of(found, page, |found| found.id.to_string())
        }))
    }
}

impl Writer<'_> {
    pub(super) fn issue_code(&mut self, number: E164) -> Outcome {
        let at = self.at;
        let mut issued = self.reach.shared.codes.get(&number).cloned().unwrap_or_default();
        caller_id::admit(&issued, at).map_err(|until| Conflict::CodesExhausted { until })?;
        issued.retain(|issued| at < issued.plus(RATE_WINDOW));
        issued.push(at);
        self.put(|reach| &mut reach.shared.codes, number, issued);
        Ok(())
    }

    pub(super) fn put_caller_id(&mut self, after: CallerId, before: Option<u64>) -> Outcome {
        let rows = &self.reach.own;
        check_revision(rows.caller_ids.get(&after.id).map(|found| found.revision), before)?;
        if rows.caller_id_by_number.get(&after.number).is_some_and(|id| *id != after.id) {
            return Err(Conflict::Exists);
        }
        if after.verification.is_verified() {
            let holder = self.reach.shared.verified.get(&after.number);
            if holder.is_some_and(|holder| holder != self.tenant) {
                return Err(Conflict::CallerIdTaken);
            }
            let tenant = self.tenant.clone();
            self.put(|reach| &mut reach.shared.verified, after.number, tenant);
        }
        self.put(|reach| &mut reach.own.caller_id_by_number, after.number, after.id.clone());
        self.put(|reach| &mut reach.own.caller_ids, after.id.clone(), after);
        Ok(())
    }

    pub(super) fn remove_caller_id(&mut self, id: &CallerIdId, before: u64) -> Outcome {
        let found = self.reach.own.caller_ids.get(id).filter(|found| found.revision == before);
        let number = found.ok_or(Conflict::Stale)?.number;
        if self.reach.shared.verified.get(&number) == Some(self.tenant) {
            self.remove(|reach| &mut reach.shared.verified, &number);
        }
        if let Some(forwarding) = self.reach.own.forwarding_of.get(id).cloned() {
            self.remove(|reach| &mut reach.own.forwarding_of, id);
            self.remove(|reach| &mut reach.own.forwardings, &forwarding);
        }
        self.remove(|reach| &mut reach.own.caller_id_by_number, &number);
        self.remove(|reach| &mut reach.own.caller_ids, id);
        Ok(())
    }

    pub(super) fn put_forwarding(&mut self, after: Forwarding, before: Option<u64>) -> Outcome {
        let rows = &self.reach.own;
        let line = rows.caller_ids.get(&after.caller_id);
        if !line.is_some_and(|line| line.verification.is_verified()) {
            return Err(Conflict::Dangling);
        }
        check_revision(rows.forwardings.get(&after.id).map(|found| found.revision), before)?;
        if rows.forwarding_of.get(&after.caller_id).is_some_and(|id| *id != after.id) {
            return Err(Conflict::Exists);
        }
        self.put(|reach| &mut reach.own.forwarding_of, after.caller_id.clone(), after.id.clone());
        self.put(|reach| &mut reach.own.forwardings, after.id.clone(), after);
        Ok(())
    }
}
