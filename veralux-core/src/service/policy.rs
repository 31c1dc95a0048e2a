use std::sync::Arc;

use serde_json::json;

use super::context::Note;
use super::gate::{author, of_tenant};
use super::{Context, Error, Kind, MessageGate, Outbound, Refusal, Result, Stores};
use crate::id::{MessageId, TenantId, ViolationId};
use crate::party::{NumberClass, NumberStatus};
use crate::phone::E164;
use crate::policy::{ByteSpan, Detector, Finding};
use crate::port::{
    AllowList, Allowed, Body, Change, Commit, FindingRecord, Listed, NumberFilter, Page, Ruling, Violation,
    ViolationAction, ViolationFilter, ViolationStatus,
};

/// Longest reason, in characters.
const MAX_REASON: usize = 500;
/// Most details that a tenant allows, and the longest of them in bytes.
pub const MAX_ALLOWED: usize = 500;
const MAX_ALLOWED_BYTES: usize = 253;

/// Violations and what becomes of them; what a tenant allows.
#[derive(Debug, Clone)]
pub struct PolicyDesk {
    stores: Stores,
    detector: Arc<Detector>,
    gate: MessageGate,
}

impl PolicyDesk {
    /// Over these stores, with the detector and the gate of the live path.
    pub fn new(stores: Stores, detector: Arc<Detector>, gate: MessageGate) -> Self {
        Self { stores, detector, gate }
    }

    /// The tenant's detector for a text of no conversation: what it allows is not found, and national numbers are those of the country
    /// of the number that customers know it by. Where it names none, as if the text were said on its front desk's, or else on any of its own.
    ///
    /// # Errors
    /// The stores'.
    pub async fn detector(&self, tenant: &TenantId) -> Result<Detector> {
        let allowed = self.allow_list(tenant).await?;
        let Some(found) = self.stores.directory.lookup_tenant(tenant).await? else {
            return Ok((*self.detector).clone());
        };
        let own = match found.business_number {
            Some(_) => None,
            None => self.own_number(tenant).await?,
        };
        Ok(of_tenant(&self.detector, &found, &allowed, own.as_ref()))
    }

    /// An active number of the tenant's, the front desk's if there is one.
    async fn own_number(&self, tenant: &TenantId) -> Result<Option<E164>> {
        for class in [Some(NumberClass::FrontDesk), None] {
            let active = NumberFilter { class, status: Some(NumberStatus::Active) };
            let listed = self.stores.numbers.list(tenant, active, &Page::first(1)).await?;
            if let Some(number) = listed.items.into_iter().next() {
                return Ok(Some(number.e164));
            }
        }
        Ok(None)
    }

    /// The violation with this id.
    ///
    /// # Errors
    /// `violation_not_found`, or the stores'.
    pub async fn lookup(&self, tenant: &TenantId, id: &ViolationId) -> Result<Violation> {
        let found = self.stores.policy.lookup(tenant, id).await?;
        Ok(found.ok_or_else(|| Refusal::not_found("violation_not_found", "violation"))?)
    }

    /// A page of violations.
    ///
    /// # Errors
    /// The stores'.
    pub async fn list(
        &self,
        tenant: &TenantId,
        filter: &ViolationFilter,
        page: &Page,
    ) -> Result<Listed<Violation>> {
        Ok(self.stores.policy.list(tenant, filter, page).await?)
    }

    /// Decides about a violation, once: `Acknowledge` for what went out or came in, `RedactAndSend`, `Reject` and
    /// `SendAsIs` for what is held, `Dismiss` for a false alarm that is not held.
    ///
    /// # Errors
    /// `violation_not_found`; `invalid_reason` unless it has 1 to 500 characters; `already_decided`; `not_held` and
    /// `held` when the action does not fit; `not_sent` when the routing rules forbid the draft now; or the stores'.
    pub async fn decide(
        &self,
        context: &Context,
        tenant: &TenantId,
        id: &ViolationId,
        action: ViolationAction,
        reason: &str,
    ) -> Result<Violation> {
        let reason = check_reason(reason)?;
        let violation = self.lookup(tenant, id).await?;
        check_action(&violation, action)?;
        let at = self.stores.now();
        let (message, send) = match self.draft(tenant, &violation, action).await? {
            Some(outbound) => {
                let (message, commit) = self.gate.release(context, tenant, &outbound).await?;
                (Some(message.id), Some(commit))
            }
            None => (violation.message.clone(), None),
        };
        let after = Violation {
            message,
            status: status_after(action),
            ruling: Some(Ruling { by: context.actor_name(), at, action, reason: reason.to_owned() }),
            revision: violation.revision + 1,
            ..violation.clone()
        };
        let note = note(&after, action, reason);
        let mut commit = self.stores.start(tenant, at, context, note)?;
        if let Some(Commit { changes, events, .. }) = send {
            commit.changes.extend(changes);
            commit.events.extend(events);
        }
        let before = Some(violation.revision);
        commit = commit.change(Change::Violation { after: Box::new(after.clone()), before });
        self.stores.ledger.commit(commit).await.map_err(decided_meanwhile)?;
        Ok(after)
    }

    /// What the tenant allows.
    ///
    /// # Errors
    /// The stores'.
    pub async fn allow_list(&self, tenant: &TenantId) -> Result<AllowList> {
        Ok(self.stores.policy.scan_context(tenant, None, "").await?.allowed)
    }

