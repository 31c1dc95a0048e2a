use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::{Error, Result, RuntimePublisher};
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
    /// The first of them, sorted by kind and key; keys of the contract without their prefix (`did:...`, `cfg:...`).
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
    /// Before anything is repaired the ledger is asked again, and after an orphan was removed once more, so a publish
    /// that runs at the same time is not undone. What is published while the two are compared may show as a difference.
    ///
    /// # Errors
    /// `runtime_publish_failed`, or the stores'. When one tenant's part cannot be repaired the others are all the same,
    /// unless the store is away. What is another installation's is not repaired: nothing is changed there.
    pub async fn reconcile(&self, repair: bool) -> Result<Option<Reconciliation>> {
        let Some(projection) = self.projection.as_deref() else { return Ok(None) };
        if repair {
            projection.claim().await.map_err(Error::NotProjected)?;
        }
        let wanted = self.wanted().await?;
        let found = compare(&wanted, projection).await?;
        let mut report = Reconciliation {
            expected: wanted.len() as u64,
            differing: found.len() as u64,
            ..Reconciliation::default()
        };
        if repair && wanted.is_empty() {
            report.spared = !found.is_empty();
        } else if repair {
            report.repaired = self.repair_all(projection, &found).await?;
        }
        report.differences = found.into_keys().take(MAX_NAMED).collect();
        Ok(Some(report))
    }

    /// Every entry that the ledger wants to see, with its tenant.
    async fn wanted(&self) -> Result<Wanted> {
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

    async fn repair_all(
        &self,
        projection: &dyn RuntimeProjection,
        found: &BTreeMap<Difference, Repair>,
    ) -> Result<u64> {
        let mut repaired = 0;
        let mut tenants: BTreeMap<&TenantId, u64> = BTreeMap::new();
        let mut failed = None;
        for repair in found.values() {
            match repair {
                Repair::Project(tenant) => *tenants.entry(tenant).or_default() += 1,
                Repair::Remove(entry) => {
                    let removed = self.remove_orphan(projection, entry).await;
                    repaired += u64::from(unless_away(removed, &mut failed)?.unwrap_or(false));
                }
            }
        }
        for (tenant, differences) in tenants {
            let projected = self.project(tenant, &[]).await;
            repaired += unless_away(projected, &mut failed)?.map_or(0, |()| differences);
        }
        failed.map_or(Ok(repaired), Err)
    }

    async fn remove_orphan(&self, projection: &dyn RuntimeProjection, entry: &Projected) -> Result<bool> {
        if self.is_wanted(entry).await? || !projection.remove(entry).await? {
            return Ok(false);
        }
        // A publish may have put the same entry in its place between the look and the removal.
        if self.is_wanted(entry).await?
            && let Some(tenant) = owner(entry)
        {
            self.project(&tenant, &[]).await?;
            return Ok(false);
        }
        Ok(true)
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

/// How to bring one entry in line.
#[derive(Debug)]
enum Repair {
    Project(TenantId),
    Remove(Projected),
}

type Wanted = BTreeMap<Entry, (TenantId, Fingerprint)>;

async fn compare(
    wanted: &Wanted,
    projection: &dyn RuntimeProjection,
) -> Result<BTreeMap<Difference, Repair>> {
    let mut found = BTreeMap::new();
    // A listing may show an entry twice.
    let mut seen = BTreeSet::new();
    let mut page = Page::first(MAX_PAGE);
    loop {
        let listed = projection.list(&page).await?;
        for projected in listed.items {
            let (entry, print) = fingerprint(&projected);
            match wanted.get(&entry) {
                Some((_, expected)) if *expected == print => {}
                Some((tenant, _)) => {
                    found.insert(Difference::Stale(entry.name()), Repair::Project(tenant.clone()));
                }
                None => drop(found.insert(Difference::Orphaned(entry.name()), Repair::Remove(projected))),
            }
            seen.insert(entry);
        }
        if listed.next.is_none() {
            break;
        }
        page = page.after(listed.next);
    }
    for (entry, (tenant, _)) in wanted.iter().filter(|(entry, _)| !seen.contains(entry)) {
        found.insert(Difference::Missing(entry.name()), Repair::Project(tenant.clone()));
    }
    Ok(found)
}

/// Keeps the first error for later and goes on, unless it says that a store is away.
fn unless_away<T>(result: Result<T>, failed: &mut Option<Error>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_of_all() => Err(error),
        Err(error) => {
            failed.get_or_insert(error);
            Ok(None)
        }
    }
}

fn owner(entry: &Projected) -> Option<TenantId> {
    let (Projected::Config { tenant, .. } | Projected::Did { tenant, .. }) = entry;
    TenantId::parse(tenant).ok()
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
