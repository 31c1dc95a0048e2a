use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::{Result, RuntimePublisher};
use crate::id::TenantId;
use crate::phone::E164;
use crate::port::{MAX_PAGE, Page, Projected, RuntimeProjection};

/// How many differences a report names; it counts them all.
const MAX_NAMED: usize = 100;

/// One entry in which the projection and the ledger differ.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The ledger has it, the projection has not.
    Missing(String),
    /// Both have it, with different content.
    Stale(String),
    /// The projection has it, the ledger has not.
    Orphaned(String),
}

/// What a reconciliation found, and what it did about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// How many entries the ledger says there should be.
    pub expected: u64,
    /// How many differ.
    pub differing: u64,
    /// The first of them, sorted; keys of the contract without their prefix (`did:...`, `cfg:...`).
    pub differences: Vec<Difference>,
    /// How many were brought in line.
    pub repaired: u64,
    /// Orphans were left alone because the ledger is empty: that is what a wrong database looks like.
    pub spared: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Entry {
    Config(String),
    Did(String),
}

impl Entry {
    fn name(&self) -> String {
        match self {
            Self::Config(tenant) => format!("cfg:{tenant}"),
            Self::Did(did) => format!("did:{did}"),
        }
    }
}

type Fingerprint = [u8; 32];

impl RuntimePublisher {
    /// Compares the projection with the ledger and, if asked, brings it in line. `None` without a projection.
    ///
    /// Before anything is repaired the ledger is asked again, so a publish that runs at the same time is not undone.
    ///
    /// # Errors
    /// `runtime_publish_failed`, or the stores'.
    pub async fn reconcile(&self, repair: bool) -> Result<Option<Reconciliation>> {
        let Some(projection) = self.projection.clone() else { return Ok(None) };
        let mut wanted = self.wanted().await?;
        let mut report = Reconciliation { expected: wanted.len() as u64, ..Reconciliation::default() };
        let empty = wanted.is_empty();
        let mut found = Vec::new();
        let mut page = Page::first(MAX_PAGE);
        loop {
            let listed = projection.list(&page).await?;
            for projected in listed.items {
                let (entry, print) = fingerprint(&projected);
                match wanted.remove(&entry) {
                    Some((_, expected)) if expected == print => {}
                    Some((tenant, _)) => {
                        found.push((Difference::Stale(entry.name()), Repair::Project(tenant)));
                    }
                    None => found.push((Difference::Orphaned(entry.name()), Repair::Remove(projected))),
                }
            }
            if listed.next.is_none() {
                break;
            }
            page = page.after(listed.next);
        }
        for (entry, (tenant, _)) in wanted {
            found.push((Difference::Missing(entry.name()), Repair::Project(tenant)));
        }
        report.differing = found.len() as u64;
        report.spared = repair && empty && !found.is_empty();
        if repair && !empty {
            for (_, repair) in &found {
                report.repaired += u64::from(self.repair(projection.as_ref(), repair).await?);
            }
        }
        report.differences = found.into_iter().map(|(difference, _)| difference).collect();
        report.differences.sort();
        report.differences.truncate(MAX_NAMED);
        Ok(Some(report))
    }

    /// Every entry that the ledger wants to see, with its tenant.
    async fn wanted(&self) -> Result<BTreeMap<Entry, (TenantId, Fingerprint)>> {
        let mut wanted = BTreeMap::new();
        let mut page = Page::first(MAX_PAGE);
        loop {
            let listed = self.stores.directory.list_runtime_heads(&page).await?;
            for head in listed.items {
                if let Some(document) = &head.document {
                    let entry = Entry::Config(head.tenant.to_string());
                    wanted.insert(entry, (head.tenant.clone(), hash(document.expose())));
                }
                for did in &head.dids {
                    let entry = Entry::Did(did.to_string());
                    wanted.insert(entry, (head.tenant.clone(), hash(head.tenant.as_str())));
                }
            }
            if listed.next.is_none() {
                return Ok(wanted);
            }
            page = page.after(listed.next);
        }
    }

    async fn repair(&self, projection: &dyn RuntimeProjection, repair: &Repair) -> Result<bool> {
        match repair {
            Repair::Project(tenant) => self.project(tenant, &[]).await.map(|()| true),
            Repair::Remove(entry) if self.is_wanted(entry).await? => Ok(false),
            Repair::Remove(entry) => Ok(projection.remove(entry).await?),
        }
    }

    async fn is_wanted(&self, entry: &Projected) -> Result<bool> {
        match entry {
            Projected::Config { tenant, .. } => match TenantId::parse(tenant) {
                Ok(tenant) => Ok(self.stores.versions.current(&tenant).await?.is_some()),
                Err(_) => Ok(false),
            },
            Projected::Did { did, tenant } => match E164::parse(did) {
                Ok(did) => {
                    let owner = self.stores.runtime.find_tenant(&did).await?;
                    Ok(owner.is_some_and(|owner| owner.as_str() == tenant))
                }
                Err(_) => Ok(false),
            },
        }
    }
}

#[derive(Debug)]
enum Repair {
    Project(TenantId),
    Remove(Projected),
}

fn fingerprint(projected: &Projected) -> (Entry, Fingerprint) {
    match projected {
        Projected::Config { tenant, document } => (Entry::Config(tenant.clone()), hash(document.expose())),
        Projected::Did { did, tenant } => (Entry::Did(did.clone()), hash(tenant)),
    }
}

fn hash(text: &str) -> Fingerprint {
    Sha256::digest(text.as_bytes()).into()
}
