use std::sync::Arc;

use super::gate::{in_conversation, snapshot};
use super::{Kind, Refusal, Result, Stores};
use crate::fault::Fault;
use crate::id::{CustomerId, DecisionId, NumberId, StaffId, TenantId, ThreadId};
use crate::party::{Direction, Role};
use crate::policy::{Counts, Detector};
use crate::port::{Conversation, DecisionRecord, Listed, Page};
use crate::routing::{self, Replay, Ruleset, Sender, SenderId, Snapshot};
use crate::time::Instant;

/// What shall be simulated.
#[derive(Debug, Clone)]
pub enum Scenario {
    /// A message on a thread.
    Thread(ThreadId),
    /// A message of a customer to one of our numbers.
    Customer {
        /// Who writes.
        customer: CustomerId,
        /// To which number.
        number: NumberId,
    },
}

/// Who writes in a simulated message on the tenant's own data.
#[derive(Debug, Clone)]
pub enum Writer {
    /// The customer, inbound.
    Customer,
    /// A staff member, outbound.
    Staff(StaffId),
    /// The owner, outbound.
    Owner,
    /// The product by itself, outbound.
    Automation,
}

/// What a simulation shows; nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulation {
    /// The snapshot that was decided, canonical JSON.
    pub snapshot: String,
    /// The decision, canonical JSON.
    pub decision: String,
    /// The earliest instant at which the answer can change.
    pub next_change_at: Option<Instant>,
}

/// A stored decision held against today's ruleset.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The decision that was replayed.
    pub record: DecisionRecord,
    /// Whether it comes out the same, and if not, where it differs.
    pub replay: Replay,
}

/// Simulation, history and replay of routing decisions.
#[derive(Debug, Clone)]
pub struct RoutingDesk {
    stores: Stores,
    detector: Arc<Detector>,
    ruleset: Arc<Ruleset>,
}

impl RoutingDesk {
    /// Over these stores, with the detector and ruleset of the live path.
    pub fn new(stores: Stores, detector: Arc<Detector>, ruleset: Arc<Ruleset>) -> Self {
        Self { stores, detector, ruleset }
    }

    /// The rules that decide.
    pub fn ruleset(&self) -> &Ruleset {
        &self.ruleset
    }

    /// Decides a snapshot that somebody wrote.
    ///
    /// # Errors
    /// `invalid_snapshot` with every fault, `tenant_mismatch` when it is about another tenant. Paths begin with
    /// `snapshot`.
    pub fn simulate_snapshot(&self, tenant: &TenantId, document: &[u8]) -> Result<Simulation> {
        let snapshot = Snapshot::parse(document).map_err(|faults| Refusal {
            faults: faults.into_iter().map(within_snapshot).collect(),
            ..Refusal::new(Kind::Unprocessable, "invalid_snapshot", "the snapshot makes no sense as it is")
        })?;
        if snapshot.facts().tenant.id != *tenant {
            return Err(
                Refusal::field("tenant_mismatch", "snapshot.tenant.id", "must be the tenant itself").into()
            );
        }
        Ok(self.decide(&snapshot))
    }

    /// Decides what would happen to a message on the tenant's own data, now or at another instant.
    ///
    /// # Errors
    /// `thread_not_found`, `customer_not_found`, `number_not_found`, or the stores'.
    pub async fn simulate(
        &self,
        tenant: &TenantId,
        scenario: &Scenario,
        writer: &Writer,
        text: Option<&str>,
        at: Option<Instant>,
    ) -> Result<Simulation> {
        let at = at.unwrap_or_else(|| self.stores.now());
        let conversation = self.conversation(tenant, scenario, at).await?;
        let detector = in_conversation(&self.detector, &conversation, &conversation.scan.allowed);
        let findings = text.map(|text| detector.scan(text)).unwrap_or_default();
        let (direction, sender) = sender(&conversation, writer);
        let snapshot = snapshot(&conversation, at, direction, sender, Counts::of(&findings))?;
        Ok(self.decide(&snapshot))
    }

