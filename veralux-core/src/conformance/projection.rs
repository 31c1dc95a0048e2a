//! The voice runtime's copy.

use std::collections::BTreeMap;

use super::make::{id, phone};
use crate::port::{Conflict, Page, Projected, Publication, RuntimeProjection};
use crate::secret::Secret;

const D1: &str = "+14155550001";
const D2: &str = "+14155550002";
const D3: &str = "+14155550003";

/// A publication of tenant `a` with a sequence, which its document names.
async fn publish_as(
    projection: &dyn RuntimeProjection,
    sequence: Option<u64>,
    map: &[&str],
) -> crate::port::Result<()> {
    let document = Secret::new(format!("{sequence:?}"));
    let map: Vec<_> = map.iter().map(|did| phone(did)).collect();
    let publication = Publication { document: &document, map: &map, unmap: &[], sequence };
    projection.publish(&id("a"), publication).await
}

async fn publish(
    projection: &dyn RuntimeProjection,
    tenant: &str,
    document: &str,
    map: &[&str],
    unmap: &[&str],
) -> crate::port::Result<()> {
    let (document, tenant) = (Secret::new(document), id(tenant));
    let [map, unmap] = [map, unmap].map(|dids| dids.iter().map(|did| phone(did)).collect::<Vec<_>>());
    projection
        .publish(&tenant, Publication { document: &document, map: &map, unmap: &unmap, sequence: None })
        .await
}

/// Where the three DIDs lead, `-` for nowhere.
async fn leads(projection: &dyn RuntimeProjection) -> String {
    let mut tenants = String::new();
    for did in [D1, D2, D3] {
        let tenant = projection.find_tenant(&phone(did)).await.unwrap();
        tenants.push_str(tenant.as_ref().map_or("-", |tenant| tenant.as_str()));
    }
    tenants
}

async fn config(projection: &dyn RuntimeProjection, tenant: &str) -> Option<String> {
    let found = projection.find_config(&id(tenant)).await.unwrap();
    found.map(|document| document.expose().to_owned())
}

async fn resolved(projection: &dyn RuntimeProjection, did: &str) -> Option<(String, String)> {
    let found = projection.resolve(&phone(did)).await.unwrap()?;
    Some((found.tenant.to_string(), found.document.expose().to_owned()))
}

/// Everything that is there, each entry once, by its key.
async fn all(projection: &dyn RuntimeProjection, limit: u16) -> BTreeMap<String, String> {
    let mut entries = BTreeMap::new();
    let mut page = Page::first(limit);
    for _ in 0..1000 {
        let listed = projection.list(&page).await.unwrap();
        for entry in listed.items {
            match entry {
                Projected::Config { tenant, document } => {
                    entries.insert(format!("cfg:{tenant}"), document.expose().to_owned());
                }
                Projected::Did { did, tenant } => {
                    entries.insert(format!("did:{did}"), tenant);
                }
            }
        }
        if listed.next.is_none() {
            return entries;
        }
        page = page.after(listed.next);
    }
    panic!("a list of few entries does not end");
}

pub async fn a_publish_is_read(projection: &dyn RuntimeProjection) {
    projection.ping().await.unwrap();
    assert_eq!(resolved(projection, D1).await, None, "nothing is there");
    assert_eq!(config(projection, "a").await, None, "nothing is there");
    assert_eq!(leads(projection).await, "---", "nothing is there");
    let document = "{\"greeting\":\"Grüß Gott 😀 \\u0000 'x'\"}";
    publish(projection, "a", document, &[D1, D2], &[]).await.unwrap();
    assert_eq!(leads(projection).await, "aa-");
    assert_eq!(config(projection, "a").await.as_deref(), Some(document), "byte for byte");
    for did in [D1, D2] {
        assert_eq!(resolved(projection, did).await, Some(("a".to_owned(), document.to_owned())), "{did}");
    }
    assert_eq!(resolved(projection, D3).await, None, "a DID that was not published");
    assert_eq!(config(projection, "b").await, None, "another tenant");
}

pub async fn a_publish_replaces(projection: &dyn RuntimeProjection) {
    publish(projection, "a", "{1}", &[D1, D2], &[]).await.unwrap();
    publish(projection, "a", "{1}", &[D1, D2], &[]).await.unwrap();
    publish(projection, "a", "{2}", &[D2, D3], &[D1]).await.unwrap();
    assert_eq!(leads(projection).await, "-aa");
    assert_eq!(config(projection, "a").await.as_deref(), Some("{2}"));
    publish(projection, "a", "{3}", &[], &[]).await.unwrap();
    assert_eq!(leads(projection).await, "-aa", "what nobody unmapped stays");
    assert_eq!(resolved(projection, D2).await, Some(("a".to_owned(), "{3}".to_owned())));
}

pub async fn an_older_publication_changes_nothing(projection: &dyn RuntimeProjection) {
    for (sequence, did, outcome, what) in [
        (Some(5), D1, None, "the first"),
        (Some(4), D2, Some(Conflict::Stale), "an older one"),
        (Some(0), D2, Some(Conflict::Stale), "a much older one"),
        (Some(5), D1, None, "the same again"),
        (Some(1 << 53), D1, None, "a newer one"),
        (Some((1 << 53) - 1), D2, Some(Conflict::Stale), "one less, in large numbers"),
        (None, D1, None, "one that replaces whatever is there"),
        (Some(1), D1, None, "what comes after that"),
    ] {
        let before = config(projection, "a").await;
        let answer = publish_as(projection, sequence, &[did]).await;
        let expected = if outcome.is_none() { Some(format!("{sequence:?}")) } else { before };
        assert_eq!(answer.err().and_then(|error| error.conflict().cloned()), outcome, "{what}");
        assert_eq!(config(projection, "a").await, expected, "{what}");
        assert_eq!(leads(projection).await, "a--", "{what}");
    }
    publish(projection, "b", "{b}", &[D3], &[]).await.unwrap();
    assert_eq!(leads(projection).await, "a-b", "another tenant counts for itself");
}

