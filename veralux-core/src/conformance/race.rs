//! Many at once: exactly one wins.

use super::Ports;
use super::credential::{
    credential, furnish, put, put_secret, resealed, secret, secret_resealed, tenant_key,
};
use super::idempotency::next_attempt;
use super::make::{
    at, claim, draft, id, new_number, new_tenant, new_thread, number, our, phone, settle, tenant, thread,
    version,
};
use super::root_key::{keys_put, root_key};
use crate::audit::verify;
use crate::credential::Provider;
use crate::party::NumberClass;
use crate::port::{
    Change, Commit, Conflict, Credential, IdempotencyClaim, MAX_PAGE, Page, Result, RootKey, Scope, Tenant,
    ThreadFilter,
};
use crate::seal::KeyState;
use crate::time::{DAY, HOUR};

const RUNNERS: u8 = 8;

/// Commits all at once. Exactly one must succeed; gives what stood in the way of the others.
async fn one_wins(
    ports: &Ports,
    what: &str,
    commits: impl IntoIterator<Item = (String, Change)>,
) -> Vec<Conflict> {
    let runners = commits.into_iter().map(|(tenant, change)| {
        let ledger = ports.ledger.clone();
        let commit = Commit::new(id(&tenant), at(5)).change(change);
        async move { ledger.commit(commit).await }
    });
    let answers: Vec<Result<()>> = ports.race(runners).await;
    assert_eq!(answers.len(), usize::from(RUNNERS), "{what}: everybody gets an answer");
    let lost: Vec<_> = answers.into_iter().filter_map(Result::err).collect();
    assert_eq!(lost.len(), usize::from(RUNNERS) - 1, "{what}: exactly one wins: {lost:?}");
    let conflict =
        |error: crate::port::Error| error.conflict().cloned().unwrap_or_else(|| panic!("{what}: {error:?}"));
    lost.into_iter().map(conflict).collect()
}

fn all_by<T: PartialEq + std::fmt::Debug>(lost: &[T], expected: &T, what: &str) {
    assert!(lost.iter().all(|conflict| conflict == expected), "{what}: {lost:?}");
}

async fn tenants(ports: &Ports) -> Vec<String> {
    let names: Vec<_> = (0..RUNNERS).map(|index| format!("t{index}")).collect();
    for name in &names {
        ports.apply(name, 0, [new_tenant(name)], "a tenant").await;
    }
    names
}

pub async fn one_pair(ports: &Ports) {
    settle(ports, "a", 1).await;
    let open = |index| ("a".to_owned(), new_thread(thread(&format!("new_{index}"), "cus_2", "pool")));
    let lost = one_wins(ports, "one pair", (0..RUNNERS).map(open)).await;
    let filter = ThreadFilter { number: Some(id("pool")), customer: Some(id("cus_2")), status: None };
    let threads = ports.threads.list(&id("a"), &filter, &Page::first(9)).await.unwrap().items;
    assert_eq!(threads.len(), 1, "one thread is there");
    all_by(&lost, &Conflict::PairTaken(threads[0].id.clone()), "the others are told which");
}

pub async fn one_claim(ports: &Ports) {
    settle(ports, "a", 1).await;
    let lost =
        one_wins(ports, "one claim", (0..RUNNERS).map(|_| ("a".to_owned(), Change::Claim(claim("SM1")))))
            .await;
    all_by(&lost, &Conflict::Claimed, "one claim");
}

pub async fn one_did(ports: &Ports) {
    let did = phone("+14155550100");
    let commits = tenants(ports).await.into_iter().enumerate().map(|(index, name)| {
        let change = match index % 2 {
            0 => Change::MapDid(did),
            _ => Change::PublishRuntime(Box::new(version(1, "{}", &["+14155550100"]))),
        };
        (name, change)
    });
    let lost = one_wins(ports, "one DID", commits).await;
    all_by(&lost, &Conflict::DidTaken(did), "one DID");
}

