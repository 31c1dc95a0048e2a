//! The audit trail of openings.
//!
//! Before a credential is given out that the store was asked for, its event is durable. Those given out of the cache wait
//! for each other for a second at most, so that a warm opening costs no write; when they cannot be written, nothing more is
//! given out. What gave nothing out and strangers can repeat at will is counted (see [`super::tally`]).

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::VaultError;
use super::cache::Via;
use super::opening::Opening;
use super::tally::Tally;
use crate::id::{EventId, TenantId};
use crate::port::{self, Commit, MAX_PAGE, Page};
use crate::service::Stores;
use crate::time::SECOND;

/// Events that may wait, and for how long, in microseconds.
const MOST: usize = 512;
const LONGEST: i64 = SECOND;
/// Events of one tenant in one commit.
const TOGETHER: usize = 256;
/// The outcome of an opening that was not given out because its event could not be written at once.
const UNWRITTEN: &str = "audit_unavailable";

/// An event that is not durable yet, as far as is known.
#[derive(Debug)]
struct Waiting {
    opening: Opening,
    /// From the first attempt to write it on: an attempt that failed may have taken effect.
    id: Option<EventId>,
    /// Whether somebody waits for it to be written before he gives out what was opened.
    awaited: bool,
    written: bool,
}

impl Waiting {
    fn new(opening: Opening, awaited: bool) -> Self {
        Self { opening, id: None, awaited, written: false }
    }
}

#[derive(Debug, Default)]
pub(super) struct Trail {
    waiting: Mutex<Vec<Waiting>>,
    tally: Mutex<Tally>,
}

impl Trail {
    /// Takes an outcome into the trail.
    pub(super) async fn add(&self, stores: &Stores, opening: Opening) -> Result<(), VaultError> {
        let opening = {
            let mut waiting = self.waiting();
            let oldest = waiting.first().map_or(opening.at, |first| first.opening.at);
            let late = !(0..LONGEST).contains(&opening.at.micros().saturating_sub(oldest.micros()));
            if opening.via == Via::Hit && !late && waiting.len() < MOST {
                waiting.push(Waiting::new(opening, false));
                return Ok(());
            }
            opening
        };
        self.write(stores, Some(Waiting::new(opening, true))).await
    }

    /// Takes an outcome into the trail that cannot be written now, such as that the store is away. It is written later;
    /// beyond [`MOST`] of them none is taken.
    pub(super) fn add_later(&self, opening: Opening) {
        let mut waiting = self.waiting();
        if waiting.len() < MOST {
            waiting.push(Waiting::new(opening, false));
        }
    }

    /// Counts an outcome that gave nothing out.
    pub(super) fn count(&self, opening: Opening) {
        self.tally().add(opening);
    }

    /// Writes what waits, and what is counted when its time has come; `all`: before it has. One that is dropped half way
    /// leaves the rest waiting.
    pub(super) async fn flush(&self, stores: &Stores, all: bool) -> Result<(), VaultError> {
        let now = stores.now();
        {
            let mut waiting = self.waiting();
            let counted = self.tally().take(now, all, MOST.saturating_sub(waiting.len()));
            waiting.extend(counted.into_iter().map(|opening| Waiting::new(opening, false)));
        }
        self.write(stores, None).await
    }

