use std::collections::BTreeMap;
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
    configs: BTreeMap<TenantId, Arc<Secret>>,
    dids: BTreeMap<E164, TenantId>,
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
            Some(holder) if holder != tenant => Err(Conflict::DidTaken(*did).into()),
            _ => Ok(()),
        }
    }

    fn unmap(&mut self, tenant: &TenantId, did: &E164) {
        if self.dids.get(did) == Some(tenant) {
            self.dids.remove(did);
        }
    }
}

#[async_trait]
impl RuntimeReader for MemoryProjection {
    async fn find_tenant(&self, did: &E164) -> Result<Option<TenantId>> {
        Ok(self.read().dids.get(did).cloned())
    }

    async fn find_config(&self, tenant: &TenantId) -> Result<Option<Secret>> {
        Ok(self.read().configs.get(tenant).map(|document| Secret::clone(document)))
    }

    async fn resolve(&self, did: &E164) -> Result<Option<Resolved>> {
        let copied = self.read();
        let Some(tenant) = copied.dids.get(did) else { return Ok(None) };
        let document = copied.configs.get(tenant).cloned();
        Ok(document.map(|document| Resolved { tenant: tenant.clone(), document }))
    }
}

#[async_trait]
impl RuntimeProjection for MemoryProjection {
    async fn publish(&self, tenant: &TenantId, publication: Publication<'_>) -> Result<()> {
        let mut copied = self.write();
        publication.map.iter().try_for_each(|did| copied.check_free(tenant, did))?;
        copied.configs.insert(tenant.clone(), Arc::new(publication.document.clone()));
        for did in publication.unmap {
            copied.unmap(tenant, did);
        }
        copied.dids.extend(publication.map.iter().map(|did| (*did, tenant.clone())));
        Ok(())
    }

    async fn map_did(&self, tenant: &TenantId, did: &E164) -> Result<()> {
        let mut copied = self.write();
        copied.check_free(tenant, did)?;
        copied.dids.insert(*did, tenant.clone());
        Ok(())
    }

    async fn unmap_did(&self, tenant: &TenantId, did: &E164) -> Result<()> {
        self.write().unmap(tenant, did);
        Ok(())
    }

    async fn list(&self, page: &Page) -> Result<Listed<Projected>> {
        let (tenant, did) = parse(page.after.as_deref())?;
        let copied = self.read();
        // Configurations come before DIDs, or behind them when the newest entry comes first.
        let configs = (page.newest_first || did.is_none())
            .then(|| behind(&copied.configs, tenant.clone(), page.newest_first))
            .into_iter()
            .flatten()
            .map(|(tenant, document)| config_entry(tenant, document));
        let dids = (!page.newest_first || tenant.is_none())
            .then(|| behind(&copied.dids, did, page.newest_first))
            .into_iter()
            .flatten()
            .map(|(did, tenant)| did_entry(did, tenant));
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
                let same =
                    copied.configs.get(&tenant).is_some_and(|stored| stored.matches(document.expose()));
                Ok(same && copied.configs.remove(&tenant).is_some())
            }
            Projected::Did { did, tenant } => {
                let Ok(did) = E164::parse(did) else { return Ok(false) };
                let same = copied.dids.get(&did).is_some_and(|holder| holder.as_str() == tenant);
                Ok(same && copied.dids.remove(&did).is_some())
            }
        }
    }

    async fn ping(&self) -> Result<()> {
        Ok(())
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
