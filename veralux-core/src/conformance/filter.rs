//! What filters let through.

use super::Ports;
use super::make::{
    at, decision, id, instruction, message, new_number, new_thread, number, number_in, our, put_number,
    put_thread, settle, thread, thread_in, window,
};
use crate::party::{NumberClass, NumberStatus, ThreadStatus};
use crate::port::{Change, Destination, Message, MessageFilter, NumberFilter, Page, ThreadFilter};

const PAGE: u16 = 50;

pub async fn numbers(ports: &Ports) {
    settle(ports, "a", 1).await;
    let pool_2 = number("pool_2", &our(1, 4), NumberClass::Pool);
    let resting = number_in(NumberStatus::Quarantined, pool_2.clone());
    ports.apply("a", 1, [new_number(pool_2), put_number(resting)], "a resting pool number").await;
    let gone = number_in(NumberStatus::Inactive, number("staff", &our(1, 3), NumberClass::Staff));
    ports.apply("a", 1, [put_number(gone)], "a number given up").await;
    let (pool, quarantined) = (Some(NumberClass::Pool), Some(NumberStatus::Quarantined));
    for (class, status, expected) in [
        (None, None, &["desk", "pool", "pool_2", "staff"][..]),
        (pool, None, &["pool", "pool_2"]),
        (None, quarantined, &["pool_2"]),
        (pool, Some(NumberStatus::Active), &["pool"]),
        (Some(NumberClass::FrontDesk), quarantined, &[]),
        (Some(NumberClass::Staff), Some(NumberStatus::Inactive), &["staff"]),
    ] {
        let filter = NumberFilter { class, status };
        let listed = ports.numbers.list(&id("a"), filter, &Page::first(PAGE)).await.unwrap();
        let names: Vec<_> = listed.items.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(names, expected, "{filter:?}");
    }
    let filter = NumberFilter { class: pool, status: None };
    let first = ports.numbers.list(&id("a"), filter, &Page::first(1)).await.unwrap();
    assert_eq!(first.items[0].id.as_str(), "pool");
    let rest = ports.numbers.list(&id("a"), filter, &Page::first(9).after(first.next)).await.unwrap();
    assert_eq!(rest.items.len(), 1, "a page goes on where the filtered one ended");
}

pub async fn threads(ports: &Ports) {
    settle(ports, "a", 1).await;
    let changes = [
        new_thread(thread("thr_3", "cus_1", "desk")),
        new_thread(thread("thr_4", "cus_2", "pool")),
        put_thread(thread_in(ThreadStatus::Closed, Some(at(9)), thread("thr_4", "cus_2", "pool"))),
    ];
    ports.apply("a", 1, changes, "threads").await;
    let (closed, active) = (Some(ThreadStatus::Closed), Some(ThreadStatus::Active));
    for (number, customer, status, expected) in [
        (None, None, None, &["thr_1", "thr_2", "thr_3", "thr_4"][..]),
        (Some("pool"), None, None, &["thr_1", "thr_4"]),
        (None, Some("cus_1"), None, &["thr_1", "thr_3"]),
        (None, None, closed, &["thr_4"]),
        (Some("pool"), None, active, &["thr_1"]),
        (Some("desk"), Some("cus_2"), active, &["thr_2"]),
        (Some("desk"), Some("cus_2"), closed, &[]),
        (Some("none"), None, None, &[]),
        (None, Some("none"), None, &[]),
    ] {
        let filter = ThreadFilter { number: number.map(id), customer: customer.map(id), status };
        let listed = ports.threads.list(&id("a"), &filter, &Page::first(PAGE)).await.unwrap();
        let names: Vec<_> = listed.items.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(names, expected, "{filter:?}");
    }
}

pub async fn windows_and_overrides(ports: &Ports) {
    settle(ports, "a", 1).await;
    let changes = [
        Change::Window(window("w1", "thr_1", 0, 10)),
        Change::Window(window("w2", "thr_2", 0, 10)),
        Change::Window(window("w3", "thr_1", 0, 20)),
        Change::Override(instruction("o1", "thr_2", 0, None)),
        Change::Override(instruction("o2", "thr_1", 0, Some(9))),
        Change::RemoveOverride { id: id("o2"), at: at(1) },
    ];
    ports.apply("a", 1, changes, "windows and overrides").await;
    let (schedule, page) = (&ports.schedule, &Page::first(PAGE));
    for (thread, windows, overrides) in [
        (None, &["w1", "w2", "w3"][..], &["o1", "o2"][..]),
        (Some("thr_1"), &["w1", "w3"], &["o2"]),
        (Some("thr_2"), &["w2"], &["o1"]),
        (Some("none"), &[], &[]),
    ] {
        let of = thread.map(id);
        let listed = schedule.list_windows(&id("a"), of.as_ref(), page).await.unwrap().items;
        assert_eq!(listed.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), windows, "{thread:?}");
        let listed = schedule.list_overrides(&id("a"), of.as_ref(), page).await.unwrap().items;
        assert_eq!(listed.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), overrides, "{thread:?}");
    }
    for (thread, seconds, expected) in
        [("thr_1", 0, 2), ("thr_1", 9, 2), ("thr_1", 10, 1), ("thr_1", 20, 0), ("none", 0, 0)]
    {
        let count = schedule.count_windows(&id("a"), &id(thread), at(seconds)).await.unwrap();
        assert_eq!(count, expected, "windows of {thread} that end behind {seconds}");
    }
}

pub async fn messages(ports: &Ports) {
    settle(ports, "a", 1).await;
    let to = |name, thread, target| Change::Message(Box::new(Message { target, ..message(name, thread) }));
    let changes = [
        to("m1", Some("thr_1"), Some(Destination::OwnerInbox)),
        to("m2", Some("thr_1"), Some(Destination::Staff(id("stf_1")))),
        to("m3", None, Some(Destination::OwnerInbox)),
        to("m4", Some("thr_2"), None),
        to("m5", Some("thr_2"), Some(Destination::Customer(id("cus_2")))),
    ];
    ports.apply("a", 1, changes, "messages").await;
    for (filter, expected) in [
        (MessageFilter::OwnerInbox, &["m1", "m3"][..]),
        (MessageFilter::Thread(id("thr_1")), &["m1", "m2"]),
        (MessageFilter::Thread(id("thr_2")), &["m4", "m5"]),
        (MessageFilter::Thread(id("none")), &[]),
    ] {
        let listed = ports.messages.list(&id("a"), &filter, &Page::first(PAGE)).await.unwrap();
        let names: Vec<_> = listed.items.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(names, expected, "{filter:?}");
    }
}

pub async fn decisions(ports: &Ports) {
    settle(ports, "a", 1).await;
    let all = [("d1", Some("thr_1")), ("d2", None), ("d3", Some("thr_1")), ("d4", Some("thr_2"))];
    ports
        .apply("a", 1, all.map(|(name, thread)| Change::Decision(decision(name, thread))), "decisions")
        .await;
    for (thread, expected) in [("thr_1", &["d1", "d3"][..]), ("thr_2", &["d4"]), ("none", &[])] {
        let listed = ports.decisions.list(&id("a"), &id(thread), &Page::first(PAGE)).await.unwrap();
        let names: Vec<_> = listed.items.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(names, expected, "{thread}");
    }
}
