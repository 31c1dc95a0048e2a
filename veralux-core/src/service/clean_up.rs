use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use serde::Serialize;
use serde_json::json;

use super::context::Note;
use super::{Calls, Context, Result, Stores};
use crate::forwarding::caller_id::Status;
use crate::forwarding::configuration;
use crate::id::TenantId;
use crate::port::{
    Answer, Attempt, CallerId, Change, Conflict, IdempotencyClaim, IdempotencyStore, MAX_PAGE, Page, Scope,
};
use crate::time::{DAY, HOUR, Instant};

/// When in the day (UTC) the clean-up is due, in microseconds behind midnight.
const DUE: i64 = 3 * HOUR;
/// A run that has not answered after so long belonged to a process that died.
const ABANDONED: i64 = HOUR;
/// How long a webhook that belongs to nobody waits for the operator to look at it. It holds what somebody's customer wrote.
const UNCLAIMED_FOR: i64 = 90 * DAY;

/// What a clean-up did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CleanUpReport {
    /// Verifications that were noted as expired.
    pub expired: u64,
    /// Failed and expired ones that were deleted.
    pub deleted: u64,
    /// Calls that were closed because nobody told their end.
    pub closed: u64,
    /// Webhooks that belong to nobody and were forgotten.
    pub forgotten: u64,
}

/// What became of a clean-up that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It was done now.
    Done(CleanUpReport),
    /// It was done before, here or on another node.
    DoneBefore,
    /// Another node is at it; look again, since it may die.
    Elsewhere,
    /// It was told to stop, and left what is not done to the next one who looks.
    Stopped,
}

/// Tidies up behind verifications that came to nothing: notes that pending ones expired, and deletes failed and expired
/// ones a day later, unless an active forwarding configuration hangs on them. It also closes calls whose end nobody told
/// ([`Calls::close_overdue`]), and forgets webhooks that belong to nobody after 90 days. Running it twice does nothing more.
#[derive(Debug, Clone)]
pub struct TelephonyCleanUp {
    stores: Stores,
}

impl TelephonyCleanUp {
    /// Over these stores.
    pub fn new(stores: Stores) -> Self {
        Self { stores }
    }

    /// The day whose clean-up was due last, counted from 1970-01-01; it is due at 03:00 UTC.
    pub fn day_due(now: Instant) -> i64 {
        now.plus(-DUE).micros().div_euclid(DAY)
    }

    /// When the next one is due.
    pub fn next_due(now: Instant) -> Instant {
        Instant::from_micros((Self::day_due(now) + 1) * DAY + DUE)
    }

    /// Cleans up for the day that is due, once over all nodes that share the claims, unless it is told to stop: then another
    /// node can take the day over at once. One that dies keeps it for an hour.
    ///
    /// # Errors
    /// The store's; it is still due then.
    pub async fn run_once(
        &self,
        claims: &dyn IdempotencyStore,
        stopped: impl Future<Output = ()> + Send,
    ) -> Result<Turn> {
        let key = Self::day_due(self.stores.now()).to_string();
        let scope = Scope { owner: "job\ntelephony-cleanup".to_owned(), key };
        let attempt = Attempt::draw(scope, self.stores.random.as_ref());
        let claim = claims.claim(&attempt, &[0; 32], DAY, ABANDONED).await?;
        match claim {
            IdempotencyClaim::Own => {}
            IdempotencyClaim::Running => return Ok(Turn::Elsewhere),
            IdempotencyClaim::Answered(_) | IdempotencyClaim::OtherBody | IdempotencyClaim::Lost => {
                return Ok(Turn::DoneBefore);
            }
        }
        match unless(stopped, self.run(&Context::SYSTEM)).await {
            Some(Ok(report)) => {
                let body = json!(report).to_string().into_bytes();
                let answer = Answer { status: 200, content_type: "application/json".to_owned(), body };
                claims.put(&attempt, &answer).await?;
                Ok(Turn::Done(report))
            }
            Some(Err(error)) => {
                claims.remove(&attempt).await?;
                Err(error)
            }
            None => {
                claims.remove(&attempt).await?;
                Ok(Turn::Stopped)
            }
        }
    }

