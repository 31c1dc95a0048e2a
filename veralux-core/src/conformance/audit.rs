//! The audit chain.

use super::Ports;
use super::make::{at, claim, draft, id, new_tenant};
use crate::audit::{Event, Head, verify};
use crate::port::{Change, Commit, Error, MAX_PAGE, Page};

async fn append(ports: &Ports, tenant: &str, seconds: i64, events: &[&str]) {
    let mut commit = Commit::new(id(tenant), at(seconds));
    for event in events {
        commit = commit.event(id(event), draft("thread.opened"));
    }
    ports.ledger.commit(commit).await.unwrap();
}

async fn chain(ports: &Ports, tenant: &str) -> Vec<Event> {
    let listed = ports.audit.list(&id(tenant), &Page::first(MAX_PAGE)).await.unwrap();
    assert_eq!(listed.next, None, "few events fit on a page");
    listed.items
}

/// Reads and verifies a chain and gives the ids of its events.
async fn verified(ports: &Ports, tenant: &str) -> Vec<String> {
    let events = chain(ports, tenant).await;
    let head = ports.audit.head(&id(tenant)).await.unwrap();
    let verdict = verify(id(tenant), &events, head);
    assert_eq!(verdict.broken, None, "the chain of {tenant} verifies against its head");
    assert_eq!(head, events.last().map(Event::head), "the head of {tenant} is its last event's");
    events.iter().map(|event| event.id.to_string()).collect()
}

pub async fn a_chain_is_sealed_and_verifies(ports: &Ports) {
    append(ports, "a", 1, &["evt_1"]).await;
    append(ports, "a", 2, &["evt_3", "evt_2"]).await;
    append(ports, "a", 2, &[]).await;
    append(ports, "a", 1, &["evt_4"]).await;
    assert_eq!(verified(ports, "a").await, ["evt_1", "evt_3", "evt_2", "evt_4"], "in the order of commits");
    let events = chain(ports, "a").await;
    let seen: Vec<_> = events.iter().map(|event| (event.sequence, event.at)).collect();
    assert_eq!(seen, [(1, at(1)), (2, at(2)), (3, at(2)), (4, at(1))], "sequence and instant of the commit");
    assert!(events.iter().all(|event| event.draft == draft("thread.opened") && event.tenant_id == id("a")));
}

pub async fn the_head_is_kept(ports: &Ports) {
    assert_eq!(ports.audit.head(&id("a")).await.unwrap(), None, "an empty chain");
    assert_eq!(chain(ports, "a").await, [], "an empty chain");
    let mut before = Head::GENESIS;
    for (count, event) in [(1, "evt_1"), (2, "evt_2")] {
        append(ports, "a", count, &[event]).await;
        let head = ports.audit.head(&id("a")).await.unwrap().unwrap();
        assert_eq!(head.sequence, before.sequence + 1, "one more");
        assert_eq!(chain(ports, "a").await.last().unwrap().previous, before.hash, "behind the head before");
        before = head;
    }
}

pub async fn chains_of_tenants_are_apart(ports: &Ports) {
    append(ports, "a", 1, &["evt_a1"]).await;
    append(ports, "b", 1, &["evt_b1", "evt_b2"]).await;
    append(ports, "a", 1, &["evt_a2"]).await;
    assert_eq!(verified(ports, "a").await, ["evt_a1", "evt_a2"]);
    assert_eq!(verified(ports, "b").await, ["evt_b1", "evt_b2"]);
}

pub async fn a_refused_commit_takes_no_sequence(ports: &Ports) {
    let claimed = |event: &str| {
        Commit::new(id("a"), at(1))
            .change(Change::Claim(claim("SM1")))
            .event(id(event), draft("message.received"))
    };
    ports.ledger.commit(claimed("evt_1")).await.unwrap();
    ports.ledger.commit(claimed("evt_2")).await.unwrap_err();
    assert_eq!(verified(ports, "a").await, ["evt_1"], "the refused event is not there");
    append(ports, "a", 2, &["evt_3"]).await;
    assert_eq!(verified(ports, "a").await, ["evt_1", "evt_3"], "the next one takes its place");
    assert_eq!(chain(ports, "a").await[1].sequence, 2, "without a gap");
}

pub async fn the_platform_has_a_chain(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    append(ports, "_platform", 1, &["evt_1"]).await;
    assert_eq!(verified(ports, "_platform").await, ["evt_1"]);
    let tenants = ports.directory.list_tenants(&Page::first(9)).await.unwrap().items;
    assert_eq!(tenants.len(), 1, "the platform is no tenant");
}

pub async fn a_page_behind_no_number_is_invalid(ports: &Ports) {
    append(ports, "a", 1, &["evt_1"]).await;
    for key in ["x", "1.5", ""] {
        let page = Page::first(9).after(Some(key.to_owned()));
        let events = ports.audit.list(&id("a"), &page).await;
        assert!(matches!(events, Err(Error::Invalid(_))), "events behind {key:?}: {events:?}");
        let versions = ports.versions.list(&id("a"), &page).await;
        assert!(matches!(versions, Err(Error::Invalid(_))), "versions behind {key:?}: {versions:?}");
    }
}
