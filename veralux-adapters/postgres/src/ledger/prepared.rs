//! A commit as it is sent: what its changes write, and what comes behind them.

use veralux_core::audit::Draft;
use veralux_core::id::{EventId, TenantId};
use veralux_core::port::{Change, Commit, Notice};
use veralux_core::time::Instant;
use veralux_sql::ledger::{
    assistant, call, credential, delivery, key, message, number, operation, policy, request, root_key,
    schedule, tenant, work,
};
use veralux_sql::{Plan, ledger};

use super::{event, plan, require, runtime, telephony, tenant_key, thread};
use crate::connections::Connections;
use crate::error::Cause;
use crate::notices;
use crate::query::Done;
use crate::script::Script;
use crate::transaction::{Scope, Transaction};

/// How often a commit begins anew that stood in another one's way. Two commits of different tenants may name the same
/// numbers in another order; then the server ends one of them.
const ATTEMPTS: usize = 4;

/// A commit as it is sent.
pub(super) struct Prepared {
    pub(super) tenant: TenantId,
    pub(super) at: Instant,
    /// The changes.
    pub(super) plan: Plan,
    pub(super) events: Vec<(EventId, Draft)>,
    notices: Vec<Notice>,
}

impl Prepared {
    pub(super) fn new(commit: Commit) -> Result<Self, Cause> {
        let Commit { tenant, at, changes, events } = commit;
        let mut plan = Plan::new();
        let notices = changes.iter().filter_map(|change| notices::of(&tenant, change)).collect();
        for change in changes {
            add_change(&mut plan, &tenant, at, change)?;
        }
        Ok(Self { tenant, at, plan, events, notices })
    }

    /// Makes it by itself.
    pub(super) async fn post(&self, connections: &Connections) -> Result<(), Cause> {
        let mut attempt = 1;
        loop {
            match self.try_to_post(connections).await {
                Err(cause) if cause.is_repeatable() && attempt < ATTEMPTS => attempt += 1,
                result => return result,
            }
        }
    }

    /// One attempt: the changes in one round trip, the audit events and the end of the transaction in another.
    async fn try_to_post(&self, connections: &Connections) -> Result<(), Cause> {
        let head = if self.events.is_empty() { Script::new() } else { event::head_of(&self.tenant) };
        let scope = Scope::Locked(&self.tenant);
        let first = head.queries().chain(self.plan.queries());
        let (mut transaction, mut outcome) = Transaction::begin(connections, scope, first).await?;
        let found = outcome.take_first(head.queries().count());
        let sealed = match plan::judge(&self.plan, outcome, &mut transaction).await {
            Ok(()) => self.seal(found.first()),
            Err(cause) => Err(cause),
        };
        match sealed {
            Ok(last) => transaction.finish(&last).await,
            Err(cause) => {
                transaction.cancel().await;
                Err(cause)
            }
        }
    }

    /// What comes last: events behind the head that was found, and notices.
    fn seal(&self, found: Option<&Done>) -> Result<Script, Cause> {
        let mut last = Script::new();
        if !self.events.is_empty() {
            let head = event::head_in(found)?;
            event::seal_into(&mut last, head, &self.tenant, self.at, &self.events, true)?;
        }
        for notice in &self.notices {
            notices::add(&mut last, notice);
        }
        Ok(last)
    }
}

/// What one change writes.
fn add_change(plan: &mut Plan, tenant: &TenantId, at: Instant, change: Change) -> Result<(), Cause> {
    match change {
        Change::Tenant { after, before } => tenant::put(plan, tenant, after, before)?,
        Change::Number { after, before } => number::put(plan, tenant, after, before),
        Change::Require(requirement) => require::hold(plan, tenant, requirement),
        Change::NumberUsed { id, e164, at } => number::note_use(plan, tenant, &id, &e164, at),
        Change::Customer(customer) => ledger::thread::add_customer(plan, tenant, &customer),
        Change::Thread { after, before } => thread::put(plan, tenant, at, &after, before),
        Change::Window(window) => schedule::add_window(plan, tenant, &window)?,
        Change::Override(entry) => schedule::add_override(plan, tenant, entry),
        Change::RemoveOverride { id, at } => schedule::remove_override(plan, tenant, &id, at),
        Change::Claim(claim) => message::claim(plan, tenant, at, claim),
        Change::Act(attempt) => request::act(plan, &attempt),
        Change::Message(message) => message::add(plan, tenant, *message)?,
        Change::Delivery { message, provider, after, before } => {
            delivery::put(plan, tenant, &message, provider, (&after, before))?;
        }
        Change::Work { kind, id, due } => work::schedule(plan, tenant, kind, id, due)?,
        Change::WorkDone { kind, id, until } => work::done(plan, tenant, kind, id, until),
        Change::Call { after, before } => call::put(plan, tenant, *after, before)?,
        Change::Operation { after, before } => operation::put(plan, tenant, *after, before)?,
        Change::AssistantLink { after, before } => assistant::put(plan, tenant, &after, before)?,
        Change::RemoveAssistantLink { platform, assistant, before } => {
            assistant::remove(plan, tenant, &platform, &assistant, before);
        }
        Change::Violation { after, before } => policy::put(plan, tenant, &after, before)?,
        Change::ScanMemory { thread, sender, after, before } => {
            policy::remember(plan, tenant, (&thread, &sender), &after, before);
        }
        Change::AllowList { after, before } => policy::allow(plan, tenant, &after, before)?,
        Change::Decision(decision) => message::add_decision(plan, tenant, decision),
        Change::PublishRuntime(version) => runtime::publish(plan, tenant, at, *version)?,
        Change::MapDid(did) => runtime::map_did(plan, tenant, at, did),
        Change::UnmapDid(did) => runtime::unmap_did(plan, tenant, at, &did),
        Change::ApiKey(key) => key::add(plan, tenant, key)?,
        Change::RevokeApiKey { id, at } => key::revoke(plan, tenant, &id, at),
        Change::IssueCode(number) => telephony::issue_code(plan, at, &number),
        Change::CallerId { after, before } => ledger::telephony::put_caller_id(plan, tenant, &after, before)?,
        Change::RemoveCallerId { id, before } => {
            ledger::telephony::remove_caller_id(plan, tenant, &id, before);
        }
        Change::Forwarding { after, before } => {
            ledger::telephony::put_forwarding(plan, tenant, &after, before);
        }
        Change::Credential { after, before } => credential::put(plan, tenant, &after, before)?,
        Change::RemoveCredential { provider, before } => credential::remove(plan, tenant, provider, before),
        Change::AddTenantKey(key) => tenant_key::add(plan, tenant, &key),
        Change::RemoveTenantKey(version) => credential::remove_key(plan, tenant, version),
        Change::DestroyTenantKeys => credential::destroy_keys(plan, tenant),
        Change::CredentialExport { after, before } => credential::put_export(plan, tenant, &after, before),
        Change::TenantSecret { after, before } => credential::put_secret(plan, tenant, &after, before),
        Change::RemoveTenantSecret { key, before } => credential::remove_secret(plan, tenant, &key, before),
        Change::RootKeys(changes) => root_key::put(plan, tenant, changes)?,
    }
    Ok(())
}
