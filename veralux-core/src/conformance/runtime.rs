//! Published configurations and the DIDs that lead to them.

use super::Ports;
use super::look;
use super::make::{id, new_tenant, phone, version};
use crate::port::{Change, Conflict, Page};

const D1: &str = "+14155550001";
const D2: &str = "+14155550002";
const D3: &str = "+14155550003";

fn publish(number: u64, document: &str, dids: &[&str]) -> Change {
    Change::PublishRuntime(Box::new(version(number, document, dids)))
}

async fn two_tenants(ports: &Ports) {
    for name in ["a", "b"] {
        ports.apply(name, 0, [new_tenant(name)], "a tenant").await;
    }
}

/// Where these DIDs lead, `-` for nowhere.
async fn leads(ports: &Ports, dids: &[&str]) -> String {
    let mut tenants = String::new();
    for did in dids {
        let tenant = ports.runtime.find_tenant(&phone(did)).await.unwrap();
        tenants.push_str(tenant.as_ref().map_or("-", |tenant| tenant.as_str()));
    }
    tenants
}

async fn resolved(ports: &Ports, did: &str) -> Option<(String, String)> {
    let found = ports.runtime.resolve(&phone(did)).await.unwrap()?;
    Some((found.tenant.to_string(), found.document.expose().to_owned()))
}

async fn head(ports: &Ports, tenant: &str) -> Option<String> {
    ports.versions.head(&id(tenant)).await.unwrap().as_ref().map(look::head)
}

pub async fn a_publish_becomes_the_head(ports: &Ports) {
    two_tenants(ports).await;
    let (stores, tenant) = (ports, &id("a"));
    assert!(stores.versions.current(tenant).await.unwrap().is_none(), "nothing is published");
    assert_eq!(head(ports, "a").await, None, "nothing is published");
    assert!(stores.runtime.find_config(tenant).await.unwrap().is_none(), "nothing is published");
    assert_eq!(resolved(ports, D1).await, None, "nothing is published");
    ports.apply("a", 1, [publish(1, "{1}", &[D1, D2])], "publishing").await;
    ports.apply("a", 2, [publish(2, "{2}", &[D1])], "publishing again").await;
    let current = stores.versions.current(tenant).await.unwrap().unwrap();
    assert_eq!(look::version(&current), look::version(&version(2, "{2}", &[D1])));
    let first = stores.versions.lookup(tenant, 1).await.unwrap().unwrap();
    assert_eq!(look::version(&first), look::version(&version(1, "{1}", &[D1, D2])), "the first is kept");
    assert!(stores.versions.lookup(tenant, 3).await.unwrap().is_none(), "no such version");
    assert!(stores.versions.lookup(tenant, 0).await.unwrap().is_none(), "versions count from 1");
    assert_eq!(head(ports, "a").await, Some(format!("a 2 Some(\"{{2}}\") {:?}", [D1])));
    assert_eq!(stores.runtime.find_config(tenant).await.unwrap().unwrap().expose(), "{2}");
    assert_eq!(resolved(ports, D1).await, Some(("a".to_owned(), "{2}".to_owned())));
}

pub async fn versions_follow_each_other(ports: &Ports) {
    two_tenants(ports).await;
    let moved = |current| Conflict::VersionMoved { current };
    for wrong in [0, 2, 7] {
        ports.refuse("a", 1, [publish(wrong, "{}", &[])], moved(0), "nothing is published").await;
    }
    ports.apply("a", 1, [publish(1, "{1}", &[D1]), publish(2, "{2}", &[D2])], "two in one commit").await;
    for wrong in [0, 1, 2, 4] {
        ports.refuse("a", 1, [publish(wrong, "{}", &[D3])], moved(2), "version 2 is published").await;
    }
    assert_eq!(leads(ports, &[D1, D2, D3]).await, "-a-", "a refused version maps nothing");
    ports.apply("b", 1, [publish(1, "{b}", &[])], "another tenant counts for itself").await;
}

pub async fn dids_follow_the_document(ports: &Ports) {
    two_tenants(ports).await;
    ports.apply("a", 1, [publish(1, "{1}", &[D1, D2])], "D1 and D2").await;
    assert_eq!(leads(ports, &[D1, D2, D3]).await, "aa-");
    ports.apply("a", 2, [publish(2, "{2}", &[D2, D3])], "D2 and D3").await;
    assert_eq!(leads(ports, &[D1, D2, D3]).await, "-aa");
    ports.apply("b", 3, [publish(1, "{b}", &[D1])], "D1 is free for another tenant").await;
    ports.apply("a", 4, [publish(3, "{3}", &[])], "none").await;
    assert_eq!(leads(ports, &[D1, D2, D3]).await, "b--");
    assert_eq!(head(ports, "a").await, Some("a 3 Some(\"{3}\") []".to_owned()), "published, with no DID");
}