pub async fn a_conflict_leaves_nothing(projection: &dyn RuntimeProjection) {
    publish(projection, "a", "{a}", &[D1], &[]).await.unwrap();
    publish(projection, "b", "{b}", &[D2], &[]).await.unwrap();
    let outcome = publish(projection, "b", "{b2}", &[D3, D1], &[D2]).await;
    assert_eq!(outcome.unwrap_err().conflict(), Some(&Conflict::DidTaken(phone(D1))), "which DID is named");
    assert_eq!(leads(projection).await, "ab-", "nothing was mapped or unmapped");
    assert_eq!(config(projection, "b").await.as_deref(), Some("{b}"), "nor was the document replaced");
    let outcome = publish(projection, "c", "{c}", &[D3, D2], &[]).await;
    assert_eq!(outcome.unwrap_err().conflict(), Some(&Conflict::DidTaken(phone(D2))));
    assert_eq!(config(projection, "c").await, None, "nor was a first one stored");
}

pub async fn unmapping_leaves_foreign_dids(projection: &dyn RuntimeProjection) {
    publish(projection, "a", "{a}", &[D1], &[]).await.unwrap();
    publish(projection, "b", "{b}", &[D2], &[D1, D3]).await.unwrap();
    assert_eq!(leads(projection).await, "ab-", "D1 leads to another tenant and stays");
}

pub async fn mapping_and_unmapping(projection: &dyn RuntimeProjection) {
    let (a, b) = (id("a"), id("b"));
    projection.map_did(&a, &phone(D1)).await.unwrap();
    projection.map_did(&a, &phone(D1)).await.unwrap();
    let outcome = projection.map_did(&b, &phone(D1)).await;
    assert_eq!(outcome.unwrap_err().conflict(), Some(&Conflict::DidTaken(phone(D1))));
    projection.unmap_did(&b, &phone(D1)).await.unwrap();
    projection.unmap_did(&b, &phone(D2)).await.unwrap();
    assert_eq!(leads(projection).await, "a--", "foreign and unknown ones stay as they are");
    projection.unmap_did(&a, &phone(D1)).await.unwrap();
    assert_eq!(leads(projection).await, "---");
    projection.map_did(&b, &phone(D1)).await.unwrap();
    assert_eq!(leads(projection).await, "b--", "it is free for another tenant");
}

pub async fn half_of_it_resolves_to_nothing(projection: &dyn RuntimeProjection) {
    projection.map_did(&id("a"), &phone(D1)).await.unwrap();
    assert_eq!(resolved(projection, D1).await, None, "a DID without a configuration");
    publish(projection, "a", "{a}", &[], &[]).await.unwrap();
    assert_eq!(resolved(projection, D1).await, Some(("a".to_owned(), "{a}".to_owned())), "both");
    projection.unmap_did(&id("a"), &phone(D1)).await.unwrap();
    assert_eq!(resolved(projection, D1).await, None, "a configuration without its DID");
    assert_eq!(config(projection, "a").await.as_deref(), Some("{a}"));
}

pub async fn everything_is_listed(projection: &dyn RuntimeProjection) {
    assert_eq!(all(projection, 5).await, BTreeMap::new(), "nothing is there");
    let mut expected = BTreeMap::new();
    for index in 0..23 {
        let (tenant, did, document) =
            (format!("t{index}"), format!("+1415555{index:04}"), format!("{{{index}}}"));
        publish(projection, &tenant, &document, &[&did], &[]).await.unwrap();
        expected.insert(format!("cfg:{tenant}"), document);
        expected.insert(format!("did:{did}"), tenant);
    }
    for limit in [1, 7, 46, 200] {
        assert_eq!(all(projection, limit).await, expected, "pages of {limit}");
    }
}

pub async fn an_entry_is_removed_while_it_is_the_same(projection: &dyn RuntimeProjection) {
    publish(projection, "a", "{1}", &[D1, D2], &[]).await.unwrap();
    let did = |did: &str, tenant: &str| Projected::Did { did: did.to_owned(), tenant: tenant.to_owned() };
    let document = |tenant: &str, text: &str| Projected::Config {
        tenant: tenant.to_owned(),
        document: Secret::new(text),
    };
    for (entry, what) in [
        (did(D1, "b"), "a DID that leads elsewhere"),
        (did(D3, "a"), "a DID that is not there"),
        (document("a", "{2}"), "another document"),
        (document("b", "{1}"), "another tenant"),
    ] {
        assert!(!projection.remove(&entry).await.unwrap(), "{what}");
    }
    assert_eq!(leads(projection).await, "aa-", "nothing was removed");
    assert_eq!(config(projection, "a").await.as_deref(), Some("{1}"), "nothing was removed");
    assert!(projection.remove(&did(D1, "a")).await.unwrap(), "the DID as it is");
    assert!(!projection.remove(&did(D1, "a")).await.unwrap(), "once");
    assert!(projection.remove(&document("a", "{1}")).await.unwrap(), "the document as it is");
    assert!(!projection.remove(&document("a", "{1}")).await.unwrap(), "once");
    assert_eq!(leads(projection).await, "-a-");
    assert_eq!(config(projection, "a").await, None);
}
