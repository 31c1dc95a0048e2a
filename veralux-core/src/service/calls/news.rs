//! What providers tell of calls by themselves, and what is done where they never do.

use serde_json::json;

use super::{ATTEMPTS, CallNews, Calls, IncomingCall, LONGEST_CALL, crowded};
use crate::id::TenantId;
use crate::port::{Call, CallState, Change, Conflict, MAX_PAGE, Page};
use crate::service::context::Note;
use crate::service::{Context, Result};
use crate::time::Instant;

/// The outcome of a call whose end nobody told.
const NEVER_ENDED: &str = "never_ended";
/// Longest outcome in bytes.
const MAX_OUTCOME: usize = 64;

impl Calls {
    /// Notes what a provider tells of a call, in any order and as often as it likes: what has ended stays ended. `false`
    /// when there is no such call.
    ///
    /// # Errors
    /// The stores'.
    pub async fn note(
        &self,
        context: &Context,
        tenant: &TenantId,
        provider: &str,
        provider_call: &str,
        news: &CallNews,
    ) -> Result<bool> {
        for _ in 0..ATTEMPTS {
            let Some(call) = self.find(tenant, provider, provider_call).await? else { return Ok(false) };
            let Some((after, event)) = behind(&call, news, self.stores.now()) else { return Ok(true) };
            if self.change(context, tenant, &call, after, event).await? {
                return Ok(true);
            }
        }
        Err(crowded())
    }

    /// As [`note`](Self::note), of a call that need not be known: news may come before the call does, or be all that ever
    /// comes. One that is not known is recorded as they have it, whatever the caps say: it is told of, not asked for. The
    /// call itself, when it comes behind its own end, takes no place any more.
    ///
    /// # Errors
    /// The stores'.
    pub async fn tell(
        &self,
        context: &Context,
        tenant: &TenantId,
        incoming: &IncomingCall,
        news: &CallNews,
    ) -> Result<()> {
        for _ in 0..ATTEMPTS {
            if self.note(context, tenant, incoming.provider, &incoming.provider_call, news).await? {
                return Ok(());
            }
            let now = self.stores.now();
            let fresh = self.record(incoming, CallState::Ringing, None, now);
            // A ringing call always has news in its start or end.
            let Some((call, event)) = behind(&fresh, news, now) else { return Ok(()) };
            let call = Call { revision: 1, ..call };
            let commit = self.told(context, tenant, (event, incoming.found_by), call, now)?;
            match self.stores.ledger.commit(commit).await {
                Ok(()) => return Ok(()),
                Err(error) if error.conflict() == Some(&Conflict::Exists) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(crowded())
    }

    /// Closes a tenant's calls that began longer than [`LONGEST_CALL`] ago and whose end nobody told; how many those were.
    ///
    /// # Errors
    /// The stores'; what was closed until then stays closed.
    pub async fn close_overdue(&self, context: &Context, tenant: &TenantId) -> Result<u64> {
        let (mut closed, mut page) = (0, Page::first(MAX_PAGE));
        let news = CallNews::Ended(NEVER_ENDED.to_owned());
        loop {
            let now = self.stores.now();
            let listed = self.stores.calls.list(tenant, true, &page).await?;
            for call in listed.items.iter().filter(|call| call.started_at < now.plus(-LONGEST_CALL)) {
                let Some((after, event)) = behind(call, &news, now) else { continue };
                // Who came between has told how it stands.
                closed += u64::from(self.change(context, tenant, call, after, event).await?);
            }
            if listed.next.is_none() {
                return Ok(closed);
            }
            page = page.after(listed.next);
        }
    }

    /// Makes a change durable; `false` when somebody else came first.
    async fn change(
        &self,
        context: &Context,
        tenant: &TenantId,
        before: &Call,
        after: Call,
        event: &str,
    ) -> Result<bool> {
        let payload = json!({"provider": after.provider, "outcome": after.outcome});
        let note = Note::new(event, ("call", before.id.as_str()), payload);
        let change = Change::Call { after: Box::new(after), before: Some(before.revision) };
        let commit = self.stores.start(tenant, self.stores.now(), context, note)?.change(change);
        match self.stores.ledger.commit(commit).await {
            Ok(()) => Ok(true),
            Err(error) if error.conflict() == Some(&Conflict::Stale) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// The call behind the news, and the event that tells of it; `None` when they change nothing.
fn behind(call: &Call, news: &CallNews, now: Instant) -> Option<(Call, &'static str)> {
    if !call.state.is_open() {
        return None;
    }
    let after = Call { revision: call.revision + 1, ..call.clone() };
    match news {
        CallNews::Started(stream) => {
            let known = call.state == CallState::Active && (stream.is_none() || *stream == call.stream);
            let stream = stream.clone().or_else(|| call.stream.clone());
            (!known).then_some((Call { state: CallState::Active, stream, ..after }, "call.connected"))
        }
        CallNews::Ended(outcome) => {
            let outcome = Some(bounded(outcome));
            Some((Call { state: CallState::Ended, outcome, ended_at: Some(now), ..after }, "call.ended"))
        }
    }
}

/// As much of a provider's code as is kept. What is no code is not kept at all: a sentence may name people.
fn bounded(outcome: &str) -> String {
    let is_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if outcome.is_empty() || !outcome.chars().all(is_code) {
        return "other".to_owned();
    }
    outcome.chars().take(MAX_OUTCOME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_codes() {
        let long = "call.in-progress.error-".repeat(4);
        for (told, kept) in [
            ("completed", "completed"),
            ("customer-ended-call", "customer-ended-call"),
            ("Ann Smith hung up", "other"),
            ("", "other"),
            ("+1 415", "other"),
            (&long, long.get(..64).unwrap()),
        ] {
            assert_eq!(bounded(told), kept, "{told}");
        }
    }
}
