use std::fmt::{self, Debug};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Body, FindingRecord, Listed, Page, Result, Sender};
use crate::id::{CustomerId, MessageId, TenantId, ThreadId, ViolationId};
use crate::party::{Direction, Role};
use crate::policy::Kind;
use crate::time::Instant;
use crate::word::words;

words! {
    /// Whether somebody has looked at a violation.
    pub enum ViolationStatus {
        /// Nobody has decided yet.
        Open = "open",
        /// It was dealt with.
        Resolved = "resolved",
        /// It was a false alarm.
        Dismissed = "dismissed",
        /// What was held was sent as it is.
        Overridden = "overridden",
    }
}

words! {
    /// What was done about a violation.
    pub enum ViolationAction {
        /// It was taken note of; the message had been delivered.
        Acknowledge = "acknowledge",
        /// The held draft was sent without its contact details.
        RedactAndSend = "redact_and_send",
        /// The held draft was not sent.
        Reject = "reject",
        /// Nothing: it was a false alarm.
        Dismiss = "dismiss",
        /// The held draft was sent as it is.
        SendAsIs = "send_as_is",
    }
}

/// Who decided about a violation, when, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ruling {
    /// Who, as the audit trail names them.
    pub by: String,
    /// When.
    pub at: Instant,
    /// What was done.
    pub action: ViolationAction,
    /// Why.
    pub reason: String,
}

/// A message with contact details in it: delivered and flagged, sent with a warning, or held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Its id.
    pub id: ViolationId,
    /// The thread it was written in, where there is one.
    pub thread: Option<ThreadId>,
    /// The message, once there is one; none while a draft is held, and when it is rejected.
    pub message: Option<MessageId>,
    /// Which way.
    pub direction: Direction,
    /// Who wrote it.
    pub sender: Sender,
    /// The text of what was held; kept after the ruling.
    pub draft: Option<Body>,
    /// What was found.
    pub findings: Vec<FindingRecord>,
    /// Version of the detector that found it.
    pub detector_version: String,
    /// Whether somebody has decided.
    pub status: ViolationStatus,
    /// When it was found.
    pub created_at: Instant,
    /// What was decided; none while it is open.
    pub ruling: Option<Ruling>,
    /// Counts changes, from 1.
    pub revision: u64,
}

/// What the detector remembers of one sender in one thread.
#[derive(Clone, PartialEq, Eq)]
pub struct ScanMemory {
    /// JSON of [`ThreadState`](crate::policy::ThreadState); at most 2 KiB.
    pub state: String,
    /// Counts changes, from 1.
    pub revision: u64,
}

impl ScanMemory {
    /// The sender under whom a customer's messages are remembered.
    pub fn sender(customer: &CustomerId) -> String {
        format!("{}:{customer}", Role::Customer)
    }
}

impl Debug for ScanMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScanMemory({} bytes, revision {})", self.state.len(), self.revision)
    }
}

/// A contact detail that a tenant allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    /// What it is.
    pub kind: Kind,
    /// The number, address, host or handle.
    pub value: String,
}

/// What a tenant allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowList {
    /// In the order in which the tenant wrote them.
    pub entries: Vec<Allowed>,
    /// Counts changes, from 1; 0 where nothing was ever allowed.
    pub revision: u64,
}

/// What a scan of a message needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanContext {
    /// What the tenant allows.
    pub allowed: AllowList,
    /// What is remembered of the sender.
    pub memory: Option<ScanMemory>,
}

/// Which violations a list holds; `None` takes any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ViolationFilter {
    /// Only with this status.
    pub status: Option<ViolationStatus>,
    /// Only of this thread.
    pub thread: Option<ThreadId>,
}

/// A tenant's policy: violations, what is allowed, what is remembered.
#[async_trait]
pub trait PolicyStore: Debug + Send + Sync + 'static {
    /// What a scan needs: the allow-list, and what is remembered of a sender in a thread; both from one moment.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn scan_context(
        &self,
        tenant: &TenantId,
        thread: Option<&ThreadId>,
        sender: &str,
    ) -> Result<ScanContext>;

    /// The violation with this id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup(&self, tenant: &TenantId, id: &ViolationId) -> Result<Option<Violation>>;

    /// A page of violations, by id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(
        &self,
        tenant: &TenantId,
        filter: &ViolationFilter,
        page: &Page,
    ) -> Result<Listed<Violation>>;
}