    /// Cleans up now, tenant by tenant; one that cannot be read keeps nobody behind it waiting.
    ///
    /// # Errors
    /// The store's, the first one; what was done stays done.
    pub async fn run(&self, context: &Context) -> Result<CleanUpReport> {
        let mut report = CleanUpReport::default();
        let mut failed = self.forget_unclaimed(&mut report).await.err();
        let mut page = Page::first(MAX_PAGE);
        loop {
            let tenants = self.stores.directory.list_tenants(&page).await?;
            for tenant in &tenants.items {
                if let Err(error) = self.run_for(context, &tenant.id, &mut report).await {
                    failed = failed.or(Some(error));
                }
            }
            if tenants.next.is_none() {
                return failed.map_or(Ok(report), Err);
            }
            page = page.after(tenants.next);
        }
    }

    async fn forget_unclaimed(&self, report: &mut CleanUpReport) -> Result<()> {
        let before = self.stores.now().plus(-UNCLAIMED_FOR);
        loop {
            match self.stores.unclaimed.forget(before).await? {
                0 => return Ok(()),
                forgotten => report.forgotten += forgotten,
            }
        }
    }

    async fn run_for(&self, context: &Context, tenant: &TenantId, report: &mut CleanUpReport) -> Result<()> {
        report.closed += Calls::new(self.stores.clone()).close_overdue(context, tenant).await?;
        let mut page = Page::first(MAX_PAGE);
        loop {
            let listed = self.stores.caller_ids.list(tenant, false, &page).await?;
            for found in listed.items.into_iter().filter(|found| !found.verification.is_verified()) {
                self.tidy(context, tenant, found, report).await?;
            }
            if listed.next.is_none() {
                return Ok(());
            }
            page = page.after(listed.next);
        }
    }

    async fn tidy(
        &self,
        context: &Context,
        tenant: &TenantId,
        found: CallerId,
        report: &mut CleanUpReport,
    ) -> Result<()> {
        let now = self.stores.now();
        let active = match self.stores.forwardings.find(tenant, &found.id).await? {
            Some(forwarding) => forwarding.status == configuration::Status::Active,
            None => false,
        };
        let before = found.revision;
        let expired = found.verification.expire(now);
        let (event, change, count) = if found.verification.is_disposable(now, active) {
            let change = Change::RemoveCallerId { id: found.id.clone(), before };
            ("caller_id.deleted", change, &mut report.deleted)
        } else if expired != found.verification {
            let after = CallerId { verification: expired, code: None, revision: before + 1, ..found.clone() };
            let change = Change::CallerId { after: Box::new(after), before: Some(before) };
            ("caller_id.expired", change, &mut report.expired)
        } else {
            return Ok(());
        };
        let status: Status = expired.status(now);
        let payload = json!({"number": found.number.masked(), "status": status.as_str()});
        let note = Note::new(event, ("caller_id", found.id.as_str()), payload);
        let commit = self.stores.start(tenant, now, context, note)?.change(change);
        match self.stores.ledger.commit(commit).await {
            Ok(()) => *count += 1,
            // Somebody is at it: a new code went out, or it was removed.
            Err(error) if error.conflict() == Some(&Conflict::Stale) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

/// What comes of it, unless it is stopped before.
async fn unless<T>(stopped: impl Future<Output = ()>, run: impl Future<Output = T>) -> Option<T> {
    let (mut stopped, mut run) = (pin!(stopped), pin!(run));
    poll_fn(|context| match stopped.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => run.as_mut().poll(context).map(Some),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_at_three() {
        for (now, due, next) in [
            ("2026-11-21T02:59:59Z", "2026-11-20", "2026-11-21T03:00:00Z"),
            ("2026-11-21T03:00:00Z", "2026-11-21", "2026-11-22T03:00:00Z"),
            ("2026-11-21T23:59:59Z", "2026-11-21", "2026-11-22T03:00:00Z"),
        ] {
            let now = Instant::parse(now).unwrap();
            let day = Instant::parse(&format!("{due}T00:00:00Z")).unwrap();
            assert_eq!(TelephonyCleanUp::day_due(now), day.micros() / DAY, "{now}");
            assert_eq!(TelephonyCleanUp::next_due(now), Instant::parse(next).unwrap(), "{now}");
        }
    }
}
