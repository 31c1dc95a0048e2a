//! Whose projection is behind the ledger.

use super::Ports;
use super::make::{at, id, new_tenant, phone, version};
use crate::port::{Change, Conflict, Due, Page};

const D1: &str = "+14155550001";
const D2: &str = "+14155550002";
const D3: &str = "+14155550003";

fn publish(number: u64, dids: &[&str]) -> Change {
    Change::PublishRuntime(Box::new(version(number, "{}", dids)))
}

async fn due(ports: &Ports, tenant: &str) -> Due {
    ports.outbox.lookup(&id(tenant)).await.unwrap()
}

/// The DIDs that left, by their last digit.
async fn left(ports: &Ports, tenant: &str) -> String {
    due(ports, tenant).await.left.iter().filter_map(|did| did.as_str().chars().last()).collect()
}

/// Who waits, in order, page by page.
async fn waiting(ports: &Ports, limit: u16) -> String {
    let (mut names, mut page) = (String::new(), Page::first(limit));
    loop {
        let listed = ports.outbox.list(&page).await.unwrap();
        assert!(listed.items.len() <= usize::from(limit), "a page is bounded");
        for pending in listed.items {
            assert_eq!(pending.sequence, due(ports, pending.tenant.as_str()).await.sequence);
            names.push_str(pending.tenant.as_str());
        }
        if listed.next.is_none() {
            assert_eq!(ports.outbox.count().await.unwrap(), names.len() as u64);
            return names;
        }
        page = page.after(listed.next);
    }
}

pub async fn it_waits_from_its_commit_on(ports: &Ports) {
    assert_eq!(due(ports, "a").await, Due::default(), "nothing was ever published");
    assert_eq!(waiting(ports, 9).await, "");
    ports.apply("a", 1, [new_tenant("a")], "a tenant").await;
    assert_eq!(waiting(ports, 9).await, "", "a tenant publishes nothing yet");
    let mut last = 0;
    for (change, what) in [
        (publish(1, &[D1]), "a publish"),
        (Change::MapDid(phone(D2)), "a mapping"),
        (Change::UnmapDid(phone(D2)), "an unmapping"),
    ] {
        ports.apply("a", 2, [change], what).await;
        let sequence = due(ports, "a").await.sequence;
        assert!(sequence > last, "{what}: {sequence} behind {last}");
        assert_eq!(waiting(ports, 9).await, "a", "{what}");
        assert!(ports.outbox.remove(&id("a"), sequence).await.unwrap(), "{what}: nothing waits any more");
        assert_eq!(waiting(ports, 9).await, "", "{what}");
        assert_eq!(due(ports, "a").await, Due { sequence, left: Vec::new() }, "{what}: the sequence stays");
        last = sequence;
    }
}

pub async fn what_is_written_again_goes_on_waiting(ports: &Ports) {
    ports.apply("a", 1, [new_tenant("a"), publish(1, &[D1, D2])], "version 1").await;
    let first = due(ports, "a").await.sequence;
    ports.apply("a", 2, [publish(2, &[D2])], "version 2").await;
    let second = due(ports, "a").await.sequence;
    assert!(!ports.outbox.remove(&id("a"), first).await.unwrap(), "version 2 waits");
    assert_eq!((waiting(ports, 9).await, left(ports, "a").await), ("a".to_owned(), "1".to_owned()));
    assert!(ports.outbox.remove(&id("a"), second).await.unwrap());
    assert!(ports.outbox.remove(&id("a"), first).await.unwrap(), "an earlier one, late");
    assert_eq!((waiting(ports, 9).await, left(ports, "a").await), (String::new(), String::new()));
    assert!(ports.outbox.remove(&id("b"), 7).await.unwrap(), "nothing of an unknown tenant waits");
    assert_eq!(waiting(ports, 9).await, "");
}

