//! The operator's root keys, and what lies under them in all tenants.

use super::Ports;
use super::credential::{
    credential, furnish, put, put_secret, resealed, secret, secret_resealed, tenant_key,
};
use super::make::{at, id, new_tenant};
use crate::credential::Provider;
use crate::id::TenantId;
use crate::port::{self, Census, Change, Commit, Conflict, Credential, CredentialState, RootKey};
use crate::seal::KeyState;

/// What writes root keys.
pub(super) fn keys_put(changes: Vec<(RootKey, Option<u64>)>) -> Commit {
    Commit::new(TenantId::platform(), at(5)).change(Change::RootKeys(changes))
}

pub(super) fn root_key(id: u32, state: KeyState) -> RootKey {
    RootKey { id, state, check: [0xc1; 16], created_at: at(0), revision: 1 }
}

/// The same, a revision later in another state, with the revision that was read.
fn moved(found: &RootKey, state: KeyState) -> (RootKey, Option<u64>) {
    let before = found.revision;
    (RootKey { state, revision: before + 1, ..found.clone() }, Some(before))
}

async fn apply(ports: &Ports, changes: impl Into<Vec<(RootKey, Option<u64>)>>, what: &str) {
    if let Err(error) = ports.ledger.commit(keys_put(changes.into())).await {
        panic!("{what}: should be done, but: {error:?}");
    }
}

async fn refuse(ports: &Ports, changes: Vec<(RootKey, Option<u64>)>, expected: Conflict, what: &str) {
    let before = listed(ports).await;
    match ports.ledger.commit(keys_put(changes)).await {
        Err(port::Error::Conflict(conflict)) => assert_eq!(conflict, expected, "{what}"),
        other => panic!("{what}: should be refused with {expected:?}, but: {other:?}"),
    }
    assert_eq!(listed(ports).await, before, "{what}: nothing of it is stored");
}

async fn listed(ports: &Ports) -> Vec<RootKey> {
    ports.root_keys.list_root_keys().await.unwrap()
}

pub async fn root_keys_by_revision(ports: &Ports) {
    assert_eq!(listed(ports).await, [], "none yet");
    apply(ports, [], "nothing").await;
    let [one, two, last] = [1, 2, u32::MAX].map(|id| root_key(id, KeyState::Staged));
    apply(ports, [(last.clone(), None), (two.clone(), None), (one.clone(), None)], "three").await;
    assert_eq!(listed(ports).await, [one.clone(), two.clone(), last.clone()], "by id");
    let primary = moved(&one, KeyState::Primary);
    for (what, changes, conflict) in [
        ("one that exists", vec![(one.clone(), None)], Conflict::Exists),
        ("a revision too far", vec![(primary.0.clone(), Some(2))], Conflict::Stale),
        (
            "changing what is not",
            vec![moved(&root_key(7, KeyState::Staged), KeyState::Primary)],
            Conflict::Stale,
        ),
        ("behind a good one", vec![primary.clone(), (two.clone(), None)], Conflict::Exists),
        ("behind a new one", vec![(root_key(7, KeyState::Staged), None), (two, Some(9))], Conflict::Stale),
    ] {
        refuse(ports, changes, conflict, what).await;
    }
    let retired = moved(&last, KeyState::Destroyed);
    apply(ports, [primary.clone(), retired.clone()], "two at once").await;
    let found = listed(ports).await;
    assert_eq!((&found[0], &found[2]), (&primary.0, &retired.0), "as they were changed");
    refuse(ports, vec![primary.clone()], Conflict::Stale, "the revision before").await;
    let foreign = Commit::new(id("oak"), at(5)).change(Change::RootKeys(vec![]));
    let refused = ports.ledger.commit(foreign).await;
    assert!(matches!(refused, Err(port::Error::Invalid(_))), "a tenant's: {refused:?}");
    let twice = moved(&primary.0, KeyState::DecryptOnly);
    let again = moved(&twice.0, KeyState::Disabled);
    apply(ports, [twice, again.clone()], "one after the other").await;
    assert_eq!(listed(ports).await[0], again.0);
}

