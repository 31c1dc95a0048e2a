//! A commit becomes durable as a whole or not at all.

use super::Ports;
use super::assistant::{link, put as put_link, remove as remove_link, told};
use super::call::{call, ended, put as put_call};
use super::credential::{
    credential, export, put, put_export, put_secret, resealed, secret, secret_resealed, tenant_key,
};
use super::delivery::{full, outbound, put as put_delivery};
use super::idempotency::claim_first;
use super::look::{everything, work};
use super::make::{
    CUSTOMER_1, CUSTOMER_2, STRANGER, at, claim, customer, decision, draft, id, instruction, key, message,
    new_number, new_tenant, new_thread, number, number_in, our, phone, put_number, put_thread, settle,
    tenant, thread, thread_in, version, window,
};
use super::operation::{failed, operation, put as put_operation};
use super::work::{done, held, schedule};
use crate::credential::Provider;
use crate::party::{NumberClass, NumberStatus, ThreadStatus};
use crate::port::{Attempt, Change, Commit, Conflict, Page, Requirement, Tenant, WorkKind};

/// A commit with every kind of change, for a settled tenant with override `ovr_0`, key `key_0`, DID
/// `+15550000`, and a credential and secret `S_0` under its first key, made by an attempt.
fn every_change(attempt: Attempt) -> Vec<Change> {
    let closed = thread_in(ThreadStatus::Closed, Some(at(99)), thread("thr_1", "cus_1", "pool"));
    vec![
        Change::Tenant { after: Tenant { revision: 2, ..tenant("a") }, before: Some(1) },
        put_number(number_in(NumberStatus::Quarantined, number("staff", &our(1, 3), NumberClass::Staff))),
        new_number(number("num_9", &our(1, 9), NumberClass::Pool)),
        Change::Require(Requirement::FrontDesk),
        Change::NumberUsed { id: id("pool"), e164: phone(&our(1, 2)), at: at(9) },
        Change::Customer(customer("cus_9", STRANGER)),
        put_thread(closed),
        new_thread(thread("thr_9", "cus_9", "pool")),
        Change::Window(window("win_9", "thr_1", 0, 9)),
        Change::Override(instruction("ovr_9", "thr_9", 0, None)),
        Change::RemoveOverride { id: id("ovr_0"), at: at(9) },
        Change::Claim(claim("SM9")),
        Change::Act(attempt),
        Change::Message(Box::new(message("msg_9", Some("thr_1")))),
        Change::Decision(decision("dec_9", Some("thr_1"))),
        Change::PublishRuntime(Box::new(version(1, "{}", &["+15550001", "+15550002"]))),
        Change::MapDid(phone("+15550003")),
        Change::UnmapDid(phone("+15550000")),
        Change::ApiKey(key("key_9", Some("a"), 9)),
        Change::RevokeApiKey { id: id("key_0"), at: at(9) },
        Change::AddTenantKey(tenant_key(2, 2)),
        put(resealed(credential(Provider::Twilio), 2, 2)),
        put(credential(Provider::Resend)),
        put_export(export(Provider::Twilio, Provider::Vapi)),
        put_secret(secret_resealed(secret("S_0"), 2, 2)),
        put_secret(secret("S_9")),
        Change::RemoveTenantSecret { key: "S_9".to_owned(), before: 1 },
        Change::RemoveCredential { provider: Provider::Resend, before: 1 },
        Change::RemoveTenantKey(1),
        Change::DestroyTenantKeys,
        put_delivery("msg_0", Some("SM0"), full(2)),
        Change::Message(Box::new(outbound("msg_8"))),
        put_delivery("msg_8", Some("SM8"), full(2)),
        put_call(ended(call("cal_0", 0))),
        put_call(call("cal_9", 1)),
        put_operation(failed(operation("opr_0", &our(1, 5)))),
        put_operation(operation("opr_9", &our(1, 5))),
        put_link(told(link("as_0"))),
        put_link(link("as_9")),
        remove_link("as_1", 1),
        schedule(WorkKind::Operation, "opr_0", None),
        done("msg_0", 4),
        held("msg_0", 5, 40),
        Change::WorkWoken(WorkKind::SendMessage),
        schedule(WorkKind::SendMessage, "msg_0", Some(50)),
        schedule(WorkKind::SendMessage, "msg_8", Some(60)),
    ]
}

