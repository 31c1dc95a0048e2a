//! The one place where anything is written: changes and events of a commit as one script in the writer's transaction.

mod event;
mod plan;
mod require;
mod runtime;
mod telephony;
mod tenant_key;
mod thread;

use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::port::{self, Change, Commit, Ledger};
use veralux_core::time::Instant;
use veralux_sql::ledger::{
    assistant, call, credential, delivery, key, message, number, operation, policy, request, root_key,
    schedule, tenant, work,
};
use veralux_sql::{Plan, ledger};

pub(crate) use self::runtime::ADD_TO_OUTBOX;
use crate::error::{Cause, Doing as _, Result};
use crate::store::SqliteStore;
use crate::transaction::Transaction;
use crate::writer::Write;

#[cfg(test)]
pub(crate) const STATEMENTS: &[&[(&str, &str)]] = &[
    event::STATEMENTS,
    require::STATEMENTS,
    runtime::STATEMENTS,
    telephony::STATEMENTS,
    tenant_key::STATEMENTS,
    thread::STATEMENTS,
];

const DOING: &str = "committing";

#[async_trait]
impl Ledger for SqliteStore {
    async fn commit(&self, commit: Commit) -> port::Result<()> {
        Ok(self.writer().submit(DOING, Posting(Some(commit))).await?)
    }
}

/// A commit on its way. It is taken out when it is written.
struct Posting(Option<Commit>);

#[async_trait]
impl Write for Posting {
    type Output = ();

    fn chain(&self) -> Option<&TenantId> {
        self.0.as_ref().filter(|commit| !commit.events.is_empty()).map(|commit| &commit.tenant)
    }

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<()> {
        let Some(Commit { tenant, at, changes, events }) = self.0.take() else {
            return Err(Cause::Invalid("a commit is written once")).doing(DOING);
        };
        let mut plan = Plan::new();
        for change in changes {
            add_change(&mut plan, &tenant, at, change).doing(DOING)?;
        }
        if events.is_empty() {
            return plan::run(&plan, transaction).await;
        }
        let mut head = transaction.head(&tenant);
        for (id, draft) in events {
            head = event::append(&mut plan, &tenant, at, head, id, draft).doing(DOING)?;
        }
        plan::run(&plan, transaction).await?;
        transaction.move_head(&tenant, head);
        Ok(())
    }
}

/// What one change writes.
fn add_change(
    plan: &mut Plan,
    tenant: &TenantId,
    at: Instant,
    change: Change,
) -> std::result::Result<(), Cause> {
    match change {
        Change::Tenant { after, before } => tenant::put(plan, tenant, after, before)?,
        Change::Number { after, before } => {
            runtime::require_free(plan, tenant, &after, before);
            number::put(plan, tenant, after, before);
        }
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
