//! What stands between a party and a number.

use super::Ports;
use super::make::{
    CUSTOMER_1, CUSTOMER_2, STRANGER, at, id, instruction, new_thread, our, phone, put_thread, settle,
    tenant, thread, thread_in, window,
};
use crate::party::ThreadStatus;
use crate::port::{Change, Conversation, Thread};

/// What is found for tenant `a`.
async fn find(ports: &Ports, number: &str, party: Option<&str>, seconds: i64) -> Conversation {
    let (number, party) = (phone(number), party.map(phone));
    let found = ports.conversations.find(&id("a"), &number, party.as_ref(), at(seconds)).await.unwrap();
    let found = found.expect("the tenant exists");
    if found.number.is_some() {
        let called = ports.conversations.find_called(&number, party.as_ref(), at(seconds)).await.unwrap();
        assert_eq!(called.as_ref(), Some(&found), "by the number alone");
    }
    found
}

fn thread_of(conversation: &Conversation) -> Option<&str> {
    conversation.thread.as_ref().map(|thread| thread.id.as_str())
}

fn customer_of(conversation: &Conversation) -> Option<&str> {
    conversation.customer.as_ref().map(|customer| customer.id.as_str())
}

fn number_of(conversation: &Conversation) -> Option<&str> {
    conversation.number.as_ref().map(|number| number.id.as_str())
}

pub async fn a_mapped_customer(ports: &Ports) {
    settle(ports, "a", 1).await;
    let more = [new_thread(thread("thr_3", "cus_2", "pool"))];
    ports.apply("a", 1, more, "a newer thread of another customer").await;
    let found = find(ports, &our(1, 2), Some(CUSTOMER_1), 5).await;
    assert_eq!(found.tenant, tenant("a"));
    assert_eq!(found.thread, Some(thread("thr_1", "cus_1", "pool")), "the pair's thread, not the newest");
    assert!(found.mapped, "the party is its customer");
    assert_eq!((number_of(&found), customer_of(&found)), (Some("pool"), Some("cus_1")));
    let found = find(ports, &our(1, 1), Some(CUSTOMER_2), 5).await;
    assert_eq!((thread_of(&found), found.mapped), (Some("thr_2"), true), "on a front desk number");
    let none = ports.conversations.find(&id("none"), &phone(&our(1, 2)), None, at(5)).await.unwrap();
    assert!(none.is_none(), "no such tenant");
}

pub async fn a_stranger_on_a_pool_number(ports: &Ports) {
    settle(ports, "a", 1).await;
    let newer = Thread { created_at: at(4), ..thread("thr_3", "cus_2", "pool") };
    let changes = [new_thread(newer), Change::Window(window("win_1", "thr_3", 0, 99))];
    ports.apply("a", 4, changes, "a newer thread").await;
    for (party, who) in [(Some(STRANGER), "a stranger"), (None, "a party without a number")] {
        let found = find(ports, &our(1, 2), party, 5).await;
        assert_eq!(thread_of(&found), Some("thr_3"), "{who} meets the newest thread of the number");
        assert!(!found.mapped, "{who} is not its customer");
        assert_eq!(found.customer, None, "{who} is nobody's customer");
        assert_eq!(found.windows.len(), 1, "{who}: the windows are that thread's");
    }
}

pub async fn a_stranger_on_another_number(ports: &Ports) {
    settle(ports, "a", 1).await;
    ports.apply("a", 1, [new_thread(thread("thr_3", "cus_1", "staff"))], "a thread").await;
    for (line, what) in [(1, "front desk"), (3, "staff")] {
        let found = find(ports, &our(1, line), Some(STRANGER), 5).await;
        assert_eq!((thread_of(&found), found.mapped), (None, false), "{what}");
        assert_eq!(found.customer, None, "{what}");
        assert!(found.number.is_some() && found.windows.is_empty() && found.overrides.is_empty(), "{what}");
    }
}

pub async fn a_customer_without_a_thread_there(ports: &Ports) {
    settle(ports, "a", 1).await;
    for (line, party, customer, thread, what) in [
        (1, CUSTOMER_1, "cus_1", None, "front desk"),
        (2, CUSTOMER_2, "cus_2", Some("thr_1"), "a pool number, as a stranger"),
        (3, CUSTOMER_1, "cus_1", None, "staff"),
    ] {
        let found = find(ports, &our(1, line), Some(party), 5).await;
        assert_eq!((thread_of(&found), found.mapped), (thread, false), "{what}");
        assert_eq!(customer_of(&found), Some(customer), "{what}: the customer is known all the same");
    }
}

