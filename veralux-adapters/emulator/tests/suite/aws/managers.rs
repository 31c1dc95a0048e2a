//! The same cases over the vault, the environment and AWS: whatever keeps a tenant's secrets, it keeps them alike.

use std::sync::Arc;

use veralux_core::audit::{Actor, ActorKind};
use veralux_core::id::TenantId;
use veralux_core::memory::{FixedClock, MemoryStore, SeededRandom};
use veralux_core::port::{SecretError, SecretManager, Stores};
use veralux_core::secret::Secret;
use veralux_core::service::{
    CredentialVault, DEFAULT_PREFIX, EnvironmentSecrets, HeldKeys, VaultLimits, VaultSecrets,
};

use super::world::{CANARY, World};
use crate::stage;

const ROOT_KEY: &str = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";

/// The tenants of every case. One's id begins like another's.
const TENANTS: &[&str] = &["a", "ab", "b"];

/// Which one, and how it may differ.
struct Manager {
    name: &'static str,
    secrets: Arc<dyn SecretManager>,
    read_only: bool,
    _emulator: Option<World>,
}

pub(crate) fn tenant(id: &str) -> TenantId {
    TenantId::parse(id).unwrap()
}

pub(crate) fn actor() -> Actor {
    Actor { kind: ActorKind::System, id: None, role: None }
}

/// Tenant, key, value.
type Given<'a> = (&'a str, &'a str, &'a str);

/// Every manager, each with these secrets.
async fn managers(given: &[Given<'_>]) -> Vec<Manager> {
    let emulator = World::start().await;
    let aws = Manager {
        name: "aws",
        secrets: Arc::new(emulator.client()),
        read_only: false,
        _emulator: Some(emulator),
    };
    let vault = Manager { name: "vault", secrets: vault().await, read_only: false, _emulator: None };
    for manager in [&vault, &aws] {
        for (owner, key, value) in given {
            manager.secrets.put(&tenant(owner), key, &Secret::new(*value), &actor()).await.unwrap();
        }
    }
    let variable = |(owner, key, value): &Given<'_>| {
        (format!("{DEFAULT_PREFIX}{}_{key}", owner.to_uppercase()), (*value).to_owned())
    };
    let tenants: Vec<_> = TENANTS.iter().map(|id| tenant(id)).collect();
    let environment = EnvironmentSecrets::new(DEFAULT_PREFIX, &tenants, given.iter().map(variable)).unwrap();
    let environment =
        Manager { name: "environment", secrets: Arc::new(environment), read_only: true, _emulator: None };
    vec![vault, environment, aws]
}

async fn vault() -> Arc<dyn SecretManager> {
    let clock = Arc::new(FixedClock::new(stage::now()));
    let stores = Stores::from_one(&Arc::new(MemoryStore::new()), clock, Arc::new(SeededRandom::new(7)));
    let keys = HeldKeys::start(&stores, Secret::new(ROOT_KEY)).await.unwrap();
    let vault = CredentialVault::new(stores, Arc::new(keys), VaultLimits::default());
    Arc::new(VaultSecrets::new(Arc::new(vault)))
}

impl Manager {
    async fn open(&self, owner: &str, key: &str) -> Result<Option<String>, SecretError> {
        let found = self.secrets.open(&tenant(owner), key, &actor()).await?;
        Ok(found.map(|secret| secret.expose().to_owned()))
    }

    async fn put(&self, owner: &str, key: &str, value: &str) -> Result<(), SecretError> {
        self.secrets.put(&tenant(owner), key, &Secret::new(value), &actor()).await
    }

    async fn list(&self, owner: &str) -> Vec<String> {
        self.secrets.list(&tenant(owner)).await.unwrap()
    }

    async fn remove(&self, owner: &str, key: &str) -> Result<(), SecretError> {
        self.secrets.remove(&tenant(owner), key, &actor()).await
    }
}