pub async fn dids_mapped_by_hand(ports: &Ports) {
    two_tenants(ports).await;
    ports.apply("a", 1, [Change::MapDid(phone(D1))], "by hand").await;
    ports.apply("a", 1, [Change::MapDid(phone(D1))], "again").await;
    assert_eq!(head(ports, "a").await, Some(format!("a 0 None {:?}", [D1])), "mapped, nothing published");
    assert_eq!(resolved(ports, D1).await, None, "it leads to no configuration");
    ports.apply("a", 2, [publish(1, "{1}", &[D1, D2])], "a document names it too").await;
    ports.apply("a", 2, [Change::MapDid(phone(D2))], "and somebody maps one that the document names").await;
    ports.apply("a", 3, [publish(2, "{2}", &[D3])], "the next document names neither").await;
    assert_eq!(leads(ports, &[D1, D2, D3]).await, "aaa", "what was mapped by hand stays");
    assert_eq!(head(ports, "a").await, Some(format!("a 2 Some(\"{{2}}\") {:?}", [D1, D2, D3])));
    assert_eq!(resolved(ports, D1).await, Some(("a".to_owned(), "{2}".to_owned())));
}

pub async fn a_did_of_another_tenant(ports: &Ports) {
    two_tenants(ports).await;
    ports.apply("b", 1, [publish(1, "{b}", &[D1]), Change::MapDid(phone(D2))], "both are taken").await;
    for did in [D1, D2] {
        let taken = Conflict::DidTaken(phone(did));
        ports.refuse("a", 1, [publish(1, "{1}", &[D3, did])], taken.clone(), "by a document").await;
        ports.refuse("a", 1, [Change::MapDid(phone(did))], taken, "by hand").await;
    }
    assert_eq!(leads(ports, &[D1, D2, D3]).await, "bb-", "nothing of it was mapped");
    assert_eq!(head(ports, "a").await, None, "nothing of it was published");
    ports.apply("b", 2, [publish(2, "{b2}", &[]), Change::UnmapDid(phone(D2))], "both are given up").await;
    ports.apply("a", 3, [publish(1, "{1}", &[D1, D2])], "and free").await;
    assert_eq!(leads(ports, &[D1, D2, D3]).await, "aa-");
}

pub async fn unmapping(ports: &Ports) {
    two_tenants(ports).await;
    ports.apply("a", 1, [publish(1, "{1}", &[D1]), Change::MapDid(phone(D2))], "two DIDs").await;
    ports
        .apply("b", 2, [Change::UnmapDid(phone(D1)), Change::UnmapDid(phone(D3))], "others' and nobody's")
        .await;
    assert_eq!(leads(ports, &[D1, D2, D3]).await, "aa-", "nothing happened");
    ports.apply("a", 3, [Change::UnmapDid(phone(D1)), Change::UnmapDid(phone(D2))], "its own").await;
    assert_eq!(leads(ports, &[D1, D2, D3]).await, "---", "also one that the document names");
    assert_eq!(resolved(ports, D1).await, None);
    assert_eq!(head(ports, "a").await, Some("a 1 Some(\"{1}\") []".to_owned()), "the document stays");
    ports.apply("a", 4, [publish(2, "{2}", &[D1])], "a document that names it").await;
    assert_eq!(leads(ports, &[D1, D2]).await, "a-", "leads it there again");
    ports
        .apply("b", 5, [Change::MapDid(phone(D2)), Change::UnmapDid(phone(D2))], "mapped and unmapped")
        .await;
    assert_eq!(head(ports, "b").await, None, "neither published nor mapped");
}

pub async fn heads_of_tenants(ports: &Ports) {
    two_tenants(ports).await;
    ports.apply("c", 0, [new_tenant("c")], "a tenant with nothing").await;
    ports.apply("a", 1, [publish(1, "{1}", &[D2]), Change::MapDid(phone(D1))], "a document").await;
    ports.apply("b", 1, [Change::MapDid(phone(D3))], "a DID").await;
    let listed = ports.directory.list_runtime_heads(&Page::first(9)).await.unwrap();
    let heads: Vec<_> = listed.items.iter().map(look::head).collect();
    assert_eq!(heads, [format!("a 1 Some(\"{{1}}\") {:?}", [D1, D2]), format!("b 0 None {:?}", [D3])]);
}