pub async fn one_number(ports: &Ports) {
    let take = |name: String| (name, new_number(number("num_1", &our(1, 1), NumberClass::Pool)));
    let commits: Vec<_> = tenants(ports).await.into_iter().map(take).collect();
    let lost = one_wins(ports, "one number", commits).await;
    all_by(&lost, &Conflict::NumberTaken, "one number");
}

pub async fn one_line(ports: &Ports) {
    let line = phone(&our(1, 1));
    let commits = tenants(ports).await.into_iter().enumerate().map(|(index, name)| {
        let change = match index % 2 {
            0 => Change::MapDid(line),
            _ => new_number(number("num_1", line.as_str(), NumberClass::Pool)),
        };
        (name, change)
    });
    let lost = one_wins(ports, "one line", commits).await;
    let named = |conflict: &Conflict| matches!(conflict, Conflict::NumberTaken | Conflict::DidTaken(_));
    assert!(lost.iter().all(named), "the others are told: {lost:?}");
}

pub async fn one_version(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    let publish = |index| {
        let version = version(1, &format!("{{\"n\":{index}}}"), &[&our(1, index)]);
        ("a".to_owned(), Change::PublishRuntime(Box::new(version)))
    };
    let lost = one_wins(ports, "one version", (0..RUNNERS).map(publish)).await;
    all_by(&lost, &Conflict::VersionMoved { current: 1 }, "one version");
    let head = ports.versions.head(&id("a")).await.unwrap().unwrap();
    assert_eq!(head.dids.len(), 1, "the DIDs of the winner only");
}

pub async fn one_revision(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    let rename = |index| {
        let after = Tenant { name: format!("name {index}"), revision: 2, ..tenant("a") };
        ("a".to_owned(), Change::Tenant { after, before: Some(1) })
    };
    let lost = one_wins(ports, "one revision", (0..RUNNERS).map(rename)).await;
    all_by(&lost, &Conflict::Stale, "one revision");
}

pub async fn one_idempotency_key(ports: &Ports) {
    let runners = (0..RUNNERS).map(|_| {
        let store = ports.idempotency.clone();
        let scope = Scope { owner: "a".to_owned(), key: "k".to_owned() };
        async move { store.claim(&next_attempt(&scope), &[1; 32], DAY, HOUR).await.unwrap() }
    });
    let answers = ports.race(runners).await;
    let (first, others): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|one| *one == IdempotencyClaim::Own);
    assert_eq!(first.len(), 1, "exactly one has it");
    assert_eq!(others.len(), usize::from(RUNNERS) - 1, "everybody gets an answer");
    all_by(&others, &IdempotencyClaim::Running, "the others wait");
}

pub async fn one_chain(ports: &Ports) {
    const EACH: u8 = 4;
    let runners = (0..RUNNERS).map(|runner| {
        let ledger = ports.ledger.clone();
        async move {
            for step in 0..EACH {
                let event = id(&format!("evt_{runner}_{step}"));
                ledger
                    .commit(Commit::new(id("a"), at(0)).event(event, draft("thread.opened")))
                    .await
                    .unwrap();
            }
        }
    });
    let count = ports.race(runners).await.len() * usize::from(EACH);
    let events = ports.audit.list(&id("a"), &Page::first(MAX_PAGE)).await.unwrap().items;
    assert_eq!(events.len(), count, "no event is lost");
    let head = ports.audit.head(&id("a")).await.unwrap();
    assert_eq!(verify(id("a"), &events, head).broken, None, "and the chain has no fork");
    for runner in 0..RUNNERS {
        let own = format!("evt_{runner}_");
        let mine: Vec<_> = events.iter().filter(|event| event.id.as_str().starts_with(&own)).collect();
        assert!(mine.is_sorted_by_key(|event| &event.id), "who waits for an answer keeps their order");
    }
}

pub async fn one_credential(ports: &Ports) {
    furnish(ports, "a").await;
    let connect = |index| {
        let new = Credential { id: id(&format!("crd_{index}")), ..credential(Provider::Twilio) };
        ("a".to_owned(), put(new))
    };
    let lost = one_wins(ports, "one credential", (0..RUNNERS).map(connect)).await;
    all_by(&lost, &Conflict::Exists, "one credential");
    let first = ports.credentials.find_credential(&id("a"), Provider::Twilio).await.unwrap().unwrap();
    let seal = |_| ("a".to_owned(), put(resealed(first.clone(), 1, 1)));
    let lost = one_wins(ports, "one revision of it", (0..RUNNERS).map(seal)).await;
    all_by(&lost, &Conflict::Stale, "one revision of it");
}

