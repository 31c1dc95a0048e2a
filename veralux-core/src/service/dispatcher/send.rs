use super::job::{Found, Job};
use super::step::{self, Step};
use super::{ATTEMPTS, Dispatcher, conflict, is_stale};
use crate::id::{MessageId, TenantId};
use crate::port::{
    Change, Commit, Conflict, DeliveryRecord, Error as PortError, ErrorRecord, Message, ProviderError,
    ProviderMessage, SentSms, Thread, Work, WorkKind,
};
use crate::service::gate::Forbidden;
use crate::service::{Context, Error, Result};
use crate::time::{Instant, MINUTE, SECOND};

/// How far a provider's clock may be behind ours, in microseconds.
const CLOCK_SKEW: i64 = MINUTE;
/// An attempt is looked after again when nothing is heard of it, in microseconds.
const ATTEMPT: i64 = 2 * MINUTE;
/// How long after it is noted an attempt may still reach the provider, in microseconds: a sender who comes back later has been stopped,
/// and somebody else may have taken the message over. With the clients' limits behind it, it ends well before [`ATTEMPT`].
const BEGUN: i64 = 30 * SECOND;
/// How long an attempt is left alone by those who look for it, in microseconds: twice as long as a client waits for an answer.
const YOUNG: i64 = 20 * SECOND;
/// When a message that cannot be sent now is looked at again at the latest, in microseconds.
const NOT_NOW: i64 = 15 * MINUTE;

/// What came of an attempt, or of looking for an earlier one.
#[derive(Debug)]
enum Outcome {
    /// The provider has taken the message.
    Taken(SentSms),
    /// It has one that looks like it.
    Found(SentSms),
    /// It does not, or nobody knows. With the instant of an earlier attempt that is still open.
    Refused(ProviderError, Option<Instant>),
    /// It could not be asked about the earlier attempt.
    NotLookedUp(ProviderError),
    /// It has another message of ours that looks the same.
    Unclear,
    /// The routing rules do not let it go.
    Forbidden(Forbidden),
}

/// When an attempt was about to be noted, by the clock that all nodes go by and by one that nobody sets.
struct Begun {
    at: Instant,
    steady: i64,
}

/// What the provider knows of an earlier attempt.
enum Looked {
    Found(SentSms),
    NotTaken,
    Unclear,
}

impl Dispatcher {
    pub(super) async fn send_due(&self, work: &Work, id: &MessageId) -> Result<()> {
        let (tenant, at) = (&work.tenant, self.stores.now());
        let (message, step) = match self.find(tenant, id).await? {
            Found::Job(job) => return self.send(tenant, *job).await,
            Found::Nothing => return self.forget(tenant, id.as_str()).await,
            Found::Settled(message, was) => {
                let step = step::unchanged(&was, message.provider.clone(), None);
                (message, step)
            }
            Found::NotNow => return self.hold(work, at).await,
            Found::Unsendable(message, was, error) => {
                let step = step::buried(&was, message.provider.clone(), error, at);
                (message, step)
            }
        };
        match self.post(&Context::SYSTEM, tenant, (&message, None), step, at).await {
            // Somebody has done something about it; if there is more to do, the work comes back.
            Err(error) if is_stale(&error) => Ok(()),
            outcome => outcome,
        }
    }

    /// Leaves work until whatever stands in its way has ended: a tenant who is resumed wakes it.
    async fn hold(&self, work: &Work, at: Instant) -> Result<()> {
        let Work { tenant, kind, id, until } = work.clone();
        let held = Change::WorkHeld { kind, id, until, due: at.plus(NOT_NOW) };
        Ok(self.stores.ledger.commit(Commit::new(tenant, at).change(held)).await?)
    }

    /// Removes work that is about nothing.
    pub(super) async fn forget(&self, tenant: &TenantId, id: &str) -> Result<()> {
        let work = Change::Work { kind: WorkKind::SendMessage, id: id.to_owned(), due: None };
        let commit = Commit::new(tenant.clone(), self.stores.now()).change(work);
        Ok(self.stores.ledger.commit(commit).await?)
    }