pub async fn one_key_is_primary(ports: &Ports) {
    let [one, two] = [1, 2].map(|id| root_key(id, KeyState::Primary));
    refuse(ports, vec![(one.clone(), None), (two.clone(), None)], Conflict::Stale, "two at once").await;
    apply(ports, [(one.clone(), None)], "the first").await;
    refuse(ports, vec![(two, None)], Conflict::Stale, "another").await;
    let two = root_key(2, KeyState::Staged);
    apply(ports, [(two.clone(), None)], "the next, not used yet").await;
    refuse(ports, vec![moved(&two, KeyState::Primary)], Conflict::Stale, "while there is one").await;
    let (old, new) = (moved(&one, KeyState::DecryptOnly), moved(&two, KeyState::Primary));
    apply(ports, [new.clone(), old.clone()], "the new one first").await;
    let back = [moved(&new.0, KeyState::DecryptOnly), moved(&old.0, KeyState::Primary)];
    apply(ports, back, "and back, the old one first").await;
    let states: Vec<_> = listed(ports).await.into_iter().map(|key| key.state).collect();
    assert_eq!(states, [KeyState::Primary, KeyState::DecryptOnly]);
}

async fn census(ports: &Ports) -> Vec<(u32, u64, u64, u64)> {
    let census = ports.root_keys.census().await.unwrap().into_iter();
    let row = |Census { root_key, tenant_keys, envelopes, quarantined }| {
        (root_key, tenant_keys, envelopes, quarantined)
    };
    census.map(row).collect()
}

/// Tenants `a` to `d`: `a` and `b` with credentials and a secret under root key 1, `c` with a key only, `d` with a
/// credential under an unknown root key.
async fn furnish_all(ports: &Ports) {
    for name in ["a", "b", "c", "d"] {
        furnish(ports, name).await;
    }
    for name in ["b", "a"] {
        let changes = [Provider::Twilio, Provider::Resend].map(|provider| put(credential(provider)));
        ports.apply(name, 1, changes.into_iter().chain([put_secret(secret("S"))]), "envelopes").await;
    }
    let unknown = Credential { root_key: u32::MAX, ..credential(Provider::Aws) };
    ports.apply("d", 1, [put(unknown)], "an envelope that nobody can open").await;
}

fn in_state(state: CredentialState, found: Credential) -> Credential {
    Credential { state, revision: found.revision + 1, ..found }
}

pub async fn a_census_of_all_tenants(ports: &Ports) {
    assert_eq!(census(ports).await, [], "nothing");
    let keys = [root_key(1, KeyState::Primary), root_key(6, KeyState::Staged)];
    apply(ports, keys.map(|key| (key, None)), "root keys").await;
    assert_eq!(census(ports).await, [], "root keys alone have nothing under them");
    furnish_all(ports).await;
    assert_eq!(census(ports).await, [(1, 4, 6, 0), (u32::MAX, 0, 1, 0)], "of all tenants");
    let quarantined = in_state(CredentialState::Quarantined, credential(Provider::Twilio));
    let disabled = in_state(CredentialState::Disabled, credential(Provider::Resend));
    ports.apply("a", 2, [put(quarantined.clone()), put(disabled)], "one in quarantine").await;
    assert_eq!(census(ports).await, [(1, 4, 6, 1), (u32::MAX, 0, 1, 0)], "counted among the others");

    let changes = [
        Change::AddTenantKey(tenant_key(2, 5)),
        put(resealed(quarantined, 2, 5)),
        put_secret(secret_resealed(secret("S"), 2, 5)),
    ];
    ports.apply("a", 3, changes, "sealed again").await;
    assert_eq!(census(ports).await, [(1, 4, 4, 0), (5, 1, 2, 1), (u32::MAX, 0, 1, 0)], "moved");
    let changes = [Change::AddTenantKey(tenant_key(9, 7)), put(credential(Provider::Vapi))];
    ports.refuse("b", 3, changes, Conflict::Exists, "a refused commit").await;
    ports.apply("c", 3, [Change::DestroyTenantKeys], "destroying").await;
    let gone = Change::RemoveCredential { provider: Provider::Resend, before: 1 };
    ports.apply("b", 3, [gone], "removing").await;
    assert_eq!(census(ports).await, [(1, 3, 3, 0), (5, 1, 2, 1), (u32::MAX, 0, 1, 0)], "and no more");
}

