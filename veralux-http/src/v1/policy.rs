//! Policy: what the detector finds, what became of it, what a tenant allows.

pub(crate) mod allow_list;
pub(crate) mod dismiss;
pub(crate) mod override_violation;
pub(crate) mod put_allow_list;
pub(crate) mod resolve;
pub(crate) mod scan;
pub(crate) mod violation;
pub(crate) mod violations;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use veralux_core::policy::Kind;
use veralux_core::port::{AllowList, Allowed, Ruling, Violation};

use super::messages::{Eye, FindingView, SenderView};

/// A message with contact details in it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Violation)]
pub(crate) struct ViolationView {
    id: String,
    thread_id: Option<String>,
    /// The message; null while a draft is held, and when it was rejected.
    message_id: Option<String>,
    /// `inbound` or `outbound`.
    #[schema(example = "outbound")]
    direction: &'static str,
    sender: SenderView,
    /// The text of what was held; without contact details where `redacted`.
    draft: Option<String>,
    /// Whether the caller gets the draft redacted.
    redacted: bool,
    findings: Vec<FindingView>,
    #[schema(example = "1.0.0")]
    detector_version: String,
    /// `open`, `resolved`, `dismissed` or `overridden`.
    #[schema(example = "open")]
    status: &'static str,
    #[schema(format = DateTime)]
    created_at: String,
    /// Null while it is open.
    ruling: Option<RulingView>,
}

/// Who decided about a violation, when, and why.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Ruling)]
pub(crate) struct RulingView {
    /// As in the audit trail.
    by: String,
    #[schema(format = DateTime)]
    at: String,
    /// `acknowledge`, `redact_and_send`, `reject`, `dismiss` or `send_as_is`.
    #[schema(example = "reject")]
    action: &'static str,
    reason: String,
}

/// Why something is decided so.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Because {
    /// 1 to 500 characters.
    #[schema(example = "the customer asked for the vet's number")]
    reason: String,
}

/// Contact details that a tenant allows: its own site, its own numbers, brands, public lines.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AllowList)]
pub(crate) struct AllowListView {
    entries: Vec<AllowedView>,
    /// Counts changes; 0 where nothing was ever allowed.
    revision: u64,
}

/// A contact detail that a tenant allows.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Allowed)]
pub(crate) struct AllowedView {
    /// `phone`, `email`, `url` or `social`.
    #[schema(value_type = String, example = "url")]
    kind: Kind,
    /// A number; an e-mail address or the host of many; a host with all below it; a handle.
    #[schema(example = "happypaws.example")]
    value: String,
}

impl From<AllowList> for AllowListView {
    fn from(list: AllowList) -> Self {
        let entries = list.entries.into_iter().map(|Allowed { kind, value }| AllowedView { kind, value });
        Self { entries: entries.collect(), revision: list.revision }
    }
}

impl From<Ruling> for RulingView {
    fn from(ruling: Ruling) -> Self {
        Self {
            by: ruling.by,
            at: ruling.at.to_string(),
            action: ruling.action.as_str(),
            reason: ruling.reason,
        }
    }
}

/// A violation as a caller may see it.
fn view(eye: &Eye<'_>, violation: Violation) -> ViolationView {
    ViolationView {
        id: violation.id.to_string(),
        thread_id: violation.thread.map(|id| id.to_string()),
        message_id: violation.message.map(|id| id.to_string()),
        direction: violation.direction.as_str(),
        draft: violation.draft.map(|draft| eye.text(draft.as_str(), &violation.findings)),
        sender: eye.sender(violation.sender),
        redacted: !eye.sees_all(),
        findings: violation.findings.into_iter().map(|finding| eye.finding(finding)).collect(),
        detector_version: violation.detector_version,
        status: violation.status.as_str(),
        created_at: violation.created_at.to_string(),
        ruling: violation.ruling.map(Into::into),
    }
}
