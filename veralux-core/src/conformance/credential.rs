//! Credentials, other secrets, and the tenants' keys that both are sealed under.

use super::Ports;
use super::make::{at, id, new_tenant};
use crate::credential::Provider;
use crate::id::TenantId;
use crate::port::{
    Change, Conflict, Credential, CredentialExport, CredentialState, Envelope, ExportState, MAX_SECRETS,
    TenantKey, TenantSecret,
};

/// A version of a tenant's key under a root key.
pub(super) fn tenant_key(version: u32, root_key: u32) -> TenantKey {
    let wrapped = Envelope::new(format!("key {version} under {root_key}").into_bytes());
    TenantKey { version, root_key, wrapped, created_at: at(0) }
}

/// A new credential under version 1 of the tenant's key, which is under root key 1.
pub(super) fn credential(provider: Provider) -> Credential {
    Credential {
        id: id(&format!("crd_{provider}")),
        provider,
        generation: 1,
        envelope: Envelope::new(*b"sealed 1"),
        root_key: 1,
        key_version: 1,
        state: CredentialState::Active,
        hint: Some("0a9f".to_owned()),
        account: None,
        expires_at: None,
        check: None,
        last_error: None,
        lease: None,
        created_at: at(0),
        sealed_at: at(0),
        revision: 1,
    }
}

/// A new secret, likewise.
pub(super) fn secret(key: &str) -> TenantSecret {
    TenantSecret {
        key: key.to_owned(),
        generation: 1,
        envelope: Envelope::new(*b"sealed 1"),
        root_key: 1,
        key_version: 1,
        sealed_at: at(0),
    }
}

pub(super) fn export(provider: Provider, target: Provider) -> CredentialExport {
    CredentialExport {
        provider,
        target,
        remote_id: None,
        generation: 1,
        state: ExportState::Pending,
        error: None,
        at: at(0),
        revision: 1,
    }
}

/// Replaces the revision before its own, or makes the first.
pub(super) fn put(after: Credential) -> Change {
    Change::Credential { before: before(after.revision), after: Box::new(after) }
}

pub(super) fn put_secret(after: TenantSecret) -> Change {
    Change::TenantSecret { before: before(after.generation), after: Box::new(after) }
}

pub(super) fn put_export(after: CredentialExport) -> Change {
    Change::CredentialExport { before: before(after.revision), after: Box::new(after) }
}

fn before(revision: u64) -> Option<u64> {
    Some(revision - 1).filter(|before| *before > 0)
}

/// The same, a revision later and sealed again under another key.
pub(super) fn resealed(found: Credential, key_version: u32, root_key: u32) -> Credential {
    Credential {
        generation: found.generation + 1,
        envelope: Envelope::new(format!("sealed {}", found.generation + 1).into_bytes()),
        root_key,
        key_version,
        sealed_at: at(1),
        revision: found.revision + 1,
        ..found
    }
}

/// The same, a generation later.
pub(super) fn secret_resealed(found: TenantSecret, key_version: u32, root_key: u32) -> TenantSecret {
    let envelope = Envelope::new(format!("sealed {}", found.generation + 1).into_bytes());
    TenantSecret { generation: found.generation + 1, envelope, root_key, key_version, ..found }
}

fn remove(provider: Provider, before: u64) -> Change {
    Change::RemoveCredential { provider, before }
}

fn remove_secret(key: &str, before: u64) -> Change {
    Change::RemoveTenantSecret { key: key.to_owned(), before }
}

/// A tenant with version 1 of its key, under root key 1.
pub(super) async fn furnish(ports: &Ports, name: &str) {
    let changes = [new_tenant(name), Change::AddTenantKey(tenant_key(1, 1))];
    ports.apply(name, 0, changes, "a tenant with a key").await;
}

