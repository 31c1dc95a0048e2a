use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;

use super::page::behind;
use crate::id::TenantId;
use crate::phone::E164;
use crate::port::{
    Conflict, Error, Listed, Page, Projected, Publication, Resolved, Result, RuntimeProjection, RuntimeReader,
};
use crate::secret::Secret;

const CONFIG: &str = "cfg:";
const DID: &str = "did:";

/// The voice runtime's copy in memory: for a runtime in the same process, and for tests.
#[derive(Default)]
pub struct MemoryProjection(RwLock<Copied>);

#[derive(Default)]
struct Copied {
    tenants: BTreeMap<TenantId, Held>,
    dids: BTreeMap<E164, Lead>,
    /// The latest sequence that was published for a tenant.
    sequences: BTreeMap<TenantId, u64>,
}

/// What is there for one tenant.
#[derive(Default)]
struct Held {
    document: Option<Arc<Secret>>,
    dids: BTreeSet<E164>,
}

/// Where a DID leads, with that tenant's document, so that a call is answered by one look.
struct Lead {
    tenant: TenantId,
    document: Option<Arc<Secret>>,
}

impl MemoryProjection {
    /// An empty projection.
    pub fn new() -> Self {
        Self::default()
    }

    fn read(&self) -> RwLockReadGuard<'_, Copied> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Copied> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Copied {
    fn check_free(&self, tenant: &TenantId, did: &E164) -> Result<()> {
        match self.dids.get(did) {
            Some(lead) if lead.tenant != *tenant => Err(Conflict::DidTaken(*did).into()),
            _ => Ok(()),
        }
    }

    fn map(&mut self, tenant: &TenantId, did: E164) {
        let held = self.tenants.entry(tenant.clone()).or_default();
        held.dids.insert(did);
        self.dids.insert(did, Lead { tenant: tenant.clone(), document: held.document.clone() });
    }

    fn unmap(&mut self, tenant: &TenantId, did: &E164) -> bool {
        let leads_here = self.dids.get(did).is_some_and(|lead| lead.tenant == *tenant);
        if leads_here {
            self.dids.remove(did);
            if let Some(held) = self.tenants.get_mut(tenant) {
                held.dids.remove(did);
            }
            self.forget_if_empty(tenant);
        }
        leads_here
    }

    fn set_document(&mut self, tenant: &TenantId, document: Option<Arc<Secret>>) {
        let held = self.tenants.entry(tenant.clone()).or_default();
        for did in &held.dids {
            if let Some(lead) = self.dids.get_mut(did) {
                lead.document.clone_from(&document);
            }
        }
        held.document = document;
        self.forget_if_empty(tenant);
    }

    fn forget_if_empty(&mut self, tenant: &TenantId) {
        if self.tenants.get(tenant).is_some_and(|held| held.document.is_none() && held.dids.is_empty()) {
            self.tenants.remove(tenant);
        }
    }

    fn document(&self, tenant: &TenantId) -> Option<&Secret> {
        self.tenants.get(tenant)?.document.as_deref()
    }
}

#[async_trait]
impl RuntimeReader for MemoryProjection {
    async fn find_tenant(&self, did: &E164) -> Result<Option<TenantId>> {
        Ok(self.read().dids.get(did).map(|lead| lead.tenant.clone()))
    }

    async fn find_config(&self, tenant: &TenantId) -> Result<Option<Secret>> {
        Ok(self.read().document(tenant).cloned())
    }

    async fn resolve(&self, did: &E164) -> Result<Option<Resolved>> {
        let copied = self.read();
        let Some(lead) = copied.dids.get(did) else { return Ok(None) };
        let document = lead.document.clone();
        Ok(document.map(|document| Resolved { tenant: lead.tenant.clone(), document }))
    }
}

