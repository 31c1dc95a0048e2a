use serde_json::json;

use super::context::Note;
use super::{Context, Error, Kind, Refusal, Result, Stores};
use crate::id::{OverrideId, StaffId, TenantId, ThreadId, WindowId};
use crate::port::{Change, Conflict, Listed, Override, Page, Window};
use crate::routing::OverrideTarget;
use crate::time::{Instant, Span};

/// Windows of one thread that have not ended, at most.
pub(super) const MAX_OPEN_WINDOWS: u64 = 10_000;
/// Overrides of one thread that have neither ended nor been taken back, at most.
const MAX_OPEN_OVERRIDES: usize = 1000;
/// Longest reason in characters.
const MAX_REASON_CHARS: usize = 500;

/// An assignment window to be made.
#[derive(Debug, Clone)]
pub struct WindowRequest {
    /// Which thread.
    pub thread: ThreadId,
    /// Who serves.
    pub staff: StaffId,
    /// From when on.
    pub starts_at: Instant,
    /// Until when, exclusive.
    pub ends_at: Instant,
}

/// An override to be made.
#[derive(Debug, Clone)]
pub struct OverrideRequest {
    /// Which thread.
    pub thread: ThreadId,
    /// Where its messages shall go.
    pub target: OverrideTarget,
    /// For how long from now on, in microseconds; `None` until it is removed.
    pub lasts: Option<i64>,
    /// Why.
    pub reason: String,
}

/// Assignment windows and overrides.
#[derive(Debug, Clone)]
pub struct Schedule {
    stores: Stores,
}

impl Schedule {
    /// Over these stores.
    pub fn new(stores: Stores) -> Self {
        Self { stores }
    }

    /// A page of windows, of one thread or of all.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_windows(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        page: &Page,
    ) -> Result<Listed<Window>> {
        Ok(self.stores.schedule.list_windows(tenant, thread, page).await?)
    }

    /// A page of overrides, of one thread or of all.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_overrides(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        page: &Page,
    ) -> Result<Listed<Override>> {
        Ok(self.stores.schedule.list_overrides(tenant, thread, page).await?)
    }

    /// Makes an assignment window.
    ///
    /// # Errors
    /// `invalid_span`, `too_many_windows`, `thread_not_found`, or the store's.
    pub async fn add_window(
        &self,
        context: &Context,
        tenant: &TenantId,
        request: WindowRequest,
    ) -> Result<Window> {
        let now = self.stores.now();
        let span = Span::new(request.starts_at, Some(request.ends_at))
            .ok_or_else(|| Refusal::field("invalid_span", "endsAt", "must be later than `startsAt`"))?;
        if self.stores.schedule.count_windows(tenant, &request.thread, now).await? >= MAX_OPEN_WINDOWS {
            let detail = format!("a thread has at most {MAX_OPEN_WINDOWS} windows that have not ended");
            return Err(Refusal::new(Kind::Conflict, "too_many_windows", detail).into());
        }
        let window = Window {
            id: WindowId::generate(now, self.stores.id_bytes()),
            thread: request.thread,
            staff: request.staff,
            span,
            created_at: now,
        };
        let payload = json!({
            "threadId": window.thread, "staffId": window.staff,
            "startsAt": request.starts_at, "endsAt": request.ends_at,
        });
        let note = Note::new("window.created", ("window", window.id.as_str()), payload);
        let commit = self.stores.start(tenant, now, context, note)?.change(Change::Window(window.clone()));
        self.stores.ledger.commit(commit).await.map_err(refuse_dangling)?;
        Ok(window)
    }

    /// Makes an override that begins now.
    ///
    /// # Errors
    /// `invalid_reason`, `invalid_duration`, `thread_not_found`, `too_many_overrides`, or the store's.
    pub async fn add_override(
        &self,
        context: &Context,
        tenant: &TenantId,
        request: OverrideRequest,
    ) -> Result<Override> {
        let now = self.stores.now();
        let reason = request.reason.trim();
        if reason.is_empty() || reason.chars().count() > MAX_REASON_CHARS {
            let message = format!("must have 1 to {MAX_REASON_CHARS} characters");
            return Err(Refusal::field("invalid_reason", "reason", message).into());
        }
        let span = Span::new(now, request.lasts.map(|micros| now.plus(micros)))
            .ok_or_else(|| Refusal::field("invalid_duration", "durationHours", "must be more than 0"))?;
        self.refuse_too_many(tenant, &request.thread, now).await?;
        let made = Override {
            id: OverrideId::generate(now, self.stores.id_bytes()),
            thread: request.thread,
            target: request.target,
            span,
            created_at: now,
            removed_at: None,
            reason: reason.to_owned(),
        };
        let (target, target_id) = target_words(&made.target);
        let payload = json!({
            "threadId": made.thread, "target": target, "targetId": target_id,
            "endsAt": span.end(), "reason": made.reason,
        });
        let note = Note::new("override.created", ("override", made.id.as_str()), payload);
        let commit = self.stores.start(tenant, now, context, note)?.change(Change::Override(made.clone()));
        self.stores.ledger.commit(commit).await.map_err(refuse_dangling)?;
        Ok(made)
    }

    /// A snapshot holds so many overrides and no more; a thread beyond that could not be decided at all.
    async fn refuse_too_many(&self, tenant: &TenantId, thread: &ThreadId, now: Instant) -> Result<()> {
        let conversation = self.stores.conversations.lookup(tenant, thread, now).await?;
        let conversation = conversation.ok_or_else(|| Refusal::not_found("thread_not_found", "thread"))?;
        if conversation.overrides.len() < MAX_OPEN_OVERRIDES {
            return Ok(());
        }
        let detail = format!("a thread has at most {MAX_OPEN_OVERRIDES} overrides at once");
        Err(Refusal::new(Kind::Conflict, "too_many_overrides", detail).into())
    }

    /// Takes an override back from now on.
    ///
    /// # Errors
    /// `override_not_found` when there is none or it was taken back before, or the store's.
    pub async fn remove_override(&self, context: &Context, tenant: &TenantId, id: &OverrideId) -> Result<()> {
        let now = self.stores.now();
        let note = Note::new("override.removed", ("override", id.as_str()), json!({}));
        let change = Change::RemoveOverride { id: id.clone(), at: now };
        let commit = self.stores.start(tenant, now, context, note)?.change(change);
        match self.stores.ledger.commit(commit).await {
            Err(error) if error.conflict() == Some(&Conflict::Stale) => {
                Err(Refusal::not_found("override_not_found", "override").into())
            }
            other => other.map_err(Error::Port),
        }
    }
}

fn target_words(target: &OverrideTarget) -> (&'static str, Option<&str>) {
    match target {
        OverrideTarget::Staff(id) => ("staff", Some(id.as_str())),
        OverrideTarget::OwnerInbox => ("owner_inbox", None),
        OverrideTarget::Customer => ("customer", None),
    }
}

fn refuse_dangling(error: crate::port::Error) -> Error {
    match error.conflict() {
        Some(Conflict::Dangling) => Refusal::not_found("thread_not_found", "thread").into(),
        _ => Error::Port(error),
    }
}
