//! Numbers that tenants prove to be their own, codes, and forwarding configurations.

use super::Ports;
use super::make::{at, id, new_tenant, phone};
use crate::forwarding::caller_id::{RATE, Verification};
use crate::forwarding::configuration::Status;
use crate::forwarding::{Carrier, Mode, RingTime};
use crate::port::{CallerId, Change, CodeHash, Commit, Conflict, Forwarding, Page};

const LINE: &str = "+14155550123";
const OTHER_LINE: &str = "+14155550124";

pub(super) fn caller_id(name: &str, number: &str) -> CallerId {
    CallerId {
        id: id(name),
        number: phone(number),
        name: Some("Büro \u{1F4DE}".to_owned()),
        verification: Verification::issue(at(0)),
        code: Some(CodeHash::new("$2b$04$hash")),
        created_at: at(0),
        revision: 1,
    }
}

/// The same, a revision later and proved.
pub(super) fn proved(found: CallerId) -> CallerId {
    let verification = found.verification.begin_try(at(1)).unwrap().finish(true, at(1)).0;
    CallerId { verification, code: None, revision: found.revision + 1, ..found }
}

/// Proved from its first revision on.
pub(super) fn proved_at_once(name: &str, number: &str) -> CallerId {
    CallerId { revision: 1, ..proved(caller_id(name, number)) }
}

pub(super) fn forwarding(name: &str, caller_id: &str, number: &str) -> Forwarding {
    Forwarding {
        id: id(name),
        caller_id: id(caller_id),
        number: phone(number),
        destination: phone("+15550109999"),
        carrier: Carrier::Tmobile,
        country: "US".to_owned(),
        mode: Mode::SafetyNet,
        ring_time: Some(RingTime::new(20).unwrap()),
        activation_code: "**61*+15550109999*11*20#".to_owned(),
        deactivation_code: "##61#".to_owned(),
        status: Status::PendingSetup,
        confirmed_at: None,
        created_at: at(0),
        updated_at: at(0),
        revision: 1,
    }
}

pub(super) fn put(after: CallerId) -> Change {
    let before = Some(after.revision - 1).filter(|before| *before > 0);
    Change::CallerId { after: Box::new(after), before }
}

pub(super) fn put_forwarding(after: Forwarding) -> Change {
    let before = Some(after.revision - 1).filter(|before| *before > 0);
    Change::Forwarding { after: Box::new(after), before }
}

fn remove(name: &str, before: u64) -> Change {
    Change::RemoveCallerId { id: id(name), before }
}

/// A tenant with a proved line `cid_1`, forwarded by `fwd_1`.
async fn furnish(ports: &Ports, name: &str, number: &str) {
    let first = caller_id("cid_1", number);
    let changes = [
        new_tenant(name),
        put(first.clone()),
        put(proved(first)),
        put_forwarding(forwarding("fwd_1", "cid_1", number)),
    ];
    ports.apply(name, 0, changes, "a proved line").await;
}

pub async fn caller_ids_by_revision(ports: &Ports) {
    let first = caller_id("cid_1", LINE);
    ports.apply("a", 0, [new_tenant("a"), put(first.clone())], "a caller id").await;
    let found = async || ports.caller_ids.lookup(&id("a"), &id("cid_1")).await.unwrap();
    assert_eq!(found().await, Some(first.clone()), "as it was stored");
    ports.refuse("a", 1, [put(first.clone())], Conflict::Exists, "the same id again").await;
    let namesake = caller_id("cid_2", LINE);
    ports.refuse("a", 1, [put(namesake)], Conflict::Exists, "the same number again").await;
    let second = proved(first);
    ports.apply("a", 1, [put(second.clone())], "the next revision").await;
    assert_eq!(found().await, Some(second.clone()), "as it was changed");
    ports.refuse("a", 1, [put(second.clone())], Conflict::Stale, "the revision before").await;
    let by_number = ports.caller_ids.find(&id("a"), &phone(LINE)).await.unwrap();
    assert_eq!(by_number, Some(second), "by its number");
    assert_eq!(ports.caller_ids.find(&id("a"), &phone(OTHER_LINE)).await.unwrap(), None, "another number");
    assert_eq!(ports.caller_ids.find(&id("b"), &phone(LINE)).await.unwrap(), None, "another tenant");
    assert_eq!(ports.caller_ids.lookup(&id("b"), &id("cid_1")).await.unwrap(), None, "another tenant");
}

