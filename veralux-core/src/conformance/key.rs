//! API keys.

use super::Ports;
use super::make::{at, id, key, new_tenant};
use crate::access::{ApiKey, KeyDigest};
use crate::port::{Change, Conflict, Page};

pub async fn keys_by_digest(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    let expired = ApiKey { expires_at: Some(at(1)), ..key("key_2", Some("a"), 2) };
    let keys = [key("key_1", Some("a"), 1), expired.clone()];
    ports.apply("a", 0, keys.map(Change::ApiKey), "keys").await;
    let find = async |byte| ports.directory.find_key(&KeyDigest::from_bytes([byte; 32])).await.unwrap();
    assert_eq!(find(1).await, Some(key("key_1", Some("a"), 1)));
    assert_eq!(find(2).await, Some(expired), "expired ones too: the caller has the clock");
    assert_eq!(find(3).await, None, "nobody's digest");
}

pub async fn a_key_is_revoked_once(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    let revoke = |name: &str, seconds| [Change::RevokeApiKey { id: id(name), at: at(seconds) }];
    ports.apply("a", 0, [Change::ApiKey(key("key_1", Some("a"), 1))], "a key").await;
    ports.refuse("a", 1, revoke("key_9", 1), Conflict::Stale, "no such key").await;
    ports.apply("a", 2, revoke("key_1", 2), "revoking").await;
    ports.refuse("a", 3, revoke("key_1", 3), Conflict::Stale, "revoking again").await;
    let found = ports.directory.find_key(&KeyDigest::from_bytes([1; 32])).await.unwrap();
    let expected = ApiKey { revoked_at: Some(at(2)), ..key("key_1", Some("a"), 1) };
    assert_eq!(found, Some(expected.clone()), "it is found, and says so");
    let listed = ports.keys.list(&id("a"), &Page::first(9)).await.unwrap();
    assert_eq!(listed.items, [expected], "and is listed");
}

pub async fn keys_of_tenants_and_of_the_platform(ports: &Ports) {
    for (name, digest) in [("a", 1), ("b", 2)] {
        let changes = [new_tenant(name), Change::ApiKey(key("key_1", Some(name), digest))];
        ports.apply(name, 0, changes, "a tenant with a key").await;
    }
    ports.apply("_platform", 0, [Change::ApiKey(key("key_1", None, 3))], "a key of the platform").await;
    for (home, tenant, digest) in [("a", Some("a"), 1), ("b", Some("b"), 2), ("_platform", None, 3)] {
        let listed = ports.keys.list(&id(home), &Page::first(9)).await.unwrap();
        assert_eq!(listed.items, [key("key_1", tenant, digest)], "keys of {home}");
    }
    let revoke = [Change::RevokeApiKey { id: id("key_1"), at: at(1) }];
    ports.apply("_platform", 1, revoke, "revoking that of the platform").await;
    let found = ports.directory.find_key(&KeyDigest::from_bytes([1; 32])).await.unwrap();
    assert_eq!(found.unwrap().revoked_at, None, "those of tenants stay");
}
