//! No method shows or changes what belongs to another tenant.

use std::collections::BTreeSet;

use super::Ports;
use super::assistant::{link, put as put_link};
use super::call::{call, put as put_call};
use super::credential::{credential, export, put, put_export, put_secret, secret, tenant_key};
use super::delivery::{full, outbound, put as put_delivery};
use super::look::everything;
use super::make::{
    CUSTOMER_1, at, claim, decision, draft, id, instruction, key, message, new_tenant, our, phone, settle,
    version, window,
};
use super::operation::{operation, put as put_operation};
use super::policy::violation;
use super::telephony::{forwarding, proved_at_once, put as put_caller_id, put_forwarding};
use super::work::schedule;
use crate::credential::Provider;
use crate::policy::Kind;
use crate::port::{
    AllowList, Allowed, Body, Call, Change, Commit, Credential, CredentialExport, DecisionRecord,
    DeliveryRecord, Envelope, Error, ErrorRecord, Message, Operation, Override, Page, ScanMemory, TenantKey,
    TenantSecret, Violation, Window, WorkKind,
};

mod changes;
mod reads;

use self::changes::{Fate, KINDS, aimed, kind};
pub use self::reads::{ACROSS, READS, Read};

/// A settled tenant with one of everything else; all ids are the same in each tenant, all contents differ.
async fn furnish(ports: &Ports, name: &str, place: u8) {
    settle(ports, name, place).await;
    let staff = id(&format!("stf of {name}"));
    let body = Body::new(format!("for {name} only"));
    let (document, did) = (format!("{{\"of\":\"{name}\"}}"), our(place, 1));
    let mut commit = Commit::new(id(name), at(1)).event(id(&format!("evt_{name}")), draft("thread.opened"));
    commit.changes.extend([
        Change::Window(Window { staff, ..window("win_1", "thr_1", 0, 9) }),
        Change::Override(Override { reason: name.to_owned(), ..instruction("ovr_1", "thr_1", 0, None) }),
        Change::Message(Box::new(Message { body, ..message("msg_1", Some("thr_1")) })),
        Change::Decision(DecisionRecord { snapshot: document.clone(), ..decision("dec_1", Some("thr_1")) }),
        Change::Claim(claim("SM1")),
        Change::PublishRuntime(Box::new(version(1, &document, &[&did]))),
        Change::ApiKey(key("key_1", Some(name), place)),
        put_caller_id(proved_at_once("cid_1", &our(place, 4))),
        put_forwarding(forwarding("fwd_1", "cid_1", &our(place, 4))),
    ]);
    commit.changes.extend(sealed(name));
    commit.changes.extend(provided(name, place));
    commit.changes.extend(policy(name));
    ports.ledger.commit(commit).await.unwrap();
}

/// One of everything that policy keeps.
fn policy(name: &str) -> [Change; 3] {
    let found = Violation { detector_version: name.to_owned(), ..violation("vio_1", Some("thr_1")) };
    let state = format!("{{\"of\":\"{name}\"}}");
    let entries = vec![Allowed { kind: Kind::Url, value: format!("{name}.example") }];
    [
        Change::Violation { after: Box::new(found), before: None },
        Change::ScanMemory {
            thread: id("thr_1"),
            sender: "customer:cus_1".to_owned(),
            after: ScanMemory { state, revision: 1 },
            before: None,
        },
        Change::AllowList { after: AllowList { entries, revision: 1 }, before: 0 },
    ]
}

/// One of everything that providers have a part in.
fn provided(name: &str, place: u8) -> [Change; 6] {
    let error = Some(ErrorRecord::new(None, name, None));
    [
        Change::Message(Box::new(outbound("msg_2"))),
        put_delivery("msg_2", Some("SM2"), DeliveryRecord { error, ..full(2) }),
        put_call(Call { caller: Some(name.to_owned()), ..call("cal_1", 0) }),
        put_operation(Operation { requested_by: name.to_owned(), ..operation("opr_1", &our(place, 5)) }),
        put_link(link(&format!("as_{name}"))),
        schedule(WorkKind::SendMessage, "msg_2", Some(1)),
    ]
}

/// One of everything that is sealed; the envelopes tell whose it is.
fn sealed(name: &str) -> [Change; 4] {
    let envelope = || Envelope::new(name.as_bytes());
    let twilio = Provider::Twilio;
    let handed_on = CredentialExport { remote_id: Some(name.to_owned()), ..export(twilio, Provider::Vapi) };
    [
        Change::AddTenantKey(TenantKey { wrapped: envelope(), ..tenant_key(1, 1) }),
        put(Credential { envelope: envelope(), ..credential(twilio) }),
        put_secret(TenantSecret { envelope: envelope(), ..secret("S") }),
        put_export(handed_on),
    ]
}

/// What of [`sealed`] a tenant has, each as the text that tells whose it is.
async fn seen(ports: &Ports, name: &str) -> Vec<String> {
    let (tenant, stores) = (&id(name), &ports.credentials);
    let mut envelopes = Vec::new();
    let keys =
        [stores.lookup_tenant_key(tenant, 1).await.unwrap(), stores.newest_tenant_key(tenant).await.unwrap()];
    envelopes.extend(keys.into_iter().flatten().map(|found| found.wrapped));
    let credentials = stores.list_credentials(tenant).await.unwrap().into_iter();
    let credentials = credentials.chain(stores.find_credential(tenant, Provider::Twilio).await.unwrap());
    envelopes.extend(credentials.map(|found| found.envelope));
    let secrets = stores.list_secrets(tenant).await.unwrap().into_iter();
    let secrets = secrets.chain(stores.lookup_secret(tenant, "S").await.unwrap());
    envelopes.extend(secrets.map(|found| found.envelope));
    let export = stores.find_export(tenant, Provider::Twilio, Provider::Vapi).await.unwrap();
    let texts = envelopes.iter().map(|found| String::from_utf8_lossy(found.as_bytes()).into_owned());
    texts.chain(export.and_then(|found| found.remote_id)).collect()
}

