use super::MessageGate;
use crate::id::{ThreadId, ViolationId};
use crate::phone::E164;
use crate::policy::{DETECTOR_VERSION, Detector, Finding, Kind, Region, Severity, ThreadState};
use crate::port::{
    AllowList, Body, Change, Conversation, FindingRecord, Message, ScanContext, ScanMemory, Tenant,
    Violation, ViolationStatus,
};
use crate::routing;
use crate::time::Instant;

/// What was found in a message, and what is to be remembered of it.
pub(in crate::service) struct Scan {
    pub(in crate::service) findings: Vec<Finding>,
    pub(super) remember: Option<Change>,
}

impl Scan {
    pub(super) fn records(&self) -> Vec<FindingRecord> {
        self.findings.iter().map(finding_record).collect()
    }
}

impl MessageGate {
    /// Scans a message as the tenant's detector does, together with the sender's last messages in the thread: `context` is
    /// what the store remembers under this sender's [`name`].
    pub(super) fn scan(
        &self,
        conversation: &Conversation,
        thread: Option<&ThreadId>,
        sender: String,
        context: &ScanContext,
        text: &str,
    ) -> Scan {
        let ScanContext { allowed, memory } = context;
        let Some(thread) = thread else {
            let findings = self.look(conversation, allowed, |detector| (detector.scan(text), ())).0;
            return Scan { findings, remember: None };
        };
        let before = memory.as_ref().map(|memory| memory.state.as_str());
        let revision = memory.as_ref().map_or(0, |memory| memory.revision);
        // What another version wrote is forgotten.
        let known = before.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        let known: ThreadState = known;
        let (findings, state) = self.look(conversation, allowed, |detector| {
            let mut state = known.clone();
            (detector.scan_thread(&mut state, text), state)
        });
        let after = serde_json::to_string(&state).unwrap_or_default();
        let moved = before != Some(after.as_str()) && !(before.is_none() && state.is_empty());
        let remember = moved.then(|| Change::ScanMemory {
            thread: thread.clone(),
            sender,
            after: ScanMemory { state: after, revision: revision + 1 },
            before: before.is_some().then_some(revision),
        });
        Scan { findings, remember }
    }

    /// Scans as the tenant's detector does.
    ///
    /// What is allowed only takes findings away, so it is read where there are any: most messages have none, a scan of one takes
    /// 300 ns, and each entry of a list as long to read. Nothing is kept for the next message that could be outdated then.
    fn look<T>(
        &self,
        conversation: &Conversation,
        allowed: &AllowList,
        scan: impl Fn(&Detector) -> (Vec<Finding>, T),
    ) -> (Vec<Finding>, T) {
        let seen = scan(&self.detector);
        if seen.0.is_empty() { seen } else { scan(&in_conversation(&self.detector, conversation, allowed)) }
    }

    /// The violation that a message is, if it is one; `draft` is the text of what is held.
    pub(super) fn violation_in(&self, message: &Message, draft: Option<Body>, at: Instant) -> Option<Change> {
        let counts = message.findings.iter().filter(|found| found.severity == Severity::Identifier);
        if counts.count() == 0 {
            return None;
        }
        let after = Violation {
            id: ViolationId::generate(at, self.stores.id_bytes()),
            thread: message.thread.clone(),
            message: draft.is_none().then(|| message.id.clone()),
            direction: message.direction,
            sender: message.sender.clone(),
            draft,
            findings: message.findings.clone(),
            detector_version: DETECTOR_VERSION.to_owned(),
            status: ViolationStatus::Open,
            created_at: at,
            ruling: None,
            revision: 1,
        };
        Some(Change::Violation { after: Box::new(after), before: None })
    }
}

/// Under which name the detector remembers a sender; a customer's is [`ScanMemory::sender`].
pub(super) fn name(sender: &routing::Sender) -> String {
    let id = sender.id.as_ref().map(routing::SenderId::as_str).unwrap_or_default();
    format!("{}:{id}", sender.role)
}

/// The tenant's detector for what is said in a conversation.
pub(in crate::service) fn in_conversation(
    detector: &Detector,
    conversation: &Conversation,
    allowed: &AllowList,
) -> Detector {
    let own = conversation.number.as_ref().map(|number| &number.e164);
    of_tenant(detector, &conversation.tenant, allowed, own)
}

/// A detector that knows what a tenant allows, its list and its own number, and where it is: national numbers are those of the
/// country of that number, or else of the one that customers know the tenant by.
pub(in crate::service) fn of_tenant(
    detector: &Detector,
    tenant: &Tenant,
    allowed: &AllowList,
    own: Option<&E164>,
) -> Detector {
    let mut detector = detector.clone();
    if let Some(region) = own.or(tenant.business_number.as_ref()).and_then(Region::of) {
        detector = detector.in_region(region);
    }
    let listed = allowed.entries.iter().map(|entry| (entry.kind, entry.value.as_str()));
    let own = own.map(|number| (Kind::Phone, number.as_str()));
    listed.chain(own).fold(detector, |detector, (kind, value)| detector.allow(kind, value))
}

fn finding_record(finding: &Finding) -> FindingRecord {
    FindingRecord {
        kind: finding.kind,
        start: finding.span.start,
        end: finding.span.end,
        rule: finding.rule.to_owned(),
        score: finding.score,
        severity: finding.severity,
    }
}