    /// Writes `awaited` first, then what waits. Fails with the former's failure; without one, with the first there is.
    async fn write(&self, stores: &Stores, awaited: Option<Waiting>) -> Result<(), VaultError> {
        let tenant = awaited.as_ref().map(|awaited| awaited.opening.tenant.clone());
        let mut taken = Taken { trail: self, waiting: std::mem::take(&mut *self.waiting()) };
        taken.waiting.extend(awaited);
        // A stable sort: of each tenant in the order of events.
        taken.waiting.sort_by(|one, other| {
            let rank = |waiting: &Waiting| tenant.as_ref() != Some(&waiting.opening.tenant);
            (rank(one), &one.opening.tenant).cmp(&(rank(other), &other.opening.tenant))
        });
        let mut failure = None;
        let mut next = 0;
        while let Some(first) = taken.waiting.get(next) {
            let tenant = first.opening.tenant.clone();
            let same = |waiting: &&Waiting| waiting.opening.tenant == tenant;
            let end = next + taken.waiting.iter().skip(next).take_while(same).count().min(TOGETHER);
            let batch = taken.waiting.get_mut(next..end).unwrap_or_default();
            next = end;
            match write(stores, &tenant, batch).await {
                Ok(()) => batch.iter_mut().for_each(|waiting| waiting.written = true),
                // What one tenant's chain does not take, others' may; a store that is away takes nothing.
                Err(error) => {
                    let away =
                        matches!(error, port::Error::Transient { .. } | port::Error::TransientHere { .. });
                    failure.get_or_insert(error);
                    if away {
                        break;
                    }
                }
            }
        }
        match failure {
            Some(error)
                if tenant.is_none()
                    || taken.waiting.iter().any(|waiting| waiting.awaited && !waiting.written) =>
            {
                Err(VaultError::Audit(error))
            }
            _ => Ok(()),
        }
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Events that are being written; those that were not go back.
struct Taken<'a> {
    trail: &'a Trail,
    waiting: Vec<Waiting>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.waiting.retain(|waiting| !waiting.written);
        // Nothing was given out of what was awaited, and the trail says so; nor does it pile up.
        let room = self.waiting.len() <= MOST;
        self.waiting.retain(|waiting| room || !waiting.awaited);
        for waiting in self.waiting.iter_mut().filter(|waiting| waiting.awaited) {
            waiting.awaited = false;
            waiting.opening.outcome = UNWRITTEN;
            waiting.opening.sealed = None;
        }
        // Its room is used again, so that a warm opening seldom allocates.
        let mut waiting = self.trail.waiting();
        if !self.waiting.is_empty() || waiting.capacity() < self.waiting.capacity() {
            self.waiting.append(&mut waiting);
            std::mem::swap(&mut self.waiting, &mut waiting);
        }
    }
}

/// Writes events of one tenant, but those that an attempt before has written.
async fn write(stores: &Stores, tenant: &TenantId, batch: &mut [Waiting]) -> port::Result<()> {
    let written = written(stores, tenant, batch).await?;
    let now = stores.now();
    let mut commit = Commit::new(tenant.clone(), now);
    for Waiting { opening, id, .. } in batch {
        if id.as_ref().is_some_and(|id| written.contains(id)) {
            continue;
        }
        let invalid = port::Error::Invalid("an audit event does not keep to its limits");
        let draft = opening.note().draft(&opening.context).ok_or(invalid)?;
        let id = id.get_or_insert_with(|| EventId::generate(opening.at, stores.id_bytes()));
        commit = commit.event(id.clone(), draft);
    }
    if commit.events.is_empty() { Ok(()) } else { stores.ledger.commit(commit).await }
}

/// Which events of a batch are in the tenant's chain. Only those that were tried before can be.
async fn written(stores: &Stores, tenant: &TenantId, batch: &[Waiting]) -> port::Result<BTreeSet<EventId>> {
    let tried = || batch.iter().filter(|waiting| waiting.id.is_some());
    let mut found = BTreeSet::new();
    let Some(oldest) = tried().map(|waiting| waiting.opening.at).min() else { return Ok(found) };
    let mut page = Page::newest(MAX_PAGE);
    loop {
        let listed = stores.audit.list(tenant, &page).await?;
        let reached = listed.items.last().is_none_or(|event| event.at < oldest);
        let ids = listed.items.into_iter().map(|event| event.id);
        found.extend(ids.filter(|id| tried().any(|waiting| waiting.id.as_ref() == Some(id))));
        if reached || listed.next.is_none() {
            return Ok(found);
        }
        page = page.after(listed.next);
    }
}
