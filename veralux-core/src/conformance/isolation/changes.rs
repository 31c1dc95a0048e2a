//! Every change, made by a tenant that has nothing, and aimed at what another has.

use super::super::assistant::{link, put as put_link, remove as remove_link, told};
use super::super::call::{call, ended, put as put_call};
use super::super::credential::{
    credential, export, put, put_export, put_secret, resealed, secret, tenant_key,
};
use super::super::delivery::{full, put as put_delivery};
use super::super::idempotency::nobodys_attempt;
use super::super::make::{
    CUSTOMER_1, at, claim, customer, decision, id, instruction, key, message, new_number, new_thread, number,
    number_in, our, phone, put_number, put_thread, tenant, thread, thread_in, version, window,
};
use super::super::operation::{failed, operation, put as put_operation};
use super::super::policy::{ruled, violation};
use super::super::telephony::{forwarding, proved, proved_at_once, put as put_caller_id, put_forwarding};
use super::super::work::{done, held, schedule};
use crate::credential::Provider;
use crate::party::{NumberClass, NumberStatus, ThreadStatus};
use crate::port::{
    AllowList, Change, Conflict, Credential, CredentialExport, Requirement, ScanMemory, Tenant, TenantSecret,
    WorkKind,
};

/// What becomes of a change that another tenant makes.
#[derive(Debug, Clone)]
pub(super) enum Fate {
    /// It finds nothing to change, or another one's claim in its way.
    Refused(Conflict),
    /// It is nonsense.
    Invalid,
    /// It is done to the tenant's own rows, whatever their ids, or to none.
    Own,
}

macro_rules! kinds {
    ($($kind:ident)+) => {
        /// Every kind of change there is.
        pub(super) const KINDS: &[&str] = &[$(stringify!($kind)),+];

        /// Which of them a change is. A new kind does not compile until it is listed, and fails until it is tried.
        pub(super) fn kind(change: &Change) -> &'static str {
            match change {
                $(Change::$kind { .. } => stringify!($kind),)+
            }
        }
    };
}

kinds! {
    Tenant Number Require NumberUsed Customer Thread Window Override RemoveOverride Claim Act Message Violation ScanMemory
    AllowList Decision PublishRuntime MapDid UnmapDid ApiKey RevokeApiKey IssueCode CallerId RemoveCallerId Forwarding
    Credential RemoveCredential AddTenantKey RemoveTenantKey DestroyTenantKeys CredentialExport TenantSecret
    RemoveTenantSecret RootKeys Work WorkDone WorkHeld WorkWoken Delivery Call Operation AssistantLink RemoveAssistantLink
}

/// Changes of the tenant `b`, which has version 1 of its key and nothing else, aimed at what `a` has in place 1.
pub(super) fn aimed() -> Vec<(Change, Fate)> {
    let mut all = refused();
    all.extend(own());
    let renamed = Tenant { name: "taken over".to_owned(), revision: 2, ..tenant("a") };
    all.push((Change::Tenant { after: renamed, before: Some(1) }, Fate::Invalid));
    all.push((Change::RootKeys(Vec::new()), Fate::Invalid));
    all
}

