//! From one state of a delivery to the next: what is stored, and what follows from it.

use serde_json::json;

use crate::delivery::{Delivery, Failure, Plan, plan_retry};
use crate::id::MessageId;
use crate::port::{DeliveryRecord, ErrorRecord, ProviderError, ProviderFault, ProviderMessage};
use crate::service::context::Note;
use crate::time::Instant;

/// The codes by which providers say that the recipient has asked for no more messages.
const OPTED_OUT: &[(&str, &str)] = &[("twilio", "21610"), ("telnyx", "40300")];

/// The next state of a delivery.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) after: DeliveryRecord,
    /// What the provider calls the message.
    pub(super) provider: Option<ProviderMessage>,
    /// When it is to be looked after again.
    pub(super) due: Option<Instant>,
    /// The recipient wants no more messages.
    pub(super) opts_out: bool,
    /// Which audit event tells of it, where one does.
    pub(super) event: Option<&'static str>,
}

impl Step {
    fn new(after: DeliveryRecord, provider: Option<ProviderMessage>) -> Self {
        Self { after, provider, due: None, opts_out: false, event: None }
    }

    pub(super) fn note<'a>(&self, message: &'a MessageId) -> Option<Note<'a>> {
        let payload = json!({
            "state": self.after.state.as_str(), "attempts": self.after.attempts,
            "code": self.after.error.as_ref().and_then(|error| error.code.as_deref()),
        });
        self.event.map(|event| Note::new(event, ("message", message.as_str()), payload))
    }
}

/// The record at its next revision.
pub(super) fn next(was: &DeliveryRecord, at: Instant) -> DeliveryRecord {
    DeliveryRecord { updated_at: at, revision: was.revision + 1, ..was.clone() }
}

/// Nothing changes but the revision, so that what was read is known to hold still.
pub(super) fn unchanged(
    was: &DeliveryRecord,
    provider: Option<ProviderMessage>,
    due: Option<Instant>,
) -> Step {
    let after = DeliveryRecord { revision: was.revision + 1, ..was.clone() };
    Step { due, ..Step::new(after, provider) }
}

/// An attempt begins: from here on the message may have been sent.
pub(super) fn begun(
    was: &DeliveryRecord,
    provider: Option<ProviderMessage>,
    at: Instant,
    until: Instant,
) -> Step {
    let after = DeliveryRecord {
        attempts: was.attempts.saturating_add(1),
        attempt_at: was.attempt_at.or(Some(at)),
        ..next(was, at)
    };
    Step { due: Some(until), ..Step::new(after, provider) }
}

/// The provider has the message and says how far it is.
pub(super) fn told(
    was: &DeliveryRecord,
    named: ProviderMessage,
    (state, code): (Delivery, Option<&str>),
    at: Instant,
) -> Step {
    let state = was.state.then(Delivery::Sent).then(state);
    let after = DeliveryRecord { state, attempt_at: None, ..next(was, at) };
    if !state.is_error() {
        let after = DeliveryRecord { error: None, dead_since: None, ..after };
        return Step::new(after, Some(named));
    }
    if state == was.state {
        return Step::new(after, Some(named));
    }
    let opts_out = is_opt_out(&named.provider, code);
    let sentence = match (opts_out, state) {
        (true, _) => "the recipient has asked for no more messages",
        (_, Delivery::Undelivered) => "the provider could not deliver the message to the phone",
        _ => "the provider did not send the message",
    };
    let is_dead = !opts_out && (!was.state.is_error() || was.dead_since.is_some());
    let after = DeliveryRecord {
        error: Some(ErrorRecord::new(code, sentence, None)),
        failed_at: Some(at),
        dead_since: is_dead.then_some(was.dead_since.unwrap_or(at)),
        ..after
    };
    let event = Some(if is_dead { "message.dead_lettered" } else { "message.failed" });
    Step { opts_out, event, ..Step::new(after, Some(named)) }
}

