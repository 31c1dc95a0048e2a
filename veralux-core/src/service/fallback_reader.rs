use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::id::TenantId;
use crate::phone::E164;
use crate::port::{self, Clock, Heard, Notice, Resolved, RuntimeReader};
use crate::secret::Secret;
use crate::time::SECOND;

/// The first reader is well: no moment is this early.
const WELL: i64 = i64::MIN;

/// For how long a [`FallbackReader`] does without its first reader, or doubts it. All spans in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FallbackLimits {
    /// So long a first reader that failed for now is not asked. Then one question tries it, and the others go on without.
    pub pause: i64,
    /// So long what the first knows of a tenant that has been written is asked of the second as well: longer than a
    /// publish takes to reach the first.
    pub doubt: i64,
}

impl Default for FallbackLimits {
    fn default() -> Self {
        Self { pause: SECOND, doubt: 5 * SECOND }
    }
}

/// Two readers as one: a copy that is near (Redis), and behind it the store that it is a copy of (PostgreSQL). What the
/// first fails to answer or does not know, the second is asked.
///
/// Meant to stand behind a [`RuntimeResolver`](super::RuntimeResolver). It keeps no answers itself.
///
/// # What it costs
/// * The first knows the DID: one question to it, none to the second.
/// * It says `None`: one question to each. A copy may have lost what the store holds, so its `None` alone is never an answer.
///   The resolver keeps the `None` of both for [`negative`](super::ResolverLimits::negative): a DID that leads nowhere,
///   however often it rings, is one look-up in that time. DIDs that differ each time are one look-up each, as they are for
///   whoever reads the store alone; ask for a DID only when the request that names it may be believed.
/// * It fails for now: who waits for it then waits as long as its adapter lets it (`RedisSettings::response_timeout`), and
///   for the second. From then on only one question in each [`pause`](FallbackLimits::pause) waits for it. Where a part
///   of it fails ([`TransientHere`](port::Error::TransientHere)), or it holds what cannot be read, it is asked each time.
///
/// # What is written
/// A publish reaches the store first and the copy right behind, so that word of it comes while the copy still holds what was
/// before: a DID that was unmapped would be kept for another [`fresh`](super::ResolverLimits::fresh). So give each
/// [`Heard`] to [`hear`](Self::hear) *before* the resolver's: what the first then knows of that tenant is asked of the second
/// for [`doubt`](FallbackLimits::doubt). Beyond that, and where nothing is heard, what the copy holds is believed: while a
/// publish waits for it, it gives what was before, as it does to any voice runtime that reads it.
#[derive(Debug)]
pub struct FallbackReader {
    first: Arc<dyn RuntimeReader>,
    second: Arc<dyn RuntimeReader>,
    clock: Arc<dyn Clock>,
    limits: FallbackLimits,
    // By the steady clock: from when on the first is tried again.
    away_until: AtomicI64,
    doubted: Mutex<Doubted>,
}

/// Until when whose answers are doubted, by the steady clock.
#[derive(Debug)]
struct Doubted {
    all: i64,
    tenants: BTreeMap<TenantId, i64>,
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = port::Result<Option<T>>> + Send + 'a>>;

impl FallbackReader {
    /// The copy first, then the store that it is a copy of.
    pub fn new(
        first: Arc<dyn RuntimeReader>,
        second: Arc<dyn RuntimeReader>,
        clock: Arc<dyn Clock>,
        limits: FallbackLimits,
    ) -> Self {
        let doubted = Mutex::new(Doubted { all: WELL, tenants: BTreeMap::new() });
        Self { first, second, clock, limits, away_until: AtomicI64::new(WELL), doubted }
    }

    /// Doubts what the first knows of what has been written. Call it before
    /// [`RuntimeResolver::hear`](super::RuntimeResolver::hear), which has the next question asked.
    pub fn hear(&self, heard: &Heard) {
        let now = self.clock.steady();
        let until = now.saturating_add(self.limits.doubt);
        match heard {
            Heard::Written(Notice::Runtime(tenant)) => {
                let mut doubted = self.doubted();
                doubted.tenants.retain(|_, until| now < *until);
                doubted.tenants.insert(tenant.clone(), until);
            }
            // Anything may have been written meanwhile.
            Heard::Hearing => self.doubted().all = until,
            Heard::Written(_) | Heard::Deaf => {}
        }
    }

    async fn ask<'a, T>(
        &'a self,
        question: impl Fn(&'a dyn RuntimeReader) -> Answer<'a, T>,
        tenant_of: impl Fn(&T) -> TenantId,
    ) -> port::Result<Option<T>> {
        let known = match self.ask_first() {
            Some(asked) => self.heed(asked, question(&*self.first).await),
            None => None,
        };
        match known {
            Some(known) if !self.is_doubted(&tenant_of(&known)) => Ok(Some(known)),
            // Old or not, it is better than no answer.
            Some(known) => question(&*self.second).await.or(Ok(Some(known))),
            None => question(&*self.second).await,
        }
    }

    /// Until when the first was away as a question was put to it: not at all, or this question is the one that tries it. None when
    /// it is not to be asked.
    fn ask_first(&self) -> Option<i64> {
        let until = self.away_until.load(Ordering::Relaxed);
        if until == WELL {
            return Some(WELL);
        }
        let now = self.clock.steady();
        let next = now.saturating_add(self.limits.pause);
        (until <= now && self.replace(until, next)).then_some(next)
    }

    /// What the first has found, and how it is. Of an answer that comes late others may know better by now.
    fn heed<T>(&self, asked: i64, answer: port::Result<Option<T>>) -> Option<T> {
        let until = match &answer {
            Err(port::Error::Transient { .. }) => self.clock.steady().saturating_add(self.limits.pause),
            _ => WELL,
        };
        // Mostly it was well before, and its questions need not write to one place.
        if asked != until {
            self.replace(asked, until);
        }
        answer.ok().flatten()
    }

    fn replace(&self, before: i64, until: i64) -> bool {
        self.away_until.compare_exchange(before, until, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    fn is_doubted(&self, tenant: &TenantId) -> bool {
        let now = self.clock.steady();
        let doubted = self.doubted();
        now < doubted.all || doubted.tenants.get(tenant).is_some_and(|until| now < *until)
    }

    fn doubted(&self) -> MutexGuard<'_, Doubted> {
        self.doubted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl RuntimeReader for FallbackReader {
    async fn find_tenant(&self, did: &E164) -> port::Result<Option<TenantId>> {
        self.ask(|reader| reader.find_tenant(did), TenantId::clone).await
    }

    async fn find_config(&self, tenant: &TenantId) -> port::Result<Option<Secret>> {
        self.ask(|reader| reader.find_config(tenant), |_| tenant.clone()).await
    }

    async fn resolve(&self, did: &E164) -> port::Result<Option<Resolved>> {
        self.ask(|reader| reader.resolve(did), |resolved| resolved.tenant.clone()).await
    }
}