fn refused() -> Vec<(Change, Fate)> {
    let (stale, dangling) = (Conflict::Stale, Conflict::Dangling);
    let line = our(1, 4);
    let refused = [
        (new_number(number("num_9", &our(1, 2), NumberClass::Pool)), Conflict::NumberTaken),
        (
            put_number(number_in(NumberStatus::Quarantined, number("pool", &our(1, 2), NumberClass::Pool))),
            stale.clone(),
        ),
        (Change::Require(Requirement::FrontDesk), stale.clone()),
        (Change::Require(Requirement::OpenThreads(id("pool"), vec![id("thr_1")])), stale.clone()),
        (new_thread(thread("thr_9", "cus_1", "pool")), dangling.clone()),
        (
            put_thread(thread_in(ThreadStatus::Archived, None, thread("thr_1", "cus_1", "pool"))),
            stale.clone(),
        ),
        (Change::Window(window("win_9", "thr_1", 0, 9)), dangling.clone()),
        (Change::Override(instruction("ovr_9", "thr_1", 0, None)), dangling.clone()),
        (Change::RemoveOverride { id: id("ovr_1"), at: at(5) }, stale.clone()),
        (
            Change::Violation { after: Box::new(ruled(violation("vio_1", Some("thr_1")))), before: Some(1) },
            stale.clone(),
        ),
        (memory(2, Some(1)), stale.clone()),
        (
            Change::AllowList { after: AllowList { entries: Vec::new(), revision: 2 }, before: 1 },
            stale.clone(),
        ),
        (
            Change::PublishRuntime(Box::new(version(1, "{}", &[&our(1, 1)]))),
            Conflict::DidTaken(phone(&our(1, 1))),
        ),
        (Change::PublishRuntime(Box::new(version(2, "{}", &[]))), Conflict::VersionMoved { current: 0 }),
        (Change::MapDid(phone(&our(1, 1))), Conflict::DidTaken(phone(&our(1, 1)))),
        (Change::ApiKey(key("key_9", Some("b"), 1)), Conflict::Exists),
        (Change::RevokeApiKey { id: id("key_1"), at: at(5) }, stale.clone()),
        (put_caller_id(proved_at_once("cid_9", &line)), Conflict::CallerIdTaken),
        (put_caller_id(proved(super::super::telephony::caller_id("cid_1", &line))), stale.clone()),
        (Change::RemoveCallerId { id: id("cid_1"), before: 1 }, stale.clone()),
        (put_forwarding(forwarding("fwd_9", "cid_1", &line)), dangling.clone()),
        (put(resealed(credential(Provider::Twilio), 1, 1)), stale.clone()),
        (put(Credential { key_version: 2, ..credential(Provider::Aws) }), dangling),
        (Change::RemoveCredential { provider: Provider::Twilio, before: 1 }, stale.clone()),
        (Change::RemoveTenantKey(2), stale.clone()),
        (
            put_export(CredentialExport { revision: 2, ..export(Provider::Twilio, Provider::Vapi) }),
            stale.clone(),
        ),
        (put_secret(TenantSecret { generation: 2, ..secret("S") }), stale.clone()),
        (Change::RemoveTenantSecret { key: "S".to_owned(), before: 1 }, stale.clone()),
        (put_delivery("msg_2", Some("SM2"), full(2)), stale.clone()),
        (put_call(ended(call("cal_1", 0))), stale.clone()),
        (put_operation(failed(operation("opr_1", &our(1, 5)))), stale.clone()),
        (put_link(link("as_a")), Conflict::AssistantTaken),
        (put_link(told(link("as_a"))), stale.clone()),
        (remove_link("as_a", 1), stale),
        (Change::Act(nobodys_attempt("none")), Conflict::Overtaken),
        (Change::NumberUsed { id: id("pool"), e164: phone(&our(1, 2)), at: at(5) }, Conflict::Stale),
    ];
    refused.into_iter().map(|(change, conflict)| (change, Fate::Refused(conflict))).collect()
}

fn own() -> Vec<(Change, Fate)> {
    let own = [
        Change::Customer(customer("cus_1", CUSTOMER_1)),
        Change::Claim(claim("SM1")),
        Change::Message(Box::new(message("msg_1", Some("thr_1")))),
        memory(1, None),
        Change::Decision(decision("dec_1", Some("thr_1"))),
        Change::UnmapDid(phone(&our(1, 1))),
        Change::IssueCode(phone(&our(1, 4))),
        Change::DestroyTenantKeys,
        Change::AddTenantKey(tenant_key(2, 1)),
        schedule(WorkKind::SendMessage, "msg_2", None),
        done("msg_2", 1),
        held("msg_2", 1, 9),
        Change::WorkWoken(WorkKind::SendMessage),
        put_call(call("cal_1", 0)),
        put_operation(operation("opr_1", &our(1, 5))),
    ];
    own.into_iter().map(|change| (change, Fate::Own)).collect()
}

fn memory(revision: u64, before: Option<u64>) -> Change {
    let after = ScanMemory { state: "{\"of\":\"b\"}".to_owned(), revision };
    Change::ScanMemory { thread: id("thr_1"), sender: "customer:cus_1".to_owned(), after, before }
}
