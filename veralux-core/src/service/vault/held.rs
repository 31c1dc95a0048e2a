use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;

use super::root_key_events::told;
use crate::id::TenantId;
use crate::port::{self, Conflict, CustodyError, Envelope, RootKey, RootKeys, TenantKey};
use crate::seal::{
    self, Boot, BootError, DataKey, Entropy, KeyListError, KeyRing, KeyState, OpenError, RingError, RowCount,
    StoredKey,
};
use crate::secret::Secret;
use crate::service::{Context, Stores};
use crate::time::SECOND;

/// How often the table of keys is read again because another node has changed it.
const REPEATS: usize = 8;
const NEVER: i64 = i64::MIN;

/// Why a node must not start with the root keys that it was given.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyFault {
    /// The setting cannot be read.
    #[error(transparent)]
    List(#[from] KeyListError),
    /// Keys are missing or wrong.
    #[error(transparent)]
    Boot(#[from] BootError),
    /// The store could not be asked.
    #[error("the table of root keys could not be read")]
    Store(#[from] port::Error),
}

/// Root keys that this process holds itself, from its environment or a file.
///
/// When another node rotates, this one follows by itself: at once when it is to open what it may not yet, and within a second
/// when it seals.
pub struct HeldKeys {
    /// The setting, to make the ring anew when the states of the keys have changed.
    list: RwLock<Secret>,
    ring: RwLock<Arc<KeyRing>>,
    stores: Stores,
    /// When the states were last read to seal, and in vain to open.
    looked_at: [AtomicI64; 2],
}

/// The two occasions on which a node looks whether another one has rotated.
const TO_SEAL: usize = 0;
const TO_OPEN: usize = 1;

impl HeldKeys {
    /// Reads the setting (see [`seal::parse_keys`]), compares it with what is stored and what lies under each key, and
    /// registers keys that are new. The first key of an installation becomes primary, others are staged.
    ///
    /// # Errors
    /// [`RootKeyFault`]; a missing or wrong key names its id and how much lies under it.
    pub async fn start(stores: &Stores, list: Secret) -> Result<Self, RootKeyFault> {
        let ring = RwLock::new(Arc::new(ring(stores, &list, true).await?));
        let looked_at = [NEVER, NEVER].map(AtomicI64::new);
        Ok(Self { list: RwLock::new(list), ring, stores: stores.clone(), looked_at })
    }

    /// Reads the states of the keys again: another node may have rotated.
    ///
    /// # Errors
    /// [`RootKeyFault`]; the states stay as they were.
    pub async fn reload(&self, stores: &Stores) -> Result<(), RootKeyFault> {
        self.replace(stores, self.list()).await
    }

    /// Holds the keys of another setting from now on, after the same comparison: a key was added to it or taken out.
    ///
    /// # Errors
    /// [`RootKeyFault`]; the keys stay as they were.
    pub async fn replace(&self, stores: &Stores, list: Secret) -> Result<(), RootKeyFault> {
        self.set(ring(stores, &list, true).await?);
        *self.list.write().unwrap_or_else(PoisonError::into_inner) = list;
        Ok(())
    }

    /// Reads the states again, unless that was done for the same occasion within the last second.
    async fn follow(&self, occasion: usize) -> Result<(), RootKeyFault> {
        let Some(looked_at) = self.looked_at.get(occasion) else { return Ok(()) };
        let now = self.stores.now().micros();
        let age = now.saturating_sub(looked_at.swap(now, Ordering::Relaxed));
        if !(0..SECOND).contains(&age) {
            self.set(ring(&self.stores, &self.list(), false).await?);
        }
        Ok(())
    }

    /// Whether the key that wraps here is still the one that does so everywhere.
    async fn is_primary_still(&self) -> port::Result<bool> {
        let known = self.stores.root_keys.list_root_keys().await?;
        let primary = known.iter().find(|key| key.state == KeyState::Primary).map(|key| key.id);
        Ok(primary.is_some() && self.ring().primary().ok().map(|(id, _)| id) == primary)
    }

    fn look_again(&self, occasion: usize) {
        if let Some(looked_at) = self.looked_at.get(occasion) {
            looked_at.store(NEVER, Ordering::Relaxed);
        }
    }

    fn list(&self) -> Secret {
        self.list.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, ring: KeyRing) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }

    /// The ring as it is now.
    pub fn ring(&self) -> Arc<KeyRing> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// With `census`, what lies under each key is counted too, as the start of a node asks for.
async fn ring(stores: &Stores, list: &Secret, census: bool) -> Result<KeyRing, RootKeyFault> {
    for _ in 0..REPEATS {
        let stored = stores.root_keys.list_root_keys().await?;
        let stored: Vec<StoredKey> = stored
            .iter()
            .map(|RootKey { id, state, check, .. }| StoredKey { id: *id, state: *state, check: *check })
            .collect();
        let rows = if census { stores.root_keys.census().await? } else { Vec::new() };
        let rows: Vec<RowCount> = rows
            .iter()
            .map(|count| RowCount {
                root_key: count.root_key,
                tenant_keys: count.tenant_keys,
                envelopes: count.envelopes,
            })
            .collect();
        let Boot { ring, register } = Boot::compare(&stored, &rows, seal::parse_keys(list.expose())?)?;
        if register.is_empty() {
            return Ok(ring);
        }
        let now = stores.clock.now();
        let new = |key: seal::NewKey| RootKey {
            id: key.id,
            state: key.state,
            check: key.check,
            created_at: now,
            revision: 1,
        };
        let changes = register.into_iter().map(|key| (new(key), None)).collect();
        match stores.ledger.commit(told(stores, &Context::SYSTEM, changes)?).await {
            Ok(()) => return Ok(ring),
            // Another node that starts at the same moment was faster.
            Err(error) if matches!(error.conflict(), Some(Conflict::Stale | Conflict::Exists)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(port::Error::Transient { doing: "registering root keys", source: None }.into())
}

impl fmt::Debug for HeldKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ring().states()).finish()
    }
}

#[async_trait]
impl RootKeys for HeldKeys {
    async fn primary(&self) -> Result<u32, CustodyError> {
        match self.follow(TO_SEAL).await {
            // While the store is away nothing is stored either.
            Ok(()) | Err(RootKeyFault::Store(_)) => {}
            // A key is known that this server was not given. Until it is, what wraps here may be one that was retired.
            Err(RootKeyFault::List(_) | RootKeyFault::Boot(_)) => {
                self.look_again(TO_SEAL);
                if !self.is_primary_still().await.unwrap_or(false) {
                    return Err(CustodyError::Unavailable);
                }
            }
        }
        self.ring().primary().map(|(id, _)| id).map_err(of_ring)
    }

    async fn wrap(
        &self,
        tenant: &TenantId,
        version: u32,
        key: &DataKey,
        entropy: Entropy,
    ) -> Result<(u32, Envelope), CustodyError> {
        let ring = self.ring();
        let (id, root) = ring.primary().map_err(of_ring)?;
        let wrapped = seal::wrap(id, root, tenant, version, key, entropy)
            .map_err(|_| CustodyError::Envelope(OpenError::TooLarge))?;
        Ok((id, Envelope::new(wrapped)))
    }

    async fn unwrap(&self, tenant: &TenantId, key: &TenantKey) -> Result<DataKey, CustodyError> {
        if self.ring().for_open(key.root_key).is_err() {
            // What cannot be read again leaves the states as they were.
            _ = self.follow(TO_OPEN).await;
        }
        let ring = self.ring();
        let root = ring.for_open(key.root_key).map_err(of_ring)?;
        self.look_again(TO_OPEN);
        seal::unwrap(root, tenant, key.version, key.wrapped.as_bytes()).map_err(CustodyError::Envelope)
    }

    fn look_again(&self) {
        self.look_again(TO_SEAL);
    }
}

fn of_ring(error: RingError) -> CustodyError {
    match error {
        RingError::Unknown(id) | RingError::NotHeld(id) => CustodyError::Unknown(id),
        RingError::Retired(id, _) => CustodyError::Retired(id),
    }
}