    async fn send(&self, tenant: &TenantId, mut job: Job) -> Result<()> {
        let Some(provider) = self.provider(&job.provider) else { return Ok(()) };
        let Some(_hold) = self.under_way.hold(tenant, &job.message.id) else { return Ok(()) };
        let open = job.delivery.attempt_at;
        if let Some(since) = open {
            if self.stores.now() < since.plus(YOUNG) {
                return self.leave(tenant, &job, since.plus(YOUNG)).await;
            }
            match self.look(tenant, &job, since).await? {
                Ok(Looked::NotTaken) => {}
                Ok(Looked::Found(sent)) => return self.settle(tenant, &job, Outcome::Found(sent)).await,
                Ok(Looked::Unclear) => return self.settle(tenant, &job, Outcome::Unclear).await,
                Err(error) => return self.settle(tenant, &job, Outcome::NotLookedUp(error)).await,
            }
        }
        if let Some(forbidden) = job.forbidden.take() {
            return self.settle(tenant, &job, Outcome::Forbidden(forbidden)).await;
        }
        let begun = Begun { at: self.stores.now(), steady: self.stores.clock.steady() };
        if !self.begin(tenant, &mut job).await? {
            return Ok(());
        }
        if self.is_late(&begun) {
            return Ok(());
        }
        job.sms.status_url = self.status_url(tenant, &job, job.delivery.attempts);
        let outcome = match provider.send(tenant, &job.sms).await {
            Ok(sent) => Outcome::Taken(sent),
            Err(error) => Outcome::Refused(error, open),
        };
        self.settle(tenant, &job, outcome).await
    }

    /// Whether this process was stopped behind noting an attempt, or in it: somebody else may be at the message by now.
    fn is_late(&self, begun: &Begun) -> bool {
        let passed = self.stores.clock.steady().saturating_sub(begun.steady);
        passed >= BEGUN || begun.at.plus(BEGUN) <= self.stores.now()
    }

    /// Leaves an attempt to who makes it, until then.
    async fn leave(&self, tenant: &TenantId, job: &Job, until: Instant) -> Result<()> {
        let step = step::unchanged(&job.delivery, job.message.provider.clone(), Some(until));
        match self.post(&Context::SYSTEM, tenant, (&job.message, None), step, self.stores.now()).await {
            Err(error) if is_stale(&error) => Ok(()),
            outcome => outcome,
        }
    }

    /// Asks the provider for the message of an attempt whose outcome is not known. The inner error is the provider's.
    async fn look(
        &self,
        tenant: &TenantId,
        job: &Job,
        since: Instant,
    ) -> Result<std::result::Result<Looked, ProviderError>> {
        let Some(provider) = self.provider(&job.provider) else { return Ok(Ok(Looked::Unclear)) };
        let found = match provider.find(tenant, &job.sms, since.plus(-CLOCK_SKEW)).await {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(Ok(Looked::NotTaken)),
            Err(error) => return Ok(Err(error)),
        };
        // A provider that does not know our ids finds messages by numbers and text: it may be another one of ours.
        let other = self.stores.messages.find_by_provider(tenant, &job.provider, &found.id).await?;
        Ok(Ok(match other.filter(|other| other.id != job.message.id) {
            None if job.message.provider.as_ref().is_some_and(|named| named.id == found.id) => {
                Looked::NotTaken
            }
            None => Looked::Found(found),
            Some(other) if is_older(&other, since) => Looked::NotTaken,
            Some(_) => Looked::Unclear,
        }))
    }

