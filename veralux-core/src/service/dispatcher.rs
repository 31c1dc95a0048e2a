mod dead_letter;
mod job;
mod replay_all;
mod report;
mod send;
mod step;
mod under_way;

pub use replay_all::{DeadLetterFilter, ReplayedAll};
pub use report::{Reported, StatusReport};

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;

use self::step::Step;
use self::under_way::UnderWay;
use super::{Context, Error, Result, Stores, Worker};
use crate::id::{MessageId, TenantId};
use crate::port::{Change, Commit, Conflict, Message, MessageProvider, Thread, Work, WorkKind};
use crate::routing::Ruleset;
use crate::time::Instant;

/// How often a step is made anew when something else of the message came between.
const ATTEMPTS: usize = 8;

/// Sends what waits to be sent, and notes what providers say of it.
///
/// A message is sent once, whatever fails, and never forgotten:
/// * It is scheduled in the commit that stores it, so it waits from the moment at which it is durable.
/// * An attempt is durable *before* the provider is asked. Who finds one whose outcome is not known, after a crash or a lost
///   answer, asks the provider for the message first, and sends only what the provider does not have.
/// * What may succeed later is tried again at most three times ([`plan_retry`](crate::delivery::plan_retry)); then it waits
///   for a person in the dead letters, as does what the provider refuses, and what nobody can tell.
/// * The routing rules are asked once more right before the provider is: a thread may be blocked, a number quarantined or a window
///   over since the message was queued, or since it failed.
/// * Reports are taken in any order, twice, and before our own answer is stored. Each names its attempt, so that a late one
///   of an earlier attempt says nothing of the present one.
/// * What a provider calls a message names one of ours: where two look the same, only one is taken for it.
#[derive(Debug, Clone)]
pub struct Dispatcher {
    stores: Stores,
    ruleset: Arc<Ruleset>,
    providers: Arc<[Arc<dyn MessageProvider>]>,
    public_base_url: Option<String>,
    /// What this process is sending.
    under_way: UnderWay,
}

impl Dispatcher {
    /// Over these stores, under the rules of the live path, with those who send. `public_base_url` is where providers reach this
    /// server, `https://host`; without one they report nothing.
    pub fn new(
        stores: Stores,
        ruleset: Arc<Ruleset>,
        providers: Vec<Arc<dyn MessageProvider>>,
        public_base_url: Option<String>,
    ) -> Self {
        let public_base_url = public_base_url.map(|base| base.trim_end_matches('/').to_owned());
        Self { stores, ruleset, providers: providers.into(), public_base_url, under_way: UnderWay::default() }
    }

    /// The providers that it sends over, by their slugs.
    pub fn slugs(&self) -> BTreeSet<&'static str> {
        self.providers.iter().map(|provider| provider.slug()).collect()
    }

    fn provider(&self, slug: &str) -> Option<&Arc<dyn MessageProvider>> {
        self.providers.iter().find(|provider| provider.slug() == slug)
    }

    /// Makes a step of a message durable, with what follows from it.
    async fn post(
        &self,
        context: &Context,
        tenant: &TenantId,
        (message, thread): (&Message, Option<&Thread>),
        step: Step,
        at: Instant,
    ) -> Result<()> {
        let mut commit = match step.note(&message.id) {
            Some(note) => self.stores.start(tenant, at, context, note)?,
            None => Commit::new(tenant.clone(), at),
        };
        if let Some(thread) = thread.filter(|thread| step.opts_out && !thread.opted_out) {
            let after = Thread { opted_out: true, revision: thread.revision + 1, ..thread.clone() };
            commit = commit.change(Change::Thread { after, before: Some(thread.revision) });
        }
        let work = Change::Work { kind: WorkKind::SendMessage, id: message.id.to_string(), due: step.due };
        let delivery = Change::Delivery {
            message: message.id.clone(),
            provider: step.provider,
            before: step.after.revision - 1,
            after: Box::new(step.after),
        };
        Ok(self.stores.ledger.commit(commit.change(delivery).change(work)).await?)
    }
}

#[async_trait]
impl Worker for Dispatcher {
    fn kind(&self) -> WorkKind {
        WorkKind::SendMessage
    }

    async fn perform(&self, work: &Work) -> Result<()> {
        let tenant = &work.tenant;
        match MessageId::parse(&work.id) {
            Ok(id) => self.send_due(work, &id).await,
            // No service schedules such a thing.
            Err(_) => self.forget(tenant, &work.id).await,
        }
    }
}

/// Whether something else of the message was stored since it was read.
fn is_stale(error: &Error) -> bool {
    conflict(error) == Some(&Conflict::Stale)
}

/// What was in the way of a step.
fn conflict(error: &Error) -> Option<&Conflict> {
    match error {
        Error::Port(error) => error.conflict(),
        _ => None,
    }
}
