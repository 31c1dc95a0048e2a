//! Violations, what a tenant allows, what the detector remembers.

use super::Ports;
use super::make::{CUSTOMER_1, CUSTOMER_2, STRANGER, at, id, new_tenant, our, phone, settle};
use crate::id::{ThreadId, ViolationId};
use crate::party::{Direction, Role};
use crate::phone::SenderName;
use crate::policy::{Kind, Severity};
use crate::port::{
    AllowList, Allowed, Body, Change, Conflict, FindingRecord, Page, Ruling, ScanContext, ScanMemory, Sender,
    Violation, ViolationAction, ViolationFilter, ViolationStatus,
};

pub(super) fn violation(name: &str, thread: Option<&str>) -> Violation {
    Violation {
        id: id(name),
        thread: thread.map(id),
        message: Some(id("msg_1")),
        direction: Direction::Outbound,
        sender: Sender {
            role: Role::Staff,
            id: Some("ann".to_owned()),
            phone: None,
            name: SenderName::told("OAK BANK"),
        },
        draft: Some(Body::new("call 415-555-0132 \u{1f600}")),
        findings: vec![FindingRecord {
            kind: Kind::Phone,
            start: 5,
            end: 17,
            rule: "phone.grouped".to_owned(),
            score: 90,
            severity: Severity::Identifier,
        }],
        detector_version: "1.0.0".to_owned(),
        status: ViolationStatus::Open,
        created_at: at(3),
        ruling: None,
        revision: 1,
    }
}

fn new(violation: Violation) -> Change {
    Change::Violation { after: Box::new(violation), before: None }
}

pub(super) fn ruled(before: Violation) -> Violation {
    Violation {
        status: ViolationStatus::Resolved,
        ruling: Some(Ruling {
            by: "key_1".to_owned(),
            at: at(9),
            action: ViolationAction::Reject,
            reason: "no".to_owned(),
        }),
        revision: before.revision + 1,
        ..before
    }
}

pub async fn a_violation_is_decided_once(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a"), new(violation("vio_1", Some("thr_1")))], "a violation").await;
    let name: ViolationId = id("vio_1");
    let found = ports.policy.lookup(&id("a"), &name).await.unwrap();
    assert_eq!(found, Some(violation("vio_1", Some("thr_1"))), "every field");
    ports.refuse("a", 1, [new(violation("vio_1", None))], Conflict::Exists, "the same again").await;
    let after = ruled(violation("vio_1", Some("thr_1")));
    let decide = || Change::Violation { after: Box::new(after.clone()), before: Some(1) };
    ports.apply("a", 2, [decide()], "deciding").await;
    ports.refuse("a", 3, [decide()], Conflict::Stale, "deciding again").await;
    assert_eq!(ports.policy.lookup(&id("a"), &name).await.unwrap(), Some(after), "with its ruling");
    assert_eq!(ports.policy.lookup(&id("a"), &id("vio_2")).await.unwrap(), None, "nobody's");
}

pub async fn violations_by_thread_and_status(ports: &Ports) {
    let decided = ruled(violation("vio_3", Some("thr_1")));
    let all = [
        violation("vio_1", Some("thr_1")),
        violation("vio_2", Some("thr_2")),
        decided,
        violation("vio_4", None),
    ];
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    ports.apply("a", 0, all.map(new), "four violations").await;
    for (thread, status, expected) in [
        (None, None, vec!["vio_4", "vio_3", "vio_2", "vio_1"]),
        (Some("thr_1"), None, vec!["vio_3", "vio_1"]),
        (None, Some(ViolationStatus::Open), vec!["vio_4", "vio_2", "vio_1"]),
        (Some("thr_1"), Some(ViolationStatus::Resolved), vec!["vio_3"]),
        (Some("thr_9"), None, vec![]),
        (None, Some(ViolationStatus::Dismissed), vec![]),
    ] {
        let filter = ViolationFilter { status, thread: thread.map(id) };
        let listed = async |page: Page| ports.policy.list(&id("a"), &filter, &page).await.unwrap();
        let page = Page { newest_first: true, ..Page::first(9) };
        let found: Vec<String> = listed(page).await.items.iter().map(|found| found.id.to_string()).collect();
        assert_eq!(found, expected, "{filter:?}, newest first");
        let mut one_by_one = Vec::new();
        let mut page = Page::first(1);
        loop {
            let listed = listed(page.clone()).await;
            one_by_one.extend(listed.items.iter().map(|found| found.id.to_string()));
            let Some(next) = listed.next else { break };
            page.after = Some(next);
        }
        one_by_one.reverse();
        assert_eq!(one_by_one, expected, "{filter:?}, page by page");
    }
}