pub async fn a_number_is_verified_by_one_tenant(ports: &Ports) {
    furnish(ports, "a", LINE).await;
    let pending = caller_id("cid_9", LINE);
    ports.apply("b", 0, [new_tenant("b"), put(pending.clone())], "another may ask for a code").await;
    let taken = proved(pending);
    ports.refuse("b", 1, [put(taken.clone())], Conflict::CallerIdTaken, "but not have it").await;
    let new = proved_at_once("cid_8", LINE);
    let change = Change::CallerId { after: Box::new(new), before: None };
    ports.refuse("c", 1, [change], Conflict::CallerIdTaken, "not even at once").await;
    ports.apply("a", 2, [remove("cid_1", 2)], "the first gives it up").await;
    ports.apply("b", 3, [put(taken)], "then the other may").await;
}

pub async fn removal_takes_the_configuration_along(ports: &Ports) {
    furnish(ports, "a", LINE).await;
    furnish(ports, "b", OTHER_LINE).await;
    ports.refuse("a", 1, [remove("cid_1", 1)], Conflict::Stale, "an old revision").await;
    ports.refuse("a", 1, [remove("cid_9", 1)], Conflict::Stale, "no such caller id").await;
    ports.apply("a", 1, [remove("cid_1", 2)], "removing").await;
    assert_eq!(ports.caller_ids.lookup(&id("a"), &id("cid_1")).await.unwrap(), None);
    assert_eq!(ports.forwardings.lookup(&id("a"), &id("fwd_1")).await.unwrap(), None);
    assert_eq!(ports.forwardings.find(&id("a"), &id("cid_1")).await.unwrap(), None);
    assert!(ports.forwardings.lookup(&id("b"), &id("fwd_1")).await.unwrap().is_some(), "another tenant's");
    ports.apply("a", 2, [put(caller_id("cid_2", LINE))], "its number is free again").await;
}

pub async fn a_configuration_needs_proof(ports: &Ports) {
    let first = caller_id("cid_1", LINE);
    ports.apply("a", 0, [new_tenant("a"), put(first.clone())], "not proved").await;
    let wanted = forwarding("fwd_1", "cid_1", LINE);
    let dangling = Conflict::Dangling;
    ports.refuse("a", 1, [put_forwarding(wanted.clone())], dangling.clone(), "not proved").await;
    let elsewhere = forwarding("fwd_1", "cid_9", LINE);
    ports.refuse("a", 1, [put_forwarding(elsewhere)], dangling.clone(), "no such line").await;
    ports.refuse("b", 1, [put_forwarding(wanted.clone())], dangling, "another tenant's line").await;
    ports.apply("a", 1, [put(proved(first)), put_forwarding(wanted.clone())], "proved").await;
    let found = ports.forwardings.find(&id("a"), &id("cid_1")).await.unwrap();
    assert_eq!(found, Some(wanted.clone()), "as it was stored");
    let second = forwarding("fwd_2", "cid_1", LINE);
    ports.refuse("a", 2, [put_forwarding(second)], Conflict::Exists, "one a line").await;
    let active = Forwarding {
        status: Status::Active,
        ring_time: None,
        confirmed_at: Some(at(2)),
        updated_at: at(2),
        revision: 2,
        ..wanted
    };
    ports.apply("a", 2, [put_forwarding(active.clone())], "the next revision").await;
    ports.refuse("a", 3, [put_forwarding(active.clone())], Conflict::Stale, "the revision before").await;
    let found = ports.forwardings.lookup(&id("a"), &id("fwd_1")).await.unwrap();
    assert_eq!(found, Some(active), "as it was changed");
    assert_eq!(ports.forwardings.lookup(&id("b"), &id("fwd_1")).await.unwrap(), None, "another tenant");
}

