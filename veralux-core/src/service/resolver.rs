use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quick_cache::sync::Cache;

use crate::id::TenantId;
use crate::phone::E164;
use crate::port::{self, Clock, Heard, Notice, Resolved, RuntimeReader};
use crate::time::{Instant, MINUTE, SECOND};

/// How much the resolver keeps and for how long. All spans in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResolverLimits {
    /// DIDs kept at most; the least useful ones make room.
    pub capacity: usize,
    /// So long an answer is given again without asking the store: the bound on staleness while the store is well, save for
    /// `lost`.
    pub fresh: i64,
    /// So long an answer is still given while the store does not answer; 0 turns that off.
    pub stale: i64,
    /// So long, from the first time that the store has lost a DID, the answer that was known is still given: a store that was
    /// started empty is filled again within it. A DID that was unmapped is forgotten by its notice ([`RuntimeResolver::hear`]);
    /// where nobody hears those it leads where it led for so long. 0 believes the store at once, as is right over a
    /// [`FallbackReader`](super::FallbackReader), which has asked the store behind it.
    pub lost: i64,
    /// So long "no such DID" is given again.
    pub negative: i64,
    /// So long a store that failed is not asked again for the same DID.
    pub pause: i64,
}

impl Default for ResolverLimits {
    fn default() -> Self {
        Self {
            capacity: 10_000,
            fresh: SECOND,
            stale: 10 * MINUTE,
            lost: 5 * SECOND,
            negative: 2 * SECOND,
            pause: SECOND / 5,
        }
    }
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The store was asked.
    Store,
    /// Kept from an earlier question, within its life.
    Cache,
    /// Kept beyond its life, because the store does not answer, or has lost it.
    Stale,
}

/// DID to tenant to configuration, the question of every call: cached, and answered for numbers seen lately even while
/// the store is away.
///
/// Of many questions for one DID at the same time, one goes to the store and the others wait for its answer.
#[derive(Debug)]
pub struct RuntimeResolver {
    reader: Arc<dyn RuntimeReader>,
    clock: Arc<dyn Clock>,
    limits: ResolverLimits,
    answers: Cache<E164, Entry>,
    // One entry a question that is under way: who comes second waits for the first. Kept apart from the answers, so
    // that a question that is dropped half way takes no earlier answer with it.
    // A question asked after something was forgotten does not join one from before.
    flights: Cache<(E164, u64), Entry>,
    // Counts what was forgotten, so that an answer that was under way meanwhile is not kept. Held while an answer is
    // kept or forgotten, never while anything waits.
    forgotten: Mutex<u64>,
}

/// What is known of a DID.
#[derive(Debug, Clone)]
struct Entry {
    /// The last answer of the store and when it was asked; `None` when it never answered.
    answer: Option<(Option<Resolved>, Instant)>,
    /// When the store failed or had lost the answer, if that was the last thing it did.
    failed_at: Option<Instant>,
    /// When the store was first asked that no longer knew the DID of the answer.
    lost_at: Option<Instant>,
}

impl RuntimeResolver {
    /// Over a reader.
    pub fn new(reader: Arc<dyn RuntimeReader>, clock: Arc<dyn Clock>, limits: ResolverLimits) -> Self {
        let (answers, flights) = (Cache::new(limits.capacity), Cache::new(limits.capacity));
        Self { reader, clock, limits, answers, flights, forgotten: Mutex::new(0) }
    }

    /// The tenant and configuration behind a DID; `None` when it leads nowhere.
    ///
    /// # Errors
    /// The store's, when there is no answer young enough to give instead.
    pub async fn resolve(&self, did: &E164) -> port::Result<(Option<Resolved>, Via)> {
        if let Some(answer) = self.kept(did) {
            return answer;
        }
        let before = *self.forgotten();
        let flight = (*did, before);
        match self.flights.get_value_or_guard_async(&flight).await {
            Ok(entry) => self.answer_of_store(&entry),
            Err(guard) => {
                // Another flight may have landed since the first look.
                if let Some(answer) = self.kept(did) {
                    return answer;
                }
                let (entry, error) = self.ask(did).await;
                self.keep(did, &entry, before);
                // Hands the answer to those who wait; whoever comes later finds it among the answers.
                let _ = guard.insert(entry.clone());
                self.flights.remove(&flight);
                self.answer_of_store(&entry).map_err(|own| error.unwrap_or(own))
            }
        }
    }

