//! Threads and the pairs of numbers that name them.

use super::Ports;
use super::make::{
    CUSTOMER_1, at, customer, id, new_number, new_tenant, new_thread, number, number_in, our, phone,
    put_number, put_thread, settle, thread, thread_in,
};
use crate::party::{NumberClass, NumberStatus, ThreadStatus};
use crate::port::{Change, Conflict, Thread};

use ThreadStatus::{Active, Archived, Blocked, Closed};

fn taken(thread: &str) -> Conflict {
    Conflict::PairTaken(id(thread))
}

/// `thr_1` of `cus_1` on `pool`, closed at revision 2 with its pair kept until `free_at`.
fn closed(free_at: i64) -> Thread {
    thread_in(Closed, Some(at(free_at)), thread("thr_1", "cus_1", "pool"))
}

/// What the pair of `cus_1` and `pool` names.
async fn named(ports: &Ports, seconds: i64) -> Option<String> {
    let (tenant, pool, party) = (id("a"), phone(&our(1, 2)), phone(CUSTOMER_1));
    let found = ports.conversations.find(&tenant, &pool, Some(&party), at(seconds)).await.unwrap();
    let found = found.unwrap();
    found.thread.filter(|_| found.mapped).map(|thread| thread.id.to_string())
}

pub async fn threads_by_revision(ports: &Ports) {
    settle(ports, "a", 1).await;
    let change = |after: Thread, before| [Change::Thread { after, before }];
    let unknown = thread("thr_9", "cus_2", "pool");
    ports.refuse("a", 1, change(unknown, Some(1)), Conflict::Stale, "changing what is not there").await;
    let blocked = thread_in(Blocked, None, thread("thr_1", "cus_1", "pool"));
    ports.refuse("a", 1, change(blocked.clone(), Some(2)), Conflict::Stale, "another revision").await;
    ports.apply("a", 1, change(blocked.clone(), Some(1)), "changing").await;
    ports
        .refuse("a", 1, change(blocked.clone(), Some(1)), Conflict::Stale, "changing from an old state")
        .await;
    let found = ports.threads.lookup(&id("a"), &id("thr_1")).await.unwrap();
    assert_eq!(found, Some(blocked), "the thread after all this");
    assert_eq!(ports.threads.lookup(&id("a"), &id("thr_9")).await.unwrap(), None, "no such thread");
}

pub async fn a_thread_needs_customer_and_number(ports: &Ports) {
    settle(ports, "a", 1).await;
    ports.apply("b", 0, [new_tenant("b")], "a second tenant").await;
    ports.apply("b", 0, [Change::Customer(customer("cus_b", CUSTOMER_1))], "its customer").await;
    ports.apply("b", 0, [new_number(number("num_b", &our(2, 1), NumberClass::Pool))], "its number").await;
    for (status, name, line) in [(NumberStatus::Quarantined, "q", 8), (NumberStatus::Inactive, "i", 9)] {
        let fresh = number(name, &our(1, line), NumberClass::Pool);
        ports.apply("a", 0, [new_number(fresh.clone())], "a number").await;
        ports.apply("a", 0, [put_number(number_in(status, fresh))], "in another state").await;
    }
    for (customer, number, what) in [
        ("cus_9", "pool", "no such customer"),
        ("cus_b", "pool", "another tenant's customer"),
        ("cus_2", "none", "no such number"),
        ("cus_2", "num_b", "another tenant's number"),
        ("cus_2", "q", "a number in quarantine"),
        ("cus_2", "i", "a number that was given up"),
    ] {
        let change = [new_thread(thread("thr_9", customer, number))];
        ports.refuse("a", 1, change, Conflict::Dangling, what).await;
    }
    let moved = Thread { number: id("none"), revision: 2, ..thread("thr_1", "cus_1", "pool") };
    ports.refuse("a", 1, [put_thread(moved)], Conflict::Dangling, "moved to no number").await;
    let resting = number_in(NumberStatus::Quarantined, number("pool", &our(1, 2), NumberClass::Pool));
    ports.apply("a", 2, [put_number(resting)], "the thread's number goes into quarantine").await;
    ports.apply("a", 3, [put_thread(closed(9))], "its thread changes all the same").await;
}

pub async fn an_open_thread_has_its_pair(ports: &Ports) {
    settle(ports, "a", 1).await;
    let second = || [new_thread(thread("thr_9", "cus_1", "pool"))];
    ports.refuse("a", 1, second(), taken("thr_1"), "the pair of an active thread").await;
    let blocked = thread_in(Blocked, None, thread("thr_1", "cus_1", "pool"));
    ports.apply("a", 1, [put_thread(blocked)], "blocking").await;
    ports.refuse("a", 1000, second(), taken("thr_1"), "the pair of a blocked thread").await;
    ports
        .apply("a", 1, [new_thread(thread("thr_9", "cus_2", "pool"))], "another customer, same number")
        .await;
    ports
        .apply("a", 1, [new_thread(thread("thr_8", "cus_1", "desk"))], "same customer, another number")
        .await;
    assert_eq!(named(ports, 1).await.as_deref(), Some("thr_1"), "what the pair names");
}