/// The attempt that may act.
async fn prepare(ports: &Ports) -> Attempt {
    settle(ports, "a", 1).await;
    let attempt = claim_first(ports, "k").await;
    let changes = [
        Change::Override(instruction("ovr_0", "thr_1", 0, None)),
        Change::ApiKey(key("key_0", Some("a"), 0)),
        Change::MapDid(phone("+15550000")),
        Change::AddTenantKey(tenant_key(1, 1)),
        put(credential(Provider::Twilio)),
        put_secret(secret("S_0")),
        Change::Message(Box::new(outbound("msg_0"))),
        put_call(call("cal_0", 0)),
        put_operation(operation("opr_0", &our(1, 5))),
        put_link(link("as_0")),
        put_link(link("as_1")),
        schedule(WorkKind::Operation, "opr_0", Some(5)),
        schedule(WorkKind::SendMessage, "msg_0", Some(5)),
    ];
    ports.apply("a", 1, changes, "preparing").await;
    attempt
}

pub async fn a_commit_of_every_change(ports: &Ports) {
    let attempt = prepare(ports).await;
    ports.apply("a", 9, every_change(attempt), "every kind of change at once").await;
    let stores = ports;
    let tenant = &id("a");
    assert_eq!(stores.directory.lookup_tenant(tenant).await.unwrap().unwrap().revision, 2, "tenant");
    let staff = stores.numbers.lookup(tenant, &id("staff")).await.unwrap().unwrap();
    assert_eq!(staff.status, NumberStatus::Quarantined, "number");
    assert!(stores.numbers.lookup(tenant, &id("num_9")).await.unwrap().is_some(), "new number");
    let pool = stores.numbers.lookup(tenant, &id("pool")).await.unwrap().unwrap();
    assert_eq!(pool.last_used_at, Some(at(9)), "use");
    assert!(stores.threads.lookup_customer(tenant, &id("cus_9")).await.unwrap().is_some(), "customer");
    let closed = stores.threads.lookup(tenant, &id("thr_1")).await.unwrap().unwrap();
    assert_eq!(closed.status, ThreadStatus::Closed, "thread");
    assert!(stores.threads.lookup(tenant, &id("thr_9")).await.unwrap().is_some(), "new thread");
    assert_eq!(stores.schedule.count_windows(tenant, &id("thr_1"), at(0)).await.unwrap(), 1, "window");
    let removed = stores.schedule.lookup_override(tenant, &id("ovr_0")).await.unwrap().unwrap();
    assert_eq!(removed.removed_at, Some(at(9)), "removed override");
    assert!(stores.schedule.lookup_override(tenant, &id("ovr_9")).await.unwrap().is_some(), "override");
    ports.refuse("a", 9, [Change::Claim(claim("SM9"))], Conflict::Claimed, "claim").await;
    assert!(stores.messages.lookup(tenant, &id("msg_9")).await.unwrap().is_some(), "message");
    assert!(stores.decisions.lookup(tenant, &id("dec_9")).await.unwrap().is_some(), "decision");
    let head = stores.versions.head(tenant).await.unwrap().unwrap();
    let mut dids: Vec<_> = head.dids.iter().map(ToString::to_string).collect();
    dids.sort();
    assert_eq!(
        (head.version, dids),
        (1, ["+15550001", "+15550002", "+15550003"].map(str::to_owned).to_vec())
    );
    let keys = stores.keys.list(tenant, &Page::first(9)).await.unwrap().items;
    let revoked: Vec<_> = keys.iter().map(|key| (key.id.to_string(), key.revoked_at)).collect();
    assert_eq!(revoked, [("key_0".to_owned(), Some(at(9))), ("key_9".to_owned(), None)], "keys");
    let sealed = &stores.credentials;
    let credentials = sealed.list_credentials(tenant).await.unwrap();
    assert_eq!(credentials, [resealed(credential(Provider::Twilio), 2, 2)], "credentials");
    let secrets = sealed.list_secrets(tenant).await.unwrap();
    assert_eq!(secrets, [secret_resealed(secret("S_0"), 2, 2)], "secrets");
    assert!(sealed.find_export(tenant, Provider::Twilio, Provider::Vapi).await.unwrap().is_some(), "export");
    assert_eq!(sealed.newest_tenant_key(tenant).await.unwrap(), None, "destroyed keys");
    assert_eq!(sealed.last_key_version(tenant).await.unwrap(), 2, "their versions");
    provided(ports).await;
}