pub async fn the_same_ids_in_two_tenants(ports: &Ports) {
    furnish(ports, "a", 1).await;
    let alone = everything(ports, "a").await;
    furnish(ports, "b", 2).await;
    assert_eq!(everything(ports, "a").await, alone, "a second tenant changes nothing for the first");
    let stores = ports;
    for (name, place) in [("a", 1), ("b", 2)] {
        let tenant = &id(name);
        let message = stores.messages.lookup(tenant, &id("msg_1")).await.unwrap().unwrap();
        assert_eq!(message.body.as_str(), format!("for {name} only"), "message");
        let decision = stores.decisions.lookup(tenant, &id("dec_1")).await.unwrap().unwrap();
        assert_eq!(decision.snapshot, format!("{{\"of\":\"{name}\"}}"), "decision");
        let found = stores.schedule.lookup_override(tenant, &id("ovr_1")).await.unwrap().unwrap();
        assert_eq!(found.reason, name, "override");
        let number = stores.numbers.lookup(tenant, &id("pool")).await.unwrap().unwrap();
        assert_eq!(number.e164, phone(&our(place, 2)), "number");
        assert_eq!(stores.schedule.count_windows(tenant, &id("thr_1"), at(0)).await.unwrap(), 1, "windows");
        let pool = stores.numbers.list_free_pool(tenant, &phone("+19"), at(0), 9).await.unwrap();
        assert_eq!(pool.len(), 1, "pool");
        let party = phone(CUSTOMER_1);
        let found = stores
            .conversations
            .find(tenant, &phone(&our(place, 2)), Some(&party), at(5))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.tenant.id, *tenant, "conversation");
        assert_eq!(found.windows[0].staff.as_str(), format!("stf of {name}"), "conversation's window");
        assert_eq!(found.overrides[0].reason, name, "conversation's override");
        let resolved = stores.runtime.resolve(&phone(&our(place, 1))).await.unwrap().unwrap();
        assert_eq!(resolved.tenant, *tenant, "resolved");
        assert_eq!(resolved.document.expose(), format!("{{\"of\":\"{name}\"}}"), "resolved");
        let events = stores.audit.list(tenant, &Page::first(9)).await.unwrap().items;
        assert_eq!(seen(ports, name).await, [name; 7], "what is sealed");
        let message = stores.messages.lookup(tenant, &id("msg_2")).await.unwrap().unwrap();
        assert_eq!(message.delivery.unwrap().error.unwrap().sentence, name, "delivery");
        let call = stores.calls.lookup(tenant, &id("cal_1")).await.unwrap().unwrap();
        assert_eq!(call.caller.as_deref(), Some(name), "call");
        let operation = stores.operations.lookup(tenant, &id("opr_1")).await.unwrap().unwrap();
        assert_eq!(operation.requested_by, name, "operation");
        assert_eq!(events.len(), 1, "events");
        assert_eq!(events[0].id.as_str(), format!("evt_{name}"), "events");
    }
}

pub async fn a_tenant_sees_nothing_of_another(ports: &Ports) {
    ports.apply("b", 0, [new_tenant("b")], "a tenant without anything").await;
    let (a, b) = (&id("a"), &id("b"));
    let bare = everything(ports, "b").await;
    let mut nothing = Vec::new();
    for read in READS {
        nothing.push((read.look)(ports, b).await);
    }
    furnish(ports, "a", 1).await;
    assert_eq!(everything(ports, "b").await, bare, "it still has nothing");
    for (read, nothing) in READS.iter().zip(nothing) {
        assert_ne!((read.look)(ports, a).await, nothing, "{read:?} shows a tenant its own");
        assert_eq!((read.look)(ports, b).await, nothing, "{read:?} shows another nothing");
    }
    assert!(seen(ports, "b").await.is_empty(), "what is sealed");
}

pub async fn changes_do_not_reach_another_tenant(ports: &Ports) {
    furnish(ports, "a", 1).await;
    ports.apply("a", 1, [Change::AddTenantKey(tenant_key(2, 1))], "a second key").await;
    let another = [new_tenant("b"), Change::AddTenantKey(tenant_key(1, 1))];
    ports.apply("b", 0, another, "another tenant").await;
    let before = everything(ports, "a").await;
    let mut tried = BTreeSet::new();
    for (change, fate) in aimed() {
        let what = kind(&change);
        tried.insert(what);
        match fate {
            Fate::Refused(conflict) => ports.refuse("b", 5, [change], conflict, what).await,
            Fate::Invalid => {
                let refused = ports.commit("b", 5, [change]).await;
                assert!(matches!(refused, Err(Error::Invalid(_))), "{what}: {refused:?}");
            }
            Fate::Own => ports.apply("b", 5, [change], what).await,
        }
        assert_eq!(everything(ports, "a").await, before, "{what} reached the other tenant");
    }
    assert_eq!(tried, KINDS.iter().copied().collect(), "every kind of change is tried");
}
