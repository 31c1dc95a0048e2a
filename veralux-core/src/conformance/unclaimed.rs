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