pub async fn a_piece_is_remembered_by_one_of_two(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    let thread: ThreadId = id("thr_1");
    let remember = |state: &str, revision: u64, before| Change::ScanMemory {
        thread: id("thr_1"),
        sender: "customer:cus_1".to_owned(),
        after: ScanMemory { state: state.to_owned(), revision },
        before,
    };
    let found =
        async |sender: &str| ports.policy.scan_context(&id("a"), Some(&thread), sender).await.unwrap().memory;
    assert_eq!(found("customer:cus_1").await, None, "nothing yet");
    ports.apply("a", 1, [remember("{\"a\":1}", 1, None)], "the first piece").await;
    ports.refuse("a", 1, [remember("{}", 1, None)], Conflict::Exists, "two first pieces").await;
    ports.apply("a", 2, [remember("{\"a\":2}", 2, Some(1))], "the second piece").await;
    ports.refuse("a", 2, [remember("{}", 2, Some(1))], Conflict::Stale, "two second pieces").await;
    let expected = ScanMemory { state: "{\"a\":2}".to_owned(), revision: 2 };
    assert_eq!(found("customer:cus_1").await, Some(expected));
    assert_eq!(found("staff:ann").await, None, "another sender");
    let elsewhere = ports.policy.scan_context(&id("a"), Some(&id("thr_2")), "customer:cus_1").await.unwrap();
    assert_eq!(elsewhere.memory, None, "another thread");
    let nowhere = ports.policy.scan_context(&id("a"), None, "customer:cus_1").await.unwrap();
    assert_eq!(nowhere.memory, None, "no thread");
}

pub async fn what_a_scan_needs_comes_with_the_conversation(ports: &Ports) {
    settle(ports, "a", 1).await;
    let found = async |party: &str| {
        let (number, party) = (phone(&our(1, 2)), phone(party));
        let found = ports.conversations.find(&id("a"), &number, Some(&party), at(5)).await.unwrap();
        found.expect("the tenant exists").scan
    };
    assert_eq!(found(CUSTOMER_1).await, ScanContext::default(), "nothing yet");
    let remember = |thread: &str, sender: &str| Change::ScanMemory {
        thread: id(thread),
        sender: sender.to_owned(),
        after: ScanMemory { state: format!("{{\"of\":\"{sender} in {thread}\"}}"), revision: 1 },
        before: None,
    };
    let entries = vec![Allowed { kind: Kind::Url, value: "a.example".to_owned() }];
    let allowed = AllowList { entries, revision: 1 };
    let changes = [
        remember("thr_1", "customer:cus_1"),
        remember("thr_1", "customer:cus_2"),
        remember("thr_1", "staff:cus_1"),
        remember("thr_2", "customer:cus_1"),
        Change::AllowList { after: allowed.clone(), before: 0 },
    ];
    ports.apply("a", 1, changes, "an allow-list and what is remembered").await;
    let state = "{\"of\":\"customer:cus_1 in thr_1\"}".to_owned();
    let own = ScanContext { allowed: allowed.clone(), memory: Some(ScanMemory { state, revision: 1 }) };
    assert_eq!(found(CUSTOMER_1).await, own, "of the customer, in their thread");
    let of_thread = ports.conversations.lookup(&id("a"), &id("thr_1"), at(5)).await.unwrap();
    assert_eq!(of_thread.expect("the thread exists").scan, own, "by the thread");
    let foreign = ScanContext { allowed, memory: None };
    for (party, who) in [(STRANGER, "a stranger"), (CUSTOMER_2, "a customer with no thread there")] {
        assert_eq!(
            found(party).await,
            foreign,
            "{who} meets the thread, and nothing is remembered of them in it"
        );
    }
}

pub async fn an_allow_list_is_replaced_by_one_of_two(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    let list = |values: &[&str], revision| AllowList {
        entries: values.iter().map(|value| Allowed { kind: Kind::Url, value: (*value).to_owned() }).collect(),
        revision,
    };
    let found = async || ports.policy.scan_context(&id("a"), None, "").await.unwrap().allowed;
    assert_eq!(found().await, AllowList::default(), "nothing is allowed");
    let put = |after: AllowList, before| Change::AllowList { after, before };
    ports.refuse("a", 1, [put(list(&["x.example"], 5), 4)], Conflict::Stale, "changing what is not").await;
    ports.apply("a", 1, [put(list(&["b.example", "a.example"], 1), 0)], "the first list").await;
    ports.refuse("a", 2, [put(list(&[], 1), 0)], Conflict::Stale, "two first lists").await;
    assert_eq!(found().await, list(&["b.example", "a.example"], 1), "in its order");
    ports.apply("a", 3, [put(list(&[], 2), 1)], "nothing allowed any more").await;
    assert_eq!(found().await, list(&[], 2));
}

pub async fn policy_of_another_tenant(ports: &Ports) {
    for name in ["a", "b"] {
        ports.apply(name, 0, [new_tenant(name)], "a tenant").await;
    }
    let memory = ScanMemory { state: "{}".to_owned(), revision: 1 };
    let entries = vec![Allowed { kind: Kind::Phone, value: "+14155550100".to_owned() }];
    let changes = [
        new(violation("vio_1", Some("thr_1"))),
        Change::ScanMemory { thread: id("thr_1"), sender: "owner:".to_owned(), after: memory, before: None },
        Change::AllowList { after: AllowList { entries, revision: 1 }, before: 0 },
    ];
    ports.apply("a", 1, changes, "policy of a tenant").await;
    let (b, thread) = (&id("b"), id("thr_1"));
    assert_eq!(ports.policy.lookup(b, &id("vio_1")).await.unwrap(), None, "violation");
    let listed = ports.policy.list(b, &ViolationFilter::default(), &Page::first(9)).await.unwrap();
    assert!(listed.items.is_empty(), "violations");
    let context = ports.policy.scan_context(b, Some(&thread), "owner:").await.unwrap();
    assert_eq!((context.memory, context.allowed), (None, AllowList::default()), "what a scan needs");
    let theirs = Change::Violation { after: Box::new(ruled(violation("vio_1", None))), before: Some(1) };
    ports.refuse("b", 2, [theirs], Conflict::Stale, "deciding what belongs to another").await;
}