#[tokio::test]
async fn what_is_kept_is_opened_by_its_tenant_and_by_no_other() {
    let given = [
        ("a", "HOOK", "of a"),
        ("ab", "HOOK", "of ab"),
        ("a", "ZONE_2", "quote \" back \\ line\nend \u{1f511}"),
        ("a", "A", " spaces kept "),
    ];
    for manager in managers(&given).await {
        let name = manager.name;
        for (owner, key, value) in given {
            assert_eq!(
                manager.open(owner, key).await.unwrap().as_deref(),
                Some(value),
                "{name}: {owner} {key}"
            );
        }
        for (owner, key) in [("b", "HOOK"), ("ab", "ZONE_2"), ("a", "B_HOOK"), ("a", "HOO")] {
            assert_eq!(manager.open(owner, key).await.unwrap(), None, "{name}: {owner} {key}");
        }
        assert_eq!(manager.list("a").await, ["A", "HOOK", "ZONE_2"], "{name}");
        assert_eq!(manager.list("ab").await, ["HOOK"], "{name}");
        assert!(manager.list("b").await.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_key_of_another_shape_opens_nothing_and_keeps_nothing() {
    let long = "K".repeat(65);
    for manager in managers(&[("ab", "HOOK", "of ab")]).await {
        let name = manager.name;
        for key in ["", "hook", "_A", "1A", "A-B", "A/B", "../ab/HOOK", "B/HOOK", "A B", "Ä", "A\n", &long] {
            match manager.open("a", key).await {
                Ok(None) => assert!(manager.read_only, "{name}: `{key}`"),
                Err(SecretError::Invalid(_)) => assert!(!manager.read_only, "{name}: `{key}`"),
                other => panic!("{name}: `{key}`: {other:?}"),
            }
            match manager.put("a", key, "x").await {
                Err(SecretError::ReadOnly) => assert!(manager.read_only, "{name}: `{key}`"),
                Err(SecretError::Invalid(_)) => assert!(!manager.read_only, "{name}: `{key}`"),
                other => panic!("{name}: `{key}`: {other:?}"),
            }
            match manager.remove("a", key).await {
                Err(SecretError::ReadOnly) => assert!(manager.read_only, "{name}: `{key}`"),
                Err(SecretError::NotFound) => assert!(!manager.read_only, "{name}: `{key}`"),
                other => panic!("{name}: `{key}`: {other:?}"),
            }
        }
        assert!(manager.list("a").await.is_empty(), "{name}");
        assert_eq!(manager.list("ab").await, ["HOOK"], "{name}");
    }
}

#[tokio::test]
async fn a_secret_is_replaced_and_removed_once() {
    for manager in managers(&[("a", "HOOK", "one"), ("ab", "HOOK", "theirs")]).await {
        let name = manager.name;
        if manager.read_only {
            assert!(matches!(manager.put("a", "HOOK", "two").await, Err(SecretError::ReadOnly)), "{name}");
            assert!(matches!(manager.remove("a", "HOOK").await, Err(SecretError::ReadOnly)), "{name}");
            assert_eq!(manager.open("a", "HOOK").await.unwrap().as_deref(), Some("one"), "{name}");
            continue;
        }
        for value in ["two", "two", "three"] {
            manager.put("a", "HOOK", value).await.unwrap();
            assert_eq!(manager.open("a", "HOOK").await.unwrap().as_deref(), Some(value), "{name}");
        }
        manager.remove("a", "HOOK").await.unwrap();
        assert_eq!(manager.open("a", "HOOK").await.unwrap(), None, "{name}");
        assert!(manager.list("a").await.is_empty(), "{name}");
        assert!(matches!(manager.remove("a", "HOOK").await, Err(SecretError::NotFound)), "{name}: twice");
        assert_eq!(manager.open("ab", "HOOK").await.unwrap().as_deref(), Some("theirs"), "{name}");
        manager.put("a", "HOOK", "four").await.unwrap();
        assert_eq!(manager.open("a", "HOOK").await.unwrap().as_deref(), Some("four"), "{name}: anew");
    }
}

#[tokio::test]
async fn a_value_has_1_to_65_536_bytes() {
    for manager in managers(&[]).await.into_iter().filter(|manager| !manager.read_only) {
        let name = manager.name;
        // The last one takes six bytes a character on the wire.
        for (what, value, fits) in [
            ("none", String::new(), false),
            ("one", "x".to_owned(), true),
            ("as many as may be", "x".repeat(65_536), true),
            ("one more", "x".repeat(65_537), false),
            ("one more, in letters of two", "é".repeat(32_769), false),
            ("controls", "\u{1}".repeat(65_536), true),
        ] {
            match manager.put("a", "SIZE", &value).await {
                Ok(()) => assert!(fits, "{name}: {what}"),
                Err(SecretError::Invalid(_)) => assert!(!fits, "{name}: {what}"),
                Err(other) => panic!("{name}: {what}: {other}"),
            }
            let back = if fits { manager.open("a", "SIZE").await.unwrap() } else { None };
            assert_eq!(back.is_some(), fits, "{name}: {what}");
            assert!(back.is_none_or(|back| back == value), "{name}: {what}");
        }
    }
}

#[tokio::test]
async fn nothing_of_a_secret_is_in_debug() {
    for manager in managers(&[("a", "HOOK", CANARY)]).await {
        assert!(!format!("{:?}", manager.secrets).contains(CANARY), "{}", manager.name);
    }
}