pub async fn credentials_by_revision(ports: &Ports) {
    furnish(ports, "a").await;
    let first = credential(Provider::Twilio);
    ports.apply("a", 0, [put(first.clone())], "a credential").await;
    let found = async || ports.credentials.find_credential(&id("a"), Provider::Twilio).await.unwrap();
    assert_eq!(found().await, Some(first.clone()), "as it was stored");
    let second = resealed(first.clone(), 1, 1);
    let other = Credential { id: id("crd_9"), ..first.clone() };
    let moved = Credential { provider: Provider::Telnyx, ..first.clone() };
    for (what, change, conflict) in [
        ("the same again", put(first.clone()), Conflict::Exists),
        ("another with this provider", put(other.clone()), Conflict::Exists),
        ("another with this id", put(moved.clone()), Conflict::Exists),
        ("another in its place", put(Credential { revision: 2, ..other }), Conflict::Stale),
        ("its provider changes", put(Credential { revision: 2, ..moved }), Conflict::Stale),
        ("a revision too far", put(Credential { revision: 3, ..second.clone() }), Conflict::Stale),
        ("changing what is not", put(resealed(credential(Provider::Resend), 1, 1)), Conflict::Stale),
        ("removing a later revision", remove(Provider::Twilio, 2), Conflict::Stale),
        ("removing what is not", remove(Provider::Resend, 1), Conflict::Stale),
    ] {
        ports.refuse("a", 1, [change], conflict, what).await;
        assert_eq!(found().await, Some(first.clone()), "{what}: it is as it was");
    }
    ports.apply("a", 1, [put(second.clone())], "the next revision").await;
    assert_eq!(found().await, Some(second.clone()), "as it was changed");
    ports.refuse("a", 2, [put(second)], Conflict::Stale, "the revision before").await;
    ports.refuse("a", 2, [remove(Provider::Twilio, 1)], Conflict::Stale, "removing the one before").await;
    ports.apply("a", 2, [remove(Provider::Twilio, 2)], "removing").await;
    assert_eq!(found().await, None, "it is gone");
    ports.refuse("a", 3, [remove(Provider::Twilio, 2)], Conflict::Stale, "removing twice").await;
    let again = Credential { id: id("crd_9"), ..first };
    ports.apply("a", 3, [put(again.clone())], "its provider is free again").await;
    assert_eq!(found().await, Some(again));
}

pub async fn credentials_in_the_order_of_providers(ports: &Ports) {
    furnish(ports, "a").await;
    let all = Provider::ALL.iter().map(|provider| credential(*provider));
    ports.apply("a", 0, all.clone().rev().map(put), "one with each provider").await;
    let listed = ports.credentials.list_credentials(&id("a")).await.unwrap();
    assert_eq!(listed, all.collect::<Vec<_>>());
}

pub async fn an_envelope_needs_its_key(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant without a key").await;
    let (first, other) = (credential(Provider::Twilio), secret("TOKEN"));
    let dangling = Conflict::Dangling;
    ports.refuse("a", 0, [put(first.clone())], dangling.clone(), "no key").await;
    ports.refuse("a", 0, [put_secret(other.clone())], dangling.clone(), "no key for a secret").await;
    furnish(ports, "b").await;
    ports.refuse("a", 0, [put(first.clone())], dangling.clone(), "another tenant's key").await;
    ports.refuse("a", 0, [put_secret(other.clone())], dangling.clone(), "another tenant's key").await;
    let changes = [Change::AddTenantKey(tenant_key(1, 1)), put(first.clone()), put_secret(other.clone())];
    ports.apply("a", 1, changes, "a key of the same commit").await;
    let later = [put(resealed(first.clone(), 2, 1))];
    ports.refuse("a", 2, later, dangling.clone(), "moving to a version that is not").await;
    let later = [put_secret(secret_resealed(other.clone(), 2, 1))];
    ports.refuse("a", 2, later, dangling.clone(), "moving a secret there").await;
    let destroyed = [Change::DestroyTenantKeys, put(resealed(first.clone(), 1, 1))];
    ports.refuse("a", 2, destroyed, dangling.clone(), "destroyed by the same commit").await;
    ports.apply("a", 2, [Change::DestroyTenantKeys], "destroying").await;
    for (what, change) in [
        ("a new credential", put(credential(Provider::Telnyx))),
        ("the next revision", put(resealed(first, 1, 1))),
        ("a new secret", put_secret(secret("OTHER"))),
        ("the next generation", put_secret(secret_resealed(other, 1, 1))),
    ] {
        ports.refuse("a", 3, [change], dangling.clone(), what).await;
    }
}

