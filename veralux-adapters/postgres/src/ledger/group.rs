//! Commits of several tenants in one transaction: one wait for the disk, and few connections, for all that were asked for while
//! the group before was under way.
//!
//! A group waits for no other node for long and takes no other way than the usual one: if anything stands in the way of any
//! commit in it, all is taken back and each is made by itself, where it gets the answer that it would have got anyway. Only
//! what a message writes goes into groups, which touches nothing but rows of its own tenant.
//!
//! When commits come close behind each other a group waits a moment for more of them, since a transaction costs the database
//! as much as several commits in it. Who comes alone waits for nobody.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use veralux_core::id::TenantId;
use veralux_core::port::{Change, Commit};

use super::prepared::Prepared;
use super::{event, plan};
use crate::connections::Connections;
use crate::error::Cause;
use crate::query::Done;
use crate::script::Script;
use crate::transaction::{Share, SharedTransaction, Unfinished};

/// Groups under way at the same time: one that writes while another one waits for the disk.
const AT_ONCE: usize = 2;
/// After so long a group has not failed over a lock that it waits for, but over the database.
const LONG: Duration = Duration::from_secs(1);
/// Commits in a group.
const MOST: usize = 32;
/// Commits that come within so long of each other come close behind each other, and how long a group waits for more of them.
const MOMENT: Duration = Duration::from_millis(1);

/// Commits that wait for a group, and tenants of groups under way.
#[derive(Debug)]
pub(crate) struct Groups {
    connections: Connections,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    busy: BTreeSet<TenantId>,
    workers: usize,
    /// Of the next job.
    number: u64,
    pace: Pace,
}

/// How commits come.
#[derive(Default)]
struct Pace {
    last: Option<Instant>,
    /// Whether the last one came close behind another.
    is_close: bool,
}

impl Pace {
    fn note(&mut self, now: Instant) {
        self.is_close = self.last.is_some_and(|last| now.saturating_duration_since(last) < MOMENT);
        self.last = Some(now);
    }
}

struct Job {
    number: u64,
    commit: Prepared,
    answer: oneshot::Sender<Answer>,
}

/// What becomes of a commit that was put into a group.
pub(super) enum Answer {
    Committed,
    /// Nothing was done: it is to be made by itself.
    Alone(Box<Prepared>),
    /// It may have taken effect or not.
    Failed(Cause),
}

/// Whether a commit may go into a group: it writes what a message writes.
pub(super) fn may_join(commit: &Commit) -> bool {
    let of_message = |change: &Change| {
        matches!(
            change,
            Change::Claim(_)
                | Change::Message(_)
                | Change::Decision(_)
                | Change::NumberUsed { .. }
                | Change::ScanMemory { .. }
                | Change::Violation { .. }
        )
    };
    commit.events.len() == 1 && commit.changes.iter().all(of_message)
}

impl Groups {
    pub(crate) fn new(connections: Connections) -> Self {
        Self { connections, state: Mutex::default() }
    }

    /// Puts a commit into the next group.
    pub(super) async fn join(self: &Arc<Self>, commit: Prepared) -> Answer {
        let (answer, mut answered) = oneshot::channel();
        let (number, is_worker_needed) = self.add(commit, answer);
        if is_worker_needed {
            let groups = Arc::clone(self);
            // A task of its own: those who wait for a group are others than the one who began it.
            tokio::spawn(async move {
                loop {
                    if groups.is_worth_waiting() {
                        sleep(MOMENT).await;
                    }
                    let Some(group) = groups.next() else { break };
                    let tenants = group.keys().cloned().collect();
                    let _busy = Busy { state: &groups.state, tenants };
                    settle(&groups.connections, group).await;
                }
            });
        }
        let answer = match timeout(self.connections.settings().patience, &mut answered).await {
            Ok(answer) => answer,
            Err(_) if self.withdraw(number) => return Answer::Failed(Cause::Busy),
            // Its group is under way.
            Err(_) => answered.await,
        };
        answer.unwrap_or(Answer::Failed(Cause::Closed))
    }

    /// Its number, and whether somebody is needed who makes groups.
    fn add(&self, commit: Prepared, answer: oneshot::Sender<Answer>) -> (u64, bool) {
        let mut state = self.state();
        state.pace.note(Instant::now());
        state.number += 1;
        let number = state.number;
        state.waiting.push_back(Job { number, commit, answer });
        let is_worker_needed = state.workers < AT_ONCE;
        state.workers += usize::from(is_worker_needed);
        (number, is_worker_needed)
    }

    /// Takes a commit back that is in no group yet; false when it is.
    fn withdraw(&self, number: u64) -> bool {
        let mut state = self.state();
        let waiting = state.waiting.len();
        state.waiting.retain(|job| job.number != number);
        state.waiting.len() < waiting
    }