pub async fn the_tail_keeps_the_pair(ports: &Ports) {
    settle(ports, "a", 1).await;
    ports.apply("a", 10, [put_thread(closed(50))], "closing").await;
    let second = || [new_thread(thread("thr_9", "cus_1", "pool"))];
    ports.refuse("a", 10, second(), taken("thr_1"), "at once").await;
    ports.refuse("a", 49, second(), taken("thr_1"), "a second before the end of the tail").await;
    assert_eq!(named(ports, 49).await.as_deref(), Some("thr_1"), "the pair within the tail");
    assert_eq!(named(ports, 50).await, None, "the pair exactly at its end");
    ports.apply("a", 50, second(), "exactly at the end of the tail").await;
    assert_eq!(named(ports, 50).await.as_deref(), Some("thr_9"), "the pair belongs to the new thread");
    let archived = Thread { revision: 3, status: Archived, ..closed(50) };
    ports.apply("a", 60, [put_thread(archived)], "archiving the first one").await;
    assert_eq!(named(ports, 60).await.as_deref(), Some("thr_9"), "the pair is the new thread's still");
}

pub async fn a_thread_moves_with_its_pair(ports: &Ports) {
    settle(ports, "a", 1).await;
    let moved = |revision| Thread { number: id("desk"), revision, ..thread("thr_1", "cus_1", "pool") };
    ports.apply("a", 1, [new_thread(thread("thr_8", "cus_1", "desk"))], "a thread on the desk").await;
    ports.refuse("a", 2, [put_thread(moved(2))], taken("thr_8"), "the desk is taken").await;
    let away = thread_in(Closed, Some(at(5)), thread("thr_8", "cus_1", "desk"));
    ports.apply("a", 2, [put_thread(away)], "closing that one").await;
    ports.refuse("a", 4, [put_thread(moved(2))], taken("thr_8"), "its tail is not over").await;
    ports.apply("a", 5, [put_thread(moved(2))], "moving once it is").await;
    assert_eq!(named(ports, 5).await, None, "the pair it left");
    ports.apply("a", 5, [new_thread(thread("thr_9", "cus_1", "pool"))], "the pair it left is free").await;
    let fresh = [new_thread(thread("thr_7", "cus_1", "desk"))];
    ports.refuse("a", 6, fresh, taken("thr_1"), "the pair it took is not").await;
    let back = Thread { number: id("pool"), ..moved(3) };
    ports.refuse("a", 6, [put_thread(back)], taken("thr_9"), "its old pair is another's").await;
}

pub async fn a_thread_comes_back(ports: &Ports) {
    settle(ports, "a", 1).await;
    ports.apply("a", 10, [put_thread(closed(50))], "closing").await;
    let open = |revision| thread_in(Active, None, Thread { revision, ..thread("thr_1", "cus_1", "pool") });
    ports.apply("a", 20, [put_thread(open(2))], "reopening within the tail").await;
    ports.refuse("a", 99, [new_thread(thread("thr_9", "cus_1", "pool"))], taken("thr_1"), "open again").await;
    let again = thread_in(Closed, Some(at(130)), open(2));
    ports.apply("a", 100, [put_thread(again)], "closing again").await;
    ports.apply("a", 140, [put_thread(open(4))], "reopening behind the tail, nobody took the pair").await;
    assert_eq!(named(ports, 140).await.as_deref(), Some("thr_1"), "open once more");
    let third = thread_in(Closed, Some(at(200)), open(4));
    ports.apply("a", 150, [put_thread(third)], "closing for the third time").await;
    ports.apply("a", 200, [new_thread(thread("thr_9", "cus_1", "pool"))], "another takes the pair").await;
    ports.refuse("a", 201, [put_thread(open(6))], taken("thr_9"), "reopening comes too late").await;
}

pub async fn a_thread_behind_its_tail_asks_for_nothing(ports: &Ports) {
    settle(ports, "a", 1).await;
    let old = thread_in(Closed, Some(at(5)), thread("thr_0", "cus_1", "pool"));
    ports.apply("a", 6, [new_thread(old)], "a thread whose tail is over, though the pair is another's").await;
    assert_eq!(named(ports, 6).await.as_deref(), Some("thr_1"), "the pair stays with its thread");
}