/// The versions of the tenant's key that are there, the newest of them, and the last there ever was.
async fn versions(ports: &Ports, name: &str) -> (Vec<u32>, Option<u32>, u32) {
    let (tenant, stores): (TenantId, _) = (id(name), ports);
    let mut there = Vec::new();
    for version in 0..9 {
        there.extend(stores.credentials.lookup_tenant_key(&tenant, version).await.unwrap());
    }
    let newest = stores.credentials.newest_tenant_key(&tenant).await.unwrap();
    assert_eq!(newest.as_ref(), there.last(), "the newest is the last one");
    let there = there.iter().map(|key| key.version).collect();
    let last = stores.credentials.last_key_version(&tenant).await.unwrap();
    (there, newest.map(|key| key.version), last)
}

pub async fn versions_of_a_key(ports: &Ports) {
    let add = |version| Change::AddTenantKey(tenant_key(version, 1));
    assert_eq!(versions(ports, "a").await, (vec![], None, 0), "nobody");
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    assert_eq!(versions(ports, "a").await, (vec![], None, 0), "none yet");
    for version in [0, 2, u32::MAX] {
        ports.refuse("a", 0, [add(version)], Conflict::Exists, "the first is 1").await;
    }
    ports.apply("a", 0, [add(1)], "the first").await;
    for version in [0, 1, 3] {
        ports.refuse("a", 1, [add(version)], Conflict::Exists, "the second is 2").await;
    }
    ports.apply("a", 1, [add(2), add(3)], "two more").await;
    assert_eq!(versions(ports, "a").await, (vec![1, 2, 3], Some(3), 3));
    let found = ports.credentials.lookup_tenant_key(&id("a"), 2).await.unwrap();
    assert_eq!(found, Some(tenant_key(2, 1)), "as it was stored");
    assert_eq!(versions(ports, "b").await, (vec![], None, 0), "another tenant counts for itself");
    ports.apply("b", 1, [new_tenant("b"), add(1)], "another tenant's first").await;
    assert_eq!(versions(ports, "b").await, (vec![1], Some(1), 1));
}

pub async fn a_key_that_is_named_stays(ports: &Ports) {
    let remove_key = Change::RemoveTenantKey;
    for name in ["a", "b"] {
        furnish(ports, name).await;
        ports.apply(name, 0, [Change::AddTenantKey(tenant_key(2, 1))], "a second version").await;
    }
    let under = |version| Credential { key_version: version, ..credential(Provider::Twilio) };
    let other = TenantSecret { key_version: 2, ..secret("TOKEN") };
    ports.apply("a", 1, [put(under(1)), put_secret(other)], "an envelope under each").await;
    for version in [1, 2] {
        ports.refuse("a", 2, [remove_key(version)], Conflict::InUse, "it is named").await;
        ports.apply("b", 2, [remove_key(version)], "what another tenant has does not count").await;
    }
    ports.refuse("a", 2, [remove_key(3)], Conflict::Stale, "there never was one").await;
    ports.refuse("b", 3, [remove_key(1)], Conflict::Stale, "removed before").await;
    assert_eq!(versions(ports, "b").await, (vec![], None, 2), "none is left, the last one is remembered");
    ports.refuse("b", 3, [Change::AddTenantKey(tenant_key(2, 1))], Conflict::Exists, "used before").await;
    ports.apply("b", 3, [Change::AddTenantKey(tenant_key(3, 1))], "the next").await;
    let changes = [put(resealed(under(1), 2, 1)), remove_key(1)];
    ports.apply("a", 3, changes, "nothing names it behind the change in front").await;
    assert_eq!(versions(ports, "a").await, (vec![2], Some(2), 2));
    let changes = [remove(Provider::Twilio, 2), remove_secret("TOKEN", 1), remove_key(2)];
    ports.apply("a", 4, changes, "nothing is left").await;
    assert_eq!(versions(ports, "a").await, (vec![], None, 2));
}

