//! Opened credentials, kept for a short while.
//!
//! What a write has replaced or revoked is not given out again once the write has been told here, whatever was being loaded
//! at that moment: a load ends with a guard that the removal of its key has made void, and then begins anew.
//!
//! Those who wait for a load that fails get its error, and do not ask a store one after the other that is away.

use std::any::Any;
use std::future::Future;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use quick_cache::Equivalent;
use quick_cache::sync::Cache;

use super::VaultError;
use crate::credential::Provider;
use crate::id::TenantId;
use crate::port;
use crate::seal::Header;
use crate::time::{Instant, SECOND};

/// How much a vault keeps and for how long. All spans in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultLimits {
    /// Credentials kept at most; the least useful ones make room.
    pub capacity: usize,
    /// So long one is given again without asking the store.
    pub life: i64,
    /// From this age on one caller loads it anew while the others still get the kept one.
    pub renew: i64,
    /// So long "not connected" and the like are given again.
    pub negative: i64,
    /// The life of everything while word of other nodes' writes does not come through.
    pub deaf: i64,
}

impl Default for VaultLimits {
    fn default() -> Self {
        Self {
            capacity: 10_000,
            life: 30 * SECOND,
            renew: 20 * SECOND,
            negative: 2 * SECOND,
            deaf: 2 * SECOND,
        }
    }
}

/// An opened credential.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) generation: u64,
    pub(super) header: Header,
    /// Its body, of the type that its provider has. Its secrets are wiped with the last one who holds it.
    pub(super) body: Arc<dyn Any + Send + Sync>,
    renewing: AtomicBool,
}

impl Kept {
    pub(super) fn new(generation: u64, header: Header, body: Arc<dyn Any + Send + Sync>) -> Self {
        Self { generation, header, body, renewing: AtomicBool::new(false) }
    }
}

/// Why there is nothing to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    NotConnected,
    Disabled,
    NeedsReconnect,
    Quarantined,
}

impl Closed {
    pub(super) const fn error(self, provider: Provider) -> VaultError {
        match self {
            Self::NotConnected => VaultError::NotConnected(provider),
            Self::Disabled => VaultError::Disabled(provider),
            Self::NeedsReconnect => VaultError::NeedsReconnect(provider),
            Self::Quarantined => VaultError::Quarantined(provider),
        }
    }
}

/// What is known of a credential.
#[derive(Debug, Clone)]
pub(super) enum Known {
    Open(Arc<Kept>),
    Closed(Closed),
}

#[derive(Debug, Clone)]
struct Entry {
    /// The error of a load is handed to those who wait for it and gone at once.
    known: Result<Known, Arc<VaultError>>,
    loaded_at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    tenant: TenantId,
    provider: Provider,
}

#[derive(Hash)]
struct KeyRef<'a> {
    tenant: &'a TenantId,
    provider: Provider,
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.provider == key.provider && *self.tenant == key.tenant
    }
}

/// Whether the cache knew, for the audit trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Via {
    Hit,
    Miss,
}

/// How often a load is begun anew because a write came in between.
const LOADS: usize = 8;

#[derive(Debug)]
pub(super) struct OpenCache {
    entries: Cache<Key, Entry>,
    /// What is being loaded anew ahead of its end; given out meanwhile.
    renewed: Cache<Key, Entry>,
    /// Held while an entry moves to `renewed`, and while one is forgotten: never while anything waits.
    moving: Mutex<()>,
    limits: VaultLimits,
    /// The life of entries now.
    life: AtomicI64,
}

impl OpenCache {
    pub(super) fn new(limits: VaultLimits) -> Self {
        // Room for one at least: an entry that finds none would never be given to its loader.
        let capacity = limits.capacity.max(1);
        let (entries, renewed) = (Cache::new(capacity), Cache::new(capacity));
        Self { entries, renewed, moving: Mutex::new(()), limits, life: AtomicI64::new(limits.life) }
    }

    /// What is kept and still good. One caller is told to load it anew, when it will soon end.
    pub(super) fn look(&self, tenant: &TenantId, provider: Provider, now: Instant) -> Option<(Known, bool)> {
        let key = KeyRef { tenant, provider };
        let entry = self.entries.get(&key).or_else(|| self.renewed.get(&key))?;
        if !self.is_live(&entry, now) {
            return None;
        }
        let old = self.age(&entry, now).is_none_or(|age| age >= self.limits.renew.min(self.life()));
        let known = entry.known.ok()?;
        let renew = match &known {
            Known::Open(kept) => old && !kept.renewing.swap(true, Ordering::Relaxed),
            Known::Closed(_) => false,
        };
        Some((known, renew))
    }