pub async fn nothing_new_lies_under_a_key_that_is_not_primary(ports: &Ports) {
    let [one, two] = [root_key(1, KeyState::Primary), root_key(2, KeyState::Staged)];
    apply(ports, [(one.clone(), None), (two.clone(), None)], "root keys").await;
    furnish(ports, "a").await;
    let add = |version, root_key| Change::AddTenantKey(tenant_key(version, root_key));
    ports.refuse("a", 1, [add(2, 2)], Conflict::Stale, "it is staged").await;
    let rotated = [moved(&one, KeyState::DecryptOnly), moved(&two, KeyState::Primary)];
    apply(ports, rotated.clone(), "rotated").await;
    let sealed = put(Credential { key_version: 2, ..credential(Provider::Twilio) });
    ports.refuse("a", 2, [add(2, 1), sealed], Conflict::Stale, "it was primary when it wrapped").await;
    ports.refuse("b", 2, [new_tenant("b"), add(1, 1)], Conflict::Stale, "a tenant's first").await;
    assert_eq!(census(ports).await, [(1, 1, 0, 0)], "nothing of it is stored");
    ports.apply("a", 2, [put(credential(Provider::Resend))], "under a key that is there").await;
    ports.apply("a", 3, [add(2, 2)], "the one that wraps now").await;
    ports.apply("a", 3, [add(3, 9)], "one that is kept elsewhere").await;
    ports.apply("a", 4, [Change::DestroyTenantKeys], "destroying").await;
    let [(one, _), _] = rotated;
    for state in [KeyState::Disabled, KeyState::Destroyed] {
        let found = listed(ports).await.remove(0);
        apply(ports, [moved(&found, state)], "retiring it").await;
        ports.refuse("a", 5, [add(4, one.id)], Conflict::Stale, state.as_str()).await;
    }
}

pub async fn tenants_under_a_root_key(ports: &Ports) {
    let under = async |root_key: u32, after: Option<&str>, limit: usize| {
        let after: Option<TenantId> = after.map(id);
        let listed = ports.root_keys.list_tenants_under(root_key, after.as_ref(), limit).await.unwrap();
        listed.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(under(1, None, 9).await.is_empty(), "nobody");
    furnish_all(ports).await;
    ports.apply("e", 1, [new_tenant("e")], "a tenant with nothing").await;
    for (root_key, after, limit, expected) in [
        (1, None, 9, vec!["a", "b", "c", "d"]),
        (1, None, 3, vec!["a", "b", "c"]),
        (1, Some("c"), 3, vec!["d"]),
        (1, Some("aa"), 2, vec!["b", "c"]),
        (1, Some("d"), 9, vec![]),
        (1, Some("0"), usize::MAX, vec!["a", "b", "c", "d"]),
        (1, None, 0, vec![]),
        (u32::MAX, None, 9, vec!["d"]),
        (2, None, 9, vec![]),
    ] {
        let found = under(root_key, after, limit).await;
        assert_eq!(found, expected, "under {root_key} behind {after:?}, at most {limit}");
    }
    ports.apply("c", 2, [Change::AddTenantKey(tenant_key(2, 2)), Change::RemoveTenantKey(1)], "moved").await;
    let moved =
        [Provider::Twilio, Provider::Resend].map(|provider| put(resealed(credential(provider), 2, 2)));
    let changes = [Change::AddTenantKey(tenant_key(2, 2))].into_iter().chain(moved);
    ports.apply("a", 2, changes, "its credentials moved").await;
    ports.apply("a", 2, [Change::DestroyTenantKeys], "the secret is left").await;
    assert_eq!(under(1, None, 9).await, ["a", "b", "d"], "for its secret alone");
    assert_eq!(under(2, None, 9).await, ["a", "c"], "for credentials alone, for a key alone");
}

/// What a re-wrap of one tenant does: everything under a new key, and the old one goes.
pub async fn a_tenant_moves_to_another_root_key(ports: &Ports) {
    furnish_all(ports).await;
    let providers = [Provider::Twilio, Provider::Resend];
    let changes = || {
        let moved = providers.map(|provider| put(resealed(credential(provider), 2, 2)));
        [Change::AddTenantKey(tenant_key(2, 2))]
            .into_iter()
            .chain(moved)
            .chain([put_secret(secret_resealed(secret("S"), 2, 2)), Change::RemoveTenantKey(1)])
    };
    let newer = in_state(CredentialState::Disabled, credential(Provider::Resend));
    ports.apply("b", 2, [put(newer)], "somebody writes in the meantime").await;
    ports.refuse("b", 3, changes(), Conflict::Stale, "what was read has changed").await;
    ports.apply("a", 3, changes(), "in one commit").await;
    assert_eq!(census(ports).await, [(1, 3, 3, 0), (2, 1, 3, 0), (u32::MAX, 0, 1, 0)]);
    for (name, version) in [("a", 2), ("b", 1)] {
        let listed = ports.credentials.list_credentials(&id(name)).await.unwrap();
        assert!(
            listed.iter().all(|found| found.key_version == version && found.root_key == version),
            "{name}"
        );
        let newest = ports.credentials.newest_tenant_key(&id(name)).await.unwrap();
        assert_eq!(newest, Some(tenant_key(version, version)), "{name}");
    }
    ports.refuse("a", 4, changes(), Conflict::Exists, "a second time").await;
}