    /// Forgets a DID, so that the next question goes to the store. An answer that is under way is not kept.
    pub fn forget(&self, did: &E164) {
        let mut forgotten = self.forgotten();
        *forgotten += 1;
        self.answers.remove(did);
    }

    /// Lets go of what another node has written. While nothing is heard the life of an answer bounds its age, as ever.
    pub fn hear(&self, heard: &Heard) {
        match heard {
            Heard::Written(Notice::Runtime(tenant)) => self.forget_tenant(tenant),
            Heard::Written(_) | Heard::Deaf => {}
            Heard::Hearing => self.forget_all(),
        }
    }

    /// Forgets all DIDs that led to a tenant, and those that led nowhere: they may lead to it now.
    pub fn forget_tenant(&self, tenant: &TenantId) {
        let mut forgotten = self.forgotten();
        *forgotten += 1;
        self.answers.retain(|_, entry| match &entry.answer {
            Some((Some(resolved), _)) => resolved.tenant != *tenant,
            Some((None, _)) | None => false,
        });
    }

    /// Forgets everything.
    pub fn forget_all(&self) {
        let mut forgotten = self.forgotten();
        *forgotten += 1;
        self.answers.clear();
    }

    fn keep(&self, did: &E164, entry: &Entry, before: u64) {
        let forgotten = self.forgotten();
        if *forgotten == before {
            self.answers.insert(*did, entry.clone());
        }
    }

    fn forgotten(&self) -> MutexGuard<'_, u64> {
        self.forgotten.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self, did: &E164) -> Option<port::Result<(Option<Resolved>, Via)>> {
        let entry = self.answers.get(did)?;
        self.usable(&entry, self.clock.now())
    }

    async fn ask(&self, did: &E164) -> (Entry, Option<port::Error>) {
        let known = self.answers.get(did);
        // An answer is as old as its question, however long the store took.
        let asked_at = self.clock.now();
        match self.reader.resolve(did).await {
            Ok(resolved) => {
                let lost = known.filter(|_| resolved.is_none()).and_then(|known| self.lost(known, asked_at));
                let told = Entry { answer: Some((resolved, asked_at)), failed_at: None, lost_at: None };
                (lost.unwrap_or(told), None)
            }
            Err(error) => {
                let (answer, lost_at) = known.map_or((None, None), |known| (known.answer, known.lost_at));
                (Entry { answer, failed_at: Some(self.clock.now()), lost_at }, Some(error))
            }
        }
    }

    /// What is kept of a DID that the store does not know any more: nothing when it never did, or long enough ago.
    fn lost(&self, known: Entry, asked_at: Instant) -> Option<Entry> {
        let Some((Some(_), at)) = &known.answer else { return None };
        let lost_at = known.lost_at.unwrap_or(asked_at);
        let kept =
            is_within(*at, self.limits.stale, asked_at) && is_within(lost_at, self.limits.lost, asked_at);
        kept.then_some(Entry { failed_at: Some(asked_at), lost_at: Some(lost_at), ..known })
    }

    /// What an entry gives without asking, or `None` when the store is to be asked.
    fn usable(&self, entry: &Entry, now: Instant) -> Option<port::Result<(Option<Resolved>, Via)>> {
        if let Some((resolved, at)) = &entry.answer {
            let life = if resolved.is_some() { self.limits.fresh } else { self.limits.negative };
            if is_within(*at, life, now) {
                return Some(Ok((resolved.clone(), Via::Cache)));
            }
        }
        let pausing = entry.failed_at.is_some_and(|at| is_within(at, self.limits.pause, now));
        pausing.then(|| self.answer_without_store(entry, now))
    }

    fn answer_of_store(&self, entry: &Entry) -> port::Result<(Option<Resolved>, Via)> {
        match (&entry.answer, entry.failed_at) {
            (Some((resolved, _)), None) => Ok((resolved.clone(), Via::Store)),
            _ => self.answer_without_store(entry, self.clock.now()),
        }
    }

    fn answer_without_store(&self, entry: &Entry, now: Instant) -> port::Result<(Option<Resolved>, Via)> {
        match &entry.answer {
            Some((Some(resolved), at)) if is_within(*at, self.limits.stale, now) => {
                Ok((Some(resolved.clone()), Via::Stale))
            }
            _ => Err(port::Error::Transient { doing: "resolving a DID", source: None }),
        }
    }
}

/// Whether `now` is less than `span` behind `at`. A clock that was set back makes everything look expired.
fn is_within(at: Instant, span: i64, now: Instant) -> bool {
    let age = now.micros() - at.micros();
    (0..span).contains(&age)
}