    /// A page of a thread's decisions, newest first.
    ///
    /// # Errors
    /// `thread_not_found`, or the stores'.
    pub async fn history(
        &self,
        tenant: &TenantId,
        thread: &ThreadId,
        page: &Page,
    ) -> Result<Listed<DecisionRecord>> {
        if self.stores.threads.lookup(tenant, thread).await?.is_none() {
            return Err(Refusal::not_found("thread_not_found", "thread").into());
        }
        Ok(self.stores.decisions.list(tenant, thread, page).await?)
    }

    /// Decides a stored snapshot again and compares.
    ///
    /// # Errors
    /// `decision_not_found`, `decision_unreadable` when the stored text cannot be read, or the stores'.
    pub async fn replay(&self, tenant: &TenantId, id: &DecisionId) -> Result<Replayed> {
        let record = self.stores.decisions.lookup(tenant, id).await?;
        let record = record.ok_or_else(|| Refusal::not_found("decision_not_found", "decision"))?;
        let replay = Snapshot::parse(record.snapshot.as_bytes())
            .and_then(|snapshot| routing::replay(record.decision.as_bytes(), &snapshot, &self.ruleset))
            .map_err(|faults| Refusal {
                faults,
                ..Refusal::new(
                    Kind::Unprocessable,
                    "decision_unreadable",
                    "the stored decision cannot be read",
                )
            })?;
        Ok(Replayed { record, replay })
    }

    fn decide(&self, snapshot: &Snapshot) -> Simulation {
        let decision = routing::decide(snapshot, &self.ruleset);
        Simulation {
            snapshot: snapshot.to_json(),
            decision: decision.to_json(),
            next_change_at: routing::next_change_at(snapshot, &self.ruleset),
        }
    }

    async fn conversation(
        &self,
        tenant: &TenantId,
        scenario: &Scenario,
        at: Instant,
    ) -> Result<Conversation> {
        match scenario {
            Scenario::Thread(thread) => {
                let found = self.stores.conversations.lookup(tenant, thread, at).await?;
                Ok(found.ok_or_else(|| Refusal::not_found("thread_not_found", "thread"))?)
            }
            Scenario::Customer { customer, number } => {
                let customer = self.stores.threads.lookup_customer(tenant, customer).await?;
                let customer =
                    customer.ok_or_else(|| Refusal::not_found("customer_not_found", "customer"))?;
                let number = self.stores.numbers.lookup(tenant, number).await?;
                let number = number.ok_or_else(|| Refusal::not_found("number_not_found", "number"))?;
                let found =
                    self.stores.conversations.find(tenant, &number.e164, Some(&customer.phone), at).await?;
                Ok(found.ok_or_else(|| Refusal::not_found("tenant_not_found", "tenant"))?)
            }
        }
    }
}

fn within_snapshot(fault: Fault) -> Fault {
    let path = if fault.path.is_empty() { "snapshot".to_owned() } else { format!("snapshot.{}", fault.path) };
    Fault { path, ..fault }
}

fn sender(conversation: &Conversation, writer: &Writer) -> (Direction, Sender) {
    match writer {
        Writer::Customer => {
            let id = conversation.customer.as_ref().map(|customer| SenderId::from(&customer.id));
            let role = if id.is_some() { Role::Customer } else { Role::Unknown };
            (Direction::Inbound, Sender { role, id, mapped: conversation.mapped })
        }
        Writer::Staff(staff) => {
            let id = Some(SenderId::from(staff));
            (Direction::Outbound, Sender { role: Role::Staff, id, mapped: true })
        }
        Writer::Owner => (Direction::Outbound, Sender { role: Role::Owner, id: None, mapped: true }),
        Writer::Automation => {
            (Direction::Outbound, Sender { role: Role::Automation, id: None, mapped: true })
        }
    }
}