    /// Replaces what the tenant allows. `before` is the revision that was read, 0 where nothing was allowed.
    ///
    /// # Errors
    /// `invalid_allow_list` with every fault, `stale`, or the stores'.
    pub async fn put_allow_list(
        &self,
        context: &Context,
        tenant: &TenantId,
        entries: Vec<Allowed>,
        before: u64,
    ) -> Result<AllowList> {
        check_entries(&entries)?;
        let after = AllowList { entries, revision: before + 1 };
        let payload = json!({ "entries": after.entries.len(), "revision": after.revision });
        let note = Note::new("policy.allow_list_changed", ("tenant", tenant.as_str()), payload);
        let commit = self.stores.start(tenant, self.stores.now(), context, note)?;
        let commit = commit.change(Change::AllowList { after: after.clone(), before });
        self.stores.ledger.commit(commit).await?;
        Ok(after)
    }

    /// What an action sends; nothing for the others. What the tenant allows stays in a text that is redacted.
    async fn draft(
        &self,
        tenant: &TenantId,
        violation: &Violation,
        action: ViolationAction,
    ) -> Result<Option<Outbound>> {
        let Some((draft, thread)) = violation.draft.as_ref().zip(violation.thread.as_ref()) else {
            return Ok(None);
        };
        let body = match action {
            ViolationAction::SendAsIs => draft.clone(),
            ViolationAction::RedactAndSend => {
                let detector = self.gate.detector(tenant, thread).await?;
                Body::new(redact_kept(&detector, draft.as_str(), &violation.findings))
            }
            ViolationAction::Acknowledge | ViolationAction::Reject | ViolationAction::Dismiss => {
                return Ok(None);
            }
        };
        Ok(Some(Outbound { thread: thread.clone(), writer: author(&violation.sender), body }))
    }
}

/// A kept text as those may see it who must not see contact details: what today's detector finds is left out, and what
/// only its thread showed then, the piece of a number.
pub fn redact_kept(detector: &Detector, text: &str, then: &[FindingRecord]) -> String {
    let mut findings = detector.scan(text);
    let apart = |piece: &&FindingRecord| {
        findings.iter().all(|found| found.span.end <= piece.start || piece.end <= found.span.start)
    };
    let pieces = then.iter().filter(|found| found.rule.ends_with(".pieces")).filter(apart);
    let pieces: Vec<Finding> = pieces.map(piece).collect();
    findings.extend(pieces);
    findings.sort_by_key(|found| found.span.start);
    detector.redact(text, &findings)
}

/// A piece as it was found; its value is not kept.
fn piece(record: &FindingRecord) -> Finding {
    Finding {
        kind: record.kind,
        span: ByteSpan { start: record.start, end: record.end },
        value: String::new(),
        rule: "pieces",
        score: record.score,
        severity: record.severity,
    }
}

fn note<'a>(after: &'a Violation, action: ViolationAction, reason: &str) -> Note<'a> {
    let event = match action {
        ViolationAction::Dismiss => "violation.dismissed",
        ViolationAction::SendAsIs => "violation.overridden",
        _ => "violation.resolved",
    };
    let payload = json!({
        "action": action.as_str(), "reason": reason, "threadId": after.thread,
        "messageId": after.message.as_ref().map(MessageId::as_str),
    });
    Note::new(event, ("violation", after.id.as_str()), payload)
}

const fn status_after(action: ViolationAction) -> ViolationStatus {
    match action {
        ViolationAction::Dismiss => ViolationStatus::Dismissed,
        ViolationAction::SendAsIs => ViolationStatus::Overridden,
        ViolationAction::Acknowledge | ViolationAction::RedactAndSend | ViolationAction::Reject => {
            ViolationStatus::Resolved
        }
    }
}

pub(super) fn check_reason(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    if (1..=MAX_REASON).contains(&reason.chars().count()) {
        return Ok(reason);
    }
    Err(Refusal::field("invalid_reason", "reason", format!("must have 1 to {MAX_REASON} characters")).into())
}

fn check_action(violation: &Violation, action: ViolationAction) -> Result<()> {
    if violation.status != ViolationStatus::Open {
        let detail = format!("this violation is already `{}`", violation.status);
        return Err(Refusal::new(Kind::Conflict, "already_decided", detail).into());
    }
    let for_held = matches!(
        action,
        ViolationAction::SendAsIs | ViolationAction::RedactAndSend | ViolationAction::Reject
    );
    match (violation.draft.is_some(), for_held) {
        (true, false) => Err(Refusal::new(
            Kind::Conflict,
            "held",
            "a draft is held: override it, or resolve it by `redact_and_send` or `reject`",
        )
        .into()),
        (false, true) => Err(Refusal::new(
            Kind::Conflict,
            "not_held",
            "nothing is held: resolve it by `acknowledge`, or dismiss it",
        )
        .into()),
        _ => Ok(()),
    }
}

/// Somebody else was faster.
fn decided_meanwhile(error: crate::port::Error) -> Error {
    if error.conflict() == Some(&crate::port::Conflict::Stale) {
        let detail = "somebody else has decided about this violation in the meantime";
        return Refusal::new(Kind::Conflict, "already_decided", detail).into();
    }
    Error::Port(error)
}

fn check_entries(entries: &[Allowed]) -> Result<()> {
    let refuse =
        |path: String, message: String| Err(Refusal::field("invalid_allow_list", &path, message).into());
    if entries.len() > MAX_ALLOWED {
        return refuse("entries".to_owned(), format!("must have at most {MAX_ALLOWED} entries"));
    }
    let fits = |value: &str| (1..=MAX_ALLOWED_BYTES).contains(&value.trim().len());
    match entries.iter().position(|entry| !fits(&entry.value)) {
        Some(at) => {
            refuse(format!("entries[{at}].value"), format!("must have 1 to {MAX_ALLOWED_BYTES} bytes"))
        }
        None => match entries.iter().position(|entry| !Detector::can_allow(entry.kind, &entry.value)) {
            Some(at) => refuse(format!("entries[{at}].value"), "is no detail of its kind".to_owned()),
            None => Ok(()),
        },
    }
}