pub async fn keys_are_destroyed_whatever_lies_under_them(ports: &Ports) {
    for name in ["a", "b"] {
        furnish(ports, name).await;
        let changes = [put(credential(Provider::Twilio)), put_secret(secret("TOKEN"))];
        ports.apply(name, 0, changes, "envelopes").await;
        ports.apply(name, 0, [Change::AddTenantKey(tenant_key(2, 1))], "a second version").await;
    }
    let changes = [Change::DestroyTenantKeys, remove(Provider::Aws, 1)];
    ports.refuse("a", 1, changes, Conflict::Stale, "a refused commit").await;
    assert_eq!(versions(ports, "a").await, (vec![1, 2], Some(2), 2), "it destroys nothing");
    ports.apply("a", 1, [Change::DestroyTenantKeys], "destroying").await;
    assert_eq!(versions(ports, "a").await, (vec![], None, 2), "all are gone, the last one is remembered");
    assert_eq!(versions(ports, "b").await, (vec![1, 2], Some(2), 2), "another tenant's stay");
    let rows = ports.credentials.list_credentials(&id("a")).await.unwrap();
    assert_eq!(rows, [credential(Provider::Twilio)], "the rows stay");
    assert_eq!(ports.credentials.list_secrets(&id("a")).await.unwrap(), [secret("TOKEN")], "secrets too");
    ports.refuse("a", 2, [Change::RemoveTenantKey(1)], Conflict::Stale, "there is none").await;
    ports.apply("a", 2, [Change::DestroyTenantKeys], "again").await;
    ports.apply("c", 2, [new_tenant("c"), Change::DestroyTenantKeys], "where there is none").await;
    assert_eq!(versions(ports, "c").await, (vec![], None, 0));
    for version in [1, 2] {
        let again = [Change::AddTenantKey(tenant_key(version, 1))];
        ports.refuse("a", 3, again, Conflict::Exists, "a version is never used again").await;
    }
    let changes = [Change::AddTenantKey(tenant_key(3, 2)), put(resealed(credential(Provider::Twilio), 3, 2))];
    ports.apply("a", 3, changes, "a new key, and connected again").await;
    assert_eq!(versions(ports, "a").await, (vec![3], Some(3), 3));
    let changes = [remove(Provider::Twilio, 2), remove_secret("TOKEN", 1)];
    ports.apply("a", 4, changes, "what is sealed for ever can be removed").await;
}

pub async fn exports_by_revision(ports: &Ports) {
    furnish(ports, "a").await;
    let (twilio, vapi) = (Provider::Twilio, Provider::Vapi);
    let found = async |name: &str, provider, target| {
        ports.credentials.find_export(&id(name), provider, target).await.unwrap()
    };
    let first = export(twilio, vapi);
    ports.apply("a", 0, [put(credential(twilio)), put_export(first.clone())], "an export").await;
    assert_eq!(found("a", twilio, vapi).await, Some(first.clone()), "as it was stored");
    ports.refuse("a", 1, [put_export(first.clone())], Conflict::Exists, "the same again").await;
    let second = CredentialExport {
        remote_id: Some("cred_77".to_owned()),
        state: ExportState::Synced,
        revision: 2,
        ..first
    };
    let far = CredentialExport { revision: 3, ..second.clone() };
    ports.refuse("a", 1, [put_export(far)], Conflict::Stale, "a revision too far").await;
    let elsewhere = CredentialExport { target: Provider::OpenAi, ..second.clone() };
    ports.refuse("a", 1, [put_export(elsewhere)], Conflict::Stale, "another target").await;
    ports.apply("a", 1, [put_export(second.clone())], "the next revision").await;
    ports.refuse("a", 1, [put_export(second.clone())], Conflict::Stale, "the revision before").await;
    ports.apply("a", 2, [put_export(export(vapi, twilio))], "the other way round").await;
    ports.apply("a", 2, [remove(twilio, 1)], "its credential goes").await;
    assert_eq!(found("a", twilio, vapi).await, Some(second), "what was handed on is still known");
    assert_eq!(found("a", vapi, twilio).await, Some(export(vapi, twilio)));
    assert_eq!(found("a", twilio, Provider::OpenAi).await, None, "another target");
    assert_eq!(found("a", Provider::OpenAi, vapi).await, None, "another provider");
    assert_eq!(found("b", twilio, vapi).await, None, "another tenant");
}