    /// What `load` gives. Of many callers at the same time one loads and the others wait for it; an error is not kept.
    /// With `renew`, what is kept outlives a store that is away.
    pub(super) async fn load<F>(
        &self,
        tenant: &TenantId,
        provider: Provider,
        renew: bool,
        now: impl Fn() -> Instant,
        load: impl Fn() -> F,
    ) -> Result<(Known, Via), VaultError>
    where
        F: Future<Output = Result<Known, VaultError>>,
    {
        let key = Key { tenant: tenant.clone(), provider };
        let renewal = renew.then(|| self.set_aside(&key));
        for _ in 0..LOADS {
            let at = now();
            self.entries.remove_if(&key, |entry| !self.is_live(entry, at));
            let guard = match self.entries.get_value_or_guard_async(&key).await {
                Ok(entry) => {
                    return entry.known.map(|known| (known, Via::Hit)).map_err(|error| error.again());
                }
                Err(guard) => guard,
            };
            // As old as its question, however long the store takes.
            let loaded_at = now();
            let (entry, via) = match load().await {
                Err(error) if error.is_passing() && renewal.is_some() => match self.renewed.get(&key) {
                    Some(entry) if self.is_live(&entry, now()) => (entry, Via::Hit),
                    _ => (Entry { known: Err(Arc::new(error)), loaded_at }, Via::Miss),
                },
                loaded => (Entry { known: loaded.map_err(Arc::new), loaded_at }, Via::Miss),
            };
            // Whether this is refused or not: who waits gets it, and had asked before the write that voided it was told.
            if guard.insert(entry.clone()).is_err() {
                continue;
            }
            self.renewed.remove(&key);
            return match entry.known {
                Ok(known) => Ok((known, via)),
                Err(error) => {
                    self.entries.remove_if(&key, |entry| entry.known.is_err());
                    Err(error.again())
                }
            };
        }
        let doing = "reading a credential that changes all the time";
        Err(VaultError::Store(port::Error::Transient { doing, source: None }))
    }

    /// Forgets one, so that the next question goes to the store. A load that is under way begins anew.
    pub(super) fn forget(&self, tenant: &TenantId, provider: Provider) {
        let _moving = self.moving.lock().unwrap_or_else(PoisonError::into_inner);
        let key = KeyRef { tenant, provider };
        self.renewed.remove(&key);
        self.entries.remove(&key);
    }

    /// Forgets everything.
    pub(super) fn forget_all(&self) {
        let _moving = self.moving.lock().unwrap_or_else(PoisonError::into_inner);
        self.renewed.clear();
        self.entries.clear();
    }

    /// Word of other nodes' writes does not come through, or does again: what was kept meanwhile is not trusted.
    pub(super) fn set_deaf(&self, deaf: bool) {
        let life = if deaf { self.limits.deaf } else { self.limits.life };
        self.life.store(life, Ordering::Relaxed);
        self.forget_all();
    }

    /// Forgets one when the guard is dropped: behind a write, whether it was acknowledged, failed or was given up half way.
    pub(super) fn forget_after<'a>(&'a self, tenant: &'a TenantId, provider: Provider) -> Forgetting<'a> {
        Forgetting { cache: self, tenant, provider }
    }

    fn set_aside<'a>(&'a self, key: &'a Key) -> Renewal<'a> {
        let _moving = self.moving.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((key, entry)) = self.entries.remove_if(key, |entry| entry.known.is_ok()) {
            self.renewed.insert(key, entry);
        }
        Renewal { cache: self, key }
    }

    fn life(&self) -> i64 {
        self.life.load(Ordering::Relaxed)
    }

    fn age(&self, entry: &Entry, now: Instant) -> Option<i64> {
        // A clock that was set back makes everything old.
        now.micros().checked_sub(entry.loaded_at.micros()).filter(|age| *age >= 0)
    }

    fn is_live(&self, entry: &Entry, now: Instant) -> bool {
        let life = match entry.known {
            Ok(Known::Open(_)) => self.life(),
            Ok(Known::Closed(_)) => self.limits.negative.min(self.life()),
            Err(_) => 0,
        };
        self.age(entry, now).is_some_and(|age| age < life)
    }
}

/// See [`OpenCache::forget_after`].
pub(super) struct Forgetting<'a> {
    cache: &'a OpenCache,
    tenant: &'a TenantId,
    provider: Provider,
}

impl Drop for Forgetting<'_> {
    fn drop(&mut self) {
        self.cache.forget(self.tenant, self.provider);
    }
}

/// A renewal that is under way. When it came to nothing, the next caller may try.
struct Renewal<'a> {
    cache: &'a OpenCache,
    key: &'a Key,
}

impl Drop for Renewal<'_> {
    fn drop(&mut self) {
        for cache in [&self.cache.entries, &self.cache.renewed] {
            if let Some(Entry { known: Ok(Known::Open(kept)), .. }) = cache.get(self.key) {
                kept.renewing.store(false, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests;