pub async fn codes_of_all_tenants_count(ports: &Ports) {
    let issue = |number| [Change::IssueCode(phone(number))];
    for (tenant, seconds) in [("a", 0), ("b", 10), ("a", 20)] {
        ports.apply(tenant, seconds, issue(LINE), "a code").await;
    }
    let until = Conflict::CodesExhausted { until: at(3600) };
    ports.refuse("c", 30, issue(LINE), until.clone(), "a fourth").await;
    ports.apply("c", 30, issue(OTHER_LINE), "to another number").await;
    ports.refuse("a", 3599, issue(LINE), until, "just before the first is an hour old").await;
    ports.apply("a", 3600, issue(LINE), "when it is").await;
    let until = Conflict::CodesExhausted { until: at(3610) };
    ports.refuse("a", 3601, issue(LINE), until, "then the second counts").await;
    ports.apply("a", 9999, issue(LINE), "much later").await;
}

pub async fn a_refused_commit_counts_no_code(ports: &Ports) {
    for second in 0..9 {
        let changes = [Change::IssueCode(phone(LINE)), remove("cid_9", 1)];
        ports.refuse("a", second, changes, Conflict::Stale, "nothing is removed").await;
    }
    ports.apply("a", 10, [Change::IssueCode(phone(LINE))], "so none was counted").await;
}

pub async fn codes_in_a_race(ports: &Ports) {
    let runners = (0..12).map(|index| {
        let ledger = ports.ledger.clone();
        let tenant = format!("t{}", index % 4);
        let commit = Commit::new(id(&tenant), at(index)).change(Change::IssueCode(phone(LINE)));
        async move { ledger.commit(commit).await.is_ok() }
    });
    let issued = ports.race(runners).await.into_iter().filter(|issued| *issued).count();
    assert_eq!(issued, RATE, "as many as are allowed");
}

pub async fn one_try_a_revision(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a"), put(caller_id("cid_1", LINE))], "a caller id").await;
    let runners = (0..8).map(|_| {
        let ledger = ports.ledger.clone();
        let found = caller_id("cid_1", LINE);
        let verification = found.verification.begin_try(at(1)).unwrap();
        let after = CallerId { verification, revision: 2, ..found };
        let commit = Commit::new(id("a"), at(1)).change(put(after));
        async move { ledger.commit(commit).await.is_ok() }
    });
    let counted = ports.race(runners).await.into_iter().filter(|counted| *counted).count();
    assert_eq!(counted, 1, "who read the same revision counts the same try");
}

pub async fn pages(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    for index in 0..5 {
        let number = format!("+1415555020{index}");
        let first = caller_id(&format!("cid_{index}"), &number);
        ports.apply("a", 0, [put(first.clone())], "a caller id").await;
        if index % 2 == 0 {
            let name = format!("fwd_{index}");
            let wanted = forwarding(&name, &format!("cid_{index}"), &number);
            ports.apply("a", 1, [put(proved(first)), put_forwarding(wanted)], "proved").await;
        }
    }
    let ids = async |verified_only, page: &Page| {
        let listed = ports.caller_ids.list(&id("a"), verified_only, page).await.unwrap();
        let items: Vec<String> = listed.items.iter().map(|it| it.id.to_string()).collect();
        (items, listed.next)
    };
    let first = ids(false, &Page::first(3)).await;
    assert_eq!(first.0, ["cid_0", "cid_1", "cid_2"], "all");
    let rest = ids(false, &Page::first(3).after(first.1)).await;
    assert_eq!(rest, (vec!["cid_3".to_owned(), "cid_4".to_owned()], None), "the rest");
    let newest = Page { newest_first: true, ..Page::first(2) };
    assert_eq!(ids(true, &newest).await.0, ["cid_4", "cid_2"], "verified ones, newest first");
    let first = ids(true, &Page::first(2)).await;
    assert_eq!(first.0, ["cid_0", "cid_2"], "verified ones");
    assert_eq!(ids(true, &Page::first(2).after(first.1)).await.0, ["cid_4"], "the rest of them");
    let listed = ports.forwardings.list(&id("a"), &Page::first(2)).await.unwrap();
    assert_eq!(listed.items.len(), 2, "configurations");
    let listed = ports.forwardings.list(&id("a"), &Page::first(2).after(listed.next)).await.unwrap();
    assert_eq!((listed.items[0].id.as_str(), listed.next), ("fwd_4", None), "the rest of them");
    assert!(
        ports.forwardings.list(&id("b"), &Page::first(2)).await.unwrap().items.is_empty(),
        "another tenant"
    );
    assert_eq!(ids(false, &Page::first(9)).await.0.len(), 5);
}
