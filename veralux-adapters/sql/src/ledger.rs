//! What each change writes: [`add`] adds its statements to a plan. Most are the same in every database; what a database has to be
//! asked in words of its own is its [`Dialect`].

use veralux_core::id::TenantId;
use veralux_core::number::Number;
use veralux_core::phone::E164;
use veralux_core::port::Change;
use veralux_core::time::Instant;

use crate::plan::{Invalid, Plan};

/// Links of assistants.
mod assistant;
/// Calls.
mod call;
/// Credentials, their copies, tenants' keys and secrets.
mod credential;
/// How far messages are.
mod delivery;
/// API keys.
mod key;
/// Messages, their decisions and the claims of webhooks.
mod message;
/// Numbers.
mod number;
/// Operations at providers.
mod operation;
/// What the policy detector finds, remembers and lets pass.
mod policy;
/// Requests under idempotency keys.
mod request;
/// What must hold behind the changes in front of it.
mod require;
/// The operator's root keys.
mod root_key;
/// The runtime contract: its versions, the DIDs that lead to them, and the outbox of its projection.
mod runtime;
/// Windows and overrides of threads.
mod schedule;
/// Caller ids, their codes and forwardings.
mod telephony;
/// Tenants.
mod tenant;
/// Threads, their pairs of numbers, and customers.
mod thread;
/// Work that is due.
mod work;

pub use runtime::PROJECT_ANEW;

/// What a database is asked in words of its own: by which index it goes, how it locks, how it takes a list apart. Parameters are
/// those that are named here, in their order.
pub trait Dialect {
    /// Removes the pairs of a thread (tenant, thread) but one (number, customer).
    const LEAVE_PAIR: &'static str;
    /// Adds a tenant's key (tenant, version, root key, wrapped key, instant) unless its root key is known and not primary, and sees
    /// to it that it stays so until the commit has ended.
    const ADD_TENANT_KEY: &'static str;
    /// Forgets codes issued up to an instant.
    const FORGET_CODES: &'static str;
    /// Answers when a number (tenant, number) has so many open threads (count) and all of these are among them (ids).
    const COMPARE_OPEN_THREADS: &'static str;
    /// Answers when a tenant has less calls open since an instant than so many (tenant, instant, count), and began less behind
    /// another instant than so many (instant, count).
    const COMPARE_CALLS: &'static str;
    /// Has DIDs (tenant, DIDs) named by the tenant's document, each once; leaves out, or breaks a unique value for, those that lead to another
    /// tenant.
    const MAP_DOCUMENT_DIDS: &'static str;
    /// The first of some DIDs that leads to another tenant (DIDs, tenant).
    const FIND_FOREIGN_DID: &'static str;
    /// Has a DID mapped by hand (DID, tenant), in the same way.
    const MAP_DID: &'static str;

    /// Statements in front of a number that is put, for a database whose schema does not hold that it leads to no other tenant.
    fn free_number(_plan: &mut Plan, _tenant: &TenantId, _number: &Number, _before: Option<u64>) {}

    /// Statements in front of a code that is counted, for a database in which several may count at once.
    fn lock_codes(_plan: &mut Plan, _number: &E164) {}
}

/// What one change writes.
///
/// # Errors
/// The change names what cannot be kept.
pub fn add<D: Dialect>(
    plan: &mut Plan,
    tenant: &TenantId,
    at: Instant,
    change: Change,
) -> Result<(), Invalid> {
    match change {
        Change::Tenant { after, before } => tenant::put(plan, tenant, after, before)?,
        Change::Number { after, before } => {
            D::free_number(plan, tenant, &after, before);
            number::put(plan, tenant, after, before);
        }
        Change::Require(requirement) => require::hold::<D>(plan, tenant, requirement),
        Change::NumberUsed { id, e164, at } => number::note_use(plan, tenant, &id, &e164, at),
        Change::Customer(customer) => thread::add_customer(plan, tenant, &customer),
        Change::Thread { after, before } => thread::put::<D>(plan, tenant, at, (&after, before)),
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
        Change::WorkHeld { kind, id, until, due } => work::hold(plan, tenant, (kind, id), until, due),
        Change::WorkWoken(kind) => work::wake(plan, tenant, kind, at),
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
        Change::PublishRuntime(version) => runtime::publish::<D>(plan, tenant, at, *version)?,
        Change::MapDid(did) => runtime::map_did::<D>(plan, tenant, at, &did),
        Change::UnmapDid(did) => runtime::unmap_did(plan, tenant, at, &did),
        Change::ApiKey(key) => key::add(plan, tenant, key)?,
        Change::RevokeApiKey { id, at } => key::revoke(plan, tenant, &id, at),
        Change::IssueCode(number) => telephony::issue_code::<D>(plan, at, &number),
        Change::CallerId { after, before } => telephony::put_caller_id(plan, tenant, &after, before)?,
        Change::RemoveCallerId { id, before } => {
            telephony::remove_caller_id(plan, tenant, &id, before);
        }
        Change::Forwarding { after, before } => {
            telephony::put_forwarding(plan, tenant, &after, before);
        }
        Change::Credential { after, before } => credential::put(plan, tenant, &after, before)?,
        Change::RemoveCredential { provider, before } => credential::remove(plan, tenant, provider, before),
        Change::AddTenantKey(key) => credential::add_key::<D>(plan, tenant, &key),
        Change::RemoveTenantKey(version) => credential::remove_key(plan, tenant, version),
        Change::DestroyTenantKeys => credential::destroy_keys(plan, tenant),
        Change::CredentialExport { after, before } => credential::put_export(plan, tenant, &after, before),
        Change::TenantSecret { after, before } => credential::put_secret(plan, tenant, &after, before),
        Change::RemoveTenantSecret { key, before } => credential::remove_secret(plan, tenant, &key, before),
        Change::RootKeys(changes) => root_key::put(plan, tenant, changes)?,
    }
    Ok(())
}

/// Every statement of the modules with its name, for tests that have it explained by a database.
pub const STATEMENTS: &[&[(&str, &str)]] = &[
    assistant::STATEMENTS,
    call::STATEMENTS,
    credential::STATEMENTS,
    delivery::STATEMENTS,
    key::STATEMENTS,
    message::STATEMENTS,
    number::STATEMENTS,
    operation::STATEMENTS,
    policy::STATEMENTS,
    request::STATEMENTS,
    require::STATEMENTS,
    root_key::STATEMENTS,
    runtime::STATEMENTS,
    schedule::STATEMENTS,
    telephony::STATEMENTS,
    tenant::STATEMENTS,
    thread::STATEMENTS,
    work::STATEMENTS,
];
