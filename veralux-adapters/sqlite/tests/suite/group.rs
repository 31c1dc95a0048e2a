use std::collections::BTreeSet;

use veralux_core::id::TenantId;
use veralux_core::port::{Change, Commit, Conflict, Error, Ledger as _, MessageStore as _};

use crate::fixture::{Place, at, draft, id, settle, verified_length, webhook};

/// The jobs wait in the queue together, so that they share transactions.
#[tokio::test]
async fn a_conflict_harms_no_other_commit_of_its_group() {
    let place = Place::new();
    let store = place.open().await;
    let tenants: Vec<TenantId> = ["oak", "elm", "ash"].map(id).into();
    for tenant in &tenants {
        settle(&store, tenant).await;
    }
    // Every webhook comes three times, the repeats under message ids of their own.
    let commits = (0..200).flat_map(|n| {
        let tenant = &tenants[n % 3];
        [0, 1, 2].map(|copy| {
            let claim = webhook(tenant, &n.to_string()).changes.swap_remove(0);
            let mut commit = webhook(tenant, &format!("{n}x{copy}"));
            // The claim stands last, so that a conflict has rows to take back.
            commit.changes.push(claim);
            (n, copy, commit)
        })
    });
    let attempts = commits.map(|(n, copy, commit)| {
        let store = store.clone();
        async move { (n, copy, store.commit(commit).await) }
    });
    let outcomes = futures_util::future::join_all(attempts).await;

    let mut stored = BTreeSet::new();
    for (n, copy, outcome) in &outcomes {
        match outcome {
            Ok(()) => assert!(stored.insert((*n, *copy)), "{n} is stored once"),
            Err(Error::Conflict(Conflict::Claimed)) => {}
            Err(error) => panic!("{n}x{copy}: {error}"),
        }
    }
    assert_eq!(stored.len(), 200);
    for (n, copy, _) in outcomes {
        let found = store.lookup(&tenants[n % 3], &id(format!("msg_{n}x{copy}"))).await.unwrap();
        assert_eq!(found.is_some(), stored.contains(&(n, copy)), "{n}x{copy}");
    }
    let mut events = 0;
    for tenant in &tenants {
        events += verified_length(&store, tenant).await;
    }
    assert_eq!(events, 200, "a refused commit leaves no event and no gap");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_stores_on_one_file_share_a_chain() {
    let place = Place::new();
    let (one, two) = (place.open().await, place.open().await);
    let tenant: TenantId = id("oak");
    let work = |store: veralux_sqlite::SqliteStore, name: &'static str| {
        let tenant = tenant.clone();
        tokio::spawn(async move {
            for n in 0..50 {
                let text = format!("{name}{n}");
                let event = (id(format!("evt_{text}")), draft(&text));
                let commit = Commit { events: vec![event], ..Commit::new(tenant.clone(), at(n)) };
                store.commit(commit).await.unwrap();
            }
        })
    };
    let (first, second) = (work(one.clone(), "a"), work(two, "b"));
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(verified_length(&one, &tenant).await, 100);
}

#[tokio::test]
async fn closing_writes_what_waits() {
    let place = Place::new();
    let store = place.open().await;
    let tenant = id("oak");
    settle(&store, &tenant).await;
    let attempts = (0..300).map(|n| store.commit(webhook(&tenant, &n.to_string())));
    // Within tokio's budget only some would be sent before the others, and the end, had their turn.
    let attempts = tokio::task::unconstrained(futures_util::future::join_all(attempts));
    let (outcomes, ()) = tokio::join!(attempts, store.close());
    assert!(outcomes.iter().all(Result::is_ok), "all were in the queue before the end");
    let late =
        store.commit(Commit::new(tenant.clone(), at(0)).change(Change::MapDid(id("+14155550100")))).await;
    assert!(matches!(late, Err(Error::Transient { .. })), "{late:?}");

    assert!(!place.path().with_extension("db-wal").exists(), "the log is written back");
    let again = place.open().await;
    assert_eq!(verified_length(&again, &tenant).await, 300);
}