    /// Whether more commits are likely to come for the next group, and have room in it.
    fn is_worth_waiting(&self) -> bool {
        let state = self.state();
        state.pace.is_close && (1..MOST).contains(&state.waiting.len())
    }

    /// The next commits of tenants of which none is under way, by tenant and in their order; `None` when there is nothing
    /// to do, and whoever asked is done.
    fn next(&self) -> Option<BTreeMap<TenantId, Vec<Job>>> {
        let mut state = self.state();
        let State { waiting, busy, workers, .. } = &mut *state;
        let mut group = BTreeMap::<TenantId, Vec<Job>>::new();
        let mut taken = 0;
        for job in std::mem::take(waiting) {
            if job.answer.is_closed() {
                // Nobody waits for it any more.
            } else if taken < MOST && !busy.contains(&job.commit.tenant) {
                taken += 1;
                group.entry(job.commit.tenant.clone()).or_default().push(job);
            } else {
                waiting.push_back(job);
            }
        }
        if group.is_empty() {
            // What is left is of tenants that another one has, who asks again.
            *workers -= 1;
            return None;
        }
        busy.extend(group.keys().cloned());
        Some(group)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "State({} waiting, {} under way)", self.waiting.len(), self.workers)
    }
}

/// Tenants of a group under way.
struct Busy<'a> {
    state: &'a Mutex<State>,
    tenants: Vec<TenantId>,
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        let mut state = locked(self.state);
        for tenant in &self.tenants {
            state.busy.remove(tenant);
        }
        // Whoever ends so does not come to say that he is done, and nobody would take his place.
        state.workers -= usize::from(std::thread::panicking());
    }
}

/// Makes a group, and answers everybody.
async fn settle(connections: &Connections, group: BTreeMap<TenantId, Vec<Job>>) {
    let mut result = post(connections, &group).await;
    for job in group.into_values().flatten() {
        let answer = match &mut result {
            Ok(()) => Answer::Committed,
            Err(Unfinished::TakenBack) => Answer::Alone(Box::new(job.commit)),
            // The first one gets it as it is.
            Err(Unfinished::Unknown(cause)) => Answer::Failed(cause.share()),
        };
        // Whoever has stopped waiting has left open what becomes of it.
        let _ = job.answer.send(answer);
    }
}

/// The changes of all in one round trip, the audit events and the end of the transaction in another.
async fn post(connections: &Connections, group: &BTreeMap<TenantId, Vec<Job>>) -> Result<(), Unfinished> {
    let heads: BTreeMap<&TenantId, Script> =
        group.keys().map(|tenant| (tenant, event::head_of(tenant))).collect();
    let first: Vec<Share<'_>> = heads
        .iter()
        .map(|(tenant, head)| {
            let own = group.get(*tenant).into_iter().flatten();
            let changes = own.flat_map(|job| job.commit.plan.queries());
            Share { tenant, queries: head.queries().chain(changes).collect() }
        })
        .collect();
    let began = Instant::now();
    let begun = SharedTransaction::begin(connections, &first).await;
    let (transaction, done) = begun.map_err(|cause| {
        // Whoever has waited so long for the database does not begin to wait anew.
        let in_vain = cause.is_passing() && began.elapsed() >= LONG;
        if in_vain { Unfinished::Unknown(cause) } else { Unfinished::TakenBack }
    })?;
    let Ok(events) = seal_all(group, done) else {
        transaction.cancel().await;
        return Err(Unfinished::TakenBack);
    };
    let last: Vec<Share<'_>> =
        events.iter().map(|(tenant, script)| Share { tenant, queries: script.queries().collect() }).collect();
    transaction.finish(&last).await
}

/// The events of all, if every statement did what it must.
fn seal_all(
    group: &BTreeMap<TenantId, Vec<Job>>,
    done: Vec<Done>,
) -> Result<Vec<(&TenantId, Script)>, Cause> {
    let mut done = done.into_iter();
    let mut sealed = Vec::with_capacity(group.len());
    for (tenant, jobs) in group {
        let mut head = event::head_in(done.next().as_ref())?;
        let mut script = Script::new();
        for (index, Job { commit, .. }) in jobs.iter().enumerate() {
            if !plan::holds(&commit.plan, &mut done) {
                return Err(Cause::Invalid("a commit does not find what it needs"));
            }
            let is_last = index + 1 == jobs.len();
            head = event::seal_into(&mut script, head, tenant, commit.at, &commit.events, is_last)?;
        }
        sealed.push((tenant, script));
    }
    Ok(sealed)
}

#[cfg(test)]
mod tests;