/// What providers have a part in, behind [`every_change`].
async fn provided(stores: &Ports) {
    let tenant = &id("a");
    let dead = stores.messages.list_dead_letters(tenant, &Page::first(9)).await.unwrap().items;
    assert_eq!(dead.iter().map(|message| message.id.as_str()).collect::<Vec<_>>(), ["msg_0", "msg_8"]);
    assert_eq!(stores.calls.count_open(tenant, at(0)).await.unwrap(), 1, "calls");
    let running = stores.operations.find_running(tenant, &phone(&our(1, 5))).await.unwrap();
    assert_eq!(running.unwrap().id, id("opr_9"), "operations");
    assert_eq!(
        stores.assistants.list(tenant).await.unwrap(),
        [told(link("as_0")), link("as_9")],
        "assistants"
    );
    let work = stores.work.claim(at(60), at(99), 9).await.unwrap();
    assert_eq!(work.iter().map(|work| work.id.as_str()).collect::<Vec<_>>(), ["msg_0", "msg_8"], "work");
}

pub async fn a_refused_commit_leaves_nothing(ports: &Ports) {
    let attempt = prepare(ports).await;
    let (before, work_before) = (everything(ports, "a").await, work(ports).await);
    let whole = every_change(attempt);
    for length in 1..=whole.len() {
        let mut commit = Commit::new(id("a"), at(9)).event(id("evt_9"), draft("thread.closed"));
        commit.changes.extend_from_slice(&whole[..length]);
        // What no state of things allows.
        commit.changes.push(Change::Window(window("win_x", "thr_none", 0, 9)));
        let outcome = ports.ledger.commit(commit).await;
        let what = format!("a refusal behind {:?}", whole[length - 1]);
        assert_eq!(outcome.unwrap_err().conflict(), Some(&Conflict::Dangling), "{what}");
        assert_eq!(everything(ports, "a").await, before, "{what}");
        assert_eq!(work(ports).await, work_before, "{what}");
    }
    ports.apply("a", 9, whole, "nothing of it is in the way of the same commit").await;
}

pub async fn a_refused_commit_leaves_the_rows_it_changed(ports: &Ports) {
    let attempt = prepare(ports).await;
    let refused = every_change(attempt)
        .into_iter()
        .chain([Change::Require(Requirement::OpenThreads(id("pool"), vec![id("thr_1")]))]);
    ports.refuse("a", 9, refused, Conflict::Stale, "thr_1 is closed by then").await;
    let (tenant, stores) = (&id("a"), ports);
    let find = stores.conversations.find(tenant, &phone(&our(1, 2)), Some(&phone(CUSTOMER_1)), at(500)).await;
    assert_eq!(find.unwrap().unwrap().thread.unwrap().id, id("thr_1"), "the pair names its thread for ever");
    let again = [new_thread(thread("thr_8", "cus_1", "pool"))];
    ports.refuse("a", 500, again, Conflict::PairTaken(id("thr_1")), "and is not free").await;
    for did in ["+15550001", "+15550003"] {
        assert_eq!(stores.runtime.find_tenant(&phone(did)).await.unwrap(), None, "{did} is not mapped");
    }
    let kept = stores.runtime.find_tenant(&phone("+15550000")).await.unwrap();
    assert_eq!(kept, Some(id("a")), "the DID that was unmapped");
    let holder = stores.directory.find_tenant_by_number(&phone(&our(1, 9))).await.unwrap();
    assert_eq!(holder, None, "the new number is not held");
    ports.apply("b", 10, [new_tenant("b")], "another tenant").await;
    let theirs = [
        new_number(number("num_9", &our(1, 9), NumberClass::Pool)),
        Change::MapDid(phone("+15550001")),
        Change::ApiKey(key("key_9", Some("b"), 9)),
        Change::Customer(customer("cus_9", CUSTOMER_2)),
    ];
    ports.apply("b", 10, theirs, "what was refused is free for others").await;
}

pub async fn an_empty_commit(ports: &Ports) {
    settle(ports, "a", 1).await;
    let before = everything(ports, "a").await;
    ports.apply("a", 9, [], "no change").await;
    assert_eq!(everything(ports, "a").await, before, "no change changes nothing");
}

pub async fn a_commit_reaches_its_own_tenant_only(ports: &Ports) {
    settle(ports, "a", 1).await;
    settle(ports, "b", 2).await;
    let before = everything(ports, "b").await;
    let changed = Tenant { name: "taken over".to_owned(), revision: 2, ..tenant("b") };
    let foreign = [
        ("another tenant's record", Change::Tenant { after: changed, before: Some(1) }),
        ("another tenant's key", Change::ApiKey(key("key_9", Some("b"), 9))),
        ("a key of the platform", Change::ApiKey(key("key_9", None, 9))),
    ];
    for (what, change) in foreign {
        assert!(ports.commit("a", 9, [change]).await.is_err(), "{what} must be refused");
        assert_eq!(everything(ports, "b").await, before, "{what}");
    }
}
