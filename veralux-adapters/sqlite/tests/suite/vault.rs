//! Credentials: what destroying a key leaves in the file, and how fast all tenants move to another root key.

use std::time::{Duration, Instant as Stopwatch};

use veralux_core::credential::Provider;
use veralux_core::id::TenantId;
use veralux_core::port::{
    Census, Change, Commit, Credential, CredentialState, CredentialStore as _, Envelope, Ledger as _,
    RootKeyStore as _, TenantKey,
};
use veralux_sqlite::SqliteStore;

use crate::fixture::{Place, at, draft, id};

fn key(version: u32, wrapped: &[u8]) -> Change {
    let wrapped = Envelope::new(wrapped);
    Change::AddTenantKey(TenantKey { version, root_key: version, wrapped, created_at: at(0) })
}

fn credential(provider: Provider, version: u32) -> Change {
    let after = Credential {
        id: id(format!("crd_{provider}")),
        provider,
        generation: version.into(),
        // What 300 bytes become.
        envelope: Envelope::new(vec![u8::try_from(version).unwrap(); 406]),
        root_key: version,
        key_version: version,
        state: CredentialState::Active,
        hint: Some("0a9f".to_owned()),
        account: None,
        expires_at: None,
        check: None,
        last_error: None,
        lease: None,
        created_at: at(0),
        sealed_at: at(0),
        revision: version.into(),
    };
    let before = (version > 1).then(|| u64::from(version) - 1);
    Change::Credential { after: Box::new(after), before }
}

async fn holds(place: &Place, needle: &[u8]) -> bool {
    let bytes = tokio::fs::read(place.path()).await.unwrap();
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn a_destroyed_key_is_not_left_in_the_file() {
    const WRAPPED: &[u8] = b"the wrapped key of one tenant, to be destroyed";
    let place = Place::new();
    let tenant: TenantId = id("oak");
    let store = place.open().await;
    store.commit(Commit::new(tenant.clone(), at(0)).change(key(1, WRAPPED))).await.unwrap();
    store.close().await;
    assert!(holds(&place, WRAPPED).await, "this test finds it");

    let store = place.open().await;
    store.commit(Commit::new(tenant.clone(), at(1)).change(Change::DestroyTenantKeys)).await.unwrap();
    store.close().await;
    assert!(!place.path().with_extension("db-wal").exists(), "nor is there a log");
    assert!(!holds(&place, WRAPPED).await, "its bytes are overwritten");
}

/// One commit a tenant: a new key, its credentials under it, the old key removed, one event.
fn rewrap(tenant: &TenantId) -> Commit {
    let mut commit = Commit::new(tenant.clone(), at(1)).event(id("evt_rewrap"), draft("rewrap"));
    commit.changes.push(key(2, &[2; 106]));
    commit.changes.extend(Provider::ALL.iter().map(|provider| credential(*provider, 2)));
    commit.changes.push(Change::RemoveTenantKey(1));
    commit
}

/// Commits for many tenants, so many at once.
async fn commit_all(store: &SqliteStore, tenants: &[TenantId], commit: impl Fn(&TenantId) -> Commit) {
    for group in tenants.chunks(256) {
        let commits = group.iter().map(|tenant| store.commit(commit(tenant)));
        for outcome in futures_util::future::join_all(commits).await {
            outcome.unwrap();
        }
    }
}

/// Prints its figures: `cargo nextest run -p veralux-sqlite --release --no-capture move_to_another`. As a test it moves few
/// tenants; `VERALUX_TENANTS=12500` makes it 100,000 credentials.
#[tokio::test]
async fn all_tenants_move_to_another_root_key() {
    let count: u64 = std::env::var("VERALUX_TENANTS").map_or(500, |count| count.parse().unwrap());
    let each = u64::try_from(Provider::ALL.len()).unwrap();
    let place = Place::new();
    let store = place.open().await;
    let tenants: Vec<TenantId> = (0..count).map(|index| id(format!("t{index:06}"))).collect();
    commit_all(&store, &tenants, |tenant| {
        let mut commit = Commit::new(tenant.clone(), at(0)).change(key(1, &[1; 106]));
        commit.changes.extend(Provider::ALL.iter().map(|provider| credential(*provider, 1)));
        commit
    })
    .await;

    let watch = Stopwatch::now();
    let mut moved = 0;
    loop {
        let under = store.list_tenants_under(1, None, 256).await.unwrap();
        if under.is_empty() {
            break;
        }
        moved += under.len();
        commit_all(&store, &under, rewrap).await;
    }
    let took = watch.elapsed();
    assert_eq!(u64::try_from(moved).unwrap(), count, "each tenant once");
    assert!(took < Duration::from_mins(1), "{took:?}");

    let watch = Stopwatch::now();
    let census = store.census().await.unwrap();
    println!("{} credentials re-sealed in {took:?}, census in {:?}", count * each, watch.elapsed());
    assert_eq!(census, [Census { root_key: 2, tenant_keys: count, envelopes: count * each, quarantined: 0 }]);
    let last = tenants.last().unwrap();
    assert_eq!(store.newest_tenant_key(last).await.unwrap().map(|key| key.version), Some(2));
}
