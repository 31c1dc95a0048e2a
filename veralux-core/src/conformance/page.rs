//! Pages of every list: their order, their direction, their keys.

use std::future::Future;

use super::Ports;
use super::make::{
    at, claim, customer, decision, draft, id, instruction, key, message, new_number, new_tenant, new_thread,
    number, phone, settle, thread, version, window,
};
use crate::party::NumberClass;
use crate::port::{
    Body, Change, Commit, Listed, MAX_PAGE, MessageFilter, NumberFilter, Page, Result, ThreadFilter,
    Unclaimed,
};

/// Ids whose order is that of their bytes, whatever a store thinks of letters, digits and languages.
const SORTED: [&str; 7] = ["10", "9", "B", "_", "a", "é", "😀"];
/// The same for tenants, whose ids keep to ASCII.
const SORTED_TENANTS: [&str; 7] = ["-", "10", "9", "B", "_x", "a", "aa"];

/// Walks a list in both directions with several limits, each time from its first page to its last.
async fn check<F>(expected: &[&str], list: impl Fn(Page) -> F)
where
    F: Future<Output = Result<Listed<String>>>,
{
    let count = u16::try_from(expected.len()).unwrap();
    for newest_first in [false, true] {
        let mut order: Vec<_> = expected.iter().map(ToString::to_string).collect();
        if newest_first {
            order.reverse();
        }
        for limit in [1, 2, count - 1, count, count + 1, MAX_PAGE] {
            let what = format!("pages of {limit}, newest first: {newest_first}");
            let mut page = Page { newest_first, ..Page::first(limit) };
            let mut seen = Vec::new();
            loop {
                let listed = list(page.clone()).await.unwrap();
                assert!(listed.items.len() <= usize::from(limit), "{what}: no page is longer");
                seen.extend(listed.items);
                assert!(seen.len() <= order.len(), "{what}: nothing shows twice: {seen:?}");
                if listed.next.is_none() {
                    break;
                }
                assert!(seen.len() < order.len(), "{what}: the last page says that it is the last");
                page = page.after(listed.next);
            }
            assert_eq!(seen, order, "{what}");
        }
    }
}

fn names<T>(listed: Result<Listed<T>>, name: impl FnMut(T) -> String) -> Result<Listed<String>> {
    listed.map(|listed| listed.map(name))
}

pub async fn empty_lists(ports: &Ports) {
    let (stores, tenant) = (ports, &id("a"));
    for page in [Page::first(1), Page::newest(9), Page::first(9).after(Some("7".to_owned()))] {
        let none = |count: usize, more: bool, what: &str| assert!(count == 0 && !more, "{what} of nobody");
        macro_rules! empty {
            ($what:literal, $list:expr) => {
                let listed = $list.await.unwrap();
                none(listed.items.len(), listed.next.is_some(), $what);
            };
        }
        empty!("numbers", stores.numbers.list(tenant, NumberFilter::default(), &page));
        empty!("threads", stores.threads.list(tenant, &ThreadFilter::default(), &page));
        empty!("windows", stores.schedule.list_windows(tenant, None, &page));
        empty!("windows of a thread", stores.schedule.list_windows(tenant, Some(&id("x")), &page));
        empty!("overrides", stores.schedule.list_overrides(tenant, None, &page));
        empty!("overrides of a thread", stores.schedule.list_overrides(tenant, Some(&id("x")), &page));
        empty!("messages", stores.messages.list(tenant, &MessageFilter::OwnerInbox, &page));
        empty!("messages of a thread", stores.messages.list(tenant, &MessageFilter::Thread(id("x")), &page));
        empty!("decisions", stores.decisions.list(tenant, &id("x"), &page));
        empty!("events", stores.audit.list(tenant, &page));
        empty!("keys", stores.keys.list(tenant, &page));
        empty!("versions", stores.versions.list(tenant, &page));
        empty!("tenants", stores.directory.list_tenants(&page));
        empty!("heads", stores.directory.list_runtime_heads(&page));
    }
    let listed = stores.unclaimed.list(&Page::first(9)).await.unwrap();
    assert!(listed.items.is_empty() && listed.next.is_none(), "unclaimed webhooks");
}

pub async fn numbers(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    for (index, name) in SORTED.iter().enumerate().rev() {
        let one = number(name, &format!("+1415555{index:04}"), NumberClass::Pool);
        ports.apply("a", 0, [new_number(one)], "a number").await;
    }
    let list = async |page: Page| {
        names(ports.numbers.list(&id("a"), NumberFilter::default(), &page).await, |one| one.id.to_string())
    };
    check(&SORTED, list).await;
}

pub async fn threads(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    ports.apply("a", 0, [new_number(number("pool", "+12", NumberClass::Pool))], "a number").await;
    for (index, name) in SORTED.iter().enumerate().rev() {
        let customer = customer(name, &format!("+1415555{index:04}"));
        let changes = [Change::Customer(customer), new_thread(thread(name, name, "pool"))];
        ports.apply("a", 0, changes, "a thread").await;
    }
    let by_number = ThreadFilter { number: Some(id("pool")), ..ThreadFilter::default() };
    for filter in [ThreadFilter::default(), by_number] {
        let list = async |page: Page| {
            names(ports.threads.list(&id("a"), &filter, &page).await, |one| one.id.to_string())
        };
        check(&SORTED, list).await;
    }
}

