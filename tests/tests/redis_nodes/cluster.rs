//! What holds in a cluster of three masters, where each key changes for itself.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant as Moment};

use veralux_core::port::{
    Conflict, Error, Page, Projected, Publication, RuntimeProjection, RuntimeReader as _,
};
use veralux_core::runtime::KeyNames;
use veralux_core::secret::Secret;
use veralux_redis::{RedisRuntimeStore, RedisSettings};
use veralux_tests::redis::PrivateCluster;

use crate::setup::{A, B, C, LIMIT, Ledger, did, document, drained, found, patient, publish, store, tenant};

#[tokio::test]
async fn any_node_leads_to_all() {
    let cluster = PrivateCluster::start(3);
    let ledger = Ledger::new().await;
    for node in 0..3 {
        let mark = format!("over-{node}");
        let publisher = ledger.node(patient(&cluster.url_of(node)));
        assert!(publish(&publisher, "oak", &[A, B, C], &mark).await.projected);
        for (other, number) in [(0, A), (1, B), (2, C)] {
            let (owner, text) = found(&cluster.url_of(other), number).await.unwrap();
            assert_eq!((owner.as_str(), text), ("oak", document("oak", &[A, B, C], &mark)));
        }
        ledger.assert_in_line(&publisher).await;
    }
}