pub async fn secrets_by_generation(ports: &Ports) {
    furnish(ports, "a").await;
    let first = secret("TOKEN");
    ports.apply("a", 0, [put_secret(first.clone())], "a secret").await;
    let found = async |key: &str| ports.credentials.lookup_secret(&id("a"), key).await.unwrap();
    assert_eq!(found("TOKEN").await, Some(first.clone()), "as it was stored");
    assert_eq!((found("TOKE").await, found("token").await, found("").await), (None, None, None));
    let second = secret_resealed(first.clone(), 1, 1);
    for (what, change, conflict) in [
        ("the same again", put_secret(first.clone()), Conflict::Exists),
        ("too far", put_secret(secret_resealed(second.clone(), 1, 1)), Conflict::Stale),
        ("changing what is not", put_secret(secret_resealed(secret("OTHER"), 1, 1)), Conflict::Stale),
        ("removing a later generation", remove_secret("TOKEN", 2), Conflict::Stale),
        ("removing what is not", remove_secret("OTHER", 1), Conflict::Stale),
    ] {
        ports.refuse("a", 1, [change], conflict, what).await;
    }
    ports.apply("a", 1, [put_secret(second.clone())], "the next generation").await;
    ports.refuse("a", 2, [put_secret(second.clone())], Conflict::Stale, "the generation before").await;
    ports.apply("a", 2, [put_secret(secret("A_1")), put_secret(secret("Z"))], "two more").await;
    let listed = ports.credentials.list_secrets(&id("a")).await.unwrap();
    assert_eq!(listed, [secret("A_1"), second, secret("Z")], "by key");
    ports.apply("a", 3, [remove_secret("TOKEN", 2)], "removing").await;
    assert_eq!(found("TOKEN").await, None, "it is gone");
    assert_eq!(ports.credentials.list_secrets(&id("a")).await.unwrap().len(), 2);
    ports.apply("a", 3, [put_secret(first)], "its key is free again").await;
}

pub async fn as_many_secrets_as_may_be(ports: &Ports) {
    for name in ["a", "b"] {
        furnish(ports, name).await;
    }
    let name = |index: usize| format!("S{index:04}");
    let all = (0..MAX_SECRETS).map(|index| put_secret(secret(&name(index))));
    ports.apply("a", 0, all, "as many as there may be").await;
    let listed = ports.credentials.list_secrets(&id("a")).await.unwrap();
    assert_eq!(listed.len(), MAX_SECRETS, "all of them");
    let one_more = || [put_secret(secret("S9999"))];
    ports.refuse("a", 1, one_more(), Conflict::Full, "one more").await;
    ports.refuse("a", 1, [put_secret(secret("S0000"))], Conflict::Exists, "not a new one").await;
    ports.apply("a", 1, [put_secret(secret_resealed(secret("S0000"), 1, 1))], "changing one").await;
    ports.apply("b", 1, one_more(), "another tenant has room").await;
    let changes = [remove_secret("S0001", 1)].into_iter().chain(one_more());
    ports.apply("a", 2, changes, "one for another").await;
}
