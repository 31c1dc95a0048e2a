//! Changing root keys while serving.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::rewrap::Rewrapped;
use super::root_key_events::told;
use super::write::REPEATS;
use super::{CredentialVault, HeldKeys};
use crate::id::TenantId;
use crate::port::{self, Census, Conflict, RootKey};
use crate::seal::{KeyChange, KeyChangeError, KeyState, RowCount, plan_change, plan_rotation};
use crate::service::{Context, Error, Kind, Refusal, Result, Stores};

/// What there is to know of a root key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStatus {
    /// As it is stored.
    pub key: RootKey,
    /// Whether this node holds it.
    pub held: bool,
    /// What lies under it.
    pub rows: Census,
}

/// The operator's root keys: what they are, which one wraps, what lies under them.
#[derive(Debug, Clone)]
pub struct RootKeyDesk {
    stores: Stores,
    held: Arc<HeldKeys>,
    vault: Arc<CredentialVault>,
}

impl RootKeyDesk {
    /// Over these stores and keys.
    pub fn new(stores: Stores, held: Arc<HeldKeys>, vault: Arc<CredentialVault>) -> Self {
        Self { stores, held, vault }
    }

    /// All root keys, by id.
    ///
    /// # Errors
    /// The store's.
    pub async fn status(&self) -> Result<Vec<KeyStatus>> {
        let keys = self.stores.root_keys.list_root_keys().await?;
        let census = self.stores.root_keys.census().await?;
        let ring = self.held.ring();
        let held = |id| ring.states().any(|(known, _, held)| known == id && held);
        Ok(keys
            .into_iter()
            .map(|key| KeyStatus { held: held(key.id), rows: of(&census, key.id), key })
            .collect())
    }

    /// Makes a root key the one that wraps; the one that did only unwraps from now on. Nothing is moved by this.
    ///
    /// # Errors
    /// `root_key_not_held` unless this node holds it, `root_key_state`, or the store's.
    pub async fn rotate(&self, context: &Context, to: u32) -> Result<()> {
        for _ in 0..REPEATS {
            let keys = self.status().await?;
            if keys.iter().any(|status| status.key.id == to && !status.held) {
                let detail = format!("this node was started without root key {to}; add it to its keys first");
                return Err(Refusal::new(Kind::Conflict, "root_key_not_held", detail).into());
            }
            let changes = plan_rotation(&states(&keys), to).map_err(refused)?;
            if self.apply(context, &keys, &changes).await? {
                return Ok(());
            }
        }
        Err(Refusal::stale().into())
    }

    /// Retires a root key for good: nothing may lie under it but, with `abandon`, rows that were put aside because they do
    /// not open.
    ///
    /// # Errors
    /// `root_key_in_use`, `root_key_state`, or the store's.
    pub async fn destroy(&self, context: &Context, id: u32, abandon: bool) -> Result<()> {
        for _ in 0..REPEATS {
            let keys = self.status().await?;
            let rows = of(&self.stores.root_keys.census().await?, id);
            let abandoned = abandon && rows.envelopes == rows.quarantined;
            let rows = if abandoned { Census { root_key: id, ..Census::default() } } else { rows };
            let rows = RowCount { root_key: id, tenant_keys: rows.tenant_keys, envelopes: rows.envelopes };
            let state = keys.iter().find(|status| status.key.id == id).map(|status| status.key.state);
            let disabled = state.is_some_and(|state| state.may_become(KeyState::Destroyed));
            let next = if disabled { KeyState::Destroyed } else { KeyState::Disabled };
            let change = plan_change(&states(&keys), id, next, rows).map_err(refused)?;
            if self.apply(context, &keys, &[change]).await? && next == KeyState::Destroyed {
                return Ok(());
            }
        }
        Err(Refusal::stale().into())
    }

    /// The tenants that something of lies under a root key other than the primary one, behind `after`, at most `limit`.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_outdated(&self, after: Option<&TenantId>, limit: usize) -> Result<Vec<TenantId>> {
        let mut tenants = BTreeSet::new();
        for status in self.status().await? {
            if status.key.state != KeyState::Primary
                && (status.rows.tenant_keys > 0 || status.rows.envelopes > 0)
            {
                let id = status.key.id;
                tenants.extend(self.stores.root_keys.list_tenants_under(id, after, limit).await?);
            }
        }
        Ok(tenants.into_iter().take(limit).collect())
    }

    /// Brings everything of a tenant under the primary root key and a new key of its own; see
    /// [`CredentialVault::rewrap`].
    ///
    /// # Errors
    /// Those of [`CredentialVault::rewrap`].
    pub async fn rewrap(&self, context: &Context, tenant: &TenantId, dry_run: bool) -> Result<Rewrapped> {
        self.vault.rewrap(context, tenant, dry_run).await
    }

    /// Whether the work is done: of what does not lie under the primary root key nothing is left but rows that were put
    /// aside. Answers what is left.
    ///
    /// # Errors
    /// The store's.
    pub async fn left(&self) -> Result<Vec<Census>> {
        let left = self.status().await?.into_iter().filter(|status| {
            status.key.state != KeyState::Primary && status.rows.envelopes > status.rows.quarantined
        });
        Ok(left.map(|status| status.rows).collect())
    }

    async fn apply(&self, context: &Context, keys: &[KeyStatus], changes: &[KeyChange]) -> Result<bool> {
        let row = |change: &KeyChange| {
            let before = keys.iter().find(|status| status.key.id == change.id)?.key.clone();
            let after = RootKey { state: change.to, revision: before.revision + 1, ..before.clone() };
            Some((after, Some(before)))
        };
        let commit = told(&self.stores, context, changes.iter().filter_map(row).collect())?;
        match self.stores.ledger.commit(commit).await {
            Err(error) if error.conflict() == Some(&Conflict::Stale) => Ok(false),
            Err(error) => Err(error.into()),
            Ok(()) => {
                self.held.reload(&self.stores).await.map_err(|fault| {
                    let source = port::Error::permanent("reading the root keys again", fault);
                    Error::Port(source)
                })?;
                self.vault.forget_all();
                Ok(true)
            }
        }
    }
}

fn of(census: &[Census], id: u32) -> Census {
    let none = Census { root_key: id, ..Census::default() };
    census.iter().copied().find(|count| count.root_key == id).unwrap_or(none)
}

fn states(keys: &[KeyStatus]) -> Vec<(u32, KeyState)> {
    keys.iter().map(|status| (status.key.id, status.key.state)).collect()
}

fn refused(error: KeyChangeError) -> Error {
    let (kind, code) = match error {
        KeyChangeError::Unknown(_) => (Kind::NotFound, "root_key_not_found"),
        KeyChangeError::RowsLeft(_) => (Kind::Conflict, "root_key_in_use"),
        _ => (Kind::Conflict, "root_key_state"),
    };
    Refusal::new(kind, code, error.to_string()).into()
}
