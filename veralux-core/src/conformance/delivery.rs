//! How far messages are that a tenant sends.

use super::Ports;
use super::make::{at, id, message, settle};
use crate::party::Direction;
use crate::port::{
    Change, Conflict, Delivery, DeliveryRecord, ErrorRecord, Message, Page, ProviderMessage, RawAnswer,
};

pub(super) fn outbound(name: &str) -> Message {
    Message {
        number: Some(id("pool")),
        direction: Direction::Outbound,
        delivery: Some(DeliveryRecord::queued(at(0))),
        ..message(name, Some("thr_1"))
    }
}

pub(super) fn named(name: &str) -> ProviderMessage {
    ProviderMessage { provider: "twilio".to_owned(), id: name.to_owned() }
}

/// Everything there is to say of a delivery, at a revision.
pub(super) fn full(revision: u64) -> DeliveryRecord {
    let raw = RawAnswer::new(400, "{\"code\":21610,\"message\":\"O'Reilly ä\\u0000 %_\"}".as_bytes());
    DeliveryRecord {
        state: Delivery::Failed,
        attempts: 7,
        retries: 3,
        attempt_at: Some(at(1)),
        error: Some(ErrorRecord::new(Some("21610"), "the recipient wants no messages", Some(raw))),
        failed_at: Some(at(2)),
        dead_since: Some(at(3)),
        updated_at: at(4),
        revision,
    }
}

pub(super) fn put(name: &str, provider: Option<&str>, after: DeliveryRecord) -> Change {
    Change::Delivery {
        message: id(name),
        provider: provider.map(named),
        before: after.revision - 1,
        after: Box::new(after),
    }
}

fn add(message: Message) -> Change {
    Change::Message(Box::new(message))
}

pub async fn deliveries_by_revision(ports: &Ports) {
    settle(ports, "a", 1).await;
    ports.apply("a", 0, [add(outbound("msg_1")), add(message("in", Some("thr_1")))], "messages").await;
    let found = async |name: &str| ports.messages.lookup(&id("a"), &id(name)).await.unwrap().unwrap();
    assert_eq!(found("msg_1").await, outbound("msg_1"), "as it was queued");
    for (what, change) in [
        ("no such message", put("none", None, full(2))),
        ("an inbound one", put("in", None, full(2))),
        ("from the future", put("msg_1", None, full(3))),
    ] {
        ports.refuse("a", 1, [change], Conflict::Stale, what).await;
    }
    ports.apply("a", 1, [put("msg_1", Some("SM1"), full(2))], "changed").await;
    let changed = Message { provider: Some(named("SM1")), delivery: Some(full(2)), ..outbound("msg_1") };
    assert_eq!(found("msg_1").await, changed, "all of it");
    ports.refuse("a", 2, [put("msg_1", None, full(2))], Conflict::Stale, "the revision before").await;
    let bare = DeliveryRecord { revision: 3, ..DeliveryRecord::queued(at(5)) };
    ports.apply("a", 2, [put("msg_1", None, bare.clone())], "begun anew").await;
    assert_eq!(
        found("msg_1").await,
        Message { delivery: Some(bare), ..outbound("msg_1") },
        "nothing is left"
    );
    assert_eq!(found("in").await.delivery, None, "the other one");
}

