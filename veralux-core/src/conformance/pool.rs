//! The choice of pool numbers.

use super::Ports;
use super::make::{
    CUSTOMER_1, CUSTOMER_2, STRANGER, at, id, new_number, new_thread, number, number_in, our, phone,
    put_number, put_thread, settle, thread, thread_in,
};
use crate::party::{NumberClass, NumberStatus, ThreadStatus};
use crate::port::Change;

async fn free(ports: &Ports, party: &str, seconds: i64, limit: u16) -> Vec<String> {
    let listed = ports.numbers.list_free_pool(&id("a"), &phone(party), at(seconds), limit).await.unwrap();
    listed.into_iter().map(|number| number.id.to_string()).collect()
}

/// Numbers of the pool besides `pool`: `p3` to `p6` on lines 13 to 16.
async fn widen(ports: &Ports) {
    settle(ports, "a", 1).await;
    for line in [6, 5, 4, 3] {
        let one = number(&format!("p{line}"), &our(1, 10 + line), NumberClass::Pool);
        ports.apply("a", 0, [new_number(one)], "a pool number").await;
    }
}

pub async fn least_recently_used_first(ports: &Ports) {
    widen(ports).await;
    let used = [("pool", 2, 30), ("p3", 13, 20), ("p5", 15, 20), ("p6", 16, 10)];
    let changes = used.map(|(name, line, seconds)| Change::NumberUsed {
        id: id(name),
        e164: phone(&our(1, line)),
        at: at(seconds),
    });
    ports.apply("a", 40, changes, "uses").await;
    let order = ["p4", "p6", "p3", "p5", "pool"];
    assert_eq!(free(ports, STRANGER, 50, 9).await, order, "never used, then the oldest use, then by digits");
    assert_eq!(free(ports, STRANGER, 50, 2).await, order[..2], "at most as many as are asked for");
}

pub async fn only_active_pool_numbers(ports: &Ports) {
    widen(ports).await;
    for (line, status) in [(3, NumberStatus::Quarantined), (4, NumberStatus::Inactive)] {
        let one = number(&format!("p{line}"), &our(1, 10 + line), NumberClass::Pool);
        ports.apply("a", 1, [put_number(number_in(status, one))], "out of use").await;
    }
    assert_eq!(free(ports, STRANGER, 5, 9).await, ["pool", "p5", "p6"], "no others, and no other class");
    let nobody = ports.numbers.list_free_pool(&id("none"), &phone(STRANGER), at(5), 9).await.unwrap();
    assert_eq!(nobody, [], "no such tenant");
}

pub async fn free_for_a_party(ports: &Ports) {
    widen(ports).await;
    let closed =
        |name, free_at| thread_in(ThreadStatus::Closed, Some(at(free_at)), thread(name, "cus_1", "p3"));
    let changes = [new_thread(thread("thr_3", "cus_1", "p3")), put_thread(closed("thr_3", 50))];
    ports.apply("a", 10, changes, "a closed thread on p3").await;
    let blocked = thread_in(ThreadStatus::Blocked, None, thread("thr_4", "cus_1", "p4"));
    ports.apply("a", 10, [new_thread(blocked)], "a blocked thread on p4").await;
    assert_eq!(
        free(ports, CUSTOMER_1, 49, 9).await,
        ["p5", "p6"],
        "open, blocked and within the tail are not"
    );
    assert_eq!(
        free(ports, CUSTOMER_1, 50, 9).await,
        ["p3", "p5", "p6"],
        "the tail is over exactly at its end"
    );
    let all = ["pool", "p3", "p4", "p5", "p6"];
    assert_eq!(free(ports, CUSTOMER_2, 10, 9).await, all, "threads of others do not count");
    assert_eq!(free(ports, STRANGER, 10, 9).await, all, "nobody's number");
}
