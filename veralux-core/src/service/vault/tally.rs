//! Outcomes that strangers can bring about as often as they like: counted, not noted one by one.

use std::collections::BTreeMap;

use super::opening::Opening;
use crate::credential::Provider;
use crate::id::TenantId;
use crate::time::{HOUR, Instant};

/// Between two events of one tenant, provider and outcome, in microseconds.
const EVERY: i64 = HOUR;
/// Tenants, providers and outcomes that are counted at once.
const MOST: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<(TenantId, Provider, &'static str), Counted>);

#[derive(Debug, Default)]
struct Counted {
    /// The first of those that no event tells of yet, and how many they are.
    first: Option<Opening>,
    times: u64,
    told_at: Option<Instant>,
}

impl Counted {
    fn is_due(&self, now: Instant) -> bool {
        // A clock that was set back keeps nothing from being told.
        self.told_at.is_none_or(|at| !(0..EVERY).contains(&now.micros().saturating_sub(at.micros())))
    }
}

impl Tally {
    /// Counts an outcome.
    pub(super) fn add(&mut self, opening: Opening) {
        let key = (opening.tenant.clone(), opening.provider, opening.outcome);
        if self.0.len() >= MOST && !self.0.contains_key(&key) {
            return;
        }
        let counted = self.0.entry(key).or_default();
        counted.times += 1;
        counted.first.get_or_insert(opening);
    }

    /// What is to be told now, as far as there is room: of each the first at once, what follows together. `all`: without
    /// waiting any longer.
    pub(super) fn take(&mut self, now: Instant, all: bool, room: usize) -> Vec<Opening> {
        let mut told = Vec::new();
        self.0.retain(|_, counted| {
            if told.len() == room || !all && !counted.is_due(now) {
                return true;
            }
            let Some(first) = counted.first.take() else { return false };
            let times = std::mem::take(&mut counted.times);
            counted.told_at = Some(now);
            told.push(Opening { counted: Some((times, first.at)), at: now, ..first });
            true
        });
        told
    }
}
