use std::collections::BTreeMap;

use async_trait::async_trait;

use super::MemoryStore;
use super::rows::{Behind, Shared};
use super::write::Writer;
use crate::id::TenantId;
use crate::phone::E164;
use crate::port::{Due, Error, Listed, Page, PendingProjection, ProjectionOutbox, Result};
use crate::time::Instant;

impl Writer<'_> {
    /// What the tenant publishes is changed by this commit.
    pub(super) fn move_on(&mut self) {
        let behind = self.reach.shared.moved_on(self.tenant, self.at);
        self.put(|reach| &mut reach.shared.outbox, self.tenant.clone(), behind);
    }

    /// A DID has left the tenant; behind [`Self::move_on`].
    pub(super) fn note_left(&mut self, did: E164) {
        if let Some(mut behind) = self.reach.shared.outbox.get(self.tenant).cloned() {
            behind.left.insert(did, behind.sequence);
            self.put(|reach| &mut reach.shared.outbox, self.tenant.clone(), behind);
        }
    }
}

impl Shared {
    fn moved_on(&self, tenant: &TenantId, at: Instant) -> Behind {
        match self.outbox.get(tenant) {
            None => Behind { sequence: 1, projected: 0, since: at, left: BTreeMap::new() },
            Some(behind) => {
                let since = if behind.waits() { behind.since } else { at };
                Behind { sequence: behind.sequence + 1, since, ..behind.clone() }
            }
        }
    }
}

impl Behind {
    fn waits(&self) -> bool {
        self.projected < self.sequence
    }
}

#[async_trait]
impl ProjectionOutbox for MemoryStore {
    async fn lookup(&self, tenant: &TenantId) -> Result<Due> {
        let state = self.read();
        let behind = state.shared.outbox.get(tenant);
        Ok(behind.map_or_else(Due::default, |behind| Due {
            sequence: behind.sequence,
            left: behind.left.keys().copied().collect(),
        }))
    }

    async fn list(&self, page: &Page) -> Result<Listed<PendingProjection>> {
        let after = page.after.as_deref().map(parse).transpose()?;
        let state = self.read();
        let mut waiting: Vec<PendingProjection> = state
            .shared
            .outbox
            .iter()
            .filter(|(_, behind)| behind.waits())
            .map(|(tenant, behind)| PendingProjection {
                tenant: tenant.clone(),
                sequence: behind.sequence,
                since: behind.since,
            })
            .filter(|pending| after.as_ref().is_none_or(|after| *after < place(pending)))
            .collect();
        waiting.sort_by_key(place);
        waiting.truncate(usize::from(page.limit) + 1);
        Ok(Listed::from_excess(waiting, page, key))
    }

    async fn count(&self) -> Result<u64> {
        Ok(self.read().shared.outbox.values().filter(|behind| behind.waits()).count() as u64)
    }

    async fn add(&self, tenant: &TenantId, at: Instant) -> Result<()> {
        let mut state = self.write();
        let behind = state.shared.moved_on(tenant, at);
        state.shared.outbox.insert(tenant.clone(), behind);
        Ok(())
    }

    async fn remove(&self, tenant: &TenantId, sequence: u64) -> Result<bool> {
        let mut state = self.write();
        let Some(behind) = state.shared.outbox.get_mut(tenant) else { return Ok(true) };
        behind.projected = behind.projected.max(sequence.min(behind.sequence));
        behind.left.retain(|_, left_at| *left_at > sequence);
        Ok(!behind.waits())
    }
}

fn place(pending: &PendingProjection) -> (i64, TenantId) {
    (pending.since.micros(), pending.tenant.clone())
}

fn key(pending: &PendingProjection) -> String {
    format!("{}.{}", pending.since.micros(), pending.tenant)
}

fn parse(key: &str) -> Result<(i64, TenantId)> {
    let parts = key
        .split_once('.')
        .and_then(|(since, tenant)| Some((since.parse().ok()?, TenantId::parse(tenant).ok()?)));
    parts.ok_or(Error::Invalid("this list goes on behind a tenant that waits"))
}