pub async fn a_number_that_is_not_held(ports: &Ports) {
    settle(ports, "a", 1).await;
    settle(ports, "b", 2).await;
    for (number, what) in [(our(7, 7), "nobody's"), (our(2, 2), "another tenant's")] {
        let found = find(ports, &number, Some(CUSTOMER_1), 5).await;
        assert_eq!((number_of(&found), thread_of(&found), found.mapped), (None, None, false), "{what}");
        assert_eq!(customer_of(&found), Some("cus_1"), "{what}: the customer is the tenant's own");
    }
}

pub async fn the_holder_of_a_number(ports: &Ports) {
    settle(ports, "a", 1).await;
    settle(ports, "b", 2).await;
    let conversations = &ports.conversations;
    for (tenant, place) in [("a", 1), ("b", 2), ("a", 1)] {
        let number = phone(&our(place, 2));
        let found =
            conversations.find_called(&number, Some(&phone(CUSTOMER_1)), at(5)).await.unwrap().unwrap();
        assert_eq!((found.tenant.id, found.number.unwrap().e164), (id(tenant), number));
        assert!(found.mapped, "a thread of {tenant}");
        let thread = conversations.lookup(&id(tenant), &id("thr_1"), at(5)).await.unwrap().unwrap();
        assert_eq!((found.customer, found.thread), (thread.customer, thread.thread), "of {tenant}");
    }
    let nobody =
        conversations.find_called(&phone(&our(7, 7)), Some(&phone(CUSTOMER_1)), at(5)).await.unwrap();
    assert!(nobody.is_none(), "nobody holds it");
}

pub async fn the_tail_of_a_closed_thread(ports: &Ports) {
    settle(ports, "a", 1).await;
    let closed = thread_in(ThreadStatus::Closed, Some(at(50)), thread("thr_1", "cus_1", "pool"));
    ports.apply("a", 10, [put_thread(closed.clone())], "closing").await;
    let found = find(ports, &our(1, 2), Some(CUSTOMER_1), 49).await;
    assert_eq!((found.thread, found.mapped), (Some(closed), true), "within the tail");
    for seconds in [50, 51] {
        let found = find(ports, &our(1, 2), Some(CUSTOMER_1), seconds).await;
        assert!(!found.mapped, "behind the tail, at {seconds}: the pair names nothing");
        assert_eq!(thread_of(&found), Some("thr_1"), "at {seconds}: it is the number's newest all the same");
        assert_eq!(customer_of(&found), Some("cus_1"), "behind the tail, at {seconds}");
    }
    let desk = thread_in(ThreadStatus::Closed, Some(at(50)), thread("thr_2", "cus_2", "desk"));
    ports.apply("a", 10, [put_thread(desk)], "closing one on the front desk").await;
    let found = find(ports, &our(1, 1), Some(CUSTOMER_2), 50).await;
    assert_eq!((thread_of(&found), found.mapped), (None, false), "behind the tail, on no pool number");
}

pub async fn a_thread_that_moved(ports: &Ports) {
    settle(ports, "a", 1).await;
    let moved = Thread { number: id("staff"), revision: 2, ..thread("thr_1", "cus_1", "pool") };
    ports.apply("a", 1, [put_thread(moved.clone())], "moving").await;
    let found = find(ports, &our(1, 3), Some(CUSTOMER_1), 5).await;
    assert_eq!((found.thread, found.mapped), (Some(moved), true), "where it went");
    let found = find(ports, &our(1, 2), Some(CUSTOMER_1), 5).await;
    assert_eq!((thread_of(&found), found.mapped), (None, false), "where it was");
    let found = find(ports, &our(1, 2), Some(STRANGER), 5).await;
    assert_eq!(thread_of(&found), None, "no thread is left there for strangers to meet");
}