#[async_trait]
impl RuntimeProjection for MemoryProjection {
    async fn publish(&self, tenant: &TenantId, publication: Publication<'_>) -> Result<()> {
        let mut copied = self.write();
        let latest = copied.sequences.get(tenant).copied().unwrap_or_default();
        if publication.sequence.is_some_and(|sequence| sequence < latest) {
            return Err(Conflict::Stale.into());
        }
        publication.map.iter().try_for_each(|did| copied.check_free(tenant, did))?;
        match publication.sequence {
            Some(sequence) => drop(copied.sequences.insert(tenant.clone(), sequence)),
            None => drop(copied.sequences.remove(tenant)),
        }
        for did in publication.unmap {
            copied.unmap(tenant, did);
        }
        copied.set_document(tenant, Some(Arc::new(publication.document.clone())));
        for did in publication.map {
            copied.map(tenant, *did);
        }
        Ok(())
    }

    async fn map_did(&self, tenant: &TenantId, did: &E164) -> Result<()> {
        let mut copied = self.write();
        copied.check_free(tenant, did)?;
        copied.map(tenant, *did);
        Ok(())
    }

    async fn unmap_did(&self, tenant: &TenantId, did: &E164) -> Result<()> {
        self.write().unmap(tenant, did);
        Ok(())
    }

    /// Nobody else has it.
    async fn claim(&self) -> Result<()> {
        Ok(())
    }

    async fn list(&self, page: &Page) -> Result<Listed<Projected>> {
        let (tenant, did) = parse(page.after.as_deref())?;
        let copied = self.read();
        // Configurations come before DIDs, or behind them when the newest entry comes first.
        let configs = (page.newest_first || did.is_none())
            .then(|| behind(&copied.tenants, tenant.clone(), page.newest_first))
            .into_iter()
            .flatten()
            .filter_map(|(tenant, held)| Some(config_entry(tenant, held.document.as_deref()?)));
        let dids = (!page.newest_first || tenant.is_none())
            .then(|| behind(&copied.dids, did, page.newest_first))
            .into_iter()
            .flatten()
            .map(|(did, lead)| did_entry(did, &lead.tenant));
        let limit = usize::from(page.limit) + 1;
        let items = if page.newest_first {
            dids.chain(configs).take(limit).collect()
        } else {
            configs.chain(dids).take(limit).collect()
        };
        Ok(Listed::from_excess(items, page, key))
    }

    async fn remove(&self, entry: &Projected) -> Result<bool> {
        let mut copied = self.write();
        match entry {
            Projected::Config { tenant, document } => {
                let Ok(tenant) = TenantId::parse(tenant) else { return Ok(false) };
                let stored = copied.document(&tenant);
                let same = stored.is_some_and(|stored| stored.matches(document.expose()));
                if same {
                    copied.set_document(&tenant, None);
                }
                Ok(same)
            }
            Projected::Did { did, tenant } => match (E164::parse(did), TenantId::parse(tenant)) {
                (Ok(did), Ok(tenant)) => Ok(copied.unmap(&tenant, &did)),
                _ => Ok(false),
            },
        }
    }

    async fn ping(&self) -> Result<()> {
        Ok(())
    }

    /// Never another one: it is emptied by nobody.
    async fn incarnation(&self) -> Result<String> {
        Ok(String::new())
    }
}

fn config_entry(tenant: &TenantId, document: &Secret) -> Projected {
    Projected::Config { tenant: tenant.to_string(), document: document.clone() }
}

fn did_entry(did: &E164, tenant: &TenantId) -> Projected {
    Projected::Did { did: did.to_string(), tenant: tenant.to_string() }
}

fn key(projected: &Projected) -> String {
    match projected {
        Projected::Config { tenant, .. } => format!("{CONFIG}{tenant}"),
        Projected::Did { did, .. } => format!("{DID}{did}"),
    }
}

/// The entry that a page's key names.
fn parse(key: Option<&str>) -> Result<(Option<TenantId>, Option<E164>)> {
    let Some(key) = key else { return Ok((None, None)) };
    let tenant = key.strip_prefix(CONFIG).and_then(|text| TenantId::parse(text).ok());
    let did = key.strip_prefix(DID).and_then(|text| E164::parse(text).ok());
    if tenant.is_none() && did.is_none() {
        return Err(Error::Invalid("this list goes on behind an entry"));
    }
    Ok((tenant, did))
}

impl fmt::Debug for MemoryProjection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryProjection")
    }
}
