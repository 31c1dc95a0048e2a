//! The audit trail of openings.
//!
//! Before a credential is given out that the store was asked for, its event is durable. Those given out of the cache wait
//! for each other for a second at most, so that a warm opening costs no write; when they cannot be written, nothing more is
//! given out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;

use super::VaultError;
use super::cache::Via;
use crate::credential::{Provider, Purpose};
use crate::id::{EventId, TenantId};
use crate::port::{self, Commit};
use crate::seal::Header;
use crate::service::context::Note;
use crate::service::{Context, Stores};
use crate::time::{Instant, SECOND};

/// Events that may wait, and for how long, in microseconds.
const MOST: usize = 512;
const LONGEST: i64 = SECOND;
/// Events of one tenant in one commit.
const TOGETHER: usize = 256;

/// One outcome of an opening.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) id: EventId,
    pub(super) context: Context,
    pub(super) tenant: TenantId,
    pub(super) provider: Provider,
    pub(super) purpose: Purpose,
    /// `opened`, or the code of the error.
    pub(super) outcome: &'static str,
    /// Of what was opened: generation and key ids.
    pub(super) sealed: Option<(u64, Header)>,
    pub(super) via: Via,
    pub(super) at: Instant,
}

impl Opening {
    fn note(&self) -> Note<'_> {
        let payload = json!({
            "provider": self.provider,
            "purpose": self.purpose,
            "outcome": self.outcome,
            "generation": self.sealed.map(|(generation, _)| generation),
            "rootKey": self.sealed.map(|(_, header)| header.root_key),
            "keyVersion": self.sealed.map(|(_, header)| header.key_version),
            "cache": match self.via { Via::Hit => "hit", Via::Miss => "miss" },
            "at": self.at,
        });
        let event = if self.sealed.is_some() { "credential.opened" } else { "credential.refused" };
        Note::new(event, ("credential", self.provider.as_str()), payload)
    }
}

#[derive(Debug, Default)]
pub(super) struct Trail {
    waiting: Mutex<Vec<Opening>>,
}

impl Trail {
    /// Takes an outcome into the trail.
    pub(super) async fn add(&self, stores: &Stores, opening: Opening) -> Result<(), VaultError> {
        // Nothing piles up while the trail cannot be written.
        if self.waiting().len() >= MOST {
            self.flush(stores).await?;
        }
        let (via, now) = (opening.via, opening.at);
        let due = {
            let mut waiting = self.waiting();
            waiting.push(opening);
            let oldest = waiting.first().map_or(now, |first| first.at);
            via == Via::Miss || now.micros() - oldest.micros() >= LONGEST
        };
        if due { self.flush(stores).await } else { Ok(()) }
    }

    /// Writes what waits. One that is dropped half way leaves the rest waiting, and the batch that was under way too: it may
    /// then be in the trail twice, under the same ids.
    pub(super) async fn flush(&self, stores: &Stores) -> Result<(), VaultError> {
        let mut taken = Taken { trail: self, openings: std::mem::take(&mut *self.waiting()) };
        // A stable sort: of each tenant in the order of events.
        taken.openings.sort_by(|one, other| one.tenant.cmp(&other.tenant));
        while let Some(first) = taken.openings.first() {
            let same = taken.openings.iter().take_while(|opening| opening.tenant == first.tenant).count();
            let batch = taken.openings.get(..same.min(TOGETHER)).unwrap_or_default();
            write(stores, batch).await.map_err(VaultError::Audit)?;
            taken.openings.drain(..same.min(TOGETHER));
        }
        Ok(())
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Opening>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Events that are being written; those that were not go back.
struct Taken<'a> {
    trail: &'a Trail,
    openings: Vec<Opening>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if !self.openings.is_empty() {
            let mut waiting = self.trail.waiting();
            self.openings.append(&mut waiting);
            std::mem::swap(&mut self.openings, &mut waiting);
        }
    }
}

/// Writes the events of one tenant.
async fn write(stores: &Stores, openings: &[Opening]) -> port::Result<()> {
    let Some(first) = openings.first() else { return Ok(()) };
    let mut commit = Commit::new(first.tenant.clone(), stores.now());
    for opening in openings {
        let invalid = port::Error::Invalid("an audit event does not keep to its limits");
        let draft = opening.note().draft(&opening.context).ok_or(invalid)?;
        commit = commit.event(opening.id.clone(), draft);
    }
    stores.ledger.commit(commit).await
}
