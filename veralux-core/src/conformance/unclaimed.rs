//! Webhooks that belong to nobody.

use super::Ports;
use super::make::{at, claim};
use crate::port::{Body, Page, Unclaimed, WebhookClaim};

pub async fn kept_once(ports: &Ports) {
    let first = Unclaimed {
        claim: claim("SM 1\n😀"),
        received_at: at(1),
        reason: "number_not_held".to_owned(),
        body: Body::new("To=%2B1415&Body=ü\u{1F600}'"),
    };
    let other = Unclaimed { claim: claim("SM2"), body: Body::new(""), ..first.clone() };
    let elsewhere = Unclaimed {
        claim: WebhookClaim { provider: "telnyx".to_owned(), event: "SM2".to_owned() },
        ..other.clone()
    };
    let store = &ports.unclaimed;
    assert!(store.add(&first).await.unwrap(), "new");
    let repeat = Unclaimed { received_at: at(9), reason: "other".to_owned(), ..first.clone() };
    assert!(!store.add(&repeat).await.unwrap(), "a repeat");
    assert!(store.add(&other).await.unwrap(), "another event");
    assert!(store.add(&elsewhere).await.unwrap(), "another provider");
    let listed = store.list(&Page::first(9)).await.unwrap();
    assert_eq!(listed.items, [elsewhere, first, other], "by claim, as they came first");
    assert_eq!(listed.next, None);
}

pub async fn forgotten_by_age(ports: &Ports) {
    for (name, seconds) in [("SM1", 30), ("SM2", 10), ("SM3", 20), ("SM4", 20), ("SM5", 40)] {
        let webhook = Unclaimed {
            claim: claim(name),
            received_at: at(seconds),
            reason: "number_not_held".to_owned(),
            body: Body::new(""),
        };
        ports.unclaimed.add(&webhook).await.unwrap();
    }
    for (before, forgotten, left, what) in [
        (10, 0, &["SM1", "SM2", "SM3", "SM4", "SM5"][..], "the instant itself is not before it"),
        (11, 1, &["SM1", "SM3", "SM4", "SM5"], "the oldest"),
        (31, 3, &["SM5"], "all that are older"),
        (31, 0, &["SM5"], "nothing more"),
    ] {
        assert_eq!(ports.unclaimed.forget(at(before)).await.unwrap(), forgotten, "{what}");
        let listed = ports.unclaimed.list(&Page::first(9)).await.unwrap();
        let names: Vec<_> = listed.items.iter().map(|webhook| webhook.claim.event.as_str()).collect();
        assert_eq!(names, left, "{what}");
    }
}