pub async fn messages_by_the_provider_s_id(ports: &Ports) {
    settle(ports, "a", 1).await;
    let received = Message { provider: Some(named("SM9")), ..message("in", None) };
    ports.apply("a", 0, [add(outbound("msg_1")), add(outbound("msg_2")), add(received)], "messages").await;
    let find = async |tenant: &str, provider: &str, name: &str| {
        let found = ports.messages.find_by_provider(&id(tenant), provider, name).await.unwrap();
        found.map(|message| message.id.to_string())
    };
    assert_eq!(find("a", "twilio", "SM1").await, None, "nobody's yet");
    ports.apply("a", 1, [put("msg_1", Some("SM1"), full(2))], "sent").await;
    assert_eq!(find("a", "twilio", "SM1").await.as_deref(), Some("msg_1"));
    assert_eq!(find("a", "twilio", "SM9").await, None, "an inbound one");
    assert_eq!(find("a", "telnyx", "SM1").await, None, "another provider");
    assert_eq!(find("a", "twilio", "sm1").await, None, "another id");
    assert_eq!(find("b", "twilio", "SM1").await, None, "another tenant");
    ports.apply("a", 2, [put("msg_1", Some("SM2"), full(3))], "sent once more").await;
    assert_eq!(find("a", "twilio", "SM1").await, None, "its old id");
    let taken = put("msg_2", Some("SM2"), full(2));
    ports.refuse("a", 3, [taken.clone()], Conflict::ProviderIdTaken, "two with one id").await;
    assert_eq!(find("a", "twilio", "SM2").await.as_deref(), Some("msg_1"), "it keeps it");
    let named_so = Message { provider: Some(named("SM2")), ..outbound("msg_3") };
    ports.refuse("a", 3, [add(named_so)], Conflict::ProviderIdTaken, "not even a new one").await;
    ports.apply("a", 3, [put("msg_1", None, full(4)), taken], "given on at once").await;
    assert_eq!(find("a", "twilio", "SM2").await.as_deref(), Some("msg_2"));
    ports
        .apply("b", 3, [add(outbound("msg_1")), put("msg_1", Some("SM2"), full(2))], "of another tenant")
        .await;
}

pub async fn dead_letters(ports: &Ports) {
    settle(ports, "a", 1).await;
    let names = ["msg_1", "msg_2", "msg_3", "msg_4"];
    ports.apply("a", 0, names.map(|name| add(outbound(name))), "messages").await;
    ports.apply("a", 1, ["msg_1", "msg_3", "msg_4"].map(|name| put(name, None, full(2))), "dead").await;
    let list = async |tenant: &str, page: &Page| {
        let listed = ports.messages.list_dead_letters(&id(tenant), page).await.unwrap();
        let names: Vec<_> = listed.items.iter().map(|message| message.id.to_string()).collect();
        (names.join(" "), listed.next)
    };
    let first = list("a", &Page::first(2)).await;
    assert_eq!(first.0, "msg_1 msg_3");
    assert_eq!(list("a", &Page::first(2).after(first.1)).await, ("msg_4".to_owned(), None), "the rest");
    assert_eq!(list("a", &Page::newest(2)).await.0, "msg_4 msg_3", "newest first");
    assert_eq!(list("b", &Page::first(9)).await, (String::new(), None), "another tenant");
    let again = DeliveryRecord { dead_since: None, revision: 3, ..full(3) };
    ports.apply("a", 2, [put("msg_3", None, again)], "one is sent again").await;
    assert_eq!(list("a", &Page::first(9)).await.0, "msg_1 msg_4", "it does not wait any more");
}

pub async fn failures_of_a_number(ports: &Ports) {
    settle(ports, "a", 1).await;
    let desk = |name: &str| Message { number: Some(id("desk")), ..outbound(name) };
    let failed = |seconds| DeliveryRecord { failed_at: Some(at(seconds)), ..full(2) };
    for (name, seconds) in [("msg_1", 10), ("msg_2", 30), ("msg_3", 20), ("msg_4", 20)] {
        ports.apply("a", 0, [add(outbound(name)), put(name, None, failed(seconds))], "a failure").await;
    }
    ports.apply("a", 0, [add(desk("msg_5")), put("msg_5", None, failed(40))], "on another number").await;
    ports.apply("a", 0, [add(outbound("msg_6"))], "none").await;
    let list = async |tenant: &str, number: &str, behind: i64, limit| {
        ports.messages.list_failures(&id(tenant), &id(number), at(behind), limit).await.unwrap()
    };
    assert_eq!(list("a", "pool", 10, 9).await, [at(30), at(20), at(20)], "the last first, one at 10 too old");
    assert_eq!(list("a", "pool", 0, 2).await, [at(30), at(20)], "as many as are wanted");
    assert_eq!(list("a", "desk", 0, 9).await, [at(40)], "another number's");
    assert!(list("a", "staff", 0, 9).await.is_empty(), "one without");
    assert!(list("b", "pool", 0, 9).await.is_empty(), "another tenant's");
    let cured = DeliveryRecord { failed_at: None, ..full(3) };
    ports.apply("a", 1, [put("msg_2", None, cured)], "one was none").await;
    assert_eq!(list("a", "pool", 10, 9).await, [at(20), at(20)], "it counts no more");
}