pub async fn windows(ports: &Ports) {
    settle(ports, "a", 1).await;
    let changes = SORTED.iter().rev().map(|name| Change::Window(window(name, "thr_1", 0, 9)));
    ports.apply("a", 0, changes, "windows").await;
    for of in [None, Some(id("thr_1"))] {
        let list = async |page: Page| {
            let listed = ports.schedule.list_windows(&id("a"), of.as_ref(), &page).await;
            names(listed, |one| one.id.to_string())
        };
        check(&SORTED, list).await;
    }
}

pub async fn overrides(ports: &Ports) {
    settle(ports, "a", 1).await;
    let changes = SORTED.iter().rev().map(|name| Change::Override(instruction(name, "thr_1", 0, None)));
    ports.apply("a", 0, changes, "overrides").await;
    for of in [None, Some(id("thr_1"))] {
        let list = async |page: Page| {
            let listed = ports.schedule.list_overrides(&id("a"), of.as_ref(), &page).await;
            names(listed, |one| one.id.to_string())
        };
        check(&SORTED, list).await;
    }
}

pub async fn messages(ports: &Ports) {
    settle(ports, "a", 1).await;
    let changes = SORTED.iter().rev().map(|name| Change::Message(Box::new(message(name, Some("thr_1")))));
    ports.apply("a", 0, changes, "messages").await;
    for filter in [MessageFilter::Thread(id("thr_1")), MessageFilter::OwnerInbox] {
        let list = async |page: Page| {
            names(ports.messages.list(&id("a"), &filter, &page).await, |one| one.id.to_string())
        };
        check(&SORTED, list).await;
    }
}

pub async fn decisions(ports: &Ports) {
    settle(ports, "a", 1).await;
    let changes = SORTED.iter().rev().map(|name| Change::Decision(decision(name, Some("thr_1"))));
    ports.apply("a", 0, changes, "decisions").await;
    let list = async |page: Page| {
        names(ports.decisions.list(&id("a"), &id("thr_1"), &page).await, |one| one.id.to_string())
    };
    check(&SORTED, list).await;
}

pub async fn keys(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    let keys = SORTED.iter().zip(0u8..7).rev().map(|(name, digest)| key(name, Some("a"), digest));
    ports.apply("a", 0, keys.map(Change::ApiKey), "keys").await;
    let list = async |page: Page| names(ports.keys.list(&id("a"), &page).await, |one| one.id.to_string());
    check(&SORTED, list).await;
}

pub async fn tenants(ports: &Ports) {
    for name in SORTED_TENANTS.iter().rev() {
        ports.apply(name, 0, [new_tenant(name)], "a tenant").await;
    }
    ports.apply("_platform", 0, [Change::ApiKey(key("key_1", None, 1))], "the platform is no tenant").await;
    let list = async |page: Page| names(ports.directory.list_tenants(&page).await, |one| one.id.to_string());
    check(&SORTED_TENANTS, list).await;
}

pub async fn runtime_heads(ports: &Ports) {
    for (index, name) in SORTED_TENANTS.iter().enumerate().rev() {
        let did = format!("+1415555{index:04}");
        let change = match index % 2 {
            0 => Change::MapDid(phone(&did)),
            _ => Change::PublishRuntime(Box::new(version(1, "{}", &[&did]))),
        };
        ports.apply(name, 0, [new_tenant(name), change], "a tenant with something published").await;
    }
    ports.apply("none", 0, [new_tenant("none")], "a tenant without").await;
    let list = async |page: Page| {
        names(ports.directory.list_runtime_heads(&page).await, |one| one.tenant.to_string())
    };
    check(&SORTED_TENANTS, list).await;
}

/// Numbers sort as numbers, not as texts.
const COUNTED: [&str; 12] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];

pub async fn events(ports: &Ports) {
    let mut commit = Commit::new(id("a"), at(0));
    for name in COUNTED {
        commit = commit.event(id(&format!("evt_{name}")), draft("thread.opened"));
    }
    ports.ledger.commit(commit).await.unwrap();
    let list =
        async |page: Page| names(ports.audit.list(&id("a"), &page).await, |one| one.sequence.to_string());
    check(&COUNTED, list).await;
}

pub async fn versions(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    let publish =
        |number: u64| Change::PublishRuntime(Box::new(version(number, &format!("{{{number}}}"), &[])));
    ports.apply("a", 0, (1..=12).map(publish), "twelve versions").await;
    let list =
        async |page: Page| names(ports.versions.list(&id("a"), &page).await, |one| one.version.to_string());
    check(&COUNTED, list).await;
}

pub async fn unclaimed(ports: &Ports) {
    for name in SORTED.iter().rev() {
        let webhook = Unclaimed {
            claim: claim(name),
            received_at: at(0),
            reason: "number_not_held".to_owned(),
            body: Body::new("{}"),
        };
        assert!(ports.unclaimed.add(&webhook).await.unwrap(), "{name} is new");
    }
    let list = async |page: Page| names(ports.unclaimed.list(&page).await, |one| one.claim.event);
    check(&SORTED, list).await;
}