    /// Notes that an attempt begins. `false` when somebody else has come between.
    async fn begin(&self, tenant: &TenantId, job: &mut Job) -> Result<bool> {
        let at = self.stores.now();
        let step = step::begun(&job.delivery, job.message.provider.clone(), at, at.plus(ATTEMPT));
        let after = step.after.clone();
        match self.post(&Context::SYSTEM, tenant, (&job.message, None), step, at).await {
            Ok(()) => {
                job.delivery = after;
                Ok(true)
            }
            Err(error) if is_stale(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Stores what came of an attempt, unless a report or another node has told it already.
    async fn settle(&self, tenant: &TenantId, job: &Job, mut outcome: Outcome) -> Result<()> {
        let mut message = job.message.clone();
        let (mut was, mut thread) = (job.delivery.clone(), job.thread.clone());
        for _ in 0..ATTEMPTS {
            let at = self.stores.now();
            let step = self.step(&message, &was, &job.provider, &outcome, at);
            let posted = self.post(&Context::SYSTEM, tenant, (&message, thread.as_ref()), step, at).await;
            match posted.as_ref().err().and_then(conflict) {
                Some(Conflict::Stale) => {}
                // Known meanwhile to be another one, or taken for one.
                Some(Conflict::ProviderIdTaken) => match &outcome {
                    Outcome::Taken(sent) => {
                        self.take_back(tenant, &message, &named(&job.provider, &sent.id)).await?;
                    }
                    _ => outcome = Outcome::Unclear,
                },
                _ => return posted,
            }
            let Some((found, delivery)) = self.read(tenant, &message.id).await? else { return Ok(()) };
            if delivery.attempts != job.delivery.attempts || delivery.attempt_at != job.delivery.attempt_at {
                return Ok(());
            }
            (message, was) = (found, delivery);
            thread = match thread {
                Some(thread) => Some(self.thread(tenant, thread).await?),
                None => None,
            };
        }
        Err(Error::Port(PortError::Transient { doing: "storing what came of a message", source: None }))
    }

    fn step(
        &self,
        message: &Message,
        was: &DeliveryRecord,
        slug: &str,
        outcome: &Outcome,
        at: Instant,
    ) -> Step {
        let known = message.provider.clone();
        let random = self.stores.random.bytes();
        match outcome {
            Outcome::Taken(sent) | Outcome::Found(sent) => {
                step::told(was, named(slug, &sent.id), (sent.state, sent.code.as_deref()), at)
            }
            Outcome::Refused(error, open) => step::refused(was, known, (error, *open), at, random),
            Outcome::NotLookedUp(error) => step::not_looked_up(was, known, error, at, random),
            Outcome::Forbidden(forbidden) if forbidden.opted_out => step::opted_out(was, known, None, at),
            Outcome::Forbidden(forbidden) => step::held_back(was, known, forbidden.record(), at),
            Outcome::Unclear => step::buried(was, known, unclear(), at),
        }
    }

    /// A message of the provider's is known to be this one of ours, and another one has its name. One that looks the same was taken
    /// for it, because its own answer was lost: of that one nobody can tell. To any other the provider gave the same name before.
    pub(super) async fn take_back(
        &self,
        tenant: &TenantId,
        message: &Message,
        named: &ProviderMessage,
    ) -> Result<()> {
        let found = self.stores.messages.find_by_provider(tenant, &named.provider, &named.id).await?;
        let Some(other) = found.filter(|other| other.id != message.id) else { return Ok(()) };
        let Some(was) = other.delivery.as_ref() else { return Ok(()) };
        let at = self.stores.now();
        let posted = if looks_the_same(&other, message) {
            let step = step::doubted(was, other.received_at, unclear(), at);
            self.post(&Context::SYSTEM, tenant, (&other, None), step, at).await
        } else {
            let after = Box::new(step::next(was, at));
            let unnamed =
                Change::Delivery { message: other.id.clone(), provider: None, after, before: was.revision };
            let commit = Commit::new(tenant.clone(), at).change(unnamed);
            self.stores.ledger.commit(commit).await.map_err(Error::from)
        };
        match posted {
            // Whoever asks sees whether the name is free.
            Err(error) if is_stale(&error) => Ok(()),
            posted => posted,
        }
    }

    /// The thread as it is now.
    pub(super) async fn thread(&self, tenant: &TenantId, was: Thread) -> Result<Thread> {
        Ok(self.stores.threads.lookup(tenant, &was.id).await?.unwrap_or(was))
    }
}

fn named(provider: &str, id: &str) -> ProviderMessage {
    ProviderMessage { provider: provider.to_owned(), id: id.to_owned() }
}

fn unclear() -> ErrorRecord {
    let sentence = "an answer was lost, and the provider has another message with the same text to the same number: look \
                    there whether this one was sent";
    ErrorRecord::new(None, sentence, None)
}

fn looks_the_same(other: &Message, message: &Message) -> bool {
    other.thread == message.thread && other.body == message.body
}

/// Whether all that is known of a message was known before an instant.
fn is_older(message: &Message, since: Instant) -> bool {
    message
        .delivery
        .as_ref()
        .is_some_and(|delivery| delivery.updated_at < since && delivery.attempt_at.is_none())
}