pub async fn one_tenant_key(ports: &Ports) {
    furnish(ports, "a").await;
    let add = |index| ("a".to_owned(), Change::AddTenantKey(tenant_key(2, u32::from(index))));
    let lost = one_wins(ports, "one second key", (0..RUNNERS).map(add)).await;
    all_by(&lost, &Conflict::Exists, "one second key");
}

pub async fn one_generation(ports: &Ports) {
    furnish(ports, "a").await;
    let new = |_| ("a".to_owned(), put_secret(secret("S")));
    let lost = one_wins(ports, "one secret", (0..RUNNERS).map(new)).await;
    all_by(&lost, &Conflict::Exists, "one secret");
    let seal = |_| ("a".to_owned(), put_secret(secret_resealed(secret("S"), 1, 1)));
    let lost = one_wins(ports, "one generation of it", (0..RUNNERS).map(seal)).await;
    all_by(&lost, &Conflict::Stale, "one generation of it");
}

/// Some remove a key, others seal under it: whoever comes second is refused.
pub async fn a_key_and_what_names_it(ports: &Ports) {
    for name in tenants(ports).await {
        ports.apply(&name, 0, [Change::AddTenantKey(tenant_key(1, 1))], "a key").await;
        let changes = [
            Change::RemoveTenantKey(1),
            put(credential(Provider::Twilio)),
            put(credential(Provider::Telnyx)),
            put_secret(secret("S")),
        ];
        let runners = changes.into_iter().map(|change| {
            let commit = Commit::new(id(&name), at(5)).change(change);
            let ledger = ports.ledger.clone();
            async move { ledger.commit(commit).await }
        });
        let lost: Vec<_> = ports.race(runners).await.into_iter().filter_map(Result::err).collect();
        let lost: Vec<_> = lost.iter().filter_map(|error| error.conflict().cloned()).collect();
        let is_there = ports.credentials.lookup_tenant_key(&id(&name), 1).await.unwrap().is_some();
        let under = ports.credentials.list_credentials(&id(&name)).await.unwrap().len()
            + ports.credentials.list_secrets(&id(&name)).await.unwrap().len();
        let expected = if is_there { vec![Conflict::InUse] } else { vec![Conflict::Dangling; 3] };
        assert_eq!((lost, under), (expected, if is_there { 3 } else { 0 }), "{name}: {is_there}");
    }
}

/// As [`one_wins`], for root keys.
async fn one_puts(ports: &Ports, change: impl Fn(u32) -> (RootKey, Option<u64>), expected: &Conflict) {
    let runners = (0..u32::from(RUNNERS)).map(|index| {
        let (ledger, commit) = (ports.ledger.clone(), keys_put(vec![change(index)]));
        async move { ledger.commit(commit).await }
    });
    let lost: Vec<_> = ports.race(runners).await.into_iter().filter_map(Result::err).collect();
    assert_eq!(lost.len(), usize::from(RUNNERS) - 1, "exactly one wins: {lost:?}");
    assert!(lost.iter().all(|error| error.conflict() == Some(expected)), "{lost:?}");
}

pub async fn one_primary(ports: &Ports) {
    one_puts(ports, |index| (root_key(index, KeyState::Primary), None), &Conflict::Stale).await;
    assert_eq!(ports.root_keys.list_root_keys().await.unwrap().len(), 1);
}

pub async fn one_root_key(ports: &Ports) {
    one_puts(ports, |_| (root_key(1, KeyState::Staged), None), &Conflict::Exists).await;
    let after = RootKey { revision: 2, ..root_key(1, KeyState::Primary) };
    one_puts(ports, |_| (after.clone(), Some(1)), &Conflict::Stale).await;
}