/// The provider did not take the message, or nobody knows. `open` is when the first attempt began whose outcome was not
/// known before this one.
pub(super) fn refused(
    was: &DeliveryRecord,
    provider: Option<ProviderMessage>,
    (error, open): (&ProviderError, Option<Instant>),
    at: Instant,
    random: [u8; 4],
) -> Step {
    let (failure, attempt_at) = match error.fault {
        ProviderFault::RateLimited { wait } => (Failure::Passing { wait }, open),
        ProviderFault::Transient => (Failure::Passing { wait: None }, open),
        ProviderFault::Unsettled => (Failure::Unsettled, was.attempt_at),
        // An answer that makes no sense does not say that nothing was done.
        ProviderFault::Permanent => (Failure::Final, was.attempt_at),
        ProviderFault::Rejected | ProviderFault::NotConnected => (Failure::Final, None),
    };
    let was = DeliveryRecord { attempt_at, ..was.clone() };
    if is_opt_out(error.provider, error.code.as_deref()) {
        return Step { opts_out: true, ..opted_out(&was, provider, Some(error.into()), at) };
    }
    retry_or_bury(&was, provider, error.into(), failure, at, random)
}

/// The provider could not be asked whether it has the message.
pub(super) fn not_looked_up(
    was: &DeliveryRecord,
    provider: Option<ProviderMessage>,
    error: &ProviderError,
    at: Instant,
    random: [u8; 4],
) -> Step {
    let failure = match error.fault {
        ProviderFault::RateLimited { wait } => Failure::Passing { wait },
        ProviderFault::Transient | ProviderFault::Unsettled => Failure::Unsettled,
        ProviderFault::Permanent | ProviderFault::Rejected | ProviderFault::NotConnected => Failure::Final,
    };
    retry_or_bury(was, provider, error.into(), failure, at, random)
}

/// Only a person can tell, or help.
pub(super) fn buried(
    was: &DeliveryRecord,
    provider: Option<ProviderMessage>,
    error: ErrorRecord,
    at: Instant,
) -> Step {
    retry_or_bury(was, provider, error, Failure::Final, at, [0; 4])
}

/// The routing rules do not let it go, and the provider does not have it.
pub(super) fn held_back(
    was: &DeliveryRecord,
    provider: Option<ProviderMessage>,
    error: ErrorRecord,
    at: Instant,
) -> Step {
    buried(&DeliveryRecord { attempt_at: None, ..was.clone() }, provider, error, at)
}

/// What was taken for this message is another one: whether this one was sent since it was queued, nobody can tell.
pub(super) fn doubted(was: &DeliveryRecord, queued_at: Instant, error: ErrorRecord, at: Instant) -> Step {
    let after = DeliveryRecord {
        state: Delivery::Queued,
        attempt_at: Some(queued_at),
        error: Some(error),
        dead_since: Some(at),
        ..next(was, at)
    };
    Step { event: Some("message.dead_lettered"), ..Step::new(after, None) }
}

/// The recipient wants no messages: there is nothing for a person to repeat.
pub(super) fn opted_out(
    was: &DeliveryRecord,
    provider: Option<ProviderMessage>,
    error: Option<ErrorRecord>,
    at: Instant,
) -> Step {
    let ours = || ErrorRecord::new(None, "the recipient has asked for no more messages", None);
    let after = DeliveryRecord {
        state: was.state.then(Delivery::Failed),
        attempt_at: None,
        error: Some(error.unwrap_or_else(ours)),
        failed_at: Some(at),
        ..next(was, at)
    };
    Step { event: Some("message.failed"), ..Step::new(after, provider) }
}

fn retry_or_bury(
    was: &DeliveryRecord,
    provider: Option<ProviderMessage>,
    error: ErrorRecord,
    failure: Failure,
    at: Instant,
    random: [u8; 4],
) -> Step {
    let after = DeliveryRecord { error: Some(error), ..next(was, at) };
    match plan_retry(was.retries, failure, at, random) {
        Plan::At(due) => {
            let after = DeliveryRecord { retries: was.retries.saturating_add(1), ..after };
            Step { due: Some(due), ..Step::new(after, provider) }
        }
        Plan::DeadLetter => {
            // With an attempt open it may have been sent: it has not failed, it is not known.
            let certain = was.attempt_at.is_none();
            let state = if certain { was.state.then(Delivery::Failed) } else { was.state };
            let failed_at = if certain { Some(at) } else { was.failed_at };
            let after = DeliveryRecord { state, failed_at, dead_since: Some(at), ..after };
            Step { event: Some("message.dead_lettered"), ..Step::new(after, provider) }
        }
    }
}

fn is_opt_out(provider: &str, code: Option<&str>) -> bool {
    code.is_some_and(|code| OPTED_OUT.contains(&(provider, code)))
}