pub async fn dids_that_left_are_kept(ports: &Ports) {
    for name in ["a", "b"] {
        ports.apply(name, 1, [new_tenant(name)], "a tenant").await;
    }
    ports.apply("a", 1, [publish(1, &[D1, D2]), Change::MapDid(phone(D2))], "D2 by hand, too").await;
    assert_eq!(left(ports, "a").await, "");
    ports.apply("a", 2, [publish(2, &[])], "no DID").await;
    assert_eq!(left(ports, "a").await, "1", "D2 stays by hand");
    let between = due(ports, "a").await.sequence;
    ports.apply("a", 3, [Change::UnmapDid(phone(D2)), Change::UnmapDid(phone(D3))], "by hand").await;
    assert_eq!(left(ports, "a").await, "12", "D3 never led here");
    ports.apply("b", 4, [Change::MapDid(phone(D1))], "another tenant takes D1").await;
    assert_eq!((left(ports, "a").await, left(ports, "b").await), ("12".to_owned(), String::new()));
    ports.outbox.remove(&id("a"), between).await.unwrap();
    assert_eq!(left(ports, "a").await, "2", "what left later is kept");
}

pub async fn tenants_are_apart(ports: &Ports) {
    for (tenant, did) in [("a", D1), ("b", D2)] {
        let published = [new_tenant(tenant), publish(1, &[did]), Change::UnmapDid(phone(did))];
        ports.apply(tenant, 1, published, "a publish").await;
    }
    let before = due(ports, "b").await;
    assert_eq!((before.left.as_slice(), left(ports, "a").await.as_str()), ([phone(D2)].as_slice(), "1"));
    ports.outbox.add(&id("a"), at(2)).await.unwrap();
    assert!(ports.outbox.remove(&id("a"), due(ports, "a").await.sequence).await.unwrap());
    assert_eq!(due(ports, "b").await, before, "another tenant's goes on waiting");
    assert_eq!(waiting(ports, 9).await, "b");
}

pub async fn those_that_wait_longest_come_first(ports: &Ports) {
    for (name, seconds) in [("d", 3), ("b", 1), ("c", 1), ("a", 2)] {
        ports.apply(name, seconds, [new_tenant(name), publish(1, &[])], "a publish").await;
    }
    for limit in [1, 2, 3, 4] {
        assert_eq!(waiting(ports, limit).await, "bcad", "pages of {limit}");
    }
    ports.apply("b", 9, [publish(2, &[])], "again").await;
    assert_eq!(waiting(ports, 9).await, "bcad", "it still waits since the first");
    let sequence = due(ports, "b").await.sequence;
    assert!(ports.outbox.remove(&id("b"), sequence).await.unwrap());
    ports.apply("b", 10, [publish(3, &[])], "once more").await;
    assert_eq!(waiting(ports, 9).await, "cadb", "it waits anew");
    for key in ["", "1", "b", "x.b", "1."] {
        let page = Page::first(9).after(Some(key.to_owned()));
        let answer = ports.outbox.list(&page).await;
        assert!(matches!(answer, Err(crate::port::Error::Invalid(_))), "{key}: {answer:?}");
    }
}

pub async fn one_more_time(ports: &Ports) {
    ports.outbox.add(&id("a"), at(5)).await.unwrap();
    let first = due(ports, "a").await.sequence;
    assert_eq!(waiting(ports, 9).await, "a", "known or not");
    ports.outbox.add(&id("a"), at(6)).await.unwrap();
    assert!(due(ports, "a").await.sequence > first);
    let listed = ports.outbox.list(&Page::first(9)).await.unwrap();
    assert_eq!(listed.items.first().map(|pending| pending.since), Some(at(5)));
}

pub async fn a_refused_commit_waits_for_nothing(ports: &Ports) {
    ports.apply("a", 1, [new_tenant("a"), publish(1, &[D1])], "version 1").await;
    ports.apply("b", 1, [new_tenant("b")], "a tenant").await;
    let before = due(ports, "a").await;
    let changes = [Change::UnmapDid(phone(D1)), publish(1, &[D2])];
    ports.refuse("a", 2, changes, Conflict::VersionMoved { current: 1 }, "an old version").await;
    assert_eq!(due(ports, "a").await, before);
    ports.refuse("b", 2, [Change::MapDid(phone(D1))], Conflict::DidTaken(phone(D1)), "a's DID").await;
    assert_eq!(due(ports, "b").await, Due::default());
    assert_eq!(waiting(ports, 9).await, "a");
}
