use std::sync::Arc;

use veralux_core::party::NumberClass;
use veralux_core::service::{Error, ImportNumber, Numbers, RuntimePublisher, Stores};

use crate::setup::{A, B, Bench, C, Interrupted, SYSTEM, both, did, document, publish, tenant};

/// What a JSON library would change: a long number, half a surrogate pair, an escape, `1.00`.
const EXOTIC: &str = r#""n":123456789012345678901234567890,"half":"\ud83d","e":"\u0041\/","exact":1.00"#;

fn exotic() -> String {
    document("oak", &[A], "s3cret").replace(r#""exact":1.00"#, EXOTIC)
}

#[tokio::test]
async fn other_quick_replies_change_nothing_else() {
    let bench = Bench::start().await;
    let oak = tenant("oak");
    let replies = r#"[{"match":["opening hours"],"reply":"nine to five \ud83d"}]"#;
    let none = bench.publisher.put_quick_replies(&SYSTEM, &oak, replies, None).await.unwrap_err();
    assert_eq!(none.code(), Some("runtime_config_not_found"));
    bench.publisher.publish(&SYSTEM, &oak, exotic().as_bytes(), None).await.unwrap();
    assert_eq!(bench.publisher.quick_replies(&oak).await.unwrap(), ("[]".to_owned(), 1));
    let published = bench.publisher.put_quick_replies(&SYSTEM, &oak, replies, None).await.unwrap();
    assert_eq!((published.changed, published.version.version), (true, 2));
    let text = published.version.document.expose().to_owned();
    for kept in EXOTIC.split(",\"").chain([r#""webhookSecret":"s3cret""#]) {
        assert!(text.contains(kept.trim_start_matches('"')), "{kept} in {text}");
    }
    assert_eq!(bench.publisher.quick_replies(&oak).await.unwrap(), (replies.to_owned(), 2));
    let again = bench.publisher.put_quick_replies(&SYSTEM, &oak, replies, None).await.unwrap();
    assert!(!again.changed);
}

#[tokio::test]
async fn quick_replies_that_are_refused() {
    let bench = Bench::start().await;
    bench.publish("oak", &[A]).await;
    for (what, replies, path) in [
        ("no list", "5", "quickReplies"),
        ("too short a match", r#"[{"match":["abc"],"reply":"x"}]"#, "quickReplies.0.match.0"),
        ("a field smuggled in", r#"[],"tenantId":"elm""#, "quickReplies"),
    ] {
        let error =
            bench.publisher.put_quick_replies(&SYSTEM, &tenant("oak"), replies, None).await.unwrap_err();
        let Error::Refused(refusal) = error else { unreachable!("{what}") };
        assert_eq!(refusal.code, "invalid_runtime_config", "{what}");
        assert_eq!(
            refusal.faults.iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(),
            [path],
            "{what}"
        );
    }
    assert_eq!(bench.publisher.current(&tenant("oak")).await.unwrap().version, 1);
}

#[tokio::test]
async fn a_change_of_one_field_keeps_what_was_published_meanwhile() {
    let bench = Bench::start().await;
    let oak = tenant("oak");
    bench.publish("oak", &[A]).await;
    let replies = r#"[{"match":["opening hours"],"reply":"nine to five"}]"#;
    let other = bench.publisher.clone();
    let ledger = Interrupted::new(bench.stores.ledger.clone(), async move {
        publish(&other, "oak", &[B]).await;
    });
    let stores = Stores { ledger: Arc::new(ledger), ..bench.stores.clone() };
    let publisher = RuntimePublisher::new(stores, Some(bench.projection.clone()));
    let published = publisher.put_quick_replies(&SYSTEM, &oak, replies, None).await.unwrap();
    assert_eq!((published.version.version, published.version.dids), (3, vec![did(B)]));
    assert_eq!(bench.publisher.quick_replies(&oak).await.unwrap().0, replies);
    bench.assert_in_line().await;
    assert_eq!(bench.leads(B).await, both("oak"));
}

#[tokio::test]
async fn a_document_gets_the_numbers_of_its_tenant() {
    let bench = Bench::start().await;
    let oak = tenant("oak");
    let base = exotic().replace(r#""oak""#, r#""elm""#);
    let from = async |base| bench.publisher.publish_from_tenant(&SYSTEM, &oak, base, None).await;
    assert_eq!(from(Some(base.as_str())).await.unwrap_err().code(), Some("number_missing"));
    let numbers = Numbers::new(bench.stores.clone());
    for (number, class) in [(C, NumberClass::FrontDesk), (B, NumberClass::FrontDesk), (A, NumberClass::Pool)]
    {
        let request = ImportNumber { e164: did(number), class, provider: "import".to_owned() };
        numbers.import(&SYSTEM, &oak, request).await.unwrap();
    }
    assert_eq!(from(None).await.unwrap_err().code(), Some("runtime_config_not_found"));
    let published = from(Some(base.as_str())).await.unwrap();
    assert_eq!(published.version.dids, [did(B), did(C)], "front desk numbers, sorted");
    assert!(published.version.document.expose().contains(r#""half":"\ud83d""#));
    assert!(!from(None).await.unwrap().changed, "the current one is what it would publish");
    for (what, base) in [("no object", "[]"), ("not JSON", "{"), ("empty", "{}")] {
        assert_eq!(from(Some(base)).await.unwrap_err().code(), Some("invalid_runtime_config"), "{what}");
    }
}