pub async fn windows_that_have_not_ended(ports: &Ports) {
    settle(ports, "a", 1).await;
    let windows = [
        window("win_past", "thr_1", 0, 10),
        window("win_until", "thr_1", 0, 20),
        window("win_now", "thr_1", 15, 21),
        window("win_next", "thr_1", 30, 40),
        window("win_other", "thr_2", 0, 99),
    ];
    ports.apply("a", 1, windows.map(Change::Window), "windows").await;
    for (seconds, expected) in [
        (20, &["win_next", "win_now"][..]),
        (19, &["win_next", "win_now", "win_until"]),
        (5, &["win_next", "win_now", "win_past", "win_until"]),
        (40, &[]),
    ] {
        let by_pair = find(ports, &our(1, 2), Some(CUSTOMER_1), seconds).await;
        let by_id = ports.conversations.lookup(&id("a"), &id("thr_1"), at(seconds)).await.unwrap();
        for found in [by_pair, by_id.unwrap()] {
            let mut names: Vec<_> = found.windows.iter().map(|window| window.id.as_str()).collect();
            names.sort_unstable();
            assert_eq!(names, expected, "at {seconds}");
        }
    }
    let found = find(ports, &our(1, 2), Some(CUSTOMER_1), 39).await;
    assert_eq!(found.windows, [window("win_next", "thr_1", 30, 40)], "with all its fields");
}

pub async fn overrides_that_count(ports: &Ports) {
    settle(ports, "a", 1).await;
    let overrides = [
        instruction("ovr_past", "thr_1", 0, Some(10)),
        instruction("ovr_until", "thr_1", 0, Some(20)),
        instruction("ovr_now", "thr_1", 15, Some(21)),
        instruction("ovr_next", "thr_1", 30, Some(40)),
        instruction("ovr_ever", "thr_1", 0, None),
        instruction("ovr_gone", "thr_1", 0, None),
        instruction("ovr_gone_before_its_end", "thr_1", 0, Some(50)),
        instruction("ovr_gone_behind_its_end", "thr_1", 0, Some(11)),
        instruction("ovr_other", "thr_2", 0, None),
    ];
    ports.apply("a", 1, overrides.map(Change::Override), "overrides").await;
    for gone in ["ovr_gone", "ovr_gone_before_its_end", "ovr_gone_behind_its_end"] {
        ports.apply("a", 12, [Change::RemoveOverride { id: id(gone), at: at(12) }], "removing one").await;
    }
    for (seconds, expected) in [
        (20, &["ovr_ever", "ovr_next", "ovr_now"][..]),
        (12, &["ovr_ever", "ovr_next", "ovr_now", "ovr_until"]),
        (11, &["ovr_ever", "ovr_gone", "ovr_gone_before_its_end", "ovr_next", "ovr_now", "ovr_until"]),
        (40, &["ovr_ever"]),
    ] {
        let by_pair = find(ports, &our(1, 2), Some(CUSTOMER_1), seconds).await;
        let by_id = ports.conversations.lookup(&id("a"), &id("thr_1"), at(seconds)).await.unwrap();
        for found in [by_pair, by_id.unwrap()] {
            let mut names: Vec<_> = found.overrides.iter().map(|found| found.id.as_str()).collect();
            names.sort_unstable();
            assert_eq!(names, expected, "at {seconds}");
        }
    }
    let found = find(ports, &our(1, 2), Some(CUSTOMER_1), 40).await;
    assert_eq!(found.overrides, [instruction("ovr_ever", "thr_1", 0, None)], "with all its fields");
}

pub async fn lookup_of_a_thread(ports: &Ports) {
    settle(ports, "a", 1).await;
    settle(ports, "b", 2).await;
    ports.apply("b", 1, [new_thread(thread("thr_b", "cus_2", "pool"))], "a thread of its own").await;
    let conversations = &ports.conversations;
    let found = conversations.lookup(&id("a"), &id("thr_1"), at(5)).await.unwrap().unwrap();
    assert_eq!(found.thread, Some(thread("thr_1", "cus_1", "pool")));
    assert!(found.mapped, "it is looked at as its customer sees it");
    assert_eq!((number_of(&found), customer_of(&found)), (Some("pool"), Some("cus_1")));
    for (tenant, name, what) in [
        ("a", "thr_9", "no such thread"),
        ("a", "thr_b", "another tenant's"),
        ("none", "thr_1", "no such tenant"),
    ] {
        let found = conversations.lookup(&id(tenant), &id(name), at(5)).await.unwrap();
        assert!(found.is_none(), "{what}");
    }
    let closed = thread_in(ThreadStatus::Closed, Some(at(2)), thread("thr_1", "cus_1", "pool"));
    ports.apply("a", 1, [put_thread(closed.clone())], "closing").await;
    let found = conversations.lookup(&id("a"), &id("thr_1"), at(5)).await.unwrap().unwrap();
    assert_eq!((found.thread, found.mapped), (Some(closed), true), "by id, even behind its tail");
}