#[tokio::test]
async fn a_user_of_every_node_and_one_that_lets_him_not_in_for_a_while() {
    let cluster = PrivateCluster::start(3);
    let all = |command: &str| cluster.nodes.iter().for_each(|node| drop(node.ask(command)));
    all("ACL SETUSER app on >pw ~tenantmap:* ~tenantcfg:* ~{tenantmap:* ~{tenantcfg:* ~veralux:* \
         +@connection +info +cluster|slots +eval +evalsha +get +set +del +mget +scan +incr +pttl +pexpire");
    let store = patient(&cluster.url().replace("redis://", "redis://app:pw@"));
    store.ping().await.unwrap();
    store.rate_counter("veralux").check().await.unwrap();
    store.map_did(&tenant("oak"), &did(A)).await.unwrap();

    cluster.nodes[2].ask("ACL SETUSER app -scan");
    assert!(matches!(store.ping().await, Err(Error::NotPermitted("`SCAN`"))), "{:?}", store.ping().await);
    cluster.nodes[2].ask("ACL SETUSER app +scan");
    store.ping().await.unwrap();

    all("ACL SETUSER app resetpass >another");
    all("CLIENT KILL USER app");
    for _ in 0..3 {
        store.find_tenant(&did(A)).await.unwrap_err();
    }
    all("ACL SETUSER app >pw");
    let began = Moment::now();
    while let Err(error) = store.ping().await {
        assert!(began.elapsed() < Duration::from_mins(1), "{error:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(store.find_tenant(&did(A)).await.unwrap(), Some(tenant("oak")));
}

#[tokio::test]
async fn a_listing_goes_over_all_masters() {
    let cluster = PrivateCluster::start(3);
    let store = patient(&cluster.url());
    let numbers: Vec<String> = (0..300).map(|number| format!("+1415556{number:04}")).collect();
    for (index, number) in numbers.iter().enumerate() {
        let document = Secret::new("{}");
        let publication =
            Publication { document: &document, map: &[did(number)], unmap: &[], sequence: Some(1) };
        store.publish(&tenant(&format!("t{}", index % 40)), publication).await.unwrap();
    }
    for node in &cluster.nodes {
        let size: usize = node.ask("DBSIZE").trim_start_matches(':').parse().unwrap();
        assert!(size > 50, "each master holds a part: {size}");
    }
    for limit in [7, 200] {
        let (mut seen, mut page) = (BTreeSet::new(), Page::first(limit));
        loop {
            let listed = store.list(&page).await.unwrap();
            assert!(listed.items.len() <= usize::from(limit));
            seen.extend(listed.items.into_iter().map(|entry| match entry {
                Projected::Config { tenant, .. } => tenant,
                Projected::Did { did, .. } => did,
            }));
            if listed.next.is_none() {
                break;
            }
            page = page.after(listed.next);
        }
        assert_eq!(seen.len(), 340, "300 DIDs and 40 configurations, no key of ours; pages of {limit}");
    }
}

/// `oak` and `elm` hand a DID back and forth; documents name their tenant.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_reader_finds_a_did_without_its_configuration() {
    let cluster = PrivateCluster::start(3);
    let store = patient(&cluster.url());
    let (stop, seen) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (store, stop, seen) = (store.clone(), stop.clone(), seen.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let Some(owner) = store.find_tenant(&did(A)).await.unwrap() else { continue };
                    let text = store.find_config(&owner).await.unwrap().expect("a DID without configuration");
                    assert_eq!(text.expose(), owner.as_str(), "another tenant's configuration");
                    let whole = store.resolve(&did(A)).await.unwrap();
                    assert!(whole.is_none_or(|whole| whole.document.expose() == whole.tenant.as_str()));
                    seen.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let began = Moment::now();
    let mut sequence = 0;
    while (sequence < 200 || seen.load(Ordering::Relaxed) < 200) && began.elapsed() < Duration::from_secs(20)
    {
        sequence += 1;
        for (owner, map, unmap) in [
            ("oak", &[did(A)][..], &[][..]),
            ("oak", &[], &[did(A)]),
            ("elm", &[did(A)], &[]),
            ("elm", &[], &[did(A)]),
        ] {
            let document = Secret::new(owner);
            let publication = Publication { document: &document, map, unmap, sequence: Some(sequence) };
            store.publish(&tenant(owner), publication).await.unwrap();
        }
    }
    stop.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
    assert!(seen.load(Ordering::Relaxed) >= 200, "the readers saw too little to tell");
}

#[tokio::test]
async fn a_late_write_changes_no_key() {
    let cluster = PrivateCluster::start(3);
    let store = patient(&cluster.url());
    let oak = tenant("oak");
    let publish = async |text: &str, map: &[&str], unmap: &[&str], sequence: u64| {
        let [map, unmap] = [map, unmap].map(|dids| dids.iter().map(|number| did(number)).collect::<Vec<_>>());
        let document = Secret::new(text);
        let publication =
            Publication { document: &document, map: &map, unmap: &unmap, sequence: Some(sequence) };
        store.publish(&oak, publication).await
    };
    publish("1", &[A, B], &[], 1).await.unwrap();
    publish("2", &[A], &[B], 2).await.unwrap();
    let late = publish("1", &[A, B], &[], 1).await.unwrap_err();
    assert_eq!(late.conflict(), Some(&Conflict::Stale));
    assert_eq!(store.find_config(&oak).await.unwrap().unwrap().expose(), "2");
    assert_eq!(store.find_tenant(&did(B)).await.unwrap(), None);
    publish("2", &[A], &[B], 2).await.expect("the same again");
}

#[tokio::test]
async fn a_lost_master_makes_publishes_wait() {
    let mut cluster = PrivateCluster::start(3);
    let ledger = Ledger::new().await;
    let node = ledger.node(store(&cluster.url(), LIMIT));
    // DIDs enough to lie on every master.
    let numbers: Vec<String> = (0..24).map(|number| format!("+1415557{number:04}")).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    publish(&node, "oak", &numbers, "before").await;
    drained(&node).await;

    cluster.nodes[1].kill();
    let began = Moment::now();
    assert!(!publish(&node, "oak", &numbers[1..], "meanwhile").await.projected, "accepted, and it waits");
    // One failed round trip ends it; those before it, one a key, are quick.
    assert!(began.elapsed() < Duration::from_secs(10), "took {:?}", began.elapsed());
    assert!(node.drain().await.is_err());
    assert!(
        patient(&cluster.url()).ping().await.is_err() || node.ping_projection().await.is_err(),
        "not ready"
    );

    // It comes back without its keys.
    cluster.nodes[1].restart();
    cluster.wait_until_it_agrees();
    drained(&node).await;
    let report = node.reconcile(true).await.unwrap().unwrap();
    assert_eq!(report.differing, report.repaired, "{:?}", report.differences);
    ledger.assert_in_line(&node).await;
    let expected = document("oak", &numbers[1..], "meanwhile");
    for number in &numbers[1..] {
        assert_eq!(found(&cluster.url(), number).await.unwrap().1, expected, "{number}");
    }
    assert_eq!(found(&cluster.url(), numbers[0]).await, None);
}

#[tokio::test]
async fn settings_that_a_cluster_does_not_take() {
    let cluster = PrivateCluster::shared();
    let mut settings = RedisSettings::new(Secret::new(cluster.url()));
    settings.keys = KeyNames::new("{a}map", "{a}cfg", "{a}cap").unwrap();
    let error = RedisRuntimeStore::connect(&settings).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(text) if text.contains("braces")), "{error:?}");

    let lone = veralux_tests::redis::PrivateRedis::shared();
    let twice = format!("{},{}", lone.url(), lone.url());
    let error = RedisRuntimeStore::connect(&RedisSettings::new(Secret::new(twice))).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(text) if text.contains("server of its own")), "{error:?}");
}
